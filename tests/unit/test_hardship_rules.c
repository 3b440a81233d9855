#include "common/base/calendar.h"
#include "services/cases/hardship/rules.h"
#include "services/cases/household/policy.h"
#include "tests/check.h"
#include "tests/when.h"

#include <string.h>

static const struct id ACTOR = { "00000000-0000-7000-8000-0000000000a1" };
static const struct id OTHER = { "00000000-0000-7000-8000-0000000000b2" };

/* Everything that the guards of what follows a consent want. */
static struct hardship_facts ripe(void)
{
    return (struct hardship_facts){
        .actor = ACTOR,
        .own = true,
        .named = true,
        .consented = true,
        .confirmed = true,
        .planned_by = OTHER,
        .reviewed_by = OTHER,
        .stable_from = at("2026-06-01T23:59:00"),
        .stable_to = at("2026-08-30T00:00:00"),
    };
}

static struct err move(unsigned state, const struct hardship_facts *facts,
                       unsigned event, unsigned *to, struct arena *arena)
{
    struct stand stand = { .state = state,
                           .roles = ~UINT64_C(0),
                           .facts = facts };

    *to = HARDSHIP_NONE;
    return flow_move(&hardship_flow, &stand, event, to, arena);
}

static void the_tables_have_no_fault(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    assert_null(flow_fault(&hardship_flow, arena));
    assert_null(clock_fault(hardship_clocks, arena));
    for (size_t i = 0; hardship_triggers[i].name; i++) {
        assert_string_equal(hardship_triggers[i].name,
                            hardship_trigger_names[i + 1]);
        assert_true(*hardship_triggers[i].label
                    && *hardship_triggers[i].source);
        assert_non_null(hardship_trigger_names[i + 1]);
    }
    arena_destroy(&arena);
}

struct step {
    unsigned from, event, to;
};

static void a_case_goes_from_screening_to_its_end(void **unused)
{
    (void)unused;
    static const struct step steps[] = {
        { HARDSHIP_NONE, HARDSHIP_SCREEN, HARDSHIP_SCREENED },
        { HARDSHIP_NONE, HARDSHIP_ALARM, HARDSHIP_CRISIS },
        { HARDSHIP_SCREENED, HARDSHIP_CONSENT, HARDSHIP_CONSENTED },
        { HARDSHIP_SCREENED, HARDSHIP_DECLINE, HARDSHIP_DECLINED },
        { HARDSHIP_DECLINED, HARDSHIP_CONSENT, HARDSHIP_CONSENTED },
        { HARDSHIP_CONSENTED, HARDSHIP_ASSESS, HARDSHIP_ASSESSED },
        { HARDSHIP_ASSESSED, HARDSHIP_PLAN, HARDSHIP_PLANNED },
        { HARDSHIP_PLANNED, HARDSHIP_ACTIVATE, HARDSHIP_ACTIVE },
        { HARDSHIP_ACTIVE, HARDSHIP_FIT, HARDSHIP_ACTIVE },
        { HARDSHIP_ACTIVE, HARDSHIP_FALL_DUE, HARDSHIP_REVIEW_DUE },
        { HARDSHIP_REVIEW_DUE, HARDSHIP_STEADY, HARDSHIP_STABLE },
        { HARDSHIP_STABLE, HARDSHIP_NEEDY, HARDSHIP_ACTIVE },
        { HARDSHIP_STABLE, HARDSHIP_CONFIRM, HARDSHIP_STABLE },
        { HARDSHIP_STABLE, HARDSHIP_CLOSE, HARDSHIP_CLOSED },
        { HARDSHIP_ACTIVE, HARDSHIP_REFER, HARDSHIP_REFERRED },
        { HARDSHIP_REFERRED, HARDSHIP_ASSESS, HARDSHIP_ASSESSED },
        { HARDSHIP_ACTIVE, HARDSHIP_REVOKE, HARDSHIP_DECLINED },
        { HARDSHIP_CRISIS, HARDSHIP_LOCK, HARDSHIP_CRISIS },
        { HARDSHIP_CRISIS, HARDSHIP_ASSESS, HARDSHIP_ASSESSED },
    };
    struct arena *arena = arena_new();
    struct hardship_facts facts = ripe();

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        unsigned to;
        struct err err =
            move(steps[i].from, &facts, steps[i].event, &to, arena);
        assert_int_equal(err.code, CODE_OK);
        assert_int_equal(to, steps[i].to);
    }
    for (unsigned event = HARDSHIP_SCREEN; event <= HARDSHIP_CLOSE; event++) {
        unsigned to;
        assert_int_equal(move(HARDSHIP_CLOSED, &facts, event, &to, arena).code,
                         CODE_CONFLICT);
    }
    arena_destroy(&arena);
}

enum {
    NOT_OWN,
    NOT_NAMED,
    SIGNS,
    NO_CONSENT,
    GOOD,
    WRITES_LOCKED,
    PLANNED_IT,
    REVIEWED_IT,
    NOT_CONFIRMED,
    NOT_REVIEWED,
    TOO_EARLY,
    STATUTORY,
    FORM_UNNAMED,
    FORM_SIGNS,
    SPOILT
};

/* Ripe facts, each with one thing wrong. */
static void spoil(struct hardship_facts f[static SPOILT])
{
    for (size_t i = 0; i < SPOILT; i++)
        f[i] = ripe();
    f[NOT_OWN].own = false;
    f[NOT_NAMED].named = false;
    f[SIGNS].signs = true;
    f[NO_CONSENT].consented = false;
    f[WRITES_LOCKED].consented = false;
    f[WRITES_LOCKED].writes = true;
    f[PLANNED_IT].planned_by = ACTOR;
    f[REVIEWED_IT].reviewed_by = ACTOR;
    f[NOT_CONFIRMED].confirmed = false;
    f[NOT_REVIEWED].stable_from = (struct moment){ 0 };
    f[NOT_REVIEWED].stable_to = (struct moment){ 0 };
    f[TOO_EARLY].stable_to = at("2026-08-29T23:59:59");
    f[STATUTORY].statutory = true;
    for (size_t i = FORM_UNNAMED; i <= FORM_SIGNS; i++) {
        f[i].own = false;
        f[i].form = true;
    }
    f[FORM_UNNAMED].named = false;
    f[FORM_SIGNS].signs = true;
}

struct refusal {
    unsigned state, event, with;
    const char *why;
};

static void each_guard_holds_by_itself(void **unused)
{
    (void)unused;
    /* clang-format off */
    static const struct refusal rows[] = {
        { HARDSHIP_SCREENED,  HARDSHIP_CONSENT,  NOT_OWN,       "only the resident" },
        { HARDSHIP_STABLE,    HARDSHIP_CONFIRM,  NOT_OWN,       "only the resident" },
        { HARDSHIP_SCREENED,  HARDSHIP_CONSENT,  FORM_UNNAMED,  "only the resident" },
        { HARDSHIP_SCREENED,  HARDSHIP_CONSENT,  FORM_SIGNS,    "only the resident" },
        { HARDSHIP_CONSENTED, HARDSHIP_ASSESS,   NOT_NAMED,     "service team" },
        { HARDSHIP_CONSENTED, HARDSHIP_ASSESS,   SIGNS,         "signing team" },
        { HARDSHIP_CONSENTED, HARDSHIP_ASSESS,   NO_CONSENT,    "not consented" },
        { HARDSHIP_ACTIVE,    HARDSHIP_REFER,    NO_CONSENT,    "not consented" },
        { HARDSHIP_CRISIS,    HARDSHIP_AGREE,    GOOD,          "consented already" },
        { HARDSHIP_ACTIVE,    HARDSHIP_STEADY,   WRITES_LOCKED, "nothing more is written" },
        { HARDSHIP_PLANNED,   HARDSHIP_ACTIVATE, PLANNED_IT,    "a lead" },
        { HARDSHIP_STABLE,    HARDSHIP_CLOSE,    REVIEWED_IT,   "a lead" },
        { HARDSHIP_STABLE,    HARDSHIP_CLOSE,    NOT_CONFIRMED, "not confirmed" },
        { HARDSHIP_STABLE,    HARDSHIP_CLOSE,    NOT_REVIEWED,  "no review" },
        { HARDSHIP_STABLE,    HARDSHIP_CLOSE,    TOO_EARLY,     "2026-08-30" },
        { HARDSHIP_ACTIVE,    HARDSHIP_REVOKE,   STATUTORY,     "goes on" },
        { HARDSHIP_CRISIS,    HARDSHIP_RESUME,   GOOD,          "no help that the law" },
        { HARDSHIP_CRISIS,    HARDSHIP_SETTLE,   GOOD,          "consented already" },
    };
    /* clang-format on */
    struct hardship_facts f[SPOILT];
    struct arena *arena = arena_new();

    spoil(f);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned to;
        struct err err =
            move(rows[i].state, &f[rows[i].with], rows[i].event, &to, arena);
        assert_int_equal(err.code, CODE_CONFLICT);
        assert_non_null(strstr(err.why, rows[i].why));
    }
    arena_destroy(&arena);
}

static void help_that_the_law_owes_goes_on_without_consent(void **unused)
{
    (void)unused;
    static const struct refusal open[] = {
        { HARDSHIP_CRISIS, HARDSHIP_RESUME, STATUTORY, NULL },
        { HARDSHIP_CRISIS, HARDSHIP_SETTLE, NO_CONSENT, NULL },
        { HARDSHIP_ACTIVE, HARDSHIP_STEADY, NO_CONSENT, NULL },
        { HARDSHIP_PLANNED, HARDSHIP_ACTIVATE, NO_CONSENT, NULL },
    };
    struct hardship_facts f[SPOILT];
    struct arena *arena = arena_new();

    spoil(f);
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        unsigned to;
        assert_int_equal(
            move(open[i].state, &f[open[i].with], open[i].event, &to, arena)
                .code,
            CODE_OK);
    }
    arena_destroy(&arena);
}

static void nobody_else_reads_it(void **unused)
{
    (void)unused;
    struct hardship_facts stranger = { .actor = ACTOR };
    struct hardship_facts own = { .actor = ACTOR, .own = true };
    struct hardship_facts named = { .actor = ACTOR, .named = true };
    role_set t6 = ROLE(T6_SERVICE), duty = ROLE(DUTY_OFFICER);

    assert_true(hardship_may_read(ROLE_HOUSEHOLD, &own, HARDSHIP_ACTIVE));
    assert_true(hardship_may_read(t6, &named, HARDSHIP_ACTIVE));
    assert_true(hardship_may_read(duty, &stranger, HARDSHIP_CRISIS));
    assert_false(hardship_may_read(duty, &stranger, HARDSHIP_ACTIVE));
    assert_false(
        hardship_may_read(ROLE(GRID_MEMBER), &stranger, HARDSHIP_CRISIS));
    assert_false(
        hardship_may_read(t6 | ROLE(T2_SIGNING), &named, HARDSHIP_ACTIVE));
    assert_false(
        hardship_may_read(duty | ROLE(T2_SIGNING), &stranger, HARDSHIP_CRISIS));
}

static void a_dwelling_fits_when_nothing_lacks(void **unused)
{
    (void)unused;
    struct dwelling good = { FIT_FITS, FIT_NOT_NEEDED, FIT_FITS, FIT_FITS };
    struct dwelling lacks = { FIT_LACKS, FIT_FITS, FIT_FITS, FIT_FITS };
    struct dwelling unseen = { FIT_FITS, FIT_FITS, FIT_FITS, FIT_NOT_SAID };

    assert_true(dwelling_fits(&good));
    assert_false(dwelling_fits(&lacks));
    assert_false(dwelling_fits(&unseen));
    assert_true(hardship_blocks_moving(HARDSHIP_ACTIVE, false));
    assert_true(hardship_blocks_moving(HARDSHIP_REVIEW_DUE, false));
    assert_false(hardship_blocks_moving(HARDSHIP_ACTIVE, true));
    assert_false(hardship_blocks_moving(HARDSHIP_SCREENED, false));
    assert_false(hardship_blocks_moving(HARDSHIP_CLOSED, false));
}

static void reviews_count_in_a_row(void **unused)
{
    (void)unused;
    struct hardship_facts facts = { .actor = ACTOR, .confirmed = true };

    hardship_reviewed(&facts, true, at("2026-06-01T10:00:00"));
    hardship_reviewed(&facts, true, at("2026-07-01T10:00:00"));
    assert_true(facts.stable_from.us == at("2026-06-01T10:00:00").us);
    assert_true(facts.stable_to.us == at("2026-07-01T10:00:00").us);
    assert_false(facts.confirmed);
    assert_true(id_same(facts.reviewed_by, ACTOR));
    hardship_reviewed(&facts, false, at("2026-07-02T10:00:00"));
    assert_true(facts.stable_from.us == 0 && facts.stable_to.us == 0);
}

static void contents_are_kept_three_years(void **unused)
{
    (void)unused;
    assert_true(hardship_erase_from(at("2026-11-02T16:00:00")).us
                == at("2029-11-03T00:00:00").us);
}

RUN(cmocka_unit_test(the_tables_have_no_fault),
    cmocka_unit_test(a_case_goes_from_screening_to_its_end),
    cmocka_unit_test(each_guard_holds_by_itself),
    cmocka_unit_test(help_that_the_law_owes_goes_on_without_consent),
    cmocka_unit_test(nobody_else_reads_it),
    cmocka_unit_test(a_dwelling_fits_when_nothing_lacks),
    cmocka_unit_test(reviews_count_in_a_row),
    cmocka_unit_test(contents_are_kept_three_years))
