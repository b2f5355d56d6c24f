/* What PyTorch computes for the same small networks: forward, gradient, steps of each optimiser,
 * batch normalisation, convolutions by every way they are computed, whitening. */
#include "tests/check.h"

#include "inkling/network.h"
#include "nn/conv.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include "tests/golden.h"

enum { SAMPLES = 6 };
static const int LABELS[SAMPLES] = {0, 2, 1, 1, 0, 2};

static void make_targets(float t[SAMPLES * 3])
{
    memset(t, 0, SAMPLES * 3 * sizeof *t);
    for (int i = 0; i < SAMPLES; i++)
        t[3 * i + LABELS[i]] = 1;
}

static void assert_all_near(const char *what, const float *found, const float *expected, size_t n,
                            double within)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabs((double)found[i] - (double)expected[i]) <= within))
            fail_msg("%s[%zu] = %.8g, expected %.8g", what, i, (double)found[i],
                     (double)expected[i]);
}

static ink_network *network_of(const char *text, const float *start, size_t count)
{
    ink_error err = {.status = INK_OK};
    ink_network *network = ink_network_new(text, &err);
    assert_good(err.status, err);
    assert_int_equal(ink_network_parameter_count(network), count);
    memcpy(ink_network_parameters(network), start, count * sizeof *start);
    return network;
}

static void answers_and_gradients_are_pytorchs(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const float *y, *gradient;
    } golden[] = {{"sigmoid", golden_sigmoid_y, golden_sigmoid_gradient},
                  {"tanh", golden_tanh_y, golden_tanh_gradient},
                  {"relu", golden_relu_y, golden_relu_gradient},
                  {"leaky", golden_leaky_y, golden_leaky_gradient},
                  {"silu", golden_silu_y, golden_silu_gradient},
                  {"gelu", golden_gelu_y, golden_gelu_gradient}};
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        char text[64];
        float t[SAMPLES * 3], gradient[39];
        snprintf(text, sizeof text, "5 dense 4 %s dense 3 softmax", golden[i].name);
        ink_network *network = network_of(text, golden_start, 39);
        ink_workspace *ws = ink_workspace_new(network, SAMPLES, true, NULL, NULL);
        make_targets(t);
        assert_all_near(golden[i].name, ink_predict(network, ws, golden_x, SAMPLES), golden[i].y,
                        SAMPLES * 3, 2e-6);
        ink_network_gradient(network, ws, golden_x, t, SAMPLES, INK_COST_CROSS_ENTROPY, 0,
                             gradient);
        assert_all_near(golden[i].name, gradient, golden[i].gradient, 39, 2e-6);
        ink_workspace_free(ws);
        ink_network_free(network);
    }
}

static void five_steps_of_every_optimiser_are_pytorchs(void **state)
{
    (void)state;
    static const struct {
        ink_optimizer kind;
        float rate, decay;
        const float *after;
    } golden[] = {{INK_OPTIMIZER_SGD, 0.1f, 0, golden_sgd_after},
                  {INK_OPTIMIZER_MOMENTUM, 0.1f, 0, golden_momentum_after},
                  {INK_OPTIMIZER_NESTEROV, 0.1f, 0, golden_nesterov_after},
                  {INK_OPTIMIZER_RMSPROP, 0.01f, 0, golden_rmsprop_after},
                  {INK_OPTIMIZER_ADAM, 0.05f, 0, golden_adam_after},
                  {INK_OPTIMIZER_ADAMW, 0.05f, 0.1f, golden_adamw_after}};
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        ink_error err = {.status = INK_OK};
        float t[SAMPLES * 3];
        ink__optimizer o;
        ink_network *network = network_of("5 dense 4 tanh dense 3 softmax", golden_start, 39);
        ink_workspace *ws = ink_workspace_new(network, SAMPLES, true, NULL, NULL);
        make_targets(t);
        assert_good(ink__optimizer_init(&o,
                                        &(ink__optimizer_plan){.kind = golden[i].kind,
                                                               .momentum = 0.9f,
                                                               .epsilon = 1e-8f,
                                                               .weight_decay = golden[i].decay,
                                                               .bias_rate = 1,
                                                               .dense_rate = 1,
                                                               .dense_decay = 1},
                                        network, &err),
                    err);
        for (int step = 0; step < 5; step++) {
            ink__network_forward(network, ws, golden_x, SAMPLES, true, 0);
            ink__sink sink =
                ink__optimizer_begin(&o, golden[i].rate, ink_network_parameters(network));
            ink__network_backward(network, ws, golden_x, t, SAMPLES, INK_COST_CROSS_ENTROPY, 0,
                                  &sink, NULL);
        }
        assert_all_near(ink_optimizer_name(golden[i].kind), ink_network_parameters(network),
                        golden[i].after, 39, 1e-5);
        ink__optimizer_release(&o);
        ink_workspace_free(ws);
        ink_network_free(network);
    }
}

static void batch_normalisation_is_pytorchs(void **state)
{
    (void)state;
    float t[SAMPLES * 3], gradient[28];
    ink_network *network = network_of("5 norm dense 3 identity", golden_norm_start, 28);
    ink_workspace *ws = ink_workspace_new(network, SAMPLES, true, NULL, NULL);
    make_targets(t);
    ink_network_gradient(network, ws, golden_x, t, SAMPLES, INK_COST_SQUARED, 0, gradient);
    assert_all_near("y", ink_workspace_activation(ws, 1), golden_norm_y, SAMPLES * 3, 1e-5);
    assert_all_near("gradient", gradient, golden_norm_gradient, 28, 2e-5);
    ink_workspace_free(ws);
    ink_network_free(network);
}

static void a_picture_network_is_pytorchs(void **state)
{
    (void)state;
    enum { COUNT = sizeof golden_picture_start / sizeof *golden_picture_start };
    enum { INPUTS = SAMPLES * 8 * 9 * 4 };
    float t[SAMPLES * 3], gradient[COUNT], dx[INPUTS];
    ink_network *network = network_of(GOLDEN_PICTURE_NETWORK, golden_picture_start, COUNT);
    ink_workspace *ws = ink_workspace_new(network, SAMPLES, true, NULL, NULL);
    ink__sink sink = {.gradient = gradient};
    make_targets(t);
    ink__network_forward(network, ws, golden_picture_x, SAMPLES, true, 0);
    const float *y = ink_workspace_activation(ws, ink_network_layer_count(network) - 1);
    assert_all_near("y", y, golden_picture_y, SAMPLES * 3, 5e-6);
    ink__network_backward(network, ws, golden_picture_x, t, SAMPLES, INK_COST_CROSS_ENTROPY, 0,
                          &sink, dx);
    assert_all_near("gradient", gradient, golden_picture_gradient, COUNT, 5e-6);
    assert_all_near("dx", dx, golden_picture_dx, INPUTS, 5e-6);
    ink_workspace_free(ws);
    ink_network_free(network);
}

/* The numbers of tools/reference/golden.py, -1 <= x < 1, times `size`. */
static float *numbers(uint32_t seed, size_t count, float size)
{
    float *values = malloc(count * sizeof *values);
    for (size_t i = 0; i < count; i++) {
        seed = 1664525 * seed + 1013904223;
        values[i] = ((float)(seed >> 8) / 8388608 - 1) * size;
    }
    return values;
}

/* Every `step`-th of the slopes, and behind them the product of all with numbers. */
static void assert_slopes(const char *what, const float *found, size_t count, uint32_t seed,
                          const float *expected, size_t step)
{
    float *weights = numbers(seed, count, 1);
    double product = 0;
    for (size_t i = 0; i < count; i++) {
        product += (double)found[i] * (double)weights[i];
        if (i % step == 0)
            assert_all_near(what, found + i, expected + i / step, 1, 1e-6);
    }
    assert_near(product, expected[(count + step - 1) / step], 5e-6);
    free(weights);
}

static void wide_and_deep_picture_networks_are_pytorchs(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count, step, dx_step;
        const float *y, *gradient, *dx;
    } golden[] = {{GOLDEN_TILES_NETWORK, GOLDEN_TILES_COUNT, GOLDEN_TILES_STEP,
                   GOLDEN_TILES_DX_STEP, golden_tiles_y, golden_tiles_gradient, golden_tiles_dx},
                  {GOLDEN_REST_NETWORK, GOLDEN_REST_COUNT, GOLDEN_REST_STEP, GOLDEN_REST_DX_STEP,
                   golden_rest_y, golden_rest_gradient, golden_rest_dx}};
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        float t[SAMPLES * 3], *start = numbers(2, golden[i].count, 0.25f);
        ink_network *network = network_of(golden[i].text, start, golden[i].count);
        size_t inputs = SAMPLES * ink_network_input_size(network);
        float *x = numbers(1, inputs, 1), *gradient = calloc(golden[i].count, sizeof *gradient);
        float *dx = calloc(inputs, sizeof *dx);
        ink_workspace *ws = ink_workspace_new(network, SAMPLES, true, NULL, NULL);
        ink__sink sink = {.gradient = gradient};
        make_targets(t);
        ink__network_forward(network, ws, x, SAMPLES, true, 0);
        const float *y = ink_workspace_activation(ws, ink_network_layer_count(network) - 1);
        assert_all_near("y", y, golden[i].y, SAMPLES * 3, 1e-6);
        ink__network_backward(network, ws, x, t, SAMPLES, INK_COST_CROSS_ENTROPY, 0, &sink, dx);
        assert_slopes("gradient", gradient, golden[i].count, 3, golden[i].gradient, golden[i].step);
        assert_slopes("dx", dx, inputs, 4, golden[i].dx, golden[i].dx_step);
        free(start), free(x), free(gradient), free(dx);
        ink_workspace_free(ws);
        ink_network_free(network);
    }
}

static void the_first_golden_network_convolves_by_tiles(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_network *network = ink_network_new(GOLDEN_TILES_NETWORK, &err);
    assert_true(ink__conv_has_tiles(&network->layers[0]));
    assert_true(ink__conv_has_tiles(&network->layers[1]));
    ink_network_free(network);
}

static void norm_in_use_is_pytorchs(void **state)
{
    (void)state;
    enum { BATCH = 4, SIZE = 2 * 3 * 3 };
    static const float start[] = {1, 1, 1, 0, 0, 0};
    float *x = numbers(5, 2 * BATCH * SIZE, 1);
    ink_network *network = network_of("2x3x3 norm", start, 6);
    ink_network_init(network, INK_INIT_AUTO, 1);
    ink_workspace *ws = ink_workspace_new(network, BATCH, true, NULL, NULL);
    for (size_t i = 0; i < 2; i++)
        ink__network_forward(network, ws, x + i * BATCH * SIZE, BATCH, true, 0);
    assert_all_near("state", ink_network_state(network), golden_running_state, 6, 1e-6);
    assert_all_near("y", ink_predict(network, ws, x, 1), golden_running_y, SIZE, 2e-6);
    free(x);
    ink_workspace_free(ws);
    ink_network_free(network);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Up to signs and order of the eigenvectors, and the rounding of float32 where their values are
 * small. */
static void whitening_is_that_of_pytorchs_eigenvectors(void **state)
{
    (void)state;
    enum { PICTURES = 3, SIZE = 5 * 5 * 2, INPUTS = 8, FILTERS = 16, PIXELS = 16 };
    ink_error err = {.status = INK_OK};
    float zeros[FILTERS] = {0}, x[PICTURES * SIZE], square[INPUTS * INPUTS];
    float *own = numbers(6, PICTURES * SIZE, 0.25f), *both = numbers(7, PICTURES * SIZE / 2, 1);
    for (size_t i = 0; i < PICTURES * SIZE; i++)
        x[i] = own[i] + both[i / 2];
    ink_network *network = network_of("5x5x2 whiten 2x2", zeros, FILTERS);
    ink_workspace *ws = ink_workspace_new(network, PICTURES, false, NULL, NULL);
    assert_good(ink__network_prepare(network, x, PICTURES, &err), err);
    const float *w = ink_network_state(network), *y = ink_predict(network, ws, x, 1);
    double sums[INPUTS] = {0};
    for (size_t o = 0; o < INPUTS; o++) {
        for (size_t k = 0; k < INPUTS; k++) {
            double sum = 0;
            for (size_t i = 0; i < INPUTS; i++)
                sum += (double)w[o * FILTERS + i] * (double)w[k * FILTERS + i];
            square[o * INPUTS + k] = (float)sum;
        }
        for (size_t p = 0; p < PIXELS; p++)
            sums[o] += (double)y[p * FILTERS + o] * (double)y[p * FILTERS + o];
    }
    qsort(sums, INPUTS, sizeof *sums, by_size);
    assert_all_near("W W'", square, golden_whiten_square, INPUTS * INPUTS, 2e-4);
    for (size_t o = 0; o < INPUTS; o++)
        assert_near(sums[o], golden_whiten_sums[o], 2e-4);
    free(own), free(both);
    ink_workspace_free(ws);
    ink_network_free(network);
}

/* The slopes are chosen: under half the squared error summed over two pictures, y minus the target.
 */
static void a_bfloat16_convolution_is_pytorchs(void **state)
{
    (void)state;
    enum { PICTURES = 2, WEIGHTS = 3 * 3 * 4 * 6, FILTERS = 6, SIZE = 5 * 6 };
    enum { INPUTS = PICTURES * SIZE * 4, OUTPUTS = PICTURES * SIZE * FILTERS };
    float *w = numbers(9, WEIGHTS, 1), *b = numbers(10, FILTERS, 1);
    float *x = numbers(8, INPUTS, 1), start[WEIGHTS + FILTERS];
    float *dz = numbers(11, OUTPUTS, 8), t[OUTPUTS], gradient[WEIGHTS + FILTERS], dx[INPUTS];
    memcpy(start, w, WEIGHTS * sizeof *w);
    memcpy(start + WEIGHTS, b, FILTERS * sizeof *b);
    ink_network *network = network_of("5x6x4 conv 6 3x3", start, WEIGHTS + FILTERS);
    ink_network_set_precision(network, INK_PRECISION_BF16);
    ink_workspace *ws = ink_workspace_new(network, PICTURES, true, NULL, NULL);
    ink__sink sink = {.gradient = gradient};
    ink__network_forward(network, ws, x, PICTURES, true, 0);
    const float *y = ink_workspace_activation(ws, 0);
    assert_all_near("y", y, golden_bf16_y, OUTPUTS, 2e-6);
    for (size_t i = 0; i < OUTPUTS; i++)
        t[i] = y[i] - roundf(dz[i]) / 8; /* a bfloat16 number, or within a rounding of it */
    ink__network_backward(network, ws, x, t, PICTURES, INK_COST_SQUARED, 0, &sink, dx);
    assert_all_near("gradient", gradient, golden_bf16_gradient, WEIGHTS + FILTERS, 5e-6);
    assert_all_near("dx", dx, golden_bf16_dx, INPUTS, 5e-6);
    free(w), free(b), free(x), free(dz);
    ink_workspace_free(ws);
    ink_network_free(network);
}

static void muon_steps_as_its_definition_says(void **state)
{
    (void)state;
    enum { ROWS = 12, COLS = 5 };
    float w[ROWS * COLS], v[ROWS * COLS] = {0};
    float *scratch = calloc(ink__muon_scratch(ROWS, COLS), sizeof *scratch);
    memcpy(w, golden_muon_start, sizeof w);
    for (int i = 0; i < 3; i++)
        ink__muon_step(ROWS, COLS, 0.1f, 0.6f, 0, golden_muon_gradients + i * ROWS * COLS, v, w,
                       scratch, NULL);
    assert_all_near("w", w, golden_muon_end, ROWS * COLS, 1e-5);
    free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_and_gradients_are_pytorchs),
        cmocka_unit_test(five_steps_of_every_optimiser_are_pytorchs),
        cmocka_unit_test(batch_normalisation_is_pytorchs),
        cmocka_unit_test(a_picture_network_is_pytorchs),
        cmocka_unit_test(wide_and_deep_picture_networks_are_pytorchs),
        cmocka_unit_test(the_first_golden_network_convolves_by_tiles),
        cmocka_unit_test(norm_in_use_is_pytorchs),
        cmocka_unit_test(whitening_is_that_of_pytorchs_eigenvectors),
        cmocka_unit_test(a_bfloat16_convolution_is_pytorchs),
        cmocka_unit_test(muon_steps_as_its_definition_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
