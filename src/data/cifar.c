/* CIFAR-10's binary version. It has no magic number: what tells it is that its length is a whole
 * number of records and that they begin with labels. */
#include "data/gather.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { SIDE = 32, PLANE = SIDE * SIDE, PIXELS = 3 * PLANE, RECORD = 1 + PIXELS, CLASSES = 10 };

const char *const ink__cifar_classes[CLASSES] = {
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};

bool ink__cifar_recognise(const uint8_t *bytes, size_t size)
{
    return size >= RECORD && size % RECORD == 0 && bytes[0] < CLASSES;
}

ink_status ink__interleave(uint8_t *pixels, size_t count, size_t channels, size_t plane,
                           ink_error *err)
{
    uint8_t *planes = ink__alloc(channels, plane, err);
    if (!planes)
        return INK_ENOMEM;
    for (size_t i = 0; i < count; i++, pixels += channels * plane) {
        memcpy(planes, pixels, channels * plane);
        for (size_t c = 0; c < channels; c++)
            for (size_t p = 0; p < plane; p++)
                pixels[p * channels + c] = planes[c * plane + p];
    }
    ink__free(planes);
    return INK_OK;
}

/* Splits records into labels and pictures, the pictures moving to the front of the same bytes. */
static ink_status split_records(ink__file *file, size_t count, int32_t *labels, ink_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const uint8_t *record = file->bytes + i * RECORD;
        if (record[0] >= CLASSES)
            return ink__fail(err, INK_EFORMAT,
                             "%.300s: record %zu has the label %d, where CIFAR-10 has 0 to 9",
                             file->shown, i, record[0]);
        labels[i] = record[0];
        memmove(file->bytes + i * PIXELS, record + 1, PIXELS);
    }
    return ink__interleave(file->bytes, count, 3, PLANE, err);
}

ink_status ink__cifar_add(ink__gather *gather, ink__file *file, ink_error *err)
{
    if (file->size == 0 || file->size % RECORD != 0)
        return ink__fail(err, INK_EFORMAT,
                         "%.300s has %zu bytes, which is no whole number of CIFAR's records of %d",
                         file->shown, file->size, (int)RECORD);
    size_t count = file->size / RECORD;
    int32_t *labels = ink__alloc(count, sizeof *labels, err);
    ink_status status = labels ? split_records(file, count, labels, err) : INK_ENOMEM;
    if (status != INK_OK) {
        ink__free(labels);
        return status;
    }
    uint8_t *pixels = file->bytes;
    file->bytes = NULL;
    ink_dataset *set =
        ink__dataset_adopt(file->shown, count, SIDE, SIDE, 3, CLASSES, pixels, NULL, labels, err);
    for (int k = 0; set && k < CLASSES; k++)
        if (ink__dataset_name_class(set, k, ink__cifar_classes[k], err) != INK_OK) {
            ink_dataset_free(set);
            set = NULL;
        }
    return set ? ink__gather_add(gather, file, false, set, err) : INK_ENOMEM;
}
