/* record.h — a grievance as its commands hold it, and how a move is written
 * down: the move, its periods, its dates, its event. */
#pragma once

#include "services/cases/grievance/rules.h"
#include "services/cases/matter/matter.h"

struct grievance {
    struct matter matter;
    struct grievance_facts facts; /* for the one who asks */

    /* its row */
    struct id id;
    unsigned channel;
    unsigned weight;
    struct moment accepted_at;
    struct moment extended_at;
    struct moment first_reply_at;
    struct moment appeal_until;
    unsigned part; /* of the one who asks */
    bool took_down;
    bool case_team;
    struct id withdrawal; /* one that waits, or none */
    unsigned withdraw_channel;

    bool own;         /* the complainant acts: nobody hears who that is */
    int64_t add_days; /* an extension's */
};

/* Of this office's roles only the one that sees emergencies alone. */
bool grievance_only_emergencies(role_set roles);

/* The case and what its guards look at, locked, or only looked at. */
struct err grievance_take(struct call *call, struct id id,
                          struct grievance *grievance);
struct err grievance_look(struct call *call, struct id id,
                          struct grievance *grievance);

/* Which case a number and a secret name, CODE_NOT_FOUND when they do not
 * belong together, whether there is such a number or not. */
struct err grievance_by_secret(struct call *call, const char *no,
                               const char *secret, struct id *id);

/* The same, and the store lets the complainant move it once in this call: it
 * knows nobody's name, so that it wants the secret (R-CLOSE). */
struct err grievance_word(struct call *call, const char *no, const char *secret,
                          struct id *id);

/* What stands for number and secret in the store. */
struct bytes grievance_blind(const struct call *call, const char *no,
                             const char *secret);

/* Do an event: move, periods, dates, event on the bus. */
struct err grievance_step(struct call *call, struct grievance *grievance,
                          unsigned event, const char *reason);

/* An emergency at once, by the system: the move, the hold on the plot. */
struct err grievance_alarm(struct call *call, struct grievance *grievance);
struct err plot_hold_set(struct call *call, const struct grievance *grievance);

/* What follows from a move that was written down already. */
struct err grievance_after(struct call *call, struct grievance *grievance,
                           unsigned event);

/* Asks for a withdrawal, which then waits (R-WITHDRAW). */
struct err withdrawal_ask(struct call *call, struct grievance *grievance,
                          unsigned channel, const char *reason);

/* Answers the one that waits: confirmed, or taken back. */
struct err withdrawal_answer(struct call *call, struct grievance *grievance,
                             unsigned channel, bool confirmed);

/* The answer to a move: where it stands now. */
struct err answer_moved(struct call *call, const struct grievance *grievance);
