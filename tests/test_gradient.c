/* Backpropagation finds what nudging finds, for every layer, activation and cost; and what a batch
 * gives does not depend on who shares it or how many threads work. */
#include "tests/check.h"

#include "base/memory.h"
#include "base/random.h"
#include "inkling/network.h"
#include "nn/network.h"
#include "nn/optimizer.h"

static ink_network *network_of(const char *text, uint64_t seed)
{
    ink_error err = {.status = INK_OK};
    ink_network *network = ink_network_new(text, &err);
    if (!network)
        fail_msg("%s: %s", text, err.text);
    ink_network_init(network, INK_INIT_AUTO, seed);
    return network;
}

static void check_gradients(const char *text, ink_cost cost, double within)
{
    ink_error err = {.status = INK_OK};
    ink_gradcheck_layer results[32];
    ink_network *network = network_of(text, 1);
    assert_good(ink_gradcheck(network, cost, 5, results, &err), err);
    for (size_t i = 0; i < ink_network_layer_count(network); i++) {
        if (results[i].checked > 0 && !(results[i].worst < within))
            fail_msg("%s, layer %zu: worst %g", text, i, results[i].worst);
        if (i == 0 && !(results[0].input_worst < within))
            fail_msg("%s, inputs: worst %g", text, results[0].input_worst);
    }
    ink_network_free(network);
}

static void every_activation_agrees_with_central_differences(void **state)
{
    (void)state;
    static const char *const names[] = {"identity", "sigmoid", "tanh", "relu",
                                        "leaky",    "silu",    "gelu"};
    char text[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(text, sizeof text, "5 dense 7 %s dense 4 softmax", names[i]);
        check_gradients(text, INK_COST_CROSS_ENTROPY, 0.02);
        snprintf(text, sizeof text, "5 dense 7 norm %s dense 4 sigmoid", names[i]);
        check_gradients(text, INK_COST_SQUARED, 0.02);
    }
}

static void every_layer_and_cost_agrees_with_central_differences(void **state)
{
    (void)state;
    check_gradients("6 dense 5 softmax", INK_COST_SQUARED, 0.02);
    check_gradients("6 dense 5 sigmoid", INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("6 noise 0.2 dense 9 tanh dropout 0.3 dense 5 softmax", INK_COST_CROSS_ENTROPY,
                    0.02);
    check_gradients("6 norm dense 9 norm gelu norm dense 5 identity", INK_COST_SQUARED, 0.02);
    check_gradients("6 tanh dense 5 softmax softmax", INK_COST_SQUARED, 0.02);
    check_gradients("2x3x1 dense 5 sigmoid sigmoid dense 3 softmax", INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("6x6x2 conv 3 3x3 tanh dense 3 softmax", INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("7x6x2 conv 4 3x2 stride 2 gelu conv 3 1x1 dense 3 softmax",
                    INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("8x8x4 conv 8 3x3 groups 2 silu conv 8 3x3 valid groups 8 nobias "
                    "pool global average dense 3 sigmoid",
                    INK_COST_SQUARED, 0.02);
    check_gradients("7x6x19 conv 19 3x3 groups 19 tanh conv 38 4x2 groups 19 stride 2 nobias gelu "
                    "conv 38 3x3 groups 38 valid stride 3 dense 3 softmax",
                    INK_COST_CROSS_ENTROPY, 0.02); /* channel by channel */
    check_gradients("5x4x3 conv 3 5x4 valid groups 3 sigmoid", INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("8x8x2 whiten 2x2 gelu pool 3 stride 2 average flatten dense 3 scale 0.5 "
                    "softmax",
                    INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("8x8x2 whiten 2x2 nobias gelu conv 16 3x3 tanh dense 3 softmax",
                    INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("9x8x3 conv 6 2x3 stride 3 gelu conv 4 1x1 stride 2 tanh dense 3 softmax",
                    INK_COST_CROSS_ENTROPY, 0.02); /* outputs that no tap meets on the way back */
    check_gradients("9x8x4 conv 6 3x1 stride 2 groups 2 tanh dense 3 softmax",
                    INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("6x6x2 conv 4 3x3 norm gelu residual( conv 4 3x3 norm noscale gelu conv 4 3x3 "
                    ") tanh residual( conv 6 3x3 stride 2 tanh | conv 6 1x1 stride 2 ) layernorm "
                    "dense 3 softmax",
                    INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("12x12x2 conv 16 3x3 nobias norm gelu conv 16 3x3 relu conv 16 5x5 tanh "
                    "dense 3 softmax",
                    INK_COST_CROSS_ENTROPY, 0.02); /* a nudge at the norm crosses kinks of relu */
    check_gradients("5x5x2 residual( residual( conv 2 3x3 ) gelu ) dense 3 softmax",
                    INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("4x4x1 conv 2 1x1 pool 2 dense 3 softmax", INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("7x6x16 conv 17 3x3 tanh conv 16 3x3 nobias gelu dense 3 softmax",
                    INK_COST_CROSS_ENTROPY, 0.02); /* by Winograd's tiles */
    check_gradients("9x8x16 conv 18 5x5 valid tanh pool global average dense 3 softmax",
                    INK_COST_CROSS_ENTROPY, 0.02);
    check_gradients("40 dense 70 sigmoid dense 33 tanh dense 17 softmax", INK_COST_CROSS_ENTROPY,
                    0.02);
}

static void a_step_has_no_gradient_to_check(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_network *network = network_of("3 dense 4 step dense 2 softmax", 1);
    ink_gradcheck_layer results[4];
    assert_int_equal(ink_gradcheck(network, INK_COST_CROSS_ENTROPY, 1, results, &err), INK_EINVAL);
    assert_says(err, "step");
    ink_network_free(network);
}

/* Samples and targets of a network. */
typedef struct samples {
    float *x, *t;
    size_t count;
} samples;

static samples draw_samples(const ink_network *network, size_t count)
{
    size_t inputs = ink_network_input_size(network), nodes = ink_network_output_size(network);
    samples s = {calloc(count * inputs, 4), calloc(count * nodes, 4), count};
    ink_random random = ink__random(99);
    for (size_t i = 0; i < count * inputs; i++)
        s.x[i] = (float)ink__random_normal(&random);
    for (size_t i = 0; i < count; i++)
        s.t[i * nodes + ink__random_below(&random, nodes)] = 1;
    return s;
}

static void free_samples(samples *s)
{
    free(s->x);
    free(s->t);
}

static void the_three_ways_find_the_same_slope(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_network *network = network_of("4 dense 6 sigmoid dense 3 sigmoid", 2);
    samples s = draw_samples(network, 8);
    size_t n = ink_network_parameter_count(network);
    float *one = calloc(n, 4), *both = calloc(n, 4), *back = calloc(n, 4);
    ink_workspace *ws = ink_workspace_new(network, 8, true, NULL, &err);
    ink_network_gradient_finite(network, ws, s.x, s.t, 8, INK_COST_SQUARED, 0, false, 1e-3f, one);
    ink_network_gradient_finite(network, ws, s.x, s.t, 8, INK_COST_SQUARED, 0, true, 1e-2f, both);
    ink_network_gradient(network, ws, s.x, s.t, 8, INK_COST_SQUARED, 0, back);
    for (size_t i = 0; i < n; i++) {
        assert_near(both[i], back[i], 2e-5);
        assert_near(one[i], back[i], 2e-3);
    }
    free(one), free(both), free(back);
    free_samples(&s);
    ink_workspace_free(ws);
    ink_network_free(network);
}

/* Running statistics know nothing of the nudges: the batch was seen once. */
static void nudging_leaves_the_state_as_one_pass_does(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_network *nudged = network_of("3 norm dense 4 tanh norm dense 2 softmax", 2);
    ink_network *plain = ink_network_copy(nudged, &err);
    samples s = draw_samples(nudged, 8);
    size_t n = ink_network_parameter_count(nudged), states = ink_network_state_count(nudged);
    float *gradient = calloc(n, 4);
    for (int central = 0; central < 2; central++) {
        ink_workspace *ws = ink_workspace_new(nudged, 8, true, NULL, &err);
        ink_network_gradient_finite(nudged, ws, s.x, s.t, 8, INK_COST_CROSS_ENTROPY, 0, central,
                                    1e-3f, gradient);
        ink_workspace_free(ws);
        ws = ink_workspace_new(plain, 8, true, NULL, &err);
        ink_network_gradient(plain, ws, s.x, s.t, 8, INK_COST_CROSS_ENTROPY, 0, gradient);
        ink_workspace_free(ws);
        assert_memory_equal(ink_network_state(nudged), ink_network_state(plain),
                            states * sizeof *gradient);
    }
    free(gradient);
    free_samples(&s);
    ink_network_free(nudged);
    ink_network_free(plain);
}

static void one_as_many(const char *text, size_t inputs)
{
    ink_error err = {.status = INK_OK};
    ink_network *network = network_of(text, 3);
    samples s = draw_samples(network, 40);
    ink_workspace *many = ink_workspace_new(network, 40, false, NULL, &err);
    ink_pool *pool = ink_pool_new(3, &err); /* which share the picture */
    ink_workspace *one = ink_workspace_new(network, 1, false, pool, &err);
    const float *all = ink_predict(network, many, s.x, 40);
    for (size_t i = 0; i < 40; i++)
        assert_memory_equal(ink_predict(network, one, s.x + i * inputs, 1), all + i * 13,
                            13 * sizeof *all);
    free_samples(&s);
    ink_workspace_free(many);
    ink_workspace_free(one);
    ink_pool_free(pool);
    ink_network_free(network);
}

static void a_batch_of_one_answers_as_in_a_row_of_many(void **state)
{
    (void)state;
    one_as_many("37 dense 50 norm gelu dense 13 softmax", 37);
    one_as_many("7x9x3 conv 20 3x3 norm gelu residual( conv 20 3x3 relu ) pool 2 dense 13 softmax",
                189);
    one_as_many("9x8x16 conv 20 3x3 gelu conv 16 5x5 pool 2 dense 13 softmax", 9 * 8 * 16);
    one_as_many("9x8x18 conv 18 3x3 groups 18 gelu conv 36 3x3 stride 2 groups 18 dense 13 softmax",
                9 * 8 * 18);
    one_as_many("32x32x9 conv 27 9x3 groups 9 relu pool global dense 13 softmax", 32 * 32 * 9);
}

/* The same bits, with direct convolutions, Winograd's, channels apart and pairs; after weights
 * changed, again. */
static void packed_weights_answer_alike(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    for (int precision = INK_PRECISION_FLOAT32; precision <= INK_PRECISION_BF16; precision++) {
        ink_network *network = network_of("9x8x2 whiten 2x2 conv 20 3x3 gelu conv 18 5x5 stride 2 "
                                          "conv 16 3x3 norm relu conv 32 3x3 groups 16 dense 13 "
                                          "softmax",
                                          3);
        ink_network_set_precision(network, (ink_precision)precision);
        samples s = draw_samples(network, 40);
        assert_good(ink__network_prepare(network, s.x, 40, &err), err);
        ink_workspace *plain = ink_workspace_new(network, 3, false, NULL, &err);
        ink_workspace *packed = ink_workspace_new(network, 3, false, NULL, &err);
        for (int round = 0; round < 2; round++) {
            assert_good(ink_workspace_pack(packed, &err), err);
            const float *y = ink_predict(network, plain, s.x, 3);
            assert_memory_equal(ink_predict(network, packed, s.x, 3), y, 39 * sizeof *y);
            ink_network_parameters(network)[1000] += 1;
            assert_memory_equal(ink_predict(network, packed, s.x, 3), y, 39 * sizeof *y);
            assert_memory_not_equal(ink_predict(network, plain, s.x, 3),
                                    ink_predict(network, packed, s.x, 3), 39 * sizeof *y);
        }
        free_samples(&s);
        ink_workspace_free(plain), ink_workspace_free(packed);
        ink_network_free(network);
    }
}

/* Patches of white noise that was mixed come out unmixed. */
static void whitening_makes_numbers_uncorrelated(void **state)
{
    (void)state;
    enum { COUNT = 300, FILTERS = 16 };
    ink_error err = {.status = INK_OK};
    ink_network *network = network_of("5x5x2 whiten 2x2 dense 2 softmax", 1);
    ink_workspace *ws = ink_workspace_new(network, COUNT, false, NULL, &err);
    samples s = draw_samples(network, COUNT);
    for (size_t i = 0; i + 1 < COUNT * 50; i++) /* neighbours alike */
        s.x[i] = 3 * (s.x[i] + s.x[i + 1]);
    assert_true(ink__network_needs_preparation(network));
    assert_good(ink__network_prepare(network, s.x, COUNT, &err), err);
    assert_false(ink__network_needs_preparation(network));
    ink_predict(network, ws, s.x, COUNT);
    double sums[FILTERS][FILTERS] = {{0}};
    for (size_t p = 0; p < COUNT * 16; p++)
        for (size_t a = 0; a < FILTERS; a++)
            for (size_t b = 0; b < FILTERS; b++)
                sums[a][b] += (double)ws->y[0][p * FILTERS + a] * (double)ws->y[0][p * FILTERS + b];
    for (size_t a = 0; a < FILTERS; a++)
        for (size_t b = 0; b < FILTERS; b++) {
            double expected = a == b ? 1 : a % 8 == b % 8 ? -1 : 0; /* both signs of each */
            assert_near(sums[a][b] / (COUNT * 16), expected, 0.01);
        }
    free_samples(&s);
    ink_workspace_free(ws);
    ink_network_free(network);
}

static const char *const TEXTS[] = {
    "784 dense 100 sigmoid dense 10 sigmoid",
    "100 noise 0.1 dense 300 norm relu dropout 0.2 dense 70 silu dense 10 softmax",
    "30 dense 1040 gelu dense 520 tanh dense 3 softmax",
    "11x9x3 conv 20 3x3 pool 2 norm gelu residual( conv 20 3x3 relu | conv 20 1x1 nobias ) gelu "
    "conv 40 3x2 stride 2 groups 4 norm noscale silu layernorm pool global dense 5 softmax",
    "10x12x3 conv 20 3x3 conv 24 3x3 nobias norm gelu conv 16 5x5 valid relu dense 5 softmax",
    "10x12x20 conv 20 3x3 groups 20 relu conv 40 5x3 groups 20 stride 2 nobias norm dense 5 "
    "softmax",
};
enum { TEXT_COUNT = 6 };

static void gradients_have_the_same_bits_for_1_2_and_7_threads(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    for (size_t i = 0; i < 2 * TEXT_COUNT; i++) {
        float *expected = NULL;
        for (size_t threads = 1; threads <= 7; threads = threads == 1 ? 2 : threads + 5) {
            ink_network *network = network_of(TEXTS[i % TEXT_COUNT], 4);
            ink_network_set_precision(network, (ink_precision)(i / TEXT_COUNT));
            samples s = draw_samples(network, 33);
            size_t n = ink_network_parameter_count(network);
            ink_pool *pool = ink_pool_new(threads, &err);
            ink_workspace *ws = ink_workspace_new(network, 33, true, pool, &err);
            float *gradient = calloc(n, 4);
            ink_network_gradient(network, ws, s.x, s.t, 33, INK_COST_SQUARED, 7, gradient);
            if (expected)
                assert_memory_equal(gradient, expected, n * 4);
            if (expected)
                free(gradient);
            else
                expected = gradient;
            free_samples(&s);
            ink_workspace_free(ws);
            ink_pool_free(pool);
            ink_network_free(network);
        }
        free(expected);
    }
}

/* bfloat16 keeps 8 bits of a factor: gradients point the same way, but their bits differ. */
static void bf16_gradients_point_where_float32_gradients_do(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    static const char text[] =
        "9x7x2 conv 6 3x3 gelu conv 8 2x3 groups 2 norm relu conv 4 3x3 valid nobias pool global "
        "dense 3 softmax";
    double dot = 0, squares[2] = {0};
    float *gradients[2];
    size_t n = 0;
    for (int precision = 0; precision < 2; precision++) {
        ink_network *network = network_of(text, 4);
        ink_network_set_precision(network, (ink_precision)precision);
        assert_int_equal(ink_network_precision(network), precision);
        samples s = draw_samples(network, 7);
        ink_workspace *ws = ink_workspace_new(network, 7, true, NULL, &err);
        n = ink_network_parameter_count(network);
        gradients[precision] = calloc(n, 4);
        ink_network_gradient(network, ws, s.x, s.t, 7, INK_COST_CROSS_ENTROPY, 7,
                             gradients[precision]);
        free_samples(&s);
        ink_workspace_free(ws);
        ink_network_free(network);
    }
    for (size_t i = 0; i < n; i++) {
        dot += (double)gradients[0][i] * (double)gradients[1][i];
        for (int k = 0; k < 2; k++)
            squares[k] += (double)gradients[k][i] * (double)gradients[k][i];
    }
    assert_true(dot / sqrt(squares[0] * squares[1]) > 0.999);
    assert_true(fabs(sqrt(squares[0] / squares[1]) - 1) < 0.02);
    assert_memory_not_equal(gradients[0], gradients[1], n * 4);
    free(gradients[0]), free(gradients[1]);
}

/* Where nothing learns before a layer, its way back to its input is left out. */
static void what_is_left_out_on_the_way_back_changes_no_gradient(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    static const char *const texts[] = {
        "9x8x3 whiten 2x2 nobias gelu conv 16 3x3 tanh dense 3 softmax",
        "9x8x3 whiten 2x2 gelu conv 16 3x3 tanh dense 3 softmax",
        "9x8x3 conv 6 3x3 stride 2 gelu dense 3 softmax"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ink_network *network = network_of(texts[i], 6);
        size_t n = ink_network_parameter_count(network);
        samples s = draw_samples(network, 5);
        assert_good(ink__network_prepare(network, s.x, 5, &err), err);
        ink_workspace *ws = ink_workspace_new(network, 5, true, NULL, NULL);
        float *gradients[2], *dx = calloc(5 * ink_network_input_size(network), sizeof *dx);
        for (int asked = 0; asked < 2; asked++) {
            gradients[asked] = calloc(n, sizeof **gradients);
            ink__network_forward(network, ws, s.x, 5, true, 0);
            ink__network_backward(network, ws, s.x, s.t, 5, INK_COST_CROSS_ENTROPY, 0,
                                  &(ink__sink){.gradient = gradients[asked]}, asked ? dx : NULL);
        }
        assert_memory_equal(gradients[0], gradients[1], n * sizeof **gradients);
        for (int asked = 0; asked < 2; asked++)
            free(gradients[asked]);
        free(dx);
        free_samples(&s);
        ink_workspace_free(ws);
        ink_network_free(network);
    }
}

/* The step taken block by block on the way back, and from a whole gradient vector. */
static void a_fused_step_has_the_bits_of_gradient_then_step(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    for (size_t i = 0; i < TEXT_COUNT; i++)
        for (int kind = INK_OPTIMIZER_SGD; kind <= INK_OPTIMIZER_ADAMW; kind++) {
            ink_network *fused = network_of(TEXTS[i], 5), *whole = network_of(TEXTS[i], 5);
            samples s = draw_samples(fused, 20);
            size_t n = ink_network_parameter_count(fused);
            ink_workspace *ws = ink_workspace_new(fused, 20, true, NULL, &err);
            ink_workspace *other = ink_workspace_new(whole, 20, true, NULL, &err);
            float *gradient = calloc(n, 4);
            ink__optimizer a, b;
            const ink__optimizer_plan plan = {.kind = (ink_optimizer)kind,
                                              .momentum = 0.9f,
                                              .epsilon = 1e-8f,
                                              .weight_decay = 0.01f,
                                              .bias_rate = 1,
                                              .dense_rate = 1,
                                              .dense_decay = 1};
            assert_good(ink__optimizer_init(&a, &plan, whole, &err), err);
            assert_good(ink__optimizer_init(&b, &plan, whole, &err), err);
            for (uint64_t step = 0; step < 3; step++) {
                ink__network_forward(fused, ws, s.x, 20, true, step);
                ink__sink sink = ink__optimizer_begin(&a, 0.01f, ink_network_parameters(fused));
                ink__network_backward(fused, ws, s.x, s.t, 20, INK_COST_SQUARED, step, &sink, NULL);
                ink_network_gradient(whole, other, s.x, s.t, 20, INK_COST_SQUARED, step, gradient);
                sink = ink__optimizer_begin(&b, 0.01f, ink_network_parameters(whole));
                ink__optimizer_apply(&b, whole, &sink, gradient, NULL);
            }
            assert_memory_equal(ink_network_parameters(fused), ink_network_parameters(whole),
                                n * 4);
            ink__optimizer_release(&a);
            ink__optimizer_release(&b);
            free(gradient);
            free_samples(&s);
            ink_workspace_free(ws);
            ink_workspace_free(other);
            ink_network_free(fused);
            ink_network_free(whole);
        }
}

static void norm_uses_the_batch_in_training_and_running_moments_after(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_network *network = network_of("3 norm", 1);
    ink_workspace *ws = ink_workspace_new(network, 64, true, NULL, &err);
    samples s = draw_samples(network, 64);
    for (size_t i = 0; i < 64 * 3; i++)
        s.x[i] = 5 + 2 * s.x[i];
    for (int i = 0; i < 200; i++)
        ink__network_forward(network, ws, s.x, 64, true, 0);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < 64; i++) {
        sum += (double)ws->y[0][i * 3];
        squares += (double)ws->y[0][i * 3] * (double)ws->y[0][i * 3];
    }
    assert_near(sum / 64, 0, 1e-5);
    assert_near(squares / 64, 1, 1e-3);
    float training = ws->y[0][0];
    const float *y = ink_predict(network, ws, s.x, 1); /* alone, and yet nearly the same */
    assert_near(y[0], training, 0.05);
    free_samples(&s);
    ink_workspace_free(ws);
    ink_network_free(network);
}

static void a_single_row_leaves_running_moments_alone(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_network *vectors = network_of("3 norm", 1), *pictures = network_of("2x2x3 norm", 1);
    samples s = draw_samples(pictures, 2);
    float before[6], *running = ink_network_state(vectors);
    memcpy(before, running, sizeof before);
    ink_workspace *ws = ink_workspace_new(vectors, 2, true, NULL, &err);
    ink__network_forward(vectors, ws, s.x, 1, true, 0);
    assert_memory_equal(running, before, sizeof before);
    ink__network_forward(vectors, ws, s.x, 2, true, 0);
    assert_memory_not_equal(running, before, sizeof before);
    ink_workspace_free(ws);
    ws = ink_workspace_new(pictures, 2, true, NULL, &err);
    ink__network_forward(pictures, ws, s.x, 1, true, 0); /* one picture has several rows */
    assert_memory_not_equal(ink_network_state(pictures), before, sizeof before);
    free_samples(&s);
    ink_workspace_free(ws);
    ink_network_free(vectors), ink_network_free(pictures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_activation_agrees_with_central_differences),
        cmocka_unit_test(every_layer_and_cost_agrees_with_central_differences),
        cmocka_unit_test(a_step_has_no_gradient_to_check),
        cmocka_unit_test(the_three_ways_find_the_same_slope),
        cmocka_unit_test(nudging_leaves_the_state_as_one_pass_does),
        cmocka_unit_test(a_batch_of_one_answers_as_in_a_row_of_many),
        cmocka_unit_test(packed_weights_answer_alike),
        cmocka_unit_test(whitening_makes_numbers_uncorrelated),
        cmocka_unit_test(bf16_gradients_point_where_float32_gradients_do),
        cmocka_unit_test(what_is_left_out_on_the_way_back_changes_no_gradient),
        cmocka_unit_test(gradients_have_the_same_bits_for_1_2_and_7_threads),
        cmocka_unit_test(a_fused_step_has_the_bits_of_gradient_then_step),
        cmocka_unit_test(norm_uses_the_batch_in_training_and_running_moments_after),
        cmocka_unit_test(a_single_row_leaves_running_moments_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
