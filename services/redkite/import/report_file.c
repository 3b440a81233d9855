#include "services/redkite/import/report_file.h"

#include "services/redkite/csv.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

struct report_kind {
    const char *ending;
    bool (*open)(struct report_file *file, const char *path);
    void (*row)(struct report_file *file, const struct report_row *row);
    bool (*close)(struct report_file *file);
};

struct report_file {
    const struct report_kind *kind;
    FILE *csv;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *plain, *bad, *head;
    lxw_row_t rows;
    bool broken;
};

static const char *const own_titles[REPORT_OWN] = { "文件", "行号", "结果",
                                                    "栏目", "说明" };

static struct report_row titles(void)
{
    struct report_row row = { .good = true };

    for (int i = 0; i < REPORT_COLUMNS; i++)
        row.texts[i] = i < REPORT_OWN ? own_titles[i]
                                      : survey_columns[i - REPORT_OWN].title;
    return row;
}

/* ----------------------------------------------------------------- as CSV */

static bool csv_open(struct report_file *file, const char *path)
{
    file->csv = csv_create(path);
    return file->csv;
}

static void csv_write(struct report_file *file, const struct report_row *row)
{
    csv_row(file->csv, row->texts, REPORT_COLUMNS);
}

static bool csv_close(struct report_file *file)
{
    bool good = !ferror(file->csv);

    return fclose(file->csv) == 0 && good;
}

/* ---------------------------------------------------------------- as XLSX */

/* All cells are text: no spreadsheet takes them for a formula or a number. */
static lxw_format *text_format(lxw_workbook *book)
{
    lxw_format *format = workbook_add_format(book);

    format_set_num_format(format, "@");
    return format;
}

static bool xlsx_open(struct report_file *file, const char *path)
{
    lxw_workbook_options options = { .constant_memory = LXW_TRUE };

    file->book = workbook_new_opt(path, &options);
    if (!file->book)
        return false;
    file->sheet = workbook_add_worksheet(file->book, "导入结果");
    file->plain = text_format(file->book);
    file->bad = text_format(file->book);
    format_set_bg_color(file->bad, 0xFFE0E0);
    file->head = text_format(file->book);
    format_set_bold(file->head);
    worksheet_freeze_panes(file->sheet, 1, 0);
    (void)worksheet_set_column(file->sheet, 0, REPORT_COLUMNS - 1, 16, NULL);
    (void)worksheet_set_column(file->sheet, REPORT_REMARK, REPORT_REMARK, 50,
                               NULL);
    return true;
}

static void xlsx_row(struct report_file *file, const struct report_row *row)
{
    lxw_format *format = !file->rows ? file->head
                         : row->good ? file->plain
                                     : file->bad;

    for (int i = 0; i < REPORT_COLUMNS; i++)
        if (row->texts[i] && *row->texts[i]
            && worksheet_write_string(file->sheet, file->rows, (lxw_col_t)i,
                                      row->texts[i], format))
            file->broken = true;
    file->rows++;
}

static bool xlsx_close(struct report_file *file)
{
    if (file->rows > 1)
        (void)worksheet_autofilter(file->sheet, 0, 0, file->rows - 1,
                                   REPORT_COLUMNS - 1);
    return workbook_close(file->book) == LXW_NO_ERROR && !file->broken;
}

/* ------------------------------------------------------------------ either */

static const struct report_kind kinds[] = {
    { ".xlsx", xlsx_open, xlsx_row, xlsx_close },
    { "", csv_open, csv_write, csv_close },
};

static const struct report_kind *kind_of(const char *path)
{
    const struct report_kind *kind = kinds;
    size_t length = strlen(path), ending;

    while ((ending = strlen(kind->ending)) > length
           || strcmp(path + length - ending, kind->ending) != 0)
        kind++;
    return kind;
}

struct report_file *report_file_open(const char *path, struct arena *arena)
{
    struct report_file *file = arena_alloc(arena, sizeof *file);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct report_row head = titles();

    if (fd < 0 || close(fd) != 0)
        return NULL;
    file->kind = kind_of(path);
    if (!file->kind->open(file, path))
        return NULL;
    file->kind->row(file, &head);
    return file;
}

void report_file_row(struct report_file *file, const struct report_row *row)
{
    file->kind->row(file, row);
}

bool report_file_close(struct report_file **file)
{
    bool good = (*file)->kind->close(*file);

    *file = NULL;
    return good;
}
