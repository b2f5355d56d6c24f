/* Fruit: points in the plane that can be told apart, drawn the same for the same seed. */
#include "tests/check.h"

#include "base/memory.h"
#include "inkling/inkling.h"

#include <stdbool.h>

static const char *const SHAPES[] = {"line", "curve", "circles", "moons", "spiral", "xor"};

static ink_dataset *open_fruit(const char *name, uint64_t seed, ink_dataset **test)
{
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    ink_dataset *train = NULL;
    ink_dataset_options_init(&options);
    options.seed = seed;
    assert_good(ink_dataset_open(name, &options, &train, test, &err), err);
    return train;
}

static void every_shape_has_both_classes_and_lies_in_the_unit_square(void **state)
{
    (void)state;
    char name[64];
    for (size_t i = 0; i < 6; i++) {
        ink_dataset *test = NULL;
        snprintf(name, sizeof name, "fruit:%s noise 0", SHAPES[i]);
        ink_dataset *train = open_fruit(name, 1, &test);
        assert_int_equal(ink_dataset_count(train), 400);
        assert_int_equal(ink_dataset_count(test), 100);
        assert_string_equal(ink_dataset_class_name(train, 1), "poisonous");
        size_t poisonous = 0;
        for (size_t k = 0; k < 400; k++) {
            const float *p = ink_dataset_values(train, k);
            assert_true(p[0] >= 0 && p[0] <= 1 && p[1] >= 0 && p[1] <= 1);
            poisonous += ink_dataset_label(train, k) == 1;
        }
        assert_int_equal(poisonous, 200);
        ink_dataset_free(train);
        ink_dataset_free(test);
    }
}

static void the_same_seed_draws_the_same_points_and_test_points_are_others(void **state)
{
    (void)state;
    ink_dataset *test = NULL;
    ink_dataset *a = open_fruit("fruit:moons", 5, NULL), *b = open_fruit("fruit:moons", 5, &test);
    ink_dataset *c = open_fruit("fruit:moons", 6, NULL);
    assert_memory_equal(ink_dataset_values(a, 0), ink_dataset_values(b, 0), 400 * 8);
    assert_memory_not_equal(ink_dataset_values(a, 0), ink_dataset_values(c, 0), 400 * 8);
    assert_memory_not_equal(ink_dataset_values(a, 0), ink_dataset_values(test, 0), 100 * 8);
    ink_dataset_free(a), ink_dataset_free(b), ink_dataset_free(c), ink_dataset_free(test);
}

/* Each shape can be learnt, and only the line by a line. */
static void a_small_network_learns_every_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        char name[64];
        ink_error err = {.status = INK_OK};
        ink_dataset *test = NULL;
        snprintf(name, sizeof name, "fruit:%s points 800", SHAPES[i]);
        ink_dataset *train = open_fruit(name, 1, &test);
        ink_network *network =
            ink_network_new("2 dense 24 tanh dense 24 tanh dense 2 softmax", &err);
        ink_network_init(network, INK_INIT_AUTO, 2);
        ink_train_settings s;
        ink_input input;
        ink_evaluation e;
        ink_train_settings_init(&s);
        ink_input_for(train, &input);
        input.mean[0] = 0.5f; /* about 0, and wide enough to bend */
        input.factor[0] = 4;
        s.optimizer = INK_OPTIMIZER_ADAM;
        s.rate = 0.01f;
        s.batch = 40;
        s.epochs = 150;
        s.eval_every = 0;
        s.schedule = INK_SCHEDULE_COSINE;
        assert_good(ink_train(network, &input, train, NULL, &s, NULL, NULL, NULL, &err), err);
        assert_good(ink_evaluate(network, &input, test, &(ink_evaluate_settings){.cost = s.cost},
                                 NULL, &e, &err),
                    err);
        if (!(e.accuracy > 0.93))
            fail_msg("%s: %g", SHAPES[i], e.accuracy);
        ink_evaluation_release(&e);
        ink_network_free(network);
        ink_dataset_free(train);
        ink_dataset_free(test);
    }
}

static void wrong_words_are_named(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {{"fruit:apple", "apple"},
                                           {"fruit noise much", "much"},
                                           {"fruit points 1", "points"},
                                           {"fruit points 2.5", "points"},
                                           {"fruit:line colour 3", "colour"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ink_error err = {.status = INK_OK};
        ink_dataset *train = NULL;
        assert_int_equal(ink_dataset_open(wrong[i][0], NULL, &train, NULL, &err), INK_EINVAL);
        assert_says(err, wrong[i][1]);
        assert_null(train);
    }
}

static void an_evaluation_counts_what_a_slow_count_counts(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_dataset *data = open_fruit("fruit:xor points 700", 1, NULL);
    ink_network *network = ink_network_new("2 dense 5 sigmoid dense 2 softmax", &err);
    ink_network_init(network, INK_INIT_SQRT, 3);
    ink_input input;
    ink_evaluation e, limited;
    ink_input_for(data, &input);
    ink_pool *pool = ink_pool_new(3, &err);
    assert_good(
        ink_evaluate(network, &input, data, &(ink_evaluate_settings){.top_k = 1}, pool, &e, &err),
        err);
    ink_workspace *ws = ink_workspace_new(network, 1, false, NULL, &err);
    size_t correct = 0;
    double cost = 0;
    for (size_t i = 0; i < 700; i++) {
        const float *y = ink_predict(network, ws, ink_dataset_values(data, i), 1);
        int label = ink_dataset_label(data, i);
        correct += (y[1] > y[0]) == (label == 1);
        cost -= log((double)y[label]) / 700;
    }
    assert_int_equal(e.correct, correct);
    assert_near(e.cost, cost, 1e-6);
    assert_near(e.accuracy, (double)correct / 700, 1e-12);
    assert_near(e.top_k_accuracy, e.accuracy, 1e-12);
    assert_int_equal(e.mistake_count, 700 - correct);
    assert_int_equal(e.confusion[0] + e.confusion[3], correct);
    for (size_t i = 1; i < e.mistake_count; i++)
        assert_true(e.mistakes[i - 1].confidence >= e.mistakes[i].confidence);
    assert_good(ink_evaluate(network, &input, data,
                             &(ink_evaluate_settings){.cost = INK_COST_SQUARED, .limit = 10}, NULL,
                             &limited, &err),
                err);
    assert_int_equal(limited.count, 10);
    assert_int_equal(ink_evaluate(network, &input, data,
                                  &(ink_evaluate_settings){.cost = INK_COST_SQUARED, .top_k = 3},
                                  NULL, &limited, &err),
                     INK_EINVAL);
    ink_evaluation_release(&e);
    ink_evaluation_release(&limited);
    ink_workspace_free(ws);
    ink_pool_free(pool);
    ink_network_free(network);
    ink_dataset_free(data);
}

static void the_interval_is_wilsons(void **state)
{
    (void)state;
    double low, high;
    ink_interval(9841, 10000, &low, &high); /* computed by hand from the formula */
    assert_near(low, 0.98145, 1e-5);
    assert_near(high, 0.98637, 1e-5);
    ink_interval(0, 10, &low, &high);
    assert_near(low, 0, 1e-12);
    assert_near(high, 0.27754, 1e-5);
    ink_interval(0, 0, &low, &high);
    assert_true(low == 0 && high == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_has_both_classes_and_lies_in_the_unit_square),
        cmocka_unit_test(the_same_seed_draws_the_same_points_and_test_points_are_others),
        cmocka_unit_test(a_small_network_learns_every_shape),
        cmocka_unit_test(wrong_words_are_named),
        cmocka_unit_test(an_evaluation_counts_what_a_slow_count_counts),
        cmocka_unit_test(the_interval_is_wilsons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
