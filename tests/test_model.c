/* Models in files: what goes in comes out, and what is damaged is refused. */
#include "tests/check.h"

#include "base/file.h"
#include "base/memory.h"
#include "inkling/inkling.h"
#include "model/model.h"
#include "tests/scratch.h"

#define NEEDS_JANSSON()                                                                            \
    if (!INK_HAVE_JANSSON)                                                                         \
    skip()

static ink_model *make_model(const char *text, const char *dataset)
{
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    ink_dataset *data = NULL;
    ink_dataset_options_init(&options);
    options.limit = 20;
    assert_good(ink_dataset_open(dataset, &options, &data, NULL, &err), err);
    ink_network *network = ink_network_new(text, &err);
    assert_good(err.status, err);
    ink_network_init(network, INK_INIT_AUTO, 9);
    ink_model *model = ink_model_new(network, data, INK_COST_SQUARED, &err);
    assert_good(err.status, err);
    ink_dataset_free(data);
    return model;
}

static void a_model_comes_back_bit_for_bit(void **state)
{
    (void)state;
    NEEDS_JANSSON();
    scratch s;
    ink_error err = {.status = INK_OK};
    scratch_open(&s);
    const char *path = scratch_path(&s, "m.safetensors");
    ink_model *model = make_model("784 dense 30 norm gelu dense 10 softmax", "glyphs:doodles");
    ink_network_state(model->network)[3] = 0.25f;
    assert_good(ink_model_set_record(model, "{\"seed\":7}", &err), err);
    model->input.mean[0] = 0.1234567f;
    assert_good(ink_model_save(model, path, &err), err);
    ink_model *back = ink_model_load(path, &err);
    assert_good(err.status, err);
    assert_string_equal(ink_network_text(back->network), ink_network_text(model->network));
    assert_memory_equal(ink_network_parameters(back->network),
                        ink_network_parameters(model->network),
                        4 * ink_network_parameter_count(model->network));
    assert_memory_equal(ink_network_state(back->network), ink_network_state(model->network),
                        4 * ink_network_state_count(model->network));
    assert_string_equal(back->record, "{\"seed\":7}");
    assert_int_equal(back->classes, 10);
    assert_string_equal(back->class_names[1], "house plant");
    assert_int_equal(back->framing, INK_FRAMING_QUICKDRAW);
    assert_int_equal(back->cost, INK_COST_SQUARED);
    assert_int_equal(back->picture_height, 28);
    assert_true(back->input.mean[0] == 0.1234567f);
    ink_model_free(model);
    ink_model_free(back);
    scratch_close(&s);
}

/* Weights rounded to the nearest, ties to the even, down to the smallest and up to the largest;
 * biases and norms as they are. */
static void half_a_file_holds_weights_to_eleven_bits(void **state)
{
    (void)state;
    NEEDS_JANSSON();
    static const struct {
        float given, expected;
    } cases[] = {{1, 1},
                 {1.00048828125f, 1},
                 {1.00146484375f, 1.001953125f},
                 {-0.0f, -0.0f},
                 {65519.9f, 65504},
                 {6.1e-5f, 1023 / 16777216.0f},
                 {3e-8f, 1 / 16777216.0f},
                 {2.9e-8f, 0},
                 {-5.9604645e-8f, -5.9604645e-8f}};
    scratch s;
    ink_error err = {.status = INK_OK};
    scratch_open(&s);
    const char *path = scratch_path(&s, "half.safetensors");
    ink_model *model = make_model("784 dense 3 norm relu dense 10 softmax", "glyphs:digits");
    float *w = ink_network_parameters(model->network);
    for (size_t i = 0; i < 9; i++)
        w[i] = cases[i].given;
    w[784 * 3] = 0.1f;
    ink_network_state(model->network)[0] = 1e9f;
    assert_good(ink_model_save_half(model, path, &err), err);
    ink_model *back = ink_model_load(path, &err);
    assert_good(err.status, err);
    const float *found = ink_network_parameters(back->network);
    for (size_t i = 0; i < 9; i++)
        if (memcmp(&found[i], &cases[i].expected, sizeof *found) != 0)
            fail_msg("%.9g came back as %.9g, expected %.9g", (double)cases[i].given,
                     (double)found[i], (double)cases[i].expected);
    for (size_t i = 9; i < 784 * 3; i++)
        assert_near(found[i], w[i], fmax(fabs((double)w[i]), 6.2e-5) / 2048);
    assert_true(found[784 * 3] == 0.1f);
    assert_true(ink_network_state(back->network)[0] == 1e9f);
    w[5] = 65520;
    assert_int_equal(ink_model_save_half(model, path, &err), INK_EINVAL);
    assert_says(err, "0.dense.weight");
    ink_model_free(model);
    ink_model_free(back);
    scratch_close(&s);
}

/* A small model file in memory. */
static uint8_t *small_file(scratch *s, size_t *size)
{
    ink_error err = {.status = INK_OK};
    const char *path = scratch_path(s, "small.safetensors");
    ink_model *model = make_model("2 dense 2 softmax", "fruit");
    assert_good(ink_model_save(model, path, &err), err);
    ink_model_free(model);
    uint8_t *bytes = ink__file_read(path, 1 << 20, size, &err);
    assert_good(err.status, err);
    return bytes;
}

static ink_status parse(const void *bytes, size_t size, ink_error *err)
{
    *err = (ink_error){.status = INK_OK};
    ink__safetensors *file = ink__safetensors_parse(bytes, size, "test", err);
    ink_model *model = file ? ink__model_from(file, "test", err) : NULL;
    ink__safetensors_free(file);
    ink_model_free(model);
    return err->status;
}

static void a_file_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    NEEDS_JANSSON();
    scratch s;
    size_t size;
    ink_error err;
    scratch_open(&s);
    uint8_t *bytes = small_file(&s, &size);
    assert_int_equal(parse(bytes, size, &err), INK_OK);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *part = malloc(cut ? cut : 1); /* so that a sanitizer sees a byte too far */
        memcpy(part, bytes, cut);
        assert_int_equal(parse(part, cut, &err), INK_EFORMAT);
        assert_says(err, "test");
        free(part);
    }
    ink__free(bytes);
    scratch_close(&s);
}

/* The file with the first `from` replaced by `to`, of the same length. */
static void expect_after(const uint8_t *bytes, size_t size, const char *from, const char *to,
                         const char *says)
{
    ink_error err;
    assert_int_equal(strlen(from), strlen(to));
    uint8_t *copy = malloc(size);
    memcpy(copy, bytes, size);
    uint8_t *at = memmem(copy, size, from, strlen(from));
    if (!at)
        fail_msg("the file does not say %s", from);
    memcpy(at, to, strlen(to));
    if (parse(copy, size, &err) != INK_EFORMAT)
        fail_msg("%s for %s: status %d", to, from, err.status);
    assert_says(err, says);
    free(copy);
}

static void a_file_that_lies_is_refused_by_name(void **state)
{
    (void)state;
    NEEDS_JANSSON();
    scratch s;
    size_t size;
    scratch_open(&s);
    uint8_t *bytes = small_file(&s, &size);
    expect_after(bytes, size, "\"inkling 1\"", "\"inkling 9\"", "inkling 9");
    expect_after(bytes, size, "\"network\"", "\"netwerk\"", "network");
    expect_after(bytes, size, "2 dense 2 softmax", "2 danse 2 softmax", "danse");
    expect_after(bytes, size, "2 dense 2 softmax", "2 dense 9 softmax", "0.dense.weight");
    expect_after(bytes, size, "\"F32\"", "\"F64\"", "F64");
    expect_after(bytes, size, "[2,2]", "[2,3]", "0.dense.weight");
    expect_after(bytes, size, "[2,2]", "[2,-]", "JSON");
    expect_after(bytes, size, "0.dense.bias", "0.dense.blas", "0.dense.bias");
    expect_after(bytes, size, "[\\\"safe\\\",", "[\\\"safe\\\" ", "class");
    expect_after(bytes, size, "1x2x1", "1x3x1", "1x3x1");
    expect_after(bytes, size, "\"framing\":\"none\"", "\"framing\":\"nine\"", "nine");
    expect_after(bytes, size, "\"cost\":\"squared\"", "\"cost\":\"circled\"", "circled");
    expect_after(bytes, size, "\"cost\"", "\"co\\q\"", "JSON");
    ink__free(bytes);
    scratch_close(&s);
}

static void numbers_that_are_not_finite_are_refused(void **state)
{
    (void)state;
    NEEDS_JANSSON();
    scratch s;
    size_t size;
    ink_error err;
    scratch_open(&s);
    uint8_t *bytes = small_file(&s, &size);
    const float bad = NAN;
    memcpy(bytes + size - sizeof bad, &bad, sizeof bad);
    assert_int_equal(parse(bytes, size, &err), INK_EFORMAT);
    assert_says(err, "not finite");
    ink__free(bytes);
    scratch_close(&s);
}

static void half_precision_is_read(void **state)
{
    (void)state;
    NEEDS_JANSSON();
    static const char header[] =
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]},"
        "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[8,12]}}";
    uint8_t bytes[512] = {(uint8_t)(sizeof header - 1)};
    static const uint16_t numbers[] = {0x3c00, 0xc000, 0x0001, 0x7bff, 0x3f80, 0xc049};
    memcpy(bytes + 8, header, sizeof header - 1);
    memcpy(bytes + 8 + sizeof header - 1, numbers, sizeof numbers);
    ink_error err = {.status = INK_OK};
    ink__safetensors *file =
        ink__safetensors_parse(bytes, 8 + sizeof header - 1 + sizeof numbers, "test", &err);
    assert_good(err.status, err);
    const float *a = ink__safetensors_tensor(file, "a")->values;
    const float *b = ink__safetensors_tensor(file, "b")->values;
    assert_true(a[0] == 1 && a[1] == -2 && a[3] == 65504);
    assert_near(a[2], 5.9604645e-8, 1e-15);
    assert_true(b[0] == 1 && b[1] == -3.140625f);
    ink__safetensors_free(file);
}

static void arrays_that_overlap_are_refused(void **state)
{
    (void)state;
    NEEDS_JANSSON();
    static const char header[] = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                                 "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}";
    uint8_t bytes[512] = {(uint8_t)(sizeof header - 1)};
    ink_error err = {.status = INK_OK};
    memcpy(bytes + 8, header, sizeof header - 1);
    assert_null(ink__safetensors_parse(bytes, 8 + sizeof header - 1 + 16, "test", &err));
    assert_says(err, "overlap");
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    NEEDS_JANSSON();
    scratch s;
    size_t size;
    scratch_open(&s);
    uint8_t *bytes = small_file(&s, &size);
    for (size_t n = 1;; n++) {
        ink_error err;
        ink__alloc_fail_at(n);
        ink_status status = parse(bytes, size, &err);
        ink__alloc_fail_at(0);
        if (status == INK_OK)
            break;
        assert_int_equal(status, INK_ENOMEM);
        assert_true(n < 100);
    }
    ink__free(bytes);
    scratch_close(&s);
}

static void a_drawing_is_framed_and_recognised_wherever_it_lies(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    ink_dataset *train = NULL, *test = NULL;
    ink_train_settings settings;
    ink_dataset_options_init(&options);
    options.limit = 3000;
    assert_good(ink_dataset_open("glyphs:digits", &options, &train, &test, &err), err);
    ink_model *model =
        ink_model_new(ink_network_new("784-50-10", &err), train, INK_COST_CROSS_ENTROPY, &err);
    ink_network_init(model->network, INK_INIT_AUTO, 1);
    ink_train_settings_init(&settings);
    settings.epochs = 3;
    assert_good(
        ink_train(model->network, &model->input, train, NULL, &settings, NULL, NULL, NULL, &err),
        err);
    static uint8_t paper[200 * 300];
    float scores[10], straight[10];
    bool blank = false;
    size_t same = 0;
    for (size_t i = 0; i < 40; i++) {
        const uint8_t *digit = ink_dataset_pixels(test, i);
        ink_picture small = {28, 28, 1, (uint8_t *)(uintptr_t)digit};
        ink_picture large = {200, 300, 1, paper};
        memset(paper, 250, sizeof paper); /* dark ink on light paper, three times as large */
        for (int y = 0; y < 84; y++)
            for (int x = 0; x < 84; x++)
                paper[(y + 90) * 300 + x + 30 + (int)i] =
                    (uint8_t)(250 - digit[y / 3 * 28 + x / 3] * 240 / 255);
        assert_good(ink_model_predict(model, &small, straight, &blank, &err), err);
        assert_good(ink_model_predict(model, &large, scores, &blank, &err), err);
        assert_false(blank);
        size_t a = 0, b = 0;
        for (size_t k = 1; k < 10; k++) {
            a = straight[k] > straight[a] ? k : a;
            b = scores[k] > scores[b] ? k : b;
        }
        same += a == b;
    }
    assert_true(same >= 37);
    memset(paper, 250, sizeof paper);
    ink_picture nothing = {200, 300, 1, paper};
    assert_good(ink_model_predict(model, &nothing, scores, &blank, &err), err);
    assert_true(blank && scores[0] == 0);
    ink_model_free(model);
    ink_dataset_free(train);
    ink_dataset_free(test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_comes_back_bit_for_bit),
        cmocka_unit_test(half_a_file_holds_weights_to_eleven_bits),
        cmocka_unit_test(a_file_cut_off_anywhere_is_refused),
        cmocka_unit_test(a_file_that_lies_is_refused_by_name),
        cmocka_unit_test(numbers_that_are_not_finite_are_refused),
        cmocka_unit_test(half_precision_is_read),
        cmocka_unit_test(arrays_that_overlap_are_refused),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
        cmocka_unit_test(a_drawing_is_framed_and_recognised_wherever_it_lies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
