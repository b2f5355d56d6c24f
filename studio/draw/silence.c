/* Honest silence: see silence.h. */
#include "studio/draw/silence.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 56, AREA = CELLS * CELLS }; /* two cells a unit of the pad */
enum { GROUND, INKED, COUNTED, OUTSIDE };

/* The limits, found on test pictures of MNIST (5000) and of ten Quick, Draw! classes (4000) with
 * the models digits and doodles, against made-up nonsense (100 to 1000 of each kind a model). They
 * were chosen on these very pictures, so on others expect a little less:
 *
 *     real digits    at most 4 pieces, 4 holes, 37 % ink; silence on 0.2 %, right 99.7 -> 99.8 %
 *     real doodles   4 pieces in 99.5 % (at most 6), 12 holes, 45 % ink in 99.5 %; silence on
 *                    3.8 %, right 94.2 -> 96.0 % of what is answered
 *     pixel noise of any density, and single dots      silence on 100 %
 *     8 to 88 specks of the pen                        98 to 99.5 %
 *     6 to 26 straight lines at random                 79 %
 *     one endless scribble                             53 % (doodles) to 72 % (digits): the others
 *                                                      look like something */
static const double least_ink = 0.012, most_ink = 0.45, least_box = 0.15;
static const int most_pieces = 12, many_pieces = 8, most_holes = 12;
static const double least_largest = 0.95, most_edge = 0.65, edge_ink = 0.25;
static const double least_top = 0.45, least_lead = 0.15;

static int coarse(const ink_picture *p, uint8_t *inked)
{
    int count = 0;
    for (int y = 0; y < CELLS; y++)
        for (int x = 0; x < CELLS; x++) {
            int top = y * p->height / CELLS, bottom = (y + 1) * p->height / CELLS;
            int left = x * p->width / CELLS, right = (x + 1) * p->width / CELLS, sum = 0, n = 0;
            for (int v = top; v < bottom || n == 0; v++)
                for (int u = left; u < right || u == left; u++, n++)
                    sum += p->pixels[(size_t)v * (size_t)p->width + (size_t)u];
            inked[y * CELLS + x] = sum > 64 * n;
            count += sum > 64 * n;
        }
    return count;
}

/* Floods one piece of cells that are `from`, making them `to`; returns its size. Ink also hangs
 * together over corners, the ground between does not. `stack` has room for AREA. */
static int flood(uint8_t *cells, int start, uint8_t from, uint8_t to, int *stack)
{
    int size = 0, height = 0;
    stack[height++] = start;
    cells[start] = to;
    while (height > 0) {
        int at = stack[--height], x = at % CELLS, y = at / CELLS;
        size++;
        for (int i = 0; i < 9; i++) {
            int dx = i % 3 - 1, dy = i / 3 - 1, u = x + dx, v = y + dy;
            bool corner = dx != 0 && dy != 0;
            if ((corner && from == GROUND) || u < 0 || v < 0 || u >= CELLS || v >= CELLS ||
                cells[v * CELLS + u] != from)
                continue;
            cells[v * CELLS + u] = to;
            stack[height++] = v * CELLS + u;
        }
    }
    return size;
}

static int falling(const void *a, const void *b)
{
    return *(const int *)b - *(const int *)a;
}

static void count_pieces(uint8_t *inked, int count, silence_facts *facts)
{
    int stack[AREA], sizes[AREA], eight = 0;
    for (int i = 0; i < AREA; i++)
        if (inked[i] == INKED)
            sizes[facts->pieces++] = flood(inked, i, INKED, COUNTED, stack);
    qsort(sizes, (size_t)facts->pieces, sizeof *sizes, falling);
    for (int i = 0; i < facts->pieces && i < 8; i++)
        eight += sizes[i];
    facts->largest = (double)eight / count;
    for (int i = 0; i < CELLS; i++) {
        const int border[4] = {i, AREA - 1 - i, i * CELLS, i * CELLS + CELLS - 1};
        for (int k = 0; k < 4; k++)
            if (inked[border[k]] == GROUND)
                flood(inked, border[k], GROUND, OUTSIDE, stack);
    }
    for (int i = 0; i < AREA; i++)
        if (inked[i] == GROUND)
            facts->holes += flood(inked, i, GROUND, OUTSIDE, stack) > 1;
}

static bool touches_blank(const uint8_t *inked, int x, int y)
{
    return (x > 0 && !inked[y * CELLS + x - 1]) || (x < CELLS - 1 && !inked[y * CELLS + x + 1]) ||
           (y > 0 && !inked[(y - 1) * CELLS + x]) || (y < CELLS - 1 && !inked[(y + 1) * CELLS + x]);
}

static void measure(const uint8_t *inked, int count, silence_facts *facts)
{
    int left = CELLS, right = -1, top = CELLS, bottom = -1, edges = 0;
    for (int y = 0; y < CELLS; y++)
        for (int x = 0; x < CELLS; x++) {
            if (!inked[y * CELLS + x])
                continue;
            left = x < left ? x : left;
            right = x > right ? x : right;
            top = y < top ? y : top;
            bottom = y;
            edges += touches_blank(inked, x, y);
        }
    int wide = right - left + 1, high = bottom - top + 1;
    facts->box = (double)(wide > high ? wide : high) / CELLS;
    facts->ink = (double)count / AREA;
    facts->edge = (double)edges / count;
}

silence_facts silence_look(const ink_picture *picture)
{
    uint8_t inked[AREA];
    silence_facts facts = {.ink = 0};
    int count = coarse(picture, inked);
    if (count > 0) {
        measure(inked, count, &facts);
        count_pieces(inked, count, &facts);
    }
    return facts;
}

void silence_hear(silence_facts *facts, const float *scores, int classes)
{
    facts->top = facts->second = 0;
    for (int i = 0; i < classes; i++) {
        double score = (double)scores[i];
        if (score > facts->top) {
            facts->second = facts->top;
            facts->top = score;
        } else if (score > facts->second) {
            facts->second = score;
        }
    }
}

unsigned silence_judge(const silence_facts *f)
{
    unsigned reasons = 0;
    if (f->ink <= 0)
        return SILENCE_BLANK;
    if (f->ink < least_ink || f->box < least_box)
        reasons |= SILENCE_DOT;
    if (f->ink > most_ink)
        reasons |= SILENCE_FLOOD;
    if (f->pieces > most_pieces || (f->pieces > many_pieces && f->largest < least_largest) ||
        (f->edge > most_edge && f->ink > edge_ink))
        reasons |= SILENCE_SPECKS;
    if (f->holes > most_holes)
        reasons |= SILENCE_TANGLE;
    if (f->top < least_top)
        reasons |= SILENCE_UNSURE;
    else if (f->top - f->second < least_lead)
        reasons |= SILENCE_TOO_CLOSE;
    return reasons;
}

int silence_say(silence_reason reason, const silence_facts *f, char *text, size_t size)
{
    switch (reason) {
    case SILENCE_BLANK:
        return snprintf(text, size, "nothing is drawn");
    case SILENCE_DOT:
        return snprintf(text, size,
                        "there is too little ink: %.1f %% of the pad, a drawing needs %.1f %%",
                        100 * f->ink, 100 * least_ink);
    case SILENCE_FLOOD:
        return snprintf(text, size,
                        "there is too much ink: %.0f %% of the pad, a drawing has at most %.0f %%",
                        100 * f->ink, 100 * most_ink);
    case SILENCE_SPECKS:
        return snprintf(text, size, "the ink lies scattered in %d pieces, like noise", f->pieces);
    case SILENCE_TANGLE:
        return snprintf(text, size, "the ink is a tangle with %d holes", f->holes);
    case SILENCE_UNSURE:
        return snprintf(text, size, "no class scores more than %.1f %%; it takes %.0f %%",
                        100 * f->top, 100 * least_top);
    case SILENCE_TOO_CLOSE:
        return snprintf(text, size, "two classes are too close: %.1f %% and %.1f %%", 100 * f->top,
                        100 * f->second);
    case SILENCE_OTHER:
        return snprintf(text, size, "it looks more like something else: %.1f %%", 100 * f->top);
    }
    return 0;
}
