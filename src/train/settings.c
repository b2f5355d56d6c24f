/* The settings of a run: defaults, ranges, and the way into a checkpoint and back. */
#include "train/settings.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/augment.h"
#include "nn/cost.h"
#include "nn/optimizer.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum kind {
    FLOAT,
    DOUBLE,
    SIZE,
    SEED,
    FLAG,
    COST,
    GRADIENT,
    OPTIMIZER,
    SCHEDULE,
    PRECISION
} kind;

/* One row a setting: the only list of them. Numbers have a range. */
typedef struct field {
    const char *name;
    kind kind;
    size_t offset;
    double least, most;
} field;

#define FIELD(member, kind, least, most)                                                           \
    {                                                                                              \
#member, kind, offsetof(ink_train_settings, member), least, most                           \
    }

static const double TINY = 1e-30; /* the least of what must be above 0 */

static const field fields[] = {
    FIELD(cost, COST, 0, 0),
    FIELD(gradient, GRADIENT, 0, 0),
    FIELD(optimizer, OPTIMIZER, 0, 0),
    FIELD(rate, FLOAT, 1e-30, 1e30),
    FIELD(momentum, FLOAT, 0, 0.999999),
    FIELD(beta2, FLOAT, 0, 0.999999),
    FIELD(epsilon, FLOAT, 0, 1),
    FIELD(weight_decay, FLOAT, 0, 1e6),
    FIELD(bias_rate, FLOAT, 0, 1e6),
    FIELD(dense_rate, FLOAT, 0, 1e6),
    FIELD(bias_decay, FLOAT, 0, 1e6),
    FIELD(dense_decay, FLOAT, 0, 1e6),
    FIELD(schedule, SCHEDULE, 0, 0),
    FIELD(decay, FLOAT, 0, 1e6),
    FIELD(warmup, FLOAT, 0, 1e6),
    FIELD(clip, FLOAT, 0, 1e30),
    FIELD(label_smoothing, FLOAT, 0, 0.5),
    FIELD(average, FLOAT, 0, 0.999999),
    FIELD(nudge, FLOAT, 1e-9, 1),
    FIELD(precision, PRECISION, 0, 0),
    FIELD(batch, SIZE, 0, 1000000),
    FIELD(epochs, DOUBLE, 1e-9, 1e6),
    FIELD(patience, SIZE, 0, 1e9),
    FIELD(keep_best, FLAG, 0, 0),
    FIELD(eval_every, DOUBLE, 0, 1e6),
    FIELD(eval_limit, SIZE, 0, 4e9),
    FIELD(seed, SEED, 0, 0),
    FIELD(checkpoint_seconds, DOUBLE, 0, 1e9),
};
enum { FIELDS = sizeof fields / sizeof *fields };

void ink_train_settings_init(ink_train_settings *settings)
{
    *settings = (ink_train_settings){.cost = INK_COST_CROSS_ENTROPY,
                                     .gradient = INK_GRADIENT_BACKPROP,
                                     .optimizer = INK_OPTIMIZER_MOMENTUM,
                                     .rate = 0.05f,
                                     .momentum = 0.9f,
                                     .epsilon = 1e-8f,
                                     .bias_rate = 1,
                                     .dense_rate = 1,
                                     .dense_decay = 1,
                                     .schedule = INK_SCHEDULE_CONSTANT,
                                     .nudge = 1e-3f,
                                     .batch = 32,
                                     .epochs = 10,
                                     .eval_every = 1,
                                     .eval_limit = 10000,
                                     .seed = 1,
                                     .checkpoint_seconds = 30};
}

static double number_at(const field *f, const char *at)
{
    switch (f->kind) {
    case FLOAT:
        return (double)*(const float *)(const void *)at;
    case DOUBLE:
        return *(const double *)(const void *)at;
    case SIZE:
        return (double)*(const size_t *)(const void *)at;
    default:
        return 0;
    }
}

static ink_status check_range(const field *f, const ink_train_settings *settings, ink_error *err)
{
    double value = number_at(f, (const char *)settings + f->offset);
    double most = f->kind == FLOAT ? (double)(float)f->most : f->most; /* 1e30 is no float */
    if (f->least >= f->most || (value >= f->least && value <= most))
        return INK_OK;
    if (f->least > 0 && f->least <= TINY && !(value > most))
        return ink__fail(err, INK_EINVAL, "%s is %g; it must be above 0", f->name, value);
    return ink__fail(err, INK_EINVAL, "%s is %g; it must be %.9g to %.9g", f->name, value, f->least,
                     f->most);
}

ink_status ink__check_fit(const ink_network *network, const ink_dataset *dataset, ink_error *err)
{
    int height, width, channels, data_height, data_width, data_channels;
    ink_network_input_shape(network, &height, &width, &channels);
    ink_dataset_shape(dataset, &data_height, &data_width, &data_channels);
    size_t size = (size_t)data_height * (size_t)data_width * (size_t)data_channels;
    bool vector = height == 1 && channels == 1;
    char instead[80];
    if (vector)
        snprintf(instead, sizeof instead, "%zu", size);
    else /* layers that look at pictures need their shape */
        snprintf(instead, sizeof instead, "%dx%dx%d", data_height, data_width, data_channels);
    if (size != ink_network_input_size(network) ||
        (!vector && (height != data_height || width != data_width || channels != data_channels)))
        return ink__fail(err, INK_EINVAL,
                         "the samples of %.100s are %d x %d x %d, %zu numbers, but the network "
                         "begins with %zu inputs (%d x %d x %d); write %s instead",
                         ink_dataset_name(dataset), data_height, data_width, data_channels, size,
                         ink_network_input_size(network), height, width, channels, instead);
    size_t nodes = ink_network_output_size(network);
    if (nodes != (size_t)ink_dataset_classes(dataset))
        return ink__fail(err, INK_EINVAL,
                         "%.100s has %d classes, but the network ends in %zu nodes; it needs one "
                         "for each class",
                         ink_dataset_name(dataset), ink_dataset_classes(dataset), nodes);
    return INK_OK;
}

static ink_status check_network(const ink_train_settings *settings, const ink_network *network,
                                ink_error *err)
{
    for (size_t i = 0; i < ink_network_layer_count(network); i++)
        if (strstr(ink_network_layer(network, i).text, "step") != NULL &&
            settings->gradient == INK_GRADIENT_BACKPROP)
            return ink__fail(
                err, INK_EINVAL,
                "layer %zu (%s) cannot learn: the slope of a step is 0 everywhere; use "
                "sigmoid, its smooth brother",
                i + 1, ink_network_layer(network, i).text);
    if (!ink__optimizer_suits(settings->optimizer, network))
        return ink__fail(err, INK_EINVAL,
                         "the optimizer %s is for the weights of convolutions, and the network has "
                         "none; use nesterov, which does the same for dense layers, or adamw",
                         ink_optimizer_name(settings->optimizer));
    return ink__cost_suits(settings->cost, network, err);
}

ink_status ink_train_check(const ink_train_settings *settings, const ink_network *network,
                           const ink_dataset *train, const ink_dataset *test, ink_error *err)
{
    ink_status status = INK_OK;
    for (size_t i = 0; status == INK_OK && i < FIELDS; i++)
        status = check_range(&fields[i], settings, err);
    if (status == INK_OK)
        status = check_network(settings, network, err);
    if (status == INK_OK && !train)
        return ink_augment_check(&settings->augment, err);
    if (status == INK_OK)
        status = ink__check_fit(network, train, err);
    if (status == INK_OK && test)
        status = ink__check_fit(network, test, err);
    if (status != INK_OK)
        return status;
    if (ink_dataset_count(train) < 1)
        return ink__fail(err, INK_EINVAL, "%.100s has no samples to train on",
                         ink_dataset_name(train));
    status = ink__augment_fits(&settings->augment, train, true, err);
    if (status != INK_OK)
        return status;
    if ((settings->patience || settings->keep_best) && ink_dataset_count(train) < 2)
        return ink__fail(err, INK_EINVAL, "%.100s is too small to hold a part of it out",
                         ink_dataset_name(train));
    return INK_OK;
}

static void print_value(const field *f, const char *at, char *text, size_t size)
{
    const void *value = at;
    switch (f->kind) {
    case FLOAT:
    case DOUBLE:
        snprintf(text, size, "%.17g", number_at(f, at));
        break;
    case SIZE:
        snprintf(text, size, "%zu", *(const size_t *)value);
        break;
    case SEED:
        snprintf(text, size, "%" PRIu64, *(const uint64_t *)value);
        break;
    case FLAG:
        snprintf(text, size, "%d", *(const bool *)value);
        break;
    case COST:
        snprintf(text, size, "%s", ink_cost_name(*(const ink_cost *)value));
        break;
    case GRADIENT:
        snprintf(text, size, "%s", ink_gradient_method_name(*(const ink_gradient_method *)value));
        break;
    case OPTIMIZER:
        snprintf(text, size, "%s", ink_optimizer_name(*(const ink_optimizer *)value));
        break;
    case SCHEDULE:
        snprintf(text, size, "%s", ink_schedule_name(*(const ink_schedule *)value));
        break;
    case PRECISION:
        snprintf(text, size, "%s", ink_precision_name(*(const ink_precision *)value));
        break;
    }
}

char *ink__settings_print(const ink_train_settings *settings, ink_error *err)
{
    enum { LINE = 64 }; /* a name, a number and what is between them */
    size_t augment = (size_t)ink_augment_print(&settings->augment, NULL, 0);
    size_t room = LINE * (FIELDS + 1) + augment, used = 0;
    char *text = ink__alloc(room, 1, err), value[LINE];
    if (!text)
        return NULL;
    for (size_t i = 0; i < FIELDS; i++) {
        print_value(&fields[i], (const char *)settings + fields[i].offset, value, sizeof value);
        used += (size_t)snprintf(text + used, room - used, "%s %s\n", fields[i].name, value);
    }
    used += (size_t)snprintf(text + used, room - used, "augment ");
    used += (size_t)ink_augment_print(&settings->augment, text + used, room - used);
    snprintf(text + used, room - used, "\n");
    return text;
}

static ink_status parse_number(const field *f, const char *text, char *at, ink_error *err)
{
    void *value = at;
    char *end;
    errno = 0;
    double number = strtod(text, &end);
    unsigned long long whole = 0;
    bool counts = f->kind == SIZE || f->kind == SEED || f->kind == FLAG;
    if (counts)
        whole = strtoull(text, &end, 10);
    if (end == text || *end || errno == ERANGE || (counts && *text == '-'))
        return ink__fail(err, INK_EFORMAT, "the setting %s is \"%.40s\", which is no number",
                         f->name, text);
    if (f->kind == FLOAT)
        *(float *)value = (float)number;
    else if (f->kind == DOUBLE)
        *(double *)value = number;
    else if (f->kind == SIZE)
        *(size_t *)value = (size_t)whole;
    else if (f->kind == SEED)
        *(uint64_t *)value = whole;
    else
        *(bool *)value = whole != 0;
    return INK_OK;
}

static ink_status parse_value(const field *f, const char *text, char *at, ink_error *err)
{
    void *value = at;
    switch (f->kind) {
    case COST:
        return ink_cost_parse(text, value, err);
    case GRADIENT:
        return ink_gradient_method_parse(text, value, err);
    case OPTIMIZER:
        return ink_optimizer_parse(text, value, err);
    case SCHEDULE:
        return ink_schedule_parse(text, value, err);
    case PRECISION:
        return ink_precision_parse(text, value, err);
    default:
        return parse_number(f, text, at, err);
    }
}

static ink_status parse_line(char *line, ink_train_settings *settings, ink_error *err)
{
    char *value = strchr(line, ' ');
    if (!value)
        return ink__fail(err, INK_EFORMAT, "\"%.40s\" is no setting with its value", line);
    *value++ = '\0';
    if (strcmp(line, "augment") == 0)
        return ink_augment_parse(value, &settings->augment, err);
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(line, fields[i].name) == 0)
            return parse_value(&fields[i], value, (char *)settings + fields[i].offset, err);
    return ink__fail(err, INK_EFORMAT, "there is no setting \"%.40s\"", line);
}

ink_status ink__settings_parse(const char *text, ink_train_settings *settings, ink_error *err)
{
    ink_train_settings fresh;
    ink_train_settings_init(&fresh);
    char *copy = ink__strdup(text, err);
    ink_status status = copy ? INK_OK : INK_ENOMEM;
    for (char *at = copy; status == INK_OK && *at;) {
        size_t length = strcspn(at, "\n");
        char *next = at + length + (at[length] == '\n');
        at[length] = '\0';
        status = parse_line(at, &fresh, err);
        at = next;
    }
    for (size_t i = 0; status == INK_OK && i < FIELDS; i++)
        status = check_range(&fields[i], &fresh, err);
    ink__free(copy);
    if (status == INK_OK)
        *settings = fresh;
    return status;
}
