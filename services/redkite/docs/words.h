/* words.h — what of the bus cannot be read from tables, in words.
 *
 * The document must be enough for somebody who has nothing else. */
#pragma once

extern const char words_info[];     /* the whole                          */
extern const char words_commands[]; /* a channel of commands              */
extern const char words_events[];   /* a channel of events                */
extern const char words_curve[];    /* keys                               */
extern const char words_meta[];     /* the members of a request's meta    */
extern const char words_problem[];  /* of a refusal                       */
extern const char words_envelope[]; /* of what is published               */
