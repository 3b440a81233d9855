/* err.h — how every function in this house says "no".
 *
 * An error is a small value, returned, never stored.  `code` is for programs
 * and travels on the wire by name; `why` is for people; `field` names the
 * input at fault, when there is one.  The strings are static or in the call's
 * arena, so an error never needs freeing. */
#pragma once

enum code {
    CODE_OK,
    CODE_BAD_REQUEST, /* the message is malformed; do not resend it      */
    CODE_DENIED,      /* the actor's role does not allow this command    */
    CODE_NOT_FOUND,   /* the thing named does not exist                  */
    CODE_CONFLICT,    /* a rule says no, in the current state            */
    CODE_BUSY,        /* nothing is wrong; try again later, same id      */
    CODE_FAULT,       /* our fault; the log has the details              */
};

struct err {
    enum code code;
    const char *why;
    const char *field;
};

#define OK ((struct err){ .code = CODE_OK })

/* The one control-flow macro of the house: pass a failure up, at once.  It is
 * honest only where nothing is owned that the early return would leak. */
#define TRY(call)                                                              \
    do {                                                                       \
        struct err try_err_ = (call);                                          \
        if (try_err_.code)                                                     \
            return try_err_;                                                   \
    } while (0)

/* A refusal with its reason. */
static inline struct err fail(enum code code, const char *why)
{
    return (struct err){ .code = code, .why = why };
}

/* A refusal of one member of the input, by its name. */
static inline struct err fail_at(const char *field, const char *why)
{
    return (struct err){ .code = CODE_BAD_REQUEST, .why = why, .field = field };
}

/* The code's name on the wire: "ok", "bad_request", ... */
const char *code_name(enum code code);

/* The code of a name; CODE_FAULT for a name that is not known. */
enum code code_from_name(const char *name);
