/* migrate.h — bring the database's schema up to this program's.
 *
 * Each migration runs once, in one transaction with its row of bookkeeping
 * (redkite_meta.migration), in the order of the numbers.  Two that start at
 * once wait for each other (an advisory lock), and one does the work.  What
 * was applied never changes: another checksum, a number that this program does
 * not know, or one left out below an applied one of its range of ten (a
 * service's) is an error that names it. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/value.h"

struct migration {
    int number;
    const char *name; /* "0010_cases" */
    const char *text;
};

enum migration_state {
    MIGRATION_APPLIED, /* before this run                     */
    MIGRATION_DONE,    /* by this run                         */
    MIGRATION_TRIED,   /* by a dry run: it works, rolled back */
    MIGRATION_PENDING, /* not yet                             */
};

/* What is to be done and to whom it is told. */
struct migrate {
    const char *conninfo; /* of the owner, without password       */
    const char *password; /* NULL when none is needed             */
    const struct migration *migrations;
    size_t count;
    bool dry_run; /* all that is pending in one transaction, rolled back */
    /* A folder with a file per service (cases, scheduling, notifications,
     * reporting) of one line, the password of its login role; NULL = leave
     * the roles as they are.  Not read by a dry run. */
    const char *role_passwords;
    /* Called for each migration in order; `at` is 0 while it is pending. */
    void (*report)(void *whom, const struct migration *migration,
                   enum migration_state state, struct moment at);
    void *whom;
    struct arena *arena; /* for what a refusal says */
};

/* Applies what is pending. */
struct err migrate_run(const struct migrate *migrate);

/* Changes nothing: tells what is applied and what is pending. */
struct err migrate_status(const struct migrate *migrate);
