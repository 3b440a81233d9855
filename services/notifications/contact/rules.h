/* rules.h — what counts as an e-mail address.
 *
 * Far less than RFC 5322 allows: what people have, and nothing that could end a
 * header line or name a second recipient. */
#pragma once

#include "common/base/err.h"

/* One @, a dotted local part of at most 64 bytes, a domain name, ASCII, at most
 * 254 bytes in all (RFC 5321 4.5.3.1).  A refusal names the field "email". */
struct err email_check(const char *email);
