/* words.h — an amount in words, as print wants it:
 * 贰佰零陆万伍仟肆佰柒拾壹元整.
 */
#pragma once

#include "common/formula/number.h"

enum { WORDS_MAX = 160 };

/* The amount, exact to the fen and within the bound of numbers. */
bool amount_in_words(struct number yuan, char text[static WORDS_MAX]);
