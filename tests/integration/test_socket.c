/* The socket sheet of reliability.md 2, read back from real sockets. */
#include "tests/curve.h"

#include <zmq.h>

enum { ZAP_ENFORCE_DOMAIN = 93 };

static struct curves curves;

/* clang-format off */
static const struct {
    int option;
    int value[4]; /* server, client, publisher, subscriber; -2 = not theirs */
} sheet[] = {
    { ZMQ_LINGER,              { 2000,     0,    0,    0 } },
    { ZMQ_SNDHWM,              { 1000,  1000, 1000, 1000 } },
    { ZMQ_RCVHWM,              { 1000,  1000, 1000, 1000 } },
    { ZMQ_SNDTIMEO,            {    0,  1000, 1000, 1000 } },
    { ZMQ_RCVTIMEO,            {    0,    -1,   -1,   -1 } },
    { ZMQ_CONNECT_TIMEOUT,     { 1000,  1000, 1000, 1000 } },
    { ZMQ_HANDSHAKE_IVL,       { 2000,  2000, 2000, 2000 } },
    { ZMQ_HEARTBEAT_IVL,       {    0,     0,    0,    0 } },
    { ZMQ_RECONNECT_IVL,       {  100,   100,  100,  100 } },
    { ZMQ_RECONNECT_IVL_MAX,   { 2000,  2000, 2000, 2000 } },
    { ZMQ_TCP_KEEPALIVE,       {    1,     1,    1,    1 } },
    { ZMQ_TCP_KEEPALIVE_IDLE,  {    1,     1,    1,    1 } },
    { ZMQ_TCP_KEEPALIVE_INTVL, {    1,     1,    1,    1 } },
    { ZMQ_TCP_KEEPALIVE_CNT,   {    3,     3,    3,    3 } },
    { ZMQ_TCP_MAXRT,           { 2500,  2500, 2500, 2500 } },
    { ZMQ_IPV6,                {    0,     0,    0,    0 } },
    { ZMQ_IMMEDIATE,           {   -2,     1,   -2,   -2 } },
    { ZMQ_MECHANISM,           { ZMQ_CURVE, ZMQ_CURVE, ZMQ_CURVE, ZMQ_CURVE } },
    { ZMQ_CURVE_SERVER,        {    1,     0,    1,    0 } },
    { ZAP_ENFORCE_DOMAIN,      {    1,     0,    1,    0 } },
};
/* clang-format on */

static const char *place(char text[static 64], const char *name)
{
    (void)snprintf(text, 64, "ipc://@rk-test-%d-%s", (int)getpid(), name);
    return text;
}

static bool serves(enum socket_role role)
{
    return role == SOCKET_SERVER || role == SOCKET_PUBLISHER;
}

static void check_text(zsock_t *socket, int option, const char *wanted)
{
    char text[KEY_SIZE + 1]; /* by its size it is asked for as text */
    size_t size = sizeof text;

    assert_int_equal(zmq_getsockopt(zsock_resolve(socket), option, text, &size),
                     0);
    assert_string_equal(text, wanted);
}

static void check_keys(zsock_t *socket, enum socket_role role)
{
    const struct curve *curve = serves(role) ? &curves.server : &curves.client;

    check_text(socket, ZMQ_CURVE_PUBLICKEY, curve->own.public.text);
    check_text(socket, ZMQ_CURVE_SECRETKEY, curve->own.secret.text);
    if (serves(role))
        check_text(socket, ZMQ_ZAP_DOMAIN, "test");
    else
        check_text(socket, ZMQ_CURVE_SERVERKEY, curve->server.text);
}

static void check_role(enum socket_role role, const char *endpoint)
{
    zsock_t *socket;
    int64_t most;
    size_t size = sizeof most;

    assert_ok(socket_open(role, endpoint,
                          serves(role) ? &curves.server : &curves.client,
                          &socket));
    check_keys(socket, role);
    for (size_t i = 0; i < COUNT(sheet); i++) {
        int value;
        size_t int_size = sizeof value;

        if (sheet[i].value[role] == -2)
            continue;
        assert_int_equal(zmq_getsockopt(zsock_resolve(socket), sheet[i].option,
                                        &value, &int_size),
                         0);
        if (value != sheet[i].value[role])
            fail_msg("role %d, option %d: %d", role, sheet[i].option, value);
    }
    assert_int_equal(
        zmq_getsockopt(zsock_resolve(socket), ZMQ_MAXMSGSIZE, &most, &size), 0);
    assert_int_equal(most, 262144);
    zsock_destroy(&socket);
}

static void every_option_of_the_sheet_is_set_for_every_role(void **state)
{
    static const char *const names[] = { "server", "client", "publisher",
                                         "subscriber" };
    char text[64];

    (void)state; /* a place each: one is left some time after the close */
    for (int role = SOCKET_SERVER; role <= SOCKET_SUBSCRIBER; role++)
        check_role((enum socket_role)role, place(text, names[role]));
}

/* Read back by what it does: there is no getsockopt for it. */
static void a_reply_to_nobody_is_an_error(void **state)
{
    char text[64];
    zsock_t *server;

    (void)state;
    assert_ok(socket_open(SOCKET_SERVER, place(text, "nobody"), &curves.server,
                          &server));
    assert_int_equal(zmq_send(zsock_resolve(server), "ghost", 5, ZMQ_SNDMORE),
                     -1);
    assert_int_equal(zmq_errno(), EHOSTUNREACH);
    zsock_destroy(&server);
}

static void prove(void *socket, const struct curve *curve)
{
    zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, curve->own.public.text, 40);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, curve->own.secret.text, 40);
    zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, curve->server.text, 40);
}

static void a_second_client_of_one_name_takes_nothing_over(void **state)
{
    char text[64];
    zsock_t *server;
    void *client[2];

    (void)state;
    assert_ok(socket_open(SOCKET_SERVER, place(text, "twins"), &curves.server,
                          &server));
    zsock_set_rcvtimeo(server, 2000);
    void *context = zmq_ctx_new();
    for (int i = 0; i < 2; i++) {
        client[i] = zmq_socket(context, ZMQ_DEALER);
        zmq_setsockopt(client[i], ZMQ_IDENTITY, "twin", 4);
        zmq_setsockopt(client[i], ZMQ_LINGER, &(int){ 0 }, sizeof(int));
        zmq_setsockopt(client[i], ZMQ_RCVTIMEO, &(int){ 2000 }, sizeof(int));
        prove(client[i], &curves.client);
        assert_int_equal(zmq_connect(client[i], text), 0);
        zmq_send(client[i], "hi", 2, 0);
        if (i == 0) {
            zmsg_t *heard = zmsg_recv(server);
            assert_non_null(heard);
            zmsg_destroy(&heard);
        }
    }
    zclock_sleep(200);
    zmsg_t *reply = zmsg_new();
    zmsg_addstr(reply, "twin");
    zmsg_addstr(reply, "for the first");
    assert_int_equal(zmsg_send(&reply, server), 0);
    char bytes[64];
    assert_int_equal(zmq_recv(client[0], bytes, sizeof bytes, 0), 13);
    for (int i = 0; i < 2; i++)
        zmq_close(client[i]);
    zmq_ctx_term(context);
    zsock_destroy(&server);
}

static void a_frame_past_the_limit_never_arrives(void **state)
{
    char text[64];
    zsock_t *server, *client;
    static char big[262145];

    (void)state;
    assert_ok(socket_open(SOCKET_SERVER, place(text, "big"), &curves.server,
                          &server));
    assert_ok(socket_open(SOCKET_CLIENT, text, &curves.client, &client));
    zsock_set_rcvtimeo(server, 500);
    assert_int_equal(zmq_send(zsock_resolve(client), big, sizeof big, 0),
                     sizeof big);
    zmsg_t *heard = zmsg_recv(server);
    assert_null(heard);
    zsock_destroy(&client);
    zsock_destroy(&server);
}

static void a_taken_port_is_an_error(void **state)
{
    zsock_t *first, *second;
    char text[64];

    (void)state;
    for (int port = 21000; port < 21100; port++) {
        (void)snprintf(text, sizeof text, "tcp://127.0.0.1:%d", port);
        if (!socket_open(SOCKET_SERVER, text, &curves.server, &first).code)
            break;
    }
    assert_non_null(first);
    struct err err = socket_open(SOCKET_SERVER, text, &curves.server, &second);
    assert_int_equal(err.code, CODE_FAULT);
    assert_string_equal(err.why, "Address already in use");
    assert_null(second);
    zsock_destroy(&first);
}

static void only_tcp_and_ipc_are_spoken(void **state)
{
    static const char *const others[] = { "inproc://a", "udp://127.0.0.1:1", "",
                                          "ws://127.0.0.1:1", "tcp://x" };
    zsock_t *socket;

    (void)state;
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_true(
            socket_open(SOCKET_SERVER, others[i], &curves.server, &socket)
                .code);
        assert_null(socket);
    }
}

static void without_keys_there_is_no_socket(void **state)
{
    static const struct curve none = { .domain = "test" };
    zsock_t *socket;
    char text[64];

    (void)state;
    for (int role = SOCKET_SERVER; role <= SOCKET_SUBSCRIBER; role++) {
        assert_refused(socket_open((enum socket_role)role, place(text, "bare"),
                                   &none, &socket),
                       CODE_DENIED);
        assert_null(socket);
    }
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
        cmocka_unit_test(every_option_of_the_sheet_is_set_for_every_role),
        cmocka_unit_test(a_reply_to_nobody_is_an_error),
        cmocka_unit_test(a_second_client_of_one_name_takes_nothing_over),
        cmocka_unit_test(a_frame_past_the_limit_never_arrives),
        cmocka_unit_test(a_taken_port_is_an_error),
        cmocka_unit_test(without_keys_there_is_no_socket),
        cmocka_unit_test(only_tcp_and_ipc_are_spoken),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
