#include "common/service/log.h"

#include "common/base/value.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 2048 };

struct line {
    char text[LINE_MAX_BYTES];
    size_t used;
};

/* Lines that wait to be written together; a pipe takes that much at once. */
enum { HELD_MAX = PIPE_BUF };

struct held {
    bool open;
    size_t used;
    char text[HELD_MAX];
};

static const char *who = "-";
static bool json;
static _Thread_local struct held held;

void log_open(const char *service, bool as_json)
{
    who = service;
    json = as_json;
}

/* Room is always left for what ends a line. */
static void add(struct line *line, const char *text, size_t size)
{
    size_t room = sizeof line->text - line->used - 4;

    if (size > room)
        size = room;
    memcpy(line->text + line->used, text, size);
    line->used += size;
}

/* A control character would break the line, or a terminal. */
static void add_quoted(struct line *line, const char *text)
{
    add(line, "\"", 1);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            add(line, "\\", 1);
        add(line, (unsigned char)*text < ' ' ? " " : text, 1);
    }
    add(line, "\"", 1);
}

static bool is_plain(const char *text)
{
    return *text && !strpbrk(text, " =\"\\\t\r\n");
}

static void add_pair(struct line *line, const char *key, const char *text)
{
    if (json) {
        add(line, line->used > 1 ? "," : "", line->used > 1);
        add_quoted(line, key);
        add(line, ":", 1);
        add_quoted(line, text);
        return;
    }
    add(line, line->used ? " " : "", line->used > 0);
    add(line, key, strlen(key));
    add(line, "=", 1);
    if (is_plain(text))
        add(line, text, strlen(text));
    else
        add_quoted(line, text);
}

static void put_out(const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(STDOUT_FILENO, text, size);
        if (n <= 0)
            return;
        text += n;
        size -= (size_t)n;
    }
}

static void put_held(void)
{
    put_out(held.text, held.used);
    held.used = 0;
}

/* Whole lines in one write, so that those of several threads do not mix. */
static void put(struct line *line, bool may_wait)
{
    if (json)
        line->text[line->used++] = '}';
    line->text[line->used++] = '\n';
    if (!may_wait || held.used + line->used > sizeof held.text)
        put_held();
    if (!may_wait) {
        put_out(line->text, line->used);
        return;
    }
    memcpy(held.text + held.used, line->text, line->used);
    held.used += line->used;
}

void log_hold(void)
{
    held.open = true;
}

void log_release(void)
{
    held.open = false;
    put_held();
}

/* What is wrong may be the last word: it never waits. */
static void say(const char *level, const char *message, va_list pairs)
{
    bool may_wait = held.open && strcmp(level, "info") == 0;
    struct line line = { .used = 0 };
    char time[VALUE_TEXT_MAX];
    const char *key;

    moment_format_local(moment_now(), time);
    if (json)
        add(&line, "{", 1);
    add_pair(&line, "ts", time);
    add_pair(&line, "level", level);
    add_pair(&line, "svc", who);
    add_pair(&line, "msg", message);
    while ((key = va_arg(pairs, const char *))) {
        const char *text = va_arg(pairs, const char *);
        if (text)
            add_pair(&line, key, text);
    }
    put(&line, may_wait);
}

#define SAY(level)                                                             \
    va_list pairs;                                                             \
    va_start(pairs, message);                                                  \
    say(level, message, pairs);                                                \
    va_end(pairs)

void log_info(const char *message, ...)
{
    SAY("info");
}

void log_warn(const char *message, ...)
{
    SAY("warn");
}

void log_error(const char *message, ...)
{
    SAY("error");
}

void log_fatal(const char *message, const char *err, const char *hint)
{
    log_release();
    log_error(message, "err", err, "hint", hint, NULL);
    _exit(EXIT_FAILURE);
}
