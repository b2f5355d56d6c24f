/* Settings: they come back from a checkpoint as they went in, and what makes no sense is refused
 * with a sentence that helps. */
#include "tests/check.h"

#include "base/memory.h"
#include "inkling/inkling.h"
#include "train/settings.h"

static ink_dataset *pictures(int side, int channels)
{
    static uint8_t pixels[2 * 32 * 32 * 3];
    static const int32_t labels[2] = {0, 1};
    ink_error err = {.status = INK_OK};
    ink_dataset *data =
        ink_dataset_new_pictures(2, side, side, channels, pixels, labels, 2, NULL, &err);
    assert_good(err.status, err);
    return data;
}

/* Nine digits everywhere: the longest text there is. */
static ink_train_settings long_settings(bool alternate)
{
    const float x = 1.2345678e-5f;
    ink_train_settings s;
    ink_train_settings_init(&s);
    s.rate = s.momentum = s.beta2 = s.epsilon = s.weight_decay = s.decay = s.warmup = x;
    s.bias_rate = s.dense_rate = s.bias_decay = s.dense_decay = s.clip = s.label_smoothing = x;
    s.average = s.nudge = x;
    s.optimizer = INK_OPTIMIZER_RMSPROP;
    s.schedule = INK_SCHEDULE_ONECYCLE;
    s.precision = INK_PRECISION_BF16;
    s.epochs = s.eval_every = s.checkpoint_seconds = 1.2345678901234567e-5;
    s.seed = UINT64_MAX;
    s.batch = 999999;
    s.augment = (ink_augment){x,  2 * x, 3 * x, 4 * x, 5 * x, 6 * x, 7 * x,
                              16, 8 * x, 9 * x, 0,     64,    x / 2, x / 3};
    if (alternate)
        s.augment.flip = 0.5f, s.augment.alternate = 1;
    return s;
}

static void settings_come_back_with_every_digit(void **state)
{
    (void)state;
    for (int alternate = 0; alternate < 2; alternate++) {
        ink_error err = {.status = INK_OK};
        ink_train_settings in = long_settings(alternate), out;
        char *text = ink__settings_print(&in, &err);
        assert_non_null(text);
        ink_train_settings_init(&out);
        assert_good(ink__settings_parse(text, &out, &err), err);
        assert_memory_equal(&out.augment, &in.augment, sizeof in.augment);
        assert_true(out.weight_decay == in.weight_decay && out.bias_decay == in.bias_decay);
        assert_true(out.dense_decay == in.dense_decay && out.dense_rate == in.dense_rate);
        assert_true(out.seed == in.seed && out.epochs == in.epochs);
        char *again = ink__settings_print(&out, &err);
        assert_string_equal(again, text);
        ink__free(text);
        ink__free(again);
    }
}

static void every_field_of_the_settings_is_in_the_text(void **state)
{
    (void)state;
    static const char *const names[] = {"cost",
                                        "gradient",
                                        "optimizer",
                                        "rate",
                                        "momentum",
                                        "beta2",
                                        "epsilon",
                                        "bias_rate",
                                        "dense_rate",
                                        "bias_decay",
                                        "schedule",
                                        "weight_decay",
                                        "dense_decay",
                                        "decay",
                                        "warmup",
                                        "clip",
                                        "average",
                                        "label_smoothing",
                                        "nudge",
                                        "precision",
                                        "batch",
                                        "epochs",
                                        "patience",
                                        "keep_best",
                                        "eval_every",
                                        "eval_limit",
                                        "seed",
                                        "augment",
                                        "checkpoint_seconds"};
    ink_train_settings s = long_settings(true);
    char *text = ink__settings_print(&s, NULL), line[64];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(line, sizeof line, "\n%s ", names[i]);
        if (!strstr(text, line) && strncmp(text, line + 1, strlen(line + 1)) != 0)
            fail_msg("%s is missing in:\n%s", names[i], text);
    }
    ink__free(text);
}

static ink_status check(const ink_train_settings *s, const char *text, const ink_dataset *data,
                        ink_error *err)
{
    *err = (ink_error){.status = INK_OK};
    ink_network *network = ink_network_new(text, err);
    assert_good(err->status, *err);
    ink_status status = ink_train_check(s, network, data, NULL, err);
    ink_network_free(network);
    return status;
}

static void advice_about_the_input_is_what_the_network_needs(void **state)
{
    (void)state;
    static const char conv[] = "conv 2 3x3 relu dense 2 softmax";
    char text[80];
    ink_error err;
    ink_train_settings s;
    ink_train_settings_init(&s);
    ink_dataset *grey = pictures(28, 1), *colour = pictures(32, 3);
    snprintf(text, sizeof text, "32x32x3 %s", conv);
    assert_int_equal(check(&s, text, grey, &err), INK_EINVAL);
    assert_says(err, "write 28x28x1 instead");
    snprintf(text, sizeof text, "28x28x1 %s", conv); /* the advice, taken */
    assert_good(check(&s, text, grey, &err), err);
    assert_int_equal(check(&s, text, colour, &err), INK_EINVAL);
    assert_says(err, "write 32x32x3 instead");
    assert_int_equal(check(&s, "3072-2", grey, &err), INK_EINVAL);
    assert_says(err, "write 784 instead");
    assert_good(check(&s, "784-2", grey, &err), err);
    ink_dataset_free(grey);
    ink_dataset_free(colour);
}

static void augmentations_that_callers_fill_in_are_checked(void **state)
{
    (void)state;
    static const struct {
        ink_augment augment;
        const char *says;
    } wrong[] = {{{.cutout = 3e9f}, "cutout is 3e+09"},
                 {{.cutout = 0.9f}, "cutout is 0.9; it must be a whole number from 0 to 64"},
                 {{.pixels = 1e30f}, "pixels"},
                 {{.turn = NAN}, "turn is nan"},
                 {{.noise = NAN, .shift = 0.5f}, "noise"},
                 {{.elastic = INFINITY}, "elastic"},
                 {{.scale = -0.1f}, "scale is -0.1; it must be 0 to 1"},
                 {{.alternate = 0.5f, .flip = 0.5f}, "alternate"},
                 {{.alternate = 1}, "flip 0.5"},
                 {{.alternate = 1, .flip = 0.2f}, "flip is 0.2"},
                 {{.colour = 0.1f}, "colour needs pictures in three channels"}};
    ink_error err;
    ink_train_settings s;
    ink_train_settings_init(&s);
    ink_dataset *grey = pictures(28, 1), *colour = pictures(32, 3);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        s.augment = wrong[i].augment;
        assert_int_equal(check(&s, "784-2", grey, &err), INK_EINVAL);
        assert_says(err, wrong[i].says);
        err = (ink_error){.status = INK_OK};
        assert_null(ink_dataset_augmented(grey, &s.augment, 1, 1, NULL, &err));
        assert_says(err, wrong[i].says);
    }
    s.augment = (ink_augment){.thick = 0.5f};
    assert_good(check(&s, "784-2", grey, &err), err);
    assert_int_equal(check(&s, "3072-2", colour, &err), INK_EINVAL);
    assert_says(err, "thick needs strokes in one channel");
    s.augment = (ink_augment){.shift = 0.5f};
    assert_good(check(&s, "784-2", grey, &err), err);
    assert_int_equal(check(&s, "3072-2", colour, &err), INK_EINVAL);
    assert_says(err, "to move them whole");
    s.augment.turn = 0.1f;
    assert_good(check(&s, "3072-2", colour, &err), err);
    s.augment = (ink_augment){.turn = 3.2f, .colour = 1, .mixup = 1, .flip = 0.5f, .alternate = 1};
    assert_good(check(&s, "3072-2", colour, &err), err);
    ink_dataset_free(grey);
    ink_dataset_free(colour);
}

static void muon_is_refused_where_it_has_nothing_to_make_orthogonal(void **state)
{
    (void)state;
    ink_error err;
    ink_train_settings s;
    ink_train_settings_init(&s);
    s.optimizer = INK_OPTIMIZER_MUON;
    ink_dataset *grey = pictures(28, 1);
    assert_int_equal(check(&s, "784-30-2", grey, &err), INK_EINVAL);
    assert_says(err, "muon");
    assert_says(err, "use nesterov");
    /* a whitening convolution is computed, not learned */
    assert_int_equal(check(&s, "28x28x1 whiten 2x2 gelu dense 2 softmax", grey, &err), INK_EINVAL);
    assert_good(check(&s, "28x28x1 conv 2 3x3 gelu dense 2 softmax", grey, &err), err);
    ink_dataset_free(grey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_come_back_with_every_digit),
        cmocka_unit_test(every_field_of_the_settings_is_in_the_text),
        cmocka_unit_test(advice_about_the_input_is_what_the_network_needs),
        cmocka_unit_test(augmentations_that_callers_fill_in_are_checked),
        cmocka_unit_test(muon_is_refused_where_it_has_nothing_to_make_orthogonal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
