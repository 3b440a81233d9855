#include "services/redkite/csv.h"

#include "common/base/sheet.h"

#include <fcntl.h>
#include <unistd.h>

FILE *csv_create(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *csv = fd < 0 ? NULL : fdopen(fd, "w");

    if (csv)
        csv_begin(csv);
    else if (fd >= 0)
        (void)close(fd);
    return csv;
}

void csv_begin(FILE *csv)
{
    (void)fputs("\xEF\xBB\xBF", csv);
}

static void cell(FILE *csv, const char *text)
{
    (void)fputc('"', csv);
    if (sheet_is_risky(text))
        (void)fputc('\'', csv);
    for (; *text; text++) {
        if (*text == '"')
            (void)fputc('"', csv);
        (void)fputc(*text, csv);
    }
    (void)fputc('"', csv);
}

void csv_row(FILE *csv, const char *const *cells, int count)
{
    for (int i = 0; i < count; i++) {
        if (i)
            (void)fputc(',', csv);
        cell(csv, cells[i] ? cells[i] : "");
    }
    (void)fputs("\r\n", csv);
}
