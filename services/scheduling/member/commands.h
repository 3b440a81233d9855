/* commands.h — the staff list, the squads, and who must not meet whom. */
#pragma once

#include "common/service/service.h"

extern const struct shape member_add_shape;
extern const struct shape member_added_shape;
extern const struct shape member_leave_shape;
extern const struct shape member_conflict_shape;
extern const struct shape member_listed_shape;
extern const struct shape squad_add_shape;
extern const struct shape squad_listed_shape;

struct err cmd_member_add(struct call *call, const void *body);
struct err cmd_member_leave(struct call *call, const void *body);
struct err cmd_member_conflict(struct call *call, const void *body);
struct err cmd_member_list(struct call *call, const void *body);
struct err cmd_squad_add(struct call *call, const void *body);
struct err cmd_squad_list(struct call *call, const void *body);
