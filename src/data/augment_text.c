/* Augmentations as text: "hand", "light", "turn 0.15 shift 0.8". */
#include "inkling/augment.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct field {
    const char *name;
    size_t offset;
    double most;
} field;

static const field fields[] = {
    {"turn", offsetof(ink_augment, turn), 3.2},
    {"scale", offsetof(ink_augment, scale), 1},
    {"shift", offsetof(ink_augment, shift), 1},
    {"noise", offsetof(ink_augment, noise), 1},
    {"shear", offsetof(ink_augment, shear), 1},
    {"stretch", offsetof(ink_augment, stretch), 1},
    {"elastic", offsetof(ink_augment, elastic), 8},
    {"pixels", offsetof(ink_augment, pixels), 16},
    {"thick", offsetof(ink_augment, thick), 2},
    {"flip", offsetof(ink_augment, flip), 1},
    {"alternate", offsetof(ink_augment, alternate), 1},
    {"cutout", offsetof(ink_augment, cutout), 64},
    {"colour", offsetof(ink_augment, colour), 1},
    {"mixup", offsetof(ink_augment, mixup), 1},
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
        if (end == number || *end || !(value >= 0 && value <= fields[i].most))
            return ink__fail(err, INK_EINVAL,
                             "augmentation: \"%s\" must be followed by a number from 0 to %g, not "
                             "by \"%s\"",
                             name, fields[i].most, number);
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
    *augment = fresh;
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
