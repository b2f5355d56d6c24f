/* NumPy's .npy: a magic, a version, the length of a header, the header as the text of a Python
 * dictionary with the keys descr, fortran_order and shape, then the elements.
 *
 * The dictionary is written by NumPy and read here as what NumPy writes: keys in any order, no
 * nesting but the tuple of the shape. */
#include "data/array.h"

#include <string.h>

#include "base/error.h"

#define MAGIC "\x93NUMPY"
enum { MAGIC_SIZE = 6, MOST_HEADER = 65536 };

bool ink__npy_recognise(const uint8_t *bytes, size_t size)
{
    return size >= MAGIC_SIZE && memcmp(bytes, MAGIC, MAGIC_SIZE) == 0;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n'))
        at++;
    return at;
}

/* Where the value of a key begins, or NULL. */
static const char *value_of(const char *key, const char *at, const char *end)
{
    size_t length = strlen(key);
    for (; (size_t)(end - at) >= length + 2; at++) {
        bool quoted = (at[0] == '\'' || at[0] == '"') && at[length + 1] == at[0];
        if (!quoted || memcmp(at + 1, key, length) != 0)
            continue;
        at = skip_blanks(at + length + 2, end);
        return at < end && *at == ':' ? skip_blanks(at + 1, end) : NULL;
    }
    return NULL;
}

/* '<u1' and its kin: byte order, kind, bytes. */
static bool read_type(const char *at, const char *end, ink__array *array)
{
    static const struct {
        char kind, size;
        ink__element type;
    } known[] = {{'u', '1', INK__UINT8},   {'b', '1', INK__UINT8},  {'i', '1', INK__INT8},
                 {'u', '2', INK__UINT16},  {'i', '2', INK__INT16},  {'u', '4', INK__UINT32},
                 {'i', '4', INK__INT32},   {'u', '8', INK__UINT64}, {'i', '8', INK__INT64},
                 {'f', '4', INK__FLOAT32}, {'f', '8', INK__FLOAT64}};
    if (!at || end - at < 5 || (at[0] != '\'' && at[0] != '"') || at[4] != at[0] ||
        !strchr("<>|=", at[1]) || at[1] == '\0')
        return false;
    array->big_endian = at[1] == '>';
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (at[2] == known[i].kind && at[3] == known[i].size) {
            array->type = known[i].type;
            return true;
        }
    return false;
}

/* "(4000, 784)", "(4000,)". */
static bool read_shape(const char *at, const char *end, ink__array *array)
{
    if (!at || at >= end || *at++ != '(')
        return false;
    for (array->rank = 0;; array->rank++) {
        at = skip_blanks(at, end);
        if (at < end && *at == ')')
            return array->rank > 0;
        if (array->rank == 4 || at >= end || *at < '0' || *at > '9')
            return false;
        size_t side = 0;
        for (; at < end && *at >= '0' && *at <= '9'; at++)
            if (__builtin_mul_overflow(side, (size_t)10, &side) ||
                __builtin_add_overflow(side, (size_t)(*at - '0'), &side))
                return false;
        array->shape[array->rank] = side;
        at = skip_blanks(at, end);
        if (at < end && *at == ',')
            at++;
        else if (at >= end || *at != ')')
            return false;
    }
}

static ink_status read_header(const ink__file *file, const char *text, const char *end,
                              ink__array *array, ink_error *err)
{
    if (!read_type(value_of("descr", text, end), end, array))
        return ink__fail(err, INK_EFORMAT,
                         "%.300s holds elements that are not whole numbers of 1 to 8 bytes or "
                         "floats of 4 or 8",
                         file->shown);
    if (!read_shape(value_of("shape", text, end), end, array))
        return ink__fail(err, INK_EFORMAT, "%.300s: its header has no shape of 1 to 4 dimensions",
                         file->shown);
    const char *order = value_of("fortran_order", text, end);
    if (!order || end - order < 5 || (memcmp(order, "False", 5) != 0 && array->rank > 1))
        return ink__fail(err, INK_EFORMAT,
                         "%.300s is stored column by column: save it with "
                         "numpy.ascontiguousarray first",
                         file->shown);
    return INK_OK;
}

ink_status ink__npy_read(ink__file *file, ink__array *array, ink_error *err)
{
    const uint8_t *bytes = file->bytes;
    if (!ink__npy_recognise(bytes, file->size))
        return ink__fail(err, INK_EFORMAT, "%.300s is not a .npy file", file->shown);
    size_t start = file->size > MAGIC_SIZE && bytes[MAGIC_SIZE] >= 2 ? 12 : 10;
    if (file->size < start)
        return ink__fail(err, INK_EFORMAT, "%.300s is cut short inside its header", file->shown);
    if (bytes[MAGIC_SIZE] < 1 || bytes[MAGIC_SIZE] > 3)
        return ink__fail(err, INK_EFORMAT, "%.300s is .npy of version %d, where 1 to 3 are known",
                         file->shown, bytes[MAGIC_SIZE]);
    size_t length = bytes[8] | (size_t)bytes[9] << 8;
    if (start == 12)
        length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (length > MOST_HEADER || length > file->size - start)
        return ink__fail(err, INK_EFORMAT, "%.300s is cut short: its header claims %zu bytes",
                         file->shown, length);
    ink__array found = {.rank = 0};
    const char *text = (const char *)bytes + start;
    ink_status status = read_header(file, text, text + length, &found, err);
    if (status == INK_OK)
        status = ink__array_take(&found, file, start + length, err);
    if (status == INK_OK)
        *array = found;
    return status;
}
