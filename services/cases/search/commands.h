/* commands.h — household.search: a household by one word that a resident says.
 *
 * One of name, ID number, telephone and address, whole, in all projects; the
 * answer is a page of numbers and states, as household.list has them: who it is
 * must be looked up, for a purpose.  A search says what is known of a person,
 * so it wants a purpose too and is in the audit, by who asked and why; the word
 * itself is in no log, no address and no row. */
#pragma once

#include "common/service/service.h"
#include "services/cases/search/rules.h"

extern const struct shape household_search_shape, household_found_shape;
struct err cmd_household_search(struct call *call, const void *body);

/* household.index {limit}: gives those who were registered before they could
 * be searched for what they are found by, a page at a time. */
extern const struct shape household_index_shape, household_indexed_shape;
struct err cmd_household_index(struct call *call, const void *body);

/* The keyed hash of a text's key, none (at = NULL) where there is no key. */
struct bytes search_blind(const struct call *call, enum search_way way,
                          const char *text);
