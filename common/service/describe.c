/* service.describe: a service told from its tables.  docs/bus.asyncapi.yaml is
 * printed from this answer alone, so whatever a stranger must know stands in
 * it. */
#include "common/service/frame.h"

static void add_limits(cJSON *member, const struct field *f)
{
    bool many = f->kind == KIND_IDS || f->kind == KIND_ROWS;

    if (f->kind == KIND_TEXT || many)
        cJSON_AddNumberToObject(member, "max",
                                (double)(f->max ? f->max
                                         : many ? FIELD_MANY_MAX
                                                : FIELD_TEXT_MAX));
    if (f->kind == KIND_INT && f->most > f->least) {
        cJSON_AddNumberToObject(member, "least", (double)f->least);
        cJSON_AddNumberToObject(
            member, "most",
            (double)(f->most < FIELD_INT_MOST ? f->most : FIELD_INT_MOST));
    }
    if (f->fallback)
        cJSON_AddStringToObject(member, "default", f->fallback);
}

static void add_names(cJSON *to, const char *member, const char *const *names)
{
    cJSON *array = cJSON_AddArrayToObject(to, member);

    for (size_t i = 0; names && names[i]; i++)
        cJSON_AddItemToArray(array, cJSON_CreateString(names[i]));
}

static cJSON *describe_shape(const struct shape *shape);

static cJSON *describe_field(const struct field *f)
{
    static const char *const kinds[] = {
        "text", "integer", "boolean", "name", "id",   "money", "area",
        "rate", "day",     "moment",  "ids",  "rows", "bytes", "json",
    };
    cJSON *member = cJSON_CreateObject();

    cJSON_AddStringToObject(member, "name", f->name);
    cJSON_AddStringToObject(member, "kind", kinds[f->kind]);
    cJSON_AddBoolToObject(member, "optional", f->optional || f->fallback);
    add_limits(member, f);
    if (f->names)
        add_names(member, "values", f->names);
    if (f->shape)
        cJSON_AddItemToObject(member, "rows", describe_shape(f->shape));
    return member;
}

static cJSON *describe_shape(const struct shape *shape)
{
    cJSON *members = cJSON_CreateArray();

    for (size_t i = 0; shape && i < shape->count; i++)
        cJSON_AddItemToArray(members, describe_field(&shape->fields[i]));
    return members;
}

static void add_set(cJSON *to, const char *member, flow_set set,
                    const char *const *names)
{
    cJSON *array = cJSON_AddArrayToObject(to, member);

    for (unsigned i = 0; names && names[i]; i++)
        if (set >> i & 1)
            cJSON_AddItemToArray(array, cJSON_CreateString(names[i]));
}

static void add_roles(cJSON *to, role_set roles)
{
    cJSON *array = cJSON_AddArrayToObject(to, "roles");

    for (unsigned i = 0; roles_name(i); i++)
        if (roles >> i & 1)
            cJSON_AddItemToArray(array, cJSON_CreateString(roles_name(i)));
}

static cJSON *describe_move(const struct flow *flow, const struct move *move)
{
    cJSON *one = cJSON_CreateObject();
    cJSON *guards;

    cJSON_AddStringToObject(one, "event", flow->events[move->event]);
    add_set(one, "from", move->from, flow->states);
    if (move->to != FLOW_STAYS)
        cJSON_AddStringToObject(one, "to", flow->states[move->to]);
    add_set(one, "tracks", move->tracks, flow->tracks);
    add_roles(one, move->who);
    guards = cJSON_AddArrayToObject(one, "guards");
    for (size_t i = 0; i < GUARDS_MAX && move->guards[i]; i++)
        cJSON_AddItemToArray(guards, cJSON_CreateString(move->guards[i]->name));
    return one;
}

static void describe_flows(cJSON *to, const struct flow *const *flows)
{
    for (; flows && *flows; flows++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "name", (*flows)->name);
        add_names(one, "states", (*flows)->states);
        add_names(one, "labels", (*flows)->labels);
        add_names(one, "tracks", (*flows)->tracks);
        cJSON *moves = cJSON_AddArrayToObject(one, "moves");
        for (size_t i = 0; i < (*flows)->count; i++)
            cJSON_AddItemToArray(moves,
                                 describe_move(*flows, &(*flows)->moves[i]));
        cJSON_AddItemToArray(to, one);
    }
}

static void describe_commands(cJSON *to, const struct command *command,
                              bool everywhere, struct arena *arena)
{
    for (; command && command->name; command++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "name", command->name);
        cJSON_AddBoolToObject(one, "everywhere", everywhere);
        cJSON_AddBoolToObject(one, "reads", (command->how & READS) != 0);
        cJSON_AddBoolToObject(one, "personal", (command->how & PERSONAL) != 0);
        add_roles(one, command->roles);
        cJSON_AddItemToObject(one, "body",
                              describe_shape(past_body(command, arena)));
        if (command->answer)
            cJSON_AddItemToObject(one, "answer",
                                  describe_shape(command->answer));
        cJSON_AddItemToArray(to, one);
    }
}

static void describe_reactions(cJSON *to, const struct reaction *reaction)
{
    for (; reaction && reaction->source; reaction++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "source", reaction->source);
        cJSON_AddStringToObject(one, "topic", reaction->topic);
        cJSON_AddItemToObject(one, "members", describe_shape(reaction->body));
        cJSON_AddItemToArray(to, one);
    }
}

static void describe_events(cJSON *to, const struct tiding *tiding)
{
    for (; tiding && tiding->topic; tiding++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "topic", tiding->topic);
        cJSON_AddItemToObject(one, "members", describe_shape(tiding->body));
        cJSON_AddItemToArray(to, one);
    }
}

/* What is the same for all commands and all events. */
static void describe_wire(cJSON *to)
{
    cJSON *statuses = cJSON_AddArrayToObject(to, "statuses");

    for (unsigned code = CODE_OK; code <= CODE_FAULT; code++)
        cJSON_AddItemToArray(statuses,
                             cJSON_CreateString(code_name((enum code)code)));
    cJSON_AddItemToObject(to, "meta", describe_shape(&meta_shape));
    cJSON_AddItemToObject(to, "problem", describe_shape(&problem_shape));
    cJSON_AddItemToObject(to, "envelope", describe_shape(&envelope_shape));
}

struct err builtin_describe(const struct service *service, struct call *call)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *commands = cJSON_AddArrayToObject(json, "commands");
    cJSON *waits = cJSON_AddArrayToObject(json, "alarms");

    cJSON_AddStringToObject(json, "service", service->name);
    describe_commands(commands, service->commands, false, call->arena);
    describe_commands(commands, builtin_commands, true, call->arena);
    describe_events(cJSON_AddArrayToObject(json, "events"), service->events);
    describe_reactions(cJSON_AddArrayToObject(json, "reactions"),
                       service->reactions);
    for (const struct alarm *a = service->alarms; a && a->topic; a++)
        cJSON_AddItemToArray(waits, cJSON_CreateString(a->topic));
    describe_flows(cJSON_AddArrayToObject(json, "flows"), service->flows);
    describe_wire(cJSON_AddObjectToObject(json, "wire"));

    char *heap = cJSON_PrintUnformatted(json);
    call->answer = arena_text(call->arena, heap);
    free(heap);
    cJSON_Delete(json);
    return OK;
}
