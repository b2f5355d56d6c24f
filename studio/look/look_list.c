/* Which pictures, in which order. */
#include "studio/look/look.h"

#include <stdlib.h>

const look_filter look_filter_all = {LOOK_ALL, LOOK_AS_THEY_COME, -1, -1, 0, 1};

static bool needs_answers(const look_filter *f)
{
    return f->kind != LOOK_ALL || f->order != LOOK_AS_THEY_COME || f->guess >= 0 || f->low > 0 ||
           f->high < 1;
}

static bool is_of_kind(look_kind kind, bool right, float confidence)
{
    switch (kind) {
    case LOOK_RIGHT:
        return right;
    case LOOK_MISTAKES:
        return !right;
    case LOOK_NEAR:
        return right && confidence < LOOK_UNSURE;
    default:
        return true;
    }
}

static bool matches(const look_evaluation *e, const look_filter *f, bool answers, size_t i)
{
    int label = (int)ink_dataset_label(e->set, i);
    if (f->label >= 0 && label != f->label)
        return false;
    if (!answers)
        return true;
    float confidence = e->confidence[i];
    /* A score is any number where the network does not end in softmax: the ends of the scale hold
     * what lies beyond them. */
    bool within = !(f->low > 0 && confidence < f->low) && !(f->high < 1 && confidence > f->high);
    return within && (f->guess < 0 || e->guess[i] == f->guess) &&
           is_of_kind(f->kind, e->guess[i] == label, confidence);
}

/* Orders are asked for one at a time on one thread each, but qsort hands no context on. */
typedef struct ranked {
    float confidence;
    uint32_t index;
} ranked;

static float order_of(float confidence)
{
    return confidence == confidence ? confidence : -1; /* NaN has no place in an order */
}

static int surest(const void *a, const void *b)
{
    const ranked *p = a, *q = b;
    if (p->confidence != q->confidence)
        return p->confidence > q->confidence ? -1 : 1;
    return p->index < q->index ? -1 : p->index > q->index;
}

static int unsurest(const void *a, const void *b)
{
    const ranked *p = a, *q = b;
    if (p->confidence != q->confidence)
        return p->confidence < q->confidence ? -1 : 1;
    return p->index < q->index ? -1 : p->index > q->index;
}

static ink_status put_in_order(look_list *list, const look_evaluation *e, look_order order,
                               ink_error *err)
{
    if (order == LOOK_AS_THEY_COME || list->count < 2)
        return INK_OK;
    ranked *rows = calloc(list->count, sizeof *rows);
    if (!rows)
        return say_error(err, INK_ENOMEM, "there is no memory to sort %zu pictures", list->count);
    for (size_t i = 0; i < list->count; i++)
        rows[i] = (ranked){order_of(e->confidence[list->index[i]]), list->index[i]};
    qsort(rows, list->count, sizeof *rows, order == LOOK_SUREST ? surest : unsurest);
    for (size_t i = 0; i < list->count; i++)
        list->index[i] = rows[i].index;
    free(rows);
    return INK_OK;
}

ink_status look_list_make(look_list *list, const look_evaluation *e, const look_filter *filter,
                          ink_error *err)
{
    bool answers = needs_answers(filter);
    size_t known = answers ? e->done : e->count;
    look_list fresh = {calloc(known + 1, sizeof *fresh.index), 0};
    if (!fresh.index)
        return say_error(err, INK_ENOMEM, "there is no memory for a list of %zu pictures", known);
    for (size_t i = 0; i < known; i++)
        if (matches(e, filter, answers, i))
            fresh.index[fresh.count++] = (uint32_t)i;
    ink_status status = put_in_order(&fresh, e, filter->order, err);
    if (status != INK_OK) {
        free(fresh.index);
        return status;
    }
    look_list_release(list);
    *list = fresh;
    return INK_OK;
}

void look_list_release(look_list *list)
{
    free(list->index);
    *list = (look_list){NULL, 0};
}

size_t look_list_find(const look_list *list, size_t index)
{
    size_t i = 0;
    while (i < list->count && list->index[i] != index)
        i++;
    return i;
}
