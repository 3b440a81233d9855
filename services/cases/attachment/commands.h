/* commands.h — photos and papers of a household or of a case.
 *
 * attachment.begin says what will come, attachment.part brings it, 24 KiB each,
 * attachment.end looks at the whole: its hash, and that it is what it says.
 * Before that there is nothing to be seen, and a day later what did not come to
 * its end is gone.  Content that is there already is not sent again. */
#pragma once

#include "common/service/service.h"

extern const struct shape attachment_begin_shape, attachment_begun_shape;
struct err cmd_attachment_begin(struct call *call, const void *body);

extern const struct shape attachment_part_shape, attachment_parted_shape;
struct err cmd_attachment_part(struct call *call, const void *body);

extern const struct shape attachment_end_shape, attachment_ended_shape;
struct err cmd_attachment_end(struct call *call, const void *body);

/* The alarm "attachment.lapsed": an upload that did not come to its end. */
extern const struct shape attachment_lapsed_shape;
struct err on_attachment_lapsed(struct call *call, const void *body);

/* attachment.list {household | matter, after}: without names. */
extern const struct shape attachment_list_shape, attachment_page_shape;
struct err cmd_attachment_list(struct call *call, const void *body);

/* attachment.get {id, part}: what it is, and one part of it. */
extern const struct shape attachment_get_shape, attachment_got_shape;
struct err cmd_attachment_get(struct call *call, const void *body);
