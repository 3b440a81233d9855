/* accept.h — which of our forms a client would like best (RFC 9110 §12.5.1). */
#pragma once

enum form { FORM_JSON, FORM_CSV, FORM_NONE };

/* By the Accept header: the form with the highest quality, JSON when they are
 * equal or when there is no header; FORM_NONE when neither will do. */
enum form accept_form(const char *accept);
