/* Data sets by path: class folders, .npz, several files that make one set, archives of these. */
#include "tests/scratch.h"

#include "data/dataset.h"
#include "inkling/picture.h"

typedef struct opened {
    ink_dataset *train, *test;
    ink_status status;
    ink_error err;
} opened;

static opened open_path(const char *path, double split)
{
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.split = split;
    opened o = {.train = NULL};
    o.status = ink_dataset_open(path, &options, &o.train, &o.test, &o.err);
    assert_int_equal(o.status, o.err.status);
    return o;
}

static void close_set(opened *o)
{
    ink_dataset_free(o->train);
    ink_dataset_free(o->test);
}

static void refuse(const char *path, const char *words)
{
    opened o = open_path(path, 0.2);
    assert_null(o.train);
    assert_null(o.test);
    assert_says(o.err, words);
    assert_int_equal(o.status, INK_EFORMAT);
}

/* The names of the classes, joined. */
static void expect_classes(const ink_dataset *set, const char *names)
{
    char found[256] = "";
    for (int k = 0; k < ink_dataset_classes(set); k++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", k ? " " : "",
                 ink_dataset_class_name(set, k));
    assert_string_equal(found, names);
}

static void csv_files_of_both_parts_share_one_list_of_classes(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    scratch_write(&s, "set/train.csv", "1,2,b\n3,4,c\n5,6,b\n", 18);
    scratch_write(&s, "set/test.csv", "7,8,a\n9,8,c\n", 12);
    scratch_write(&s, "set/README.md", "A set, of letters.\n", 19);
    opened o = open_path(scratch_path(&s, "set"), 0.2);
    assert_good(o.status, o.err);
    expect_classes(o.train, "a b c");
    expect_classes(o.test, "a b c");
    assert_int_equal(ink_dataset_count(o.train), 3);
    assert_int_equal(ink_dataset_label(o.train, 0), 1);
    assert_int_equal(ink_dataset_label(o.test, 0), 0);
    assert_near(ink_dataset_values(o.test, 1)[0], 9, 0);
    close_set(&o);
    scratch_write(&s, "set/more.csv", "1,2,3,d\n", 8);
    refuse(scratch_path(&s, "set"), "all samples of a set must have one shape");
    scratch_close(&s);
}

static void numbered_classes_are_sorted_as_numbers(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    scratch_write(&s, "set/a.csv", "0.5,10\n0.5,2\n", 13);
    scratch_write(&s, "set/b.csv", "0.5,9\n0.5,x\n", 12);
    opened o = open_path(scratch_path(&s, "set"), 0);
    assert_good(o.status, o.err);
    expect_classes(o.train, "2 9 10 x");
    assert_int_equal(ink_dataset_label(o.train, 0), 2);
    close_set(&o);
    scratch_close(&s);
}

static void strokes_are_a_class_named_after_their_file(void **state)
{
    (void)state;
    static const char line[] = "{\"word\":\"dog\",\"drawing\":[[[0,255],[0,255]],[[9],[200]]]}\n";
    char text[4 * sizeof line] = "";
    scratch s;
    scratch_open(&s);
    for (int i = 0; i < 4; i++)
        strcat(text, line);
    scratch_write(&s, "set/cat.ndjson", text, strlen(text));
    scratch_write(&s, "set/Eiffel Tower.ndjson", text, strlen(line) * 2);
    opened o = open_path(scratch_path(&s, "set"), 0.5);
    if (o.status == INK_EUNSUPPORTED) {
        assert_null(o.train);
        scratch_close(&s);
        skip();
    }
    assert_good(o.status, o.err);
    expect_classes(o.train, "Eiffel Tower cat");
    assert_int_equal(ink_dataset_count(o.train), 3);
    assert_int_equal(ink_dataset_count(o.test), 3);
    assert_int_equal(ink_dataset_framing(o.train), INK_FRAMING_QUICKDRAW);
    close_set(&o);
    o = open_path(scratch_write(&s, "bird.ndjson", "{\"drawing\": [[[0, ", 18), 0);
    assert_int_equal(o.status, INK_EFORMAT);
    assert_says(o.err, "bird.ndjson");
    scratch_close(&s);
}

#if INK_HAVE_PNG
static void write_picture(scratch *s, const char *name, int height, int width, int channels,
                          uint8_t value)
{
    uint8_t pixels[32 * 32 * 3];
    ink_error err = {.status = INK_OK};
    memset(pixels, value, sizeof pixels);
    if (channels == 3)
        pixels[0] = 255; /* or it would be read as grey */
    const ink_picture picture = {height, width, channels, pixels};
    scratch_write(s, name, "", 0); /* makes the folders */
    assert_good(ink_picture_save(&picture, scratch_path(s, name), &err), err);
}

static void folders_of_pictures_are_classes(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    for (int i = 0; i < 10; i++) {
        char name[64];
        snprintf(name, sizeof name, "set/dog/%d.png", i);
        write_picture(&s, name, 5, 7, 1, (uint8_t)(100 + i));
        snprintf(name, sizeof name, "set/cat/%d.png", i);
        write_picture(&s, name, 5, 7, 1, (uint8_t)i);
    }
    scratch_write(&s, "set/notes.txt", "nothing", 7);
    opened o = open_path(scratch_path(&s, "set"), 0.2);
    assert_good(o.status, o.err);
    int height, width, channels;
    ink_dataset_shape(o.train, &height, &width, &channels);
    assert_int_equal(height * 100 + width * 10 + channels, 571);
    expect_classes(o.train, "cat dog");
    assert_int_equal(ink_dataset_count(o.train), 16);
    assert_int_equal(ink_dataset_count(o.test), 4);
    for (size_t i = 0; i < 16; i++)
        assert_int_equal(ink_dataset_pixels(o.train, i)[34],
                         ink_dataset_label(o.train, i) * 100 + (int)(i % 8));
    assert_int_equal(ink_dataset_pixels(o.test, 3)[0], 109);
    close_set(&o);
    scratch_close(&s);
}

static void folders_named_train_and_test_are_the_official_split(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    write_picture(&s, "set/train/a/1.png", 2, 2, 1, 1);
    write_picture(&s, "set/train/b/1.png", 2, 2, 1, 2);
    write_picture(&s, "set/test/b/1.png", 2, 2, 1, 3);
    opened o = open_path(scratch_path(&s, "set"), 0.9);
    assert_good(o.status, o.err);
    assert_int_equal(ink_dataset_count(o.train), 2);
    assert_int_equal(ink_dataset_count(o.test), 1);
    expect_classes(o.test, "a b");
    assert_int_equal(ink_dataset_label(o.test, 0), 1);
    close_set(&o);
    scratch_close(&s);
}

static void grey_among_coloured_pictures_is_coloured(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    write_picture(&s, "set/a/1.png", 2, 2, 1, 50);
    write_picture(&s, "set/a/2.png", 2, 2, 3, 60);
    opened o = open_path(scratch_path(&s, "set"), 0);
    assert_good(o.status, o.err);
    static const uint8_t grey[12] = {50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50};
    assert_int_equal(ink_dataset_count(o.train), 2);
    assert_memory_equal(ink_dataset_pixels(o.train, 0), grey, 12);
    assert_int_equal(ink_dataset_pixels(o.train, 1)[0], 255);
    close_set(&o);
    scratch_close(&s);
}

static void pictures_that_do_not_fit_are_named(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    write_picture(&s, "set/a/1.png", 2, 2, 1, 50);
    write_picture(&s, "set/a/2.png", 3, 2, 1, 50);
    refuse(scratch_path(&s, "set"), "a/2.png is 3 x 2 pixels");
    write_picture(&s, "set/a/2.png", 2, 2, 1, 50);
    write_picture(&s, "set/b/1.png", 2, 3, 1, 50);
    refuse(scratch_path(&s, "set"), "b/1.png holds pictures of 2 x 3 x 1");
    scratch_write(&s, "set/b/1.png", "no picture", 10);
    refuse(scratch_path(&s, "set"), "b/1.png");
    write_picture(&s, "set/b/1.png", 2, 2, 1, 50);
    write_picture(&s, "set/alone.png", 2, 2, 1, 50);
    refuse(scratch_path(&s, "set"), "lies in no folder that names its class");
    scratch_close(&s);
}

static void failed_allocations_among_pictures_are_clean(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    write_picture(&s, "set/a/1.png", 2, 2, 1, 1);
    write_picture(&s, "set/a/2.png", 2, 2, 3, 2);
    write_picture(&s, "set/b/1.png", 2, 2, 1, 3);
    const char *path = scratch_path(&s, "set");
    ink_status status = INK_ENOMEM;
    for (size_t n = 1; status != INK_OK; n++) {
        ink_error err = {.status = INK_OK};
        ink_dataset *train = NULL;
        assert_true(n < 1000);
        ink__alloc_fail_at(n);
        status = ink_dataset_open(path, NULL, &train, NULL, &err);
        ink__alloc_fail_at(0);
        assert_int_equal(train != NULL, status == INK_OK);
        if (status != INK_OK)
            assert_says(err, "memory");
        ink_dataset_free(train);
    }
    scratch_close(&s);
}
#endif

#if INK_HAVE_ARCHIVE
static uint8_t packed[1 << 16];

/* A .npy of bytes; returns its size. */
static size_t npy(uint8_t *out, const char *type, const char *shape, const void *data, size_t size)
{
    char header[96];
    int length = snprintf(header, sizeof header,
                          "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", type, shape);
    memcpy(out, "\x93NUMPY\1\0", 8);
    out[8] = (uint8_t)length;
    out[9] = 0;
    memcpy(out + 10, header, (size_t)length);
    memcpy(out + 10 + length, data, size);
    return 10 + (size_t)length + size;
}

static void npz_pairs_x_with_y_and_knows_the_test_part(void **state)
{
    (void)state;
    static const uint8_t pixels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    uint8_t x[256], y[256], x_test[256], y_test[256];
    const scratch_member members[] = {
        {"x_train.npy", x, npy(x, "|u1", "(2, 2, 2)", pixels, 8)},
        {"y_train.npy", y, npy(y, "<i8", "(2, 1)", "\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16)},
        {"x_test.npy", x_test, npy(x_test, "|u1", "(1, 2, 2)", pixels + 8, 4)},
        {"y_test.npy", y_test, npy(y_test, "|u1", "(1,)", "\1", 1)}};
    size_t size = 0;
    scratch s;
    scratch_open(&s);
    scratch_pack("zip", "", members, 4, packed, sizeof packed, &size);
    opened o = open_path(scratch_write(&s, "set.npz", packed, size), 0.2);
    assert_good(o.status, o.err);
    expect_classes(o.train, "0 1 2 3");
    assert_int_equal(ink_dataset_count(o.train), 2);
    assert_int_equal(ink_dataset_label(o.train, 0), 3);
    assert_memory_equal(ink_dataset_pixels(o.train, 1), pixels + 4, 4);
    assert_int_equal(ink_dataset_count(o.test), 1);
    assert_int_equal(ink_dataset_label(o.test, 0), 1);
    assert_memory_equal(ink_dataset_pixels(o.test, 0), pixels + 8, 4);
    close_set(&o);
    scratch_pack("zip", "", members, 3, packed, sizeof packed, &size);
    refuse(scratch_write(&s, "set.npz", packed, size), "x_test.npy has no labels");
    scratch_pack("zip", "", members + 1, 3, packed, sizeof packed, &size);
    refuse(scratch_write(&s, "set.npz", packed, size), "y_train.npy has no samples");
    scratch_close(&s);
}

static void npz_of_floats_gives_vectors_and_planes_become_pixels(void **state)
{
    (void)state;
    static const float values[] = {0.5F, -1, 2, 3, 4, 5};
    static const uint8_t planes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    static const uint8_t first[] = {1, 6, 11, 2};
    uint8_t x[256], y[256];
    scratch_member members[] = {{"images.npy", x, npy(x, "<f4", "(2, 3)", values, 24)},
                                {"labels.npy", y, npy(y, "|u1", "(2,)", "\0\1", 2)}};
    size_t size = 0;
    scratch s;
    scratch_open(&s);
    scratch_pack("zip", "", members, 2, packed, sizeof packed, &size);
    opened o = open_path(scratch_write(&s, "set.npz", packed, size), 0);
    assert_good(o.status, o.err);
    assert_null(ink_dataset_pixels(o.train, 0));
    assert_near(ink_dataset_values(o.train, 0)[1], -1, 0);
    close_set(&o);
    members[0].size = npy(x, "|u1", "(1, 3, 1, 5)", planes, 15);
    members[1].size = npy(y, "|u1", "(1,)", "\0", 1);
    scratch_pack("zip", "", members, 2, packed, sizeof packed, &size);
    o = open_path(scratch_write(&s, "set.npz", packed, size), 0);
    assert_good(o.status, o.err);
    assert_memory_equal(ink_dataset_pixels(o.train, 0), first, sizeof first);
    close_set(&o);
    members[0].size = npy(x, "<f4", "(1, 1)", "\0\0\xC0\x7F", 4);
    members[1].size = npy(y, "<f4", "(1,)", "\0\0\0\x3F", 4);
    scratch_pack("zip", "", members, 2, packed, sizeof packed, &size);
    refuse(scratch_write(&s, "set.npz", packed, size), "has no samples");
    scratch_close(&s);
}

static void wrong_numbers_in_arrays_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *type, *shape, *bytes;
        size_t size;
        const char *label_type, *label;
        size_t label_size;
        const char *words;
    } wrong[] = {
        {"<f4", "(1, 2)", "\0\0\0\0\0\0\xC0\x7F", 8, "|u1", "\0", 1, "element 1 is no finite"},
        {"<f4", "(1, 2)", "\0\0\0\0\0\0\0\0", 8, "|i1", "\xFF", 1, "label 0 is -1"},
        {"<f4", "(1, 2)", "\0\0\0\0\0\0\0\0", 8, "<f4", "\0\0\0\x3F", 4, "label 0 is 0.5"},
        {"<f4", "(1, 2)", "\0\0\0\0\0\0\0\0", 8, "<u4", "\0\0\1\0", 4, "label 0 is 65536"},
        {"|u1", "(1, 0, 2)", "", 0, "|u1", "\0", 1, "0 x 2 x 1 are not possible"},
        {"|u1", "(1, 5, 1, 7)", "01234567890123456789012345678901234", 35, "|u1", "\0", 1,
         "1 x 7 x 5 are not possible"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint8_t x[256], y[256];
        const scratch_member members[] = {
            {"x.npy", x, npy(x, wrong[i].type, wrong[i].shape, wrong[i].bytes, wrong[i].size)},
            {"y.npy", y, npy(y, wrong[i].label_type, "(1,)", wrong[i].label, wrong[i].label_size)}};
        size_t size = 0;
        scratch s;
        scratch_open(&s);
        scratch_pack("zip", "", members, 2, packed, sizeof packed, &size);
        refuse(scratch_write(&s, "set.npz", packed, size), wrong[i].words);
        scratch_close(&s);
    }
}

static void an_archive_is_as_good_as_a_folder(void **state)
{
    (void)state;
    static const char *const ways[][2] = {{"zip", ""}, {"tar", "gz"}, {"tar", "xz"}};
    const scratch_member members[] = {{"set/train.csv", "1,2,b\n3,4,c\n5,6,b\n", 18},
                                      {"set/test.csv", "7,8,a\n9,8,c\n", 12},
                                      {"set/README", "words, words\n", 13}};
    for (size_t i = 0; i < 3; i++) {
        size_t size = 0;
        scratch s;
        scratch_open(&s);
        scratch_pack(ways[i][0], ways[i][1], members, 3, packed, sizeof packed, &size);
        opened o = open_path(scratch_write(&s, "set.dat", packed, size), 0.2);
        assert_good(o.status, o.err);
        expect_classes(o.train, "a b c");
        assert_int_equal(ink_dataset_count(o.train), 3);
        assert_int_equal(ink_dataset_count(o.test), 2);
        close_set(&o);
        scratch_close(&s);
    }
}

static void an_archive_of_pictures_may_name_their_class(void **state)
{
    (void)state;
#if INK_HAVE_PNG
    scratch s;
    scratch_open(&s);
    write_picture(&s, "one.png", 2, 2, 1, 9);
    uint8_t png[1024];
    FILE *file = fopen(scratch_path(&s, "one.png"), "rb");
    const scratch_member member = {"one.png", png, fread(png, 1, sizeof png, file)};
    fclose(file);
    size_t size = 0;
    scratch_pack("zip", "", &member, 1, packed, sizeof packed, &size);
    refuse(scratch_write(&s, "alone.zip", packed, size), "no folder");
    scratch_write(&s, "set/cats.zip", packed, size);
    scratch_pack("tar", "gz", &member, 1, packed, sizeof packed, &size);
    scratch_write(&s, "set/dogs.tar.gz", packed, size);
    opened o = open_path(scratch_path(&s, "set"), 0);
    assert_good(o.status, o.err);
    expect_classes(o.train, "cats dogs");
    assert_int_equal(ink_dataset_count(o.train), 2);
    close_set(&o);
    scratch_close(&s);
#else
    skip();
#endif
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_files_of_both_parts_share_one_list_of_classes),
        cmocka_unit_test(numbered_classes_are_sorted_as_numbers),
        cmocka_unit_test(strokes_are_a_class_named_after_their_file),
#if INK_HAVE_PNG
        cmocka_unit_test(folders_of_pictures_are_classes),
        cmocka_unit_test(folders_named_train_and_test_are_the_official_split),
        cmocka_unit_test(grey_among_coloured_pictures_is_coloured),
        cmocka_unit_test(pictures_that_do_not_fit_are_named),
        cmocka_unit_test(failed_allocations_among_pictures_are_clean),
#endif
#if INK_HAVE_ARCHIVE
        cmocka_unit_test(npz_pairs_x_with_y_and_knows_the_test_part),
        cmocka_unit_test(npz_of_floats_gives_vectors_and_planes_become_pixels),
        cmocka_unit_test(wrong_numbers_in_arrays_are_named),
        cmocka_unit_test(an_archive_is_as_good_as_a_folder),
        cmocka_unit_test(an_archive_of_pictures_may_name_their_class),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
