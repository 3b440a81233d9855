#include "services/cases/statement/rules.h"

#include <inttypes.h>

/* clang-format off */
const char *const registration_names[] = {
    "unknown", "registered", "unregistered", NULL,
};
const char *const use_names[] = {
    "unknown", "residential", "business", "converted", NULL,
};
const char *const structure_names[] = {
    "unknown", "brick_concrete", "frame", "brick_wood", "earth_wood",
    "brick_fibre", "simple", NULL,
};

/* What a structure is called, and where its price stands in a pack. */
static const struct {
    const char *label;
    size_t price;
} structures[] = {
    [STRUCTURE_BRICK_CONCRETE] = { "砖混", offsetof(struct pack, brick_concrete) },
    [STRUCTURE_FRAME]          = { "框架", offsetof(struct pack, frame) },
    [STRUCTURE_BRICK_WOOD]     = { "砖木", offsetof(struct pack, brick_wood) },
    [STRUCTURE_EARTH_WOOD]     = { "土木", offsetof(struct pack, earth_wood) },
    [STRUCTURE_BRICK_FIBRE]    = { "砖纤", offsetof(struct pack, brick_fibre) },
    [STRUCTURE_SIMPLE]         = { "简易", offsetof(struct pack, simple) },
};
/* clang-format on */

/* --------------------------------------------------------------- amounts */

/* Wide enough for any product of the three below; never kept. */
__extension__ typedef __int128 wide;

static struct err too_large(void)
{
    return fail(CODE_CONFLICT,
                "an amount of this statement is too large to be kept exactly; "
                "check the areas and the prices");
}

/* area x price x multiplier, rounded once, half up, to the fen. */
static struct err price_of(struct area area, struct money price,
                           struct rate multiplier, struct money *amount)
{
    const wide unit = (wide)100 * MULTIPLIER_ONE; /* 0.01 m2, millionths */
    wide exact;

    if (__builtin_mul_overflow((wide)area.centi, (wide)price.fen, &exact)
        || __builtin_mul_overflow(exact, (wide)multiplier.millionths, &exact)
        || __builtin_add_overflow(exact, unit / 2, &exact)
        || exact / unit > INT64_MAX)
        return too_large();
    amount->fen = (int64_t)(exact / unit);
    return OK;
}

static const char *yuan(struct money money, struct arena *arena)
{
    char *text = arena_alloc(arena, VALUE_TEXT_MAX);

    money_format(money, text);
    return text;
}

static const char *square_metres(struct area area, struct arena *arena)
{
    char *text = arena_alloc(arena, VALUE_TEXT_MAX);

    area_format(area, text);
    return text;
}

static struct err add_line(struct lines *lines, struct line line)
{
    if (__builtin_add_overflow(lines->total.fen, line.amount.fen,
                               &lines->total.fen))
        return too_large();
    line.position = (int64_t)lines->count + 1;
    lines->at[lines->count++] = line;
    return OK;
}

/* ----------------------------------------------------------------- lines */

/* The register's area wins when the house is registered (domain.md 2.4). */
static struct err counted_area(const struct facts *facts,
                               const struct part *part, struct area *area,
                               const char **evidence)
{
    bool registered = facts->registration == REGISTRATION_YES;

    if (registered && part->registered_area.centi > 0) {
        *area = part->registered_area;
        *evidence = "已登记，以登记面积为准";
        return OK;
    }
    if (part->measured_area.centi <= 0)
        return fail(CODE_CONFLICT,
                    "the household has no area to count: the survey must give "
                    "a registered or a measured area first");
    *area = part->measured_area;
    *evidence = registered ? "已登记但登记面积不详，以实测面积计算"
                           : "未登记，以实测面积计算";
    return OK;
}

static struct rate multiplier_for(const struct facts *facts,
                                  const struct pack *pack)
{
    if (facts->use == USE_BUSINESS)
        return pack->business_multiplier;
    if (facts->use == USE_CONVERTED)
        return pack->converted_multiplier;
    return (struct rate){ MULTIPLIER_ONE };
}

static const char *house_formula(struct area area, struct money price,
                                 struct rate multiplier, struct money amount,
                                 struct arena *arena)
{
    char times[VALUE_TEXT_MAX];

    rate_format(multiplier, times);
    if (multiplier.millionths == MULTIPLIER_ONE)
        return arena_format(arena, "%s㎡ × %s元/㎡ = %s元",
                            square_metres(area, arena), yuan(price, arena),
                            yuan(amount, arena));
    return arena_format(arena, "%s㎡ × %s元/㎡ × %s = %s元",
                        square_metres(area, arena), yuan(price, arena), times,
                        yuan(amount, arena));
}

static struct err add_house(const struct facts *facts, const struct pack *pack,
                            const struct part *part, struct lines *lines,
                            struct arena *arena)
{
    const char *name = structures[part->structure].label;
    const struct money *price =
        (const void *)((const char *)pack + structures[part->structure].price);
    struct rate multiplier = multiplier_for(facts, pack);
    struct line line = { .code = "HOUSE_VALUE" };
    struct area area;

    TRY(counted_area(facts, part, &area, &line.evidence));
    TRY(price_of(area, *price, multiplier, &line.amount));
    line.label = arena_format(arena, "房屋价值补偿（%s）", name);
    line.formula = house_formula(area, *price, multiplier, line.amount, arena);
    line.citation = arena_format(arena, "%s 房屋补偿单价", pack->document);
    return add_line(lines, line);
}

static struct err add_moving(const struct pack *pack, struct lines *lines,
                             struct arena *arena)
{
    const char *amount = yuan(pack->moving, arena);

    return add_line(
        lines, (struct line){
                   .code = "MOVE",
                   .label = "搬迁费",
                   .formula = arena_format(arena, "1户 × %s元/户 = %s元",
                                           amount, amount),
                   .amount = pack->moving,
                   .citation = arena_format(arena, "%s 搬迁费", pack->document),
                   .evidence = "每户一次",
               });
}

/* Over the area that counts as building area: "simple" is paid for but may
 * not count (TV-8). */
static struct err add_transition(const struct facts *facts,
                                 const struct pack *pack, struct lines *lines,
                                 struct arena *arena)
{
    const struct part *parts = facts->parts.at;
    struct area sum = { 0 }, area;
    const char *unused;
    struct line line = { .code = "TRANSITION",
                         .label = "临时安置费",
                         .evidence = "按建筑面积计算" };

    for (size_t i = 0; i < facts->parts.count; i++) {
        if (parts[i].structure == STRUCTURE_SIMPLE && !pack->simple_counted) {
            line.evidence = "按建筑面积计算，简易房不计入建筑面积";
            continue;
        }
        TRY(counted_area(facts, &parts[i], &area, &unused));
        if (__builtin_add_overflow(sum.centi, area.centi, &sum.centi))
            return too_large();
    }
    struct rate months = { pack->transition_months * MULTIPLIER_ONE };
    TRY(price_of(sum, pack->transition_rate, months, &line.amount));
    line.formula = arena_format(
        arena, "%s㎡ × %s元/㎡·月 × %" PRId64 "个月 = %s元",
        square_metres(sum, arena), yuan(pack->transition_rate, arena),
        pack->transition_months, yuan(line.amount, arena));
    line.citation = arena_format(arena, "%s 临时安置费", pack->document);
    return add_line(lines, line);
}

static struct err facts_check(const struct facts *facts)
{
    const struct part *parts = facts->parts.at;

    if (facts->parts.count == 0 || facts->parts.count > PARTS_MAX)
        return fail(CODE_CONFLICT, "a statement wants 1 to 20 parts of a "
                                   "house; the survey gives them");
    if (facts->registration == REGISTRATION_UNKNOWN
        || facts->use == USE_UNKNOWN)
        return fail(CODE_CONFLICT,
                    "the survey does not say whether the house is registered, "
                    "or what it is used for: correct the survey first");
    for (size_t i = 0; i < facts->parts.count; i++)
        if (parts[i].structure == STRUCTURE_UNKNOWN
            || parts[i].structure > STRUCTURE_SIMPLE)
            return fail(CODE_CONFLICT, "the survey does not say of what the "
                                       "house is built: correct it first");
    return OK;
}

struct err statement_make(const struct facts *facts, const struct pack *pack,
                          struct lines *lines, struct arena *arena)
{
    const struct part *parts = facts->parts.at;

    *lines = (struct lines){ 0 };
    TRY(facts_check(facts));
    for (size_t i = 0; i < facts->parts.count; i++)
        TRY(add_house(facts, pack, &parts[i], lines, arena));
    TRY(add_moving(pack, lines, arena));
    return add_transition(facts, pack, lines, arena);
}

/* ----------------------------------------------------------------- packs */

/* clang-format off */
/* Every number of a pack, as an integer, with the least that it may be. */
static const struct {
    const char *name;
    size_t at;
    int64_t least;
} numbers[] = {
    { "brick_concrete",       offsetof(struct pack, brick_concrete),       1 },
    { "frame",                offsetof(struct pack, frame),                1 },
    { "brick_wood",           offsetof(struct pack, brick_wood),           1 },
    { "earth_wood",           offsetof(struct pack, earth_wood),           1 },
    { "brick_fibre",          offsetof(struct pack, brick_fibre),          1 },
    { "simple",               offsetof(struct pack, simple),               1 },
    { "business_multiplier",  offsetof(struct pack, business_multiplier),
      MULTIPLIER_ONE },
    { "converted_multiplier", offsetof(struct pack, converted_multiplier),
      MULTIPLIER_ONE },
    { "moving",               offsetof(struct pack, moving),               0 },
    { "transition_rate",      offsetof(struct pack, transition_rate),      0 },
    { "transition_months",    offsetof(struct pack, transition_months),    0 },
};
/* clang-format on */

_Static_assert(sizeof(struct money) == sizeof(int64_t)
                   && sizeof(struct rate) == sizeof(int64_t),
               "a number of a pack is read as one integer");

static int64_t number(const struct pack *pack, size_t i)
{
    return *(const int64_t *)(const void *)((const char *)pack + numbers[i].at);
}

struct err pack_check(const struct pack *pack)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (number(pack, i) < numbers[i].least)
            return fail_at(numbers[i].name, "is below the least it may be");
    return OK;
}

struct err pack_succeeds(const struct pack *later, const struct pack *earlier)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (number(later, i) < number(earlier, i))
            return fail_at(numbers[i].name,
                           "is lower than in an earlier pack of this project; "
                           "a new pack may pay more, never less");
    if (earlier->simple_counted && !later->simple_counted)
        return fail_at("simple_counted", "an earlier pack counts it");
    return OK;
}
