/* reckon — how many statements a second a rule pack gives, on one core.
 *
 *   reckon PACK FACTS SECONDS
 *
 * PACK is read once; FACTS has a household on each line.  A statement is all of
 * it: the line read and checked, every line worked out, the canonical text and
 * its hash.  Goes round the households until so many seconds of processor time
 * are spent, and prints how many statements that gave.  Every allocation of the
 * process is counted on the way: the arena's chunks, which are the only calls
 * of calloc (tools/check-includes sees to that), and all others. */
#include "common/formula/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILE_MOST = 64 << 20 };

static int64_t chunks, others;

/* The C library's own, beneath the names that are counted. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
    others++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    chunks++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    others++;
    return __libc_realloc(old, size);
}
/* NOLINTEND(bugprone-reserved-identifier) */

static void give_up(const char *path, struct err err)
{
    (void)fprintf(stderr, "reckon: %s: %s %s\n", path,
                  err.field ? err.field : "", err.why);
    exit(1);
}

static char *read_file(const char *path, struct arena *arena)
{
    FILE *file = fopen(path, "rb");
    char *text = arena_alloc(arena, FILE_MOST + 1);

    if (!file || fread(text, 1, FILE_MOST, file) == 0)
        give_up(path, fail(CODE_NOT_FOUND, "cannot be read"));
    (void)fclose(file);
    return text;
}

/* How many lines there are; `lines` gets them. */
static size_t split(char *text, const char ***lines, struct arena *arena)
{
    size_t count = 0;

    for (const char *at = text; *at; at++)
        count += *at == '\n';
    *lines = arena_alloc(arena, count * sizeof **lines);
    for (size_t i = 0; i < count; i++)
        (*lines)[i] = strsep(&text, "\n");
    return count;
}

static double processor_seconds(void)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void make_one(const struct rule_pack *pack, const char *line,
                     struct arena *arena)
{
    struct source source = { "facts", line, strlen(line) };
    struct reckoning made;
    struct node *root;

    struct err err = tree_read(source, arena, &root);
    if (!err.code)
        err = statement_of_facts(pack, source, root, arena, &made);
    if (err.code)
        give_up("facts", err);
    arena_reset(arena);
}

int main(int argc, char **argv)
{
    struct arena *lasting = arena_new(), *arena = arena_new();
    struct rule_pack *pack;
    const char **lines;

    if (argc != 4) {
        (void)fputs("reckon PACK FACTS SECONDS\n", stderr);
        return 2;
    }
    const char *text = read_file(argv[1], lasting);
    struct err err = pack_read((struct source){ argv[1], text, strlen(text) },
                               lasting, &pack);
    if (err.code)
        give_up(argv[1], err);
    size_t count = split(read_file(argv[2], lasting), &lines, lasting);
    double most = strtod(argv[3], NULL), spent = 0;
    int64_t made = 0;
    chunks = others = 0;
    for (double began = processor_seconds(); spent < most;
         spent = processor_seconds() - began)
        for (size_t i = 0; i < count; i++, made++)
            make_one(pack, lines[i], arena);
    int64_t chunks_seen = chunks, others_seen = others;
    printf("{\"statements\":%" PRId64 ",\"rate\":%.0f,\"chunks\":%" PRId64
           ",\"others\":%" PRId64 "}\n",
           made, (double)made / spent, chunks_seen, others_seen);
    arena_destroy(&arena);
    arena_destroy(&lasting);
    return 0;
}
