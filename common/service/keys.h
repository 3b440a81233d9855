/* keys.h — key files: who a process is, and whom it knows.
 *
 * Every socket is CURVE.  A key has two files.  The secret one is its owner's
 * alone (mode 0600) and never leaves the machine where it was made.  The public
 * one goes into the folder of public keys, under the key's name; that folder is
 * at once the list of who is let in and the list of which key a service of that
 * name must prove to have.  Both are text, in the layout of czmq's zcert; a
 * person can read what a key may say, and write it (grant.h):
 *
 *   metadata
 *       kind = "member"
 *       actor = "01890000-0000-7000-8000-000000000001"
 *       roles = "t2_signing,t3_front"
 *   curve
 *       public-key = "<40 characters of Z85>"
 */
#pragma once

#include "common/base/err.h"

#include <stdbool.h>
#include <stdio.h>

enum { KEY_SIZE = 40, KEY_NAME_MAX = 64, KEY_NOTE_MAX = 512 };

/* One half of a pair, as Z85; empty means "none". */
struct key {
    char text[KEY_SIZE + 1];
};

struct key_pair {
    struct key public, secret;
};

/* Where a process finds its keys. */
struct key_place {
    const char *file;   /* its own secret key             */
    const char *folder; /* the public keys, one file each */
};

/* What stands in a key file, as it is written there. */
struct key_file {
    struct key_pair pair; /* without the secret in a public file */
    char kind[KEY_NOTE_MAX], actor[KEY_NOTE_MAX], roles[KEY_NOTE_MAX];
    char commands[KEY_NOTE_MAX];
};

bool key_same(const struct key *a, const struct key *b);

/* Letters, digits, '-', '_' and '.', not at its beginning: a file's name that
 * is no trap in any folder. */
bool key_name_fits(const char *name);

/* What stands in the text of a secret or a public file; nothing of a refused
 * one may be used. */
struct err key_parse(const char *text, bool secret, struct key_file *into);

/* The text of one half; a note bears neither quotes nor ends of lines. */
void key_print(FILE *to, const struct key_file *file, bool secret);

/* Reads a secret file.  One that others may read is refused, and so is one
 * whose two halves do not belong together. */
struct err key_secret_read(const char *file, struct key_file *into);

/* Reads the public file of a name in a folder. */
struct err key_public_read(const char *folder, const char *name,
                           struct key_file *into);

/* A new pair, into the notes that are in `file` already. */
struct err key_make(struct key_file *file);

/* Writes one half as a new file: the secret one for its owner's eyes alone.
 * What is there already is never written over. */
struct err key_write(const char *path, const struct key_file *file,
                     bool secret);
