/* The verbs of notifications: where people get mail, what they were told, and
 * who is told when a role is called. */
#include "services/redkite/cli.h"

/* clang-format off */
#define ARGS(name) static const struct arg name[]
#define END        { 0 }

ARGS(contact_set_args) = {
    { "PERSON", "person", ARG_ID, NEEDED, NULL, "the household's or member's id" },
    { "--kind", "kind", ARG_TEXT, NEEDED, "KIND", "household or member" },
    { "--email", "email", ARG_SECRET, 0, "ADDRESS", "- reads it from stdin; without it, no mail" },
    END,
};
ARGS(inbox_list_args) = {
    { "PERSON", "person", ARG_ID, NEEDED, NULL, "whose" },
    { "--limit", "limit", ARG_NUMBER, 0, "N", "at most so many" },
    { "--after", "after", ARG_TEXT, 0, "NEXT", "go on from a list's \"next\"" },
    END,
};
ARGS(duty_set_args) = {
    { "MEMBER", "member", ARG_ID, NEEDED, NULL, "who is told" },
    { "--roles", "roles", ARG_TEXT, 0, "ROLES", "which roles it bears, by commas; left out, none any more" },
    END,
};
ARGS(inbox_read_args) = {
    { "MESSAGE", "message", ARG_ID, NEEDED, NULL, "its id" }, END,
};

const struct verb message_verbs[] = {
    { "contact", "set", "Set where a person gets mail", "contact set ID --kind household --email -",
      "notifications", "contact.set", contact_set_args, .next = "inbox list PERSON" },
    { "inbox", "list", "List the messages to a person",
      "inbox list ID --purpose \"the resident asked\"",
      "notifications", "inbox.list", inbox_list_args,
      .columns = "id at read subject text", .personal = true },
    { "inbox", "read", "Mark a message as read", "inbox read ID",
      "notifications", "inbox.read", inbox_read_args, .stuck = "inbox list PERSON" },

    { "duty", "set", "Set which roles a member bears when one is called",
      "duty set MEMBER --roles duty_officer", "notifications", "duty.set", duty_set_args,
      .next = "duty list", .stuck = "duty list" },
    { "duty", "list", "List who is told when a role is called", "duty list",
      "notifications", "duty.list", .columns = "member roles since" },
    { 0 },
};
/* clang-format on */
