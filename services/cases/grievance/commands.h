/* commands.h — grievances: filed by anybody, with or without a name; handled
 * on three levels; ended by the complainant alone (domain.md 4.5). */
#pragma once

#include "services/cases/matter/kinds.h"

/* Its flow, its periods, who sees it, what a period that is over does. */
extern const struct case_kind grievance_case;

/* Money that did not come in time complains of itself (R-LATE): what ran out
 * ("T-PAY"), and of which agreement.  The household need not ask. */
struct err grievance_late(struct call *call, struct id household,
                          const char *source, struct id source_of);

/* Whom a grievance that he did not file himself is for: none is left out but
 * the household and the community, which may be unknown. */
struct grievance_home {
    struct id project;
    struct id community;
    struct id household;
};

/* What somebody said when he was called back (R-FAKE): filed in his name, and
 * at once the quality team's, at level G2. */
struct err grievance_called(struct call *call,
                            const struct grievance_home *home,
                            const char *kind);

/* The events grievance.filed, .moved and .emergency: ids and kinds. */
extern const struct shape grievance_news_shape;

/* grievance.file: answers the number and the secret to follow it by. */
extern const struct shape grievance_file_shape, grievance_filed_shape;
struct err cmd_grievance_file(struct call *call, const void *body);

/* grievance.track {no, secret}: how it stands, to whoever has both. */
extern const struct shape grievance_track_shape, grievance_status_shape;
struct err cmd_grievance_track(struct call *call, const void *body);

/* grievance.show {id}: the whole, to the office and the household itself. */
extern const struct shape grievance_show_shape, grievance_full_shape;
struct err cmd_grievance_show(struct call *call, const void *body);

/* grievance.list {project, state}: a page, without any text. */
extern const struct shape grievance_list_shape, grievance_page_shape;
struct err cmd_grievance_list(struct call *call, const void *body);

/* grievance.handle {id, event, ...}: what the office does. */
extern const struct shape grievance_handle_shape, grievance_moved_shape;
struct err cmd_grievance_handle(struct call *call, const void *body);

/* grievance.say {id | no, secret, event, ...}: what the complainant does. */
extern const struct shape grievance_say_shape;
struct err cmd_grievance_say(struct call *call, const void *body);

/* grievance.clear {id, reason}: the officer on duty ends the hold on a plot. */
extern const struct shape grievance_clear_shape;
struct err cmd_grievance_clear(struct call *call, const void *body);

/* grievance.shield {household}: what shields a household now. */
extern const struct shape grievance_shield_shape, grievance_shielded_shape;
struct err cmd_grievance_shield(struct call *call, const void *body);

/* grievance.approve {household, reason}: the panel allows a change. */
extern const struct shape grievance_approve_shape, grievance_approved_shape;
struct err cmd_grievance_approve(struct call *call, const void *body);
