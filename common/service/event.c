#include "common/service/frame.h"

static const struct field event_fields[] = {
    FIELD(event, seq),   FIELD(event, event),   OPTIONAL(event, source),
    FIELD(event, topic), FIELD(event, subject), FIELD(event, call),
    FIELD(event, actor), FIELD(event, trace),   FIELD(event, data),
    FIELD(event, at),
};
const struct shape event_shape = SHAPE(event);
