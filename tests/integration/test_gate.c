/* The gate and the bell without a service around them: what happens when the
 * ZAP handler is dead, when a key comes late, and when keys change. */
#include "tests/curve.h"

#include "common/service/bell.h"
#include "common/service/client.h"
#include "common/service/gate.h"

#include <poll.h>
#include <zmq.h>

static struct curves curves;
static int places;

static const char *place(char text[static 64])
{
    (void)snprintf(text, 64, "ipc://@rk-gate-%d-%d", (int)getpid(), places++);
    return text;
}

static struct key_place server_keys(void)
{
    static char secret[96];

    (void)snprintf(secret, sizeof secret, "%s/.server", curves.folder);
    return (struct key_place){ secret, curves.folder };
}

static struct key_place client_keys(void)
{
    return (struct key_place){ curves.secret, curves.folder };
}

static void path_of(const char *name, char path[static 256])
{
    (void)snprintf(path, 256, "%s/%s", curves.folder, name);
}

static void move(const char *from, const char *to)
{
    char old[256], new[256];

    path_of(from, old);
    path_of(to, new);
    assert_int_equal(rename(old, new), 0);
}

/* ------------------------------------------------------------ the ZAP handler
 */

/* Whether a client gets through to a server that is bound; its request is
 * looked at as the door does. */
static bool gets_through(struct gate *gate, const char *endpoint,
                         zsock_t *server)
{
    int patience = gate ? 10000 : 700; /* ms */
    zsock_t *client;
    struct arena *arena = arena_new();
    bool let_in = false;

    assert_ok(socket_open(SOCKET_CLIENT, endpoint, &curves.client, &client));
    zsock_set_sndtimeo(client, patience);
    (void)zstr_sendx(client, "RK1", "a.b", "{}", "{}", NULL);
    zmq_pollitem_t item = { zsock_resolve(server), 0, ZMQ_POLLIN, 0 };
    (void)zmq_poll(&item, 1, patience);
    struct parcel *request = parcel_receive(server);
    if (request && gate) {
        const struct grant *grant = gate_grant(gate, request, arena);
        assert_non_null(grant);
        assert_string_equal(grant->name, "client");
        assert_int_equal(request->came, PARCEL_IN);
    }
    let_in = request != NULL;
    parcel_drop(&request);
    zsock_destroy(&client);
    arena_destroy(&arena);
    return let_in;
}

static void with_a_dead_zap_handler_nobody_is_let_in(void **state)
{
    struct key_place keys = server_keys();
    struct gate *gate = gate_open("test", &keys);
    struct curve curve = gate_curve(gate);
    zsock_t *server, *publisher, *ear;
    char asked[64], rung[64];

    (void)state;
    assert_ok(socket_open(SOCKET_SERVER, place(asked), &curve, &server));
    assert_ok(socket_open(SOCKET_PUBLISHER, place(rung), &curve, &publisher));
    assert_true(gets_through(gate, asked, server));
    gate_close(&gate);
    assert_false(gets_through(NULL, asked, server));

    assert_ok(socket_open(SOCKET_SUBSCRIBER, rung, &curves.client, &ear));
    zsock_set_subscribe(ear, "");
    zsock_set_rcvtimeo(ear, 100);
    for (int i = 0; i < 5; i++) {
        zstr_send(publisher, "news");
        assert_null(zmsg_recv(ear));
    }
    /* And when it is back, so are they. */
    gate = gate_open("test", &keys);
    assert_true(gets_through(gate, asked, server));
    gate_close(&gate);
    zsock_destroy(&ear);
    zsock_destroy(&publisher);
    zsock_destroy(&server);
}

static void another_domain_is_not_answered_for(void **state)
{
    struct key_place keys = server_keys();
    struct gate *gate = gate_open("test", &keys);
    struct curve curve = gate_curve(gate);
    zsock_t *server;
    char asked[64];

    (void)state;
    curve.domain = "elsewhere";
    assert_ok(socket_open(SOCKET_SERVER, place(asked), &curve, &server));
    assert_false(gets_through(NULL, asked, server));
    zsock_destroy(&server);
    gate_close(&gate);
}

/* ------------------------------------------------------------------- the bell
 */

struct tower {
    struct gate *gate;
    zsock_t *socket;
    struct bell *bell;
    char place[64];
};

static void open_tower(struct tower *tower)
{
    struct key_place ours = server_keys(), theirs = client_keys();
    const char *const names[] = { "server", NULL };
    char from[128];

    tower->gate = gate_open("test", &ours);
    struct curve curve = gate_curve(tower->gate);
    assert_ok(socket_open(SOCKET_PUBLISHER, place(tower->place), &curve,
                          &tower->socket));
    (void)snprintf(from, sizeof from, "stranger=tcp://127.0.0.1:1,server=%s",
                   tower->place);
    assert_ok(bell_open(from, names, &theirs, &tower->bell));
}

static void close_tower(struct tower *tower)
{
    bell_close(&tower->bell);
    zsock_destroy(&tower->socket);
    gate_close(&tower->gate);
}

/* Rings and beats until it is heard, or the time is over. */
static bool is_heard(struct tower *tower, int64_t within_ms)
{
    int64_t end = zclock_mono() + within_ms, tend_at = 0;

    while (zclock_mono() < end) {
        zstr_sendx(tower->socket, "~", "epoch", "1", "server", NULL);
        zclock_sleep(20);
        if (bell_take(tower->bell))
            return true;
        if (zclock_mono() < tend_at)
            continue;
        bell_tend(tower->bell);
        tend_at = zclock_mono() + 500;
    }
    return false;
}

/* libzmq itself would never try again after a refusal. */
static void a_key_that_is_admitted_late_hears_all_the_same(void **state)
{
    struct tower tower;

    (void)state;
    move("client", ".away");
    open_tower(&tower);
    assert_false(is_heard(&tower, 600));
    move(".away", "client");
    assert_true(is_heard(&tower, 30000));
    close_tower(&tower);
}

static void a_server_whose_public_key_comes_late_is_heard(void **state)
{
    struct tower tower;

    (void)state;
    move("server", ".late");
    open_tower(&tower);
    assert_false(is_heard(&tower, 300));
    move(".late", "server");
    assert_true(is_heard(&tower, 20000));
    close_tower(&tower);
}

static void beat_once(struct tower *tower, const char *head)
{
    zstr_sendx(tower->socket, "~", "epoch", head, "server", NULL);
    zclock_sleep(50);
}

/* A ring may have been lost; the next beat says so. */
static void only_a_beat_with_another_head_is_news(void **state)
{
    struct tower tower;

    (void)state;
    open_tower(&tower);
    assert_true(is_heard(&tower, 20000));
    for (int i = 0; i < 5; i++) {
        zstr_sendx(tower.socket, "~", "epoch", "1", "server", NULL);
        zclock_sleep(20);
    }
    (void)bell_take(tower.bell); /* what was left of the ringing */
    zstr_sendx(tower.socket, "a.b", "epoch", "2", "{}", NULL);
    beat_once(&tower, "1");
    assert_false(bell_take(tower.bell));
    beat_once(&tower, "3");
    assert_true(bell_take(tower.bell));
    beat_once(&tower, "3");
    assert_false(bell_take(tower.bell));
    close_tower(&tower);
}

static void a_bell_is_heard_while_it_beats(void **state)
{
    struct tower tower;

    (void)state;
    assert_false(bell_is_heard(NULL, "server"));
    open_tower(&tower);
    assert_false(bell_is_heard(tower.bell, "server"));
    assert_true(is_heard(&tower, 20000));
    assert_false(bell_is_heard(tower.bell, "stranger"));
    assert_true(bell_is_heard(tower.bell, "server"));
    zclock_sleep(1100);
    assert_false(bell_is_heard(tower.bell, "server"));
    close_tower(&tower);
}

static void a_bell_that_is_written_wrongly_is_refused(void **state)
{
    static const char *const wrong[] = {
        "tcp://127.0.0.1:1",
        "=tcp://127.0.0.1:1",
        "a/b=tcp://127.0.0.1:1",
        "server=udp://127.0.0.1:1",
    };
    struct key_place keys = client_keys(), none = { NULL, curves.folder };
    struct bell *bell;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_refused(bell_open(wrong[i], NULL, &keys, &bell),
                       CODE_BAD_REQUEST);
        assert_null(bell);
    }
    assert_refused(bell_open("server=ipc://@x", NULL, &none, &bell),
                   CODE_DENIED);
    assert_null(bell);
}

/* ------------------------------------------------------------------ a new key
 */

/* Waits until the keeper has seen the new key and does what the door does. */
static void turn(struct gate *gate, zsock_t *server)
{
    struct pollfd turned = { gate_turned(gate), POLLIN, 0 };

    assert_int_equal(poll(&turned, 1, 20000), 1);
    gate_turn(gate, server);
}

static void a_client_follows_a_server_to_its_new_key(void **state)
{
    struct key_place keys = server_keys(), theirs = client_keys();
    struct gate *gate = gate_open("test", &keys);
    struct curve curve = gate_curve(gate);
    struct key_file fresh = { .kind = "service" };
    unsigned turns = gate_turns(gate);
    zsock_t *server;
    char asked[64];

    (void)state;
    assert_ok(socket_open(SOCKET_SERVER, place(asked), &curve, &server));
    assert_true(gets_through(gate, asked, server));
    assert_ok(key_make(&fresh));
    curve_write(curves.folder, ".fresh", &fresh, true);
    curve_write(curves.folder, ".public", &fresh, false);
    move(".fresh", ".server");
    turn(gate, server);
    assert_true(gate_turns(gate) > turns);
    assert_false(gets_through(NULL, asked, server)); /* by the old key */
    move(".public", "server");

    struct meta asker = { .roles = "" };
    struct client *client =
        client_open(&(struct party){ "server", asked, theirs }, &asker);
    client_send(client, id_new(moment_now()), "a.b", "{}");
    zsock_set_rcvtimeo(server, 20000);
    zmsg_t *request = zmsg_recv(server);
    assert_non_null(request);
    zmsg_destroy(&request);
    client_close(&client);
    curves.client.server = fresh.pair.public;
    zsock_destroy(&server);
    gate_close(&gate);
}

/* ---------------------------------------------------------------- the grants
 */

static const struct id somebody = { "01890000-0000-7000-8000-000000000001" };

static void a_grant_is_as_narrow_as_its_file(void **state)
{
    static const struct {
        struct key_file file;
        const char *command;
        const struct id *actor;
        const char *roles;
        bool may;
    } rows[] = {
        { { .kind = "front" }, "a.b", &somebody, "dept", true },
        { { .kind = "service" }, "service.x", &nobody, "", true },
        { { .kind = "service" }, "events.since", &nobody, NULL, true },
        { { .kind = "service" }, "events.sincere", &nobody, "", false },
        { { .kind = "service" }, "events", &nobody, "", false },
        { { .kind = "service" }, "service.x", &somebody, "", false },
        { { .kind = "service" }, "", &nobody, "", false },
        { { .kind = "system", .commands = "a.b  c." },
          "c.d",
          &nobody,
          "",
          true },
        { { .kind = "system", .commands = "a.b c." }, "c", &nobody, "", false },
        { { .kind = "system", .commands = "a.b" },
          "service.x",
          &nobody,
          "",
          false },
        { { .kind = "system", .commands = "*", .roles = "dept" },
          "a.b",
          &nobody,
          "dept",
          true },
        { { .kind = "member",
            .actor = "01890000-0000-7000-8000-000000000001",
            .roles = "dept,chair" },
          "a.b",
          &somebody,
          "chair,dept",
          true },
        { { .kind = "member",
            .actor = "01890000-0000-7000-8000-000000000001",
            .roles = "dept" },
          "a.b",
          &somebody,
          "dept,chair",
          false },
        { { .kind = "member", .actor = "01890000-0000-7000-8000-000000000001" },
          "a.b",
          &nobody,
          "",
          false },
    };
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct meta meta = { .actor = *rows[i].actor, .roles = rows[i].roles };
        struct grant grant;
        assert_ok(grant_from("key", &rows[i].file, &grant));
        struct err err = grant_may(&grant, rows[i].command, &meta, arena);
        if ((err.code == CODE_OK) != rows[i].may)
            fail_msg("row %zu: %s", i, err.why);
    }
    assert_refused(grant_may(NULL, "service.live",
                             &(struct meta){ .actor = nobody }, arena),
                   CODE_DENIED);
    arena_destroy(&arena);
}

static int begin(void **state)
{
    struct key_file server = { .kind = "service" };

    (void)state;
    socket_begin();
    curves_open(&curves);
    zactor_destroy(&curves.zauth); /* the gate takes its place */
    server.pair = curves.server.own;
    curve_write(curves.folder, ".server", &server, true);
    return 0;
}

static int end(void **state)
{
    char path[256];

    (void)state;
    path_of(".server", path);
    (void)unlink(path);
    curves_close(&curves);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grant_is_as_narrow_as_its_file),
        cmocka_unit_test(with_a_dead_zap_handler_nobody_is_let_in),
        cmocka_unit_test(another_domain_is_not_answered_for),
        cmocka_unit_test(a_key_that_is_admitted_late_hears_all_the_same),
        cmocka_unit_test(a_server_whose_public_key_comes_late_is_heard),
        cmocka_unit_test(only_a_beat_with_another_head_is_news),
        cmocka_unit_test(a_bell_is_heard_while_it_beats),
        cmocka_unit_test(a_bell_that_is_written_wrongly_is_refused),
        cmocka_unit_test(a_client_follows_a_server_to_its_new_key),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
