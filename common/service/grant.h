/* grant.h — what a key may say.
 *
 * Whoever holds a key's secret half can send anything; what is listened to
 * depends on the key's public file in the folder of public keys.  Its kind says
 * for whom it speaks and what it may ask (the table in grant.c):
 *
 *   service   one of our services: asks how the others are and what happened
 *   front     a service that lets people in by itself (reporting): speaks for
 *             anybody, in any role
 *   member    a member's command line: speaks for that member alone, in the
 *             roles that stand in the file
 *   system    somebody else's system: asks what a service asks
 *
 * A `commands` line in the file stands in place of the kind's own. */
#pragma once

#include "common/service/keys.h"
#include "common/service/service.h"

struct grant {
    char name[KEY_NAME_MAX + 1]; /* of its file               */
    struct key key;
    unsigned kind;               /* index of grant_kinds      */
    struct id actor;             /* whom it speaks for        */
    role_set roles;              /* what that one may be      */
    char commands[KEY_NOTE_MAX]; /* empty: as its kind may */
};

/* The kinds by name, NULL-ended. */
extern const char *const grant_kinds[];

/* From what stands in a key file; the refusal's field is the line at fault. */
struct err grant_from(const char *name, const struct key_file *file,
                      struct grant *grant);

/* The name of the key's file, or NULL without a grant. */
const char *grant_name(const struct grant *grant);

/* Whether the holder of a key may ask this, as this one, in these roles.
 * Nothing may be asked without a grant (NULL). */
struct err grant_may(const struct grant *grant, const char *command,
                     const struct meta *meta, struct arena *arena);
