/* commands.h — a project's condition: how many have to sign, by which day. */
#pragma once

#include "common/service/service.h"

/* project.condition, before anybody has signed; project.condition_show, for
 * everybody, in steps of five percent. */
extern const struct shape condition_set_shape, condition_kept_shape;
struct err cmd_project_condition(struct call *call, const void *body);
extern const struct shape condition_key_shape, condition_shown_shape;
struct err cmd_condition_show(struct call *call, const void *body);

/* The alarms "condition.due", when the share is counted, and
 * "condition.effect", which lets those that waited take effect. */
extern const struct shape condition_alarm_shape;
struct err on_condition_due(struct call *call, const void *body);
struct err on_condition_effect(struct call *call, const void *body);

/* The event "project.condition_decided". */
extern const struct shape condition_news_shape;
