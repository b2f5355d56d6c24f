/* Typed arrays: element sizes, byte orders, and the one check of a file's length against its
 * header. */
#include "data/array.h"

#include <string.h>

#include "base/error.h"

size_t ink__element_size(ink__element type)
{
    static const size_t sizes[] = {
        [INK__UINT8] = 1,   [INK__INT8] = 1,   [INK__UINT16] = 2, [INK__INT16] = 2,
        [INK__UINT32] = 4,  [INK__INT32] = 4,  [INK__UINT64] = 8, [INK__INT64] = 8,
        [INK__FLOAT32] = 4, [INK__FLOAT64] = 8};
    return sizes[type];
}

bool ink__element_whole(ink__element type)
{
    return type != INK__FLOAT32 && type != INK__FLOAT64;
}

double ink__array_value(const ink__array *array, size_t i)
{
    size_t size = ink__element_size(array->type);
    const uint8_t *at = array->bytes + i * size;
    uint64_t bits = 0;
    for (size_t k = 0; k < size; k++)
        bits |= (uint64_t)at[array->big_endian ? size - 1 - k : k] << 8 * k;
    switch (array->type) {
    case INK__UINT8:
    case INK__UINT16:
    case INK__UINT32:
    case INK__UINT64:
        return (double)bits;
    case INK__INT8:
        return (int8_t)bits;
    case INK__INT16:
        return (int16_t)bits;
    case INK__INT32:
        return (int32_t)bits;
    case INK__INT64:
        return (double)(int64_t)bits;
    case INK__FLOAT32: {
        uint32_t low = (uint32_t)bits;
        float value;
        memcpy(&value, &low, sizeof value);
        return (double)value;
    }
    case INK__FLOAT64: {
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    }
    return 0;
}

ink_status ink__array_take(ink__array *array, ink__file *file, size_t header, ink_error *err)
{
    size_t count = 1, bytes = 0;
    bool absurd = false;
    for (int i = 0; i < array->rank; i++)
        absurd = absurd || __builtin_mul_overflow(count, array->shape[i], &count);
    absurd = absurd || __builtin_mul_overflow(count, ink__element_size(array->type), &bytes);
    if (absurd)
        return ink__fail(err, INK_EFORMAT,
                         "%.300s: its header promises more elements than a machine can address",
                         file->shown);
    if (file->size - header < bytes)
        return ink__fail(
            err, INK_EFORMAT,
            "%.300s is cut short: its header promises %zu bytes of data, %zu are there",
            file->shown, bytes, file->size - header);
    if (file->size - header > bytes)
        return ink__fail(err, INK_EFORMAT,
                         "%.300s is too long: its header promises %zu bytes of data, %zu are there",
                         file->shown, bytes, file->size - header);
    memmove(file->bytes, file->bytes + header, bytes);
    array->count = count;
    array->bytes = file->bytes;
    file->bytes = NULL;
    return INK_OK;
}
