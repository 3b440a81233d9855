/* scheduling — who meets whom, when, and how often at most.  See README.md. */
#include "services/scheduling/contact/commands.h"
#include "services/scheduling/contact/reactions.h"
#include "services/scheduling/member/commands.h"
#include "services/scheduling/visit/commands.h"
#include "services/scheduling/visit/reactions.h"
#include "services/scheduling/visit/shapes.h"

/* Those who keep a household's wishes for it, at its word. */
#define ROLE_HOUSEHOLD (ROLE(RESIDENT) | ROLE(PROXY) | ROLE_TEAMS)

/* Those who may see who meets whom. */
#define ROLE_OFFICE                                                            \
    (ROLE_TEAMS | ROLE(DEPT) | ROLE(COMMUNITY_SECRETARY) | ROLE(T5_QUALITY)    \
     | ROLE(DUTY_OFFICER))

/* clang-format off */
static const struct command commands[] = {
    { "member.add", ROLE(DEPT),
      &member_add_shape, cmd_member_add, 0, &member_added_shape },
    { "member.leave", ROLE(DEPT),
      &member_leave_shape, cmd_member_leave, 0, &nothing_shape },
    { "member.conflict", ROLE_OFFICE | ROLE(RESIDENT) | ROLE(PROXY),
      &member_conflict_shape, cmd_member_conflict, 0, &nothing_shape },
    { "member.list", ROLE_OFFICE,
      &nothing_shape, cmd_member_list, READS, &member_listed_shape },
    { "squad.add", ROLE(DEPT),
      &squad_add_shape, cmd_squad_add, 0, &member_added_shape },
    { "squad.list", ROLE_OFFICE,
      &nothing_shape, cmd_squad_list, READS, &squad_listed_shape },
    { "household.windows", ROLE_HOUSEHOLD,
      &household_windows_shape, cmd_household_windows, 0, &nothing_shape },
    { "household.quiet", ROLE_HOUSEHOLD,
      &household_quiet_shape, cmd_household_quiet, 0, &nothing_shape },
    { "visit.book", ROLE_TEAMS,
      &visit_book_shape, cmd_visit_book, 0, &visit_booked_shape },
    { "visit.move", ROLE_TEAMS,
      &visit_move_shape, cmd_visit_move, 0, &visit_booked_shape },
    { "visit.cancel", ROLE_HOUSEHOLD,
      &visit_cancel_shape, cmd_visit_cancel, 0, &nothing_shape },
    { "visit.log", ROLE_TEAMS,
      &visit_log_shape, cmd_visit_log, 0, &nothing_shape },
    { "visit.list", ROLE_OFFICE,
      &visit_list_shape, cmd_visit_list, READS, &visit_listed_shape },
    { 0 },
};

static const struct reaction reactions[] = {
    { "cases", "household.registered",
      &contact_registered_shape, on_household_registered },
    { "cases", "household.corrected",
      &contact_registered_shape, on_household_registered },
    { "cases", "household.moved",
      &visit_moved_household_shape, on_household_moved },
    { "cases", "grievance.filed",
      &visit_grievance_shape, on_grievance },
    { "cases", "grievance.moved", /* the triage may name somebody, too */
      &visit_grievance_shape, on_grievance },
    { 0 },
};

static const struct tiding events[] = {
    { "visit.booked",    &visit_booked_event_shape },
    { "visit.moved",     &visit_moved_event_shape },
    { "visit.cancelled", &visit_cancelled_shape },
    { "visit.logged",    &visit_logged_event_shape },
    { 0 },
};
/* clang-format on */

int main(void)
{
    static const struct service scheduling = {
        .name = "scheduling",
        .commands = commands,
        .reactions = reactions,
        .events = events,
    };
    return service_main(&scheduling);
}
