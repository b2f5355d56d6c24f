/* A data set written as the files that others read: IDX in gzip, or CIFAR's records. Both keep the
 * order and the labels; neither has room for the names of the classes. */
#include "data/dataset.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#if INK_HAVE_DEFLATE
#include <libdeflate.h>
#elif INK_HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

enum { CIFAR_SIDE = 32, CIFAR_PLANE = CIFAR_SIDE * CIFAR_SIDE, CIFAR_RECORD = 1 + 3 * CIFAR_PLANE };
enum { CIFAR_CLASSES = 10, IDX_CLASSES = 256, PACKING_LEVEL = 6 };

#if INK_HAVE_DEFLATE
static ink_status pack(const uint8_t *plain, size_t size, uint8_t **packed, size_t *packed_size,
                       ink_error *err)
{
    struct libdeflate_compressor *deflater = libdeflate_alloc_compressor(PACKING_LEVEL);
    if (!deflater)
        return ink__fail(err, INK_ENOMEM, "out of memory: nothing can be packed");
    size_t room = libdeflate_gzip_compress_bound(deflater, size);
    uint8_t *block = ink__alloc(room, 1, err);
    if (block)
        *packed_size = libdeflate_gzip_compress(deflater, plain, size, block, room);
    libdeflate_free_compressor(deflater);
    if (!block)
        return INK_ENOMEM;
    *packed = block;
    return INK_OK;
}
#elif INK_HAVE_ARCHIVE
static ink_status pack_into(const uint8_t *plain, size_t size, uint8_t *block, size_t room,
                            size_t *used, ink_error *err)
{
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    bool good = archive && entry;
    if (good) {
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_write_add_filter_gzip(archive);
        archive_write_set_format_raw(archive);
        archive_write_set_options(archive, "gzip:!timestamp"); /* the same bytes every time */
        good = archive_write_open_memory(archive, block, room, used) == ARCHIVE_OK &&
               archive_write_header(archive, entry) == ARCHIVE_OK &&
               archive_write_data(archive, plain, size) == (la_ssize_t)size &&
               archive_write_close(archive) == ARCHIVE_OK;
    }
    archive_entry_free(entry);
    archive_write_free(archive);
    return good ? INK_OK : ink__fail(err, INK_ENOMEM, "out of memory: nothing can be packed");
}

static ink_status pack(const uint8_t *plain, size_t size, uint8_t **packed, size_t *packed_size,
                       ink_error *err)
{
    size_t room = size + size / 64 + 65536; /* what deflate cannot pack grows by far less */
    uint8_t *block = ink__alloc(room, 1, err);
    ink_status status = block ? pack_into(plain, size, block, room, packed_size, err) : INK_ENOMEM;
    if (status != INK_OK)
        ink__free(block);
    else
        *packed = block;
    return status;
}
#else
static ink_status pack(const uint8_t *plain, size_t size, uint8_t **packed, size_t *packed_size,
                       ink_error *err)
{
    (void)plain, (void)size, (void)packed, (void)packed_size;
    return ink__fail(err, INK_EUNSUPPORTED,
                     "this build cannot write gz: rebuild with libdeflate (libdeflate-dev) or "
                     "libarchive (libarchive-dev)");
}
#endif

/* Writes the file <prefix><ending>: the magic, the sizes, the elements (of one byte), packed. */
static ink_status save_idx(const char *prefix, const char *ending, const size_t *sizes, int rank,
                           const uint8_t *elements, ink_error *err)
{
    size_t header = 4 + 4 * (size_t)rank, count = 1, packed_size = 0;
    for (int i = 0; i < rank; i++)
        count *= sizes[i]; /* the elements are in memory: this cannot overflow */
    uint8_t *plain = ink__alloc(header + count, 1, err), *packed = NULL;
    char *path = plain ? ink__format(err, "%s%s", prefix, ending) : NULL;
    if (!path) {
        ink__free(plain);
        return INK_ENOMEM;
    }
    plain[2] = 0x08;
    plain[3] = (uint8_t)rank;
    for (int i = 0; i < rank; i++)
        for (int k = 0; k < 4; k++)
            plain[4 + 4 * i + k] = (uint8_t)(sizes[i] >> (24 - 8 * k));
    if (count > 0)
        memcpy(plain + header, elements, count);
    ink_status status = pack(plain, header + count, &packed, &packed_size, err);
    ink__free(plain);
    if (status == INK_OK)
        status = ink__file_write(path, &(ink__piece){packed, packed_size}, 1, err);
    ink__free(packed);
    ink__free(path);
    return status;
}

static ink_status save_as_idx(const ink_dataset *dataset, const char *prefix, ink_error *err)
{
    if (dataset->classes > IDX_CLASSES)
        return ink__fail(err, INK_EINVAL, "%.200s has %d classes, and IDX files hold at most %d",
                         dataset->name, dataset->classes, (int)IDX_CLASSES);
    const size_t sizes[] = {dataset->count, (size_t)dataset->height, (size_t)dataset->width};
    uint8_t *labels = ink__alloc(dataset->count, 1, err);
    if (!labels)
        return INK_ENOMEM;
    for (size_t i = 0; i < dataset->count; i++)
        labels[i] = (uint8_t)dataset->labels[i];
    ink_status status = save_idx(prefix, "-labels-idx1-ubyte.gz", sizes, 1, labels, err);
    if (status == INK_OK)
        status = save_idx(prefix, "-images-idx3-ubyte.gz", sizes, 3, dataset->pixels, err);
    ink__free(labels);
    return status;
}

static ink_status save_as_cifar(const ink_dataset *dataset, const char *prefix, ink_error *err)
{
    if (dataset->height != CIFAR_SIDE || dataset->width != CIFAR_SIDE ||
        dataset->classes > CIFAR_CLASSES)
        return ink__fail(err, INK_EINVAL,
                         "%.200s holds %d x %d pictures of %d classes, and CIFAR's format only "
                         "32 x 32 pictures of at most 10",
                         dataset->name, dataset->height, dataset->width, dataset->classes);
    uint8_t *records = ink__alloc(dataset->count, CIFAR_RECORD, err);
    char *path = records ? ink__format(err, "%s.bin", prefix) : NULL;
    if (!path) {
        ink__free(records);
        return INK_ENOMEM;
    }
    const uint8_t *pixel = dataset->pixels;
    for (size_t i = 0; i < dataset->count; i++) {
        uint8_t *record = records + i * CIFAR_RECORD;
        record[0] = (uint8_t)dataset->labels[i];
        for (size_t p = 0; p < CIFAR_PLANE; p++)
            for (size_t c = 0; c < 3; c++)
                record[1 + c * CIFAR_PLANE + p] = *pixel++;
    }
    ink_status status =
        ink__file_write(path, &(ink__piece){records, dataset->count * CIFAR_RECORD}, 1, err);
    ink__free(records);
    ink__free(path);
    return status;
}

ink_status ink_dataset_save(const ink_dataset *dataset, const char *prefix, ink_error *err)
{
    if (dataset->pixels && dataset->channels == 1)
        return save_as_idx(dataset, prefix, err);
    if (dataset->pixels && dataset->channels == 3)
        return save_as_cifar(dataset, prefix, err);
    return ink__fail(err, INK_EINVAL,
                     "%.200s holds no pictures of one or three channels: it cannot be saved as IDX "
                     "or CIFAR files",
                     dataset->name);
}
