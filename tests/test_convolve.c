/* Convolution, forward and both ways back, is what its definition says, for every shape and set of
 * kernels. */
#include "tests/draws.h"
#include "tests/tables.h"

#include "kernel/convolve.h"
#include "nn/conv.h"
#include "nn/network.h"

/* Few enough bits to be bfloat16, and for sums of their products to be exact. */
static float *numbers(size_t count)
{
    float *values = calloc(count + INK_CONV_SLACK, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)below(129) / 64 - 1;
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
        if ((double)found[i] != expected[i])
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
    ink__conv_pack(kernels, c, w, packed);
    ink__conv_pack_back(kernels, c, false, w, turned);
    ink__conv_run(kernels, c, padded, step, packed, NULL, PICTURES, c->out_height, z, out);
    assert_like("z", c, z, s.z, PICTURES * out);
    ink__conv_run(kernels, &back, padded_dz, dz_step, turned, NULL, PICTURES, c->height, dx, in);
    assert_like("dx", c, dx, s.dx, PICTURES * in);
    ink__conv_weights(kernels, c, padded, step, padded_dz, dz_step, PICTURES, dw, false);
    assert_like("dw", c, dw, s.dw, weights);
    free(x), free(w), free(dz), free(z), free(dx), free(dw), free(padded), free(padded_dz);
    free(packed), free(turned), free(s.z), free(s.dx), free(s.dw);
}

static ink__bf16x2 *words(size_t count)
{
    return calloc(count + INK_CONV_SLACK, sizeof(ink__bf16x2));
}

/* The same with bfloat16 operands: two pictures, of which the weights' gradient multiplies pairs.
 */
static void check_pairs(const ink__kernels *kernels, const ink__conv *c)
{
    ink__conv back = ink__conv_back(c), in = ink__conv_paired(c), out = ink__conv_paired(&back);
    ink__conv two = *c;
    two.pairs = true;
    size_t size = c->height * c->width * c->channels,
           z_size = c->out_height * c->out_width * c->filters;
    size_t weights = ink__conv_weight_count(c);
    float *x = numbers(2 * size), *w = numbers(weights), *dz = numbers(2 * z_size);
    float *z = numbers(z_size), *dx = numbers(size), *dw = numbers(weights);
    ink__bf16x2 *padded = words(ink__conv_padded_size(&in)),
                *slope = words(ink__conv_padded_size(&out));
    ink__bf16x2 *both = words(ink__conv_padded_size(c)),
                *slopes = words(ink__conv_padded_size(&back));
    float *packed = numbers(ink__conv_packed_size(&in)),
          *turned = numbers(ink__conv_packed_size(&out));
    sums first = {x, w, dz, calloc(z_size, 8), calloc(size, 8), calloc(weights, 8)}, second = first;
    visit_all(c, add_terms, &first);
    ink__conv_pad_paired(kernels, &in, x, 0, c->out_height, padded);
    ink__conv_pack(kernels, &in, w, packed);
    ink__conv_run(kernels, &in, (float *)padded, 0, packed, NULL, 1, c->out_height, z, 0);
    assert_like("z", c, z, first.z, z_size);
    ink__conv_pad_paired(kernels, &out, dz, 0, c->height, slope);
    ink__conv_pack_back(kernels, c, true, w, turned);
    ink__conv_run(kernels, &out, (float *)slope, 0, turned, NULL, 1, c->height, dx, 0);
    assert_like("dx", c, dx, first.dx, size);
    second.x = x + size, second.dz = dz + z_size;
    visit_all(c, add_terms, &second);
    ink__conv_pad_two(kernels, c, x, x + size, both);
    ink__conv_pad_two(kernels, &back, dz, dz + z_size, slopes);
    ink__conv_weights(kernels, &two, (float *)both, 0, (float *)slopes, 0, 1, dw, false);
    assert_like("dw", c, dw, first.dw, weights);
    free(x), free(w), free(dz), free(z), free(dx), free(dw), free(padded), free(slope), free(both);
    free(slopes), free(packed), free(turned), free(first.z), free(first.dx), free(first.dw);
}

static ink__conv random_shape(void)
{
    static const size_t groups[] = {1, 1, 1, 2, 4};
    ink__conv c = {.kernel_height = 1 + below(4),
                   .kernel_width = 1 + below(4),
                   .stride = 1 + below(4),
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
    const ink__kernels *kernels;
    for (size_t t = 0; (kernels = next_table(&t));)
        for (size_t i = 0; i < 60; i++) {
            ink__conv c = random_shape();
            check(kernels, &c);
        }
}

static void pairs_of_bfloat16_convolve_alike(void **unused)
{
    (void)unused;
    const ink__kernels *kernels;
    for (size_t t = 0; (kernels = next_table(&t));)
        for (size_t i = 0; i < 60;) {
            ink__conv c = random_shape();
            if (!ink__conv_may_pair(&c))
                continue;
            check_pairs(kernels, &c);
            i++;
        }
}

/* Rounded to the nearest, ties to the even; what is not finite stays so. */
static void floats_are_rounded_to_bfloat16(void **unused)
{
    (void)unused;
    const ink__kernels *kernels;
    float x[] = {1.0f, 1.00390625f, 1.01171875f, 1.00390637f, -0.0f, INFINITY, 3.4e38f, NAN};
    static const uint16_t expected[] = {0x3f80, 0x3f80, 0x3f82, 0x3f81,
                                        0x8000, 0x7f80, 0x7f80, 0x7fc0};
    for (size_t t = 0; (kernels = next_table(&t));) {
        ink__bf16x2 pairs[8];
        kernels->pair_up(8, x, pairs);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(pairs[i], expected[2 * i] | (uint32_t)expected[2 * i + 1] << 16);
        kernels->pair_rows(8, x, x, pairs);
        for (size_t i = 0; i < 8; i++)
            assert_int_equal(pairs[i], expected[i] | (uint32_t)expected[i] << 16);
    }
}

/* Rows of output computed by themselves have the same bits as in the whole picture. */
static void rows_may_be_computed_apart(void **unused)
{
    (void)unused;
    const ink__kernels *kernels = ink__kernels_get();
    ink__conv c = {9, 12, 6, 9, 12, 40, 3, 3, 1, 1, 1, 1, 1, false};
    size_t out = 9 * 12 * 40, size = ink__conv_padded_size(&c);
    float *x = numbers(9 * 12 * 6), *w = numbers(ink__conv_weight_count(&c));
    float *packed = numbers(ink__conv_packed_size(&c)), *whole = numbers(out), *part = numbers(out);
    float *padded = calloc(size + INK_CONV_SLACK, sizeof *padded);
    ink__conv_pack(kernels, &c, w, packed);
    ink__conv_pad(&c, x, 0, 9, padded);
    ink__conv_run(kernels, &c, padded, 0, packed, NULL, 1, 9, whole, out);
    memset(padded, 0, size * sizeof *padded);
    ink__conv_pad(&c, x, 4, 3, padded);
    ink__conv_run(kernels, &c, padded, 0, packed, NULL, 1, 3, part, out);
    assert_memory_equal(part, whole + 4 * 12 * 40, 3 * 12 * 40 * sizeof *part);
    free(x), free(w), free(packed), free(whole), free(part), free(padded);
}

static void assert_close(const char *text, const char *what, const float *found,
                         const double *expected, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(expected[i]));
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)found[i] - expected[i]) <= 1e-4 * most))
            fail_msg("%s: %s[%zu] = %g, expected %g of at most %g", text, what, i, (double)found[i],
                     expected[i], most);
}

/* The layer, whichever of its ways it takes: outputs, and the slopes of the squared error. */
static void check_layer(const char *text, size_t pictures, ink_pool *pool)
{
    ink_error err = {.status = INK_OK};
    ink_network *network = ink_network_new(text, &err);
    assert_good(err.status, err);
    const ink__layer *layer = &network->layers[0];
    ink__conv c = ink__conv_of(layer);
    size_t in = ink_network_input_size(network), out = ink_network_output_size(network);
    size_t weights = ink__conv_weight_count(&c);
    float *x = numbers(pictures * in), *t = numbers(pictures * out);
    float *w = numbers(network->w_count), *dz = numbers(pictures * out);
    float *dx = numbers(pictures * in), *dw = numbers(network->w_count);
    memcpy(network->w, w, network->w_count * sizeof *w);
    ink_workspace *ws = ink_workspace_new(network, pictures, true, pool, &err);
    assert_good(err.status, err);
    ink__network_forward(network, ws, x, pictures, true, 0);
    const float *z = ink_workspace_activation(ws, 0);
    for (size_t i = 0; i < pictures * out; i++)
        dz[i] = 2 * (z[i] - t[i]) / (float)pictures;
    ink__sink sink = {.gradient = dw};
    ink__network_backward(network, ws, x, t, pictures, INK_COST_SQUARED, 0, &sink, dx);

    sums s = {
        x, w, dz, calloc(pictures * out, 8), calloc(pictures * in, 8), calloc(network->w_count, 8)};
    for (size_t n = 0; n < pictures; n++) {
        sums one = {x + n * in, w, dz + n * out, s.z + n * out, s.dx + n * in, s.dw};
        visit_all(&c, add_terms, &one);
        for (size_t i = 0; i < out && network->w_count > weights; i++) {
            one.z[i] += (double)w[weights + i % c.filters];
            s.dw[weights + i % c.filters] += (double)one.dz[i];
        }
    }
    assert_close(text, "z", z, s.z, pictures * out);
    assert_close(text, "dx", dx, s.dx, pictures * in);
    assert_close(text, "dw", dw, s.dw, weights);
    assert_close(text, "bias", dw + weights, s.dw + weights, network->w_count - weights);
    free(x), free(t), free(w), free(dz), free(dx), free(dw), free(s.z), free(s.dx), free(s.dw);
    ink_workspace_free(ws);
    ink_network_free(network);
}

static void layers_have_every_slope_of_the_definition(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "9x8x16 conv 18 3x3",
        "12x13x20 conv 32 3x3 nobias",
        "9x8x16 conv 18 5x5 valid",
        "8x8x32 conv 16 5x5",
        "8x7x3 conv 5 3x2 stride 2",
        "11x9x16 conv 16 3x3 stride 3 valid",
        "8x8x4 conv 8 3x3 groups 2",
        "8x8x32 conv 32 3x3 groups 2",
        "7x6x18 conv 18 3x3 groups 18",
        "9x9x16 conv 32 4x4 stride 3 valid groups 16",
        "6x6x4 conv 7 1x1",
        "5x4x3 conv 40 5x4 valid nobias",
    };
    ink_error err = {.status = INK_OK};
    ink_pool *pool = ink_pool_new(2, &err);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        check_layer(texts[i], 3, pool);
        check_layer(texts[i], 35, pool); /* enough for groups of pictures */
    }
    ink_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolution_is_what_its_definition_says),
        cmocka_unit_test(pairs_of_bfloat16_convolve_alike),
        cmocka_unit_test(floats_are_rounded_to_bfloat16),
        cmocka_unit_test(rows_may_be_computed_apart),
        cmocka_unit_test(layers_have_every_slope_of_the_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
