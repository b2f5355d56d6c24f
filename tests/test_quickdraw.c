/* Strokes are drawn as the published bitmaps show them. */
#include "tests/check.h"

#include "base/file.h"
#include "base/memory.h"
#include "data/quickdraw.h"

static const char ONE[] = "{\"word\":\"dot\",\"drawing\":[[[0,255],[0,255]],[[255,0],[0,255]]]}\n";

#define NEEDS_CAIRO()                                                                              \
    if (!INK_HAVE_CAIRO || !INK_HAVE_JANSSON)                                                      \
    skip()

static ink_status render(const char *text, uint8_t **pixels, size_t *count, ink_error *err)
{
    return ink__quickdraw_render_ndjson("test.ndjson", text, strlen(text), pixels, count, err);
}

static void a_cross_is_symmetric_and_has_room_around_it(void **state)
{
    (void)state;
    NEEDS_CAIRO();
    uint8_t *p = NULL;
    size_t count = 0;
    ink_error err = {.status = INK_OK};
    assert_good(render(ONE, &p, &count, &err), err);
    assert_int_equal(count, 1);
    for (int y = 0; y < 28; y++)
        for (int x = 0; x < 28; x++)
            assert_true(abs(p[y * 28 + x] - p[x * 28 + y]) <= 24);
    assert_int_equal(p[0], 0);
    assert_int_equal(p[14 * 28 + 14], 255);
    ink__free(p);
}

static void blank_lines_and_a_missing_last_newline_do_no_harm(void **state)
{
    (void)state;
    NEEDS_CAIRO();
    uint8_t *p = NULL;
    size_t count = 0;
    ink_error err = {.status = INK_OK};
    assert_good(render("\n  \n{\"drawing\":[[[1],[2]]]}\r\n\n{\"drawing\":[[[1,2],[2,3]]]}", &p,
                       &count, &err),
                err);
    assert_int_equal(count, 2);
    ink__free(p);
}

static void what_is_no_drawing_is_refused_with_its_line(void **state)
{
    (void)state;
    NEEDS_CAIRO();
    static const char *const wrong[] = {
        "{\"drawing\":[[[1],[2]]]}\nnot json\n",
        "\n{\"word\":\"cat\"}\n",
        "\n{\"drawing\":[]}",
        "\n{\"drawing\":[[[1,2],[1]]]}",
        "\n{\"drawing\":[[[],[]]]}",
        "\n{\"drawing\":[[[1e300],[1]]]}",
        "\n{\"drawing\":[[[\"a\"],[1]]]}",
        "\n{\"drawing\":5}",
        "\n{\"drawing\":[[[1],[2]]],\"drawing\":[[[1],[2]]]}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint8_t *p = NULL;
        size_t count = 7;
        ink_error err = {.status = INK_OK};
        assert_int_equal(render(wrong[i], &p, &count, &err), INK_EFORMAT);
        assert_says(err, "test.ndjson, line 2");
        assert_null(p);
        assert_int_equal(count, 7);
    }
}

static void memory_that_runs_out_leaves_nothing_behind(void **state)
{
    (void)state;
    NEEDS_CAIRO();
    uint8_t *p = NULL;
    size_t count = 0;
    ink_error err = {.status = INK_OK};
    ink__alloc_fail_at(1);
    assert_int_equal(render(ONE, &p, &count, &err), INK_ENOMEM);
    ink__alloc_fail_at(0);
    assert_null(p);
}

static void *read_data(const char *folder, const char *form, const char *name, size_t *size)
{
    char path[1024];
    ink_error err = {.status = INK_OK};
    snprintf(path, sizeof path, form, folder, name);
    void *bytes = ink__file_read(path, (size_t)1 << 30, size, &err);
    return bytes;
}

/* Drawing i of the strokes is row i of the bitmaps, for the ten categories that are in both. */
static void real_strokes_give_the_published_bitmaps(void **state)
{
    (void)state;
    NEEDS_CAIRO();
    static const struct {
        const char *bitmaps, *strokes;
    } names[] = {{"airplane", "airplane"}, {"banana", "banana"}, {"bird", "bird"},
                 {"book", "book"},         {"cat", "cat"},       {"clock", "alarm clock"},
                 {"dog", "dog"},           {"flower", "flower"}, {"house", "house"},
                 {"rainbow", "rainbow"}}; /* the bitmaps called clock show alarm clocks */
    const char *folder = check_data_folder();
    size_t pixels = 0, same = 0, drawings = 0, found = 0;
    for (size_t i = 0; folder && i < 10; i++) {
        size_t size, bitmap_size, count = 0;
        char *text =
            read_data(folder, "%s/quickdraw/simplified/%s.ndjson", names[i].strokes, &size);
        uint8_t *bitmaps =
            read_data(folder, "%s/quickdraw/numpy_bitmap/%s.npy", names[i].bitmaps, &bitmap_size);
        uint8_t *drawn = NULL;
        ink_error err = {.status = INK_OK};
        if (text && bitmaps) {
            found++;
            assert_good(
                ink__quickdraw_render_ndjson(names[i].strokes, text, size, &drawn, &count, &err),
                err);
            size_t header = 10 + bitmaps[8] + 256u * bitmaps[9]; /* of a .npy file, version 1 */
            header += bitmaps[header] == '\n'; /* samples cut one byte early from the published
                                                  file begin with the end of its header */
            assert_true(header + count * 784 <= bitmap_size);
            for (size_t k = 0; k < count * 784; k++)
                same += drawn[k] == bitmaps[header + k];
            pixels += count * 784;
            drawings += count;
        }
        ink__free(text);
        ink__free(bitmaps);
        ink__free(drawn);
    }
    if (found == 0)
        skip();
    assert_true(drawings > 200);
    if (same != pixels)
        fail_msg("%zu of %zu pixels differ in %zu drawings", pixels - same, pixels, drawings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cross_is_symmetric_and_has_room_around_it),
        cmocka_unit_test(blank_lines_and_a_missing_last_newline_do_no_harm),
        cmocka_unit_test(what_is_no_drawing_is_refused_with_its_line),
        cmocka_unit_test(memory_that_runs_out_leaves_nothing_behind),
        cmocka_unit_test(real_strokes_give_the_published_bitmaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
