/* Winograd's convolution; see winograd.h. */
#include "kernel/winograd.h"

#include <stdint.h>
#include <string.h>

enum { POINTS = INK_WINOGRAD_POINTS, PLACES = INK_WINOGRAD_PLACES };
enum { LEAST_CHANNELS = 16 }; /* a vector: below that the transforms cost more than they save */
enum { PANEL = 2 * INK_CUT_VECTOR };
enum { AHEAD = 1 << 16, CACHE_LINE = 64 }; /* bytes */

ink__winograd ink__winograd_of(const ink__conv *c)
{
    ink__winograd w = {.conv = *c, .outputs = POINTS + 1 - c->kernel_height};
    w.tiles_high = ink__ceil_div(c->out_height, w.outputs);
    w.tiles_wide = ink__ceil_div(c->out_width, w.outputs);
    w.tiles = w.tiles_high * w.tiles_wide;
    return w;
}

bool ink__winograd_pays(const ink__conv *c)
{
    size_t taps = c->kernel_height;
    if ((taps != 3 && taps != 5) || taps != c->kernel_width || c->stride != 1 || c->spread != 1 ||
        c->groups != 1 || c->channels < LEAST_CHANNELS || c->filters < LEAST_CHANNELS)
        return false;
    /* tiles that hang over the border multiply in vain */
    ink__winograd w = ink__winograd_of(c);
    return 3 * w.tiles * PLACES <= 2 * c->out_height * c->out_width * taps * taps;
}

size_t ink__winograd_step(size_t tiles, size_t channels)
{
    return ink__ceil_div(tiles * channels, INK_CUT_VECTOR) * INK_CUT_VECTOR + INK_CUT_VECTOR;
}

static size_t panel_width(size_t filters, size_t col)
{
    size_t left = filters - col < PANEL ? filters - col : PANEL;
    return ink__ceil_div(left, INK_CUT_VECTOR) * INK_CUT_VECTOR;
}

size_t ink__winograd_filter_step(const ink__winograd *w)
{
    size_t filters = ink__ceil_div(w->conv.filters, INK_CUT_VECTOR) * INK_CUT_VECTOR;
    return w->conv.channels * filters + INK_CUT_VECTOR; /* the product may read so far beyond */
}

void ink__winograd_filter(const ink__kernels *kernels, const ink__winograd *w, const float *weights,
                          bool turned, size_t first, size_t count, float *u)
{
    size_t channels = w->conv.channels, filters = w->conv.filters, side = w->conv.kernel_height;
    size_t taps = side * side, step = ink__winograd_filter_step(w);
    const float *in[PLACES];
    float *out[PLACES];
    for (size_t col = 0; col < filters; col += PANEL) {
        size_t cols = filters - col < PANEL ? filters - col : PANEL;
        size_t width = panel_width(filters, col);
        for (size_t c = first; c < first + count; c++) {
            for (size_t tap = 0; tap < taps; tap++)
                in[turned ? taps - 1 - tap : tap] = weights + (tap * channels + c) * filters + col;
            for (size_t place = 0; place < PLACES; place++) {
                out[place] = u + place * step + col * channels + c * width;
                memset(out[place] + cols, 0, (width - cols) * sizeof *u);
            }
            kernels->transform(INK_TRANSFORM_FILTER, (int)side, cols, in, NULL, out);
        }
    }
}

/* Where a tile lies. */
typedef struct place {
    size_t picture, row, col; /* first output */
} place;

static place place_of(const ink__winograd *w, size_t tile)
{
    size_t inside = tile % w->tiles;
    return (place){.picture = tile / w->tiles,
                   .row = inside / w->tiles_wide * w->outputs,
                   .col = inside % w->tiles_wide * w->outputs};
}

static void planes(ink__half half, float *first, size_t step, float **out)
{
    for (size_t i = 0; i < PLACES; i++) {
        bool left = i % POINTS < POINTS / 2;
        out[i] = half == (left ? INK_HALF_RIGHT : INK_HALF_LEFT) ? NULL : first + i * step;
    }
}

/* Pictures as tiles are read from them: side x side pixels each, of which the first lies above and
 * left of the tile's first output. */
typedef struct source {
    const float *pictures;
    size_t height, width, channels, top, left, side;
} source;

/* A tile's share of what lies AHEAD of it in memory, into the second cache: a batch is larger than
 * the caches, and its rows are too short for the processor to see where reading goes. Halves the
 * time of a transform of 500 pictures; 16 to 64 KB do alike, of more nothing is left for some
 * shapes. What lies behind the end is asked for too: harmless. */
static void fetch_ahead(const ink__winograd *w, const float *picture, size_t size, size_t tile)
{
    size_t inside = tile % w->tiles, share = ink__ceil_div(size, w->tiles);
    uintptr_t from = (uintptr_t)(picture + inside * size / w->tiles) + AHEAD;
    for (size_t byte = 0; byte < share * sizeof *picture; byte += CACHE_LINE)
        __builtin_prefetch((const void *)(from + byte), 0, 2);
}

static void transform_in(const ink__kernels *kernels, ink__transform which, int side,
                         const ink__winograd *w, ink__half half, const source *s, size_t first,
                         size_t count, const float *zeros, float *v, size_t step)
{
    size_t size = s->height * s->width * s->channels;
    for (size_t t = 0; t < count; t++) {
        place at = place_of(w, first + t);
        const float *picture = s->pictures + at.picture * size, *in[PLACES];
        float *out[PLACES];
        fetch_ahead(w, picture, size, first + t);
        for (size_t i = 0; i < s->side; i++)
            for (size_t j = 0; j < s->side; j++) {
                size_t row = at.row + i - s->top, col = at.col + j - s->left;
                bool inside = row < s->height && col < s->width; /* below 0 wraps to the largest */
                in[i * s->side + j] =
                    inside ? picture + (row * s->width + col) * s->channels : zeros;
            }
        planes(half, v + t * s->channels, step, out);
        kernels->transform(which, side, s->channels, in, NULL, out);
    }
}

void ink__winograd_input(const ink__kernels *kernels, const ink__winograd *w, ink__half half,
                         const float *x, size_t first, size_t count, const float *zeros, float *v,
                         size_t step)
{
    const ink__conv *c = &w->conv;
    source s = {x, c->height, c->width, c->channels, c->top, c->left, POINTS};
    transform_in(kernels, INK_TRANSFORM_INPUT, 4, w, half, &s, first, count, zeros, v, step);
}

void ink__winograd_slope(const ink__kernels *kernels, const ink__winograd *w, ink__half half,
                         const float *dz, size_t first, size_t count, const float *zeros, float *e,
                         size_t step)
{
    const ink__conv *c = &w->conv;
    source s = {dz, c->out_height, c->out_width, c->filters, 0, 0, w->outputs};
    transform_in(kernels, INK_TRANSFORM_SLOPE, (int)w->outputs, w, half, &s, first, count, zeros, e,
                 step);
}

void ink__winograd_multiply(const ink__kernels *kernels, const ink__winograd *w, const float *v,
                            size_t v_step, const float *u, size_t count, float *m, size_t m_step)
{
    size_t channels = w->conv.channels, filters = w->conv.filters;
    size_t u_step = ink__winograd_filter_step(w);
    for (size_t i = 0; i < PLACES; i++, v += v_step, u += u_step, m += m_step)
        for (size_t col = 0; col < filters; col += PANEL)
            kernels->product(&(ink__product){.m = count,
                                             .n = filters - col < PANEL ? filters - col : PANEL,
                                             .k = channels,
                                             .a = v,
                                             .a_row = channels,
                                             .a_col = 1,
                                             .b = u + col * channels,
                                             .b_row = panel_width(filters, col),
                                             .b_past = INK_CUT_VECTOR,
                                             .c = m + col,
                                             .c_row = filters});
}

void ink__winograd_output(const ink__kernels *kernels, const ink__winograd *w, const float *m,
                          size_t step, const float *bias, ink__activation f, size_t first,
                          size_t count, float *nowhere, float *z, float *y)
{
    const ink__conv *c = &w->conv;
    size_t side = w->outputs, filters = c->filters;
    for (size_t t = 0; t < count; t++) {
        place at = place_of(w, first + t);
        size_t rows = c->out_height - at.row < side ? c->out_height - at.row : side;
        size_t cols = c->out_width - at.col < side ? c->out_width - at.col : side;
        size_t corner = ((at.picture * c->out_height + at.row) * c->out_width + at.col) * filters;
        size_t row = c->out_width * filters;
        const float *in[PLACES];
        float *out[PLACES];
        for (size_t i = 0; i < PLACES; i++)
            in[i] = m + i * step + t * filters;
        for (size_t i = 0; i < side; i++)
            for (size_t j = 0; j < side; j++)
                out[i * side + j] =
                    i < rows && j < cols ? z + corner + i * row + j * filters : nowhere;
        kernels->transform(INK_TRANSFORM_OUTPUT, (int)side, filters, in, bias, out);
        for (size_t i = 0; f != INK_ACTIVATION_IDENTITY && i < rows; i++)
            kernels->activate(f, cols * filters, z + corner + i * row, y + corner + i * row);
    }
}

void ink__winograd_filter_back(const ink__kernels *kernels, const ink__winograd *w, const float *s,
                               size_t channel, float *dg)
{
    size_t channels = w->conv.channels, filters = w->conv.filters, side = w->conv.kernel_height;
    size_t step = ink__winograd_step(channels, filters);
    const float *in[PLACES];
    float *out[PLACES];
    for (size_t i = 0; i < PLACES; i++)
        in[i] = s + i * step + channel * filters;
    for (size_t tap = 0; tap < side * side; tap++)
        out[tap] = dg + (tap * channels + channel) * filters;
    kernels->transform(INK_TRANSFORM_FILTER_BACK, (int)side, filters, in, NULL, out);
}
