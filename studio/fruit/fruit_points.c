/* The points of the Fruit scene: presets from the engine's generator, labels at random, and what a
 * hand does to them. */
#include "studio/fruit/fruit_model.h"

#include "studio/dice.h"
#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Points set by hand lie on a grid of 2048 x 2048 over -0.25..1.25. */
enum { GRID = 2047, CODE_LETTERS = 4 };
#define LEAST -0.25
#define SPAN  1.5

/* ---- presets ---- */

/* Nothing tells safe from poisonous: no line, no network, only learning by heart. */
static int at_random(double x, double y, uint64_t *state)
{
    (void)x, (void)y;
    return dice_share(state) < 0.5;
}

/* A line through the corner gets most of it right, and only one that bends gets all; -1 too near to
 * the border to be fair. */
static int below_bend(double x, double y, uint64_t *state)
{
    double above = y - (x < 0.6 ? 0.08 + 0.35 * x : 0.29 + 2.2 * (x - 0.6));
    (void)state;
    return fabs(above) < 0.05 ? -1 : above < 0;
}

static void scatter(fruit_model *m, const fruit_data *data,
                    int (*label)(double x, double y, uint64_t *state))
{
    uint64_t state = data->seed;
    for (size_t i = 0; i < data->points;) {
        double x = 0.03 + 0.94 * dice_share(&state), y = 0.03 + 0.94 * dice_share(&state);
        int k = label(x, y, &state);
        if (k < 0)
            continue;
        m->xy[2 * i] = (float)(x + data->noise * (dice_share(&state) - dice_share(&state)));
        m->xy[2 * i + 1] = (float)(y + data->noise * (dice_share(&state) - dice_share(&state)));
        m->labels[i++] = k;
    }
}

static ink_status generate(fruit_model *m, const fruit_data *data, ink_error *err)
{
    char name[96];
    ink_dataset_options options;
    ink_dataset *set = NULL;
    snprintf(name, sizeof name, "fruit:%s noise %.9g points %zu", data->shape, data->noise,
             data->points);
    ink_dataset_options_init(&options);
    options.seed = data->seed;
    ink_status status = ink_dataset_open(name, &options, &set, NULL, err);
    for (size_t i = 0; status == INK_OK && i < data->points; i++) {
        const float *at = ink_dataset_values(set, i);
        m->xy[2 * i] = at[0];
        m->xy[2 * i + 1] = at[1];
        m->labels[i] = ink_dataset_label(set, i);
    }
    ink_dataset_free(set);
    return status;
}

/* The generator's words are blanks and commas apart: a shape is one plain word. */
static bool is_word(const char *text)
{
    return *text && strspn(text, "abcdefghijklmnopqrstuvwxyz") == strlen(text);
}

ink_status fruit_model_set_data(fruit_model *m, const fruit_data *data, ink_error *err)
{
    if (!is_word(data->shape))
        return say_error(err, INK_EINVAL, "a shape is one word, such as moons, not \"%s\"",
                         data->shape);
    if (data->points < 2 || data->points > FRUIT_POINTS)
        return say_error(err, INK_EINVAL, "here are 2 to %d points, not %zu", FRUIT_POINTS,
                         data->points);
    if (!(data->noise >= 0 && data->noise <= 1))
        return say_error(err, INK_EINVAL, "noise is a number from 0 to 1, not %g", data->noise);
    if (strcmp(data->shape, "random") == 0) {
        scatter(m, data, at_random);
    } else if (strcmp(data->shape, "bend") == 0) {
        scatter(m, data, below_bend);
    } else {
        ink_status status = generate(m, data, err);
        if (status != INK_OK)
            return status;
    }
    m->data = *data;
    m->data.hand = false;
    m->count = data->points;
    fruit_model_interfere(m);
    return INK_OK;
}

/* ---- by hand ---- */

static unsigned cell_of(double v)
{
    double at = (v - LEAST) / SPAN * GRID;
    return (unsigned)(fmin(fmax(at, 0), GRID) + 0.5);
}

static float place_of(unsigned cell)
{
    return (float)(LEAST + SPAN * (double)cell / GRID);
}

static void set_point(fruit_model *m, size_t index, double x, double y, int label)
{
    m->xy[2 * index] = place_of(cell_of(x));
    m->xy[2 * index + 1] = place_of(cell_of(y));
    m->labels[index] = label;
}

/* From now on links tell every point. */
static void by_hand(fruit_model *m)
{
    for (size_t i = 0; !m->data.hand && i < m->count; i++)
        set_point(m, i, (double)m->xy[2 * i], (double)m->xy[2 * i + 1], m->labels[i]);
    m->data.hand = true;
    fruit_model_interfere(m);
}

static ink_status check_point(double x, double y, int label, ink_error *err)
{
    if (!(x >= LEAST && x <= LEAST + SPAN && y >= LEAST && y <= LEAST + SPAN))
        return say_error(err, INK_EINVAL,
                         "a point lies between -0.25 and 1.25 each way, not at (%g, %g)", x, y);
    if (label < 0 || label >= FRUIT_CLASSES)
        return say_error(err, INK_EINVAL, "a point is of class 0 (safe) or 1 (poisonous), not %d",
                         label);
    return INK_OK;
}

ink_status fruit_model_place(fruit_model *m, double x, double y, int label, ink_error *err)
{
    if (m->count == FRUIT_POINTS)
        return say_error(err, INK_EINVAL,
                         "there are %d points already, and there is room for no more",
                         FRUIT_POINTS);
    ink_status status = check_point(x, y, label, err);
    if (status != INK_OK)
        return status;
    by_hand(m);
    set_point(m, m->count++, x, y, label);
    return INK_OK;
}

static ink_status check_index(const fruit_model *m, size_t index, ink_error *err)
{
    return index < m->count ? INK_OK
                            : say_error(err, INK_EINVAL, "there is no point %zu: there are %zu",
                                        index, m->count);
}

ink_status fruit_model_move(fruit_model *m, size_t index, double x, double y, int label,
                            ink_error *err)
{
    ink_status status = check_index(m, index, err);
    if (status == INK_OK)
        status = check_point(x, y, label, err);
    if (status != INK_OK)
        return status;
    by_hand(m);
    set_point(m, index, x, y, label);
    return INK_OK;
}

ink_status fruit_model_remove(fruit_model *m, size_t index, ink_error *err)
{
    ink_status status = check_index(m, index, err);
    if (status != INK_OK)
        return status;
    by_hand(m);
    m->count--;
    memmove(m->xy + 2 * index, m->xy + 2 * index + 2, 2 * (m->count - index) * sizeof *m->xy);
    memmove(m->labels + index, m->labels + index + 1, (m->count - index) * sizeof *m->labels);
    return INK_OK;
}

/* ---- as letters ---- */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *fruit_model_points_code(const fruit_model *m)
{
    char *code = malloc(CODE_LETTERS * m->count + 1), *at = code;
    if (!code)
        return NULL;
    for (size_t i = 0; i < m->count; i++) {
        unsigned bits = cell_of((double)m->xy[2 * i]) << 13 |
                        cell_of((double)m->xy[2 * i + 1]) << 2 | (unsigned)m->labels[i];
        for (int shift = 18; shift >= 0; shift -= 6)
            *at++ = letters[bits >> shift & 63];
    }
    *at = '\0';
    return code;
}

ink_status fruit_model_set_points(fruit_model *m, const char *code, ink_error *err)
{
    size_t length = strlen(code), count = length / CODE_LETTERS;
    if (length % CODE_LETTERS != 0 || count > FRUIT_POINTS)
        return say_error(err, INK_EINVAL,
                         "points are four letters each, at most %d of them; found %zu letters",
                         FRUIT_POINTS, length);
    if (strspn(code, letters) != length)
        return say_error(err, INK_EINVAL, "\"%.10s\" is no letter of a point",
                         code + strspn(code, letters));
    for (size_t i = 0; i < length; i += CODE_LETTERS)
        if ((strchr(letters, code[i + 3]) - letters) % 4 >= FRUIT_CLASSES)
            return say_error(err, INK_EINVAL, "point %zu is of no known class",
                             i / CODE_LETTERS + 1);
    for (size_t i = 0; i < count; i++) {
        unsigned bits = 0;
        for (size_t k = 0; k < CODE_LETTERS; k++)
            bits = bits << 6 | (unsigned)(strchr(letters, code[CODE_LETTERS * i + k]) - letters);
        m->xy[2 * i] = place_of(bits >> 13);
        m->xy[2 * i + 1] = place_of(bits >> 2 & GRID);
        m->labels[i] = (int32_t)(bits & 3);
    }
    m->count = count;
    m->data.hand = true;
    fruit_model_interfere(m);
    return INK_OK;
}
