/* reactions.h — the copy of households, kept from what `cases` says. */
#pragma once

#include "common/service/service.h"

/* cases: household.registered, household.corrected. */
extern const struct shape contact_registered_shape;
struct err on_household_registered(struct call *call, const void *body);
