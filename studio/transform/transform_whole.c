/* The whole test set under a random change, and one picture along every slider. */
#include "studio/transform/transform_scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void transform_ask(transform_scene *s, int which, const uint8_t *pixels, float *scores)
{
    uint8_t copy[WARP_AREA];
    bool blank = false;
    memcpy(copy, pixels, sizeof copy);
    ink_picture picture = {WARP_SIDE, WARP_SIDE, 1, copy};
    recogniser *who = s->who[which];
    if (!who || recogniser_ask(who, &picture, s->framing, scores, &blank, NULL) != INK_OK)
        memset(scores, 0, TRANSFORM_CLASSES * sizeof *scores);
}

int transform_best(const float *scores)
{
    int best = -1;
    for (int i = 0; i < TRANSFORM_CLASSES; i++)
        if (scores[i] > (best < 0 ? 0 : scores[best]))
            best = i;
    return best;
}

/* ---- one picture along a slider ---- */

void transform_tell_strip(transform_scene *s, int field)
{
    const warp_range *range = &warp_ranges[field];
    int32_t guesses[TRANSFORM_NETWORKS][TRANSFORM_STEPS];
    float sure[TRANSFORM_NETWORKS][TRANSFORM_STEPS];
    for (int i = 0; i < TRANSFORM_STEPS; i++) {
        warp w = s->warp;
        uint8_t pixels[WARP_AREA];
        float scores[RECOGNISER_MOST_CLASSES];
        float t = (float)i / (TRANSFORM_STEPS - 1);
        *warp_value(&w, (warp_field)field) = range->least + t * (range->most - range->least);
        warp_apply(&w, s->seed, s->picture, pixels);
        for (int k = 0; k < TRANSFORM_NETWORKS; k++) {
            transform_ask(s, k, pixels, scores);
            guesses[k][i] = transform_best(scores);
            sure[k][i] = guesses[k][i] < 0 ? 0 : scores[guesses[k][i]];
        }
    }
    char kind[32] = "strip_";
    strncat(kind, range->name, sizeof kind - strlen(kind) - 1);
    json_t *body = json_pack("{s:s, s:i, s:i}", "field", range->name, "steps", TRANSFORM_STEPS,
                             "label", s->label);
    desk_array arrays[] = {{"i32", guesses, sizeof guesses / sizeof **guesses},
                           {"f32", sure, sizeof sure / sizeof **sure}};
    if (body)
        desk_tell_arrays(s->desk, &scene_transform, kind, body, arrays, 2);
}

/* ---- the whole set ---- */

/* Every so many-th test picture, so that all of the set is represented. */
static ink_dataset *some_of(const ink_dataset *test, ink_error *err)
{
    size_t count = ink_dataset_count(test), step = count / TRANSFORM_WHOLE;
    step = step > 0 ? step : 1;
    size_t taken = count / step < TRANSFORM_WHOLE ? count / step : TRANSFORM_WHOLE;
    uint8_t *pixels = malloc(taken * WARP_AREA + 1);
    int32_t *labels = malloc(taken * sizeof *labels + 1);
    for (size_t i = 0; pixels && labels && i < taken; i++) {
        memcpy(pixels + i * WARP_AREA, ink_dataset_pixels(test, i * step), WARP_AREA);
        labels[i] = ink_dataset_label(test, i * step);
    }
    ink_dataset *some = pixels && labels
                            ? ink_dataset_new_pictures(taken, WARP_SIDE, WARP_SIDE, 1, pixels,
                                                       labels, TRANSFORM_CLASSES, NULL, err)
                            : NULL;
    free(pixels);
    free(labels);
    return some;
}

void transform_release_whole(transform_whole *whole)
{
    ink_dataset_free(whole->sets[0]);
    ink_dataset_free(whole->sets[1]);
    whole->sets[0] = whole->sets[1] = NULL;
}

void transform_restart_whole(transform_scene *s, bool plain_too)
{
    transform_whole *w = &s->whole;
    ink_dataset_free(w->sets[1]);
    w->sets[1] = NULL;
    w->told = false;
    for (int set = plain_too ? 0 : 1; set < 2; set++) {
        memset(w->right[set], 0, sizeof w->right[set]);
        w->asked[set] = 0;
    }
}

static bool make_sets(transform_scene *s)
{
    transform_whole *w = &s->whole;
    if (!w->sets[0])
        w->sets[0] = some_of(s->data.test, NULL);
    if (w->sets[0] && !w->sets[1])
        w->sets[1] =
            ink_dataset_augmented(w->sets[0], &s->augment, 1, s->seed, desk_pool(s->desk), NULL);
    return w->sets[1] != NULL;
}

static void ask_about(transform_scene *s, int set, size_t index)
{
    transform_whole *w = &s->whole;
    const uint8_t *pixels = ink_dataset_pixels(w->sets[set], index);
    int32_t label = ink_dataset_label(w->sets[set], index);
    for (int k = 0; k < TRANSFORM_NETWORKS; k++) {
        float scores[RECOGNISER_MOST_CLASSES];
        transform_ask(s, k, pixels, scores);
        int32_t guess = transform_best(scores);
        w->right[set][k] += guess == label;
        if (set == 1 && index < TRANSFORM_SHOWN)
            w->guesses[k][index] = guess;
    }
    w->asked[set]++;
}

static json_t *counts(const size_t right[TRANSFORM_NETWORKS])
{
    return json_pack("[I, I, I]", (json_int_t)right[0], (json_int_t)right[1], (json_int_t)right[2]);
}

static void tell_whole(transform_scene *s)
{
    transform_whole *w = &s->whole;
    size_t count = ink_dataset_count(w->sets[1]);
    size_t shown = w->asked[1] < TRANSFORM_SHOWN ? w->asked[1] : TRANSFORM_SHOWN;
    uint8_t *pixels = malloc(shown * WARP_AREA + 1);
    int32_t labels[TRANSFORM_SHOWN];
    char text[200];
    ink_augment_print(&s->augment, text, sizeof text);
    for (size_t i = 0; pixels && i < shown; i++) {
        memcpy(pixels + i * WARP_AREA, ink_dataset_pixels(w->sets[1], i), WARP_AREA);
        labels[i] = ink_dataset_label(w->sets[1], i);
    }
    json_t *body =
        json_pack("{s:I, s:I, s:I, s:o, s:o, s:s, s:b, s:I}", "count", (json_int_t)count, "asked",
                  (json_int_t)w->asked[1], "asked_plain", (json_int_t)w->asked[0], "right",
                  counts(w->right[1]), "right_plain", counts(w->right[0]), "augment", text,
                  "framing", s->framing, "shown", (json_int_t)shown);
    desk_array arrays[] = {{"u8", pixels, pixels ? shown * WARP_AREA : 0},
                           {"i32", labels, shown},
                           {"i32", w->guesses[0], shown},
                           {"i32", w->guesses[1], shown},
                           {"i32", w->guesses[2], shown}};
    if (body)
        desk_tell_arrays(s->desk, &scene_transform, "whole", body, arrays, 5);
    free(pixels);
}

bool transform_work_whole(transform_scene *s)
{
    transform_whole *w = &s->whole;
    if (!s->loaded || w->told || !make_sets(s))
        return true;
    double until = desk_now() + SCENE_SLICE / 2;
    size_t count = ink_dataset_count(w->sets[1]);
    while (desk_now() < until && (w->asked[1] < count || w->asked[0] < count)) {
        int set = w->asked[1] < count ? 1 : 0;
        ask_about(s, set, w->asked[set]);
    }
    w->told = w->asked[0] >= count && w->asked[1] >= count;
    if (w->told || desk_wants(s->desk, &scene_transform, "whole"))
        tell_whole(s);
    return w->told;
}
