/* Digests, from GnuTLS. */
#ifndef INK_BASE_HASH_H
#define INK_BASE_HASH_H

#include "base/error.h"

#include <stddef.h>

typedef enum ink__hash_kind {
    INK_HASH_SHA256,
    INK_HASH_MD5 /* only against what publishers documented long ago: it can be forged */
} ink__hash_kind;

#define INK_HASH_HEX 65 /* room for the hexadecimal digits of the longest and a zero */

/* "SHA-256", "MD5" */
const char *ink__hash_name(ink__hash_kind kind);

/* INK_EUNSUPPORTED in a build without GnuTLS. */
ink_status ink__sha256(const void *bytes, size_t size, char hex[INK_HASH_HEX], ink_error *err);
ink_status ink__hash(ink__hash_kind kind, const void *bytes, size_t size, char hex[INK_HASH_HEX],
                     ink_error *err);

#endif
