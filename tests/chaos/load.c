/* load — ask for what happens in an office, until each ask is answered.
 *
 *   load SERVICE=ENDPOINT LOG CLIENTS COUNT FIRST HOMES MANNER
 *
 * Each client has HOMES households of its own, which sign and withdraw in turn;
 * every tenth command opens a project, registers a household, or makes a
 * statement.  Household and statement number k have the same id, counted from
 * FIRST; the last household of a client is the one that statements are made
 * for.
 *
 * LOG is only appended to, a line before an ask and a line after its answer:
 *     ask WORK CALL COMMAND SUBJECT
 *     ack WORK CALL
 *     no WORK CALL CODE       answered, and not "ok" or "busy"
 *     gone WORK CALL          not answered in GIVE_UP_S
 * A WORK is what somebody wants done once.  MANNER "careful" asks again with
 * the call's id; "forgetful" takes a new id for each try, as no client may: the
 * checker has to find what that does. */
#include "common/service/client.h"
#include "common/service/socket.h"
#include "tests/party.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CLIENTS_MAX = 64,
    HOMES_MAX = 64,
    ID_SIZE = sizeof(((struct id *)0)->text),
    LINE_SIZE = 256,
    PATIENCE_MS = 4000, /* of one careful ask, which is sent again in it */
    HASTE_MS = 900,     /* of a forgetful one: sent once                 */
    BUSY_MS = 50,
    GIVE_UP_S = 120,
    RUN = 1000000,
};

static const char officer[] = "01890000-0000-7000-8000-000000000001";

struct home {
    char id[ID_SIZE];
    char agreement[ID_SIZE]; /* the one that stands, or "" */
};

struct desk {
    struct party party;
    int log;
    bool forgetful;
    int64_t number; /* of the first work */
    int64_t count;
    int64_t homes_from;
    size_t home_count;
    struct home homes[HOMES_MAX];
    struct client *client;
    struct arena *arena;
    int64_t unanswered;
    pthread_t thread;
};

/* What is to be done once. */
struct work {
    int64_t number;
    const char *command;
    const char *subject; /* "-" when the service will name it */
    const char *body;
};

static void number_as_id(int64_t number, char text[static ID_SIZE])
{
    snprintf(text, ID_SIZE, "00000000-0000-7000-8000-%012" PRIx64,
             (uint64_t)number & UINT64_C(0xffffffffffff));
}

/* One write a line: lines of several threads do not mix. */
static void note(const struct desk *desk, const char *word,
                 const struct work *work, struct id call, const char *more)
{
    char line[LINE_SIZE];
    int size = snprintf(line, sizeof line, "%s %" PRId64 " %s%s%s\n", word,
                        work->number, call.text, *more ? " " : "", more);

    if (write(desk->log, line, (size_t)size) != size)
        abort();
}

static void note_ask(const struct desk *desk, const struct work *work,
                     struct id call)
{
    note(desk, "ask", work, call,
         arena_format(desk->arena, "%s %s", work->command, work->subject));
}

/* True when it was done; answer->body says what came of it. */
static bool insist(struct desk *desk, const struct work *work,
                   struct answer *answer)
{
    struct id call = id_new(moment_now());
    int64_t ends = zclock_mono() + GIVE_UP_S * 1000;

    note_ask(desk, work, call);
    while (zclock_mono() < ends) {
        *answer = client_ask_as(desk->client, call, work->command, work->body,
                                desk->forgetful ? HASTE_MS : PATIENCE_MS,
                                desk->arena);
        if (answer->code == CODE_OK) {
            note(desk, "ack", work, call, "");
            return true;
        }
        if (answer->code != CODE_BUSY) {
            note(desk, "no", work, call, code_name(answer->code));
            return false;
        }
        zclock_sleep(BUSY_MS);
        if (desk->forgetful) {
            call = id_new(moment_now());
            note_ask(desk, work, call);
        }
    }
    note(desk, "gone", work, call, "");
    return false;
}

/* --------------------------------------------------------------- the works */

static const char *project_body(const struct desk *desk, struct id id)
{
    return arena_format(
        desk->arena,
        "{\"id\":\"%s\",\"name\":\"%s\",\"track\":\"agreed\","
        "\"district_code\":\"370214004\",\"plan_published_on\":\"2026-09-01\"}",
        id.text, id.text);
}

/* A number as GB 11643 checks it, of nobody: the last digit is a checksum. */
static const char *id_number(struct arena *arena, int64_t n)
{
    static const int weights[] = { 7, 9, 10, 5,  8, 4, 2, 1, 6,
                                   3, 7, 9,  10, 5, 8, 4, 2 };
    const char *digits =
        arena_format(arena, "370214%04d%02d%02d%03d", (int)(1950 + n % 50),
                     (int)(1 + n / 50 % 12), (int)(1 + n / 600 % 28),
                     (int)(n / 16800 % 1000));
    int sum = 0;

    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
        sum += weights[i] * (digits[i] - '0');
    return arena_format(arena, "%s%c", digits, "10X98765432"[sum % 11]);
}

static const char *survey_body(const struct desk *desk, int64_t number)
{
    return arena_format(
        desk->arena,
        "{\"project\":\"%s\",\"sheet\":\"chaos.csv\",\"sheet_hash\":\"%064d\","
        "\"dry_run\":false,\"rows\":[{\"line\":2,\"community\":\"chaos\","
        "\"no\":\"S-%" PRId64 "\",\"name\":\"示例\",\"id_number\":\"%s\","
        "\"address\":\"示例路1号\",\"registration\":\"已登记\","
        "\"use\":\"住宅\",\"structure\":\"砖混\","
        "\"registered_area\":\"120.00\",\"measured_area\":\"121.50\","
        "\"persons\":\"3\",\"surveyed_on\":\"2026-08-16\","
        "\"choice\":\"货币\"}]}",
        officer, 0, number, id_number(desk->arena, number / 10));
}

static struct work open_project(struct desk *desk, int64_t number)
{
    const char *id = arena_text(desk->arena, id_new(moment_now()).text);
    struct id project;

    memcpy(project.text, id, sizeof project.text);
    return (struct work){ number, "project.open", id,
                          project_body(desk, project) };
}

static struct work register_home(struct desk *desk, int64_t number)
{
    return (struct work){ number, "survey.import", "-",
                          survey_body(desk, number) };
}

static struct work make_statement(struct desk *desk, int64_t number)
{
    const struct home *home = &desk->homes[desk->home_count - 1];

    return (struct work){ number, "household.offer_make", home->id,
                          arena_format(desk->arena, "{\"household\":\"%s\"}",
                                       home->id) };
}

static struct work sign(struct desk *desk, const struct home *home,
                        int64_t number)
{
    return (
        struct work){ number, "agreement.sign", home->id,
                      arena_format(desk->arena,
                                   "{\"household\":\"%s\",\"statement\":\"%s\","
                                   "\"place\":\"counter\",\"choice\":\"money\","
                                   "\"signers\":[\"%s\"]}",
                                   home->id, home->id, officer) };
}

static struct work withdraw(struct desk *desk, const struct home *home,
                            int64_t number)
{
    return (struct work){ number, "agreement.withdraw", home->id,
                          arena_format(
                              desk->arena,
                              "{\"agreement\":\"%s\",\"channel\":\"counter\"}",
                              home->agreement) };
}

/* The answer to a signing names the agreement, which is then withdrawn. */
static void remember(struct home *home, const char *answer)
{
    static const char member[] = "\"agreement\":\"";
    const char *at = strstr(answer, member);

    if (at && strlen(at) > sizeof member - 1 + 36) {
        memcpy(home->agreement, at + sizeof member - 1, 36);
        home->agreement[36] = '\0';
    }
}

static void move_home(struct desk *desk, int64_t number)
{
    struct home *home = &desk->homes[(size_t)number % (desk->home_count - 1)];
    bool signs = !*home->agreement;
    struct work work =
        signs ? sign(desk, home, number) : withdraw(desk, home, number);
    struct answer answer;

    if (!insist(desk, &work, &answer))
        desk->unanswered++;
    else if (signs)
        remember(home, answer.body);
    else
        *home->agreement = '\0';
}

static void do_work(struct desk *desk, int64_t number)
{
    static struct work (*const others[])(struct desk *, int64_t) = {
        open_project,
        register_home,
        make_statement,
    };
    enum { MAKE_STATEMENT = 2 };
    size_t which = (size_t)number % 10;
    struct answer answer;

    if (desk->forgetful && which > 4)
        which = MAKE_STATEMENT; /* of all these what can be done twice */
    if (which >= sizeof others / sizeof *others) {
        move_home(desk, number);
        return;
    }
    struct work work = others[which](desk, number);
    if (!insist(desk, &work, &answer))
        desk->unanswered++;
}

static void *sit(void *args)
{
    struct desk *desk = args;
    struct meta asker = { .roles = "dept,t2_signing,t3_front" };

    memcpy(asker.actor.text, officer, sizeof officer);
    desk->client = client_open(&desk->party, &asker);
    desk->arena = arena_new();
    for (size_t i = 0; i < desk->home_count; i++)
        number_as_id(desk->homes_from + (int64_t)i, desk->homes[i].id);
    for (int64_t i = 0; i < desk->count; i++) {
        do_work(desk, desk->number + i);
        arena_reset(desk->arena);
    }
    client_close(&desk->client);
    arena_destroy(&desk->arena);
    return NULL;
}

int main(int argc, char **argv)
{
    static struct desk desks[CLIENTS_MAX];

    if (argc != 8) {
        fputs(
            "usage: load SERVICE=ENDPOINT LOG CLIENTS COUNT FIRST HOMES MANNER\n",
            stderr);
        return 2;
    }
    int64_t clients = strtoll(argv[3], NULL, 10);
    int64_t count = strtoll(argv[4], NULL, 10);
    int64_t each = clients > 0 ? (count + clients - 1) / clients : 0;
    int64_t first = strtoll(argv[5], NULL, 10), unanswered = 0;
    int64_t homes = strtoll(argv[6], NULL, 10);
    int log = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

    if (clients < 1 || clients > CLIENTS_MAX || homes < 2 || homes > HOMES_MAX
        || each < 1 || log < 0)
        return 2;
    struct party party = party_of(argv[1]);
    socket_begin();
    for (int64_t i = 0; i < clients; i++) {
        desks[i] = (struct desk){ .party = party,
                                  .log = log,
                                  .forgetful = streq(argv[7], "forgetful"),
                                  /* no two runs share a work */
                                  .number = first * RUN + i * each,
                                  .count = each,
                                  .homes_from = first + i * homes,
                                  .home_count = (size_t)homes };
        pthread_create(&desks[i].thread, NULL, sit, &desks[i]);
    }
    for (int64_t i = 0; i < clients; i++) {
        pthread_join(desks[i].thread, NULL);
        unanswered += desks[i].unanswered;
    }
    close(log);
    return unanswered ? 1 : 0;
}
