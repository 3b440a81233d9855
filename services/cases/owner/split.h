/* split.h — what is paid for a house goes to its co-owners' own accounts
 * (R-GENDER, domain.md §8): so that a wife, or a daughter who has married out,
 * is paid what is hers.
 *
 * The counter records what an owner has signed.  A household has one login, so
 * that nobody could tell by it which of the owners is there. */
#pragma once

#include "common/service/service.h"

/* owner.account {household, owner, holder?, number, how, document}: where an
 * owner's part goes from now on; a batch that was made stays. */
extern const struct shape owner_account_shape, account_named_shape;
struct err cmd_owner_account(struct call *call, const void *body);

/* owner.split {household, document, owners, parts?}: what is paid under the
 * agreement goes to all owners from now on, by the parts that all of them have
 * signed, or by the shares on record. */
extern const struct shape owner_split_shape, split_stands_shape;
struct err cmd_owner_split(struct call *call, const void *body);
