/* Arrays and their labels become parts. */
#include "data/gather.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { MOST_SIDE = 16384, MOST_WIDTH = 1 << 24, MOST_LABEL = 65535 };

static bool holds_labels(const ink__array *array)
{
    return array->rank == 1 || (array->rank == 2 && array->shape[1] == 1);
}

/* The shape of one sample; *planar where its planes lie one after another. */
static ink_status shape_of(const ink__loose *loose, int shape[3], bool *pictures, bool *planar,
                           ink_error *err)
{
    const ink__array *array = &loose->array;
    const size_t *s = array->shape;
    size_t h = 1, w = 1, c = 1;
    *pictures = array->type == INK__UINT8 && (array->rank >= 3 || s[1] == 784);
    *planar = false;
    if (!*pictures) {
        for (int i = 1; i < array->rank; i++)
            if (__builtin_mul_overflow(w, s[i], &w))
                w = SIZE_MAX;
    } else if (array->rank == 2) {
        h = w = 28;
    } else if (array->rank == 3 || s[3] <= 4) {
        h = s[1], w = s[2], c = array->rank == 4 ? s[3] : 1;
    } else {
        c = s[1], h = s[2], w = s[3];
        *planar = true;
    }
    if (h < 1 || w < 1 || c < 1 || h > MOST_SIDE || c > 4 ||
        w > (size_t)(*pictures ? MOST_SIDE : MOST_WIDTH))
        return ink__fail(err, INK_EFORMAT, "%.300s: samples of %zu x %zu x %zu are not possible",
                         loose->shown, h, w, c);
    shape[0] = (int)h, shape[1] = (int)w, shape[2] = (int)c;
    return INK_OK;
}

/* Labels as they are counted here; *classes is one more than the largest. */
static ink_status read_labels(const ink__loose *loose, int32_t *labels, int *classes,
                              ink_error *err)
{
    int32_t most = 0;
    for (size_t i = 0; i < loose->array.count; i++) {
        double value = ink__array_value(&loose->array, i);
        if (!(value >= 0 && value <= MOST_LABEL) || value != floor(value))
            return ink__fail(err, INK_EFORMAT,
                             "%.300s: label %zu is %g, where whole numbers from 0 to %d were "
                             "expected",
                             loose->shown, i, value, (int)MOST_LABEL);
        labels[i] = (int32_t)value;
        most = labels[i] > most ? labels[i] : most;
    }
    *classes = most + 1;
    return INK_OK;
}

static ink_status read_values(const ink__loose *loose, float *values, ink_error *err)
{
    for (size_t i = 0; i < loose->array.count; i++) {
        values[i] = (float)ink__array_value(&loose->array, i);
        if (!isfinite(values[i]))
            return ink__fail(err, INK_EFORMAT, "%.300s: element %zu is no finite number",
                             loose->shown, i);
    }
    return INK_OK;
}

/* Takes the array's bytes and, in every case, the labels. */
static ink_dataset *make_set(ink__loose *loose, int32_t *labels, int classes, ink_error *err)
{
    int shape[3] = {1, 1, 1};
    bool pictures = false, planar = false;
    float *values = NULL;
    size_t count = loose->array.shape[0];
    ink_status status = shape_of(loose, shape, &pictures, &planar, err);
    if (status == INK_OK && planar)
        status = ink__interleave(loose->array.bytes, count, (size_t)shape[2],
                                 (size_t)shape[0] * (size_t)shape[1], err);
    if (status == INK_OK && !pictures) {
        values = ink__alloc(loose->array.count, sizeof *values, err);
        status = values ? read_values(loose, values, err) : INK_ENOMEM;
    }
    if (status != INK_OK) {
        ink__free(values);
        ink__free(labels);
        return NULL;
    }
    uint8_t *pixels = NULL;
    if (pictures) {
        pixels = loose->array.bytes;
        loose->array.bytes = NULL;
    }
    return ink__dataset_adopt(loose->shown, count, shape[0], shape[1], shape[2], classes, pixels,
                              values, labels, err);
}

static ink_status add_pair(ink__gather *gather, ink__loose *samples, ink__loose *labels,
                           ink_error *err)
{
    size_t count = samples->array.shape[0];
    if (labels->array.count != count)
        return ink__fail(err, INK_EFORMAT, "%.180s holds %zu samples but %.180s holds %zu labels",
                         samples->shown, count, labels->shown, labels->array.count);
    int32_t *list = ink__alloc(count, sizeof *list, err);
    if (!list)
        return INK_ENOMEM;
    int classes = 1;
    ink_status status = read_labels(labels, list, &classes, err);
    if (status != INK_OK) {
        ink__free(list);
        return status;
    }
    ink_dataset *set = make_set(samples, list, classes, err);
    const ink__file file = {.shown = samples->shown, .name = samples->name};
    return set ? ink__gather_add(gather, &file, false, set, err) : INK_EFORMAT;
}

/* A whole array of one class. */
static ink_status add_category(ink__gather *gather, ink__loose *loose, ink_error *err)
{
    const ink__file file = {.shown = loose->shown, .name = loose->name};
    int32_t *labels = ink__alloc(loose->array.shape[0], sizeof *labels, err);
    ink_dataset *set = labels ? make_set(loose, labels, 1, err) : NULL;
    char *category = set ? ink__file_category(&file, err) : NULL;
    if (!category || ink__dataset_name_class(set, 0, category, err) != INK_OK) {
        ink__free(category);
        ink_dataset_free(set);
        return INK_ENOMEM;
    }
    ink__free(category);
    return ink__gather_add(gather, &file, true, set, err);
}

static ink__loose *labels_of(const ink__gather *gather, const ink__loose *samples)
{
    for (size_t i = 0; i < gather->loose_count; i++)
        if (holds_labels(&gather->loose[i].array) &&
            strcmp(gather->loose[i].key, samples->key) == 0)
            return &gather->loose[i];
    return NULL;
}

/* The bytes are no longer needed once they are in a part. */
static void drop_bytes(ink__loose *loose)
{
    ink__free(loose->array.bytes);
    loose->array.bytes = NULL;
}

ink_status ink__gather_pair(ink__gather *gather, ink_error *err)
{
    ink_status status = INK_OK;
    for (size_t i = 0; status == INK_OK && i < gather->loose_count; i++) {
        ink__loose *samples = &gather->loose[i];
        if (holds_labels(&samples->array))
            continue;
        ink__loose *labels = labels_of(gather, samples);
        if (labels && !labels->array.bytes)
            status =
                ink__fail(err, INK_EFORMAT, "%.180s stands for two arrays: the other is %.180s",
                          labels->shown, samples->shown);
        else if (labels)
            status = add_pair(gather, samples, labels, err);
        else if (samples->category)
            status = add_category(gather, samples, err);
        else
            status = ink__fail(err, INK_EFORMAT,
                               "%.200s has no labels: a file of the same name with \"labels\" for "
                               "\"images\" (or y for x) was expected beside it",
                               samples->shown);
        drop_bytes(samples);
        if (labels)
            drop_bytes(labels);
    }
    for (size_t i = 0; status == INK_OK && i < gather->loose_count; i++)
        if (gather->loose[i].array.bytes)
            status = ink__fail(err, INK_EFORMAT,
                               "%.200s has no samples: a file of the same name with \"images\" for "
                               "\"labels\" (or x for y) was expected beside it",
                               gather->loose[i].shown);
    return status;
}
