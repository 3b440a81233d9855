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
