/* commands.h — rounds in which residents are asked how satisfied they are
 * (domain.md 7.4, §8 R-SURVEY; rules.h). */
#pragma once

#include "common/service/service.h"

/* satisfaction.open {project, name, closes_at}: a round begins. */
extern const struct shape satisfaction_open_shape, satisfaction_opened_shape;
struct err cmd_satisfaction_open(struct call *call, const void *body);

/* satisfaction.tokens {round, community}: one for each household, told once, to
 * be printed on letters; again as long as nobody there has answered. */
extern const struct shape satisfaction_tokens_shape, satisfaction_letters_shape;
struct err cmd_satisfaction_tokens(struct call *call, const void *body);

/* satisfaction.answer {token, ...}: by whoever has the letter. */
extern const struct shape satisfaction_answer_shape, satisfaction_thanks_shape;
struct err cmd_satisfaction_answer(struct call *call, const void *body);

/* A round ends by itself, at its time and never before: then it is counted. */
extern const struct shape satisfaction_key_shape;
struct err on_satisfaction_due(struct call *call, const void *body);

/* satisfaction.doubted: many answers of a round came from one device. */
extern const struct shape satisfaction_doubt_shape;
