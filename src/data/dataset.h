/* What a data set is inside, and what a file format hands to it. */
#ifndef INK_DATA_DATASET_H
#define INK_DATA_DATASET_H

#include "inkling/dataset.h"

struct ink_dataset {
    char *name;
    size_t count;
    int height, width, channels;
    int classes;
    char **class_names; /* `classes` strings */
    uint8_t *pixels;    /* count*height*width*channels, or NULL */
    float *values;      /* count*width, or NULL: exactly one of the two is set */
    int32_t *labels;    /* count, each in 0..classes-1 */
    ink_framing framing;
};

/* An empty data set of that shape with zeroed samples ("0", "1", ... as class names); `vectors`
 * chooses float samples. NULL and the reason when a size is absurd or memory is short. */
ink_dataset *ink__dataset_new(const char *name, size_t count, int height, int width, int channels,
                              int classes, bool vectors, ink_error *err);
ink_status ink__dataset_name_class(ink_dataset *dataset, int label, const char *name,
                                   ink_error *err);
/* A data set of `count` zeroed samples with the name, shape, classes and framing of another. */
ink_dataset *ink__dataset_like(const ink_dataset *dataset, size_t count, ink_error *err);
/* A fresh data set of the samples named by `indices`. */
ink_dataset *ink__dataset_select(const ink_dataset *dataset, const uint32_t *indices, size_t count,
                                 ink_error *err);
/* Sees to memory for `count` samples, and for as many again when it has to move; *room is what
 * there is memory for. The samples that are there stay. */
ink_status ink__dataset_reserve(ink_dataset *dataset, size_t count, size_t *room, ink_error *err);
/* Samples a row of `pixels` or `values` long. */
static inline size_t ink__dataset_sample_size(const ink_dataset *dataset)
{
    return (size_t)dataset->height * (size_t)dataset->width * (size_t)dataset->channels;
}

#endif
