#include "services/cases/paper/paper.h"

#include "services/cases/household/rules.h"
#include "services/cases/paper/store_sql.h"

/* A row of cases.paper. */
struct paper_row {
    struct id id;
    struct id household;
    unsigned event;
    struct day day;
    struct moment at;
    struct id recorded_by;
    const char *document;
    const char *evidence;
    unsigned served_mode;
    struct bytes served_to;
    struct bytes reason;
    const char *organ;
    const char *court;
    const char *legal_aid_phone;
    const char *account;
    const char *housing;
    int64_t panel;
    int64_t panel_appraisers;
    unsigned choice;
};

static const struct field paper_row_fields[] = {
    FIELD(paper_row, id),
    FIELD(paper_row, household),
    FIELD(paper_row, event, .names = household_events),
    FIELD(paper_row, day),
    FIELD(paper_row, at),
    FIELD(paper_row, recorded_by),
    OPTIONAL(paper_row, document),
    OPTIONAL(paper_row, evidence),
    FIELD(paper_row, served_mode, .names = served_modes),
    OPTIONAL(paper_row, served_to),
    OPTIONAL(paper_row, reason),
    OPTIONAL(paper_row, organ),
    OPTIONAL(paper_row, court),
    OPTIONAL(paper_row, legal_aid_phone),
    OPTIONAL(paper_row, account),
    OPTIONAL(paper_row, housing),
    FIELD(paper_row, panel),
    FIELD(paper_row, panel_appraisers),
    FIELD(paper_row, choice, .names = household_choices),
};
static const struct shape paper_row_shape = SHAPE(paper_row);

struct err paper_keep(struct call *call, struct id household,
                      const struct paper *paper, struct id *id)
{
    struct paper_row row = {
        .id = id_new(call->now),
        .household = household,
        .event = paper->event,
        .day = paper->day,
        .at = call->now,
        .recorded_by = call->actor,
        .document = paper->document,
        .evidence = paper->evidence,
        .served_mode = paper->served_mode,
        .organ = paper->organ,
        .court = paper->court,
        .legal_aid_phone = paper->legal_aid_phone,
        .account = paper->account,
        .housing = paper->housing,
        .panel = paper->panel,
        .panel_appraisers = paper->panel_appraisers,
        .choice = paper->choice,
    };

    TRY(seal_field(call, "paper.served_to", row.id, paper->served_to,
                   &row.served_to));
    TRY(seal_field(call, "paper.reason", row.id, paper->reason, &row.reason));
    *id = row.id;
    return store(call, &SQL_paper_add, FROM(paper_row, &row));
}
