/* CSV: separators, headings, the column of labels, pictures, and lines that are wrong. */
#include "tests/scratch.h"

#include "base/random.h"
#include "data/csv.h"

/* The set of one text, or NULL with the error. */
static ink_dataset *read_bytes(const char *text, size_t size, ink_error *err)
{
    uint8_t *copy = ink__alloc(size + 1, 1, NULL);
    assert_non_null(copy);
    memcpy(copy, text, size);
    ink__file file = {.shown = "table.csv", .name = "table.csv", .bytes = copy, .size = size};
    ink__gather gather = {.parts = NULL};
    *err = (ink_error){.status = INK_OK};
    ink_status status = ink__csv_add(&gather, &file, err);
    ink_dataset *set = NULL;
    assert_int_equal(status != INK_OK, err->status != INK_OK);
    if (status == INK_OK) {
        set = gather.parts[0].set;
        gather.part_count = 0;
        ink__free(gather.parts[0].shown);
    }
    ink__gather_release(&gather);
    ink__free(file.bytes);
    return set;
}

static ink_dataset *read_text(const char *text, ink_error *err)
{
    return read_bytes(text, strlen(text), err);
}

static void refuse(const char *text, const char *words)
{
    ink_error err;
    assert_null(read_text(text, &err));
    assert_int_equal(err.status, INK_EFORMAT);
    assert_says(err, "table.csv");
    assert_says(err, words);
}

/* Reads and checks the labels (a digit each) and the class names (joined by blanks). */
static ink_dataset *expect(const char *text, int width, const char *labels, const char *names)
{
    ink_error err;
    char found[256] = "";
    ink_dataset *set = read_text(text, &err);
    assert_good(err.status, err);
    assert_int_equal(set->width, width);
    assert_int_equal(set->count, strlen(labels));
    for (size_t i = 0; i < set->count; i++)
        assert_int_equal(set->labels[i], labels[i] - '0');
    for (int k = 0; k < set->classes; k++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", k ? " " : "",
                 set->class_names[k]);
    assert_string_equal(found, names);
    return set;
}

static void a_column_of_words_is_the_label(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "1,2,cat\n3,4.5,dog\n-5e-1,6,cat\n",
        "cat,1,2\ndog,3,4.5\ncat,-.5,6",
        "a,b,c\n1,2,cat\n3,4.5,dog\n-0.5,+6,cat\n",
        "\xEF\xBB\xBF"
        "1;2;cat\r\n3;4.5;dog\r\n-0.5;6;cat\r\n",
        "1\t2\tcat\n\n3\t4.5\tdog\n\n\n-0.5\t6\tcat\n\n",
        "\"1\" , 2 , \"cat\"\n 3 ,\"4.5\", dog \n-0.5,6,cat\n",
    };
    static const float values[] = {1, 2, 3, 4.5F, -0.5F, 6};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ink_dataset *set = expect(texts[i], 2, "010", "cat dog");
        for (int k = 0; k < 6; k++)
            assert_near(set->values[k], values[k], 0);
        assert_null(set->pixels);
        ink_dataset_free(set);
    }
}

static void a_named_column_is_the_label(void **state)
{
    (void)state;
    ink_dataset_free(expect("x,label,y\n1,0,3\n1,1,3\n", 2, "01", "0 1"));
    ink_dataset_free(expect("x,Class,y\n1,b,3\n1,a,3\n", 2, "10", "a b"));
    ink_dataset_free(expect("label,x\n1,0\n0,1\n", 1, "10", "0 1"));
}

static void whole_numbers_in_the_last_column_else_the_first_are_labels(void **state)
{
    (void)state;
    ink_dataset_free(expect("1,2,0\n3,4,2\n", 2, "02", "0 1 2"));
    ink_dataset_free(expect("1,0.5\n0,1.5\n", 1, "10", "0 1"));
    ink_dataset_free(expect("0.5,-1\n1.5,1\n", 1, "01", "-1 1"));
    ink_dataset_free(expect("0.5,10\n1.5,2\n2.5,10\n", 1, "101", "2 10"));
    refuse("0.5,1.5\n2.5,3.5\n", "no column of labels");
}

static void quotes_may_hold_separators_quotes_and_new_lines(void **state)
{
    (void)state;
    ink_dataset_free(expect("1,\"a,\"\"b\"\"\"\n2,\"c\nd\"\n", 1, "01", "a,\"b\" c?d"));
}

static void seven_hundred_and_eighty_four_bytes_are_a_picture(void **state)
{
    (void)state;
    static char text[20000];
    size_t used = 0;
    for (int row = 0; row < 2; row++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%d", 7 - row);
        for (int i = 0; i < 784; i++)
            used += (size_t)snprintf(text + used, sizeof text - used, ",%d", (i * 3 + row) % 256);
        text[used++] = '\n';
    }
    ink_error err;
    ink_dataset *set = read_bytes(text, used, &err);
    assert_good(err.status, err);
    assert_int_equal(set->height, 28);
    assert_int_equal(set->width, 28);
    assert_int_equal(set->labels[0], 1);
    assert_string_equal(set->class_names[0], "6");
    for (size_t i = 0; i < 784; i++)
        assert_int_equal(set->pixels[784 + i], (i * 3 + 1) % 256);
    ink_dataset_free(set);
    *strstr(text, ",255") = ' '; /* a column less */
    set = read_bytes(text, used, &err);
    assert_null(set);
    assert_says(err, "line 2 has 785 columns, where 784 were expected");
}

static void wrong_lines_are_named(void **state)
{
    (void)state;
    refuse("", "is empty");
    refuse("\n\n \n", "is empty");
    refuse("1\n2\n", "has 1 columns");
    refuse("1,2,a\n1,2\n", "line 2 has 2 columns");
    refuse("1,2,a\n\n1,2,3,4\n", "line 3 has 4 columns");
    refuse("x,y,label\n1,2,a\n1,zwei,b\n", "line 3, column 2: \"zwei\" is no number");
    refuse("x,y,label\n1,2,a\n,2,b\n", "line 3, column 1: \"\" is no number");
    refuse("x,y,label\n1,nan,a\n", "\"nan\" is no number");
    refuse("x,y,label\n1,-inf,a\n", "\"-inf\" is no number");
    refuse("x,y,label\n1,0x10,a\n", "\"0x10\" is no number");
    refuse("x,y,label\n1,1e99,a\n", "\"1e99\" is no number");
    refuse("x,y,label\n1,1e999,a\n", "\"1e999\" is no number");
    refuse("1,2,3 4\n1,2,a\n1,b,c\n", "is no number");
}

static void text_without_columns_of_numbers_is_not_taken_for_a_table(void **state)
{
    (void)state;
    static const char *const no[] = {"",          "hello",        "hello, world\n",
                                     "1\n2\n3\n", "a,b\n1,2,3\n", "a,b\1\n1,2\n"};
    static const char *const yes[] = {"a,b\n1,2\n", "1,2\n", "1;a\n2;b", "x\ty\n0\t1\n"};
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(ink__csv_recognise((const uint8_t *)no[i], strlen(no[i])));
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(ink__csv_recognise((const uint8_t *)yes[i], strlen(yes[i])));
    assert_false(ink__csv_recognise((const uint8_t *)"1,2\n\0", 5));
}

static void noise_is_read_or_refused_but_never_harms(void **state)
{
    (void)state;
    static const char signs[] = "0123456789,,,;\n\n\"\".-+eE x\t\r\\";
    ink_random random = ink__random(ink__key(7, 0, 0));
    for (int round = 0; round < 20000; round++) {
        char text[64];
        size_t size = ink__random_below(&random, sizeof text);
        for (size_t i = 0; i < size; i++)
            text[i] = signs[ink__random_below(&random, sizeof signs - 1)];
        ink_error err;
        ink_dataset_free(read_bytes(text, size, &err));
    }
}

static void every_failed_allocation_is_clean(void **state)
{
    (void)state;
    bool done = false;
    for (size_t n = 1; !done; n++) {
        ink_error err = {.status = INK_OK};
        ink__gather gather = {.parts = NULL};
        uint8_t *copy = ink__alloc(32, 1, NULL);
        memcpy(copy, "1,2,cat\n3,4,dog\n", 16);
        ink__file file = {.shown = "t", .name = "t", .bytes = copy, .size = 16};
        assert_true(n < 100);
        ink__alloc_fail_at(n);
        done = ink__csv_add(&gather, &file, &err) == INK_OK;
        ink__alloc_fail_at(0);
        assert_int_equal(err.status, done ? INK_OK : INK_ENOMEM);
        assert_int_equal(gather.part_count, done);
        ink__free(file.bytes);
        ink__gather_release(&gather);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_of_words_is_the_label),
        cmocka_unit_test(a_named_column_is_the_label),
        cmocka_unit_test(whole_numbers_in_the_last_column_else_the_first_are_labels),
        cmocka_unit_test(quotes_may_hold_separators_quotes_and_new_lines),
        cmocka_unit_test(seven_hundred_and_eighty_four_bytes_are_a_picture),
        cmocka_unit_test(wrong_lines_are_named),
        cmocka_unit_test(text_without_columns_of_numbers_is_not_taken_for_a_table),
        cmocka_unit_test(noise_is_read_or_refused_but_never_harms),
        cmocka_unit_test(every_failed_allocation_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
