/* How people write the ten digits.
 *
 * Every function follows the pen through one digit, in a box about 0.65 wide and 1 high, and draws
 * what differs from hand to hand - style, proportions, openness - afresh each time. Slant, width,
 * stroke and trembling are common to all digits and come later (glyphs.c). No expression draws
 * twice: C leaves the order open, and a seed is to mean the same with every compiler. The shares of
 * the styles were chosen by looking at the training half of MNIST. */
#include "data/glyph_shapes.h"

#include <math.h>

/* A knot that leaves `corner` out is no corner. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define between ink__sketch_between
#define normal  ink__sketch_normal
#define chance  ink__sketch_chance

static void zero(ink__sketch *s)
{
    double rx = between(s, 0.2, 0.55), boxy = between(s, 0.88, 1.12), egg = normal(s, 0, 0.12);
    double from = normal(s, -1.5, 0.5), sweep = -INK_TAU + normal(s, -0.1, 0.3);
    double drift = normal(s, 0, 0.06);
    ink__knot knots[16];
    s->jitter *= 0.5; /* so many knots would make a polygon */
    size_t count = 13;
    for (size_t i = 0; i < count; i++) {
        double t = (double)i / 12, a = from + sweep * t, r = 1 + drift * (t - 0.5) * 2;
        /* |x|^boxy: below 1 the oval becomes a box, above 1 a diamond. */
        double x = cos(a), y = sin(a);
        x = copysign(pow(fabs(x), boxy), x) * rx * (1 + egg * y);
        y = copysign(pow(fabs(y), boxy), y) * 0.5;
        knots[i] = (ink__knot){0.4 + r * x, 0.5 + r * y, false};
    }
    if (chance(s, 0.22)) { /* the pen leaves inwards or out over the top */
        double in = between(s, -0.2, 0.35);
        knots[count++] = (ink__knot){0.4 - rx * normal(s, 0.2, 0.4), in, false};
        if (in > 0.1 && chance(s, 0.5))
            knots[count++] = (ink__knot){0.4 + rx * normal(s, 0, 0.4), in + 0.15, false};
    }
    ink__sketch_curve(s, knots, count);
    if (chance(s, 0.03)) { /* slashed */
        double reach = between(s, 0.5, 1.1);
        INK_CURVE(s, {0.4 + rx * reach, 0.5 - 0.45 * reach},
                  {0.4 - rx * reach, 0.5 + 0.45 * reach});
    }
}

static void one(ink__sketch *s)
{
    double bend = normal(s, 0, 0.03), flag = chance(s, 0.16) ? between(s, 0.08, 0.45) : 0;
    double drop = between(s, 0.05, 0.45);
    s->jitter *= 0.5; /* a short straight stroke is hard to miss */
    if (flag > 0)
        INK_CURVE(s, {0.3 - flag, drop}, {0.3, 0, true}, {0.3 + bend, 0.5}, {0.3, 1});
    else
        INK_CURVE(s, {0.3, 0}, {0.3 + bend, 0.5}, {0.3, 1});
    if (chance(s, flag > 0 ? 0.5 : 0.02)) {
        double half = between(s, 0.12, 0.45);
        double level = normal(s, 1, 0.03), right = half * between(s, 0.6, 1.3);
        INK_CURVE(s, {0.3 - half, level}, {0.3 + right, 1});
    }
}

static void two(ink__sketch *s)
{
    double top = between(s, 0.18, 0.34), right = between(s, 0.48, 0.75),
           in = between(s, 0.08, 0.32);
    double tail = between(s, 0.45, 1.15), sag = normal(s, 0, 0.05), waist = between(s, 0.5, 0.68);
    double left = normal(s, 0.02, 0.08), hook = normal(s, in, 0.09), up = normal(s, -0.04, 0.1);
    ink__knot a = {normal(s, 0.05, 0.08), hook}, b = {right * between(s, 0.4, 0.6), 0};
    ink__knot c = {right, top}, d = {right * between(s, 0.55, 0.85), waist};
    if (chance(s, 0.1)) /* the head begins with a curl */
        INK_CURVE(s, {a.x + 0.18, hook - 0.02}, {a.x + 0.15, hook + 0.08}, {a.x + 0.03, hook});
    if (chance(s, 0.45)) { /* a loop at the foot */
        double size = between(s, 0.05, 0.5), wide = between(s, 0.06, 0.36);
        double out = wide * between(s, 0.2, 0.7), low = size * between(s, 0.2, 0.5);
        double over = size * between(s, 0.3, 0.9);
        INK_CURVE(s, a, b, c, d, {left + wide, 0.95}, {left - out, 0.97 - low}, {left, 0.95 - size},
                  {left + wide * 1.5, 0.93 - over}, {left + (tail - left) * 0.65, 0.95 + sag},
                  {tail, 0.95 + up});
    } else if (chance(s, 0.3)) { /* round at the foot */
        INK_CURVE(s, a, b, c, d, {left + 0.03, 0.93}, {left + 0.17, 0.96 + sag}, {tail, 0.97 + up});
    } else {
        INK_CURVE(s, a, b, c, d, {left, 0.98, true}, {(left + tail) / 2, 0.97 + sag},
                  {tail, 0.97 + up});
    }
}

static void three(ink__sketch *s)
{
    double split = between(s, 0.36, 0.55), top = between(s, 0.36, 0.7);
    double low = between(s, 0.4, 0.74), in = between(s, 0.1, 0.42);
    double start = normal(s, 0.14, 0.07), last = normal(s, 0.86, 0.08);
    ink__knot begin = {normal(s, 0.04, 0.06), start};
    ink__knot middle = {in, split, !chance(s, 0.4)};
    ink__knot belly = {low, (split + 1) / 2 + normal(s, 0.01, 0.03)};
    ink__knot foot = {between(s, 0.15, 0.42), 1}, out = {normal(s, -0.02, 0.1), last};
    if (chance(s, 0.1)) { /* flat on top */
        INK_CURVE(s, {begin.x, 0.02}, {top, normal(s, 0.02, 0.03), true}, {in, split * 0.85, true},
                  {low, (split + 1) / 2}, foot, out);
    } else if (chance(s, 0.22)) { /* a little loop between the bows */
        double wide = between(s, 0.03, 0.1), tall = between(s, 0.03, 0.1);
        INK_CURVE(s, begin, {top * 0.55, 0}, {top, split * 0.45}, {in + 0.05, split},
                  {in - wide, split + 0.02}, {in, split - tall}, belly, foot, out);
    } else {
        double roof = top * between(s, 0.45, 0.65), side = split * between(s, 0.4, 0.55);
        double under = split + between(s, 0.02, 0.08);
        INK_CURVE(s, begin, {roof, 0}, {top, side}, middle, {(in + low) * 0.5 + 0.07, under}, belly,
                  foot, out);
    }
}

static void four(ink__sketch *s)
{
    double bar = between(s, 0.42, 0.7), stem = between(s, 0.38, 0.62), beyond = between(s, 0, 0.4);
    double lean = normal(s, 0, 0.06), rise = normal(s, 0, 0.06), left = between(s, -0.02, 0.12);
    if (chance(s, 0.2)) { /* closed: up the diagonal and down the stem, or the other way round */
        bool sharp = chance(s, 0.7);
        INK_CURVE(s, {stem + beyond, bar + rise}, {left, bar, true}, {stem - 0.02, 0, sharp},
                  {stem + lean * 0.5, 0.5}, {stem + lean, 1});
    } else if (chance(s, 0.28)) { /* in one go, like a nine with an open top */
        double round = between(s, 0.02, 0.15);
        double in = normal(s, 0.05, 0.05), start = normal(s, 0.06, 0.06),
               peak = normal(s, 0.15, 0.12);
        INK_CURVE(s, {left + in, start}, {left, bar - round}, {(left + stem) / 2, bar},
                  {stem, peak, true}, {stem + lean, 1});
    } else {
        double top = normal(s, 0.06, 0.08), over = normal(s, 0.08, 0.12);
        bool corner = chance(s, 0.6);
        INK_CURVE(s, {left + normal(s, 0.1, 0.1), top}, {left, bar - (corner ? 0 : 0.08), corner},
                  {stem * 0.5, bar + rise * 0.5 + (corner ? 0 : 0.02)},
                  {stem + beyond, bar + rise});
        INK_CURVE(s, {stem + normal(s, 0.03, 0.05), over - 0.05}, {stem + lean * 0.5, 0.5},
                  {stem + lean - 0.03, 1});
    }
}

static void five(ink__sketch *s)
{
    double neck = between(s, 0.24, 0.54), stem = between(s, 0.05, 0.24),
           top = normal(s, 0.04, 0.04);
    double right = between(s, 0.42, 0.8), bar = between(s, 0.3, 0.95),
           rise = normal(s, -0.03, 0.08);
    double start = stem + normal(s, 0.03, 0.05), last = normal(s, 0.83, 0.14);
    double out = normal(s, 0, 0.12), chin = between(s, 0.2, 0.38);
    ink__knot shoulder = {(stem + right) / 2, neck - between(s, -0.04, 0.09)};
    ink__knot belly = {right, (neck + 1) / 2 + normal(s, 0, 0.04)};
    if (chance(s, 0.45)) { /* the bar is a stroke of its own */
        double gap = fabs(normal(s, 0, 0.06)) + normal(s, -0.02, 0.05);
        double drop = normal(s, 0, 0.03), sag = normal(s, 0, 0.02);
        INK_CURVE(s, {start, top}, {stem, neck, true}, shoulder, belly, {chin, 1}, {out, last});
        INK_CURVE(s, {start + gap, top + drop}, {start + bar * 0.5, top + rise * 0.5 + sag},
                  {start + bar, top + rise});
    } else if (chance(s, 0.25)) { /* like an S */
        INK_CURVE(s, {start + bar * 0.9, top + rise}, {start + 0.05, 0.06}, {stem, neck - 0.05},
                  {(stem + right) / 2 + 0.05, neck + 0.1}, belly, {chin, 1}, {out, last});
    } else {
        INK_CURVE(s, {start + bar, top + rise}, {start, top, true}, {stem, neck, true}, shoulder,
                  belly, {chin, 1}, {out, last});
    }
}

static void six(ink__sketch *s)
{
    double loop = between(s, 0.3, 0.68), right = between(s, 0.42, 0.75), roof = 1 - loop;
    double lean = between(s, 0.1, 0.6), bow = between(s, -0.02, 0.12);
    double close = normal(s, 0.08, 0.12), gap = normal(s, 0, 0.06);
    double chin = right * between(s, 0.38, 0.5), side = 1 - loop * between(s, 0.4, 0.6);
    double crown = right * between(s, 0.5, 0.7), last = roof + loop * between(s, 0.15, 0.6) + gap;
    INK_CURVE(s, {lean, 0}, {lean * 0.45 + 0.02 - bow, roof * 0.5}, {0.02, 1 - loop * 0.6},
              {chin, 1}, {right, side}, {crown, roof}, {close, last});
}

static void seven(ink__sketch *s)
{
    double right = between(s, 0.42, 0.75), foot = between(s, 0.05, 0.55), bow = normal(s, 0, 0.06);
    double start = normal(s, 0.05, 0.06), rise = normal(s, 0, 0.05);
    double serif = chance(s, 0.28) ? between(s, 0.06, 0.45) : 0;
    bool round = chance(s, 0.25);
    ink__knot corner = {right, 0.03 + rise + (round ? 0.1 : 0), !round};
    double half = right * between(s, 0.4, 0.6), sag = normal(s, round ? -0.04 : 0, 0.04);
    ink__knot along = {half, start + sag};
    ink__knot middle = {(right + foot) / 2 + bow, 0.5}, end = {foot, 1};
    if (serif > 0)
        INK_CURVE(s, {normal(s, -0.01, 0.03), start + serif}, {0.02, start, true}, along, corner,
                  middle, end);
    else
        INK_CURVE(s, {0, start + normal(s, 0.03, 0.06)}, along, corner, middle, end);
    if (chance(s, 0.18)) {
        double y = between(s, 0.36, 0.62), reach = between(s, 0.12, 0.35),
               tilt = normal(s, 0, 0.06);
        double x = corner.x + (foot - corner.x) * y + bow + normal(s, 0, 0.04);
        INK_CURVE(s, {x - reach, y + tilt}, {x + reach, y - tilt});
    }
}

static void eight(ink__sketch *s)
{
    double split = between(s, 0.34, 0.62), top = between(s, 0.1, 0.36),
           low = between(s, 0.08, 0.36);
    double x = 0.32, shift = normal(s, 0.02, 0.08), cross = normal(s, 0, 0.04);
    double open = fabs(normal(s, 0, 0.15));
    if (chance(s, 0.1)) { /* two rings */
        double from = between(s, 0, INK_TAU), sweep = INK_TAU * between(s, 0.95, 1.1);
        ink__sketch_arc(s, x + shift, split / 2, top, split / 2, from, -sweep);
        from = between(s, -2.2, -1);
        sweep = INK_TAU * between(s, 0.95, 1.1);
        ink__sketch_arc(s, x, (1 + split) / 2, low, (1 - split) / 2, from, sweep);
    } else if (chance(s, 0.35)) { /* the way back up runs out beside the beginning, or past it */
        double start = top * between(s, 0.4, 1.4), high = between(s, 0.02, 0.25);
        double side = split * between(s, 0.35, 0.5), back = split + normal(s, 0, 0.04);
        double fly = top * between(s, 0.3, 2.2), last = between(s, -0.02, 0.25);
        INK_CURVE(s, {x + shift + start, high}, {x + shift + top * 0.2, 0}, {x + shift - top, side},
                  {x + cross, split}, {x + low, (1 + split) / 2}, {x, 1},
                  {x - low, (1 + split) / 2}, {x + cross, back}, {x + shift + fly, last});
    } else {
        double start = top * between(s, 0.5, 1.1), back = split + normal(s, 0, 0.03);
        double last = normal(s, 0.05, 0.05) + open * 0.2;
        INK_CURVE(s, {x + shift + start, (split + open) * 0.3}, {x + shift, 0},
                  {x + shift - top, split * 0.45}, {x + cross, split}, {x + low, (1 + split) / 2},
                  {x, 1}, {x - low, (1 + split) / 2}, {x + cross, back},
                  {x + shift + top, split * 0.5}, {x + shift + top * (0.6 - open), last});
    }
}

static void nine(ink__sketch *s)
{
    double loop = between(s, 0.28, 0.7), right = between(s, 0.34, 0.82), bow = normal(s, 0, 0.05);
    double top = normal(s, 0.1, 0.1), foot = normal(s, right - 0.08, 0.12);
    ink__knot start = {right - between(s, -0.04, 0.16), top};
    ink__knot roof = {right * between(s, 0.45, 0.65), 0},
              left = {0.0, loop * between(s, 0.45, 0.65)};
    ink__knot floor = {right * between(s, 0.3, 0.55), loop};
    ink__knot back = {right, loop * between(s, 0.2, 0.7)};
    if (chance(s, 0.32)) { /* the stem hooks to the left */
        double chin = between(s, 0.2, 0.38), out = between(s, 0, 0.2);
        INK_CURVE(s, start, roof, left, floor, back, {right, loop + 0.15}, {right - 0.06, 0.85},
                  {chin, 1}, {out, 0.92});
    } else if (chance(s, 0.5)) { /* up again, a corner, down */
        INK_CURVE(s, start, roof, left, floor, {right + 0.02, between(s, -0.02, 0.2), true},
                  {(right + foot) / 2 + bow, 0.55}, {foot, 1});
    } else {
        INK_CURVE(s, start, roof, left, floor, back, {(right + foot) / 2 + bow, 0.6}, {foot, 1});
    }
}

ink__glyph *const ink__digit_shapes[10] = {zero, one, two,   three, four,
                                           five, six, seven, eight, nine};
