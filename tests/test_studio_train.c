/* The scene "train": its settings, its presets, and a desk that is steered by messages. */
#include "tests/check.h"

#include "studio/desk.h"
#include "studio/run/run.h"
#include "studio/train/past_runs.h"
#include "studio/train/train_frames.h"
#include "studio/train/train_setup.h"
#include "studio/train/train_store.h"

#include "tests/scratch.h"

#include <glob.h>
#include <unistd.h>

static ink_status read_text(const char *text, run_setup *setup, ink_error *err)
{
    json_error_t wrong;
    json_t *object = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &wrong);
    assert_non_null(object);
    *err = (ink_error){.status = INK_OK};
    ink_status status = setup_read(object, setup, err);
    json_decref(object);
    return status;
}

/* ---- settings ---- */

static void all_settings_come_back(void **state)
{
    (void)state;
    run_setup setup, again;
    ink_error err = {.status = INK_OK};
    run_setup_init(&setup);
    assert_good(read_text("{\"rate\":0.3,\"momentum\":0.25,\"batch\":7,\"epochs\":2.5,\"seed\":42,"
                          "\"cost\":\"squared\",\"optimizer\":\"adam\",\"schedule\":\"step\","
                          "\"turn\":0.15,\"noise\":0.05,\"net\":\"784-20-10\",\"limit\":500,"
                          "\"gradient\":\"central\",\"init\":\"sqrt\",\"data\":\"mnist\"}",
                          &setup, &err),
                err);
    json_t *written = setup_write(&setup);
    run_setup_init(&again);
    assert_good(setup_read(written, &again, &err), err);
    json_t *rewritten = setup_write(&again);
    assert_true(json_equal(written, rewritten));
    assert_int_equal(again.settings.batch, 7);
    assert_int_equal(again.settings.optimizer, INK_OPTIMIZER_ADAM);
    assert_int_equal(again.init, INK_INIT_SQRT);
    assert_string_equal(again.net, "784 dense 20 relu dense 10 softmax");
    assert_near(again.settings.augment.turn, 0.15F, 0);
    assert_near(json_real_value(json_object_get(written, "rate")), 0.3, 0); /* not 0.300000012 */
    json_decref(written);
    json_decref(rewritten);
}

static void a_wrong_setting_is_named_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"{\"rate\":0.1,\"rat\":1}", "rat"},
        {"{\"batch\":3,\"rate\":\"fast\"}", "rate"},
        {"{\"batch\":3,\"rate\":-1}", "rate"},
        {"{\"batch\":3,\"rate\":1e300}", "rate"},
        {"{\"batch\":3.5}", "batch"},
        {"{\"batch\":-1}", "batch"},
        {"{\"batch\":3,\"seed\":1e19}", "seed"},
        {"{\"batch\":3,\"cost\":\"love\"}", "love"},
        {"{\"batch\":3,\"cost\":7}", "cost"},
        {"{\"batch\":3,\"net\":7}", "net"},
        {"{\"batch\":3,\"net\":\"784\\u0000-10\"}", "net"},
        {"{\"batch\":3,\"alternate\":1}", "flip"},
        {"{\"batch\":3,\"turn\":[]}", "turn"},
        {"[]", "object"},
        {"7", "object"},
    };
    run_setup setup, before;
    ink_error err;
    run_setup_init(&setup);
    run_setup_init(&before);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(read_text(wrong[i][0], &setup, &err), INK_EINVAL);
        assert_says(err, wrong[i][1]);
        json_t *a = setup_write(&setup), *b = setup_write(&before);
        assert_true(json_equal(a, b));
        json_decref(a);
        json_decref(b);
    }
    char *longer = calloc(1, 5000);
    memcpy(longer, "{\"net\":\"", 8);
    memset(longer + 8, '7', 4000);
    memcpy(longer + 4008, "\"}", 2);
    assert_int_equal(read_text(longer, &setup, &err), INK_EINVAL);
    assert_says(err, "shorter");
    free(longer);
}

static void what_restarts_is_known(void **state)
{
    (void)state;
    run_setup a, b;
    ink_error err;
    run_setup_init(&a);
    b = a;
    assert_false(setup_restarts(&a, &b));
    assert_good(read_text("{\"rate\":0.7,\"momentum\":0.1,\"noise\":0.2,\"epochs\":99}", &b, &err),
                err);
    assert_false(setup_restarts(&a, &b));
    assert_good(read_text("{\"batch\":64}", &b, &err), err);
    assert_true(setup_restarts(&a, &b));
}

static void the_form_says_label_help_and_default_of_every_setting(void **state)
{
    (void)state;
    run_setup setup;
    run_setup_init(&setup);
    json_t *fields = setup_fields(), *written = setup_write(&setup), *field;
    size_t i;
    assert_int_equal(json_array_size(fields), json_object_size(written));
    json_array_foreach(fields, i, field)
    {
        const char *name = json_string_value(json_object_get(field, "name"));
        assert_true(json_equal(json_object_get(field, "value"), json_object_get(written, name)));
        assert_true(json_string_length(json_object_get(field, "label")) > 0);
        assert_true(json_string_length(json_object_get(field, "help")) > 10);
    }
    json_decref(fields);
    json_decref(written);
}

/* ---- the builder ---- */

static void the_builder_gets_layers_or_the_engine_s_sentence(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    json_t *good = setup_check("784-100-10", &err);
    assert_non_null(good);
    assert_string_equal(json_string_value(json_object_get(good, "text")),
                        "784 dense 100 relu dense 10 softmax");
    assert_int_equal(json_integer_value(json_object_get(good, "parameters")), 79510);
    assert_int_equal(json_array_size(json_object_get(good, "layers")), 3);
    json_decref(good);
    assert_null(setup_check("784 denze 10", &err));
    assert_says(err, "denze");
}

static void a_network_is_fitted_to_its_data(void **state)
{
    (void)state;
    uint8_t pixels[2 * 8 * 6 * 3] = {0};
    int32_t labels[2] = {0, 4};
    ink_error err = {.status = INK_OK};
    ink_dataset *data = ink_dataset_new_pictures(2, 8, 6, 3, pixels, labels, 5, NULL, &err);
    char text[1024];
    assert_non_null(data);
    assert_good(setup_fit("784-100-10", data, text, sizeof text, &err), err);
    assert_string_equal(text, "144 dense 100 relu dense 5 softmax");
    assert_good(
        setup_fit("28x28x1 conv 4 3x3 relu pool 2 dense 10 softmax", data, text, sizeof text, &err),
        err);
    assert_string_equal(text, "8x6x3 conv 4 3x3 relu pool 2 dense 5 softmax");
    assert_int_equal(setup_fit("784-100-10", data, text, 8, &err), INK_EINVAL);
    err = (ink_error){.status = INK_OK};
    assert_int_equal(setup_fit("blah", data, text, sizeof text, &err), INK_EINVAL);
    ink_dataset_free(data);
}

/* ---- presets, ghosts, saved models ---- */

static const preset_places places = {NULL, NULL}, nowhere = {"/nowhere", NULL};

static void every_preset_is_a_network_that_fits_its_settings(void **state)
{
    (void)state;
    for (const train_preset *p = train_presets; p->name; p++) {
        run_setup setup;
        ink_error err = {.status = INK_OK};
        assert_good(preset_setup(p->name, &places, &setup, &err), err);
        ink_network *network = ink_network_new(setup.net, &err);
        if (!network)
            fail_msg("%s: %s", p->name, err.text);
        assert_int_equal(ink_network_output_size(network), 10);
        ink_network_free(network);
    }
    run_setup setup;
    ink_error err = {.status = INK_OK};
    assert_int_equal(preset_setup("nonsense", &places, &setup, &err), INK_EINVAL);
    assert_int_equal(preset_setup(NULL, &places, &setup, &err), INK_EINVAL);
}

static void without_downloads_digits_are_drawn_by_our_own_pen(void **state)
{
    (void)state;
    run_setup setup;
    ink_error err = {.status = INK_OK};
    assert_good(preset_setup("one-layer", &nowhere, &setup, &err), err);
    assert_string_equal(setup.data, "glyphs:digits");
    json_t *list = preset_list(&nowhere), *preset;
    size_t i, here = 0;
    json_array_foreach(list, i, preset) here += json_is_true(json_object_get(preset, "here"));
    assert_true(here >= 6 && here < json_array_size(list));
    assert_non_null(strstr(json_string_value(json_object_get(json_array_get(list, 0), "sentence")),
                           "built-in pictures"));
    json_decref(list);
}

static void every_recipe_that_ships_is_a_preset(void **state)
{
    (void)state;
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/recipes", getenv("INKLING_SOURCE"));
    preset_places all = {"/nowhere", folder};
    json_t *list = preset_list(&all), *preset;
    size_t i, recipes = 0;
    json_array_foreach(list, i, preset)
    {
        run_setup setup;
        ink_error err = {.status = INK_OK};
        const char *name = json_string_value(json_object_get(preset, "name"));
        recipes += json_is_true(json_object_get(preset, "recipe"));
        assert_good(preset_setup(name, &all, &setup, &err), err);
        assert_true(strlen(json_string_value(json_object_get(preset, "sentence"))) > 20);
    }
    json_decref(list);
    char pattern[4096];
    glob_t files;
    snprintf(pattern, sizeof pattern, "%.4000s/*.txt", folder);
    assert_int_equal(glob(pattern, 0, NULL, &files), 0);
    assert_int_equal(recipes, files.gl_pathc);
    globfree(&files);

    run_setup setup;
    ink_error err = {.status = INK_OK};
    assert_good(preset_setup("recipe:cifar90", &all, &setup, &err), err);
    assert_string_equal(setup.data, "cifar10");
    assert_non_null(strstr(setup.net, "32x32x3 whiten 2x2 nobias gelu conv 32 3x3 nobias pool 2"));
    assert_int_equal(setup.settings.batch, 500);
    assert_int_equal(setup.settings.optimizer, INK_OPTIMIZER_MUON);
    assert_int_equal(setup.init, INK_INIT_DIRAC);
    assert_true(setup.settings.bias_rate == 50 && setup.settings.label_smoothing == 0.2f);
    assert_true(setup.settings.augment.pixels == 2 && setup.settings.augment.alternate == 1);
    static const char *const wrong[] = {"recipe:fish", "recipe:", "recipe:../recipes/mnist"};
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(preset_setup(wrong[i], &all, &setup, &err), INK_EINVAL);
    assert_int_equal(setup_read_words("rate", "fast", &setup, &err), INK_EINVAL);
    assert_says(err, "rate must be a number");
}

static void ghosts_are_thinned_bounded_and_forgotten(void **state)
{
    (void)state;
    past_runs past = {.count = 0};
    run_setup setup;
    run_status status = {.furthest = 3999, .seconds = 1.5};
    run_point *points = calloc(RUN_MOST_POINTS, sizeof *points);
    run_setup_init(&setup);
    for (int i = 0; i < RUN_MOST_POINTS; i++)
        points[i] = (run_point){.update = (float)i, .cost = 1, .test_accuracy = NAN};
    assert_false(past_keep(&past, "never tested", &setup, &status, points, RUN_MOST_POINTS));
    for (int i = 0; i < RUN_MOST_POINTS; i += 100)
        points[i].test_accuracy = (float)i / RUN_MOST_POINTS;
    for (int i = 0; i < PAST_MOST + 3; i++)
        assert_true(past_keep(&past, "run", &setup, &status, points, RUN_MOST_POINTS));
    assert_int_equal(past.count, PAST_MOST);
    assert_int_equal(past.runs[0].id, 4);
    assert_true(past.runs[0].count <= PAST_POINTS && past.runs[0].count > 200);
    size_t tested = 0;
    for (size_t i = 0; i < past.runs[0].count; i++)
        tested += isfinite(past.runs[0].points[i].test_accuracy);
    assert_int_equal(tested, 40);
    past_forget(&past, 4);
    past_forget(&past, 4);
    assert_int_equal(past.count, PAST_MOST - 1);
    assert_null(past_named(&past, 4));
    float *columns;
    size_t floats;
    json_t *runs = past_write(&past, &columns, &floats);
    assert_int_equal(json_array_size(runs), PAST_MOST - 1);
    assert_int_equal(floats, (PAST_MOST - 1) * PAST_COLUMNS * past.runs[0].count);
    json_decref(runs);
    free(columns);
    free(points);
    past_release(&past);
}

static void names_of_models_stay_in_their_folder(void **state)
{
    (void)state;
    char path[4200];
    static const char *const wrong[] = {"", ".", "..", "../x", "a/b", ".hidden", "-rf", "ö", NULL};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ink_error err = {.status = INK_OK};
        assert_int_equal(store_path("/tmp", wrong[i], path, sizeof path, &err), INK_EINVAL);
        assert_says(err, "name");
    }
    ink_error err = {.status = INK_OK};
    assert_int_equal(store_path(NULL, "mine", path, sizeof path, &err), INK_EIO);
    assert_int_equal(store_find("/nowhere", "mine", path, sizeof path, &err), INK_EIO);
    json_t *none = store_list("/nowhere");
    assert_int_equal(json_array_size(none), 0);
    json_decref(none);
}

/* ---- the scene on a desk ---- */

typedef struct bench {
    scratch scratch;
    library *library;
    desk *desk;
    int next;
    json_t *seen; /* the latest frame of each kind */
} bench;

static void bench_open(bench *b)
{
    ink_error err = {.status = INK_OK};
    *b = (bench){.next = 1, .seen = json_object()};
    scratch_open(&b->scratch);
    b->library = library_new(&(library_settings){.data = "/nowhere"}, &err);
    assert_non_null(b->library);
    desk_settings settings = {.library = b->library, .state = b->scratch.folder, .threads = 1};
    b->desk = desk_new(&settings, &err);
    assert_non_null(b->desk);
    desk_attach(b->desk);
}

static void bench_close(bench *b)
{
    desk_free(b->desk);
    library_free(b->library);
    json_decref(b->seen);
    scratch_close(&b->scratch);
}

/* Takes one frame, which is then the latest of its kind; an answer is kept under its id. */
static void take_frame(bench *b)
{
    frame f;
    if (!desk_take(b->desk, &f)) {
        usleep(1000);
        return;
    }
    json_error_t wrong;
    json_t *o = f.binary ? json_loadb(f.bytes + 4, f.size - 4, JSON_DISABLE_EOF_CHECK, &wrong)
                         : json_loadb(f.bytes, f.size, 0, &wrong);
    free(f.bytes);
    assert_non_null(o);
    char key[32];
    json_t *id = json_object_get(o, "id");
    snprintf(key, sizeof key, "%d", (int)json_integer_value(id));
    json_object_set_new(b->seen, id ? key : json_string_value(json_object_get(o, "kind")), o);
}

/* Sends {"scene":"train","do":verb,"id":..., fields}; the whole answer, lent. */
static json_t *ask(bench *b, const char *verb, const char *fields)
{
    char text[4096], key[32];
    int id = b->next++;
    int length = snprintf(text, sizeof text, "{\"scene\":\"train\",\"do\":\"%s\",\"id\":%d%s%s}",
                          verb, id, *fields ? "," : "", fields);
    assert_true(desk_post(b->desk, text, (size_t)length));
    snprintf(key, sizeof key, "%d", id);
    double end = desk_now() + 240;
    while (!json_object_get(b->seen, key) && desk_now() < end)
        take_frame(b);
    if (!json_object_get(b->seen, key))
        fail_msg("%s was not answered within a minute", verb);
    return json_object_get(b->seen, key);
}

static void tell(bench *b, const char *verb, const char *fields)
{
    json_t *answer = ask(b, verb, fields);
    if (strcmp(json_string_value(json_object_get(answer, "kind")), "done") != 0)
        fail_msg("%s: %s", verb, json_string_value(json_object_get(answer, "text")));
}

static void is_refused(bench *b, const char *verb, const char *fields, const char *part)
{
    const char *text = json_string_value(json_object_get(ask(b, verb, fields), "text"));
    if (!text || !strstr(text, part))
        fail_msg("%s %s was answered with \"%s\", not with \"%s\"", verb, fields,
                 text ? text : "done", part);
}

static json_t *latest(bench *b, const char *kind, const char *key)
{
    return json_object_get(json_object_get(b->seen, kind), key);
}

static double value_of(bench *b, const char *key)
{
    return json_number_value(latest(b, "status", key));
}

/* Waits until the run stands in that phase at that update or later; "" = in any. */
static void wait_for(bench *b, const char *phase, double update)
{
    double end = desk_now() + 240;
    const char *found = "none";
    while (desk_now() < end) {
        take_frame(b);
        if (!json_object_get(b->seen, "status"))
            continue;
        found = json_string_value(latest(b, "status", "phase"));
        if (value_of(b, "waiting") > 0)
            continue;
        if ((!*phase || strcmp(found, phase) == 0) && value_of(b, "update") >= update)
            return;
        if (strcmp(found, "failed") == 0)
            fail_msg("the run failed: %s", json_string_value(latest(b, "status", "message")));
    }
    fail_msg("it is %s at update %g, not %s at %g", found, value_of(b, "update"), phase, update);
}

#define SMALL                                                                                      \
    "\"setup\":{\"data\":\"glyphs:digits\",\"limit\":400,\"net\":\"784-8-10\",\"epochs\":3,"       \
    "\"batch\":20}"

static void it_opens_already_learning(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    tell(&b, "show", "");
    wait_for(&b, "playing", 1);
    assert_true(json_is_true(latest(&b, "clock", "playing")));
    assert_string_equal(json_string_value(latest(&b, "setup", "name")), train_presets[0].title);
    bench_close(&b);
}

static void time_goes_on_stops_steps_and_turns_back(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    tell(&b, "show", "");
    tell(&b, "begin", SMALL ",\"paused\":true");
    tell(&b, "speed", "\"speed\":\"max\"");
    wait_for(&b, "paused", 0);
    assert_near(value_of(&b, "update"), 0, 0);
    tell(&b, "step", "\"updates\":5");
    wait_for(&b, "paused", 5);
    assert_near(value_of(&b, "update"), 5, 0);
    tell(&b, "play", "");
    wait_for(&b, "done", 60);
    assert_near(value_of(&b, "update"), 60, 0);
    while (!json_is_number(latest(&b, "status", "test_low")))
        take_frame(&b);
    assert_true(value_of(&b, "test_low") < value_of(&b, "test_accuracy"));
    is_refused(&b, "play", "", "epochs");
    tell(&b, "seek", "\"update\":30");
    wait_for(&b, "paused", 30);
    assert_near(value_of(&b, "update"), 30, 0);
    assert_near(value_of(&b, "furthest"), 60, 0);
    tell(&b, "rewind", "");
    while (value_of(&b, "update") > 0)
        take_frame(&b);
    tell(&b, "tune", "\"setup\":{\"epochs\":4}");
    tell(&b, "play", "");
    wait_for(&b, "done", 80);
    bench_close(&b);
}

static void a_run_that_is_over_becomes_a_ghost(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    tell(&b, "show", "");
    tell(&b, "speed", "\"speed\":\"max\"");
    tell(&b, "begin", SMALL ",\"name\":\"first\"");
    wait_for(&b, "done", 60);
    tell(&b, "begin", SMALL ",\"name\":\"second\"");
    while (json_array_size(latest(&b, "ghosts", "runs")) == 0)
        take_frame(&b);
    json_t *runs = latest(&b, "ghosts", "runs");
    json_t *last = json_array_get(runs, json_array_size(runs) - 1);
    char fields[64];
    assert_string_equal(json_string_value(json_object_get(last, "name")), "first");
    snprintf(fields, sizeof fields, "\"run\":%d",
             (int)json_integer_value(json_object_get(last, "id")));
    tell(&b, "forget", fields);
    is_refused(&b, "forget", fields, "there is no run");
    bench_close(&b);
}

static void settings_that_start_anew_are_not_tuned(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    tell(&b, "show", "");
    tell(&b, "begin", SMALL ",\"paused\":true");
    wait_for(&b, "paused", 0);
    tell(&b, "tune", "\"setup\":{\"rate\":0.7}");
    assert_near(json_number_value(json_object_get(latest(&b, "setup", "setup"), "rate")), 0.7, 0);
    is_refused(&b, "tune", "\"setup\":{\"batch\":64}", "starts anew");
    is_refused(&b, "tune", "\"setup\":{\"rate\":\"x\"}", "rate");
    bench_close(&b);
}

static void a_model_is_saved_and_loaded_by_name(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    tell(&b, "show", "");
    tell(&b, "speed", "\"speed\":\"max\"");
    tell(&b, "begin", SMALL);
    wait_for(&b, "done", 60);
    json_t *answer = ask(&b, "save", "\"name\":\"my digits\"");
    const char *path = json_string_value(json_object_get(json_object_get(answer, "body"), "path"));
    assert_non_null(path);
    double end = desk_now() + 240;
    while (access(path, R_OK) != 0 && desk_now() < end)
        usleep(1000);
    ink_error err = {.status = INK_OK};
    ink_model *model = ink_model_load(path, &err);
    if (!model)
        fail_msg("%s", err.text);
    ink_model_free(model);
    double begun = value_of(&b, "begun");
    tell(&b, "step", "");
    tell(&b, "load", "\"name\":\"my digits\"");
    while (value_of(&b, "begun") <= begun)
        take_frame(&b);
    wait_for(&b, "done", 60); /* it goes on where it was saved */
    assert_string_equal(json_string_value(latest(&b, "setup", "name")), "my digits");
    is_refused(&b, "save", "\"name\":\"../evil\"", "name");
    bench_close(&b);
}

static void hostile_messages_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[][3] = {
        {"begin", "\"setup\":7", "object"},
        {"begin", "\"setup\":{\"x\":1}", "\"x\""},
        {"begin", "\"preset\":\"nope\"", "nope"},
        {"begin", "\"name\":7", "name"},
        {"begin", "\"setup\":{\"net\":\"784 denze 3\"}", "denze"},
        {"tune", "", "object"},
        {"check", "", "net"},
        {"check", "\"net\":[1]", "net"},
        {"check", "\"net\":\"784 conv 3\"", "conv"},
        {"fit", "\"net\":\"784-10\",\"data\":3", "\"data\" must be a text"},
        {"play pause", "", "know"},
        {"begin", "\"paused\":1", "paused"},
        {"wall", "", "\"on\" must be"},
        {"fit", "\"data\":\"glyphs:digits\",\"net\":\"784-10\",\"limit\":-5", "limit"},
        {"step", "\"updates\":-1", "updates"},
        {"step", "\"updates\":1e9", "updates"},
        {"step", "\"updates\":\"many\"", "updates"},
        {"seek", "", "update"},
        {"seek", "\"update\":-3", "update"},
        {"speed", "\"speed\":\"warp\"", "speed"},
        {"speed", "", "speed"},
        {"save", "", "name"},
        {"load", "\"name\":\"/etc/passwd\"", "name"},
        {"load", "\"name\":\"never saved\"", "no saved model"},
        {"ghost", "\"run\":99", "there is no run 99"},
        {"forget", "\"run\":\"1\"", "\"run\" must be"},
        {"dance", "", "dance"},
        {"pla", "", "pla"},
        {" ", "", "know"},
    };
    bench b;
    bench_open(&b);
    tell(&b, "show", "");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        is_refused(&b, wrong[i][0], wrong[i][1], wrong[i][2]);
    tell(&b, "check", "\"net\":\"784-10\"");
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_settings_come_back),
        cmocka_unit_test(a_wrong_setting_is_named_and_changes_nothing),
        cmocka_unit_test(what_restarts_is_known),
        cmocka_unit_test(the_form_says_label_help_and_default_of_every_setting),
        cmocka_unit_test(the_builder_gets_layers_or_the_engine_s_sentence),
        cmocka_unit_test(a_network_is_fitted_to_its_data),
        cmocka_unit_test(every_preset_is_a_network_that_fits_its_settings),
        cmocka_unit_test(every_recipe_that_ships_is_a_preset),
        cmocka_unit_test(without_downloads_digits_are_drawn_by_our_own_pen),
        cmocka_unit_test(ghosts_are_thinned_bounded_and_forgotten),
        cmocka_unit_test(names_of_models_stay_in_their_folder),
        cmocka_unit_test(it_opens_already_learning),
        cmocka_unit_test(time_goes_on_stops_steps_and_turns_back),
        cmocka_unit_test(a_run_that_is_over_becomes_a_ghost),
        cmocka_unit_test(settings_that_start_anew_are_not_tuned),
        cmocka_unit_test(a_model_is_saved_and_loaded_by_name),
        cmocka_unit_test(hostile_messages_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
