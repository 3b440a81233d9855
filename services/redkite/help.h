/* help.h — what the table of verbs says of itself.
 *
 * Help, suggestions and the man page are made from the rows of main.c, so that
 * they can never tell another story than the program. */
#pragma once

#include "services/redkite/cli.h"

/* An option that every verb takes. */
struct common_option {
    const char *name, *value, *help;
    void (*set)(struct run *run, const char *text);
};
extern const struct common_option common_options[];

/* The row of a noun and verb (NULL for a noun that stands alone), or NULL. */
const struct verb *find_verb(const char *noun, const char *verb);
bool is_noun(const char *noun);

/* What was meant by a word that is not there, and the verbs of a noun; both
 * give USAGE. */
enum status say_unknown(const char *noun, const char *verb);
enum status say_verbs(const char *noun);

/* The option of the verb that is nearest to a wrong one, or NULL. */
const char *nearest_option(const struct run *run, const char *name);

/* All nouns, or one with its verbs; one verb; the table for a program; the man
 * page. */
void help_print(const char *noun);
void help_json(void);
void help_verb(const struct verb *verb);
void help_man(void);
