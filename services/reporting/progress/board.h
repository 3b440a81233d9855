/* board.h — the public board of progress, as it goes out.
 *
 * Reads the read model in one statement and lets out of it only what rules.h
 * says may be shown: nobody outside this file handles a true number.  The same
 * board is the answer of progress.show, of GET /api/v1/progress and of the
 * event stream. */
#pragma once

#include "common/base/shape.h"
#include "common/service/db.h"

/* One stage of one place. */
struct step {
    unsigned stage;      /* registered, offered, effective                */
    const char *label;   /* its name for people                           */
    unsigned shown;      /* count, share, few, not: see rules.h           */
    struct json reached; /* households that came so far, at least; or NULL */
    struct json percent; /* of all the place's, at least; or NULL         */
    const char *text; /* the share for people: "41%", "≥95%", "不足 5 户" */
};

/* A community, or a project with all its communities together. */
struct place {
    struct id id;
    const char *code;  /* a community's                  */
    const char *track; /* a project's                    */
    const char *name;
    struct rows stages;      /* of struct step                */
    struct json documents;   /* a project's, or NULL: kind, number, day */
    struct rows communities; /* of struct place; a project's */
};

struct board {
    const char *as_of;      /* the last event's time, +08:00; NULL = none yet */
    int64_t sequence;       /* events taken in                                */
    struct json definition; /* what the figures mean                          */
    struct rows projects;   /* of struct place                                */
};
extern const struct shape board_shape;

/* The board now, read in the transaction that is open on the connection. */
struct err board_read(struct db *db, struct arena *arena, struct board *board);

/* The board with that project alone; CODE_NOT_FOUND when it is not there.  No
 * id given: as it is. */
struct err board_only(struct board *board, struct id project);

/* The board as a sheet (RFC 4180), one row a community after one for all;
 * cells are made harmless to spreadsheets (conventions.md 20). */
const char *board_sheet(const struct board *board, struct arena *arena);
