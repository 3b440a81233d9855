/* bell.h — hear several services ring.
 *
 * One SUB socket for all of them, each proven by its own key.  Only the beats
 * are heard, which a service sends four times a second and when it has numbered
 * events: they tell the head of its stream.  What is heard only means "look":
 * the truth is asked for elsewhere.
 *
 * libzmq gives up on a server that has once refused our key, without a word,
 * and knows nothing of keys that change.  So bell_tend() connects anew to who
 * has not been heard for long (a service beats four times a second), to who is
 * to have another key, and to all when our own key is another one. */
#pragma once

#include "common/service/keys.h"
#include "common/service/socket.h"

#include <stdbool.h>

struct bell;

/* `from` is "cases=tcp://host:port,scheduling=..."; of these the `names` are
 * heard, a list that ends with NULL, or all when it is NULL.  A refusal (of the
 * text, of an endpoint, of our own key) leaves *bell NULL; a service whose
 * public key is not there yet is waited for. */
struct err bell_open(const char *from, const char *const *names,
                     const struct key_place *place, struct bell **bell);
void bell_close(struct bell **bell);

/* To poll on; NULL for no bell. */
zsock_t *bell_socket(struct bell *bell);

/* Takes all that has been rung; true when a stream has moved. */
bool bell_take(struct bell *bell);

/* The position that `name` last told, or 0. */
int64_t bell_head(const struct bell *bell, const char *name);

/* To be called whenever one has looked; does something once a second.  NULL is
 * fine. */
void bell_tend(struct bell *bell);

/* True when it has beaten within a second; NULL is no bell and not heard. */
bool bell_is_heard(const struct bell *bell, const char *name);
