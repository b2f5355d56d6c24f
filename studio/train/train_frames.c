/* Frames of the scene "train". */
#include "studio/train/train_frames.h"

#include "studio/say.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_PICTURE = 64 * 64 * 3 };

const char *phase_name(run_phase phase)
{
    static const char *const names[] = {"empty",   "loading", "paused",   "playing",
                                        "seeking", "done",    "diverged", "failed"};
    return (size_t)phase < sizeof names / sizeof *names ? names[phase] : "empty";
}

static void set_number(json_t *object, const char *key, double value)
{
    json_object_set_new(object, key, say_number(value));
}

static void set_count(json_t *object, const char *key, size_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* The latest test at or before the update at hand; its place, or `count`. */
static size_t tested_now(const train_numbers *n)
{
    size_t found = n->count;
    for (size_t i = 0; i < n->count && n->points[i].update <= (float)n->status->update; i++)
        if (isfinite(n->points[i].test_accuracy) || isfinite(n->points[i].train_accuracy))
            found = i;
    return found;
}

static void set_accuracy(json_t *object, const char *const keys[3], double accuracy, size_t count)
{
    double low = (double)NAN, high = (double)NAN;
    if (isfinite(accuracy) && count > 0)
        ink_interval((size_t)llround(accuracy * (double)count), count, &low, &high);
    set_number(object, keys[0], accuracy);
    set_number(object, keys[1], low);
    set_number(object, keys[2], high);
}

static void set_tests(json_t *object, const train_numbers *n)
{
    const run_status *s = n->status;
    size_t at = tested_now(n);
    double train = (double)NAN, test = (double)NAN, train_cost = (double)NAN,
           test_cost = (double)NAN;
    if (s->tested_at <= s->update) {
        train = s->train_accuracy, test = s->test_accuracy;
        train_cost = s->train_cost, test_cost = s->test_cost;
        set_count(object, "tested_at", s->tested_at);
    } else if (at < n->count) {
        const run_point *p = &n->points[at];
        train = (double)p->train_accuracy, test = (double)p->test_accuracy;
        train_cost = (double)p->train_cost, test_cost = (double)p->test_cost;
        set_count(object, "tested_at", (size_t)p->update);
    }
    set_accuracy(object, (const char *[]){"train_accuracy", "train_low", "train_high"}, train,
                 n->status->trained_on);
    set_accuracy(object, (const char *[]){"test_accuracy", "test_low", "test_high"}, test,
                 n->status->tested_on);
    set_number(object, "train_cost", train_cost);
    set_number(object, "test_cost", test_cost);
}

json_t *status_frame(const train_numbers *n)
{
    const run_status *s = n->status;
    json_t *o =
        json_pack("{s:s, s:o}", "phase", phase_name(s->phase), "message", say_text(s->message));
    if (!o)
        return NULL;
    set_count(o, "begun", s->begun);
    set_count(o, "update", s->update);
    set_count(o, "furthest", s->furthest);
    set_count(o, "updates_per_epoch", s->updates_per_epoch);
    set_count(o, "images", s->images);
    set_count(o, "parameters", s->parameters);
    set_count(o, "test_count", s->tested_on);
    set_count(o, "earliest", s->earliest);
    set_count(o, "waiting", s->waiting);
    set_count(o, "messages", s->messages);
    json_object_set_new(o, "trouble", json_boolean(s->trouble));
    set_number(o, "epoch", s->epoch);
    set_number(o, "epochs", s->epochs);
    set_number(o, "seconds", s->seconds);
    set_number(o, "pictures_per_second", s->images_per_second);
    set_number(o, "cost", s->cost);
    set_number(o, "rate", s->rate);
    set_number(o, "gradient_norm", s->gradient_norm);
    set_number(o, "left", n->left);
    set_number(o, "loading", s->loading);
    set_tests(o, n);
    return o;
}

json_t *clock_frame(const run_status *s, const char *speed, uint64_t seed, bool wants_play)
{
    bool playing = s->phase == RUN_PLAYING || (s->phase == RUN_LOADING && wants_play);
    bool can_play = s->phase == RUN_LOADING || s->phase == RUN_PAUSED || s->phase == RUN_PLAYING ||
                    s->phase == RUN_SEEKING;
    return json_pack("{s:b, s:f, s:I, s:f, s:I, s:s, s:s, s:b}", "playing", playing, "epoch",
                     isfinite(s->epoch) ? s->epoch : 0.0, "updates", (json_int_t)s->update,
                     "seconds", isfinite(s->seconds) ? s->seconds : 0.0, "seed", (json_int_t)seed,
                     "speed", speed, "phase", phase_name(s->phase), "can_play", can_play);
}

json_t *doctor_frame(const doctor_finding *f)
{
    if (f->kind == DOCTOR_WELL)
        return json_pack("{s:n}", "finding");
    return json_pack("{s:{s:s, s:s, s:s, s:O?, s:b}}", "finding", "kind", doctor_name(f->kind),
                     "sentence", f->sentence, "repair", f->repair, "changes", f->changes, "anew",
                     f->anew);
}

/* ---- weights as pictures ---- */

/* The first weights of the network and the shape of a node's picture; false where it has none. */
static bool find_weights(const ink_model *model, ink_tensor_info *tensor, size_t shape[3])
{
    if (ink_network_tensor_count(model->network) == 0)
        return false;
    *tensor = ink_network_tensor(model->network, 0);
    size_t height = (size_t)model->picture_height, width = (size_t)model->picture_width,
           channels = (size_t)model->picture_channels;
    if (tensor->state)
        return false;
    if (tensor->rank == 2 && tensor->shape[0] == height * width * channels) {
        shape[0] = height, shape[1] = width, shape[2] = channels;
    } else if (tensor->rank == 4) {
        for (int k = 0; k < 3; k++)
            shape[k] = tensor->shape[k];
    } else {
        return false;
    }
    return shape[0] * shape[1] * shape[2] <= LARGEST_PICTURE && shape[0] > 1;
}

float *first_weights(const ink_model *model, size_t most, json_t **body, size_t *floats)
{
    ink_tensor_info tensor;
    size_t shape[3];
    if (!find_weights(model, &tensor, shape))
        return NULL;
    size_t size = shape[0] * shape[1] * shape[2], nodes = tensor.shape[tensor.rank - 1];
    size_t count = nodes < most ? nodes : most;
    float *out = malloc((size * count + 1) * sizeof *out);
    if (!out)
        return NULL;
    const float *w = ink_network_parameters_const(model->network) + tensor.offset;
    for (size_t node = 0; node < count; node++)
        for (size_t i = 0; i < size; i++)
            out[node * size + i] = w[i * nodes + node];
    *floats = size * count;
    *body = json_pack("{s:I, s:I, s:I, s:I, s:I}", "height", (json_int_t)shape[0], "width",
                      (json_int_t)shape[1], "channels", (json_int_t)shape[2], "count",
                      (json_int_t)count, "of", (json_int_t)nodes);
    return out;
}
