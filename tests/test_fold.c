/* A network with its norms folded away answers as before. */
#include "tests/check.h"

#include "base/memory.h"
#include "inkling/network.h"

static uint32_t state = 3;

static float number(void)
{
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / (1 << 24);
}

static ink_network *network_of(const char *text)
{
    ink_error err = {.status = INK_OK};
    ink_network *network = ink_network_new(text, &err);
    assert_non_null(network);
    ink_network_init(network, INK_INIT_AUTO, 5);
    float *w = ink_network_parameters(network), *s = ink_network_state(network);
    for (size_t i = 0; i < ink_network_parameter_count(network); i++)
        w[i] += number() - 0.5f;
    for (size_t i = 0; i < ink_network_state_count(network); i++)
        s[i] = 0.1f + number(); /* means and variances */
    return network;
}

static void assert_folds(const char *text, const char *expected)
{
    ink_error err = {.status = INK_OK};
    ink_network *network = network_of(text), *folded = ink_network_fold(network, &err);
    assert_non_null(folded);
    assert_string_equal(ink_network_text(folded), expected);
    enum { COUNT = 5 };
    size_t inputs = ink_network_input_size(network), outputs = ink_network_output_size(network);
    ink_workspace *a = ink_workspace_new(network, COUNT, false, NULL, &err);
    ink_workspace *b = ink_workspace_new(folded, COUNT, false, NULL, &err);
    float *x = calloc(COUNT * inputs, sizeof *x);
    for (size_t i = 0; i < COUNT * inputs; i++)
        x[i] = number() - 0.5f;
    const float *y = ink_predict(network, a, x, COUNT), *z = ink_predict(folded, b, x, COUNT);
    for (size_t i = 0; i < COUNT * outputs; i++)
        assert_true(fabsf(y[i] - z[i]) <= 1e-4f * (1 + fabsf(y[i])));
    free(x);
    ink_workspace_free(a), ink_workspace_free(b);
    ink_network_free(network), ink_network_free(folded);
}

static void norms_behind_weights_go_into_them(void **unused)
{
    (void)unused;
    assert_folds("12 dense 9 norm relu dense 3", "12 dense 9 relu dense 3");
    assert_folds("9x7x2 conv 6 3x3 nobias norm noscale gelu conv 4 3x3 stride 2 groups 2 norm "
                 "pool global dense 3",
                 "9x7x2 conv 6 3x3 gelu conv 4 3x3 stride 2 groups 2 pool global dense 3");
    assert_folds("6x6x2 conv 4 3x3 nobias norm relu residual( conv 4 3x3 nobias norm relu conv 4 "
                 "3x3 norm | conv 4 1x1 nobias norm ) relu dense 2",
                 "6x6x2 conv 4 3x3 relu residual( conv 4 3x3 relu conv 4 3x3 | conv 4 1x1 ) relu "
                 "dense 2");
}

static void norms_elsewhere_stay(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "12 dense 9 relu norm dense 3",
        "8x8x2 conv 4 3x3 pool 2 norm relu dense 3",
        "6x6x2 conv 4 3x3 residual( norm relu conv 4 3x3 ) dense 2",
        "6x6x2 conv 4 3x3 residual( conv 4 3x3 | norm ) dense 2",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_folds(texts[i], texts[i]);
}

static void memory_that_runs_out_is_an_error(void **unused)
{
    (void)unused;
    ink_network *network = network_of("12 dense 9 norm relu dense 3");
    ink_network *folded = NULL;
    for (size_t n = 1; !folded; n++) {
        ink_error err = {.status = INK_OK};
        ink__alloc_fail_at(n);
        folded = ink_network_fold(network, &err);
        ink__alloc_fail_at(0);
        assert_int_equal(err.status, folded ? INK_OK : INK_ENOMEM);
    }
    ink_network_free(folded);
    ink_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(norms_behind_weights_go_into_them),
        cmocka_unit_test(norms_elsewhere_stay),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
