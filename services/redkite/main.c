/* redkite — the operator's command line: a client of the bus like any other.
 *
 * The table is the program: a verb is a row, its arguments are the members of
 * the command's body.  Only the rows that name a function do more than ask and
 * print. */
#include "common/service/socket.h"

#include "services/redkite/help.h"
#include "services/redkite/print.h"
#include "services/redkite/settings.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* clang-format off */

/* ---------------------------------------------------------------- arguments */

#define ARGS(name) static const struct arg name[]

/* what many verbs take */
#define PROJECT   { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }
#define HOUSEHOLD { "HOUSEHOLD", "household", ARG_HOUSEHOLD, NEEDED, NULL, "its id, or its number (QH-0001)" }
#define WHERE     { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" }
#define NEW_ID    { "--id", "id", ARG_NEW, 0, "ID", "its id; without it, a new one" }
#define DRY_RUN   { "--dry-run", NULL, ARG_FLAG, 0, NULL, "try everything, change nothing" }
#define FORCE     { "--force", NULL, ARG_FLAG, 0, NULL, "do not ask for its name to be typed" }
#define STUCK     { "ID", NULL, ARG_TEXT, NEEDED, NULL, "READER/SOURCE/SUBJECT, as stuck list prints it" }
#define END       { 0 }

ARGS(import_args) = {
    { "FILE", NULL, ARG_TEXT, NEEDED | MANY, NULL, "sheets (XLSX, or CSV of any encoding); - is stdin" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" },
    DRY_RUN,
    { "--sheet", NULL, ARG_TEXT, 0, "NAME", "of a workbook; without it, the first that is shown" },
    { "--report", NULL, ARG_TEXT, 0, "FILE", "write each line with its verdict there (.csv, .xlsx), to correct and import again" },
    END,
};
ARGS(attach_add_args) = {
    { "FILE", NULL, ARG_TEXT, NEEDED, NULL, "a .jpg, .png, .webp or .pdf of 10 MiB at most" },
    { "--household", "household", ARG_HOUSEHOLD, 0, "HOUSEHOLD", "whose it is: its id, or its number" },
    { "--case", "matter", ARG_ID, 0, "ID", "or the case that it belongs to" },
    { "--kind", "kind", ARG_TEXT, NEEDED, "KIND", "photo, id_card, title_paper, agreement or other" },
    WHERE, NEW_ID, END,
};
ARGS(attach_list_args) = {
    { "--household", "household", ARG_HOUSEHOLD, 0, "HOUSEHOLD", "whose: its id, or its number" },
    { "--case", "matter", ARG_ID, 0, "ID", "or of which case" },
    { "--after", "after", ARG_ID, 0, "NEXT", "go on from a list's \"next\"" },
    WHERE, END,
};
ARGS(attach_get_args) = {
    { "ATTACHMENT", NULL, ARG_ID, NEEDED, NULL, "its id" },
    { "--into", NULL, ARG_TEXT, NEEDED, "FILE", "a file that is not there yet" },
    END,
};
ARGS(survey_duplicates_args) = {
    PROJECT,
    { "--across", "across", ARG_FLAG, 0, NULL, "only pairs of two communities" },
    { "--limit", "limit", ARG_NUMBER, 0, "N", "at most so many" },
    { "--after", "after_no", ARG_TEXT, 0, "NO", "go on from a list's \"next_no\" ..." },
    { "--after-other", "after_other", ARG_TEXT, 0, "NO", "... and its \"next_other\"" },
    END,
};
ARGS(survey_alike_args) = {
    { "COMMUNITY", "community", ARG_COMMUNITY, NEEDED, NULL, "a name, code or id" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the community's name is from" },
    { "--limit", "limit", ARG_NUMBER, 0, "N", "at most so many" },
    { "--after", "after_no", ARG_TEXT, 0, "NO", "go on from a list's \"next_no\" ..." },
    { "--after-other", "after_other", ARG_TEXT, 0, "NO", "... and its \"next_other\"" },
    { "--export", "export", ARG_ID, 0, "ID", "by this export: more than fifty households a day" },
    END,
};
ARGS(project_open_args) = {
    { "NAME", "name", ARG_TEXT, NEEDED, NULL, "what it is called" },
    { "--track", "track", ARG_TEXT, NEEDED, "TRACK", "state_land, collective_land, agreed or public_housing" },
    { "--district", "district_code", ARG_TEXT, NEEDED, "CODE", "the district's code (GB/T 2260)" },
    { "--published", "plan_published_on", ARG_DAY, NEEDED, "DAY", "when the plan was published" },
    NEW_ID, END,
};
ARGS(project_condition_args) = {
    PROJECT,
    { "--percent", "percent", ARG_NUMBER, NEEDED, "N", "of the households: 1 to 100" },
    { "--until", "until", ARG_DAY, NEEDED, "DAY", "the last day of signing" },
    { "--document", "document", ARG_TEXT, NEEDED, "TEXT", "the plan that says so" },
    END,
};
ARGS(project_document_args) = {
    PROJECT,
    { "--kind", "kind", ARG_TEXT, NEEDED, "KIND", "purpose, freeze, pre_notice, resolution, lessor, risk, plan, decision, approval or land_notice; the track says which" },
    { "--number", "number", ARG_TEXT, NEEDED, "TEXT", "the document's number" },
    { "--day", "day", ARG_DAY, NEEDED, "DAY", "its date" },
    END,
};
ARGS(project_args) = { PROJECT, END };
ARGS(community_add_args) = {
    { "NAME", "name", ARG_TEXT, NEEDED, NULL, "as it stands in the sheets" },
    { "--code", "code", ARG_TEXT, NEEDED, "CODE", "what its household numbers begin with" },
    { "--position", "position", ARG_NUMBER, NEEDED, "N", "its place in lists" },
    PROJECT, NEW_ID, END,
};
ARGS(household_list_args) = {
    PROJECT,
    { "--community", "community", ARG_COMMUNITY, 0, "NAME", "a name, code or id" },
    { "--state", "state", ARG_TEXT, 0, "STATE", "registered, considering, effective ... (docs/states.md)" },
    { "--limit", "limit", ARG_NUMBER, 0, "N", "at most so many" },
    { "--after", "after", ARG_TEXT, 0, "NEXT", "go on from a list's \"next\"" },
    { "--export", "export", ARG_ID, 0, "ID", "by this export: more than fifty at once, without their states" },
    END,
};
ARGS(household_show_args) = {
    { "HOUSEHOLD", "id", ARG_HOUSEHOLD, NEEDED, NULL, "its id, or its number (QH-0001)" },
    WHERE, END,
};
ARGS(offer_make_args) = {
    HOUSEHOLD,
    { "--pack", "pack", ARG_ID, 0, "ID", "the rules to count by; else the newest" },
    WHERE, END,
};
ARGS(offer_release_args) = {
    { "STATEMENT", "statement", ARG_ID, NEEDED, NULL, "made by somebody else" }, END,
};
ARGS(household_record_args) = {
    { "EVENT", "event", ARG_TEXT, NEEDED, NULL, "survey_post, serve, move ... (docs/states.md)" },
    { "--households", "households", ARG_IDS, NEEDED, "IDS", "one, or up to a hundred by commas" },
    { "--day", "day", ARG_DAY, 0, "DAY", "when it was, by the paper; today without it" },
    { "--document", "document", ARG_TEXT, 0, "NO", "the paper's number" },
    { "--evidence", "evidence", ARG_TEXT, 0, "NO", "what lies with it" },
    { "--served-mode", "served_mode", ARG_TEXT, 0, "MODE", "in_person, registered_mail, left_with_witness, notary or announcement" },
    { "--served-to", "served_to", ARG_SECRET, 0, "NAME", "who took it; - reads it from stdin" },
    { "--reason", "reason", ARG_SECRET, 0, "TEXT", "why; - reads it from stdin" },
    { "--organ", "organ", ARG_TEXT, 0, "NAME", "of a decision: where to ask for reconsideration" },
    { "--court", "court", ARG_TEXT, 0, "NAME", "where to sue" },
    { "--legal-aid-phone", "legal_aid_phone", ARG_TEXT, 0, "NO", "who helps with it" },
    { "--choice", "choice", ARG_TEXT, 0, "CHOICE", "of a decision: money or swap" },
    { "--panel", "panel", ARG_NUMBER, 0, "N", "the experts of the committee" },
    { "--panel-appraisers", "panel_appraisers", ARG_NUMBER, 0, "N", "the appraisers among them" },
    { "--account", "account", ARG_TEXT, 0, "NO", "to the court: of the special deposit" },
    { "--housing", "housing", ARG_TEXT, 0, "TEXT", "to the court: place and area of the house" },
    END,
};
ARGS(owner_list_args) = { HOUSEHOLD, WHERE, END };
ARGS(owner_set_args) = {
    { "FILE", NULL, ARG_BODY, NEEDED, NULL, "household, document and owners as JSON; - is stdin" },
    END,
};
ARGS(owner_account_args) = {
    { "FILE", NULL, ARG_BODY, NEEDED, NULL, "household, owner, number, how and document as JSON; - is stdin" },
    END,
};
ARGS(owner_split_args) = {
    { "FILE", NULL, ARG_BODY, NEEDED, NULL, "household, document, who signed (owners), and parts as JSON; - is stdin" },
    END,
};
ARGS(household_quiet_args) = {
    HOUSEHOLD,
    { "--until", "until", ARG_DAY, NEEDED, "DAY", "the last quiet day" },
    { "--scope", "scope", ARG_TEXT, NEEDED, "SCOPE", "signing, service or all" },
    WHERE, END,
};
ARGS(statement_verify_args) = {
    { "FILE", NULL, ARG_TEXT, NEEDED, NULL, "a saved statement; - is stdin" }, END,
};
ARGS(statement_show_args) = {
    { "STATEMENT", "id", ARG_ID, NEEDED, NULL, "its id" }, END,
};
ARGS(agreement_sign_args) = {
    HOUSEHOLD,
    { "--statement", "statement", ARG_ID, NEEDED, "ID", "the statement on offer" },
    { "--place", "place", ARG_TEXT, NEEDED, "PLACE", "home_by_invitation, community_window, notary or counter" },
    { "--choice", "choice", ARG_TEXT, NEEDED, "CHOICE", "money or swap" },
    { "--signers", "signers", ARG_IDS, NEEDED, "IDS", "the office's witnesses, by commas" },
    { "--pay-by", "pay_by", ARG_DAY, 0, "DAY", "agreed for the payment; else 30 days from the effect" },
    WHERE, END,
};
ARGS(agreement_withdraw_args) = {
    { "AGREEMENT", "agreement", ARG_ID, NEEDED, NULL, "its id" },
    { "--channel", "channel", ARG_TEXT, NEEDED, "CHANNEL", "counter, phone, paper or online" },
    END,
};
ARGS(agreement_show_args) = {
    { "AGREEMENT", "id", ARG_ID, 0, NULL, "its id" },
    { "--household", "household", ARG_HOUSEHOLD, 0, "HOUSEHOLD", "or whose it is" },
    WHERE, END,
};
ARGS(member_add_args) = {
    { "NAME", "name", ARG_SECRET, NEEDED, NULL, "the name; - reads it from stdin" },
    { "--badge", "badge", ARG_TEXT, NEEDED, "BADGE", "the number on the badge" },
    { "--gender", "gender", ARG_TEXT, NEEDED, "GENDER", "female or male" },
    { "--teams", "teams", ARG_TEXT, NEEDED, "ROLES", "t1_explainer, t2_signing ... by commas" },
    { "--community", "community", ARG_COMMUNITY, 0, "NAME", "where the member lives or has family" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the community's name is from" },
    { "--flags", "flags", ARG_TEXT, 0, "FLAGS", "police, court, developer ... by commas" },
    NEW_ID, END,
};
ARGS(squad_add_args) = {
    { "NAME", "name", ARG_TEXT, NEEDED, NULL, "what it is called" },
    { "--purpose-of", "purpose", ARG_TEXT, NEEDED, "TEXT", "what it is for" },
    { "--members", "members", ARG_IDS, NEEDED, "IDS", "by commas" },
    { "--from", "from", ARG_DAY, NEEDED, "DAY", "its first day" },
    { "--until", "until", ARG_DAY, NEEDED, "DAY", "its last day, within 90 days" },
    NEW_ID, END,
};
ARGS(visit_book_args) = {
    HOUSEHOLD,
    { "--start", "start", ARG_MOMENT, NEEDED, "MOMENT", "2026-11-24T10:00:00+08:00" },
    { "--minutes", "minutes", ARG_NUMBER, NEEDED, "N", "60 at most" },
    { "--topic", "topic", ARG_TEXT, NEEDED, "TOPIC", "signing, survey, service or statutory" },
    { "--visitors", "visitors", ARG_IDS, 0, "IDS", "two or three members, by commas" },
    { "--squad", "squad", ARG_ID, 0, "ID", "or a squad" },
    { "--asked-by-resident", "asked_by_resident", ARG_FLAG, 0, NULL, "the household asked for it" },
    WHERE, NEW_ID, END,
};
ARGS(visit_move_args) = {
    { "VISIT", "visit", ARG_ID, NEEDED, NULL, "its id" },
    { "--start", "start", ARG_MOMENT, NEEDED, "MOMENT", "2026-11-24T10:00:00+08:00" },
    { "--minutes", "minutes", ARG_NUMBER, 0, "N", "60 at most" },
    END,
};
ARGS(visit_cancel_args) = {
    { "VISIT", "visit", ARG_ID, NEEDED, NULL, "its id" },
    { "--by", "by", ARG_TEXT, NEEDED, "SIDE", "resident or office" },
    END,
};
ARGS(visit_log_args) = {
    { "VISIT", "visit", ARG_ID, NEEDED, NULL, "its id" },
    { "--started", "started", ARG_MOMENT, NEEDED, "MOMENT", "when it began" },
    { "--ended", "ended", ARG_MOMENT, NEEDED, "MOMENT", "when it ended" },
    { "--outcome", "outcome", ARG_TEXT, NEEDED, "OUTCOME", "met, not_home, not_now or refused" },
    { "--left", "left", ARG_TEXT, 0, "TEXT", "papers that were left there" },
    { "--promise", "promise", ARG_SECRET, 0, "TEXT", "what was promised; - is stdin" },
    { "--resident-remark", "resident_remark", ARG_SECRET, 0, "TEXT", "in the resident's words; - is stdin" },
    END,
};
ARGS(visit_list_args) = {
    { "--household", "household", ARG_HOUSEHOLD, 0, "HOUSEHOLD", "its id, or its number" },
    { "--member", "member", ARG_ID, 0, "ID", "who visits" },
    { "--from", "from", ARG_DAY, 0, "DAY", "the first day" },
    { "--to", "to", ARG_DAY, 0, "DAY", "the last day" },
    WHERE, END,
};
ARGS(progress_args) = {
    { "--project", "project", ARG_ID, 0, "ID", "this project only" },
    { "--csv", NULL, ARG_FLAG, 0, NULL, "lines for a spreadsheet" },
    END,
};
ARGS(health_args) = {
    { "SERVICE", NULL, ARG_TEXT, MANY, NULL, "cases, scheduling, notifications, reporting; all without" },
    END,
};
ARGS(top_args) = {
    { "--once", NULL, ARG_FLAG, 0, NULL, "one picture, of one second, and end" },
    END,
};
ARGS(migrate_args) = {
    { "--status", NULL, ARG_FLAG, 0, NULL, "only tell what is applied and what is pending" },
    DRY_RUN, END,
};
ARGS(events_args) = {
    { "SERVICE", NULL, ARG_TEXT, 0, NULL, "one service; all without" },
    { "--from", NULL, ARG_TEXT, 0, "SEQ", "the first number to tell; without it, from now on" },
    { "--topic", NULL, ARG_TEXT, 0, "TOPIC", "only topics that begin so" },
    { "--once", NULL, ARG_FLAG, 0, NULL, "tell what there is and end" },
    END,
};
ARGS(peek_args) = {
    { "SERVICE", NULL, ARG_TEXT, NEEDED, NULL, "cases, scheduling, notifications or reporting" },
    { "--after", NULL, ARG_TEXT, 0, "SEQ", "what comes after this number; without it, from the first" },
    { "--limit", NULL, ARG_TEXT, 0, "N", "at most so many (20)" },
    END,
};
ARGS(replay_args) = {
    { "SERVICE", NULL, ARG_TEXT, NEEDED, NULL, "one that can be rebuilt: reporting" },
    FORCE, END,
};
ARGS(lag_args) = {
    { "SERVICE", NULL, ARG_TEXT, 0, NULL, "one reader; all without" },
    { "--behind", NULL, ARG_TEXT, 0, "N", "fine up to so many events (10000)" },
    { "--seconds", NULL, ARG_TEXT, 0, "N", "fine up to so old (60)" },
    END,
};
ARGS(audit_verify_args) = {
    { "--head", NULL, ARG_TEXT, MANY, "NO:HASH", "a head that was noted, as audit head shows it" }, END };
ARGS(stuck_list_args) = {
    { "SERVICE", NULL, ARG_TEXT, 0, NULL, "one reader; all without" }, END,
};
ARGS(stuck_args) = { STUCK, END };
ARGS(stuck_drop_args) = { STUCK, FORCE, END };
ARGS(ask_args) = {
    { "SERVICE", NULL, ARG_TEXT, NEEDED, NULL, "cases, scheduling, notifications or reporting" },
    { "COMMAND", NULL, ARG_TEXT, NEEDED, NULL, "as service.describe lists them" },
    { "BODY", NULL, ARG_TEXT, 0, NULL, "JSON; - is stdin; {} without" },
    END,
};
ARGS(keys_make_args) = {
    { "NAME", NULL, ARG_TEXT, NEEDED, NULL, "the name of its files" },
    { "--kind", NULL, ARG_TEXT, NEEDED, "KIND", "service, front, member or system" },
    { "--into", NULL, ARG_TEXT, NEEDED, "FOLDER", "where secret/NAME and public/NAME are made" },
    { "--for", NULL, ARG_ID, 0, "ID", "whom it speaks for; a member's key speaks for one" },
    { "--may-be", NULL, ARG_TEXT, 0, "ROLES", "what that one may be, by commas" },
    { "--commands", NULL, ARG_TEXT, 0, "NAMES", "what it may ask, by blanks, in place of what its kind may" },
    END,
};
ARGS(keys_list_args) = {
    { "FOLDER", NULL, ARG_TEXT, 0, NULL, "of public keys; without it, REDKITE_KEYS" },
    END,
};
ARGS(help_args) = {
    { "NOUN", NULL, ARG_TEXT, 0, NULL, "of this noun only" },
    { "--man", NULL, ARG_FLAG, 0, NULL, "the man page" },
    END,
};

/* -------------------------------------------------------------------- verbs */

const struct verb verbs[] = {
    { "import", "survey", "Take home survey sheets into the register",
      "import survey 01-*.csv --report report.csv",
      .args = import_args, .act = act_import, .service = "cases" },

    { "survey", "duplicates", "List pairs of households with one ID number, telephone, address or rare name",
      "survey duplicates --across", "cases", "survey.duplicates", survey_duplicates_args,
      .columns = "no community other_no other_community same",
      .next = "household show HOUSEHOLD", .stuck = "household list" },

    { "survey", "alike", "List pairs of households whose names are the same or one character apart",
      "survey alike 青禾社区 --purpose \"the register is checked\"", "cases", "survey.alike", survey_alike_args,
      .columns = "no community other_no other_community same",
      .next = "household show HOUSEHOLD", .stuck = "survey duplicates", .personal = true },

    { "attach", "add", "Attach a photo or a paper to a household or a case",
      "attach add title.jpg --household QH-0001 --kind title_paper",
      .args = attach_add_args, .act = act_attach_add, .service = "cases",
      .stuck = "household list" },
    { "attach", "list", "List the attachments of a household or a case",
      "attach list --household QH-0001", "cases", "attachment.list", attach_list_args,
      .columns = "id kind media size added_at added_by", .stuck = "household list" },
    { "attach", "get", "Get an attachment into a file",
      "attach get ID --into title.jpg --purpose \"the resident asked\"",
      .args = attach_get_args, .act = act_attach_get, .service = "cases",
      .stuck = "attach list --household HOUSEHOLD", .personal = true },

    { "project", "open", "Open a project",
      "project open 青禾片区 --track state_land --district 370214 --published 2026-09-01",
      "cases", "project.open", project_open_args, .next = "community add NAME --code QH --position 1" },
    { "project", "condition", "Let agreements take effect only when enough have signed",
      "project condition --percent 80 --until 2026-12-31 --document 征补〔2026〕3号",
      "cases", "project.condition", project_condition_args, .next = "project condition-show", .stuck = "project list" },
    { "project", "condition-show", "Show the condition, and the share in steps of five percent", "project condition-show",
      "cases", "project.condition_show", project_args, .stuck = "project list" },
    { "project", "document", "Record a document that the project rests on",
      "project document --kind decision --number 青征决〔2026〕1号 --day 2026-10-08",
      "cases", "project.document", project_document_args, .next = "project documents", .stuck = "project list" },
    { "project", "documents", "List the documents that the project rests on, with their numbers and dates", "project documents",
      "cases", "project.documents", project_args, .columns = "kind number day counts", .stuck = "project list" },
    { "project", "list", "List the projects", "project list",
      "cases", "project.list", .columns = "id name track plan_published_on" },
    { "community", "add", "Add a community to a project",
      "community add 青禾社区 --code QH --position 1",
      "cases", "community.add", community_add_args, .next = "import survey FILE" },
    { "community", "list", "List the communities of a project", "community list",
      "cases", "community.list", project_args, .columns = "id code name position households" },

    { "household", "list", "List households, without personal data",
      "household list --community 青禾社区 --state registered",
      "cases", "household.list", household_list_args,
      .columns = "id no community_name state since registered_area measured_area" },
    { "household", "show", "Show a household and what may happen next",
      "household show QH-0001 --purpose \"the resident asked\"",
      "cases", "household.show", household_show_args, .stuck = "household list", .personal = true },
    { "household", "offer-make", "Count what a household is owed",
      "household offer-make QH-0001",
      "cases", "household.offer_make", offer_make_args,
      .next = "household offer-release STATEMENT (another person)", .stuck = "household show HOUSEHOLD" },
    { "household", "offer-release", "Put a statement on offer", "household offer-release ID",
      "cases", "household.offer_release", offer_release_args,
      .next = "agreement sign HOUSEHOLD", .stuck = "statement show STATEMENT" },
    { "household", "record", "Write a paper down; the household moves by it",
      "household record survey_post --households ID,ID --day 2026-10-09 --document NO",
      "cases", "household.record", household_record_args, .stuck = "household show HOUSEHOLD" },
    { "owner", "set", "Set the owners of a house, before anybody signs", "owner set owners.json",
      "cases", "owner.set", owner_set_args },
    { "owner", "list", "Show the owners of a house", "owner list QH-0001 --purpose \"signing\"",
      "cases", "owner.list", owner_list_args, .personal = true },
    { "owner", "account", "Name the account that an owner's part is paid to", "owner account account.json",
      "cases", "owner.account", owner_account_args },
    { "owner", "split", "Pay each owner of a house on an account of his own", "owner split split.json",
      "cases", "owner.split", owner_split_args },
    { "household", "quiet", "Keep a household undisturbed",
      "household quiet QH-0001 --until 2026-12-31 --scope all",
      "scheduling", "household.quiet", household_quiet_args, .stuck = "household list" },
    { "statement", "show", "Show a statement line by line",
      "statement show ID --purpose \"the resident asked\"",
      "cases", "statement.show", statement_show_args, .stuck = "household list", .personal = true },
    { "statement", "verify", "Work a saved statement out again, from its file alone",
      "statement verify statement.json", .args = statement_verify_args, .act = act_statement_verify },

    { "agreement", "sign", "Record a signature",
      "agreement sign QH-0001 --statement ID --place counter --choice money --signers ID,ID",
      "cases", "agreement.sign", agreement_sign_args,
      .next = "agreement show --household HOUSEHOLD", .stuck = "household show HOUSEHOLD" },
    { "agreement", "withdraw", "Take a signature back, without cost",
      "agreement withdraw ID --channel phone",
      "cases", "agreement.withdraw", agreement_withdraw_args, .stuck = "agreement show AGREEMENT" },
    { "agreement", "show", "Show an agreement",
      "agreement show --household QH-0001 --purpose \"the resident asked\"",
      "cases", "agreement.show", agreement_show_args, .stuck = "household show HOUSEHOLD", .personal = true },

    { "member", "add", "Add a member of the teams",
      "member add - --badge 0042 --gender female --teams t2_signing",
      "scheduling", "member.add", member_add_args, .next = "squad add NAME", .stuck = "member list" },
    { "member", "list", "List the members", "member list",
      "scheduling", "member.list", .columns = "id badge name gender teams flags active" },
    { "squad", "add", "Put a mixed squad together",
      "squad add 一队 --purpose-of 入户走访 --members ID,ID --from 2026-12-01 --until 2027-02-01",
      "scheduling", "squad.add", squad_add_args, .next = "visit book HOUSEHOLD --squad ID", .stuck = "squad list" },
    { "squad", "list", "List the squads", "squad list",
      "scheduling", "squad.list", .columns = "id name from until members" },

    { "visit", "book", "Book a visit that was agreed with the household",
      "visit book QH-0001 --start 2026-11-24T10:00:00+08:00 --minutes 30 --topic service --visitors ID,ID",
      "scheduling", "visit.book", visit_book_args,
      .next = "visit list --household HOUSEHOLD", .stuck = "visit list --household HOUSEHOLD" },
    { "visit", "move", "Move a visit", "visit move ID --start 2026-11-25T10:00:00+08:00",
      "scheduling", "visit.move", visit_move_args, .stuck = "visit list" },
    { "visit", "cancel", "Cancel a visit", "visit cancel ID --by resident",
      "scheduling", "visit.cancel", visit_cancel_args, .stuck = "visit list" },
    { "visit", "log", "Record how a visit went",
      "visit log ID --started 2026-11-24T10:00:00+08:00 --ended 2026-11-24T10:25:00+08:00 --outcome met",
      "scheduling", "visit.log", visit_log_args, .stuck = "visit list" },
    { "visit", "list", "List visits", "visit list --household QH-0001",
      "scheduling", "visit.list", visit_list_args,
      .columns = "visit household start end topic state outcome visitors" },

    { "progress", NULL, "Show how far the communities are", "progress",
      "reporting", "progress.show", progress_args, .act = act_progress },
    { "events", "tail", "Tell what happens, as it happens", "events tail cases --from 1 --topic household.",
      .args = events_args, .act = act_events },
    { "stream", "renew", "Make all readers of events start over", "stream renew",
      .act = act_stream_renew, .columns = "service epoch seq" },
    { "events", "peek", "Look at stored events", "events peek cases --after 100 --limit 5",
      .args = peek_args, .act = act_events_peek },
    { "events", "replay", "Make a reader's tables again from the events", "events replay reporting",
      .args = replay_args, .act = act_events_replay, .stuck = "health" },
    { "lag", NULL, "Show how far behind each reader is", "lag",
      .args = lag_args, .act = act_lag, .columns = "reader source behind seconds stuck" },
    { "audit", "head", "Show the last link of the audit's chain, to be noted", "audit head",
      "cases", "audit.head" },
    { "audit", "verify", "See that no row of the audit was changed, removed or slipped in", "audit verify",
      .args = audit_verify_args, .act = act_audit_verify, .stuck = "health" },
    { "stuck", "list", "List what readers could not apply", "stuck list",
      .args = stuck_list_args, .act = act_stuck_list, .columns = "id topic waiting attempts since cause" },
    { "stuck", "show", "Show the events of one subject that wait", "stuck show reporting/cases/SUBJECT",
      .args = stuck_args, .act = act_stuck_show, .columns = "seq at topic attempts due call cause",
      .stuck = "stuck list" },
    { "stuck", "retry", "Apply them now, in their order", "stuck retry reporting/cases/SUBJECT",
      .args = stuck_args, .act = act_stuck_retry, .stuck = "stuck list" },
    { "stuck", "drop", "Give up the first of them, for ever", "stuck drop reporting/cases/SUBJECT",
      .args = stuck_drop_args, .act = act_stuck_drop, .stuck = "stuck list" },
    { "ask", NULL, "Ask a service any command", "ask cases service.describe '{}'",
      .args = ask_args, .act = act_ask },
    { "docs", "bus", "Print the contract of the bus (AsyncAPI), as the services tell it",
      "docs bus", .act = act_docs_bus, .stuck = "health" },
    { "docs", "states", "Print what each kind of case may become, as diagrams and tables",
      "docs states", .act = act_docs_states, .stuck = "health" },

    { "health", NULL, "Ask the services whether they are ready", "health cases",
      .args = health_args, .act = act_health },
    { "top", NULL, "Show what the services do now, as a live table", "top",
      .args = top_args, .act = act_top },
    { "migrate", NULL, "Bring the database's schema up to date", "migrate --dry-run",
      .args = migrate_args, .act = act_migrate },
    { "keys", "make", "Make a key: a secret half to keep, a public half to hand in",
      "keys make wang --kind member --for ID --may-be t2_signing,t3_front --into my-keys",
      .args = keys_make_args, .act = act_keys_make },
    { "keys", "list", "Show what each key of a folder may say", "keys list",
      .args = keys_list_args, .act = act_keys_list,
      .columns = "name kind actor roles commands admitted why" },
    { "config", "check", "Check every setting", "config check", .act = act_config_check },
    { "config", "show", "Show every setting, its value and meaning", "config show",
      .act = act_config_show, .columns = "name value default read_by meaning" },
    { "help", NULL, "This text", "help visit", .args = help_args, .act = act_help },
    { 0 },
};
/* clang-format on */

static const struct verb *const tables[] = {
    verbs,      case_verbs,  problem_verbs, grievance_verbs, message_verbs,
    pack_verbs, money_verbs, stock_verbs,   export_verbs,    NULL
};

const struct verb *verb_after(const struct verb *verb)
{
    if (!verb)
        return tables[0];
    for (size_t i = 0; tables[i]; i++)
        for (const struct verb *v = tables[i]; v->noun; v++)
            if (v == verb)
                return v[1].noun ? v + 1 : tables[i + 1];
    return NULL;
}

/* --------------------------------------------------------- asking a command */

static enum status ask_and_print(struct run *run)
{
    const struct verb *verb = run->verb;
    const char *body = args_body(run);

    if (!body)
        return FAILED;
    struct answer answer = ask(run, verb->service, verb->command, body);
    if (answer.code)
        return say_problem(run, verb->command, answer);
    print_answer(run, answer.body);
    if (verb->next)
        say("next: redkite %s", verb->next);
    return DONE;
}

enum status act_help(struct run *run)
{
    const char *noun = given(run, "NOUN");

    if (given(run, "--man"))
        help_man();
    else if (run->output == FOR_JSON)
        help_json();
    else if (noun && !is_noun(noun))
        return say_unknown(noun, NULL);
    else
        help_print(noun);
    return DONE;
}

static enum status do_verb(struct run *run)
{
    if (run->help) {
        help_verb(run->verb);
        return DONE;
    }
    return run->verb->act ? run->verb->act(run) : ask_and_print(run);
}

/* --------------------------------------------------------------------- main */

/* Colours only for a terminal that wants them (no-color.org). */
static bool wants_color(void)
{
    const char *term = getenv("TERM");
    const char *no = getenv("NO_COLOR");

    return isatty(STDOUT_FILENO) && !(no && *no)
           && !(term && strcmp(term, "dumb") == 0);
}

int main(int argc, char **argv)
{
    struct run run = { .arena = arena_new(), .color = wants_color() };

    socket_begin();
    if (sodium_init() < 0) {
        say("no source of random numbers");
        return FAILED;
    }
    enum status status = args_read(&run, argc, argv);
    if (status == DONE && run.verb)
        status = settings_known() ? do_verb(&run) : USAGE;
    if (fflush(stdout) != 0 && status == DONE)
        status = FAILED;
    arena_destroy(&run.arena);
    return (int)status;
}
