/* listen.h — where a door of HTTP stands. */
#pragma once

#include "common/base/arena.h"

/* A listening socket at HOST:PORT, which the setting of that name said; ends
 * the process when there can be none. */
int listen_at(const char *place, const char *setting, struct arena *arena);

/* A socket that is connected to HOST:PORT and waits five seconds for whatever
 * it does; -1 when nobody listens there. */
int reach(const char *place, struct arena *arena);
