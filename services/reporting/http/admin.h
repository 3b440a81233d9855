/* admin.h — the admin door: /livez, /readyz, /version and /metrics of the
 * whole house, for those who watch it.
 *
 * It is apart from the public door: its own port, its own threads (one a
 * connection, since an answer waits for other services), and nothing of it is
 * for the public. */
#pragma once

#include "common/service/service.h"

/* A side thread: serves until room->stop; ends at once when no port is set. */
void admin_door(struct room *room);
