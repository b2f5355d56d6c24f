/* The pen: where ink lands, how its edge fades, and that it stays on the paper. */
#include "tests/check.h"

#include "data/pen.h"

enum { SIDE = 28 };

static const ink__pen PLAIN = {.width = 3, .soft = 1};

static double mass(const uint8_t *pixels)
{
    double sum = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        sum += pixels[i] / 255.0;
    return sum;
}

static void a_line_covers_its_length_times_its_width(void **state)
{
    (void)state;
    /* A round pen adds half a circle at each end. */
    for (double angle = 0; angle < 3; angle += 0.37) {
        uint8_t pixels[SIDE * SIDE] = {0};
        double dx = 7 * cos(angle), dy = 7 * sin(angle);
        ink__pen_draw(&PLAIN, (double[]){14 - dx, 14 + dx}, (double[]){14 - dy, 14 + dy}, 2, pixels,
                      SIDE, SIDE);
        assert_near(mass(pixels), 14 * 3 + 3.14159 * 1.5 * 1.5, 0.8);
    }
}

static void a_level_line_fades_by_the_covered_share(void **state)
{
    (void)state;
    uint8_t pixels[SIDE * SIDE] = {0};
    /* Ink from y = 8.75 to 11.75: a quarter of row 8, rows 9 and 10, three quarters of row 11. */
    ink__pen_draw(&PLAIN, (double[]){4, 24}, (double[]){10.25, 10.25}, 2, pixels, SIDE, SIDE);
    const int expected[] = {0, 64, 255, 255, 191, 0};
    for (int row = 7; row <= 12; row++)
        assert_near(pixels[row * SIDE + 14], expected[row - 7], 1);
}

static void a_single_point_is_a_dot(void **state)
{
    (void)state;
    uint8_t pixels[SIDE * SIDE] = {0};
    ink__pen_draw(&PLAIN, (double[]){10.5}, (double[]){20.5}, 1, pixels, SIDE, SIDE);
    assert_int_equal(pixels[20 * SIDE + 10], 255);
    assert_near(mass(pixels), 3.14159 * 1.5 * 1.5, 0.3);
    uint8_t blank[SIDE * SIDE] = {0};
    ink__pen_draw(&PLAIN, NULL, NULL, 0, blank, SIDE, SIDE);
    assert_near(mass(blank), 0, 0);
}

static void a_crossing_is_no_brighter_than_a_line(void **state)
{
    (void)state;
    const ink__pen thin = {.width = 0.6, .soft = 1};
    uint8_t pixels[SIDE * SIDE] = {0};
    ink__pen_draw(&thin, (double[]){4, 24}, (double[]){14.5, 14.5}, 2, pixels, SIDE, SIDE);
    uint8_t line = pixels[14 * SIDE + 10];
    ink__pen_draw(&thin, (double[]){14.5, 14.5}, (double[]){4, 24}, 2, pixels, SIDE, SIDE);
    assert_int_equal(pixels[14 * SIDE + 14], line);
}

static void pressure_widens_the_stroke_where_it_is_high(void **state)
{
    (void)state;
    uint8_t pixels[SIDE * SIDE] = {0};
    const ink__pen pen = {3, 1, (const double[]){0.5, 2}};
    ink__pen_draw(&pen, (double[]){6, 22}, (double[]){14, 14}, 2, pixels, SIDE, SIDE);
    double left = 0, right = 0;
    for (int row = 0; row < SIDE; row++) {
        left += pixels[row * SIDE + 6] / 255.0;
        right += pixels[row * SIDE + 21] / 255.0;
    }
    assert_near(left, 1.5, 0.35);
    assert_near(right, 6, 0.35);
}

static void ink_beyond_the_paper_is_cut_off(void **state)
{
    (void)state;
    uint8_t guarded[SIDE * SIDE + 2 * SIDE] = {0}, *pixels = guarded + SIDE;
    double x[] = {-50, 14, 90, 14, -3, 1e5, NAN, 14, INFINITY, -1e300, 1e300};
    double y[] = {14, -60, 14, 80, -3, 1e5, 14, 14, 14, 1e300, 14};
    const ink__pen fat = {.width = 9, .soft = 2};
    ink__pen_draw(&fat, x, y, sizeof x / sizeof *x, pixels, SIDE, SIDE);
    for (int i = 0; i < SIDE; i++) {
        assert_int_equal(guarded[i], 0);
        assert_int_equal(guarded[SIDE * SIDE + SIDE + i], 0);
    }
    assert_true(mass(pixels) > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_covers_its_length_times_its_width),
        cmocka_unit_test(a_level_line_fades_by_the_covered_share),
        cmocka_unit_test(a_single_point_is_a_dot),
        cmocka_unit_test(a_crossing_is_no_brighter_than_a_line),
        cmocka_unit_test(pressure_widens_the_stroke_where_it_is_high),
        cmocka_unit_test(ink_beyond_the_paper_is_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
