/* receipts.h — the bank's receipt file: which receipt, for which household, how
 * much, on which day.  Read whole and checked before any of it is sent. */
#pragma once

#include "services/redkite/cli.h"

struct receipt {
    int64_t line;     /* of the file, from 1 */
    const char *no;   /* the household's number */
    const char *name; /* the receipt's number */
    char amount[VALUE_TEXT_MAX];
    char paid_on[VALUE_TEXT_MAX];
};

struct receipts {
    const char *file; /* its name, without folders */
    const char *hash; /* SHA-256 of its bytes, as hex */
    struct receipt *at;
    size_t count;
};

/* In the run's arena.  False after it was said in which line what is wrong: a
 * column that is missing, an amount that is none, a receipt that stands in it
 * twice. */
bool receipts_read(struct run *run, const char *path,
                   struct receipts *receipts);
