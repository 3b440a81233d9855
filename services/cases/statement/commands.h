/* commands.h — packs of rules, and the statements that they give. */
#pragma once

#include "common/service/service.h"
#include "services/cases/statement/rules.h"

extern const struct shape pack_publish_shape;
extern const struct shape pack_answer_shape;
extern const struct shape pack_ask_shape;
extern const struct shape pack_list_shape;
extern const struct shape statement_ask_shape;
extern const struct shape statement_full_shape;

struct err cmd_pack_publish(struct call *call, const void *body);
struct err cmd_pack_list(struct call *call, const void *body);
struct err cmd_statement_show(struct call *call, const void *body);

extern const struct shape line_shape;

/* The newest pack of a project; CODE_NOT_FOUND when none was published. */
struct err pack_newest(struct call *call, struct id project, struct pack *pack);

/* A pack by its id. */
struct err pack_get(struct call *call, struct id id, struct pack *pack);

/* The facts as they are kept with a statement: the same facts, the same text.
 */
const char *facts_text(const struct facts *facts, struct arena *arena);

/* A statement as it is kept, without its lines. */
struct statement_kept {
    struct id id;
    struct id household;
    struct id pack;
    struct id made_by;
    struct moment made_at;
    struct json facts;
    int64_t line_count;
    struct money total;
};

/* Computes and keeps; `kept` wants id, household and pack->id to be known and
 * gets the rest. */
struct err statement_keep(struct call *call, const struct facts *facts,
                          const struct pack *pack, struct lines *lines,
                          struct statement_kept *kept);
