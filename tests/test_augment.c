/* Augmentation: the same key, the same picture; ink stays inside; each strength does what it says.
 */
#include "tests/check.h"

#include "base/random.h"
#include "data/augment.h"

#include "inkling/dataset.h"

#include <stdbool.h>

static ink_augment parsed(const char *text)
{
    ink_augment augment;
    ink_error err = {.status = INK_OK};
    assert_good(ink_augment_parse(text, &augment, &err), err);
    return augment;
}

/* A cross of 10 x 14 pixels, not in the middle. */
static void draw_cross(uint8_t pixels[784])
{
    memset(pixels, 0, 784);
    for (int i = 0; i < 14; i++)
        pixels[(5 + i) * 28 + 9] = pixels[(5 + i) * 28 + 10] = 255;
    for (int i = 0; i < 10; i++)
        pixels[11 * 28 + 5 + i] = pixels[12 * 28 + 5 + i] = 255;
}

static void augment(const ink_augment *a, uint64_t key, const uint8_t *in, float *out)
{
    static float scratch[20000];
    assert_true(ink__augment_scratch(28, 28, 1) <= 20000);
    ink__augment_sample(a, key, INK_SIDE_ANY, 28, 28, 1, in, out, scratch);
}

static double mass(const float *x)
{
    double sum = 0;
    for (int i = 0; i < 784; i++)
        sum += (double)x[i];
    return sum;
}

static void nothing_asked_for_changes_nothing(void **state)
{
    (void)state;
    uint8_t in[784];
    float out[784];
    ink_augment off = parsed("off");
    draw_cross(in);
    augment(&off, 7, in, out);
    for (int i = 0; i < 784; i++)
        assert_near(out[i], in[i] / 255.0, 1e-6);
    assert_true(ink_augment_is_off(&off));
}

static void the_same_key_gives_the_same_picture_another_key_another(void **state)
{
    (void)state;
    uint8_t in[784];
    float one[784], again[784], other[784];
    ink_augment hand = parsed("hand elastic 1 thick 0.5 shear 0.1 stretch 0.1");
    draw_cross(in);
    augment(&hand, 7, in, one);
    augment(&hand, 8, in, other);
    augment(&hand, 7, in, again);
    assert_memory_equal(one, again, sizeof one);
    assert_memory_not_equal(one, other, sizeof one);
}

static void ink_never_leaves_the_picture(void **state)
{
    (void)state;
    uint8_t in[784];
    float out[784];
    ink_augment strong = parsed("turn 3 shift 1");
    draw_cross(in);
    augment(&strong, 0, in, out);
    double least = 1e9, most = 0;
    for (uint64_t key = 0; key < 500; key++) {
        augment(&strong, key, in, out);
        double m = mass(out);
        least = m < least ? m : least;
        most = m > most ? m : most;
    }
    /* Turned ink keeps its mass, but for what falls between pixels; ink cut off would not. */
    assert_true(least > 0.93 * 44 && most < 1.07 * 44);
}

static void shifts_reach_every_border(void **state)
{
    (void)state;
    uint8_t in[784];
    float out[784];
    ink_augment shift = parsed("shift 1");
    int left = 28, right = 0, top = 28, bottom = 0;
    draw_cross(in);
    for (uint64_t key = 0; key < 500; key++) {
        augment(&shift, key, in, out);
        for (int i = 0; i < 784; i++) {
            if (out[i] < 0.3f)
                continue;
            left = i % 28 < left ? i % 28 : left;
            right = i % 28 > right ? i % 28 : right;
            top = i / 28 < top ? i / 28 : top;
            bottom = i / 28 > bottom ? i / 28 : bottom;
        }
    }
    assert_int_equal(left, 0);
    assert_int_equal(right, 27);
    assert_int_equal(top, 0);
    assert_int_equal(bottom, 27);
}

static void noise_hits_its_share_of_the_pixels(void **state)
{
    (void)state;
    static uint8_t in[784];
    float out[784];
    ink_augment noise = parsed("noise 0.2");
    size_t hit = 0;
    double sum = 0;
    for (uint64_t key = 0; key < 200; key++) {
        augment(&noise, key, in, out);
        for (int i = 0; i < 784; i++) {
            hit += out[i] > 0;
            sum += (double)out[i];
        }
    }
    assert_near((double)hit / (200 * 784.0), 0.2, 0.005);
    assert_near(sum / (double)hit, 0.5, 0.01);
}

static void a_flip_is_a_mirror_and_pixels_are_whole(void **state)
{
    (void)state;
    uint8_t in[784];
    float out[784];
    ink_augment flip = parsed("flip 1"), pixels = parsed("pixels 2");
    draw_cross(in);
    augment(&flip, 3, in, out);
    for (int i = 0; i < 784; i++)
        assert_near(out[i], in[i / 28 * 28 + 27 - i % 28] / 255.0, 1e-5);
    bool moved = false;
    for (uint64_t key = 0; key < 50; key++) {
        augment(&pixels, key, in, out);
        for (int i = 0; i < 784; i++) /* nothing is blurred */
            assert_true(out[i] < 1e-5f || out[i] > 1 - 1e-5f);
        moved |= out[5 * 28 + 9] < 0.5f;
    }
    assert_true(moved);
}

static void strokes_become_thinner_and_thicker(void **state)
{
    (void)state;
    uint8_t in[784];
    float out[784];
    ink_augment thick = parsed("thick 1");
    double least = 1e9, most = 0;
    draw_cross(in);
    for (uint64_t key = 0; key < 100; key++) {
        augment(&thick, key, in, out);
        least = mass(out) < least ? mass(out) : least;
        most = mass(out) > most ? mass(out) : most;
    }
    assert_true(least < 0.6 * 44 && most > 1.6 * 44);
}

/* What is read of the original does not end where the ink that it was planned by does: with specks
 * in the corners, which make everything be read, the same comes out but for them. */
static void no_ink_is_cut_off(void **state)
{
    (void)state;
    static const char *const moves[] = {"thick 2 scale 0.3", "stretch 1 shear 1", "scale 1 turn 3",
                                        "elastic 3", "thick 2 elastic 2 scale 0.5 shear 0.5"};
    uint8_t in[784], specked[784];
    float out[784], whole[784];
    draw_cross(in);
    memcpy(specked, in, sizeof in);
    specked[0] = specked[27] = specked[27 * 28] = specked[783] = 1;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        ink_augment move = parsed(moves[i]);
        for (uint64_t key = 0; key < 2000; key++) {
            augment(&move, key, in, out);
            augment(&move, key, specked, whole);
            for (int p = 0; p < 784; p++)
                if (fabsf(out[p] - whole[p]) > 1.001f / 255)
                    fail_msg("%s, key %llu: %g, not %g", moves[i], (unsigned long long)key,
                             (double)out[p], (double)whole[p]);
        }
    }
}

static void a_blank_picture_stays_blank(void **state)
{
    (void)state;
    static uint8_t in[784];
    float out[784];
    ink_augment all =
        parsed("hand elastic 2 thick 1 shear 0.3 stretch 0.3 pixels 3 flip 0.5 noise 0");
    for (uint64_t key = 0; key < 20; key++) {
        augment(&all, key, in, out);
        assert_true(mass(out) == 0);
    }
}

static void colour_is_filled_up_from_its_border(void **state)
{
    (void)state;
    enum { SIDE = 9 };
    uint8_t in[SIDE * SIDE * 3];
    float out[SIDE * SIDE * 3], scratch[4000];
    assert_true(ink__augment_scratch(SIDE, SIDE, 3) <= 4000);
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (uint8_t)(i % 3 * 100 + 50);
    ink_augment all = parsed("turn 0.5 scale 0.2 pixels 4 elastic 1 flip 0.5");
    for (uint64_t key = 0; key < 50; key++) {
        ink__augment_sample(&all, key, INK_SIDE_ANY, SIDE, SIDE, 3, in, out, scratch);
        for (size_t i = 0; i < sizeof in; i++) /* one colour everywhere stays that colour */
            assert_near(out[i], in[i] / 255.0, 1e-5);
    }
}

static void sides_alternate_from_epoch_to_epoch(void **state)
{
    (void)state;
    ink_augment a = parsed("flip 0.5 alternate 1"), plain = parsed("flip 0.5");
    size_t mirrored = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        ink__side even = ink__augment_side(&a, 3, 0, i), odd = ink__augment_side(&a, 3, 1, i);
        assert_true(even != INK_SIDE_ANY && odd != INK_SIDE_ANY && even != odd);
        assert_int_equal(ink__augment_side(&a, 3, 2, i), even);
        assert_int_equal(ink__augment_side(&plain, 3, 2, i), INK_SIDE_ANY);
        mirrored += even == INK_SIDE_MIRRORED;
    }
    assert_true(mirrored > 400 && mirrored < 600);
    uint8_t in[784];
    float out[784], scratch[20000];
    draw_cross(in);
    ink__augment_sample(&a, 5, INK_SIDE_MIRRORED, 28, 28, 1, in, out, scratch);
    for (int i = 0; i < 784; i++)
        assert_near(out[i], in[i / 28 * 28 + 27 - i % 28] / 255.0, 1e-5);
}

static void a_square_is_cut_out(void **state)
{
    (void)state;
    uint8_t in[784];
    float out[784];
    ink_augment a = parsed("cutout 8");
    size_t most = 0;
    memset(in, 255, sizeof in);
    for (uint64_t key = 0; key < 100; key++) {
        augment(&a, key, in, out);
        size_t blank = 784 - (size_t)(mass(out) + 0.5);
        assert_true(blank >= 16 && blank <= 64); /* at a corner a quarter is left of it */
        most = blank > most ? blank : most;
    }
    assert_int_equal(most, 64);
}

static void a_square_of_a_colour_picture_becomes_its_mean(void **state)
{
    (void)state;
    enum { SIDE = 12, CUT = 4 };
    uint8_t in[SIDE * SIDE * 3];
    float out[SIDE * SIDE * 3], scratch[4000];
    double mean[3] = {0};
    for (size_t i = 0; i < sizeof in; i++) {
        in[i] = (uint8_t)(i * i % 199 + 10 * (i % 3));
        mean[i % 3] += in[i] / 255.0 / (SIDE * SIDE);
    }
    ink_augment a = parsed("cutout 4");
    size_t most = 0;
    for (uint64_t key = 0; key < 50; key++) {
        size_t cut = 0;
        ink__augment_sample(&a, key, INK_SIDE_ANY, SIDE, SIDE, 3, in, out, scratch);
        for (size_t p = 0; p < SIDE * SIDE; p++) {
            bool as_was = true, as_mean = true;
            for (size_t c = 0; c < 3; c++) {
                as_was &= fabs((double)out[3 * p + c] - in[3 * p + c] / 255.0) < 1e-5;
                as_mean &= fabs((double)out[3 * p + c] - mean[c]) < 1e-5;
            }
            assert_true(as_was != as_mean);
            cut += as_mean;
        }
        assert_true(cut >= 4 && cut <= CUT * CUT);
        most = cut > most ? cut : most;
    }
    assert_int_equal(most, CUT * CUT);
}

static void colours_change_and_stay_colours(void **state)
{
    (void)state;
    enum { SIDE = 6 };
    uint8_t in[SIDE * SIDE * 3];
    float out[SIDE * SIDE * 3], scratch[3000];
    double away = 0;
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (uint8_t)(i * 37 % 256);
    ink_augment a = parsed("colour 0.3");
    for (uint64_t key = 0; key < 20; key++) {
        ink__augment_sample(&a, key, INK_SIDE_ANY, SIDE, SIDE, 3, in, out, scratch);
        for (size_t i = 0; i < sizeof in; i++) {
            assert_true(out[i] >= 0 && out[i] <= 1);
            away += fabs((double)out[i] - in[i] / 255.0);
        }
    }
    assert_true(away / (20 * sizeof in) > 0.05);
}

/* Beta(a, a) has variance 1 / (4 (2 a + 1)) about 1/2. */
static void shares_of_a_mixture_follow_their_distribution(void **state)
{
    (void)state;
    ink_augment a = parsed("mixup 0.4");
    double squares = 0;
    for (uint64_t key = 0; key < 20000; key++) {
        double share = (double)ink__augment_share(&a, ink__key(1, 2, key));
        assert_true(share >= 0 && share <= 0.5);
        squares += (0.5 - share) * (0.5 - share) / 20000;
    }
    assert_near(squares, 1 / (4 * (2 * 0.4 + 1)), 0.003);
}

static void text_comes_back_shortest(void **state)
{
    (void)state;
    static const char *const same[] = {
        "off",
        "light",
        "hand",
        "turn 0.15 scale 0.1",
        "noise 0.5",
        "turn 0.1 elastic 1.5 flip 0.5",
        "pixels 2 flip 0.5 alternate 1 cutout 8 colour 0.1 mixup 0.2"};
    char text[256];
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        ink_augment a = parsed(same[i]);
        assert_int_equal(ink_augment_print(&a, text, sizeof text), strlen(same[i]));
        assert_string_equal(text, same[i]);
    }
    ink_augment hand = parsed("hand noise 0");
    ink_augment_print(&hand, text, sizeof text);
    assert_string_equal(text, "turn 0.15 scale 0.1 shift 0.8");
}

static void wrong_words_are_named(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {{"wobble 1", "wobble"},
                                           {"turn", "turn"},
                                           {"turn x", "\"x\""},
                                           {"turn -1", "-1"},
                                           {"shift 2", "shift"},
                                           {"noise nan", "nan"},
                                           {"hand off", "off"},
                                           {"alternate 1", "flip is 0"},
                                           {"flip 0.2 alternate 1", "flip is 0.2"},
                                           {"flip 0.5 alternate 0.5", "whole number from 0 to 1"},
                                           {"cutout 0.9", "whole number"},
                                           {"pixels 1.5", "1.5"},
                                           {"turn 3.2000001", "3.2000001"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ink_augment a = {.turn = 9};
        ink_error err = {.status = INK_OK};
        assert_int_equal(ink_augment_parse(wrong[i][0], &a, &err), INK_EINVAL);
        assert_says(err, wrong[i][1]);
        assert_true(a.turn == 9);
    }
}

static void a_set_is_written_out_the_same_for_any_number_of_threads(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    ink_dataset *data = NULL;
    ink_augment hand = parsed("hand");
    ink_dataset_options_init(&options);
    options.limit = 30;
    assert_good(ink_dataset_open("glyphs", &options, &data, NULL, &err), err);
    ink_pool *pool = ink_pool_new(3, &err);
    ink_dataset *one = ink_dataset_augmented(data, &hand, 4, 5, NULL, &err);
    ink_dataset *three = ink_dataset_augmented(data, &hand, 4, 5, pool, &err);
    assert_good(err.status, err);
    assert_int_equal(ink_dataset_count(one), 120);
    assert_memory_equal(ink_dataset_pixels(one, 0), ink_dataset_pixels(three, 0), 120 * 784);
    for (size_t i = 0; i < 120; i++)
        assert_int_equal(ink_dataset_label(one, i), ink_dataset_label(data, i % 30));
    assert_memory_not_equal(ink_dataset_pixels(one, 0), ink_dataset_pixels(one, 30), 784);
    ink_dataset_free(one);
    ink_dataset_free(three);
    ink_dataset_free(data);
    ink_pool_free(pool);
}

static void what_only_training_can_do_is_refused_elsewhere(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    ink_dataset *data = NULL;
    ink_augment mixup = parsed("hand mixup 0.2");
    ink_dataset_options_init(&options);
    options.limit = 10;
    assert_good(ink_dataset_open("glyphs", &options, &data, NULL, &err), err);
    assert_null(ink_dataset_augmented(data, &mixup, 1, 1, NULL, &err));
    assert_int_equal(err.status, INK_EINVAL);
    assert_says(err, "leave mixup out");
    ink_dataset_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_asked_for_changes_nothing),
        cmocka_unit_test(the_same_key_gives_the_same_picture_another_key_another),
        cmocka_unit_test(ink_never_leaves_the_picture),
        cmocka_unit_test(shifts_reach_every_border),
        cmocka_unit_test(noise_hits_its_share_of_the_pixels),
        cmocka_unit_test(a_flip_is_a_mirror_and_pixels_are_whole),
        cmocka_unit_test(strokes_become_thinner_and_thicker),
        cmocka_unit_test(no_ink_is_cut_off),
        cmocka_unit_test(a_blank_picture_stays_blank),
        cmocka_unit_test(colour_is_filled_up_from_its_border),
        cmocka_unit_test(sides_alternate_from_epoch_to_epoch),
        cmocka_unit_test(a_square_is_cut_out),
        cmocka_unit_test(a_square_of_a_colour_picture_becomes_its_mean),
        cmocka_unit_test(colours_change_and_stay_colours),
        cmocka_unit_test(shares_of_a_mixture_follow_their_distribution),
        cmocka_unit_test(text_comes_back_shortest),
        cmocka_unit_test(wrong_words_are_named),
        cmocka_unit_test(what_only_training_can_do_is_refused_elsewhere),
        cmocka_unit_test(a_set_is_written_out_the_same_for_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
