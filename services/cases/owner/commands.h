/* commands.h — the owners of a house, on record before anybody signs. */
#pragma once

#include "common/service/service.h"
#include "services/cases/owner/rules.h"

/* owner.set {household, document, owners}: all of them, in place of those
 * before; by the paper that says so. */
extern const struct shape owner_set_shape, owner_kept_shape;
struct err cmd_owner_set(struct call *call, const void *body);

/* owner.list {household}: with their names and shares. */
extern const struct shape owner_list_shape, owner_page_shape;
struct err cmd_owner_list(struct call *call, const void *body);

/* The owners on record, without their names; rows of struct owner. */
struct err owners_of(struct call *call, struct id household,
                     struct rows *owners);

/* Their signatures under an agreement, as agreement.sign brings them. */
extern const struct shape owner_signature_shape;
struct err owners_signed(struct call *call, struct id agreement,
                         struct rows signatures);
