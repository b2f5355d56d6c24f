/* Points, a small network, and its learning, for the scenes Fruit and Microscope. */
#include "studio/fruit/fruit_model.h"

#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const method_names[] = {"finite", "full", "mini", "momentum"};
static const char *const method_titles[] = {"finite differences", "backpropagation, all points",
                                            "backpropagation, mini-batches",
                                            "mini-batches with momentum"};

const char *fruit_method_name(fruit_method method)
{
    return method_names[method];
}

const char *fruit_method_title(fruit_method method)
{
    return method_titles[method];
}

ink_status fruit_method_parse(const char *name, fruit_method *method, ink_error *err)
{
    for (size_t i = 0; i < FRUIT_METHODS; i++)
        if (strcmp(method_names[i], name) == 0) {
            *method = (fruit_method)i;
            return INK_OK;
        }
    return say_error(err, INK_EINVAL,
                     "there is no method \"%.40s\"; known are finite, full, mini, momentum", name);
}

/* ---- learning ---- */

/* What was learnt so far stays; the next step makes a new trainer. */
static void drop_trainer(fruit_model *m)
{
    if (m->trainer) {
        fruit_progress done = fruit_model_progress(m);
        m->updates_before = done.updates;
        m->seconds_before = done.seconds;
        m->passes_before = done.passes;
        m->epochs_before = done.epochs;
    }
    ink_trainer_free(m->trainer);
    ink_dataset_free(m->set);
    m->trainer = NULL;
    m->set = NULL;
}

void fruit_model_interfere(fruit_model *m)
{
    drop_trainer(m);
    m->clean = m->updates_before == 0;
    m->version++;
}

/* The weights of now are where it begins. */
static void begin_here(fruit_model *m)
{
    drop_trainer(m);
    m->updates_before = 0;
    m->seconds_before = m->passes_before = m->epochs_before = 0;
    m->clean = true;
    m->version++;
    memcpy(m->start, ink_network_parameters(m->network),
           fruit_parameters(&m->shape) * sizeof *m->start);
}

void fruit_train_settings(const fruit_model *m, fruit_method method, ink_train_settings *s)
{
    ink_train_settings_init(s);
    s->cost = m->settings.cost;
    s->gradient = method == FRUIT_FINITE ? INK_GRADIENT_FINITE : INK_GRADIENT_BACKPROP;
    s->optimizer = method == FRUIT_MOMENTUM ? INK_OPTIMIZER_MOMENTUM : INK_OPTIMIZER_SGD;
    s->rate = (float)m->settings.rate;
    s->momentum = (float)m->settings.momentum;
    s->batch = method == FRUIT_FINITE || method == FRUIT_FULL ? 0 : m->settings.batch;
    s->bias_rate = m->biases ? 1 : 0;
    s->epochs = 1e6;
    s->seed = m->seed;
}

ink_dataset *fruit_model_dataset(const fruit_model *m, ink_error *err)
{
    static const char *const classes[] = {"safe", "poisonous"};
    if (m->count == 0) {
        say_error(err, INK_EINVAL,
                  "there are no points to learn from: click on the chart to place some");
        return NULL;
    }
    return ink_dataset_new_vectors(m->count, 2, m->xy, m->labels, FRUIT_CLASSES, classes, err);
}

static ink_status make_trainer(fruit_model *m, ink_error *err)
{
    if (m->trainer)
        return INK_OK;
    ink_train_settings settings;
    ink_input input;
    fruit_train_settings(m, m->settings.method, &settings);
    if (!(m->set = fruit_model_dataset(m, err)))
        return err->status;
    ink_input_for(m->set, &input);
    m->trainer = ink_trainer_new(m->network, &input, m->set, &settings, NULL, err);
    if (m->trainer)
        return INK_OK;
    ink_dataset_free(m->set);
    m->set = NULL;
    return err->status;
}

ink_status fruit_model_can_learn(fruit_model *m, ink_error *err)
{
    return make_trainer(m, err);
}

ink_status fruit_model_step(fruit_model *m, ink_error *err)
{
    ink_status status = make_trainer(m, err);
    if (status == INK_OK)
        status = ink_trainer_step(m->trainer, err);
    m->version++;
    return status;
}

fruit_progress fruit_model_progress(const fruit_model *m)
{
    fruit_progress p = {.updates = m->updates_before,
                        .epochs = m->epochs_before,
                        .seconds = m->seconds_before,
                        .passes = m->passes_before};
    if (!m->trainer)
        return p;
    ink_trainer_progress now = ink_trainer_look(m->trainer);
    p.updates += now.update;
    p.epochs += now.epoch;
    p.seconds += now.train_seconds + now.load_seconds;
    p.passes += now.forward_passes * (double)now.batch;
    return p;
}

/* ---- the network ---- */

ink_status fruit_model_set_shape(fruit_model *m, const fruit_shape *shape, ink_error *err)
{
    char text[FRUIT_TEXT];
    fruit_shape_text(shape, text);
    ink_network *network = ink_network_new(text, err);
    float *start = network ? malloc(fruit_parameters(shape) * sizeof *start) : NULL;
    if (!start) {
        ink_network_free(network);
        return network ? say_error(err, INK_ENOMEM, "there is no memory for the network")
                       : err->status;
    }
    drop_trainer(m);
    ink_network_free(m->network);
    free(m->start);
    m->network = network;
    m->start = start;
    m->shape = *shape;
    if (!fruit_is_bounded(shape))
        m->settings.cost = INK_COST_SQUARED; /* the other needs answers from 0 to 1 */
    fruit_model_new_start(m, m->seed);
    return INK_OK;
}

ink_status fruit_model_set_activations(fruit_model *m, const fruit_shape *shape, ink_error *err)
{
    double w[FRUIT_MOST];
    size_t count = fruit_parameters(&m->shape);
    bool by_hand = m->hand_set || fruit_model_progress(m).updates > 0;
    fruit_model_doubles(m, w);
    ink_status status = fruit_model_set_shape(m, shape, err);
    if (status == INK_OK && by_hand)
        status = fruit_model_set_weights(m, w, count, err);
    return status;
}

ink_status fruit_model_set_biases(fruit_model *m, bool on, ink_error *err)
{
    (void)err;
    float *w = ink_network_parameters(m->network);
    drop_trainer(m);
    for (size_t i = 0; !on && i < fruit_parameters(&m->shape); i++)
        if (fruit_is_bias(&m->shape, i))
            w[i] = 0;
    m->biases = on;
    m->hand_set = m->hand_set || m->updates_before > 0;
    begin_here(m);
    return INK_OK;
}

ink_status fruit_model_set_weights(fruit_model *m, const double *values, size_t count,
                                   ink_error *err)
{
    float *w = ink_network_parameters(m->network);
    if (count != fruit_parameters(&m->shape))
        return say_error(err, INK_EINVAL, "this network has %zu weights and biases, not %zu",
                         fruit_parameters(&m->shape), count);
    for (size_t i = 0; i < count; i++)
        if (!(fabs(values[i]) <= 1000))
            return say_error(err, INK_EINVAL, "a weight is a number from -1000 to 1000, not %g",
                             values[i]);
    for (size_t i = 0; i < count; i++)
        w[i] = (float)values[i];
    m->hand_set = true;
    begin_here(m);
    return INK_OK;
}

ink_status fruit_model_set_weight(fruit_model *m, size_t parameter, double value, ink_error *err)
{
    if (parameter >= fruit_parameters(&m->shape))
        return say_error(err, INK_EINVAL, "there is no weight %zu: this network has %zu", parameter,
                         fruit_parameters(&m->shape));
    if (!m->biases && fruit_is_bias(&m->shape, parameter))
        return say_error(err, INK_EINVAL, "biases are switched off: switch them on first");
    double w[FRUIT_MOST];
    fruit_model_doubles(m, w);
    w[parameter] = value;
    return fruit_model_set_weights(m, w, fruit_parameters(&m->shape), err);
}

void fruit_model_rewind(fruit_model *m)
{
    drop_trainer(m);
    memcpy(ink_network_parameters(m->network), m->start,
           fruit_parameters(&m->shape) * sizeof *m->start);
    begin_here(m);
}

void fruit_model_new_start(fruit_model *m, uint64_t seed)
{
    drop_trainer(m);
    m->seed = seed;
    m->hand_set = false;
    ink_network_init(m->network, INK_INIT_AUTO, seed);
    begin_here(m);
}

ink_status fruit_model_set_settings(fruit_model *m, const fruit_settings *s, ink_error *err)
{
    if (s->cost == INK_COST_CROSS_ENTROPY && !fruit_is_bounded(&m->shape))
        return say_error(
            err, INK_EINVAL,
            "cross-entropy needs answers between 0 and 1: give the output layer sigmoid or "
            "softmax");
    if (!(s->rate > 0 && s->rate <= 1000))
        return say_error(err, INK_EINVAL, "the rate is a number above 0, at most 1000, not %g",
                         s->rate);
    if (!(s->momentum >= 0 && s->momentum < 1))
        return say_error(err, INK_EINVAL, "momentum is a number from 0 to below 1, not %g",
                         s->momentum);
    if (s->batch < 1 || s->batch > FRUIT_POINTS)
        return say_error(err, INK_EINVAL, "a batch has 1 to %d points, not %zu", FRUIT_POINTS,
                         s->batch);
    m->settings = *s;
    fruit_model_interfere(m);
    return INK_OK;
}

/* ---- looking ---- */

const float *fruit_model_parameters(const fruit_model *m)
{
    return ink_network_parameters_const(m->network);
}

void fruit_model_doubles(const fruit_model *m, double w[FRUIT_MOST])
{
    const float *from = fruit_model_parameters(m);
    for (size_t i = 0; i < fruit_parameters(&m->shape); i++)
        w[i] = (double)from[i];
}

double fruit_model_judge(const fruit_model *m, uint8_t *wrong)
{
    double w[FRUIT_MOST], sum = 0;
    size_t last = m->shape.layers - 1;
    fruit_pass pass;
    fruit_model_doubles(m, w);
    for (size_t i = 0; i < m->count; i++) {
        int label = m->labels[i];
        double x[] = {(double)m->xy[2 * i], (double)m->xy[2 * i + 1]};
        fruit_forward(&m->shape, w, x, (double[]){label == 0, label == 1}, m->settings.cost, &pass);
        sum += pass.cost;
        wrong[i] = (pass.a[last][1] > pass.a[last][0]) != (label == 1);
    }
    return m->count ? sum / (double)m->count : 0;
}

double fruit_model_cost(const fruit_model *m, size_t *right)
{
    uint8_t wrong[FRUIT_POINTS];
    double cost = fruit_model_judge(m, wrong);
    size_t good = m->count;
    for (size_t i = 0; i < m->count; i++)
        good -= wrong[i];
    if (right)
        *right = good;
    return cost;
}

bool fruit_model_plane(const fruit_model *m, double least, double most, size_t side, float *margins)
{
    ink_workspace *ws = ink_workspace_new(m->network, side, false, NULL, NULL);
    float *x = ws ? malloc(2 * side * sizeof *x) : NULL;
    double field = (most - least) / (double)side;
    for (size_t row = 0; x && row < side; row++) {
        for (size_t i = 0; i < side; i++) {
            x[2 * i] = (float)(least + ((double)i + 0.5) * field);
            x[2 * i + 1] = (float)(least + ((double)row + 0.5) * field);
        }
        const float *y = ink_predict(m->network, ws, x, side);
        for (size_t i = 0; i < side; i++)
            margins[row * side + i] = y[2 * i] - y[2 * i + 1];
    }
    bool good = x != NULL;
    free(x);
    ink_workspace_free(ws);
    return good;
}

/* ---- the beginning and the end ---- */

fruit_model *fruit_model_new(ink_error *err)
{
    fruit_model *m = calloc(1, sizeof *m);
    if (!m) {
        say_error(err, INK_ENOMEM, "there is no memory for the fruit");
        return NULL;
    }
    m->seed = 1;
    m->biases = true;
    m->settings = (fruit_settings){INK_COST_SQUARED, FRUIT_MOMENTUM, 0.1, 0.9, 10};
    if (fruit_model_lesson(m, 1, err) == INK_OK)
        return m;
    fruit_model_free(m);
    return NULL;
}

void fruit_model_release(fruit_model *m)
{
    drop_trainer(m);
    ink_network_free(m->network);
    free(m->start);
}

void fruit_model_free(fruit_model *m)
{
    if (m)
        fruit_model_release(m);
    free(m);
}
