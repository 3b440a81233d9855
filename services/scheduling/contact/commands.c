#include "services/scheduling/contact/commands.h"

#include "common/base/calendar.h"
#include "services/scheduling/contact/store_sql.h"
#include "services/scheduling/visit/withdraw.h"

/* ---------------------------------------------------- what the facts are of */

const char *const contact_topics[] = { "signing", "survey", "service",
                                       "statutory", NULL };
const char *const contact_outcomes[] = { "none",    "met",     "not_home",
                                         "not_now", "refused", NULL };
const char *const contact_scopes[] = { "signing", "service", "all", NULL };

static const struct field contact_visit_fields[] = {
    FIELD(contact_visit, visit),
    FIELD(contact_visit, starts),
    FIELD(contact_visit, ends),
    FIELD(contact_visit, topic, .names = contact_topics),
    FIELD(contact_visit, outcome, .names = contact_outcomes),
};
const struct shape contact_visit_shape = SHAPE(contact_visit);

static const struct field contact_window_fields[] = {
    FIELD(contact_window, weekday, .least = 1, .most = 7),
    FIELD(contact_window, from, .least = 0, .most = 1440),
    FIELD(contact_window, until, .least = 0, .most = 1440),
};
const struct shape contact_window_shape = SHAPE(contact_window);

static const struct field contact_quiet_fields[] = {
    FIELD(contact_quiet, scope, .names = contact_scopes),
    FIELD(contact_quiet, until),
};
const struct shape contact_quiet_shape = SHAPE(contact_quiet);

static const struct field contact_house_fields[] = {
    FIELD(contact_house, household),
    FIELD(contact_house, community),
};
static const struct shape contact_house_shape = SHAPE(contact_house);

struct err contact_lock(struct call *call, struct id household,
                        struct contact_house *house)
{
    struct contact_house key = { .household = household };
    struct err err =
        fetch(call, &SQL_contact_household_lock, FROM(contact_house, &key),
              INTO(contact_house, house));

    if (err.code == CODE_NOT_FOUND)
        return (struct err){ CODE_NOT_FOUND,
                             "no household of that id is known here (yet)",
                             "household" };
    return err;
}

/* -------------------------------------------------------- household.windows */

struct household_windows {
    struct id household;
    struct rows windows;
};

static const struct field household_windows_fields[] = {
    FIELD(household_windows, household),
    FIELD(household_windows, windows, .shape = &contact_window_shape,
          .max = 21),
};
const struct shape household_windows_shape = SHAPE(household_windows);

struct numbers {
    struct contact_policy policy;
};

/* clang-format off */
#define NUMBER(name, loosest, tightest, source)                        \
    CONTACT_POLICY_FIELD(numbers, name)
static const struct field numbers_fields[] = {
    CONTACT_POLICY(NUMBER)
};
/* clang-format on */
static const struct shape numbers_shape = SHAPE(numbers);

struct window_row {
    struct id household;
    int64_t weekday, from, until;
};

static const struct field window_row_fields[] = {
    FIELD(window_row, household),
    FIELD(window_row, weekday),
    FIELD(window_row, from),
    FIELD(window_row, until),
};
static const struct shape window_row_shape = SHAPE(window_row);

static struct rows window_rows(struct call *call, struct id household,
                               struct rows windows)
{
    const struct contact_window *w = windows.at;
    struct window_row *row =
        arena_alloc(call->arena, (windows.count + 1) * sizeof *row);

    for (size_t i = 0; i < windows.count; i++)
        row[i] = (struct window_row){ household, w[i].weekday, w[i].from,
                                      w[i].until };
    return (struct rows){ row, windows.count };
}

struct err cmd_household_windows(struct call *call, const void *body)
{
    const struct household_windows *ask = body;
    struct contact_house house;
    struct numbers numbers;

    TRY(contact_lock(call, ask->household, &house));
    TRY(fetch(call, &SQL_contact_policy, (struct view){ &nothing_shape, NULL },
              INTO(numbers, &numbers)));
    TRY(contact_windows_check(&numbers.policy, ask->windows));
    TRY(store_any(call, &SQL_contact_windows_clear,
                  FROM(contact_house, &house)));
    TRY(store_rows(call, &SQL_contact_windows_add, &window_row_shape,
                   window_rows(call, ask->household, ask->windows)));
    about(call, ask->household);
    return OK;
}

/* ---------------------------------------------------------- household.quiet */

struct household_quiet {
    struct id household;
    struct day until;
    unsigned scope;
};

static const struct field household_quiet_fields[] = {
    FIELD(household_quiet, household),
    FIELD(household_quiet, until),
    FIELD(household_quiet, scope, .names = contact_scopes),
};
const struct shape household_quiet_shape = SHAPE(household_quiet);

struct quiet_now {
    struct contact_policy policy;
    struct day until_day;
};

/* clang-format off */
#define QUIET_NUMBER(name, loosest, tightest, source)                        \
    CONTACT_POLICY_FIELD(quiet_now, name)
static const struct field quiet_now_fields[] = {
    CONTACT_POLICY(QUIET_NUMBER)
    OPTIONAL(quiet_now, until_day),
};
/* clang-format on */
static const struct shape quiet_now_shape = SHAPE(quiet_now);

struct quiet_row {
    struct id household;
    unsigned scope;
    struct day until;
    struct moment at;
    struct id by;
};

static const struct field quiet_row_fields[] = {
    FIELD(quiet_row, household),
    FIELD(quiet_row, scope, .names = contact_scopes),
    FIELD(quiet_row, until),
    FIELD(quiet_row, at),
    FIELD(quiet_row, by),
};
static const struct shape quiet_row_shape = SHAPE(quiet_row);

/* What was planned in the time that is now quiet does not take place. */
static struct err withdraw_quiet(struct call *call,
                                 const struct household_quiet *ask)
{
    static const enum visit_topics covered[] = {
        [QUIET_SIGNING] = VISITS_SIGNING,
        [QUIET_SERVICE] = VISITS_SERVICE,
        [QUIET_ALL] = VISITS_NOT_STATUTORY,
    };
    struct visit_withdraw planned = {
        .household = ask->household,
        .topics = covered[ask->scope],
        .before = moment_at(days_after(ask->until, 1), 0),
        .asked_too = true,
        .by = SIDE_RESIDENT,
    };
    return visit_withdraw(call, &planned);
}

struct err cmd_household_quiet(struct call *call, const void *body)
{
    const role_set speaks = ROLE(RESIDENT) | ROLE(PROXY);
    const struct household_quiet *ask = body;
    struct contact_house house;
    struct quiet_now now;
    struct quiet_row row = {
        .household = ask->household,
        .scope = ask->scope,
        .until = ask->until,
        .at = call->now,
        .by = call->actor,
    };

    TRY(contact_lock(call, ask->household, &house));
    TRY(fetch(call, &SQL_contact_quiet_now, FROM(household_quiet, ask),
              INTO(quiet_now, &now)));
    TRY(contact_quiet_check(&now.policy, day_of(call->now), now.until_day,
                            ask->until, (call->roles & speaks) != 0));
    TRY(store(call, &SQL_contact_quiet_set, FROM(quiet_row, &row)));
    TRY(withdraw_quiet(call, ask));
    about(call, ask->household);
    return OK;
}
