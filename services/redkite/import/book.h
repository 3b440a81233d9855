/* book.h — a workbook's container: parts of XML in a ZIP, within bounds.
 *
 * Whatever the file claims, what is unpacked is counted as it comes: a part
 * that grows out of all proportion, that nests without end, or that brings a
 * document type (entities are made there) is refused where it does so.  Memory
 * is flat: a part is read a few KiB at a time. */
#pragma once

#include "common/base/arena.h"
#include "common/base/err.h"

#include <expat.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <zip.h>

enum {
    BOOK_FILE_MAX = 64 << 20,  /* bytes of the file                       */
    BOOK_PART_MAX = 256 << 20, /* bytes of a part, unpacked               */
    BOOK_RATIO_MAX = 300,      /* unpacked to packed, beyond ...          */
    BOOK_RATIO_FROM = 1 << 20, /* ... so many bytes                       */
    BOOK_ENTRIES_MAX = 2000,   /* parts of the file                       */
    BOOK_DEPTH_MAX = 32,       /* elements within elements                */
    BOOK_NAME_MAX = 256,       /* bytes of a part's name                  */
};

struct book {
    zip_t *zip;
    struct arena *arena;
};

/* Opens a file of its own for the same bytes.  A refusal names no place. */
struct err book_open(struct book *book, FILE *file, struct arena *arena);
void book_close(struct book *book);

/* Whether there is a part of that name. */
bool book_has(const struct book *book, const char *part);

/* What is told of a part as it is read; names come without their prefix, and
 * attributes are name, value, ..., NULL as expat gives them. */
struct part_reader {
    void (*start)(void *of, const char *name, const char **attributes);
    void (*end)(void *of, const char *name);
    void (*text)(void *of, const char *text, int size); /* or NULL */
};

/* A part that is being read. */
struct part {
    struct book *book;
    const struct part_reader *reader;
    void *of;
    const char *name;
    zip_file_t *file;
    XML_Parser parser;
    int64_t packed, got; /* bytes */
    int depth;
    bool paused, last, ended;
    struct err err; /* by part_refuse() */
};

struct err part_open(struct part *part, struct book *book, const char *name,
                     const struct part_reader *reader, void *of);

/* Reads on until the reader pauses or refuses, or to the end (`ended`). */
struct err part_read(struct part *part);
void part_close(struct part *part);

/* For a reader, while it is told of something. */
void part_pause(struct part *part);
void part_refuse(struct part *part, const char *why);

/* A whole part, from its first to its last byte. */
struct err part_read_all(struct book *book, const char *name,
                         const struct part_reader *reader, void *of,
                         struct part *part);

/* The value of an attribute by its name without prefix, or NULL. */
const char *part_attribute(const char **attributes, const char *name);
