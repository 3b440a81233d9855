/* The verbs of problems and joint meetings.  What may name somebody can be read
 * from stdin; minutes come as a file. */
#include "services/redkite/cli.h"

/* clang-format off */
#define ARGS(name) static const struct arg name[]
#define PROJECT { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }
#define PROBLEM { "PROBLEM", "id", ARG_ID, NEEDED, NULL, "its id" }
#define MEETING { "MEETING", "meeting", ARG_ID, NEEDED, NULL, "its id" }
#define ITEM    { "PROBLEM", "problem", ARG_ID, NEEDED, NULL, "of its agenda" }
#define ACTION  { "ACTION", "action", ARG_ID, NEEDED, NULL, "its id, as meeting show prints it" }
#define CHANNEL { "--channel", "channel", ARG_TEXT, NEEDED, "CHANNEL", "online (only by whom it concerns), counter, phone or paper" }
#define DEPARTMENTS(how) { "--departments", "departments", ARG_TEXT, how, "CODES", "whom it concerns: housing,finance,police ... by commas" }
#define LIMIT   { "--limit", "limit", ARG_NUMBER, 0, "N", "at most so many" }
#define AFTER   { "--after", "after", ARG_TEXT, 0, "NEXT", "go on from a list's \"next\"" }
#define NEW_ID  { "--id", "id", ARG_NEW, 0, "ID", "its id; without it, a new one" }
#define END     { 0 }

ARGS(raise_args) = {
    { "TEXT", "text", ARG_SECRET, NEEDED, NULL, "what the problem is; - reads it from stdin" },
    { "--kind", "kind", ARG_TEXT, NEEDED, "KIND", "area, ownership, survey, utilities ... other" },
    { "--household", "household", ARG_HOUSEHOLD, 0, "HOUSEHOLD", "whom it is about: its id, or its number" },
    { "--community", "community", ARG_COMMUNITY, 0, "NAME", "or where it is, when it is about no household" },
    DEPARTMENTS(0), PROJECT, END,
};
ARGS(triage_args) = {
    PROBLEM,
    { "--team", "team", ARG_TEXT, NEEDED, "ROLE", "t1_explainer, t2_signing, t3_front, t4_mediator or t6_service" },
    DEPARTMENTS(0), END,
};
ARGS(problem_args) = { PROBLEM, END };
ARGS(resolve_args) = {
    PROBLEM,
    { "--outcome", "outcome", ARG_TEXT, NEEDED, "OUTCOME", "explained, agreed, corrected, rule_change, help_arranged or not_supported" },
    { "--answer", "answer", ARG_SECRET, NEEDED, "TEXT", "what whom it concerns is told; - is stdin" },
    END,
};
ARGS(refer_args) = {
    PROBLEM,
    { "--channel", "channel", ARG_TEXT, NEEDED, "CHANNEL", "reconsideration, suit, mediation, petition ..." },
    END,
};
ARGS(feedback_args) = {
    PROBLEM,
    { "--said", "said", ARG_TEXT, NEEDED, "WORD", "solved, partly or not_solved" },
    CHANNEL, END,
};
ARGS(action_args) = { ACTION, END };
ARGS(list_args) = {
    PROJECT,
    { "--kind", "kind", ARG_TEXT, 0, "KIND", "of this kind" },
    { "--state", "state", ARG_TEXT, 0, "STATE", "raised, in_team, agenda_proposed ..." },
    LIMIT, AFTER, END,
};
ARGS(public_args) = { PROJECT, LIMIT, AFTER, END };

ARGS(call_args) = {
    { "--starts", "starts_at", ARG_MOMENT, NEEDED, "MOMENT", "2026-12-02T14:00:00+08:00, a day ahead at least" },
    { "--chair", "chair", ARG_ID, NEEDED, "ID", "the member who holds it" },
    DEPARTMENTS(NEEDED), PROJECT, NEW_ID, END,
};
ARGS(item_args) = { MEETING, ITEM, END };
ARGS(view_args) = {
    MEETING, ITEM,
    { "--said", "said", ARG_TEXT, NEEDED, "WORD", "stated or refused" },
    { "--from", "from", ARG_TEXT, NEEDED, "WHO", "household or representative" },
    { "--channel", "channel", ARG_TEXT, NEEDED, "CHANNEL", "online (only by whom it concerns), counter, phone, paper or meeting" },
    { "--text", "text", ARG_SECRET, 0, "TEXT", "the view; - is stdin" },
    END,
};
ARGS(attend_args) = {
    MEETING,
    { "--member", "member", ARG_ID, NEEDED, "ID", "who is in the room" },
    { "--part", "part", ARG_TEXT, NEEDED, "PART", "chair, quality, secretary, team or department" },
    { "--department", "department", ARG_TEXT, 0, "CODE", "of which department" },
    { "--flags", "flags", ARG_TEXT, 0, "FLAGS", "as the staff list has them; who has one gives an opinion instead" },
    END,
};
ARGS(opinion_args) = {
    MEETING,
    { "TEXT", "text", ARG_SECRET, NEEDED, NULL, "the opinion; - reads it from stdin" },
    { "--department", "department", ARG_TEXT, NEEDED, "CODE", "whose it is" },
    END,
};
ARGS(meeting_args) = { MEETING, END };
ARGS(minute_args) = {
    MEETING, ITEM,
    { "FILE", NULL, ARG_BODY, NEEDED, NULL, "facts, law, options, decision, dissent, outcome, same_cases, actions as JSON; - is stdin" },
    END,
};

const struct verb problem_verbs[] = {
    { "problem", "raise", "Raise a problem", "problem raise - --kind area --household QH-0001",
      "cases", "problem.raise", raise_args, .next = "problem triage ID --team ROLE", .stuck = "household list" },
    { "problem", "triage", "Give a problem to a team", "problem triage ID --team t3_front --departments housing",
      "cases", "problem.triage", triage_args, .next = "problem accept PROBLEM", .stuck = "case timeline PROBLEM" },
    { "problem", "accept", "Begin, as its team", "problem accept ID",
      "cases", "problem.accept", problem_args, .stuck = "case timeline PROBLEM" },
    { "problem", "resolve", "Say how the team solved it", "problem resolve ID --outcome explained --answer -",
      "cases", "problem.resolve", resolve_args, .stuck = "case timeline PROBLEM" },
    { "problem", "propose", "Bring it before a joint meeting", "problem propose ID",
      "cases", "problem.propose", problem_args, .next = "meeting agenda MEETING PROBLEM", .stuck = "case timeline PROBLEM" },
    { "problem", "refer", "Name the channel that the law has for it", "problem refer ID --channel reconsideration",
      "cases", "problem.refer", refer_args, .stuck = "case timeline PROBLEM" },
    { "problem", "feedback", "Say whether it is solved", "problem feedback ID --said solved --channel phone",
      "cases", "problem.feedback", feedback_args, .stuck = "case timeline PROBLEM" },
    { "problem", "reopen", "Open it again", "problem reopen ID",
      "cases", "problem.reopen", problem_args, .stuck = "case timeline PROBLEM" },
    { "problem", "done", "Say that an action is done, as its owner", "problem done ACTION",
      "cases", "problem.act_done", action_args, .next = "problem verify ACTION (another person)" },
    { "problem", "verify", "Verify that an action was done", "problem verify ACTION",
      "cases", "problem.verify", action_args },
    { "problem", "show", "Show a problem and what may happen next",
      "problem show ID --purpose \"the resident asked\"",
      "cases", "problem.show", problem_args, .stuck = "problem list", .personal = true },
    { "problem", "list", "List problems, without any text", "problem list --state in_team",
      "cases", "problem.list", list_args, .columns = "id no kind state since household team must departments" },
    { "problem", "alike", "List the open ones of the same kind", "problem alike ID",
      "cases", "problem.alike", problem_args, .columns = "id no state household" },
    { "problem", "public", "List what everybody may read", "problem public",
      "cases", "problem.public", public_args,
      .columns = "no kind_label raised_on answered_on ended_on outcome_label community_name" },

    { "meeting", "call", "Call a joint meeting",
      "meeting call --starts 2026-12-02T14:00:00+08:00 --chair ID --departments housing,finance",
      "cases", "meeting.call", call_args, .next = "meeting agenda MEETING PROBLEM" },
    { "meeting", "agenda", "Put a problem on its agenda, and invite whom it concerns", "meeting agenda MEETING PROBLEM",
      "cases", "meeting.agenda", item_args, .next = "meeting view MEETING PROBLEM", .stuck = "problem list --state agenda_proposed" },
    { "meeting", "postpone", "Leave a problem to a later meeting", "meeting postpone MEETING PROBLEM",
      "cases", "meeting.postpone", item_args, .next = "meeting call" },
    { "meeting", "view", "Take down the view of whom it concerns, or that there is none",
      "meeting view MEETING PROBLEM --said stated --from household --channel phone --text -",
      "cases", "meeting.view", view_args },
    { "meeting", "attend", "Say who is in the room", "meeting attend MEETING --member ID --part department --department housing",
      "cases", "meeting.attend", attend_args, .next = "meeting hold MEETING", .stuck = "meeting opinion MEETING -" },
    { "meeting", "opinion", "Take a department's opinion in writing", "meeting opinion MEETING - --department police",
      "cases", "meeting.opinion", opinion_args },
    { "meeting", "hold", "Hold it, as its chair", "meeting hold MEETING",
      "cases", "meeting.hold", meeting_args, .next = "meeting minute MEETING PROBLEM minutes.json", .stuck = "meeting attend MEETING" },
    { "meeting", "cancel", "Call it off", "meeting cancel MEETING",
      "cases", "meeting.cancel", meeting_args, .next = "meeting call" },
    { "meeting", "minute", "Write down what was decided about a problem", "meeting minute MEETING PROBLEM minutes.json",
      "cases", "meeting.minute", minute_args, .next = "problem done ACTION", .stuck = "problem alike PROBLEM" },
    { "meeting", "show", "Show a meeting, its minutes and actions",
      "meeting show MEETING --purpose 督办",
      "cases", "meeting.show", meeting_args, .personal = true },
    { 0 },
};
/* clang-format on */
