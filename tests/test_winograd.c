/* Winograd's convolution, forward and both ways back, is the convolution of the definition. */
#include "tests/draws.h"
#include "tests/tables.h"

#include "kernel/winograd.h"

enum { PLACES = INK_WINOGRAD_PLACES };

static float *numbers(size_t count)
{
    float *values = calloc(count + INK_CONV_SLACK, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)below(2001) / 1000 - 1;
    return values;
}

static ink__winograd random_shape(void)
{
    size_t taps = below(2) ? 3 : 5;
    bool valid = below(2);
    ink__conv c = {.kernel_height = taps,
                   .kernel_width = taps,
                   .stride = 1,
                   .groups = 1,
                   .spread = 1,
                   .height = taps + below(9),
                   .width = taps + below(9),
                   .channels = 1 + below(40),
                   .filters = 1 + below(below(2) ? 20 : 70),
                   .top = valid ? 0 : (taps - 1) / 2,
                   .left = valid ? 0 : (taps - 1) / 2};
    c.out_height = c.height - (valid ? taps - 1 : 0);
    c.out_width = c.width - (valid ? taps - 1 : 0);
    return ink__winograd_of(&c);
}

enum { PICTURES = 2 };

typedef struct example {
    size_t in, out, weights;
    float *x, *w, *dz, *bias;
    double *z, *dx, *dw;
} example;

/* What the definition says. */
static example example_of(const ink__conv *c)
{
    example e = {.in = c->height * c->width * c->channels,
                 .out = c->out_height * c->out_width * c->filters,
                 .weights = ink__conv_weight_count(c)};
    e.x = numbers(PICTURES * e.in), e.dz = numbers(PICTURES * e.out);
    e.w = numbers(e.weights), e.bias = numbers(c->filters);
    e.z = calloc(PICTURES * e.out, sizeof *e.z), e.dx = calloc(PICTURES * e.in, sizeof *e.dx);
    e.dw = calloc(e.weights, sizeof *e.dw);
    for (size_t at = 0; at < PICTURES * c->out_height * c->out_width; at++)
        for (size_t tap = 0; tap < c->kernel_height * c->kernel_width; tap++) {
            size_t picture = at / (c->out_height * c->out_width);
            size_t row = at / c->out_width % c->out_height + tap / c->kernel_width - c->top;
            size_t col = at % c->out_width + tap % c->kernel_width - c->left;
            if (row >= c->height || col >= c->width)
                continue;
            size_t x = picture * e.in + (row * c->width + col) * c->channels;
            for (size_t k = 0; k < c->channels; k++)
                for (size_t o = 0; o < c->filters; o++) {
                    size_t w = (tap * c->channels + k) * c->filters + o, z = at * c->filters + o;
                    e.z[z] += (double)e.x[x + k] * (double)e.w[w];
                    e.dx[x + k] += (double)e.dz[z] * (double)e.w[w];
                    e.dw[w] += (double)e.dz[z] * (double)e.x[x + k];
                }
        }
    return e;
}

static void example_free(example *e)
{
    free(e->x), free(e->w), free(e->dz), free(e->bias), free(e->z), free(e->dx), free(e->dw);
}

/* The sum of so many products of numbers up to 1, whose points are powers up to 2^taps. */
static void assert_like(const char *what, const ink__conv *c, const float *found,
                        const double *expected, size_t count, size_t terms)
{
    double within = (c->kernel_height == 3 ? 1e-5 : 3e-5) * (4 + sqrt((double)terms));
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)found[i] - expected[i]) <= within))
            fail_msg("%s[%zu] = %g, expected %g: %zux%zux%zu kernel %zu filters %zu top %zu", what,
                     i, (double)found[i], expected[i], c->height, c->width, c->channels,
                     c->kernel_height, c->filters, c->top);
}

/* Tiles first..first+count-1 of the pictures x. */
static void run(const ink__kernels *kernels, const ink__winograd *w, const float *weights,
                bool turned, const float *bias, size_t first, size_t count, const float *x,
                float *z)
{
    size_t u_size = PLACES * ink__winograd_filter_step(w);
    size_t v_step = ink__winograd_step(count, w->conv.channels);
    size_t m_step = ink__winograd_step(count, w->conv.filters);
    float *u = numbers(u_size), *v = numbers(PLACES * v_step), *m = numbers(PLACES * m_step);
    float *zeros = calloc(w->conv.channels, sizeof *zeros), *nowhere = numbers(w->conv.filters);
    ink__winograd_filter(kernels, w, weights, turned, 0, w->conv.channels, u);
    ink__winograd_input(kernels, w, INK_HALF_BOTH, x, first, count, zeros, v, v_step);
    ink__winograd_multiply(kernels, w, v, v_step, u, count, m, m_step);
    ink__winograd_output(kernels, w, m, m_step, bias, INK_ACTIVATION_IDENTITY, first, count,
                         nowhere, z, z);
    free(u), free(v), free(m), free(zeros), free(nowhere);
}

static void forward_is(const ink__kernels *kernels, const ink__winograd *w, const example *e)
{
    float *z = numbers(PICTURES * e->out), *plain = numbers(PICTURES * e->out);
    size_t taps = w->conv.kernel_height, tiles = PICTURES * w->tiles;
    run(kernels, w, e->w, false, NULL, 0, tiles, e->x, z);
    assert_like("z", &w->conv, z, e->z, PICTURES * e->out, taps * taps * w->conv.channels);
    memcpy(plain, z, PICTURES * e->out * sizeof *z);
    run(kernels, w, e->w, false, e->bias, 0, tiles, e->x, z);
    for (size_t i = 0; i < PICTURES * e->out; i++)
        assert_near(z[i], plain[i] + e->bias[i % w->conv.filters], 1e-4);
    /* in two ranges: the same bits */
    memset(z, 0, PICTURES * e->out * sizeof *z);
    run(kernels, w, e->w, false, NULL, 0, tiles / 3 + 1, e->x, z);
    if (tiles / 3 + 1 < tiles)
        run(kernels, w, e->w, false, NULL, tiles / 3 + 1, tiles - tiles / 3 - 1, e->x, z);
    assert_memory_equal(z, plain, PICTURES * e->out * sizeof *z);
    free(z), free(plain);
}

static void input_slope_is(const ink__kernels *kernels, const ink__winograd *w, const example *e)
{
    ink__conv turned = ink__conv_back(&w->conv);
    ink__winograd back = ink__winograd_of(&turned);
    size_t channels = w->conv.channels, filters = w->conv.filters, size = channels * filters;
    float *by_filter = numbers(e->weights), *dx = numbers(PICTURES * e->in);
    for (size_t i = 0; i < e->weights; i += size)
        kernels->transpose(channels, filters, e->w + i, filters, by_filter + i, channels, 0);
    run(kernels, &back, by_filter, true, NULL, 0, PICTURES * back.tiles, e->dz, dx);
    assert_like("dx", &w->conv, dx, e->dx, PICTURES * e->in, e->weights / channels);
    free(by_filter), free(dx);
}

/* A half leaves the other's places alone, and both together are the same bits as all at once. */
static void halves_are(const ink__kernels *kernels, const ink__winograd *w, const example *e,
                       const float *zeros, const float *v, size_t v_step, const float *slopes,
                       size_t e_step)
{
    enum { LEFT_COLUMNS = INK_WINOGRAD_POINTS / 2 };
    size_t tiles = PICTURES * w->tiles, v_row = tiles * w->conv.channels;
    size_t e_row = tiles * w->conv.filters;
    float *half_v = calloc(PLACES * v_step, sizeof *v),
          *half_e = calloc(PLACES * e_step, sizeof *v);
    for (ink__half half = INK_HALF_LEFT; half <= INK_HALF_RIGHT; half++) {
        ink__winograd_input(kernels, w, half, e->x, 0, tiles, zeros, half_v, v_step);
        ink__winograd_slope(kernels, w, half, e->dz, 0, tiles, zeros, half_e, e_step);
        for (size_t place = 0; place < PLACES; place++) {
            bool left = place % INK_WINOGRAD_POINTS < LEFT_COLUMNS;
            if (left || half == INK_HALF_RIGHT) {
                assert_memory_equal(half_v + place * v_step, v + place * v_step, v_row * sizeof *v);
                assert_memory_equal(half_e + place * e_step, slopes + place * e_step,
                                    e_row * sizeof *v);
            } else {
                assert_true(half_v[place * v_step] == 0 && half_e[place * e_step] == 0);
            }
        }
    }
    free(half_v), free(half_e);
}

static void weight_slope_is(const ink__kernels *kernels, const ink__winograd *w, const example *e)
{
    size_t channels = w->conv.channels, filters = w->conv.filters, tiles = PICTURES * w->tiles;
    size_t v_step = ink__winograd_step(tiles, channels),
           e_step = ink__winograd_step(tiles, filters);
    size_t s_step = ink__winograd_step(channels, filters);
    float *v = numbers(PLACES * v_step), *slopes = numbers(PLACES * e_step);
    float *s = calloc(PLACES * s_step, sizeof *s), *dw = numbers(e->weights);
    float *zeros = calloc(channels + filters, sizeof *zeros);
    ink__winograd_input(kernels, w, INK_HALF_BOTH, e->x, 0, tiles, zeros, v, v_step);
    ink__winograd_slope(kernels, w, INK_HALF_BOTH, e->dz, 0, tiles, zeros, slopes, e_step);
    halves_are(kernels, w, e, zeros, v, v_step, slopes, e_step);
    for (size_t place = 0; place < PLACES; place++)
        for (size_t t = 0; t < tiles; t++)
            for (size_t c = 0; c < channels; c++)
                for (size_t o = 0; o < filters; o++)
                    s[place * s_step + c * filters + o] += v[place * v_step + t * channels + c] *
                                                           slopes[place * e_step + t * filters + o];
    for (size_t c = 0; c < channels; c++)
        ink__winograd_filter_back(kernels, w, s, c, dw);
    assert_like("dw", &w->conv, dw, e->dw, e->weights, e->out / filters);
    free(v), free(slopes), free(s), free(dw), free(zeros);
}

static void tiles_convolve_as_the_definition_says(void **unused)
{
    (void)unused;
    const ink__kernels *kernels;
    for (size_t t = 0; (kernels = next_table(&t));)
        for (size_t i = 0; i < (is_generic(kernels) ? 8 : 40); i++) {
            ink__winograd w = random_shape();
            example e = example_of(&w.conv);
            forward_is(kernels, &w, &e);
            input_slope_is(kernels, &w, &e);
            weight_slope_is(kernels, &w, &e);
            example_free(&e);
        }
}

/* It is left alone where it would cost more: few channels, other kernels, pictures of a few pixels
 * that a tile covers twice over. */
static void tiles_are_taken_where_they_pay(void **unused)
{
    (void)unused;
    const ink__conv good = {16, 16, 32, 16, 16, 32, 3, 3, 1, 1, 1, 1, 1, false};
    assert_true(ink__winograd_pays(&good));
    ink__conv c = good;
    c.channels = 3;
    assert_false(ink__winograd_pays(&c));
    c = good, c.stride = 2;
    assert_false(ink__winograd_pays(&c));
    c = good, c.kernel_width = 5;
    assert_false(ink__winograd_pays(&c));
    c = good, c.kernel_height = c.kernel_width = 7;
    assert_false(ink__winograd_pays(&c));
    c = good, c.groups = 2;
    assert_false(ink__winograd_pays(&c));
    c = good, c.height = c.width = c.out_height = c.out_width = 2;
    assert_false(ink__winograd_pays(&c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_convolve_as_the_definition_says),
        cmocka_unit_test(tiles_are_taken_where_they_pay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
