/* past.c — a look at how things stood at a moment that has passed.
 *
 * A command that reads and is of the PAST takes "as_of" beside its own members.
 * Its statements that have a `then` are said of that moment; what they leave
 * out is asked of the present, as who may see it. */
#include "common/service/frame.h"
#include "common/service/frame_sql.h"

struct past {
    struct moment as_of;
};
static const struct field past_fields[] = { OPTIONAL(past, as_of) };
static const struct shape past_shape = SHAPE(past);

struct call_time {
    struct moment at;
};
static const struct field call_time_fields[] = { FIELD(call_time, at) };
static const struct shape call_time_shape = SHAPE(call_time);

const struct shape *past_body(const struct command *command,
                              struct arena *arena)
{
    const struct shape *body = command->body;

    if (!(command->how & PAST))
        return body;
    struct shape *both = arena_alloc(arena, sizeof *both);
    struct field *fields =
        arena_alloc(arena, (body->count + 1) * sizeof *fields);
    for (size_t i = 0; i < body->count; i++)
        fields[i] = body->fields[i];
    fields[body->count] = past_fields[0];
    fields[body->count].offset =
        (body->size + sizeof(struct past) - 1) & ~(sizeof(struct past) - 1);
    *both = (struct shape){
        .name = body->name,
        .size = fields[body->count].offset + sizeof(struct past),
        .fields = fields,
        .count = body->count + 1,
    };
    return both;
}

struct err past_read(struct call *call, const struct command *command,
                     struct view body)
{
    call->as_of = (struct moment){ 0 };
    if (!(command->how & PAST))
        return OK;
    const struct field *as_of = shape_find(body.shape, "as_of");
    call->as_of = *(const struct moment *)(const void *)((const char *)body.at
                                                         + as_of->offset);
    return call->as_of.us > call->now.us
               ? fail_at(as_of->name, "is still to come")
               : OK;
}

struct err past_begin(struct call *call)
{
    struct past past = { call->as_of };

    return call->as_of.us
               ? db_run(call->db, &SQL_past_begin, FROM(past, &past), false)
               : OK;
}

struct err past_refused(const struct call *call, struct err err)
{
    if (err.code == CODE_NOT_FOUND && call->as_of.us)
        err.why = arena_format(call->arena, "%s, as of that moment", err.why);
    return err;
}

struct err past_tell_time(struct call *call)
{
    struct call_time now = { call->now };

    if (call->timed || call->bulk)
        return OK;
    call->timed = true;
    return db_run(call->db, &SQL_call_time, FROM(call_time, &now), false);
}

const struct statement *then(const struct call *call,
                             const struct statement *sql)
{
    return call->as_of.us && sql->then ? sql->then : sql;
}
