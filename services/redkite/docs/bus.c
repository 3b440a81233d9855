/* redkite docs bus: the contract of the bus as AsyncAPI 3.0, from what each
 * service's service.describe answers.  That command needs no store, so neither
 * does this. */
#include "services/redkite/cli.h"
#include "services/redkite/docs/members.h"
#include "services/redkite/docs/words.h"
#include "services/redkite/docs/yaml.h"
#include "services/redkite/settings.h"

#include <string.h>

/* The document, and where a service's part of it goes. */
struct book {
    struct arena *arena;
    cJSON *document;
    cJSON *servers, *channels, *operations, *schemas, *messages;
    const char *service;
    const char *commands, *events; /* its channels */
};

static const cJSON *get(const cJSON *from, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(from, name);
}

static const char *get_text(const cJSON *from, const char *name)
{
    return cJSON_GetStringValue(get(from, name));
}

static cJSON *put(cJSON *to, const char *name, cJSON *what)
{
    cJSON_AddItemToObject(to, name, what);
    return what;
}

static void put_text(cJSON *to, const char *name, const char *text)
{
    cJSON_AddStringToObject(to, name, text);
}

/* A member of one of the lists of refs in an operation. */
static void put_ref(cJSON *list, const char *where, const char *name)
{
    cJSON_AddItemToArray(list, members_ref(where, name));
}

static const char *joined(const struct book *book, const char *a, const char *b)
{
    return arena_format(book->arena, "%s.%s", a, b);
}

/* ------------------------------------------------------- what all have alike
 */

static cJSON *add_schema(struct book *book, const char *name,
                         const cJSON *members, enum fit fit)
{
    return put(book->schemas, name, members_schema(members, fit));
}

/* A refusal's code is each status but the first, ok. */
static void add_statuses(cJSON *problem, const cJSON *statuses)
{
    cJSON *properties = cJSON_GetObjectItemCaseSensitive(problem, "properties");
    cJSON *code = cJSON_GetObjectItemCaseSensitive(properties, "code");
    cJSON *values = cJSON_Duplicate(statuses, true);

    cJSON_DeleteItemFromArray(values, 0);
    cJSON_AddItemToObject(code, "enum", values);
}

/* What is no struct: an answer's meta, and the frames before an event. */
static void add_headers(struct book *book)
{
    cJSON *answer = cJSON_Parse("{\"type\":\"object\",\"properties\":{\"id\":"
                                "{\"$ref\":\"#/components/schemas/id\"}}}");
    cJSON *event = cJSON_Parse(
        "{\"type\":\"object\",\"properties\":{"
        "\"topic\":{\"type\":\"string\"},"
        "\"epoch\":{\"$ref\":\"#/components/schemas/id\"},"
        "\"position\":{\"type\":\"string\",\"pattern\":\"^[0-9]+$\"}},"
        "\"required\":[\"topic\",\"epoch\",\"position\"]}");

    put(book->schemas, "meta-of-answer", answer);
    put(book->schemas, "frames-of-event", event);
}

static cJSON *message(const char *name, const char *headers)
{
    cJSON *made = cJSON_CreateObject();

    put_text(made, "name", name);
    put(made, "headers", members_ref("components/schemas", headers));
    return made;
}

static cJSON *call_message(const char *name, const char *headers,
                           const char *payload)
{
    cJSON *made = message(name, headers);

    put(made, "payload", members_ref("components/schemas", payload));
    put(made, "correlationId",
        members_ref("components/correlationIds", "call"));
    return made;
}

static void add_wire(struct book *book, const cJSON *wire)
{
    cJSON *meta = add_schema(book, "meta", get(wire, "meta"), FIT_EXACT);
    cJSON *problem =
        add_schema(book, "problem", get(wire, "problem"), FIT_OPEN);
    cJSON *envelope =
        add_schema(book, "envelope", get(wire, "envelope"), FIT_OPEN);

    put_text(meta, "description", words_meta);
    put_text(problem, "description", words_problem);
    put_text(envelope, "description", words_envelope);
    add_statuses(problem, get(wire, "statuses"));
    add_headers(book);
    put(book->messages, "problem",
        call_message("problem", "meta-of-answer", "problem"));
}

/* ------------------------------------------------------------------ commands
 */

/* What the command line calls it, in a line. */
static const char *summary_of(const char *service, const char *command)
{
    for (const struct verb *v = verb_after(NULL); v; v = verb_after(v))
        if (v->command && strcmp(v->command, command) == 0
            && strcmp(v->service, service) == 0)
            return v->help;
    return NULL;
}

/* The schemas and messages of a command, once for all who answer it. */
static void add_messages(struct book *book, const char *key,
                         const cJSON *command)
{
    const char *body = joined(book, key, "body");
    const char *answer = joined(book, key, "answer");

    if (get(book->messages, key))
        return;
    add_schema(book, body, get(command, "body"), FIT_EXACT);
    add_schema(book, answer, get(command, "answer"), FIT_OPEN);
    put(book->messages, key,
        call_message(get_text(command, "name"), "meta", body));
    put(book->messages, answer,
        call_message(joined(book, get_text(command, "name"), "answer"),
                     "meta-of-answer", answer));
}

static void add_operation(struct book *book, const cJSON *command)
{
    const char *name = get_text(command, "name");
    const char *summary = summary_of(book->service, name);
    const char *in_channel =
        arena_format(book->arena, "channels/%s/messages", book->commands);
    cJSON *made = cJSON_AddObjectToObject(book->operations,
                                          joined(book, book->service, name));

    put_text(made, "action", "receive");
    if (summary)
        put_text(made, "summary", summary);
    put(made, "channel", members_ref("channels", book->commands));
    put_ref(cJSON_AddArrayToObject(made, "messages"), in_channel, name);
    cJSON *back = cJSON_AddObjectToObject(made, "reply");
    put(back, "channel", members_ref("channels", book->commands));
    cJSON *answers = cJSON_AddArrayToObject(back, "messages");
    put_ref(answers, in_channel, joined(book, name, "answer"));
    put_ref(answers, in_channel, "problem");
    put(made, "x-roles", cJSON_Duplicate(get(command, "roles"), true));
    put(made, "x-reads", cJSON_Duplicate(get(command, "reads"), true));
    put(made, "x-personal", cJSON_Duplicate(get(command, "personal"), true));
}

static void add_command(struct book *book, cJSON *messages,
                        const cJSON *command)
{
    const char *name = get_text(command, "name");
    bool everywhere = cJSON_IsTrue(get(command, "everywhere"));
    const char *key = joined(book, everywhere ? "any" : book->service, name);

    add_messages(book, key, command);
    put(messages, name, members_ref("components/messages", key));
    put(messages, joined(book, name, "answer"),
        members_ref("components/messages", joined(book, key, "answer")));
    add_operation(book, command);
}

/* -------------------------------------------------------------------- events
 */

static void put_const(cJSON *properties, const char *name, const char *text)
{
    put_text(cJSON_AddObjectToObject(properties, name), "const", text);
}

/* The envelope, with what is in it for this topic. */
static cJSON *event_payload(struct book *book, const char *topic)
{
    cJSON *payload = cJSON_CreateObject(), *own = cJSON_CreateObject();
    cJSON *all = cJSON_AddArrayToObject(payload, "allOf");
    cJSON *properties = cJSON_AddObjectToObject(own, "properties");

    put_ref(all, "components/schemas", "envelope");
    cJSON_AddItemToArray(all, own);
    put_const(properties, "source",
              arena_format(book->arena, "/redkite/%s", book->service));
    put_const(properties, "type",
              arena_format(book->arena, "redkite.%s.v1", topic));
    put(properties, "data",
        members_ref("components/schemas", joined(book, book->service, topic)));
    return payload;
}

static void add_event(struct book *book, cJSON *messages, const cJSON *event)
{
    const char *topic = get_text(event, "topic");
    const char *key = joined(book, book->service, topic);
    cJSON *made = message(topic, "frames-of-event");

    add_schema(book, key, get(event, "members"), FIT_OPEN);
    put(made, "payload", event_payload(book, topic));
    put(book->messages, key, made);
    put(messages, topic, members_ref("components/messages", key));
}

static void add_beat(struct book *book, cJSON *messages)
{
    const char *key = joined(book, book->service, "beat");
    cJSON *made = message("~", "frames-of-event");
    cJSON *payload = cJSON_AddObjectToObject(made, "payload");

    put_text(made, "contentType", "text/plain");
    put_text(payload, "type", "string");
    put_text(payload, "const", book->service);
    put(book->messages, key, made);
    put(messages, "beat", members_ref("components/messages", key));
}

static void add_sending(struct book *book, const cJSON *messages)
{
    const char *in_channel =
        arena_format(book->arena, "channels/%s/messages", book->events);
    cJSON *made = cJSON_AddObjectToObject(book->operations, book->events);
    const cJSON *one;

    put_text(made, "action", "send");
    put(made, "channel", members_ref("channels", book->events));
    cJSON *said = cJSON_AddArrayToObject(made, "messages");
    cJSON_ArrayForEach(one, messages) {
        put_ref(said, in_channel, one->string);
    }
}

/* ----------------------------------------------------------------- a service
 */

/* A server and a channel of one name; the channel's messages. */
static cJSON *add_channel(struct book *book, const char *name,
                          const char *setting, const char *words)
{
    cJSON *server = cJSON_AddObjectToObject(book->servers, name);
    cJSON *channel = cJSON_AddObjectToObject(book->channels, name);

    put_text(server, "host", "{host}");
    put_text(server, "protocol", "zmtp");
    put_text(server, "protocolVersion", "3.1");
    put_text(server, "description",
             arena_format(book->arena,
                          "%s of %s: tcp://host:port or ipc://path", setting,
                          book->service));
    cJSON *host = cJSON_AddObjectToObject(
        cJSON_AddObjectToObject(server, "variables"), "host");
    put_text(host, "description", "as the installation says");
    put_ref(cJSON_AddArrayToObject(server, "security"),
            "components/securitySchemes", "curve");
    put(channel, "address", cJSON_CreateNull());
    put_text(channel, "description", words);
    put_ref(cJSON_AddArrayToObject(channel, "servers"), "servers", name);
    return cJSON_AddObjectToObject(channel, "messages");
}

static void add_service(struct book *book, const cJSON *told)
{
    const cJSON *one;

    book->service = get_text(told, "service");
    book->commands = joined(book, book->service, "commands");
    book->events = joined(book, book->service, "events");
    cJSON *messages = add_channel(book, book->commands, "REDKITE_BIND_COMMANDS",
                                  words_commands);
    cJSON_ArrayForEach(one, get(told, "commands")) {
        add_command(book, messages, one);
    }
    put(messages, "problem", members_ref("components/messages", "problem"));

    messages =
        add_channel(book, book->events, "REDKITE_BIND_EVENTS", words_events);
    cJSON_ArrayForEach(one, get(told, "events")) {
        add_event(book, messages, one);
    }
    add_beat(book, messages);
    add_sending(book, messages);
}

/* ------------------------------------------------------------------ the whole
 */

static void open_book(struct book *book, struct arena *arena)
{
    cJSON *document = cJSON_CreateObject(), *info, *components, *scheme, *call;

    *book = (struct book){ .arena = arena, .document = document };
    put_text(document, "asyncapi", "3.0.0");
    info = cJSON_AddObjectToObject(document, "info");
    put_text(info, "title", "Red Kite's bus");
    put_text(info, "version", "RK1");
    put_text(info, "description", words_info);
    put_text(document, "defaultContentType", "application/json");
    book->servers = cJSON_AddObjectToObject(document, "servers");
    book->channels = cJSON_AddObjectToObject(document, "channels");
    book->operations = cJSON_AddObjectToObject(document, "operations");
    components = cJSON_AddObjectToObject(document, "components");
    scheme = cJSON_AddObjectToObject(
        cJSON_AddObjectToObject(components, "securitySchemes"), "curve");
    put_text(scheme, "type", "asymmetricEncryption");
    put_text(scheme, "description", words_curve);
    call = cJSON_AddObjectToObject(
        cJSON_AddObjectToObject(components, "correlationIds"), "call");
    put_text(call, "location", "$message.header#/id");
    book->messages = cJSON_AddObjectToObject(components, "messages");
    book->schemas = cJSON_AddObjectToObject(components, "schemas");
    members_components(book->schemas);
}

/* False after the refusal was said. */
static bool take_service(struct run *run, struct book *book,
                         const char *service)
{
    struct answer answer = ask(run, service, "service.describe", "{}");

    if (answer.code) {
        (void)say_problem(run, "service.describe", answer);
        return false;
    }
    cJSON *told = cJSON_Parse(answer.body);
    if (!get(book->schemas, "meta"))
        add_wire(book, get(told, "wire"));
    add_service(book, told);
    cJSON_Delete(told);
    return true;
}

enum status act_docs_bus(struct run *run)
{
    struct book book;
    bool whole = true;

    open_book(&book, run->arena);
    for (size_t i = 0; whole && service_names[i]; i++)
        whole = take_service(run, &book, service_names[i]);
    if (whole)
        yaml_print(book.document);
    cJSON_Delete(book.document);
    return whole ? DONE : FAILED;
}
