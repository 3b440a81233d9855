/* hall.h — what the files of the HTTP door share; private to this folder.
 *
 * One thread does everything: libmicrohttpd runs in our loop, without threads
 * of its own.  Nothing here is locked. */
#pragma once

#include "common/service/service.h"
#include "services/reporting/http/desk.h"
#include "services/reporting/http/problem.h"

#include <microhttpd.h>
#include <stdbool.h>

enum {
    GUESTS_MAX = 600,  /* connections; more wait in the listen queue   */
    STREAMS_MAX = 200, /* of them, live streams                        */
    HEADER_MAX = 16 * 1024,
    POOL_MAX = 2 * HEADER_MAX, /* libmicrohttpd's memory a connection   */
    FIELDS_MAX = 64,
    ADDRESS_MAX = 4 * 1024,
    BODY_MAX = 1024 * 1024,
};

struct streams;

/* A connection, and the request that it makes now. */
struct guest {
    struct MHD_Connection *connection; /* NULL: the place is free       */
    int fd;
    int64_t deadline_ms; /* then it is closed; 0 = never (a stream)    */
    int64_t began_ms;    /* the request                                */
    const char *method;  /* both for the log: known words, or "other", */
    const char *route;   /* and the route's template                   */
    unsigned status;     /* of the answer                              */
    size_t address_size; /* of the request line's target               */
    size_t body_size;    /* bytes that came so far                     */
    bool has_body;
};

struct hall {
    struct room *room;
    struct MHD_Daemon *daemon;
    struct arena *arena;   /* lives as long as the hall      */
    struct arena *scratch; /* lives as long as one answer    */
    struct desk *desk;
    struct streams *streams;
    struct guest guests[GUESTS_MAX];
};

/* One request that is being answered. */
struct ask {
    struct hall *hall;
    struct guest *guest;
    struct MHD_Connection *connection;
    const char *method;
    const char *path;
    struct arena *arena; /* hall->scratch */
};

/* A clock that only goes forward, in milliseconds. */
int64_t steady_ms(void);

/* routes.c: refuse what no route should see, as soon as the headers have come;
 * and answer what was not refused, once all of it has. */
enum MHD_Result route_refuse(struct ask *ask);
enum MHD_Result route_answer(struct ask *ask);

/* The paths of the routes, from 0; NULL after the last. */
const char *route_nth(size_t n);
