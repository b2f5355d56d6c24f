/* Threads are used where they help, by what steps took, and a change of the machine is noticed. */
#include "tests/check.h"

#include "train/pace.h"

/* Makes steps for so many seconds on a machine where one with n threads takes times[n], and where
 * one in fifty of more than one thread waits `lost` seconds for another program. */
static size_t steps(ink__pace *pace, const double *times, double lost, double seconds)
{
    size_t all = 0;
    double tried = 0;
    for (double t = 0; t < seconds; all++) {
        size_t threads = ink__pace_threads(pace);
        double taken = times[threads] + (threads > 1 && all % 50 == 7 ? lost : 0);
        tried += threads != pace->usual ? taken : 0;
        t += taken;
        ink__pace_took(pace, taken);
    }
    assert_true(tried < 0.1 * seconds || seconds < 20); /* trials are rare in the long run */
    return pace->usual;
}

static void the_faster_number_of_threads_stays(void **state)
{
    (void)state;
    static const double alike[] = {0, 160e-6, 80e-6}, apart[] = {0, 160e-6, 385e-6};
    ink__pace pace;
    ink__pace_init(&pace, 2);
    assert_int_equal(ink__pace_threads(&pace), 2);
    assert_int_equal(steps(&pace, alike, 0, 10), 2);
    assert_int_equal(steps(&pace, apart, 0, 1), 1);
    assert_int_equal(steps(&pace, apart, 0, 60), 1);
    assert_int_equal(steps(&pace, alike, 0, 31), 2); /* 30 s are the longest rest */
}

static void a_small_gain_is_not_worth_waiting_for_others(void **state)
{
    (void)state;
    static const double close[] = {0, 160e-6, 145e-6};
    ink__pace pace;
    ink__pace_init(&pace, 2);
    assert_int_equal(steps(&pace, close, 0, 30), 2);
    assert_int_equal(steps(&pace, close, 3e-3, 40), 1);
    assert_int_equal(steps(&pace, close, 3e-3, 60), 1);
    assert_int_equal(steps(&pace, close, 0, 70), 2);
}

static void many_threads_are_halved_and_doubled(void **state)
{
    (void)state;
    static const double best_at_3[] = {0, 300e-6, 170e-6, 120e-6, 200e-6, 200e-6, 250e-6};
    static const double best_at_6[] = {0, 300e-6, 170e-6, 120e-6, 90e-6, 80e-6, 70e-6};
    ink__pace pace;
    ink__pace_init(&pace, 6);
    assert_int_equal(steps(&pace, best_at_3, 0, 5), 3);
    assert_int_equal(steps(&pace, best_at_6, 0, 40), 6);
}

static void long_steps_keep_all_threads_and_one_thread_has_no_choice(void **state)
{
    (void)state;
    static const double slow[] = {0, 2e-3, 10e-3};
    ink__pace pace;
    ink__pace_init(&pace, 2);
    assert_int_equal(steps(&pace, slow, 0, 20), 2);
    assert_int_equal(pace.tried, 0);
    ink__pace_init(&pace, 1);
    assert_int_equal(steps(&pace, slow, 0, 5), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_faster_number_of_threads_stays),
        cmocka_unit_test(a_small_gain_is_not_worth_waiting_for_others),
        cmocka_unit_test(many_threads_are_halved_and_doubled),
        cmocka_unit_test(long_steps_keep_all_threads_and_one_thread_has_no_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
