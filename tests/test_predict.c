/* From a picture to scores: one at a time, and with a predictor one after the other. */
#include "tests/check.h"

#include "base/memory.h"
#include "inkling/inkling.h"
#include "model/input.h"

static uint32_t state = 11;

static uint8_t byte(void)
{
    state = state * 1664525u + 1013904223u;
    return (uint8_t)(state >> 24);
}

/* A model around any network, for pictures of the network's input. */
static ink_model model_of(const char *text)
{
    ink_error err = {.status = INK_OK};
    ink_model model = {.network = ink_network_new(text, &err), .framing = INK_FRAMING_MNIST};
    assert_good(err.status, err);
    ink_network_init(model.network, INK_INIT_AUTO, 5);
    float *s = ink_network_state(model.network);
    for (size_t i = 0; i < ink_network_state_count(model.network); i++)
        s[i] = 0.5f + (float)byte() / 256; /* means and variances */
    ink_network_input_shape(model.network, &model.picture_height, &model.picture_width,
                            &model.picture_channels);
    model.input = (ink_input){.channels = model.picture_channels, .mean = {0.2f, 0.3f, 0.1f, 0}};
    for (int c = 0; c < 4; c++)
        model.input.factor[c] = 2;
    model.classes = (int)ink_network_output_size(model.network);
    return model;
}

/* As many pixels as the largest test needs, so that what is read beyond them is not ours. */
static ink_picture noise(int height, int width, int channels)
{
    size_t size = (size_t)height * (size_t)width * (size_t)channels;
    ink_picture picture = {height, width, channels, malloc(size)};
    assert_non_null(picture.pixels);
    for (size_t i = 0; i < size; i++)
        picture.pixels[i] = byte() < 60 ? byte() : 0;
    return picture;
}

static void assert_refused(const ink_model *model, const ink_picture *picture, const char *says)
{
    ink_picture view = {.pixels = NULL};
    float scores[8];
    bool blank = false;
    ink_error err = {.status = INK_OK};
    assert_int_equal(ink_model_view(model, picture, &view, &err), INK_EINVAL);
    assert_says(err, says);
    err = (ink_error){.status = INK_OK};
    assert_int_equal(ink_model_predict(model, picture, scores, &blank, &err), INK_EINVAL);
    assert_says(err, says);
    assert_null(view.pixels);
}

static void assert_no_predictor(const ink_model *model, const char *says)
{
    ink_error err = {.status = INK_OK};
    assert_null(ink_predictor_new(model, &err));
    assert_int_equal(err.status, INK_EINVAL);
    assert_says(err, says);
}

static void a_model_of_two_or_four_channels_is_shown_no_picture(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"28x28x2 pool global average dense 2 softmax",
                                        "28x28x4 pool global average dense 2 softmax"};
    static const char *const says[] = {"2 channels", "4 channels"};
    for (size_t i = 0; i < 2; i++) {
        ink_model model = model_of(texts[i]);
        for (int channels = 1; channels <= 4; channels++) {
            ink_picture picture = noise(28, 28, channels);
            assert_refused(&model, &picture, says[i]);
            free(picture.pixels);
        }
        assert_no_predictor(&model, says[i]);
        ink_network_free(model.network);
    }
}

static void a_model_of_vectors_is_shown_no_picture(void **unused)
{
    (void)unused;
    ink_model model = model_of("20 dense 3 softmax");
    ink_picture picture = noise(4, 4, 1);
    assert_refused(&model, &picture, "1 x 20 x 1 numbers");
    assert_no_predictor(&model, "1 x 20 x 1 numbers");
    free(picture.pixels);
    ink_network_free(model.network);
}

static void a_model_that_does_not_fit_its_network_is_refused(void **unused)
{
    (void)unused;
    ink_model model = model_of("6x6x1 dense 3 softmax");
    ink_picture picture = noise(4, 4, 1);
    model.picture_width = 5;
    assert_refused(&model, &picture, "36 inputs");
    model.picture_width = 6, model.classes = 7;
    assert_refused(&model, &picture, "3 outputs");
    assert_no_predictor(&model, "3 outputs");
    model.classes = 3, model.input.channels = 3;
    assert_no_predictor(&model, "a network that fits");
    free(picture.pixels);
    ink_network_free(model.network);
}

static void a_picture_of_two_channels_is_refused(void **unused)
{
    (void)unused;
    ink_model model = model_of("6x6x1 dense 3 softmax");
    ink_picture picture = noise(5, 4, 2);
    assert_refused(&model, &picture, "found 5 x 4 x 2");
    free(picture.pixels);
    ink_network_free(model.network);
}

/* What the network says about what it sees. */
static void expect_scores(const ink_model *model, const ink_picture *picture, const float *scores)
{
    ink_error err = {.status = INK_OK};
    ink_picture view;
    size_t size = ink_network_input_size(model->network);
    float *x = calloc(size, sizeof *x);
    ink_workspace *ws = ink_workspace_new(model->network, 1, false, NULL, &err);
    assert_good(ink_model_view(model, picture, &view, &err), err);
    ink__input_from_pixels(&model->input, view.pixels, size, x);
    const float *y = ink_predict(model->network, ws, x, 1);
    for (int k = 0; k < model->classes; k++)
        assert_near(scores[k], y[k], 1e-5 * (1 + fabs((double)y[k])));
    ink_picture_release(&view);
    ink_workspace_free(ws);
    free(x);
}

static void a_predictor_says_what_the_network_says_picture_after_picture(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "12x12x1 conv 6 3x3 nobias norm relu pool 2 conv 6 5x5 norm gelu dense 4 softmax",
        "10x12x3 conv 6 3x3 nobias norm relu pool 2 dense 4 norm",
        "10x12x3 dense 9 norm relu dense 4 softmax",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ink_error err = {.status = INK_OK};
        ink_model model = model_of(texts[i]);
        ink_predictor *predictor = ink_predictor_new(&model, &err);
        assert_good(err.status, err);
        for (int n = 0; n < 6; n++) {
            ink_picture picture = noise(9 + 5 * n, 20 - n, n % 2 ? 3 : 1);
            float scores[4] = {-9, -9, -9, -9}, once[4] = {-9, -9, -9, -9};
            bool blank = true;
            assert_good(ink_predictor_scores(predictor, &picture, scores, &blank, &err), err);
            assert_false(blank);
            expect_scores(&model, &picture, scores);
            assert_good(ink_model_predict(&model, &picture, once, &blank, &err), err);
            expect_scores(&model, &picture, once);
            free(picture.pixels);
        }
        ink_predictor_free(predictor);
        ink_network_free(model.network);
    }
}

static void a_blank_picture_has_no_scores_and_spoils_none(void **unused)
{
    (void)unused;
    ink_error err = {.status = INK_OK};
    ink_model model = model_of("12x12x1 conv 6 3x3 norm relu dense 4 softmax");
    ink_predictor *predictor = ink_predictor_new(&model, &err);
    ink_picture drawn = noise(20, 20, 1), empty = noise(20, 20, 1);
    memset(empty.pixels, 0, 400);
    for (int n = 0; n < 2; n++) {
        float scores[4] = {1, 1, 1, 1};
        bool blank = false;
        assert_good(ink_predictor_scores(predictor, &empty, scores, &blank, &err), err);
        assert_true(blank);
        for (int k = 0; k < 4; k++)
            assert_true(scores[k] == 0);
        assert_good(ink_predictor_scores(predictor, &drawn, scores, &blank, &err), err);
        assert_false(blank);
        expect_scores(&model, &drawn, scores);
    }
    free(drawn.pixels), free(empty.pixels);
    ink_predictor_free(predictor);
    ink_network_free(model.network);
}

static void a_predictor_outlives_its_model(void **unused)
{
    (void)unused;
    ink_error err = {.status = INK_OK};
    ink_model model = model_of("12x12x1 conv 6 3x3 norm relu dense 4 softmax");
    ink_predictor *predictor = ink_predictor_new(&model, &err);
    ink_picture picture = noise(20, 20, 1);
    float before[4], after[4];
    bool blank;
    assert_good(ink_predictor_scores(predictor, &picture, before, &blank, &err), err);
    float *w = ink_network_parameters(model.network);
    memset(w, 0, ink_network_parameter_count(model.network) * sizeof *w);
    ink_network_free(model.network);
    memset(&model, 0, sizeof model);
    assert_good(ink_predictor_scores(predictor, &picture, after, &blank, &err), err);
    assert_memory_equal(before, after, sizeof before);
    free(picture.pixels);
    ink_predictor_free(predictor);
}

static void predicting_allocates_only_what_framing_needs(void **unused)
{
    (void)unused;
    ink_error err = {.status = INK_OK};
    ink_model model = model_of("12x12x1 conv 6 3x3 norm relu dense 4 softmax");
    ink_predictor *predictor = ink_predictor_new(&model, &err);
    ink_picture picture = noise(20, 20, 1), view;
    float scores[4];
    bool blank;
    ink__alloc_fail_at(0);
    assert_good(ink_model_view(&model, &picture, &view, &err), err);
    size_t framing = ink__alloc_fail_at(0);
    assert_good(ink_predictor_scores(predictor, &picture, scores, &blank, &err), err);
    assert_int_equal(ink__alloc_fail_at(0), framing);
    assert_true(framing > 0);
    ink_picture_release(&view);
    free(picture.pixels);
    ink_predictor_free(predictor);
    ink_network_free(model.network);
}

/* Each allocation fails exactly once: when a predictor is made, when it is asked, and without. */
static void memory_that_runs_out_is_an_error_and_changes_nothing(void **unused)
{
    (void)unused;
    ink_model model = model_of("12x12x1 conv 6 3x3 norm relu dense 4 softmax");
    ink_picture picture = noise(20, 20, 1);
    for (int once = 0; once < 2; once++)
        for (size_t n = 1;; n++) {
            ink_error err = {.status = INK_OK};
            float scores[4] = {7, 7, 7, 7};
            bool blank = true;
            ink__alloc_fail_at(n);
            ink_predictor *predictor = once ? NULL : ink_predictor_new(&model, &err);
            if (once)
                ink_model_predict(&model, &picture, scores, &blank, &err);
            else if (predictor)
                ink_predictor_scores(predictor, &picture, scores, &blank, &err);
            ink__alloc_fail_at(0);
            ink_predictor_free(predictor);
            if (err.status == INK_OK) {
                assert_true(n > 3 && scores[0] != 7);
                break;
            }
            assert_int_equal(err.status, INK_ENOMEM);
            assert_true(blank && scores[0] == 7 && scores[3] == 7);
            assert_true(n < 100);
        }
    free(picture.pixels);
    ink_network_free(model.network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_of_two_or_four_channels_is_shown_no_picture),
        cmocka_unit_test(a_model_of_vectors_is_shown_no_picture),
        cmocka_unit_test(a_model_that_does_not_fit_its_network_is_refused),
        cmocka_unit_test(a_picture_of_two_channels_is_refused),
        cmocka_unit_test(a_predictor_says_what_the_network_says_picture_after_picture),
        cmocka_unit_test(a_blank_picture_has_no_scores_and_spoils_none),
        cmocka_unit_test(a_predictor_outlives_its_model),
        cmocka_unit_test(predicting_allocates_only_what_framing_needs),
        cmocka_unit_test(memory_that_runs_out_is_an_error_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
