/* Pictures in files, framing, contact sheets, pictures as text. */
#include "tests/check.h"

#include "base/file.h"
#include "base/memory.h"
#include "inkling/inkling.h"
#include "tests/scratch.h"

#include <stdbool.h>

static ink_picture make_picture(int height, int width, int channels)
{
    ink_error err = {.status = INK_OK};
    ink_picture p = {height, width, channels, NULL};
    size_t size = (size_t)(height * width * channels);
    p.pixels = ink__alloc(size, 1, &err);
    for (size_t i = 0; i < size; i++)
        p.pixels[i] = (uint8_t)(i * 37 % 251);
    return p;
}

static void a_png_comes_back_pixel_for_pixel(void **state)
{
    (void)state;
    if (!INK_HAVE_PNG)
        skip();
    scratch s;
    ink_error err = {.status = INK_OK};
    scratch_open(&s);
    for (int channels = 1; channels <= 3; channels += 2) {
        ink_picture p = make_picture(13, 21, channels), back;
        const char *path = scratch_path(&s, "p.png");
        assert_good(ink_picture_save(&p, path, &err), err);
        assert_good(ink_picture_load(path, 0, &back, &err), err);
        assert_int_equal(back.height, 13);
        assert_int_equal(back.width, 21);
        assert_int_equal(back.channels, channels);
        assert_memory_equal(back.pixels, p.pixels, (size_t)(13 * 21 * channels));
        ink_picture_release(&back);
        assert_good(ink_picture_load(path, 4 - channels, &back, &err), err);
        assert_int_equal(back.channels, 4 - channels);
        ink_picture_release(&back);
        ink_picture_release(&p);
    }
    scratch_close(&s);
}

static void a_png_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    if (!INK_HAVE_PNG)
        skip();
    scratch s;
    size_t size;
    ink_error err = {.status = INK_OK};
    scratch_open(&s);
    ink_picture p = make_picture(9, 9, 1), back = {.height = -1};
    assert_good(ink_picture_save(&p, scratch_path(&s, "p.png"), &err), err);
    uint8_t *bytes = ink__file_read(scratch_path(&s, "p.png"), 1 << 20, &size, &err);
    for (size_t cut = 0; cut + 12 < size; cut++) { /* the end mark is not missed */
        err = (ink_error){.status = INK_OK};
        assert_int_equal(ink_picture_decode(bytes, cut, "cut.png", 0, &back, &err), INK_EFORMAT);
        assert_says(err, "cut.png");
        assert_int_equal(back.height, -1);
    }
    ink__free(bytes);
    ink_picture_release(&p);
    scratch_close(&s);
}

static void a_picture_too_large_is_refused_before_memory_is_taken(void **state)
{
    (void)state;
    if (!INK_HAVE_PNG)
        skip();
    static const uint8_t head[] = {0x89, 'P',  'N',  'G',  13,  10,  26, 10,  0,    0,
                                   0,    13,   'I',  'H',  'D', 'R', 0,  0xf, 0x42, 0x40,
                                   0,    0xf,  0x42, 0x40, 8,   0,   0,  0,   0,    0xa8,
                                   0x4c, 0x3b, 0x8d, 0,    0,   0,   0};
    ink_error err = {.status = INK_OK};
    ink_picture p;
    assert_int_equal(ink_picture_decode(head, sizeof head, "huge.png", 0, &p, &err), INK_EFORMAT);
    assert_says(err, "huge.png");
    assert_int_equal(ink_picture_decode("hello", 5, "hello.txt", 0, &p, &err), INK_EFORMAT);
}

static void resizing_keeps_the_mean_and_the_size_it_has(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_picture p = make_picture(30, 42, 3), same, small;
    assert_good(ink_picture_resize(&p, 30, 42, &same, &err), err);
    assert_memory_equal(same.pixels, p.pixels, 30 * 42 * 3);
    assert_good(ink_picture_resize(&p, 7, 11, &small, &err), err);
    double before = 0, after = 0;
    for (int i = 0; i < 30 * 42 * 3; i++)
        before += p.pixels[i] / (30 * 42 * 3.0);
    for (int i = 0; i < 7 * 11 * 3; i++)
        after += small.pixels[i] / (7 * 11 * 3.0);
    assert_near(after, before, 1);
    err.status = INK_OK;
    assert_int_equal(ink_picture_resize(&p, 0, 5, &small, &err), INK_EINVAL);
    ink_picture_release(&small);
    ink_picture_release(&same);
    ink_picture_release(&p);
}

/* Ink of `high` x `wide` pixels on a larger paper. */
static ink_picture draw_block(int height, int width, int top, int left, int high, int wide,
                              bool on_paper)
{
    ink_picture p = make_picture(height, width, 1);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            bool ink = y >= top && y < top + high && x >= left && x < left + wide;
            p.pixels[y * width + x] = on_paper ? (ink ? 10 : 240) : (ink ? 255 : 0);
        }
    return p;
}

static void find_box(const ink_picture *p, int box[4])
{
    box[0] = box[2] = 999, box[1] = box[3] = -1;
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++)
            if (p->pixels[y * p->width + x] > 60) {
                box[0] = y < box[0] ? y : box[0];
                box[1] = y > box[1] ? y : box[1];
                box[2] = x < box[2] ? x : box[2];
                box[3] = x > box[3] ? x : box[3];
            }
}

static void mnist_framing_fits_20_pixels_and_centres_the_mass(void **state)
{
    (void)state;
    for (int paper = 0; paper < 2; paper++) {
        ink_error err = {.status = INK_OK};
        ink_picture p = draw_block(120, 90, 10, 5, 80, 40, paper), framed;
        int box[4];
        assert_good(ink_picture_frame(&p, INK_FRAMING_MNIST, 28, 28, &framed, &err), err);
        find_box(&framed, box);
        assert_int_equal(box[1] - box[0] + 1, 20);
        assert_int_equal(box[3] - box[2] + 1, 10);
        assert_near((box[0] + box[1]) / 2.0, 13.5, 1);
        assert_near((box[2] + box[3]) / 2.0, 13.5, 1);
        assert_int_equal(framed.pixels[14 * 28 + 14], 255);
        ink_picture_release(&framed);
        ink_picture_release(&p);
    }
}

static void quickdraw_framing_fills_all_but_a_pixel(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_picture p = draw_block(120, 90, 70, 35, 30, 52, false), framed;
    int box[4];
    assert_good(ink_picture_frame(&p, INK_FRAMING_QUICKDRAW, 28, 28, &framed, &err), err);
    find_box(&framed, box);
    assert_int_equal(box[2], 1);
    assert_int_equal(box[3], 26);
    assert_near((box[0] + box[1]) / 2.0, 13.5, 0.6);
    ink_picture_release(&framed);
    ink_picture_release(&p);
}

static void a_blank_paper_stays_blank_and_names_are_read(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_framing framing;
    ink_picture p = draw_block(50, 50, 0, 0, 0, 0, true), framed;
    assert_good(ink_picture_frame(&p, INK_FRAMING_MNIST, 28, 28, &framed, &err), err);
    for (int i = 0; i < 784; i++)
        assert_int_equal(framed.pixels[i], 0);
    ink_picture_release(&framed);
    ink_picture_release(&p);
    for (int f = INK_FRAMING_NONE; f <= INK_FRAMING_QUICKDRAW; f++) {
        assert_good(ink_framing_parse(ink_framing_name((ink_framing)f), &framing, &err), err);
        assert_int_equal(framing, f);
    }
    assert_int_equal(ink_framing_parse("golden", &framing, &err), INK_EINVAL);
    assert_says(err, "golden");
}

/* A digit that was framed by its publisher comes back nearly as it was. */
static void real_digits_are_framed_as_they_are(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_dataset *test = NULL;
    if (!check_data_folder() || ink_dataset_open("mnist", NULL, NULL, &test, NULL) != INK_OK)
        skip();
    double away = 0;
    for (size_t i = 0; i < 200; i++) {
        const uint8_t *digit = ink_dataset_pixels(test, i);
        static uint8_t large[112 * 112];
        for (int k = 0; k < 112 * 112; k++)
            large[k] = digit[k / 112 / 4 * 28 + k % 112 / 4];
        ink_picture p = {112, 112, 1, large}, framed;
        assert_good(ink_picture_frame(&p, INK_FRAMING_MNIST, 28, 28, &framed, &err), err);
        for (int k = 0; k < 784; k++)
            away += abs(framed.pixels[k] - digit[k]) / (200 * 784.0);
        ink_picture_release(&framed);
    }
    if (!(away < 6))
        fail_msg("a pixel differs by %g on average", away);
    ink_dataset_free(test);
}

static ink_dataset *glyphs(size_t count)
{
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    ink_dataset *data = NULL;
    ink_dataset_options_init(&options);
    options.limit = count;
    assert_good(ink_dataset_open("glyphs", &options, &data, NULL, &err), err);
    return data;
}

static void a_sheet_holds_its_samples_enlarged(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_dataset *data = glyphs(40);
    static const size_t indices[] = {3, 17, 29, 5, 8};
    static const char *const captions[] = {"cat as dog 98%", "", NULL, "x",
                                           "a very long caption indeed"};
    ink_picture sheet;
    assert_good(ink_dataset_sheet(data, indices, 5, 3, captions, &sheet, &err), err);
    assert_int_equal(sheet.width, 3 * (26 * 6 + 3 + 1) + 1);
    assert_int_equal(sheet.height, 2 * (85 + 11) + 1);
    for (int y = 0; y < 84; y++)
        for (int x = 0; x < 84; x++)
            assert_int_equal(sheet.pixels[(1 + y) * sheet.width + 1 + 160 + (159 - 84) / 2 + x],
                             ink_dataset_pixels(data, 17)[y / 3 * 28 + x / 3]);
    ink_picture_release(&sheet);
    static const char *const two[] = {"cat\nas dog", "\n", NULL, "18 letters a line!\nx\n", ""};
    assert_good(ink_dataset_sheet(data, indices, 5, 3, two, &sheet, &err), err);
    assert_int_equal(sheet.width, 3 * (18 * 6 + 3 + 1) + 1);
    assert_int_equal(sheet.height, 2 * (84 + 3 * 9 + 2 + 1) + 1);
    size_t white[3][3] = {{0}}; /* of the lines below the first row's cells */
    for (int cell = 0; cell < 3; cell++)
        for (int y = 0; y < 3 * 9; y++)
            for (int x = 0; x < 111; x++)
                white[cell][y / 9] +=
                    sheet.pixels[(1 + 84 + 1 + y) * sheet.width + 1 + 112 * cell + x] > 200;
    assert_true(white[0][0] > 10 && white[0][1] > 20 && white[0][2] == 0);
    assert_true(white[1][0] + white[1][1] + white[1][2] + white[2][0] + white[2][1] == 0);
    int left = 1 + 112 + (111 - 84) / 2;
    for (int y = 0; y < 84; y++)
        for (int x = 0; x < 84; x++)
            assert_int_equal(sheet.pixels[(1 + y) * sheet.width + left + x],
                             ink_dataset_pixels(data, 17)[y / 3 * 28 + x / 3]);
    ink_picture_release(&sheet);
    static const size_t beyond[] = {40};
    assert_int_equal(ink_dataset_sheet(data, beyond, 1, 0, NULL, &sheet, &err), INK_EINVAL);
    assert_says(err, "40");
    ink_dataset_free(data);
}

static void pictures_are_lines_of_text(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_dataset *data = glyphs(40);
    static const size_t indices[] = {0, 1, 2};
    static const char *const captions[] = {"one", "two\nlines", "three"};
    for (int style = INK_TERMINAL_COLOUR; style <= INK_TERMINAL_ASCII; style++) {
        char *text =
            ink_dataset_text(data, indices, 3, 2, captions, (ink_terminal_style)style, &err);
        assert_good(err.status, err);
        size_t lines = 0;
        for (const char *at = text; *at; at++)
            lines += *at == '\n';
        assert_int_equal(lines, 14 + 2 + 14 + 1);
        const char *two = strstr(text, "two"), *second = strstr(text, "lines");
        assert_true(two && second && strchr(two, '\n') < second && second < strstr(text, "three"));
        assert_true((strchr(text, '\033') != NULL) == (style == INK_TERMINAL_COLOUR));
        ink_text_free(text);
    }
    ink_dataset_free(data);
}

static void a_word_is_quoted_where_a_shell_would_read_more(void **state)
{
    (void)state;
    static const char *const words[][2] = {{"a/b-1.csv", "a/b-1.csv"},
                                           {"", "''"},
                                           {"my doodles", "'my doodles'"},
                                           {"it's", "'it'\\''s'"},
                                           {"$HOME", "'$HOME'"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char text[32];
        size_t length = strlen(words[i][1]);
        assert_int_equal(ink_shell_word(words[i][0], NULL, 0), length);
        for (size_t size = 1; size <= length + 2; size++) {
            memset(text, '#', sizeof text);
            assert_int_equal(ink_shell_word(words[i][0], text, size), length);
            size_t kept = length < size ? length : size - 1;
            assert_memory_equal(text, words[i][1], kept);
            assert_int_equal(text[kept], 0);
            assert_int_equal(text[kept + 1], '#');
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_png_comes_back_pixel_for_pixel),
        cmocka_unit_test(a_png_cut_off_anywhere_is_refused),
        cmocka_unit_test(a_picture_too_large_is_refused_before_memory_is_taken),
        cmocka_unit_test(resizing_keeps_the_mean_and_the_size_it_has),
        cmocka_unit_test(mnist_framing_fits_20_pixels_and_centres_the_mass),
        cmocka_unit_test(quickdraw_framing_fills_all_but_a_pixel),
        cmocka_unit_test(a_blank_paper_stays_blank_and_names_are_read),
        cmocka_unit_test(real_digits_are_framed_as_they_are),
        cmocka_unit_test(a_sheet_holds_its_samples_enlarged),
        cmocka_unit_test(pictures_are_lines_of_text),
        cmocka_unit_test(a_word_is_quoted_where_a_shell_would_read_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
