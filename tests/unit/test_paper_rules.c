#include "services/cases/household/rules.h"
#include "services/cases/paper/rules.h"
#include "tests/check.h"

static const struct day LAST = { 739900 }, TODAY = { 739930 };

/* With everything that any paper can have; a row says what is given. */
static struct paper paper_of(unsigned event)
{
    return (struct paper){ .event = event, .day = TODAY };
}

static const char *field_of(struct paper paper, struct arena *arena)
{
    return paper_check(&paper, LAST, TODAY, arena).field;
}

static void each_paper_says_what_it_has_to(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct paper served = paper_of(SERVE), decided, panel, court;

    assert_string_equal(field_of(served, arena), "document");
    served.document = "1";
    assert_string_equal(field_of(served, arena), "served_mode");
    served.served_mode = SERVED_IN_PERSON;
    assert_string_equal(field_of(served, arena), "served_to");
    served.served_to = "x";
    assert_null(field_of(served, arena));

    decided = served;
    decided.event = DECIDE;
    assert_string_equal(field_of(decided, arena), "organ");
    decided.organ = "1";
    assert_string_equal(field_of(decided, arena), "court");
    decided.court = "1";
    assert_string_equal(field_of(decided, arena), "legal_aid_phone");
    decided.legal_aid_phone = "12348";
    assert_string_equal(field_of(decided, arena), "choice");
    decided.choice = CHOICE_UNDECIDED;
    assert_string_equal(field_of(decided, arena), "choice");
    decided.choice = CHOICE_SWAP;
    assert_null(field_of(decided, arena));

    panel = paper_of(EXPERT_DONE);
    panel.document = "1";
    assert_string_equal(field_of(panel, arena), "panel");
    panel.panel = 3;
    assert_string_equal(field_of(panel, arena), "panel_appraisers");

    court = paper_of(APPLY_COURT);
    court.document = "1";
    assert_string_equal(field_of(court, arena), "account");
    court.account = "1";
    assert_string_equal(field_of(court, arena), "housing");
    arena_destroy(&arena);
}

static void a_paper_says_nothing_that_its_kind_does_not_have(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct paper start = paper_of(SURVEY_START);

    start.court = "1";
    assert_string_equal(field_of(start, arena), "court");
    start = paper_of(SURVEY_START);
    start.panel = 3;
    assert_string_equal(field_of(start, arena), "panel");
    start = paper_of(SURVEY_START);
    start.reason = start.evidence = start.document = "1";
    assert_null(field_of(start, arena));
    arena_destroy(&arena);
}

static void its_day_is_between_the_last_one_and_today(void **unused)
{
    (void)unused;
    struct arena *arena = arena_new();
    struct paper paper = paper_of(SURVEY_START);

    paper.day = LAST;
    assert_null(field_of(paper, arena));
    paper.day.number--;
    assert_string_equal(field_of(paper, arena), "day");
    paper.day.number = TODAY.number + 1;
    assert_string_equal(field_of(paper, arena), "day");
    arena_destroy(&arena);
}

/* What has a command of its own, and what the system does, is no paper. */
static void a_paper_alone_neither_offers_signs_pays_nor_ends(void **unused)
{
    (void)unused;
    static const unsigned others[] = {
        IMPORT,      MAKE, OFFER,  REOFFER, CONSIDER, SIGN,       WITHDRAW,
        TAKE_EFFECT, PAY,  SETTLE, FINAL,   TRANSIT,  PERIOD_END, STAY,
    };
    struct arena *arena = arena_new();
    size_t carried = 0;

    for (size_t i = 0; i < COUNT(others); i++) {
        assert_false(paper_carries(others[i]));
        assert_string_equal(field_of(paper_of(others[i]), arena), "event");
    }
    for (unsigned event = 0; event < EVENT_COUNT; event++)
        carried += paper_carries(event);
    assert_int_equal(carried + COUNT(others), EVENT_COUNT);
    arena_destroy(&arena);
}

RUN(cmocka_unit_test(each_paper_says_what_it_has_to),
    cmocka_unit_test(a_paper_says_nothing_that_its_kind_does_not_have),
    cmocka_unit_test(its_day_is_between_the_last_one_and_today),
    cmocka_unit_test(a_paper_alone_neither_offers_signs_pays_nor_ends))
