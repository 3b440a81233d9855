#include "common/service/bell.h"

#include "common/base/arena.h"
#include "common/service/peers.h"

#include <stdlib.h>
#include <string.h>

#define BEAT "~"

enum { SILENT_MS = 5000, TEND_MS = 1000 };

struct ringer {
    struct peer at;
    struct key key;   /* that it was last expected to have */
    int64_t heard_at; /* or connected to (mono)            */
    int64_t beat_at;  /* its last beat (mono), or 0        */
    char head[96];    /* epoch and position that it last told */
};

struct bell {
    struct arena *arena; /* what lives as long as the bell */
    struct key_place place;
    struct key_pair own;
    zsock_t *socket;
    struct ringer ringers[PEERS_MAX];
    size_t count;
    int64_t tended_at; /* mono */
};

static bool is_wanted(const char *const *names, const char *name)
{
    if (!names)
        return true;
    while (*names && !streq(*names, name))
        names++;
    return *names;
}

static struct err read_ringers(struct bell *bell, const char *from,
                               const char *const *names)
{
    struct peers peers;

    TRY(peers_read(from, &peers, bell->arena));
    for (size_t i = 0; i < peers.count; i++)
        if (is_wanted(names, peers.at[i].name))
            bell->ringers[bell->count++].at = peers.at[i];
    return OK;
}

/* ----------------------------------------------------------------- connecting
 */

static struct err join(struct bell *bell, struct ringer *ringer,
                       const struct key *key)
{
    struct curve curve = { .own = bell->own, .server = *key };

    ringer->key = *key;
    ringer->heard_at = zclock_mono();
    return socket_join(bell->socket, ringer->at.endpoint, &curve);
}

/* A public key that is not there (yet) leaves the ringer as it is. */
static struct err tend_ringer(struct bell *bell, struct ringer *ringer,
                              bool all)
{
    struct key_file file;

    if (key_public_read(bell->place.folder, ringer->at.name, &file).code)
        return OK;
    if (all || !key_same(&ringer->key, &file.pair.public)
        || zclock_mono() - ringer->heard_at > SILENT_MS)
        return join(bell, ringer, &file.pair.public);
    return OK;
}

static struct err tend_all(struct bell *bell)
{
    struct key_file file;

    struct err err = key_secret_read(bell->place.file, &file);
    bool other = !err.code && !key_same(&bell->own.public, &file.pair.public);
    if (other)
        bell->own = file.pair;
    else if (!*bell->own.public.text)
        return err; /* at the start there must be one */
    for (size_t i = 0; i < bell->count; i++)
        TRY(tend_ringer(bell, &bell->ringers[i], other));
    return OK;
}

void bell_tend(struct bell *bell)
{
    int64_t now = zclock_mono();

    if (!bell || now - bell->tended_at < TEND_MS)
        return;
    bell->tended_at = now;
    (void)tend_all(bell);
}

struct err bell_open(const char *from, const char *const *names,
                     const struct key_place *place, struct bell **bell)
{
    struct bell *made = calloc(1, sizeof *made);

    if (!made)
        abort();
    made->arena = arena_new();
    made->place = *place;
    *bell = made;
    struct err err = read_ringers(made, from, names);
    if (!err.code)
        err = socket_subscriber(&made->socket);
    if (!err.code)
        err = tend_all(made);
    if (err.code)
        bell_close(bell);
    else
        zsock_set_subscribe(made->socket, BEAT);
    return err;
}

void bell_close(struct bell **bell)
{
    if (!*bell)
        return;
    zsock_destroy(&(*bell)->socket);
    arena_destroy(&(*bell)->arena);
    free(*bell);
    *bell = NULL;
}

zsock_t *bell_socket(struct bell *bell)
{
    return bell ? bell->socket : NULL;
}

/* -------------------------------------------------------------------- hearing
 */

static const struct ringer *find(const struct bell *bell, const char *name)
{
    for (size_t i = 0; bell && i < bell->count; i++)
        if (streq(bell->ringers[i].at.name, name))
            return &bell->ringers[i];
    return NULL;
}

bool bell_is_heard(const struct bell *bell, const char *name)
{
    const struct ringer *ringer = find(bell, name);

    return ringer && ringer->beat_at > zclock_mono() - TEND_MS;
}

int64_t bell_head(const struct bell *bell, const char *name)
{
    const struct ringer *ringer = find(bell, name);
    const char *seq = ringer ? strchr(ringer->head, ' ') : NULL;

    return seq ? strtoll(seq, NULL, 10) : 0;
}

/* True when its stream has moved since the beat before, or has begun anew. */
static bool note_beat(struct ringer *ringer, const char *epoch, const char *seq)
{
    char head[sizeof ringer->head];

    (void)snprintf(head, sizeof head, "%s %s", epoch, seq);
    bool moved = strcmp(head, ringer->head) != 0;
    memcpy(ringer->head, head, sizeof head);
    ringer->beat_at = ringer->heard_at = zclock_mono();
    return moved;
}

/* [BEAT][epoch][position][service] */
static bool take_beat(struct bell *bell, zmsg_t *beat)
{
    char *topic = zmsg_popstr(beat);
    char *epoch = zmsg_popstr(beat);
    char *seq = zmsg_popstr(beat);
    char *name = zmsg_popstr(beat);
    bool moved = false;

    for (size_t i = 0; name && i < bell->count; i++)
        if (streq(name, bell->ringers[i].at.name))
            moved = note_beat(&bell->ringers[i], epoch, seq);
    zstr_free(&topic);
    zstr_free(&epoch);
    zstr_free(&seq);
    zstr_free(&name);
    return moved;
}

bool bell_take(struct bell *bell)
{
    bool news = false;

    while (zsock_events(bell->socket) & ZMQ_POLLIN) {
        zmsg_t *beat = zmsg_recv(bell->socket);
        if (!beat)
            break;
        news = take_beat(bell, beat) || news;
        zmsg_destroy(&beat);
    }
    return news;
}
