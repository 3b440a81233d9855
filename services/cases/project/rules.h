/* rules.h — what a project rests on: the documents of its legal track, with
 * their numbers and days (domain.md 1.0 and 1.2 to 1.4). */
#pragma once

#include "common/base/value.h"
#include "services/cases/household/rules.h"

enum project_kind {
    BASIS_PURPOSE, /* the public interest found (公共利益认定)           */
    BASIS_FREEZE, /* building and registration paused (暂停办理通知)    */
    BASIS_PRE_NOTICE, /* land is to be taken (征收土地预公告)               */
    BASIS_RESOLUTION, /* the members' assembly agrees (成员大会决议)        */
    BASIS_LESSOR, /* the owner of public housing agrees (产权单位文件)  */
    BASIS_RISK, /* social stability (社会稳定风险评估)                */
    BASIS_PLAN, /* of compensation, of moving (补偿、搬迁方案)        */
    BASIS_DECISION, /* the government's, to expropriate (征收决定)        */
    BASIS_APPROVAL, /* of taking land (征地批复)                          */
    BASIS_LAND_NOTICE, /* land is taken (征收土地公告)                       */
    BASIS_COUNT
};
extern const char *const project_kinds[];

/* Whether a project on this track has such a document, made by today.
 * CODE_CONFLICT names those that it has (R-TRACK); CODE_BAD_REQUEST for a day
 * to come. */
struct err basis_check(unsigned track, unsigned kind, struct day day,
                       struct day today, struct arena *arena);
