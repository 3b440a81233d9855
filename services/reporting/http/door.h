/* door.h — the public door: pages, the API, live streams, over HTTP. */
#pragma once

#include "common/service/service.h"

/* The settings of the service that are the door's. */
struct http_settings {
    const char *REDKITE_HTTP_BIND;
    const char *REDKITE_ADMIN_BIND; /* NULL: there is no admin door */
    const char *REDKITE_CASES,
        *REDKITE_SCHEDULING; /* where commands are taken */
    const char *REDKITE_NOTIFICATIONS, *REDKITE_REPORTING;
};
extern const struct shape http_settings_shape;
extern struct http_settings http_settings;

/* A side thread: serves until room->stop. */
void http_door(struct room *room);
