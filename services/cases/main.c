/* cases — what is true of a household, and what may happen next.
 * See README.md. */
#include "services/cases/clock/clock.h"
#include "services/cases/grievance/commands.h"
#include "services/cases/grievance/policy.h"
#include "services/cases/household/commands.h"
#include "services/cases/household/own.h"
#include "services/cases/household/record.h"
#include "services/cases/matter/commands.h"
#include "services/cases/project/commands.h"
#include "services/cases/statement/commands.h"
#include "services/cases/survey/commands.h"
#include "services/cases/survey/homes.h"

#define ROLE_STAFF                                                             \
    (ROLE_TEAMS | ROLE_REGISTER | ROLE_GRIEVANCE | ROLE(COMMUNITY_SECRETARY)    \
     | ROLE(CHAIR))

/* clang-format off */
static const struct command commands[] = {
    { "project.open",   ROLE(DEPT),  &project_open_shape,  cmd_project_open,
      .answer = &project_answer_shape },
    { "project.list",   ROLE_ANYONE, &nothing_shape,       cmd_project_list,
      READS, &project_list_shape },
    { "community.add",  ROLE(DEPT),  &community_add_shape, cmd_community_add,
      .answer = &project_answer_shape },
    { "community.list", ROLE_ANYONE, &community_ask_shape, cmd_community_list,
      READS, &community_list_shape },

    { "pack.publish",   ROLE(DEPT) | ROLE(RULE_APPROVER),
      &pack_publish_shape, cmd_pack_publish, .answer = &pack_answer_shape },
    { "pack.list",      ROLE_ANYONE, &pack_ask_shape,      cmd_pack_list,
      READS, &pack_list_shape },

    { "survey.import",  ROLE(T3_FRONT) | ROLE(PRIVACY_OFFICER),
      &survey_import_shape, cmd_survey_import, .answer = &survey_report_shape },

    { "household.list", ROLE_STAFF, &household_list_shape, cmd_household_list,
      READS, &household_page_shape },
    { "household.show", ROLE_REGISTER | ROLE_HOUSEHOLD,
      &household_show_shape, cmd_household_show,
      READS | PERSONAL, &household_full_shape },
    { "household.offer_make", ROLE(T2_SIGNING),
      &offer_make_shape, cmd_household_offer_make,
      .answer = &offer_made_shape, .subject = "household" },
    { "household.offer_release", ROLE(DEPT) | ROLE(T5_QUALITY),
      &offer_release_shape, cmd_household_offer_release,
      .answer = &offer_released_shape },
    { "statement.show", ROLE_MONEY | ROLE_HOUSEHOLD,
      &statement_ask_shape, cmd_statement_show,
      READS | PERSONAL, &statement_full_shape },

    { "agreement.sign", ROLE(T2_SIGNING) | ROLE(DEPT),
      &agreement_sign_shape, cmd_agreement_sign,
      .answer = &agreement_signed_shape, .subject = "household" },
    { "agreement.withdraw", ROLE_WINDOW | ROLE_HOUSEHOLD,
      &agreement_withdraw_shape, cmd_agreement_withdraw,
      .answer = &agreement_signed_shape },
    { "agreement.show", ROLE_MONEY | ROLE_HOUSEHOLD,
      &agreement_show_shape, cmd_agreement_show,
      READS | PERSONAL, &agreement_full_shape },

    { "grievance.file",   ROLE_ANYONE,
      &grievance_file_shape, cmd_grievance_file, SECRET, &grievance_filed_shape },
    { "grievance.track",  ROLE_ANYONE,
      &grievance_track_shape, cmd_grievance_track,
      READS, &grievance_status_shape },
    { "grievance.say",    ROLE_ANYONE,
      &grievance_say_shape, cmd_grievance_say,
      .answer = &grievance_moved_shape },
    { "grievance.show",   ROLE_GRIEVANCE | ROLE_HOUSEHOLD,
      &grievance_show_shape, cmd_grievance_show,
      READS | PERSONAL, &grievance_full_shape },
    { "grievance.list",   ROLE_GRIEVANCE,
      &grievance_list_shape, cmd_grievance_list,
      READS, &grievance_page_shape },
    { "grievance.handle", ROLE_GRIEVANCE,
      &grievance_handle_shape, cmd_grievance_handle,
      .answer = &grievance_moved_shape },
    { "grievance.clear",  ROLE(DUTY_OFFICER),
      &grievance_clear_shape, cmd_grievance_clear,
      .answer = &grievance_moved_shape },
    { "grievance.shield", ROLE(DISTRICT_PANEL),
      &grievance_shield_shape, cmd_grievance_shield,
      READS, &grievance_shielded_shape },
    { "grievance.approve", ROLE(DISTRICT_PANEL),
      &grievance_approve_shape, cmd_grievance_approve,
      .answer = &grievance_approved_shape },

    { "case.timeline",  ROLE_STAFF, &case_timeline_shape,  cmd_case_timeline,
      READS, &case_history_shape },
    { "case.assign",    ROLE_STAFF, &case_assign_shape,    cmd_case_assign,
      .answer = &case_given_shape },
    { "case.return",    ROLE_STAFF, &case_return_shape,    cmd_case_return,
      .answer = &case_given_shape },
    { "case.hand_over", ROLE_STAFF, &case_hand_over_shape, cmd_case_hand_over,
      .answer = &case_handed_shape },
    { "case.tasks",     ROLE_STAFF, &case_tasks_shape,     cmd_case_tasks,
      READS, &case_task_page_shape },
    { "deadline.list",    ROLE_STAFF | ROLE_HOUSEHOLD, &deadline_list_shape,
      cmd_deadline_list, READS, &deadline_page_shape },
    { "deadline.recount", ROLE(DEPT) | ROLE(IT_OPERATOR),
      &deadline_recount_shape, cmd_deadline_recount,
      .answer = &deadline_recounted_shape },
    { 0 },
};

static const struct tiding events[] = {
    { "project.opened",       &project_opened_shape },
    { "community.added",      &community_added_shape },
    { "household.registered", &survey_registered_shape },
    { "household.corrected",  &survey_corrected_shape },
    { "household.offered",    &household_news_shape },
    { "household.signed",     &household_news_shape },
    { "household.withdrew",   &household_news_shape },
    { "household.effective",  &household_news_shape },
    { "grievance.filed",      &grievance_news_shape },
    { "grievance.moved",      &grievance_news_shape },
    { "grievance.emergency",  &grievance_news_shape },
    { "deadline.step",        &deadline_step_shape },
    { 0 },
};

static const struct alarm alarms[] = {
    { "agreement.cooled", &agreement_cooled_shape, on_agreement_cooled },
    { "clock.step",       &clock_alarm_shape,      on_clock_step },
    { 0 },
};
static const struct flow *const flows[] = {
    &household_flow,
    &grievance_flow,
    NULL,
};
/* clang-format on */

static const struct case_kind household_kind = {
    .flow = &household_flow,
    .staff = ROLE_REGISTER,
};

const struct case_kind *const kinds[] = {
    &household_kind,
    &grievance_case,
    NULL,
};

int main(void)
{
    const struct service cases = {
        .name = "cases",
        .commands = commands,
        .events = events,
        .alarms = alarms,
        .flows = flows,
    };
    return service_main(&cases);
}
