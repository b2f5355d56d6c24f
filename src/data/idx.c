/* IDX, the format of MNIST and of what was made after it. */
#include "data/array.h"

#include "base/error.h"

static bool element_of(uint8_t code, ink__element *type)
{
    switch (code) {
    case 0x08:
        *type = INK__UINT8;
        return true;
    case 0x09:
        *type = INK__INT8;
        return true;
    case 0x0B:
        *type = INK__INT16;
        return true;
    case 0x0C:
        *type = INK__INT32;
        return true;
    case 0x0D:
        *type = INK__FLOAT32;
        return true;
    case 0x0E:
        *type = INK__FLOAT64;
        return true;
    default:
        return false;
    }
}

bool ink__idx_recognise(const uint8_t *bytes, size_t size)
{
    ink__element type;
    return size >= 4 && bytes[0] == 0 && bytes[1] == 0 && element_of(bytes[2], &type) &&
           bytes[3] >= 1 && bytes[3] <= 4;
}

ink_status ink__idx_read(ink__file *file, ink__array *array, ink_error *err)
{
    if (!ink__idx_recognise(file->bytes, file->size))
        return ink__fail(err, INK_EFORMAT, "%.300s is not an IDX file of 1 to 4 dimensions",
                         file->shown);
    ink__array found = {.rank = file->bytes[3], .big_endian = true};
    element_of(file->bytes[2], &found.type);
    size_t header = 4 + 4 * (size_t)found.rank;
    if (file->size < header)
        return ink__fail(err, INK_EFORMAT, "%.300s is cut short inside its header of %zu bytes",
                         file->shown, header);
    for (int i = 0; i < found.rank; i++) {
        const uint8_t *at = file->bytes + 4 + 4 * i;
        found.shape[i] =
            (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | (size_t)at[3];
    }
    ink_status status = ink__array_take(&found, file, header, err);
    if (status == INK_OK)
        *array = found;
    return status;
}
