#include "services/cases/survey/homes.h"

#include "common/base/text.h"
#include "services/cases/search/commands.h"
#include "services/cases/survey/store_sql.h"

#include <string.h>

/* ---------------------------------------------------------- what is there */

static const struct field survey_community_fields[] = {
    FIELD(survey_community, id),
    FIELD(survey_community, name),
    FIELD(survey_community, track),
};
static const struct shape survey_community_shape = SHAPE(survey_community);

struct survey_known {
    struct id id;
    const char *no;
    struct id community;
    const char *state;
    const char *registration;
    const char *use;
    const char *structure;
    struct area registered_area;
    struct area measured_area;
    int64_t persons;
    struct day surveyed_on;
    const char *choice;
    struct bytes content_hash;
    struct bytes name;
    struct bytes id_number;
    struct bytes phone;
    struct bytes address;
    struct bytes certificate;
    struct bytes remark;
    struct bytes sheet; /* the line that last corrected it, if one did */
    int64_t line;
};

static const struct field survey_known_fields[] = {
    FIELD(survey_known, id),
    FIELD(survey_known, no),
    FIELD(survey_known, community),
    FIELD(survey_known, state),
    FIELD(survey_known, registration),
    FIELD(survey_known, use),
    FIELD(survey_known, structure),
    FIELD(survey_known, registered_area),
    FIELD(survey_known, measured_area),
    FIELD(survey_known, persons),
    FIELD(survey_known, surveyed_on),
    FIELD(survey_known, choice),
    FIELD(survey_known, content_hash),
    FIELD(survey_known, name),
    FIELD(survey_known, id_number),
    FIELD(survey_known, phone),
    FIELD(survey_known, address),
    FIELD(survey_known, certificate),
    FIELD(survey_known, remark),
    FIELD(survey_known, sheet),
    FIELD(survey_known, line),
};
static const struct shape survey_known_shape = SHAPE(survey_known);

/* A household with an ID number that this batch brings too. */
struct survey_twin {
    struct bytes id_blind;
    const char *no;
};

static const struct field survey_twin_fields[] = {
    FIELD(survey_twin, id_blind),
    FIELD(survey_twin, no),
};
static const struct shape survey_twin_shape = SHAPE(survey_twin);

struct survey_look {
    struct id project;
    const char *nos;    /* by line feeds        */
    const char *blinds; /* an array of bytea    */
};

static const struct field survey_look_fields[] = {
    FIELD(survey_look, project),
    FIELD(survey_look, nos),
    FIELD(survey_look, blinds),
};
static const struct shape survey_look_shape = SHAPE(survey_look);

static struct arena *arena_of(const struct survey_homes *homes)
{
    return homes->call->arena;
}

struct bytes survey_blind(const struct call *call, const char *id_full)
{
    return search_blind(call, SEARCH_ID_NUMBER, id_full);
}

struct bytes survey_hash(const struct call *call,
                         const struct survey_household *is)
{
    return seal_blind(call->seal, "household.content",
                      survey_content(is, call->arena), call->arena);
}

/* The numbers and the blind hashes of all readings: one list each. */
static struct survey_look look_of(const struct survey_homes *homes,
                                  const struct survey_reading *readings,
                                  size_t count)
{
    static const char hex[] = "0123456789abcdef";
    size_t size = 4;

    for (size_t i = 0; i < count; i++)
        if (!readings[i].err.code)
            size += strlen(readings[i].is.no) + 2 * readings[i].blind.size + 8;

    char *nos = arena_alloc(arena_of(homes), size), *no = nos;
    char *blinds = arena_alloc(arena_of(homes), size), *to = blinds;
    *to++ = '{';
    for (size_t i = 0; i < count; i++) {
        const struct survey_reading *r = &readings[i];
        if (r->err.code)
            continue;
        no = stpcpy(stpcpy(no, no == nos ? "" : "\n"), r->is.no);
        to = stpcpy(to, to == blinds + 1 ? "\"\\\\x" : ",\"\\\\x");
        for (size_t k = 0; k < r->blind.size; k++) {
            *to++ = hex[r->blind.at[k] >> 4];
            *to++ = hex[r->blind.at[k] & 15];
        }
        *to++ = '"';
    }
    *to = '}';
    return (struct survey_look){ homes->project, nos, blinds };
}

static struct survey_home home_of(const struct call *call,
                                  const struct survey_known *k)
{
    const struct seal *seal = call->seal;
    struct arena *arena = call->arena;
    struct id id = k->id;
    struct survey_home home = {
        .id = id,
        .community = k->community,
        .state = k->state,
        .content_hash = k->content_hash,
        .sheet = k->sheet,
        .line = k->line,
    };

    home.is = (struct survey_household){
        .no = k->no,
        .name =
            seal_open_text(seal, "household_person.name", id, k->name, arena),
        .id_number = seal_open_text(seal, "household_person.id_number", id,
                                    k->id_number, arena),
        .phone =
            seal_open_text(seal, "household_person.phone", id, k->phone, arena),
        .address = seal_open_text(seal, "household_person.address", id,
                                  k->address, arena),
        .certificate = seal_open_text(seal, "household_person.certificate", id,
                                      k->certificate, arena),
        .registration = k->registration,
        .use = k->use,
        .structure = k->structure,
        .registered_area = k->registered_area,
        .measured_area = k->measured_area,
        .persons = k->persons,
        .surveyed_on = k->surveyed_on,
        .choice = k->choice,
        .note = seal_open_text(seal, "household_person.remark", id, k->remark,
                               arena),
    };
    return home;
}

struct err survey_homes_load(struct survey_homes *homes,
                             const struct survey_reading *readings,
                             size_t count)
{
    struct call *call = homes->call;
    struct survey_look look = look_of(homes, readings, count);
    struct rows known;

    TRY(store_any(call, &SQL_survey_turn, FROM(survey_look, &look)));
    TRY(list(call, &SQL_survey_communities, FROM(survey_look, &look),
             &survey_community_shape, &homes->communities));
    if (!homes->communities.count)
        return fail(CODE_NOT_FOUND, "there is no such project, or it has no "
                                    "communities yet");
    TRY(list(call, &SQL_survey_known, FROM(survey_look, &look),
             &survey_known_shape, &known));
    TRY(list(call, &SQL_survey_twins, FROM(survey_look, &look),
             &survey_twin_shape, &homes->twins));

    homes->at = arena_alloc(arena_of(homes),
                            (known.count + count + 1) * sizeof *homes->at);
    for (size_t i = 0; i < known.count; i++)
        homes->at[homes->count++] =
            home_of(call, (const struct survey_known *)known.at + i);
    return OK;
}

/* ---------------------------------------------------------------- finding */

struct survey_home *survey_home_find(const struct survey_homes *homes,
                                     const char *no)
{
    for (size_t i = 0; i < homes->count; i++)
        if (strcmp(homes->at[i].is.no, no) == 0)
            return &homes->at[i];
    return NULL;
}

const struct survey_community *
survey_community_find(const struct survey_homes *homes, const char *name)
{
    const struct survey_community *all = homes->communities.at;

    for (size_t i = 0; i < homes->communities.count; i++) {
        char *squeezed = arena_text(arena_of(homes), all[i].name);
        if (strcmp(text_squeeze(squeezed), name) == 0)
            return &all[i];
    }
    return NULL;
}

const char *survey_twin_find(const struct survey_homes *homes,
                             struct bytes blind, const char *no)
{
    const struct survey_twin *twins = homes->twins.at;

    for (size_t i = 0; i < homes->twins.count; i++)
        if (twins[i].id_blind.size == blind.size
            && memcmp(twins[i].id_blind.at, blind.at, blind.size) == 0
            && strcmp(twins[i].no, no) != 0)
            return twins[i].no;
    return NULL;
}

/* --------------------------------------------------------- what is written */

struct survey_entry {
    struct id id;
    struct id project;
    const char *track;
    struct id community;
    const char *no;
    const char *registration;
    const char *use;
    const char *structure;
    struct area registered_area;
    struct area measured_area;
    int64_t persons;
    struct day surveyed_on;
    const char *choice;
    struct bytes content_hash;
    struct bytes name;
    struct bytes id_number;
    struct bytes id_blind;
    struct bytes name_blind;
    struct bytes phone_blind;
    struct bytes address_blind;
    struct bytes phone;
    struct bytes address;
    struct bytes certificate;
    struct bytes remark;
    struct bytes hardship;
    struct bytes sheet;
    int64_t line;
    struct moment at;
    const char *event;
    const char *from_state;
    const char *state;
    const char *reason; /* the changed columns; NULL = none to tell of */
    bool facts;         /* what a statement counts has changed         */
    struct id actor;
    struct id call;
};

static const struct field survey_entry_fields[] = {
    FIELD(survey_entry, id),
    FIELD(survey_entry, project),
    FIELD(survey_entry, track),
    FIELD(survey_entry, community),
    FIELD(survey_entry, no),
    FIELD(survey_entry, registration),
    FIELD(survey_entry, use),
    FIELD(survey_entry, structure),
    FIELD(survey_entry, registered_area),
    FIELD(survey_entry, measured_area),
    FIELD(survey_entry, persons),
    FIELD(survey_entry, surveyed_on),
    FIELD(survey_entry, choice),
    FIELD(survey_entry, content_hash),
    FIELD(survey_entry, name),
    FIELD(survey_entry, id_number),
    FIELD(survey_entry, id_blind),
    FIELD(survey_entry, name_blind),
    FIELD(survey_entry, phone_blind),
    FIELD(survey_entry, address_blind),
    FIELD(survey_entry, phone),
    FIELD(survey_entry, address),
    FIELD(survey_entry, certificate),
    FIELD(survey_entry, remark),
    FIELD(survey_entry, hardship),
    FIELD(survey_entry, sheet),
    FIELD(survey_entry, line),
    FIELD(survey_entry, at),
    FIELD(survey_entry, event),
    FIELD(survey_entry, from_state),
    FIELD(survey_entry, state),
    FIELD(survey_entry, reason),
    FIELD(survey_entry, facts),
    FIELD(survey_entry, actor),
    FIELD(survey_entry, call),
};
static const struct shape survey_entry_shape = SHAPE(survey_entry);

/* ----------------------------------------------------------------- events */

struct survey_registered {
    struct id household;
    struct id project;
    struct id community;
    const char *no;
    const char *state;
};

static const struct field survey_registered_fields[] = {
    FIELD(survey_registered, household), FIELD(survey_registered, project),
    FIELD(survey_registered, community), FIELD(survey_registered, no),
    FIELD(survey_registered, state),
};
const struct shape survey_registered_shape = SHAPE(survey_registered);

struct survey_corrected {
    struct id household;
    struct id project;
    struct id community;
    const char *fields;
};

static const struct field survey_corrected_fields[] = {
    FIELD(survey_corrected, household),
    FIELD(survey_corrected, project),
    FIELD(survey_corrected, community),
    FIELD(survey_corrected, fields),
};
const struct shape survey_corrected_shape = SHAPE(survey_corrected);

/* ----------------------------------------------------------------- saving */

static struct bytes sealed(const struct survey_homes *homes, const char *place,
                           struct id household, const char *text)
{
    return seal_text(homes->call->seal, place, household, text,
                     arena_of(homes));
}

static struct survey_entry entry_of(const struct survey_homes *homes,
                                    const struct survey_home *home)
{
    const struct survey_household *is = &home->is;
    const struct survey_community *community = homes->communities.at;
    struct id id = home->id;

    return (struct survey_entry){
        .id = id,
        .project = homes->project,
        .track = community->track,
        .community = home->community,
        .no = is->no,
        .registration = is->registration,
        .use = is->use,
        .structure = is->structure,
        .registered_area = is->registered_area,
        .measured_area = is->measured_area,
        .persons = is->persons,
        .surveyed_on = is->surveyed_on,
        .choice = is->choice,
        .content_hash = home->content_hash,
        .name = sealed(homes, "household_person.name", id, is->name),
        .id_number =
            sealed(homes, "household_person.id_number", id, is->id_number),
        .id_blind = survey_blind(homes->call, is->id_full),
        .name_blind = search_blind(homes->call, SEARCH_NAME, is->name),
        .phone_blind = search_blind(homes->call, SEARCH_PHONE, is->phone),
        .address_blind = search_blind(homes->call, SEARCH_ADDRESS, is->address),
        .phone = sealed(homes, "household_person.phone", id, is->phone),
        .address = sealed(homes, "household_person.address", id, is->address),
        .certificate =
            sealed(homes, "household_person.certificate", id, is->certificate),
        .remark = sealed(homes, "household_person.remark", id, is->note),
        .hardship = sealed(homes, "hardship_note.note", id, is->hardship),
        .sheet = home->sheet,
        .line = home->touched ? home->line : 0,
        .at = homes->call->now,
        .event = home->fresh ? "import" : "correct",
        .from_state = home->fresh ? NULL : home->state,
        .state = home->state,
        .reason = home->fresh || !home->changes
                      ? NULL
                      : survey_names(home->changes, arena_of(homes)),
        .facts = home->changes & SURVEY_FACTS,
        .actor = homes->call->actor,
        .call = homes->call->id,
    };
}

/* A household that the batch both registers and corrects is fresh. */
static struct rows entries_of(const struct survey_homes *homes, bool fresh)
{
    struct survey_entry *entries =
        arena_alloc(arena_of(homes), (homes->count + 1) * sizeof *entries);
    size_t count = 0;

    for (size_t i = 0; i < homes->count; i++) {
        const struct survey_home *home = &homes->at[i];
        if (home->fresh == fresh && (home->fresh || home->touched))
            entries[count++] = entry_of(homes, home);
    }
    return (struct rows){ entries, count };
}

static struct err tell_registered(struct call *call, struct rows fresh)
{
    const struct survey_entry *entries = fresh.at;
    struct id *ids = arena_alloc(call->arena, (fresh.count + 1) * sizeof *ids);
    struct survey_registered *events =
        arena_alloc(call->arena, (fresh.count + 1) * sizeof *events);

    for (size_t i = 0; i < fresh.count; i++) {
        const struct survey_entry *e = &entries[i];
        ids[i] = e->id;
        events[i] = (struct survey_registered){
            e->id, e->project, e->community, e->no, e->state,
        };
    }
    return emit_rows(call, "household.registered",
                     (struct ids){ ids, fresh.count }, &survey_registered_shape,
                     (struct rows){ events, fresh.count });
}

static struct err tell_corrected(struct call *call, struct rows touched)
{
    const struct survey_entry *entries = touched.at;
    struct id *ids =
        arena_alloc(call->arena, (touched.count + 1) * sizeof *ids);
    struct survey_corrected *events =
        arena_alloc(call->arena, (touched.count + 1) * sizeof *events);
    size_t count = 0;

    for (size_t i = 0; i < touched.count; i++) {
        const struct survey_entry *e = &entries[i];
        if (!e->reason)
            continue;
        ids[count] = e->id;
        events[count++] = (struct survey_corrected){
            e->id,
            e->project,
            e->community,
            e->reason,
        };
    }
    if (!count)
        return OK;
    return emit_rows(call, "household.corrected", (struct ids){ ids, count },
                     &survey_corrected_shape, (struct rows){ events, count });
}

static struct err store_all(struct call *call,
                            const struct statement *const *steps,
                            struct rows entries)
{
    for (; *steps; steps++)
        TRY(store_rows(call, *steps, &survey_entry_shape, entries));
    return OK;
}

struct err survey_homes_save(const struct survey_homes *homes)
{
    static const struct statement *const adding[] = {
        &SQL_survey_add,   &SQL_survey_add_person, &SQL_survey_add_hardship,
        &SQL_survey_entry, &SQL_survey_overtake,   NULL,
    };
    static const struct statement *const correcting[] = {
        &SQL_survey_correct,          &SQL_survey_correct_person,
        &SQL_survey_correct_hardship, &SQL_survey_entry,
        &SQL_survey_overtake,         NULL,
    };
    struct rows fresh = entries_of(homes, true);
    struct rows touched = entries_of(homes, false);

    if (fresh.count) {
        TRY(store_all(homes->call, adding, fresh));
        TRY(tell_registered(homes->call, fresh));
    }
    if (touched.count) {
        TRY(store_all(homes->call, correcting, touched));
        TRY(tell_corrected(homes->call, touched));
    }
    return OK;
}
