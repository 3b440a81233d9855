/* The verbs of grievances: anybody files one and follows it, with or without a
 * name; what may name somebody can be read from stdin. */
#include "services/redkite/cli.h"

/* clang-format off */
#define ARGS(name) static const struct arg name[]
#define GRIEVANCE { "GRIEVANCE", "id", ARG_ID, NEEDED, NULL, "its id" }
#define CHANNEL   { "--channel", "channel", ARG_TEXT, 0, "CHANNEL", "counter, phone, sms, letter, web, mini_program, grid_device ..." }
#define PROJECT   { "--project", "project", ARG_PROJECT, 0, "ID", "the project; not needed when there is only one" }
#define END       { 0 }

ARGS(file_args) = {
    { "KIND", "kind", ARG_TEXT, NEEDED, NULL, "visit, pressure, amount, utility_cut ... other" },
    { "--text", "text", ARG_SECRET, NEEDED, "TEXT", "what happened; - is stdin" },
    { "--channel", "channel", ARG_TEXT, NEEDED, "CHANNEL", "how it came in: counter, phone, web ..." },
    { "--household", "household", ARG_HOUSEHOLD, 0, "HOUSEHOLD", "whose it is, unless without a name" },
    { "--about", "about", ARG_IDS, 0, "IDS", "the members it is about, by commas" },
    PROJECT, END,
};
ARGS(track_args) = {
    { "NUMBER", "no", ARG_TEXT, NEEDED, NULL, "as it was given (GR-000012)" },
    { "SECRET", "secret", ARG_SECRET, NEEDED, NULL, "that was given with it; - is stdin" },
    END,
};
ARGS(say_args) = {
    { "EVENT", "event", ARG_TEXT, NEEDED, NULL, "satisfy, appeal, close, reopen, withdraw or keep" },
    { "--number", "no", ARG_TEXT, 0, "NUMBER", "with its secret" },
    { "--secret", "secret", ARG_SECRET, 0, "SECRET", "- is stdin" },
    { "--id", "id", ARG_ID, 0, "ID", "or its id, by the household itself" },
    { "--score", "score", ARG_NUMBER, 0, "N", "how it was handled, 1 to 5" },
    { "--pressed", "pressed", ARG_FLAG, 0, NULL, "somebody asked to have it withdrawn" },
    CHANNEL, END,
};
ARGS(handle_args) = {
    GRIEVANCE,
    { "EVENT", "event", ARG_TEXT, NEEDED, NULL, "ack, triage, accept, investigate, propose, reply, extend ..." },
    { "--reason", "reason", ARG_TEXT, 0, "TEXT", "why, without naming anybody" },
    { "--text", "text", ARG_SECRET, 0, "TEXT", "of a proposal or a reply; - is stdin" },
    { "--weight", "weight", ARG_TEXT, 0, "WEIGHT", "simple, normal or complex, at triage" },
    { "--about", "about", ARG_IDS, 0, "IDS", "the members it is about, at triage" },
    { "--to", "to", ARG_TEXT, 0, "WHERE", "the right channel, at redirect" },
    { "--into", "into", ARG_ID, 0, "ID", "the grievance it is merged into" },
    { "--days", "days", ARG_NUMBER, 0, "N", "of an extension, 15 at most" },
    CHANNEL, END,
};
ARGS(grievance_args) = { GRIEVANCE, END };
ARGS(list_args) = {
    PROJECT,
    { "--state", "state", ARG_TEXT, 0, "STATE", "as docs/states.md lists them" },
    { "--limit", "limit", ARG_NUMBER, 0, "N", "at most so many" },
    { "--after", "after", ARG_ID, 0, "NEXT", "go on from a list's \"next\"" },
    END,
};
ARGS(clear_args) = {
    GRIEVANCE,
    { "--reason", "reason", ARG_TEXT, NEEDED, "TEXT", "why the plot is free again" },
    END,
};
ARGS(shield_args) = {
    { "HOUSEHOLD", "household", ARG_HOUSEHOLD, NEEDED, NULL, "its id, or its number (QH-0001)" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" },
    END,
};
ARGS(approve_args) = {
    { "HOUSEHOLD", "household", ARG_HOUSEHOLD, NEEDED, NULL, "its id, or its number (QH-0001)" },
    { "--reason", "reason", ARG_TEXT, NEEDED, "TEXT", "why the change is allowed" },
    { "--project", NULL, ARG_PROJECT, 0, "ID", "where the household's number is from" },
    END,
};

const struct verb grievance_verbs[] = {
    { "grievance", "file", "File a grievance; answers its number and its secret",
      "grievance file visit --channel counter --text -",
      "cases", "grievance.file", file_args, .next = "grievance track NUMBER SECRET" },
    { "grievance", "track", "Follow a grievance by its number and secret", "grievance track GR-000012 -",
      "cases", "grievance.track", track_args },
    { "grievance", "say", "Say what the complainant says: content, appeal, close ...",
      "grievance say appeal --number GR-000012 --secret -",
      "cases", "grievance.say", say_args, .stuck = "grievance track NUMBER SECRET" },
    { "grievance", "handle", "Do what the office does with it", "grievance handle ID ack",
      "cases", "grievance.handle", handle_args, .stuck = "grievance show GRIEVANCE" },
    { "grievance", "show", "Show a grievance and what may happen next",
      "grievance show ID --purpose \"the resident asked\"",
      "cases", "grievance.show", grievance_args, .stuck = "grievance list", .personal = true },
    { "grievance", "list", "List grievances, without any text", "grievance list --state received",
      "cases", "grievance.list", list_args, .columns = "id no kind state since community holder" },
    { "grievance", "clear", "End the hold on a plot after an emergency", "grievance clear ID --reason 已恢复供水",
      "cases", "grievance.clear", clear_args, .stuck = "grievance show GRIEVANCE" },
    { "grievance", "shield", "Show what shields a household from changes", "grievance shield QH-0001",
      "cases", "grievance.shield", shield_args },
    { "grievance", "approve", "Allow a change to a shielded household's file",
      "grievance approve QH-0001 --reason 更正错误",
      "cases", "grievance.approve", approve_args, .stuck = "grievance shield HOUSEHOLD" },
    { 0 },
};
/* clang-format on */
