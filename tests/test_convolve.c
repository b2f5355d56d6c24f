/* Convolution, forward and both ways back, is what its definition says, for every shape and set of
 * kernels. */
#include "tests/check.h"

#include "kernel/convolve.h"

static uint32_t state = 7;

static size_t below(size_t n)
{
    state = state * 1664525u + 1013904223u;
    return (size_t)(state >> 8) % n;
}

static float *numbers(size_t count)
{
    float *values = calloc(count + INK_CONV_SLACK, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)below(2001) / 1000 - 1;
    return values;
}

/* What a convolution means: calls visit for every pair of an input value and a weight. */
typedef void visitor(void *user, size_t z, size_t x, size_t w);

static void visit_all(const ink__conv *c, visitor *visit, void *user)
{
    size_t inputs = c->channels / c->groups, outputs = c->filters / c->groups;
    for (size_t y = 0; y < c->out_height; y++)
        for (size_t x = 0; x < c->out_width; x++)
            for (size_t o = 0; o < c->filters; o++)
                for (size_t i = 0; i < c->kernel_height; i++)
                    for (size_t j = 0; j < c->kernel_width; j++)
                        for (size_t k = 0; k < inputs; k++) {
                            size_t row = y * c->stride + i - c->top,
                                   col = x * c->stride + j - c->left;
                            size_t channel = o / outputs * inputs + k;
                            if (row < c->height &&
                                col < c->width) /* below 0 wraps to the largest */
                                visit(user, (y * c->out_width + x) * c->filters + o,
                                      (row * c->width + col) * c->channels + channel,
                                      ((i * c->kernel_width + j) * inputs + k) * c->filters + o);
                        }
}

typedef struct sums {
    const float *x, *w, *dz;
    double *z, *dx, *dw;
} sums;

static void add_terms(void *user, size_t z, size_t x, size_t w)
{
    sums *s = user;
    s->z[z] += (double)s->x[x] * (double)s->w[w];
    s->dx[x] += (double)s->dz[z] * (double)s->w[w];
    s->dw[w] += (double)s->dz[z] * (double)s->x[x];
}

static void assert_like(const char *what, const ink__conv *c, const float *found,
                        const double *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)found[i] - expected[i]) <= 1e-4 * (1 + fabs(expected[i]))))
            fail_msg("%s[%zu] = %g, expected %g: %zux%zux%zu kernel %zux%zu stride %zu filters %zu "
                     "groups %zu",
                     what, i, (double)found[i], expected[i], c->height, c->width, c->channels,
                     c->kernel_height, c->kernel_width, c->stride, c->filters, c->groups);
}

static void check(const ink__kernels *kernels, const ink__conv *c)
{
    enum { PICTURES = 2 };
    ink__conv back = ink__conv_back(c);
    size_t in = c->height * c->width * c->channels, out = c->out_height * c->out_width * c->filters;
    size_t weights = ink__conv_weight_count(c), step = ink__conv_padded_size(c);
    size_t dz_step = ink__conv_padded_size(&back);
    float *x = numbers(PICTURES * in), *w = numbers(weights), *dz = numbers(PICTURES * out);
    float *z = numbers(PICTURES * out), *dx = numbers(PICTURES * in), *dw = numbers(weights);
    float *padded = calloc(PICTURES * step + INK_CONV_SLACK, sizeof *padded);
    float *padded_dz = calloc(PICTURES * dz_step + INK_CONV_SLACK, sizeof *padded_dz);
    float *packed = numbers(ink__conv_packed_size(c)),
          *turned = numbers(ink__conv_packed_size(&back));
    sums s = {x, w, dz, calloc(PICTURES * out, 8), calloc(PICTURES * in, 8), calloc(weights, 8)};
    for (size_t n = 0; n < PICTURES; n++) {
        sums one = {x + n * in, w, dz + n * out, s.z + n * out, s.dx + n * in, s.dw};
        visit_all(c, add_terms, &one);
        ink__conv_pad(c, x + n * in, 0, c->out_height, padded + n * step);
        ink__conv_pad(&back, dz + n * out, 0, c->height, padded_dz + n * dz_step);
    }
    ink__conv_pack(c, w, packed);
    ink__conv_pack_back(c, w, turned);
    ink__conv_run(kernels, c, padded, step, packed, NULL, PICTURES, c->out_height, z, out);
    assert_like("z", c, z, s.z, PICTURES * out);
    ink__conv_run(kernels, &back, padded_dz, dz_step, turned, NULL, PICTURES, c->height, dx, in);
    assert_like("dx", c, dx, s.dx, PICTURES * in);
    ink__conv_weights(kernels, c, padded, step, padded_dz, dz_step, PICTURES, dw, false);
    assert_like("dw", c, dw, s.dw, weights);
    free(x), free(w), free(dz), free(z), free(dx), free(dw), free(padded), free(padded_dz);
    free(packed), free(turned), free(s.z), free(s.dx), free(s.dw);
}

static ink__conv random_shape(void)
{
    static const size_t groups[] = {1, 1, 1, 2, 4};
    ink__conv c = {.kernel_height = 1 + below(4),
                   .kernel_width = 1 + below(4),
                   .stride = 1 + below(2),
                   .groups = groups[below(5)],
                   .spread = 1};
    bool valid = below(2);
    c.channels = c.groups * (1 + below(9));
    c.filters = c.groups * (1 + below(below(3) ? 12 : 70));
    c.height = c.kernel_height + below(9);
    c.width = c.kernel_width + below(18);
    c.top = valid ? 0 : (c.kernel_height - 1) / 2;
    c.left = valid ? 0 : (c.kernel_width - 1) / 2;
    c.out_height = (c.height - (valid ? c.kernel_height : 1)) / c.stride + 1;
    c.out_width = (c.width - (valid ? c.kernel_width : 1)) / c.stride + 1;
    return c;
}

static void convolution_is_what_its_definition_says(void **unused)
{
    (void)unused;
    static const char *const names[] = {"generic", "avx2", "avx512", "neon"};
    for (size_t t = 0; t < 4; t++) {
        const ink__kernels *kernels = ink__kernels_by_name(names[t]);
        for (size_t i = 0; kernels && i < 60; i++) {
            ink__conv c = random_shape();
            check(kernels, &c);
        }
    }
}

/* Rows of output computed by themselves have the same bits as in the whole picture. */
static void rows_may_be_computed_apart(void **unused)
{
    (void)unused;
    const ink__kernels *kernels = ink__kernels_get();
    ink__conv c = {9, 12, 6, 9, 12, 40, 3, 3, 1, 1, 1, 1, 1};
    size_t out = 9 * 12 * 40, size = ink__conv_padded_size(&c);
    float *x = numbers(9 * 12 * 6), *w = numbers(ink__conv_weight_count(&c));
    float *packed = numbers(ink__conv_packed_size(&c)), *whole = numbers(out), *part = numbers(out);
    float *padded = calloc(size + INK_CONV_SLACK, sizeof *padded);
    ink__conv_pack(&c, w, packed);
    ink__conv_pad(&c, x, 0, 9, padded);
    ink__conv_run(kernels, &c, padded, 0, packed, NULL, 1, 9, whole, out);
    memset(padded, 0, size * sizeof *padded);
    ink__conv_pad(&c, x, 4, 3, padded);
    ink__conv_run(kernels, &c, padded, 0, packed, NULL, 1, 3, part, out);
    assert_memory_equal(part, whole + 4 * 12 * 40, 3 * 12 * 40 * sizeof *part);
    free(x), free(w), free(packed), free(whole), free(part), free(padded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolution_is_what_its_definition_says),
        cmocka_unit_test(rows_may_be_computed_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
