#include "common/formula/reader.h"

#include "common/base/text.h"
#include "common/base/value.h"
#include "common/formula/function.h"

#include <string.h>

enum { NAME_MOST = 40 };

void reader_refuse(struct reader *r, const struct node *node, const char *why)
{
    if (!r->err.code)
        r->err = tree_refuse(r->source, node, why, r->arena);
}

/* ---------------------------------------------------------------- members */

static bool is_among(const char *names, const char *name)
{
    size_t size = strlen(name);

    for (const char *at = names; (at = strstr(at, name)); at += size)
        if ((at == names || at[-1] == ' ') && (at[size] == ' ' || !at[size]))
            return true;
    return false;
}

void reader_members(struct reader *r, const struct node *object,
                    const char *names)
{
    if (object->kind != NODE_OBJECT) {
        reader_refuse(r, object, "an object is wanted here");
        return;
    }
    for (const struct node *at = object->first; at; at = at->next)
        if (!*at->name || strchr(at->name, ' ') || !is_among(names, at->name))
            reader_refuse(r, at,
                          arena_format(r->arena,
                                       "there is no member \"%.40s\" here; "
                                       "known are: %s",
                                       at->name, names));
}

static const char *const kind_names[] = {
    "null", "false", "true", "a number", "a text", "an array", "an object",
};

const struct node *reader_may(struct reader *r, const struct node *object,
                              const char *name, enum node_kind kind)
{
    const struct node *node = tree_member(object, name);

    if (r->err.code || !node || node->kind == kind)
        return r->err.code ? NULL : node;
    reader_refuse(
        r, node,
        arena_format(r->arena, "\"%s\" wants %s", name, kind_names[kind]));
    return NULL;
}

const struct node *reader_need(struct reader *r, const struct node *object,
                               const char *name, enum node_kind kind)
{
    if (!tree_member(object, name))
        reader_refuse(r, object,
                      arena_format(r->arena, "\"%s\" is missing", name));
    return reader_may(r, object, name, kind);
}

static const char *not_blank(struct reader *r, const struct node *node)
{
    if (!node)
        return NULL;
    if (text_is_blank(node->text))
        reader_refuse(r, node, "this text is blank");
    return node->text;
}

const char *reader_text(struct reader *r, const struct node *object,
                        const char *name)
{
    return not_blank(r, reader_need(r, object, name, NODE_TEXT));
}

const char *reader_text_may(struct reader *r, const struct node *object,
                            const char *name)
{
    return not_blank(r, reader_may(r, object, name, NODE_TEXT));
}

static bool is_name(const char *text)
{
    size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return size > 0 && !text[size] && size <= NAME_MOST && *text >= 'a'
           && *text <= 'z';
}

static bool is_taken(const struct rule_pack *pack, const char *name)
{
    static const char words[] = "and or not";

    if (is_among(words, name) || function_find(name))
        return true;
    for (size_t i = 0; i < pack->fact_count; i++)
        if (strcmp(pack->facts[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < pack->parameter_count; i++)
        if (strcmp(pack->parameters[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < pack->line_count; i++)
        if (strcmp(pack->lines[i].name, name) == 0)
            return true;
    return false;
}

const char *reader_name(struct reader *r, const struct node *object)
{
    const struct node *node = reader_need(r, object, "name", NODE_TEXT);

    if (!node)
        return NULL;
    if (!is_name(node->text))
        reader_refuse(r, node,
                      "a name is a-z, 0-9 and _, of 40 at most, and "
                      "begins with a letter");
    else if (is_taken(r->pack, node->text))
        reader_refuse(r, node, "this name is taken");
    return node->text;
}

unsigned reader_word(struct reader *r, const struct node *object,
                     const char *name, const char *const *words)
{
    const struct node *node = reader_need(r, object, name, NODE_TEXT);
    const char *known = "";

    for (unsigned i = 0; node && words[i]; i++) {
        if (strcmp(words[i], node->text) == 0)
            return i;
        known =
            arena_format(r->arena, "%s%s%s", known, i ? ", " : "", words[i]);
    }
    if (node)
        reader_refuse(
            r, node,
            arena_format(r->arena, "\"%s\" is one of: %s", name, known));
    return 0;
}

void *reader_room(struct reader *r, const struct node *array, size_t size,
                  size_t most)
{
    size_t count = array ? tree_count(array) : 0;

    if (count > most)
        reader_refuse(r, array,
                      arena_format(r->arena, "there are more than %zu", most));
    return arena_alloc(r->arena, (count + 1) * size);
}

/* ------------------------------------------------------- types and values */

const struct choices *reader_choices(struct reader *r, const struct node *text)
{
    for (size_t i = 0; text && i < r->pack->choices_count; i++)
        if (strcmp(r->pack->choices[i].name, text->text) == 0)
            return &r->pack->choices[i];
    if (text)
        reader_refuse(r, text, "there is no such kind of choices");
    return NULL;
}

static void read_unit(struct reader *r, const struct node *object,
                      const char *name, struct type *type)
{
    const struct node *unit = reader_may(r, object, name, NODE_TEXT);

    if (!unit)
        return;
    if (type->form != FORM_NUMBER)
        reader_refuse(r, unit, "only a number has a unit");
    else if (!unit_parse(unit->text, strlen(unit->text), &type->unit))
        reader_refuse(r, unit,
                      "this is not a unit such as \"元/㎡·月\", of 元 ㎡ 月 年 "
                      "天 人 户 个 亩");
}

void reader_type(struct reader *r, const struct node *object,
                 struct type_words words, struct type *type, unsigned *places)
{
    const struct node *word = reader_need(r, object, words.type, NODE_TEXT);

    if (!word)
        return;
    if (!type_of_word(word->text, type, places)) {
        reader_refuse(r, word,
                      "a type is one of: money, area, months, rate, "
                      "number, day, bool, choice");
        return;
    }
    read_unit(r, object, words.unit, type);
    if (type->form == FORM_CHOICE && words.choices)
        type->choices =
            reader_choices(r, reader_need(r, object, words.choices, NODE_TEXT));
    else if (type->form == FORM_CHOICE)
        reader_refuse(r, word, "a choice has no place here");
}

static struct number day_value(struct reader *r, const struct node *node)
{
    struct day day = { 0 };

    if (!day_parse(node->text, &day))
        reader_refuse(r, node, "is not a day such as \"2026-11-25\"");
    return number_of(day.number);
}

static struct number choice_value(struct reader *r, const struct node *node,
                                  const struct choices *choices)
{
    for (size_t i = 0; i < choices->count; i++)
        if (strcmp(choices->at[i].name, node->text) == 0)
            return number_of((int64_t)i);
    reader_refuse(
        r, node,
        arena_format(r->arena, "is none of the choices of %s", choices->name));
    return number_of(0);
}

struct number reader_value(struct reader *r, const struct node *node,
                           struct type type, unsigned places)
{
    struct number number = { 0, 1 };
    bool truth = node->kind == NODE_TRUE || node->kind == NODE_FALSE;

    if (r->err.code)
        return number;
    if (type.form == FORM_BOOL && truth)
        return number_of(node->kind == NODE_TRUE);
    if (type.form == FORM_BOOL || node->kind != NODE_TEXT) {
        reader_refuse(r, node,
                      type.form == FORM_BOOL
                          ? "true or false is wanted here"
                          : "a value is a text in quotes, such as \"12.34\"");
        return number;
    }
    if (type.form == FORM_DAY)
        return day_value(r, node);
    if (type.form == FORM_CHOICE)
        return choice_value(r, node, type.choices);
    struct err err =
        number_parse(node->text, strlen(node->text), places, &number);
    if (err.code)
        reader_refuse(
            r, node,
            arena_format(r->arena, "\"%.40s\" %s", node->text, err.why));
    return number;
}
