/* redkite pack, redkite statement verify: rule packs and saved statements, from
 * files alone, and packs as the service keeps them. */
#include "services/redkite/cli.h"

#include "common/formula/diff.h"
#include "common/formula/statement.h"

#include <stdio.h>
#include <string.h>

enum {
    FACTS_FILE_MOST = 64 << 20,
    HOUSEHOLDS_DRAWN = 5000,
};

static enum status say_err(struct err err)
{
    if (err.field)
        say("%s: %s", err.field, err.why);
    else
        say("%s", err.why);
    return FAILED;
}

static bool read_source(struct run *run, const char *path,
                        struct source *source)
{
    const char *text = read_whole(run, path, SOURCE_MAX);

    if (text)
        *source = (struct source){ path, text, strlen(text) };
    return text != NULL;
}

static enum status read_pack(struct run *run, const char *path,
                             struct rule_pack **pack)
{
    struct source source;

    if (!read_source(run, path, &source))
        return FAILED;
    struct err err = pack_read(source, run->arena, pack);
    return err.code ? say_err(err) : DONE;
}

/* ------------------------------------------------------------------ facts */

/* A file with the facts of a household on each line. */
struct households {
    const char *path;
    char *next;
    size_t number;
};

static bool open_households(struct run *run, const char *path,
                            struct households *h)
{
    const char *text = read_whole(run, path, FACTS_FILE_MOST);

    *h = (struct households){ .path = path };
    if (text)
        h->next = arena_text(run->arena, text);
    return text != NULL;
}

/* The next line that is not blank, or NULL at the end. */
static const char *next_household(struct households *h)
{
    const char *line;

    do {
        line = strsep(&h->next, "\n");
        h->number++;
    } while (line && strspn(line, " \t\r") == strlen(line));
    return line;
}

static const char *household_name(const struct households *h,
                                  struct arena *arena)
{
    return arena_format(arena, "%s, household %zu", h->path, h->number);
}

/* ------------------------------------------------------------------ check */

static struct err compare_all(struct households *h,
                              const struct rule_pack *earlier,
                              const struct rule_pack *later,
                              struct arena *result)
{
    struct err err = OK;
    const char *line;

    while (!err.code && (line = next_household(h))) {
        struct arena *arena = arena_new();
        err = pack_compare_for(earlier, later, line, arena);
        if (err.code)
            err = (struct err){ err.code, arena_text(result, err.why),
                                household_name(h, result) };
        arena_destroy(&arena);
    }
    return err;
}

/* That the pack succeeds the one before it, and lowers nobody's total. */
static enum status check_against(struct run *run, const struct rule_pack *later)
{
    const char *before = given(run, "--against"),
               *facts = given(run, "--facts");
    const struct node *supersedes = tree_member(later->root, "supersedes");
    struct households h;
    struct rule_pack *earlier;

    if (read_pack(run, before, &earlier) != DONE)
        return FAILED;
    if (later->version <= earlier->version) {
        say("the version must be above %lld", (long long)earlier->version);
        return FAILED;
    }
    if (!supersedes
        || strcmp(tree_member(supersedes, "sha256")->text, earlier->hash)
               != 0) {
        say("\"supersedes\" must name version %lld with sha256 %s",
            (long long)earlier->version, earlier->hash);
        return FAILED;
    }
    if (facts && !open_households(run, facts, &h))
        return FAILED;
    struct err err = facts ? compare_all(&h, earlier, later, run->arena) : OK;
    if (!err.code)
        err = pack_search_lower(earlier, later, HOUSEHOLDS_DRAWN, run->arena);
    return err.code ? say_err(err) : DONE;
}

static void print_open(const struct rule_pack *pack)
{
    for (size_t i = 0; i < pack->parameter_count; i++)
        if (!pack->parameters[i].entered)
            say("to be entered by the district: %s (%s), %s",
                pack->parameters[i].name, pack->parameters[i].label,
                pack->parameters[i].citation);
}

enum status act_pack_check(struct run *run)
{
    struct rule_pack *pack;

    if (read_pack(run, given(run, "FILE"), &pack) != DONE)
        return FAILED;
    if (given(run, "--against") && check_against(run, pack) != DONE)
        return FAILED;
    (void)printf("%s version %lld: %zu facts, %zu parameters, %zu lines\n",
                 pack->name, (long long)pack->version, pack->fact_count,
                 pack->parameter_count, pack->line_count);
    (void)printf("sha256 %s\n", pack->hash);
    print_open(pack);
    return DONE;
}

enum status act_pack_diff(struct run *run)
{
    struct rule_pack *earlier, *later;

    if (read_pack(run, given(run, "EARLIER"), &earlier) != DONE
        || read_pack(run, given(run, "LATER"), &later) != DONE)
        return FAILED;
    (void)fputs(pack_diff(earlier, later, run->arena), stdout);
    return DONE;
}

/* -------------------------------------------------------------------- try */

static struct err try_one(const struct rule_pack *pack,
                          const struct households *h, const char *line,
                          bool whole, struct arena *arena)
{
    struct source source = { household_name(h, arena), line, strlen(line) };
    struct reckoning made;
    struct node *root;

    TRY(tree_read(source, arena, &root));
    TRY(statement_of_facts(pack, source, root, arena, &made));
    if (whole)
        (void)puts(statement_save(pack, &made, arena));
    else
        (void)printf("{\"sha256\":\"%s\",\"statement\":%s}\n", made.hash,
                     made.canonical);
    return OK;
}

enum status act_pack_try(struct run *run)
{
    bool whole = given(run, "--whole") != NULL;
    struct households h;
    struct rule_pack *pack;
    const char *line;

    if (read_pack(run, given(run, "PACK"), &pack) != DONE
        || !open_households(run, given(run, "FACTS"), &h))
        return FAILED;
    struct arena *arena = arena_new();
    enum status status = DONE;
    while (status == DONE && (line = next_household(&h))) {
        struct err err = try_one(pack, &h, line, whole, arena);
        if (err.code)
            status = say_err(err);
        arena_reset(arena);
    }
    arena_destroy(&arena);
    return status;
}

/* ----------------------------------------------------------------- verify */

enum status act_statement_verify(struct run *run)
{
    struct reckoning made;
    struct source source;

    if (!read_source(run, given(run, "FILE"), &source))
        return FAILED;
    struct err err = statement_verify(source, run->arena, &made);
    if (err.code)
        return say_err(err);
    (void)printf("%zu lines, total %s (%s)\nsha256 %s\n", made.count,
                 made.total_text, made.words, made.hash);
    return DONE;
}

/* ------------------------------------------------------------------ the table
 */

/* clang-format off */
#define PROJECT { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }
#define PACK    { "PACK", "id", ARG_ID, NEEDED, NULL, "its id" }
#define END     { 0 }

static const struct arg pack_check_args[] = {
    { "FILE", NULL, ARG_TEXT, NEEDED, NULL, "the rule pack (JSON); - is stdin" },
    { "--against", NULL, ARG_TEXT, 0, "FILE", "the version before, which it must succeed and lower for nobody" },
    { "--facts", NULL, ARG_TEXT, 0, "FILE", "real households to compare for, the facts of one on each line" },
    END,
};
static const struct arg pack_diff_args[] = {
    { "EARLIER", NULL, ARG_TEXT, NEEDED, NULL, "a rule pack" },
    { "LATER", NULL, ARG_TEXT, NEEDED, NULL, "a later version of it" },
    END,
};
static const struct arg pack_try_args[] = {
    { "PACK", NULL, ARG_TEXT, NEEDED, NULL, "a rule pack" },
    { "FACTS", NULL, ARG_TEXT, NEEDED, NULL, "the facts of a household on each line; - is stdin" },
    { "--whole", NULL, ARG_FLAG, 0, NULL, "with the pack in each, as statement verify wants it" },
    END,
};
static const struct arg pack_import_args[] = {
    { "FILE", "text", ARG_FILE, NEEDED, NULL, "the rule pack (JSON); - is stdin" },
    PROJECT, { "--id", "id", ARG_NEW, 0, "ID", "its id; without it, a new one" }, END,
};
static const struct arg pack_id_args[] = { PACK, END };
static const struct arg pack_list_args[] = { PROJECT, END };
static const struct arg pack_changes_args[] = {
    { "EARLIER", "earlier", ARG_ID, NEEDED, NULL, "the id of a pack" },
    { "LATER", "later", ARG_ID, NEEDED, NULL, "the id of a later version" }, END,
};

static const struct arg facts_record_args[] = {
    { "FILE", NULL, ARG_BODY, NEEDED, NULL, "{\"household\", \"facts\", \"evidence\"} as JSON; - is stdin" }, END,
};
static const struct arg facts_show_args[] = {
    { "HOUSEHOLD", "household", ARG_HOUSEHOLD, NEEDED, NULL, "its id, or its number (QH-0001)" },
    { "--history", "history", ARG_FLAG, 0, NULL, "with what counted before" }, END,
};
static const struct arg what_if_args[] = {
    { "HOUSEHOLD", "household", ARG_HOUSEHOLD, NEEDED, NULL, "its id, or its number (QH-0001)" }, END,
};

static const struct arg recount_start_args[] = {
    PROJECT, { "--offered", "offered", ARG_FLAG, 0, NULL, "only households with an offer, as each night" }, END,
};
static const struct arg recount_list_args[] = { PROJECT, END };
static const struct arg recount_results_args[] = {
    { "RECOUNT", "id", ARG_ID, NEEDED, NULL, "its id" },
    { "--after", "after", ARG_ID, 0, "ID", "the last household of the page before" },
    { "--export", "export", ARG_ID, 0, "ID", "by this export: more than fifty households a day" },
    END,
};
static const struct arg statement_pair_args[] = {
    { "EARLIER", "earlier", ARG_ID, NEEDED, NULL, "the id of a statement" },
    { "LATER", "later", ARG_ID, NEEDED, NULL, "the id of a later one" }, END,
};
static const struct arg statement_file_args[] = {
    { "STATEMENT", "id", ARG_ID, NEEDED, NULL, "its id" }, END,
};

const struct verb pack_verbs[] = {
    { "pack", "check", "Check a rule pack, alone or against the version before",
      "pack check pack.json --against before.json", .args = pack_check_args, .act = act_pack_check },
    { "pack", "diff", "Show what differs between two versions of a pack",
      "pack diff before.json pack.json", .args = pack_diff_args, .act = act_pack_diff },
    { "pack", "try", "Work out the statements of a pack for given facts",
      "pack try pack.json households.jsonl", .args = pack_try_args, .act = act_pack_try },
    { "pack", "import", "Give the service a rule pack, for others to approve",
      "pack import ours.json", "cases", "pack.import", pack_import_args,
      .next = "pack approve ID (another person)", .stuck = "pack check FILE" },
    { "pack", "approve", "Approve a rule pack that another person imported", "pack approve ID",
      "cases", "pack.approve", pack_id_args,
      .next = "pack release ID (not who imported it)", .stuck = "pack show PACK" },
    { "pack", "release", "Put an approved rule pack into force", "pack release ID",
      "cases", "pack.release", pack_id_args, .stuck = "pack show PACK" },
    { "pack", "list", "List the rule packs that a project was given", "pack list",
      "cases", "pack.list", pack_list_args,
      .columns = "id version name published_on sha256 approved_at released_at" },
    { "pack", "show", "Show a rule pack, and who approved and released it", "pack show ID",
      "cases", "pack.show", pack_id_args, .stuck = "pack list" },
    { "pack", "changes", "Show what differs between two packs of the service", "pack changes ID ID",
      "cases", "pack.diff", pack_changes_args, .stuck = "pack list" },
    { "facts", "record", "Record facts of a household, with their evidence", "facts record facts.json",
      "cases", "facts.record", facts_record_args, .stuck = "pack list" },
    { "facts", "show", "Show the facts of a household that count",
      "facts show QH-0001 --purpose \"the resident asked\"",
      "cases", "facts.show", facts_show_args,
      .columns = "name value evidence recorded_at", .personal = true },
    { "statement", "what-if", "Work out by the pack in force, and keep nothing",
      "statement what-if QH-0001 --purpose \"the resident asked\"",
      "cases", "statement.what_if", what_if_args, .stuck = "facts show HOUSEHOLD", .personal = true },
    { "statement", "options", "Show what each way to settle would give, side by side",
      "statement options QH-0001 --purpose \"the resident asked\"",
      "cases", "statement.options", what_if_args, .columns = "settles label total words why_not",
      .stuck = "facts show HOUSEHOLD", .personal = true },
    { "statement", "compare", "Show what differs between two statements of a household",
      "statement compare ID ID --purpose \"the resident asked\"",
      "cases", "statement.compare", statement_pair_args, .columns = "what label earlier later more",
      .stuck = "statement show STATEMENT", .personal = true },
    { "recount", "start", "Reckon every household of a project anew, after new rules", "recount start",
      "cases", "recount.start", recount_start_args, .next = "recount list", .stuck = "recount list" },
    { "recount", "list", "Show how far each recount of a project is", "recount list",
      "cases", "recount.list", recount_list_args,
      .columns = "id begun_at total done deviations ended_at", .next = "recount results ID" },
    { "recount", "results", "Show what was offered otherwise than the facts give, and by whom",
      "recount results ID --purpose \"the night's proof\"", "cases", "recount.results", recount_results_args,
      .columns = "no verdict offered now why made_by released_by", .stuck = "recount list", .personal = true },
    { "statement", "file", "Show a statement with its pack, as statement verify takes it",
      "statement file ID --json --purpose \"the resident asked\" > statement.json",
      "cases", "statement.file", statement_file_args, .stuck = "statement show STATEMENT", .personal = true },
    { 0 },
};
/* clang-format on */
