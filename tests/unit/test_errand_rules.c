#include "services/cases/errand/rules.h"

#include "tests/check.h"

#include <string.h>

#define PERSON "00000000-0000-7000-8000-0000000000a1"
#define RUNNER "00000000-0000-7000-8000-0000000000b1"
#define OTHER  "00000000-0000-7000-8000-0000000000b2"

static void the_table_has_no_fault(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();

    assert_null(flow_fault(&errand_flow, arena));
    assert_null(clock_fault(errand_clocks, arena));
    arena_destroy(&arena);
}

/* At least twenty kinds, among them those of the article and for the sites. */
static void the_catalogue_is_whole(void **unused)
{
    (void)unused;
    static const char *const wanted[] = {
        "flexible_work_subsidy",
        "graduate_firm_subsidy",
        "family_mediation",
        "school_transfer",
        "legal_aid",
        "mail_redirect",
        "wage_claim",
        "residence_permit",
    };
    unsigned count = 0, sites = 0;

    for (const struct errand_kind *k = errand_kinds; k->code; k++) {
        count++;
        sites += (k->touches & ES_SITE) != 0;
        assert_ptr_equal(errand_kind_of(k->code), k);
        assert_true(*k->label && *k->department && *k->documents);
        assert_true(k->working_days > 0);
        assert_int_equal(errand_promise(k).count, k->working_days + 3);
        assert_int_equal(errand_promise(k).unit, WORKING_DAYS);
    }
    assert_true(count >= 20 && sites >= 4);
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_non_null(errand_kind_of(wanted[i]));
    assert_null(errand_kind_of("demolition"));
}

/* Everything as it should be, for a kind that touches money. */
static struct errand_facts good(const char *kind)
{
    return (struct errand_facts){
        .kind = errand_kind_of(kind),
        .today = day_from(2026, 11, 25),
        .actor = { RUNNER },
        .roles = ROLE(T6_SERVICE),
        .household = { PERSON },
        .opened_by = { PERSON },
        .holder = { RUNNER },
        .second = { OTHER },
        .authorised = { day_from(2026, 11, 25), true, true, true },
        .said_why = true,
        .now = { 1000 },
        .rate_until = { 2000 },
    };
}

/* What `event` says from a state: NULL when it goes, else the sentence. */
static const char *said(struct errand_facts facts, unsigned state,
                        unsigned event, struct arena *arena)
{
    struct stand stand = { .state = state,
                           .roles = facts.roles,
                           .facts = &facts };
    unsigned to;
    struct err err = flow_move(&errand_flow, &stand, event, &to, arena);

    return err.code ? err.why : NULL;
}

static void check_said(const char *got, const char *want)
{
    if (!want)
        assert_null(got);
    else if (!got || !strstr(got, want))
        fail_msg("\"%s\" does not say \"%s\"", got ? got : "nothing", want);
}

static void each_guard_says_what_is_missing(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct errand_facts f = good("flexible_work_subsidy");

    check_said(said(f, ES_IN_PROGRESS, RUN_SUBMIT, arena), NULL);
    f.second = (struct id){ "" };
    check_said(said(f, ES_IN_PROGRESS, RUN_SUBMIT, arena), "handled by two");
    f.second = f.actor;
    check_said(said(f, ES_IN_PROGRESS, RUN_SUBMIT, arena), "another one");
    f.actor = (struct id){ PERSON };
    check_said(said(f, ES_IN_PROGRESS, RUN_SUBMIT, arena), "another one");
    f = good("school_transfer"); /* touches neither */
    f.second = (struct id){ "" };
    check_said(said(f, ES_IN_PROGRESS, RUN_SUBMIT, arena), NULL);

    f = good("legal_aid");
    f.authorised.until = day_from(2026, 11, 24);
    check_said(said(f, ES_ACCEPTED, RUN_PROGRESS, arena), "expired");
    f.authorised.until = (struct day){ 0 };
    check_said(said(f, ES_ACCEPTED, RUN_PROGRESS, arena), "errand.authorise");

    f = good("legal_aid");
    f.authorised.may_submit = false;
    check_said(said(f, ES_ACCEPTED, RUN_PROGRESS, arena), "hand in");
    check_said(said(f, ES_IN_PROGRESS, RUN_SUBMIT, arena), "hand in");
    check_said(said(f, ES_IN_PROGRESS, RUN_TAKE_ORIGINAL, arena), NULL);
    f = good("legal_aid");
    f.authorised.may_hold_papers = false;
    check_said(said(f, ES_IN_PROGRESS, RUN_TAKE_ORIGINAL, arena),
               "hold original papers");
    f = good("legal_aid");
    f.authorised.may_handle_money = false;
    check_said(said(f, ES_IN_PROGRESS, RUN_SUBMIT, arena), NULL);
    f = good("wage_claim");
    f.authorised.may_handle_money = false;
    check_said(said(f, ES_IN_PROGRESS, RUN_SUBMIT, arena), "deals with money");

    f = good("legal_aid");
    f.originals_out = 2;
    check_said(said(f, ES_RESULT, RUN_DELIVER, arena), "2 originals");
    f.originals_out = 0;
    check_said(said(f, ES_RESULT, RUN_DELIVER, arena), NULL);

    f.said_why = false;
    check_said(said(f, ES_REQUESTED, RUN_DECLINE, arena), "told why");
    f.said_why = true;
    check_said(said(f, ES_REQUESTED, RUN_DECLINE, arena), NULL);

    f.roles = ROLE(SERVICE);
    check_said(said(f, ES_RATED, RUN_CLOSE, arena), NULL);
    check_said(said(f, ES_DELIVERED, RUN_CLOSE, arena), "may still say");
    f.now = f.rate_until;
    check_said(said(f, ES_DELIVERED, RUN_CLOSE, arena), NULL);
    arena_destroy(&arena);
}

static void who_asks_for_another_brings_its_paper(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct errand_facts f = good("legal_aid");

    f.roles = ROLE(GRID_MEMBER);
    check_said(said(f, ES_NONE, RUN_REQUEST, arena), NULL);
    f.authorised.until = day_from(2026, 11, 24); /* expired */
    check_said(said(f, ES_NONE, RUN_REQUEST, arena), "委托书");
    f.authorised.until = (struct day){ 0 };
    check_said(said(f, ES_NONE, RUN_REQUEST, arena), "委托书");
    f.roles = ROLE(T6_SERVICE);
    check_said(said(f, ES_NONE, RUN_REQUEST, arena), NULL);
    f.roles = ROLE(RESIDENT);
    f.actor = f.household;
    check_said(said(f, ES_NONE, RUN_REQUEST, arena), NULL);
    f.roles = ROLE(GRID_MEMBER);
    f.actor = (struct id){ RUNNER };
    f.household = (struct id){ "" };
    check_said(said(f, ES_NONE, RUN_REQUEST, arena), NULL);
    arena_destroy(&arena);
}

static void only_the_person_rates_and_takes_back(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct errand_facts f = good("legal_aid");

    f.ran = true;
    check_said(said(f, ES_DELIVERED, RUN_RATE, arena), "does not rate");
    f.ran = false;
    f.actor = f.second;
    check_said(said(f, ES_DELIVERED, RUN_RATE, arena), "does not rate");
    f.second = (struct id){ "" };
    check_said(said(f, ES_DELIVERED, RUN_RATE, arena), "only the person");
    f.roles = ROLE(T5_QUALITY);
    check_said(said(f, ES_DELIVERED, RUN_RATE, arena), NULL);
    f.roles = ROLE(RESIDENT);
    f.actor = f.household;
    check_said(said(f, ES_DELIVERED, RUN_RATE, arena), NULL);
    check_said(said(f, ES_SUBMITTED, RUN_CANCEL, arena), NULL);
    f.actor = (struct id){ OTHER };
    f.roles = ROLE(T6_SERVICE);
    check_said(said(f, ES_SUBMITTED, RUN_CANCEL, arena), "takes it back");
    f.opened_by = f.actor;
    check_said(said(f, ES_SUBMITTED, RUN_CANCEL, arena), "takes it back");
    check_said(said(f, ES_DELIVERED, RUN_RATE, arena), "only the person");
    f.household = (struct id){ "" }; /* somebody at the counter */
    check_said(said(f, ES_SUBMITTED, RUN_CANCEL, arena), NULL);
    arena_destroy(&arena);
}

static void a_familys_quarrel_is_the_mediators_alone(void **unused)
{
    (void)unused;
    static const struct {
        const char *kind;
        role_set roles;
        const char *actor;
        bool seen;
    } rows[] = {
        { "family_mediation", ROLE(T4_MEDIATOR), OTHER, true },
        { "family_mediation", ROLE(T6_SERVICE), RUNNER, false },
        { "family_mediation", ROLE(T5_QUALITY), OTHER, false },
        { "legal_aid", ROLE(T6_SERVICE), OTHER, true },
        { "legal_aid", ROLE(GRID_MEMBER), OTHER, false },
        { "legal_aid", ROLE(GRID_MEMBER), RUNNER, true },
        { "legal_aid", ROLE(GRID_MEMBER), PERSON, true }, /* opened it */
    };
    struct arena *arena = arena_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct errand_facts f = good(rows[i].kind);
        f.roles = rows[i].roles;
        memcpy(f.actor.text, rows[i].actor, sizeof PERSON);
        if (errand_is_seen(&f) != rows[i].seen)
            fail_msg("row %zu", i);
    }
    struct errand_facts f = good("family_mediation");
    check_said(said(f, ES_REQUESTED, RUN_ACCEPT, arena), "mediators' alone");
    f.roles = ROLE(T4_MEDIATOR);
    check_said(said(f, ES_REQUESTED, RUN_ACCEPT, arena), NULL);
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(the_table_has_no_fault),
    cmocka_unit_test(the_catalogue_is_whole),
    cmocka_unit_test(each_guard_says_what_is_missing),
    cmocka_unit_test(who_asks_for_another_brings_its_paper),
    cmocka_unit_test(only_the_person_rates_and_takes_back),
    cmocka_unit_test(a_familys_quarrel_is_the_mediators_alone))
