/* settings.h — every setting of Red Kite, in one table.
 *
 * The command line runs inside the containers of all services (it is their
 * health check), so it knows the settings of each; a name that nobody knows is
 * a typing error and refused. */
#pragma once

#include "services/redkite/cli.h"

/* The value from the environment, else the default, else NULL. */
const char *setting(const char *name);

/* The command endpoint of a service, or NULL when there is no such service. */
const char *setting_endpoint(const char *service);

/* The key files that the environment names. */
struct key_place setting_keys(void);

/* The services by name, NULL-ended. */
extern const char *const service_names[];

/* Says each unknown REDKITE_* there is; true when there is none. */
bool settings_known(void);
