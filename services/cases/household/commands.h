/* commands.h — the register of households: reading it, and the moves of a
 * case: offer, agreement, withdrawal.  What may happen is in rules.h. */
#pragma once

#include "common/service/service.h"

/* commands.c: reading the register. */
extern const struct shape household_list_shape;
extern const struct shape household_page_shape;
extern const struct shape household_show_shape;
extern const struct shape household_full_shape;
struct err cmd_household_list(struct call *call, const void *body);

/* household.find: the id of a number, and nothing of whose it is. */
extern const struct shape household_find_shape, household_name_shape;
struct err cmd_household_find(struct call *call, const void *body);
struct err cmd_household_show(struct call *call, const void *body);

/* offer.c: one person has a statement made, another releases it. */
extern const struct shape offer_make_shape;
extern const struct shape offer_made_shape;
extern const struct shape offer_release_shape;
extern const struct shape offer_released_shape;
struct err cmd_household_offer_make(struct call *call, const void *body);
struct err cmd_household_offer_release(struct call *call, const void *body);

/* agreement.c: signed, taken back within the cooling days, or in effect. */
extern const struct shape agreement_sign_shape;
extern const struct shape agreement_signed_shape;
extern const struct shape agreement_withdraw_shape;
extern const struct shape agreement_show_shape;
extern const struct shape agreement_full_shape;
extern const struct shape agreement_cooled_shape;
struct err cmd_agreement_sign(struct call *call, const void *body);
struct err cmd_agreement_withdraw(struct call *call, const void *body);
struct err cmd_agreement_show(struct call *call, const void *body);
struct err on_agreement_cooled(struct call *call, const void *body);
