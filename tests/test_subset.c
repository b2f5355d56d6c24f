/* What is held out, what a limit leaves, and sets that grow. */
#include "tests/tap.h"

#include "base/memory.h"
#include "data/subset.h"

static void limit_takes_more_of_the_others_where_a_class_is_short(void **state)
{
    (void)state;
    static const int32_t labels[12] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2};
    uint8_t pixels[12] = {0};
    ink_error err = {.status = INK_OK};
    ink_dataset *set = ink_dataset_new_pictures(12, 1, 1, 1, pixels, labels, 4, NULL, &err);
    assert_good(ink__dataset_limit(&set, 8, &err), err);
    size_t counts[4] = {0};
    for (size_t i = 0; i < 8; i++)
        counts[ink_dataset_label(set, i)]++;
    assert_int_equal(ink_dataset_count(set), 8);
    assert_int_equal(counts[0], 4);
    assert_int_equal(counts[1], 1);
    assert_int_equal(counts[2], 3);
    ink_dataset_free(set);
}

static void split_cuts_every_class_at_its_end_and_loses_nothing(void **state)
{
    (void)state;
    uint8_t pixels[200];
    int32_t labels[200];
    for (int i = 0; i < 200; i++) {
        pixels[i] = (uint8_t)i;
        labels[i] = i % 7 % 3;
    }
    for (double share = 0; share <= 0.9; share += 0.1) {
        ink_error err = {.status = INK_OK};
        ink_dataset *test = NULL;
        ink_dataset *set = ink_dataset_new_pictures(200, 1, 1, 1, pixels, labels, 3, NULL, &err);
        assert_good(ink__dataset_split(set, share, &test, &err), err);
        size_t held_out = test ? ink_dataset_count(test) : 0;
        int last[3] = {-1, -1, -1};
        assert_int_equal(ink_dataset_count(set) + held_out, 200);
        assert_near(held_out, 200 * share, 1.5);
        for (size_t i = 0; i < ink_dataset_count(set); i++) {
            int pixel = ink_dataset_pixels(set, i)[0], label = ink_dataset_label(set, i);
            assert_int_equal(label, labels[pixel]);
            assert_true(pixel > last[label]);
            last[label] = pixel;
        }
        for (size_t i = 0; i < held_out; i++) {
            int pixel = ink_dataset_pixels(test, i)[0], label = ink_dataset_label(test, i);
            assert_int_equal(label, labels[pixel]);
            assert_true(pixel > last[label]);
            last[label] = pixel;
        }
        ink_dataset_free(set);
        ink_dataset_free(test);
    }
}

static void failed_allocations_leave_the_set_as_it_was(void **state)
{
    (void)state;
    static const int32_t labels[6] = {0, 1, 0, 1, 0, 1};
    static const uint8_t pixels[6] = {0, 1, 2, 3, 4, 5};
    for (int way = 0; way < 2; way++) {
        ink_status status = INK_ENOMEM;
        for (size_t n = 1; status != INK_OK; n++) {
            ink_error err = {.status = INK_OK};
            ink_dataset *test = NULL;
            ink_dataset *set = ink_dataset_new_pictures(6, 1, 1, 1, pixels, labels, 2, NULL, &err);
            assert_true(n < 50);
            ink__alloc_fail_at(n);
            status = way == 0 ? ink__dataset_split(set, 0.5, &test, &err)
                              : ink__dataset_limit(&set, 2, &err);
            ink__alloc_fail_at(0);
            assert_int_equal(err.status, status);
            if (status != INK_OK) {
                assert_null(test);
                assert_int_equal(ink_dataset_count(set), 6);
                assert_memory_equal(set->pixels, pixels, 6);
            }
            ink_dataset_free(set);
            ink_dataset_free(test);
        }
    }
}

static void vectors_are_divided_as_pictures_are(void **state)
{
    (void)state;
    static const int32_t labels[4] = {0, 0, 0, 0};
    static const float values[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    ink_error err = {.status = INK_OK};
    ink_dataset *test = NULL;
    ink_dataset *set = ink_dataset_new_vectors(4, 2, values, labels, 1, NULL, &err);
    assert_good(ink__dataset_split(set, 0.5, &test, &err), err);
    assert_memory_equal(ink_dataset_values(set, 0), values, 4 * sizeof(float));
    assert_memory_equal(ink_dataset_values(test, 0), values + 4, 4 * sizeof(float));
    ink_dataset_free(set);
    ink_dataset_free(test);
}

static void room_is_made_for_more_and_the_samples_stay(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    size_t room = 0;
    ink_dataset *set = ink__dataset_new("set", 0, 1, 3, 1, 2, false, &err);
    for (size_t i = 0; i < 200; i++) {
        assert_good(ink__dataset_reserve(set, i + 1, &room, &err), err);
        assert_true(room > i);
        memset(set->pixels + i * 3, (int)i, 3);
        set->labels[i] = (int32_t)(i % 2);
        set->count++;
    }
    for (size_t i = 0; i < 200; i++) {
        assert_int_equal(ink_dataset_pixels(set, i)[2], i);
        assert_int_equal(ink_dataset_label(set, i), i % 2);
    }
    assert_int_equal(ink__dataset_reserve(set, SIZE_MAX, &room, &err), INK_EFORMAT);
    assert_int_equal(ink_dataset_count(set), 200);
    ink_dataset_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limit_takes_more_of_the_others_where_a_class_is_short),
        cmocka_unit_test(split_cuts_every_class_at_its_end_and_loses_nothing),
        cmocka_unit_test(failed_allocations_leave_the_set_as_it_was),
        cmocka_unit_test(vectors_are_divided_as_pictures_are),
        cmocka_unit_test(room_is_made_for_more_and_the_samples_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
