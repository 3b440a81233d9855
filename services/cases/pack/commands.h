/* commands.h — rule packs as files: in by one person, in force by others. */
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
struct err cmd_pack_files(struct call *call, const void *body);
struct err cmd_pack_show(struct call *call, const void *body);
struct err cmd_pack_diff(struct call *call, const void *body);

struct rule_pack;

/* The pack in force of a project, and its id; NULL before the first. */
struct err pack_in_force(struct call *call, struct id project, struct id *id,
                         struct rule_pack **pack);
