/* fuzz_xlsx — any file as a workbook: it is refused with a place, or what comes
 * out holds for every survey sheet, and twice the same.
 *
 * Bytes that begin as a ZIP are read as they are.  All others are the parts of
 * a workbook, ended by \1 each: its sheet, shared texts, styles and index; an
 * empty one is as plain as it can be.  They are packed here, so that what is
 * tried is the reader of the XML and not only the sums of the container. */
#include "tests/fuzz/survey.h"

#include "services/redkite/import/xlsx.h"

#include <sys/mman.h>
#include <unistd.h>

enum { FIXED = 3, PARTS = 7, LOCAL = 30, CENTRAL = 46, TAIL = 22 };

#define RELATION(id, type, target)                                             \
    "<Relationship Id=\"" id "\" Type=\"x/" type "\" Target=\"" target "\"/>"

static const struct {
    const char *name, *text;
} plain[PARTS] = {
    { "_rels/.rels", "<R>" RELATION("r", "officeDocument", "xl/b.xml") "</R>" },
    { "xl/_rels/b.xml.rels",
      "<R>" RELATION("r1", "worksheet", "s.xml")
          RELATION("r2", "styles", "styles.xml")
              RELATION("r3", "sharedStrings", "t.xml") "</R>" },
    { "[Content_Types].xml", "<T/>" },
    { "xl/s.xml", "<worksheet><sheetData/></worksheet>" },
    { "xl/t.xml", "<sst/>" },
    { "xl/styles.xml", "<styleSheet/>" },
    { "xl/b.xml", "<workbook><sheets><sheet name=\"A\" sheetId=\"1\" "
                  "id=\"r1\"/></sheets></workbook>" },
};

/* ------------------------------------------------- a ZIP of what is unpacked
 */

static uint32_t sum_of(const unsigned char *data, size_t size)
{
    uint32_t sum = ~0U;

    for (size_t i = 0; i < size; i++) {
        sum ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0xedb88320U : 0);
    }
    return ~sum;
}

static void put(unsigned char **to, size_t bytes, uint64_t value)
{
    for (; bytes; bytes--, value >>= 8)
        *(*to)++ = (unsigned char)value;
}

static void put_bytes(unsigned char **to, const void *from, size_t size)
{
    memcpy(*to, from, size);
    *to += size;
}

struct packed {
    const char *name;
    const unsigned char *data;
    size_t size, at;
};

/* What stands of a part both beside it and in the table of contents. */
static void put_facts(unsigned char **to, const struct packed *p)
{
    put(to, 2, 20); /* version; no flags, stored, no time */
    put(to, 8, 0);
    put(to, 4, sum_of(p->data, p->size));
    put(to, 4, p->size);
    put(to, 4, p->size);
    put(to, 2, strlen(p->name));
    put(to, 2, 0);
}

static void put_local(unsigned char **to, struct packed *p, size_t at)
{
    p->at = at;
    put(to, 4, 0x04034b50);
    put_facts(to, p);
    put_bytes(to, p->name, strlen(p->name));
    put_bytes(to, p->data, p->size);
}

static void put_central(unsigned char **to, const struct packed *p)
{
    put(to, 4, 0x02014b50);
    put(to, 2, 20);
    put_facts(to, p);
    put(to, 10, 0);
    put(to, 4, p->at);
    put_bytes(to, p->name, strlen(p->name));
}

static unsigned char *zip_of(struct packed parts[PARTS], size_t *size,
                             struct arena *arena)
{
    size_t room = TAIL;

    for (int i = 0; i < PARTS; i++)
        room += LOCAL + CENTRAL + 2 * strlen(parts[i].name) + parts[i].size;
    unsigned char *zip = arena_alloc(arena, room), *to = zip;

    for (int i = 0; i < PARTS; i++)
        put_local(&to, &parts[i], (size_t)(to - zip));
    size_t table = (size_t)(to - zip);
    for (int i = 0; i < PARTS; i++)
        put_central(&to, &parts[i]);
    size_t ends = (size_t)(to - zip);
    put(&to, 4, 0x06054b50);
    put(&to, 4, 0);
    put(&to, 2, PARTS);
    put(&to, 2, PARTS);
    put(&to, 4, ends - table);
    put(&to, 4, table);
    put(&to, 2, 0);
    *size = (size_t)(to - zip);
    must(*size == room);
    return zip;
}

static const unsigned char *packed_of(const unsigned char *data, size_t *size,
                                      struct arena *arena)
{
    const unsigned char *end = data + *size;
    struct packed parts[PARTS];

    for (int i = 0; i < PARTS; i++) {
        const unsigned char *stop =
            data < end ? memchr(data, 1, (size_t)(end - data)) : NULL;
        size_t given = (size_t)((stop ? stop : end) - data);
        bool own = i >= FIXED && given > 0;
        parts[i] = (struct packed){
            .name = plain[i].name,
            .data = own ? data : (const unsigned char *)plain[i].text,
            .size = own ? given : strlen(plain[i].text),
        };
        if (i >= FIXED)
            data = stop ? stop + 1 : end;
    }
    return zip_of(parts, size, arena);
}

/* ---------------------------------------------------------------- the reader
 */

static const char *records(const unsigned char *data, size_t size,
                           struct arena *arena)
{
    int fd = memfd_create("book", MFD_CLOEXEC);
    FILE *file = fdopen(fd, "w+");

    must(fd >= 0 && file && write(fd, data, size) == (ssize_t)size);
    rewind(file);
    const char *all = survey_records(xlsx_rows(file, NULL, arena), arena);
    must(fclose(file) == 0);
    return all;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct arena *arena = arena_new();

    if (size < 4 || memcmp(data, "PK\x03\x04", 4) != 0)
        data = packed_of(data, &size, arena);
    const char *first = records(data, size, arena);
    must(strcmp(first, records(data, size, arena)) == 0);
    arena_destroy(&arena);
    return 0;
}
