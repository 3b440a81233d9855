#include "common/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 16 * 1024 };

struct chunk {
    struct chunk *next;
    size_t size, used;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct chunk *top;
};

static struct chunk *chunk_new(size_t size, struct chunk *next)
{
    struct chunk *chunk = calloc(1, sizeof *chunk + size);
    if (!chunk)
        abort();
    chunk->size = size;
    chunk->next = next;
    return chunk;
}

struct arena *arena_new(void)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        abort();
    arena->top = chunk_new(CHUNK, NULL);
    return arena;
}

void arena_destroy(struct arena **arena)
{
    if (!*arena)
        return;
    arena_reset(*arena);
    free((*arena)->top);
    free(*arena);
    *arena = NULL;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t need =
        (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

    if (need > arena->top->size - arena->top->used)
        arena->top = chunk_new(need > CHUNK ? need : CHUNK, arena->top);

    void *at = arena->top->bytes + arena->top->used;
    arena->top->used += need;
    return at;
}

char *arena_text(struct arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(arena_alloc(arena, size), text, size);
}

char *arena_slice(struct arena *arena, const char *text, size_t size)
{
    return memcpy(arena_alloc(arena, size + 1), text, size);
}

/* Most texts are short: they are printed once, and taken from there. */
char *arena_format(struct arena *arena, const char *format, ...)
{
    char brief[128];
    va_list list;

    va_start(list, format);
    int length = vsnprintf(brief, sizeof brief, format, list);
    va_end(list);
    if ((size_t)length < sizeof brief)
        return arena_slice(arena, brief, (size_t)length);

    char *text = arena_alloc(arena, (size_t)length + 1);
    va_start(list, format);
    vsnprintf(text, (size_t)length + 1, format, list);
    va_end(list);
    return text;
}

void arena_reset(struct arena *arena)
{
    while (arena->top->next) {
        struct chunk *spent = arena->top;
        arena->top = spent->next;
        free(spent);
    }
    memset(arena->top->bytes, 0, arena->top->used);
    arena->top->used = 0;
}
