/* curve.h — keys for a test: a server's, a client's, and who is let in. */
#pragma once

#include "common/service/keys.h"
#include "common/service/socket.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct curves {
    char folder[64]; /* of public keys: "server", "client" */
    char secret[96]; /* the client's file                  */
    struct curve server, client;
    zactor_t *zauth; /* NULL once it is dead */
};

static inline void curve_write(const char *folder, const char *name,
                               const struct key_file *file, bool secret)
{
    char path[256];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_ok(key_write(path, file, secret));
}

/* A ZAP handler that lets in the keys of a folder. */
static inline zactor_t *curve_admit(const char *folder)
{
    zactor_t *actor = zactor_new(zauth, NULL);

    assert_int_equal(zstr_sendx(actor, "CURVE", folder, NULL), 0);
    assert_int_equal(zsock_wait(actor), 0);
    return actor;
}

static inline void curves_open(struct curves *curves)
{
    struct key_file server = { .kind = "service" }, client = server;

    memset(curves, 0, sizeof *curves);
    (void)snprintf(curves->folder, sizeof curves->folder,
                   "/tmp/rk-curve-XXXXXX");
    assert_non_null(mkdtemp(curves->folder));
    assert_ok(key_make(&server));
    assert_ok(key_make(&client));
    curve_write(curves->folder, "server", &server, false);
    curve_write(curves->folder, "client", &client, false);
    curve_write(curves->folder, ".client", &client, true);
    (void)snprintf(curves->secret, sizeof curves->secret, "%s/.client",
                   curves->folder);
    curves->server = (struct curve){ .own = server.pair, .domain = "test" };
    curves->client =
        (struct curve){ .own = client.pair, .server = server.pair.public };
    curves->zauth = curve_admit(curves->folder);
}

static inline void curves_close(struct curves *curves)
{
    static const char *const names[] = { "server", "client", ".client" };
    char path[256];

    zactor_destroy(&curves->zauth);
    for (size_t i = 0; i < COUNT(names); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", curves->folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(curves->folder);
}
