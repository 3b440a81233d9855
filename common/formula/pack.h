/* pack.h — a rule pack: one JSON file that says what is paid, and why.
 *
 * It names the facts that count of a household, the parameters (with the days
 * from which they hold), and the lines of a statement, each with its formula,
 * how it is rounded and which paper says so.  Reading one is checking it: what
 * is read has types and units that come out, no unknown name, no circle, no
 * division that could be by zero, no table with a hole.  docs/packs.md tells
 * the format to those who write one. */
#pragma once

#include "common/formula/parse.h"
#include "common/formula/sha256.h"
#include "common/formula/tree.h"

enum {
    CHOICES_MAX = 32, /* of one kind             */
    FACTS_MAX = 100,  /* in a pack, or of a list */
    PARAMETERS_MAX = 200,
    STEPS_MAX = 100, /* of one parameter        */
    LINES_MOST = 100,
    ROWS_MAX = 100, /* of a list of facts      */
};

struct fact {
    const struct node *node;
    const char *name, *label, *evidence;
    struct type type;
    unsigned places;
    struct number least, most; /* for days: of their numbers     */
    const char *after;         /* an earlier day fact, or NULL   */
    bool is_list;
    unsigned order; /* of a list: 1 + the field it falls by, or 0 */
    struct fact *fields;
    size_t field_count;
};

enum parameter_form {
    PARAMETER_VALUE,
    PARAMETER_DATED,
    PARAMETER_BANDS,
    PARAMETER_TABLE,
};

/* A value, the band or the day that it holds from and until. */
struct band {
    struct number value;
    struct number from, to;
    bool opens_low, opens_high; /* without a lower, an upper end */
};

struct parameter {
    const struct node *node;
    const char *name, *label, *citation;
    enum parameter_form form;
    struct type type;
    unsigned places;
    struct type over;   /* what bands are of                        */
    bool includes_high; /* an end belongs to the band that it ends  */
    const struct choices *by;
    struct band *bands;
    size_t count;
    bool entered; /* false: the district has yet to enter it */
};

enum counts { COUNTS_ADD, COUNTS_SUBTRACT, COUNTS_NONE };
extern const char *const counts_names[];

enum stage { STAGE_NONE, STAGE_LINE, STAGE_TOTAL, STAGE_AREA };

struct rounding {
    enum stage stage;
    enum rounding_mode mode;
    struct number unit;
    const char *unit_name, *stage_name;
};

struct rule_line {
    const struct node *node;
    const char *name, *code, *label, *citation, *evidence;
    const char *text; /* of the formula */
    struct expr *formula, *when;
    unsigned each; /* 1 + the list that it has a line for each of, or 0 */
    enum counts counts;
    struct rounding rounding;
    struct type type;
    const char *head, *middle, *tail; /* of its canonical JSON, made once */
};

struct rule_pack {
    struct source source;
    const struct node *root;
    const char *name, *title, *document;
    int64_t version;
    struct choices *choices;
    size_t choices_count;
    struct fact *facts;
    size_t fact_count;
    struct parameter *parameters;
    size_t parameter_count;
    struct rule_line *lines;
    size_t line_count;
    size_t *order; /* of lines: none before those that it is made of */
    struct rounding total_rounding;
    size_t open; /* parameters that the district has yet to enter */
    const char *canonical;
    char hash[SHA256_TEXT];
};

/* A pack that can be used, or the first thing wrong with it and where.  All of
 * it is in the arena; the source need not outlive the call. */
struct err pack_read(struct source source, struct arena *arena,
                     struct rule_pack **pack);

/* The same, of a pack that stands within another document. */
struct err pack_read_node(struct source source, const struct node *root,
                          struct arena *arena, struct rule_pack **pack);

/* Of a parameter: what holds on a day, what band a number is in; NULL when
 * there is none. */
const struct band *parameter_on(const struct parameter *parameter,
                                struct number day);
const struct band *parameter_band(const struct parameter *parameter,
                                  struct number number);
