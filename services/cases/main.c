/* cases — what is true of a household, and what may happen next.
 * See README.md. */
#include "services/cases/access/commands.h"
#include "services/cases/attachment/commands.h"
#include "services/cases/callback/commands.h"
#include "services/cases/choice/commands.h"
#include "services/cases/clock/clock.h"
#include "services/cases/condition/commands.h"
#include "services/cases/demolition/commands.h"
#include "services/cases/draw/commands.h"
#include "services/cases/errand/commands.h"
#include "services/cases/errand/record.h"
#include "services/cases/export/commands.h"
#include "services/cases/fact/commands.h"
#include "services/cases/grievance/commands.h"
#include "services/cases/grievance/policy.h"
#include "services/cases/hardship/commands.h"
#include "services/cases/hardship/rules.h"
#include "services/cases/holiday/commands.h"
#include "services/cases/household/commands.h"
#include "services/cases/household/own.h"
#include "services/cases/household/record.h"
#include "services/cases/household/step.h"
#include "services/cases/matter/commands.h"
#include "services/cases/meeting/commands.h"
#include "services/cases/meeting/minutes.h"
#include "services/cases/owner/commands.h"
#include "services/cases/owner/split.h"
#include "services/cases/pack/commands.h"
#include "services/cases/paper/commands.h"
#include "services/cases/payment/bank.h"
#include "services/cases/payment/batch.h"
#include "services/cases/payment/commands.h"
#include "services/cases/payment/fund.h"
#include "services/cases/payment/sheet.h"
#include "services/cases/period/period.h"
#include "services/cases/problem/commands.h"
#include "services/cases/problem/pages.h"
#include "services/cases/problem/policy.h"
#include "services/cases/project/commands.h"
#include "services/cases/publication/commands.h"
#include "services/cases/recount/commands.h"
#include "services/cases/satisfaction/commands.h"
#include "services/cases/satisfaction/result.h"
#include "services/cases/search/commands.h"
#include "services/cases/statement/commands.h"
#include "services/cases/stock/commands.h"
#include "services/cases/survey/alike.h"
#include "services/cases/survey/commands.h"
#include "services/cases/survey/duplicates.h"
#include "services/cases/survey/homes.h"
#include "services/cases/transition/commands.h"

#define ROLE_STAFF                                                             \
    (ROLE_TEAMS | ROLE_REGISTER | ROLE_GRIEVANCE | ROLE(COMMUNITY_SECRETARY)   \
     | ROLE(CHAIR))
#define ROLE_FILES (ROLE_TEAMS | ROLE_REGISTER) /* photos and papers */
#define ROLE_SEES  (ROLE(DUTY_OFFICER) | ROLE_HOUSEHOLD | ROLE_STAFF)

#define ROLE_CHOOSES (ROLE_HOUSEHOLD | ROLE(T3_FRONT) | ROLE(DEPT))
/* who looks whether equal facts were offered equal money */
#define ROLE_PROVES                                                            \
    (ROLE(DEPT) | ROLE(AUDITOR) | ROLE(RULE_APPROVER) | ROLE(T5_QUALITY))
#define ROLE_LISTS      (ROLE_STAFF | ROLE_PROVES) /* who sees what is counted */
#define ROLE_PACK_MAKES (ROLE(RULE_EDITOR) | ROLE(DEPT))
#define ROLE_PACK_SEES                                                         \
    (ROLE_STAFF | ROLE_PACK_MAKES | ROLE(RULE_APPROVER) | ROLE(AUDITOR))

/* clang-format off */
static const struct command commands[] = {
    { "project.open",   ROLE(DEPT),  &project_open_shape,  cmd_project_open,
      .answer = &project_answer_shape },
    { "project.condition", ROLE(DEPT) | ROLE(GOV_ORGAN), &condition_set_shape,
      cmd_project_condition, .answer = &condition_kept_shape },
    { "project.condition_show", ROLE_ANYONE, &condition_key_shape,
      cmd_condition_show, READS | PAST, &condition_shown_shape },
    { "project.list",   ROLE_ANYONE, &nothing_shape,       cmd_project_list,
      READS | PAST, &project_list_shape },
    { "project.document", ROLE(DEPT) | ROLE(GOV_ORGAN), &project_document_shape,
      cmd_project_document, .answer = &project_answer_shape },
    { "project.documents", ROLE_ANYONE, &project_key_shape,
      cmd_project_documents, READS | PAST, &document_list_shape },
    { "community.add",  ROLE(DEPT),  &community_add_shape, cmd_community_add,
      .answer = &project_answer_shape },
    { "community.list", ROLE_ANYONE, &community_ask_shape, cmd_community_list,
      READS | PAST, &community_list_shape },

    { "pack.import",    ROLE_PACK_MAKES, &pack_import_shape, cmd_pack_import,
      .answer = &pack_status_shape },
    { "pack.approve",   ROLE(RULE_APPROVER), &pack_key_shape, cmd_pack_approve,
      .answer = &pack_status_shape },
    { "pack.release",   ROLE(RULE_APPROVER) | ROLE(DEPT), &pack_key_shape,
      cmd_pack_release, .answer = &pack_status_shape },
    { "pack.list",      ROLE_ANYONE, &pack_project_shape,  cmd_pack_list,
      READS | PAST, &pack_page_shape },
    { "pack.show",      ROLE_PACK_SEES, &pack_key_shape,   cmd_pack_show,
      READS | PAST, &pack_full_shape },
    { "pack.diff",      ROLE_PACK_SEES, &pack_pair_shape,  cmd_pack_diff,
      READS, &pack_changes_shape },
    { "facts.record",   ROLE(T3_FRONT) | ROLE(APPRAISER) | ROLE(DEPT),
      &facts_record_shape, cmd_facts_record, .answer = &facts_recorded_shape },
    { "facts.show",     ROLE_REGISTER | ROLE_HOUSEHOLD, &facts_show_shape,
      cmd_facts_show, READS | PAST | PERSONAL, &facts_page_shape },
    { "statement.what_if", ROLE_MONEY | ROLE_HOUSEHOLD, &what_if_shape,
      cmd_statement_what_if, READS | PERSONAL, &what_if_made_shape },
    { "recount.start",  ROLE_PROVES, &recount_start_shape, cmd_recount_start,
      .answer = &recount_started_shape },
    { "recount.list",   ROLE_PROVES, &recount_project_shape, cmd_recount_list,
      READS | PAST, &recount_page_shape },
    { "recount.results", ROLE_PROVES, &recount_ask_shape, cmd_recount_results,
      READS | PERSONAL, &recount_results_shape },
    { "statement.options", ROLE_MONEY | ROLE_HOUSEHOLD, &options_ask_shape,
      cmd_statement_options, READS | PERSONAL, &options_shape },
    { "statement.compare", ROLE_MONEY | ROLE_HOUSEHOLD, &statement_pair_shape,
      cmd_statement_compare, READS | PERSONAL, &statement_changes_shape },
    { "statement.file", ROLE_MONEY | ROLE_HOUSEHOLD, &statement_ask_shape,
      cmd_statement_file, READS | PERSONAL, &statement_file_shape },

    { "survey.import",  ROLE(T3_FRONT) | ROLE(PRIVACY_OFFICER),
      &survey_import_shape, cmd_survey_import, .answer = &survey_report_shape },

    { "survey.duplicates", ROLE_REGISTER,
      &survey_duplicates_shape, cmd_survey_duplicates,
      READS, &survey_pairs_shape },
    { "survey.alike",   ROLE(DEPT), &survey_alike_shape, cmd_survey_alike,
      READS | PERSONAL, &survey_pairs_shape },

    { "household.list", ROLE_STAFF, &household_list_shape, cmd_household_list,
      READS | PAST, &household_page_shape },
    { "household.find", ROLE_STAFF, &household_find_shape, cmd_household_find,
      READS, &household_name_shape },
    { "export.ask", ROLE_LISTS, &export_ask_shape, cmd_export_ask, PERSONAL,
      &export_asked_shape },
    { "export.approve", ROLE(PRIVACY_OFFICER), &export_key_shape,
      cmd_export_approve, .answer = &export_approved_shape },
    { "export.list", ROLE(T5_QUALITY) | ROLE(AUDITOR) | ROLE(PRIVACY_OFFICER),
      &export_listed_shape, cmd_export_list, READS, &export_page_shape },
    { "household.show", ROLE_REGISTER | ROLE_HOUSEHOLD,
      &household_show_shape, cmd_household_show,
      READS | PAST | PERSONAL, &household_full_shape },
    { "household.search", ROLE_REGISTER, &household_search_shape,
      cmd_household_search, READS | PERSONAL, &household_found_shape },
    { "household.index", ROLE(IT_OPERATOR), &household_index_shape,
      cmd_household_index, .answer = &household_indexed_shape },
    { "household.offer_make", ROLE(T2_SIGNING),
      &offer_make_shape, cmd_household_offer_make,
      .answer = &offer_made_shape, .subject = "household" },
    { "household.offer_release", ROLE(DEPT) | ROLE(T5_QUALITY),
      &offer_release_shape, cmd_household_offer_release,
      .answer = &offer_released_shape },
    { "statement.show", ROLE_MONEY | ROLE_HOUSEHOLD,
      &statement_ask_shape, cmd_statement_show,
      READS | PAST | PERSONAL, &statement_full_shape },

    { "household.record", ROLE_RECORDS, &paper_record_shape,
      cmd_household_record, .answer = &paper_recorded_shape },
    { "owner.set",       ROLE(DEPT) | ROLE(T3_FRONT), &owner_set_shape,
      cmd_owner_set, .answer = &owner_kept_shape },
    { "owner.list",      ROLE_REGISTER | ROLE_HOUSEHOLD, &owner_list_shape,
      cmd_owner_list, READS | PAST | PERSONAL, &owner_page_shape },
    { "owner.account", ROLE(DEPT) | ROLE(T3_FRONT), &owner_account_shape,
      cmd_owner_account, .answer = &account_named_shape },
    { "owner.split", ROLE(DEPT) | ROLE(T3_FRONT), &owner_split_shape,
      cmd_owner_split, .answer = &split_stands_shape },
    { "payment.enter",   ROLE(FINANCE), &payment_enter_shape,
      cmd_payment_enter, .answer = &payment_entered_shape },
    { "payment.confirm", ROLE(FINANCE), &payment_confirm_shape,
      cmd_payment_confirm, .answer = &payment_confirmed_shape },
    { "payment.match",   ROLE(FINANCE), &bank_match_shape,
      cmd_payment_match, .answer = &bank_report_shape },
    { "payment.exceptions", ROLE(FINANCE) | ROLE(DEPT), &bank_ask_shape,
      cmd_payment_exceptions, READS | PAST, &bank_page_shape },
    { "transition.set", ROLE(FINANCE), &transition_set_shape,
      cmd_transition_set, .answer = &transition_set_answer_shape },
    { "transition.confirm", ROLE(FINANCE), &transition_key_shape,
      cmd_transition_confirm, .answer = &transition_confirmed_shape },
    { "transition.price", ROLE(FINANCE) | ROLE(DEPT), &transition_price_shape,
      cmd_transition_price, .answer = &transition_priced_shape },
    { "transition.show", ROLE_MONEY | ROLE(FINANCE) | ROLE_HOUSEHOLD,
      &transition_ask_shape, cmd_transition_show,
      READS | PAST | PERSONAL, &transition_full_shape },
    { "settlement.sheet", ROLE_MONEY | ROLE(FINANCE) | ROLE_HOUSEHOLD,
      &sheet_ask_shape, cmd_settlement_sheet,
      READS | PAST | PERSONAL, &sheet_full_shape },
    { "fund.deposit", ROLE(FINANCE), &fund_deposit_shape, cmd_fund_deposit,
      .answer = &fund_standing_shape },
    { "fund.show", ROLE(FINANCE) | ROLE(DEPT) | ROLE(T5_QUALITY) | ROLE(AUDITOR),
      &fund_key_shape, cmd_fund_show, READS | PAST, &fund_standing_shape },
    { "payment.batch_make", ROLE(FINANCE), &batch_make_shape,
      cmd_payment_batch_make, .answer = &batch_made_shape },
    { "payment.batch_approve", ROLE(FINANCE), &batch_approve_shape,
      cmd_payment_batch_approve, .answer = &batch_ended_shape },
    { "payment.batch_void", ROLE(FINANCE), &batch_void_shape,
      cmd_payment_batch_void, .answer = &batch_ended_shape },
    { "payment.batch_show", ROLE(FINANCE) | ROLE(DEPT), &batch_key_shape,
      cmd_payment_batch_show, READS | PAST, &batch_full_shape },
    { "payment.batch_accounts", ROLE(FINANCE), &batch_key_shape,
      cmd_payment_batch_accounts, READS | PAST | PERSONAL, &account_page_shape },
    { "payment.batch_list", ROLE(FINANCE) | ROLE(DEPT), &batch_ask_shape,
      cmd_payment_batch_list, READS | PAST, &batch_page_shape },
    { "attachment.begin", ROLE_FILES,
      &attachment_begin_shape, cmd_attachment_begin,
      .answer = &attachment_begun_shape },
    { "attachment.part", ROLE_FILES,
      &attachment_part_shape, cmd_attachment_part,
      .answer = &attachment_parted_shape },
    { "attachment.end", ROLE_FILES,
      &attachment_end_shape, cmd_attachment_end,
      .answer = &attachment_ended_shape },
    { "attachment.list", ROLE_SEES,
      &attachment_list_shape, cmd_attachment_list,
      READS | PAST, &attachment_page_shape },
    { "attachment.get", ROLE_SEES,
      &attachment_get_shape, cmd_attachment_get,
      READS | PERSONAL, &attachment_got_shape },

    { "agreement.sign", ROLE(T2_SIGNING) | ROLE(DEPT),
      &agreement_sign_shape, cmd_agreement_sign,
      .answer = &agreement_signed_shape, .subject = "household" },
    { "agreement.withdraw", ROLE_WINDOW | ROLE_HOUSEHOLD,
      &agreement_withdraw_shape, cmd_agreement_withdraw,
      .answer = &agreement_signed_shape },
    { "agreement.show", ROLE_MONEY | ROLE_HOUSEHOLD,
      &agreement_show_shape, cmd_agreement_show,
      READS | PAST | PERSONAL, &agreement_full_shape },

    { "hardship.screen", ROLE(T6_SERVICE) | ROLE(GRID_MEMBER) | ROLE_HOUSEHOLD, &hardship_screen_shape,
      cmd_hardship_screen, .answer = &hardship_answer_shape },
    { "hardship.consent", ROLE_HOUSEHOLD | ROLE(T6_SERVICE), &hardship_word_shape,
      cmd_hardship_consent, .answer = &hardship_answer_shape },
    { "hardship.decline", ROLE_HOUSEHOLD | ROLE(T6_SERVICE), &hardship_word_shape,
      cmd_hardship_decline, .answer = &hardship_answer_shape },
    { "hardship.revoke", ROLE_HOUSEHOLD | ROLE(T6_SERVICE), &hardship_word_shape,
      cmd_hardship_revoke, .answer = &hardship_answer_shape },
    { "hardship.assess", ROLE(T6_SERVICE) | ROLE(GRID_MEMBER), &hardship_assess_shape,
      cmd_hardship_assess, .answer = &hardship_answer_shape },
    { "hardship.plan", ROLE(T6_SERVICE) | ROLE(GRID_MEMBER), &hardship_plan_shape,
      cmd_hardship_plan, .answer = &hardship_answer_shape },
    { "hardship.activate", ROLE(T6_SERVICE), &hardship_id_shape,
      cmd_hardship_activate, .answer = &hardship_answer_shape },
    { "hardship.fit", ROLE(T6_SERVICE) | ROLE(GRID_MEMBER), &hardship_fit_shape,
      cmd_hardship_fit, .answer = &hardship_answer_shape },
    { "hardship.review", ROLE(T6_SERVICE) | ROLE(GRID_MEMBER), &hardship_review_shape,
      cmd_hardship_review, .answer = &hardship_answer_shape },
    { "hardship.crisis", ROLE_HARDSHIP_CALLS | ROLE_HOUSEHOLD, &hardship_crisis_shape,
      cmd_hardship_crisis, .answer = &hardship_answer_shape },
    { "hardship.settle", ROLE(T6_SERVICE) | ROLE(DUTY_OFFICER), &hardship_id_shape,
      cmd_hardship_settle, .answer = &hardship_answer_shape },
    { "hardship.refer", ROLE(T6_SERVICE), &hardship_refer_shape,
      cmd_hardship_refer, .answer = &hardship_answer_shape },
    { "hardship.close", ROLE(T6_SERVICE) | ROLE_HOUSEHOLD, &hardship_word_shape,
      cmd_hardship_close, .answer = &hardship_answer_shape },
    { "hardship.show", ROLE_HARDSHIP | ROLE_HOUSEHOLD, &hardship_id_shape,
      cmd_hardship_show, READS | PAST | PERSONAL, &hardship_full_shape },
    { "hardship.list", ROLE_HARDSHIP | ROLE_HOUSEHOLD, &hardship_list_shape,
      cmd_hardship_list, READS | PAST, &hardship_page_shape },
    { "hardship.accesses", ROLE_HOUSEHOLD, &hardship_id_shape,
      cmd_hardship_accesses, READS | PAST, &hardship_accesses_shape },

    { "grievance.file",   ROLE_ANYONE,
      &grievance_file_shape, cmd_grievance_file, SECRET, &grievance_filed_shape },
    { "grievance.track",  ROLE_ANYONE,
      &grievance_track_shape, cmd_grievance_track,
      READS | PAST, &grievance_status_shape },
    { "grievance.say",    ROLE_ANYONE,
      &grievance_say_shape, cmd_grievance_say,
      .answer = &grievance_moved_shape },
    { "grievance.show",   ROLE_GRIEVANCE | ROLE_HOUSEHOLD,
      &grievance_show_shape, cmd_grievance_show,
      READS | PAST | PERSONAL, &grievance_full_shape },
    { "grievance.list",   ROLE_GRIEVANCE,
      &grievance_list_shape, cmd_grievance_list,
      READS | PAST, &grievance_page_shape },
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

    { "case.timeline",  ROLE_SEES, &case_timeline_shape,   cmd_case_timeline,
      READS | PAST, &case_history_shape },
    { "case.assign",    ROLE_STAFF, &case_assign_shape,    cmd_case_assign,
      .answer = &case_given_shape },
    { "case.assign_all", ROLE_STAFF, &case_assign_all_shape,
      cmd_case_assign_all, .answer = &case_assigned_shape },
    { "case.return",    ROLE_STAFF, &case_return_shape,    cmd_case_return,
      .answer = &case_given_shape },
    { "case.hand_over", ROLE_STAFF, &case_hand_over_shape, cmd_case_hand_over,
      .answer = &case_handed_shape },
    { "case.held",      ROLE_STAFF, &case_held_shape,      cmd_case_held,
      READS | PAST, &case_held_page_shape },
    { "case.tasks",     ROLE_STAFF, &case_tasks_shape,     cmd_case_tasks,
      READS, &case_task_page_shape },
    { "deadline.list",    ROLE_SEES, &deadline_list_shape,
      cmd_deadline_list, READS | PAST, &deadline_page_shape },
    { "holidays.import", ROLE(DEPT) | ROLE(IT_OPERATOR), &holidays_import_shape,
      cmd_holidays_import, .answer = &holidays_imported_shape },
    { "holidays.list",   ROLE_ANYONE, &nothing_shape, cmd_holidays_list,
      READS | PAST, &holidays_page_shape },
    { "deadline.recount", ROLE(DEPT) | ROLE(IT_OPERATOR),
      &deadline_recount_shape, cmd_deadline_recount,
      .answer = &deadline_recounted_shape },

    { "errand.catalogue", ROLE_ANYONE, &nothing_shape, cmd_errand_catalogue,
      READS, &errand_catalogue_shape },
    { "errand.request",   ROLE_ES_ASK, &errand_request_shape,
      cmd_errand_request, .answer = &errand_answer_shape },
    { "errand.accept",    ROLE_ES_TEAM, &errand_id_shape,
      cmd_errand_accept, .answer = &errand_answer_shape },
    { "errand.decline",   ROLE_ES_TEAM, &errand_say_shape,
      cmd_errand_decline, .answer = &errand_answer_shape },
    { "errand.authorise", ROLE_ES_STAFF | ROLE_ES_OWN,
      &errand_authorise_shape, cmd_errand_authorise,
      .answer = &errand_answer_shape },
    { "errand.need_docs", ROLE_ES_STAFF, &errand_say_shape,
      cmd_errand_need_docs, .answer = &errand_answer_shape },
    { "errand.progress",  ROLE_ES_STAFF, &errand_id_shape,
      cmd_errand_progress, .answer = &errand_answer_shape },
    { "errand.original_take",   ROLE_ES_STAFF, &errand_take_shape,
      cmd_errand_original_take, .answer = &errand_taken_shape },
    { "errand.original_return", ROLE_ES_STAFF, &errand_back_shape,
      cmd_errand_original_return, .answer = &errand_taken_shape },
    { "errand.submit",    ROLE_ES_STAFF, &errand_submit_shape,
      cmd_errand_submit, .answer = &errand_answer_shape },
    { "errand.result",    ROLE_ES_TEAM, &errand_result_shape,
      cmd_errand_result, .answer = &errand_answer_shape },
    { "errand.deliver",   ROLE_ES_STAFF, &errand_id_shape,
      cmd_errand_deliver, .answer = &errand_answer_shape },
    { "errand.rate",      ROLE_ES_ASK | ROLE(T5_QUALITY), &errand_rate_shape,
      cmd_errand_rate, .answer = &errand_answer_shape },
    { "errand.cancel",    ROLE_ES_ASK, &errand_id_shape,
      cmd_errand_cancel, .answer = &errand_answer_shape },
    { "errand.fail",      ROLE_ES_TEAM, &errand_say_shape,
      cmd_errand_fail, .answer = &errand_answer_shape },
    { "errand.show",      ROLE_ES_STAFF | ROLE_ES_OWN, &errand_id_shape,
      cmd_errand_show, READS | PAST | PERSONAL, &errand_full_shape },
    { "errand.list",      ROLE_ES_STAFF | ROLE_ES_OWN, &errand_list_shape,
      cmd_errand_list, READS | PAST, &errand_page_shape },
    { "problem.raise",    ROLE_PC_ANY, &problem_raise_shape,
      cmd_problem_raise, .answer = &problem_answer_shape },
    { "problem.triage",   ROLE(T4_MEDIATOR), &problem_triage_shape,
      cmd_problem_triage, .answer = &problem_answer_shape },
    { "problem.accept",   ROLE_TEAMS, &problem_accept_shape,
      cmd_problem_accept, .answer = &problem_answer_shape },
    { "problem.resolve",  ROLE_TEAMS, &problem_resolve_shape,
      cmd_problem_resolve, .answer = &problem_answer_shape },
    { "problem.propose",  ROLE(T4_MEDIATOR), &problem_accept_shape,
      cmd_problem_propose, .answer = &problem_answer_shape },
    { "problem.refer",    ROLE(T4_MEDIATOR), &problem_refer_shape,
      cmd_problem_refer, .answer = &problem_answer_shape },
    { "problem.feedback", ROLE_PC_ANY, &problem_feedback_shape,
      cmd_problem_feedback, .answer = &problem_answer_shape },
    { "problem.reopen",   ROLE_PC_ANY, &problem_accept_shape,
      cmd_problem_reopen, .answer = &problem_answer_shape },
    { "problem.act_done", ROLE_PC_ANY, &problem_action_shape,
      cmd_problem_act_done, .answer = &problem_answer_shape },
    { "problem.verify",   ROLE(T5_QUALITY), &problem_action_shape,
      cmd_problem_verify, .answer = &problem_answer_shape },
    { "problem.show",     ROLE_PC_ANY, &problem_show_shape,
      cmd_problem_show, READS | PAST | PERSONAL, &problem_full_shape },
    { "problem.list",     ROLE_PC_ALL, &problem_list_shape,
      cmd_problem_list, READS | PAST, &problem_page_shape },
    { "problem.alike",    ROLE_PC_ALL, &problem_show_shape,
      cmd_problem_alike, READS | PAST, &problem_alike_page_shape },
    { "problem.public",   ROLE_ANYONE, &problem_public_shape,
      cmd_problem_public, READS | PAST, &problem_public_page_shape },

    { "access.list",      ROLE(PRIVACY_OFFICER) | ROLE(AUDITOR),
      &access_ask_shape, cmd_access_list, READS, &access_page_shape },
    { "callback.list",    ROLE(T5_QUALITY), &callback_ask_shape,
      cmd_callback_list, READS, &callback_page_shape },
    { "callback.record",  ROLE(T5_QUALITY), &callback_record_shape,
      cmd_callback_record, .answer = &callback_recorded_shape },

    { "satisfaction.open", ROLE(DISTRICT_PANEL), &satisfaction_open_shape,
      cmd_satisfaction_open, .answer = &satisfaction_opened_shape },
    { "satisfaction.tokens", ROLE(DISTRICT_PANEL), &satisfaction_tokens_shape,
      cmd_satisfaction_tokens, SECRET, &satisfaction_letters_shape },
    { "satisfaction.answer", ROLE_ANYONE, &satisfaction_answer_shape,
      cmd_satisfaction_answer, .answer = &satisfaction_thanks_shape },
    { "satisfaction.list", ROLE_ANYONE, &satisfaction_project_shape,
      cmd_satisfaction_list, READS, &satisfaction_page_shape },
    { "satisfaction.show", ROLE_ANYONE, &satisfaction_ask_shape,
      cmd_satisfaction_show, READS, &satisfaction_result_shape },

    { "draw.commit",      ROLE(DEPT), &draw_commit_shape,
      cmd_draw_commit, .answer = &draw_committed_shape },
    { "draw.reveal",      ROLE(DEPT) | ROLE(GOV_ORGAN), &draw_reveal_shape,
      cmd_draw_reveal, .answer = &draw_revealed_shape },
    { "draw.void",        ROLE(DEPT) | ROLE(GOV_ORGAN), &draw_void_shape,
      cmd_draw_void, .answer = &draw_id_shape },
    { "draw.show",        ROLE_ANYONE, &draw_id_shape,
      cmd_draw_show, READS | PAST, &draw_full_shape },
    { "draw.list",        ROLE_ANYONE, &draw_ask_shape,
      cmd_draw_list, READS | PAST, &draw_page_shape },

    { "publication.outage", ROLE(T5_QUALITY) | ROLE(IT_OPERATOR),
      &outage_report_shape, cmd_publication_outage,
      .answer = &outage_reported_shape },
    { "publication.outages", ROLE_ANYONE, &outage_ask_shape,
      cmd_publication_outages, READS, &outage_list_shape },

    { "demolition.order", ROLE(DEPT), &demolition_order_shape,
      cmd_demolition_order, .answer = &demolition_ordered_shape },
    { "demolition.list",  ROLE_ANYONE, &demolition_ask_shape,
      cmd_demolition_list, READS | PAST, &demolition_page_shape },
    { "stock.import",     ROLE(DEPT), &stock_import_shape,
      cmd_stock_import, .answer = &stock_report_shape },
    { "stock.list",       ROLE_ANYONE, &stock_ask_shape,
      cmd_stock_list, READS | PAST, &stock_page_shape },
    { "stock.progress",   ROLE(DEPT), &stock_progress_shape,
      cmd_stock_progress, .answer = &stock_progressed_shape },
    { "choice.open",      ROLE(DEPT), &choice_open_shape,
      cmd_choice_open, .answer = &choice_turns_shape },
    { "choice.take",      ROLE_CHOOSES, &choice_take_shape,
      cmd_choice_take, .answer = &choice_taken_shape },
    { "choice.back",      ROLE_CHOOSES, &choice_key_shape,
      cmd_choice_back, .answer = &choice_taken_shape },
    { "choice.decline",   ROLE_CHOOSES, &choice_decline_shape,
      cmd_choice_decline, .answer = &choice_turns_shape },
    { "choice.roll",      ROLE_ANYONE, &choice_roll_shape,
      cmd_choice_roll, READS | PAST, &choice_rolled_shape },
    { "choice.hand",      ROLE(T3_FRONT) | ROLE(DEPT), &choice_hand_shape,
      cmd_choice_hand, .answer = &choice_handed_shape },
    { "choice.receive",   ROLE_HOUSEHOLD | ROLE_COUNTER, &choice_key_shape,
      cmd_choice_receive, .answer = &choice_handed_shape },

    { "meeting.call",     ROLE_PC_SECRETARY, &meeting_call_shape,
      cmd_meeting_call, .answer = &meeting_answer_shape },
    { "meeting.agenda",   ROLE_PC_SECRETARY, &meeting_key_shape,
      cmd_meeting_agenda, .answer = &meeting_answer_shape },
    { "meeting.postpone", ROLE_PC_SECRETARY, &meeting_key_shape,
      cmd_meeting_postpone, .answer = &meeting_answer_shape },
    { "meeting.view",     ROLE_PC_ANY, &meeting_view_shape,
      cmd_meeting_view, .answer = &meeting_answer_shape },
    { "meeting.attend",   ROLE_PC_SECRETARY | ROLE(T5_QUALITY),
      &meeting_attend_shape, cmd_meeting_attend,
      .answer = &meeting_answer_shape },
    { "meeting.opinion",  ROLE_PC_SECRETARY | ROLE(DEPT), &meeting_opinion_shape,
      cmd_meeting_opinion, .answer = &meeting_answer_shape },
    { "meeting.hold",     ROLE(CHAIR), &meeting_id_shape,
      cmd_meeting_hold, .answer = &meeting_answer_shape },
    { "meeting.cancel",   ROLE_PC_SECRETARY, &meeting_id_shape,
      cmd_meeting_cancel, .answer = &meeting_answer_shape },
    { "meeting.minute",   ROLE(T4_MEDIATOR), &meeting_minute_shape,
      cmd_meeting_minute, .answer = &meeting_minuted_shape },
    { "meeting.show",     ROLE_PC_ALL, &meeting_id_shape,
      cmd_meeting_show, READS | PAST | PERSONAL, &meeting_full_shape },
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
    { "household.moved",      &household_moved_shape },
    { "holidays.announced",   &holidays_news_shape },
    { "project.condition_decided", &condition_news_shape },
    { "recount.ended",        &recount_news_shape },
    { "draw.committed",       &draw_news_shape },
    { "draw.revealed",        &draw_news_shape },
    { "draw.voided",          &draw_news_shape },
    { "choice.turn",          &choice_news_shape },
    { "choice.taken",         &choice_news_shape },
    { "grievance.filed",      &grievance_news_shape },
    { "grievance.moved",      &grievance_news_shape },
    { "grievance.emergency",  &grievance_news_shape },
    { "access.noticed",       &access_news_shape },
    { "callback.ended",       &callback_news_shape },
    { "satisfaction.doubted", &satisfaction_doubt_shape },
    { "satisfaction.counted", &satisfaction_result_shape },
    { "deadline.step",        &deadline_step_shape },
    { "errand.requested",     &errand_news_shape },
    { "errand.moved",         &errand_news_shape },
    { "problem.raised",       &problem_news_shape },
    { "problem.moved",        &problem_news_shape },
    { "meeting.called",       &meeting_news_shape },
    { "meeting.invited",      &meeting_news_shape },
    { "meeting.held",         &meeting_news_shape },
    { "meeting.cancelled",    &meeting_news_shape },
    { "meeting.decided",      &meeting_news_shape },
    { "hardship.moved",       &hardship_news_shape },
    { "hardship.called",      &hardship_news_shape },
    { 0 },
};

static const struct reaction reactions[] = {
    { "reporting", "public.outage", &public_outage_shape, on_public_outage },
    { 0 },
};

static const struct alarm alarms[] = {
    { "access.night",     &access_alarm_shape,     on_access_night },
    { "agreement.cooled", &agreement_cooled_shape, on_agreement_cooled },
    { "satisfaction.due", &satisfaction_key_shape, on_satisfaction_due },
    { "attachment.lapsed", &attachment_lapsed_shape, on_attachment_lapsed },
    { "clock.step",       &clock_alarm_shape,      on_clock_step },
    { "transition.month", &transition_alarm_shape, on_transition_month },
    { "transition.late",  &transition_alarm_shape, on_transition_late },
    { "problem.next",     &problem_key_shape,      on_problem_next },
    { "choice.turn",      &choice_alarm_shape,     on_choice_turn },
    { "holidays.recount", &holidays_alarm_shape,   on_holidays_recount },
    { "condition.due",    &condition_alarm_shape,  on_condition_due },
    { "condition.effect", &condition_alarm_shape,  on_condition_effect },
    { "recount.step",     &recount_key_shape,      on_recount_step },
    { "recount.night",    &recount_key_shape,      on_recount_night },
    { "hardship.erase",   &hardship_id_shape,      on_hardship_erase },
    { 0 },
};
static const struct flow *const flows[] = {
    &household_flow,
    &errand_flow,
    &problem_flow,
    &hardship_flow,
    &grievance_flow,
    &callback_flow,
    NULL,
};
/* clang-format on */

const struct case_kind *const kinds[] = {
    &household_kind, &errand_case,    &problem_kind,
    &hardship_kind,  &grievance_case, NULL,
};

int main(void)
{
    const struct service cases = {
        .name = "cases",
        .commands = commands,
        .reactions = reactions,
        .events = events,
        .alarms = alarms,
        .flows = flows,
    };
    return service_main(&cases);
}
