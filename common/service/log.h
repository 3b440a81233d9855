/* log.h — one line per event, to stdout, as logfmt or JSON (conventions.md 18).
 *
 *   log_info("call done", "name", name, "status", "ok", NULL);
 *
 * Pairs of key and text follow the message and end with NULL; a NULL text is
 * left out.  No secret and no personal data goes in: names of commands, ids,
 * counts, reasons; never what a person typed. */
#pragma once

#include <stdbool.h>

void log_open(const char *service, bool as_json);

void log_info(const char *message, ...) __attribute__((sentinel));
void log_warn(const char *message, ...) __attribute__((sentinel));
void log_error(const char *message, ...) __attribute__((sentinel));

/* From now on this thread's lines may wait, to be written some at a time, until
 * log_release(): for many lines in a row.  What waits dies with the process; a
 * warning or an error never waits, nor does what stood before it. */
void log_hold(void);
void log_release(void);

/* For what cannot be lived with at the start (a bad setting, a taken port):
 * logs with err= and hint= and ends the process with status 1. */
_Noreturn void log_fatal(const char *message, const char *err,
                         const char *hint);
