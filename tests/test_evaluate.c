/* Evaluation with test-time augmentation: averages that can be computed by hand. */
#include "tests/check.h"

#include "base/memory.h"
#include "inkling/inkling.h"

/* 300 pictures of 3 x 3: a batch of 256, and one that is not full. */
enum { COUNT = 300, SIZE = 9 };

typedef struct scene {
    uint8_t pixels[COUNT * SIZE];
    int32_t labels[COUNT];
    ink_dataset *data;
    ink_network *network;
    ink_input input;
} scene;

/* A network of two outputs: the first is `factor` times the pixel in the upper left corner, the
 * second 0. */
static void set_up(scene *s, const char *text, float factor)
{
    ink_error err = {.status = INK_OK};
    uint32_t state = 1;
    for (size_t i = 0; i < COUNT * SIZE; i++) {
        state = state * 1664525u + 1013904223u;
        s->pixels[i] = (uint8_t)(state >> 24);
        s->labels[i / SIZE] = (int32_t)(state >> 20 & 1);
    }
    s->data = ink_dataset_new_pictures(COUNT, 3, 3, 1, s->pixels, s->labels, 2, NULL, &err);
    assert_good(err.status, err);
    s->network = ink_network_new(text, &err);
    assert_good(err.status, err);
    ink_network_parameters(s->network)[0] = factor;
    ink_input_for(s->data, &s->input);
}

static void tear_down(scene *s)
{
    ink_dataset_free(s->data);
    ink_network_free(s->network);
}

static ink_evaluation evaluate(const scene *s, ink_cost cost, ink_tta tta)
{
    ink_error err = {.status = INK_OK};
    ink_evaluation e;
    ink_evaluate_settings settings = {.cost = cost, .tta = tta, .top_k = 1};
    assert_good(ink_evaluate(s->network, &s->input, s->data, &settings, NULL, &e, &err), err);
    return e;
}

/* What the upper left corner shows, averaged over the ways: mirrored it is the upper right one,
 * moved up and left the middle, moved down and right itself again. */
static double corner(const scene *s, size_t i, ink_tta tta)
{
    const uint8_t *p = s->pixels + i * SIZE;
    double left = p[0] / 255.0, right = p[2] / 255.0, middle = p[4] / 255.0;
    double both = (left + right) / 2;
    return tta == INK_TTA_OFF     ? left
           : tta == INK_TTA_FLIP  ? both
           : tta == INK_TTA_SHIFT ? 0.5 * left + 0.25 * middle + 0.25 * left
                                  : 0.5 * both + 0.25 * middle + 0.25 * both;
}

/* Means of logarithms of softmax are the softmax of the means. */
static void scores_behind_softmax_are_averaged_as_logarithms(void **unused)
{
    (void)unused;
    static scene s;
    set_up(&s, "3x3x1 dense 2 softmax", 3);
    ink_network_parameters(s.network)[2 * SIZE] = -1; /* its bias, or it would never say 1 */
    for (int tta = INK_TTA_OFF; tta <= INK_TTA_FULL; tta++) {
        double cost = 0;
        size_t correct = 0;
        ink_evaluation e = evaluate(&s, INK_COST_CROSS_ENTROPY, (ink_tta)tta);
        for (size_t i = 0; i < COUNT; i++) {
            double z = 3 * corner(&s, i, (ink_tta)tta) - 1;
            cost += log(1 + exp(s.labels[i] ? z : -z)) / COUNT;
            correct += (z < 0) == s.labels[i];
        }
        assert_near(e.cost, cost, 1e-5);
        assert_int_equal(e.correct, correct);
        for (size_t m = 0; m < e.mistake_count; m++) {
            double z = 3 * corner(&s, e.mistakes[m].index, (ink_tta)tta) - 1;
            assert_near(e.mistakes[m].confidence, 1 / (1 + exp(-fabs(z))), 1e-5);
        }
        assert_true(e.mistake_count > 0);
        ink_evaluation_release(&e);
    }
    tear_down(&s);
}

static void scores_of_other_networks_are_averaged_as_they_are(void **unused)
{
    (void)unused;
    static scene s;
    set_up(&s, "3x3x1 dense 2", 2);
    for (int tta = INK_TTA_OFF; tta <= INK_TTA_FULL; tta++) {
        double cost = 0;
        ink_evaluation e = evaluate(&s, INK_COST_SQUARED, (ink_tta)tta);
        for (size_t i = 0; i < COUNT; i++) {
            double y = 2 * corner(&s, i, (ink_tta)tta), away = s.labels[i] ? y : y - 1;
            cost += (away * away + s.labels[i]) / COUNT;
        }
        assert_near(e.cost, cost, 1e-5);
        ink_evaluation_release(&e);
    }
    tear_down(&s);
}

static void a_symmetric_picture_scores_as_its_mirror_image(void **unused)
{
    (void)unused;
    static scene s;
    set_up(&s, "3x3x1 dense 2 softmax", 3);
    ink_dataset_free(s.data);
    ink_error err = {.status = INK_OK};
    for (size_t i = 0; i < COUNT * SIZE; i += 3)
        s.pixels[i + 2] = s.pixels[i];
    s.data = ink_dataset_new_pictures(COUNT, 3, 3, 1, s.pixels, s.labels, 2, NULL, &err);
    ink_evaluation off = evaluate(&s, INK_COST_CROSS_ENTROPY, INK_TTA_OFF);
    ink_evaluation flip = evaluate(&s, INK_COST_CROSS_ENTROPY, INK_TTA_FLIP);
    assert_near(flip.cost, off.cost, 1e-6);
    assert_int_equal(flip.correct, off.correct);
    ink_evaluation_release(&off), ink_evaluation_release(&flip);
    tear_down(&s);
}

static void a_weight_that_is_no_number_shows_in_the_cost(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"3x3x1 dense 2 softmax", "3x3x1 dense 2"};
    static scene s;
    for (size_t i = 0; i < 2; i++)
        for (int tta = INK_TTA_OFF; tta <= INK_TTA_FULL; tta++) {
            set_up(&s, texts[i], NAN);
            ink_evaluation e =
                evaluate(&s, i ? INK_COST_SQUARED : INK_COST_CROSS_ENTROPY, (ink_tta)tta);
            assert_true(isnan(e.cost));
            assert_near(e.accuracy, e.top_k_accuracy, 1e-12); /* of one; all are ties */
            ink_evaluation_release(&e);
            tear_down(&s);
        }
}

static void vectors_cannot_be_mirrored_or_moved(void **unused)
{
    (void)unused;
    ink_error err = {.status = INK_OK};
    const float x[6] = {1, 2, 3, 4, 5, 6};
    const int32_t labels[2] = {0, 1};
    ink_dataset *data = ink_dataset_new_vectors(2, 3, x, labels, 2, NULL, &err);
    ink_network *network = ink_network_new("3 dense 2 softmax", &err);
    assert_good(err.status, err);
    ink_input input;
    ink_input_for(data, &input);
    for (int tta = INK_TTA_FLIP; tta <= INK_TTA_FULL; tta++) {
        ink_evaluation e = {.count = 77};
        ink_evaluate_settings settings = {.tta = (ink_tta)tta};
        err = (ink_error){.status = INK_OK};
        assert_int_equal(ink_evaluate(network, &input, data, &settings, NULL, &e, &err),
                         INK_EINVAL);
        assert_says(err, "nothing to mirror or move");
        assert_int_equal(e.count, 77);
    }
    ink_network_free(network);
    ink_dataset_free(data);
}

static void memory_that_runs_out_is_an_error_and_leaves_nothing(void **unused)
{
    (void)unused;
    static scene s;
    set_up(&s, "3x3x1 dense 2 softmax", -3); /* wrong often: the list of mistakes grows */
    for (size_t n = 1;; n++) {
        ink_error err = {.status = INK_OK};
        ink_evaluation e = {.count = 77};
        ink_evaluate_settings settings = {.tta = INK_TTA_FULL};
        ink__alloc_fail_at(n);
        ink_status status = ink_evaluate(s.network, &s.input, s.data, &settings, NULL, &e, &err);
        ink__alloc_fail_at(0);
        if (status == INK_OK) {
            assert_true(n > 10 && e.mistake_count > 64);
            ink_evaluation_release(&e);
            break;
        }
        assert_int_equal(status, INK_ENOMEM);
        assert_int_equal(e.count, 77);
        assert_true(n < 100);
    }
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_behind_softmax_are_averaged_as_logarithms),
        cmocka_unit_test(scores_of_other_networks_are_averaged_as_they_are),
        cmocka_unit_test(a_symmetric_picture_scores_as_its_mirror_image),
        cmocka_unit_test(a_weight_that_is_no_number_shows_in_the_cost),
        cmocka_unit_test(vectors_cannot_be_mirrored_or_moved),
        cmocka_unit_test(memory_that_runs_out_is_an_error_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
