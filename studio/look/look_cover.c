/* Which pixels mattered: a small patch slides over the picture, and the network is asked again at
 * each place ("occlusion": Zeiler, Fergus 2014).
 *
 * Scores near 1 hardly move in numbers, so what is compared is the surety log(p / rest), where
 * `rest` is the sum of all other scores: one step of it multiplies the odds by e. The patch is of
 * the ground's colour - the mean along the picture's own edge - so that covering bare ground of a
 * drawing changes nothing. */
#include "studio/look/look.h"

#include "studio/desk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Floating-point operations that one picture may take: a second or so. */
#define MOST_OPERATIONS 6e9

/* Of scores that are no shares of 1, the score itself. */
static float surety_of(const float *y, size_t classes, size_t guess)
{
    double rest = 0, least = 0;
    for (size_t k = 0; k < classes; k++) {
        rest += k == guess ? 0 : (double)y[k];
        least = fmin(least, (double)y[k]);
    }
    if (least < 0 || fabs(rest + (double)y[guess] - 1) > 1e-3)
        return y[guess];
    return (float)(log(fmax((double)y[guess], 1e-30)) - log(fmax(rest, 1e-30)));
}

static void find_ground(look_cover *c, const float *x)
{
    size_t h = (size_t)c->shape.height, w = (size_t)c->shape.width, n = (size_t)c->shape.channels;
    for (size_t k = 0; k < n && k < 4; k++) {
        double sum = 0;
        size_t count = 0;
        for (size_t i = 0; i < h * w; i++)
            if (i / w == 0 || i / w == h - 1 || i % w == 0 || i % w == w - 1) {
                sum += (double)x[i * n + k];
                count++;
            }
        c->ground[k] = (float)(sum / (double)count);
    }
}

static double operations_of(const ink_network *network)
{
    double sum = 0;
    for (size_t i = 0; i < ink_network_layer_count(network); i++)
        sum += ink_network_layer(network, i).operations;
    return sum;
}

/* Patches begin outside the picture, so that its edge is covered as often as its middle. */
static void lay_out(look_cover *c, double operations)
{
    int side = c->shape.height < c->shape.width ? c->shape.height : c->shape.width;
    c->patch = side / 7 < 1 ? 1 : side / 7;
    c->stride = 1;
    for (;;) {
        c->rows = (size_t)((c->shape.height + c->patch - 2) / c->stride + 1);
        c->columns = (size_t)((c->shape.width + c->patch - 2) / c->stride + 1);
        if (c->stride >= c->patch || (double)(c->rows * c->columns) * operations <= MOST_OPERATIONS)
            return;
        c->stride++;
    }
}

look_cover *look_cover_new(look_evaluation *e, size_t index, ink_error *err)
{
    sample_shape shape = sample_shape_of(e->set);
    if (!shape.pictures) {
        say_error(err, INK_EINVAL, "a patch can cover a picture, but %s holds vectors",
                  ink_dataset_name(e->set));
        return NULL;
    }
    look_cover *c = calloc(1, sizeof *c);
    size_t pixels = (size_t)shape.height * (size_t)shape.width;
    if (c) {
        c->sum = calloc(pixels, sizeof *c->sum);
        c->weight = calloc(pixels, sizeof *c->weight);
        c->x = calloc(LOOK_BATCH * e->inputs, sizeof *c->x);
    }
    if (!c || !c->sum || !c->weight || !c->x) {
        look_cover_free(c);
        say_error(err, INK_ENOMEM, "there is no memory to cover patches of a picture");
        return NULL;
    }
    c->index = index;
    c->version = e->version;
    c->shape = shape;
    const float *y = look_evaluation_scores(e, index);
    c->guess = look_guess(y, e->classes);
    c->score = y[c->guess];
    c->surety = surety_of(y, e->classes, c->guess);
    find_ground(c, e->x);
    lay_out(c, operations_of(e->model->network));
    return c;
}

void look_cover_free(look_cover *c)
{
    if (!c)
        return;
    free(c->sum);
    free(c->weight);
    free(c->x);
    free(c);
}

typedef struct area {
    int top, left, bottom, right; /* the latter two outside */
} area;

static area area_of(const look_cover *c, size_t position)
{
    int y = (int)(position / c->columns) * c->stride - c->patch + 1;
    int x = (int)(position % c->columns) * c->stride - c->patch + 1;
    area a = {y < 0 ? 0 : y, x < 0 ? 0 : x, y + c->patch, x + c->patch};
    a.bottom = a.bottom > c->shape.height ? c->shape.height : a.bottom;
    a.right = a.right > c->shape.width ? c->shape.width : a.right;
    return a;
}

static void cover(const look_cover *c, size_t position, float *x)
{
    area a = area_of(c, position);
    for (int i = a.top; i < a.bottom; i++)
        for (int j = a.left; j < a.right; j++)
            for (int k = 0; k < c->shape.channels; k++)
                x[(i * c->shape.width + j) * c->shape.channels + k] = c->ground[k & 3];
}

static void note(look_cover *c, size_t position, const float *y, size_t classes)
{
    area a = area_of(c, position);
    float loss = c->surety - surety_of(y, classes, c->guess);
    if (!isfinite(loss))
        return;
    for (int i = a.top; i < a.bottom; i++)
        for (int j = a.left; j < a.right; j++) {
            c->sum[i * c->shape.width + j] += loss;
            c->weight[i * c->shape.width + j] += 1;
        }
    if (loss > c->strongest) {
        c->strongest = loss;
        c->strongest_score = y[c->guess];
        c->strongest_at = position;
    }
}

bool look_cover_work(look_cover *c, look_evaluation *e, double seconds)
{
    size_t all = c->rows * c->columns;
    double begin = desk_now(), end = begin + seconds;
    ink_input_sample(&e->model->input, e->set, c->index, e->x);
    while (c->next < all && begin < end) {
        double fit = e->seconds_each > 0 ? (end - begin) / e->seconds_each : 1;
        size_t rows = fit < 1 ? 1 : fit > LOOK_BATCH ? LOOK_BATCH : (size_t)fit;
        rows = rows < all - c->next ? rows : all - c->next;
        for (size_t i = 0; i < rows; i++) {
            memcpy(c->x + i * e->inputs, e->x, e->inputs * sizeof *c->x);
            cover(c, c->next + i, c->x + i * e->inputs);
        }
        const float *y = ink_predict(e->model->network, e->ws, c->x, rows);
        for (size_t i = 0; i < rows; i++)
            note(c, c->next++, y + i * e->classes, e->classes);
        double then = begin;
        begin = desk_now();
        e->seconds_each = (begin - then) / (double)rows;
    }
    return c->next < all;
}

void look_cover_map(const look_cover *c, float *map)
{
    size_t pixels = (size_t)c->shape.height * (size_t)c->shape.width;
    for (size_t i = 0; i < pixels; i++)
        map[i] = c->weight[i] > 0 ? c->sum[i] / c->weight[i] : 0;
}
