/* rules.h — where a household stands, and what may happen next.
 *
 * One table holds every move (domain.md 4.1): from where, by what, to where,
 * who, on which legal track, and the guard that says why not yet.  Pure: the
 * facts go in, among them the time; a new state or a refusal comes out.  The
 * same table answers "which moves are open now", so that what is shown and what
 * is done cannot differ.
 *
 * Nothing here leads to a worse state because of a visit, nothing touches
 * water, power or roads, and whoever agreed to nothing on the agreed track
 * stays. */
#pragma once

#include "common/base/calendar.h"
#include "common/base/flow.h"
#include "common/base/shape.h"

/* clang-format off */
/* NONE is before the register knows the household; it is never stored. */
#define HOUSEHOLD_STATES(X)                                                    \
    X(NONE, "none", "未建档")                                                  \
    X(REGISTERED, "registered", "已建档")                                      \
    X(SURVEYING, "surveying", "入户调查中")                                    \
    X(SURVEY_POSTED, "survey_posted", "调查结果公示中")                        \
    X(SURVEY_DISPUTED, "survey_disputed", "调查异议复核中")                    \
    X(OWNER_UNCLEAR, "owner_unclear", "权属不明")                              \
    X(ENTITLED, "entitled", "权属/人口已确认")                                 \
    X(APPRAISING, "appraising", "评估中")                                      \
    X(APPRAISAL_POSTED, "appraisal_posted", "初步评估公示中")                  \
    X(APPRAISAL_SERVED, "appraisal_served", "评估报告已送达")                  \
    X(APPRAISAL_REVIEW, "appraisal_review", "复核评估中")                      \
    X(APPRAISAL_EXPERT, "appraisal_expert", "专家委员会鉴定中")                \
    X(EXPLAINING, "explaining", "政策讲解/核算中")                             \
    X(OFFERED, "offered", "已提供补偿方案")                                    \
    X(CONSIDERING, "considering", "考虑期")                                    \
    X(NEGOTIATING, "negotiating", "协商中")                                    \
    X(SIGNED_COOLING, "signed_cooling", "已签约(冷静期)")                      \
    X(EFFECTIVE, "effective", "协议生效")                                      \
    X(LAPSED, "lapsed", "协议未生效/终止")                                     \
    X(PAID, "paid", "补偿款已支付")                                            \
    X(MOVING, "moving", "搬迁中")                                              \
    X(VACATED, "vacated", "已腾空交房")                                        \
    X(TRANSITION, "transition", "过渡中")                                      \
    X(CHOOSING, "choosing", "选房中")                                          \
    X(RESETTLED, "resettled", "已安置入住")                                    \
    X(SETTLED, "settled", "已结算")                                            \
    X(CLOSED, "closed", "已办结")                                              \
    X(NO_AGREEMENT, "no_agreement", "未达成协议")                              \
    X(STAYS, "stays", "保留居住")                                              \
    X(DECISION_DRAFT, "decision_draft", "补偿决定拟定")                        \
    X(DECIDED, "decided", "已作出补偿决定")                                    \
    X(REMEDY, "remedy", "复议/诉讼中")                                         \
    X(URGED, "urged", "已催告")                                                \
    X(COURT_APPLIED, "court_applied", "申请法院强制执行")                      \
    X(COURT_GRANTED, "court_granted", "法院准予执行")                          \
    X(COURT_REFUSED, "court_refused", "法院不准予执行")                        \
    X(WITHDRAWN_SCOPE, "withdrawn_scope", "移出征收范围")

#define HOUSEHOLD_EVENTS(X)                                                    \
    X(IMPORT, "import")               X(NOTICE, "notice")                      \
    X(SURVEY_START, "survey_start")   X(SURVEY_POST, "survey_post")            \
    X(OBJECT, "object")               X(REPOST, "repost")                      \
    X(RESOLVE, "resolve")             X(CONFIRM, "confirm")                    \
    X(DOUBT_OWNER, "doubt_owner")     X(FIND_OWNER, "find_owner")              \
    X(APPRAISE, "appraise")           X(POST_PRELIM, "post_prelim")            \
    X(SERVE, "serve")                 X(ASK_REVIEW, "ask_review")              \
    X(REVIEW_DONE, "review_done")     X(ASK_EXPERT, "ask_expert")              \
    X(EXPERT_DONE, "expert_done")     X(WAIVE_REVIEW, "waive_review")          \
    X(FINAL, "final")                 X(MAKE, "make")                          \
    X(OFFER, "offer")                 X(REOFFER, "reoffer")                    \
    X(CONSIDER, "consider")           X(TALK, "talk")                          \
    X(TALK_END, "talk_end")           X(TOLL, "toll")                          \
    X(UNTOLL, "untoll")               X(SIGN, "sign")                          \
    X(WITHDRAW, "withdraw")           X(TAKE_EFFECT, "effective")              \
    X(LAPSE, "lapse")                 X(PAY, "pay")                            \
    X(MOVE, "move")                   X(VACATE, "vacate")                      \
    X(TRANSIT, "transit")             X(CHOOSE, "choose")                      \
    X(RESETTLE, "resettle")           X(SETTLE, "settle")                      \
    X(CLOSE, "close")                 X(PERIOD_END, "period_end")              \
    X(STAY, "stay")                   X(DRAFT_DECISION, "draft_decision")      \
    X(DECIDE, "decide")               X(REMEDY_OPEN, "remedy_open")            \
    X(REMEDY_END, "remedy_end")       X(URGE, "urge")                          \
    X(APPLY_COURT, "apply_court")     X(COURT_GRANT, "court_grant")            \
    X(COURT_REFUSE, "court_refuse")   X(SCOPE_OUT, "scope_out")

enum state {
#define STATE(name, word, label) name,
    HOUSEHOLD_STATES(STATE)
#undef STATE
};
enum event {
#define EVENT(name, word) name,
    HOUSEHOLD_EVENTS(EVENT)
#undef EVENT
    EVENT_COUNT,
};
/* clang-format on */
extern const char *const household_states[];
extern const char *const household_events[];

/* The legal track of a project (domain.md 1.0). */
enum track { STATE_LAND, COLLECTIVE_LAND, AGREED, PUBLIC_HOUSING };
extern const char *const household_tracks[];

/* What a household takes for its house. */
enum choice { CHOICE_UNKNOWN, CHOICE_UNDECIDED, CHOICE_MONEY, CHOICE_SWAP };
extern const char *const household_choices[];

/* Everything that the guards look at.  What a command does not ask about stays
 * empty; what is empty is never open. */
struct standing {
    unsigned state;
    unsigned track;
    struct moment now;
    struct id actor;
    bool reasoned;  /* gives a reason with what is recorded now */
    role_set roles; /* ROLE(SERVICE): a deadline came           */

    struct day on[EVENT_COUNT]; /* the day of its last record, by its paper */

    struct day plan_published_on;
    int64_t pack_version; /* of the statement to release, or the pack in force;
                             0 is none */
    struct day pack_published_on;
    struct rows outages; /* outage_span, of what is published or posted */

    struct id prepared; /* a statement made and not released  */
    struct id prepared_by;
    struct moment prepared_at;

    int64_t offer_version; /* of the statement on offer */
    struct moment offered_at;
    struct moment facts_since; /* last change of what a statement counts */

    struct moment cooling_until;
    struct id agreement; /* the one that stands, or none */
    unsigned choice;     /* what was agreed or decided   */
    struct day pay_by;   /* agreed for the payment; or 0 */

    unsigned condition; /* of its project (G-THRESHOLD), enum condition */
    bool pack_first;    /* the pack is the project's first */

    bool no_tenant; /* public housing, its tenant not on record; known when the
                       move is made                                    */
    bool unfounded; /* a document that its project's power rests on is not on
                       record (R-TRACK)                                */
    bool tolled;    /* the offer's period is paused (G-TOLL)           */
    bool unfit;     /* where somebody vulnerable would move to is not confirmed;
                       known when the move is made, and shown to nobody   */
    bool unended;   /* an errand, a grievance, a problem or help in hardship of
                       it is open; as with the next two, known when the move is
                       made, and shown to nobody before (G-FIREWALL, G-SEAL) */
    struct moment complained_at;         /* its last grievance, or 0        */
    struct moment change_approved_until; /* by the district panel, or 0     */

    int64_t panel; /* experts of the committee, and appraisers of them */
    int64_t panel_appraisers;

    int64_t owners_missing; /* co-owners whose signature is not there */
    int64_t owners_alone;   /* signed without the guardian they need  */

    struct id paid_by; /* entered the bank's receipt; the actor checks it */
    struct money paid; /* by the receipt                                  */
    struct money owed; /* by the statement                                */
};

extern const struct flow household_flow;

/* The state after the event, or one sentence: what is missing, until when, and
 * what is open instead (flow.h). */
struct err household_move(const struct standing *at, unsigned event,
                          unsigned *to, struct arena *arena);

/* What the system does at once when a household has come to this state, in the
 * same transaction; EVENT_COUNT: nothing. */
unsigned household_follow(const struct standing *at);

/* Every move from here, open or not yet. */
struct next_moves household_moves(const struct standing *at,
                                  struct arena *arena);

/* The first moment at which a statement by this pack may be released. */
struct moment release_from(const struct standing *at);
