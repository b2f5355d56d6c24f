/* Augmentations as text: "hand", "light", "turn 0.15 shift 0.8"; and what makes sense. */
#include "data/augment.h"

#include "base/error.h"
#include "data/dataset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct field {
    const char *name;
    size_t offset;
    double most;
    bool whole; /* a number of something, or 0 and 1 for no and yes */
} field;

static const field fields[] = {
    {"turn", offsetof(ink_augment, turn), 3.2, false},
    {"scale", offsetof(ink_augment, scale), 1, false},
    {"shift", offsetof(ink_augment, shift), 1, false},
    {"noise", offsetof(ink_augment, noise), 1, false},
    {"shear", offsetof(ink_augment, shear), 1, false},
    {"stretch", offsetof(ink_augment, stretch), 1, false},
    {"elastic", offsetof(ink_augment, elastic), 8, false},
    {"pixels", offsetof(ink_augment, pixels), 16, true},
    {"thick", offsetof(ink_augment, thick), 2, false},
    {"flip", offsetof(ink_augment, flip), 1, false},
    {"alternate", offsetof(ink_augment, alternate), 1, true},
    {"cutout", offsetof(ink_augment, cutout), 64, true},
    {"colour", offsetof(ink_augment, colour), 1, false},
    {"mixup", offsetof(ink_augment, mixup), 1, false},
};
enum { FIELDS = sizeof fields / sizeof *fields };

static const struct {
    const char *name;
    ink_augment augment;
} presets[] = {
    {"off", {.turn = 0}},
    {"light", {.turn = 0.07f, .scale = 0.05f, .shift = 0.3f}},
    {"hand", {.turn = 0.15f, .scale = 0.1f, .shift = 0.8f, .noise = 0.05f}},
};

static float *value_of(const field *f, ink_augment *augment)
{
    return (float *)(void *)((char *)augment + f->offset);
}

/* As a float: 3.2 is more in single precision than in double. NaN is not within. */
static bool within(const field *f, float value)
{
    return value >= 0 && value <= (float)f->most && (!f->whole || value == floorf(value));
}

static const char *next_word(const char *at, char word[32])
{
    size_t used = 0;
    for (at += strspn(at, " \t,"); *at && !strchr(" \t,", *at); at++)
        if (used < 31)
            word[used++] = *at;
    word[used] = '\0';
    return at;
}

static ink_status parse_pair(const char *name, const char *number, ink_augment *augment,
                             ink_error *err)
{
    for (size_t i = 0; i < FIELDS; i++) {
        if (strcmp(fields[i].name, name) != 0)
            continue;
        char *end;
        double value = strtod(number, &end);
        if (end == number || *end || !(value <= fields[i].most) ||
            !within(&fields[i], (float)value))
            return ink__fail(err, INK_EINVAL,
                             "augmentation: \"%s\" must be followed by a %s from 0 to %g, not "
                             "by \"%s\"",
                             name, fields[i].whole ? "whole number" : "number", fields[i].most,
                             number);
        *value_of(&fields[i], augment) = (float)value;
        return INK_OK;
    }
    return ink__fail(err, INK_EINVAL,
                     "augmentation: there is no \"%s\"; known are off, light, hand, and with a "
                     "number turn, scale, shift, noise, shear, stretch, elastic, pixels, thick, "
                     "flip, alternate, cutout, colour, mixup",
                     name);
}

/* The fewest digits that give the same number back. */
static void print_shortest(float value, char text[32])
{
    for (int digits = 1; digits <= 9; digits++) {
        snprintf(text, 32, "%.*g", digits, (double)value);
        if ((float)strtod(text, NULL) == value)
            return;
    }
}

ink_status ink_augment_parse(const char *text, ink_augment *augment, ink_error *err)
{
    ink_augment fresh = {0};
    char name[32], number[32];
    const char *at = next_word(text, name);
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (strcmp(name, presets[i].name) == 0) {
            fresh = presets[i].augment;
            at = next_word(at, name);
            break;
        }
    while (*name) {
        at = next_word(at, number);
        ink_status status = parse_pair(name, number, &fresh, err);
        if (status != INK_OK)
            return status;
        at = next_word(at, name);
    }
    ink_status status = ink_augment_check(&fresh, err);
    if (status == INK_OK)
        *augment = fresh;
    return status;
}

ink_status ink_augment_check(const ink_augment *augment, ink_error *err)
{
    ink_augment copy = *augment;
    for (size_t i = 0; i < FIELDS; i++) {
        float value = *value_of(&fields[i], &copy);
        if (!within(&fields[i], value))
            return ink__fail(err, INK_EINVAL, "augmentation: %s is %g; it must be %s0 to %g",
                             fields[i].name, (double)value,
                             fields[i].whole ? "a whole number from " : "", fields[i].most);
    }
    if (augment->alternate > 0 && augment->flip != 0.5f)
        return ink__fail(err, INK_EINVAL,
                         "augmentation: alternate mirrors every picture in every other epoch, so "
                         "it needs flip 0.5, but flip is %g; write \"flip 0.5 alternate 1\", or "
                         "leave alternate out",
                         (double)augment->flip);
    return INK_OK;
}

ink_status ink__augment_fits(const ink_augment *augment, const ink_dataset *dataset, bool training,
                             ink_error *err)
{
    ink_status status = ink_augment_check(augment, err);
    if (status != INK_OK || ink_augment_is_off(augment))
        return status;
    if (!dataset->pixels)
        return ink__fail(err, INK_EINVAL,
                         "%.100s holds no pictures: there is nothing to turn, scale or shift",
                         dataset->name);
    if (augment->colour > 0 && dataset->channels != 3)
        return ink__fail(err, INK_EINVAL,
                         "augmentation: colour needs pictures in three channels, but those of "
                         "%.100s have %d; leave colour out",
                         dataset->name, dataset->channels);
    if (augment->thick > 0 && dataset->channels != 1)
        return ink__fail(err, INK_EINVAL,
                         "augmentation: thick needs strokes in one channel, but the pictures of "
                         "%.100s have %d; leave thick out",
                         dataset->name, dataset->channels);
    ink_augment rest = *augment;
    rest.shift = 0;
    if (dataset->channels != 1 && ink_augment_is_off(&rest))
        return ink__fail(err, INK_EINVAL,
                         "augmentation: shift moves ink by a share of the room around it, but the "
                         "pictures of %.100s, in %d channels, fill their frame; write \"pixels 2\" "
                         "to move them whole",
                         dataset->name, dataset->channels);
    if (augment->mixup > 0 && !training)
        return ink__fail(err, INK_EINVAL,
                         "augmentation: mixup mixes samples and their targets in training only, "
                         "and each sample of %.100s keeps the one label it has; leave mixup out",
                         dataset->name);
    return INK_OK;
}

bool ink_augment_is_off(const ink_augment *augment)
{
    ink_augment copy = *augment;
    for (size_t i = 0; i < FIELDS; i++)
        if (*value_of(&fields[i], &copy) > 0)
            return false;
    return true;
}

static bool same(const ink_augment *a, const ink_augment *b)
{
    ink_augment x = *a, y = *b;
    for (size_t i = 0; i < FIELDS; i++)
        if (*value_of(&fields[i], &x) != *value_of(&fields[i], &y))
            return false;
    return true;
}

int ink_augment_print(const ink_augment *augment, char *text, size_t size)
{
    ink_augment copy = *augment;
    char all[512], *at = all;
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (same(augment, &presets[i].augment))
            return snprintf(text, size, "%s", presets[i].name);
    *at = '\0';
    for (size_t i = 0; i < FIELDS; i++) {
        float value = *value_of(&fields[i], &copy);
        char number[32];
        if (!(value > 0))
            continue;
        print_shortest(value, number);
        at += snprintf(at, sizeof all - (size_t)(at - all), "%s%s %s", at > all ? " " : "",
                       fields[i].name, number);
    }
    return snprintf(text, size, "%s", all);
}
