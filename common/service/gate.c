#include "common/service/gate.h"

#include "common/service/log.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LOOK_MS = 1000,
    GRANTS_FIRST = 64,
    ZAP_DOMAIN = 2, /* frames of a question, counted from 0 */
    ZAP_MECHANISM = 5,
    ZAP_FRAMES = 7,
    ZAP_KEY_SIZE = 32,
};

#define ZAP_PLACE "inproc://zeromq.zap.01" /* as libzmq wants it */

static const char how[] =
    "docs/operations.md has how keys are made, given and taken back";

/* The table of one look at the folder, by rising key. */
struct table {
    struct grant *at;
    size_t count;
};

struct gate {
    const char *service;
    struct key_place place;
    pthread_rwlock_t lock; /* of own and table */
    struct key_pair own;
    struct table table;
    atomic_uint turns;
    uint64_t seen; /* a fingerprint of the folder              */
    bool away;     /* the folder could not be read, as was said */
    bool own_away; /* nor our own key, as was said              */
    int turned;    /* an eventfd: our own key has been another since */
    zactor_t *keeper;
};

/* ------------------------------------------------------------------ a table */

static int by_key(const void *a, const void *b)
{
    const struct grant *x = a, *y = b;

    return memcmp(x->key.text, y->key.text, KEY_SIZE);
}

static const struct grant *find(const struct table *table,
                                const struct grant *wanted)
{
    return table->count ? bsearch(wanted, table->at, table->count,
                                  sizeof *table->at, by_key)
                        : NULL;
}

static void add(struct table *table, const struct grant *grant)
{
    if ((table->count & (table->count - 1)) == 0
        && (table->count == 0 || table->count >= GRANTS_FIRST)) {
        size_t room = table->count ? 2 * table->count : GRANTS_FIRST;
        table->at = realloc(table->at, room * sizeof *grant);
        if (!table->at)
            abort();
    }
    table->at[table->count++] = *grant;
}

/* One key in two files would be granted by chance: it is not granted at all. */
static void drop_doubles(struct table *table)
{
    size_t kept = 0;

    for (size_t i = 0, next; i < table->count; i = next) {
        for (next = i + 1; next < table->count
                           && by_key(&table->at[i], &table->at[next]) == 0;)
            next++;
        if (next == i + 1)
            table->at[kept++] = table->at[i];
        else
            log_error("key is not admitted", "key", table->at[i].name, "err",
                      "it is in another file too", "hint",
                      "leave one of them in the folder of public keys", NULL);
    }
    table->count = kept;
}

/* ------------------------------------------------------------ the folder */

static void read_grant(const char *folder, const char *name,
                       struct table *table)
{
    struct key_file file;
    struct grant grant;

    struct err err = key_public_read(folder, name, &file);
    if (!err.code)
        err = grant_from(name, &file, &grant);
    if (err.code)
        log_error("key is not admitted", "key",
                  key_name_fits(name) ? name : "?", "field", err.field, "err",
                  err.why, "hint", how, NULL);
    else
        add(table, &grant);
}

/* Names that begin with a dot are files on their way. */
static bool read_folder(const char *folder, struct table *table)
{
    DIR *files = opendir(folder);
    const struct dirent *file;

    if (!files)
        return false;
    while ((file = readdir(files)))
        if (*file->d_name != '.')
            read_grant(folder, file->d_name, table);
    closedir(files);
    if (table->count)
        qsort(table->at, table->count, sizeof *table->at, by_key);
    drop_doubles(table);
    return true;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211); /* FNV-1a */
    return hash;
}

/* Which files there are, and when each was last written; in no order. */
static bool fingerprint(const char *folder, uint64_t *seen)
{
    DIR *files = opendir(folder);
    const struct dirent *file;
    struct stat is;

    *seen = 0;
    if (!files)
        return false;
    while ((file = readdir(files))) {
        uint64_t one = mix(UINT64_C(14695981039346656037), file->d_name,
                           strlen(file->d_name));
        if (*file->d_name == '.' || fstatat(dirfd(files), file->d_name, &is, 0))
            continue;
        one = mix(one, &is.st_ino, sizeof is.st_ino);
        one = mix(one, &is.st_size, sizeof is.st_size);
        *seen += mix(one, &is.st_mtim, sizeof is.st_mtim);
    }
    closedir(files);
    return true;
}

/* ----------------------------------------------------------- following them */

/* Names each key that one table has and the other has not; how many. */
static unsigned compare(const struct table *these, const struct table *those,
                        const char *said)
{
    unsigned count = 0;

    for (size_t i = 0; i < these->count; i++) {
        if (find(those, &these->at[i]))
            continue;
        log_info(said, "key", these->at[i].name, NULL);
        count++;
    }
    return count;
}

static void swap_table(struct gate *gate, struct table *fresh)
{
    pthread_rwlock_wrlock(&gate->lock);
    struct table old = gate->table;
    gate->table = *fresh;
    pthread_rwlock_unlock(&gate->lock);
    *fresh = old;
}

static void follow_folder(struct gate *gate)
{
    struct table table = { NULL, 0 };
    uint64_t seen;

    bool good = fingerprint(gate->place.folder, &seen);
    if (good && seen == gate->seen)
        return;
    if (!good || !read_folder(gate->place.folder, &table)) {
        if (!gate->away)
            log_error("keys", "err", "the folder of public keys is away",
                      "hint", "who was let in before still is", NULL);
        gate->away = true;
        return;
    }
    gate->away = false;
    gate->seen = seen;
    (void)compare(&table, &gate->table, "key admitted");
    unsigned gone = compare(&gate->table, &table, "key taken back");
    swap_table(gate, &table);
    free(table.at);
    if (gone)
        atomic_fetch_add(&gate->turns, 1);
}

/* True when our own key is another one. */
static bool follow_own(struct gate *gate)
{
    struct key_file file;

    struct err err = key_secret_read(gate->place.file, &file);
    if (err.code) {
        if (!gate->own_away)
            log_error("keys", "err", err.why, "hint",
                      "see REDKITE_KEY_FILE; the key that was read before "
                      "still holds",
                      NULL);
        gate->own_away = true;
        return false;
    }
    gate->own_away = false;
    if (key_same(&gate->own.public, &file.pair.public))
        return false;
    pthread_rwlock_wrlock(&gate->lock);
    gate->own = file.pair;
    pthread_rwlock_unlock(&gate->lock);
    atomic_fetch_add(&gate->turns, 1);
    log_info("own key changed", "hint",
             "the others must have its public half by now", NULL);
    return true;
}

/* ------------------------------------------------------ who is to be let in */

/* One question of libzmq's: [1.0][sequence][domain][address][identity]
 * [mechanism][public key, 32 bytes] (ZeroMQ RFC 27). */
static bool is_question(zmsg_t *question, const char *domain)
{
    zframe_t *frame = zmsg_first(question);

    for (int i = 0; frame && i < ZAP_DOMAIN; i++)
        frame = zmsg_next(question);
    if (!frame || !zframe_streq(frame, domain)
        || zmsg_size(question) != ZAP_FRAMES)
        return false;
    for (int i = ZAP_DOMAIN; i < ZAP_MECHANISM; i++)
        frame = zmsg_next(question);
    return zframe_streq(frame, "CURVE")
           && zframe_size(zmsg_last(question)) == ZAP_KEY_SIZE;
}

static bool is_admitted(struct gate *gate, const struct grant *wanted)
{
    pthread_rwlock_rdlock(&gate->lock);
    bool found = find(&gate->table, wanted) != NULL;
    pthread_rwlock_unlock(&gate->lock);
    return found;
}

/* A key that is not known may have been given just now. */
static void answer(struct gate *gate, zsock_t *zap)
{
    zmsg_t *question = zmsg_recv(zap);
    struct grant wanted = { .name = "" };
    bool good = false;

    if (!question)
        return;
    if (is_question(question, gate->service)
        && zmq_z85_encode(wanted.key.text, zframe_data(zmsg_last(question)),
                          ZAP_KEY_SIZE)) {
        if (!is_admitted(gate, &wanted))
            follow_folder(gate);
        good = is_admitted(gate, &wanted);
    }
    zframe_t *version = zmsg_pop(question), *sequence = zmsg_pop(question);
    zmsg_destroy(&question);
    zmsg_t *told = zmsg_new();
    zmsg_append(told, &version);
    zmsg_append(told, &sequence);
    zmsg_addstr(told, good ? "200" : "400");
    zmsg_addstr(told, good ? "OK" : "this key is not admitted");
    zmsg_addstr(told, good ? wanted.key.text : ""); /* the User-Id */
    zmsg_addstr(told, "");
    zmsg_send(&told, zap);
}

static void keep(zsock_t *pipe, zsock_t *zap, struct gate *gate)
{
    zpoller_t *poller = zpoller_new(pipe, zap, NULL);
    int64_t look_at = zclock_mono() + LOOK_MS;

    for (;;) {
        int64_t left = look_at - zclock_mono();
        void *ready = zpoller_wait(poller, left > 0 ? (int)left : 0);
        if (ready == pipe)
            break;
        if (ready == zap)
            answer(gate, zap);
        if (zclock_mono() < look_at)
            continue;
        look_at = zclock_mono() + LOOK_MS;
        follow_folder(gate);
        if (follow_own(gate))
            (void)eventfd_write(gate->turned, 1);
    }
    zpoller_destroy(&poller);
}

/* Answers libzmq's questions, and follows the files. */
static void keeper(zsock_t *pipe, void *args)
{
    zsock_t *zap = zsock_new(ZMQ_REP);

    if (!zap || zsock_bind(zap, ZAP_PLACE) != 0)
        log_fatal("the ZAP handler does not start", zmq_strerror(zmq_errno()),
                  "a process has one gate");
    zsock_signal(pipe, 0);
    keep(pipe, zap, args);
    (void)zsock_unbind(zap, ZAP_PLACE); /* at once; a close is later */
    zsock_destroy(&zap);
}

/* -------------------------------------------------------------- open, close */

static void read_own(struct gate *gate)
{
    struct key_file file;

    struct err err = key_secret_read(gate->place.file, &file);
    if (err.code)
        log_fatal("cannot read this service's key", err.why,
                  "see REDKITE_KEY_FILE; redkite keys make makes one");
    gate->own = file.pair;
}

struct gate *gate_open(const char *service, const struct key_place *place)
{
    struct gate *gate = calloc(1, sizeof *gate);
    struct grant us = { .name = "" };

    if (!gate)
        abort();
    gate->service = service;
    gate->place = *place;
    pthread_rwlock_init(&gate->lock, NULL);
    read_own(gate);
    if (!fingerprint(place->folder, &gate->seen)
        || !read_folder(place->folder, &gate->table))
        log_fatal("cannot read the folder of public keys", place->folder,
                  "see REDKITE_KEYS");
    us.key = gate->own.public;
    if (!find(&gate->table, &us))
        log_warn("keys", "err", "our own public key is not in the folder",
                 "hint", "who looks there will not know us", NULL);
    gate->turned = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    gate->keeper = zactor_new(keeper, gate);
    return gate;
}

void gate_close(struct gate **gate)
{
    if (!*gate)
        return;
    zactor_destroy(&(*gate)->keeper);
    close((*gate)->turned);
    pthread_rwlock_destroy(&(*gate)->lock);
    free((*gate)->table.at);
    free(*gate);
    *gate = NULL;
}

struct curve gate_curve(struct gate *gate)
{
    struct curve curve = { .domain = gate->service };

    pthread_rwlock_rdlock(&gate->lock);
    curve.own = gate->own;
    pthread_rwlock_unlock(&gate->lock);
    return curve;
}

unsigned gate_turns(struct gate *gate)
{
    return atomic_load(&gate->turns);
}

/* ------------------------------------------------------------ every message */

/* Of the last frame, not of the first: libzmq forgets to mark the sender's
 * identity when the socket was polled before. */
const struct grant *gate_grant(struct gate *gate, struct parcel *request,
                               struct arena *arena)
{
    const char *key = zmq_msg_gets(parcel_last(request), "User-Id");
    struct grant wanted = { .name = "" }, *grant = NULL;
    const struct grant *found = NULL;

    if (key && strlen(key) == KEY_SIZE) {
        memcpy(wanted.key.text, key, KEY_SIZE);
        grant = arena_alloc(arena, sizeof *grant);
        pthread_rwlock_rdlock(&gate->lock);
        found = find(&gate->table, &wanted);
        if (found)
            *grant = *found;
        pthread_rwlock_unlock(&gate->lock);
    }
    return found ? grant : NULL;
}

int gate_turned(const struct gate *gate)
{
    return gate->turned;
}

void gate_turn(struct gate *gate, zsock_t *requests)
{
    struct curve curve = gate_curve(gate);
    eventfd_t turns;

    (void)eventfd_read(gate->turned, &turns);
    struct err err = socket_rekey(requests, &curve);
    if (err.code)
        log_fatal("cannot bind the commands' socket with the new key", err.why,
                  "another process may have taken its place");
}
