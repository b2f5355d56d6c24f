/* SHA-256 through GnuTLS. */
#include "base/hash.h"

#include "base/memory.h"

#if INK_HAVE_GNUTLS
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

struct ink__sha256_stream {
    gnutls_hash_hd_t handle;
};

ink__sha256_stream *ink__sha256_new(ink_error *err)
{
    ink__sha256_stream *stream = ink__alloc(1, sizeof *stream, err);
    if (!stream)
        return NULL;
    if (gnutls_hash_init(&stream->handle, GNUTLS_DIG_SHA256) < 0) {
        ink__free(stream);
        ink__fail(err, INK_ENOMEM, "out of memory: SHA-256 could not be started");
        return NULL;
    }
    return stream;
}

void ink__sha256_add(ink__sha256_stream *stream, const void *bytes, size_t size)
{
    gnutls_hash(stream->handle, bytes, size);
}

void ink__sha256_finish(ink__sha256_stream *stream, char hex[INK_SHA256_HEX])
{
    unsigned char digest[32];
    if (!stream)
        return;
    gnutls_hash_deinit(stream->handle, digest);
    ink__free(stream);
    if (!hex)
        return;
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hex[64] = '\0';
}
#else
ink__sha256_stream *ink__sha256_new(ink_error *err)
{
    ink__fail(err, INK_EUNSUPPORTED,
              "this build has no SHA-256: rebuild with GnuTLS "
              "(libgnutls28-dev)");
    return NULL;
}

void ink__sha256_add(ink__sha256_stream *stream, const void *bytes, size_t size)
{
    (void)stream, (void)bytes, (void)size;
}

void ink__sha256_finish(ink__sha256_stream *stream, char hex[INK_SHA256_HEX])
{
    (void)stream;
    if (hex)
        hex[0] = '\0';
}
#endif

ink_status ink__sha256(const void *bytes, size_t size, char hex[INK_SHA256_HEX], ink_error *err)
{
    ink__sha256_stream *stream = ink__sha256_new(err);
    if (!stream)
        return INK_HAVE_GNUTLS ? INK_ENOMEM : INK_EUNSUPPORTED;
    ink__sha256_add(stream, bytes, size);
    ink__sha256_finish(stream, hex);
    return INK_OK;
}
