/* Every function of every table does what generic.c says, at odd sizes, and touches nothing behind
 * its arrays. */
#include "tests/tables.h"

#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t state = 1;

static float draw(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (float)(int32_t)(state >> 32) * (2.0f / 2147483648.0f);
}

static size_t below(size_t n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(state >> 33) % n;
}

/* Memory that ends at a page that cannot be touched. */
typedef struct guarded {
    float *values;
    void *base;
    size_t size;
} guarded;

static guarded guard(size_t count)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = (count * sizeof(float) + page - 1) / page * page + page;
    void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(base != MAP_FAILED);
    assert_int_equal(mprotect((char *)base + size - page, page, PROT_NONE), 0);
    float *values = (float *)(void *)((char *)base + size - page) - count;
    for (size_t i = 0; i < count; i++)
        values[i] = draw();
    return (guarded){values, base, size};
}

static void unguard(guarded *g)
{
    munmap(g->base, g->size);
}

static void assert_close(const char *what, const float *a, const float *b, size_t n, double within)
{
    for (size_t i = 0; i < n; i++) {
        double away = fabs((double)a[i] - (double)b[i]);
        if (!(away <= within * (1 + fabs((double)b[i]))))
            fail_msg("%s[%zu] = %.9g, expected %.9g", what, i, (double)a[i], (double)b[i]);
    }
}

/* ---- products ---- */

typedef struct problem {
    ink__product product;
    guarded a, b, start, c;
    size_t c_size;
} problem;

/* How c begins: nothing, a row for all, a matrix. */
static problem make_problem(size_t m, size_t n, size_t k, bool transposed, size_t gap, int begin)
{
    problem p = {.c_size = m * n};
    size_t b_row = n + gap;
    p.a = guard(m * k);
    p.b = guard(k ? (k - 1) * b_row + n : 0);
    p.start = guard(begin == 1 ? n : m * n);
    p.c = guard(m * n);
    p.product = (ink__product){.m = m,
                               .n = n,
                               .k = k,
                               .a = p.a.values,
                               .a_row = transposed ? 1 : k,
                               .a_col = transposed ? m : 1,
                               .b = p.b.values,
                               .b_row = b_row,
                               .start = begin ? p.start.values : NULL,
                               .start_row = begin == 1 ? 0 : n,
                               .c = p.c.values,
                               .c_row = n};
    return p;
}

static void free_problem(problem *p)
{
    unguard(&p->a);
    unguard(&p->b);
    unguard(&p->start);
    unguard(&p->c);
}

/* In double precision, straight from the definition. */
static void assert_product(const ink__product *g)
{
    for (size_t i = 0; i < g->m; i++)
        for (size_t j = 0; j < g->n; j++) {
            double sum = g->start ? (double)g->start[i * g->start_row + j] : 0, size = 1;
            for (size_t q = 0; q < g->k * (g->runs ? g->runs : 1); q++) {
                size_t run = q / g->k, a = q * g->a_col + run * g->a_jump;
                double term = (double)g->a[i * g->a_row + a] *
                              (double)g->b[q * g->b_row + run * g->b_jump + j];
                sum += term;
                size += fabs(term);
            }
            double away = fabs((double)g->c[i * g->c_row + j] - sum);
            if (!(away <= 2e-6 * size))
                fail_msg("%zux%zux%zu: c[%zu][%zu] = %.9g, expected %.9g", g->m, g->n, g->k, i, j,
                         (double)g->c[i * g->c_row + j], sum);
        }
}

static void every_product_is_right_at_a_guard_page(void **unused)
{
    (void)unused;
    static const size_t edges[] = {1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 100, 130};
    enum { EDGES = sizeof edges / sizeof *edges };
    const ink__kernels *table;
    for (size_t t = 0; (table = next_table(&t));)
        for (size_t i = 0; i < 400; i++) {
            size_t m = edges[below(EDGES)], n = edges[below(EDGES)], k = below(90);
            problem p = make_problem(m, n, k, i % 2, i % 3 ? 0 : below(20), (int)(i % 3));
            table->product(&p.product);
            assert_product(&p.product);
            free_problem(&p);
        }
}

/* Numbers with so few bits that they lose none as halves of a pair. */
static void draw_pairs(const guarded *g, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float first = draw(), second = draw();
        uint32_t low, high;
        memcpy(&low, &first, sizeof low);
        memcpy(&high, &second, sizeof high);
        low = low >> 16 | (high & 0xffff0000u);
        memcpy(&g->values[i], &low, sizeof low);
    }
}

static double half(const float *pair, int which)
{
    uint32_t bits;
    float x;
    memcpy(&bits, pair, sizeof bits);
    bits = which ? bits & 0xffff0000u : bits << 16;
    memcpy(&x, &bits, sizeof x);
    return (double)x;
}

static void assert_product_of_pairs(const ink__product *g)
{
    for (size_t i = 0; i < g->m; i++)
        for (size_t j = 0; j < g->n; j++) {
            double sum = g->start ? (double)g->start[i * g->start_row + j] : 0, size = 1;
            for (size_t q = 0; q < 2 * g->k; q++) {
                double term = half(&g->a[i * g->a_row + q / 2 * g->a_col], q % 2) *
                              half(&g->b[q / 2 * g->b_row + j], q % 2);
                sum += term;
                size += fabs(term);
            }
            double away = fabs((double)g->c[i * g->c_row + j] - sum);
            if (!(away <= 2e-6 * size))
                fail_msg("%zux%zux%zu pairs: c[%zu][%zu] = %.9g, expected %.9g", g->m, g->n, g->k,
                         i, j, (double)g->c[i * g->c_row + j], sum);
        }
}

static void products_of_pairs_are_right_at_a_guard_page(void **unused)
{
    (void)unused;
    const ink__kernels *table;
    for (size_t t = 0; (table = next_table(&t));)
        for (size_t i = 0; i < 200; i++) {
            size_t m = 1 + below(70), n = 1 + below(130), k = below(60);
            problem p = make_problem(m, n, k, i % 2, i % 3 ? 0 : below(20), (int)(i % 3));
            draw_pairs(&p.a, m * k);
            draw_pairs(&p.b, k ? (k - 1) * p.product.b_row + n : 0);
            table->product_pairs(&p.product);
            assert_product_of_pairs(&p.product);
            free_problem(&p);
        }
}

/* Long sums, rows a power of two apart: the packed way. */
static void long_products_and_awkward_strides_are_right(void **unused)
{
    (void)unused;
    static const size_t sizes[][4] = {{60, 64, 700, 64},
                                      {30, 128, 300, 0},
                                      {28, 100, 784, 156},
                                      {1, 300, 5000, 0},
                                      {64, 10, 1024, 0}};
    const ink__kernels *table;
    for (size_t t = 0; (table = next_table(&t));)
        for (size_t i = 0; i < 5; i++) {
            problem p = make_problem(sizes[i][0], sizes[i][1], sizes[i][2], i % 2 == 1, sizes[i][3],
                                     (int)(i % 3));
            table->product(&p.product);
            assert_product(&p.product);
            free_problem(&p);
        }
}

/* k in runs with gaps, as convolutions want it; with strides for which b is packed, too. */
static void products_in_runs_are_right(void **unused)
{
    (void)unused;
    static const size_t wide[] = {16, 20, 32, 64, 128, 256};
    const ink__kernels *table;
    for (size_t t = 0; (table = next_table(&t));)
        for (size_t i = 0; i < 100; i++) {
            size_t m = 1 + below(40), n = wide[below(6)], k = 1 + below(20), runs = 2 + below(40);
            size_t gap = below(9), b_gap = below(3), all = k * runs;
            guarded a = guard(m + (all + runs * gap) * m), c = guard(m * n);
            guarded b = guard((all + runs * b_gap) * n + 64);
            ink__product product = {.m = m,
                                    .n = n,
                                    .k = k,
                                    .runs = runs,
                                    .a = a.values,
                                    .a_row = 1,
                                    .a_col = m,
                                    .a_jump = gap * m,
                                    .b = b.values,
                                    .b_row = n,
                                    .b_jump = b_gap * n,
                                    .b_past = 64,
                                    .c = c.values,
                                    .c_row = n};
            table->product(&product);
            assert_product(&product);
            unguard(&a), unguard(&b), unguard(&c);
        }
}

/* However a product is cut, and with however many rows beside it, an element has the same bits. */
static void an_element_has_the_same_bits_in_every_cut(void **unused)
{
    (void)unused;
    const ink__kernels *table;
    for (size_t t = 0; (table = next_table(&t));)
        for (size_t i = 0; i < 60; i++) {
            size_t m = 2 + below(60), n = 2 + below(120), k = below(600);
            problem p = make_problem(m, n, k, i % 2, 0, 2);
            table->product(&p.product);
            float *whole = malloc(p.c_size * sizeof *whole);
            memcpy(whole, p.c.values, p.c_size * sizeof *whole);
            size_t top = below(m), left = below(n);
            ink__product part = p.product;
            part.m = m - top;
            part.n = n - left;
            part.a += top * part.a_row;
            part.b += left;
            part.start += top * n + left;
            part.c += top * n + left;
            memset(p.c.values, 0, p.c_size * sizeof *whole);
            table->product(&part);
            for (size_t r = top; r < m; r++)
                assert_memory_equal(p.c.values + r * n + left, whole + r * n + left,
                                    (n - left) * sizeof *whole);
            free(whole);
            free_problem(&p);
        }
}

static void the_cut_covers_every_element_once(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 300; i++) {
        size_t m = 1 + below(300), n = 1 + below(1200), k = below(3000);
        ink__cut cut = ink__cut_product(m, n, k);
        unsigned char *seen = calloc(m * n, 1);
        assert_int_equal(cut.tasks, cut.row_blocks * cut.col_blocks);
        for (size_t task = 0; task < cut.tasks; task++) {
            ink__part part = ink__cut_part(&cut, m, n, task);
            assert_true(part.rows >= 1 && part.rows <= cut.rows);
            assert_true(part.cols >= 1 && part.cols <= cut.cols);
            for (size_t r = part.row; r < part.row + part.rows; r++)
                for (size_t c = part.col; c < part.col + part.cols; c++)
                    seen[r * n + c]++;
        }
        for (size_t e = 0; e < m * n; e++)
            assert_int_equal(seen[e], 1);
        free(seen);
    }
}

/* ---- everything else against generic ---- */

typedef void comparison(const ink__kernels *table, const ink__kernels *generic, size_t n);

static void each_table(comparison *compare)
{
    const ink__kernels *generic = ink__kernels_by_name("generic"), *table;
    for (size_t t = 0; (table = next_table(&t));)
        for (size_t n = 1; n < 70; n++)
            compare(table, generic, n);
}

static void compare_activations(const ink__kernels *table, const ink__kernels *generic, size_t n)
{
    guarded z = guard(n), dy = guard(n), y = guard(n), other = guard(n), dz = guard(n),
            other_dz = guard(n);
    for (size_t i = 0; i < n; i++)
        z.values[i] *= i % 5 == 0 ? 40 : 3;
    for (int f = 0; f < INK_ACTIVATION_COUNT; f++) {
        table->activate((ink__activation)f, n, z.values, y.values);
        generic->activate((ink__activation)f, n, z.values, other.values);
        assert_close("y", y.values, other.values, n, 2e-6);
        table->activate_back((ink__activation)f, n, dy.values, z.values, y.values, dz.values);
        generic->activate_back((ink__activation)f, n, dy.values, z.values, y.values,
                               other_dz.values);
        assert_close("dz", dz.values, other_dz.values, n, 1e-5);
    }
    unguard(&z), unguard(&dy), unguard(&y), unguard(&other), unguard(&dz), unguard(&other_dz);
}

static void activations_and_their_slopes_agree(void **unused)
{
    (void)unused;
    each_table(compare_activations);
}

static void compare_rows(const ink__kernels *table, const ink__kernels *generic, size_t n)
{
    enum { ROWS = 5 };
    guarded x = guard(ROWS * n), y = guard(ROWS * n), other = guard(ROWS * n);
    guarded a = guard(n), b = guard(n), c = guard(n), d = guard(n), e = guard(n), f = guard(n);
    table->softmax(ROWS, n, x.values, y.values);
    generic->softmax(ROWS, n, x.values, other.values);
    assert_close("softmax", y.values, other.values, ROWS * n, 1e-6);
    table->column_sums(ROWS, n, x.values, n, a.values);
    generic->column_sums(ROWS, n, x.values, n, b.values);
    assert_close("sums", a.values, b.values, n, 1e-6);
    table->moments(ROWS, n, x.values, n, a.values, b.values);
    generic->moments(ROWS, n, x.values, n, c.values, d.values);
    assert_close("mean", a.values, c.values, n, 1e-6);
    assert_close("variance", b.values, d.values, n, 1e-6);
    table->normalise(ROWS, n, x.values, n, a.values, e.values, f.values, y.values, n);
    generic->normalise(ROWS, n, x.values, n, a.values, e.values, f.values, other.values, n);
    assert_close("normalise", y.values, other.values, ROWS * n, 1e-6);
    table->add(ROWS * n, x.values, y.values);
    generic->add(ROWS * n, x.values, other.values);
    assert_close("add", y.values, other.values, ROWS * n, 1e-6);
    memcpy(d.values, c.values, n * sizeof(float));
    table->average(n, 0.25f, a.values, c.values);
    generic->average(n, 0.25f, a.values, d.values);
    assert_close("average", c.values, d.values, n, 1e-6);
    unguard(&x), unguard(&y), unguard(&other), unguard(&a), unguard(&b), unguard(&c);
    unguard(&d), unguard(&e), unguard(&f);
}

static void compare_pooling(const ink__kernels *table, const ink__kernels *generic, size_t n)
{
    enum { SIDE = 3, ROW = 5 };
    guarded x = guard(SIDE * ROW * n), dx = guard(SIDE * ROW * n), other_dx = guard(SIDE * ROW * n);
    guarded y = guard(n), other = guard(n), dy = guard(n);
    uint16_t *which = calloc(n, sizeof *which), *places = calloc(n, sizeof *places);
    memcpy(other_dx.values, dx.values, SIDE * ROW * n * sizeof(float));
    table->max_pool(SIDE, SIDE, ROW * n, n, x.values, y.values, which);
    generic->max_pool(SIDE, SIDE, ROW * n, n, x.values, other.values, places);
    assert_memory_equal(y.values, other.values, n * sizeof(float));
    assert_memory_equal(which, places, n * sizeof *which);
    table->max_pool_back(SIDE, SIDE, ROW * n, n, dy.values, which, dx.values);
    generic->max_pool_back(SIDE, SIDE, ROW * n, n, dy.values, which, other_dx.values);
    assert_memory_equal(dx.values, other_dx.values, SIDE * ROW * n * sizeof(float));
    for (size_t c = 0; c < n; c++)
        assert_true(y.values[c] >= x.values[c] && y.values[c] >= x.values[2 * ROW * n + 2 * n + c]);
    free(which), free(places);
    unguard(&x), unguard(&dx), unguard(&other_dx), unguard(&y), unguard(&other), unguard(&dy);
}

static void pooling_agrees(void **unused)
{
    (void)unused;
    each_table(compare_pooling);
}

static void softmax_sums_moments_and_normalisation_agree(void **unused)
{
    (void)unused;
    each_table(compare_rows);
}

static void compare_normalise_back(const ink__kernels *table, const ink__kernels *generic, size_t n)
{
    const size_t rows = 1 + n % 9;
    guarded x = guard(rows * n), dy = guard(rows * n), dx = guard(rows * n),
            other = guard(rows * n);
    guarded mean = guard(n), inverse = guard(n), scale = guard(n);
    guarded ds = guard(n), dh = guard(n), ds2 = guard(n), dh2 = guard(n);
    table->normalise_sums(rows, n, x.values, dy.values, mean.values, inverse.values, ds.values,
                          dh.values);
    generic->normalise_sums(rows, n, x.values, dy.values, mean.values, inverse.values, ds2.values,
                            dh2.values);
    assert_close("dscale", ds.values, ds2.values, n, 2e-5);
    assert_close("dshift", dh.values, dh2.values, n, 2e-5);
    table->normalise_back(rows, n, x.values, dy.values, mean.values, inverse.values, scale.values,
                          ds2.values, dh2.values, dx.values);
    generic->normalise_back(rows, n, x.values, dy.values, mean.values, inverse.values, scale.values,
                            ds2.values, dh2.values, other.values);
    assert_close("dx", dx.values, other.values, rows * n, 5e-5);
    table->normalise_back(rows, n, x.values, dy.values, mean.values, inverse.values, scale.values,
                          ds2.values, dh2.values, dy.values);
    assert_close("dx in place", dy.values, other.values, rows * n, 5e-5);
    unguard(&x), unguard(&dy), unguard(&dx), unguard(&other), unguard(&mean), unguard(&inverse);
    unguard(&scale), unguard(&ds), unguard(&dh), unguard(&ds2), unguard(&dh2);
}

static void the_way_back_through_normalisation_agrees(void **unused)
{
    (void)unused;
    each_table(compare_normalise_back);
}

/* From float to pairs: the same bits. */
static void compare_pairs(const ink__kernels *table, const ink__kernels *generic, size_t n)
{
    size_t even = 2 * n;
    guarded x = guard(even), x2 = guard(even), pairs = guard(n), other = guard(n);
    guarded rows = guard(even), other_rows = guard(even);
    table->pair_up(even, x.values, (ink__bf16x2 *)(void *)pairs.values);
    generic->pair_up(even, x.values, (ink__bf16x2 *)(void *)other.values);
    assert_memory_equal(pairs.values, other.values, n * sizeof(float));
    table->pair_rows(even - 1, x.values + 1, x2.values + 1,
                     (ink__bf16x2 *)(void *)(rows.values + 1));
    generic->pair_rows(even - 1, x.values + 1, x2.values + 1,
                       (ink__bf16x2 *)(void *)(other_rows.values + 1));
    assert_memory_equal(rows.values + 1, other_rows.values + 1, (even - 1) * sizeof(float));
    unguard(&x), unguard(&x2), unguard(&pairs), unguard(&other), unguard(&rows);
    unguard(&other_rows);
}

static void floats_become_the_same_pairs(void **unused)
{
    (void)unused;
    each_table(compare_pairs);
}

/* One of Winograd's transforms of n channels, each array at a page of its own. */
static void compare_transform(const ink__kernels *table, const ink__kernels *generic,
                              ink__transform which, int side, size_t n)
{
    enum { PLACES = INK_WINOGRAD_POINTS * INK_WINOGRAD_POINTS };
    guarded in[PLACES], out[PLACES], other[PLACES], start = guard(n);
    const float *from[PLACES];
    float *to[PLACES], *expected[PLACES];
    bool shrinks = which == INK_TRANSFORM_OUTPUT || which == INK_TRANSFORM_FILTER_BACK;
    for (size_t i = 0; i < PLACES; i++) {
        in[i] = guard(n), out[i] = guard(n), other[i] = guard(n);
        from[i] = in[i].values, to[i] = out[i].values, expected[i] = other[i].values;
    }
    for (int begin = 0; begin < 2; begin++) {
        table->transform(which, side, n, from, begin ? start.values : NULL, to);
        generic->transform(which, side, n, from, begin ? start.values : NULL, expected);
        for (size_t i = 0; i < (shrinks ? (size_t)(side * side) : PLACES); i++)
            assert_close("transform", to[i], expected[i], n, 2e-4); /* its numbers go up to 256 */
    }
    for (size_t i = 0; i < PLACES; i++)
        unguard(&in[i]), unguard(&out[i]), unguard(&other[i]);
    unguard(&start);
}

static void compare_transforms(const ink__kernels *table, const ink__kernels *generic, size_t n)
{
    compare_transform(table, generic, INK_TRANSFORM_INPUT, 4, n);
    for (int side = 2; side <= 4; side += 2) {
        compare_transform(table, generic, INK_TRANSFORM_OUTPUT, side, n);
        compare_transform(table, generic, INK_TRANSFORM_SLOPE, side, n);
        compare_transform(table, generic, INK_TRANSFORM_FILTER, side == 2 ? 5 : 3, n);
        compare_transform(table, generic, INK_TRANSFORM_FILTER_BACK, side == 2 ? 5 : 3, n);
    }
}

static void winograds_transforms_agree(void **unused)
{
    (void)unused;
    each_table(compare_transforms);
}

static void compare_random(const ink__kernels *table, const ink__kernels *generic, size_t n)
{
    guarded x = guard(n), y = guard(n), other = guard(n);
    table->dropout(n, 77, 3, 0.7f, x.values, y.values);
    generic->dropout(n, 77, 3, 0.7f, x.values, other.values);
    assert_close("dropout", y.values, other.values, n, 1e-6);
    table->add_noise(n, 78, 5, 0.5f, x.values, y.values);
    generic->add_noise(n, 78, 5, 0.5f, x.values, other.values);
    assert_close("noise", y.values, other.values, n, 1e-5);
    unguard(&x), unguard(&y), unguard(&other);
}

static void dropout_and_noise_are_functions_of_key_and_position(void **unused)
{
    (void)unused;
    each_table(compare_random);
    const ink__kernels *best = ink__kernels_get();
    float x[1000], whole[1000], parts[1000];
    double sum = 0, squares = 0;
    for (size_t i = 0; i < 1000; i++)
        x[i] = 1;
    best->dropout(1000, 5, 0, 0.6f, x, whole);
    best->dropout(333, 5, 0, 0.6f, x, parts);
    best->dropout(667, 5, 333, 0.6f, x + 333, parts + 333);
    assert_memory_equal(whole, parts, sizeof whole);
    for (size_t i = 0; i < 1000; i++)
        sum += (double)whole[i];
    assert_near(sum / 1000, 1, 0.1);
    best->add_noise(1000, 5, 0, 2, x, whole);
    for (size_t i = 0; i < 1000; i++)
        squares += ((double)whole[i] - 1) * ((double)whole[i] - 1);
    assert_near(sqrt(squares / 1000), 2, 0.2);
}

static void compare_transpose(const ink__kernels *table, const ink__kernels *generic, size_t n)
{
    size_t rows = 1 + n * 7 % 37;
    guarded in = guard(rows * n), out = guard(rows * n);
    (void)generic;
    for (int add = 0; add < 2; add++) {
        float *before = malloc(rows * n * sizeof *before);
        memcpy(before, out.values, rows * n * sizeof *before);
        table->transpose(rows, n, in.values, n, out.values, rows, add);
        for (size_t r = 0; r < rows; r++)
            for (size_t c = 0; c < n; c++)
                assert_true(out.values[c * rows + r] ==
                            (add ? before[c * rows + r] : 0) + in.values[r * n + c]);
        free(before);
    }
    unguard(&in), unguard(&out);
}

static void transposing_puts_every_number_in_its_place(void **unused)
{
    (void)unused;
    each_table(compare_transpose);
}

static void compare_updates(const ink__kernels *table, const ink__kernels *generic, size_t n)
{
    enum { ROWS = 3 };
    guarded w = guard(ROWS * n), v = guard(ROWS * n), s = guard(ROWS * n), g = guard(ROWS * n);
    guarded w2 = guard(ROWS * n), v2 = guard(ROWS * n), s2 = guard(ROWS * n);
    for (int rule = INK_RULE_SGD; rule <= INK_RULE_ADAM; rule++) {
        ink__update update = {.rule = (ink__rule)rule,
                              .rate = 0.1f,
                              .momentum = 0.9f,
                              .beta2 = 0.99f,
                              .epsilon = 1e-3f,
                              .root = 1.5f,
                              .l2 = 0.01f,
                              .shrink = 0.02f};
        for (size_t i = 0; i < ROWS * n; i++)
            s.values[i] = fabsf(s.values[i]);
        memcpy(w2.values, w.values, ROWS * n * sizeof(float));
        memcpy(v2.values, v.values, ROWS * n * sizeof(float));
        memcpy(s2.values, s.values, ROWS * n * sizeof(float));
        ink__block a = {ROWS, n, n, w.values, v.values, s.values, g.values, n};
        ink__block b = {ROWS, n, n, w2.values, v2.values, s2.values, g.values, n};
        table->update(&update, &a);
        generic->update(&update, &b);
        assert_close("w", w.values, w2.values, ROWS * n, 1e-5);
        assert_close("v", v.values, v2.values, ROWS * n, 1e-5);
        assert_close("s", s.values, s2.values, ROWS * n, 1e-5);
    }
    unguard(&w), unguard(&v), unguard(&s), unguard(&g), unguard(&w2), unguard(&v2), unguard(&s2);
}

static void steps_of_every_rule_agree(void **unused)
{
    (void)unused;
    each_table(compare_updates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_product_is_right_at_a_guard_page),
        cmocka_unit_test(products_of_pairs_are_right_at_a_guard_page),
        cmocka_unit_test(long_products_and_awkward_strides_are_right),
        cmocka_unit_test(products_in_runs_are_right),
        cmocka_unit_test(an_element_has_the_same_bits_in_every_cut),
        cmocka_unit_test(the_cut_covers_every_element_once),
        cmocka_unit_test(activations_and_their_slopes_agree),
        cmocka_unit_test(softmax_sums_moments_and_normalisation_agree),
        cmocka_unit_test(pooling_agrees),
        cmocka_unit_test(the_way_back_through_normalisation_agrees),
        cmocka_unit_test(floats_become_the_same_pairs),
        cmocka_unit_test(winograds_transforms_agree),
        cmocka_unit_test(dropout_and_noise_are_functions_of_key_and_position),
        cmocka_unit_test(transposing_puts_every_number_in_its_place),
        cmocka_unit_test(steps_of_every_rule_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
