/* redkite docs states: what each kind of case may become, as diagrams (Mermaid)
 * and tables, from what service.describe of the cases service answers. */
#include "services/redkite/cli.h"

static const cJSON *get(const cJSON *from, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(from, name);
}

static const char *get_text(const cJSON *from, const char *name)
{
    return cJSON_GetStringValue(get(from, name));
}

/* "a, b"; what there is none of is `none`. */
static const char *joined(const cJSON *list, const char *none,
                          struct arena *arena)
{
    const cJSON *one = list->child;
    const char *text = one ? cJSON_GetStringValue(one) : none;

    while (one && (one = one->next))
        text = arena_format(arena, "%s, %s", text, cJSON_GetStringValue(one));
    return text;
}

/* The first state of a flow is none: the case is not there yet. */
static bool is_first(const cJSON *flow, const char *state)
{
    return strcmp(cJSON_GetStringValue(get(flow, "states")->child), state) == 0;
}

static void print_labels(const cJSON *flow)
{
    const cJSON *label = get(flow, "labels")->child->next;
    const cJSON *state = get(flow, "states")->child->next;

    for (; state && label; state = state->next, label = label->next)
        printf("    state \"%s\" as %s\n", cJSON_GetStringValue(label),
               cJSON_GetStringValue(state));
}

static void print_arrows(const cJSON *flow, const cJSON *move)
{
    const cJSON *from;

    cJSON_ArrayForEach(from, get(move, "from")) {
        const char *state = cJSON_GetStringValue(from);
        const char *to = get_text(move, "to");
        printf("    %s --> %s: %s\n", is_first(flow, state) ? "[*]" : state,
               to ? to : state, get_text(move, "event"));
    }
}

static void print_row(const cJSON *move, struct arena *arena)
{
    const char *to = get_text(move, "to");

    printf("| %s | %s | %s | %s | %s | %s |\n", get_text(move, "event"),
           joined(get(move, "from"), "", arena), to ? to : "stays",
           joined(get(move, "roles"), "", arena),
           joined(get(move, "guards"), "–", arena),
           joined(get(move, "tracks"), "all", arena));
}

static void print_flow(const cJSON *flow, struct arena *arena)
{
    const cJSON *move;

    printf("\n## %s\n\n```mermaid\nstateDiagram-v2\n", get_text(flow, "name"));
    print_labels(flow);
    cJSON_ArrayForEach(move, get(flow, "moves")) {
        print_arrows(flow, move);
    }
    printf("```\n\n| event | from | to | who may | waits for | on tracks |\n"
           "|---|---|---|---|---|---|\n");
    cJSON_ArrayForEach(move, get(flow, "moves")) {
        print_row(move, arena);
    }
}

enum status act_docs_states(struct run *run)
{
    struct answer answer = ask(run, "cases", "service.describe", "{}");
    const cJSON *flow;

    if (answer.code)
        return say_problem(run, "service.describe", answer);
    cJSON *told = cJSON_Parse(answer.body);
    printf("# What a case may become\n\n"
           "Printed by `redkite docs states` from the tables that decide every "
           "move\n(services/cases/*/rules.c).  What is not here is refused.  "
           "`service` is the\nsystem: a deadline came.\n");
    cJSON_ArrayForEach(flow, get(told, "flows")) {
        print_flow(flow, run->arena);
    }
    cJSON_Delete(told);
    return DONE;
}
