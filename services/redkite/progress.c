/* redkite progress: the public board in a terminal.  Figures are as reporting
 * lets them out: in steps, so that nobody can tell who has not signed. */
#include "services/redkite/print.h"

#include <stdio.h>
#include <string.h>

enum { BAR = 24, NAME_WIDTH = 18, STAGE_WIDTH = 23 };

/* What each stage draws, the first to the last. */
static const char marks[] = "-=#";

static const char *text_of(const struct run *run, const cJSON *object,
                           const char *name)
{
    return value_text(cJSON_GetObjectItemCaseSensitive(object, name),
                      run->arena);
}

static const cJSON *list_of(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* --------------------------------------------------------------- for people */

/* The mark of the last stage that has come this far along the bar. */
static char mark_at(const cJSON *stages, int cell)
{
    const cJSON *step;
    size_t stage = 0;
    char mark = marks[0];

    cJSON_ArrayForEach(step, stages) {
        const cJSON *percent =
            cJSON_GetObjectItemCaseSensitive(step, "percent");
        if (cJSON_IsNumber(percent)
            && 100 * cell < BAR * (int)percent->valuedouble)
            mark = marks[stage];
        stage += stage + 2 < sizeof marks; /* stages to come share the last */
    }
    return mark;
}

static void print_bar(const struct run *run, const cJSON *stages)
{
    (void)putchar('[');
    print_ink(run, INK_GOOD);
    for (int cell = 0; cell < BAR; cell++)
        (void)putchar(mark_at(stages, cell));
    print_ink(run, INK_PLAIN);
    (void)fputs("]  ", stdout);
}

static void print_place(const struct run *run, const cJSON *place)
{
    const cJSON *stages = list_of(place, "stages"), *step;

    print_cell(text_of(run, place, "name"), NAME_WIDTH);
    print_bar(run, stages);
    cJSON_ArrayForEach(step, stages) {
        print_cell(arena_format(run->arena, "%s %s",
                                text_of(run, step, "label"),
                                text_of(run, step, "text")),
                   STAGE_WIDTH);
    }
    (void)putchar('\n');
}

static void print_board(const struct run *run, const cJSON *board)
{
    const cJSON *project, *community;

    cJSON_ArrayForEach(project, list_of(board, "projects")) {
        print_place(run, project);
        cJSON_ArrayForEach(community, list_of(project, "communities")) {
            print_place(run, community);
        }
    }
    say("as of %s", text_of(run, board, "as_of"));
}

/* -------------------------------------------------------- for a spreadsheet */

static void csv_cell(const char *text, const char *after)
{
    (void)putchar('"');
    if (*text && strchr("=+-@\t\r", *text))
        (void)putchar('\'');
    for (; *text; text++) {
        if (*text == '"')
            (void)putchar('"');
        (void)putchar(*text);
    }
    (void)printf("\"%s", after);
}

static void csv_place(const struct run *run, const cJSON *project,
                      const cJSON *place)
{
    const cJSON *step;

    cJSON_ArrayForEach(step, list_of(place, "stages")) {
        csv_cell(text_of(run, project, "name"), ",");
        csv_cell(text_of(run, place, "name"), ",");
        csv_cell(text_of(run, step, "label"), ",");
        csv_cell(text_of(run, step, "reached"), ",");
        csv_cell(text_of(run, step, "percent"), ",");
        csv_cell(text_of(run, step, "text"), "\r\n");
    }
}

static void print_csv(const struct run *run, const cJSON *board)
{
    const cJSON *project, *community;

    (void)fputs("\xEF\xBB\xBF项目,社区,阶段,户数,百分比,说明\r\n", stdout);
    cJSON_ArrayForEach(project, list_of(board, "projects")) {
        csv_place(run, project, project);
        cJSON_ArrayForEach(community, list_of(project, "communities")) {
            csv_place(run, project, community);
        }
    }
}

enum status act_progress(struct run *run)
{
    const char *body = args_body(run);
    if (!body)
        return FAILED;

    struct answer answer = ask(run, "reporting", "progress.show", body);
    if (answer.code)
        return say_problem(run, "progress.show", answer);
    if (run->output == FOR_JSON) {
        (void)puts(answer.body);
        return DONE;
    }
    cJSON *board = cJSON_Parse(answer.body);
    if (given(run, "--csv"))
        print_csv(run, board);
    else
        print_board(run, board);
    cJSON_Delete(board);
    return DONE;
}
