/* Plain files out of gz, xz, tar and zip, by libarchive; a lone gz by libdeflate where it is there,
 * which is several times faster.
 *
 * Packed bytes are hostile: a few kilobytes may claim to hold terabytes. So everything unpacked
 * from one file shares one allowance - 64 MiB and 250 times its size, more than any real data needs
 * (MNIST is packed 5 to 1, blank paper 1000 to 1) - and memory grows with what has arrived, not
 * with what a header claims.
 *
 * Formats: gzip RFC 1952; xz, "The .xz File Format" 1.1; tar, POSIX.1-2001 pax; zip, PKWARE
 * APPNOTE. */
#include "data/unpack.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#if INK_HAVE_DEFLATE
#include <libdeflate.h>
#endif
#if INK_HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

enum { MOST_DEPTH = 3, BLOCK = 1 << 17, TAR_HEADER = 512, MOST_ENTRIES = 4000000 };
#define MOST_BYTES ((size_t)1 << 34)

typedef enum packing { PLAIN, GZIP, XZ, TAR, ZIP } packing;

/* Bytes on the disk (`bytes` NULL) or in memory, and what is left of the allowance. */
typedef struct source {
    const char *shown, *name; /* `shown` is the path of what lies on the disk */
    uint8_t *bytes;
    size_t size;
    int depth;
    size_t *left;
    ink__file_visitor *visit;
    void *context;
} source;

/* The header's own sum, which counts its field as eight spaces: a file of zeros is no tar. */
static bool is_tar(const uint8_t *bytes, size_t size)
{
    unsigned sum = 8 * ' ', said = 0;
    if (size < TAR_HEADER)
        return false;
    for (size_t i = 0; i < TAR_HEADER; i++)
        sum += i >= 148 && i < 156 ? 0 : bytes[i];
    size_t at = 148;
    while (at < 154 && bytes[at] == ' ')
        at++;
    for (; at < 156 && bytes[at] >= '0' && bytes[at] <= '7'; at++)
        said = said * 8 + (unsigned)(bytes[at] - '0');
    return said == sum;
}

static packing packing_of(const uint8_t *bytes, size_t size)
{
    if (size >= 3 && memcmp(bytes, "\x1f\x8b\x08", 3) == 0)
        return GZIP;
    if (size >= 6 && memcmp(bytes,
                            "\xfd"
                            "7zXZ",
                            6) == 0)
        return XZ;
    if (size >= 4 && (memcmp(bytes, "PK\3\4", 4) == 0 || memcmp(bytes, "PK\5\6", 4) == 0))
        return ZIP;
    return is_tar(bytes, size) ? TAR : PLAIN;
}

static ink_status unpack_source(source *s, ink_error *err);

/* Hands on plain bytes, or looks into them when they are packed again. Frees them. */
static ink_status hand_on(const source *s, const char *shown, const char *name, uint8_t *bytes,
                          size_t size, ink_error *err)
{
    source inner = *s;
    inner.shown = shown;
    inner.name = name;
    inner.bytes = bytes;
    inner.size = size;
    inner.depth++;
    return unpack_source(&inner, err);
}

#if INK_HAVE_ARCHIVE
static ink_status too_much(const char *shown, ink_error *err)
{
    return ink__fail(err, INK_EFORMAT,
                     "%.300s unpacks to far more than real data would: it is damaged or a trap",
                     shown);
}

static ink_status archive_failed(const char *shown, struct archive *archive, ink_error *err)
{
    const char *why = archive_error_string(archive);
    return ink__fail(err, INK_EFORMAT, "%.300s is damaged or cut short: %.120s", shown,
                     why ? why : "it cannot be unpacked");
}

/* `format` chooses tar, zip, or a bare stream (PLAIN). */
static struct archive *open_archive(const source *s, packing format, ink_error *err)
{
    struct archive *archive = archive_read_new();
    if (!archive) {
        ink__fail(err, INK_ENOMEM, "out of memory: %.300s cannot be unpacked", s->shown);
        return NULL;
    }
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_xz(archive);
    if (format == TAR)
        archive_read_support_format_tar(archive);
    else if (format == ZIP)
        archive_read_support_format_zip(archive);
    else
        archive_read_support_format_raw(archive);
    archive_read_support_format_empty(archive);
    int status = s->bytes ? archive_read_open_memory(archive, s->bytes, s->size)
                          : archive_read_open_filename(archive, s->shown, BLOCK);
    if (status == ARCHIVE_OK)
        return archive;
    archive_failed(s->shown, archive, err);
    archive_read_free(archive);
    return NULL;
}

/* Reads up to `room` bytes; *got below `room` means the end. */
static ink_status read_some(struct archive *archive, const char *shown, uint8_t *bytes, size_t room,
                            size_t *got, ink_error *err)
{
    for (*got = 0; *got < room;) {
        la_ssize_t now = archive_read_data(archive, bytes + *got, room - *got);
        if (now == 0)
            break;
        if (now < 0 && now != ARCHIVE_RETRY)
            return archive_failed(shown, archive, err);
        *got += now > 0 ? (size_t)now : 0;
    }
    return INK_OK;
}

/* The rest of one entry. `expected` is where to start: its size when the header says one that is
 * not absurd, so that true headers cost one allocation and false ones no more than they fill. */
static ink_status read_entry(const source *s, struct archive *archive, const char *shown,
                             size_t expected, uint8_t **bytes, size_t *size, ink_error *err)
{
    size_t room = expected < *s->left ? expected + 1 : BLOCK, used = 0, got = 0;
    uint8_t *block = ink__alloc(room + 1, 1, err);
    ink_status status = block ? INK_OK : INK_ENOMEM;
    while (status == INK_OK) {
        status = read_some(archive, shown, block + used, room - used, &got, err);
        used += got;
        if (status == INK_OK && used > *s->left)
            status = too_much(shown, err);
        if (status != INK_OK || used < room)
            break;
        uint8_t *larger = ink__realloc(block, used, room * 2 + 1, 1, err);
        if (larger) {
            block = larger;
            room *= 2;
        } else {
            status = INK_ENOMEM;
        }
    }
    if (status != INK_OK) {
        ink__free(block);
        return status;
    }
    block[used] = 0;
    *s->left -= used;
    *bytes = block;
    *size = used;
    return INK_OK;
}

/* Names in archives are anybody's bytes: they are shown, so they must not steer a terminal. */
static void make_printable(char *text)
{
    for (; *text; text++)
        if (iscntrl((unsigned char)*text))
            *text = '?';
}

static ink_status visit_entry(const source *s, struct archive *archive, struct archive_entry *entry,
                              ink_error *err)
{
    const char *inner = archive_entry_pathname(entry);
    if (!inner)
        inner = archive_entry_pathname_utf8(entry);
    if (!inner)
        inner = "(name that cannot be read)";
    const char *last = strrchr(inner, '/');
    last = last ? last + 1 : inner;
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) ||
        *last == '.' || strncmp(inner, "__MACOSX/", 9) == 0)
        return INK_OK;
    char *shown = ink__format(err, "%s: %s", s->shown, inner);
    char *name = *s->name ? ink__path_join(s->name, inner, err) : ink__strdup(inner, err);
    uint8_t *bytes = NULL;
    size_t size = 0, expected = BLOCK;
    ink_status status = shown && name ? INK_OK : INK_ENOMEM;
    if (status == INK_OK) {
        make_printable(shown);
        if (archive_entry_size_is_set(entry) && archive_entry_size(entry) >= 0)
            expected = (size_t)archive_entry_size(entry);
        if (archive_entry_is_encrypted(entry))
            status = ink__fail(err, INK_EFORMAT, "%.300s is encrypted: unpack it first", shown);
        else
            status = read_entry(s, archive, shown, expected, &bytes, &size, err);
    }
    if (status == INK_OK)
        status = hand_on(s, shown, name, bytes, size, err);
    ink__free(shown);
    ink__free(name);
    return status;
}

static ink_status unpack_entries(const source *s, packing format, ink_error *err)
{
    struct archive *archive = open_archive(s, format, err);
    ink_status status = archive ? INK_OK : err->status;
    for (size_t entries = 0; status == INK_OK; entries++) {
        struct archive_entry *entry;
        int code = archive_read_next_header(archive, &entry);
        if (code == ARCHIVE_EOF)
            break;
        if (entries == MOST_ENTRIES)
            status = too_much(s->shown, err);
        else if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
            status = archive_failed(s->shown, archive, err);
        else
            status = visit_entry(s, archive, entry, err);
    }
    archive_read_free(archive);
    return status;
}

/* How a stream begins once unpacked: is it a tar? */
static ink_status peek(const source *s, packing *inside, ink_error *err)
{
    uint8_t start[TAR_HEADER];
    size_t got = 0;
    struct archive_entry *entry;
    struct archive *archive = open_archive(s, PLAIN, err);
    if (!archive)
        return err->status;
    ink_status status = INK_OK;
    int code = archive_read_next_header(archive, &entry);
    if (code == ARCHIVE_OK)
        status = read_some(archive, s->shown, start, sizeof start, &got, err);
    else if (code != ARCHIVE_EOF)
        status = archive_failed(s->shown, archive, err);
    archive_read_free(archive);
    *inside = is_tar(start, got) ? TAR : PLAIN;
    return status;
}

static ink_status read_stream(const source *s, size_t expected, uint8_t **bytes, size_t *size,
                              ink_error *err)
{
    struct archive_entry *entry;
    struct archive *archive = open_archive(s, PLAIN, err);
    if (!archive)
        return err->status;
    ink_status status;
    int code = archive_read_next_header(archive, &entry);
    if (code == ARCHIVE_OK)
        status = read_entry(s, archive, s->shown, expected, bytes, size, err);
    else if (code == ARCHIVE_EOF)
        status = ink__fail(err, INK_EFORMAT, "%.300s is empty once unpacked", s->shown);
    else
        status = archive_failed(s->shown, archive, err);
    archive_read_free(archive);
    return status;
}
#else
static ink_status not_in_this_build(const source *s, ink_error *err)
{
    return ink__fail(
        err, INK_EUNSUPPORTED,
        "%.300s is packed and this build cannot unpack it: unpack it first, or rebuild "
        "with libarchive (libarchive-dev)",
        s->shown);
}

static ink_status unpack_entries(const source *s, packing format, ink_error *err)
{
    (void)format;
    return not_in_this_build(s, err);
}

static ink_status peek(const source *s, packing *inside, ink_error *err)
{
    (void)s, (void)err;
    *inside = PLAIN;
    return INK_OK;
}

static ink_status read_stream(const source *s, size_t expected, uint8_t **bytes, size_t *size,
                              ink_error *err)
{
    (void)expected, (void)bytes, (void)size;
    return not_in_this_build(s, err);
}
#endif

#if INK_HAVE_DEFLATE
/* One gzip member in one go; its last four bytes say its length (modulo 2^32, so a lie or a larger
 * file shows as a result that does not fit). Anything unusual - several members, damage - is left
 * to libarchive, which has the words for it: then *bytes stays NULL and INK_OK is returned. */
static ink_status inflate(const source *s, const uint8_t *packed, size_t packed_size,
                          uint8_t **bytes, size_t *size, ink_error *err)
{
    if (packed_size < 18)
        return INK_OK;
    const uint8_t *tail = packed + packed_size - 4;
    size_t said = tail[0] | (size_t)tail[1] << 8 | (size_t)tail[2] << 16 | (size_t)tail[3] << 24;
    if (said > *s->left || said / 1032 > packed_size) /* deflate packs 1032 to 1 at best */
        return INK_OK;
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    if (!inflater)
        return ink__fail(err, INK_ENOMEM, "out of memory: %.300s cannot be unpacked", s->shown);
    uint8_t *block = ink__alloc(said + 1, 1, err);
    size_t used = 0, got = 0;
    bool good = block && libdeflate_gzip_decompress_ex(inflater, packed, packed_size, block, said,
                                                       &used, &got) == LIBDEFLATE_SUCCESS;
    libdeflate_free_decompressor(inflater);
    if (!block)
        return INK_ENOMEM;
    if (!good || used != packed_size || got != said) {
        ink__free(block);
        return INK_OK;
    }
    *s->left -= said;
    *bytes = block;
    *size = said;
    return INK_OK;
}

static ink_status inflate_source(const source *s, uint8_t **bytes, size_t *size, ink_error *err)
{
    if (s->bytes)
        return inflate(s, s->bytes, s->size, bytes, size, err);
    size_t packed_size = 0;
    uint8_t *packed = ink__file_read(s->shown, MOST_BYTES, &packed_size, err);
    if (!packed)
        return err->status;
    ink_status status = inflate(s, packed, packed_size, bytes, size, err);
    ink__free(packed);
    return status;
}
#else
static ink_status inflate_source(const source *s, uint8_t **bytes, size_t *size, ink_error *err)
{
    (void)s, (void)bytes, (void)size, (void)err;
    return INK_OK;
}
#endif

/* A gz or xz: a tar inside goes entry by entry, so that it never lies in memory as a whole. */
static ink_status unpack_stream(const source *s, packing outside, ink_error *err)
{
    packing inside = PLAIN;
    uint8_t *bytes = NULL;
    size_t size = 0;
    ink_status status = peek(s, &inside, err);
    if (status == INK_OK && inside == TAR)
        return unpack_entries(s, TAR, err);
    if (status == INK_OK && outside == GZIP)
        status = inflate_source(s, &bytes, &size, err);
    if (status == INK_OK && !bytes)
        status = read_stream(s, BLOCK, &bytes, &size, err);
    return status == INK_OK ? hand_on(s, s->shown, s->name, bytes, size, err) : status;
}

static ink_status visit_plain(source *s, ink_error *err)
{
    if (!s->bytes)
        s->bytes = ink__file_read(s->shown, MOST_BYTES, &s->size, err);
    if (!s->bytes)
        return err->status;
    ink__file file = {.shown = s->shown, .name = s->name, .bytes = s->bytes, .size = s->size};
    s->bytes = NULL;
    ink_status status = s->visit(s->context, &file, err);
    ink__free(file.bytes);
    return status;
}

/* The first bytes of a file on the disk, and its length. */
static ink_status look_at(const source *s, uint8_t start[TAR_HEADER], size_t *got, size_t *size,
                          ink_error *err)
{
    FILE *file = fopen(s->shown, "rbe");
    if (!file)
        return ink__fail_errno(err, INK_EIO, "cannot open %.300s", s->shown);
    *got = fread(start, 1, TAR_HEADER, file);
    bool bad = ferror(file) || fseeko(file, 0, SEEK_END) != 0;
    off_t end = bad ? -1 : ftello(file);
    ink_status status = INK_OK;
    if (end < 0)
        status = ink__fail_errno(err, INK_EIO, "cannot read %.300s", s->shown);
    else
        *size = (size_t)end;
    fclose(file);
    return status;
}

/* Frees the source's bytes. */
static ink_status unpack_source(source *s, ink_error *err)
{
    uint8_t start[TAR_HEADER];
    size_t got = 0;
    packing outside = PLAIN;
    ink_status status = INK_OK;
    if (s->bytes) {
        outside = packing_of(s->bytes, s->size);
    } else {
        status = look_at(s, start, &got, &s->size, err);
        outside = packing_of(start, got);
    }
    if (s->depth == 0)
        *s->left = s->size < MOST_BYTES / 250 ? s->size * 250 + ((size_t)64 << 20) : MOST_BYTES;
    if (status == INK_OK && outside != PLAIN && s->depth >= MOST_DEPTH)
        status = ink__fail(err, INK_EFORMAT, "%.300s is packed more than %d times over", s->shown,
                           (int)MOST_DEPTH);
    else if (status == INK_OK && (outside == TAR || outside == ZIP))
        status = unpack_entries(s, outside, err);
    else if (status == INK_OK && outside != PLAIN)
        status = unpack_stream(s, outside, err);
    else if (status == INK_OK)
        status = visit_plain(s, err);
    ink__free(s->bytes);
    s->bytes = NULL;
    return status;
}

static ink_status unpack(source *s, ink_error *err)
{
    size_t left = 0;
    ink_error found = {.status = INK_OK}; /* so that the status is known without `err` */
    s->left = &left;
    ink_status status = unpack_source(s, &found);
    return status == INK_OK ? INK_OK : ink__fail(err, status, "%s", found.text);
}

ink_status ink__unpack(const char *path, const char *name, ink__file_visitor *visit, void *context,
                       ink_error *err)
{
    source s = {.shown = path, .name = name, .visit = visit, .context = context};
    return unpack(&s, err);
}

ink_status ink__unpack_bytes(const char *shown, const char *name, uint8_t *bytes, size_t size,
                             ink__file_visitor *visit, void *context, ink_error *err)
{
    source s = {.shown = shown,
                .name = name,
                .bytes = bytes,
                .size = size,
                .visit = visit,
                .context = context};
    return unpack(&s, err);
}
