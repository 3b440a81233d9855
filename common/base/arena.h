/* arena.h — memory with one lifetime: that of a call.
 *
 * What a call needs is taken from its arena and never freed singly; the frame
 * resets the arena when the call is over.  So a handler owns nothing, and every
 * early return in it is correct.  Running out of memory ends the process: it
 * holds no truth that is not in the store. */
#pragma once

#include <stddef.h>

struct arena;

/* A new, empty arena; destroy it with arena_destroy(). */
struct arena *arena_new(void);

/* Frees everything and sets the pointer to NULL; NULL is fine. */
void arena_destroy(struct arena **arena);

/* Zeroed memory, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of a text, of the first `size` bytes of one, and a printed one. */
char *arena_text(struct arena *arena, const char *text);
char *arena_slice(struct arena *arena, const char *text, size_t size);
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Forgets everything taken so far; keeps one chunk for the next call. */
void arena_reset(struct arena *arena);
