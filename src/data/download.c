/* Getting a set: each file to FILE.part, its digest compared, then its own name. */
#include "inkling/download.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/catalogue.h"
#include "data/names.h"
#include "data/transfer.h"
#include "data/unpack.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES ((uint64_t)1 << 32)
enum { PIXELS = 784, HEADER = 128, LOOK = 1024 };

typedef struct download {
    const char *folder;
    ink_download_callback *callback;
    void *user;
    ink_download_event event;
} download;

static bool tell(void *user, uint64_t done, uint64_t total)
{
    download *d = user;
    d->event.done = done;
    d->event.total = total;
    return !d->callback || d->callback(&d->event, d->user);
}

static ink_status finished(download *d, uint64_t bytes)
{
    d->event.complete = true;
    bool go_on = tell(d, bytes, bytes);
    d->event.complete = false;
    return go_on ? INK_OK : INK_ESTOPPED;
}

/* The address with the mirror in the place of "https://host". */
static char *with_mirror(const char *address, ink_error *err)
{
    const char *mirror = getenv("INKLING_MIRROR"), *rest = strstr(address, "://");
    rest = rest ? strchr(rest + 3, '/') : NULL;
    if (!mirror || !*mirror || !rest)
        return ink__strdup(address, err);
    size_t length = strlen(mirror);
    while (length > 0 && mirror[length - 1] == '/')
        length--;
    return ink__format(err, "%.*s%s", (int)length, mirror, rest);
}

static uint64_t file_size(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (uint64_t)info.st_size : 0;
}

/* ---- digests ---- */

typedef struct compared {
    const ink__remote *remote;
    char found[INK_HASH_HEX];
} compared;

static ink_status hash_file(void *context, ink__file *file, ink_error *err)
{
    compared *c = context;
    return ink__hash(c->remote->kind, file->bytes, file->size, c->found, err);
}

/* INK_EFORMAT when the file is not what was published. */
static ink_status check_digest(const ink__remote *remote, const char *path, ink_error *err)
{
    compared c = {.remote = remote};
    ink_status status;
    if (remote->unpacked) {
        status = ink__unpack(path, "", hash_file, &c, err);
    } else {
        ink__file whole = {.shown = path};
        whole.bytes = ink__file_read(path, MOST_BYTES, &whole.size, err);
        status = whole.bytes ? hash_file(&c, &whole, err) : INK_EIO;
        ink__free(whole.bytes);
    }
    if (status == INK_OK && strcmp(c.found, remote->digest) != 0)
        status = ink__fail(err, INK_EFORMAT,
                           "%s is not what was published: its %s is %s, where %s was expected",
                           path, ink__hash_name(remote->kind), c.found, remote->digest);
    return status;
}

/* ---- files with a digest ---- */

static ink_status fetch_from(download *d, const char *address, const char *part, uint64_t most,
                             ink_error *err)
{
    char *real = with_mirror(address, err);
    if (!real)
        return INK_ENOMEM;
    const ink__transfer transfer = {
        .address = real, .path = part, .most = most, .progress = tell, .user = d};
    ink_status status = ink__transfer_run(&transfer, err);
    ink__free(real);
    return status;
}

/* From the first mirror that gives the right bytes. */
static ink_status fetch(download *d, const ink__remote *remote, const char *part, ink_error *err)
{
    ink_error problem = {.status = INK_OK};
    ink_status status = INK_EIO;
    for (int i = 0; i < INK_MIRRORS && remote->addresses[i]; i++) {
        ink_error here = {.status = INK_OK};
        char *address = ink__format(err, "%s%s", remote->addresses[i], remote->file);
        if (!address)
            return INK_ENOMEM;
        status = fetch_from(d, address, part, remote->bytes ? remote->bytes : MOST_BYTES, &here);
        ink__free(address);
        if (status == INK_OK)
            status = check_digest(remote, part, &here);
        if (status == INK_OK || status == INK_ESTOPPED || status == INK_EUNSUPPORTED) {
            problem = here;
            break;
        }
        if (status == INK_EFORMAT && unlink(part) == 0) /* never to be continued */
            snprintf(here.text + strlen(here.text), sizeof here.text - strlen(here.text),
                     "; it was deleted");
        if (problem.status == INK_OK)
            problem = here;
    }
    return status == INK_OK ? INK_OK : ink__fail(err, problem.status, "%s", problem.text);
}

static ink_status name_file(const char *part, const char *path, ink_error *err)
{
    if (rename(part, path) != 0)
        return ink__fail_errno(err, INK_EIO, "cannot name %s", path);
    return INK_OK;
}

static ink_status get_remote(download *d, const ink__remote *remote, ink_error *err)
{
    char *folder = ink__path_join(d->folder, remote->folder, err);
    char *path = folder ? ink__path_join(folder, remote->file, err) : NULL;
    char *part = path ? ink__format(err, "%s.part", path) : NULL;
    ink_status status = part ? ink__folder_make(folder, err) : INK_ENOMEM;
    d->event.file = remote->file;
    bool here =
        status == INK_OK && ink__file_exists(path) && check_digest(remote, path, NULL) == INK_OK;
    if (status == INK_OK && !here)
        status = fetch(d, remote, part, err);
    if (status != INK_OK && part && file_size(part) == 0)
        unlink(part); /* nothing came that could be continued */
    if (status == INK_OK && !here)
        status = name_file(part, path, err);
    if (status == INK_OK)
        status = finished(d, file_size(path));
    ink__free(folder);
    ink__free(path);
    ink__free(part);
    return status;
}

/* ---- the beginnings of doodles ---- */

/* "house plant" as it stands in an address. */
static char *doodle_address(const char *category, ink_error *err)
{
    char *name = ink__alloc(3 * strlen(category) + 1, 1, err), *at = name;
    for (const char *c = category; name && *c; c++)
        at += sprintf(at, isalnum((unsigned char)*c) || *c == '-' ? "%c" : "%%%02X",
                      (unsigned char)*c);
    char *address = name ? ink__format(err, "%s%s.npy", INK_DOODLE_ADDRESS, name) : NULL;
    ink__free(name);
    char *real = address ? with_mirror(address, err) : NULL;
    ink__free(address);
    return real;
}

/* Where the drawings begin in a .npy file, and how many there are; 0 for another kind of file. */
static size_t read_header(const uint8_t *bytes, size_t size, unsigned long long *rows)
{
    if (size < 16 || memcmp(bytes, "\x93NUMPY\x01", 7) != 0)
        return 0;
    size_t begin = 10u + bytes[8] + 256u * bytes[9];
    char text[LOOK + 1] = "";
    if (begin > size || begin > LOOK)
        return 0;
    memcpy(text, bytes + 10, begin - 10);
    const char *shape = strstr(text, "(");
    unsigned long long columns = 0;
    bool fits = strstr(text, "|u1") && shape &&
                sscanf(shape, "(%llu, %llu)", rows, &columns) == 2 && columns == PIXELS;
    return fits ? begin : 0;
}

static ink_status look_at_header(const char *address, const char *scratch, size_t *begin,
                                 unsigned long long *rows, ink_error *err)
{
    const ink__transfer transfer = {
        .address = address, .path = scratch, .last = LOOK - 1, .most = MOST_BYTES};
    unlink(scratch);
    ink_status status = ink__transfer_run(&transfer, err);
    size_t size = 0;
    uint8_t *bytes = status == INK_OK ? ink__file_read(scratch, MOST_BYTES, &size, err) : NULL;
    *begin = bytes ? read_header(bytes, size, rows) : 0;
    ink__free(bytes);
    unlink(scratch);
    if (status == INK_OK && *begin == 0)
        status = ink__fail(err, INK_EFORMAT, "%s is no .npy file of 28x28 drawings", address);
    return status;
}

/* The drawings with a header that says how many they are. */
static ink_status write_doodles(const char *part, const char *path, unsigned long long drawings,
                                ink_error *err)
{
    size_t size;
    uint8_t *bytes = ink__file_read(part, MOST_BYTES, &size, err);
    if (!bytes)
        return INK_EIO;
    char header[HEADER + 1];
    int length = snprintf(header, sizeof header,
                          "\x93NUMPY\x01%cv%c{'descr': '|u1', 'fortran_order': False, 'shape': "
                          "(%llu, %d), }",
                          0, 0, drawings, PIXELS);
    memset(header + length, ' ', (size_t)(HEADER - length));
    header[HEADER - 1] = '\n';
    const ink__piece pieces[] = {{header, HEADER}, {bytes, size}};
    ink_status status =
        size == drawings * PIXELS
            ? ink__file_write(path, pieces, 2, err)
            : ink__fail(err, INK_EFORMAT, "%s has %zu bytes, where %llu were expected", part, size,
                        drawings * PIXELS);
    if (status == INK_EFORMAT || status == INK_OK)
        unlink(part);
    ink__free(bytes);
    return status;
}

static ink_status fetch_doodles(download *d, const char *address, const char *path,
                                const char *part, unsigned long long drawings, ink_error *err)
{
    size_t begin;
    unsigned long long rows = 0;
    char *scratch = ink__format(err, "%s.head", path);
    if (!scratch)
        return INK_ENOMEM;
    ink_status status = look_at_header(address, scratch, &begin, &rows, err);
    ink__free(scratch);
    if (status != INK_OK)
        return status;
    if (drawings > rows)
        drawings = rows;
    const ink__transfer transfer = {.address = address,
                                    .path = part,
                                    .first = begin,
                                    .last = begin + drawings * PIXELS - 1,
                                    .most = drawings * PIXELS,
                                    .progress = tell,
                                    .user = d};
    status = ink__transfer_run(&transfer, err);
    return status == INK_OK ? write_doodles(part, path, drawings, err) : status;
}

/* Is the file there already, with at least so many drawings? */
static bool has_doodles(const char *path, unsigned long long drawings)
{
    unsigned long long rows = 0;
    size_t size = 0;
    uint8_t *bytes = ink__file_exists(path) ? ink__file_read(path, MOST_BYTES, &size, NULL) : NULL;
    size_t begin = bytes ? read_header(bytes, size, &rows) : 0;
    ink__free(bytes);
    return begin > 0 && rows >= drawings && size == begin + rows * PIXELS;
}

static ink_status get_doodles(download *d, const char *category, unsigned long long drawings,
                              ink_error *err)
{
    char *folder = ink__path_join(d->folder, INK_DOODLE_FOLDER, err);
    char *path = folder ? ink__format(err, "%s/%s.npy", folder, category) : NULL;
    char *part = path ? ink__format(err, "%s.%llu.part", path, drawings) : NULL;
    char *address = part ? doodle_address(category, err) : NULL;
    ink_status status = address ? ink__folder_make(folder, err) : INK_ENOMEM;
    d->event.file = category;
    if (status == INK_OK && !has_doodles(path, drawings))
        status = fetch_doodles(d, address, path, part, drawings, err);
    if (status == INK_OK)
        status = finished(d, file_size(path));
    ink__free(folder);
    ink__free(path);
    ink__free(part);
    ink__free(address);
    return status;
}

/* "quickdraw" or "quickdraw:cat,octopus". */
static ink_status get_categories(download *d, const char *name, unsigned long long drawings,
                                 ink_error *err)
{
    const char *list = strchr(name, ':');
    char category[64];
    ink_status status = INK_OK;
    d->event.files = list ? 1 : INK_DOODLES;
    for (const char *at = list; list && *at; at++)
        d->event.files += *at == ',';
    for (size_t i = 0; !list && status == INK_OK && i < INK_DOODLES; i++) {
        d->event.index = i;
        status = get_doodles(d, ink__doodles[i], drawings, err);
    }
    for (const char *at = list ? list + 1 : NULL; at && status == INK_OK; d->event.index++) {
        size_t length = strcspn(at, ",");
        if (length < 1 || length >= sizeof category || memchr(at, '/', length) || *at == '.')
            return ink__fail(err, INK_EINVAL, "%s: \"%.*s\" is no category of drawings", name,
                             (int)(length < 60 ? length : 60), at);
        snprintf(category, sizeof category, "%.*s", (int)length, at);
        status = get_doodles(d, category, drawings, err);
        at = at[length] ? at + length + 1 : NULL;
    }
    return status;
}

/* ---- sets ---- */

static ink_status get_set(download *d, const char *name, ink_error *err)
{
    ink_status status = INK_OK;
    for (const ink__remote *r = ink__remotes; r->set; r++)
        d->event.files += strcmp(r->set, name) == 0;
    if (d->event.files == 0)
        return ink__fail(err, INK_EINVAL,
                         "there is no \"%s\" to get; there are mnist, fashion, cifar10, quickdraw "
                         "and quickdraw:CATEGORY,...",
                         name);
    for (const ink__remote *r = ink__remotes; r->set && status == INK_OK; r++)
        if (strcmp(r->set, name) == 0) {
            status = get_remote(d, r, err);
            d->event.index++;
        }
    return status;
}

ink_status ink_download(const char *name, const char *folder, size_t drawings,
                        ink_download_callback *callback, void *user, ink_error *err)
{
    ink_error found = {.status = INK_OK};
    ink_status status = ink__transfer_begin(&found);
    if (status != INK_OK)
        return ink__fail(err, status, "%s", found.text);
    char *where = ink__data_folder(folder, &found);
    download d = {.folder = where, .callback = callback, .user = user};
    if (!where)
        status = INK_ENOMEM;
    else if (ink__is_quickdraw(name))
        status = get_categories(&d, name, drawings ? drawings : INK_DRAWINGS, &found);
    else
        status = get_set(&d, name, &found);
    ink__free(where);
    ink__transfer_end();
    if (status == INK_ESTOPPED && found.status == INK_OK)
        ink__fail(&found, INK_ESTOPPED, "stopped");
    return status == INK_OK ? INK_OK : ink__fail(err, status, "%s", found.text);
}
