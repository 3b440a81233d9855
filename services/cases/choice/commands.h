/* commands.h — households choose flats, one after the other, as was drawn. */
#pragma once

#include "common/service/service.h"

/* choice.open: the turns begin, each so many minutes. */
extern const struct shape choice_open_shape, choice_turns_shape;
struct err cmd_choice_open(struct call *call, const void *body);

/* choice.take: the household chooses, or says to the office what it chooses. */
extern const struct shape choice_take_shape, choice_taken_shape;
struct err cmd_choice_take(struct call *call, const void *body);

/* choice.back: while it is still its turn it may change its mind. */
extern const struct shape choice_key_shape;
struct err cmd_choice_back(struct call *call, const void *body);

/* choice.decline: it wants none of these; it may come when all turns are over.
 */
extern const struct shape choice_decline_shape;
struct err cmd_choice_decline(struct call *call, const void *body);

/* choice.roll: whose turn was, is and will be, and what they chose; for
 * everybody. */
extern const struct shape choice_roll_shape, choice_rolled_shape;
struct err cmd_choice_roll(struct call *call, const void *body);

/* choice.hand by the office, with the area as measured, and choice.receive by
 * the household, or by another person of the counter for it (R-ACCESS). */
extern const struct shape choice_hand_shape, choice_handed_shape;
struct err cmd_choice_hand(struct call *call, const void *body);
struct err cmd_choice_receive(struct call *call, const void *body);

/* The alarm "choice.turn": a turn ran out. */
extern const struct shape choice_alarm_shape;
struct err on_choice_turn(struct call *call, const void *body);

/* The events choice.turn and choice.taken. */
extern const struct shape choice_news_shape;
