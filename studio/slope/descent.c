/* A ball on a curve: critical points, the nudge and its rounding, gradient descent and its moods.
 */
#include "studio/slope/descent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the curve ---- */

static double x_of(const curve *c, size_t i)
{
    return c->low + (c->high - c->low) * (double)i / (CURVE_POINTS - 1);
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* A range that holds nearly all of the values: beyond the middle 96 % at most as much again, so
 * that a pole does not flatten the rest. */
static void range_of(const float *values, double *low, double *high)
{
    float sorted[CURVE_POINTS];
    size_t n = 0;
    for (size_t i = 0; i < CURVE_POINTS; i++)
        if (isfinite(values[i]))
            sorted[n++] = values[i];
    *low = -1;
    *high = 1;
    if (n == 0)
        return;
    qsort(sorted, n, sizeof *sorted, ascending);
    double a = (double)sorted[n / 50], b = (double)sorted[n - 1 - n / 50], room = 0.6 * (b - a);
    *low = fmax((double)sorted[0], a - room);
    *high = fmin((double)sorted[n - 1], b + room);
    double margin = fmax(0.06 * (*high - *low), 1e-6 * fmax(1, fabs(*high)));
    if (*high - *low < 1e-12)
        margin = 1;
    *low -= margin;
    *high += margin;
}

/* Between a and b the slope changes its sign: where? */
static double bisect(const formula *f, double a, double b)
{
    bool rising = formula_at(f, a).slope > 0;
    for (int i = 0; i < 80; i++) {
        double middle = 0.5 * (a + b), slope = formula_at(f, middle).slope;
        if (isnan(slope) || slope == 0)
            return middle;
        if ((slope > 0) == rising)
            a = middle;
        else
            b = middle;
    }
    return 0.5 * (a + b);
}

static void add_spot(const formula *f, curve *c, double x, double before, double after)
{
    if (c->spots == CURVE_MOST_SPOTS)
        return;
    double y = formula_at(f, x).value, tall = c->y_high - c->y_low;
    if (!isfinite(y) || y > c->y_high + 10 * tall || y < c->y_low - 10 * tall)
        return; /* a pole */
    double width = (c->high - c->low) / (CURVE_POINTS - 1);
    if (fabs(x) < 1e-9 * width)
        x = 0;
    dual at = formula_at(f, x), near = formula_at(f, x + 1e-6 * width);
    bool kink = isnan(at.slope) || fabs(near.slope) > 0.1 * fabs(after);
    spot_kind kind = before < 0 && after > 0   ? SPOT_MINIMUM
                     : before > 0 && after < 0 ? SPOT_MAXIMUM
                                               : SPOT_FLAT;
    c->spot[c->spots++] = (spot){kind, x, at.value, kink && kind != SPOT_FLAT, false};
}

static bool edge_is_lower(const curve *c, double y)
{
    double slack = 1e-6 * (c->y_high - c->y_low);
    double left = (double)c->y[0], right = (double)c->y[CURVE_POINTS - 1];
    return left < y - slack || right < y - slack;
}

static void find_bottom(curve *c)
{
    double lowest = (double)INFINITY, slack = 1e-6 * (c->y_high - c->y_low);
    for (size_t i = 0; i < c->spots; i++)
        if (c->spot[i].kind == SPOT_MINIMUM)
            lowest = fmin(lowest, c->spot[i].y);
    c->bottom = isfinite(lowest) && !edge_is_lower(c, lowest);
    for (size_t i = 0; i < c->spots; i++)
        c->spot[i].global =
            c->bottom && c->spot[i].kind == SPOT_MINIMUM && c->spot[i].y <= lowest + slack;
}

/* Sign changes of the slope from one place where it is not 0 to the next; what lies between, zeros
 * and gaps, is at most a few points wide unless the curve is level there. */
static void find_spots(const formula *f, curve *c)
{
    size_t last = CURVE_POINTS; /* the last with a slope other than 0 */
    bool flat = false;
    for (size_t i = 0; i < CURVE_POINTS; i++) {
        double slope = (double)c->slope[i];
        if (isnan(slope) || slope == 0) {
            flat = flat || slope == 0;
            continue;
        }
        if (last < CURVE_POINTS && i - last <= 3) {
            double before = (double)c->slope[last], a = x_of(c, last), b = x_of(c, i);
            if ((before > 0) != (slope > 0))
                add_spot(f, c, i - last == 2 && flat ? x_of(c, i - 1) : bisect(f, a, b), before,
                         slope);
            else if (flat)
                add_spot(f, c, x_of(c, i - 1), before, slope);
        }
        last = i;
        flat = false;
    }
}

void curve_look(const formula *f, double low, double high, curve *c)
{
    memset(c, 0, sizeof *c);
    c->low = low;
    c->high = high;
    for (size_t i = 0; i < CURVE_POINTS; i++) {
        dual y = formula_at(f, x_of(c, i));
        c->y[i] = isfinite(y.value) ? (float)y.value : NAN;
        c->slope[i] = (float)y.slope;
    }
    range_of(c->y, &c->y_low, &c->y_high);
    range_of(c->slope, &c->slope_low, &c->slope_high);
    c->slope_low =
        fmin(c->slope_low, -0.1 * (c->slope_high - c->slope_low)); /* 0 is always in view */
    c->slope_high = fmax(c->slope_high, 0.1 * (c->slope_high - c->slope_low));
    find_spots(f, c);
    find_bottom(c);
}

const spot *curve_bottom(const curve *c, double x)
{
    const spot *best = NULL;
    for (size_t i = 0; i < c->spots; i++)
        if (c->spot[i].global && (!best || fabs(c->spot[i].x - x) < fabs(best->x - x)))
            best = &c->spot[i];
    return best;
}

/* ---- the nudge ---- */

nudge nudge_at(const formula *f, double x, double h, bool single)
{
    nudge n = {.at = x, .next = x + h};
    if (single) {
        float at = (float)x, step = (float)h, next = at + step;
        float value = formula_at_single(f, at), next_value = formula_at_single(f, next);
        float measured = (next_value - value) / step;
        n = (nudge){.at = (double)at,
                    .value = (double)value,
                    .next = (double)next,
                    .next_value = (double)next_value,
                    .measured = (double)measured};
    } else {
        n.value = formula_at(f, n.at).value;
        n.next_value = formula_at(f, n.next).value;
        n.measured = (n.next_value - n.value) / h;
    }
    n.exact = formula_at(f, x).slope;
    n.error = fabs(n.measured - n.exact);
    return n;
}

size_t nudge_errors(const formula *f, double x, bool single, double lowest, size_t count, float *h,
                    float *error)
{
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        double step = pow(10, lowest * (double)i / (double)(count - 1));
        h[i] = (float)step;
        error[i] = (float)nudge_at(f, x, step, single).error;
        if (!(error[i] >= error[best]))
            best = i;
    }
    return best;
}

/* ---- the ball ---- */

const char *ball_state_name(ball_state state)
{
    static const char *const names[] = {"ready",    "rolling",  "creeping", "swinging",
                                        "bouncing", "flying",   "falling",  "arrived",
                                        "stuck",    "balanced", "lost"};
    return names[state];
}

static void remember(ball *b)
{
    if (b->trail == BALL_TRAIL) {
        memmove(b->path, b->path + 1, (BALL_TRAIL - 1) * sizeof *b->path);
        b->trail--;
    }
    b->path[b->trail++] = b->x;
}

void ball_put(ball *b, double x)
{
    b->start = b->x = x;
    b->velocity = 0;
    b->steps = b->trail = 0;
    b->state = BALL_READY;
    remember(b);
}

/* The last `count` steps go to and fro. */
static bool alternates(const ball *b, size_t count)
{
    if (b->trail < count + 2)
        return false;
    const double *p = b->path + b->trail - count - 2;
    for (size_t i = 0; i < count; i++)
        if ((p[i + 1] - p[i]) * (p[i + 2] - p[i + 1]) >= 0)
            return false;
    return true;
}

/* The longest of eight steps, the `back` latest left out. */
static double stride(const ball *b, size_t back)
{
    double longest = 0;
    for (size_t i = 0; i < 8 && b->trail >= back + i + 2; i++)
        longest = fmax(longest,
                       fabs(b->path[b->trail - 1 - back - i] - b->path[b->trail - 2 - back - i]));
    return longest;
}

/* At rest in x: what kind of place is it? Looks to both sides instead of at a second derivative,
 * which a kink has not got. */
static ball_state place(const ball *b, const formula *f, const curve *c)
{
    double away = 1e-3 * (c->high - c->low), y = formula_at(f, b->x).value;
    double left = formula_at(f, b->x - away).value, right = formula_at(f, b->x + away).value;
    if (!(left >= y && right >= y) || (left == y && right == y))
        return BALL_BALANCED;
    const spot *bottom = curve_bottom(c, b->x);
    double slack = 1e-4 * (c->y_high - c->y_low);
    return bottom && y > bottom->y + slack ? BALL_STUCK : BALL_ARRIVED;
}

/* How many steps like the last one it is to the next spot downhill; 0 if there is none. */
static double steps_to_go(const ball *b, double step, const curve *c)
{
    double nearest = 0;
    for (size_t i = 0; i < c->spots; i++) {
        double way = (c->spot[i].x - b->x) / step;
        if (way > 0 && c->spot[i].kind == SPOT_MINIMUM && (nearest == 0 || way < nearest))
            nearest = way;
    }
    return nearest;
}

/* Outside the view: downhill for ever, or thrown out? */
static ball_state outside(const ball *b, const formula *f, const curve *c)
{
    double wide = c->high - c->low, y = formula_at(f, b->x).value;
    bool far = !isfinite(b->x) || b->x < c->low - 5 * wide || b->x > c->high + 5 * wide;
    if (isfinite(y) && y < c->y_low - 5 * (c->y_high - c->y_low) && !c->bottom)
        return BALL_FALLING;
    if (far || !isfinite(y) || fabs(y) > 1e3 * fmax(1, c->y_high - c->y_low))
        return isfinite(y) && y < formula_at(f, b->start).value ? BALL_FALLING : BALL_FLYING;
    return BALL_ROLLING;
}

static ball_state judge(const ball *b, double step, double slope, const formula *f, const curve *c)
{
    double wide = c->high - c->low;
    ball_state out = outside(b, f, c);
    if (out != BALL_ROLLING)
        return out;
    if (isnan(slope))
        return BALL_LOST;
    double next = b->rate * fabs(b->momentum * b->velocity + slope);
    if (fabs(step) < 1e-5 * wide && next < 1e-5 * wide) {
        double tall = c->slope_high - c->slope_low;
        if (fabs(slope) < 1e-3 * tall)
            return place(b, f, c);
        return BALL_CREEPING;
    }
    if (alternates(b, 8)) {
        double now = stride(b, 0), then = stride(b, b->trail > 32 ? 16 : 4);
        return now > 0.97 * then ? BALL_BOUNCING : BALL_SWINGING;
    }
    if (b->steps >= 10 && fabs(step) < 2e-3 * wide && steps_to_go(b, step, c) > 150)
        return BALL_CREEPING;
    return BALL_ROLLING;
}

void ball_step(ball *b, const formula *f, const curve *c)
{
    double slope = formula_at(f, b->x).slope;
    if (isnan(slope)) {
        b->state = BALL_LOST;
        return;
    }
    b->velocity = b->momentum * b->velocity + slope;
    double step = -b->rate * b->velocity;
    b->x += step;
    b->steps++;
    remember(b);
    b->state = judge(b, step, formula_at(f, b->x).slope, f, c);
}

bool ball_rests(const ball *b)
{
    return b->state == BALL_FLYING || b->state == BALL_FALLING || b->state == BALL_ARRIVED ||
           b->state == BALL_STUCK || b->state == BALL_BALANCED || b->state == BALL_LOST ||
           b->steps >= BALL_MOST_STEPS;
}

static void tell_rest(const ball *b, double y, const spot *bottom, char *text, size_t size)
{
    if (b->state == BALL_ARRIVED)
        snprintf(text, size, "%s at x = %.3f after %zu steps; the cost is %.4g.",
                 bottom ? "Arrived: the lowest minimum in view," : "In a minimum", b->x, b->steps,
                 y);
    else if (bottom)
        snprintf(text, size,
                 "Stuck in a local minimum at x = %.3f, f = %.4g: the global one is at x = %.3f, f "
                 "= %.4g.",
                 b->x, y, bottom->x, bottom->y);
    else
        snprintf(text, size, "Stuck in a local minimum at x = %.3f, f = %.4g.", b->x, y);
}

void ball_sentence(const ball *b, const formula *f, const curve *c, char *text, size_t size)
{
    double y = formula_at(f, b->x).value, slope = formula_at(f, b->x).slope;
    double step = b->trail > 1 ? b->path[b->trail - 1] - b->path[b->trail - 2] : 0;
    switch (b->state) {
    case BALL_READY:
        snprintf(text, size, "The slope here is %.3g, so the ball will roll to the %s.", slope,
                 slope > 0 ? "left" : "right");
        if (isnan(slope) || slope == 0)
            snprintf(text, size, "There is %s slope here: the ball will not know where to roll.",
                     isnan(slope) ? "no" : "a zero");
        return;
    case BALL_ROLLING:
        snprintf(text, size, "Right: the rate suits the curve; step %zu moved by %.3g.", b->steps,
                 step);
        return;
    case BALL_CREEPING:
        snprintf(text, size,
                 "The rate is too low: creeping by %.2g a step, %.0f such steps to the next "
                 "minimum.",
                 fabs(step), ceil(steps_to_go(b, step, c)));
        return;
    case BALL_SWINGING:
        snprintf(text, size, "A high rate: it jumps across the minimum, but comes nearer.");
        return;
    case BALL_BOUNCING:
        snprintf(text, size,
                 "The rate is too high: bouncing by %.3g to and fro, and coming no nearer.",
                 fabs(step));
        return;
    case BALL_FLYING:
        snprintf(text, size, "The rate is much too high: after %zu steps the ball has flown away.",
                 b->steps);
        return;
    case BALL_FALLING:
        snprintf(text, size, "It falls for ever: there is no minimum on this side.");
        return;
    case BALL_BALANCED:
        snprintf(text, size,
                 "The slope is 0 at x = %.3f, but this is no minimum: no step leads on.", b->x);
        return;
    case BALL_LOST:
        snprintf(text, size, "There is no slope at x = %.4g: a kink, a pole or a gap.", b->x);
        return;
    default:
        tell_rest(b, y, curve_bottom(c, b->x), text, size);
    }
}
