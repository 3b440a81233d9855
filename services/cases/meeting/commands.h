/* commands.h — joint meetings: call, fill the agenda, hear, hold. */
#pragma once

#include "common/service/service.h"

/* What moves a meeting answers, and what is told of it. */
extern const struct shape meeting_answer_shape, meeting_news_shape;

/* meeting.call {project, starts_at, chair, departments}. */
extern const struct shape meeting_call_shape;
struct err cmd_meeting_call(struct call *call, const void *body);

/* meeting.agenda {meeting, problem}: on the agenda, and whom it concerns is
 * invited. */
extern const struct shape meeting_key_shape;
struct err cmd_meeting_agenda(struct call *call, const void *body);

/* meeting.postpone {meeting, problem}: to a later meeting. */
struct err cmd_meeting_postpone(struct call *call, const void *body);

/* meeting.view {meeting, problem, said, from, channel, text}: what whom it
 * concerns thinks, or that it would rather not say. */
extern const struct shape meeting_view_shape;
struct err cmd_meeting_view(struct call *call, const void *body);

/* meeting.attend {meeting, member, part, department, flags}: who is in the
 * room. */
extern const struct shape meeting_attend_shape;
struct err cmd_meeting_attend(struct call *call, const void *body);

/* meeting.opinion {meeting, department, text}: in writing. */
extern const struct shape meeting_opinion_shape;
struct err cmd_meeting_opinion(struct call *call, const void *body);

/* meeting.hold, .cancel {meeting}. */
extern const struct shape meeting_id_shape;
struct err cmd_meeting_hold(struct call *call, const void *body);
struct err cmd_meeting_cancel(struct call *call, const void *body);
