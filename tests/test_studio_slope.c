/* The scene "slope": formulas and their derivatives, the nudge, the ball. */
#include "studio/slope/descent.h"

#include "tests/check.h"
#include "tests/desk_probe.h"

static formula *good(const char *text)
{
    ink_error err = {.status = INK_OK};
    formula *f = formula_new(text, &err);
    if (!f)
        fail_msg("%s: %s", text, err.text);
    return f;
}

static dual at(const char *text, double x)
{
    formula *f = good(text);
    dual y = formula_at(f, x);
    formula_free(f);
    return y;
}

static void formulas_mean_what_they_mean_on_paper(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double x, value;
    } cases[] = {
        {"2x^2", 3, 18},
        {"-x^2", 3, -9},
        {"2^-x", 2, 0.25},
        {"2^3^2", 0, 512},
        {"6/2(1+2)", 0, 9},
        {"1 - 2 - 3", 0, -4},
        {"x - -x", 4, 8},
        {"2e", 0, 2 * 2.718281828459045},
        {"2e3", 0, 2000},
        {"2e-1", 0, 0.2},
        {"2e-x", 1, 2 * 2.718281828459045 - 1},
        {"|x-3|", 1, 2},
        {"2|x|", -3, 6},
        {"|x|x", -3, -9},
        {"|x(|x|-4)|", -1, 3},
        {"|(2|x|)|", -3, 6},
        {"sin(pi)/1", 0, 0},
        {"x sin(x)", 1, 0.8414709848078965},
        {"relu(-x)", 2, 0},
        {"sigmoid(0)", 0, 0.5},
        {".5x", 3, 1.5},
        {"5.x", 3, 15},
        {"ln(e)", 0, 1},
        {"(x)(x+1)", 2, 6},
        {"0.2x^4+0.1x^3-x^2+2", 2, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double y = at(cases[i].text, cases[i].x).value;
        if (!(fabs(y - cases[i].value) < 1e-12))
            fail_msg("%s at %g is %.17g, not %g", cases[i].text, cases[i].x, y, cases[i].value);
    }
}

static void derivatives_agree_with_central_differences(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0.2x^4+0.1x^3-x^2+2",
        "sin(x)cos(x)",
        "tan(x/3)",
        "exp(-x^2)",
        "ln(x+4)",
        "sqrt(x+4)",
        "abs(x)",
        "tanh(2x)",
        "sigmoid(3x-1)",
        "relu(x)",
        "x/(1+x^2)",
        "(x+4)^x",
        "2^x",
        "(2x+7)^1.5",
        "sin(x)^2",
        "-x^3",
        "1/(x+5)^2",
        "|sin(3x)|",
        "x^2 sin(5x)/10",
        "e^(x pi/5)",
        "(x+4)^(x^2)",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        formula *f = good(texts[i]);
        for (double x = -2.83; x < 2.9; x += 0.37) {
            double h = 1e-5, slope = formula_at(f, x).slope;
            double difference = (formula_at(f, x + h).value - formula_at(f, x - h).value) / (2 * h);
            if (!(fabs(slope - difference) <= 1e-6 * (1 + fabs(difference))))
                fail_msg("%s at %g: %.9g, by differences %.9g", texts[i], x, slope, difference);
        }
        formula_free(f);
    }
}

static void known_derivatives_are_exact(void **state)
{
    (void)state;
    assert_true(at("x^2", 3).slope == 6);
    assert_true(at("x", 7).slope == 1);
    assert_true(at("5", 7).slope == 0);
    assert_true(at("x^0", 0).slope == 0);
    assert_true(at("x^1", 0).slope == 1);
    assert_true(at("sin(x)", 0).slope == 1);
    assert_true(at("sigmoid(x)", 0).slope == 0.25);
}

static void where_there_is_no_slope_none_is_given(void **state)
{
    (void)state;
    assert_true(isnan(at("|x|", 0).slope));
    assert_true(isnan(at("relu(x)", 0).slope));
    assert_true(isnan(at("sqrt(x)", 0).slope));
    assert_true(isnan(at("ln(x)", -1).slope));
    assert_true(isnan(at("ln(x)", -1).value));
    assert_true(isnan(at("1/x", 0).slope));
    assert_true(isnan(at("(-2)^x", 0.5).value));
    assert_true(at("|x^2|", 0).slope == 0); /* touches 0: no kink */
    assert_true(isnan(at("relu(ln(x))", -1).value));
}

static void hostile_formulas_are_refused_with_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "at character 1 of the formula: expected a number"},
        {"x +", "at character 4"},
        {"x + y", "at character 5 of the formula: expected x, pi"},
        {"sin x", "\"(\" after the function's name"},
        {"(x", "at character 3 of the formula: expected an operator or \")\", found the end"},
        {"x)", "at character 2 of the formula: expected an operator or the end, found \")\""},
        {"|x", "the second \"|\""},
        {"1..2", "at character 3"},
        {"x2", "at character 2 of the formula: expected an operator"},
        {".", "a digit"},
        {"x $", "found \"$\""},
        {"x\xc3\xa9", "a character that means nothing here"},
        {"1e999", "a number below"},
        {"x**2", "at character 3"},
        {"sin()", "at character 5"},
        {"%n%s%x", "at character 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ink_error err = {.status = INK_OK};
        assert_null(formula_new(cases[i].text, &err));
        assert_int_equal(err.status, INK_EINVAL);
        assert_says(err, cases[i].says);
    }
    assert_null(formula_new("y", NULL));
}

static void deep_and_long_formulas_end(void **state)
{
    (void)state;
    static const char *const units[] = {"(", "-", "2^", "|", "sin(", "((x)", "|x+", "+-"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        char text[400] = "";
        while (strlen(text) + strlen(units[i]) <= FORMULA_MOST_LENGTH)
            strcat(text, units[i]);
        ink_error err = {.status = INK_OK};
        assert_null(formula_new(text, &err));
        assert_int_equal(err.status, INK_EINVAL);
    }
    char products[FORMULA_MOST_LENGTH + 2] = "", long_one[FORMULA_MOST_LENGTH + 2] = "";
    for (int i = 0; i < FORMULA_MOST_LENGTH; i += 2)
        strcat(products, "x ");
    assert_near(at(products, 1).slope, 100, 0);
    memset(long_one, '1', FORMULA_MOST_LENGTH + 1);
    ink_error err = {.status = INK_OK};
    assert_null(formula_new(long_one, &err));
    assert_says(err, "at most 200 characters");
}

/* Any bytes make a formula or an error; a formula makes a number or none. */
static void noise_does_no_harm(void **state)
{
    (void)state;
    static const char letters[] = "x2.e+-*/^()|| sincostanexplnsqrt pi";
    uint64_t seed = 1;
    int understood = 0;
    for (int i = 0; i < 200000; i++) {
        char text[24], tex[512];
        size_t length = 1 + (size_t)i % 20;
        for (size_t j = 0; j < length; j++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[j] = letters[(seed >> 33) % (sizeof letters - 1)];
        }
        text[length] = 0;
        formula *f = formula_new(text, NULL);
        understood += f != NULL;
        if (f) {
            formula_at(f, 0.3);
            formula_tex(f, tex, sizeof tex);
        }
        formula_free(f);
    }
    assert_true(understood > 1000);
}

static void a_formula_is_written_as_on_paper(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"0.2x^4+0.1x^3-x^2+2", "0.2x^{4}+0.1x^{3}-x^{2}+2"},
        {"1/(x+1)", "\\frac{1}{x+1}"},
        {"(x+1)(x-1)", "\\left(x+1\\right)\\,\\left(x-1\\right)"},
        {"-(x+1)^2", "-\\left(x+1\\right)^{2}"},
        {"x-(x-1)", "x-\\left(x-1\\right)"},
        {"|x|", "\\left|x\\right|"},
        {"sin(2pi x)", "\\operatorname{sin}\\left(2\\pi x\\right)"},
        {"x^2*3", "x^{2}\\cdot 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        formula *f = good(cases[i][0]);
        char tex[256];
        assert_true(formula_tex(f, tex, sizeof tex));
        assert_string_equal(tex, cases[i][1]);
        assert_false(formula_tex(f, tex, 3));
        formula_free(f);
    }
}

/* ---- the nudge ---- */

static void the_error_of_a_nudge_falls_and_rises_again(void **state)
{
    (void)state;
    formula *f = good("0.2x^4+0.1x^3-x^2+2");
    float h[81], error[81];
    for (int single = 0; single < 2; single++) {
        size_t best = nudge_errors(f, 1.3, single, -16, 81, h, error);
        assert_true(best > 0 && best < 80);
        assert_true(error[0] > 100 * error[best]);
        assert_true(error[80] > 100 * error[best]); /* x + h = x there: measured 0 */
        double expected = single ? 3e-4 : 1e-8;
        assert_true((double)h[best] > expected / 100 && (double)h[best] < expected * 100);
    }
    assert_near(nudge_at(f, 1.3, 1e-7, false).measured, nudge_at(f, 1.3, 1e-7, false).exact, 1e-5);
    assert_true(nudge_at(f, 1.3, 1e-7, true).error > 1e-2);
    formula_free(f);
}

static void single_arithmetic_is_that_of_floats(void **state)
{
    (void)state;
    formula *f = good("0.1x*x+0.7");
    for (float x = -3; x < 3; x += 0.0137f) {
        volatile float a = 0.1f * x, b = a * x, c = b + 0.7f;
        assert_true(formula_at_single(f, x) == c);
    }
    formula_free(f);
}

/* ---- the curve ---- */

static void the_quartic_has_two_valleys_and_a_hill(void **state)
{
    (void)state;
    formula *f = good("0.2x^4+0.1x^3-x^2+2");
    curve c;
    curve_look(f, -3, 3, &c);
    assert_int_equal(c.spots, 3);
    /* 0.8x^3 + 0.3x^2 - 2x = 0: x = 0 and (-0.3 +- sqrt(0.09 + 6.4)) / 1.6 */
    assert_near(c.spot[0].x, (-0.3 - sqrt(6.49)) / 1.6, 1e-9);
    assert_near(c.spot[1].x, 0, 1e-9);
    assert_near(c.spot[2].x, (-0.3 + sqrt(6.49)) / 1.6, 1e-9);
    assert_int_equal(c.spot[0].kind, SPOT_MINIMUM);
    assert_int_equal(c.spot[1].kind, SPOT_MAXIMUM);
    assert_int_equal(c.spot[2].kind, SPOT_MINIMUM);
    assert_true(c.spot[0].global && !c.spot[2].global && c.bottom);
    assert_true(curve_bottom(&c, 3) == &c.spot[0]);
    formula_free(f);
}

static void spots_of(const char *text, double low, double high, curve *c)
{
    formula *f = good(text);
    curve_look(f, low, high, c);
    formula_free(f);
}

static void kinks_shelves_and_poles_are_told_apart(void **state)
{
    (void)state;
    curve c;
    spots_of("|x|", -3, 3, &c);
    assert_int_equal(c.spots, 1);
    assert_true(c.spot[0].kind == SPOT_MINIMUM && c.spot[0].kink && c.spot[0].global);
    spots_of("x^3", -2, 2, &c);
    assert_int_equal(c.spots, 1);
    assert_true(c.spot[0].kind == SPOT_FLAT && !c.bottom);
    spots_of("1/x^2", -2, 2, &c);
    assert_int_equal(c.spots, 0);
    spots_of("sin(x)", -7, 7, &c);
    assert_int_equal(c.spots, 4);
    assert_true(c.spot[0].kind == SPOT_MAXIMUM && c.spot[1].kind == SPOT_MINIMUM);
    assert_true(c.spot[1].global && c.spot[3].global);
    spots_of("-x^2", -2, 2, &c);
    assert_true(c.spots == 1 && c.spot[0].kind == SPOT_MAXIMUM && !c.bottom);
    spots_of("ln(x)", -2, -1, &c);
    assert_int_equal(c.spots, 0);
    assert_true(isfinite(c.y_low) && isfinite(c.y_high) && c.y_low < c.y_high);
    spots_of("5", -2, 2, &c);
    assert_true(c.y_low < 5 && c.y_high > 5);
}

/* ---- the ball ---- */

/* Rolls until it rests or `most` steps are done. */
static ball rolled(const char *text, double low, double high, double x, double rate,
                   double momentum, size_t most)
{
    formula *f = good(text);
    curve c;
    curve_look(f, low, high, &c);
    ball b = {.rate = rate, .momentum = momentum};
    ball_put(&b, x);
    while (b.steps < most && !ball_rests(&b))
        ball_step(&b, f, &c);
    char sentence[256];
    ball_sentence(&b, f, &c, sentence, sizeof sentence);
    assert_true(strlen(sentence) > 10 && !strstr(sentence, "nan"));
    formula_free(f);
    return b;
}

#define assert_state(ball, expected)                                                               \
    assert_string_equal(ball_state_name((ball).state), ball_state_name(expected))

static const char quartic[] = "0.2x^4+0.1x^3-x^2+2";

static void a_rate_too_low_creeps(void **state)
{
    (void)state;
    ball b = rolled(quartic, -3, 3, 2.5, 0.0005, 0, 60);
    assert_state(b, BALL_CREEPING);
    assert_false(ball_rests(&b));
}

static void a_rate_too_high_bounces_or_flies_away(void **state)
{
    (void)state;
    ball b = rolled("x^2", -3, 3, 2, 1, 0, 40); /* x -> -x for ever */
    assert_state(b, BALL_BOUNCING);
    assert_state(rolled("x^2", -3, 3, 2, 0.9, 0, 12), BALL_SWINGING);
    assert_state(rolled("x^2", -3, 3, 2, 1.2, 0, 1000), BALL_FLYING);
    assert_state(rolled(quartic, -3, 3, 2.9, 0.6, 0, 1000), BALL_FLYING);
    assert_state(rolled("|x|", -3, 3, 2.05, 0.1, 0, 100), BALL_BOUNCING);
}

static void the_right_rate_arrives_in_the_minimum_of_its_side(void **state)
{
    (void)state;
    ball b = rolled(quartic, -3, 3, -2.5, 0.05, 0, 1000);
    assert_state(b, BALL_ARRIVED);
    assert_near(b.x, (-0.3 - sqrt(6.49)) / 1.6, 1e-2);
    b = rolled(quartic, -3, 3, 2.5, 0.05, 0, 1000);
    assert_state(b, BALL_STUCK);
    assert_near(b.x, (-0.3 + sqrt(6.49)) / 1.6, 1e-2);
    assert_state(rolled("x^2", -3, 3, 2, 0.1, 0, 5), BALL_ROLLING);
    assert_state(rolled("x^2", -3, 3, 2, 0.1, 0, 500), BALL_ARRIVED);
}

static void momentum_carries_it_over_the_hill(void **state)
{
    (void)state;
    ball b = rolled(quartic, -3, 3, 2.8, 0.02, 0.9, 5000);
    assert_state(b, BALL_ARRIVED);
    assert_true(b.x < 0);
}

static void stuck_names_where_the_global_minimum_is(void **state)
{
    (void)state;
    formula *f = good(quartic);
    curve c;
    curve_look(f, -3, 3, &c);
    ball b = {.rate = 0.05};
    ball_put(&b, 2.5);
    while (!ball_rests(&b))
        ball_step(&b, f, &c);
    char text[256];
    ball_sentence(&b, f, &c, text, sizeof text);
    assert_non_null(strstr(text, "the global one is at x = -1.780"));
    formula_free(f);
}

static void tops_shelves_and_kinks_hold_it(void **state)
{
    (void)state;
    assert_state(rolled(quartic, -3, 3, 0, 0.05, 0, 10), BALL_BALANCED);
    assert_state(rolled("x^3", -2, 2, 0, 0.05, 0, 10), BALL_BALANCED);
    assert_state(rolled("|x|", -2, 2, 0, 0.05, 0, 10), BALL_LOST);
    assert_state(rolled("-x^2", -2, 2, 0.5, 0.1, 0, 10000), BALL_FALLING);
    assert_state(rolled("x^3", -2, 2, -1, 0.1, 0, 10000), BALL_FALLING);
}

static void the_trail_stays_bounded(void **state)
{
    (void)state;
    ball b = rolled("sin(x)", -7, 7, 1.5, 1e-5, 0, 3000);
    assert_int_equal(b.trail, BALL_TRAIL);
    assert_int_equal(b.steps, 3000);
    assert_true(b.path[BALL_TRAIL - 1] == b.x);
}

/* ---- the scene ---- */

static void the_scene_opens_with_a_curve_and_learns(void **state)
{
    (void)state;
    desk *d = probe_open();
    probe_post(d, "{\"scene\": \"slope\", \"do\": \"show\"}");
    json_t *seen = probe_wait(d, "curve", NULL);
    assert_string_equal(json_string_value(json_object_get(seen, "preset")), "quartic");
    json_decref(seen);
    probe_post(d, "{\"scene\": \"slope\", \"do\": \"set\", \"x\": 2.5, \"rate\": 0.05}");
    probe_post(d, "{\"scene\": \"slope\", \"do\": \"speed\", \"speed\": \"max\"}");
    probe_post(d, "{\"scene\": \"slope\", \"do\": \"play\"}");
    json_t *b = probe_until(d, "ball", "state", "stuck");
    assert_near(probe_number(b, "x"), 1.405, 0.01);
    assert_near(probe_number(b, "start"), 2.5, 0);
    json_decref(b);
    probe_post(d, "{\"scene\": \"slope\", \"do\": \"rewind\"}");
    b = probe_until(d, "ball", "state", "ready");
    assert_near(probe_number(b, "x"), 2.5, 0);
    json_decref(b);
    desk_free(d);
}

static void the_same_seed_starts_in_the_same_place(void **state)
{
    (void)state;
    double x[2];
    for (int i = 0; i < 2; i++) {
        desk *d = probe_open();
        probe_post(d, "{\"scene\": \"slope\", \"do\": \"set\", \"seed\": 6}");
        probe_post(d, "{\"scene\": \"slope\", \"do\": \"new_start\"}");
        probe_post(d, "{\"scene\": \"slope\", \"do\": \"show\"}");
        json_t *b = probe_wait(d, "ball", NULL);
        assert_near(probe_number(b, "seed"), 7, 0);
        x[i] = probe_number(b, "x");
        json_decref(b);
        desk_free(d);
    }
    assert_true(x[0] == x[1] && x[0] > -2.8 && x[0] < 2.6);
}

static void hostile_messages_are_named(void **state)
{
    (void)state;
    desk *d = probe_open();
    probe_post(d, "{\"scene\": \"slope\", \"do\": \"show\"}");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"fly\"}", "\"fly\"");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"set\", \"rate\": \"a\"}",
                "\"rate\" must be a number from 1e-06 to 1000, not \"a\"");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"set\", \"rate\": -1}", "not -1");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"set\", \"x\": 1e300}", "\"x\" must be");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"set\", \"low\": 2, \"high\": 2}",
                "\"low\" below \"high\"");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"set\", \"formula\": 3}",
                "\"formula\" must be a text of 1 to 200 bytes, not 3");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"set\", \"formula\": \"\"}", "at character 1");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"set\", \"formula\": \"x+\"}",
                "at character 3");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"set\", \"preset\": \"\"}", "no curve");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"speed\", \"speed\": 9}", "1/s, 10/s");
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"set\", \"single\": 1}", "true or false");
    /* a refused message has changed nothing */
    probe_error(d, "{\"scene\": \"slope\", \"do\": \"set\", \"h\": 0.5, \"momentum\": 2}",
                "momentum");
    probe_post(d, "{\"scene\": \"slope\", \"do\": \"show\"}");
    json_t *b = probe_wait(d, "ball", NULL);
    while (probe_number(b, "h") < 0) {
        json_decref(b);
        b = probe_wait(d, "ball", NULL);
    }
    assert_near(probe_number(b, "h"), 0.7, 0);
    json_decref(b);
    desk_free(d);
}

static void undefined_numbers_are_told_as_null(void **state)
{
    (void)state;
    desk *d = probe_open();
    probe_post(d, "{\"scene\": \"slope\", \"do\": \"set\", \"formula\": \"ln(x)\", \"x\": -1}");
    probe_post(d, "{\"scene\": \"slope\", \"do\": \"show\"}");
    json_t *b = probe_wait(d, "ball", NULL);
    assert_true(json_is_null(json_object_get(b, "value")));
    assert_true(json_is_null(json_object_get(b, "slope")));
    assert_near(probe_number(b, "x"), -1, 0);
    json_decref(b);
    desk_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_mean_what_they_mean_on_paper),
        cmocka_unit_test(derivatives_agree_with_central_differences),
        cmocka_unit_test(known_derivatives_are_exact),
        cmocka_unit_test(where_there_is_no_slope_none_is_given),
        cmocka_unit_test(hostile_formulas_are_refused_with_the_place),
        cmocka_unit_test(deep_and_long_formulas_end),
        cmocka_unit_test(noise_does_no_harm),
        cmocka_unit_test(a_formula_is_written_as_on_paper),
        cmocka_unit_test(the_error_of_a_nudge_falls_and_rises_again),
        cmocka_unit_test(single_arithmetic_is_that_of_floats),
        cmocka_unit_test(the_quartic_has_two_valleys_and_a_hill),
        cmocka_unit_test(kinks_shelves_and_poles_are_told_apart),
        cmocka_unit_test(a_rate_too_low_creeps),
        cmocka_unit_test(a_rate_too_high_bounces_or_flies_away),
        cmocka_unit_test(the_right_rate_arrives_in_the_minimum_of_its_side),
        cmocka_unit_test(momentum_carries_it_over_the_hill),
        cmocka_unit_test(stuck_names_where_the_global_minimum_is),
        cmocka_unit_test(tops_shelves_and_kinks_hold_it),
        cmocka_unit_test(the_trail_stays_bounded),
        cmocka_unit_test(the_scene_opens_with_a_curve_and_learns),
        cmocka_unit_test(the_same_seed_starts_in_the_same_place),
        cmocka_unit_test(hostile_messages_are_named),
        cmocka_unit_test(undefined_numbers_are_told_as_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
