/* commands.h — rule packs: in by one person, in force by others. */
#pragma once

#include "common/service/service.h"

extern const struct shape pack_import_shape;
extern const struct shape pack_key_shape;
extern const struct shape pack_project_shape;
extern const struct shape pack_pair_shape;
extern const struct shape pack_status_shape;
extern const struct shape pack_page_shape;
extern const struct shape pack_full_shape;
extern const struct shape pack_changes_shape;

struct err cmd_pack_import(struct call *call, const void *body);
struct err cmd_pack_approve(struct call *call, const void *body);
struct err cmd_pack_release(struct call *call, const void *body);
struct err cmd_pack_list(struct call *call, const void *body);
struct err cmd_pack_show(struct call *call, const void *body);
struct err cmd_pack_diff(struct call *call, const void *body);

struct rule_pack;

/* A pack of the store, read. */
struct pack_of {
    struct id id;
    int64_t version; /* 0: there is none */
    struct day published_on;
    bool first;             /* of its project: it follows none */
    struct rule_pack *pack; /* NULL: there is none             */
};

/* The pack in force of a project; none before the first. */
struct err pack_in_force(struct call *call, struct id project,
                         struct pack_of *of);

/* A pack by its id. */
struct err pack_by_id(struct call *call, struct id id, struct pack_of *of);
