/* Batches: what the network is shown, and what it is told about it. */
#include "tests/check.h"

#include "data/dataset.h"
#include "inkling/inkling.h"
#include "train/batch.h"

enum { COUNT = 60, CLASSES = 4, SIDE = 3, SIZE = SIDE * SIDE * 3 };

/* Every picture of a class is of one grey, so a pixel tells what was mixed. */
static ink_dataset *greys(void)
{
    static uint8_t pixels[COUNT * SIZE];
    static int32_t labels[COUNT];
    ink_error err = {.status = INK_OK};
    for (size_t i = 0; i < COUNT; i++) {
        labels[i] = (int32_t)(i % CLASSES);
        memset(pixels + i * SIZE, (int)(i % CLASSES * 60), SIZE);
    }
    ink_dataset *data =
        ink_dataset_new_pictures(COUNT, SIDE, SIDE, 3, pixels, labels, CLASSES, NULL, &err);
    assert_good(err.status, err);
    return data;
}

static void mixed_targets_sum_to_1_and_say_what_was_mixed(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_dataset *data = greys();
    ink_train_settings settings;
    ink_train_settings_init(&settings);
    settings.label_smoothing = 0.2f;
    assert_good(ink_augment_parse("mixup 0.8", &settings.augment, &err), err);
    const ink_input input = {.channels = 3, .mean = {0, 0, 0}, .factor = {1, 1, 1}};
    ink__loader loader;
    assert_good(ink__loader_init(&loader, data, &input, &settings, 0, COUNT, NULL, &err), err);
    size_t mixed = 0;
    for (uint64_t epoch = 0; epoch < 5; epoch++) {
        ink__loader_fill(&loader, epoch, 0, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            const float *t = loader.t + i * CLASSES, *x = loader.x + i * SIZE;
            double sum = 0, grey = 0;
            for (size_t k = 0; k < CLASSES; k++) {
                double share = ((double)t[k] - 0.2 / CLASSES) / 0.8;
                assert_true(share > -1e-6 && share < 1 + 1e-6);
                sum += (double)t[k];
                grey += share * (double)k * 60 / 255;
                mixed += share > 0.01 && share < 0.99;
            }
            assert_near(sum, 1, 1e-6);
            assert_true(t[ink_dataset_label(data, loader.order[i])] > 0.4f); /* most is its own */
            for (size_t p = 0; p < SIZE; p++)
                assert_near(x[p], grey, 1e-5);
        }
    }
    assert_true(mixed > 5 * COUNT / 2);
    ink__loader_release(&loader);
    ink_dataset_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixed_targets_sum_to_1_and_say_what_was_mixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
