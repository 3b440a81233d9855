/* gate.h — who is let in, and what each may say.
 *
 * Two looks at every sender.  When it connects, libzmq asks the ZAP handler,
 * which lets in the keys of the folder of public keys and nobody else; when the
 * handler is not there, nobody is let in (socket.c).  When it speaks, the key
 * that libzmq wrote on the message (User-Id) is looked up in the same table in
 * memory, so that what a file grants or takes back holds within about a second
 * on connections that stand already, too.
 *
 * The keeper, an actor, is the ZAP handler, and looks at the folder and at our
 * own key file once a second.  It stands in for czmq's zauth, which aborts the
 * process when one key is in two files, and knows nothing of kinds. */
#pragma once

#include "common/service/grant.h"
#include "common/service/parcel.h"
#include "common/service/socket.h"

struct gate;

/* Reads the keys and starts the ZAP handler, before any socket is bound.  Ends
 * the process when the keys cannot be read. */
struct gate *gate_open(const char *service, const struct key_place *place);
void gate_close(struct gate **gate);

/* What a server's socket of this service is opened with. */
struct curve gate_curve(struct gate *gate);

/* Rises when a key has left the folder, and when our own key is another one: a
 * PUB socket must then be opened anew, since it does not know who hears it. */
unsigned gate_turns(struct gate *gate);

/* What the sender of a request as it was received may say, by the key that
 * libzmq noted on it, in the arena; or NULL when that key is not admitted (any
 * more). */
const struct grant *gate_grant(struct gate *gate, struct parcel *request,
                               struct arena *arena);

/* To poll on: it can be read when our own key is another one, and
 * what the door does then: the commands' socket is bound anew. */
int gate_turned(const struct gate *gate);
void gate_turn(struct gate *gate, zsock_t *requests);
