#include "services/scheduling/member/commands.h"

#include "services/scheduling/contact/commands.h"
#include "services/scheduling/member/rules.h"
#include "services/scheduling/member/store_sql.h"
#include "services/scheduling/visit/withdraw.h"

static const char *const genders[] = { "female", "male", NULL };

static const struct field member_fields[] = {
    FIELD(member, id),           FIELD(member, name),
    FIELD(member, badge),        FIELD(member, gender, .names = genders),
    OPTIONAL(member, community), FIELD(member, teams),
    FIELD(member, flags),        FIELD(member, active),
};
static const struct shape member_shape = SHAPE(member);

/* -------------------------------------------------------------- member.add */

struct member_add {
    struct id id;
    const char *name, *badge;
    unsigned gender;
    struct id community;
    const char *teams, *flags;
    struct moment at; /* ours */
};

#define MEMBER_ADD_FIELDS                                                      \
    OPTIONAL(member_add, id), FIELD(member_add, name, .max = 120),             \
        FIELD(member_add, badge, .max = 20),                                   \
        FIELD(member_add, gender, .names = genders),                           \
        OPTIONAL(member_add, community), FIELD(member_add, teams, .max = 200), \
        OPTIONAL(member_add, flags, .max = 200, .fallback = "")

static const struct field member_add_fields[] = { MEMBER_ADD_FIELDS };
const struct shape member_add_shape = SHAPE(member_add);

static const struct field member_row_fields[] = {
    MEMBER_ADD_FIELDS,
    FIELD(member_add, at),
};
static const struct shape member_row_shape = {
    .name = "member_row",
    .size = sizeof(struct member_add),
    .fields = member_row_fields,
    .count = sizeof member_row_fields / sizeof *member_row_fields,
};

struct member_added {
    struct id id;
};

static const struct field member_added_fields[] = { FIELD(member_added, id) };
const struct shape member_added_shape = SHAPE(member_added);

struct err cmd_member_add(struct call *call, const void *body)
{
    struct member_add row = *(const struct member_add *)body;
    role_set teams;

    if (!*row.name || !*row.badge)
        return fail_at("name", "a member has a name and a badge");
    if (!roles_parse(row.teams, &teams) || teams == 0)
        return fail_at("teams", "is a list of role names, by commas");
    row.flags = row.flags ? row.flags : "";
    if (!member_flags_known(row.flags))
        return fail_at("flags", "is a list of known flags, by commas");
    row.id = id_given(row.id) ? row.id : id_new(call->now);
    row.at = call->now;
    TRY(store(call, &SQL_member_add, (struct view){ &member_row_shape, &row }));
    about(call, row.id);
    return reply(call, FROM(member_added, &(struct member_added){ row.id }));
}

/* ------------------------------------------------------------ member.leave */

struct member_leave {
    struct id id;
    struct moment now; /* ours */
};

static const struct field member_leave_fields[] = { FIELD(member_leave, id) };
const struct shape member_leave_shape = SHAPE(member_leave);

static const struct field leaving_fields[] = {
    FIELD(member_leave, id),
    FIELD(member_leave, now),
};
static const struct shape leaving_shape = {
    .name = "leaving",
    .size = sizeof(struct member_leave),
    .fields = leaving_fields,
    .count = sizeof leaving_fields / sizeof *leaving_fields,
};

struct planned_count {
    int64_t visits;
};

static const struct field planned_count_fields[] = {
    FIELD(planned_count, visits),
};
static const struct shape planned_count_shape = SHAPE(planned_count);

struct err cmd_member_leave(struct call *call, const void *body)
{
    struct member_leave leaving = *(const struct member_leave *)body;
    struct view given = { &leaving_shape, &leaving };
    struct planned_count planned;
    struct member member;

    leaving.now = call->now;
    TRY(fetch(call, &SQL_member_lock, given, INTO(member, &member)));
    TRY(fetch(call, &SQL_member_planned, given, INTO(planned_count, &planned)));
    if (planned.visits > 0)
        return fail(CODE_CONFLICT, "the member has planned visits: cancel "
                                   "them or book them anew with another");
    about(call, leaving.id);
    return store(call, &SQL_member_leave, given);
}

/* --------------------------------------------------------- member.conflict */

static const char *const conflict_kinds[] = { "kin", "landlord", "creditor",
                                              "employer", NULL };

struct member_conflict {
    struct id member;
    struct id household;
    unsigned kind;
    struct moment at; /* ours, as is */
    struct id by;
};

#define MEMBER_CONFLICT_FIELDS                                                 \
    FIELD(member_conflict, member), FIELD(member_conflict, household),         \
        FIELD(member_conflict, kind, .names = conflict_kinds)

static const struct field member_conflict_fields[] = { MEMBER_CONFLICT_FIELDS };
const struct shape member_conflict_shape = SHAPE(member_conflict);

static const struct field conflict_row_fields[] = {
    MEMBER_CONFLICT_FIELDS,
    FIELD(member_conflict, at),
    FIELD(member_conflict, by),
};
static const struct shape conflict_row_shape = {
    .name = "conflict_row",
    .size = sizeof(struct member_conflict),
    .fields = conflict_row_fields,
    .count = sizeof conflict_row_fields / sizeof *conflict_row_fields,
};

/* A conflict is declared, not judged: one's word is enough to stay away, and
 * the visits that were planned with this member are cancelled. */
struct err cmd_member_conflict(struct call *call, const void *body)
{
    struct member_conflict row = *(const struct member_conflict *)body;
    struct contact_house house;
    struct visit_withdraw planned = {
        .household = row.household,
        .member = row.member,
        .topics = VISITS_ALL,
        .asked_too = true,
        .by = SIDE_OFFICE,
    };

    row.at = call->now;
    row.by = call->actor;
    TRY(contact_lock(call, row.household, &house));
    TRY(store_any(call, &SQL_member_conflict_add,
                  (struct view){ &conflict_row_shape, &row }));
    TRY(visit_withdraw(call, &planned));
    about(call, row.household);
    return OK;
}

/* ------------------------------------------------------------- member.list */

struct member_listed {
    struct rows members;
};

static const struct field member_listed_fields[] = {
    FIELD(member_listed, members, .shape = &member_shape),
};
const struct shape member_listed_shape = SHAPE(member_listed);

struct err cmd_member_list(struct call *call, const void *body)
{
    struct member_listed answer;

    (void)body;
    TRY(list(call, &SQL_member_list, (struct view){ &nothing_shape, NULL },
             &member_shape, &answer.members));
    return reply(call, FROM(member_listed, &answer));
}

/* --------------------------------------------------------------- squad.add */

struct squad_add {
    struct id id;
    const char *name, *purpose;
    struct ids members;
    struct day from, until;
    struct moment at; /* ours, as is */
    struct id by;
};

#define SQUAD_ADD_FIELDS                                                       \
    OPTIONAL(squad_add, id), FIELD(squad_add, name, .max = 180),               \
        FIELD(squad_add, purpose, .max = 600),                                 \
        FIELD(squad_add, members, .max = SQUAD_MEMBERS_MAX),                   \
        FIELD(squad_add, from), FIELD(squad_add, until)

static const struct field squad_add_fields[] = { SQUAD_ADD_FIELDS };
const struct shape squad_add_shape = SHAPE(squad_add);

static const struct field squad_row_fields[] = {
    SQUAD_ADD_FIELDS,
    FIELD(squad_add, at),
    FIELD(squad_add, by),
};
static const struct shape squad_row_shape = {
    .name = "squad_row",
    .size = sizeof(struct squad_add),
    .fields = squad_row_fields,
    .count = sizeof squad_row_fields / sizeof *squad_row_fields,
};

struct err cmd_squad_add(struct call *call, const void *body)
{
    struct squad_add row = *(const struct squad_add *)body;
    struct view given = { &squad_row_shape, &row };
    struct squad_call squad = {
        .from = row.from,
        .until = row.until,
        .wanted = row.members.count,
    };

    if (!*row.name || !*row.purpose)
        return fail_at("name", "a squad has a name and a purpose");
    row.id = id_given(row.id) ? row.id : id_new(call->now);
    row.at = call->now;
    row.by = call->actor;
    TRY(list(call, &SQL_squad_candidates, given, &member_shape,
             &squad.members));
    TRY(squad_check(&squad, call->arena));
    TRY(store(call, &SQL_squad_add, given));
    TRY(store(call, &SQL_squad_members_add, given));
    about(call, row.id);
    return reply(call, FROM(member_added, &(struct member_added){ row.id }));
}

/* -------------------------------------------------------------- squad.list */

struct squad_line {
    struct id id;
    const char *name, *purpose;
    struct day from, until;
    struct ids members;
};

static const struct field squad_line_fields[] = {
    FIELD(squad_line, id),      FIELD(squad_line, name),
    FIELD(squad_line, purpose), FIELD(squad_line, from),
    FIELD(squad_line, until),   FIELD(squad_line, members),
};
static const struct shape squad_line_shape = SHAPE(squad_line);

struct squad_listed {
    struct rows squads;
};

static const struct field squad_listed_fields[] = {
    FIELD(squad_listed, squads, .shape = &squad_line_shape),
};
const struct shape squad_listed_shape = SHAPE(squad_listed);

struct err cmd_squad_list(struct call *call, const void *body)
{
    struct squad_listed answer;

    (void)body;
    TRY(list(call, &SQL_squad_list, (struct view){ &nothing_shape, NULL },
             &squad_line_shape, &answer.squads));
    return reply(call, FROM(squad_listed, &answer));
}
