/* Depthwise convolution, forward and both ways back, is what its definition says, for every shape
 * and set of kernels, and touches nothing beside its arrays. */
#include "tests/draws.h"
#include "tests/check.h"

#include "kernel/depthwise.h"

#include <sys/mman.h>
#include <unistd.h>

/* Memory that touches a page that cannot be touched, at its end or at its begin. */
typedef struct guarded {
    float *values;
    void *base;
    size_t size;
} guarded;

/* Few enough bits for sums of products to be exact. */
static guarded numbers(size_t count)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t inner = (count * sizeof(float) + page - 1) / page * page, size = inner + 2 * page;
    char *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(base != MAP_FAILED);
    assert_int_equal(mprotect(base, page, PROT_NONE), 0);
    assert_int_equal(mprotect(base + page + inner, page, PROT_NONE), 0);
    bool at_end = below(4) > 0;
    char *values = base + page + (at_end ? inner - count * sizeof(float) : 0);
    guarded g = {(float *)(void *)values, base, size};
    for (size_t i = 0; i < count; i++)
        g.values[i] = (float)below(129) / 64 - 1;
    return g;
}

static void release(guarded *g)
{
    munmap(g->base, g->size);
}

static void zero(guarded *g, size_t count)
{
    memset(g->values, 0, count * sizeof(float));
}

typedef struct example {
    ink__conv conv;
    size_t in, out, weights, times;
    guarded x, w, dz, bias;
    double *z, *dx, *dw;
} example;

static void add_pair(example *e, size_t z, size_t x, size_t w)
{
    e->z[z] += (double)e->x.values[x] * (double)e->w.values[w];
    e->dx[x] += (double)e->dz.values[z] * (double)e->w.values[w];
    e->dw[w] += (double)e->dz.values[z] * (double)e->x.values[x];
}

/* What the definition says. */
static example example_of(const ink__conv *c)
{
    example e = {.conv = *c,
                 .in = c->height * c->width * c->channels,
                 .out = c->out_height * c->out_width * c->filters,
                 .weights = ink__conv_weight_count(c),
                 .times = c->filters / c->channels};
    e.x = numbers(e.in), e.w = numbers(e.weights), e.dz = numbers(e.out);
    e.bias = numbers(c->filters);
    e.z = calloc(e.out, sizeof *e.z), e.dx = calloc(e.in, sizeof *e.dx);
    e.dw = calloc(e.weights, sizeof *e.dw);
    for (size_t z = 0; z < e.out; z++) {
        size_t o = z % c->filters, pixel = z / c->filters;
        e.z[z] = (double)e.bias.values[o];
        for (size_t tap = 0; tap < c->kernel_height * c->kernel_width; tap++) {
            size_t row = pixel / c->out_width * c->stride + tap / c->kernel_width - c->top;
            size_t col = pixel % c->out_width * c->stride + tap % c->kernel_width - c->left;
            if (row < c->height && col < c->width) /* below 0 wraps to the largest */
                add_pair(&e, z, (row * c->width + col) * c->channels + o / e.times,
                         tap * c->filters + o);
        }
    }
    return e;
}

static void example_free(example *e)
{
    release(&e->x), release(&e->w), release(&e->dz), release(&e->bias);
    free(e->z), free(e->dx), free(e->dw);
}

static void assert_like(const char *what, const ink__kernels *kernels, const ink__conv *c,
                        const float *found, const double *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!((double)found[i] == expected[i]))
            fail_msg("%s: %s[%zu] = %g, expected %g: %zux%zux%zu kernel %zux%zu stride %zu filters "
                     "%zu top %zu left %zu",
                     kernels->name, what, i, (double)found[i], expected[i], c->height, c->width,
                     c->channels, c->kernel_height, c->kernel_width, c->stride, c->filters, c->top,
                     c->left);
}

/* In two parts, cut at any row. */
static void forward_is(const ink__kernels *kernels, const example *e, const float *x)
{
    ink__conv wide = ink__depthwise_of(&e->conv);
    guarded z = numbers(e->out);
    size_t cut = 1 + below(wide.out_height);
    ink__depthwise_run(kernels, &wide, x, e->w.values, e->bias.values, 0, cut, z.values);
    if (cut < wide.out_height)
        ink__depthwise_run(kernels, &wide, x, e->w.values, e->bias.values, cut,
                           wide.out_height - cut, z.values);
    assert_like("z", kernels, &e->conv, z.values, e->z, e->out);
    release(&z);
}

static void input_slope_is(const ink__kernels *kernels, const example *e)
{
    ink__conv wide = ink__depthwise_of(&e->conv), back = ink__conv_back(&wide);
    size_t cut = 1 + below(back.out_height);
    guarded turned = numbers(e->weights), slope = numbers(e->in * e->times), dx = numbers(e->in);
    ink__depthwise_turn(&wide, e->w.values, turned.values);
    ink__depthwise_run(kernels, &back, e->dz.values, turned.values, NULL, 0, cut, slope.values);
    if (cut < back.out_height)
        ink__depthwise_run(kernels, &back, e->dz.values, turned.values, NULL, cut,
                           back.out_height - cut, slope.values);
    ink__depthwise_narrow(e->in, e->times, slope.values, dx.values);
    assert_like("dx", kernels, &e->conv, dx.values, e->dx, e->in);
    release(&turned), release(&slope), release(&dx);
}

static void weight_slope_is(const ink__kernels *kernels, const example *e, const float *x)
{
    ink__conv wide = ink__depthwise_of(&e->conv);
    size_t cut = 1 + below(wide.out_height);
    guarded dw = numbers(e->weights);
    zero(&dw, e->weights);
    ink__depthwise_weights(kernels, &wide, x, e->dz.values, 0, cut, dw.values);
    if (cut < wide.out_height)
        ink__depthwise_weights(kernels, &wide, x, e->dz.values, cut, wide.out_height - cut,
                               dw.values);
    assert_like("dw", kernels, &e->conv, dw.values, e->dw, e->weights);
    release(&dw);
}

static ink__conv random_shape(void)
{
    ink__conv c = {.kernel_height = 1 + below(5),
                   .kernel_width = 1 + below(5),
                   .stride = 1 + below(3),
                   .spread = 1};
    bool valid = below(2);
    c.channels = c.groups = 2 + below(below(2) ? 40 : 6);
    c.filters = c.groups * (below(2) ? 1 : 1 + below(4));
    c.height = below(9) + (valid ? c.kernel_height : 1);
    c.width = below(22) + (valid ? c.kernel_width : 1);
    c.top = valid ? 0 : (c.kernel_height - 1) / 2;
    c.left = valid ? 0 : (c.kernel_width - 1) / 2;
    c.out_height = (c.height - (valid ? c.kernel_height : 1)) / c.stride + 1;
    c.out_width = (c.width - (valid ? c.kernel_width : 1)) / c.stride + 1;
    return c;
}

static void channels_apart_convolve_as_the_definition_says(void **unused)
{
    (void)unused;
    static const char *const names[] = {"generic", "avx2", "avx512", "avx512bf16", "neon"};
    for (size_t t = 0; t < 5; t++) {
        const ink__kernels *kernels = ink__kernels_by_name(names[t]);
        for (size_t i = 0; kernels && i < 200; i++) {
            ink__conv c = random_shape();
            example e = example_of(&c);
            guarded wide = numbers(e.in * e.times);
            ink__depthwise_widen(e.in, e.times, e.x.values, wide.values);
            forward_is(kernels, &e, wide.values);
            input_slope_is(kernels, &e);
            weight_slope_is(kernels, &e, wide.values);
            release(&wide);
            example_free(&e);
        }
    }
}

/* A picture of one channel is left to the product, and so are many filters a channel. */
static void it_is_taken_where_filters_see_one_of_many_channels(void **unused)
{
    (void)unused;
    const ink__conv good = {.channels = 32, .filters = 64, .groups = 32};
    assert_true(ink__depthwise_pays(&good));
    ink__conv c = good;
    c.groups = 16;
    assert_false(ink__depthwise_pays(&c));
    c = good, c.filters = 32 * 40;
    assert_false(ink__depthwise_pays(&c));
    c = good, c.channels = c.groups = 1, c.filters = 8;
    assert_false(ink__depthwise_pays(&c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_apart_convolve_as_the_definition_says),
        cmocka_unit_test(it_is_taken_where_filters_see_one_of_many_channels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
