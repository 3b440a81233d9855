/* value.h — the small values every service speaks.
 *
 * Each is a plain struct passed by value, with one text form shared by JSON,
 * SQL, the environment and the command line: parse() takes that form and says
 * whether it fits, format() writes it.  Nothing here is ever a double: money,
 * areas and rates are exact integers of a stated unit. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A UUIDv7, lower case; empty means "none". */
struct id {
    char text[37];
};

/* Fen (0.01 yuan).  Text: "-12.34"; at most two decimals are taken. */
struct money {
    int64_t fen;
};

/* 0.01 square metre.  Text: "98.60"; never negative; at most two decimals. */
struct area {
    int64_t centi;
};

/* Millionths: 0.05 is 50000.  Text: "0.05"; at most six decimals. */
struct rate {
    int64_t millionths;
};

/* A day of the Gregorian calendar: 1 is 0001-01-01; 0 means "none".
 * Text: "2026-11-23". */
struct day {
    int32_t number;
};

/* Microseconds since 1970-01-01 UTC; 0 means "never".
 * Text: "2026-11-23T09:05:00.000000Z"; parse also takes "+08:00" offsets. */
struct moment {
    int64_t us;
};

enum { VALUE_TEXT_MAX = 40 };

#define MICROSECONDS INT64_C(1000000)
#define HOUR_US      (3600 * MICROSECONDS)
#define DAY_US       (24 * HOUR_US)

/* A new UUIDv7: rises with `now`, random within its millisecond. */
struct id id_new(struct moment now);
bool id_same(struct id a, struct id b);
/* False for the empty id. */
bool id_given(struct id id);

/* Who asks without a name: all zeros, so that an actor is always said; or no
 * id at all. */
extern const struct id nobody;
bool is_nobody(struct id id);

bool id_parse(const char *text, struct id *id);
bool money_parse(const char *text, struct money *money);
bool area_parse(const char *text, struct area *area);
bool rate_parse(const char *text, struct rate *rate);
bool day_parse(const char *text, struct day *day);
bool moment_parse(const char *text, struct moment *moment);

void money_format(struct money money, char text[static VALUE_TEXT_MAX]);
void area_format(struct area area, char text[static VALUE_TEXT_MAX]);
void rate_format(struct rate rate, char text[static VALUE_TEXT_MAX]);
void day_format(struct day day, char text[static VALUE_TEXT_MAX]);
void moment_format(struct moment moment, char text[static VALUE_TEXT_MAX]);

/* As moment_format(), in the district's time: "2026-11-23T17:05:00+08:00". */
void moment_format_local(struct moment moment,
                         char text[static VALUE_TEXT_MAX]);

/* The only clock.  Called by the frame and the tests, never by a rule. */
struct moment moment_now(void);
