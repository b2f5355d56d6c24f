/* Recipes are taken at their word: lines, lines that go on, comments, and nothing else. */
#include "tests/check.h"

#include "base/memory.h"
#include "inkling/recipe.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ink_recipe *recipe_of(const char *bytes, size_t size, ink_error *err)
{
    char path[] = "/tmp/inkling-recipe-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    close(file);
    ink_recipe *recipe = ink_recipe_open(path, err);
    unlink(path);
    return recipe;
}

static void lines_become_names_and_values(void **state)
{
    (void)state;
    static const char text[] = "# Digits,\r\n  #   quickly. \n\n"
                               "dataset  mnist \n"
                               "net 4x4x1\tconv 2 3x3 # small\n"
                               "\n# in between\n"
                               "   relu  # goes on\n"
                               "\tdense 2\n"
                               "quiet\n"
                               "note c#3\n"
                               "epochs 8\nepochs=9";
    static const char *const lines[][2] = {
        {"dataset", "mnist"}, {"net", "4x4x1\tconv 2 3x3 relu dense 2"},
        {"quiet", ""},        {"note", "c#3"},
        {"epochs", "8"},      {"epochs", "9"},
    };
    ink_error err = {.status = INK_OK};
    ink_recipe *recipe = recipe_of(text, sizeof text - 1, &err);
    assert_good(err.status, err);
    assert_string_equal(ink_recipe_about(recipe), "Digits, quickly.");
    assert_int_equal(ink_recipe_lines(recipe), sizeof lines / sizeof *lines);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_string_equal(ink_recipe_name(recipe, i), lines[i][0]);
        assert_string_equal(ink_recipe_value(recipe, i), lines[i][1]);
    }
    assert_string_equal(ink_recipe_find(recipe, "epochs"), "9");
    assert_null(ink_recipe_find(recipe, "rate"));
    ink_recipe_free(recipe);
}

static void a_recipe_may_be_empty_and_a_name_may_be_its_end(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_recipe *recipe = recipe_of("", 0, &err);
    assert_good(err.status, err);
    assert_int_equal(ink_recipe_lines(recipe), 0);
    assert_string_equal(ink_recipe_about(recipe), "");
    ink_recipe_free(recipe);
    recipe = recipe_of("a\n b\nc", 6, &err);
    assert_string_equal(ink_recipe_value(recipe, 0), "b");
    assert_string_equal(ink_recipe_name(recipe, 1), "c");
    assert_string_equal(ink_recipe_value(recipe, 1), "");
    ink_recipe_free(recipe);
}

static void what_is_no_text_or_not_there_is_refused(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    assert_null(recipe_of("epochs\0 8", 9, &err));
    assert_int_equal(err.status, INK_EFORMAT);
    assert_says(err, "no text");
    err = (ink_error){.status = INK_OK};
    assert_null(ink_recipe_open("/nowhere/fish.txt", &err));
    assert_int_equal(err.status, INK_EIO);
    assert_says(err, "/nowhere/fish.txt");
    char *large = calloc(70000, 1);
    memset(large, 'a', 70000);
    err = (ink_error){.status = INK_OK};
    assert_null(recipe_of(large, 70000, &err));
    assert_int_equal(err.status, INK_EFORMAT);
    assert_says(err, "65536 bytes");
    free(large);
}

static void without_memory_there_is_no_recipe(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        ink_error err = {.status = INK_OK};
        ink__alloc_fail_at(n);
        ink_recipe *recipe = recipe_of("epochs 8", 8, &err);
        ink__alloc_fail_at(0);
        if (recipe) {
            ink_recipe_free(recipe);
            assert_int_equal(n, 6); /* five allocations, each was seen to fail */
            return;
        }
        assert_int_equal(err.status, INK_ENOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_names_and_values),
        cmocka_unit_test(a_recipe_may_be_empty_and_a_name_may_be_its_end),
        cmocka_unit_test(what_is_no_text_or_not_there_is_refused),
        cmocka_unit_test(without_memory_there_is_no_recipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
