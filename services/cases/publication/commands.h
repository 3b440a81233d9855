/* commands.h — when the public page or a notice was not there to be seen.
 *
 * The page's own outages are told by reporting; what the house cannot see, as a
 * board torn down, a person reports.  Nothing of it can be taken back: it only
 * makes publications longer (rules.h). */
#pragma once

#include "common/service/service.h"
#include "services/cases/publication/rules.h"

/* publication.outage, and publication.outages for everybody. */
extern const struct shape outage_report_shape, outage_reported_shape;
struct err cmd_publication_outage(struct call *call, const void *body);
extern const struct shape outage_ask_shape, outage_list_shape;
struct err cmd_publication_outages(struct call *call, const void *body);

/* reporting says "public.outage": the page was away. */
extern const struct shape public_outage_shape;
struct err on_public_outage(struct call *call, const void *body);

/* The outages that may touch what a project published on these days, as
 * published_until() takes them. */
struct err outages_since(struct call *call, struct id project, struct day plan,
                         struct day pack, struct rows *outages);

/* The reported outages that may touch what hangs on a board for a household
 * since that day or a later one. */
struct err outages_of_board(struct call *call, struct id household,
                            struct day posted, struct rows *outages);
