/* The environment, read through tables; what is not in a table is refused. */
#include "common/service/frame.h"
#include "common/service/log.h"

#include <string.h>
#include <unistd.h>

static const char *const formats[] = { "logfmt", "json", NULL };

static const struct field settings_fields[] = {
    FIELD(settings, REDKITE_DATABASE_URL),
    OPTIONAL(settings, REDKITE_DATABASE_PASSWORD_FILE),
    FIELD(settings, REDKITE_KEY_FILE),
    FIELD(settings, REDKITE_KEYS),
    FIELD(settings, REDKITE_BIND_COMMANDS),
    FIELD(settings, REDKITE_BIND_EVENTS),
    OPTIONAL(settings, REDKITE_EVENTS_FROM),
    OPTIONAL(settings, REDKITE_FIELD_KEY_FILE),
    FIELD(settings, REDKITE_WORKERS, .fallback = "4", .least = 1,
          .most = WORKERS_MAX),
    FIELD(settings, REDKITE_GROUP, .fallback = "64", .least = 1,
          .most = GROUP_MAX),
    FIELD(settings, REDKITE_REMEMBER_DAYS, .fallback = "30", .least = 30,
          .most = 3650),
    FIELD(settings, REDKITE_OPEN_MONTHS, .fallback = "3", .least = 2,
          .most = 120),
    FIELD(settings, LOG_FORMAT, .names = formats, .fallback = "logfmt"),
};
const struct shape settings_shape = SHAPE(settings);

static void read_into(struct slot into, struct arena *arena)
{
    struct err err = shape_from_env(into, arena);

    if (err.code)
        log_fatal("settings", arena_format(arena, "%s %s", err.field, err.why),
                  "docs/operations.md lists every setting");
}

static bool is_known(const struct service *service, const char *name)
{
    return shape_find(&settings_shape, name)
           || (service->settings.shape
               && shape_find(service->settings.shape, name));
}

/* A misspelt setting must not silently mean its default. */
static void refuse_unknown(const struct service *service, struct arena *arena)
{
    for (char **entry = environ; *entry; entry++) {
        if (strncmp(*entry, "REDKITE_", 8) != 0)
            continue;
        const char *name = arena_slice(arena, *entry, strcspn(*entry, "="));
        if (!is_known(service, name))
            log_fatal("settings",
                      arena_format(arena, "%s is not a setting of %s", name,
                                   service->name),
                      "unset it, or see docs/operations.md for its spelling");
    }
}

void settings_read(struct frame *frame, struct arena *arena)
{
    const struct service *service = frame->service;
    const char *why = NULL;

    log_open(service->name, false);
    read_into((struct slot){ &settings_shape, &frame->settings }, arena);
    log_open(service->name, frame->settings.LOG_FORMAT == 1);
    if (service->settings.shape)
        read_into(service->settings, arena);
    refuse_unknown(service, arena);

    const struct settings *s = &frame->settings;
    frame->place = (struct db_place){
        .conninfo = s->REDKITE_DATABASE_URL,
        .password_file = s->REDKITE_DATABASE_PASSWORD_FILE,
        .service = service->name,
    };
    frame->keys = (struct key_place){ s->REDKITE_KEY_FILE, s->REDKITE_KEYS };
    if (s->REDKITE_FIELD_KEY_FILE) {
        frame->seal = seal_open(s->REDKITE_FIELD_KEY_FILE, &why);
        if (!frame->seal)
            log_fatal("settings", why, "see REDKITE_FIELD_KEY_FILE");
    }
}
