/* print.h — answers for people, for programs, and on a terminal.
 *
 * One renderer for every answer: members as lines, arrays of objects as
 * tables, aligned by what a terminal shows (Chinese is two columns wide).
 * What came from outside cannot steer the terminal: control characters are
 * shown as '?'. */
#pragma once

#include "services/redkite/cli.h"

/* The answer of the run's verb on stdout, in the form that was asked for. */
void print_answer(const struct run *run, const char *json);

/* A table: the `wanted` columns by blanks, NULL for those of the rows. */
void print_table(const struct run *run, const cJSON *rows, const char *wanted);

/* A text padded to a width in terminal columns, and without controls. */
void print_cell(const char *text, int width);

/* How many terminal columns a text takes. */
int text_width(const char *text);

/* A value as one text: scalars as they are, lists by commas. */
const char *value_text(const cJSON *value, struct arena *arena);

/* Text in a colour when the run has colours. */
enum ink { INK_PLAIN, INK_GOOD, INK_BAD, INK_DIM };
void print_ink(const struct run *run, enum ink ink);
