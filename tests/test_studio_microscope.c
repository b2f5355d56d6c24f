/* The scene "microscope": the chain rule agrees with the nudge, and steps back through the layers.
 */
#include "studio/fruit/fruit_model.h"
#include "studio/fruit/lens.h"

#include "tests/check.h"
#include "tests/desk_probe.h"

static void tell(desk *d, const char *fields)
{
    char text[512];
    snprintf(text, sizeof text, "{\"scene\":\"microscope\",\"id\":1,%s}", fields);
    probe_post(d, text);
}

static double first(json_t *all, const char *key)
{
    return json_number_value(json_array_get(json_object_get(all, key), 0));
}

/* The frame that follows the message. */
static json_t *after(desk *d, const char *fields, const char *kind)
{
    tell(d, fields);
    json_t *all = probe_wait(d, kind, NULL);
    json_decref(probe_wait(d, "done", NULL));
    return all;
}

static void chain_rule_is_central_difference_for_every_parameter(void **state)
{
    (void)state;
    static const char *const nets[] = {
        "2 dense 2",
        "2 dense 2 softmax",
        "2 dense 3 sigmoid dense 2 sigmoid",
        "2 dense 4 tanh dense 3 silu dense 2 softmax",
        "2 dense 3 gelu dense 2 tanh",
        "2 dense 3 tanh dense 3 leaky dense 3 sigmoid dense 2",
    };
    for (size_t n = 0; n < sizeof nets / sizeof *nets; n++)
        for (int cost = 0; cost < 2; cost++) {
            ink_error err = {.status = INK_OK};
            fruit_shape shape;
            double w[FRUIT_MOST], x[] = {0.3, 0.8}, t[] = {0, 1};
            assert_good(fruit_shape_parse(nets[n], 2, 2, &shape, &err), err);
            if (cost == INK_COST_CROSS_ENTROPY && !fruit_is_bounded(&shape))
                continue;
            for (size_t i = 0; i < fruit_parameters(&shape); i++)
                w[i] = 0.9 * sin(3.7 * (double)(i + 1));
            lens_subject s = {&shape, w, x, t, (ink_cost)cost};
            fruit_pass pass;
            fruit_forward(&shape, w, x, t, s.cost, &pass);
            fruit_backward(&shape, w, t, s.cost, &pass);
            for (size_t i = 0; i < fruit_parameters(&shape); i++) {
                lens l;
                lens_look(&s, &pass, i, &l);
                assert_near(l.product, l.central, 1e-7);
                assert_near(l.product, fruit_gradient_of(&shape, &pass, i), 1e-12);
                assert_true(*l.formula && *l.numbers);
            }
        }
}

/* c = (a3 - y)^2 for a_k = sigmoid(w_k a_(k-1) + b_k), worked out on its own. */
static void three_nodes_in_a_row_are_as_on_paper(void **state)
{
    (void)state;
    desk *d = probe_open();
    json_t *all = after(d, "\"do\":\"show\"", "lens");
    json_decref(all);
    all = after(d, "\"do\":\"source\",\"name\":\"row\"", "lens");
    const double w[] = {1.5, -2, 1.2}, b[] = {-0.5, 0.8, 0.3};
    double a[4] = {0.8};
    for (int k = 0; k < 3; k++)
        a[k + 1] = 1 / (1 + exp(-(w[k] * a[k] + b[k])));
    double slope = 2 * (a[3] - 1) * a[3] * (1 - a[3]) * w[2] * a[2] * (1 - a[2]) * w[1] * a[1] *
                   (1 - a[1]) * a[0];
    assert_near(first(all, "product"), slope, 1e-12);
    assert_near(first(all, "central"), slope, 1e-8);
    assert_int_equal(json_array_size(json_object_get(all, "factors")), 3);
    json_decref(all);
    all = after(d, "\"do\":\"input\",\"value\":0", "lens");
    assert_near(first(all, "product"), 0, 0); /* nothing comes in: this weight has no say */
    json_decref(all);
    desk_free(d);
}

static void it_sees_the_network_of_the_fruit(void **state)
{
    (void)state;
    desk *d = probe_open();
    probe_post(d, "{\"scene\":\"fruit\",\"do\":\"lesson\",\"number\":5}");
    json_t *all = after(d, "\"do\":\"show\"", "state");
    json_t *sizes = json_object_get(json_object_get(all, "net"), "sizes");
    assert_int_equal(json_integer_value(json_array_get(sizes, 1)), 3);
    json_decref(all);
    all = after(d, "\"do\":\"look_node\",\"layer\":1,\"node\":1", "lens");
    assert_true(json_is_true(json_object_get(all, "bias")));
    assert_near(probe_number(all, "index"), 9 + 8 - 1, 0); /* the last of 17 */
    assert_near(first(all, "product"), first(all, "node_value"), 1e-12);
    json_decref(all);
    desk_free(d);
}

static void it_walks_back_from_the_last_layer_to_the_first(void **state)
{
    (void)state;
    desk *d = probe_open();
    json_t *all = after(d, "\"do\":\"show\"", "walk");
    json_decref(all);
    json_decref(after(d, "\"do\":\"source\",\"name\":\"row\"", "walk"));
    const int layers[] = {2, 2, 2, 1, 1, 0, 0};
    for (int step = 0; step < 7; step++) {
        char text[64];
        snprintf(text, sizeof text, "\"do\":\"walk\",\"step\":%d", step);
        all = after(d, text, "walk");
        assert_near(probe_number(all, "step"), step, 0);
        assert_near(probe_number(all, "steps"), 7, 0);
        assert_near(probe_number(all, "layer"), layers[step], 0);
        assert_int_equal(json_is_true(json_object_get(all, "weights")), step > 0 && step % 2 == 0);
        assert_true(strlen(json_string_value(json_object_get(all, "sentence"))) > 20);
        json_decref(all);
    }
    desk_free(d);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"\"do\":\"fly\"", "know how to \"fly\""},
        {"\"do\":\"source\",\"name\":\"moon\"", "moon"},
        {"\"do\":\"look\",\"index\":999", "index"},
        {"\"do\":\"look_node\",\"layer\":5,\"node\":0", "layer"},
        {"\"do\":\"point\",\"index\":100000", "index"},
        {"\"do\":\"weight\",\"index\":0,\"value\":\"x\"", "a number"},
        {"\"do\":\"walk\",\"step\":99", "step"},
        {"\"do\":\"expected\",\"value\":3", "value"},
        {"\"do\":\"open\",\"link\":[]", "object"},
    };
    desk *d = probe_open();
    json_decref(after(d, "\"do\":\"show\"", "lens"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"scene\":\"microscope\",%s}", bad[i][0]);
        probe_error(d, text, bad[i][1]);
    }
    desk_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chain_rule_is_central_difference_for_every_parameter),
        cmocka_unit_test(three_nodes_in_a_row_are_as_on_paper),
        cmocka_unit_test(it_sees_the_network_of_the_fruit),
        cmocka_unit_test(it_walks_back_from_the_last_layer_to_the_first),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
