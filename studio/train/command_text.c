/* What a run is as words for a terminal: what depends on the data set is always said, the rest
 * where it is not what every run has. */
#include "studio/train/command_text.h"

#include "inkling/terminal.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct words {
    char *text;
    size_t size, used; /* used >= size: it did not fit */
} words;

static void add_bytes(words *w, const char *bytes, size_t length)
{
    if (w->used + length < w->size)
        memcpy(w->text + w->used, bytes, length);
    w->used += length;
}

static void add_quoted(words *w, const char *word)
{
    size_t room = w->used < w->size ? w->size - w->used : 0;
    w->used += ink_shell_word(word, room ? w->text + w->used : NULL, room);
}

static void add_option(words *w, const char *option, const char *value)
{
    add_bytes(w, " --", 3);
    add_bytes(w, option, strlen(option));
    add_bytes(w, " ", 1);
    add_quoted(w, value);
}

/* In as few digits as bring the same number back; 10, not 1e+01. */
static void add_float(words *w, const char *option, float value)
{
    char text[32];
    int digits = 1;
    do
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
    while (((float)strtod(text, NULL) != value || strstr(text, "e+")) && ++digits <= 9);
    add_option(w, option, text);
}

static void add_whole(words *w, const char *option, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    add_option(w, option, text);
}

/* How many updates the loop makes of so many epochs: as ink_train counts them. */
static double updates_of(const char *epochs, size_t per_epoch)
{
    return ceil(strtod(epochs, NULL) * (double)per_epoch - 1e-6);
}

/* Is the rate of an update the same, however many epochs there will be? */
static bool may_end_early(ink_schedule schedule)
{
    return schedule == INK_SCHEDULE_CONSTANT || schedule == INK_SCHEDULE_DECAY;
}

static void add_epochs(words *w, const run_setup *setup, size_t updates)
{
    char text[32];
    int digits = 1;
    size_t per_epoch = setup->updates_per_epoch;
    bool early = updates > 0 && per_epoch > 0 && may_end_early(setup->settings.schedule);
    double epochs = early ? (double)updates / (double)per_epoch : setup->settings.epochs;
    bool exact;
    do {
        snprintf(text, sizeof text, "%.*g", digits, epochs);
        exact =
            early ? updates_of(text, per_epoch) == (double)updates : strtod(text, NULL) == epochs;
    } while ((!exact || strstr(text, "e+")) && ++digits <= 17);
    add_option(w, "epochs", text);
}

static void add_if_other(words *w, const ink_train_settings *s)
{
    ink_train_settings usual;
    ink_train_settings_init(&usual);
    const struct {
        const char *option;
        float value, usual;
    } floats[] = {{"momentum", s->momentum, usual.momentum},
                  {"beta2", s->beta2, usual.beta2},
                  {"epsilon", s->epsilon, usual.epsilon},
                  {"weight-decay", s->weight_decay, usual.weight_decay},
                  {"bias-rate", s->bias_rate, usual.bias_rate},
                  {"dense-rate", s->dense_rate, usual.dense_rate},
                  {"bias-decay", s->bias_decay, usual.bias_decay},
                  {"dense-decay", s->dense_decay, usual.dense_decay},
                  {"decay", s->decay, usual.decay},
                  {"warmup", s->warmup, usual.warmup},
                  {"clip", s->clip, usual.clip},
                  {"label-smoothing", s->label_smoothing, usual.label_smoothing},
                  {"average", s->average, usual.average},
                  {"nudge", s->nudge, usual.nudge}};
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++)
        if (floats[i].value != floats[i].usual)
            add_float(w, floats[i].option, floats[i].value);
    if (s->gradient != usual.gradient)
        add_option(w, "gradient", ink_gradient_method_name(s->gradient));
    if (s->precision != usual.precision)
        add_option(w, "precision", ink_precision_name(s->precision));
}

static void add_run(words *w, const run_setup *setup, size_t updates)
{
    const ink_train_settings *s = &setup->settings;
    char augment[512];
    ink_augment_print(&s->augment, augment, sizeof augment);
    add_bytes(w, " ", 1);
    add_quoted(w, setup->data);
    add_option(w, "net", setup->net);
    add_option(w, "cost", ink_cost_name(s->cost));
    add_option(w, "optimizer", ink_optimizer_name(s->optimizer));
    add_float(w, "rate", s->rate);
    add_option(w, "schedule", ink_schedule_name(s->schedule));
    add_whole(w, "batch", s->batch);
    add_epochs(w, setup, updates);
    add_option(w, "augment", augment);
    if (setup->init != INK_INIT_AUTO)
        add_option(w, "init", ink_init_name(setup->init));
    add_if_other(w, s);
    if (setup->limit > 0)
        add_whole(w, "limit", setup->limit);
    if (s->seed != 1) { /* in the studio another start is on the same data */
        add_whole(w, "seed", s->seed);
        add_whole(w, "data-seed", 1);
    }
}

void command_text(const run_setup *setup, size_t updates, char *text, size_t size)
{
    words w = {.text = text, .size = size};
    add_bytes(&w, "inkling train", 13);
    if (*setup->from == 0)
        add_run(&w, setup, updates);
    else
        add_option(&w, "resume", setup->from);
    if (*setup->from && setup->checkpoint)
        add_epochs(&w, setup, updates);
    bool none = *setup->from && !setup->checkpoint; /* other weights than the command begins with */
    if (size > 0)
        text[none || w.used >= size ? 0 : w.used] = 0;
}
