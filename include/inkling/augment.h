/* Augmentation: every picture a little turned, scaled, shifted and dirtied, differently in every
 * epoch, so that a network survives real hands.
 *
 * Thread safety: ink_augment is plain data; the functions are pure. */
#ifndef INKLING_AUGMENT_H
#define INKLING_AUGMENT_H

#include "inkling/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All zero = off. The first four are the video's. */
typedef struct ink_augment {
    float turn;      /* s.d. of a normal angle, radians, 0..3.2 */
    float scale;     /* s.d. of a normal about factor 1, 0..1; the factor is kept in 0.5..2 */
    float shift;     /* share of the free room between ink and border, 0..1: the ink moves by a
                        uniform amount and never leaves the picture; pictures in colour fill their
                        frame and stay: see `pixels` */
    float noise;     /* probability, 0..1, with which a value (a pixel's, or one of its colours')
                        becomes a uniform one */
    float shear;     /* s.d. of a normal, 0..1 */
    float stretch;   /* s.d. of a normal in log2 of the aspect ratio, 0..1 */
    float elastic;   /* s.d. of a smooth displacement, pixels, 0..8 (Simard, Steinkraus, Platt,
                        "Best practices for convolutional neural networks", ICDAR 2003) */
    float pixels;    /* uniform shift of up to so many whole pixels either way, 0..16, ink or not:
                        for pictures that fill their frame */
    float thick;     /* one channel: strokes made thinner or thicker, s.d. in pixels, 0..2 */
    float flip;      /* probability of a mirror image, 0..1 */
    float alternate; /* 0 or 1. 1: every picture is mirrored in every other epoch, half of them in
                        the even ones (Jordan 2024), so `flip` must say that it is half: 0.5 */
    float cutout;    /* side of a square, whole pixels, 0..64, somewhere in the picture that is
                        blanked: 0 for one channel, the picture's mean for colour (DeVries, Taylor
                        2017) */
    float colour;    /* three channels: s.d. of a normal change of brightness, contrast and
                        saturation each, 0..1 */
    float mixup;     /* 0..1: two samples and their targets mixed, with a share drawn from
                        Beta(mixup, mixup) (Zhang and others 2017); in training only */
} ink_augment;

/* Reads "off", "light" (turn 0.07 scale 0.05 shift 0.3), "hand" (turn 0.15 scale 0.1 shift 0.8
 * noise 0.05) or pairs such as "turn 0.15 shift 0.8"; a preset may be followed by pairs that change
 * it ("hand noise 0"). INK_EINVAL names the word that is wrong and lists the known ones. */
INK_API ink_status ink_augment_parse(const char *text, ink_augment *augment, ink_error *err);
/* A preset's name, or what is not zero in pairs; parses back to the same. "off" when all is zero.
 * Returns the length it needs, as snprintf. */
INK_API int ink_augment_print(const ink_augment *augment, char *text, size_t size);
/* Are all numbers in their ranges, and is `flip` 0.5 where sides alternate? INK_EINVAL names what
 * is not. Whoever fills in the struct need not call it: whatever takes one does. */
INK_API ink_status ink_augment_check(const ink_augment *augment, ink_error *err);
INK_API bool ink_augment_is_off(const ink_augment *augment);

#ifdef __cplusplus
}
#endif
#endif
