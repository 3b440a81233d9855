#include "common/service/migrate.h"

#include "services/redkite/print.h"
#include "services/redkite/settings.h"

#include <stdio.h>
#include <string.h>

#include "migrations.h"

/* clang-format off */
static const char *const states[] = {
    [MIGRATION_APPLIED] = "was applied",
    [MIGRATION_DONE]    = "applied now",
    [MIGRATION_TRIED]   = "would be applied",
    [MIGRATION_PENDING] = "pending",
};
/* clang-format on */

struct telling {
    cJSON *rows;
    int changed; /* applied now, or would be, or pending */
};

static void tell(void *whom, const struct migration *migration,
                 enum migration_state state, struct moment at)
{
    struct telling *telling = whom;
    cJSON *row = cJSON_CreateObject();
    char when[VALUE_TEXT_MAX] = "";

    if (at.us)
        moment_format_local(at, when);
    telling->changed += state != MIGRATION_APPLIED;
    cJSON_AddNumberToObject(row, "number", migration->number);
    cJSON_AddStringToObject(row, "name", migration->name);
    cJSON_AddStringToObject(row, "state", states[state]);
    cJSON_AddStringToObject(row, "at", when);
    cJSON_AddItemToArray(telling->rows, row);
}

static void close_talk(const struct run *run, const struct telling *telling)
{
    if (given(run, "--status"))
        say("%d pending", telling->changed);
    else if (given(run, "--dry-run"))
        say("%d would be applied; nothing was changed (dry run)",
            telling->changed);
    else
        say("%d applied now", telling->changed);
}

static enum status finish(const struct run *run, const struct telling *telling,
                          struct err err)
{
    cJSON *answer = cJSON_CreateObject();

    cJSON_AddItemToObject(answer, "migrations", telling->rows);
    char *text = cJSON_PrintUnformatted(answer);
    print_answer(run, text);
    cJSON_free(text);
    cJSON_Delete(answer);
    if (!err.code) {
        close_talk(run, telling);
        return DONE;
    }
    say("%s%s%s (migrate: %s)", err.field ? err.field : "",
        err.field ? ": " : "", err.why, code_name(err.code));
    return FAILED;
}

enum status act_migrate(struct run *run)
{
    const char *password_file = setting("REDKITE_DATABASE_PASSWORD_FILE");
    struct telling telling = { cJSON_CreateArray(), 0 };
    struct migrate job = {
        .conninfo = setting("REDKITE_DATABASE_URL"),
        .migrations = migrations,
        .count = sizeof migrations / sizeof *migrations,
        .dry_run = given(run, "--dry-run"),
        .role_passwords = setting("REDKITE_ROLE_PASSWORDS"),
        .report = tell,
        .whom = &telling,
        .arena = run->arena,
    };

    if (password_file) {
        job.password = read_line(run, password_file);
        if (!job.password) {
            cJSON_Delete(telling.rows);
            return FAILED;
        }
    }
    return finish(run, &telling,
                  given(run, "--status") ? migrate_status(&job)
                                         : migrate_run(&job));
}
