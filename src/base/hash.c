/* Digests through GnuTLS. */
#include "base/hash.h"

#if INK_HAVE_GNUTLS
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#endif

const char *ink__hash_name(ink__hash_kind kind)
{
    return kind == INK_HASH_MD5 ? "MD5" : "SHA-256";
}

ink_status ink__hash(ink__hash_kind kind, const void *bytes, size_t size, char hex[INK_HASH_HEX],
                     ink_error *err)
{
#if INK_HAVE_GNUTLS
    gnutls_digest_algorithm_t algorithm = kind == INK_HASH_MD5 ? GNUTLS_DIG_MD5 : GNUTLS_DIG_SHA256;
    unsigned char digest[32];
    size_t length = kind == INK_HASH_MD5 ? 16 : 32;
    if (gnutls_hash_fast(algorithm, bytes, size, digest) < 0)
        return ink__fail(err, INK_EUNSUPPORTED, "GnuTLS refuses to compute %s here",
                         ink__hash_name(kind));
    for (size_t i = 0; i < length; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hex[2 * length] = '\0';
    return INK_OK;
#else
    (void)bytes, (void)size, (void)hex;
    return ink__fail(err, INK_EUNSUPPORTED,
                     "this build has no %s: rebuild with GnuTLS (libgnutls28-dev)",
                     ink__hash_name(kind));
#endif
}

ink_status ink__sha256(const void *bytes, size_t size, char hex[INK_HASH_HEX], ink_error *err)
{
    return ink__hash(INK_HASH_SHA256, bytes, size, hex, err);
}
