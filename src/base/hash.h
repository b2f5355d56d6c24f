/* SHA-256, from GnuTLS. */
#ifndef INK_BASE_HASH_H
#define INK_BASE_HASH_H

#include "base/error.h"

#include <stddef.h>

#define INK_SHA256_HEX 65 /* 64 hexadecimal digits and a zero */

/* INK_EUNSUPPORTED in a build without GnuTLS. */
ink_status ink__sha256(const void *bytes, size_t size, char hex[INK_SHA256_HEX], ink_error *err);

/* The same for bytes that come in pieces. */
typedef struct ink__sha256_stream ink__sha256_stream;
ink__sha256_stream *ink__sha256_new(ink_error *err);
void ink__sha256_add(ink__sha256_stream *stream, const void *bytes, size_t size);
/* Writes the digest and frees the stream; a NULL `hex` only frees. NULL stream allowed. */
void ink__sha256_finish(ink__sha256_stream *stream, char hex[INK_SHA256_HEX]);

#endif
