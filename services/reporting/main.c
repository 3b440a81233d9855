/* reporting — shows what everybody may see.  See README.md. */
#include "services/reporting/http/admin.h"
#include "services/reporting/http/door.h"
#include "services/reporting/progress/board.h"
#include "services/reporting/progress/commands.h"
#include "services/reporting/progress/reactions.h"
#include "services/reporting/progress/store_sql.h"
#include "services/reporting/uptime/alarms.h"

/* clang-format off */
static const struct command commands[] = {
    { "progress.show", ROLE_ANYONE, &show_shape, cmd_progress_show, READS,
      &board_shape },
    { 0 },
};

static const struct reaction reactions[] = {
    { "cases", "project.opened",       &opened_shape, on_project_opened },
    { "cases", "project.documented",   &documented_shape,
      on_project_documented },
    { "cases", "community.added",      &added_shape,  on_community_added },
    { "cases", "household.registered", &moved_shape,  on_household_moved },
    { "cases", "household.corrected",  &moved_shape,  on_household_moved },
    { "cases", "household.offered",    &moved_shape,  on_household_moved },
    { "cases", "household.signed",     &moved_shape,  on_household_moved },
    { "cases", "household.withdrew",   &moved_shape,  on_household_moved },
    { "cases", "household.effective",  &moved_shape,  on_household_moved },
    { 0 },
};

static const struct tiding events[] = {
    { "public.outage", &public_outage_shape },
    { 0 },
};

static const struct alarm alarms[] = {
    { "uptime.look", &nothing_shape, on_uptime_look, act_uptime_look,
      settle_uptime_look },
    { 0 },
};

static const struct side sides[] = {
    { "http", http_door },
    { "admin", admin_door },
    { 0 },
};
/* clang-format on */

int main(void)
{
    static const struct service reporting = {
        .name = "reporting",
        .commands = commands,
        .reactions = reactions,
        .events = events,
        .alarms = alarms,
        .sides = sides,
        .settings = { &http_settings_shape, &http_settings },
        .read_model = &SQL_progress_forget,
    };
    return service_main(&reporting);
}
