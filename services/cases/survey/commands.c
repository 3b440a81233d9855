#include "services/cases/survey/commands.h"

#include "common/base/calendar.h"
#include "services/cases/household/rules.h"
#include "services/cases/survey/homes.h"
#include "services/cases/survey/store_sql.h"

#include <string.h>

enum { LINES_MAX = 100, HASH = 32 };

/* ------------------------------------------------------- the wire: asked */

struct survey_line {
    int64_t line;
    const char *cells[SURVEY_COLUMNS];
};

/* The names are those of survey_columns. */
#define CELL(member, column)                                                   \
    {                                                                          \
        .name = #member,                                                       \
        .offset = offsetof(struct survey_line, cells[column]),                 \
        .kind = KIND_TEXT, .optional = true, .max = SHEET_CELL_MAX             \
    }

static const struct field survey_line_fields[] = {
    FIELD(survey_line, line, .least = 1, .most = INT32_MAX),
    CELL(seq, SURVEY_SEQ),
    CELL(community, SURVEY_COMMUNITY),
    CELL(no, SURVEY_NO),
    CELL(name, SURVEY_NAME),
    CELL(id_number, SURVEY_ID_NUMBER),
    CELL(phone, SURVEY_PHONE),
    CELL(address, SURVEY_ADDRESS),
    CELL(certificate, SURVEY_CERTIFICATE),
    CELL(registration, SURVEY_REGISTRATION),
    CELL(use, SURVEY_USE),
    CELL(structure, SURVEY_STRUCTURE),
    CELL(registered_area, SURVEY_REGISTERED_AREA),
    CELL(measured_area, SURVEY_MEASURED_AREA),
    CELL(persons, SURVEY_PERSONS),
    CELL(surveyed_on, SURVEY_SURVEYED_ON),
    CELL(choice, SURVEY_CHOICE),
    CELL(hardship, SURVEY_HARDSHIP),
    CELL(remark, SURVEY_REMARK),
};
static const struct shape survey_line_shape = SHAPE(survey_line);

struct survey_import {
    struct id project;
    const char *sheet; /* the file's name, for people */
    struct bytes sheet_hash;
    bool dry_run;
    struct rows rows;
};

static const struct field survey_import_fields[] = {
    FIELD(survey_import, project),
    FIELD(survey_import, sheet, .max = 255),
    FIELD(survey_import, sheet_hash),
    FIELD(survey_import, dry_run),
    FIELD(survey_import, rows, .shape = &survey_line_shape, .max = LINES_MAX),
};
const struct shape survey_import_shape = SHAPE(survey_import);

/* ---------------------------------------------------- the wire: answered */

enum verdict { ACCEPTED, REMARKED, CORRECTED, ALREADY_THERE, REFUSED };
static const char *const verdicts[] = {
    "accepted", "remarked", "corrected", "already_there", "refused", NULL,
};

struct survey_result {
    int64_t line;
    const char *no;
    unsigned verdict;
    const char *column; /* its title in the sheet */
    const char *remark;
};

static const struct field survey_result_fields[] = {
    FIELD(survey_result, line),
    OPTIONAL(survey_result, no),
    FIELD(survey_result, verdict, .names = verdicts),
    OPTIONAL(survey_result, column),
    OPTIONAL(survey_result, remark),
};
static const struct shape survey_result_shape = SHAPE(survey_result);

struct survey_report {
    struct rows results;
};

static const struct field survey_report_fields[] = {
    FIELD(survey_report, results, .shape = &survey_result_shape),
};
const struct shape survey_report_shape = SHAPE(survey_report);

/* ------------------------------------------------------------- the batch */

struct batch {
    struct call *call;
    const struct survey_import *ask;
    const struct survey_line *lines;
    struct survey_reading *readings;
    struct survey_result *results;
    struct survey_homes homes;
};

static void read_lines(struct batch *b)
{
    struct day today = day_of(b->call->now);

    for (size_t i = 0; i < b->ask->rows.count; i++) {
        struct survey_reading *r = &b->readings[i];
        r->err = survey_read(b->lines[i].cells, today, b->call->arena, &r->is);
        if (!r->err.code)
            r->blind = survey_blind(b->call, r->is.id_full);
    }
}

static bool same_bytes(struct bytes a, struct bytes b)
{
    return a.at && b.at && a.size == b.size && memcmp(a.at, b.at, a.size) == 0;
}

/* Another household with this ID number, in the store or further up in the
 * batch; NULL when there is none. */
static const char *twin_of(const struct batch *b, size_t line)
{
    const struct survey_reading *r = &b->readings[line];
    const char *twin = survey_twin_find(&b->homes, r->blind, r->is.no);

    for (size_t i = 0; !twin && i < line; i++)
        if (same_bytes(b->readings[i].blind, r->blind)
            && strcmp(b->readings[i].is.no, r->is.no) != 0)
            twin = b->readings[i].is.no;
    return twin;
}

/* ------------------------------------------------------------ the verdict */

static void refuse(struct survey_result *result, enum survey_column column,
                   const char *why)
{
    result->verdict = REFUSED;
    result->column = survey_columns[column].title;
    result->remark = why;
}

static const char *and_also(const struct batch *b, const char *first,
                            const char *second)
{
    if (!first || !second)
        return first ? first : second;
    return arena_format(b->call->arena, "%s；%s", first, second);
}

static const char *remarks_of(const struct batch *b, size_t line)
{
    const char *twin = twin_of(b, line);

    if (twin)
        twin = arena_format(b->call->arena,
                            "身份证号与户编号 %s 登记的相同，请核对", twin);
    return and_also(b, b->readings[line].is.remarks, twin);
}

/* What the sheet leaves empty stays as it was. */
static void merge(struct survey_household *is,
                  const struct survey_household *with)
{
    struct survey_household was = *is;

    *is = *with;
    is->phone = with->phone ? with->phone : was.phone;
    is->certificate = with->certificate ? with->certificate : was.certificate;
    is->registration =
        with->registration ? with->registration : was.registration;
    is->use = with->use ? with->use : was.use;
    is->structure = with->structure ? with->structure : was.structure;
    is->persons = with->persons ? with->persons : was.persons;
    is->surveyed_on =
        with->surveyed_on.number ? with->surveyed_on : was.surveyed_on;
    is->choice = with->choice ? with->choice : was.choice;
    is->hardship = with->hardship ? with->hardship : was.hardship;
    is->note = with->note ? with->note : was.note;
}

static void register_home(struct batch *b, size_t line,
                          const struct survey_community *community)
{
    struct survey_result *result = &b->results[line];
    struct survey_home *home = &b->homes.at[b->homes.count++];

    *home = (struct survey_home){
        .id = id_new(b->call->now),
        .community = community->id,
        .state = "registered",
        .is = b->readings[line].is,
        .content_hash = survey_hash(b->call, &b->readings[line].is),
        .fresh = true,
    };
    result->remark = remarks_of(b, line);
    result->verdict = result->remark ? REMARKED : ACCEPTED;
}

/* Nothing was offered that would rest on its facts. */
static bool is_open(const struct survey_home *home)
{
    for (unsigned state = REGISTERED; state < OFFERED; state++)
        if (strcmp(home->state, household_states[state]) == 0)
            return true;
    return false;
}

/* The first of the facts that are not to change any more, or none. */
static enum survey_column fixed(const struct survey_home *home,
                                unsigned changes)
{
    enum survey_column i = 0;

    if (is_open(home))
        return SURVEY_COLUMNS;
    while (i < SURVEY_COLUMNS && !(changes & SURVEY_FACTS & 1U << i))
        i++;
    return i;
}

static void correct_home(struct batch *b, size_t line, struct survey_home *home,
                         struct bytes hash)
{
    struct survey_result *result = &b->results[line];
    const struct survey_household *is = &b->readings[line].is;
    unsigned changes = survey_changes(&home->is, is, b->call->arena);
    enum survey_column stands = fixed(home, changes);

    if (stands != SURVEY_COLUMNS) {
        refuse(result, stands,
               "该户的补偿方案已经送达，面积、用途等测算依据不能再用调查表"
               "更正；确有错误的，请按更正程序重新出具方案");
        return;
    }
    if (!changes && !is->hardship)
        return;

    const char *what =
        changes ? arena_format(
            b->call->arena, "已更正：%s",
            survey_difference(&home->is, is, changes, b->call->arena))
                : "已按本表更新";
    result->verdict = CORRECTED;
    result->remark = and_also(b, what, remarks_of(b, line));
    merge(&home->is, is);
    home->content_hash = hash;
    home->changes |= changes;
    home->touched = true;
    home->sheet = b->ask->sheet_hash;
    home->line = b->lines[line].line;
}

/* An earlier line of a sheet whose later line was taken over already. */
static bool is_overtaken(const struct batch *b, size_t line,
                         const struct survey_home *home)
{
    return same_bytes(home->sheet, b->ask->sheet_hash)
           && b->lines[line].line <= home->line;
}

static void judge(struct batch *b, size_t line)
{
    const struct survey_reading *r = &b->readings[line];
    struct survey_result *result = &b->results[line];
    const struct survey_community *community;

    result->line = b->lines[line].line;
    result->no = r->is.no;
    result->verdict = ALREADY_THERE;
    if (r->err.code) {
        result->verdict = REFUSED;
        result->column = r->err.field;
        result->remark = r->err.why;
        return;
    }
    community = survey_community_find(&b->homes, r->is.community);
    if (!community) {
        refuse(result, SURVEY_COMMUNITY,
               "项目里没有这个社区，请核对名称，或先添加社区");
        return;
    }
    struct survey_home *home = survey_home_find(&b->homes, r->is.no);
    if (!home) {
        register_home(b, line, community);
        return;
    }
    if (!id_same(home->community, community->id)) {
        refuse(result, SURVEY_NO, "这个户编号已用于另一个社区，请核对");
        return;
    }
    struct bytes hash = survey_hash(b->call, &r->is);
    if (!same_bytes(home->content_hash, hash) && !is_overtaken(b, line, home))
        correct_home(b, line, home, hash);
}

/* ---------------------------------------------------------- survey.import */

struct err cmd_survey_import(struct call *call, const void *body)
{
    const struct survey_import *ask = body;
    size_t count = ask->rows.count;
    struct batch b = {
        .call = call,
        .ask = ask,
        .lines = ask->rows.at,
        .readings = arena_alloc(call->arena, (count + 1) * sizeof *b.readings),
        .results = arena_alloc(call->arena, (count + 1) * sizeof *b.results),
        .homes = { .call = call, .project = ask->project },
    };
    struct survey_report report = { { b.results, count } };

    if (ask->sheet_hash.size != HASH)
        return fail_at("sheet_hash", "is not a hash of 64 hex digits");
    about(call, ask->project);
    read_lines(&b);
    TRY(survey_homes_load(&b.homes, b.readings, count));
    for (size_t i = 0; i < count; i++)
        judge(&b, i);
    if (!ask->dry_run)
        TRY(survey_homes_save(&b.homes));
    return reply(call, FROM(survey_report, &report));
}
