#include "services/cases/errand/commands.h"

#include "common/base/text.h"
#include "services/cases/errand/record.h"
#include "services/cases/errand/store_sql.h"

#include <string.h>

enum { TEXT_MOST = 6000, PERSON_MOST = 300, KIND_MOST = 40 };

static const char *const channels[] = { "online", "counter", "phone", "paper",
                                        NULL };
static const char *const outcomes[] = { "granted", "partly", "refused", NULL };

struct errand_answer {
    struct id id;
    const char *no;
    const char *state;
    struct day promised_on; /* once it is accepted */
};
static const struct field errand_answer_fields[] = {
    FIELD(errand_answer, id),
    FIELD(errand_answer, no),
    FIELD(errand_answer, state),
    OPTIONAL(errand_answer, promised_on),
};
const struct shape errand_answer_shape = SHAPE(errand_answer);

static const struct field errand_id_fields[] = { FIELD(errand_id, id) };
const struct shape errand_id_shape = SHAPE(errand_id);

/* What the person is told with a move. */
struct errand_say {
    struct id id;
    const char *answer;
};
static const struct field errand_say_fields[] = {
    FIELD(errand_say, id),
    FIELD(errand_say, answer, .max = TEXT_MOST),
};
const struct shape errand_say_shape = SHAPE(errand_say);

static struct err answer(struct call *call, const struct errand *errand)
{
    struct errand_answer said = {
        .id = errand->id,
        .no = errand->matter.no,
        .state = errand_flow.states[errand->matter.state],
    };
    bool provisional = false;

    if (errand->matter.state == ES_ACCEPTED)
        said.promised_on = days_after(
            day_of(clock_end(call->now, errand_promise(errand->facts.kind), 0,
                             &provisional)),
            -1);
    return reply(call, FROM(errand_answer, &said));
}

static struct err go(struct call *call, struct errand *errand, unsigned event)
{
    TRY(errand_do(call, errand, event, NULL));
    return answer(call, errand);
}

/* A move that asks for nothing but the errand. */
static struct err step(struct call *call, const void *body, unsigned event)
{
    struct errand errand;

    TRY(errand_take(call, ((const struct errand_id *)body)->id, &errand));
    return go(call, &errand, event);
}

/* A move that the person is told about in words. */
static struct err say(struct call *call, const void *body, unsigned event)
{
    const struct errand_say *ask = body;
    struct errand errand;

    if (text_is_blank(ask->answer))
        return fail_at("answer", "is what the person is told");
    TRY(errand_take(call, ask->id, &errand));
    TRY(seal_field(call, "errand.answer", errand.id, ask->answer,
                   &errand.answer));
    return go(call, &errand, event);
}

/* ----------------------------------------------------------- errand.request */

struct errand_request {
    struct id project;
    struct id community;
    struct id household;
    const char *kind;
    const char *text;
    const char *person; /* name and number, of one who is no household here */
    struct day authorised_until;
    bool may_submit;
    bool may_hold_papers;
    bool may_handle_money;
};
static const struct field errand_request_fields[] = {
    OPTIONAL(errand_request, project),
    OPTIONAL(errand_request, community),
    OPTIONAL(errand_request, household),
    FIELD(errand_request, kind, .max = KIND_MOST),
    FIELD(errand_request, text, .max = TEXT_MOST),
    OPTIONAL(errand_request, person, .max = PERSON_MOST),
    OPTIONAL(errand_request, authorised_until),
    OPTIONAL(errand_request, may_submit),
    OPTIONAL(errand_request, may_hold_papers),
    OPTIONAL(errand_request, may_handle_money),
};
const struct shape errand_request_shape = SHAPE(errand_request);

struct errand_home {
    struct id household;
    struct id project;
    struct id community;
};
static const struct field errand_home_fields[] = {
    FIELD(errand_home, household),
    OPTIONAL(errand_home, project),
    OPTIONAL(errand_home, community),
};
static const struct shape errand_home_shape = SHAPE(errand_home);

/* For whom it is: a resident for itself; the others for the household that they
 * name, or for a person who lives or works here. */
static struct err for_whom(struct call *call, const struct errand_request *ask,
                           struct matter *matter)
{
    struct errand_home home = { .household = ask->household };
    bool own = !(call->roles & ~ROLE_ES_OWN);

    if (own && !id_given(home.household))
        home.household = call->actor;
    if (own && !id_same(home.household, call->actor))
        return fail(CODE_DENIED, "a household asks for itself");
    if (id_given(home.household))
        TRY(fetch(call, &SQL_errand_home, FROM(errand_home, &home),
                  INTO(errand_home, &home)));
    else
        home = (struct errand_home){ .project = ask->project,
                                     .community = ask->community };
    if (!id_given(home.project))
        return fail_at("project", "or a household has to be named");
    if (!id_given(home.household) && !ask->person)
        return fail_at("person", "or a household has to be named");
    matter->project = home.project;
    matter->community = home.community;
    matter->household = home.household;
    matter->opened_by = call->actor;
    return OK;
}

struct err cmd_errand_request(struct call *call, const void *body)
{
    const struct errand_request *ask = body;
    const struct errand_kind *kind = errand_kind_of(ask->kind);
    struct errand errand = { .authorised_until = ask->authorised_until,
                             .may_submit = ask->may_submit,
                             .may_hold_papers = ask->may_hold_papers,
                             .may_handle_money = ask->may_handle_money };
    bool allows =
        ask->may_submit || ask->may_hold_papers || ask->may_handle_money;

    if (!kind)
        return fail_at("kind", "is in the catalogue (errand.catalogue)");
    if (text_is_blank(ask->text))
        return fail_at("text", "says what is wanted");
    if (allows && !ask->authorised_until.number)
        return fail_at("authorised_until", "is the last day of the paper that "
                                           "allows this");
    if (ask->authorised_until.number)
        errand.authorised_at = call->now;
    TRY(for_whom(call, ask, &errand.matter));
    errand.matter.kind = kind->code;
    TRY(errand_open(call, &errand, ask->text, ask->person));
    return answer(call, &errand);
}

/* --------------------------------------------------------- the office's moves
 */

struct err cmd_errand_accept(struct call *call, const void *body)
{
    struct errand errand;

    TRY(errand_take(call, ((const struct errand_id *)body)->id, &errand));
    TRY(errand_do(call, &errand, RUN_ACCEPT, NULL));
    if (!id_given(errand.matter.holder))
        TRY(matter_give(call, &errand.matter, call->actor, "assign", NULL));
    return answer(call, &errand);
}

struct err cmd_errand_decline(struct call *call, const void *body)
{
    return say(call, body, RUN_DECLINE);
}

struct err cmd_errand_need_docs(struct call *call, const void *body)
{
    return say(call, body, RUN_NEED_DOCS);
}

struct err cmd_errand_progress(struct call *call, const void *body)
{
    return step(call, body, RUN_PROGRESS);
}

struct err cmd_errand_fail(struct call *call, const void *body)
{
    return say(call, body, RUN_FAIL);
}

struct err cmd_errand_cancel(struct call *call, const void *body)
{
    return step(call, body, RUN_CANCEL);
}

struct err cmd_errand_deliver(struct call *call, const void *body)
{
    struct errand errand;

    TRY(errand_take(call, ((const struct errand_id *)body)->id, &errand));
    errand.delivered_at = call->now;
    return go(call, &errand, RUN_DELIVER);
}

/* What the paper (委托书) says: until when, and what it allows. */
struct errand_authorise {
    struct id id;
    struct day until;
    bool may_submit;
    bool may_hold_papers;
    bool may_handle_money;
};
static const struct field errand_authorise_fields[] = {
    FIELD(errand_authorise, id),
    FIELD(errand_authorise, until),
    OPTIONAL(errand_authorise, may_submit),
    OPTIONAL(errand_authorise, may_hold_papers),
    OPTIONAL(errand_authorise, may_handle_money),
};
const struct shape errand_authorise_shape = SHAPE(errand_authorise);

struct err cmd_errand_authorise(struct call *call, const void *body)
{
    const struct errand_authorise *ask = body;
    struct errand errand;

    if (days_between(day_of(call->now), ask->until) < 0)
        return fail_at("until", "lies in the past");
    if (!ask->may_submit && !ask->may_hold_papers && !ask->may_handle_money)
        return fail_at("may_submit", "or may_hold_papers or may_handle_money "
                                     "says what the paper allows");
    TRY(errand_take(call, ask->id, &errand));
    errand.authorised_until = ask->until;
    errand.may_submit = ask->may_submit;
    errand.may_hold_papers = ask->may_hold_papers;
    errand.may_handle_money = ask->may_handle_money;
    errand.authorised_at = call->now;
    return go(call, &errand, RUN_AUTHORISE);
}

struct errand_submit {
    struct id id;
    struct id second;
};
static const struct field errand_submit_fields[] = {
    FIELD(errand_submit, id),
    OPTIONAL(errand_submit, second),
};
const struct shape errand_submit_shape = SHAPE(errand_submit);

struct err cmd_errand_submit(struct call *call, const void *body)
{
    const struct errand_submit *ask = body;
    struct errand errand;

    TRY(errand_take(call, ask->id, &errand));
    if (id_given(ask->second))
        errand.second = ask->second;
    return go(call, &errand, RUN_SUBMIT);
}

struct errand_result {
    struct id id;
    unsigned outcome;
    const char *answer;
};
static const struct field errand_result_fields[] = {
    FIELD(errand_result, id),
    FIELD(errand_result, outcome, .names = outcomes),
    FIELD(errand_result, answer, .max = TEXT_MOST),
};
const struct shape errand_result_shape = SHAPE(errand_result);

struct err cmd_errand_result(struct call *call, const void *body)
{
    const struct errand_result *ask = body;
    struct errand errand;

    if (text_is_blank(ask->answer))
        return fail_at("answer", "is what the person is told");
    TRY(errand_take(call, ask->id, &errand));
    errand.outcome = outcomes[ask->outcome];
    TRY(seal_field(call, "errand.answer", errand.id, ask->answer,
                   &errand.answer));
    return go(call, &errand, RUN_RESULT);
}

/* -------------------------------------------------------- original papers */

struct errand_take {
    struct id id;
    const char *what;
    struct id second;
};
static const struct field errand_take_fields[] = {
    FIELD(errand_take, id),
    FIELD(errand_take, what, .max = PERSON_MOST),
    OPTIONAL(errand_take, second),
};
const struct shape errand_take_shape = SHAPE(errand_take);

struct errand_taken {
    struct id original;
    int64_t out; /* originals that the office has now */
};
static const struct field errand_taken_fields[] = {
    FIELD(errand_taken, original),
    FIELD(errand_taken, out),
};
const struct shape errand_taken_shape = SHAPE(errand_taken);

struct original {
    struct id id;
    struct id errand;
    struct bytes what;
    struct moment at;
    struct id by;
};
static const struct field original_fields[] = {
    FIELD(original, id), FIELD(original, errand), OPTIONAL(original, what),
    FIELD(original, at), FIELD(original, by),
};
static const struct shape original_shape = SHAPE(original);

struct err cmd_errand_original_take(struct call *call, const void *body)
{
    const struct errand_take *ask = body;
    struct original original = { .id = id_new(call->now),
                                 .errand = ask->id,
                                 .at = call->now,
                                 .by = call->actor };
    struct errand errand;

    if (text_is_blank(ask->what))
        return fail_at("what", "names the paper");
    TRY(errand_take(call, ask->id, &errand));
    if (id_given(ask->second))
        errand.second = ask->second;
    TRY(errand_do(call, &errand, RUN_TAKE_ORIGINAL, NULL));
    TRY(seal_field(call, "errand_original.what", original.id, ask->what,
                   &original.what));
    TRY(store(call, &SQL_errand_original_add, FROM(original, &original)));
    struct errand_taken said = { original.id, errand.originals_out + 1 };
    return reply(call, FROM(errand_taken, &said));
}

struct errand_back {
    struct id id;
    struct id original;
};
static const struct field errand_back_fields[] = {
    FIELD(errand_back, id),
    FIELD(errand_back, original),
};
const struct shape errand_back_shape = SHAPE(errand_back);

struct err cmd_errand_original_return(struct call *call, const void *body)
{
    const struct errand_back *ask = body;
    struct original original = { .id = ask->original,
                                 .errand = ask->id,
                                 .at = call->now,
                                 .by = call->actor };
    struct errand errand;

    TRY(errand_take(call, ask->id, &errand));
    TRY(errand_do(call, &errand, RUN_RETURN_ORIGINAL, NULL));
    TRY(store(call, &SQL_errand_original_back, FROM(original, &original)));
    struct errand_taken said = { original.id, errand.originals_out - 1 };
    return reply(call, FROM(errand_taken, &said));
}

/* -------------------------------------------------------------- errand.rate */

struct errand_rate {
    struct id id;
    int64_t rating;
    unsigned channel;
};
static const struct field errand_rate_fields[] = {
    FIELD(errand_rate, id),
    FIELD(errand_rate, rating, .least = 1, .most = 5),
    FIELD(errand_rate, channel, .names = channels),
};
const struct shape errand_rate_shape = SHAPE(errand_rate);

struct err cmd_errand_rate(struct call *call, const void *body)
{
    const struct errand_rate *ask = body;
    struct errand errand;

    TRY(errand_take(call, ask->id, &errand));
    if ((strcmp(channels[ask->channel], "online") == 0)
        == ((call->roles & ROLE(T5_QUALITY)) != 0))
        return fail_at("channel", "online is who says it by itself; the "
                                  "quality team takes down the others");
    errand.rating = ask->rating;
    errand.rated_by = call->actor;
    errand.rated_channel = channels[ask->channel];
    TRY(errand_do(call, &errand, RUN_RATE, NULL));
    TRY(errand_do_itself(call, &errand, RUN_CLOSE));
    return answer(call, &errand);
}
