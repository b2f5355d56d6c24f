/* Data sets by name and by path, from files made here; and from the real ones where they are. */
#include "tests/scratch.h"

#include "base/hash.h"
#include "data/dataset.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE, RECORD = 3073 };

/* IDX files of `count` pictures whose label is i % classes and whose pixels are all i. */
static void write_pair(scratch *s, const char *prefix, size_t count, int classes)
{
    uint8_t images[16 + 200 * PIXELS] = {0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, SIDE, 0, 0, 0, SIDE};
    uint8_t labels[8 + 200] = {0, 0, 8, 1};
    char name[128];
    assert_true(count <= 200);
    images[7] = labels[7] = (uint8_t)count;
    for (size_t i = 0; i < count; i++) {
        memset(images + 16 + i * PIXELS, (int)i, PIXELS);
        labels[8 + i] = (uint8_t)(i % (size_t)classes);
    }
    snprintf(name, sizeof name, "%s-images-idx3-ubyte", prefix);
    scratch_write(s, name, images, 16 + count * PIXELS);
    snprintf(name, sizeof name, "%s-labels-idx1-ubyte", prefix);
    scratch_write(s, name, labels, 8 + count);
}

static void write_mnist(scratch *s, const char *folder)
{
    char prefix[96];
    snprintf(prefix, sizeof prefix, "%s/train", folder);
    write_pair(s, prefix, 120, 10);
    snprintf(prefix, sizeof prefix, "%s/t10k", folder);
    write_pair(s, prefix, 30, 10);
}

static void write_cifar(scratch *s, const char *name, size_t count, uint8_t from)
{
    uint8_t records[20 * RECORD];
    memset(records, from, sizeof records);
    for (size_t i = 0; i < count; i++)
        records[i * RECORD] = (uint8_t)(i % 10);
    scratch_write(s, name, records, count * RECORD);
}

typedef struct opened {
    ink_dataset *train, *test;
    ink_status status;
    ink_error err;
} opened;

static opened open_set(const scratch *s, const char *name, double split, size_t limit)
{
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.folder = s ? s->folder : NULL;
    options.split = split;
    options.limit = limit;
    opened o = {.train = NULL};
    o.status = ink_dataset_open(name, &options, &o.train, &o.test, &o.err);
    assert_int_equal(o.status, o.err.status);
    return o;
}

static void close_set(opened *o)
{
    ink_dataset_free(o->train);
    ink_dataset_free(o->test);
}

static void refuse(const scratch *s, const char *name, ink_status status, const char *words)
{
    opened o = open_set(s, name, 0.2, 0);
    assert_true(!o.train && !o.test);
    assert_says(o.err, words);
    assert_int_equal(o.status, status);
}

static void mnist_is_found_in_any_folder_with_its_official_split(void **state)
{
    (void)state;
    static const char *const folders[] = {".", "mnist", "a/b/MNIST/raw", "a/b/c/d/e/f/g"};
    for (size_t i = 0; i < 4; i++) {
        scratch s;
        scratch_open(&s);
        write_mnist(&s, folders[i]);
        opened o = open_set(&s, "mnist", 0.5, 0);
        assert_good(o.status, o.err);
        assert_int_equal(ink_dataset_count(o.train), 120);
        assert_int_equal(ink_dataset_count(o.test), 30);
        assert_int_equal(ink_dataset_classes(o.train), 10);
        assert_string_equal(ink_dataset_class_name(o.test, 7), "7");
        assert_string_equal(ink_dataset_name(o.train), "mnist");
        assert_int_equal(ink_dataset_framing(o.test), INK_FRAMING_MNIST);
        for (size_t k = 0; k < 120; k++) {
            assert_int_equal(ink_dataset_label(o.train, k), k % 10);
            assert_int_equal(ink_dataset_pixels(o.train, k)[PIXELS - 1], k);
        }
        close_set(&o);
        scratch_close(&s);
    }
}

static void fashion_is_told_from_mnist_by_its_folder(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    write_mnist(&s, "fashion-mnist");
    refuse(&s, "mnist", INK_EIO, "inkling data get mnist");
    opened o = open_set(&s, "fashion", 0.2, 0);
    assert_good(o.status, o.err);
    assert_string_equal(ink_dataset_class_name(o.train, 9), "Ankle boot");
    assert_int_equal(ink_dataset_framing(o.train), INK_FRAMING_NONE);
    close_set(&o);
    write_pair(&s, "mnist/train", 50, 10);
    write_pair(&s, "mnist/t10k", 20, 10);
    o = open_set(&s, "mnist", 0.2, 0);
    assert_good(o.status, o.err);
    assert_int_equal(ink_dataset_count(o.train), 50);
    close_set(&o);
    scratch_close(&s);
}

static void a_part_that_is_not_wanted_is_not_read(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    write_mnist(&s, "mnist");
    scratch_write(&s, "mnist/t10k-images-idx3-ubyte", "broken", 6);
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.folder = s.folder;
    ink_error err = {.status = INK_OK};
    ink_dataset *train = NULL, *test = NULL;
    assert_good(ink_dataset_open("mnist", &options, &train, NULL, &err), err);
    assert_int_equal(ink_dataset_count(train), 120);
    ink_dataset_free(train);
    assert_int_equal(ink_dataset_open("mnist", &options, NULL, &test, &err), INK_EFORMAT);
    assert_null(test);
    assert_says(err, "t10k-images-idx3-ubyte");
    scratch_close(&s);
}

static void the_folder_may_come_from_the_environment(void **state)
{
    (void)state;
    scratch s;
    char *kept = getenv("INKLING_DATA"), *kept_home = getenv("XDG_DATA_HOME");
    kept = kept ? ink__strdup(kept, NULL) : NULL;
    kept_home = kept_home ? ink__strdup(kept_home, NULL) : NULL;
    scratch_open(&s);
    write_mnist(&s, "inkling/mnist");
    setenv("INKLING_DATA", s.folder, 1);
    opened o = open_set(NULL, "mnist", 0.2, 0);
    assert_good(o.status, o.err);
    close_set(&o);
    unsetenv("INKLING_DATA");
    setenv("XDG_DATA_HOME", s.folder, 1);
    o = open_set(NULL, "mnist", 0.2, 0);
    assert_good(o.status, o.err);
    close_set(&o);
    setenv("INKLING_DATA", "/nowhere/at/all", 1);
    refuse(NULL, "mnist", INK_EIO, "/nowhere/at/all, which does not exist");
    refuse(NULL, "cifar10", INK_EIO, "inkling data get cifar10");
    refuse(NULL, "quickdraw", INK_EIO, "/nowhere/at/all");
    kept ? setenv("INKLING_DATA", kept, 1) : unsetenv("INKLING_DATA");
    kept_home ? setenv("XDG_DATA_HOME", kept_home, 1) : unsetenv("XDG_DATA_HOME");
    ink__free(kept);
    ink__free(kept_home);
    scratch_close(&s);
}

static void a_broken_mnist_is_named_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *file, *bytes;
        size_t size;
        const char *words;
    } broken[] = {
        {"train-images-idx3-ubyte", "\0\0\10\3\0\0\0\1\0\0\0\34\0\0\0\34", 16, "cut short"},
        {"train-images-idx3-ubyte", "\0\0\10\3\0\0\0\0\0\0\0\34\0\0\0\34", 16, "120 labels"},
        {"train-images-idx3-ubyte", "no idx at all", 13, "not an IDX file"},
        {"train-images-idx3-ubyte", "\0\0\10\3\377\377\377\377\377\377\377\377\377\377\377\377", 16,
         "train-images"},
        {"t10k-labels-idx1-ubyte", "\0\0\10\1\0\0\0\1\3", 9, "30 samples"},
        {"t10k-labels-idx1-ubyte", "\0\0\11\1\0\0\0\36------------------------------", 38,
         "the label \"45\", which is none of the 10 classes"},
        {"t10k-labels-idx1-ubyte", "\0\0\11\1\0\0\0\1\377", 9, "t10k"},
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        scratch s;
        char name[64];
        scratch_open(&s);
        write_mnist(&s, "mnist");
        snprintf(name, sizeof name, "mnist/%s", broken[i].file);
        scratch_write(&s, name, broken[i].bytes, broken[i].size);
        refuse(&s, "mnist", INK_EFORMAT, broken[i].words);
        scratch_close(&s);
    }
}

static void a_missing_file_of_a_set_is_named(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    write_mnist(&s, "mnist");
    assert_int_equal(remove(scratch_path(&s, "mnist/train-labels-idx1-ubyte")), 0);
    refuse(&s, "mnist", INK_EIO, "lacks train-labels-idx1-ubyte");
    scratch_close(&s);
}

static void pictures_of_another_size_are_no_mnist(void **state)
{
    (void)state;
    static const uint8_t images[] = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 77};
    static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 1, 3};
    scratch s;
    scratch_open(&s);
    write_mnist(&s, "mnist");
    scratch_write(&s, "mnist/train-images-idx3-ubyte", images, sizeof images);
    scratch_write(&s, "mnist/train-labels-idx1-ubyte", labels, sizeof labels);
    refuse(&s, "mnist", INK_EFORMAT, "28 x 28 x 1");
    scratch_close(&s);
}

static void cifar_keeps_its_test_batch_and_its_names(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    for (int i = 1; i <= 5; i++) {
        char name[64];
        snprintf(name, sizeof name, "cifar-10-batches-bin/data_batch_%d.bin", i);
        write_cifar(&s, name, 10, (uint8_t)i);
    }
    write_cifar(&s, "cifar-10-batches-bin/test_batch.bin", 20, 66);
    opened o = open_set(&s, "cifar10", 0.2, 0);
    assert_good(o.status, o.err);
    assert_int_equal(ink_dataset_count(o.train), 50);
    assert_int_equal(ink_dataset_count(o.test), 20);
    assert_int_equal(ink_dataset_pixels(o.train, 49)[0], 5);
    assert_int_equal(ink_dataset_pixels(o.test, 0)[0], 66);
    assert_string_equal(ink_dataset_class_name(o.test, 1), "automobile");
    close_set(&o);
    assert_int_equal(remove(scratch_path(&s, "cifar-10-batches-bin/data_batch_4.bin")), 0);
    refuse(&s, "cifar10", INK_EIO, "lacks data_batch_4.bin");
    scratch_close(&s);
}

#if INK_HAVE_ARCHIVE
static void a_packed_cifar_is_read_part_by_part(void **state)
{
    (void)state;
    static const char *const names[] = {"data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"};
    static uint8_t batch[10 * RECORD], packed[1 << 20];
    scratch_member members[4] = {{"cifar-10-batches-bin/readme.html", "<p>", 3}};
    char paths[3][64];
    for (uint8_t i = 0; i < 10; i++)
        batch[i * RECORD] = i;
    for (size_t i = 0; i < 3; i++) {
        snprintf(paths[i], sizeof paths[i], "cifar-10-batches-bin/%s", names[i]);
        members[i + 1] = (scratch_member){paths[i], batch, sizeof batch};
    }
    size_t size = 0;
    scratch s;
    scratch_open(&s);
    scratch_pack("tar", "gz", members, 4, packed, sizeof packed, &size);
    scratch_write(&s, "x/cifar-10-binary.tar.gz", packed, size);
    opened o = open_set(&s, "cifar10", 0.2, 0);
    assert_good(o.status, o.err);
    assert_int_equal(ink_dataset_count(o.train), 20);
    assert_int_equal(ink_dataset_count(o.test), 10);
    close_set(&o);
    members[3].size--; /* a broken test batch is no reason not to train */
    scratch_pack("tar", "gz", members, 4, packed, sizeof packed, &size);
    scratch_write(&s, "x/cifar-10-binary.tar.gz", packed, size);
    refuse(&s, "cifar10", INK_EFORMAT, "test_batch.bin");
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.folder = s.folder;
    ink_dataset *train = NULL;
    ink_error err = {.status = INK_OK};
    assert_good(ink_dataset_open("cifar10", &options, &train, NULL, &err), err);
    assert_int_equal(ink_dataset_count(train), 20);
    ink_dataset_free(train);
    scratch_pack("tar", "gz", members, 3, packed, sizeof packed, &size);
    scratch_write(&s, "x/cifar-10-binary.tar.gz", packed, size);
    refuse(&s, "cifar10", INK_EFORMAT, "no test samples");
    scratch_close(&s);
}
#endif

/* The bitmaps of one category: `count` rows filled with `value`. */
static void write_doodles(scratch *s, const char *name, int count, uint8_t value)
{
    uint8_t bytes[96 + 40 * PIXELS];
    int used = snprintf((char *)bytes, sizeof bytes,
                        "\x93NUMPY\1%c\x46%c{'descr': '|u1', 'fortran_order': False, 'shape': "
                        "(%2d, 784), }%*s\n",
                        0, 0, count, 7, "");
    assert_int_equal(used, 80);
    memset(bytes + 80, value, (size_t)count * PIXELS);
    scratch_write(s, name, bytes, 80 + (size_t)count * PIXELS);
}

static void quickdraw_holds_out_the_last_fifth_of_each_category(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    write_doodles(&s, "quickdraw/cat.npy", 40, 1);
    write_doodles(&s, "quickdraw/bird.npy", 20, 2);
    write_doodles(&s, "quickdraw/train.npy", 10, 3);
    opened o = open_set(&s, "quickdraw", 0.2, 0);
    assert_good(o.status, o.err);
    assert_int_equal(ink_dataset_count(o.train), 56);
    assert_int_equal(ink_dataset_count(o.test), 14);
    assert_int_equal(ink_dataset_framing(o.train), INK_FRAMING_QUICKDRAW);
    assert_string_equal(ink_dataset_class_name(o.train, 0), "bird");
    assert_string_equal(ink_dataset_class_name(o.train, 2), "train");
    close_set(&o);
    o = open_set(&s, "quickdraw:cat, bird", 0.2, 0);
    assert_good(o.status, o.err);
    assert_int_equal(ink_dataset_classes(o.train), 2);
    assert_string_equal(ink_dataset_class_name(o.train, 0), "cat");
    for (size_t i = 0; i < ink_dataset_count(o.train); i++)
        assert_int_equal(ink_dataset_pixels(o.train, i)[0], ink_dataset_label(o.train, i) + 1);
    close_set(&o);
    refuse(&s, "quickdraw:cat,octopus", INK_EIO, "\"octopus\"");
    refuse(&s, "quickdraw:cat,,bird", INK_EINVAL, "no name");
    refuse(&s, "quickdraw:", INK_EINVAL, "no name");
    refuse(&s, "quickdraw:cat,Cat", INK_EINVAL, "twice");
    scratch_close(&s);
}

static void limit_keeps_the_classes_in_balance(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    write_mnist(&s, "mnist");
    for (size_t limit = 1; limit < 130; limit += 4) {
        opened o = open_set(&s, "mnist", 0.2, limit);
        size_t counts[10] = {0}, most = 0, least = SIZE_MAX, count = limit < 120 ? limit : 120;
        assert_good(o.status, o.err);
        assert_int_equal(ink_dataset_count(o.train), count);
        assert_int_equal(ink_dataset_count(o.test), 30);
        for (size_t i = 0; i < count; i++)
            counts[ink_dataset_label(o.train, i)]++;
        for (int k = 0; k < 10; k++) {
            most = counts[k] > most ? counts[k] : most;
            least = counts[k] < least ? counts[k] : least;
        }
        assert_true(most - least <= 1);
        close_set(&o);
    }
    scratch_close(&s);
}

static void split_0_gives_no_test_part(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    write_doodles(&s, "quickdraw/cat.npy", 10, 1);
    opened o = open_set(&s, "quickdraw", 0, 0);
    assert_good(o.status, o.err);
    assert_null(o.test);
    assert_int_equal(ink_dataset_count(o.train), 10);
    close_set(&o);
    scratch_close(&s);
}

static void wrong_calls_are_refused(void **state)
{
    (void)state;
    refuse(NULL, "", INK_EINVAL, "empty");
    refuse(NULL, "/nowhere/at/all", INK_EIO, "neither the name of a data set");
    opened o = open_set(NULL, "mnist", 0.95, 0);
    assert_int_equal(o.status, INK_EINVAL);
    assert_says(o.err, "0.95");
    o = open_set(NULL, "mnist", (double)NAN, 0);
    assert_int_equal(o.status, INK_EINVAL);
    assert_int_equal(ink_dataset_open("/nowhere", NULL, NULL, NULL, NULL), INK_EIO);
}

static void a_path_may_be_a_file_a_folder_or_what_was_saved(void **state)
{
    (void)state;
    static const char *const paths[] = {"set", "set/", "set/train-images-idx3-ubyte",
                                        "set/train-labels-idx1-ubyte", "set/train"};
    scratch s;
    scratch_open(&s);
    write_pair(&s, "set/train", 100, 5);
    for (size_t i = 0; i < 5; i++) {
        opened o = open_set(NULL, scratch_path(&s, paths[i]), 0.2, 0);
        assert_good(o.status, o.err);
        assert_int_equal(ink_dataset_count(o.train), 80);
        assert_int_equal(ink_dataset_count(o.test), 20);
        assert_int_equal(ink_dataset_classes(o.test), 5);
        close_set(&o);
    }
    write_pair(&s, "set/test", 10, 5);
    opened o = open_set(NULL, scratch_path(&s, "set"), 0.2, 0);
    assert_good(o.status, o.err);
    assert_int_equal(ink_dataset_count(o.train), 100);
    assert_int_equal(ink_dataset_count(o.test), 10);
    assert_string_equal(ink_dataset_name(o.train), "set");
    close_set(&o);
    assert_int_equal(remove(scratch_path(&s, "set/train-labels-idx1-ubyte")), 0);
    refuse(NULL, scratch_path(&s, "set"), INK_EFORMAT, "has no labels");
    assert_int_equal(remove(scratch_path(&s, "set/train-images-idx3-ubyte")), 0);
    assert_int_equal(remove(scratch_path(&s, "set/test-images-idx3-ubyte")), 0);
    refuse(NULL, scratch_path(&s, "set"), INK_EFORMAT, "has no samples");
    assert_int_equal(remove(scratch_path(&s, "set/test-labels-idx1-ubyte")), 0);
    refuse(NULL, scratch_path(&s, "set"), INK_EFORMAT, "holds no samples");
    refuse(NULL, scratch_write(&s, "x.txt", "some words", 10), INK_EFORMAT, "no format known");
    refuse(NULL, scratch_write(&s, "empty", "", 0), INK_EFORMAT, "no format known");
    scratch_close(&s);
}

static void what_is_saved_comes_back(void **state)
{
    (void)state;
#if INK_HAVE_DEFLATE || INK_HAVE_ARCHIVE
    scratch s;
    scratch_open(&s);
    static uint8_t pixels[40 * 32 * 32 * 3];
    int32_t labels[40];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(i * i >> 5);
    for (int i = 0; i < 40; i++)
        labels[i] = i % 10;
    for (int channels = 1; channels <= 3; channels += 2) {
        ink_error err = {.status = INK_OK};
        ink_dataset *set =
            ink_dataset_new_pictures(40, 32, 32, channels, pixels, labels, 10, NULL, &err);
        assert_non_null(set);
        const char *prefix = scratch_path(&s, channels == 1 ? "grey" : "colour");
        assert_good(ink_dataset_save(set, prefix, &err), err);
        opened o = open_set(NULL, prefix, 0, 0);
        assert_good(o.status, o.err);
        assert_int_equal(ink_dataset_count(o.train), 40);
        assert_memory_equal(ink_dataset_pixels(o.train, 0), pixels, (size_t)(40 * 1024 * channels));
        assert_memory_equal(o.train->labels, labels, sizeof labels);
        close_set(&o);
        ink_dataset_free(set);
    }
    scratch_close(&s);
#else
    skip();
#endif
}

static void what_cannot_be_saved_says_why(void **state)
{
    (void)state;
    static uint8_t pixels[32 * 32 * 4];
    static const float values[2] = {0, 1};
    static const int32_t label = 0;
    ink_error err = {.status = INK_OK};
    ink_dataset *sets[] = {
        ink_dataset_new_vectors(1, 2, values, &label, 2, NULL, &err),
        ink_dataset_new_pictures(1, 32, 32, 4, pixels, &label, 2, NULL, &err),
        ink_dataset_new_pictures(1, 16, 32, 3, pixels, &label, 2, NULL, &err),
        ink_dataset_new_pictures(1, 32, 32, 3, pixels, &label, 11, NULL, &err),
        ink_dataset_new_pictures(1, 32, 32, 1, pixels, &label, 257, NULL, &err),
    };
    static const char *const words[] = {"no pictures", "no pictures", "16 x 32", "11 classes",
                                        "257 classes"};
    for (size_t i = 0; i < 5; i++) {
        err = (ink_error){.status = INK_OK};
        assert_int_equal(ink_dataset_save(sets[i], "/nowhere/at/all", &err), INK_EINVAL);
        assert_says(err, words[i]);
        ink_dataset_free(sets[i]);
    }
}

static void every_failed_allocation_is_clean(void **state)
{
    (void)state;
    static const char *const names[] = {"mnist", "quickdraw:cat,bird", "PATH"};
    scratch s;
    scratch_open(&s);
    write_mnist(&s, "mnist");
    write_doodles(&s, "quickdraw/cat.npy", 4, 1);
    write_doodles(&s, "quickdraw/bird.npy", 4, 1);
    for (size_t i = 0; i < 3; i++) {
        ink_dataset_options options;
        ink_dataset_options_init(&options);
        options.folder = s.folder;
        options.limit = 7;
        ink_status status = INK_ENOMEM;
        const char *name = i == 2 ? scratch_path(&s, "mnist") : names[i];
        for (size_t n = 1; status != INK_OK; n++) {
            ink_error err = {.status = INK_OK};
            ink_dataset *train = NULL, *test = NULL;
            assert_true(n < 1000);
            ink__alloc_fail_at(n);
            status = ink_dataset_open(name, &options, &train, &test, &err);
            ink__alloc_fail_at(0);
            assert_int_equal(err.status, status);
            assert_int_equal(train != NULL, status == INK_OK);
            assert_int_equal(test != NULL, status == INK_OK);
            if (status != INK_OK)
                assert_says(err, "memory");
            ink_dataset_free(train);
            ink_dataset_free(test);
        }
    }
    scratch_close(&s);
}

/* The published files are packed. */
static bool real_data(void)
{
    return check_data_folder() && (INK_HAVE_ARCHIVE || INK_HAVE_DEFLATE);
}

static void check_digest(const ink_dataset *set, const uint8_t header[16], const char *expected)
{
#if INK_HAVE_GNUTLS
    char hex[INK_HASH_HEX];
    size_t size = set->count * PIXELS;
    uint8_t *file = malloc(16 + size);
    memcpy(file, header, 16);
    memcpy(file + 16, set->pixels, size);
    assert_int_equal(ink__sha256(file, 16 + size, hex, NULL), INK_OK);
    assert_string_equal(hex, expected);
    free(file);
#else
    (void)set, (void)header, (void)expected;
#endif
}

static void real_mnist_is_read_byte_for_byte(void **state)
{
    (void)state;
    if (!real_data())
        skip();
    static const uint8_t train[16] = {0, 0, 8, 3, 0, 0, 0xEA, 0x60, 0, 0, 0, 28, 0, 0, 0, 28};
    static const uint8_t test[16] = {0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 0, 28, 0, 0, 0, 28};
    opened o = open_set(NULL, "mnist", 0.2, 0);
    assert_good(o.status, o.err);
    assert_int_equal(ink_dataset_count(o.train), 60000);
    assert_int_equal(ink_dataset_count(o.test), 10000);
    check_digest(o.train, train,
                 "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db");
    check_digest(o.test, test, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");
    assert_int_equal(ink_dataset_label(o.train, 0), 5);
    assert_int_equal(ink_dataset_label(o.test, 0), 7);
    close_set(&o);
}

static void real_fashion_and_doodles_have_their_counts(void **state)
{
    (void)state;
    if (!real_data())
        skip();
    opened o = open_set(NULL, "fashion", 0.2, 1000);
    assert_good(o.status, o.err);
    assert_int_equal(ink_dataset_count(o.train), 1000);
    assert_int_equal(ink_dataset_count(o.test), 10000);
    close_set(&o);
    o = open_set(NULL, "quickdraw", 0.2, 0);
    assert_good(o.status, o.err);
    assert_int_equal(ink_dataset_classes(o.train), 10);
    assert_int_equal(ink_dataset_count(o.train), 32000);
    assert_int_equal(ink_dataset_count(o.test), 8000);
    close_set(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mnist_is_found_in_any_folder_with_its_official_split),
        cmocka_unit_test(fashion_is_told_from_mnist_by_its_folder),
        cmocka_unit_test(a_part_that_is_not_wanted_is_not_read),
        cmocka_unit_test(the_folder_may_come_from_the_environment),
        cmocka_unit_test(a_broken_mnist_is_named_with_the_reason),
        cmocka_unit_test(a_missing_file_of_a_set_is_named),
        cmocka_unit_test(pictures_of_another_size_are_no_mnist),
        cmocka_unit_test(cifar_keeps_its_test_batch_and_its_names),
#if INK_HAVE_ARCHIVE
        cmocka_unit_test(a_packed_cifar_is_read_part_by_part),
#endif
        cmocka_unit_test(quickdraw_holds_out_the_last_fifth_of_each_category),
        cmocka_unit_test(limit_keeps_the_classes_in_balance),
        cmocka_unit_test(split_0_gives_no_test_part),
        cmocka_unit_test(wrong_calls_are_refused),
        cmocka_unit_test(a_path_may_be_a_file_a_folder_or_what_was_saved),
        cmocka_unit_test(what_is_saved_comes_back),
        cmocka_unit_test(what_cannot_be_saved_says_why),
        cmocka_unit_test(every_failed_allocation_is_clean),
        cmocka_unit_test(real_mnist_is_read_byte_for_byte),
        cmocka_unit_test(real_fashion_and_doodles_have_their_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
