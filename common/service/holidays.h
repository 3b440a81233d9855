/* holidays.h — announcements that came after the program was built.
 *
 * The calendar of the rules (common/base/calendar.h) knows the years that were
 * announced when it was built; later ones stand in the store, the same for all
 * services (schema/0005_holidays.sql). */
#pragma once

#include "common/service/db.h"
#include "common/service/service.h"

/* Takes over what the store knows, if it is news; in a transaction of its own.
 * Each service does so at its start and every ten seconds. */
struct err holidays_look(struct db *db, struct arena *arena);

/* The same within a call, for what has to count by the newest at once. */
struct err holidays_learn(struct call *call);
