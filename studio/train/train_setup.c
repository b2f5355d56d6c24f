/* Settings to and from messages, from one table. */
#include "studio/train/train_setup.h"

#include "studio/say.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum field_kind { TEXT, FLOAT, DOUBLE, SIZE, SEED, CHOICE } field_kind;

typedef struct choice {
    const char *(*name)(const void *value);
    ink_status (*parse)(const char *name, void *value, ink_error *err);
    const char *options;
} choice;

#define CHOICE_OF(stem, type, words)                                                               \
    static const char *stem##_says(const void *value)                                              \
    {                                                                                              \
        return ink_##stem##_name(*(const type *)value);                                            \
    }                                                                                              \
    static ink_status stem##_reads(const char *name, void *value, ink_error *err)                  \
    {                                                                                              \
        return ink_##stem##_parse(name, (type *)value, err);                                       \
    }                                                                                              \
    static const choice stem##_choice = {stem##_says, stem##_reads, words};

CHOICE_OF(init, ink_init, "auto sqrt he glorot dirac")
CHOICE_OF(cost, ink_cost, "cross-entropy squared")
CHOICE_OF(optimizer, ink_optimizer, "sgd momentum nesterov rmsprop adam adamw muon")
CHOICE_OF(schedule, ink_schedule, "constant decay step cosine linear onecycle")
CHOICE_OF(gradient_method, ink_gradient_method, "backprop finite central")
CHOICE_OF(precision, ink_precision, "float32 bf16")

typedef struct field {
    const char *name, *label, *help, *group;
    field_kind kind;
    size_t offset, size; /* size: of a text */
    double least, most;
    bool live; /* may change while it learns */
    const choice *choice;
} field;

#define AT(member) offsetof(run_setup, member)
#define STRING(name, member, group, label, help)                                                   \
    {                                                                                              \
        name, label, help, group, TEXT, AT(member), sizeof((run_setup *)0)->member, 0, 0, false,   \
            NULL                                                                                   \
    }
#define NUMBER(kind, name, member, group, least, most, live, label, help)                          \
    {                                                                                              \
        name, label, help, group, kind, AT(member), 0, least, most, live, NULL                     \
    }
#define PICK(name, member, group, choice, live, label, help)                                       \
    {                                                                                              \
        name, label, help, group, CHOICE, AT(member), 0, 0, 0, live, &choice                       \
    }
#define CHANGE(name, most, label, help)                                                            \
    NUMBER(FLOAT, #name, settings.augment.name, "augment", 0, most, true, label, help)
#define RARE(name, most, label, help)                                                              \
    NUMBER(FLOAT, #name, settings.augment.name, "augment-more", 0, most, true, label, help)

#define MOST_SEED 9007199254740991.0 /* the largest whole number that JavaScript keeps exactly */

/* In the order of the form. Ranges as in train.h and augment.h. */
static const field fields[] = {
    STRING("data", data, "data", "Data set", "The samples it learns from."),
    NUMBER(SIZE, "limit", limit, "more", 0, 4294967295.0, false, "Training samples",
           "At most so many, the classes kept in balance; 0 = all."),
    STRING("net", net, "net", "Network", "Layers in order, such as 784-100-10."),
    PICK("cost", settings.cost, "learn", cost_choice, false, "Cost",
         "How wrong an answer is. Squared: the distances from the right answers, squared and "
         "added. Cross-entropy punishes confident mistakes most."),
    PICK("optimizer", settings.optimizer, "learn", optimizer_choice, false, "Optimiser",
         "How a slope becomes a step. SGD goes straight down; momentum keeps some of the last "
         "step; Adam and RMSprop give each weight a step of its own."),
    NUMBER(FLOAT, "rate", settings.rate, "learn", 1e-6, 1e6, true, "Learning rate",
           "The length of a step. Too high: it jumps over the valley. Too low: it creeps."),
    NUMBER(FLOAT, "momentum", settings.momentum, "learn", 0, 0.999999, true, "Momentum",
           "The share of the last step that is kept; Adam's beta1."),
    NUMBER(SIZE, "batch", settings.batch, "learn", 0, 1000000, false, "Batch",
           "Samples a step looks at. Small: noisy and fast. 0 = the whole set at once."),
    NUMBER(DOUBLE, "epochs", settings.epochs, "learn", 0.01, 100000, true, "Epochs",
           "How often it sees the whole set. May end inside one."),
    PICK("schedule", settings.schedule, "learn", schedule_choice, true, "Schedule",
         "How the rate changes over the run; most end near 0."),
    PICK("init", init, "learn", init_choice, false, "First weights",
         "Drawn from a normal distribution. Auto: He before ReLU, Glorot otherwise."),
    NUMBER(SEED, "seed", settings.seed, "learn", 0, MOST_SEED, false, "Seed",
           "First weights, order of samples, augmentation. The same seed gives the same bits."),
    CHANGE(turn, 3.2, "Turn", "Each picture turned by a normal angle, s.d. in radians."),
    CHANGE(scale, 1, "Scale", "Larger or smaller, s.d. about 1."),
    CHANGE(shift, 1, "Shift", "Moved by a share of the free room between ink and border."),
    CHANGE(noise, 1, "Noise", "Share of the pixels that are set to something random."),
    RARE(shear, 1, "Shear", "Slanted, s.d."),
    RARE(stretch, 1, "Stretch", "Wider or taller, s.d. in log2 of the ratio."),
    RARE(elastic, 8, "Elastic", "Bent smoothly, s.d. in pixels."),
    RARE(pixels, 16, "Pixels", "Moved by up to so many whole pixels, ink or not."),
    RARE(thick, 2, "Thick", "Strokes thinner or thicker, s.d. in pixels."),
    RARE(flip, 1, "Flip", "Probability of a mirror image."),
    RARE(alternate, 1, "Alternate", "1: mirrored in every other epoch; flip must be 0.5."),
    RARE(cutout, 64, "Cut-out", "Side of a square that is blanked, pixels."),
    RARE(colour, 1, "Colour", "Brightness, contrast and saturation, s.d. each."),
    RARE(mixup, 1, "Mix-up", "Two samples mixed; share from Beta(m, m)."),
    NUMBER(FLOAT, "weight_decay", settings.weight_decay, "more", 0, 1e6, true, "Weight decay",
           "Pulls weights towards 0 at every step."),
    NUMBER(FLOAT, "label_smoothing", settings.label_smoothing, "more", 0, 0.5, true,
           "Label smoothing", "Targets are mixed with 1/classes."),
    NUMBER(FLOAT, "clip", settings.clip, "more", 0, 1e30, true, "Clip",
           "Largest norm of the gradient; 0 = any."),
    NUMBER(FLOAT, "decay", settings.decay, "more", 0, 1e6, true, "Decay",
           "For the schedule decay: rate / (1 + decay x epoch)."),
    NUMBER(FLOAT, "warmup", settings.warmup, "more", 0, 1e6, false, "Warm-up",
           "Epochs in which the rate rises from 0."),
    NUMBER(FLOAT, "average", settings.average, "more", 0, 0.999999, false, "Average",
           "Moving average of the weights, used for the answers; 0 = off."),
    NUMBER(FLOAT, "beta2", settings.beta2, "more", 0, 0.999999, false, "Beta 2",
           "Of RMSprop (0.99) and Adam (0.999); 0 = those."),
    NUMBER(FLOAT, "epsilon", settings.epsilon, "more", 0, 1, false, "Epsilon",
           "Of RMSprop and Adam."),
    NUMBER(FLOAT, "bias_rate", settings.bias_rate, "more", 0, 1e6, false, "Rate of biases",
           "Of biases and norms, as a multiple of the rate."),
    NUMBER(FLOAT, "dense_rate", settings.dense_rate, "more", 0, 1e6, false, "Rate of dense weights",
           "As a multiple of the rate."),
    NUMBER(FLOAT, "bias_decay", settings.bias_decay, "more", 0, 1e6, true, "Decay of biases",
           "As a multiple of the weight decay."),
    NUMBER(FLOAT, "dense_decay", settings.dense_decay, "more", 0, 1e6, true,
           "Decay of dense weights", "As a multiple of the weight decay."),
    PICK("gradient", settings.gradient, "more", gradient_method_choice, false, "Slopes by",
         "Backpropagation, or by nudging one weight after the other: right, and very slow."),
    NUMBER(FLOAT, "nudge", settings.nudge, "more", 1e-9, 1, true, "Nudge",
           "The h of finite differences."),
    PICK("precision", settings.precision, "more", precision_choice, false, "Precision",
         "Of convolutions."),
};
enum { FIELDS = sizeof fields / sizeof *fields };

static const field *field_named(const char *name)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static ink_status read_text(const field *f, json_t *value, char *out, ink_error *err)
{
    const char *text = json_string_value(value);
    if (!text)
        return say_error(err, INK_EINVAL, "%s must be a text", f->name);
    if (json_string_length(value) != strlen(text) || strlen(text) >= f->size)
        return say_error(err, INK_EINVAL, "%s must be shorter than %zu letters", f->name, f->size);
    memcpy(out, text, strlen(text) + 1);
    return INK_OK;
}

static ink_status read_number(const field *f, json_t *value, char *out, ink_error *err)
{
    if (!json_is_number(value))
        return say_error(err, INK_EINVAL, "%s must be a number from %g to %g", f->name, f->least,
                         f->most);
    double number = json_number_value(value);
    if (!(number >= f->least && number <= f->most))
        return say_error(err, INK_EINVAL, "%s must be from %g to %g, not %g", f->name, f->least,
                         f->most, number);
    if ((f->kind == SIZE || f->kind == SEED) && number != floor(number))
        return say_error(err, INK_EINVAL, "%s must be a whole number, not %g", f->name, number);
    float single = (float)number;
    size_t size = (size_t)number;
    uint64_t seed = (uint64_t)number;
    if (f->kind == FLOAT)
        memcpy(out, &single, sizeof single);
    else if (f->kind == DOUBLE)
        memcpy(out, &number, sizeof number);
    else if (f->kind == SIZE)
        memcpy(out, &size, sizeof size);
    else
        memcpy(out, &seed, sizeof seed);
    return INK_OK;
}

static ink_status read_field(const field *f, json_t *value, run_setup *setup, ink_error *err)
{
    char *out = (char *)setup + f->offset;
    if (f->kind == TEXT)
        return read_text(f, value, out, err);
    if (f->kind != CHOICE)
        return read_number(f, value, out, err);
    const char *name = json_string_value(value);
    if (!name)
        return say_error(err, INK_EINVAL, "%s must be one of %s", f->name, f->choice->options);
    return f->choice->parse(name, out, err);
}

static ink_status read_words(const field *f, const char *words, run_setup *setup, ink_error *err)
{
    char *end;
    double number = strtod(words, &end);
    bool is_number = *words && !*end && isfinite(number);
    if (f->kind != TEXT && f->kind != CHOICE && !is_number)
        return say_error(err, INK_EINVAL, "%s must be a number, not \"%.40s\"", f->name, words);
    json_t *value = f->kind == TEXT || f->kind == CHOICE ? json_string(words) : json_real(number);
    ink_status status = value ? read_field(f, value, setup, err)
                              : say_error(err, INK_EINVAL, "%s is no text", f->name);
    json_decref(value);
    return status;
}

/* One network, one text: the short form becomes the long one. What is no network stays, to be
 * refused with the engine's sentence by whoever begins it. */
static void lengthen(run_setup *setup)
{
    ink_error err = {.status = INK_OK};
    ink_network *network = ink_network_plan(setup->net, &err);
    if (network && strlen(ink_network_text(network)) < sizeof setup->net)
        snprintf(setup->net, sizeof setup->net, "%s", ink_network_text(network));
    ink_network_free(network);
}

ink_status setup_read(json_t *object, run_setup *setup, ink_error *err)
{
    if (!json_is_object(object))
        return say_error(err, INK_EINVAL, "a setup must be an object of settings");
    run_setup changed = *setup;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        const field *f = field_named(key);
        if (!f)
            return say_error(err, INK_EINVAL, "there is no setting \"%.40s\"", key);
        ink_status status = read_field(f, value, &changed, err);
        if (status != INK_OK)
            return status;
    }
    ink_status status = ink_augment_check(&changed.settings.augment, err);
    if (status != INK_OK)
        return status;
    if (json_object_get(object, "net"))
        lengthen(&changed);
    *setup = changed;
    return INK_OK;
}

ink_status setup_read_words(const char *name, const char *words, run_setup *setup, ink_error *err)
{
    if (strcmp(name, "augment") == 0)
        return ink_augment_parse(words, &setup->settings.augment, err);
    const field *f = field_named(name);
    if (!f)
        return say_error(err, INK_EINVAL, "there is no setting \"%.40s\"", name);
    ink_status status = read_words(f, words, setup, err);
    if (status == INK_OK && strcmp(name, "net") == 0)
        lengthen(setup);
    return status;
}

/* The shortest decimal that is the same float: 0.05, not 0.05000000074505806. */
static double tidy(float number)
{
    char text[32];
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)number);
        if ((float)strtod(text, NULL) == number)
            break;
    }
    return strtod(text, NULL);
}

static json_t *write_field(const field *f, const run_setup *setup)
{
    const char *at = (const char *)setup + f->offset;
    float single;
    double number;
    size_t size;
    uint64_t seed;
    switch (f->kind) {
    case TEXT:
        return json_string(at);
    case FLOAT:
        memcpy(&single, at, sizeof single);
        return json_real(tidy(single));
    case DOUBLE:
        memcpy(&number, at, sizeof number);
        return json_real(number);
    case SIZE:
        memcpy(&size, at, sizeof size);
        return json_integer((json_int_t)size);
    case SEED:
        memcpy(&seed, at, sizeof seed);
        return json_integer((json_int_t)seed);
    default:
        return json_string(f->choice->name(at));
    }
}

json_t *setup_write(const run_setup *setup)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < FIELDS; i++)
        json_object_set_new(object, fields[i].name, write_field(&fields[i], setup));
    return object;
}

bool setup_restarts(const run_setup *before, const run_setup *after)
{
    bool restarts = false;
    for (size_t i = 0; i < FIELDS; i++) {
        json_t *a = write_field(&fields[i], before), *b = write_field(&fields[i], after);
        restarts |= !fields[i].live && !json_equal(a, b);
        json_decref(a);
        json_decref(b);
    }
    return restarts;
}

static json_t *words_of(const char *text)
{
    json_t *list = json_array();
    while (*text) {
        size_t length = strcspn(text, " ");
        json_array_append_new(list, json_stringn(text, length));
        text += length + (text[length] == ' ');
    }
    return list;
}

json_t *setup_fields(void)
{
    static const char *const kinds[] = {"text", "number", "number", "whole", "whole", "choice"};
    run_setup setup;
    run_setup_init(&setup);
    json_t *list = json_array();
    for (size_t i = 0; i < FIELDS; i++) {
        const field *f = &fields[i];
        json_t *row =
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:f, s:f, s:b, s:o}", "name", f->name, "label",
                      f->label, "help", f->help, "group", f->group, "kind", kinds[f->kind], "least",
                      f->least, "most", f->most, "live", f->live, "value", write_field(f, &setup));
        if (f->kind == CHOICE)
            json_object_set_new(row, "options", words_of(f->choice->options));
        json_array_append_new(list, row);
    }
    return list;
}
