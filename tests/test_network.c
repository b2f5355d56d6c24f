/* Networks from text: what is understood, what is refused and how, what lies where. */
#include "tests/check.h"

#include "base/memory.h"
#include "base/random.h"
#include "inkling/network.h"
#include "nn/network.h"
#include "nn/optimizer.h"

static void the_short_form_means_relu_between_and_softmax_at_the_end(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_network *network = ink_network_new("784-300-100-10", &err);
    assert_good(err.status, err);
    assert_string_equal(ink_network_text(network),
                        "784 dense 300 relu dense 100 relu dense 10 softmax");
    assert_int_equal(ink_network_parameter_count(network),
                     784 * 300 + 300 + 300 * 100 + 100 + 100 * 10 + 10);
    assert_int_equal(ink_network_input_size(network), 784);
    assert_int_equal(ink_network_output_size(network), 10);
    ink_network_free(network);
}

static void the_long_form_comes_back_as_it_was_meant(void **state)
{
    (void)state;
    static const char *const same[] = {
        "784 dense 10 softmax",
        "28x28x1 noise 0.1 dense 30 norm gelu dropout 0.25 dense 10 softmax",
        "2 dense 3 sigmoid dense 2 sigmoid",
        "1 scale 0.10078832134704455", /* read back as the same number, not one beside it */
        "5 tanh dense 2 identity",
        "32x32x3 whiten 2x2 gelu conv 32 3x3 stride 2 groups 2 valid nobias pool 3 norm noscale "
        "silu layernorm flatten dense 10 scale 0.5 softmax",
        "32x32x3 whiten 3x2 nobias gelu dense 10 softmax",
        "8x8x3 residual( conv 3 5x1 relu residual( norm ) ) relu residual( conv 8 1x1 | "
        "residual( conv 3 3x3 ) conv 8 3x3 ) pool 3x2 stride 2 average pool global dense 2 softmax",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        ink_error err = {.status = INK_OK};
        ink_network *network = ink_network_new(same[i], &err);
        assert_good(err.status, err);
        assert_string_equal(ink_network_text(network), same[i]);
        ink_network *copy = ink_network_copy(network, &err);
        assert_string_equal(ink_network_text(copy), same[i]);
        ink_network_free(copy);
        ink_network_free(network);
    }
}

static void words_that_mean_nothing_are_named(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"", "empty"},
        {"784", "no layer"},
        {"fish dense 10", "fish"},
        {"28x28 dense 10", "28x28"},
        {"0 dense 10", "\"0\""},
        {"784 dense", "number of nodes"},
        {"784 dense ten", "dense ten"},
        {"784 dense 0", "dense 0"},
        {"784 dense 1.5", "dense 1.5"},
        {"784 dense -5", "dense -5"},
        {"784 dense nan", "dense nan"},
        {"784 dense 1e300", "dense 1e300"},
        {"784 dens 10", "dens"},
        {"784 dense 10 dropout 1", "dropout 1"},
        {"784 dense 10 noise -1", "noise -1"},
        {"784 conv 8 3x3", "begin the network with height"},
        {"784 conv 8 3x3 valid", "begin the network with height"},
        {"784 whiten 2x2", "begin the network with height"},
        {"3x3x1 whiten 4x4", "3x3 pixels: begin with larger pictures"},
        {"8x8x1 conv 3x3", "number of filters"},
        {"8x8x1 conv 8", "kernel"},
        {"8x8x1 conv 8 3x3x3", "3x3x3"},
        {"8x8x1 conv 8 0x3", "0x3"},
        {"8x8x1 conv 8 9x9 valid", "leave \"valid\" out or begin with larger"},
        {"8x8x3 conv 8 3x3 groups 2", "groups must divide"},
        {"8x8x3 conv 8 3x3 stride 0", "\"conv 8 3x3 stride\" must be followed by its pixels"},
        {"8x8x3 conv 8 3x3 valid groups", "\"conv 8 3x3 valid groups\" must be followed"},
        {"8x8x3 conv 8 3x3 stride 2 stride 3", "\"conv 8 3x3 stride 2\" is told \"stride\" twice"},
        {"8x8x3 conv 8 3x3 groups 1 groups 1", "told \"groups\" twice"},
        {"8x8x3 conv 8 3x3 valid valid", "\"conv 8 3x3 valid\" is told \"valid\" twice"},
        {"8x8x3 conv 8 3x3 same stride 2 same", "told \"same\" twice"},
        {"8x8x3 conv 8 3x3 nobias nobias", "told \"nobias\" twice"},
        {"8x8x3 whiten 2x2 nobias nobias gelu", "\"whiten 2x2\" is told \"nobias\" twice"},
        {"8x8x3 conv 8 3x3 norm noscale noscale", "\"norm\" is told \"noscale\" twice"},
        {"8x8x3 conv 8 3x3 valid same", "cannot be \"valid\" and \"same\""},
        {"8x8x3 conv 8 3x3 same valid", "cannot be \"valid\" and \"same\""},
        {"8x8x1 pool 9", "does not fit"},
        {"8x8x1 pool 3x2", "stride"},
        {"8x8x1 pool 3x2 stride x", "\"pool 3x2 stride\" must be followed by its pixels"},
        {"300x300x1 pool global", "the largest of 300x300 pixels, at most 65536"},
        {"8x8x1 pool", "window"},
        {"8x8x1 conv 4 3x3 whiten 2x2", "first layer"},
        {"8x8x40 whiten 3x3", "at most 256"},
        {"8x8x1 residual conv", "in brackets"},
        {"8x8x1 residual( conv 1 3x3", "not closed"},
        {"8x8x1 residual( )", "no layer"},
        {"8x8x1 conv 1 3x3 )", "never opened"},
        {"8x8x1 conv 1 3x3 | dense 1", "two branches"},
        {"8x8x1 residual( | conv 1 3x3 )", "two branches"},
        {"8x8x1 residual( conv 2 3x3 )", "8x8x2 and 8x8x1"},
        {"8x8x1 residual( conv 2 3x3 )", "write residual( ... | conv 2 1x1 )"},
        {"8x8x1 residual( conv 2 3x3 stride 2 )", "that \"conv 2 3x3 stride 2\" ends"},
        {"8x8x1 residual( conv 2 3x3 stride 2 )", "write residual( ... | conv 2 1x1 stride 2 )"},
        {"8x8x1 residual( conv 1 3x3 valid )", "give it a second branch"},
        {"8x8x1 residual( conv 2 3x3 stride 2 | conv 2 1x1 )", "give both the same \"stride\""},
        {"8x8x1 residual( conv 2 3x3 | conv 3 1x1 )", "as many filters"},
        {"8x8x1 residual( residual( residual( residual( residual( residual( residual( residual( "
         "residual( norm ) ) ) ) ) ) ) ) )",
         "deep"},
        {"255x255x16384 conv 65536 255x255", "2^31"},
        {"784-10-", "784-10-"},
        {"784--10", "784--10"},
        {"784-a-10", "784-a-10"},
        {"8 dense 00000000000000000000000000000000000000000000000000000000000000"
         "10",
         "64 characters"},
        {"8 tanhtanhtanhtanhtanhtanhtanhtanhtanhtanhtanhtanhtanhtanhtanhtanhtanh(",
         "68 characters"},
        {"8-00000000000000000000000000000000000000000000000000000000000000000003-2",
         "\"00000000000000000000...\" is no word of a network"},
        {"99999999999999999999 dense 1", "99999999999999999999"},
        {"16777216 dense 16777216", "2^31"},
        {"65536x32768x1 flatten", "65536x32768x1"},
        {"32768x32768x1 conv 2 1x1", "2^31"},
        {"60000 dense 60000 dense 60000", "2^31"},
        {"1x1x16777216 dense 1000", "2^31"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ink_error err = {.status = INK_OK};
        ink_network *network = ink_network_new(wrong[i][0], &err);
        if (network)
            fail_msg("\"%s\" was understood", wrong[i][0]);
        assert_int_equal(err.status, INK_EINVAL);
        assert_says(err, wrong[i][1]);
    }
}

static void words_behind_a_kernel_come_back_in_one_order(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"8x8x4 conv 4 3x3 nobias valid groups 2 stride 2 relu",
         "8x8x4 conv 4 3x3 stride 2 groups 2 valid nobias relu"},
        {"8x8x4 conv 4 3x3 valid groups 4 nobias", "8x8x4 conv 4 3x3 groups 4 valid nobias"},
        {"8x8x4 conv 4 3x3 stride 1 same groups 1", "8x8x4 conv 4 3x3"},
        {"300x300x1 pool global average", "300x300x1 pool global average"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ink_error err = {.status = INK_OK};
        ink_network *network = ink_network_new(texts[i][0], &err);
        assert_good(err.status, err);
        assert_string_equal(ink_network_text(network), texts[i][1]);
        ink_network_free(network);
    }
}

static void expanding_puts_activations_dropout_and_noise_where_they_belong(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    char *text = ink_network_expand("4-5-6-3", "tanh", "sigmoid", 0.2, 0.1, &err);
    assert_good(err.status, err);
    assert_string_equal(text, "4 noise 0.1 dense 5 tanh dropout 0.2 dense 6 tanh dropout 0.2 "
                              "dense 3 sigmoid");
    ink_text_free(text);
    text = ink_network_expand("4 dense 5 relu dense 3 softmax", NULL, NULL, 0.5, 0.25, &err);
    assert_string_equal(text, "4 noise 0.25 dense 5 relu dropout 0.5 dense 3 softmax");
    ink_text_free(text);
    text =
        ink_network_expand("4x4x1  residual(conv 2 3x3 relu|conv 2 1x1 tanh)silu dense 3 softmax",
                           NULL, NULL, 0.5, 0, &err);
    assert_string_equal(text, "4x4x1 residual(conv 2 3x3 relu dropout 0.5|conv 2 1x1 tanh "
                              "dropout 0.5)silu dropout 0.5 dense 3 softmax");
    ink_network *network = ink_network_new(text, &err);
    assert_good(err.status, err);
    ink_network_free(network);
    ink_text_free(text);
    assert_null(ink_network_expand("4 dense 3 softmax", "relu", NULL, 0, 0, &err));
    assert_says(err, "says its own");
}

static void tensors_have_names_and_lie_one_after_the_other(void **state)
{
    (void)state;
    static const struct {
        const char *text, *names[8];
    } known[] = {
        {"4 dense 3 norm relu dense 2 softmax",
         {"0.dense.weight", "0.dense.bias", "1.norm.scale", "1.norm.shift", "1.norm.mean",
          "1.norm.variance", "2.dense.weight", "2.dense.bias"}},
        {"4x4x1 whiten 2x2 gelu conv 2 1x1 nobias dense 2 softmax",
         {"0.whiten.weight", "0.whiten.bias", "1.conv.weight", "2.dense.weight", "2.dense.bias"}},
        {"4x4x1 whiten 2x2 nobias conv 2 1x1 norm noscale dense 2 softmax",
         {"0.whiten.weight", "1.conv.weight", "1.conv.bias", "2.norm.shift", "2.norm.mean",
          "2.norm.variance", "3.dense.weight", "3.dense.bias"}}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        ink_error err = {.status = INK_OK};
        ink_network *network = ink_network_new(known[k].text, &err);
        size_t count = ink_network_tensor_count(network), next = 0, next_state = 0;
        for (size_t i = 0; i < count; i++) {
            ink_tensor_info info = ink_network_tensor(network, i);
            assert_true(i < 8 && known[k].names[i]);
            assert_string_equal(info.name, known[k].names[i]);
            size_t *at = info.state ? &next_state : &next;
            assert_int_equal(info.offset, *at);
            *at += info.count;
        }
        assert_true(count == 8 || !known[k].names[count]);
        assert_int_equal(next, ink_network_parameter_count(network));
        assert_int_equal(next_state, ink_network_state_count(network));
        ink_network_free(network);
    }
    ink_network *network = ink_network_new(known[0].text, NULL);
    ink_tensor_info weight = ink_network_tensor(network, 0);
    assert_int_equal(weight.rank, 2);
    assert_int_equal(weight.shape[0], 4);
    assert_int_equal(weight.shape[1], 3);
    ink_network_free(network);
}

static double deviation(const float *w, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)w[i];
        squares += (double)w[i] * (double)w[i];
    }
    return sqrt(squares / (double)n - sum / (double)n * sum / (double)n);
}

static void first_weights_have_the_deviation_of_their_rule(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ink_init init;
        double expected;
    } rules[] = {
        {"400 dense 200 relu", INK_INIT_SQRT, 0.05},
        {"400 dense 200 relu", INK_INIT_HE, 0.0707107},
        {"400 dense 200 relu", INK_INIT_GLOROT, 0.057735},
        {"400 dense 200 relu", INK_INIT_AUTO, 0.0707107},
        {"400 dense 200 norm relu", INK_INIT_AUTO, 0.0707107},
        {"400 dense 200 sigmoid", INK_INIT_AUTO, 0.057735},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        ink_error err = {.status = INK_OK};
        ink_network *network = ink_network_new(rules[i].text, &err);
        ink_network_init(network, rules[i].init, 3);
        const float *w = ink_network_parameters(network);
        assert_near(deviation(w, 80000), rules[i].expected, 0.02 * rules[i].expected);
        for (size_t k = 80000; k < 80200; k++)
            assert_true(w[k] == 0); /* biases */
        ink_network_free(network);
    }
}

static void rates_follow_their_schedule(void **state)
{
    (void)state;
    static const struct {
        ink_schedule schedule;
        double progress, expected;
    } points[] = {
        {INK_SCHEDULE_CONSTANT, 7, 2},       {INK_SCHEDULE_DECAY, 3.9, 2 / (1 + 0.5 * 3)},
        {INK_SCHEDULE_STEP, 3, 2},           {INK_SCHEDULE_STEP, 3.4, 0.2},
        {INK_SCHEDULE_STEP, 9, 0.02},        {INK_SCHEDULE_COSINE, 0, 2},
        {INK_SCHEDULE_COSINE, 5, 1},         {INK_SCHEDULE_COSINE, 10, 0},
        {INK_SCHEDULE_ONECYCLE, 0, 2. / 25}, {INK_SCHEDULE_ONECYCLE, 3, 2},
        {INK_SCHEDULE_ONECYCLE, 10, 2e-4},
    };
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        ink__rate_plan plan = {points[i].schedule, 2, 0.5f, 0, 10};
        assert_near(ink__rate_at(&plan, points[i].progress), points[i].expected, 1e-6);
    }
    ink__rate_plan warm = {INK_SCHEDULE_CONSTANT, 2, 0, 4, 10};
    assert_near(ink__rate_at(&warm, 1), 0.5, 1e-6);
    assert_near(ink__rate_at(&warm, 4), 2, 1e-6);
}

/* Each rule against its formula in double precision. */
static void optimisers_step_as_their_papers_say(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    static const double gradients[] = {0.5, -1.25, 0.125, 2};
    for (int kind = INK_OPTIMIZER_SGD; kind <= INK_OPTIMIZER_ADAMW; kind++) {
        ink_network *network = ink_network_new("1 dense 1 identity", &err);
        float *w = ink_network_parameters(network), g[2] = {0};
        ink__optimizer o;
        assert_good(ink__optimizer_init(&o,
                                        &(ink__optimizer_plan){.kind = (ink_optimizer)kind,
                                                               .momentum = 0.9f,
                                                               .epsilon = 1e-8f,
                                                               .weight_decay = 0.1f,
                                                               .bias_rate = 1,
                                                               .dense_rate = 1,
                                                               .dense_decay = 1},
                                        network, &err),
                    err);
        double x = 1, v = 0, s = 0, b2 = kind == INK_OPTIMIZER_RMSPROP ? 0.99 : 0.999;
        w[0] = 1;
        for (int t = 1; t <= 4; t++) {
            double slope = gradients[t - 1], rate = 0.01;
            g[0] = (float)slope;
            ink__sink sink = ink__optimizer_begin(&o, (float)rate, w);
            ink__optimizer_apply(&o, network, &sink, g, NULL);
            if (kind == INK_OPTIMIZER_ADAMW)
                x *= 1 - rate * 0.1;
            else
                slope += 0.1 * x;
            v = kind >= INK_OPTIMIZER_ADAM ? 0.9 * v + 0.1 * slope : 0.9 * v + slope;
            s = b2 * s + (1 - b2) * slope * slope;
            double step = slope;
            if (kind == INK_OPTIMIZER_MOMENTUM)
                step = v;
            else if (kind == INK_OPTIMIZER_NESTEROV)
                step = slope + 0.9 * v;
            else if (kind == INK_OPTIMIZER_RMSPROP)
                step = slope / (sqrt(s) + 1e-8);
            else if (kind >= INK_OPTIMIZER_ADAM)
                step = v / (1 - pow(0.9, t)) / (sqrt(s / (1 - pow(b2, t))) + 1e-8);
            x -= rate * step;
            assert_near(w[0], x, 2e-6);
            assert_true(w[1] == 0); /* a bias whose slope is 0 does not decay */
        }
        ink__optimizer_release(&o);
        ink_network_free(network);
    }
}

enum { SOME = 512 }; /* room for a small network's parameters */

/* One step from fixed weights with a fixed gradient: how far each weight goes. */
static ink_network *step_once(const ink__optimizer_plan *plan, double moved[SOME])
{
    ink_error err = {.status = INK_OK};
    ink_network *network = ink_network_new("6x6x2 conv 3 3x3 norm relu dense 2", &err);
    assert_good(err.status, err);
    ink__optimizer o;
    float *w = ink_network_parameters(network), g[SOME], before[SOME];
    size_t n = ink_network_parameter_count(network);
    assert_true(n <= SOME);
    for (size_t i = 0; i < n; i++) {
        before[i] = w[i] = 1 + 0.25f * (float)(i % 7);
        g[i] = 0.45f - 0.125f * (float)(i % 5);
    }
    assert_good(ink__optimizer_init(&o, plan, network, &err), err);
    ink__sink sink = ink__optimizer_begin(&o, 0.01f, w);
    ink__optimizer_apply(&o, network, &sink, g, NULL);
    for (size_t i = 0; i < n; i++)
        moved[i] = (double)w[i] - (double)before[i];
    ink__optimizer_release(&o);
    return network;
}

static void assert_moves_only(ink__group group, const ink__optimizer_plan *plain,
                              const ink__optimizer_plan *plan)
{
    double before[SOME], after[SOME];
    ink_network *network = step_once(plain, before);
    ink_network_free(step_once(plan, after));
    for (size_t l = 0; l < network->layer_count; l++)
        for (size_t p = 0; p < network->layers[l].part_count; p++) {
            const ink__part_name *part = &network->layers[l].parts[p];
            size_t first = network->layers[l].w_offset + part->offset, changed = 0;
            for (size_t i = first; !part->state && i < first + part->count; i++)
                changed += before[i] != after[i];
            if (part->group != group || part->state)
                assert_int_equal(changed, 0);
            else
                assert_int_equal(changed, part->count);
        }
    ink_network_free(network);
}

static void rates_and_decays_of_a_group_move_only_that_group(void **state)
{
    (void)state;
    for (int kind = INK_OPTIMIZER_SGD; kind <= INK_OPTIMIZER_MUON; kind++) {
        const ink__optimizer_plan plain = {.kind = (ink_optimizer)kind,
                                           .momentum = 0.9f,
                                           .epsilon = 1, /* Adam's first step, too, is long */
                                           .weight_decay = 0.5f,
                                           .bias_rate = 1,
                                           .dense_rate = 1,
                                           .dense_decay = 1};
        ink__optimizer_plan plan = plain;
        plan.bias_rate = 3;
        assert_moves_only(INK_GROUP_BIAS, &plain, &plan);
        plan.bias_rate = 0;
        assert_moves_only(INK_GROUP_BIAS, &plain, &plan);
        plan = plain, plan.dense_rate = 3;
        assert_moves_only(INK_GROUP_DENSE, &plain, &plan);
        plan = plain, plan.bias_decay = 1;
        assert_moves_only(INK_GROUP_BIAS, &plain, &plan);
        plan = plain, plan.dense_decay = 0;
        assert_moves_only(INK_GROUP_DENSE, &plain, &plan);
        plan = plain, plan.bias_decay = plan.dense_decay = plan.weight_decay = 0;
        ink__optimizer_plan decayed = plan;
        decayed.weight_decay = 0.5f; /* what is left: convolutions, Muon's matrices too */
        assert_moves_only(INK_GROUP_CONV, &plan, &decayed);
    }
}

/* Columns are filters: high, square and wide matrices, in double precision, over X'X whatever the
 * shape. */
static void muon_in_doubles(size_t rows, size_t cols, double shrink, const float *g, double *v,
                            double *w)
{
    double x[SOME], next[SOME], square[SOME], fourth[SOME], norm = 0, weight = 0;
    for (size_t i = 0; i < rows * cols; i++) {
        v[i] = 0.6 * v[i] + (double)g[i];
        x[i] = (double)g[i] + 0.6 * v[i];
        norm += x[i] * x[i];
        weight += w[i] * w[i];
    }
    for (size_t i = 0; i < rows * cols; i++)
        x[i] /= sqrt(norm);
    for (int round = 0; round < 3; round++) {
        memset(square, 0, sizeof square);
        memset(fourth, 0, sizeof fourth);
        memset(next, 0, sizeof next);
        for (size_t i = 0; i < cols * cols; i++)
            for (size_t k = 0; k < rows; k++)
                square[i] += x[k * cols + i / cols] * x[k * cols + i % cols];
        for (size_t i = 0; i < cols * cols; i++)
            for (size_t k = 0; k < cols; k++)
                fourth[i] += square[i / cols * cols + k] * square[k * cols + i % cols];
        for (size_t i = 0; i < cols * cols; i++)
            fourth[i] =
                (i / cols == i % cols ? 3.4445 : 0) - 4.7750 * square[i] + 2.0315 * fourth[i];
        for (size_t i = 0; i < rows * cols; i++)
            for (size_t k = 0; k < cols; k++)
                next[i] += x[i / cols * cols + k] * fourth[k * cols + i % cols];
        memcpy(x, next, sizeof x);
    }
    for (size_t i = 0; i < rows * cols; i++)
        w[i] = (1 - shrink) * w[i] * sqrt((double)cols / weight) - 0.1 * x[i];
}

static void muon_steps_as_its_definition_says_in_every_shape(void **state)
{
    (void)state;
    static const size_t shapes[][2] = {{18, 7}, {9, 9}, {9, 20}, {1, 16}, {4, 5}};
    ink_random random = ink__random(4);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        size_t rows = shapes[s][0], cols = shapes[s][1], n = rows * cols;
        float g[SOME], v[SOME] = {0}, w[SOME];
        double exact_v[SOME] = {0}, exact_w[SOME];
        size_t room = ink__muon_scratch(rows, cols);
        float *scratch = calloc(room + SOME, sizeof *scratch);
        for (size_t i = 0; i < n; i++)
            exact_w[i] = (double)(w[i] = (float)ink__random_normal(&random));
        for (int step = 0; step < 3; step++) {
            for (size_t i = 0; i < n; i++)
                g[i] = (float)ink__random_normal(&random);
            float shrink = 0.25f * (float)step;
            ink__muon_step(rows, cols, 0.1f, 0.6f, shrink, g, v, w, scratch, NULL);
            muon_in_doubles(rows, cols, (double)shrink, g, exact_v, exact_w);
            for (size_t i = 0; i < n; i++)
                assert_near(w[i], exact_w[i], 1e-5);
        }
        for (size_t i = room; i < room + SOME; i++) /* what was not asked for is not used */
            assert_true(scratch[i] == 0);
        free(scratch);
    }
}

/* Filter o is channel o of its group at the middle of the kernel, the left upper one of an even
 * side, so what comes out is what went in. */
static void dirac_passes_channels_on(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t channels, filters, groups;
    } kinds[] = {{"5x6x4 conv 4 3x3", 4, 4, 1},          {"5x6x4 conv 6 5x3", 4, 6, 1},
                 {"5x6x4 conv 2 3x3", 4, 2, 1},          {"5x6x4 conv 4 2x2", 4, 4, 1},
                 {"5x6x4 conv 4 4x2", 4, 4, 1},          {"5x6x4 conv 4 3x3 groups 2", 4, 4, 2},
                 {"5x6x4 conv 8 2x2 groups 2", 4, 8, 2}, {"5x6x4 conv 2 3x3 groups 2", 4, 2, 2}};
    enum { PIXELS = 30 };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        ink_error err = {.status = INK_OK};
        size_t channels = kinds[i].channels, filters = kinds[i].filters, groups = kinds[i].groups;
        float x[PIXELS * 8];
        ink_network *network = ink_network_new(kinds[i].text, &err);
        assert_good(err.status, err);
        ink_network_init(network, INK_INIT_DIRAC, 3);
        ink_workspace *ws = ink_workspace_new(network, 1, false, NULL, &err);
        for (size_t k = 0; k < PIXELS * channels; k++)
            x[k] = (float)(k * 37 % 101);
        const float *y = ink_predict(network, ws, x, 1);
        size_t in = channels / groups, out = filters / groups;
        for (size_t p = 0; p < PIXELS; p++)
            for (size_t o = 0; o < filters; o++)
                if (o % out < in)
                    assert_true(y[p * filters + o] == x[p * channels + o / out * in + o % out]);
        ink_workspace_free(ws);
        ink_network_free(network);
    }
}

/* Does it work out from text to packed weights, when allocation n fails? Then it still answers. */
static bool works_without_allocation(const char *text, size_t n, ink_error *err)
{
    enum { SAMPLES = 3 };
    float x[SAMPLES * 6 * 6 * 2] = {1, 2, 3};
    ink__alloc_fail_at(n);
    ink_network *network = ink_network_new(text, err);
    ink_workspace *ws = network ? ink_workspace_new(network, SAMPLES, true, NULL, err) : NULL;
    bool good = ws && ink__network_prepare(network, x, SAMPLES, err) == INK_OK &&
                ink_workspace_pack(ws, err) == INK_OK;
    ink__alloc_fail_at(0);
    if (ws)
        assert_non_null(ink_predict(network, ws, x, SAMPLES));
    ink_workspace_free(ws);
    ink_network_free(network);
    return good;
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t least; /* allocations there must be */
    } networks[] = {
        {"4-3-2", 12},
        {"6x6x2 whiten 2x2 gelu conv 16 3x3 relu residual( conv 16 3x3 norm ) residual( conv 4 1x1 "
         "| conv 4 1x1 ) pool 2 dense 2 softmax",
         15},
    };
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        size_t n = 1;
        for (;; n++) {
            ink_error err = {.status = INK_OK};
            if (works_without_allocation(networks[i].text, n, &err))
                break;
            assert_int_equal(err.status, INK_ENOMEM);
            assert_says(err, "out of memory");
            assert_true(n < 40);
        }
        assert_true(n > networks[i].least);
    }
}

/* 512 layers of nearly 2^31 numbers, each for 2^24 samples, are nearly 2^64, and with what else a
 * pass needs more: that must not begin again at 0. */
static void batches_too_large_for_any_memory_are_an_error(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    char *text = malloc(32 + 512 * 5);
    size_t used = (size_t)sprintf(text, "32768x65535x1");
    for (int i = 0; i < 512; i++)
        used += (size_t)sprintf(text + used, i == 300 ? " silu" : " relu");
    ink_network *network = ink_network_new(text, &err);
    assert_good(err.status, err);
    for (int training = 0; training < 2; training++) {
        err = (ink_error){.status = INK_OK};
        assert_null(ink_workspace_new(network, (size_t)1 << 24, training, NULL, &err));
        assert_int_equal(err.status, INK_ENOMEM);
        assert_says(err, "a batch of 16777216 samples");
    }
    ink_network_free(network);
    free(text);
    network =
        ink_network_new("4096x4096x1 conv 2 1x1 conv 64 1x1 pool global average dense 1", &err);
    err = (ink_error){.status = INK_OK};
    assert_null(ink_workspace_new(network, (size_t)1 << 24, false, NULL, &err));
    assert_says(err, "most of them in layer 2 (conv 64 1x1)");
    ink_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_short_form_means_relu_between_and_softmax_at_the_end),
        cmocka_unit_test(the_long_form_comes_back_as_it_was_meant),
        cmocka_unit_test(words_that_mean_nothing_are_named),
        cmocka_unit_test(words_behind_a_kernel_come_back_in_one_order),
        cmocka_unit_test(expanding_puts_activations_dropout_and_noise_where_they_belong),
        cmocka_unit_test(tensors_have_names_and_lie_one_after_the_other),
        cmocka_unit_test(first_weights_have_the_deviation_of_their_rule),
        cmocka_unit_test(rates_follow_their_schedule),
        cmocka_unit_test(optimisers_step_as_their_papers_say),
        cmocka_unit_test(rates_and_decays_of_a_group_move_only_that_group),
        cmocka_unit_test(muon_steps_as_its_definition_says_in_every_shape),
        cmocka_unit_test(dirac_passes_channels_on),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
        cmocka_unit_test(batches_too_large_for_any_memory_are_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
