/* Random streams: keyed, reproducible, without bias. */
#include "tests/check.h"

#include "base/random.h"

static void same_key_gives_the_same_numbers(void **state)
{
    (void)state;
    ink_random a = ink__random(ink__key(1, 2, 3)), b = ink__random(ink__key(1, 2, 3));
    for (int i = 0; i < 100; i++)
        assert_true(ink__random_u64(&a) == ink__random_u64(&b));
    ink_random c = ink__random(ink__key(1, 3, 2));
    assert_true(ink__random_u64(&c) != ink__random_u64(&b));
}

static void normal_numbers_have_mean_0_and_deviation_1(void **state)
{
    (void)state;
    ink_random random = ink__random(ink__key(7, 0, 0));
    double sum = 0, squares = 0;
    enum { COUNT = 200000 };
    for (int i = 0; i < COUNT; i++) {
        double x = ink__random_normal(&random);
        sum += x;
        squares += x * x;
    }
    assert_near(sum / COUNT, 0, 0.01);
    assert_near(squares / COUNT, 1, 0.02);
}

static void shuffle_keeps_every_element_and_moves_them(void **state)
{
    (void)state;
    uint32_t order[1000], seen[1000] = {0}, fixed = 0;
    for (uint32_t i = 0; i < 1000; i++)
        order[i] = i;
    ink_random random = ink__random(9);
    ink__random_shuffle(&random, order, 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        seen[order[i]]++;
        fixed += order[i] == i;
    }
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(seen[i], 1);
    assert_true(fixed < 10);
}

static void numbers_below_a_bound_are_spread_evenly(void **state)
{
    (void)state;
    ink_random random = ink__random(3);
    int counts[7] = {0};
    for (int i = 0; i < 70000; i++)
        counts[ink__random_below(&random, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_near(counts[i], 10000, 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_key_gives_the_same_numbers),
        cmocka_unit_test(normal_numbers_have_mean_0_and_deviation_1),
        cmocka_unit_test(shuffle_keeps_every_element_and_moves_them),
        cmocka_unit_test(numbers_below_a_bound_are_spread_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
