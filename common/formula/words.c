#include "common/formula/words.h"

#include <string.h>

static const char *const digits[] = { "零", "壹", "贰", "叁", "肆",
                                      "伍", "陆", "柒", "捌", "玖" };
static const char *const places[] = { "", "拾", "佰", "仟" };
static const char *const groups[] = { "", "万", "亿", "万亿" };

enum { GROUP = 10000, FEN = 100 };

static void add(char *text, const char *word)
{
    size_t used = strlen(text), size = strlen(word);

    if (used + size < WORDS_MAX)
        memcpy(text + used, word, size + 1);
}

/* Four digits; a 零 for a gap within them, or before them when more stands
 * there. */
static void add_group(char *text, unsigned group)
{
    static const unsigned tens[] = { 1, 10, 100, 1000 };
    bool gap = false;

    for (int place = 3; place >= 0; place--) {
        unsigned digit = group / tens[place] % 10;
        if (digit == 0) {
            gap = true;
            continue;
        }
        if (gap && text[0])
            add(text, digits[0]);
        gap = false;
        add(text, digits[digit]);
        add(text, places[place]);
    }
}

/* Whole yuan by groups of four digits; the 亿 of 万亿 is said once. */
static void add_yuan(char *text, int64_t yuan)
{
    unsigned group[4];
    bool gap = false;

    for (int i = 0; i < 4; i++, yuan /= GROUP)
        group[i] = (unsigned)(yuan % GROUP);
    char *first = text + strlen(text);
    for (int i = 3; i >= 0; i--) {
        if (group[i] == 0) {
            gap = first[0] != '\0';
            continue;
        }
        if (gap && group[i] >= GROUP / 10)
            add(first, digits[0]);
        gap = false;
        add_group(first, group[i]);
        add(first, i == 3 && group[2] ? groups[1] : groups[i]);
    }
}

static void add_cents(char *text, unsigned fen, bool yuan)
{
    unsigned jiao = fen / 10 % 10, rest = fen % 10;

    if (jiao) {
        add(text, digits[jiao]);
        add(text, "角");
    } else if (yuan && rest) {
        add(text, digits[0]);
    }
    if (rest) {
        add(text, digits[rest]);
        add(text, "分");
    } else {
        add(text, "整");
    }
}

bool amount_in_words(struct number yuan, char text[static WORDS_MAX])
{
    if (!number_is_bounded(yuan) || FEN % yuan.den != 0)
        return false;
    int64_t fen = (int64_t)(yuan.num * (FEN / yuan.den));

    text[0] = '\0';
    if (fen < 0) {
        add(text, "负");
        fen = -fen;
    }
    char *body = text + strlen(text);
    add_yuan(body, fen / FEN);
    if (fen / FEN > 0 || fen == 0)
        add(body, fen ? "元" : "零元");
    add_cents(body, (unsigned)(fen % FEN), fen >= FEN);
    return true;
}
