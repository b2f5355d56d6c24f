/* IDX, .npy and CIFAR files, good ones and bad ones, one by one. */
#include "tests/scratch.h"

#include "data/array.h"
#include "data/gather.h"

/* A file in memory as a visitor gets it. */
static ink__file file_of(const char *name, const void *bytes, size_t size)
{
    uint8_t *copy = ink__alloc(size + 1, 1, NULL);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    return (ink__file){.shown = name, .name = name, .bytes = copy, .size = size};
}

typedef ink_status reader(ink__file *file, ink__array *array, ink_error *err);

static ink_status read_array(reader *read, const void *bytes, size_t size, ink__array *array,
                             ink_error *err)
{
    ink__file file = file_of("the file", bytes, size);
    *err = (ink_error){.status = INK_OK};
    ink_status status = read(&file, array, err);
    ink__free(file.bytes);
    assert_int_equal(status, err->status);
    return status;
}

static void refuse(reader *read, const void *bytes, size_t size, const char *words)
{
    ink_error err;
    ink__array array = {.rank = 77};
    assert_int_equal(read_array(read, bytes, size, &array, &err), INK_EFORMAT);
    assert_says(err, "the file");
    assert_says(err, words);
    assert_int_equal(array.rank, 77);
}

static const uint8_t IDX[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6};

static void idx_gives_its_shape_and_elements(void **state)
{
    (void)state;
    ink_error err;
    ink__array array;
    assert_true(ink__idx_recognise(IDX, sizeof IDX));
    assert_good(read_array(ink__idx_read, IDX, sizeof IDX, &array, &err), err);
    assert_int_equal(array.rank, 3);
    assert_int_equal(array.shape[0], 2);
    assert_int_equal(array.shape[1], 1);
    assert_int_equal(array.shape[2], 3);
    assert_int_equal(array.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_near(ink__array_value(&array, i), i + 1, 0);
    ink__free(array.bytes);
}

static void idx_numbers_are_big_endian(void **state)
{
    (void)state;
    static const uint8_t shorts[] = {0, 0, 0x0B, 1, 0, 0, 0, 2, 0x01, 0x02, 0xFF, 0xFE};
    static const uint8_t floats[] = {0, 0, 0x0D, 1, 0, 0, 0, 1, 0xBF, 0xC0, 0, 0};
    static const uint8_t doubles[] = {0, 0, 0x0E, 1, 0, 0, 0, 1, 0x40, 9, 0x21, 0, 0, 0, 0, 0};
    ink_error err;
    ink__array array;
    assert_good(read_array(ink__idx_read, shorts, sizeof shorts, &array, &err), err);
    assert_near(ink__array_value(&array, 0), 258, 0);
    assert_near(ink__array_value(&array, 1), -2, 0);
    ink__free(array.bytes);
    assert_good(read_array(ink__idx_read, floats, sizeof floats, &array, &err), err);
    assert_near(ink__array_value(&array, 0), -1.5, 0);
    ink__free(array.bytes);
    assert_good(read_array(ink__idx_read, doubles, sizeof doubles, &array, &err), err);
    assert_near(ink__array_value(&array, 0), 3.14111328125, 0);
    ink__free(array.bytes);
}

static void idx_cut_at_any_byte_is_refused(void **state)
{
    (void)state;
    for (size_t cut = 0; cut < sizeof IDX; cut++)
        refuse(ink__idx_read, IDX, cut, cut < 4 ? "not an IDX file" : "cut short");
}

static void idx_with_more_bytes_than_its_header_promises_is_refused(void **state)
{
    (void)state;
    uint8_t more[sizeof IDX + 1] = {0};
    memcpy(more, IDX, sizeof IDX);
    refuse(ink__idx_read, more, sizeof more, "too long");
}

static void idx_of_absurd_sizes_is_refused(void **state)
{
    (void)state;
    uint8_t absurd[sizeof IDX + 4];
    memset(absurd, 0xFF, sizeof absurd);
    memcpy(absurd, "\0\0\x0E\x04", 4);
    refuse(ink__idx_read, absurd, sizeof absurd, "more elements than a machine can address");
    absurd[2] = 8;
    memset(absurd + 8, 0, 12);
    memset(absurd + 4, 0xFF, 4);
    absurd[11] = absurd[15] = absurd[19] = 1;
    refuse(ink__idx_read, absurd, sizeof absurd, "promises 4294967295 bytes");
}

static void idx_of_wrong_magic_type_or_rank_is_refused(void **state)
{
    (void)state;
    static const uint8_t wrong[][4] = {{1, 0, 8, 3},  {0, 1, 8, 3}, {0, 0, 7, 3},
                                       {0, 0, 10, 3}, {0, 0, 8, 0}, {0, 0, 8, 5}};
    for (size_t i = 0; i < 6; i++) {
        uint8_t bytes[sizeof IDX];
        memcpy(bytes, IDX, sizeof IDX);
        memcpy(bytes, wrong[i], 4);
        assert_false(ink__idx_recognise(bytes, sizeof bytes));
        refuse(ink__idx_read, bytes, sizeof bytes, "not an IDX file");
    }
}

/* A .npy of version 1 with this header. */
static size_t npy(uint8_t *out, const char *header, const void *data, size_t size)
{
    size_t length = strlen(header);
    memcpy(out, "\x93NUMPY\1\0", 8);
    out[8] = (uint8_t)length;
    out[9] = (uint8_t)(length >> 8);
    memcpy(out + 10, header, length);
    memcpy(out + 10 + length, data, size);
    return 10 + length + size;
}

static void npy_gives_its_shape_and_elements(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *data;
        size_t size;
        int rank;
        double last;
    } good[] = {
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }\n", "\1\2\3\4", 4, 2, 4},
        {"{'shape': (2,), 'fortran_order': False, 'descr': '<i2'}", "\1\0\xFE\xFF", 4, 1, -2},
        {"{\"descr\":\"<i8\",\"fortran_order\":True,\"shape\":(1,)}", "\7\0\0\0\0\0\0\0", 8, 1, 7},
        {"{'descr': '>f4', 'fortran_order': False, 'shape': (1, 1, 1, 1)}", "\xBF\xC0\0\0", 4, 4,
         -1.5},
        {"{'descr': '<u4', 'fortran_order': False, 'shape': ( 1 , 1 )}", "\1\0\0\x80", 4, 2,
         2147483649.0},
        {"{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", "\0\1\1", 3, 1, 1},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        uint8_t bytes[256];
        ink_error err;
        ink__array array;
        size_t size = npy(bytes, good[i].header, good[i].data, good[i].size);
        assert_good(read_array(ink__npy_read, bytes, size, &array, &err), err);
        assert_int_equal(array.rank, good[i].rank);
        assert_near(ink__array_value(&array, array.count - 1), good[i].last, 0);
        ink__free(array.bytes);
        for (size_t cut = 0; cut < size; cut++) {
            ink__array none;
            assert_int_equal(read_array(ink__npy_read, bytes, cut, &none, &err), INK_EFORMAT);
        }
    }
}

static void npy_of_versions_2_and_3_has_a_longer_header(void **state)
{
    (void)state;
    const char *header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}";
    uint8_t bytes[128] = "\x93NUMPY\2";
    ink_error err;
    ink__array array;
    size_t length = strlen(header);
    bytes[8] = (uint8_t)length;
    memcpy(bytes + 12, header, length);
    bytes[12 + length] = 9;
    for (uint8_t version = 2; version <= 3; version++) {
        bytes[6] = version;
        assert_good(read_array(ink__npy_read, bytes, 13 + length, &array, &err), err);
        assert_near(ink__array_value(&array, 0), 9, 0);
        ink__free(array.bytes);
    }
    bytes[6] = 4;
    refuse(ink__npy_read, bytes, 13 + length, "version 4");
    bytes[6] = 2;
    bytes[11] = 0xFF;
    refuse(ink__npy_read, bytes, 13 + length, "its header claims");
}

static void npy_with_a_wrong_header_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "elements"},
        {"{'descr': [('a', '<u1')], 'fortran_order': False, 'shape': (1,)}", "elements"},
        {"{'fortran_order': False, 'shape': (1,)}", "elements"},
        {"{'descr': '|u1', 'fortran_order': False}", "shape"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': ()}", "shape"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1)}", "shape"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}", "shape"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1", "shape"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}", "shape"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
         "more elements"},
        {"{'descr': '|u1', 'fortran_order': True, 'shape': (1, 1)}", "column by column"},
        {"", "elements"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint8_t bytes[256];
        refuse(ink__npy_read, bytes, npy(bytes, wrong[i][0], "\1", 1), wrong[i][1]);
    }
}

enum { RECORD = 3073 };

static ink_status add_cifar(ink__gather *gather, const uint8_t *bytes, size_t size, ink_error *err)
{
    ink__file file = file_of("data_batch_1.bin", bytes, size);
    *err = (ink_error){.status = INK_OK};
    ink_status status = ink__cifar_add(gather, &file, err);
    ink__free(file.bytes);
    return status;
}

static void cifar_records_become_pictures_pixel_by_pixel(void **state)
{
    (void)state;
    uint8_t bytes[2 * RECORD];
    ink_error err;
    ink__gather gather = {.parts = NULL};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 % 251);
    bytes[0] = 3;
    bytes[RECORD] = 9;
    assert_true(ink__cifar_recognise(bytes, sizeof bytes));
    assert_good(add_cifar(&gather, bytes, sizeof bytes, &err), err);
    const ink_dataset *set = gather.parts[0].set;
    assert_int_equal(set->count, 2);
    assert_int_equal(set->labels[0], 3);
    assert_int_equal(set->labels[1], 9);
    assert_string_equal(set->class_names[3], "cat");
    for (size_t i = 0; i < 2; i++)
        for (size_t p = 0; p < 1024; p++)
            for (size_t c = 0; c < 3; c++)
                assert_int_equal(set->pixels[(i * 1024 + p) * 3 + c],
                                 bytes[i * RECORD + 1 + c * 1024 + p]);
    ink__gather_release(&gather);
}

static void cifar_of_a_wrong_length_or_label_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[2 * RECORD + 1] = {0};
    ink_error err;
    ink__gather gather = {.parts = NULL};
    assert_false(ink__cifar_recognise(bytes, sizeof bytes));
    assert_int_equal(add_cifar(&gather, bytes, sizeof bytes, &err), INK_EFORMAT);
    assert_says(err, "6147 bytes");
    assert_int_equal(add_cifar(&gather, bytes, 0, &err), INK_EFORMAT);
    bytes[RECORD] = 10;
    assert_int_equal(add_cifar(&gather, bytes, sizeof bytes - 1, &err), INK_EFORMAT);
    assert_says(err, "record 1 has the label 10");
    assert_int_equal(gather.part_count, 0);
    ink__gather_release(&gather);
}

static void every_failed_allocation_of_cifar_is_clean(void **state)
{
    (void)state;
    uint8_t bytes[RECORD] = {0};
    ink_status status = INK_ENOMEM;
    for (size_t n = 1; status != INK_OK; n++) {
        ink_error err = {.status = INK_OK};
        ink__gather gather = {.parts = NULL};
        ink__file file = file_of("x.bin", bytes, sizeof bytes);
        assert_true(n < 200);
        ink__alloc_fail_at(n);
        status = ink__cifar_add(&gather, &file, &err);
        ink__alloc_fail_at(0);
        assert_int_equal(err.status, status);
        assert_int_equal(gather.part_count, status == INK_OK);
        ink__free(file.bytes);
        ink__gather_release(&gather);
    }
}

static void planes_become_pixels(void **state)
{
    (void)state;
    uint8_t pixels[] = {1, 2, 3, 4, 11, 12, 13, 14};
    static const uint8_t mixed[] = {1, 3, 2, 4, 11, 13, 12, 14};
    ink_error err = {.status = INK_OK};
    assert_good(ink__interleave(pixels, 2, 2, 2, &err), err);
    assert_memory_equal(pixels, mixed, sizeof mixed);
}

static void names_tell_the_part(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        ink__role role;
    } names[] = {{"train-images-idx3-ubyte", INK__ROLE_TRAIN},
                 {"t10k-images.idx3-ubyte.gz", INK__ROLE_TEST},
                 {"x_test.npy", INK__ROLE_TEST},
                 {"TRAIN/cat", INK__ROLE_TRAIN},
                 {"train.zip/test/cat", INK__ROLE_TEST},
                 {"contest/latest.csv", INK__ROLE_NONE},
                 {"data_batch_1.bin", INK__ROLE_NONE},
                 {"", INK__ROLE_NONE}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(ink__role_of(names[i].name, strlen(names[i].name)), names[i].role);
}

static void names_tell_the_category(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"cat.npy", "cat"},
                                           {"a/house plant.ndjson.gz", "house plant"},
                                           {"full_numpy_bitmap_bird.npy", "bird"},
                                           {"St. Paul.npy.xz", "St. Paul"},
                                           {".npy", ".npy"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const ink__file file = {.shown = names[i][0], .name = names[i][0]};
        char *category = ink__file_category(&file, NULL);
        assert_string_equal(category, names[i][1]);
        ink__free(category);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idx_gives_its_shape_and_elements),
        cmocka_unit_test(idx_numbers_are_big_endian),
        cmocka_unit_test(idx_cut_at_any_byte_is_refused),
        cmocka_unit_test(idx_with_more_bytes_than_its_header_promises_is_refused),
        cmocka_unit_test(idx_of_absurd_sizes_is_refused),
        cmocka_unit_test(idx_of_wrong_magic_type_or_rank_is_refused),
        cmocka_unit_test(npy_gives_its_shape_and_elements),
        cmocka_unit_test(npy_of_versions_2_and_3_has_a_longer_header),
        cmocka_unit_test(npy_with_a_wrong_header_is_refused),
        cmocka_unit_test(cifar_records_become_pictures_pixel_by_pixel),
        cmocka_unit_test(cifar_of_a_wrong_length_or_label_is_refused),
        cmocka_unit_test(every_failed_allocation_of_cifar_is_clean),
        cmocka_unit_test(planes_become_pixels),
        cmocka_unit_test(names_tell_the_part),
        cmocka_unit_test(names_tell_the_category),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
