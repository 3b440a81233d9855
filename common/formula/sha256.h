/* sha256.h — SHA-256 (FIPS 180-4), here because the pure layer has no library
 * for it and a browser shall have the same. */
#pragma once

#include <stddef.h>

enum { SHA256_TEXT = 65 };

/* The hash of the bytes as 64 hexadecimal digits, lower case. */
void sha256_text(const char *bytes, size_t size, char text[static SHA256_TEXT]);
