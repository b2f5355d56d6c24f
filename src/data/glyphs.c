/* The made set `glyphs`: what the shapes say, written by a hand of its own each time.
 *
 * A sample is drawn from the stream named by (seed, class, number) and by nothing else, so it is
 * the same whatever is drawn before it; test samples come from streams of their own. First the
 * shape (glyph_digits.c, glyph_doodles.c), then what a hand does to every shape - slant, width,
 * turn, trembling, stroke, pressure -, then the framing of the real set it stands for:
 *   glyphs:digits   as MNIST: ink in a box of 20 pixels, centre of mass at the centre
 *   glyphs:doodles  as Quick, Draw!: the box of the ink centred and filling all but a pixel
 *   glyphs          as Quick, Draw! for all twenty, with one pen for all: MNIST's rule would
 * squeeze doodles into 20 pixels, and a class must not be told by its size or stroke The numbers of
 * the hand were chosen by looking at the training half of MNIST (stroke, slant, soft edges) and at
 * doodles. */
#include "data/glyphs.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "data/dataset.h"
#include "data/glyph_shapes.h"
#include "data/pen.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE, DIGITS = 10, DOODLES = 10 };
enum { DEFAULT_COUNT = 20000, MOST_COUNT = 100000000 };

/* Means and deviations of what differs from hand to hand. */
typedef struct manner {
    double jitter, jitter_spread; /* of control points, glyph heights */
    double wobble;                /* of the whole drawing, the same */
    double slant, slant_spread;   /* shear to the right per height */
    double wide, wide_spread;     /* log of the factor of the width */
    double turn;                  /* radians */
    double pressure;              /* of the stroke's width along its way */
    double mirror;                /* probability */
} manner;

static const manner WRITING = {.jitter = 0.033,
                               .jitter_spread = 0.01,
                               .wobble = 0.037,
                               .slant = 0.13,
                               .slant_spread = 0.26,
                               .wide = 0.06,
                               .wide_spread = 0.22,
                               .turn = 0.07,
                               .pressure = 0.08};
static const manner DRAWING = {.jitter = 0.025,
                               .jitter_spread = 0.01,
                               .wobble = 0.027,
                               .slant_spread = 0.05,
                               .wide_spread = 0.15,
                               .turn = 0.08,
                               .mirror = 0.5};

/* One of the three sets. */
typedef struct collection {
    const char *name;
    int first, classes; /* classes first .. first+classes-1 of the twenty */
    ink_framing framing;
    double stroke, stroke_spread; /* log of pixels */
    double soft_low, soft_high;   /* edges, as ink__pen has it */
} collection;

static const collection COLLECTIONS[] = {
    /* MNIST is scaled down from coarse black and white pictures, which leaves soft edges. */
    {"glyphs:digits", 0, DIGITS, INK_FRAMING_MNIST, 0.88, 0.29, 1, 1.5},
    {"glyphs:doodles", DIGITS, DOODLES, INK_FRAMING_QUICKDRAW, 0.59, 0.06, 1, 1},
    {"glyphs", 0, DIGITS + DOODLES, INK_FRAMING_QUICKDRAW, 0.69, 0.15, 1, 1.2},
};

/* Between 0 and the stream of the test samples lies every class. */
enum { TEST_STREAM = 1000 };

static void hand_over(ink__sketch *sketch, const manner *hand)
{
    double slant = ink__sketch_normal(sketch, hand->slant, hand->slant_spread);
    double wide = exp(ink__sketch_normal(sketch, hand->wide, hand->wide_spread));
    double turn = ink__sketch_normal(sketch, 0, hand->turn), c = cos(turn), s = sin(turn);
    if (ink__sketch_chance(sketch, hand->mirror))
        ink__sketch_transform(sketch, 0, -1, 0, 0, 0, 1, 0);
    ink__sketch_wobble(sketch, hand->wobble);
    ink__sketch_transform(sketch, 0, c * wide, -c * slant - s, 0, s * wide, c - s * slant, 0);
}

/* The factor of the stroke's width at every point: one long wave down the paper. Returns the
 * largest. */
static double press(ink__sketch *sketch, double deviation, double *pressure)
{
    double strength = ink__sketch_normal(sketch, 0, deviation);
    double speed = ink__sketch_normal(sketch, 0, 6);
    double phase = ink__sketch_between(sketch, 0, INK_TAU), most = 0;
    for (size_t i = 0; i < sketch->first[sketch->strokes]; i++) {
        pressure[i] = 1 + strength * sin(speed * sketch->y[i] + phase);
        most = fmax(most, pressure[i]);
    }
    return most;
}

/* Scales and moves the sketch so that its ink, not only its points, fills a centred box. */
static void fit(ink__sketch *sketch, double box, double margin)
{
    double left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY;
    for (size_t i = 0; i < sketch->first[sketch->strokes]; i++) {
        left = fmin(left, sketch->x[i]);
        right = fmax(right, sketch->x[i]);
        top = fmin(top, sketch->y[i]);
        bottom = fmax(bottom, sketch->y[i]);
    }
    double k = (box - 2 * margin) / fmax(fmax(right - left, bottom - top), 1e-6);
    ink__sketch_transform(sketch, 0, k, 0, SIDE / 2.0 - k * (left + right) / 2, 0, k,
                          SIDE / 2.0 - k * (top + bottom) / 2);
}

/* How far to move along one axis so that the mass whose mean is `mean` comes to the centre (pixel
 * 14, as in MNIST) and the ink in first..last stays inside. */
static int centring(double mean, int first, int last)
{
    int by = SIDE / 2 - (int)floor(mean + 0.5);
    return by < -first ? -first : by > SIDE - 1 - last ? SIDE - 1 - last : by;
}

/* Moves the picture by whole pixels, as MNIST was made: strokes stay as sharp as they are. */
static void centre_mass(uint8_t *pixels)
{
    double mass = 0, mx = 0, my = 0;
    int left = SIDE, right = -1, top = SIDE, bottom = -1;
    for (int i = 0; i < PIXELS; i++) {
        int x = i % SIDE, y = i / SIDE;
        if (pixels[i] == 0)
            continue;
        mass += pixels[i];
        mx += pixels[i] * x;
        my += pixels[i] * y;
        left = x < left ? x : left;
        right = x > right ? x : right;
        top = y < top ? y : top;
        bottom = y;
    }
    if (mass <= 0)
        return;
    int by = centring(my / mass, top, bottom) * SIDE + centring(mx / mass, left, right);
    size_t ink = (size_t)(PIXELS - (by < 0 ? -by : by));
    if (by > 0) {
        memmove(pixels + by, pixels, ink);
        memset(pixels, 0, (size_t)by);
    } else if (by < 0) {
        memmove(pixels, pixels - by, ink);
        memset(pixels + ink, 0, (size_t)-by);
    }
}

/* One sample on a blank picture. */
static void draw(const collection *set, int glyph, uint64_t key, uint8_t *pixels)
{
    bool digit = glyph < DIGITS;
    const manner *hand = digit ? &WRITING : &DRAWING;
    ink__sketch sketch;
    double pressure[INK_SKETCH_POINTS];
    ink__sketch_init(&sketch, key, 0, 0.12);
    sketch.jitter = fabs(ink__sketch_normal(&sketch, hand->jitter, hand->jitter_spread));
    (digit ? ink__digit_shapes[glyph] : ink__doodle_shapes[glyph - DIGITS])(&sketch);
    hand_over(&sketch, hand);

    double stroke = exp(ink__sketch_normal(&sketch, set->stroke, set->stroke_spread));
    double soft = ink__sketch_between(&sketch, set->soft_low, set->soft_high);
    double most = press(&sketch, hand->pressure, pressure);
    bool mass = set->framing == INK_FRAMING_MNIST;
    /* A pixel shows ink when its middle lies within (stroke + soft) / 2 of the line. */
    fit(&sketch, mass ? 20 : 26, (stroke * most + soft - 1) / 2);
    for (size_t i = 0; i < sketch.strokes; i++) {
        size_t first = sketch.first[i];
        const ink__pen pen = {stroke, soft, pressure + first};
        ink__pen_draw(&pen, sketch.x + first, sketch.y + first, sketch.first[i + 1] - first, pixels,
                      SIDE, SIDE);
    }
    if (mass)
        centre_mass(pixels);
}

static ink_dataset *draw_all(const collection *set, size_t count, uint64_t seed, uint64_t stream,
                             ink_error *err)
{
    ink_dataset *dataset =
        ink__dataset_new(set->name, count, SIDE, SIDE, 1, set->classes, false, err);
    if (!dataset)
        return NULL;
    dataset->framing = set->framing;
    for (int k = 0; k < set->classes; k++) {
        int glyph = set->first + k;
        if (glyph >= DIGITS &&
            ink__dataset_name_class(dataset, k, ink__doodle_names[glyph - DIGITS], err) != INK_OK) {
            ink_dataset_free(dataset);
            return NULL;
        }
    }
    size_t classes = (size_t)set->classes;
    for (size_t i = 0; i < count; i++) {
        int glyph = set->first + (int)(i % classes);
        dataset->labels[i] = (int32_t)(i % classes);
        draw(set, glyph, ink__key(seed, stream + (uint64_t)glyph, i / classes),
             dataset->pixels + i * PIXELS);
    }
    return dataset;
}

static const collection *find(const char *spec, ink_error *err)
{
    for (size_t i = 0; i < sizeof COLLECTIONS / sizeof *COLLECTIONS; i++)
        if (strcmp(spec, COLLECTIONS[i].name) == 0)
            return &COLLECTIONS[i];
    const char *colon = strchr(spec, ':');
    ink__fail(err, INK_EINVAL,
              "%.80s: glyphs knows no \"%.40s\"; use glyphs, glyphs:digits or glyphs:doodles", spec,
              colon ? colon + 1 : spec);
    return NULL;
}

/* How many samples to draw: the held-out share is of all that are drawn, as it is of all that a
 * file holds. */
static ink_status count_samples(const ink_dataset_options *options, size_t *train, size_t *test,
                                ink_error *err)
{
    if (!(options->split >= 0 && options->split <= 0.9))
        return ink__fail(err, INK_EINVAL, "glyphs: a test share of %g, where 0 to 0.9 was expected",
                         options->split);
    if (options->limit > MOST_COUNT)
        return ink__fail(err, INK_EINVAL, "glyphs: %zu samples asked for, at most %d are drawn",
                         options->limit, (int)MOST_COUNT);
    *train = options->limit ? options->limit : DEFAULT_COUNT;
    *test = (size_t)((double)*train * options->split / (1 - options->split) + 0.5);
    return INK_OK;
}

ink_status ink__glyphs_open(const char *spec, const ink_dataset_options *options,
                            ink_dataset **train, ink_dataset **test, ink_error *err)
{
    ink_error found = {.status = INK_OK}; /* so that the status is known without `err` */
    size_t train_count = 0, test_count = 0;
    ink_dataset *train_part = NULL, *test_part = NULL;
    const collection *set = find(spec, &found);
    if (set && count_samples(options, &train_count, &test_count, &found) == INK_OK) {
        if (train)
            train_part = draw_all(set, train_count, options->seed, 0, &found);
        if (test && test_count > 0 && found.status == INK_OK)
            test_part = draw_all(set, test_count, options->seed, TEST_STREAM, &found);
    }
    if (found.status != INK_OK) {
        ink_dataset_free(train_part);
        return ink__fail(err, found.status, "%s", found.text);
    }
    if (train)
        *train = train_part;
    if (test)
        *test = test_part;
    return INK_OK;
}
