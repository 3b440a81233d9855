#include "services/cases/choice/commands.h"

#include "services/cases/choice/rules.h"
#include "services/cases/choice/store_sql.h"
#include "services/cases/household/own.h"

enum { ROLL_PAGE = 200 };

#define ROLE_WRITERS (ROLE(T3_FRONT) | ROLE(DEPT))

/* --------------------------------------------------------- the turns go on */

struct turn {
    struct id draw;
    int64_t seq;
    struct id household;
    struct id project;
    int64_t turn_minutes;
};

static const struct field turn_fields[] = {
    FIELD(turn, draw),    FIELD(turn, seq),          FIELD(turn, household),
    FIELD(turn, project), FIELD(turn, turn_minutes),
};
static const struct shape turn_shape = SHAPE(turn);

struct draw_key {
    struct id draw;
};

static const struct field draw_key_fields[] = {
    FIELD(draw_key, draw),
};
static const struct shape draw_key_shape = SHAPE(draw_key);

struct turn_change {
    struct id draw;
    int64_t seq;
    struct moment now;
    struct moment until;
    const char *how;
};

static const struct field turn_change_fields[] = {
    FIELD(turn_change, draw),   FIELD(turn_change, seq),
    FIELD(turn_change, now),    OPTIONAL(turn_change, until),
    OPTIONAL(turn_change, how),
};
static const struct shape turn_change_shape = SHAPE(turn_change);

struct choice_alarm {
    struct id draw;
    int64_t seq;
};

static const struct field choice_alarm_fields[] = {
    FIELD(choice_alarm, draw),
    FIELD(choice_alarm, seq),
};
const struct shape choice_alarm_shape = SHAPE(choice_alarm);

struct choice_news {
    struct id household;
    struct id draw;
    struct moment until; /* of a turn  */
    struct id flat;      /* of a choice */
};

static const struct field choice_news_fields[] = {
    FIELD(choice_news, household),
    FIELD(choice_news, draw),
    OPTIONAL(choice_news, until),
    OPTIONAL(choice_news, flat),
};
const struct shape choice_news_shape = SHAPE(choice_news);

/* The next whose turn it is, if there is one. */
static struct err turn_next(struct call *call, struct id draw)
{
    struct draw_key key = { draw };
    struct rows found;

    TRY(list(call, &SQL_turn_next, FROM(draw_key, &key), &turn_shape, &found));
    if (found.count == 0)
        return alarm_cancel(call, "choice.turn", draw);
    const struct turn *next = found.at;
    struct turn_change begin = {
        .draw = draw,
        .seq = next->seq,
        .now = call->now,
        .until = turn_until(call->now, next->turn_minutes),
    };
    struct choice_alarm alarm = { draw, next->seq };
    struct choice_news news = { .household = next->household,
                                .draw = draw,
                                .until = begin.until };
    TRY(store(call, &SQL_turn_begin, FROM(turn_change, &begin)));
    TRY(alarm_set(call, "choice.turn", draw, begin.until,
                  FROM(choice_alarm, &alarm)));
    return emit(call, "choice.turn", next->household, FROM(choice_news, &news));
}

static struct err turn_end(struct call *call, struct id draw, int64_t seq,
                           const char *how)
{
    struct turn_change end = {
        .draw = draw, .seq = seq, .now = call->now, .how = how
    };

    TRY(store(call, &SQL_turn_end, FROM(turn_change, &end)));
    return OK;
}

/* ------------------------------------------------------------ choice.open */

struct choice_open {
    struct id draw;
    int64_t minutes;
    struct moment now; /* set here */
};
enum { OPEN_GIVEN = 1 };

static const struct field choice_open_fields[] = {
    FIELD(choice_open, draw),
    FIELD(choice_open, minutes, .least = TURN_LEAST, .most = TURN_MOST),
    FIELD(choice_open, now),
};
static const struct shape open_row_shape = SHAPE(choice_open);
const struct shape choice_open_shape =
    SHAPE_PART("choice_open", choice_open, OPEN_GIVEN);

struct choosing_row {
    struct id id;
    struct id project;
    bool revealed;
    bool voided;
    bool begun;
    int64_t flats;
};

static const struct field choosing_row_fields[] = {
    FIELD(choosing_row, id),       FIELD(choosing_row, project),
    FIELD(choosing_row, revealed), FIELD(choosing_row, voided),
    FIELD(choosing_row, begun),    FIELD(choosing_row, flats),
};
static const struct shape choosing_row_shape = SHAPE(choosing_row);

struct choice_turns {
    struct id draw;
};

static const struct field choice_turns_fields[] = {
    FIELD(choice_turns, draw),
};
const struct shape choice_turns_shape = SHAPE(choice_turns);

struct err cmd_choice_open(struct call *call, const void *body)
{
    struct choice_open ask = *(const struct choice_open *)body;
    struct draw_key key = { ask.draw };
    struct choosing_row row;

    TRY(fetch(call, &SQL_choosing_take, FROM(draw_key, &key),
              INTO(choosing_row, &row)));
    TRY(choosing_may_begin(
        &(struct choosing){ row.revealed, row.voided, row.begun, row.flats }));
    ask.now = call->now;
    TRY(store(call, &SQL_choosing_begin,
              (struct view){ &open_row_shape, &ask }));
    TRY(store_any(call, &SQL_turns_add, FROM(draw_key, &key)));
    TRY(turn_next(call, ask.draw));
    about(call, row.project);
    struct choice_turns answer = { ask.draw };
    return reply(call, FROM(choice_turns, &answer));
}

/* ------------------------------------------------------------ choice.take */

struct choice_take {
    struct id draw;
    struct id household;
    struct id flat;
};

static const struct field choice_take_fields[] = {
    FIELD(choice_take, draw),
    FIELD(choice_take, household),
    FIELD(choice_take, flat),
};
const struct shape choice_take_shape = SHAPE(choice_take);

struct choice_taken {
    struct id choice;
};

static const struct field choice_taken_fields[] = {
    FIELD(choice_taken, choice),
};
const struct shape choice_taken_shape = SHAPE(choice_taken);

struct chooser_row {
    bool begun;
    bool on_roster;
    bool on_turn;
    int64_t seq; /* of the turn that is */
    bool turns_left;
    bool in_draw;
    bool free;
    int64_t taken;
    int64_t take;
};

static const struct field chooser_row_fields[] = {
    FIELD(chooser_row, begun),      FIELD(chooser_row, on_roster),
    FIELD(chooser_row, on_turn),    OPTIONAL(chooser_row, seq),
    FIELD(chooser_row, turns_left), FIELD(chooser_row, in_draw),
    FIELD(chooser_row, free),       FIELD(chooser_row, taken),
    FIELD(chooser_row, take),
};
static const struct shape chooser_row_shape = SHAPE(chooser_row);

struct choice_row {
    struct id id;
    struct id draw;
    struct id flat;
    struct id household;
    struct moment chosen_at;
    struct id chosen_by;
};

static const struct field choice_row_fields[] = {
    FIELD(choice_row, id),        FIELD(choice_row, draw),
    FIELD(choice_row, flat),      FIELD(choice_row, household),
    FIELD(choice_row, chosen_at), FIELD(choice_row, chosen_by),
};
static const struct shape choice_row_shape = SHAPE(choice_row);

static struct err take(struct call *call, const struct choice_take *ask,
                       struct chooser_row *row)
{
    TRY(own_only(call, ROLE_WRITERS, ask->household));
    about(call, ask->household);
    return fetch(call, &SQL_chooser_take, FROM(choice_take, ask),
                 INTO(chooser_row, row));
}

struct err cmd_choice_take(struct call *call, const void *body)
{
    const struct choice_take *ask = body;
    struct chooser_row row;

    TRY(take(call, ask, &row));
    TRY(may_choose(&(struct chooser){
        .begun = row.begun,
        .on_roster = row.on_roster,
        .on_turn = row.on_turn,
        .turns_left = row.turns_left,
        .in_draw = row.in_draw,
        .free = row.free,
        .taken = row.taken,
        .take = row.take,
    }));
    struct choice_row choice = { id_new(call->now), ask->draw, ask->flat,
                                 ask->household,    call->now, call->actor };
    TRY(store(call, &SQL_choice_add, FROM(choice_row, &choice)));
    struct choice_news news = { .household = ask->household,
                                .draw = ask->draw,
                                .flat = ask->flat };
    TRY(emit(call, "choice.taken", ask->household, FROM(choice_news, &news)));
    if (row.on_turn && row.taken + 1 == row.take) {
        TRY(turn_end(call, ask->draw, row.seq, "chose"));
        TRY(turn_next(call, ask->draw));
    }
    struct choice_taken answer = { choice.id };
    return reply(call, FROM(choice_taken, &answer));
}

/* --------------------------------------------------------- choice.decline */

struct choice_decline {
    struct id draw;
    struct id household;
};

static const struct field choice_decline_fields[] = {
    FIELD(choice_decline, draw),
    FIELD(choice_decline, household),
};
const struct shape choice_decline_shape = SHAPE(choice_decline);

struct err cmd_choice_decline(struct call *call, const void *body)
{
    const struct choice_decline *ask = body;
    struct choice_take key = { .draw = ask->draw, .household = ask->household };
    struct chooser_row row;

    TRY(take(call, &key, &row));
    if (!row.on_turn)
        return fail(CODE_CONFLICT, "it is not this household's turn; there is "
                                   "nothing to decline");
    TRY(turn_end(call, ask->draw, row.seq, row.taken ? "chose" : "declined"));
    TRY(turn_next(call, ask->draw));
    struct choice_turns answer = { ask->draw };
    return reply(call, FROM(choice_turns, &answer));
}

/* --------------------------------------------- choice.back, .hand, .receive */

struct choice_key {
    struct id choice;
    struct moment now; /* set here, as is `by` */
    struct id by;
};
enum { KEY_GIVEN = 2 };

static const struct field choice_key_fields[] = {
    FIELD(choice_key, choice),
    FIELD(choice_key, now),
    FIELD(choice_key, by),
};
static const struct shape key_row_shape = SHAPE(choice_key);
const struct shape choice_key_shape =
    SHAPE_PART("choice_key", choice_key, KEY_GIVEN);

struct choice_full {
    struct id id;
    struct id draw;
    struct id flat;
    struct id household;
    struct area area;
    struct area measured_area;
    struct id given_by;
    struct id received_by;
};

static const struct field choice_full_fields[] = {
    FIELD(choice_full, id),          FIELD(choice_full, draw),
    FIELD(choice_full, flat),        FIELD(choice_full, household),
    FIELD(choice_full, area),        OPTIONAL(choice_full, measured_area),
    OPTIONAL(choice_full, given_by), OPTIONAL(choice_full, received_by),
};
static const struct shape choice_full_shape = SHAPE(choice_full);

static struct err choice_of_id(struct call *call, struct choice_key *key,
                               role_set office, struct choice_full *choice)
{
    key->now = call->now;
    key->by = call->actor;
    TRY(fetch(call, &SQL_choice_by_id, (struct view){ &key_row_shape, key },
              INTO(choice_full, choice)));
    TRY(own_only(call, office, choice->household));
    about(call, choice->household);
    return OK;
}

struct err cmd_choice_back(struct call *call, const void *body)
{
    struct choice_key key = *(const struct choice_key *)body;
    struct choice_full choice;
    struct chooser_row row;

    TRY(choice_of_id(call, &key, ROLE_WRITERS, &choice));
    struct choice_take of = { choice.draw, choice.household, choice.flat };
    TRY(take(call, &of, &row));
    if (!row.on_turn)
        return fail(CODE_CONFLICT, "a choice stands once the household's turn "
                                   "is over");
    TRY(store(call, &SQL_choice_give_back,
              (struct view){ &key_row_shape, &key }));
    struct choice_taken answer = { key.choice };
    return reply(call, FROM(choice_taken, &answer));
}

struct choice_hand {
    struct id choice;
    struct day day;
    struct area measured_area;
    struct id given_by; /* set here */
    struct moment given_at;
};
enum { HAND_GIVEN = 2 };

static const struct field choice_hand_fields[] = {
    FIELD(choice_hand, choice),        FIELD(choice_hand, day),
    FIELD(choice_hand, measured_area), FIELD(choice_hand, given_by),
    FIELD(choice_hand, given_at),
};
static const struct shape hand_row_shape = SHAPE(choice_hand);
const struct shape choice_hand_shape =
    SHAPE_PART("choice_hand", choice_hand, HAND_GIVEN);

/* What it turned out to measure beside what was said. */
struct choice_handed {
    struct id choice;
    struct area area;
    struct area measured_area;
    int64_t more_centi; /* below 0: less (多退少补), in 0.01 m2 */
};

static const struct field choice_handed_fields[] = {
    FIELD(choice_handed, choice),
    FIELD(choice_handed, area),
    FIELD(choice_handed, measured_area),
    FIELD(choice_handed, more_centi),
};
const struct shape choice_handed_shape = SHAPE(choice_handed);

static struct err reply_handed(struct call *call, struct id choice,
                               struct area area, struct area measured)
{
    struct choice_handed answer = { choice, area, measured,
                                    measured_more(area, measured) };

    return reply(call, FROM(choice_handed, &answer));
}

struct err cmd_choice_hand(struct call *call, const void *body)
{
    struct choice_hand row = *(const struct choice_hand *)body;
    struct choice_key key = { .choice = row.choice };
    struct choice_full choice;

    TRY(choice_of_id(call, &key, ROLE_WRITERS, &choice));
    if (id_given(choice.given_by))
        return fail(CODE_CONFLICT, "the keys were given before; the household "
                                   "says whether it has them");
    row.given_by = call->actor;
    row.given_at = call->now;
    TRY(store(call, &SQL_handover_add, (struct view){ &hand_row_shape, &row }));
    return reply_handed(call, row.choice, choice.area, row.measured_area);
}

struct err cmd_choice_receive(struct call *call, const void *body)
{
    struct choice_key key = *(const struct choice_key *)body;
    struct choice_full choice;

    TRY(choice_of_id(call, &key, ROLE_COUNTER, &choice));
    if (id_same(choice.given_by, call->actor))
        return fail(CODE_DENIED, "who handed the keys over does not take them "
                                 "for the household; another person of the "
                                 "counter writes it down");
    if (!id_given(choice.given_by) || id_given(choice.received_by))
        return fail(CODE_CONFLICT, "there are no keys to be received");
    TRY(store(call, &SQL_handover_received,
              (struct view){ &key_row_shape, &key }));
    return reply_handed(call, key.choice, choice.area, choice.measured_area);
}

/* ----------------------------------------------------------- a turn ran out */

struct turn_now {
    struct id draw;
    int64_t seq;
    struct id household;
    bool again;
    struct moment until;
};

static const struct field turn_now_fields[] = {
    FIELD(turn_now, draw),  FIELD(turn_now, seq),   FIELD(turn_now, household),
    FIELD(turn_now, again), FIELD(turn_now, until),
};
static const struct shape turn_now_shape = SHAPE(turn_now);

struct err on_choice_turn(struct call *call, const void *body)
{
    const struct choice_alarm *alarm = body;
    struct draw_key key = { alarm->draw };
    struct rows found;

    TRY(list(call, &SQL_turn_now, FROM(draw_key, &key), &turn_now_shape,
             &found));
    const struct turn_now *now = found.at;
    if (found.count == 0 || now->seq != alarm->seq
        || now->until.us > call->now.us)
        return OK;
    TRY(turn_end(call, now->draw, now->seq, "missed"));
    if (comes_again(now->again))
        TRY(store(call, &SQL_turn_again, FROM(choice_alarm, alarm)));
    return turn_next(call, now->draw);
}

/* ------------------------------------------------------------ choice.roll */

struct choice_roll {
    struct id draw;
    int64_t from; /* the place to begin with */
};

static const struct field choice_roll_fields[] = {
    FIELD(choice_roll, draw),
    OPTIONAL(choice_roll, from),
};
const struct shape choice_roll_shape = SHAPE(choice_roll);

struct place {
    int64_t seq;
    const char *no;
    bool again;
    struct moment began_at;
    struct moment until;
    struct moment ended_at;
    const char *how;
    struct id choice;
    struct id flat;
    const char *line;
    struct moment chosen_at;
};

static const struct field place_fields[] = {
    FIELD(place, seq),          FIELD(place, no),
    FIELD(place, again),        OPTIONAL(place, began_at),
    OPTIONAL(place, until),     OPTIONAL(place, ended_at),
    OPTIONAL(place, how),       OPTIONAL(place, choice),
    OPTIONAL(place, flat),      OPTIONAL(place, line),
    OPTIONAL(place, chosen_at),
};
static const struct shape place_shape = SHAPE(place);

struct choice_rolled {
    struct rows places;
};

static const struct field choice_rolled_fields[] = {
    FIELD(choice_rolled, places, .shape = &place_shape, .max = ROLL_PAGE),
};
const struct shape choice_rolled_shape = SHAPE(choice_rolled);

struct err cmd_choice_roll(struct call *call, const void *body)
{
    struct choice_rolled page;

    TRY(list(call, then(call, &SQL_choice_roll), FROM(choice_roll, body),
             &place_shape, &page.places));
    return reply(call, FROM(choice_rolled, &page));
}
