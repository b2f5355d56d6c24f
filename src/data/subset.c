/* Parts of a data set, chosen class by class and without chance: the same samples every time. */
#include "data/subset.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* How many samples each class has, in fresh memory. */
static size_t *count_classes(const ink_dataset *dataset, ink_error *err)
{
    size_t *counts = ink__alloc((size_t)dataset->classes, sizeof *counts, err);
    for (size_t i = 0; counts && i < dataset->count; i++)
        counts[dataset->labels[i]]++;
    return counts;
}

/* The samples not named by `indices` (which ascend) move to the front. */
static void cut_out(ink_dataset *dataset, const uint32_t *indices, size_t count)
{
    size_t size = ink__dataset_sample_size(dataset), kept = 0, next = 0;
    for (size_t i = 0; i < dataset->count; i++) {
        if (next < count && indices[next] == i) {
            next++;
            continue;
        }
        if (kept != i) {
            dataset->labels[kept] = dataset->labels[i];
            if (dataset->pixels)
                memcpy(dataset->pixels + kept * size, dataset->pixels + i * size, size);
            else
                memcpy(dataset->values + kept * size, dataset->values + i * size,
                       size * sizeof *dataset->values);
        }
        kept++;
    }
    dataset->count = kept;
}

ink_status ink__dataset_split(ink_dataset *dataset, double share, ink_dataset **test,
                              ink_error *err)
{
    size_t *stay = count_classes(dataset, err);
    uint32_t *indices = ink__alloc(dataset->count, sizeof *indices, err);
    ink_dataset *held_out = NULL;
    ink_status status = stay && indices ? INK_OK : INK_ENOMEM;
    size_t count = 0;
    for (int k = 0; status == INK_OK && k < dataset->classes; k++)
        stay[k] -= (size_t)((double)stay[k] * share + 0.5);
    for (size_t i = 0; status == INK_OK && i < dataset->count; i++) {
        size_t *left = &stay[dataset->labels[i]];
        if (*left > 0)
            --*left;
        else
            indices[count++] = (uint32_t)i;
    }
    if (status == INK_OK && count > 0) {
        held_out = ink__dataset_select(dataset, indices, count, err);
        status = held_out ? INK_OK : INK_ENOMEM;
    }
    if (status == INK_OK) {
        cut_out(dataset, indices, count);
        *test = held_out;
    }
    ink__free(stay);
    ink__free(indices);
    return status;
}

/* Turns the counts of the classes into how many to take of each: rounds of one of every class that
 * has some left, done many rounds at a time. */
static void share_out(size_t *counts, size_t *take, int classes, size_t limit)
{
    for (;;) {
        size_t open = 0, least = SIZE_MAX;
        for (int k = 0; k < classes; k++)
            if (take[k] < counts[k]) {
                open++;
                least = counts[k] - take[k] < least ? counts[k] - take[k] : least;
            }
        if (open == 0 || limit == 0)
            return;
        size_t rounds = limit / open < least ? limit / open : least;
        size_t extra = rounds == 0 ? limit : 0; /* the last, unfinished round */
        for (int k = 0; k < classes; k++)
            if (take[k] < counts[k]) {
                size_t more = rounds + (extra > 0);
                extra -= extra > 0;
                take[k] += more;
                limit -= more;
            }
    }
}

ink_status ink__dataset_limit(ink_dataset **dataset, size_t limit, ink_error *err)
{
    const ink_dataset *all = *dataset;
    if (limit == 0 || limit >= all->count)
        return INK_OK;
    size_t *counts = count_classes(all, err);
    size_t *take = ink__alloc((size_t)all->classes, sizeof *take, err);
    uint32_t *indices = ink__alloc(limit, sizeof *indices, err);
    ink_dataset *few = NULL;
    if (counts && take && indices) {
        size_t count = 0;
        share_out(counts, take, all->classes, limit);
        for (size_t i = 0; i < all->count && count < limit; i++)
            if (take[all->labels[i]] > 0) {
                take[all->labels[i]]--;
                indices[count++] = (uint32_t)i;
            }
        few = ink__dataset_select(all, indices, count, err);
    }
    ink__free(counts);
    ink__free(take);
    ink__free(indices);
    if (!few)
        return INK_ENOMEM;
    ink_dataset_free(*dataset);
    *dataset = few;
    return INK_OK;
}
