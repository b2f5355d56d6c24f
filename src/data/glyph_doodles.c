/* How people draw ten things in a few strokes: the ten categories of the video, after the habits
 * seen in Quick, Draw! (no drawing of anybody's is stored here). Every function knows several
 * designs and leaves out, adds and resizes parts by chance. All look to the left or to whichever
 * side is easier to write down; glyphs.c mirrors half of them. No expression draws a number twice
 * (see glyph_digits.c). */
#include "data/glyph_shapes.h"

#include <math.h>

/* A knot that leaves `corner` out is no corner. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define between ink__sketch_between
#define normal  ink__sketch_normal
#define chance  ink__sketch_chance
#define arc     ink__sketch_arc

static void line(ink__sketch *s, double x0, double y0, double x1, double y1)
{
    INK_LINES(s, {x0, y0}, {x1, y1});
}

static void ring(ink__sketch *s, double x, double y, double rx, double ry)
{
    double turn = chance(s, 0.5) ? INK_TAU : -INK_TAU;
    double from = between(s, 0, INK_TAU), sweep = turn * between(s, 0.93, 1.08);
    arc(s, x, y, rx, ry, from, sweep);
}

static void dot(ink__sketch *s, double x, double y)
{
    arc(s, x, y, 0.012, 0.012, 0, INK_TAU);
}

static void box(ink__sketch *s, double x0, double y0, double x1, double y1)
{
    INK_LINES(s, {x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0});
}

static int below(ink__sketch *s, int bound)
{
    return (int)ink__random_below(&s->random, (uint64_t)bound);
}

static void rotor(ink__sketch *s, double x, double y, double reach)
{
    switch (below(s, 4)) {
    case 0: /* seen from a little above */
        ring(s, x, y, reach, between(s, 0.03, 0.07));
        break;
    case 1:
        line(s, x - reach, y - 0.06, x + reach, y + 0.06);
        line(s, x - reach, y + 0.06, x + reach, y - 0.06);
        break;
    default:
        line(s, x - reach, y + normal(s, 0, 0.03), x + reach, y);
        if (chance(s, 0.2))
            line(s, x - reach, y + 0.05, x + reach, y + 0.05);
    }
}

static void helicopter(ink__sketch *s)
{
    double rx = between(s, 0.2, 0.32), ry = between(s, 0.15, 0.3), y = 0.55;
    double boom = between(s, 0.3, 0.5), lift = between(s, 0, 0.14), end = rx + boom;
    if (chance(s, 0.6)) {
        ring(s, 0, y, rx, ry);
        line(s, rx * 0.9, y - ry * 0.3, end, y - lift);
        if (chance(s, 0.5))
            line(s, rx * 0.9, y + ry * 0.3, end, y - lift + 0.05);
    } else { /* cabin and boom in one outline */
        INK_CURVE(s, {rx * 0.7, y - ry * 0.6}, {0, y - ry}, {-rx, y + ry * 0.2},
                  {-rx * 0.5, y + ry}, {rx * 0.6, y + ry}, {rx, y + ry * 0.2, true},
                  {end, y - lift + 0.04, true}, {end, y - lift - 0.04, true},
                  {rx * 0.7, y - ry * 0.6});
    }
    double mast = y - ry - between(s, 0.06, 0.2);
    line(s, 0, y - ry, 0, mast);
    rotor(s, 0, mast, between(s, 0.25, 0.55));
    switch (below(s, 4)) { /* the tail rotor */
    case 0:
        line(s, end, y - lift - 0.12, end, y - lift + 0.12);
        break;
    case 1:
        line(s, end - 0.08, y - lift - 0.08, end + 0.08, y - lift + 0.08);
        line(s, end - 0.08, y - lift + 0.08, end + 0.08, y - lift - 0.08);
        break;
    case 2:
        ring(s, end, y - lift, 0.08, 0.08);
        break;
    default:
        line(s, end, y - lift, end + 0.05, y - lift - 0.14);
    }
    if (chance(s, 0.8)) { /* skids */
        double foot = y + ry + between(s, 0.06, 0.14), half = between(s, 0.2, 0.34);
        line(s, -rx * 0.4, y + ry * 0.9, -rx * 0.45, foot);
        line(s, rx * 0.4, y + ry * 0.9, rx * 0.45, foot);
        INK_CURVE(s, {-half - 0.06, foot - 0.05}, {-half, foot}, {half, foot});
    }
    if (chance(s, 0.55)) /* the window */
        INK_CURVE(s, {-rx * 0.1, y - ry * 0.9}, {0, y}, {-rx * 0.95, y + 0.02});
}

static void leaf(ink__sketch *s, double x, double y, double angle, double length, double wide)
{
    double c = cos(angle) * length, d = sin(angle) * length;
    double nx = -sin(angle) * wide, ny = cos(angle) * wide;
    INK_CURVE(s, {x, y}, {x + c * 0.5 + nx, y + d * 0.5 + ny}, {x + c, y + d, true},
              {x + c * 0.5 - nx, y + d * 0.5 - ny}, {x, y});
}

static void flower(ink__sketch *s, double x, double y, double r)
{
    int petals = 4 + below(s, 3);
    ring(s, x, y, r * 0.4, r * 0.4);
    if (chance(s, 0.3))
        return;
    for (int i = 0; i < petals; i++) {
        double a = i * INK_TAU / petals + 0.3;
        ring(s, x + cos(a) * r * 0.8, y + sin(a) * r * 0.8, r * 0.4, r * 0.4);
    }
}

static void pot(ink__sketch *s, double top, double half)
{
    double foot = half * between(s, 0.5, 0.95), tall = between(s, 0.28, 0.42);
    if (chance(s, 0.15)) { /* a bowl */
        arc(s, 0, top, half, tall, 0, INK_TAU / 2);
        line(s, -half, top, half, top);
        return;
    }
    INK_LINES(s, {-half, top}, {-foot, top + tall}, {foot, top + tall}, {half, top}, {-half, top});
    if (chance(s, 0.4)) {
        double rim = between(s, 0.05, 0.1);
        box(s, -half - 0.04, top - rim, half + 0.04, top);
    }
    if (chance(s, 0.12))
        line(s, -half - 0.1, top + tall + 0.02, half + 0.1, top + tall + 0.02);
}

static void house_plant(ink__sketch *s)
{
    double top = 0.62, tall = between(s, 0.4, 0.65);
    pot(s, top, between(s, 0.16, 0.28));
    int design = below(s, 4);
    if (design == 0) { /* blades */
        int blades = 3 + below(s, 4);
        for (int i = 0; i < blades; i++) {
            double lean = ((i + 0.5) / blades - 0.5) * between(s, 0.7, 1.1);
            if (chance(s, 0.5))
                INK_CURVE(s, {lean * 0.1, top}, {lean * 0.35, top - tall * 0.6},
                          {lean, top - tall * (1 - fabs(lean) * 0.6)});
            else
                leaf(s, lean * 0.1, top, -INK_TAU / 4 + lean * 1.3, tall, 0.05);
        }
        return;
    }
    double lean = normal(s, 0, 0.05);
    INK_CURVE(s, {0, top}, {lean * 2, top - tall * 0.5}, {lean, top - tall});
    double angle = -INK_TAU / 4 + normal(s, 0, 0.4), length = between(s, 0.16, 0.28);
    if (design == 1)
        flower(s, lean, top - tall - 0.08, between(s, 0.1, 0.17));
    else
        leaf(s, lean, top - tall, angle, length, 0.07);
    int leaves = (design == 1 ? 0 : 2) + below(s, 4);
    double side = chance(s, 0.5) ? 1 : -1;
    for (int i = 0; i < leaves; i++, side = -side) {
        double at = 0.3 + 0.65 * (i + 0.5) / (leaves + 0.5);
        angle = side > 0 ? -between(s, 0.2, 0.8) : INK_TAU / 2 + between(s, 0.2, 0.8);
        length = between(s, 0.16, 0.3);
        leaf(s, lean * (1 - fabs(at - 0.5)), top - tall * at, angle, length,
             between(s, 0.04, 0.09));
    }
}

static void whiskers(ink__sketch *s, double x, double y, double near, double far)
{
    int count = 2 + below(s, 2);
    for (int side = -1; side <= 1; side += 2)
        for (int i = 0; i < count; i++) {
            double rise = (i - (count - 1) / 2.0) * 0.1;
            line(s, x + side * near, y + rise * 0.4, x + side * far, y + rise);
        }
}

static void cat_head(ink__sketch *s, double x, double y, double r, bool face)
{
    double wide = r * between(s, 0.95, 1.25), ear = r * between(s, 0.4, 0.9);
    double in = wide * between(s, 0.25, 0.5), out = wide * between(s, 0.85, 1);
    if (chance(s, 0.5)) { /* one outline with the ears in it */
        INK_CURVE(s, {x - in, y - r * 0.85, true}, {x - out * 0.85, y - r * 0.7 - ear, true},
                  {x - out, y - r * 0.3}, {x - wide * 0.9, y + r * 0.5}, {x, y + r},
                  {x + wide * 0.9, y + r * 0.5}, {x + out, y - r * 0.3},
                  {x + out * 0.85, y - r * 0.7 - ear, true}, {x + in, y - r * 0.85, true},
                  {x - in, y - r * 0.85});
    } else {
        ring(s, x, y, wide, r);
        for (int side = -1; side <= 1; side += 2)
            INK_LINES(s, {x + side * in, y - r * 0.9}, {x + side * out * 0.8, y - r * 0.8 - ear},
                      {x + side * out * 0.92, y - r * 0.5});
    }
    if (!face)
        return;
    double eye = wide * between(s, 0.3, 0.45), at = y - r * between(s, 0.1, 0.35);
    bool round = chance(s, 0.4);
    for (int side = -1; side <= 1; side += 2) {
        if (round)
            ring(s, x + side * eye, at, r * 0.14, r * 0.16);
        else
            dot(s, x + side * eye, at);
    }
    double nose = y + r * between(s, 0.1, 0.3);
    if (chance(s, 0.6))
        INK_LINES(s, {x - r * 0.1, nose - 0.03}, {x + r * 0.1, nose - 0.03}, {x, nose + 0.03},
                  {x - r * 0.1, nose - 0.03});
    if (chance(s, 0.6))
        INK_CURVE(s, {x - r * 0.35, nose + r * 0.25}, {x - r * 0.15, nose + r * 0.4},
                  {x, nose + r * 0.1, true}, {x + r * 0.15, nose + r * 0.4},
                  {x + r * 0.35, nose + r * 0.25});
    if (chance(s, 0.85))
        whiskers(s, x, nose, wide * 0.3, wide * between(s, 0.9, 1.6));
}

static void cat(ink__sketch *s)
{
    if (chance(s, 0.68)) {
        cat_head(s, 0, 0.5, 0.4, true);
    } else if (chance(s, 0.6)) { /* standing, from the side */
        double back = between(s, 0.6, 0.9), tall = between(s, 0.2, 0.32);
        double head = between(s, 0.15, 0.21);
        cat_head(s, 0, 0.3, head, chance(s, 0.5));
        INK_CURVE(s, {0.14, 0.34}, {back / 2, 0.4}, {back, 0.36}, {back + 0.04, 0.55},
                  {back / 2, 0.64}, {0.06, 0.5});
        for (int i = 0; i < 4; i++) {
            double x = i < 2 ? 0.12 + 0.1 * i : back - 0.04 - 0.1 * (i - 2);
            line(s, x, 0.58, x + normal(s, 0, 0.02), 0.6 + tall);
        }
        double bow = between(s, 0.08, 0.2), tip = between(s, 0.02, 0.15);
        INK_CURVE(s, {back, 0.38}, {back + bow, 0.3}, {back + tip, between(s, 0, 0.15)});
    } else { /* sitting */
        double head = between(s, 0.17, 0.22);
        cat_head(s, 0, 0.2, head, chance(s, 0.7));
        INK_CURVE(s, {-0.1, 0.38}, {-0.22, 0.75}, {-0.16, 1}, {0.2, 1}, {0.26, 0.75}, {0.1, 0.38});
        INK_CURVE(s, {0.22, 0.95}, {0.42, 0.9}, {0.4, between(s, 0.5, 0.7)});
        if (chance(s, 0.5)) {
            line(s, -0.05, 0.7, -0.05, 1);
            line(s, 0.07, 0.7, 0.07, 1);
        }
    }
}

static void funnels(ink__sketch *s, double x0, double x1, double foot)
{
    int count = 1 + below(s, 3);
    double wide = between(s, 0.07, 0.12), tall = between(s, 0.1, 0.2);
    for (int i = 0; i < count; i++) {
        double x = x0 + (x1 - x0) * (i + 0.5) / count;
        INK_LINES(s, {x - wide / 2, foot}, {x - wide / 2, foot - tall}, {x + wide / 2, foot - tall},
                  {x + wide / 2, foot});
        if (chance(s, 0.25))
            INK_CURVE(s, {x, foot - tall - 0.02}, {x + 0.07, foot - tall - 0.07},
                      {x + 0.03, foot - tall - 0.12}, {x + 0.14, foot - tall - 0.17});
    }
}

static void cruise_ship(ink__sketch *s)
{
    double deck = 0.55, keel = deck + between(s, 0.14, 0.24), bow = between(s, 0.08, 0.25);
    double stern = between(s, 0, 0.15);
    if (chance(s, 0.7))
        INK_LINES(s, {-0.6, deck}, {-0.6 + bow, keel}, {0.6 - stern, keel}, {0.6, deck},
                  {-0.6, deck});
    else
        INK_CURVE(s, {0.6, deck, true}, {-0.6, deck, true}, {-0.5 + bow * 0.5, keel - 0.03},
                  {-0.3, keel}, {0.45 - stern, keel}, {0.6, deck});
    int decks = 1 + below(s, 3);
    double left = -between(s, 0.25, 0.45), right = between(s, 0.25, 0.5), y = deck;
    for (int i = 0; i < decks; i++) {
        double tall = between(s, 0.08, 0.14);
        INK_LINES(s, {left, y}, {left + 0.02, y - tall}, {right, y - tall}, {right, y});
        if (chance(s, 0.35))
            for (int k = 0; k < 4; k++)
                dot(s, left + (right - left) * (k + 0.7) / 4.4, y - tall / 2);
        y -= tall;
        left += between(s, 0.02, 0.12);
        right -= between(s, 0.02, 0.12);
    }
    if (chance(s, 0.7))
        funnels(s, left, right, y);
    if (chance(s, 0.5)) { /* portholes */
        int holes = 3 + below(s, 3);
        for (int k = 0; k < holes; k++) {
            double x = -0.38 + 0.8 * k / (holes - 1);
            if (chance(s, 0.5))
                dot(s, x, (deck + keel) / 2);
            else
                ring(s, x, (deck + keel) / 2, 0.025, 0.025);
        }
    }
    if (chance(s, 0.3)) { /* the sea */
        ink__knot wave[13];
        for (int i = 0; i < 13; i++)
            wave[i] = (ink__knot){-0.72 + 0.12 * i, keel + (i % 2 ? 0.06 : 0.0), false};
        ink__sketch_curve(s, wave, 13);
    }
}

static void blade(ink__sketch *s, int design, double x, double y, double angle, double reach)
{
    double c = cos(angle), d = sin(angle), w = between(s, 0.06, 0.12), in = reach * 0.2;
    double ex = x + c * reach, ey = y + d * reach;
    if (design == 0) {
        line(s, x, y, ex, ey);
    } else if (design == 1) { /* a sail on one side of the arm */
        line(s, x, y, ex, ey);
        INK_LINES(s, {x + c * in, y + d * in}, {x + c * in - d * w * 1.5, y + d * in + c * w * 1.5},
                  {ex - d * w * 1.5, ey + c * w * 1.5}, {ex, ey});
    } else if (design == 2) { /* a wedge */
        INK_LINES(s, {x, y}, {ex - d * w, ey + c * w}, {ex + d * w, ey - c * w}, {x, y});
    } else {
        leaf(s, x, y, angle, reach, w);
    }
}

static void windmill(ink__sketch *s)
{
    double hub = between(s, 0.28, 0.36), reach = between(s, 0.3, 0.46), foot = 1;
    double wide = between(s, 0.14, 0.28), top = wide * between(s, 0.35, 0.8);
    int blades = chance(s, 0.6) ? 4 : 3 + below(s, 4), design = below(s, 4);
    bool pole = chance(s, 0.2);
    if (pole &&
        design == 0) /* bare arms on a pole are a cross, not a mill, unless there are many */
        blades = 5 + below(s, 4);
    if (pole) {
        line(s, 0, hub, normal(s, 0, 0.03), foot);
    } else {
        double roof = hub + normal(s, 0, 0.06);
        INK_LINES(s, {-top, roof}, {-wide, foot}, {wide, foot}, {top, roof}, {-top, roof});
        if (chance(s, 0.35))
            INK_LINES(s, {-top * 1.2, roof}, {0, roof - between(s, 0.12, 0.24)}, {top * 1.2, roof});
        if (chance(s, 0.35))
            INK_LINES(s, {-0.05, foot}, {-0.05, foot - 0.15}, {0.05, foot - 0.15}, {0.05, foot});
        if (chance(s, 0.15))
            box(s, -0.04, 0.62, 0.04, 0.7);
    }
    double turn = between(s, 0, INK_TAU);
    for (int i = 0; i < blades; i++)
        blade(s, design, 0, hub, turn + i * INK_TAU / blades, reach);
    if (chance(s, 0.25))
        ring(s, 0, hub, 0.04, 0.04);
}

static void popsicle(ink__sketch *s)
{
    double half = between(s, 0.14, 0.26), foot = between(s, 0.6, 0.72),
           round = between(s, 0.1, 0.3);
    double stick = between(s, 0.03, 0.07), end = foot + between(s, 0.18, 0.35);
    double taper = half * between(s, 0.8, 1.05);
    int sticks = chance(s, 0.12) ? 2 : 1;
    if (chance(s, 0.8)) {
        INK_CURVE(s, {-half, foot, true}, {-half, foot * 0.6}, {-taper, round}, {0, 0},
                  {taper, round}, {half, foot * 0.6}, {half, foot, true}, {-half, foot});
    } else if (chance(s, 0.6)) {
        box(s, -half, 0, half, foot);
    } else { /* no bottom corner: an oval */
        ring(s, 0, foot / 2, half, foot / 2);
    }
    for (int i = 0; i < sticks; i++) {
        double x = sticks == 1 ? normal(s, 0, 0.02) : (i ? half : -half) / 2;
        if (chance(s, 0.3))
            line(s, x, foot, x, end);
        else
            INK_CURVE(s, {x - stick, foot, true}, {x - stick, end - stick}, {x, end},
                      {x + stick, end - stick}, {x + stick, foot, true});
    }
    if (chance(s, 0.3)) { /* grooves */
        double x = half * between(s, 0.3, 0.5), low = foot * between(s, 0.6, 0.85);
        line(s, -x, foot * 0.22, -x, low);
        line(s, x, foot * 0.22, x, low);
    } else if (chance(s, 0.2)) { /* two flavours */
        line(s, -half, foot * 0.5, half, foot * 0.5 + normal(s, 0, 0.04));
    }
    if (chance(s, 0.08))
        line(s, 0, 0.1, 0, foot - 0.08);
    if (chance(s, 0.12)) /* a bite */
        arc(s, half * 0.9, 0.06, 0.1, 0.1, 1.3, 2.2);
}

static void wheel(ink__sketch *s, double x, double y, double r, int spokes)
{
    ring(s, x, y, r, r);
    double turn = between(s, 0, 1);
    for (int i = 0; i < spokes; i++) {
        double a = turn + i * INK_TAU / 2 / spokes;
        line(s, x - r * cos(a), y - r * sin(a), x + r * cos(a), y + r * sin(a));
    }
}

static void tractor(ink__sketch *s)
{
    double big = between(s, 0.2, 0.28), small = between(s, 0.11, 0.18), gap = between(s, 0.5, 0.66);
    double hood = 0.9 - big * between(s, 1.3, 1.8), low = 0.9 - small * 0.9;
    double front = -gap - between(s, 0, 0.1), cab = hood - between(s, 0.25, 0.38);
    double fore = -between(s, 0.18, 0.3), back = between(s, 0.08, 0.2), slope = between(s, 0, 0.08);
    wheel(s, 0, 0.9 - big, big, chance(s, 0.1) ? 2 : 0);
    wheel(s, -gap, 0.9 - small, small, chance(s, 0.1) ? 2 : 0);
    if (chance(s, 0.5)) {
        ring(s, 0, 0.9 - big, big * 0.4, big * 0.4);
        if (chance(s, 0.6))
            ring(s, -gap, 0.9 - small, small * 0.35, small * 0.35);
    }
    if (chance(s, 0.55)) { /* cab and hood in one outline */
        INK_LINES(s, {back, 0.9 - 2 * big + 0.03}, {back - slope, cab}, {fore + slope, cab},
                  {fore, hood}, {front, hood}, {front, low - 0.04}, {-gap + small, low - 0.04});
    } else {
        box(s, front, hood, fore, low - 0.06);
        INK_LINES(s, {fore, hood + 0.06}, {fore + slope, cab}, {back - slope, cab}, {back, hood});
    }
    if (chance(s, 0.45)) /* the window */
        box(s, fore + slope + 0.05, cab + 0.06, back - slope - 0.05, hood - 0.02);
    if (chance(s, 0.55)) { /* the exhaust */
        double x = front + (fore - front) * between(s, 0.25, 0.7), tall = between(s, 0.1, 0.22);
        line(s, x, hood, x, hood - tall);
        if (chance(s, 0.4))
            line(s, x + 0.05, hood, x + 0.05, hood - tall);
    }
    if (chance(s, 0.25))
        INK_LINES(s, {-big * 0.9, low}, {-gap + small, low});
}

static void umbrella(ink__sketch *s)
{
    double rx = between(s, 0.36, 0.5), ry = between(s, 0.2, 0.42), rim = 0.45;
    double end = between(s, 0.85, 1.05), hook = between(s, 0.05, 0.11);
    int scallops = chance(s, 0.55) ? 2 + below(s, 4) : 0;
    size_t first = s->strokes;
    if (chance(s, 0.85))
        arc(s, 0, rim, rx, ry, INK_TAU / 2, INK_TAU / 2);
    else /* pointed like a tent */
        INK_CURVE(s, {-rx, rim}, {-rx * 0.4, rim - ry * 0.6}, {0, rim - ry, true},
                  {rx * 0.4, rim - ry * 0.6}, {rx, rim});
    for (int i = 0; i < scallops; i++) {
        double w = 2 * rx / scallops;
        arc(s, -rx + (i + 0.5) * w, rim, w / 2, between(s, 0.04, 0.08), INK_TAU / 2, INK_TAU / 2);
    }
    bool closed = scallops > 0 || chance(s, 0.85);
    if (scallops == 0 && closed)
        INK_CURVE(s, {-rx, rim}, {0, rim + normal(s, 0, 0.05)}, {rx, rim});
    if (chance(s, 0.35)) { /* ribs */
        double x = rx * between(s, 0.3, 0.5);
        INK_CURVE(s, {0, rim - ry}, {-x * 0.8, rim - ry * 0.6}, {-x, rim});
        INK_CURVE(s, {0, rim - ry}, {x * 0.8, rim - ry * 0.6}, {x, rim});
    }
    double from = !closed || chance(s, 0.3) ? rim - ry : rim;
    if (chance(s, 0.8))
        INK_CURVE(s, {0, from}, {0, end - 0.05, true}, {hook, end + hook * 0.8},
                  {2 * hook, end - between(s, 0, 0.06)});
    else
        line(s, 0, from, 0, end);
    if (chance(s, 0.3))
        line(s, 0, rim - ry, 0, rim - ry - between(s, 0.04, 0.1));
    if (chance(s, 0.25)) { /* held askew */
        double a = normal(s, 0, 0.35);
        ink__sketch_transform(s, s->first[first], cos(a), -sin(a), 0, sin(a), cos(a), 0);
    }
}

static void frame(ink__sketch *s, double gap, double top, double y)
{
    double seat = gap * between(s, 0.25, 0.4), crank = gap * between(s, 0.4, 0.52);
    double head = gap * between(s, 0.78, 0.9);
    switch (below(s, 4)) {
    case 0: /* the real diamond */
        INK_LINES(s, {0, y}, {seat, top}, {head, top}, {crank, y}, {0, y});
        line(s, seat, top, crank, y);
        break;
    case 1: /* a bar and two uprights */
        line(s, 0, y, gap, y);
        line(s, seat, y, seat, top);
        break;
    case 2: /* a V hung between two posts */
        INK_LINES(s, {0, y}, {seat, top}, {crank, y}, {head, top});
        break;
    default: /* a triangle */
        INK_LINES(s, {0, y}, {seat, top}, {head, top}, {0, y});
    }
    double post = top - between(s, 0.03, 0.12), bar = top - between(s, 0.06, 0.18);
    line(s, seat, top, seat - 0.02, post);
    line(s, seat - 0.09, post, seat + 0.07, post);
    line(s, gap, y, head, bar);
    if (chance(s, 0.5))
        line(s, head - 0.1, bar, head + 0.04, bar);
    else
        INK_CURVE(s, {head, bar}, {head + 0.1, bar + 0.01}, {head + 0.1, bar + 0.08});
    if (chance(s, 0.3))
        ring(s, crank, y, 0.04, 0.04);
}

static void bicycle(ink__sketch *s)
{
    double r = between(s, 0.13, 0.3), gap = between(s, 0.6, 0.9), y = 0.7;
    int spokes = chance(s, 0.25) ? 2 + below(s, 2) : 0;
    wheel(s, 0, y, r, spokes);
    double level = y + normal(s, 0, 0.02);
    wheel(s, gap, level, r * between(s, 0.9, 1.1), spokes);
    frame(s, gap, y - between(s, 0.22, 0.36), y);
}

static void tentacles(ink__sketch *s, double y, double half, int count, double reach)
{
    double spread = between(s, 0.1, 0.9), sway = between(s, 0.02, 0.09);
    double phase = between(s, 0, INK_TAU), both = chance(s, 0.5) ? -1 : 1;
    for (int i = 0; i < count; i++) {
        double at = count > 1 ? 2.0 * i / (count - 1) - 1 : 0, x = at * half;
        double length = reach * between(s, 0.75, 1.15) * (1 - 0.25 * fabs(at) * spread);
        double out = at * spread * 0.45, side = both < 0 ? (at < 0 ? -1 : 1) : cos(phase + i);
        INK_CURVE(s, {x, y}, {x + out * 0.4 + side * sway, y + length * 0.35},
                  {x + out * 0.8 - side * sway, y + length * 0.7},
                  {x + out * 1.1 + side * sway * 1.5, y + length});
    }
}

static void octopus(ink__sketch *s)
{
    double rx = between(s, 0.18, 0.32), ry = between(s, 0.2, 0.34), y = ry;
    int count = 4 + below(s, 5);
    double reach = between(s, 0.38, 0.75);
    if (chance(s, 0.2)) { /* arms as fingers of one long outline */
        ink__knot hem[17];
        int arms = 3 + below(s, 3);
        size_t n = 0;
        hem[n++] = (ink__knot){-rx * 0.8, y + ry * 0.3, false};
        for (int i = 0; i < arms; i++) {
            double x = (2.0 * (i + 0.5) / arms - 1) * rx * 1.6, w = rx / arms;
            double foot = y + ry * 0.6 + reach * between(s, 0.8, 1.1);
            hem[n++] = (ink__knot){x - w * 0.6, foot - 0.05, false};
            hem[n++] = (ink__knot){x + w * 0.6, foot, false};
            if (i + 1 < arms)
                hem[n++] = (ink__knot){x + 1.6 * rx / arms, y + ry * 0.9, false};
        }
        hem[n++] = (ink__knot){rx * 0.8, y + ry * 0.3, false};
        arc(s, 0, y, rx, ry, INK_TAU * 0.45, INK_TAU * 0.6);
        ink__sketch_curve(s, hem, n);
    } else {
        bool dome = chance(s, 0.35);
        if (dome)
            arc(s, 0, y + ry * 0.6, rx, ry * 1.6, INK_TAU / 2, INK_TAU / 2);
        else
            ring(s, 0, y, rx, ry);
        if (dome && chance(s, 0.5))
            line(s, -rx, y + ry * 0.6, rx, y + ry * 0.6);
        tentacles(s, y + ry * (dome ? 0.6 : 0.75), rx * between(s, 0.7, 1), count, reach);
    }
    if (chance(s, 0.7)) {
        double eye = rx * between(s, 0.3, 0.5), at = y - ry * between(s, -0.1, 0.3);
        bool round = chance(s, 0.4);
        for (int side = -1; side <= 1; side += 2) {
            if (round)
                ring(s, side * eye, at, 0.04, 0.045);
            else
                dot(s, side * eye, at);
        }
        if (chance(s, 0.5))
            INK_CURVE(s, {-rx * 0.4, y + ry * 0.3}, {0, y + ry * 0.5}, {rx * 0.4, y + ry * 0.3});
    }
}

ink__glyph *const ink__doodle_shapes[10] = {helicopter, house_plant, cat,     cruise_ship,
                                            windmill,   popsicle,    tractor, umbrella,
                                            bicycle,    octopus};
const char *const ink__doodle_names[10] = {
    "helicopter", "house plant", "cat",      "cruise ship", "windmill",
    "popsicle",   "tractor",     "umbrella", "bicycle",     "octopus",
};
