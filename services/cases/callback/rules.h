/* rules.h — somebody who had no hand in a case asks whether it was done
 * (domain.md 3.3, 4.3; §8 R-FAKE).
 *
 * Which cases is drawn by the store when they end.  Whoever says that it was
 * not done is believed: the problem begins again, an errand becomes a grievance
 * about service, and who was pressed to withdraw has a grievance at the quality
 * team, without asking for it.  Who is not reached is counted as that. */
#pragma once

#include "common/base/flow.h"
#include "services/cases/callback/policy.h"

enum callback_state {
    CB_NONE,
    CB_DUE,
    CB_UNREACHED,
    CB_CONFIRMED,
    CB_CONTESTED,
};
enum callback_event { CB_DRAW, CB_MISS, CB_GIVE_UP, CB_CONFIRM, CB_CONTEST };

extern const struct flow callback_flow;

/* Was it done?  Did anyone ask you to withdraw? */
enum callback_said { SAID_NOTHING, SAID_DONE, SAID_NOT_DONE };
enum callback_pressed { PRESSED_UNASKED, PRESSED_YES, PRESSED_NO };
extern const char *const callback_said_names[];
extern const char *const callback_pressed_names[];

/* What was written down of a call. */
struct callback_answer {
    bool reached;
    unsigned said;
    unsigned pressed;
    int64_t score; /* 1 to 5; 0: none */
};

/* A call that reached somebody has all answers, one that did not has none. */
struct err callback_check(const struct callback_answer *answer);

/* What the guards look at. */
struct callback_facts {
    struct moment now;
    struct moment tried_at; /* the last time; 0: never         */
    bool handled;           /* the actor had a hand in the case */
};

/* The event of a call, after so many before it. */
unsigned callback_event(const struct callback_answer *answer, int64_t tries);

/* What follows from an answer. */
struct callback_effect {
    bool reopens;          /* the problem begins again             */
    const char *grievance; /* the kind of one in his name, or NULL */
};
struct callback_effect callback_effect(const struct callback_answer *answer,
                                       bool problem);
