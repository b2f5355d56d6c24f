/* The scene "look" through a desk: counts, lists, covered patches, weights, hostile messages. The
 * run is one of the test's own: what it says is set here. */
#include "studio/look/look.h"

#include "tests/check.h"
#include "tests/desk_probe.h"
#include "tests/fake_run.h"

/* ---- a stage: a network, data and a desk ---- */

typedef struct stage {
    desk *d;
    ink_network *network;
    library_data data;
} stage;

static ink_network *network_of(const char *text, uint64_t seed)
{
    ink_error err = {.status = INK_OK};
    ink_network *n = ink_network_new(text, &err);
    if (!n)
        fail_msg("%s", err.text);
    ink_network_init(n, INK_INIT_AUTO, seed);
    return n;
}

static library_data data_of(const char *name, size_t limit)
{
    ink_error err = {.status = INK_OK};
    ink_dataset *train = NULL, *test = NULL;
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.limit = limit;
    options.split = 0.5;
    assert_good(ink_dataset_open(name, &options, &train, &test, &err), err);
    return (library_data){train, test};
}

/* Throws away what was told so far, when all that was posted is done. */
static void catch_up(desk *d)
{
    frame f;
    probe_post(d, "{\"scene\":\"look\",\"do\":\"nothing\",\"id\":1}"); /* gets an error */
    json_decref(probe_wait(d, "error", NULL));
    while (desk_take(d, &f))
        free(f.bytes);
}

static json_t *state_when(desk *d, bool complete)
{
    for (int tries = 0; tries < 2000; tries++) {
        catch_up(d);
        probe_post(d, "{\"scene\":\"look\",\"do\":\"show\"}");
        json_t *s = probe_wait(d, "state", NULL);
        bool ready = strcmp(json_string_value(json_object_get(s, "phase")), "ready") == 0;
        if (ready && (!complete || (probe_number(s, "done") >= probe_number(s, "count") &&
                                    json_is_false(json_object_get(s, "newer")))))
            return s;
        json_decref(s);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    fail_msg("the evaluation came to no end");
    return NULL;
}

static stage set_up(const char *text, const char *data, size_t limit)
{
    stage s = {.network = network_of(text, 7), .data = data_of(data, limit)};
    fake_set(RUN_PAUSED, s.network, s.data);
    s.d = probe_open();
    json_decref(state_when(s.d, true));
    return s;
}

static void take_down(stage *s)
{
    desk_free(s->d);
    ink_network_free(s->network);
    ink_dataset_free((ink_dataset *)s->data.train);
    ink_dataset_free((ink_dataset *)s->data.test);
    fake_set(RUN_EMPTY, NULL, (library_data){NULL, NULL});
}

static void say(desk *d, const char *rest)
{
    char text[512];
    snprintf(text, sizeof text, "{\"scene\":\"look\",%s}", rest);
    probe_post(d, text);
}

/* A frame with arrays. */
typedef struct told {
    json_t *head;
    frame raw;
} told;

static told hear(desk *d, const char *kind)
{
    told t = {NULL, {false, 0, NULL}};
    t.head = probe_wait(d, kind, &t.raw);
    return t;
}

/* Asks, and hears the answer to it: what was told before is thrown away. */
static told ask(desk *d, const char *rest, const char *kind)
{
    catch_up(d);
    say(d, rest);
    return hear(d, kind);
}

static void forget(told *t)
{
    json_decref(t->head);
    free(t->raw.bytes);
}

static const void *array_of(const told *t, size_t which, size_t *count)
{
    const unsigned char *bytes = (const unsigned char *)t->raw.bytes;
    size_t at = 4 + (bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16);
    json_t *list = json_object_get(t->head, "arrays");
    for (size_t i = 0;; i++) {
        json_t *one = json_array_get(list, i);
        assert_non_null(one);
        size_t n = (size_t)json_integer_value(json_array_get(one, 1));
        bool byte = strcmp(json_string_value(json_array_get(one, 0)), "u8") == 0;
        if (i == which) {
            *count = n;
            return bytes + at;
        }
        at += (n * (byte ? 1 : 4) + 7) / 8 * 8;
    }
}

static ink_evaluation truth_of(const stage *s, const ink_dataset *set)
{
    ink_error err = {.status = INK_OK};
    ink_evaluation e;
    ink_input input;
    ink_input_for(s->data.train, &input);
    assert_good(ink_evaluate(s->network, &input, set, NULL, NULL, &e, &err), err);
    return e;
}

/* ---- counting ---- */

static void counts_are_those_of_an_evaluation_at_once(void **state)
{
    (void)state;
    stage s = set_up("784-10", "glyphs:digits", 300);
    ink_evaluation e = truth_of(&s, s.data.test);
    json_t *now = state_when(s.d, true);
    assert_int_equal(probe_number(now, "count"), e.count);
    assert_int_equal(probe_number(now, "correct"), e.correct);
    assert_near(probe_number(now, "low"), e.interval_low, 1e-12);
    assert_near(probe_number(now, "high"), e.interval_high, 1e-12);
    assert_string_equal(json_string_value(json_object_get(now, "source")), "mine");
    json_decref(now);
    told t = ask(s.d, "\"do\":\"show\"", "table");
    size_t count;
    const int32_t *confusion = array_of(&t, 0, &count);
    assert_int_equal(count, 100);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(confusion[i], e.confusion[i]);
    const float *interval = array_of(&t, 1, &count);
    double low, high;
    ink_interval(e.class_correct[3], e.class_count[3], &low, &high);
    assert_near(interval[6], low, 1e-6);
    assert_near(interval[7], high, 1e-6);
    forget(&t);
    ink_evaluation_release(&e);
    take_down(&s);
}

/* Has the weights that were changed evaluated. */
static void renew(stage *s)
{
    double before = 0, now = 0;
    json_t *state = state_when(s->d, true);
    before = probe_number(state, "version");
    json_decref(state);
    fake_weights(s->network);
    say(s->d, "\"do\":\"again\"");
    while (!(now > before)) {
        state = state_when(s->d, true);
        now = probe_number(state, "version");
        json_decref(state);
    }
}

static void the_training_part_can_be_looked_at_too(void **state)
{
    (void)state;
    stage s = set_up("784-10", "glyphs:digits", 200);
    ink_evaluation e = truth_of(&s, s.data.train);
    say(s.d, "\"do\":\"source\",\"source\":\"mine\",\"part\":\"train\"");
    json_t *now = state_when(s.d, true);
    assert_string_equal(json_string_value(json_object_get(now, "part")), "train");
    assert_int_equal(probe_number(now, "count"), e.count);
    assert_int_equal(probe_number(now, "correct"), e.correct);
    json_decref(now);
    ink_evaluation_release(&e);
    take_down(&s);
}

static void newer_weights_are_evaluated_when_there_is_time(void **state)
{
    (void)state;
    stage s = set_up("784-10", "glyphs:digits", 200);
    ink_network *other = network_of("784-10", 99);
    fake_weights(other);
    ink_network *first = s.network;
    s.network = other;
    ink_evaluation e = truth_of(&s, s.data.test);
    double version = 0, correct = 0;
    for (int tries = 0; tries < 2000 && version < 2; tries++) {
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        json_t *now = state_when(s.d, true);
        version = probe_number(now, "version");
        correct = probe_number(now, "correct");
        json_decref(now);
    }
    assert_int_equal(version, 2);
    assert_int_equal(correct, e.correct);
    ink_evaluation_release(&e);
    ink_network_free(first);
    take_down(&s);
}

/* ---- lists ---- */

static void mistakes_come_most_confident_first(void **state)
{
    (void)state;
    stage s = set_up("784-10", "glyphs:digits", 300);
    ink_evaluation e = truth_of(&s, s.data.test);
    say(s.d, "\"do\":\"filter\",\"kind\":\"mistakes\",\"order\":\"surest\"");
    told t = ask(s.d, "\"do\":\"page\",\"page\":0,\"size\":100", "gallery");
    size_t count;
    assert_int_equal(probe_number(t.head, "listed"), e.mistake_count);
    const int32_t *who = array_of(&t, 1, &count);
    assert_int_equal(count, 300);
    const float *confidence = array_of(&t, 2, &count);
    for (size_t i = 0; i < 100; i++) {
        assert_near(confidence[i], e.mistakes[i].confidence, 1e-5);
        assert_true(i == 0 || confidence[i] <= confidence[i - 1]);
        assert_int_equal(who[3 * i + 1], ink_dataset_label(s.data.test, (size_t)who[3 * i]));
        assert_int_not_equal(who[3 * i + 1], who[3 * i + 2]);
    }
    const uint8_t *pixels = array_of(&t, 0, &count);
    assert_int_equal(count, 100 * 784);
    assert_memory_equal(pixels + 784, ink_dataset_pixels(s.data.test, (size_t)who[3]), 784);
    forget(&t);
    ink_evaluation_release(&e);
    take_down(&s);
}

static void a_cell_of_the_matrix_lists_as_many_as_it_counts(void **state)
{
    (void)state;
    stage s = set_up("784-10", "glyphs:digits", 300);
    ink_evaluation e = truth_of(&s, s.data.test);
    for (int label = 0; label < 10; label += 3)
        for (int guess = 0; guess < 10; guess += 2) {
            char text[128];
            snprintf(text, sizeof text, "\"do\":\"filter\",\"label\":%d,\"guess\":%d", label,
                     guess);
            say(s.d, text);
            told t = ask(s.d, "\"do\":\"page\"", "gallery");
            assert_int_equal(probe_number(t.head, "listed"), e.confusion[label * 10 + guess]);
            forget(&t);
        }
    ink_evaluation_release(&e);
    take_down(&s);
}

static size_t listed(desk *d, const char *filter)
{
    say(d, filter);
    told t = ask(d, "\"do\":\"page\"", "gallery");
    size_t count = (size_t)probe_number(t.head, "listed");
    forget(&t);
    return count;
}

static void kinds_and_confidences_part_the_set(void **state)
{
    (void)state;
    stage s = set_up("784-10", "glyphs:digits", 300);
    for (size_t i = 0; i < 7840; i++)
        ink_network_parameters(s.network)[i] *= 4; /* surer of itself */
    renew(&s);
    json_t *now = state_when(s.d, true);
    size_t count = (size_t)probe_number(now, "count"), right = (size_t)probe_number(now, "correct");
    json_decref(now);
    assert_int_equal(listed(s.d, "\"do\":\"filter\""), count);
    assert_int_equal(listed(s.d, "\"do\":\"filter\",\"kind\":\"right\""), right);
    assert_int_equal(listed(s.d, "\"do\":\"filter\",\"kind\":\"mistakes\""), count - right);
    size_t near = listed(s.d, "\"do\":\"filter\",\"kind\":\"near\"");
    size_t unsure = listed(s.d, "\"do\":\"filter\",\"kind\":\"right\",\"high\":0.7");
    assert_int_equal(near, unsure); /* none is at 0.7 exactly */
    assert_true(listed(s.d, "\"do\":\"filter\",\"kind\":\"right\",\"high\":0.4") < near);
    assert_true(near < right);
    size_t low = listed(s.d, "\"do\":\"filter\",\"high\":0.25");
    size_t high = listed(s.d, "\"do\":\"filter\",\"low\":0.25");
    assert_int_equal(low + high, count);
    assert_true(low > 0 && high > 0);
    take_down(&s);
}

static void one_walks_through_the_mistakes_and_round_the_end(void **state)
{
    (void)state;
    stage s = set_up("784-10", "glyphs:digits", 100);
    ink_evaluation e = truth_of(&s, s.data.test);
    say(s.d, "\"do\":\"filter\",\"kind\":\"right\"");
    for (size_t i = 0; i <= e.mistake_count; i++) {
        told t = ask(s.d, "\"do\":\"mistake\"", "sample");
        assert_int_equal(probe_number(t.head, "listed"), e.mistake_count);
        assert_int_equal(probe_number(t.head, "position"), i % e.mistake_count);
        assert_true(json_is_false(json_object_get(t.head, "right")));
        size_t count;
        const float *scores = array_of(&t, 1, &count);
        assert_int_equal(count, 10);
        assert_near(scores[(size_t)probe_number(t.head, "guess")],
                    e.mistakes[i % e.mistake_count].confidence, 1e-5);
        forget(&t);
    }
    told t = ask(s.d, "\"do\":\"move\",\"by\":-1", "sample");
    assert_int_equal(probe_number(t.head, "position"), e.mistake_count - 1);
    forget(&t);
    for (int i = 0; i < 20; i++) {
        t = ask(s.d, "\"do\":\"random\"", "sample");
        assert_true(probe_number(t.head, "position") >= 0); /* in the list */
        forget(&t);
    }
    t = ask(s.d, "\"do\":\"go\",\"index\":5", "sample");
    assert_int_equal(probe_number(t.head, "index"), 5);
    forget(&t);
    ink_evaluation_release(&e);
    take_down(&s);
}

static void a_filter_may_be_set_before_there_is_data(void **state)
{
    (void)state;
    stage s = {.network = network_of("784-10", 7), .data = data_of("glyphs:digits", 100)};
    fake_set(RUN_LOADING, NULL, (library_data){NULL, NULL});
    s.d = probe_open();
    say(s.d, "\"do\":\"show\"");
    say(s.d, "\"do\":\"filter\",\"kind\":\"mistakes\",\"order\":\"surest\"");
    catch_up(s.d);
    fake_set(RUN_PAUSED, s.network, s.data);
    json_decref(state_when(s.d, true));
    ink_evaluation e = truth_of(&s, s.data.test);
    told t = ask(s.d, "\"do\":\"show\"", "sample");
    assert_int_equal(probe_number(t.head, "index"), e.mistakes[0].index);
    assert_int_equal(probe_number(t.head, "position"), 0);
    forget(&t);
    ink_evaluation_release(&e);
    take_down(&s);
}

/* ---- which pixels mattered ---- */

/* White pictures with a black edge; a network that looks at one pixel alone. */
static void covering_finds_the_pixel_that_matters(void **state)
{
    (void)state;
    enum { SIDE = 14, Y = 9, X = 4 };
    uint8_t pixels[4][SIDE * SIDE];
    int32_t labels[4] = {0, 1, 0, 1};
    ink_error err = {.status = INK_OK};
    memset(pixels, 200, sizeof pixels);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < SIDE * SIDE; k++)
            if (k / SIDE == 0 || k % SIDE == 0 || k / SIDE == SIDE - 1 || k % SIDE == SIDE - 1)
                pixels[i][k] = 0;
    ink_dataset *set = ink_dataset_new_pictures(4, SIDE, SIDE, 1, pixels[0], labels, 2, NULL, &err);
    assert_non_null(set);
    ink_network *n = network_of("196-2", 1);
    memset(ink_network_parameters(n), 0, ink_network_parameter_count(n) * sizeof(float));
    ink_network_parameters(n)[(size_t)(Y * SIDE + X) * 2 + 1] = 30; /* saturates the score */
    fake_set(RUN_PAUSED, n, (library_data){set, NULL});
    desk *d = probe_open();
    json_decref(state_when(d, true));
    say(d, "\"do\":\"cover\",\"on\":true");
    told t = {NULL, {false, 0, NULL}};
    for (;;) {
        t = hear(d, "cover");
        if (probe_number(t.head, "done") >= probe_number(t.head, "count"))
            break;
        forget(&t);
    }
    size_t count, best = 0;
    const float *map = array_of(&t, 0, &count);
    assert_int_equal(count, SIDE * SIDE);
    for (size_t i = 0; i < count; i++)
        best = map[i] > map[best] ? i : best;
    assert_int_equal(best, Y * SIDE + X);
    assert_true(map[best] > 5);
    assert_near(map[0], 0, 1e-6); /* covering what is ground already */
    assert_near(map[2 * SIDE + 11], 0, 1e-6);
    assert_near(probe_number(t.head, "strongest_score"), 0.5, 1e-3);
    double top = probe_number(t.head, "strongest_top"), patch = probe_number(t.head, "patch");
    assert_true(top <= Y && top + patch > Y);
    forget(&t);
    desk_free(d);
    fake_set(RUN_EMPTY, NULL, (library_data){NULL, NULL});
    ink_network_free(n);
    ink_dataset_free(set);
}

/* ---- weights ---- */

static void a_first_dense_layer_is_a_wall_of_pictures(void **state)
{
    (void)state;
    stage s = set_up("784-10", "glyphs:digits", 100);
    float *w = ink_network_parameters(s.network);
    for (size_t i = 0; i < 7840; i++)
        w[i] = i % 10 == 3 ? (i / 10 == 28 ? 0.5f : -0.5f) : 0.25f; /* node 3: pixel (1, 0) */
    renew(&s);
    told t = ask(s.d, "\"do\":\"weights\",\"wall\":0", "weights");
    size_t count;
    const uint8_t *pixels = array_of(&t, 0, &count);
    assert_int_equal(count, 7840);
    assert_near(probe_number(t.head, "scale"), 0.5, 1e-6);
    assert_true(json_is_true(json_object_get(t.head, "by_class")));
    assert_int_equal(pixels[3 * 784 + 28], 255);
    assert_int_equal(pixels[3 * 784 + 29], 1);
    assert_in_range(pixels[4 * 784 + 28], 190, 193); /* 128 + 63.5 */
    forget(&t);
    take_down(&s);
}

static void filters_are_pictures_channel_by_channel(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    library_data data = data_of("glyphs:digits", 50);
    ink_network *n =
        network_of("28x28x1 conv 4 3x3 relu conv 6 5x5 relu pool 4 dense 10 softmax", 1);
    ink_model *m = ink_model_new(n, data.train, INK_COST_CROSS_ENTROPY, &err);
    assert_non_null(m);
    look_wall walls[LOOK_MOST_WALLS];
    assert_int_equal(look_walls(m, walls), 2);
    assert_int_equal(walls[0].count, 4);
    assert_int_equal(walls[0].shape.height, 3);
    assert_int_equal(walls[1].count, 24);
    assert_int_equal(walls[1].inputs, 4);
    float *w = ink_network_parameters(n) + 40; /* behind 36 weights and 4 biases */
    memset(w, 0, 600 * sizeof *w);
    w[(7 * 4 + 2) * 6 + 5] = 1; /* row 1, column 2, channel 2, filter 5 */
    uint8_t pixels[24 * 25];
    float scale;
    assert_good(look_wall_pixels(m, &walls[1], 0, 24, pixels, &scale, &err), err);
    for (size_t i = 0; i < sizeof pixels; i++)
        assert_int_equal(pixels[i], i == (5 * 4 + 2) * 25 + 7 ? 255 : 128);
    ink_model_free(m);
    ink_dataset_free((ink_dataset *)data.train);
    ink_dataset_free((ink_dataset *)data.test);
}

/* ---- what is not there ---- */

static void vectors_have_no_pictures_but_counts(void **state)
{
    (void)state;
    stage s = set_up("2-8-2", "fruit:circles points 300", 0);
    json_t *now = state_when(s.d, true);
    assert_true(json_is_false(json_object_get(now, "pictures")));
    assert_int_equal(json_array_size(json_object_get(now, "walls")), 0);
    json_decref(now);
    told t = ask(s.d, "\"do\":\"go\",\"index\":1", "sample");
    size_t count;
    array_of(&t, 0, &count);
    assert_int_equal(count, 0);
    const float *values = array_of(&t, 2, &count);
    assert_int_equal(count, 2);
    assert_near(values[1], ink_dataset_values(s.data.test, 1)[1], 0);
    forget(&t);
    t = ask(s.d, "\"do\":\"page\"", "gallery");
    array_of(&t, 0, &count);
    assert_int_equal(count, 0);
    forget(&t);
    probe_error(s.d, "{\"scene\":\"look\",\"do\":\"cover\",\"on\":true}", "vectors");
    take_down(&s);
}

static void the_models_that_come_with_it_find_their_data_or_say_what_is_missing(void **state)
{
    (void)state;
    char models[600];
    ink_error err = {.status = INK_OK};
    const char *source = getenv("INKLING_SOURCE");
    snprintf(models, sizeof models, "%s/models", source ? source : ".");
    library *shelf =
        library_new(&(library_settings){.data = "/nowhere-at-all", .models = models}, &err);
    desk_settings settings = {.library = shelf, .threads = 1};
    desk *d = desk_new(&settings, &err);
    desk_attach(d);
    json_t *now = state_when(d, false); /* the digits, on digits drawn by a pen of our own */
    assert_string_equal(json_string_value(json_object_get(now, "source")), "digits");
    assert_string_equal(json_string_value(json_object_get(now, "data")), "glyphs:digits");
    assert_int_equal(json_array_size(json_object_get(now, "sources")), 5);
    json_decref(now);
    say(d, "\"do\":\"source\",\"source\":\"doodles\"");
    now = probe_until(d, "state", "phase", "no_data");
    assert_non_null(strstr(json_string_value(json_object_get(now, "wants")), "quickdraw:airplane"));
    json_decref(now);
    say(d, "\"do\":\"source\",\"source\":\"cifar10\"");
    now = probe_until(d, "state", "phase", "no_data");
    assert_string_equal(json_string_value(json_object_get(now, "wants")), "cifar10");
    json_decref(now);
    say(d, "\"do\":\"source\",\"source\":\"mine\"");
    json_decref(probe_until(d, "state", "phase", "empty"));
    desk_free(d);
    library_free(shelf);
}

static void hostile_messages_are_refused_in_a_sentence(void **state)
{
    (void)state;
    stage s = set_up("784-10", "glyphs:digits", 50);
    static const char *const pairs[][2] = {
        {"\"do\":\"dance\"", "dance"},
        {"\"do\":\"go\"", "index"},
        {"\"do\":\"go\",\"index\":-1", "from 0 to"},
        {"\"do\":\"go\",\"index\":1e9", "whole number"},
        {"\"do\":\"go\",\"index\":4000000000", "from 0 to"},
        {"\"do\":\"go\",\"index\":\"5\"", "whole number"},
        {"\"do\":\"filter\",\"label\":10", "-1 to 9"},
        {"\"do\":\"filter\",\"guess\":-2", "-1 to 9"},
        {"\"do\":\"filter\",\"kind\":\"odd\"", "odd"},
        {"\"do\":\"filter\",\"order\":7", "surest, unsurest, not 7"},
        {"\"do\":\"filter\",\"low\":2", "from 0 to 1"},
        {"\"do\":\"filter\",\"high\":[1]", "from 0 to 1"},
        {"\"do\":\"move\",\"by\":9000000000000000000", "whole number"},
        {"\"do\":\"page\",\"size\":101", "1 to 100"},
        {"\"do\":\"page\",\"size\":0", "1 to 100"},
        {"\"do\":\"weights\",\"wall\":5", "layer 5"},
        {"\"do\":\"weights\",\"wall\":500", "whole number"},
        {"\"do\":\"cover\",\"on\":1", "true or false"},
        {"\"do\":\"source\",\"source\":\"../digits\"", "mine"},
        {"\"do\":\"source\",\"part\":\"all\"", "test"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"scene\":\"look\",%s}", pairs[i][0]);
        probe_error(s.d, text, pairs[i][1]);
    }
    json_decref(state_when(s.d, true)); /* it lives */
    say(s.d, "\"do\":\"page\",\"page\":4000000000");
    told t = hear(s.d, "gallery"); /* the last one */
    assert_int_equal(probe_number(t.head, "page"), probe_number(t.head, "pages") - 1);
    forget(&t);
    take_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_an_evaluation_at_once),
        cmocka_unit_test(the_training_part_can_be_looked_at_too),
        cmocka_unit_test(newer_weights_are_evaluated_when_there_is_time),
        cmocka_unit_test(mistakes_come_most_confident_first),
        cmocka_unit_test(a_cell_of_the_matrix_lists_as_many_as_it_counts),
        cmocka_unit_test(kinds_and_confidences_part_the_set),
        cmocka_unit_test(one_walks_through_the_mistakes_and_round_the_end),
        cmocka_unit_test(a_filter_may_be_set_before_there_is_data),
        cmocka_unit_test(covering_finds_the_pixel_that_matters),
        cmocka_unit_test(a_first_dense_layer_is_a_wall_of_pictures),
        cmocka_unit_test(filters_are_pictures_channel_by_channel),
        cmocka_unit_test(vectors_have_no_pictures_but_counts),
        cmocka_unit_test(the_models_that_come_with_it_find_their_data_or_say_what_is_missing),
        cmocka_unit_test(hostile_messages_are_refused_in_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
