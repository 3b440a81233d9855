/* commands.h — who opened the personal data of many households (rules.h). */
#pragma once

#include "common/service/service.h"

/* The alarm "access.night": looks at the days since one, and tells. */
extern const struct shape access_alarm_shape;
struct err on_access_night(struct call *call, const void *body);

/* The event "access.noticed", for the privacy officer: who, when, how many. */
extern const struct shape access_news_shape;

/* access.list {since}: what was told of the days from one on. */
extern const struct shape access_ask_shape, access_page_shape;
struct err cmd_access_list(struct call *call, const void *body);
