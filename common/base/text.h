/* text.h — what people type, made comparable.
 *
 * Chinese input methods give full-width digits and letters, spreadsheets give
 * blanks of a dozen kinds.  These functions work in place on UTF-8 (the result
 * is never longer), allocate nothing and return their argument. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The code point at *at, which is moved past it; 0 at the end.  What is not
 * UTF-8 is given byte by byte, as U+FFFD. */
uint32_t text_next(const char **at);

/* No blanks at either end, one space for each run of blanks within (line
 * breaks, U+3000 and U+00A0 are blanks too); invisible marks are dropped. */
char *text_trim(char *text);

/* As text_trim(); full-width ASCII becomes half-width, every dash a '-'. */
char *text_fold(char *text);

/* As text_fold(), without any blank. */
char *text_squeeze(char *text);

/* Nothing but blanks, or NULL. */
bool text_is_blank(const char *text);

/* A control character that is no blank, or one that turns the direction of
 * writing and so makes a text look like another. */
bool text_has_controls(const char *text);

/* How many code points. */
size_t text_length(const char *text);
