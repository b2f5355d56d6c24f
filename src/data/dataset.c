/* A data set in memory: made, looked at, selected from, freed. Where its samples come from is not
 * known here. */
#include "data/dataset.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { MOST_SIDE = 16384, MOST_CHANNELS = 4, MOST_CLASSES = 65536 };
#define MOST_SAMPLES ((size_t)UINT32_MAX) /* sample orders are kept in 32 bits */

static ink_status check_sizes(const char *name, size_t count, int height, int width, int channels,
                              int classes, bool vectors, ink_error *err)
{
    int widest = vectors ? 1 << 24 : MOST_SIDE;
    if (height < 1 || height > MOST_SIDE || width < 1 || width > widest || channels < 1 ||
        channels > MOST_CHANNELS || (vectors && (height != 1 || channels != 1)))
        return ink__fail(err, INK_EINVAL, "%.200s: samples of %d x %d x %d are not possible", name,
                         height, width, channels);
    if (classes < 1 || classes > MOST_CLASSES)
        return ink__fail(err, INK_EINVAL, "%.200s: %d classes, where 1 to %d are possible", name,
                         classes, (int)MOST_CLASSES);
    if (count > MOST_SAMPLES)
        return ink__fail(err, INK_EINVAL, "%.200s: %zu samples, where at most %zu are possible",
                         name, count, MOST_SAMPLES);
    return INK_OK;
}

ink_status ink__dataset_name_class(ink_dataset *dataset, int label, const char *name,
                                   ink_error *err)
{
    char *copy = ink__strdup(name, err);
    if (!copy)
        return INK_ENOMEM;
    ink__free(dataset->class_names[label]);
    dataset->class_names[label] = copy;
    return INK_OK;
}

static bool number_classes(ink_dataset *dataset, ink_error *err)
{
    char text[16];
    for (int k = 0; k < dataset->classes; k++) {
        snprintf(text, sizeof text, "%d", k);
        if (ink__dataset_name_class(dataset, k, text, err) != INK_OK)
            return false;
    }
    return true;
}

ink_dataset *ink__dataset_new(const char *name, size_t count, int height, int width, int channels,
                              int classes, bool vectors, ink_error *err)
{
    if (check_sizes(name, count, height, width, channels, classes, vectors, err) != INK_OK)
        return NULL;
    ink_dataset *dataset = ink__alloc(1, sizeof *dataset, err);
    if (!dataset)
        return NULL;
    *dataset = (ink_dataset){.count = count,
                             .height = height,
                             .width = width,
                             .channels = channels,
                             .classes = classes,
                             .framing = INK_FRAMING_NONE};
    size_t size = ink__dataset_sample_size(dataset);
    dataset->name = ink__strdup(name, err);
    dataset->class_names = ink__alloc((size_t)classes, sizeof *dataset->class_names, err);
    dataset->labels = ink__alloc(count, sizeof *dataset->labels, err);
    if (vectors)
        dataset->values = ink__alloc(count, size * sizeof *dataset->values, err);
    else
        dataset->pixels = ink__alloc(count, size, err);
    if (!dataset->name || !dataset->class_names || !dataset->labels ||
        (!dataset->values && !dataset->pixels) || !number_classes(dataset, err)) {
        ink_dataset_free(dataset);
        return NULL;
    }
    return dataset;
}

void ink_dataset_free(ink_dataset *dataset)
{
    if (!dataset)
        return;
    for (int k = 0; dataset->class_names && k < dataset->classes; k++)
        ink__free(dataset->class_names[k]);
    ink__free(dataset->class_names);
    ink__free(dataset->name);
    ink__free(dataset->pixels);
    ink__free(dataset->values);
    ink__free(dataset->labels);
    ink__free(dataset);
}

ink_dataset *ink__dataset_like(const ink_dataset *dataset, size_t count, ink_error *err)
{
    ink_dataset *fresh =
        ink__dataset_new(dataset->name, count, dataset->height, dataset->width, dataset->channels,
                         dataset->classes, dataset->values != NULL, err);
    if (!fresh)
        return NULL;
    fresh->framing = dataset->framing;
    for (int k = 0; k < dataset->classes; k++)
        if (ink__dataset_name_class(fresh, k, dataset->class_names[k], err) != INK_OK) {
            ink_dataset_free(fresh);
            return NULL;
        }
    return fresh;
}

ink_dataset *ink__dataset_select(const ink_dataset *dataset, const uint32_t *indices, size_t count,
                                 ink_error *err)
{
    ink_dataset *chosen = ink__dataset_like(dataset, count, err);
    size_t size = ink__dataset_sample_size(dataset);
    for (size_t i = 0; chosen && i < count; i++) {
        chosen->labels[i] = dataset->labels[indices[i]];
        if (dataset->pixels)
            memcpy(chosen->pixels + i * size, dataset->pixels + indices[i] * size, size);
        else
            memcpy(chosen->values + i * size, dataset->values + indices[i] * size,
                   size * sizeof *chosen->values);
    }
    return chosen;
}

ink_status ink__dataset_reserve(ink_dataset *dataset, size_t count, size_t *room, ink_error *err)
{
    size_t size = ink__dataset_sample_size(dataset), more = 0;
    if (count <= *room)
        return INK_OK;
    if (count > MOST_SAMPLES || __builtin_add_overflow(count, *room, &more))
        return ink__fail(err, INK_EFORMAT, "%.200s: more than the %zu samples that are possible",
                         dataset->name, MOST_SAMPLES);
    int32_t *labels = ink__realloc(dataset->labels, dataset->count, more, sizeof *labels, err);
    if (!labels)
        return INK_ENOMEM;
    dataset->labels = labels;
    void *samples = dataset->pixels ? ink__realloc(dataset->pixels, dataset->count, more, size, err)
                                    : ink__realloc(dataset->values, dataset->count, more,
                                                   size * sizeof *dataset->values, err);
    if (!samples)
        return INK_ENOMEM;
    if (dataset->pixels)
        dataset->pixels = samples;
    else
        dataset->values = samples;
    *room = more;
    return INK_OK;
}

/* What the two public constructors share once the samples have room. */
static ink_status label_samples(ink_dataset *dataset, const int32_t *labels,
                                const char *const *class_names, ink_error *err)
{
    for (int k = 0; class_names && k < dataset->classes; k++)
        if (ink__dataset_name_class(dataset, k, class_names[k], err) != INK_OK)
            return INK_ENOMEM;
    for (size_t i = 0; i < dataset->count; i++) {
        if (labels[i] < 0 || labels[i] >= dataset->classes)
            return ink__fail(err, INK_EINVAL, "label %zu is %d, where 0 to %d were expected", i,
                             (int)labels[i], dataset->classes - 1);
        dataset->labels[i] = labels[i];
    }
    return INK_OK;
}

static ink_dataset *labelled(ink_dataset *dataset, const int32_t *labels,
                             const char *const *class_names, ink_error *err)
{
    if (!dataset || label_samples(dataset, labels, class_names, err) == INK_OK)
        return dataset;
    ink_dataset_free(dataset);
    return NULL;
}

ink_dataset *ink_dataset_new_pictures(size_t count, int height, int width, int channels,
                                      const uint8_t *pixels, const int32_t *labels, int classes,
                                      const char *const *class_names, ink_error *err)
{
    ink_dataset *dataset =
        ink__dataset_new("memory", count, height, width, channels, classes, false, err);
    if (dataset && count > 0)
        memcpy(dataset->pixels, pixels, count * ink__dataset_sample_size(dataset));
    return labelled(dataset, labels, class_names, err);
}

ink_dataset *ink_dataset_new_vectors(size_t count, int width, const float *values,
                                     const int32_t *labels, int classes,
                                     const char *const *class_names, ink_error *err)
{
    ink_dataset *dataset = ink__dataset_new("memory", count, 1, width, 1, classes, true, err);
    if (dataset && count > 0)
        memcpy(dataset->values, values, count * (size_t)width * sizeof *values);
    return labelled(dataset, labels, class_names, err);
}

const char *ink_dataset_name(const ink_dataset *dataset)
{
    return dataset->name;
}

size_t ink_dataset_count(const ink_dataset *dataset)
{
    return dataset->count;
}

void ink_dataset_shape(const ink_dataset *dataset, int *height, int *width, int *channels)
{
    *height = dataset->height;
    *width = dataset->width;
    *channels = dataset->channels;
}

int ink_dataset_classes(const ink_dataset *dataset)
{
    return dataset->classes;
}

const char *ink_dataset_class_name(const ink_dataset *dataset, int label)
{
    return dataset->class_names[label];
}

ink_framing ink_dataset_framing(const ink_dataset *dataset)
{
    return dataset->framing;
}

int32_t ink_dataset_label(const ink_dataset *dataset, size_t index)
{
    return dataset->labels[index];
}

const uint8_t *ink_dataset_pixels(const ink_dataset *dataset, size_t index)
{
    return dataset->pixels ? dataset->pixels + index * ink__dataset_sample_size(dataset) : NULL;
}

const float *ink_dataset_values(const ink_dataset *dataset, size_t index)
{
    return dataset->values ? dataset->values + index * ink__dataset_sample_size(dataset) : NULL;
}

/* Pixels are counted by value first: exact whatever the number of samples, and 256 numbers remain.
 */
static void pixel_moments(const ink_dataset *dataset, float *mean, float *deviation)
{
    uint64_t seen[MOST_CHANNELS][256] = {{0}};
    size_t channels = (size_t)dataset->channels;
    size_t pixels = dataset->count * (ink__dataset_sample_size(dataset) / channels);
    const uint8_t *at = dataset->pixels;
    for (size_t i = 0; i < pixels; i++)
        for (size_t c = 0; c < channels; c++)
            seen[c][*at++]++;
    for (size_t c = 0; c < channels; c++) {
        double sum = 0, squares = 0, n = (double)(pixels ? pixels : 1);
        for (int v = 0; v < 256; v++) {
            sum += (double)seen[c][v] * v;
            squares += (double)seen[c][v] * v * v;
        }
        double middle = sum / n;
        mean[c] = (float)(middle / 255);
        deviation[c] = (float)(sqrt(fmax(squares / n - middle * middle, 0)) / 255);
    }
}

static void value_moments(const ink_dataset *dataset, float *mean, float *deviation)
{
    size_t n = dataset->count * ink__dataset_sample_size(dataset);
    double sum = 0, squares = 0, share = n ? 1 / (double)n : 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)dataset->values[i];
    double middle = sum * share;
    for (size_t i = 0; i < n; i++) {
        double away = (double)dataset->values[i] - middle;
        squares += away * away;
    }
    *mean = (float)middle;
    *deviation = (float)sqrt(squares * share);
}

void ink_dataset_moments(const ink_dataset *dataset, float *mean, float *deviation)
{
    if (dataset->pixels)
        pixel_moments(dataset, mean, deviation);
    else
        value_moments(dataset, mean, deviation);
}
