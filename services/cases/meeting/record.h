/* record.h — a joint meeting as it stands in the store. */
#pragma once

#include "services/cases/meeting/commands.h"
#include "services/cases/meeting/rules.h"
#include "services/cases/problem/record.h"

struct meeting {
    struct id id;
    struct id project;
    struct moment starts_at;
    struct id chair;
    const char *departments; /* codes, by commas */
    const char *state;
    struct id called_by;
    struct moment called_at;
    struct moment ended_at;
};
extern const struct shape meeting_shape;

struct meeting_key {
    struct id meeting;
    struct id problem;
};

/* The meeting, its row locked. */
struct err meeting_take(struct call *call, struct id id, struct meeting *m);

/* The same, refused when it was held or cancelled. */
struct err meeting_take_open(struct call *call, struct id id,
                             struct meeting *m);

/* Write what a meeting became. */
struct err meeting_put(struct call *call, const struct meeting *m);

struct meeting_answer {
    struct id id;
    const char *state;
};
struct err meeting_reply(struct call *call, const struct meeting *m);

/* meeting.invited, .held ...: ids and a time. */
struct meeting_news {
    struct id meeting;
    struct id project;
    struct id problem;
    struct id household;
    struct moment starts_at;
};

/* Tell of a meeting, and of one problem on its agenda (or NULL). */
struct err meeting_tell(struct call *call, const char *topic,
                        const struct meeting *m, const struct problem *p);
