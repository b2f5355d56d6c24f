/* Changed pictures, two networks that learn them with and without, and the whole set. */
#include "tests/check.h"

#include "studio/library.h"
#include "studio/transform/transform_scene.h"
#include "tests/desk_probe.h"

#include <stdbool.h>

/* ---- one definite change ---- */

static void make_spot(uint8_t picture[WARP_AREA], int y, int x)
{
    memset(picture, 0, WARP_AREA);
    for (int v = y - 1; v <= y + 1; v++)
        for (int u = x - 1; u <= x + 1; u++)
            picture[v * WARP_SIDE + u] = 255;
}

static void centre_of(const uint8_t *picture, double *y, double *x)
{
    double sum = 0;
    *y = *x = 0;
    for (int i = 0; i < WARP_AREA; i++) {
        sum += picture[i];
        *y += picture[i] * (double)(i / WARP_SIDE);
        *x += picture[i] * (double)(i % WARP_SIDE);
    }
    *y /= sum;
    *x /= sum;
}

static void nothing_asked_for_changes_nothing(void **state)
{
    (void)state;
    uint8_t in[WARP_AREA], out[WARP_AREA];
    warp w;
    for (int i = 0; i < WARP_AREA; i++)
        in[i] = (uint8_t)(i * 37);
    warp_none(&w);
    warp_apply(&w, 5, in, out);
    assert_memory_equal(in, out, WARP_AREA);
}

static void ink_goes_where_the_sliders_say(void **state)
{
    (void)state;
    uint8_t in[WARP_AREA], out[WARP_AREA];
    double y, x;
    warp w;
    make_spot(in, 8, 14); /* 5.5 above the middle, half a pixel to the right of it */
    warp_none(&w);
    w.right = 3;
    w.down = 2.5f;
    warp_apply(&w, 1, in, out);
    centre_of(out, &y, &x);
    assert_near(y, 10.5, 0.01);
    assert_near(x, 17, 0.01);
    warp_none(&w);
    w.turn = 90; /* clockwise: from above to the right */
    warp_apply(&w, 1, in, out);
    centre_of(out, &y, &x);
    assert_near(y, 14, 0.01);
    assert_near(x, 13.5 + 5.5, 0.01);
    warp_none(&w);
    w.scale = 1.5f;
    warp_apply(&w, 1, in, out);
    centre_of(out, &y, &x);
    assert_near(y, 13.5 - 1.5 * 5.5, 0.05);
    assert_near(x, 13.5 + 1.5 * 0.5, 0.05);
}

static void noise_is_the_share_that_was_asked_for_and_the_same_again(void **state)
{
    (void)state;
    uint8_t in[WARP_AREA] = {0}, out[WARP_AREA], again[WARP_AREA], more[WARP_AREA];
    int dirty = 0, kept = 0;
    warp w;
    warp_none(&w);
    w.noise = 0.25f;
    warp_apply(&w, 9, in, out);
    warp_apply(&w, 9, in, again);
    assert_memory_equal(out, again, WARP_AREA);
    w.noise = 0.5f;
    warp_apply(&w, 9, in, more);
    for (int i = 0; i < WARP_AREA; i++) {
        dirty += out[i] > 0;
        kept += out[i] > 0 && more[i] == out[i];
    }
    assert_near(dirty, 0.25 * WARP_AREA, 40);
    assert_int_equal(kept, dirty);
}

static void a_thrown_change_keeps_the_ink_inside(void **state)
{
    (void)state;
    uint8_t in[WARP_AREA], out[WARP_AREA];
    ink_augment augment = {.turn = 0.3f, .scale = 0.1f, .shift = 1};
    uint64_t seed = 3;
    double least = 28, most = 0;
    make_spot(in, 11, 17);
    for (int i = 0; i < 200; i++) {
        warp w;
        int sum = 0, before = 0;
        double y, x;
        warp_draw(&augment, &seed, in, &w);
        warp_apply(&w, 1, in, out);
        for (int k = 0; k < WARP_AREA; k++) {
            sum += out[k];
            before += in[k];
        }
        assert_true(sum > before / 2); /* scaled down, but not cut off */
        centre_of(out, &y, &x);
        least = x < least ? x : least;
        most = x > most ? x : most;
    }
    assert_true(least < 4 && most > 23);
}

/* ---- through a desk ---- */

static desk *open_transform(void)
{
    static library *shelf;
    ink_error err = {.status = INK_OK};
    const char *source = getenv("INKLING_SOURCE");
    char models[512];
    snprintf(models, sizeof models, "%s/models", source ? source : ".");
    if (!shelf) /* a folder without data: the built-in digits */
        shelf = library_new(&(library_settings){.data = models, .models = models}, &err);
    desk *d = desk_new(&(desk_settings){.library = shelf, .threads = 1}, &err);
    assert_non_null(d);
    desk_attach(d);
    probe_post(d, "{\"scene\":\"transform\",\"do\":\"show\"}");
    for (;;) {
        json_t *all = probe_wait(d, "state", NULL);
        bool ready = json_is_true(json_object_get(all, "ready"));
        json_decref(all);
        if (ready)
            return d;
    }
}

static void say(desk *d, const char *verb, const char *rest)
{
    char text[300];
    snprintf(text, sizeof text, "{\"scene\":\"transform\",\"do\":\"%s\"%s%s}", verb,
             *rest ? "," : "", rest);
    probe_post(d, text);
}

static int stamps;

static json_t *picture_after(desk *d, const char *verb, const char *rest)
{
    char more[200];
    snprintf(more, sizeof more, "\"stamp\":%d%s%.150s", ++stamps, *rest ? "," : "", rest);
    say(d, verb, more);
    for (;;) {
        json_t *all = probe_wait(d, "picture", NULL);
        if (probe_number(all, "stamp") >= stamps)
            return all;
        json_decref(all);
    }
}

static int best_of(json_t *picture, int which)
{
    return (int)json_integer_value(json_array_get(json_object_get(picture, "best"), (size_t)which));
}

static void framing_finds_a_digit_that_was_pushed_away(void **state)
{
    (void)state;
    desk *d = open_transform();
    json_decref(picture_after(d, "reset", ""));
    json_t *seven = picture_after(d, "picture", "\"label\":7");
    assert_int_equal((int)probe_number(seven, "label"), 7);
    assert_int_equal(best_of(seven, TRANSFORM_WITHOUT), -1); /* not trained */
    assert_int_equal(best_of(seven, TRANSFORM_SHIPPED), 7);
    json_decref(seven);
    json_t *pushed =
        picture_after(d, "warp", "\"right\":6,\"down\":6,\"scale\":0.6,\"turn\":0,\"noise\":0");
    json_decref(pushed);
    json_t *framed = picture_after(d, "framing", "\"on\":true");
    assert_int_equal(best_of(framed, TRANSFORM_SHIPPED), 7);
    json_decref(framed);
    desk_free(d);
}

/* Waits until all of the set has been asked about. */
static json_t *whole_of(desk *d)
{
    for (;;) {
        json_t *all = probe_wait(d, "whole", NULL);
        if (probe_number(all, "asked") >= probe_number(all, "count") &&
            probe_number(all, "asked_plain") >= probe_number(all, "count"))
            return all;
        json_decref(all);
    }
}

static int right_of(json_t *whole, const char *key, int which)
{
    return (int)json_integer_value(json_array_get(json_object_get(whole, key), (size_t)which));
}

static void two_networks_learn_and_only_one_survives_the_change(void **state)
{
    (void)state;
    desk *d = open_transform();
    json_decref(whole_of(d));
    say(d, "train", "");
    for (bool begun = false, running = true; !begun || running;) {
        json_t *all = probe_wait(d, "training", NULL);
        running = json_is_true(json_object_get(all, "running"));
        begun = begun || running;
        json_decref(all);
    }
    json_t *whole = whole_of(d);
    int count = (int)probe_number(whole, "count");
    assert_int_equal(count, TRANSFORM_WHOLE);
    print_message("# without: %d plain, %d changed; with: %d plain, %d changed; of %d\n",
                  right_of(whole, "right_plain", 0), right_of(whole, "right", 0),
                  right_of(whole, "right_plain", 1), right_of(whole, "right", 1), count);
    assert_true(right_of(whole, "right_plain", 0) > count * 85 / 100);
    assert_true(right_of(whole, "right", 0) < count * 60 / 100);
    assert_true(right_of(whole, "right", 1) > count * 70 / 100);
    json_decref(whole);
    say(d, "augment", "\"text\":\"off\"");
    whole = whole_of(d);
    assert_int_equal(right_of(whole, "right", 0), right_of(whole, "right_plain", 0));
    assert_int_equal(right_of(whole, "right", 1), right_of(whole, "right_plain", 1));
    json_decref(whole);
    probe_error(d, "{\"scene\":\"transform\",\"do\":\"train\"}", "random change is off");
    desk_free(d);
}

static void training_can_be_left_at_any_time(void **state)
{
    (void)state;
    desk *d = open_transform();
    say(d, "train", "");
    say(d, "stop", "");
    say(d, "train", "");
    desk_free(d); /* in the middle of it */
}

static void a_strip_covers_the_whole_slider(void **state)
{
    (void)state;
    desk *d = open_transform();
    static const char *const kinds[] = {"strip_turn", "strip_scale", "strip_right", "strip_down",
                                        "strip_noise"};
    for (int i = 0; i < WARP_FIELDS; i++) {
        frame raw;
        say(d, "reset", "");
        json_t *all = probe_wait(d, kinds[i], &raw);
        json_t *arrays = json_object_get(all, "arrays");
        assert_int_equal(json_integer_value(json_array_get(json_array_get(arrays, 0), 1)),
                         TRANSFORM_NETWORKS * TRANSFORM_STEPS);
        json_decref(all);
        free(raw.bytes);
    }
    desk_free(d);
}

static void nothing_that_a_page_says_is_trusted(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"\"do\":\"warp\",\"turn\":1e9", "\"turn\" must be a number from -180 to 180"},
        {"\"do\":\"warp\",\"scale\":0", "\"scale\""},
        {"\"do\":\"warp\",\"noise\":\"much\"", "\"noise\""},
        {"\"do\":\"picture\"", "\"index\""},
        {"\"do\":\"picture\",\"index\":1e12", "\"index\""},
        {"\"do\":\"picture\",\"label\":10", "\"label\""},
        {"\"do\":\"picture\",\"own\":true", "no drawing"},
        {"\"do\":\"augment\",\"text\":\"wildly\"", "wildly"},
        {"\"do\":\"augment\",\"shift\":2", "\"shift\""},
        {"\"do\":\"framing\"", "true or false"},
        {"\"do\":\"fly\"", "transform does not know how to \"fly\""},
    };
    desk *d = open_transform();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[200];
        snprintf(text, sizeof text, "{\"scene\":\"transform\",%s}", bad[i][0]);
        probe_error(d, text, bad[i][1]);
    }
    desk_free(d);
}

static void what_is_drawn_on_the_pad_can_be_changed_here(void **state)
{
    (void)state;
    desk *d = open_transform();
    probe_post(d, "{\"scene\":\"draw\",\"do\":\"show\"}");
    probe_post(d, "{\"scene\":\"draw\",\"do\":\"stroke_begin\",\"width\":2.5,"
                  "\"points\":[9,5,15,4.5,20,5,17,12,14,20,12,25]}");
    probe_post(d, "{\"scene\":\"draw\",\"do\":\"stroke_end\"}");
    probe_post(d, "{\"scene\":\"transform\",\"do\":\"show\"}");
    json_decref(picture_after(d, "picture", "\"own\":true"));
    json_t *picture = picture_after(d, "reset", "");
    assert_true(json_is_true(json_object_get(picture, "own")));
    assert_int_equal((int)probe_number(picture, "label"), -1);
    assert_int_equal(best_of(picture, TRANSFORM_SHIPPED), 7);
    json_decref(picture);
    desk_free(d);
}

/* The picture of a link that came before the pictures were read. */
static int linked(const char *index)
{
    ink_error err = {.status = INK_OK};
    library *shelf = library_new(&(library_settings){.data = "/"}, &err);
    desk *d = desk_new(&(desk_settings){.library = shelf, .threads = 1}, &err);
    assert_non_null(d);
    desk_attach(d);
    probe_post(d, "{\"scene\":\"transform\",\"do\":\"show\"}");
    say(d, "picture", index);
    for (bool ready = false; !ready;) {
        json_t *all = probe_wait(d, "state", NULL);
        ready = json_is_true(json_object_get(all, "ready"));
        json_decref(all);
    }
    json_t *picture = picture_after(d, "reset", "");
    int found = (int)probe_number(picture, "index");
    json_decref(picture);
    desk_free(d);
    library_free(shelf);
    return found;
}

static void a_link_may_come_before_the_pictures(void **state)
{
    (void)state;
    assert_int_equal(linked("\"index\":7"), 7);
    assert_in_range(linked("\"index\":999999"), 0, 4999); /* more than there are */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_asked_for_changes_nothing),
        cmocka_unit_test(ink_goes_where_the_sliders_say),
        cmocka_unit_test(noise_is_the_share_that_was_asked_for_and_the_same_again),
        cmocka_unit_test(a_thrown_change_keeps_the_ink_inside),
        cmocka_unit_test(framing_finds_a_digit_that_was_pushed_away),
        cmocka_unit_test(two_networks_learn_and_only_one_survives_the_change),
        cmocka_unit_test(training_can_be_left_at_any_time),
        cmocka_unit_test(a_strip_covers_the_whole_slider),
        cmocka_unit_test(nothing_that_a_page_says_is_trusted),
        cmocka_unit_test(what_is_drawn_on_the_pad_can_be_changed_here),
        cmocka_unit_test(a_link_may_come_before_the_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
