#include "common/base/arena.h"
#include "common/base/flow.h"
#include "tests/check.h"

#include <string.h>

enum { NONE, OPEN, WAITING, CLOSED };
enum { BEGIN, PAUSE, GO_ON, NOTE, END };
enum { LONG, SHORT };

static const char *const states[] = { "none", "open", "waiting", "closed",
                                      NULL };
static const char *const labels[] = { "未建", "已开", "等待", "办结", NULL };
static const char *const events[] = { "begin", "pause", "go_on",
                                      "note",  "end",   NULL };
static const char *const tracks[] = { "long", "short", NULL };

struct facts {
    bool paid;
    struct moment from;
};

static struct hold look_paid(const void *facts, struct arena *arena)
{
    (void)arena;
    return ((const struct facts *)facts)->paid
               ? hold_none()
               : hold_for("nothing is paid yet");
}

static struct hold look_time(const void *facts, struct arena *arena)
{
    const struct facts *f = facts;

    return f->from.us
               ? hold_until("it is too early and it stays", f->from, arena)
               : hold_none();
}

static const struct guard paid = { "G-PAID", look_paid };
static const struct guard in_time = { "G-TIME", look_time };

/* clang-format off */
static const struct move moves[] = {
    { BEGIN, OPEN,       IN(NONE),               ROLE(CHAIR),   { 0 },               0 },
    { PAUSE, WAITING,    IN(OPEN),               ROLE(CHAIR),   { 0 },               IN(LONG) },
    { GO_ON, OPEN,       IN(WAITING),            ROLE(SERVICE), { 0 },               0 },
    { NOTE,  FLOW_STAYS, IN(OPEN) | IN(WAITING), ROLE(CHAIR),   { 0 },               0 },
    { END,   CLOSED,     IN(OPEN) | IN(WAITING), ROLE(CHAIR),   { &paid, &in_time }, 0 },
};
/* clang-format on */

static struct flow flow_of(const struct move *rows, size_t count)
{
    return (
        struct flow){ "errand", states, labels, events, tracks, rows, count };
}

static void a_move_is_made_refused_or_denied_by_its_row(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct flow flow = flow_of(moves, COUNT(moves));
    struct moment later;
    assert_true(moment_parse("2026-12-01T08:30:00+08:00", &later));
    /* clang-format off */
    const struct {
        unsigned state, track, event;
        role_set roles;
        struct facts facts;
        enum code code;
        unsigned to;
        const char *why;
    } rows[] = {
        { NONE, LONG, BEGIN, ROLE(CHAIR), { 0 }, CODE_OK, OPEN, NULL },
        { NONE, LONG, END, ROLE(CHAIR), { 0 }, CODE_CONFLICT, 0,
          "from none there is no end; open now: begin" },
        { OPEN, LONG, PAUSE, ROLE(CHAIR), { 0 }, CODE_OK, WAITING, NULL },
        { OPEN, SHORT, PAUSE, ROLE(CHAIR), { 0 }, CODE_CONFLICT, 0,
          "from open there is no pause; open now: note" },
        { WAITING, LONG, NOTE, ROLE(CHAIR), { 0 }, CODE_OK, WAITING, NULL },
        { OPEN, LONG, NOTE, ROLE(DEPT) | ROLE(CHAIR), { 0 }, CODE_OK, OPEN, NULL },
        { OPEN, LONG, NOTE, ROLE(DEPT), { 0 }, CODE_DENIED, 0,
          "note is for: chair" },
        { WAITING, LONG, GO_ON, ROLE(CHAIR), { 0 }, CODE_DENIED, 0,
          "go_on is for: service" },
        { OPEN, LONG, END, ROLE(CHAIR), { 0 }, CODE_CONFLICT, 0,
          "nothing is paid yet; open now: pause, note" },
        { OPEN, LONG, END, ROLE(CHAIR), { true, later }, CODE_CONFLICT, 0,
          "it is too early and it stays before 2026-12-01T08:30:00+08:00; "
          "open now: pause, note" },
        { OPEN, LONG, END, ROLE(CHAIR), { .paid = true }, CODE_OK, CLOSED, NULL },
        { CLOSED, LONG, NOTE, ROLE(CHAIR), { 0 }, CODE_CONFLICT, 0,
          "from closed there is no note; open now: nothing yet" },
    };
    /* clang-format on */

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct stand at = { rows[i].state, rows[i].track, rows[i].roles,
                            &rows[i].facts };
        unsigned to = 0;
        struct err err = flow_move(&flow, &at, rows[i].event, &to, arena);
        assert_int_equal(err.code, rows[i].code);
        assert_int_equal(to, rows[i].to);
        if (rows[i].why)
            assert_string_equal(err.why, rows[i].why);
    }
    arena_destroy(&arena);
}

static void a_person_is_told_what_is_open_and_what_the_rest_waits_for(void **u)
{
    (void)u;
    struct arena *arena = arena_new();
    struct flow flow = flow_of(moves, COUNT(moves));
    struct facts facts = { 0 };
    struct stand at = { WAITING, SHORT, 0, &facts };
    struct next_moves next = flow_moves(&flow, &at, arena);

    assert_int_equal(next.count, 3);
    assert_string_equal(next.at[0].event, "go_on");
    assert_string_equal(next.at[0].who, "service");
    assert_string_equal(next.at[1].to, "waiting");
    assert_true(next.at[1].open);
    assert_false(next.at[2].open);
    assert_string_equal(next.at[2].guard, "G-PAID");
    assert_string_equal(next.at[2].why, "nothing is paid yet");
    arena_destroy(&arena);
}

static void a_faulty_table_is_found_out(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct {
        struct move extra;
        const char *fault;
    } rows[] = {
        { { END + 1, CLOSED, IN(OPEN), ROLE(CHAIR), { 0 }, 0 },
          "row 5 has an event without a name" },
        { { PAUSE, CLOSED, 0, ROLE(CHAIR), { 0 }, 0 },
          "row 5 comes from no state that has a name" },
        { { PAUSE, CLOSED, IN(CLOSED + 1), ROLE(CHAIR), { 0 }, 0 },
          "row 5 comes from no state that has a name" },
        { { BEGIN, NONE, IN(OPEN), ROLE(CHAIR), { 0 }, 0 },
          "row 5 leads to no state that has a name" },
        { { BEGIN, CLOSED, IN(OPEN), 0, { 0 }, 0 }, "row 5 is for nobody" },
        { { PAUSE, CLOSED, IN(OPEN), ROLE(CHAIR), { 0 }, 0 },
          "row 5 says again what an earlier row says" },
        { { PAUSE, CLOSED, IN(OPEN), ROLE(CHAIR), { 0 }, IN(SHORT) }, NULL },
    };
    /* clang-format on */
    struct arena *arena = arena_new();
    struct move table[COUNT(moves) + 1];
    struct flow flow = flow_of(table, COUNT(table));

    memcpy(table, moves, sizeof moves);
    for (size_t i = 0; i < COUNT(rows); i++) {
        table[COUNT(moves)] = rows[i].extra;
        const char *fault = flow_fault(&flow, arena);
        if (rows[i].fault)
            assert_string_equal(fault, rows[i].fault);
        else
            assert_null(fault);
    }
    flow = flow_of(moves, COUNT(moves) - 1);
    assert_string_equal(flow_fault(&flow, arena), "closed cannot be reached");
    flow.labels = events;
    assert_string_equal(flow_fault(&flow, arena),
                        "the labels are not as many as the states");
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(a_move_is_made_refused_or_denied_by_its_row),
    cmocka_unit_test(a_person_is_told_what_is_open_and_what_the_rest_waits_for),
    cmocka_unit_test(a_faulty_table_is_found_out))
