/* rules.h — the moves of a household that rest on a paper: what each paper has
 * to say (domain.md 4.1, 4.6).
 *
 * Who may, from where, and what has to be waited for is in household/rules.h;
 * here is what is written down.  A member that a paper of its kind does not
 * have is refused, so that nothing is written that nobody reads. */
#pragma once

#include "common/base/arena.h"
#include "common/base/shape.h"

enum served_mode {
    SERVED_NOT,
    SERVED_IN_PERSON,
    SERVED_REGISTERED_MAIL,
    SERVED_LEFT_WITH_WITNESS,
    SERVED_NOTARY,
    SERVED_ANNOUNCEMENT,
};
extern const char *const served_modes[];

struct paper {
    unsigned event;
    struct day day; /* when it was, by the paper */
    const char *document;
    const char *evidence;
    unsigned served_mode; /* G-SERVE: how, and to whom */
    const char *served_to;
    const char *reason;
    const char *organ; /* G-RIGHTS: whom to turn to */
    const char *court;
    const char *legal_aid_phone;
    const char *account; /* Decree 590 art. 28: of the special deposit */
    const char *housing; /* and the house that is ready: place and area */
    int64_t panel;
    int64_t panel_appraisers;
    unsigned choice; /* of household_choices */
};

/* True for an event that a paper carries. */
bool paper_carries(unsigned event);

/* It says what it has to, nothing else, and its day is between the last one
 * written down and today. */
struct err paper_check(const struct paper *paper, struct day last,
                       struct day today, struct arena *arena);
