#include "services/reporting/http/desk.h"

enum {
    PAUSE_MS = 100,  /* between two reads, however often it moves */
    CHECK_MS = 2000, /* the store is asked at least so often      */
    REST_MS = 1000,  /* after a failure                           */
};

struct desk {
    struct room *room;
    struct board board;
    const char *json; /* NULL: nothing has been read yet */
    bool rung;
    int64_t read_ms;   /* when it was read          */
    int64_t failed_ms; /* when it failed; 0 = it did not */
};

struct desk *desk_new(struct room *room, struct arena *arena)
{
    struct desk *desk = arena_alloc(arena, sizeof *desk);

    desk->room = room;
    return desk;
}

void desk_ring(struct desk *desk)
{
    desk->rung = true;
}

bool desk_is_rung(const struct desk *desk)
{
    return desk->rung;
}

const struct board *desk_board(const struct desk *desk)
{
    return &desk->board;
}

const char *desk_json(const struct desk *desk)
{
    return desk->json;
}

static struct err read_board(struct desk *desk)
{
    struct db *db = desk->room->db;

    TRY(db_begin(db));
    TRY(board_read(db, desk->room->arena, &desk->board));
    return db_commit(db);
}

/* The room's arena holds the board, from one reading to the next. */
struct err desk_look(struct desk *desk, int64_t now_ms)
{
    int64_t age = now_ms - desk->read_ms;

    if (desk->failed_ms && now_ms - desk->failed_ms < REST_MS)
        return fail(CODE_BUSY, "the store is away");
    if (desk->json && age < (desk->rung ? PAUSE_MS : CHECK_MS))
        return OK;

    desk->json = NULL;
    arena_reset(desk->room->arena);
    struct err err = read_board(desk);
    if (err.code) {
        db_rollback(desk->room->db);
        desk->failed_ms = now_ms;
        return err;
    }
    desk->json = shape_to_json(FROM(board, &desk->board), desk->room->arena);
    desk->rung = false;
    desk->read_ms = now_ms;
    desk->failed_ms = 0;
    return OK;
}
