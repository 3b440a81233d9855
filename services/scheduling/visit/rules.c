#include "services/scheduling/visit/rules.h"

#include "common/base/calendar.h"
#include "common/base/text.h"

#include <inttypes.h>
#include <string.h>

/* ------------------------------------------------------------- who may come */

/* A refusal of one visitor, by id: names stay out of answers. */
static struct err not_this_one(const struct visitor *visitor, const char *why,
                               struct arena *arena)
{
    return (struct err){
        .code = CODE_CONFLICT,
        .why = arena_format(arena, "member %s %s", visitor->member.text, why),
        .field = "visitors",
    };
}

static struct err visitor_check(const struct visitor *visitor,
                                struct arena *arena)
{
    char until[VALUE_TEXT_MAX];

    if (!visitor->active)
        return not_this_one(visitor, "has left; name another visitor", arena);
    if (*visitor->flags)
        return not_this_one(visitor,
                            "comes from police, enforcement, a court, a "
                            "developer, a demolition firm or a creditor, and "
                            "visits no resident; name another visitor",
                            arena);
    if (visitor->related)
        return not_this_one(visitor,
                            "is kin, landlord, creditor or employer of the "
                            "resident; name another visitor",
                            arena);
    if (visitor->unwelcome) /* why is sealed (G-SEAL) */
        return not_this_one(visitor,
                            "does not visit this household; name another "
                            "visitor",
                            arena);
    if (visitor->busy_until.us == 0)
        return OK;
    moment_format_local(visitor->busy_until, until);
    return not_this_one(
        visitor,
        arena_format(arena,
                     "has another visit then and is free from %s; take that "
                     "time or name another visitor",
                     until),
        arena);
}

static struct err squad_check(const struct visit_squad *squad,
                              struct moment start)
{
    if (!id_given(squad->id))
        return OK;
    if (squad->until.number == 0)
        return (struct err){ CODE_NOT_FOUND, "there is no squad of that id",
                             "squad" };
    struct day day = day_of(start);
    if (day.number < squad->from.number || day.number > squad->until.number)
        return (struct err){ CODE_CONFLICT,
                             "the squad's term does not include that day; "
                             "call up another or name the visitors",
                             "squad" };
    return OK;
}

struct err visit_party_check(const struct contact_policy *policy,
                             const struct visit_party *party,
                             struct arena *arena)
{
    const struct visitor *visitor = party->visitors.at;
    int64_t count = (int64_t)party->visitors.count;
    bool near = false;

    TRY(squad_check(&party->squad, party->start));
    if (!id_given(party->squad.id) && party->visitors.count < party->wanted)
        return (struct err){ CODE_NOT_FOUND,
                             "each visitor is another member of the staff list",
                             "visitors" };
    if (count < policy->visitors_least || count > policy->visitors_most)
        return (struct err){
            .code = CODE_CONFLICT,
            .why = arena_format(
                arena, "a visit has %" PRId64 " to %" PRId64 " visitors",
                policy->visitors_least, policy->visitors_most),
            .field = "visitors",
        };
    for (int64_t i = 0; i < count; i++) {
        TRY(visitor_check(&visitor[i], arena));
        near = near || id_same(visitor[i].community, party->community);
    }
    if (!near)
        return (struct err){ CODE_CONFLICT,
                             "one visitor at least is of the household's own "
                             "community; name one",
                             "visitors" };
    return OK;
}

/* --------------------------------------------------- the life of a visit */

static struct err is_planned(const struct visit_times *visit)
{
    if (visit->state == VISIT_HELD)
        return fail(CODE_CONFLICT, "the visit was held and logged");
    if (visit->state == VISIT_CANCELLED)
        return fail(CODE_CONFLICT, "the visit was cancelled; book another");
    return OK;
}

struct err visit_may_change(const struct visit_times *visit, struct moment now)
{
    TRY(is_planned(visit));
    if (now.us >= visit->starts.us)
        return fail(CODE_CONFLICT, "the visit's time has come: log what "
                                   "happened; it counts as a visit");
    return OK;
}

struct err visit_may_log(const struct visit_times *visit,
                         const struct visit_report *report, bool is_visitor,
                         struct moment now)
{
    if (!is_visitor)
        return fail(CODE_DENIED, "a visit is logged by one of its visitors");
    TRY(is_planned(visit));
    if (report->outcome == OUTCOME_NONE)
        return fail_at("outcome", "is not one of the values allowed");
    if (report->started.us > now.us || report->ended.us > now.us)
        return fail_at("ended", "a visit is logged after it took place");
    if (report->ended.us < report->started.us)
        return fail_at("ended", "a visit ends after it began");
    if (day_of(report->started).number != day_of(visit->starts).number)
        return (struct err){ CODE_CONFLICT,
                             "the visit was agreed for another day; book a "
                             "visit for the day that was meant",
                             "started" };
    return OK;
}

/* -------------------------------------------------- what is written down */

/* The same words are in scheduling.has_label(). */
/* clang-format off */
static const char *const labels[] = {
    "钉子户", "清零", "难缠", "刺头", "刁民", "老赖", "顽固", "硬骨头", "拔钉",
    "黑名单", "重点人", "不稳定分子", "拒签户",
    "单位", "领导", "孩子上学", "子女上学", "编制",
};
/* clang-format on */

static bool is_filler(char c)
{
    return c != '\0' && strchr("-_.,*/|+~'\"", c) != NULL;
}

/* Without blanks, invisible marks and what is put between the characters of a
 * word to hide it. */
static const char *bare(const char *text, struct arena *arena)
{
    char *copy = text_squeeze(arena_text(arena, text)), *to = copy;

    for (const char *from = copy; *from; from++) {
        if (strncmp(from, "·", strlen("·")) == 0) {
            from += strlen("·") - 1;
            continue;
        }
        if (!is_filler(*from))
            *to++ = *from;
    }
    *to = '\0';
    return copy;
}

struct err visit_text_check(const char *field, const char *text,
                            struct arena *arena)
{
    if (!text)
        return OK;
    const char *plain = bare(text, arena);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strstr(plain, labels[i]))
            return (struct err){
                .code = CODE_CONFLICT,
                .why = arena_format(arena,
                                    "\"%s\" labels a resident or speaks of "
                                    "work, school or family: write what "
                                    "happened and what was asked for, without "
                                    "it",
                                    labels[i]),
                .field = field,
            };
    return OK;
}
