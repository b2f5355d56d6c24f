/* The scene "landscape": planes through weight space, landmarks, the ball on them. */
#include "studio/landscape/landscape.h"

#include "tests/check.h"
#include "tests/desk_probe.h"

/* "2 dense 1": y = w0 x0 + w1 x1 + b, squared cost; with x = (1,0) and (0,1) and t = 3 and -2 it is
 * ((w0 + b - 3)^2 + (w1 + b + 2)^2) / 2. */
static terrain *quadratic(void)
{
    ink_error err = {.status = INK_OK};
    ink_network *n = ink_network_new("2 dense 1", &err);
    assert_non_null(n);
    const float x[] = {1, 0, 0, 1}, t[] = {3, -2};
    terrain *made = terrain_new(n, x, t, 2, INK_COST_SQUARED, NULL, &err);
    ink_network_free(n);
    assert_non_null(made);
    return made;
}

static const samples both = {0, 2};

static void a_known_cost_has_its_known_height_and_slope(void **state)
{
    (void)state;
    terrain *t = quadratic();
    terrain_set_weights(t, 0, 1);
    for (double u = -4; u <= 4; u += 1.7)
        for (double v = -4; v <= 4; v += 1.3) {
            double slope[2], cost = ((u - 3) * (u - 3) + (v + 2) * (v + 2)) / 2;
            assert_near(terrain_cost(t, u, v, both), cost, 1e-5 * (1 + cost));
            assert_near(terrain_slope(t, u, v, both, slope), cost, 1e-5 * (1 + cost));
            assert_near(slope[0], u - 3, 1e-5);
            assert_near(slope[1], v + 2, 1e-5);
        }
    assert_near(terrain_cost(t, 0, 0, (samples){0, 1}), 9, 1e-5); /* of one sample alone */
    assert_near(terrain_cost(t, 0, 0, (samples){1, 1}), 4, 1e-5);
    terrain_free(t);
}

static terrain *trained(const char *data, const char *net, size_t updates)
{
    ink_error err = {.status = INK_OK};
    small_network s = {.cost = INK_COST_SQUARED, .seed = 3, .updates = updates, .hidden = "tanh"};
    snprintf(s.data, sizeof s.data, "%s", data);
    snprintf(s.net, sizeof s.net, "%s", net);
    terrain *t = landscape_small(&s, &err);
    if (!t)
        fail_msg("%s", err.text);
    return t;
}

/* The exact slope of the plane against central differences, for each kind of axes. */
static void slopes_in_the_plane_agree_with_differences(void **state)
{
    (void)state;
    terrain *t = trained("fruit:moons", "2-4-2", 30);
    samples all = {0, terrain_samples(t)};
    for (int kind = 0; kind < 2; kind++) {
        if (kind == 0)
            terrain_set_weights(t, 1, 9);
        else
            terrain_set_random(t, 7);
        for (double u = -0.9; u < 1; u += 0.6) {
            double slope[2], h = 1e-2, v = 0.3 - u;
            terrain_slope(t, u, v, all, slope);
            double du = (terrain_cost(t, u + h, v, all) - terrain_cost(t, u - h, v, all)) / (2 * h);
            double dv = (terrain_cost(t, u, v + h, all) - terrain_cost(t, u, v - h, all)) / (2 * h);
            assert_near(slope[0], du, 2e-3 * (1 + fabs(du)));
            assert_near(slope[1], dv, 2e-3 * (1 + fabs(dv)));
        }
    }
    terrain_free(t);
}

static void random_directions_have_the_length_of_each_filter(void **state)
{
    (void)state;
    terrain *t = trained("fruit:moons", "2-4-2", 0);
    size_t count = terrain_parameters(t);
    float *w = calloc(count, sizeof *w);
    assert_non_null(w);
    terrain_set_random(t, 5);
    terrain_weights(t, 1, 0, w);
    const float *home = terrain_home(t);
    for (size_t node = 0; node < 4; node++) { /* layer 1: weights [2][4] */
        double moved = 0, own = 0;
        for (size_t i = node; i < 8; i += 4) {
            moved += pow((double)w[i] - (double)home[i], 2);
            own += pow((double)home[i], 2);
        }
        assert_near(moved, own, 1e-5 * own);
        assert_true(own > 0);
        assert_true(w[8 + node] == home[8 + node]); /* biases stay */
    }
    float *again = calloc(count, sizeof *again);
    terrain_set_random(t, 6);
    terrain_weights(t, 1, 0, again);
    assert_true(memcmp(w, again, count * sizeof *w) != 0);
    terrain_set_random(t, 5);
    terrain_weights(t, 1, 0, again);
    assert_memory_equal(w, again, count * sizeof *w);
    free(w);
    free(again);
    terrain_free(t);
}

static void a_point_of_the_plane_is_its_own_projection(void **state)
{
    (void)state;
    terrain *t = trained("fruit:moons", "2-4-2", 20);
    size_t count = terrain_parameters(t);
    float *w = calloc(count, sizeof *w), *end = calloc(count, sizeof *end);
    assert_true(w && end);
    double at[2];
    for (uint64_t seed = 1; seed < 5; seed++) {
        terrain_set_random(t, seed);
        terrain_weights(t, 0.4, -1.2, w);
        terrain_project(t, w, at);
        assert_near(at[0], 0.4, 1e-5);
        assert_near(at[1], -1.2, 1e-5);
    }
    terrain_set_weights(t, 2, 5);
    terrain_weights(t, 0.4, -1.2, w);
    assert_true(w[2] == 0.4F && w[5] == -1.2F && w[3] == terrain_home(t)[3]);
    w[3] += 100; /* straight out of the plane */
    terrain_project(t, w, at);
    assert_near(at[0], 0.4, 1e-6);
    assert_near(at[1], -1.2, 1e-6);
    /* the plane through a path: its end is (1, 0), a place on it is on the plane */
    for (size_t i = 0; i < count; i++) {
        end[i] = terrain_home(t)[i] + (float)sin((double)i);
        w[i] = terrain_home(t)[i] + (float)cos(3 * (double)i);
    }
    terrain_set_path(t, end, w);
    terrain_project(t, end, at);
    assert_near(at[0], 1, 1e-5);
    assert_near(at[1], 0, 1e-5);
    terrain_project(t, w, at);
    float *back = calloc(count, sizeof *back);
    terrain_weights(t, at[0], at[1], back);
    for (size_t i = 0; i < count; i++)
        assert_near(back[i], w[i], 1e-4);
    free(w);
    free(end);
    free(back);
    terrain_free(t);
}

/* ---- landmarks ---- */

enum { N = 41 };

static size_t marks_of(double (*f)(double, double), landmark *marks)
{
    static float z[N * N];
    for (size_t j = 0; j < N; j++)
        for (size_t i = 0; i < N; i++)
            z[j * N + i] = (float)f((double)i / 10 - 2, (double)j / 10 - 2);
    return terrain_landmarks(z, N, marks, MARKS_MOST);
}

static double bowl(double u, double v)
{
    return (u - 0.33) * (u - 0.33) + 2 * (v + 0.51) * (v + 0.51) + 0.4 * u * v;
}

static double hill(double u, double v)
{
    return -bowl(u, v);
}

static double saddle(double u, double v)
{
    return (u - 0.42) * (u - 0.42) - (v + 0.77) * (v + 0.77);
}

static double turned_saddle(double u, double v)
{
    return (u - 0.1) * (v - 0.3);
}

static double two_valleys(double u, double v) /* minima (+-1, 0), saddle (0, 0) */
{
    return (u * u - 1) * (u * u - 1) + v * v;
}

static double ramp(double u, double v)
{
    return u + 0.3 * v;
}

static double plain(double u, double v)
{
    (void)u, (void)v;
    return 3;
}

static void landmarks_are_found_where_they_are_by_construction(void **state)
{
    (void)state;
    landmark m[MARKS_MOST];
    assert_int_equal(marks_of(bowl, m), 1);
    assert_int_equal(m[0].kind, LANDMARK_MINIMUM);
    assert_int_equal(marks_of(hill, m), 1);
    assert_int_equal(m[0].kind, LANDMARK_MAXIMUM);
    assert_int_equal(marks_of(saddle, m), 1);
    assert_int_equal(m[0].kind, LANDMARK_SADDLE);
    assert_near(m[0].i / 10 - 2, 0.42, 0.02);
    assert_near(m[0].j / 10 - 2, -0.77, 0.02);
    assert_near(m[0].z, 0, 0.01);
    assert_int_equal(marks_of(turned_saddle, m), 1);
    assert_int_equal(m[0].kind, LANDMARK_SADDLE);
    assert_near(m[0].i / 10 - 2, 0.1, 0.02);
    assert_int_equal(marks_of(two_valleys, m), 3);
    int saddles = 0;
    for (int k = 0; k < 3; k++)
        saddles += m[k].kind == LANDMARK_SADDLE && fabs(m[k].i - 20) < 0.3;
    assert_int_equal(saddles, 1);
    assert_int_equal(marks_of(ramp, m), 0);
    assert_int_equal(marks_of(plain, m), 0);
}

static void undefined_heights_are_no_landmarks(void **state)
{
    (void)state;
    static float z[N * N];
    landmark m[MARKS_MOST];
    for (size_t k = 0; k < N * N; k++)
        z[k] = k % 3 ? NAN : (float)(k % 7);
    terrain_landmarks(z, N, m, MARKS_MOST);
    for (size_t k = 0; k < N * N; k++)
        z[k] = NAN;
    assert_int_equal(terrain_landmarks(z, N, m, MARKS_MOST), 0);
    for (size_t k = 0; k < N * N; k++) /* a chess board: more than there is room for */
        z[k] = (float)((k / N / 3 + k % N / 3) % 2);
    assert_true(terrain_landmarks(z, N, m, 5) <= 5);
}

/* ---- the survey ---- */

static void a_survey_goes_from_coarse_to_fine_and_asks_every_point(void **state)
{
    (void)state;
    static survey s;
    static float z[SURVEY_MOST * SURVEY_MOST];
    terrain *t = quadratic();
    size_t sizes[8], levels = 0;
    survey_begin(&s, 81, -4, -4, 4, 4, both);
    assert_int_equal(survey_grid(&s, z), 0);
    double share = 0;
    while (!survey_is_done(&s)) {
        survey_go_on(&s, t, 0); /* a point at a time */
        assert_true(survey_share(&s) >= share - 1e-9 && survey_share(&s) <= 1);
        share = survey_share(&s);
        if (s.news)
            sizes[levels++] = survey_grid(&s, z);
        s.news = false;
    }
    assert_int_equal(levels, 4);
    assert_true(sizes[0] == 11 && sizes[1] == 21 && sizes[2] == 41 && sizes[3] == 81);
    for (size_t j = 0; j < 81; j += 7)
        for (size_t i = 0; i < 81; i += 7) {
            double u = -4 + 0.1 * (double)i, v = -4 + 0.1 * (double)j;
            double cost = ((u - 3) * (u - 3) + (v + 2) * (v + 2)) / 2;
            assert_near(z[j * 81 + i], cost, 1e-4 * (1 + cost));
        }
    terrain_free(t);
}

/* ---- the ball ---- */

static survey view_of(double reach)
{
    static survey s;
    survey_begin(&s, 41, -reach, -reach, reach, reach, both);
    return s;
}

static void the_ball_rolls_to_the_minimum(void **state)
{
    (void)state;
    static survey view;
    view = view_of(4);
    terrain *t = quadratic();
    roller r = {.rate = 0.3, .momentum = 0.5};
    assert_true(roller_put(&r, t, -3, 3));
    assert_near(r.cost, 30.5, 1e-4);
    while (!roller_rests(&r) && r.steps < 10000)
        roller_step(&r, t, &view);
    assert_int_equal(r.state, ROLLER_ARRIVED);
    assert_near(r.at[0], 3, 1e-3);
    assert_near(r.at[1], -2, 1e-3);
    assert_near(r.path[0][0], -3, 0);
    assert_near(r.path[r.trail - 1][0], r.at[0], 1e-6);
    roller_release(&r);
    terrain_free(t);
}

static void a_rate_too_high_throws_it_out_of_view(void **state)
{
    (void)state;
    static survey view;
    view = view_of(4);
    terrain *t = quadratic();
    roller r = {.rate = 2.5};
    assert_true(roller_put(&r, t, 0, 0));
    while (!roller_rests(&r) && r.steps < 10000)
        roller_step(&r, t, &view);
    assert_int_equal(r.state, ROLLER_LEFT);
    roller_release(&r);
    terrain_free(t);
}

static void batches_of_one_wobble_about_the_minimum(void **state)
{
    (void)state;
    static survey view;
    terrain *t = trained("fruit:moons", "2-3-2", 50);
    survey_begin(&view, 41, -8, -8, 8, 8, (samples){0, terrain_samples(t)});
    terrain_set_weights(t, 0, 1);
    roller r = {.rate = 0.5, .batch = 1};
    assert_true(roller_put(&r, t, 0.5, 0.5));
    bool off = false;
    while (r.state != ROLLER_WOBBLES && r.steps < 20000) {
        roller_step(&r, t, &view);
        off = off || r.angle > 20;
    }
    assert_int_equal(r.state, ROLLER_WOBBLES);
    assert_true(off);
    assert_true(r.trail <= TRAIL_MOST);
    /* all of the samples come in turn */
    samples a = roller_samples(&r, t);
    r.steps++;
    samples b = roller_samples(&r, t);
    assert_true(a.count == 1 && b.count == 1 && a.first != b.first);
    roller_release(&r);
    terrain_free(t);
}

static void the_whole_network_learns_below_its_slice(void **state)
{
    (void)state;
    static survey view;
    terrain *t = trained("fruit:moons", "2-4-2", 0);
    samples all = {0, terrain_samples(t)};
    survey_begin(&view, 41, -8, -8, 8, 8, all);
    terrain_set_weights(t, 0, 1);
    roller r = {.rate = 1, .momentum = 0.5, .whole = true};
    assert_true(roller_put(&r, t, (double)terrain_home(t)[0], (double)terrain_home(t)[1]));
    double before = r.cost;
    for (int i = 0; i < 200 && !roller_rests(&r); i++)
        roller_step(&r, t, &view);
    assert_true(r.cost < 0.8 * before);
    assert_near(r.at[0], r.w[0], 1e-5); /* the projection on two weights is those weights */
    assert_near(r.at[1], r.w[1], 1e-5);
    assert_true(terrain_cost(t, r.at[0], r.at[1], all) > r.cost);
    roller_release(&r);
    terrain_free(t);
}

/* ---- networks ---- */

static void refuse(const char *data, const char *net, const char *part)
{
    ink_error err = {.status = INK_OK};
    small_network s = {.hidden = "tanh"};
    snprintf(s.data, sizeof s.data, "%s", data);
    snprintf(s.net, sizeof s.net, "%s", net);
    terrain *t = landscape_small(&s, &err);
    if (t)
        fail_msg("%s on %s was taken", net, data);
    assert_says(err, part);
}

static void networks_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    refuse("mnist", "2-3-2", "fruit");
    refuse("/etc/passwd", "2-3-2", "fruit");
    refuse("fruit:nothing", "2-3-2", "nothing");
    refuse("fruit:moons", "3-3-2", "must take 2 numbers and give 2");
    refuse("fruit:moons", "2-3-4", "must take 2 numbers and give 2");
    refuse("fruit:moons", "hello", "hello");
    refuse("fruit:moons", "2-500-500-2", "20000");
}

static void a_network_with_dropout_gets_differences(void **state)
{
    (void)state;
    terrain *t = trained("fruit:moons", "2 dense 4 tanh dropout 0.5 dense 2 softmax", 0);
    samples all = {0, terrain_samples(t)};
    assert_false(terrain_is_exact(t));
    terrain_set_weights(t, 0, 1);
    double slope[2], h = 1e-2;
    double cost = terrain_slope(t, 0.5, 0.5, all, slope);
    assert_near(cost, terrain_cost(t, 0.5, 0.5, all), 1e-9);
    double du = (terrain_cost(t, 0.5 + h, 0.5, all) - terrain_cost(t, 0.5 - h, 0.5, all)) / (2 * h);
    assert_near(slope[0], du, 1e-9);
    terrain_free(t);
}

static void pictures_of_a_model_become_a_landscape(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.limit = 300;
    options.split = 0;
    ink_dataset *data = NULL;
    assert_good(ink_dataset_open("glyphs:digits", &options, &data, NULL, &err), err);
    ink_network *n = ink_network_new("784-10", &err);
    ink_network_init(n, INK_INIT_AUTO, 1);
    ink_model *model = ink_model_new(n, data, INK_COST_CROSS_ENTROPY, &err);
    assert_non_null(model);
    terrain *t = landscape_model(model, data, INK_COST_CROSS_ENTROPY, 64, NULL, &err);
    assert_non_null(t);
    assert_int_equal(terrain_samples(t), 64);
    terrain_set_random(t, 1);
    /* an untrained network of ten classes knows nothing: about ln 10 */
    assert_near(terrain_cost(t, 0, 0, (samples){0, 64}), log(10), 1.5);
    terrain_free(t);
    ink_model_free(model);
    ink_dataset_free(data);
}

/* ---- the scene ---- */

static json_t *finished_surface(desk *d)
{
    for (;;) {
        json_t *all = probe_wait(d, "surface", NULL);
        if (json_is_true(json_object_get(all, "done")))
            return all;
        json_decref(all);
    }
}

static void the_scene_opens_with_two_valleys_and_a_pass(void **state)
{
    (void)state;
    desk *d = probe_open();
    probe_post(d, "{\"scene\": \"landscape\", \"do\": \"show\"}");
    json_t *all = finished_surface(d), *marks = json_object_get(all, "marks"), *m;
    assert_near(probe_number(all, "n"), 81, 0);
    size_t i;
    int minima = 0, saddles = 0;
    json_array_foreach(marks, i, m)
    {
        const char *kind = json_string_value(json_object_get(m, "kind"));
        minima += strcmp(kind, "minimum") == 0;
        saddles += strcmp(kind, "saddle") == 0;
    }
    assert_true(minima == 2 && saddles == 2);
    json_decref(all);
    probe_post(d, "{\"scene\": \"landscape\", \"do\": \"speed\", \"speed\": \"max\"}");
    probe_post(d, "{\"scene\": \"landscape\", \"do\": \"play\"}");
    json_decref(probe_until(d, "ball", "state", "arrived"));
    desk_free(d);
}

static void everything_can_be_set_at_once(void **state)
{
    (void)state;
    desk *d = probe_open();
    probe_post(d, "{\"scene\": \"landscape\", \"do\": \"show\"}");
    json_decref(finished_surface(d));
    probe_post(d, "{\"scene\": \"landscape\", \"do\": \"set\", \"source\": \"small\", \"data\": "
                  "\"fruit:moons\", \"net\": \"2-5-2\", \"cost\": \"cross-entropy\", \"axes\": "
                  "\"random\", \"dice\": 9, \"reach\": 0.5, \"n\": 41, \"u\": 0.25, \"v\": -0.25, "
                  "\"batch\": 8, \"follow\": true}");
    json_t *all = finished_surface(d);
    while (!json_is_true(json_object_get(all, "batch"))) { /* that of the first network came late */
        json_decref(all);
        all = finished_surface(d);
    }
    assert_near(probe_number(all, "u0"), -0.5, 1e-9);
    assert_near(probe_number(all, "n"), 41, 0);
    json_decref(all);
    desk_free(d);
}

static void hostile_messages_are_named(void **state)
{
    (void)state;
    desk *d = probe_open();
    probe_post(d, "{\"scene\": \"landscape\", \"do\": \"show\"}");
#define SET(rest) "{\"scene\": \"landscape\", \"do\": \"set\", " rest "}"
    probe_error(d, "{\"scene\": \"landscape\", \"do\": \"fly\"}", "\"fly\"");
    probe_error(d, SET("\"a\": 3, \"b\": 3"), "two different weights below 17");
    probe_error(d, SET("\"a\": 17"), "below 17");
    probe_error(d, SET("\"a\": -1"), "\"a\"");
    probe_error(d, SET("\"n\": 100"), "41, 81 or 161");
    probe_error(d, SET("\"reach\": 0"), "reach");
    probe_error(d, SET("\"rate\": \"1\""), "rate");
    probe_error(d, SET("\"source\": \"theirs\""), "theirs");
    probe_error(d, SET("\"axes\": 7"), "axes");
    probe_error(d, SET("\"net\": \"2-3-5\""), "must take 2 numbers");
    probe_error(d, SET("\"cost\": \"money\""), "money");
    probe_error(d, SET("\"source\": \"mine\""), "");
    /* what was there is still there */
    probe_post(d, SET("\"reach\": 3"));
    for (;;) {
        json_t *all = finished_surface(d);
        bool seen = probe_number(all, "u0") == -3;
        json_decref(all);
        if (seen)
            break;
    }
    desk_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_cost_has_its_known_height_and_slope),
        cmocka_unit_test(slopes_in_the_plane_agree_with_differences),
        cmocka_unit_test(random_directions_have_the_length_of_each_filter),
        cmocka_unit_test(a_point_of_the_plane_is_its_own_projection),
        cmocka_unit_test(landmarks_are_found_where_they_are_by_construction),
        cmocka_unit_test(undefined_heights_are_no_landmarks),
        cmocka_unit_test(a_survey_goes_from_coarse_to_fine_and_asks_every_point),
        cmocka_unit_test(the_ball_rolls_to_the_minimum),
        cmocka_unit_test(a_rate_too_high_throws_it_out_of_view),
        cmocka_unit_test(batches_of_one_wobble_about_the_minimum),
        cmocka_unit_test(the_whole_network_learns_below_its_slice),
        cmocka_unit_test(networks_that_do_not_fit_are_refused),
        cmocka_unit_test(a_network_with_dropout_gets_differences),
        cmocka_unit_test(pictures_of_a_model_become_a_landscape),
        cmocka_unit_test(the_scene_opens_with_two_valleys_and_a_pass),
        cmocka_unit_test(everything_can_be_set_at_once),
        cmocka_unit_test(hostile_messages_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
