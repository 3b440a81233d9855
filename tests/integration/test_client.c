/* A client against a server that drops, delays and lies. */
#include "tests/curve.h"

#include "common/service/client.h"

#include <stdatomic.h>

static struct curves curves;

/* What the server does with the requests it hears, one letter each:
 * d = drops it, o = answers it, w = answers another ask first. */
struct server {
    zsock_t *socket;
    const char *plan;
    char ids[8][40];     /* the id of each request heard   */
    atomic_size_t heard; /* so many of them may be read    */
};

static void answer(struct server *server, zframe_t *peer, const char *id)
{
    zmsg_t *reply = zmsg_new();
    zframe_t *to = zframe_dup(peer);

    zmsg_append(reply, &to);
    zmsg_addstr(reply, "RK1");
    zmsg_addstr(reply, "ok");
    zmsg_addstrf(reply, "{\"id\":\"%s\",\"more\":1}", id);
    zmsg_addstrf(reply, "{\"for\":\"%s\"}", id);
    assert_int_equal(zmsg_send(&reply, server->socket), 0);
}

static void take_id(const char *meta, char id[static 40])
{
    const char *at = strstr(meta, "\"id\":\"");

    (void)snprintf(id, 37, "%s", at ? at + 6 : "");
}

static void serve(zsock_t *pipe, void *arg)
{
    struct server *server = arg;

    zsock_signal(pipe, 0);
    for (size_t i = 0; server->plan[i]; i++) {
        zmsg_t *request = zmsg_recv(server->socket);
        zframe_t *peer = zmsg_pop(request);
        char *version = zmsg_popstr(request), *command = zmsg_popstr(request);
        char *meta = zmsg_popstr(request);

        take_id(meta, server->ids[i]);
        atomic_store(&server->heard, i + 1);
        if (server->plan[i] == 'w')
            answer(server, peer, "01890000-0000-7000-8000-00000000000f");
        if (server->plan[i] != 'd')
            answer(server, peer, server->ids[i]);
        zframe_destroy(&peer);
        zstr_free(&version);
        zstr_free(&command);
        zstr_free(&meta);
        zmsg_destroy(&request);
    }
}

static const char *id_heard(struct server *server, size_t i)
{
    assert_true(atomic_load(&server->heard) > i);
    return server->ids[i];
}

static struct key_place keys(void)
{
    return (struct key_place){ curves.secret, curves.folder };
}

struct scene {
    struct server server;
    zactor_t *actor;
    struct client *client;
    struct arena *arena;
};

static void open_scene(struct scene *scene, const char *plan)
{
    static int scenes;
    char text[64];
    struct meta asker = { .roles = "dept" };

    memset(scene, 0, sizeof *scene);
    (void)snprintf(text, sizeof text, "ipc://@rk-client-%d-%d", (int)getpid(),
                   scenes++);
    assert_true(id_parse("01890000-0000-7000-8000-000000000001", &asker.actor));
    assert_ok(socket_open(SOCKET_SERVER, text, &curves.server,
                          &scene->server.socket));
    zsock_set_rcvtimeo(scene->server.socket,
                       -1); /* it has nothing else to do */
    scene->server.plan = plan;
    scene->actor = zactor_new(serve, &scene->server);
    scene->client =
        client_open(&(struct party){ "server", text, keys() }, &asker);
    scene->arena = arena_new();
}

static void close_scene(struct scene *scene)
{
    client_close(&scene->client);
    zactor_destroy(&scene->actor);
    zsock_destroy(&scene->server.socket);
    arena_destroy(&scene->arena);
}

static void an_ask_is_answered(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "o");
    struct answer got =
        client_ask(scene.client, "a.b", "{}", 5000, scene.arena);
    assert_int_equal(got.code, CODE_OK);
    assert_non_null(strstr(got.body, id_heard(&scene.server, 0)));
    close_scene(&scene);
}

static void an_unanswered_ask_is_sent_again_with_the_same_id(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "do");
    int64_t began = zclock_mono();
    struct answer got =
        client_ask(scene.client, "a.b", "{}", 5000, scene.arena);
    assert_int_equal(got.code, CODE_OK);
    assert_string_equal(id_heard(&scene.server, 0), id_heard(&scene.server, 1));
    assert_in_range(zclock_mono() - began, 900, 2500);
    close_scene(&scene);
}

static void an_answer_to_another_ask_is_not_taken_for_this_one(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "w");
    struct answer got =
        client_ask(scene.client, "a.b", "{}", 5000, scene.arena);
    assert_non_null(strstr(got.body, id_heard(&scene.server, 0)));
    close_scene(&scene);
}

static void without_an_answer_it_says_busy_in_time(void **state)
{
    struct scene scene;

    (void)state;
    open_scene(&scene, "d");
    int64_t began = zclock_mono();
    struct answer got = client_ask(scene.client, "a.b", "{}", 900, scene.arena);
    assert_int_equal(got.code, CODE_BUSY);
    assert_non_null(strstr(got.body, "no answer"));
    assert_in_range(zclock_mono() - began, 850, 1500);
    close_scene(&scene);
}

static void
a_service_that_is_away_is_busy_and_a_bad_endpoint_is_said(void **state)
{
    struct meta asker = { .roles = "" };
    struct arena *arena = arena_new();
    struct client *away = client_open(
        &(struct party){ "server", "ipc:///tmp/rk-nobody-there", keys() },
        &asker);
    struct client *bad =
        client_open(&(struct party){ "server", "http://x", keys() }, &asker);

    (void)state;
    assert_int_equal(client_ask(away, "a.b", "{}", 300, arena).code, CODE_BUSY);
    assert_int_equal(client_ask(bad, "a.b", "{}", 300, arena).code,
                     CODE_BAD_REQUEST);
    client_close(&away);
    client_close(&bad);
    assert_null(bad);
    arena_destroy(&arena);
}

static void many_asks_are_in_flight_and_each_answer_names_its_own(void **state)
{
    struct scene scene;
    struct id calls[3];
    int found = 0;

    (void)state;
    open_scene(&scene, "ooo");
    for (int i = 0; i < 3; i++) {
        calls[i] = id_new(moment_now());
        client_send(scene.client, calls[i], "a.b", "{}");
    }
    for (int i = 0; i < 3; i++) {
        struct id call;
        struct answer got;
        assert_true(
            client_receive(scene.client, 2000, &call, &got, scene.arena));
        for (int n = 0; n < 3; n++)
            found += id_same(calls[n], call);
    }
    assert_int_equal(found, 3);
    close_scene(&scene);
}

static int begin(void **state)
{
    (void)state;
    socket_begin();
    curves_open(&curves);
    return 0;
}

static int end(void **state)
{
    (void)state;
    curves_close(&curves);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ask_is_answered),
        cmocka_unit_test(an_unanswered_ask_is_sent_again_with_the_same_id),
        cmocka_unit_test(an_answer_to_another_ask_is_not_taken_for_this_one),
        cmocka_unit_test(without_an_answer_it_says_busy_in_time),
        cmocka_unit_test(
            a_service_that_is_away_is_busy_and_a_bad_endpoint_is_said),
        cmocka_unit_test(many_asks_are_in_flight_and_each_answer_names_its_own),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
