#include "services/cases/recount/commands.h"

#include "common/formula/statement.h"
#include "common/service/log.h"
#include "services/cases/export/commands.h"
#include "services/cases/pack/commands.h"
#include "services/cases/recount/rules.h"
#include "services/cases/recount/store_sql.h"
#include "services/cases/statement/commands.h"
#include "services/cases/statement/rules.h"

#include <inttypes.h>
#include <string.h>

enum { STEP = 100, TEXT_MOST = 400000, WHY_MOST = 500, CHANGES_TOLD = 5 };

struct recount {
    struct id id;
    struct id project;
    struct id pack;
    bool offered; /* those with an offer alone */
    struct id begun_by;
    struct moment begun_at;
    int64_t total;
    int64_t done;
    int64_t deviations;
    struct moment ended_at;
    /* CURSOR_GIVEN in a list: */
    struct id after;
};
enum { CURSOR_GIVEN = 1 };

static const struct field recount_fields[] = {
    FIELD(recount, id),          FIELD(recount, project),
    FIELD(recount, pack),        FIELD(recount, offered),
    OPTIONAL(recount, begun_by), FIELD(recount, begun_at),
    FIELD(recount, total),       FIELD(recount, done),
    FIELD(recount, deviations),  OPTIONAL(recount, ended_at),
    OPTIONAL(recount, after),
};
static const struct shape recount_shape = SHAPE(recount);
static const struct shape recount_row_shape =
    SHAPE_PART("recount_row", recount, CURSOR_GIVEN);

/* What an alarm is about: a recount, or the project of a night. */
struct recount_key {
    struct id id;
};

static const struct field recount_key_fields[] = {
    FIELD(recount_key, id),
};
const struct shape recount_key_shape = SHAPE(recount_key);

static struct err alarm(struct call *call, const char *topic, struct id id,
                        struct moment at)
{
    struct recount_key key = { id };

    return alarm_set(call, topic, id, at, FROM(recount_key, &key));
}

struct err recount_each_night(struct call *call, struct id project)
{
    return alarm(call, "recount.night", project, next_night(call->now));
}

/* ---------------------------------------------------------- recount.start */

struct recount_start {
    struct id project;
    bool offered;
};

static const struct field recount_start_fields[] = {
    FIELD(recount_start, project),
    OPTIONAL(recount_start, offered),
};
const struct shape recount_start_shape = SHAPE(recount_start);

struct recount_size {
    struct id project;
    int64_t total;
};

static const struct field recount_size_fields[] = {
    FIELD(recount_size, project),
    FIELD(recount_size, total),
};
static const struct shape recount_size_shape = SHAPE(recount_size);

struct recount_started {
    struct id id;
    int64_t total;
};

static const struct field recount_started_fields[] = {
    FIELD(recount_started, id),
    FIELD(recount_started, total),
};
const struct shape recount_started_shape = SHAPE(recount_started);

static struct err is_running(struct call *call, struct id project,
                             bool *running)
{
    struct recount_start ask = { .project = project };
    struct rows found;

    TRY(list(call, &SQL_recount_running, FROM(recount_start, &ask),
             &recount_key_shape, &found));
    *running = found.count > 0;
    return OK;
}

static struct err start(struct call *call, const struct recount_start *ask,
                        struct id begun_by, struct recount_started *started)
{
    struct recount_size size;
    struct pack_of of;

    TRY(fetch(call, &SQL_recount_project, FROM(recount_start, ask),
              INTO(recount_size, &size)));
    TRY(pack_in_force(call, ask->project, &of));
    if (!of.pack)
        return fail(CODE_CONFLICT, "no rule pack of this project is in force "
                                   "yet: see pack.import and pack.release");
    struct recount recount = {
        .id = id_new(call->now),
        .project = ask->project,
        .pack = of.id,
        .offered = ask->offered,
        .begun_by = begun_by,
        .begun_at = call->now,
        .total = size.total,
    };
    TRY(store(call, &SQL_recount_add, FROM(recount, &recount)));
    TRY(alarm(call, "recount.step", recount.id, call->now));
    *started = (struct recount_started){ recount.id, size.total };
    return OK;
}

struct err cmd_recount_start(struct call *call, const void *body)
{
    const struct recount_start *ask = body;
    struct recount_started started;
    bool running;

    TRY(is_running(call, ask->project, &running));
    if (running)
        return fail(CODE_CONFLICT, "a recount of this project is running: "
                                   "recount.list tells how far it is");
    TRY(start(call, ask, call->actor, &started));
    TRY(recount_each_night(call, ask->project));
    about(call, ask->project);
    return reply(call, FROM(recount_started, &started));
}

/* One that still runs is proof enough for this night. */
struct err on_recount_night(struct call *call, const void *body)
{
    const struct recount_key *of = body;
    struct recount_start ask = { .project = of->id, .offered = true };
    struct recount_started started;
    bool running;

    TRY(recount_each_night(call, of->id));
    TRY(is_running(call, of->id, &running));
    return running ? OK : start(call, &ask, (struct id){ 0 }, &started);
}

/* ------------------------------------------------------------- one step on */

/* A household, and what is on offer to it. */
struct subject {
    struct id household;
    struct id statement;
    struct id pack;
    struct money offered;
    const char *sha256;
    const char *text;
    struct id made_by;
    struct id released_by;
};

static const struct field subject_fields[] = {
    FIELD(subject, household),  OPTIONAL(subject, statement),
    OPTIONAL(subject, pack),    OPTIONAL(subject, offered),
    OPTIONAL(subject, sha256),  OPTIONAL(subject, text, .max = TEXT_MOST),
    OPTIONAL(subject, made_by), OPTIONAL(subject, released_by),
};
static const struct shape subject_shape = SHAPE(subject);

struct result {
    struct id recount;
    struct id household;
    unsigned verdict;
    struct money offered;
    struct money now;
    const char *why;
    struct id statement;
    struct id made_by;
    struct id released_by;
};

static const struct field result_fields[] = {
    FIELD(result, recount),
    FIELD(result, household),
    FIELD(result, verdict, .names = verdict_names),
    FIELD(result, offered),
    FIELD(result, now),
    FIELD(result, why),
    OPTIONAL(result, statement),
    OPTIONAL(result, made_by),
    OPTIONAL(result, released_by),
};
static const struct shape result_shape = SHAPE(result);

/* The packs of a step: the one in force, and the last that an offer named. */
struct packs {
    struct pack_of now, other;
};

/* By its own facts and its own pack; NULL when that no longer works. */
static struct err again(struct call *call, const struct subject *subject,
                        struct packs *packs, const char **sha256)
{
    struct source source = { "statement", subject->text,
                             strlen(subject->text) };
    const struct pack_of *of = &packs->now;
    struct reckoning made;
    struct node *root;

    *sha256 = NULL;
    if (!id_same(subject->pack, packs->now.id)) {
        if (!id_same(subject->pack, packs->other.id))
            TRY(pack_by_id(call, subject->pack, &packs->other));
        of = &packs->other;
    }
    if (tree_read(source, call->arena, &root).code
        || statement_of_facts(of->pack, source, tree_member(root, "facts"),
                              call->arena, &made)
               .code)
        return OK;
    *sha256 = arena_text(call->arena, made.hash);
    return OK;
}

/* The first changes, for people. */
static const char *changes_text(struct call *call, const char *was,
                                const char *is)
{
    const char *text = "";
    struct rows changes;

    if (!was || statement_changes_of(was, is, call->arena, &changes).code)
        return text;
    const struct change *at = changes.at;
    for (size_t i = 0; i < changes.count && i < CHANGES_TOLD; i++) {
        const char *next = arena_format(call->arena, "%s%s%s: %s -> %s", text,
                                        *text ? "; " : "", at[i].what,
                                        at[i].earlier ? at[i].earlier : "-",
                                        at[i].later ? at[i].later : "-");
        if (strlen(next) > WHY_MOST)
            break;
        text = next;
    }
    return text;
}

static struct err recount_one(struct call *call, const struct subject *subject,
                              struct packs *packs, struct result *result)
{
    struct recounted recounted = {
        .offered = id_given(subject->statement),
        .stored = subject->sha256,
        .offer_total = subject->offered,
    };
    struct statement_kept today = { 0 };

    if (subject->text)
        TRY(again(call, subject, packs, &recounted.again));
    struct err err = statement_reckon(call, subject->household, &packs->now,
                                      (struct json){ 0 }, &today);
    if (err.code && err.code != CODE_CONFLICT && err.code != CODE_BAD_REQUEST)
        return err;
    recounted.today = err.code ? NULL : today.sha256;
    recounted.today_total = today.total;
    *result = (struct result){
        .household = subject->household,
        .verdict = recount_verdict(&recounted),
        .offered = subject->offered,
        .now = today.total,
        .why =
            err.code ? err.why : changes_text(call, subject->text, today.text),
        .statement = subject->statement,
        .made_by = subject->made_by,
        .released_by = subject->released_by,
    };
    return OK;
}

struct recount_news {
    struct id recount;
    struct id project;
    int64_t done;
    int64_t deviations;
};

static const struct field recount_news_fields[] = {
    FIELD(recount_news, recount),
    FIELD(recount_news, project),
    FIELD(recount_news, done),
    FIELD(recount_news, deviations),
};
const struct shape recount_news_shape = SHAPE(recount_news);

static struct err end(struct call *call, const struct recount *recount)
{
    struct recount_news news = { recount->id, recount->project, recount->done,
                                 recount->deviations };
    const char *deviations =
        arena_format(call->arena, "%" PRId64, recount->deviations);

    (recount->deviations ? log_warn : log_info)(
        "recount ended", "project", recount->project.text, "recount",
        recount->id.text, "deviations", deviations, NULL);
    return emit(call, "recount.ended", recount->project,
                FROM(recount_news, &news));
}

static struct err step(struct call *call, struct recount *recount,
                       struct rows *subjects)
{
    const struct subject *at = subjects->at;
    struct result *results =
        arena_alloc(call->arena, (subjects->count + 1) * sizeof *results);
    struct packs packs = { 0 };
    size_t count = 0;

    TRY(pack_by_id(call, recount->pack, &packs.now));
    for (size_t i = 0; i < subjects->count; i++) {
        TRY(recount_one(call, &at[i], &packs, &results[count]));
        results[count].recount = recount->id;
        count += results[count].verdict != SAME;
        recount->after = at[i].household;
    }
    recount->done += (int64_t)subjects->count;
    recount->deviations += (int64_t)count;
    return store_rows(call, &SQL_recount_result_add, &result_shape,
                      (struct rows){ results, count });
}

/* A hundred households in a transaction: a kill undoes it whole, and the alarm
 * fires again. */
struct err on_recount_step(struct call *call, const void *body)
{
    struct recount recount;
    struct rows subjects;

    TRY(fetch(call, &SQL_recount_take, FROM(recount_key, body),
              INTO(recount, &recount)));
    if (recount.ended_at.us)
        return OK;
    TRY(list(call, &SQL_recount_page, FROM(recount, &recount), &subject_shape,
             &subjects));
    TRY(step(call, &recount, &subjects));
    if (subjects.count < STEP)
        recount.ended_at = call->now;
    TRY(store(call, &SQL_recount_go_on, FROM(recount, &recount)));
    return recount.ended_at.us
               ? end(call, &recount)
               : alarm(call, "recount.step", recount.id, call->now);
}

/* ------------------------------------------- recount.list, recount.results */

struct recount_project {
    struct id project;
};

static const struct field recount_project_fields[] = {
    FIELD(recount_project, project),
};
const struct shape recount_project_shape = SHAPE(recount_project);

struct recount_page {
    struct rows recounts;
};

static const struct field recount_page_fields[] = {
    FIELD(recount_page, recounts, .shape = &recount_row_shape),
};
const struct shape recount_page_shape = SHAPE(recount_page);

struct err cmd_recount_list(struct call *call, const void *body)
{
    struct recount_page page;

    TRY(list(call, then(call, &SQL_recount_list), FROM(recount_project, body),
             &recount_row_shape, &page.recounts));
    return reply(call, FROM(recount_page, &page));
}

struct recount_ask {
    struct id id;
    struct id after; /* the last household of the page before */
    struct id export;
};

static const struct field recount_ask_fields[] = {
    FIELD(recount_ask, id),
    OPTIONAL(recount_ask, after),
    OPTIONAL(recount_ask, export),
};
const struct shape recount_ask_shape = SHAPE(recount_ask);

struct told {
    struct id household;
    const char *no;
    unsigned verdict;
    struct money offered;
    struct money now;
    const char *why;
    struct id statement;
    struct id made_by;
    struct id released_by;
};

static const struct field told_fields[] = {
    FIELD(told, household),
    FIELD(told, no),
    FIELD(told, verdict, .names = verdict_names),
    FIELD(told, offered),
    FIELD(told, now),
    FIELD(told, why),
    OPTIONAL(told, statement),
    OPTIONAL(told, made_by),
    OPTIONAL(told, released_by),
};
static const struct shape told_shape = SHAPE(told);

struct recount_results {
    struct rows results;
    const char *watermark; /* of an export */
};

static const struct field recount_results_fields[] = {
    FIELD(recount_results, results, .shape = &told_shape),
    OPTIONAL(recount_results, watermark),
};
const struct shape recount_results_shape = SHAPE(recount_results);

/* Whose amounts these are is counted (R-LEAK). */
static struct err count_shown(struct call *call, const struct recount_ask *ask,
                              struct recount_results *page)
{
    const struct told *told = page->results.at;
    struct export_look look = { .list = EXPORT_RECOUNT,
                                .by = ask->export,
                                .households = export_whose(
                                    call->arena, &told->household,
                                    page->results.count, sizeof *told),
                                .goes_on = id_given(ask->after) };
    return export_show(call, &look, &page->watermark);
}

struct err cmd_recount_results(struct call *call, const void *body)
{
    const struct recount_ask *ask = body;
    struct recount_results page = { 0 };

    about(call, ask->id);
    TRY(list(call, &SQL_recount_results, FROM(recount_ask, body), &told_shape,
             &page.results));
    TRY(count_shown(call, ask, &page));
    return reply(call, FROM(recount_results, &page));
}
