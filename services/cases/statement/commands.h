/* commands.h — what the rule pack in force gives for a household's facts.
 *
 * The engine (common/formula) is the only way to an amount: nobody types one in
 * (R-BONUS), and equal facts share one reckoning in the store (R-EQUAL). */
#pragma once

#include "common/service/service.h"

extern const struct shape statement_ask_shape;
extern const struct shape statement_full_shape;
extern const struct shape statement_file_shape;
extern const struct shape what_if_shape;
extern const struct shape what_if_made_shape;
extern const struct shape options_ask_shape;
extern const struct shape options_shape;
extern const struct shape statement_pair_shape;
extern const struct shape statement_changes_shape;

struct err cmd_statement_show(struct call *call, const void *body);
struct err cmd_statement_file(struct call *call, const void *body);
struct err cmd_statement_what_if(struct call *call, const void *body);
struct err cmd_statement_options(struct call *call, const void *body);
struct err cmd_statement_compare(struct call *call, const void *body);

struct pack_of;

/* A statement, as it is kept. */
struct statement_kept {
    struct id id;
    struct id household;
    struct id pack;
    const char *sha256; /* of the text */
    const char *text;   /* canonical JSON (RFC 8785) */
    const char *words;  /* the total, in words (大写) */
    const char *choice; /* "money", "swap"; NULL: the pack does not ask */
    struct money total;
    struct id made_by;
    struct moment made_at;
};

/* Works it out by a pack from what counts today, with other facts laid over
 * (may be empty); keeps nothing. */
struct err statement_reckon(struct call *call, struct id household,
                            const struct pack_of *of, struct json others,
                            struct statement_kept *made);

/* Keeps what was worked out, as a statement of this call's actor. */
struct err statement_keep(struct call *call, struct statement_kept *made);
