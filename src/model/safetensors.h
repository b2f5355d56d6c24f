/* The safetensors container: named float32 (or float16) arrays and a few strings in one file.
 *
 * Format: https://huggingface.co/docs/safetensors - 8 bytes little-endian header length, a JSON
 * object {"name": {"dtype", "shape", "data_offsets"}, "__metadata__": {"key": "value"}}, then the
 * bytes of all arrays. Arrays start on 64-byte boundaries here (the header is padded with spaces).
 */
#ifndef INK_MODEL_SAFETENSORS_H
#define INK_MODEL_SAFETENSORS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct ink__tensor {
    const char *name;
    int rank; /* 0..4 */
    size_t shape[4];
    size_t count; /* product of the shape */
    const float *values;
    bool half; /* to be written as float16; false after reading */
} ink__tensor;

typedef struct ink__pair {
    const char *key, *value;
} ink__pair;

/* Writes atomically (ink__file_write). INK_EINVAL for a number that float16 has not. */
ink_status ink__safetensors_write(const char *path, const ink__tensor *tensors, size_t tensor_count,
                                  const ink__pair *pairs, size_t pair_count, ink_error *err);

typedef struct ink__safetensors ink__safetensors;
/* Reads a file that nobody vouches for: header length, JSON depth, duplicate keys, dtypes (F32,
 * F16, BF16 are turned into float32; others refused), shapes, overlapping or out-of-range offsets.
 */
ink__safetensors *ink__safetensors_read(const char *path, ink_error *err);
/* The same from memory; `name` stands for the path in messages. */
ink__safetensors *ink__safetensors_parse(const void *bytes, size_t size, const char *name,
                                         ink_error *err);
void ink__safetensors_free(ink__safetensors *file);
/* NULL where there is none; owned by the file. */
const ink__tensor *ink__safetensors_tensor(const ink__safetensors *file, const char *name);
const char *ink__safetensors_value(const ink__safetensors *file, const char *key);
size_t ink__safetensors_count(const ink__safetensors *file);
const ink__tensor *ink__safetensors_at(const ink__safetensors *file, size_t index);

#endif
