/* Parts become a training and a test set: one list of classes, one shape, one block of samples. */
#include "data/gather.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* "2" before "10", numbers before words. */
static int compare_classes(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    size_t m = strlen(x), n = strlen(y);
    bool number_x = m > 0 && strspn(x, "0123456789") == m;
    bool number_y = n > 0 && strspn(y, "0123456789") == n;
    if (number_x != number_y)
        return number_x ? -1 : 1;
    if (number_x && m != n)
        return m < n ? -1 : 1;
    return strcmp(x, y);
}

/* The part whose list of classes all others begin, or NULL. */
static const ink_dataset *longest_list(const ink__gather *gather)
{
    const ink_dataset *longest = gather->parts[0].set;
    for (size_t i = 1; i < gather->part_count; i++)
        if (gather->parts[i].set->classes > longest->classes)
            longest = gather->parts[i].set;
    for (size_t i = 0; i < gather->part_count; i++)
        for (int k = 0; k < gather->parts[i].set->classes; k++)
            if (strcmp(gather->parts[i].set->class_names[k], longest->class_names[k]) != 0)
                return NULL;
    return longest;
}

/* All classes met, sorted, each once; the strings belong to the parts. */
static const char **sorted_list(const ink__gather *gather, size_t *count, ink_error *err)
{
    size_t all = 0, used = 0, kept = 0;
    for (size_t i = 0; i < gather->part_count; i++)
        all += (size_t)gather->parts[i].set->classes;
    const char **names = ink__alloc(all, sizeof *names, err);
    if (!names)
        return NULL;
    for (size_t i = 0; i < gather->part_count; i++)
        for (int k = 0; k < gather->parts[i].set->classes; k++)
            names[used++] = gather->parts[i].set->class_names[k];
    qsort(names, used, sizeof *names, compare_classes);
    for (size_t i = 0; i < used; i++)
        if (kept == 0 || strcmp(names[kept - 1], names[i]) != 0)
            names[kept++] = names[i];
    *count = kept;
    return names;
}

/* A set of no samples with the name, the shape and the classes that the joined ones will have. */
static ink_dataset *make_model(const ink__gather *gather, const char *name, int channels,
                               const char *const *names, size_t count, ink_error *err)
{
    const ink_dataset *first = gather->parts[0].set;
    int classes = count < INT32_MAX ? (int)count : INT32_MAX;
    ink_dataset *model = ink__dataset_new(name, 0, first->height, first->width, channels, classes,
                                          first->values != NULL, err);
    bool doodles = true;
    for (size_t i = 0; i < gather->part_count; i++)
        doodles = doodles && gather->parts[i].doodles;
    if (model && doodles)
        model->framing = INK_FRAMING_QUICKDRAW;
    for (int k = 0; model && k < classes; k++)
        if (ink__dataset_name_class(model, k, names[k], err) != INK_OK) {
            ink_dataset_free(model);
            model = NULL;
        }
    return model;
}

static ink_dataset *model_of(const ink__gather *gather, const char *name, int channels,
                             const ink__expected *expected, ink_error *err)
{
    if (expected && expected->classes)
        return make_model(gather, name, channels, expected->classes, (size_t)expected->class_count,
                          err);
    const ink_dataset *longest = longest_list(gather);
    if (longest)
        return make_model(gather, name, channels, (const char *const *)longest->class_names,
                          (size_t)longest->classes, err);
    size_t count = 0;
    const char **names = sorted_list(gather, &count, err);
    ink_dataset *model = names ? make_model(gather, name, channels, names, count, err) : NULL;
    ink__free(names);
    return model;
}

/* One shape for all; grey pictures among coloured ones will be coloured grey. */
static ink_status check_shapes(const ink__gather *gather, const ink__expected *expected,
                               int *channels, ink_error *err)
{
    const ink__part *first = &gather->parts[0];
    *channels = first->set->channels;
    for (size_t i = 0; i < gather->part_count; i++) {
        const ink_dataset *a = first->set, *b = gather->parts[i].set;
        bool mixable =
            a->channels == b->channels || (a->pixels && (a->channels | b->channels) == 3 &&
                                           (a->channels == 1 || b->channels == 1));
        if (a->height != b->height || a->width != b->width || !mixable ||
            (a->pixels == NULL) != (b->pixels == NULL))
            return ink__fail(err, INK_EFORMAT,
                             "%.180s holds %s of %d x %d x %d but %.180s holds %s of %d x %d x %d: "
                             "all samples of a set must have one shape",
                             first->shown, a->pixels ? "pictures" : "vectors", a->height, a->width,
                             a->channels, gather->parts[i].shown,
                             b->pixels ? "pictures" : "vectors", b->height, b->width, b->channels);
        *channels = b->channels > *channels ? b->channels : *channels;
    }
    const ink_dataset *a = first->set;
    if (expected && expected->height &&
        (!a->pixels || a->height != expected->height || a->width != expected->width ||
         *channels != expected->channels))
        return ink__fail(err, INK_EFORMAT,
                         "%.300s: samples of %d x %d x %d, where %s has %d x %d "
                         "x %d",
                         first->shown, a->height, a->width, *channels, expected->set,
                         expected->height, expected->width, expected->channels);
    return INK_OK;
}

/* The place of a class in the joined list, or -1. */
static int find_class(const ink_dataset *model, bool sorted, const char *name, int guess)
{
    if (guess < model->classes && strcmp(model->class_names[guess], name) == 0)
        return guess;
    if (sorted) {
        char **found = bsearch(&name, model->class_names, (size_t)model->classes,
                               sizeof *model->class_names, compare_classes);
        return found ? (int)(found - model->class_names) : -1;
    }
    for (int k = 0; k < model->classes; k++)
        if (strcmp(model->class_names[k], name) == 0)
            return k;
    return -1;
}

/* Labels of a part as labels of the joined set. A class that is not expected is only an error when
 * a sample has it. */
static ink_status relabel(const ink__part *part, const ink_dataset *model, bool sorted,
                          ink_error *err)
{
    ink_dataset *set = part->set;
    int *to = ink__alloc((size_t)set->classes, sizeof *to, err);
    if (!to)
        return INK_ENOMEM;
    for (int k = 0; k < set->classes; k++)
        to[k] = find_class(model, sorted, set->class_names[k], k);
    ink_status status = INK_OK;
    for (size_t i = 0; status == INK_OK && i < set->count; i++) {
        int label = to[set->labels[i]];
        if (label < 0)
            status = ink__fail(
                err, INK_EFORMAT,
                "%.300s: sample %zu has the label \"%.80s\", which is none of the %d "
                "classes of %s",
                part->shown, i, set->class_names[set->labels[i]], model->classes, model->name);
        else
            set->labels[i] = label;
    }
    ink__free(to);
    return status;
}

/* Copies the samples of a part behind the `at` that are there. */
static void append(ink_dataset *all, size_t at, const ink_dataset *part)
{
    size_t size = ink__dataset_sample_size(all);
    if (part->count == 0)
        return;
    memcpy(all->labels + at, part->labels, part->count * sizeof *part->labels);
    if (part->values) {
        memcpy(all->values + at * size, part->values, part->count * size * sizeof *part->values);
        return;
    }
    uint8_t *to = all->pixels + at * size;
    if (part->channels == all->channels) {
        memcpy(to, part->pixels, part->count * size);
        return;
    }
    for (size_t i = 0; i < part->count * size / 3; i++)
        to[3 * i] = to[3 * i + 1] = to[3 * i + 2] = part->pixels[i];
}

/* A part that stands alone is not copied: only its name and classes change. */
static ink_dataset *alone(ink__part *part, ink_dataset *fresh)
{
    ink_dataset *set = part->set, kept = *fresh;
    fresh->count = set->count;
    fresh->pixels = set->pixels;
    fresh->values = set->values;
    fresh->labels = set->labels;
    set->count = 0;
    set->pixels = kept.pixels;
    set->values = kept.values;
    set->labels = kept.labels;
    return fresh;
}

static ink_status join(ink__gather *gather, const ink_dataset *model, bool pooled, bool test,
                       ink_dataset **joined, ink_error *err)
{
    size_t count = 0, parts = 0, at = 0, last = 0;
    for (size_t i = 0; i < gather->part_count; i++)
        if (pooled || (gather->parts[i].role == INK__ROLE_TEST) == test) {
            count += gather->parts[i].set->count;
            parts++;
            last = i;
        }
    if (count == 0)
        return INK_OK;
    bool one = parts == 1 && gather->parts[last].set->channels == model->channels;
    ink_dataset *fresh = ink__dataset_like(model, one ? 0 : count, err);
    if (!fresh)
        return err->status;
    if (one) {
        *joined = alone(&gather->parts[last], fresh);
        return INK_OK;
    }
    for (size_t i = 0; i < gather->part_count; i++)
        if (pooled || (gather->parts[i].role == INK__ROLE_TEST) == test) {
            append(fresh, at, gather->parts[i].set);
            at += gather->parts[i].set->count;
            ink_dataset_free(gather->parts[i].set); /* soon, so that memory holds all only once */
            gather->parts[i].set = NULL;
        }
    *joined = fresh;
    return INK_OK;
}

static ink_status join_parts(ink__gather *gather, const ink_dataset *model,
                             const ink__expected *expected, ink_dataset **train, ink_dataset **test,
                             ink_error *err)
{
    bool some_test = false, some_other = false;
    bool sorted = !(expected && expected->classes) && !longest_list(gather);
    for (size_t i = 0; i < gather->part_count; i++) {
        ink_status status = relabel(&gather->parts[i], model, sorted, err);
        if (status != INK_OK)
            return status;
        some_test = some_test || gather->parts[i].role == INK__ROLE_TEST;
        some_other = some_other || gather->parts[i].role != INK__ROLE_TEST;
    }
    bool pooled = !(some_test && some_other) && !(expected && expected->official);
    ink_status status = join(gather, model, pooled, false, train, err);
    if (status == INK_OK && !pooled)
        status = join(gather, model, false, true, test, err);
    return status;
}

ink_status ink__gather_join(ink__gather *gather, const char *root, const char *name,
                            const ink__expected *expected, ink_dataset **train, ink_dataset **test,
                            ink_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < gather->part_count; i++)
        count += gather->parts[i].set->count;
    if (count == 0)
        return ink__fail(
            err, INK_EFORMAT,
            "%.300s holds no samples in a known format: IDX, CIFAR binary, .npy, .npz, "
            ".ndjson, CSV, or PNG and JPEG in one folder a class",
            root);
    int channels = 1;
    ink_status status = check_shapes(gather, expected, &channels, err);
    if (status != INK_OK)
        return status;
    ink_dataset *model = model_of(gather, name, channels, expected, err);
    if (!model)
        return err->status;
    ink_dataset *training = NULL, *held_out = NULL;
    status = join_parts(gather, model, expected, &training, &held_out, err);
    ink_dataset_free(model);
    if (status != INK_OK) {
        ink_dataset_free(training);
        ink_dataset_free(held_out);
        return status;
    }
    *train = training;
    *test = held_out;
    return INK_OK;
}
