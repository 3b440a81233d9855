#include "services/redkite/import/sender.h"

#include "common/base/survey_columns.h"
#include "common/base/text.h"

#include <czmq.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS = 100,         /* of one batch (survey.import)          */
    BYTES = 60 * 1024,  /* of one batch's body                   */
    WINDOW = 4,         /* batches in flight                     */
    SLOTS = WINDOW + 1, /* and the one that is being filled      */
    AGAIN_MS = 2000,    /* without an answer, send again after   */
    AGAIN_MOST_MS = 16000,
    BUSY_MS = 250,       /* after "busy", send again after        */
    GIVE_UP_MS = 120000, /* without an answer to a batch          */
};

struct batch {
    char text[BYTES]; /* rows, a comma after each */
    size_t used, rows;
    size_t at[ROWS + 1]; /* where each row begins in text */
    int64_t lines[ROWS]; /* of the file                   */
    uint64_t nos[ROWS];  /* hashes of the household numbers */
    struct id call;
    int64_t first, again; /* when sent first, when to send again (mono) */
    int pause_ms;
    bool answered;
    struct answer answer;
    struct arena *arena; /* of the answer */
};

struct sender {
    struct shipment to;
    const char *head; /* of each body, up to the rows */
    struct batch batch[SLOTS];
    size_t oldest, flying; /* a ring: the next slot is being filled */
    char row[BYTES];
    bool stopped;
};

/* ------------------------------------------------------------- rows as JSON */

struct writer {
    char *at;
    size_t used, size;
    bool full;
};

static void put(struct writer *to, const char *bytes, size_t size)
{
    if (size >= to->size - to->used) {
        to->full = true;
        return;
    }
    memcpy(to->at + to->used, bytes, size);
    to->used += size;
}

static void put_text(struct writer *to, const char *text)
{
    put(to, text, strlen(text));
}

/* A JSON string; the sheet's reader has seen to it that it is UTF-8. */
static void put_string(struct writer *to, const char *text)
{
    static const char hex[] = "0123456789abcdef";

    put_text(to, "\"");
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20)
            put(to, (char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] },
                6);
        else if (c == '"' || c == '\\')
            put(to, (char[]){ '\\', (char)c }, 2);
        else
            put(to, text, 1);
    }
    put_text(to, "\"");
}

static bool write_row(struct writer *to, const struct sheet_record *record)
{
    char line[40];

    (void)snprintf(line, sizeof line, "{\"line\":%ld", record->line);
    put_text(to, line);
    for (int i = 0; i < SURVEY_COLUMNS; i++) {
        if (!record->cells[i])
            continue;
        put_text(to, ",\"");
        put_text(to, survey_columns[i].name);
        put_text(to, "\":");
        put_string(to, record->cells[i]);
    }
    put_text(to, "}");
    return !to->full;
}

/* The household that a row is about, as a number to compare (FNV-1a). */
static uint64_t household_of(const struct sheet_record *record)
{
    char no[SHEET_CELL_MAX + 1] = "";
    uint64_t hash = UINT64_C(14695981039346656037);

    if (record->cells[SURVEY_NO])
        (void)snprintf(no, sizeof no, "%s", record->cells[SURVEY_NO]);
    for (const char *c = text_squeeze(no); *c; c++)
        hash = (hash ^ ((unsigned char)*c & 0xDF)) * UINT64_C(1099511628211);
    return hash;
}

/* ----------------------------------------------------------------- the ring */

static struct batch *batch_at(struct sender *sender, size_t n)
{
    return &sender->batch[(sender->oldest + n) % SLOTS];
}

static struct batch *filling(struct sender *sender)
{
    return batch_at(sender, sender->flying);
}

static void batch_clear(struct batch *batch)
{
    arena_reset(batch->arena);
    batch->used = batch->rows = 0;
    batch->answered = false;
}

static void transmit(struct sender *sender, struct batch *batch)
{
    const char *body = arena_format(batch->arena, "%s%.*s]}", sender->head,
                                    (int)batch->used - 1, batch->text);

    client_send(sender->to.client, batch->call, "survey.import", body);
    batch->again = zclock_mono() + batch->pause_ms;
    if (batch->pause_ms < AGAIN_MOST_MS)
        batch->pause_ms *= 2;
}

/* For the first time, or with other rows than before: a call of its own. */
static void launch(struct sender *sender, struct batch *batch)
{
    batch->call = id_new(moment_now());
    batch->first = zclock_mono();
    batch->pause_ms = AGAIN_MS;
    batch->answered = false;
    transmit(sender, batch);
}

/* ------------------------------------------------------------------ answers */

static const char *text_of(const cJSON *row, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, name));

    return text ? text : "";
}

/* The cells of a row as they stand in the sheet, for a report that wants them;
 * they are good until *whole is deleted. */
static const char *const *cells_of(const struct sender *sender,
                                   const struct batch *batch, size_t row,
                                   const char *cells[SURVEY_COLUMNS],
                                   cJSON **whole)
{
    *whole = NULL;
    if (!sender->to.report->to || row >= batch->rows)
        return NULL;
    *whole = cJSON_ParseWithLength(batch->text + batch->at[row],
                                   batch->at[row + 1] - batch->at[row] - 1);
    for (int i = 0; i < SURVEY_COLUMNS; i++)
        cells[i] = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(*whole, survey_columns[i].name));
    return cells;
}

static void report_results(struct sender *sender, const struct batch *batch)
{
    cJSON *whole = cJSON_Parse(batch->answer.body);
    const char *cells[SURVEY_COLUMNS];
    const cJSON *row;
    cJSON *sent;
    size_t n = 0;

    cJSON_ArrayForEach(row,
                       cJSON_GetObjectItemCaseSensitive(whole, "results")) {
        struct line line = {
            .number = (int64_t)cJSON_GetNumberValue(
                cJSON_GetObjectItemCaseSensitive(row, "line")),
            .no = text_of(row, "no"),
            .verdict = text_of(row, "verdict"),
            .column = text_of(row, "column"),
            .remark = text_of(row, "remark"),
            .cells = cells_of(sender, batch, n++, cells, &sent),
        };
        report_line(sender->to.report, &line);
        cJSON_Delete(sent);
    }
    cJSON_Delete(whole);
}

/* "rows[17].phone" names a row that can never be taken; -1 for anything else.
 */
static int row_at_fault(const struct batch *batch, const char *field)
{
    char *end = NULL;

    if (strncmp(field, "rows[", 5) != 0)
        return -1;
    unsigned long row = strtoul(field + 5, &end, 10);
    return *end == ']' && row < batch->rows ? (int)row : -1;
}

static const char *column_title(const char *field)
{
    const char *dot = strchr(field, '.');

    for (int i = 0; dot && i < SURVEY_COLUMNS; i++)
        if (strcmp(survey_columns[i].name, dot + 1) == 0)
            return survey_columns[i].title;
    return "";
}

static void drop_row(struct batch *batch, size_t row)
{
    size_t size = batch->at[row + 1] - batch->at[row];
    char *from = batch->text + batch->at[row];

    memmove(from, from + size, batch->used - batch->at[row + 1]);
    batch->used -= size;
    batch->rows--;
    for (size_t i = row; i < batch->rows; i++) {
        batch->at[i + 1] = batch->at[i + 2] - size;
        batch->lines[i] = batch->lines[i + 1];
        batch->nos[i] = batch->nos[i + 1];
    }
}

/* One row that the service cannot read must not hold up the others: it is
 * reported, and the rest goes out again.  True when the batch is to be awaited
 * once more. */
static bool mend(struct sender *sender, struct batch *batch)
{
    cJSON *problem = cJSON_Parse(batch->answer.body);
    const char *field = text_of(problem, "field");
    int row = batch->answer.code == CODE_BAD_REQUEST
                  ? row_at_fault(batch, field)
                  : -1;

    if (row >= 0) {
        const char *cells[SURVEY_COLUMNS];
        cJSON *sent;
        struct line line = {
            .number = batch->lines[row],
            .no = "",
            .verdict = "refused",
            .column = column_title(field),
            .remark = text_of(problem, "why"),
            .cells = cells_of(sender, batch, (size_t)row, cells, &sent),
        };
        report_line(sender->to.report, &line);
        cJSON_Delete(sent);
        drop_row(batch, (size_t)row);
    }
    cJSON_Delete(problem);
    if (row >= 0 && batch->rows)
        launch(sender, batch);
    return row >= 0;
}

/* What became of the oldest batch; false when it is still on its way. */
static bool settle_oldest(struct sender *sender)
{
    struct batch *batch = batch_at(sender, 0);

    if (!sender->flying || !batch->answered)
        return false;
    if (!batch->answer.code) {
        report_results(sender, batch);
    } else if (mend(sender, batch)) {
        if (batch->rows)
            return false;
    } else {
        (void)say_problem(sender->to.run, "survey.import", batch->answer);
        sender->stopped = true;
    }
    batch_clear(batch);
    sender->oldest = (sender->oldest + 1) % SLOTS;
    sender->flying--;
    report_progress(sender->to.report);
    return true;
}

/* "Busy" is no answer: the batch goes out again after its pause. */
static void take_answer(struct sender *sender, struct id call,
                        struct answer answer, struct arena *arena)
{
    for (size_t i = 0; i < sender->flying; i++) {
        struct batch *batch = batch_at(sender, i);
        if (batch->answered || !id_same(batch->call, call))
            continue;
        if (answer.code == CODE_BUSY) {
            batch->again = zclock_mono() + BUSY_MS;
            continue;
        }
        batch->answered = true;
        batch->answer = answer;
        batch->answer.body = arena_text(batch->arena, answer.body);
    }
    arena_reset(arena);
}

static void send_again(struct sender *sender)
{
    int64_t now = zclock_mono();

    for (size_t i = 0; i < sender->flying; i++) {
        struct batch *batch = batch_at(sender, i);
        if (batch->answered || now < batch->again)
            continue;
        if (now - batch->first > GIVE_UP_MS) {
            say("cases does not answer; what it took stands. Run the import "
                "again: nothing is taken twice");
            sender->stopped = true;
            return;
        }
        transmit(sender, batch);
    }
}

/* Waits a little for answers, and does with them what there is to do. */
static void pump(struct sender *sender)
{
    struct arena *arena = arena_new();
    struct answer answer;
    struct id call;

    if (client_receive(sender->to.client, AGAIN_MS / 4, &call, &answer, arena))
        take_answer(sender, call, answer, arena);
    arena_destroy(&arena);
    send_again(sender);
    while (!sender->stopped && settle_oldest(sender))
        ;
}

/* ------------------------------------------------------------------ sending */

static bool share_household(const struct batch *a, const struct batch *b)
{
    for (size_t i = 0; i < a->rows; i++)
        for (size_t j = 0; j < b->rows; j++)
            if (a->nos[i] == b->nos[j])
                return true;
    return false;
}

static bool must_wait(struct sender *sender)
{
    const struct batch *next = filling(sender);

    if (sender->flying == WINDOW)
        return true;
    for (size_t i = 0; i < sender->flying; i++)
        if (!batch_at(sender, i)->answered
            && share_household(batch_at(sender, i), next))
            return true;
    return false;
}

static bool send_filled(struct sender *sender)
{
    while (!sender->stopped && must_wait(sender))
        pump(sender);
    if (sender->stopped || !filling(sender)->rows)
        return !sender->stopped;
    launch(sender, filling(sender));
    sender->flying++;
    batch_clear(filling(sender));
    return true;
}

struct sender *sender_new(const struct shipment *shipment, struct arena *arena)
{
    struct sender *sender = arena_alloc(arena, sizeof *sender);
    struct writer name = { arena_alloc(arena, BYTES), 0, BYTES, false };

    put_string(&name, shipment->sheet);
    sender->to = *shipment;
    sender->head =
        arena_format(arena,
                     "{\"project\":\"%s\",\"sheet\":%.*s,\"sheet_hash\":\"%s\","
                     "\"dry_run\":%s,\"rows\":[",
                     shipment->project, (int)name.used, name.at, shipment->hash,
                     shipment->dry_run ? "true" : "false");
    for (size_t i = 0; i < SLOTS; i++)
        sender->batch[i].arena = arena_new();
    return sender;
}

void sender_close(struct sender **sender)
{
    for (size_t i = 0; *sender && i < SLOTS; i++)
        arena_destroy(&(*sender)->batch[i].arena);
    *sender = NULL;
}

bool sender_add(struct sender *sender, const struct sheet_record *record)
{
    size_t head = strlen(sender->head) + 8;
    struct writer row = { sender->row, 0, BYTES - head, false };

    if (!write_row(&row, record)) {
        report_line(sender->to.report,
                    &(struct line){ record->line, "", "refused", "",
                                    "这一行的文字太长，请缩短后再导入",
                                    record->cells });
        return true;
    }
    struct batch *batch = filling(sender);
    if (batch->rows == ROWS || batch->used + row.used + head > BYTES) {
        if (!send_filled(sender))
            return false;
        batch = filling(sender);
    }
    memcpy(batch->text + batch->used, row.at, row.used);
    batch->used += row.used;
    batch->text[batch->used++] = ',';
    batch->lines[batch->rows] = record->line;
    batch->nos[batch->rows++] = household_of(record);
    batch->at[batch->rows] = batch->used;
    return true;
}

bool sender_finish(struct sender *sender)
{
    bool good = send_filled(sender);

    while (good && !sender->stopped && sender->flying)
        pump(sender);
    return !sender->stopped;
}
