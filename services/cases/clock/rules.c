#include "services/cases/clock/rules.h"

#include <string.h>

const char *const clock_unit_names[] = { "hours", "days", "working_days",
                                         "months", NULL };

/* The day that a moment, taken as the end of something, still belongs to. */
static struct day last_day_before(struct moment end)
{
    return day_of((struct moment){ end.us - 1 });
}

static struct moment after(struct day last)
{
    return moment_at(days_after(last, 1), 0);
}

static struct day off_days_off(struct day last, bool *provisional)
{
    return period_end(last, 0, provisional);
}

static struct day last_day(struct day from, struct clock_length length,
                           bool *provisional)
{
    if (length.unit == WORKING_DAYS)
        return working_days_after(from, length.count, provisional);
    if (length.unit == MONTHS)
        return off_days_off(months_after(from, length.count), provisional);
    return period_end(from, length.count, provisional);
}

struct moment clock_end(struct moment from, struct clock_length length,
                        int64_t paused_us, bool *provisional)
{
    if (length.unit == HOURS)
        return (struct moment){ from.us + length.count * HOUR_US + paused_us };

    struct day last = last_day(day_of(from), length, provisional);
    if (paused_us > 0)
        last = off_days_off(
            days_after(last, (int)((paused_us + DAY_US - 1) / DAY_US)),
            provisional);
    return after(last);
}

unsigned clock_steps(const struct clock_rule *rule)
{
    unsigned count = 1;

    while (count < STEPS_MAX && rule->steps[count].tell)
        count++;
    return count;
}

struct moment clock_step_at(const struct clock_rule *rule, unsigned step,
                            struct moment end)
{
    const struct clock_step *at = &rule->steps[step];
    bool provisional = false;

    if (at->count == 0)
        return end;
    if (at->unit == HOURS)
        return (struct moment){ end.us + at->count * HOUR_US };
    if (at->unit == DAYS)
        return (struct moment){ end.us + at->count * DAY_US };
    return after(last_day(last_day_before(end),
                          (struct clock_length){ at->count, at->unit },
                          &provisional));
}

const struct clock_rule *clock_rule_of(const struct clock_rule *rules,
                                       const char *name)
{
    for (; rules && rules->name; rules++)
        if (strcmp(rules->name, name) == 0)
            return rules;
    return NULL;
}

/* ------------------------------------------------------------ a table's own */

static const char *ladder_fault(const struct clock_rule *rule)
{
    /* any end will do to see their order; this one is a Wednesday's */
    struct moment end = moment_at(day_from(2026, 1, 15), 0);
    bool ends = false;

    for (unsigned i = 0; i < clock_steps(rule); i++) {
        const struct clock_step *step = &rule->steps[i];
        if (step->count < 0 && step->unit != HOURS && step->unit != DAYS)
            return "counts back in what is no hour and no day";
        if (i > 0
            && clock_step_at(rule, i, end).us
                   <= clock_step_at(rule, i - 1, end).us)
            return "has a ladder that does not rise";
        ends |= step->count == 0;
    }
    return ends ? NULL : "has a ladder without the end";
}

static const char *rule_fault(const struct clock_rule *rules,
                              const struct clock_rule *rule)
{
    if (rule->length.count <= 0)
        return "has no length";
    if (!rule->source || !*rule->source)
        return "has no source";
    if (clock_rule_of(rules, rule->name) != rule)
        return "stands there twice";
    return ladder_fault(rule);
}

const char *clock_fault(const struct clock_rule *rules, struct arena *arena)
{
    for (const struct clock_rule *rule = rules; rule->name; rule++) {
        const char *fault = rule_fault(rules, rule);
        if (fault)
            return arena_format(arena, "%s %s", rule->name, fault);
    }
    return NULL;
}
