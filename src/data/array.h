/* A typed array out of a file, before it is known to be pictures, vectors or labels. */
#ifndef INK_DATA_ARRAY_H
#define INK_DATA_ARRAY_H

#include "data/unpack.h"

#include <stdbool.h>

typedef enum ink__element {
    INK__UINT8,
    INK__INT8,
    INK__UINT16,
    INK__INT16,
    INK__UINT32,
    INK__INT32,
    INK__UINT64,
    INK__INT64,
    INK__FLOAT32,
    INK__FLOAT64
} ink__element;

typedef struct ink__array {
    int rank; /* 1..4 */
    size_t shape[4];
    size_t count; /* the product of the shape; `bytes` holds all of them */
    ink__element type;
    bool big_endian;
    uint8_t *bytes; /* from ink__alloc; the elements begin at its start, row by row */
} ink__array;

/* Bytes of one element. */
size_t ink__element_size(ink__element type);
/* True for all but the two float types. */
bool ink__element_whole(ink__element type);
/* Element `i` as a number. */
double ink__array_value(const ink__array *array, size_t i);
/* Checks that the file's `size - header` bytes are exactly what rank, shape and type promise, fills
 * in `count`, and takes the bytes from the file with the header cut off. */
ink_status ink__array_take(ink__array *array, ink__file *file, size_t header, ink_error *err);

/* IDX: two zero bytes, a type, a rank, big-endian sizes, then the elements.
 * Source: yann.lecun.com/exdb/mnist, "the IDX file format". */
bool ink__idx_recognise(const uint8_t *bytes, size_t size);
ink_status ink__idx_read(ink__file *file, ink__array *array, ink_error *err);

/* NumPy's .npy, versions 1 to 3, numbers in C order.
 * Source: numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
bool ink__npy_recognise(const uint8_t *bytes, size_t size);
ink_status ink__npy_read(ink__file *file, ink__array *array, ink_error *err);

#endif
