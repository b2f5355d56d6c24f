/* The safetensors container: its JSON header with jansson, its arrays by hand. */
#include "model/safetensors.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if INK_HAVE_JANSSON
#include <jansson.h>

enum { MOST_TENSORS = 10000, MOST_PAIRS = 1000, ARRAY_ALIGNMENT = 64, MOST_RANK = 4 };
#define MOST_HEADER ((uint64_t)16 << 20)
#define MOST_FILE   ((size_t)1 << 36)

struct ink__safetensors {
    char *name; /* for messages */
    json_t *header;
    ink__tensor *tensors;
    size_t count;
    float **owned;   /* [count] the arrays themselves */
    uint64_t *spans; /* [2 * count] begin and end in the file, to find overlaps */
    uint64_t used;   /* bytes of all arrays */
};

/* ---- writing ---- */

static void put_u64(uint8_t *to, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get_u64(const uint8_t *from)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value |= (uint64_t)from[i] << (8 * i);
    return value;
}

static size_t rounded(size_t bytes)
{
    return (bytes + ARRAY_ALIGNMENT - 1) / ARRAY_ALIGNMENT * ARRAY_ALIGNMENT;
}

static size_t bytes_of(const ink__tensor *tensor)
{
    return tensor->count * (tensor->half ? sizeof(uint16_t) : sizeof *tensor->values);
}

static json_t *describe(const ink__tensor *tensor, size_t offset)
{
    json_t *shape = json_array();
    for (int i = 0; shape && i < tensor->rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)tensor->shape[i]));
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", tensor->half ? "F16" : "F32", "shape", shape,
                     "data_offsets", (json_int_t)offset, (json_int_t)(offset + bytes_of(tensor)));
}

/* The header as text; NULL when memory is short or a string is not UTF-8. */
static char *header_text(const ink__tensor *tensors, size_t tensor_count, const ink__pair *pairs,
                         size_t pair_count)
{
    json_t *header = json_object(), *metadata = json_object();
    bool good = header && metadata;
    for (size_t i = 0; good && i < pair_count; i++)
        good = json_object_set_new(metadata, pairs[i].key, json_string(pairs[i].value)) == 0;
    good = good && json_object_set(header, "__metadata__", metadata) == 0;
    size_t offset = 0;
    for (size_t i = 0; good && i < tensor_count; i++) {
        good = json_object_set_new(header, tensors[i].name, describe(&tensors[i], offset)) == 0;
        offset += rounded(bytes_of(&tensors[i]));
    }
    char *text = good ? json_dumps(header, JSON_COMPACT) : NULL;
    json_decref(metadata);
    json_decref(header);
    return text;
}

/* IEEE 754 half precision, rounded to the nearest, ties to the even; false if it is too large. */
static bool to_half(float x, uint16_t *half)
{
    uint32_t bits, sign;
    memcpy(&bits, &x, sizeof bits);
    sign = bits >> 16 & 0x8000;
    bits &= 0x7fffffff;
    if (bits >= 0x477ff000) /* 65520, which would round to infinity; so infinities and NaN, too */
        return false;
    if (bits < 0x38800000) { /* below 2^-14: units of 2^-24 */
        float unit = fabsf(x) * 16777216.0f;
        *half = (uint16_t)(sign | (uint32_t)lrintf(unit));
        return true;
    }
    bits -= 112u << 23;
    *half = (uint16_t)(sign | (bits + 0xfff + (bits >> 13 & 1)) >> 13);
    return true;
}

/* All arrays that are written as float16, one behind the other; NULL if one cannot be. */
static uint16_t *make_halves(const char *path, const ink__tensor *tensors, size_t count,
                             ink_error *err)
{
    size_t total = 0, at = 0;
    for (size_t i = 0; i < count; i++)
        total += tensors[i].half ? tensors[i].count : 0;
    uint16_t *halves = ink__alloc(total, sizeof *halves, err);
    for (size_t i = 0; halves && i < count; i++)
        for (size_t k = 0; tensors[i].half && k < tensors[i].count; k++)
            if (!to_half(tensors[i].values[k], &halves[at++])) {
                ink__fail(err, INK_EINVAL,
                          "%s cannot be written in float16: \"%.40s\" holds %g, beyond 65504", path,
                          tensors[i].name, (double)tensors[i].values[k]);
                ink__free(halves);
                return NULL;
            }
    return halves;
}

ink_status ink__safetensors_write(const char *path, const ink__tensor *tensors, size_t tensor_count,
                                  const ink__pair *pairs, size_t pair_count, ink_error *err)
{
    static const char blanks[ARRAY_ALIGNMENT + 1] =
        "                                                                ";
    static const uint8_t zeros[ARRAY_ALIGNMENT];
    char *text = header_text(tensors, tensor_count, pairs, pair_count);
    ink_error problem = {.status = INK_OK};
    ink__piece *pieces = ink__alloc(3 + 2 * tensor_count, sizeof *pieces, &problem);
    uint16_t *halves = make_halves(path, tensors, tensor_count, &problem), *half = halves;
    if (!text)
        ink__fail(&problem, INK_EINVAL, "%s cannot be written: a name or a text in it is not UTF-8",
                  path);
    if (!text || !pieces || !halves) {
        free(text);
        ink__free(pieces);
        ink__free(halves);
        return ink__fail(err, problem.status, "%s", problem.text);
    }
    size_t length = strlen(text), padding = rounded(8 + length) - 8 - length, used = 0;
    uint8_t size[8];
    put_u64(size, length + padding);
    pieces[used++] = (ink__piece){size, 8};
    pieces[used++] = (ink__piece){text, length};
    pieces[used++] = (ink__piece){blanks, padding};
    for (size_t i = 0; i < tensor_count; i++) {
        size_t bytes = bytes_of(&tensors[i]);
        const void *from = tensors[i].half ? (const void *)half : tensors[i].values;
        half += tensors[i].half ? tensors[i].count : 0;
        pieces[used++] = (ink__piece){from, bytes};
        if (i + 1 < tensor_count)
            pieces[used++] = (ink__piece){zeros, rounded(bytes) - bytes};
    }
    ink_status status = ink__file_write(path, pieces, used, err);
    free(text);
    ink__free(pieces);
    ink__free(halves);
    return status;
}

/* ---- reading ---- */

typedef enum dtype { F32, F16, BF16 } dtype;

static bool find_dtype(const char *name, dtype *type, size_t *bytes)
{
    *bytes = 2;
    if (name && strcmp(name, "F32") == 0)
        return *type = F32, *bytes = 4, true;
    if (name && strcmp(name, "F16") == 0)
        return *type = F16, true;
    if (name && strcmp(name, "BF16") == 0)
        return *type = BF16, true;
    return false;
}

static float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* IEEE 754 half precision. */
static float from_half(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31;
    uint32_t fraction = half & 0x3ff;
    if (exponent == 31)
        return from_bits(sign | 0x7f800000 | fraction << 13);
    if (exponent > 0)
        return from_bits(sign | (exponent + 112) << 23 | fraction << 13);
    float small = (float)fraction * (1.0f / 16777216);
    return sign ? -small : small;
}

static void convert(dtype type, const uint8_t *from, size_t count, float *to)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t low = (uint32_t)from[0] | (uint32_t)from[1] << 8;
        if (type == F32) {
            to[i] = from_bits(low | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24);
            from += 4;
        } else {
            to[i] = type == BF16 ? from_bits(low << 16) : from_half((uint16_t)low);
            from += 2;
        }
    }
}

static ink_status read_shape(const json_t *shape, const char *file, ink__tensor *tensor,
                             ink_error *err)
{
    size_t rank = json_array_size(shape);
    if (!json_is_array(shape) || rank > MOST_RANK)
        return ink__fail(err, INK_EFORMAT, "%s: the array \"%.100s\" has no shape of 0 to 4 sides",
                         file, tensor->name);
    tensor->rank = (int)rank;
    tensor->count = 1;
    for (size_t i = 0; i < rank; i++) {
        json_int_t side = json_integer_value(json_array_get(shape, i));
        if (side < 0 || side > (json_int_t)1 << 32 || !json_is_integer(json_array_get(shape, i)) ||
            __builtin_mul_overflow(tensor->count, (size_t)side, &tensor->count) ||
            tensor->count > MOST_FILE)
            return ink__fail(err, INK_EFORMAT, "%s: the array \"%.100s\" has an impossible shape",
                             file, tensor->name);
        tensor->shape[i] = (size_t)side;
    }
    return INK_OK;
}

/* One array: its entry is checked before memory is taken for it. */
static ink_status read_tensor(ink__safetensors *file, const json_t *entry, const uint8_t *data,
                              uint64_t data_size, ink_error *err)
{
    ink__tensor *tensor = &file->tensors[file->count];
    ink_status status = read_shape(json_object_get(entry, "shape"), file->name, tensor, err);
    if (status != INK_OK)
        return status;
    dtype type;
    size_t bytes;
    const char *name = json_string_value(json_object_get(entry, "dtype"));
    if (!find_dtype(name, &type, &bytes))
        return ink__fail(err, INK_EFORMAT,
                         "%s: the array \"%.100s\" is of type %.20s; F32, F16 and BF16 are read",
                         file->name, tensor->name, name ? name : "nothing");
    const json_t *offsets = json_object_get(entry, "data_offsets");
    json_int_t begin = json_integer_value(json_array_get(offsets, 0));
    json_int_t end = json_integer_value(json_array_get(offsets, 1));
    if (json_array_size(offsets) != 2 || begin < 0 || end < begin || (uint64_t)end > data_size ||
        (uint64_t)(end - begin) != (uint64_t)tensor->count * bytes)
        return ink__fail(err, INK_EFORMAT,
                         "%s: the array \"%.100s\" should have %zu numbers of %zu bytes, but lies "
                         "from byte %lld to %lld of %llu",
                         file->name, tensor->name, tensor->count, bytes, (long long)begin,
                         (long long)end, (unsigned long long)data_size);
    file->used += (uint64_t)(end - begin);
    if (file->used > data_size) /* before memory is taken many times over */
        return ink__fail(err, INK_EFORMAT, "%s: the array \"%.100s\" overlaps another", file->name,
                         tensor->name);
    float *values = ink__alloc(tensor->count, sizeof *values, err);
    if (!values)
        return INK_ENOMEM;
    convert(type, data + begin, tensor->count, values);
    file->owned[file->count] = values;
    file->spans[2 * file->count] = (uint64_t)begin;
    file->spans[2 * file->count + 1] = (uint64_t)end;
    tensor->values = values;
    file->count++;
    return INK_OK;
}

static ink_status check_overlaps(const ink__safetensors *file, ink_error *err)
{
    for (size_t i = 0; i < file->count; i++)
        for (size_t k = 0; k < i; k++)
            if (file->spans[2 * i] < file->spans[2 * k + 1] &&
                file->spans[2 * k] < file->spans[2 * i + 1])
                return ink__fail(err, INK_EFORMAT, "%s: the arrays \"%.80s\" and \"%.80s\" overlap",
                                 file->name, file->tensors[i].name, file->tensors[k].name);
    return INK_OK;
}

static ink_status check_metadata(const ink__safetensors *file, ink_error *err)
{
    json_t *metadata = json_object_get(file->header, "__metadata__"), *value;
    const char *key;
    if (metadata && (!json_is_object(metadata) || json_object_size(metadata) > MOST_PAIRS))
        return ink__fail(err, INK_EFORMAT, "%s: the metadata is no object of strings", file->name);
    json_object_foreach(metadata, key, value) if (!json_is_string(value)) return ink__fail(
        err, INK_EFORMAT, "%s: the metadata \"%.80s\" is no string", file->name, key);
    return INK_OK;
}

static ink_status read_entries(ink__safetensors *file, const uint8_t *data, uint64_t data_size,
                               ink_error *err)
{
    size_t most = json_object_size(file->header);
    if (!json_is_object(file->header) || most > MOST_TENSORS)
        return ink__fail(err, INK_EFORMAT, "%s: the header is no object of at most %d arrays",
                         file->name, (int)MOST_TENSORS);
    file->tensors = ink__alloc(most, sizeof *file->tensors, err);
    file->owned = ink__alloc(most, sizeof *file->owned, err);
    file->spans = ink__alloc(most, 2 * sizeof *file->spans, err);
    if (!file->tensors || !file->owned || !file->spans)
        return INK_ENOMEM;
    ink_status status = check_metadata(file, err);
    const char *key;
    json_t *entry;
    json_object_foreach(file->header, key, entry)
    {
        if (strcmp(key, "__metadata__") == 0)
            continue;
        file->tensors[file->count].name = key;
        status = status == INK_OK ? read_tensor(file, entry, data, data_size, err) : status;
        if (status != INK_OK)
            return status;
    }
    return status == INK_OK ? check_overlaps(file, err) : status;
}

static json_t *read_header(const uint8_t *bytes, size_t size, const char *name, uint64_t *length,
                           ink_error *err)
{
    json_error_t problem;
    *length = size >= 8 ? get_u64(bytes) : 0;
    if (size < 8 || *length < 2 || *length > size - 8 || *length > MOST_HEADER) {
        ink__fail(err, INK_EFORMAT,
                  "%s is no safetensors file, or was cut off: it has %zu bytes, and the header "
                  "says it is %llu long",
                  name, size, (unsigned long long)*length);
        return NULL;
    }
    json_t *header =
        json_loadb((const char *)bytes + 8, (size_t)*length, JSON_REJECT_DUPLICATES, &problem);
    if (!header)
        ink__fail(err, INK_EFORMAT, "%s: the header is no JSON: %.200s", name, problem.text);
    return header;
}

ink__safetensors *ink__safetensors_parse(const void *bytes, size_t size, const char *name,
                                         ink_error *err)
{
    ink__safetensors *file = ink__alloc(1, sizeof *file, err);
    uint64_t length = 0;
    if (!file)
        return NULL;
    file->name = ink__strdup(name, err);
    file->header = file->name ? read_header(bytes, size, name, &length, err) : NULL;
    const uint8_t *data = bytes; /* a length that was refused is added to nothing */
    if (file->header && read_entries(file, data + 8 + length, size - 8 - length, err) == INK_OK)
        return file;
    ink__safetensors_free(file);
    return NULL;
}

ink__safetensors *ink__safetensors_read(const char *path, ink_error *err)
{
    size_t size;
    void *bytes = ink__file_read(path, MOST_FILE, &size, err);
    if (!bytes)
        return NULL;
    ink__safetensors *file = ink__safetensors_parse(bytes, size, path, err);
    ink__free(bytes);
    return file;
}

void ink__safetensors_free(ink__safetensors *file)
{
    if (!file)
        return;
    for (size_t i = 0; i < file->count; i++)
        ink__free(file->owned[i]);
    ink__free(file->owned);
    ink__free(file->spans);
    ink__free(file->tensors);
    json_decref(file->header);
    ink__free(file->name);
    ink__free(file);
}

const ink__tensor *ink__safetensors_tensor(const ink__safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    return NULL;
}

const char *ink__safetensors_value(const ink__safetensors *file, const char *key)
{
    return json_string_value(json_object_get(json_object_get(file->header, "__metadata__"), key));
}

size_t ink__safetensors_count(const ink__safetensors *file)
{
    return file->count;
}

const ink__tensor *ink__safetensors_at(const ink__safetensors *file, size_t index)
{
    return &file->tensors[index];
}

#else /* without jansson */

static ink_status refuse(ink_error *err)
{
    return ink__fail(err, INK_EUNSUPPORTED,
                     "this build has no model files: rebuild with jansson (libjansson-dev)");
}

ink_status ink__safetensors_write(const char *path, const ink__tensor *tensors, size_t tensor_count,
                                  const ink__pair *pairs, size_t pair_count, ink_error *err)
{
    (void)path, (void)tensors, (void)tensor_count, (void)pairs, (void)pair_count;
    return refuse(err);
}

ink__safetensors *ink__safetensors_read(const char *path, ink_error *err)
{
    (void)path;
    refuse(err);
    return NULL;
}

ink__safetensors *ink__safetensors_parse(const void *bytes, size_t size, const char *name,
                                         ink_error *err)
{
    (void)bytes, (void)size, (void)name;
    refuse(err);
    return NULL;
}

void ink__safetensors_free(ink__safetensors *file)
{
    (void)file;
}

const ink__tensor *ink__safetensors_tensor(const ink__safetensors *file, const char *name)
{
    (void)file, (void)name;
    return NULL;
}

const char *ink__safetensors_value(const ink__safetensors *file, const char *key)
{
    (void)file, (void)key;
    return NULL;
}

size_t ink__safetensors_count(const ink__safetensors *file)
{
    (void)file;
    return 0;
}

const ink__tensor *ink__safetensors_at(const ink__safetensors *file, size_t index)
{
    (void)file, (void)index;
    return NULL;
}
#endif
