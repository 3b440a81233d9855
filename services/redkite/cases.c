/* The verbs of the cases: what is the same for every kind, and each kind's own.
 */
#include "services/redkite/cli.h"

/* clang-format off */
#define ARGS(name) static const struct arg name[]
#define CASE   { "CASE", "id", ARG_ID, NEEDED, NULL, "its id" }
#define REASON { "--reason", "reason", ARG_TEXT, NEEDED, "TEXT", "why, without naming anybody" }
#define END    { 0 }

ARGS(timeline_args) = {
    { "CASE", "id", ARG_HOUSEHOLD, NEEDED, NULL, "its id, or a household's number" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" },
    END,
};
ARGS(assign_args) = {
    CASE,
    { "--to", "holder", ARG_ID, NEEDED, "ID", "the member who is to have it" },
    { "--reason", "reason", ARG_TEXT, 0, "TEXT", "why, without naming anybody" },
    END,
};
ARGS(assign_all_args) = {
    { "CASES", "ids", ARG_IDS, NEEDED, NULL, "their ids, by commas" },
    { "--to", "holder", ARG_ID, NEEDED, "ID", "the member who is to have them" },
    { "--reason", "reason", ARG_TEXT, 0, "TEXT", "why, without naming anybody" },
    END,
};
ARGS(return_args) = { CASE, REASON, END };
ARGS(hand_over_list_args) = {
    { "MEMBER", NULL, ARG_TEXT, NEEDED, NULL, "who hands over: an id" }, END,
};
ARGS(hand_over_args) = {
    { "--from", "from", ARG_ID, NEEDED, "ID", "the member who has them" },
    { "--to", "to", ARG_ID, NEEDED, "ID", "the member who is to have them" },
    REASON,
    { "--after", "after", ARG_ID, 0, "NEXT", "go on from a list's \"next\"" },
    END,
};
ARGS(tasks_args) = {
    { "--holder", "holder", ARG_ID, 0, "ID", "of this member" },
    { "--household", "household", ARG_HOUSEHOLD, 0, "HOUSEHOLD", "of this household" },
    { "--late", "late", ARG_FLAG, 0, NULL, "only what is late" },
    { "--limit", "limit", ARG_NUMBER, 0, "N", "at most so many" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" },
    END,
};
ARGS(deadline_list_args) = {
    { "CASE", "subject", ARG_HOUSEHOLD, NEEDED, NULL, "its id, or a household's number" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" },
    END,
};

ARGS(search_args) = {
    { "--name", "name", ARG_SECRET, 0, "TEXT", "the whole name; - is stdin" },
    { "--id-number", "id_number", ARG_SECRET, 0, "TEXT", "or the ID number, 18 digits; - is stdin" },
    { "--phone", "phone", ARG_SECRET, 0, "TEXT", "or the telephone; - is stdin" },
    { "--address", "address", ARG_SECRET, 0, "TEXT", "or the whole address; - is stdin" },
    { "--limit", "limit", ARG_NUMBER, 0, "N", "at most so many" },
    { "--after", "after", ARG_ID, 0, "NEXT", "go on from a list's \"next\"" },
    { "--export", "export", ARG_ID, 0, "ID", "by this export: more than fifty households a day" },
    END,
};

ARGS(satisfaction_list_args) = {
    { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }, END,
};
ARGS(satisfaction_open_args) = {
    { "NAME", "name", ARG_TEXT, NEEDED, NULL, "what the round is called: 2026年第四季度" },
    { "--closes", "closes_at", ARG_MOMENT, NEEDED, "TIME", "when it ends: a week to a quarter from now" },
    { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }, END,
};
ARGS(satisfaction_tokens_args) = {
    { "ROUND", "round", ARG_ID, NEEDED, NULL, "its id" },
    { "COMMUNITY", "community", ARG_COMMUNITY, NEEDED, NULL, "a name, code or id" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }, END,
};
ARGS(satisfaction_show_args) = {
    { "ROUND", "round", ARG_ID, NEEDED, NULL, "its id" }, END,
};
ARGS(satisfaction_answer_args) = {
    { "--token", "token", ARG_SECRET, NEEDED, "TEXT", "of the letter; - is stdin" },
    { "--overall", "overall", ARG_NUMBER, NEEDED, "N", "1 to 5, as all of these" },
    { "--respect", "respect", ARG_NUMBER, NEEDED, "N", "was one treated with respect" },
    { "--clarity", "clarity", ARG_NUMBER, NEEDED, "N", "was it explained" },
    { "--fairness", "fairness", ARG_NUMBER, NEEDED, "N", "was it fair" },
    { "--pressure", "pressure", ARG_NUMBER, NEEDED, "N", "was there pressure: 1 none, 5 much" },
    { "--promise", "promise", ARG_NUMBER, NEEDED, "N", "was kept what was promised" },
    { "--quality", "quality", ARG_NUMBER, 0, "N", "of the new home, by who lives in one" },
    { "--staff-present", "staff_present", ARG_FLAG, 0, NULL, "somebody of the office stood by" },
    END,
};
ARGS(callback_list_args) = {
    { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }, END,
};
ARGS(callback_record_args) = {
    { "CALLBACK", "id", ARG_ID, NEEDED, NULL, "its id" },
    { "--reached", "reached", ARG_FLAG, 0, NULL, "somebody answered; else it was tried in vain" },
    { "--said", "said", ARG_TEXT, 0, "SAID", "done or not_done" },
    { "--asked-to-withdraw", "asked_to_withdraw", ARG_TEXT, 0, "YES", "did anyone ask him to withdraw: yes or no" },
    { "--score", "score", ARG_NUMBER, 0, "N", "1 to 5" },
    END,
};

/* an errand by its id, and what the person is told */
#define ERRAND { "ERRAND", "id", ARG_ID, NEEDED, NULL, "its id" }
#define ANSWER { "--answer", "answer", ARG_SECRET, NEEDED, "TEXT", "what the person is told; - is stdin" }
#define SCOPE                                                                     \
    { "--may-submit", "may_submit", ARG_FLAG, 0, NULL, "it allows to hand in for the person" }, \
    { "--may-hold-papers", "may_hold_papers", ARG_FLAG, 0, NULL, "it allows to hold original papers" }, \
    { "--may-handle-money", "may_handle_money", ARG_FLAG, 0, NULL, "it allows to deal with money" }
#define SECOND { "--second", "second", ARG_ID, 0, "ID", "the second person, for money and papers of identity" }

ARGS(demolition_order_args) = {
    { "HOUSEHOLD", "household", ARG_HOUSEHOLD, NEEDED, NULL, "its id, or its number (QH-0001)" },
    { "--document", "document", ARG_TEXT, NEEDED, "TEXT", "the order's number" },
    { "--safety-note", "safety_note", ARG_TEXT, NEEDED, "TEXT", "the engineer's note on the neighbours" },
    { "--engineer", "engineer", ARG_TEXT, NEEDED, "TEXT", "who wrote it" },
    { "--from", "from_day", ARG_DAY, NEEDED, "DAY", "the first day; at least three days from now" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" },
    END,
};
ARGS(demolition_list_args) = {
    { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" },
    { "--after", "after", ARG_TEXT, 0, "NO", "the last number of the page before" }, END,
};
ARGS(holidays_import_args) = {
    { "FILE", "text", ARG_FILE, NEEDED, NULL, "a year's announcement (JSON); - is stdin" }, END,
};
ARGS(errand_request_args) = {
    { "KIND", "kind", ARG_TEXT, NEEDED, NULL, "as errand catalogue lists them" },
    { "--text", "text", ARG_SECRET, NEEDED, "TEXT", "what is wanted; - is stdin" },
    { "--household", "household", ARG_HOUSEHOLD, 0, "HOUSEHOLD", "for whom" },
    { "--person", "person", ARG_SECRET, 0, "TEXT", "or name and number of somebody else; - is stdin" },
    { "--authorised-until", "authorised_until", ARG_DAY, 0, "DAY", "of the written authorisation" },
    SCOPE,
    { "--community", "community", ARG_COMMUNITY, 0, "NAME", "where a person who is no household is" },
    { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" },
    END,
};
ARGS(errand_args) = { ERRAND, END };
ARGS(errand_say_args) = { ERRAND, ANSWER, END };
ARGS(errand_authorise_args) = {
    ERRAND,
    { "--until", "until", ARG_DAY, NEEDED, "DAY", "the last day of the authorisation" },
    SCOPE,
    END,
};
ARGS(errand_submit_args) = { ERRAND, SECOND, END };
ARGS(errand_take_args) = {
    ERRAND,
    { "--what", "what", ARG_SECRET, NEEDED, "TEXT", "which paper; - is stdin" },
    SECOND, END,
};
ARGS(errand_back_args) = {
    ERRAND,
    { "--original", "original", ARG_ID, NEEDED, "ID", "the paper, by its id" },
    END,
};
ARGS(errand_result_args) = {
    ERRAND,
    { "--outcome", "outcome", ARG_TEXT, NEEDED, "OUTCOME", "granted, partly or refused" },
    ANSWER, END,
};
ARGS(errand_rate_args) = {
    ERRAND,
    { "--rating", "rating", ARG_NUMBER, NEEDED, "N", "1 to 5" },
    { "--channel", "channel", ARG_TEXT, NEEDED, "CHANNEL", "online, counter, phone or paper" },
    END,
};
ARGS(errand_list_args) = {
    { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" },
    { "--community", "community", ARG_COMMUNITY, 0, "NAME", "a name, code or id" },
    { "--state", "state", ARG_TEXT, 0, "STATE", "as docs/states.md lists them" },
    { "--limit", "limit", ARG_NUMBER, 0, "N", "at most so many" },
    { "--after", "after", ARG_ID, 0, "NEXT", "go on from a list's \"next\"" },
    END,
};

#define NOTE(member, how) { "--text", member, ARG_SECRET, how, "TEXT", "what is to be known, sealed; - is stdin" }
ARGS(hardship_screen_args) = {
    { "HOUSEHOLD", "household", ARG_HOUSEHOLD, NEEDED, NULL, "its id or number" },
    { "--trigger", "trigger", ARG_TEXT, NEEDED, "TRIGGER", "resident_wish, visit, aged_alone, disability, low_income, "
      "dialysis_oxygen, pregnant, minor_alone, fee_unpaid, rent_gap or bereavement" },
    NOTE("text", 0),
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" },
    END,
};
ARGS(hardship_args) = { CASE, END };
ARGS(hardship_word_args) = {
    CASE,
    { "--document", "document", ARG_TEXT, 0, "NO", "the resident's signed form, when the team writes it down" },
    END,
};
ARGS(hardship_text_args) = { CASE, NOTE("text", NEEDED), END };
ARGS(hardship_assess_args) = {
    CASE, NOTE("text", NEEDED),
    { "--social-worker", "social_worker", ARG_ID, 0, "ID", "the member named in the case, who may then read it" },
    END,
};
ARGS(hardship_plan_args) = {
    CASE, NOTE("text", NEEDED),
    { "--statutory", "statutory", ARG_FLAG, 0, NULL, "it holds help that the law owes" },
    END,
};
ARGS(hardship_review_args) = {
    CASE, NOTE("text", 0),
    { "--stable", "stable", ARG_FLAG, 0, NULL, "no more help is needed; left out, it is" },
    END,
};
#define LOOKED(name) { "--" name, name, ARG_TEXT, NEEDED, "FIT", "fits, lacks, not_needed or not_said" }
ARGS(hardship_fit_args) = {
    CASE, LOOKED("lift"), LOOKED("bathroom"), LOOKED("school"), LOOKED("dialysis"), NOTE("text", 0), END,
};
ARGS(hardship_crisis_args) = {
    { "--household", "household", ARG_HOUSEHOLD, 0, "HOUSEHOLD", "whom it is about; opens a case" },
    { "--id", "id", ARG_ID, 0, "ID", "or the case that there is" },
    NOTE("text", NEEDED),
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" },
    END,
};
ARGS(hardship_list_args) = {
    { "--state", "state", ARG_TEXT, 0, "STATE", "only those" },
    { "--after", "after", ARG_ID, 0, "NEXT", "go on from a list's \"next\"" },
    { "--limit", "limit", ARG_NUMBER, 0, "N", "at most so many" },
    END,
};

#define DRAW { "DRAW", "draw", ARG_ID, NEEDED, NULL, "the draw's id" }
ARGS(draw_commit_args) = {
    { "--id", "id", ARG_NEW, 0, "ID", "the draw's id; left out, a new one" },
    { "--project", "project", ARG_PROJECT, 0, "ID", "left out, the only one" },
    { "--community", "community", ARG_COMMUNITY, 0, "COMMUNITY", "only its households" },
    { "--name", "name", ARG_TEXT, NEEDED, "NAME", "what it is called" },
    { "--source", "source", ARG_TEXT, NEEDED, "TEXT", "the public source of chance: which value of what, told where" },
    { "--on", "drawn_on", ARG_DAY, NEEDED, "DAY", "when the source speaks; still to come" },
    END,
};
ARGS(draw_reveal_args) = {
    DRAW,
    { "--value", "value", ARG_TEXT, NEEDED, "VALUE", "what the source said, exactly as it is published" },
    END,
};
ARGS(draw_void_args) = {
    DRAW,
    { "--reason", "reason", ARG_TEXT, NEEDED, "TEXT", "why; everybody sees it" },
    END,
};
ARGS(draw_args) = { DRAW, END };
ARGS(draw_list_args) = {
    { "--project", "project", ARG_PROJECT, 0, "ID", "left out, the only one" }, END };

ARGS(publication_outage_args) = {
    { "--since", "since", ARG_MOMENT, NEEDED, "MOMENT", "when it began (2026-11-20T10:00:00+08:00)" },
    { "--until", "until", ARG_MOMENT, NEEDED, "MOMENT", "when it was over" },
    { "--why", "why", ARG_TEXT, NEEDED, "TEXT", "what was not to be seen, and why; everybody sees it" },
    { "--project", "project", ARG_ID, 0, "ID", "left out, all projects" },
    END,
};
ARGS(publication_outages_args) = {
    { "--project", "project", ARG_ID, 0, "ID", "what counts for that project" },
    { "--before", "before", ARG_ID, 0, "ID", "go on from the last of a list" },
    END,
};

const struct verb case_verbs[] = {
    { "draw", "commit", "Bind the office to a draw of the order in which homes are chosen",
      "draw commit --name 一期 --source \"福彩双色球 2026140 期开奖号码\" --on 2026-12-10",
      "cases", "draw.commit", draw_commit_args, .next = "draw reveal ID --value VALUE (another person, on that day)", .stuck = "draw list" },
    { "draw", "reveal", "Enter the source's value; the order follows", "draw reveal DRAW --value \"03 08 14 19 22 31 + 07\"",
      "cases", "draw.reveal", draw_reveal_args, .next = "--json draw show ID | python3 docs/draw.py", .stuck = "draw show DRAW" },
    { "draw", "void", "Declare a draw void that was not revealed", "draw void DRAW --reason TEXT",
      "cases", "draw.void", draw_void_args, .next = "draw commit", .stuck = "draw show DRAW" },
    { "draw", "show", "Show all that is needed to work a draw out again", "draw show DRAW",
      "cases", "draw.show", draw_args, .stuck = "draw list" },
    { "draw", "list", "List the draws of a project", "draw list",
      "cases", "draw.list", draw_list_args, .columns = "id name households drawn_on committed_at revealed_at voided_at", .stuck = "health" },
    { "satisfaction", "list", "List the rounds in which residents are asked how satisfied they are", "satisfaction list",
      "cases", "satisfaction.list", satisfaction_list_args, .columns = "round name opened_at closes_at closed_at",
      .next = "satisfaction show ROUND (once it is over)" },
    { "satisfaction", "open", "Open a round: residents are asked by letters that lead to nobody",
      "satisfaction open 2026年第四季度 --closes 2026-12-31T18:00:00+08:00", "cases", "satisfaction.open",
      satisfaction_open_args, .next = "satisfaction tokens ROUND COMMUNITY", .stuck = "project list" },
    { "satisfaction", "tokens", "Make the tokens of a community, one a household, to be printed on letters",
      "satisfaction tokens ROUND 青禾社区 --plain > letters.txt", "cases", "satisfaction.tokens", satisfaction_tokens_args,
      .columns = "token", .next = "satisfaction answer --token - (of a letter that comes back on paper)", .stuck = "satisfaction list" },
    { "satisfaction", "answer", "Bring the answers of a letter that came back on paper, by a key that is nobody's",
      "satisfaction answer --token - --overall 5 --respect 5 --clarity 4 --fairness 4 --pressure 1 --promise 5",
      "cases", "satisfaction.answer", satisfaction_answer_args },
    { "satisfaction", "show", "Show what residents said, once the round is over", "satisfaction show ROUND",
      "cases", "satisfaction.show", satisfaction_show_args, .stuck = "satisfaction list" },
    { "callback", "list", "List who waits to be called back about what was done for him", "callback list",
      "cases", "callback.list", callback_list_args, .columns = "id no flow kind household ended_at tries tried_at",
      .next = "callback record ID --reached --said done --asked-to-withdraw no --score 5" },
    { "callback", "record", "Write down what a call-back came to",
      "callback record ID --reached --said done --asked-to-withdraw no --score 5",
      "cases", "callback.record", callback_record_args, .stuck = "callback list" },
    { "household", "search", "Find households by one word: a name, an ID number, a telephone, an address",
      "household search --name - --purpose \"the resident asked\"",
      "cases", "household.search", search_args,
      .columns = "id no community_name state since registered_area measured_area",
      .next = "household show HOUSEHOLD", .stuck = "household list", .personal = true },
    { "household", "index", "Let those be found who were registered before search was; until more is false",
      .example = "household index", .service = "cases", .command = "household.index",
      .next = "household index", .stuck = "household list" },

    { "case", "timeline", "Show what happened to a case, as a table", "case timeline QH-0001",
      "cases", "case.timeline", timeline_args, .columns = "at event from_state to_state actor reason" },
    { "case", "story", "Tell what happened to a case, in sentences", "case story QH-0001",
      .service = "cases", .command = "case.timeline", .args = timeline_args, .act = act_case_story },
    { "case", "assign", "Give a case to a member", "case assign ID --to ID",
      "cases", "case.assign", assign_args, .next = "case tasks --holder ID", .stuck = "case timeline CASE" },
    { "case", "assign-all", "Give many cases to a member, each with its result", "case assign-all ID,ID --to ID",
      "cases", "case.assign_all", assign_all_args, .columns = "id no done why", .stuck = "case tasks" },
    { "case", "return", "Give a case back to its team's queue", "case return ID --reason 需要其他组办理",
      "cases", "case.return", return_args, .stuck = "case timeline CASE" },
    { "case", "hand-over", "Give all cases of a member to another", "case hand-over --from ID --to ID --reason 调岗",
      "cases", "case.hand_over", hand_over_args, .columns = "id no done why", .stuck = "case tasks --holder ID" },
    { "case", "hand-over-list", "Write all that a member has, cases and visits to come, as CSV",
      "case hand-over-list ID > 移交清单.csv", .args = hand_over_list_args, .act = act_hand_over_list,
      .service = "cases", .next = "case hand-over --from ID --to ID --reason 调岗", .stuck = "case tasks --holder ID" },
    { "case", "tasks", "Show what is due, the next first", "case tasks --late",
      "cases", "case.tasks", tasks_args,
      .columns = "due_at late no flow state clock household holder id" },

    { "deadline", "list", "Show which periods run for a case, and by what rule", "deadline list QH-0001",
      "cases", "deadline.list", deadline_list_args,
      .columns = "name last_day due_at provisional count unit started_at paused_at pause_reason source" },
    { "demolition", "order", "Order an empty house to come down",
      "demolition order QH-0001 --document 拆字1号 --safety-note 安鉴1号 --engineer 某鉴定公司 --from 2026-12-20",
      "cases", "demolition.order", demolition_order_args, .stuck = "household show HOUSEHOLD" },
    { "demolition", "list", "List which houses come down, and by what papers", "demolition list",
      "cases", "demolition.list", demolition_list_args, .columns = "no from_day document safety_note" },
    { "publication", "outage", "Report that a notice or the page was not to be seen; publications run so much longer",
      "publication outage --since 2026-11-20T10:00:00+08:00 --until 2026-11-21T16:00:00+08:00 --why 公示栏被拆除",
      "cases", "publication.outage", publication_outage_args, .next = "publication outages", .stuck = "publication outages" },
    { "publication", "outages", "List when notices or the page were not to be seen", "publication outages",
      "cases", "publication.outages", publication_outages_args, .columns = "id project since until why source entered_at" },
    { "holidays", "import", "Take over a newly announced year; periods are counted again by themselves",
      "holidays import 2028.json", "cases", "holidays.import", holidays_import_args,
      .next = "deadline list CASE", .stuck = "holidays list" },
    { "holidays", "list", "List the holiday files that came in", "holidays list",
      "cases", "holidays.list", .columns = "version year sha256 imported_at" },
    { "deadline", "recount", "Count again what lay past the announced holidays", "deadline recount",
      .service = "cases", .command = "deadline.recount", .act = act_deadline_recount },

    { "errand", "catalogue", "List the kinds of errands, what to bring and how long they take", "errand catalogue",
      "cases", "errand.catalogue", .columns = "kind label department working_days fee documents" },
    { "errand", "request", "Ask for an errand", "errand request legal_aid --household QH-0001 --text -",
      "cases", "errand.request", errand_request_args,
      .next = "errand accept ID", .stuck = "errand catalogue" },
    { "errand", "accept", "Take an errand on; its result is promised from here", "errand accept ID",
      "cases", "errand.accept", errand_args, .next = "errand progress ID", .stuck = "errand show ERRAND" },
    { "errand", "decline", "Refuse an errand, and say why", "errand decline ID --answer -",
      "cases", "errand.decline", errand_say_args, .stuck = "errand show ERRAND" },
    { "errand", "authorise", "Take down the written authorisation (委托书)", "errand authorise ID --until 2027-06-30 --may-submit",
      "cases", "errand.authorise", errand_authorise_args, .stuck = "errand show ERRAND" },
    { "errand", "need-docs", "Ask the person for papers; its time stands still", "errand need-docs ID --answer -",
      "cases", "errand.need_docs", errand_say_args, .stuck = "errand show ERRAND" },
    { "errand", "progress", "Begin, or go on with, an errand", "errand progress ID",
      "cases", "errand.progress", errand_args, .next = "errand submit ID", .stuck = "errand show ERRAND" },
    { "errand", "original-take", "Take an original paper", "errand original-take ID --what - --second ID",
      "cases", "errand.original_take", errand_take_args, .stuck = "errand show ERRAND" },
    { "errand", "original-return", "Give an original paper back", "errand original-return ID --original ID",
      "cases", "errand.original_return", errand_back_args, .stuck = "errand show ERRAND" },
    { "errand", "submit", "Hand it in at the department", "errand submit ID --second ID",
      "cases", "errand.submit", errand_submit_args, .next = "errand result ID", .stuck = "errand show ERRAND" },
    { "errand", "result", "Take down the department's result", "errand result ID --outcome granted --answer -",
      "cases", "errand.result", errand_result_args, .next = "errand deliver ID", .stuck = "errand show ERRAND" },
    { "errand", "deliver", "The result has reached the person", "errand deliver ID",
      "cases", "errand.deliver", errand_args, .next = "errand rate ID", .stuck = "errand show ERRAND" },
    { "errand", "rate", "The person says how it was", "errand rate ID --rating 5 --channel online",
      "cases", "errand.rate", errand_rate_args, .stuck = "errand show ERRAND" },
    { "errand", "cancel", "The person takes it back", "errand cancel ID",
      "cases", "errand.cancel", errand_args, .stuck = "errand show ERRAND" },
    { "errand", "fail", "It could not be done: say why", "errand fail ID --answer -",
      "cases", "errand.fail", errand_say_args, .stuck = "errand show ERRAND" },
    { "errand", "show", "Show an errand and what may happen next", "errand show ID --purpose \"the resident asked\"",
      "cases", "errand.show", errand_args, .stuck = "errand list", .personal = true },
    { "errand", "list", "List errands, without personal data", "errand list --state requested",
      "cases", "errand.list", errand_list_args,
      .columns = "id no kind state opened_at promised_at household holder" },

    { "hardship", "screen", "Note that a household may need help", "hardship screen QH-0001 --trigger aged_alone",
      "cases", "hardship.screen", hardship_screen_args, .stuck = "hardship show ID" },
    { "hardship", "consent", "Consent to help, as the resident or by its signed form", "hardship consent ID",
      "cases", "hardship.consent", hardship_word_args, .stuck = "hardship show ID" },
    { "hardship", "decline", "Want no help, as the resident or by its signed form", "hardship decline ID",
      "cases", "hardship.decline", hardship_word_args, .stuck = "hardship show ID" },
    { "hardship", "revoke", "Take the consent back, as the resident or by its signed form", "hardship revoke ID",
      "cases", "hardship.revoke", hardship_word_args, .stuck = "hardship show ID" },
    { "hardship", "assess", "Write down what is needed", "hardship assess ID --text -",
      "cases", "hardship.assess", hardship_assess_args, .stuck = "hardship show ID" },
    { "hardship", "plan", "Plan the help", "hardship plan ID --text - --statutory",
      "cases", "hardship.plan", hardship_plan_args, .stuck = "hardship show ID" },
    { "hardship", "activate", "Start the planned help, as a lead", "hardship activate ID",
      "cases", "hardship.activate", hardship_args, .stuck = "hardship show ID" },
    { "hardship", "fit", "Say whether a dwelling fits the need", "hardship fit ID --lift fits --bathroom fits --school not_needed --dialysis fits",
      "cases", "hardship.fit", hardship_fit_args, .stuck = "hardship show ID" },
    { "hardship", "review", "Review the help", "hardship review ID --stable",
      "cases", "hardship.review", hardship_review_args, .stuck = "hardship show ID" },
    { "hardship", "crisis", "Call for help at once", "hardship crisis --household QH-0001 --text -",
      "cases", "hardship.crisis", hardship_crisis_args, .stuck = "hardship show ID" },
    { "hardship", "settle", "End a crisis", "hardship settle ID",
      "cases", "hardship.settle", hardship_args, .stuck = "hardship show ID" },
    { "hardship", "refer", "Refer a case to another authority", "hardship refer ID --text -",
      "cases", "hardship.refer", hardship_text_args, .stuck = "hardship show ID" },
    { "hardship", "close", "Close a case: the resident confirms, then a lead", "hardship close ID",
      "cases", "hardship.close", hardship_word_args, .stuck = "hardship show ID" },
    { "hardship", "show", "Show a hardship case; that you looked is shown to the resident",
      "hardship show ID --purpose \"a visit is due\"",
      "cases", "hardship.show", hardship_args, .stuck = "hardship list", .personal = true },
    { "hardship", "list", "List the hardship cases that are yours to see", "hardship list --state review_due",
      "cases", "hardship.list", hardship_list_args, .columns = "no state state_since household holder id" },
    { "hardship", "accesses", "Show who looked at one's case, when and why", "hardship accesses ID",
      "cases", "hardship.accesses", hardship_args, .columns = "at actor roles purpose" },
    { 0 },
};
/* clang-format on */
