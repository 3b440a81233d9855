#include "services/cases/attachment/commands.h"

#include "common/service/digest.h"
#include "common/service/seal.h"
#include "services/cases/attachment/rules.h"
#include "services/cases/attachment/store_sql.h"
#include "services/cases/household/own.h"
#include "services/cases/matter/matter.h"

#include <string.h>

enum { NAME_MAX_BYTES = 255, PAGE = 100 };

static const char *const kinds_of[] = { "photo",     "id_card", "title_paper",
                                        "agreement", "other",   NULL };
static const char lapsed_topic[] = "attachment.lapsed";

/* -------------------------------------------------- whose it is, who may */

/* What an attachment belongs to: one of the two. */
struct owner {
    struct id household;
    struct id matter;
};

static const struct field owner_fields[] = {
    OPTIONAL(owner, household),
    OPTIONAL(owner, matter),
};
static const struct shape owner_shape = SHAPE(owner);

/* A household's are for the register and the household itself, a case's for
 * whoever may see the case. */
static struct err may(struct call *call, struct owner owner)
{
    struct matter matter;

    if (id_given(owner.household) == id_given(owner.matter))
        return fail_at("household", "say one of household and matter");
    if (id_given(owner.household)) {
        about(call, owner.household);
        return own_only(call, ROLE_REGISTER, owner.household);
    }
    about(call, owner.matter);
    TRY(matter_look(call, NULL, owner.matter, &matter));
    return matter_may_see(call, &matter);
}

/* ---------------------------------------------------------- what is stored */

struct upload {
    struct id id;
    struct id household;
    struct id matter;
    unsigned kind;
    struct bytes name;
    struct bytes hash;
    unsigned media;
    int64_t size;
    int64_t parts;
    struct id begun_by;
    struct moment begun_at;
};

static const struct field upload_fields[] = {
    FIELD(upload, id),
    OPTIONAL(upload, household),
    OPTIONAL(upload, matter),
    FIELD(upload, kind, .names = kinds_of),
    FIELD(upload, name),
    FIELD(upload, hash),
    FIELD(upload, media, .names = media_names),
    FIELD(upload, size),
    FIELD(upload, parts),
    FIELD(upload, begun_by),
    FIELD(upload, begun_at),
};
static const struct shape upload_shape = SHAPE(upload);

struct stored {
    struct id id;
    struct id household;
    struct id matter;
    unsigned kind;
    struct bytes name;
    struct bytes hash;
    struct id added_by;
    struct moment added_at;
    struct id blob;
    unsigned media;
    int64_t size;
    int64_t parts;
};

static const struct field stored_fields[] = {
    FIELD(stored, id),        OPTIONAL(stored, household),
    OPTIONAL(stored, matter), FIELD(stored, kind, .names = kinds_of),
    FIELD(stored, name),      FIELD(stored, hash),
    FIELD(stored, added_by),  FIELD(stored, added_at),
    OPTIONAL(stored, blob),   FIELD(stored, media, .names = media_names),
    FIELD(stored, size),      FIELD(stored, parts),
};
static const struct shape stored_shape = SHAPE(stored);

struct part {
    struct id blob;
    int64_t position;
    struct bytes sealed;
};

static const struct field part_fields[] = {
    FIELD(part, blob),
    FIELD(part, position),
    OPTIONAL(part, sealed),
};
static const struct shape part_shape = SHAPE(part);

struct blob {
    struct id id;
    unsigned media;
    int64_t size;
    int64_t parts;
};

static const struct field blob_fields[] = {
    FIELD(blob, id),
    FIELD(blob, media, .names = media_names),
    FIELD(blob, size),
    FIELD(blob, parts),
};
static const struct shape blob_shape = SHAPE(blob);

static const char *place_of(const struct call *call, int64_t position)
{
    return arena_format(call->arena, "blob_part.%d", (int)position);
}

/* A part of a blob, opened. */
static struct err read_part(struct call *call, struct id blob, int64_t position,
                            struct bytes *bytes)
{
    struct part part = { .blob = blob, .position = position };

    TRY(fetch(call, &SQL_part_get, FROM(part, &part), INTO(part, &part)));
    *bytes = seal_open_bytes(call->seal, place_of(call, position), blob,
                             part.sealed, call->arena);
    return bytes->at ? OK
                     : fail(CODE_FAULT, "a stored part does not open: was the "
                                        "field key changed?");
}

static struct stored stored_of(const struct call *call, const struct upload *up)
{
    return (struct stored){
        .id = up->id,
        .household = up->household,
        .matter = up->matter,
        .kind = up->kind,
        .name = up->name,
        .hash = up->hash,
        .added_by = up->begun_by,
        .added_at = call->now,
        .media = up->media,
        .size = up->size,
        .parts = up->parts,
    };
}

/* -------------------------------------------------------- attachment.begin */

struct attachment_begin {
    struct id id;
    struct id household;
    struct id matter;
    unsigned kind;
    const char *name; /* of the file */
    unsigned media;
    int64_t size;
    struct bytes hash;
};

static const struct field attachment_begin_fields[] = {
    FIELD(attachment_begin, id),
    OPTIONAL(attachment_begin, household),
    OPTIONAL(attachment_begin, matter),
    FIELD(attachment_begin, kind, .names = kinds_of),
    FIELD(attachment_begin, name, .max = NAME_MAX_BYTES),
    FIELD(attachment_begin, media, .names = media_names),
    FIELD(attachment_begin, size, .least = 1, .most = ATTACHMENT_MAX),
    FIELD(attachment_begin, hash),
};
const struct shape attachment_begin_shape = SHAPE(attachment_begin);

struct attachment_begun {
    struct id id;
    bool there; /* the content was stored before: there is nothing to send */
    int64_t parts;
    int64_t part_size;
};

static const struct field attachment_begun_fields[] = {
    FIELD(attachment_begun, id),
    FIELD(attachment_begun, there),
    FIELD(attachment_begun, parts),
    FIELD(attachment_begun, part_size),
};
const struct shape attachment_begun_shape = SHAPE(attachment_begun);

struct lapsed {
    struct id upload;
};

static const struct field lapsed_fields[] = { FIELD(lapsed, upload) };
static const struct shape lapsed_shape = SHAPE(lapsed);
const struct shape attachment_lapsed_shape = SHAPE(lapsed);

struct upload_count {
    struct id begun_by;
    int64_t uploads;
};

static const struct field upload_count_fields[] = {
    OPTIONAL(upload_count, begun_by),
    OPTIONAL(upload_count, uploads),
};
static const struct shape upload_count_shape = SHAPE(upload_count);

static struct err open_upload(struct call *call, const struct upload *up)
{
    struct upload_count count = { .begun_by = call->actor };
    struct lapsed lapsed = { up->id };
    struct moment lapse = { call->now.us + UPLOAD_HOURS * HOUR_US };

    TRY(fetch(call, &SQL_upload_count, FROM(upload_count, &count),
              INTO(upload_count, &count)));
    if (count.uploads >= UPLOADS_MAX)
        return fail(CODE_CONFLICT, "20 of your uploads are unfinished: finish "
                                   "them, or wait a day until they are gone");
    TRY(store(call, &SQL_upload_add, FROM(upload, up)));
    return alarm_set(call, lapsed_topic, up->id, lapse, FROM(lapsed, &lapsed));
}

static struct err check_owner(struct call *call, struct owner owner)
{
    TRY(may(call, owner));
    if (!id_given(owner.household))
        return OK;
    return fetch(call, &SQL_attachment_home, FROM(owner, &owner),
                 INTO(owner, &owner));
}

static struct upload upload_of(const struct call *call,
                               const struct attachment_begin *ask)
{
    return (struct upload){
        .id = ask->id,
        .household = ask->household,
        .matter = ask->matter,
        .kind = ask->kind,
        .hash = ask->hash,
        .media = ask->media,
        .size = ask->size,
        .parts = attachment_parts(ask->size),
        .begun_by = call->actor,
        .begun_at = call->now,
    };
}

struct err cmd_attachment_begin(struct call *call, const void *body)
{
    const struct attachment_begin *ask = body;
    struct upload up = upload_of(call, ask);
    struct attachment_begun answer = { .id = ask->id,
                                       .part_size = ATTACHMENT_PART };
    struct blob blob;

    if (ask->hash.size != DIGEST_SIZE)
        return fail_at("hash", "is not a hash of 64 hex digits");
    TRY(check_owner(call, (struct owner){ ask->household, ask->matter }));
    TRY(seal_field(call, "attachment.name", up.id, ask->name, &up.name));
    struct err found =
        fetch(call, &SQL_blob_find, FROM(upload, &up), INTO(blob, &blob));
    if (found.code && found.code != CODE_NOT_FOUND)
        return found;
    answer.there = !found.code;
    if (answer.there && (blob.media != up.media || blob.size != up.size))
        return fail_at("media", "this content is stored as another media type "
                                "or size");
    if (answer.there) {
        struct stored stored = stored_of(call, &up);
        TRY(store(call, &SQL_attachment_add, FROM(stored, &stored)));
    } else {
        answer.parts = up.parts;
        TRY(open_upload(call, &up));
    }
    return reply(call, FROM(attachment_begun, &answer));
}

/* --------------------------------------------------------- attachment.part */

struct attachment_part {
    struct id id;
    int64_t position; /* from 0 */
    struct bytes data;
};

static const struct field attachment_part_fields[] = {
    FIELD(attachment_part, id),
    FIELD(attachment_part, position, .least = 0, .most = 511),
    FIELD(attachment_part, data),
};
const struct shape attachment_part_shape = SHAPE(attachment_part);

struct attachment_parted {
    struct id id;
    int64_t position;
};

static const struct field attachment_parted_fields[] = {
    FIELD(attachment_parted, id),
    FIELD(attachment_parted, position),
};
const struct shape attachment_parted_shape = SHAPE(attachment_parted);

/* The upload, locked; only who began it goes on with it. */
static struct err take_upload(struct call *call, struct id id,
                              struct upload *up)
{
    *up = (struct upload){ .id = id };
    struct err err =
        fetch(call, &SQL_upload_locked, FROM(upload, up), INTO(upload, up));

    if (err.code == CODE_NOT_FOUND
        || (!err.code && !id_same(up->begun_by, call->actor)))
        return fail(CODE_NOT_FOUND, "there is no such upload of yours: it was "
                                    "ended, or it is older than a day");
    about(call, up->id);
    return err;
}

static struct err not_what_it_says(const struct call *call,
                                   const struct upload *up, const char *why)
{
    return fail_at("media", arena_format(call->arena,
                                         "it is not the %s that it says "
                                         "to be: %s",
                                         media_names[up->media], why));
}

struct err cmd_attachment_part(struct call *call, const void *body)
{
    const struct attachment_part *ask = body;
    struct attachment_parted answer = { ask->id, ask->position };
    struct upload up;

    TRY(take_upload(call, ask->id, &up));
    if (ask->position >= up.parts)
        return fail_at("position", "is beyond the size that was said");
    if ((int64_t)ask->data.size != attachment_part_size(up.size, ask->position))
        return fail_at("data", "has not the length of this part");
    if (ask->position == 0
        && !media_begins(up.media, ask->data.at, ask->data.size))
        return not_what_it_says(call, &up, "it begins otherwise");
    struct part part = {
        .blob = up.id,
        .position = ask->position,
        .sealed = seal_bytes(call->seal, place_of(call, ask->position), up.id,
                             ask->data, call->arena),
    };
    TRY(store(call, &SQL_part_keep, FROM(part, &part)));
    return reply(call, FROM(attachment_parted, &answer));
}

/* ---------------------------------------------------------- attachment.end */

struct attachment_end {
    struct id id;
};

static const struct field attachment_end_fields[] = {
    FIELD(attachment_end, id),
};
const struct shape attachment_end_shape = SHAPE(attachment_end);

struct attachment_ended {
    struct id id;
    struct bytes hash;
};

static const struct field attachment_ended_fields[] = {
    FIELD(attachment_ended, id),
    FIELD(attachment_ended, hash),
};
const struct shape attachment_ended_shape = SHAPE(attachment_ended);

/* From the first byte to the last: all there, as long, the hash, the kind. */
static struct err check_whole(struct call *call, const struct upload *up)
{
    struct digest *digest = digest_new(call->arena);
    struct media_check check;
    struct bytes bytes;

    media_begin(&check, up->media);
    for (int64_t i = 0; i < up->parts; i++) {
        struct err err = read_part(call, up->id, i, &bytes);
        if (err.code == CODE_NOT_FOUND)
            return fail(
                CODE_CONFLICT,
                arena_format(call->arena, "part %d has not come", (int)i));
        TRY(err);
        digest_add(digest, bytes);
        media_add(&check, bytes.at, bytes.size);
    }
    if (memcmp(digest_end(digest, call->arena).at, up->hash.at, DIGEST_SIZE)
        != 0)
        return fail_at("hash", "the content has another hash than was said");
    const char *why = media_end(&check);
    return why ? not_what_it_says(call, up, why) : OK;
}

struct err cmd_attachment_end(struct call *call, const void *body)
{
    const struct attachment_end *ask = body;
    struct upload up;
    struct blob blob;

    TRY(take_upload(call, ask->id, &up));
    TRY(check_whole(call, &up));
    struct stored stored = stored_of(call, &up);
    TRY(store_any(call, &SQL_blob_add, FROM(stored, &stored)));
    TRY(fetch(call, &SQL_blob_find, FROM(upload, &up), INTO(blob, &blob)));
    if (!id_same(blob.id, up.id)) /* somebody else's upload came first */
        TRY(store_any(call, &SQL_parts_drop, FROM(upload, &up)));
    TRY(store(call, &SQL_attachment_add, FROM(stored, &stored)));
    TRY(store(call, &SQL_upload_drop, FROM(upload, &up)));
    TRY(alarm_cancel(call, lapsed_topic, up.id));
    struct attachment_ended answer = { up.id, up.hash };
    return reply(call, FROM(attachment_ended, &answer));
}

struct err on_attachment_lapsed(struct call *call, const void *body)
{
    const struct lapsed *alarm = body;
    struct upload up = { .id = alarm->upload };
    struct err err =
        fetch(call, &SQL_upload_locked, FROM(upload, &up), INTO(upload, &up));

    if (err.code == CODE_NOT_FOUND)
        return OK; /* it was ended while the alarm was on its way */
    TRY(err);
    TRY(store_any(call, &SQL_parts_drop, FROM(upload, &up)));
    return store(call, &SQL_upload_drop, FROM(upload, &up));
}

/* --------------------------------------------------------- attachment.list */

struct attachment_list {
    struct id household;
    struct id matter;
    struct id after;
};

static const struct field attachment_list_fields[] = {
    OPTIONAL(attachment_list, household),
    OPTIONAL(attachment_list, matter),
    OPTIONAL(attachment_list, after),
};
const struct shape attachment_list_shape = SHAPE(attachment_list);

struct attachment_row {
    struct id id;
    unsigned kind;
    unsigned media;
    int64_t size;
    struct bytes hash;
    struct id added_by;
    struct moment added_at;
};

static const struct field attachment_row_fields[] = {
    FIELD(attachment_row, id),
    FIELD(attachment_row, kind, .names = kinds_of),
    FIELD(attachment_row, media, .names = media_names),
    FIELD(attachment_row, size),
    FIELD(attachment_row, hash),
    FIELD(attachment_row, added_by),
    FIELD(attachment_row, added_at),
};
static const struct shape attachment_row_shape = SHAPE(attachment_row);

struct attachment_page {
    struct rows attachments;
    struct id next;
};

static const struct field attachment_page_fields[] = {
    FIELD(attachment_page, attachments, .shape = &attachment_row_shape),
    OPTIONAL(attachment_page, next),
};
const struct shape attachment_page_shape = SHAPE(attachment_page);

struct err cmd_attachment_list(struct call *call, const void *body)
{
    const struct attachment_list *ask = body;
    struct attachment_page answer = { 0 };

    TRY(may(call, (struct owner){ ask->household, ask->matter }));
    TRY(list(call, then(call, &SQL_attachment_page), FROM(attachment_list, ask),
             &attachment_row_shape, &answer.attachments));
    const struct attachment_row *rows = answer.attachments.at;
    if (answer.attachments.count == PAGE)
        answer.next = rows[PAGE - 1].id;
    return reply(call, FROM(attachment_page, &answer));
}

/* ---------------------------------------------------------- attachment.get */

struct attachment_get {
    struct id id;
    int64_t part; /* from 0 */
};

static const struct field attachment_get_fields[] = {
    FIELD(attachment_get, id),
    OPTIONAL(attachment_get, part, .least = 0, .most = 511),
};
const struct shape attachment_get_shape = SHAPE(attachment_get);

struct attachment_got {
    struct id id;
    unsigned kind;
    const char *name;
    unsigned media;
    int64_t size;
    struct bytes hash;
    int64_t parts;
    int64_t part;
    struct bytes data;
};

static const struct field attachment_got_fields[] = {
    FIELD(attachment_got, id),
    FIELD(attachment_got, kind, .names = kinds_of),
    FIELD(attachment_got, name),
    FIELD(attachment_got, media, .names = media_names),
    FIELD(attachment_got, size),
    FIELD(attachment_got, hash),
    FIELD(attachment_got, parts),
    FIELD(attachment_got, part),
    FIELD(attachment_got, data),
};
const struct shape attachment_got_shape = SHAPE(attachment_got);

struct err cmd_attachment_get(struct call *call, const void *body)
{
    const struct attachment_get *ask = body;
    struct stored a = { .id = ask->id };

    TRY(fetch(call, &SQL_attachment_one, FROM(stored, &a), INTO(stored, &a)));
    TRY(may(call, (struct owner){ a.household, a.matter }));
    struct attachment_got answer = {
        .id = a.id,
        .kind = a.kind,
        .media = a.media,
        .size = a.size,
        .hash = a.hash,
        .parts = a.parts,
        .part = ask->part,
    };
    TRY(open_field(call, "attachment.name", a.id, a.name, &answer.name));
    TRY(read_part(call, a.blob, ask->part, &answer.data));
    return reply(call, FROM(attachment_got, &answer));
}
