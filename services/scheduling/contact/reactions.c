#include "services/scheduling/contact/reactions.h"

#include "services/scheduling/contact/store_sql.h"

struct contact_registered {
    struct id household;
    struct id project;
    struct id community;
};

static const struct field contact_registered_fields[] = {
    FIELD(contact_registered, household),
    FIELD(contact_registered, project),
    FIELD(contact_registered, community),
};
const struct shape contact_registered_shape = SHAPE(contact_registered);

/* Said twice, it changes nothing. */
struct err on_household_registered(struct call *call, const void *body)
{
    return store_any(call, &SQL_contact_household_put,
                     FROM(contact_registered, body));
}
