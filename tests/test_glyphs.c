/* The made set `glyphs`: reproducible, balanced, framed as it says, and telling its classes apart.
 */
#include "tests/check.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/dataset.h"
#include "data/glyphs.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE };

static const ink_dataset_options SMALL = {.split = 0.2, .limit = 1000, .seed = 1};

static ink_dataset *open_train(const char *spec, size_t limit, uint64_t seed)
{
    ink_dataset_options options = {.split = 0, .limit = limit, .seed = seed};
    ink_dataset *train = NULL;
    ink_error err = {.status = INK_OK};
    assert_good(ink__glyphs_open(spec, &options, &train, NULL, &err), err);
    assert_non_null(train);
    return train;
}

typedef struct box {
    int left, right, top, bottom;
    double mass, x, y; /* of ink; its mean, in pixel numbers */
} box;

static box measure(const uint8_t *pixels)
{
    box b = {SIDE, -1, SIDE, -1, 0, 0, 0};
    for (int i = 0; i < PIXELS; i++) {
        int x = i % SIDE, y = i / SIDE;
        if (pixels[i] == 0)
            continue;
        b.left = x < b.left ? x : b.left;
        b.right = x > b.right ? x : b.right;
        b.top = y < b.top ? y : b.top;
        b.bottom = y;
        b.mass += pixels[i];
        b.x += pixels[i] * x;
        b.y += pixels[i] * y;
    }
    b.x /= b.mass;
    b.y /= b.mass;
    return b;
}

static void the_same_seed_gives_the_same_bytes_and_another_others(void **state)
{
    (void)state;
    const char *const specs[] = {"glyphs", "glyphs:digits", "glyphs:doodles"};
    for (int i = 0; i < 3; i++) {
        ink_dataset *a = open_train(specs[i], 400, 5), *b = open_train(specs[i], 400, 5);
        ink_dataset *c = open_train(specs[i], 400, 6);
        assert_memory_equal(a->pixels, b->pixels, 400 * PIXELS);
        for (size_t k = 0; k < 400; k++)
            assert_memory_not_equal(a->pixels + k * PIXELS, c->pixels + k * PIXELS, PIXELS);
        ink_dataset_free(a);
        ink_dataset_free(b);
        ink_dataset_free(c);
    }
}

static void a_sample_does_not_depend_on_how_many_are_drawn(void **state)
{
    (void)state;
    ink_dataset *few = open_train("glyphs", 45, 3), *many = open_train("glyphs", 300, 3);
    assert_memory_equal(few->pixels, many->pixels, 45 * PIXELS);
    ink_dataset_free(few);
    ink_dataset_free(many);
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, PIXELS);
}

static void no_two_samples_are_alike_not_even_across_the_split(void **state)
{
    (void)state;
    ink_dataset *train, *test;
    ink_error err = {.status = INK_OK};
    assert_good(ink__glyphs_open("glyphs", &SMALL, &train, &test, &err), err);
    size_t count = train->count + test->count;
    uint8_t *all = ink__alloc(count, PIXELS, NULL);
    memcpy(all, train->pixels, train->count * PIXELS);
    memcpy(all + train->count * PIXELS, test->pixels, test->count * PIXELS);
    qsort(all, count, PIXELS, by_bytes);
    for (size_t i = 1; i < count; i++)
        assert_memory_not_equal(all + (i - 1) * PIXELS, all + i * PIXELS, PIXELS);
    ink__free(all);
    ink_dataset_free(train);
    ink_dataset_free(test);
}

static void every_class_is_there_as_often_as_the_others(void **state)
{
    (void)state;
    ink_dataset *set = open_train("glyphs", 110, 1);
    int counts[20] = {0};
    assert_int_equal(set->classes, 20);
    assert_int_equal(set->count, 110);
    for (size_t i = 0; i < set->count; i++)
        counts[set->labels[i]]++;
    for (int k = 0; k < 20; k++)
        assert_int_equal(counts[k], k < 10 ? 6 : 5);
    assert_string_equal(set->class_names[7], "7");
    assert_string_equal(set->class_names[10], "helicopter");
    assert_string_equal(set->class_names[19], "octopus");
    ink_dataset_free(set);
}

static void the_test_share_comes_on_top(void **state)
{
    (void)state;
    ink_dataset *train, *test;
    ink_error err = {.status = INK_OK};
    assert_good(ink__glyphs_open("glyphs:digits", &SMALL, &train, &test, &err), err);
    assert_int_equal(train->count, 1000);
    assert_int_equal(test->count, 250); /* a fifth of all */
    ink_dataset_free(train);
    ink_dataset_free(test);
    ink_dataset_options none = {.split = 0, .limit = 20, .seed = 1};
    assert_good(ink__glyphs_open("glyphs:digits", &none, &train, &test, &err), err);
    assert_null(test);
    ink_dataset_free(train);
    none.limit = 0;
    assert_good(ink__glyphs_open("glyphs:digits", &none, &train, NULL, &err), err);
    assert_int_equal(train->count, 20000);
    ink_dataset_free(train);
}

static void digits_lie_as_in_mnist(void **state)
{
    (void)state;
    ink_dataset *set = open_train("glyphs:digits", 5000, 2);
    assert_int_equal(set->framing, INK_FRAMING_MNIST);
    for (size_t i = 0; i < set->count; i++) {
        box b = measure(set->pixels + i * PIXELS);
        assert_in_range(b.right - b.left + 1, 1, 20);
        assert_in_range(b.bottom - b.top + 1, 1, 20);
        /* The rare glyph whose mass lies far off its middle is stopped at the border. */
        if (b.left > 0 && b.right < SIDE - 1)
            assert_near(b.x, SIDE / 2, 0.5001);
        if (b.top > 0 && b.bottom < SIDE - 1)
            assert_near(b.y, SIDE / 2, 0.5001);
    }
    ink_dataset_free(set);
}

static void doodles_fill_their_frame_but_a_pixel(void **state)
{
    (void)state;
    const char *const specs[] = {"glyphs", "glyphs:doodles"};
    for (int k = 0; k < 2; k++) {
        ink_dataset *set = open_train(specs[k], 2000, 2);
        assert_int_equal(set->framing, INK_FRAMING_QUICKDRAW);
        for (size_t i = 0; i < set->count; i++) {
            box b = measure(set->pixels + i * PIXELS);
            int w = b.right - b.left + 1, h = b.bottom - b.top + 1;
            assert_in_range(w > h ? w : h, 25, 26);
            assert_near((b.left + b.right) / 2.0, 13.5, 0.5);
            assert_near((b.top + b.bottom) / 2.0, 13.5, 0.5);
        }
        ink_dataset_free(set);
    }
}

/* MNIST's pictures have 102 pixels' worth of ink on average, and ones least. */
static void digits_have_as_much_ink_as_mnist(void **state)
{
    (void)state;
    ink_dataset *set = open_train("glyphs:digits", 5000, 4);
    double all = 0, ones = 0;
    for (size_t i = 0; i < set->count; i++) {
        double mass = measure(set->pixels + i * PIXELS).mass / 255;
        all += mass / 5000;
        ones += set->labels[i] == 1 ? mass / 500 : 0;
    }
    assert_near(all, 102, 8);
    assert_near(ones, 60, 8);
    ink_dataset_free(set);
}

/* The weakest judge there is, the nearest mean picture, already tells the classes apart far better
 * than chance: a shape that is blank, doubled or filed under the wrong class shows here. */
static void the_mean_pictures_tell_the_classes_apart(void **state)
{
    (void)state;
    ink_dataset *train = open_train("glyphs", 4000, 1), *test = open_train("glyphs", 1000, 2);
    static double mean[20][PIXELS];
    memset(mean, 0, sizeof mean);
    for (size_t i = 0; i < train->count; i++)
        for (int p = 0; p < PIXELS; p++)
            mean[train->labels[i]][p] += train->pixels[i * PIXELS + (size_t)p] / 200.0;
    int right[20] = {0};
    for (size_t i = 0; i < test->count; i++) {
        int best = 0;
        double least = INFINITY;
        for (int k = 0; k < 20; k++) {
            double distance = 0;
            for (int p = 0; p < PIXELS; p++) {
                double d = mean[k][p] - test->pixels[i * PIXELS + (size_t)p];
                distance += d * d;
            }
            if (distance < least) {
                least = distance;
                best = k;
            }
        }
        right[test->labels[i]] += best == test->labels[i];
    }
    for (int k = 0; k < 20; k++)
        assert_in_range(right[k], 20, 50); /* of 50; chance is 2.5 */
    ink_dataset_free(train);
    ink_dataset_free(test);
}

static void a_wrong_name_or_number_is_named_in_the_error(void **state)
{
    (void)state;
    const char *const wrong[] = {"glyphs:letters", "glyphs:", "glyphs:digits ", "glyph", ""};
    ink_dataset *train = (ink_dataset *)&SMALL, *untouched = train, *test = train;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ink_error err = {.status = INK_OK};
        assert_int_equal(ink__glyphs_open(wrong[i], &SMALL, &train, &test, &err), INK_EINVAL);
        assert_says(err, "glyphs:doodles");
        assert_int_equal(ink__glyphs_open(wrong[i], &SMALL, &train, &test, NULL), INK_EINVAL);
    }
    ink_error err = {.status = INK_OK};
    ink__glyphs_open("glyphs:letters", &SMALL, &train, &test, &err);
    assert_says(err, "letters");
    const double shares[] = {-0.1, 0.95, 1, NAN};
    for (int i = 0; i < 4; i++) {
        ink_dataset_options options = {.split = shares[i], .limit = 10, .seed = 1};
        err = (ink_error){.status = INK_OK};
        assert_int_equal(ink__glyphs_open("glyphs", &options, &train, &test, &err), INK_EINVAL);
        assert_says(err, "test share");
    }
    ink_dataset_options huge = {.split = 0.2, .limit = SIZE_MAX, .seed = 1};
    err = (ink_error){.status = INK_OK};
    assert_int_equal(ink__glyphs_open("glyphs", &huge, &train, &test, &err), INK_EINVAL);
    assert_says(err, "at most");
    assert_ptr_equal(train, untouched);
    assert_ptr_equal(test, untouched);
}

static void memory_that_runs_out_leaves_nothing_behind(void **state)
{
    (void)state;
    ink_dataset_options options = {.split = 0.5, .limit = 20, .seed = 1};
    size_t failures = 0;
    for (size_t n = 1; n < 1000; n++) {
        ink_dataset *train = (ink_dataset *)&options, *test = train;
        ink_error err = {.status = INK_OK};
        ink__alloc_fail_at(n);
        ink_status status = ink__glyphs_open("glyphs", &options, &train, &test, &err);
        ink__alloc_fail_at(0);
        if (status == INK_OK) {
            assert_int_equal(test->count, 20);
            ink_dataset_free(train);
            ink_dataset_free(test);
            break;
        }
        assert_int_equal(status, INK_ENOMEM);
        assert_ptr_equal(train, &options);
        assert_ptr_equal(test, &options);
        failures++;
    }
    assert_in_range(failures, 4, 998);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_bytes_and_another_others),
        cmocka_unit_test(a_sample_does_not_depend_on_how_many_are_drawn),
        cmocka_unit_test(no_two_samples_are_alike_not_even_across_the_split),
        cmocka_unit_test(every_class_is_there_as_often_as_the_others),
        cmocka_unit_test(the_test_share_comes_on_top),
        cmocka_unit_test(digits_lie_as_in_mnist),
        cmocka_unit_test(doodles_fill_their_frame_but_a_pixel),
        cmocka_unit_test(digits_have_as_much_ink_as_mnist),
        cmocka_unit_test(the_mean_pictures_tell_the_classes_apart),
        cmocka_unit_test(a_wrong_name_or_number_is_named_in_the_error),
        cmocka_unit_test(memory_that_runs_out_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
