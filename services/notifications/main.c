/* notifications — tells people, once, in peace.  See README.md. */
#include "common/service/service.h"
#include "services/notifications/channels/alarms.h"
#include "services/notifications/channels/mail.h"
#include "services/notifications/contact/commands.h"
#include "services/notifications/duty/commands.h"
#include "services/notifications/message/commands.h"
#include "services/notifications/message/reactions.h"

/* The handlers see to it that one reaches one's own inbox alone, and a
 * household's at the window or the door. */
#define ROLE_CALLED                                                            \
    (ROLE(DUTY_OFFICER) | ROLE(T5_QUALITY) | ROLE(DISTRICT_PANEL)              \
     | ROLE(COMMUNITY_WINDOW) | ROLE(DEPT) | ROLE(GOV_ORGAN) | ROLE(APPRAISER) \
     | ROLE(CHAIR) | ROLE(FINANCE) | ROLE(PRIVACY_OFFICER))
#define ROLE_READERS (ROLE(RESIDENT) | ROLE(PROXY) | ROLE_TEAMS | ROLE_CALLED)

/* clang-format off */
static const struct command commands[] = {
    { "contact.set", ROLE_READERS, &contact_set_shape, cmd_contact_set,
      .answer = &contact_person_shape },
    { "inbox.list",  ROLE_READERS, &inbox_list_shape,  cmd_inbox_list,
      READS | PERSONAL, &inbox_page_shape },
    { "inbox.read",  ROLE_READERS, &inbox_read_shape,  cmd_inbox_read,
      .answer = &inbox_read_shape },
    { "duty.set",    ROLE(DEPT), &duty_set_shape, cmd_duty_set,
      .answer = &duty_member_shape },
    { "duty.list",   ROLE(DEPT) | ROLE(T5_QUALITY) | ROLE(DUTY_OFFICER),
      &nothing_shape, cmd_duty_list, READS, &duty_page_shape },
    { 0 },
};

static const struct reaction reactions[] = {
    { "scheduling", "visit.booked",        &news_shape, on_visit_booked },
    { "scheduling", "visit.moved",         &news_shape, on_visit_moved },
    { "scheduling", "visit.cancelled",     &news_shape, on_visit_cancelled },
    { "scheduling", "visit.logged",        &news_shape, on_visit_logged },
    { "cases",      "household.offered",   &news_shape, on_household_offered },
    { "cases",      "household.signed",    &news_shape, on_household_signed },
    { "cases",      "household.withdrew",  &news_shape, on_household_withdrew },
    { "cases",      "household.effective", &news_shape, on_household_effective },
    { "cases",      "choice.turn",         &news_shape, on_choice_turn },
    { "cases",      "grievance.emergency", &summons_shape, on_grievance_emergency },
    { "cases",      "access.noticed",      &summons_shape, on_access_noticed },
    { "cases",      "hardship.called",     &summons_shape, on_hardship_called },
    { "cases",      "deadline.step",       &summons_shape, on_deadline_step },
    { 0 },
};

static const struct tiding events[] = {
    { "message.sent",   &message_sent_shape },
    { "message.failed", &message_sent_shape },
    { 0 },
};

static const struct alarm alarms[] = {
    { "delivery.send",  &delivery_name_shape, on_delivery_send,
      mail_send, settle_delivery_send },
    { "delivery.check", &delivery_name_shape, on_delivery_check },
    { 0 },
};
/* clang-format on */

int main(void)
{
    const struct service notifications = {
        .name = "notifications",
        .commands = commands,
        .reactions = reactions,
        .events = events,
        .alarms = alarms,
        .measures = message_measures,
        .settings = { &mail_settings_shape, &mail_settings },
    };
    return service_main(&notifications);
}
