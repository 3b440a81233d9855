/* The calls of a group have the effect of having run one after the other.
 *
 * The same random calls (payments, refusals by a rule and by the store,
 * resends, one id for two things, what is not there, handlers that read twice
 * or read what they wrote) are run one by one and in groups of several sizes;
 * answers, tables and events must be the same.  CALLS=100000 makes it long,
 * SEED=... throws the same dice again. */
#include "tests/check.h"

#include "common/service/group.h"
#include "common/service/log.h"
#include "tests/dice.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ACCOUNTS = 40, CROWD = 96, ALONE = 0 };

/* ------------------------------------------------------------ the commands */

struct pay {
    struct id account;
    int64_t amount;
    int64_t mark;
    bool blind; /* leaves it to the store to forbid an overdraft */
};

static const struct field pay_fields[] = {
    FIELD(pay, account),
    FIELD(pay, amount),
    FIELD(pay, mark),
    FIELD(pay, blind),
};
static const struct shape pay_shape = SHAPE(pay);

struct account {
    int64_t balance;
    int64_t seen;
};

static const struct field account_fields[] = {
    FIELD(account, balance),
    FIELD(account, seen),
};
static const struct shape account_shape = SHAPE(account);

#define ARRAYS(...)                                                            \
    (const enum array_of[])                                                    \
    {                                                                          \
        __VA_ARGS__                                                            \
    }
#define PARAMS(...)                                                            \
    (const char *const[])                                                      \
    {                                                                          \
        __VA_ARGS__, NULL                                                      \
    }

/* clang-format off */
static const struct statement account_get_set = {
    .name = "trial_get_set", .params = PARAMS("account"),
    .text = "select g.n, a.balance, a.seen from unnest($1::uuid[])"
            " with ordinality as g(account, n)"
            " join trial.account a on a.id = g.account"
            " order by a.id for update of a",
    .arrays = ARRAYS(ARRAY_UUID),
};
static const struct statement account_get = {
    .name = "trial_get", .params = PARAMS("account"), .set = &account_get_set,
    .text = "select balance, seen from trial.account where id = $1 for update",
};
static const struct statement pay_set = {
    .name = "trial_pay_set", .params = PARAMS("account", "amount"),
    .text = "update trial.account a set balance = a.balance + p.amount from"
            " unnest($1::uuid[], $2::bigint[]) as p(account, amount)"
            " where a.id = p.account",
    .arrays = ARRAYS(ARRAY_UUID, ARRAY_SPELT),
};
static const struct statement pay_account = {
    .name = "trial_pay", .params = PARAMS("account", "amount"), .set = &pay_set,
    .text = "update trial.account set balance = balance + $2 where id = $1",
    .may_miss = true,
};
static const struct statement entry_set = {
    .name = "trial_entry_set", .params = PARAMS("account", "mark", "amount"),
    .text = "insert into trial.entry (account, mark, amount) select * from"
            " unnest($1::uuid[], $2::bigint[], $3::bigint[])",
};
static const struct statement entry_add = {
    .name = "trial_entry", .params = PARAMS("account", "mark", "amount"),
    .text = "insert into trial.entry (account, mark, amount)"
            " values ($1, $2, $3)",
    .set = &entry_set,
};
static const struct statement account_see = {
    .name = "trial_see", .params = PARAMS("account"),
    .text = "update trial.account set seen = seen + 1 where id = $1",
    .may_miss = true,
};
static const struct statement entries = {
    .name = "trial_entries", .params = PARAMS("account"),
    .text = "select amount as balance, mark as seen from trial.entry"
            " where account = $1 order by seq",
};
/* clang-format on */

static struct err tell(struct call *call, const struct pay *ask,
                       struct account account)
{
    TRY(emit(call, "trial.paid", ask->account, FROM(account, &account)));
    return reply(call, FROM(account, &account));
}

static struct err no(const char *why)
{
    return (struct err){ .code = CODE_CONFLICT, .why = why };
}

static struct err cmd_pay(struct call *call, const void *body)
{
    const struct pay *ask = body;
    struct account account;

    TRY(fetch(call, &account_get, FROM(pay, ask), INTO(account, &account)));
    if (ask->amount > 900)
        return no("too much at once");
    if (!ask->blind && account.balance + ask->amount < 0)
        return no("not enough");
    TRY(store(call, &pay_account, FROM(pay, ask)));
    TRY(store(call, &entry_add, FROM(pay, ask)));
    account.balance += ask->amount;
    return tell(call, ask, account);
}

/* No read: what is not there is known from the write alone. */
static struct err cmd_see(struct call *call, const void *body)
{
    struct account nothing = { 0 };

    TRY(store(call, &account_see, FROM(pay, body)));
    return reply(call, FROM(account, &nothing));
}

/* Two reads, the second asked by what the first has brought. */
static struct err cmd_sum(struct call *call, const void *body)
{
    const struct pay *ask = body;
    struct account account;
    struct rows rows;

    TRY(fetch(call, &account_get, FROM(pay, ask), INTO(account, &account)));
    if (account.balance % 2 == 0)
        return no("even");
    TRY(list(call, &entries, FROM(pay, ask), &account_shape, &rows));
    TRY(store(call, &account_see, FROM(pay, ask)));
    account.seen = (int64_t)rows.count;
    return tell(call, ask, account);
}

/* Reads what it has written: a group cannot. */
static struct err cmd_echo(struct call *call, const void *body)
{
    const struct pay *ask = body;
    struct account account;

    TRY(store(call, &account_see, FROM(pay, ask)));
    TRY(fetch(call, &account_get, FROM(pay, ask), INTO(account, &account)));
    return tell(call, ask, account);
}

static const struct command commands[] = {
    { "trial.pay", 0, &pay_shape, cmd_pay, .subject = "account" },
    { "trial.see", 0, &pay_shape, cmd_see, .subject = "account" },
    { "trial.sum", 0, &pay_shape, cmd_sum, .subject = "account" },
    { "trial.echo", 0, &pay_shape, cmd_echo, .subject = "account" },
    { 0 },
};

/* --------------------------------------------------------- the same calls */

struct scene {
    struct frame frame;
    struct arena *arena;
    struct db *db;
    size_t count;
    uint64_t seed;
    char **told; /* the answer to each call, of the first run */
    struct grant grant;
};

static const struct tiding events[] = {
    { "trial.paid", &account_shape },
    { 0 },
};
static const struct service trial = {
    .name = "cases",
    .commands = commands,
    .events = events,
};

/* Of now: an old call id would be refused for its age. */
static struct id numbered(unsigned kind, int round, size_t no)
{
    static struct id now;
    struct id id;

    if (!id_given(now))
        now = id_new(moment_now());
    (void)snprintf(id.text, sizeof id.text, "%.13s-7000-8000-%02x%02x%08zx",
                   now.text, kind & 0xff, (unsigned)round & 0xff, no);
    return id;
}

static const char *meta_text(int round, size_t call, struct arena *arena)
{
    return arena_format(arena,
                        "{\"id\":\"%s\",\"actor\":"
                        "\"01890000-0000-7000-8000-000000000001\"}",
                        numbered(0xca, round, call).text);
}

/* Call number i of a round: one time in eight with the id of an earlier one,
 * and then now and then about something else. */
static struct request request_of(struct scene *scene, int round, size_t i,
                                 struct arena *arena)
{
    struct dice dice = { scene->seed + i };
    size_t which = i;
    bool resent = i > 40 && dice_below(&dice, 8) == 0;

    if (resent) {
        which = i - 1 - dice_below(&dice, 40);
        if (dice_below(&dice, 4))
            dice = (struct dice){ scene->seed + which };
    }
    (void)dice_below(&dice, 8); /* as the one that is not resent threw */
    const char *name =
        commands[dice_below(&dice, 10) < 7 ? 0 : dice_below(&dice, 4)].name;
    size_t account = dice_below(&dice, ACCOUNTS + 2); /* two are not there */
    int64_t amount = (int64_t)dice_below(&dice, 1100) - 150;
    return (struct request){
        .command = name,
        .meta = meta_text(round, which, arena),
        .body = arena_format(arena,
                             "{\"account\":\"%s\",\"amount\":%" PRId64
                             ",\"mark\":%" PRIu64 ",\"blind\":%s}",
                             numbered(0xac, round, account).text, amount,
                             dice_below(&dice, 4000),
                             dice_below(&dice, 40) ? "false" : "true"),
    };
}

/* A group warns each time that it is done one by one. */
static void silence(bool on)
{
    static int terminal = -1;

    (void)fflush(stdout);
    if (on) {
        terminal = dup(STDOUT_FILENO);
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        (void)dup2(null, STDOUT_FILENO);
        close(null);
    } else {
        (void)dup2(terminal, STDOUT_FILENO);
        close(terminal);
    }
}

static void note(struct scene *scene, size_t i, struct err err,
                 const struct call *call)
{
    const char *text = err.code ? err.why : call->answer;
    char line[300];

    (void)snprintf(line, sizeof line, "%s %s", code_name(err.code), text);
    if (!scene->told[i])
        scene->told[i] = strdup(line);
    else if (strcmp(scene->told[i], line) != 0) {
        silence(false);
        fail_msg("call %zu: \"%s\" one by one, \"%s\" in a group", i,
                 scene->told[i], line);
    }
}

static void run_alone(struct scene *scene, int round, size_t i)
{
    struct arena *arena = scene->arena;
    struct errand errand = { .call =
                                 call_new(&scene->frame, scene->db, arena) };
    struct request request = request_of(scene, round, i, arena);

    errand.call.grant = &scene->grant;
    struct err err = call_accept(&scene->frame, &errand, &request);
    if (!err.code)
        err = call_perform(&scene->frame, &errand);
    note(scene, i, err, &errand.call);
    arena_reset(arena);
}

static void over(struct scene *scene, int round, struct groups *group,
                 struct seat *seat)
{
    size_t i = (size_t)(uintptr_t)seat->ticket;

    if (seat->alone)
        run_alone(scene, round, i);
    else
        note(scene, i, seat->err, &seat->errand.call);
    group_leave(group, seat);
}

static void pump(struct scene *scene, int round, struct groups *group)
{
    struct pollfd lane[GROUP_LANES];
    struct seat *seat;

    group_polls(group, lane);
    assert_true(poll(lane, GROUP_LANES, 5000) > 0);
    for (size_t i = 0; i < GROUP_LANES; i++)
        if (lane[i].revents)
            group_wake(group, i);
    while ((seat = group_work(group)))
        over(scene, round, group, seat);
}

static void join(struct scene *scene, int round, struct groups *group, size_t i)
{
    struct seat *seat = group_seat(group);

    assert_non_null(seat);
    seat->ticket = (void *)(uintptr_t)i;
    seat->request = request_of(scene, round, i, seat->errand.call.arena);
    seat->errand.call.grant = &scene->grant;
    struct err err = call_accept(&scene->frame, &seat->errand, &seat->request);
    if (err.code) {
        silence(false);
        fail_msg("call %zu is not accepted: %s", i, err.why);
    }
    group_join(group, seat);
}

/* Calls arrive in crowds of many sizes, while others are under way. */
static void run_in_groups(struct scene *scene, int round, size_t most)
{
    struct groups *group = group_open(&scene->frame, most, NULL);
    struct dice dice = { scene->seed };
    struct seat *seat = group_work(group);

    while (!group_is_open(group))
        pump(scene, round, group);
    for (size_t i = 0; i < scene->count;) {
        for (size_t n = dice_below(&dice, CROWD); n && i < scene->count; n--)
            join(scene, round, group, i++);
        while ((seat = group_work(group)))
            over(scene, round, group, seat);
        while (!group_is_empty(group))
            pump(scene, round, group);
    }
    group_close(&group);
}

/* ------------------------------------------------------------ the same end */

struct outcome {
    int64_t round;
    const char *text;
};

static const struct field outcome_fields[] = {
    FIELD(outcome, round),
    FIELD(outcome, text, .max = 100000000),
};
static const struct shape outcome_shape = SHAPE(outcome);

/* clang-format off */
static const struct statement prepare_round = {
    .name = "trial_prepare", .params = PARAMS("id", "round", "no"),
    .text = "insert into trial.account (id, round, no) select * from"
            " unnest($1::uuid[], $2::int[], $3::int[])",
};
static const struct statement outcomes[] = {
    { .name = "trial_accounts", .params = PARAMS("round"),
      .text = "select string_agg(concat_ws(':', no, balance, seen), ' '"
              " order by no) as text from trial.account where round = $1::int" },
    { .name = "trial_ledger", .params = PARAMS("round"),
      .text = "select string_agg(concat_ws(':', no, mark, amount), ' '"
              " order by no, seq) as text from trial.entry"
              " join trial.account on id = account where round = $1::int" },
    { .name = "trial_events", .params = PARAMS("round"),
      .text = "select string_agg(concat_ws(':', a.no, o.data, right(o.call::text, 8)),"
              " ' ' order by a.no, o.id) as text from bus.outbox o"
              " join trial.account a on a.id = o.subject"
              " where a.round = $1::int" },
    { .name = "trial_pending", .params = PARAMS("round"),
      .text = "select count(*)::text as text from bus.outbox o join bus.pending"
              " using (id) join trial.account a on a.id = o.subject"
              " where a.round = $1::int" },
    { .name = "trial_handled", .params = PARAMS("round"),
      .text = "select string_agg(right(call::text, 8) || answer, ' ' order by call)"
              " as text from bus.handled where left(right(call::text, 12), 4)"
              " = 'ca' || lpad(to_hex($1::int), 2, '0')" },
};
/* clang-format on */

static const char *outcome_of(struct scene *scene, size_t which, int round)
{
    struct outcome asked = { .round = round, .text = NULL }, found;

    assert_ok(db_begin(scene->db));
    assert_ok(db_get(scene->db, &outcomes[which], FROM(outcome, &asked),
                     INTO(outcome, &found)));
    assert_ok(db_commit(scene->db));
    return found.text;
}

struct place {
    struct id id;
    int64_t round;
    int64_t no;
};

static const struct field place_fields[] = {
    FIELD(place, id),
    FIELD(place, round),
    FIELD(place, no),
};
static const struct shape place_shape = SHAPE(place);

static void prepare(struct scene *scene, int round)
{
    struct place places[ACCOUNTS];

    for (size_t i = 0; i < ACCOUNTS; i++)
        places[i] =
            (struct place){ numbered(0xac, round, i), round, (int64_t)i };
    assert_ok(db_begin(scene->db));
    assert_ok(db_run_rows(scene->db, &prepare_round, &place_shape,
                          (struct rows){ places, ACCOUNTS }));
    assert_ok(db_commit(scene->db));
}

static void compare(struct scene *scene, int round)
{
    for (size_t i = 0; i < COUNT(outcomes); i++)
        assert_string_equal(outcome_of(scene, i, 0),
                            outcome_of(scene, i, round));
    arena_reset(scene->arena);
}

static void open_scene(struct scene *scene)
{
    const char *calls = getenv("CALLS");
    struct key_file file = { .kind = "front" };

    *scene = (struct scene){
        .count = calls ? strtoul(calls, NULL, 10) : 800,
        .seed = dice_new().state,
        .arena = arena_new(),
    };
    scene->frame.service = &trial;
    scene->frame.settings.REDKITE_REMEMBER_DAYS = 30;
    scene->frame.place = (struct db_place){
        .conninfo = getenv("TEST_DATABASE_URL"),
        .password_file = strdup(arena_format(scene->arena, "%s/cases",
                                             getenv("TEST_ROLE_PASSWORDS"))),
        .service = "cases",
    };
    assert_ok(grant_from("tester", &file, &scene->grant));
    scene->db = db_open(&scene->frame.place, scene->arena);
    scene->told = calloc(scene->count, sizeof *scene->told);
    assert_non_null(scene->told);
}

static void close_scene(struct scene *scene)
{
    for (size_t i = 0; i < scene->count; i++)
        free(scene->told[i]);
    free(scene->told);
    db_close(&scene->db);
    arena_destroy(&scene->arena);
    free((void *)(uintptr_t)scene->frame.place.password_file);
}

static void calls_in_groups_have_the_effect_of_one_by_one(void **state)
{
    static const size_t sizes[] = { 1, 2, 7, 64, GROUP_MAX };
    struct scene scene;

    (void)state;
    open_scene(&scene);
    prepare(&scene, 0);
    silence(true);
    for (size_t i = 0; i < scene.count; i++)
        run_alone(&scene, 0, i);
    silence(false);
    for (size_t s = 0; s < COUNT(sizes); s++) {
        int round = (int)s + 1;
        prepare(&scene, round);
        silence(true);
        run_in_groups(&scene, round, sizes[s]);
        silence(false);
        compare(&scene, round);
    }
    close_scene(&scene);
}

RUN(cmocka_unit_test(calls_in_groups_have_the_effect_of_one_by_one))
