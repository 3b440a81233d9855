/* commands.h — where a person gets mail. */
#pragma once

#include "common/service/service.h"
#include "services/notifications/template/rules.h"

/* "household", "member", NULL: the words for enum audience. */
extern const char *const audience_names[];

extern const struct shape contact_set_shape, contact_person_shape;

/* contact.set: an address sets it, none takes it away. */
struct err cmd_contact_set(struct call *call, const void *body);

/* True when the actor is that person, or has a role that serves households at
 * the window or at the door. */
bool serves_households(const struct call *call);
bool is_oneself(const struct call *call, struct id person);
