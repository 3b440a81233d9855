#include "services/redkite/settings.h"

#include "common/base/role.h"
#include "services/redkite/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const service_names[] = { "cases", "scheduling", "notifications",
                                      "reporting", NULL };

/* ------------------------------------------------------ how each is checked */

static const char *check_any(const char *text)
{
    return *text ? NULL : "is empty";
}

static const char *check_endpoint(const char *text)
{
    bool known =
        strncmp(text, "tcp://", 6) == 0 || strncmp(text, "ipc://", 6) == 0;

    return known ? NULL : "is not an endpoint (tcp://host:port, ipc://path)";
}

/* NAME=ENDPOINT by commas. */
static const char *check_bells(const char *text)
{
    for (bool more = true; more; text++) {
        size_t name = strcspn(text, "=,");
        if (!name || text[name] != '=')
            return "does not name who rings (cases=tcp://host:port)";
        const char *wrong = check_endpoint(text + name + 1);
        if (wrong)
            return wrong;
        text += strcspn(text, ",");
        more = *text == ',';
    }
    return NULL;
}

static const char *check_file(const char *text)
{
    return access(text, R_OK) == 0 ? NULL : "names a file that cannot be read";
}

static const char *check_key(const char *text)
{
    struct key_file file;

    return key_secret_read(text, &file).why;
}

static const char *check_keys(const char *text)
{
    return access(text, R_OK | X_OK) == 0
               ? NULL
               : "names a folder that cannot be read";
}

static const char *check_id(const char *text)
{
    struct id id;

    return id_parse(text, &id) ? NULL : "is not an id (a uuid)";
}

static const char *check_roles(const char *text)
{
    role_set roles;

    return roles_parse(text, &roles) ? NULL : "names a role that is not known";
}

/* "user:secret@" of a URI, "password=" of a conninfo. */
static const char *check_database(const char *text)
{
    const char *scheme = strstr(text, "://");
    const char *at = scheme ? strchr(scheme, '@') : NULL;
    const char *colon = scheme ? strchr(scheme + 3, ':') : NULL;

    if (strstr(text, "password=") || (at && colon && colon < at))
        return "holds a password: put it in REDKITE_DATABASE_PASSWORD_FILE";
    return check_any(text);
}

static const char *check_workers(const char *text)
{
    char *end;
    long count = strtol(text, &end, 10);

    return *text && !*end && count >= 1 && count <= 64
               ? NULL
               : "is not a number from 1 to 64";
}

static const char *check_group(const char *text)
{
    char *end;
    long count = strtol(text, &end, 10);

    return *text && !*end && count >= 1 && count <= 128
               ? NULL
               : "is not a number from 1 to 128";
}

static const char *check_days(const char *text)
{
    char *end;
    long days = strtol(text, &end, 10);

    return *text && !*end && days >= 30 && days <= 3650
               ? NULL
               : "is not a number from 30 to 3650";
}

static const char *check_months(const char *text)
{
    char *end;
    long months = strtol(text, &end, 10);

    return *text && !*end && months >= 2 && months <= 120
               ? NULL
               : "is not a number from 2 to 120";
}

static const char *check_log(const char *text)
{
    return strcmp(text, "logfmt") == 0 || strcmp(text, "json") == 0
               ? NULL
               : "is not logfmt or json";
}

static const char *check_mail(const char *text)
{
    return strchr(text, '@') ? NULL : "is not a mail address";
}

static const char *check_smtp(const char *text)
{
    bool known =
        strncmp(text, "smtp://", 7) == 0 || strncmp(text, "smtps://", 8) == 0;

    return known ? NULL : "is not smtp://host:port or smtps://host:port";
}

static const char *check_bind(const char *text)
{
    return strchr(text, ':') ? NULL : "is not host:port";
}

/* clang-format off */
static const struct {
    const char *name, *fallback;
    const char *(*check)(const char *text); /* what is wrong, or NULL */
    const char *who, *meaning;
    bool secret; /* its file's content is: the value is not shown     */
} settings[] = {
    { "REDKITE_CASES",         "tcp://127.0.0.1:5551", check_endpoint, "redkite, reporting", "where cases takes commands" },
    { "REDKITE_SCHEDULING",    "tcp://127.0.0.1:5553", check_endpoint, "redkite, reporting", "where scheduling takes commands" },
    { "REDKITE_NOTIFICATIONS", "tcp://127.0.0.1:5555", check_endpoint, "redkite, reporting", "where notifications takes commands" },
    { "REDKITE_REPORTING",     "tcp://127.0.0.1:5557", check_endpoint, "redkite, reporting", "where reporting takes commands" },
    { "REDKITE_KEY_FILE",       NULL, check_key,      "all",     "this process's own secret key, open to nobody else", true },
    { "REDKITE_KEYS",           NULL, check_keys,     "all",     "the folder of public keys, a file for each name" },
    { "REDKITE_ACTOR",          NULL, check_id,       "redkite", "who asks: the id of a member; else as the key says" },
    { "REDKITE_ROLES",          NULL, check_roles,    "redkite", "what the asker may be, names by commas; else as the key says" },
    { "REDKITE_ROLE_PASSWORDS", NULL, check_file,     "redkite", "migrate: a folder with a password file per service", true },
    { "REDKITE_DATABASE_URL",   NULL, check_database, "all",     "the database, without a password" },
    { "REDKITE_DATABASE_PASSWORD_FILE", NULL, check_file, "all", "a file with the password of the database", true },
    { "REDKITE_BIND_COMMANDS",  NULL, check_endpoint,  "services", "where this service takes commands" },
    { "REDKITE_BIND_EVENTS",    NULL, check_endpoint,  "services", "where this service rings for its events" },
    { "REDKITE_EVENTS_FROM",    NULL, check_bells,     "services", "where the others ring: NAME=ENDPOINT by commas" },
    { "REDKITE_WORKERS",        NULL, check_workers,   "services", "threads for commands, each with a connection" },
    { "REDKITE_GROUP",          NULL, check_group,     "services", "calls in one transaction at most" },
    { "REDKITE_REMEMBER_DAYS", "30", check_days,       "services", "days that a call can be sent again, 30 or more" },
    { "REDKITE_OPEN_MONTHS",   "3",  check_months,     "services", "months before this one whose events are not archived yet" },
    { "REDKITE_FIELD_KEY_FILE", NULL, check_file,      "cases, notifications", "the key of personal fields, 64 hex digits", true },
    { "REDKITE_SMTP_URL",       NULL, check_smtp,      "notifications", "the mail server" },
    { "REDKITE_MAIL_FROM",      NULL, check_mail,      "notifications", "the sender of mails" },
    { "REDKITE_HTTP_BIND",      NULL, check_bind,      "reporting", "where the pages are served" },
    { "REDKITE_ADMIN_BIND",     NULL, check_bind,      "reporting", "where health and metrics are served" },
    { "LOG_FORMAT",       "logfmt", check_log,         "services", "logfmt or json" },
};
/* clang-format on */

enum { SETTINGS = sizeof settings / sizeof *settings };

static const char *value(size_t i)
{
    const char *text = getenv(settings[i].name);

    return text && *text ? text : NULL;
}

const char *setting(const char *name)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (strcmp(settings[i].name, name) == 0)
            return value(i) ? value(i) : settings[i].fallback;
    return NULL;
}

const char *setting_endpoint(const char *service)
{
    for (size_t i = 0; service_names[i]; i++)
        if (strcmp(service_names[i], service) == 0) /* in the same order */
            return setting(settings[i].name);
    return NULL;
}

struct key_place setting_keys(void)
{
    return (struct key_place){ setting("REDKITE_KEY_FILE"),
                               setting("REDKITE_KEYS") };
}

/* ------------------------------------------------------------ unknown names */

static bool is_known(const char *entry, size_t size)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (strlen(settings[i].name) == size
            && memcmp(settings[i].name, entry, size) == 0)
            return true;
    return false;
}

bool settings_known(void)
{
    bool good = true;

    for (char **entry = environ; *entry; entry++) {
        size_t size = strcspn(*entry, "=");
        if (strncmp(*entry, "REDKITE_", 8) == 0 && !is_known(*entry, size)) {
            say("there is no setting %.*s", (int)size, *entry);
            good = false;
        }
    }
    return good;
}

/* ------------------------------------------------------------- config check */

enum status act_config_check(struct run *run)
{
    int wrong = 0;

    (void)run;
    for (size_t i = 0; i < SETTINGS; i++) {
        const char *why = value(i) ? settings[i].check(value(i)) : NULL;
        if (why)
            say("%s %s", settings[i].name, why);
        wrong += why != NULL;
    }
    if (wrong)
        return FAILED;
    say("the settings are fine");
    return DONE;
}

/* -------------------------------------------------------------- config show */

/* A database URL that holds a password in spite of all is not shown either. */
static const char *shown(size_t i)
{
    const char *text = value(i) ? value(i) : settings[i].fallback;
    bool hidden = settings[i].secret
                  || (settings[i].check == check_database && text
                      && check_database(text));

    if (!text)
        return "(not set)";
    return hidden ? "(set)" : text;
}

enum status act_config_show(struct run *run)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(answer, "settings");

    for (size_t i = 0; i < SETTINGS; i++) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "name", settings[i].name);
        cJSON_AddStringToObject(row, "value", shown(i));
        cJSON_AddStringToObject(
            row, "default", settings[i].fallback ? settings[i].fallback : "");
        cJSON_AddStringToObject(row, "read_by", settings[i].who);
        cJSON_AddStringToObject(row, "meaning", settings[i].meaning);
        cJSON_AddItemToArray(rows, row);
    }
    char *text = cJSON_PrintUnformatted(answer);
    print_answer(run, text);
    cJSON_free(text);
    cJSON_Delete(answer);
    return DONE;
}
