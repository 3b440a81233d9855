/* cli.h — what the parts of the command line share.
 *
 * A verb is a row of the table in main.c: what it is called, what it asks of
 * which service, and the arguments that become the members of the body.  Most
 * verbs are that row and nothing more; the few that do something else name a
 * function.  Data goes to stdout, talk to stderr; the status is 0, 1 (it did
 * not happen) or 2 (it was asked wrongly). */
#pragma once

#include "common/base/shape.h"
#include "common/service/client.h"

#include <cjson/cJSON.h>

enum status { DONE = 0, FAILED = 1, USAGE = 2 };

/* What an argument must look like and how it stands in the body. */
enum arg_kind {
    ARG_TEXT,
    ARG_ID,
    ARG_IDS,       /* ids by commas: an array                             */
    ARG_DAY,       /* 2026-11-23                                          */
    ARG_MOMENT,    /* 2026-11-23T10:00+08:00                              */
    ARG_NUMBER,    /* a whole number                                      */
    ARG_FLAG,      /* takes no value: true                                */
    ARG_SECRET,    /* a text; - takes a line of stdin, out of sight of ps */
    ARG_BODY,      /* a file (or -) of JSON: its members are the body's   */
    ARG_FILE,      /* a file (or -): its text; its name becomes "file"    */
    ARG_PROJECT,   /* an id; when left out, the only project there is     */
    ARG_COMMUNITY, /* an id, a code or a name of the project              */
    ARG_HOUSEHOLD, /* an id or a number ("QH-0001")                       */
    ARG_NEW,       /* an id; when left out, a new one                     */
};

enum { NEEDED = 1 << 0, MANY = 1 << 1 };

struct arg {
    const char *name;   /* "--start", or "HOUSEHOLD" for one by its place */
    const char *member; /* of the body; NULL when it is not sent          */
    enum arg_kind kind;
    unsigned how;
    const char *value; /* what stands for it in the help: "ID"           */
    const char *help;
};

enum { ARGS_MAX = 12 };

struct run;

struct verb {
    const char *noun, *verb; /* verb is NULL for a noun that stands alone */
    const char *help;        /* one line                                  */
    const char *example;     /* what follows "redkite "                   */
    const char *service;     /* of the command                            */
    const char *command;     /* "visit.book"                              */
    const struct arg *args;  /* ARGS_MAX at most; end with a null name    */
    enum status (*act)(struct run *run); /* NULL: ask and print           */
    const char *columns; /* of the list in the answer, in order, by blanks */
    const char *next;    /* the command to try when it is done            */
    const char *stuck;   /* the command to try when it is refused         */
    bool personal;       /* shows personal data: wants --purpose          */
};

/* The tables: main.c's, that of the cases (cases.c), that of problems and
 * meetings (problems.c), that of grievances (grievances.c), that of
 * notifications (messages.c), that of rule packs (pack.c), that of money
 * (money.c), that of flats (stock.c), that of exports (export.c); they end
 * with a null noun. */
extern const struct verb verbs[], case_verbs[], problem_verbs[],
    grievance_verbs[], message_verbs[], pack_verbs[], money_verbs[],
    stock_verbs[], export_verbs[];

/* The next verb of all tables; after NULL, the first; NULL: there is none. */
const struct verb *verb_after(const struct verb *verb);

enum output { FOR_PEOPLE, FOR_JSON, FOR_PLAIN };

struct given {
    const struct arg *arg;
    const char *text;
};

enum { GIVEN_MAX = 4096 };

/* One run of the program.  Everything is in the arena, which ends with it. */
struct run {
    struct arena *arena;
    const struct verb *verb;
    struct given *given;
    size_t count;
    enum output output;
    bool color, no_input, help, man;
    int timeout_ms;
    const char *actor, *roles, *purpose, *as_of;
    int argc; /* what follows the verb */
    char **argv;
};

/* -------------------------------------------------------------------- talk */

/* "redkite: ..." on stderr. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* As say(), and that --help tells more; always USAGE. */
enum status say_usage(const struct run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A refusal in plain language, with the next command to try; always FAILED. */
enum status say_problem(const struct run *run, const char *command,
                        struct answer answer);

/* --------------------------------------------------------------- arguments */

/* What was given for an argument, or NULL; the n-th of one that takes many. */
const char *given(const struct run *run, const char *name);
const char *given_nth(const struct run *run, const char *name, size_t n);

/* Reads argv into the run: the noun and verb, the options of all verbs, then
 * those of the row. */
enum status args_read(struct run *run, int argc, char **argv);

/* The body that the arguments make, or NULL after the refusal was said. */
const char *args_body(struct run *run);

/* A text that stands for a file: of one line, or whole; "-" is stdin. */
const char *read_line(struct run *run, const char *path);
const char *read_whole(struct run *run, const char *path, size_t most);

/* Danger is done by typing its name, or with --force: true when it was. */
bool confirm(struct run *run, const char *name);

/* ----------------------------------------------------------------- the bus */

/* A client of a service by its name; NULL after "no such service" was said. */
struct client *client_of(const struct run *run, const char *service);

/* One command, answered or not within the run's time. */
struct answer ask(const struct run *run, const char *service,
                  const char *command, const char *body);

/* Ids by what people call things; NULL after the reason was said. */
const char *find_project(struct run *run, const char *text);
const char *find_community(struct run *run, const char *text);
const char *find_household(struct run *run, const char *text);

/* ------------------------------------------------------------ verbs that act
 */

enum status act_import(struct run *run);
enum status act_hand_over_list(struct run *run);
enum status act_stock_import(struct run *run);
enum status act_attach_add(struct run *run);
enum status act_attach_get(struct run *run);
enum status act_progress(struct run *run);
enum status act_health(struct run *run);
enum status act_top(struct run *run);
enum status act_migrate(struct run *run);
enum status act_config_check(struct run *run);
enum status act_config_show(struct run *run);
enum status act_events(struct run *run);
enum status act_stream_renew(struct run *run);
enum status act_events_peek(struct run *run);
enum status act_events_replay(struct run *run);
enum status act_lag(struct run *run);
enum status act_audit_verify(struct run *run);
enum status act_stuck_list(struct run *run);
enum status act_stuck_show(struct run *run);
enum status act_stuck_retry(struct run *run);
enum status act_stuck_drop(struct run *run);
enum status act_keys_make(struct run *run);
enum status act_keys_list(struct run *run);
enum status act_pack_check(struct run *run);
enum status act_pack_diff(struct run *run);
enum status act_pack_try(struct run *run);
enum status act_statement_verify(struct run *run);
enum status act_payment_match(struct run *run);
enum status act_payment_batch(struct run *run);
enum status act_ask(struct run *run);
enum status act_docs_bus(struct run *run);
enum status act_docs_states(struct run *run);
enum status act_case_story(struct run *run);
enum status act_deadline_recount(struct run *run);
enum status act_help(struct run *run);
