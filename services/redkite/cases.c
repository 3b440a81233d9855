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
    { "--as-of", "as_of", ARG_MOMENT, 0, "MOMENT", "as it stood then" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" },
    END,
};
ARGS(assign_args) = {
    CASE,
    { "--to", "holder", ARG_ID, NEEDED, "ID", "the member who is to have it" },
    { "--reason", "reason", ARG_TEXT, 0, "TEXT", "why, without naming anybody" },
    END,
};
ARGS(return_args) = { CASE, REASON, END };
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

const struct verb case_verbs[] = {
    { "case", "timeline", "Show what happened to a case, as a table", "case timeline QH-0001",
      "cases", "case.timeline", timeline_args, .columns = "at event from_state to_state actor reason" },
    { "case", "story", "Tell what happened to a case, in sentences", "case story QH-0001",
      .service = "cases", .command = "case.timeline", .args = timeline_args, .act = act_case_story },
    { "case", "assign", "Give a case to a member", "case assign ID --to ID",
      "cases", "case.assign", assign_args, .next = "case tasks --holder ID", .stuck = "case timeline CASE" },
    { "case", "return", "Give a case back to its team's queue", "case return ID --reason 需要其他组办理",
      "cases", "case.return", return_args, .stuck = "case timeline CASE" },
    { "case", "hand-over", "Give all cases of a member to another", "case hand-over --from ID --to ID --reason 调岗",
      "cases", "case.hand_over", hand_over_args, .columns = "id no done why", .stuck = "case tasks --holder ID" },
    { "case", "tasks", "Show what is due, the next first", "case tasks --late",
      "cases", "case.tasks", tasks_args,
      .columns = "due_at late no flow state clock household holder id" },

    { "deadline", "list", "Show which periods run for a case, and by what rule", "deadline list QH-0001",
      "cases", "deadline.list", deadline_list_args,
      .columns = "name due_at provisional count unit started_at paused_at pause_reason source" },
    { "deadline", "recount", "Count again what lay past the announced holidays", "deadline recount",
      .service = "cases", .command = "deadline.recount", .act = act_deadline_recount },
    { 0 },
};
/* clang-format on */
