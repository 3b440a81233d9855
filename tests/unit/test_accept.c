#include "services/reporting/http/accept.h"

#include "tests/check.h"

static void the_form_that_a_client_likes_best_is_given(void **unused)
{
    (void)unused;
    static const struct {
        const char *accept;
        enum form want;
    } rows[] = {
        { NULL, FORM_JSON },
        { "*/*", FORM_JSON },
        { "application/json", FORM_JSON },
        { "text/csv", FORM_CSV },
        { "TEXT/CSV", FORM_CSV },
        { "text/*", FORM_CSV },
        { "text/html", FORM_NONE },
        { "", FORM_NONE },
        { "text/csv, application/json", FORM_JSON },
        { "text/csv, application/json;q=0.9", FORM_CSV },
        { "application/json;q=0.2, text/csv;q=0.25", FORM_CSV },
        { "application/json;q=0, */*", FORM_CSV },
        { "application/json;q=0", FORM_NONE },
        { "text/html, */*;q=0.1", FORM_JSON },
        { "text/csv;header=present;q=0.5, */*;q=0.1", FORM_CSV },
        { "text/csvx", FORM_NONE },
        { ",,;;q=", FORM_NONE },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        if (accept_form(rows[i].accept) != rows[i].want)
            fail_msg("row %zu: %d", i, (int)accept_form(rows[i].accept));
}

RUN(cmocka_unit_test(the_form_that_a_client_likes_best_is_given))
