/* The scene "fruit": points, a small network by hand, and learning. */
#include "studio/fruit/fruit_model.h"
#include "studio/fruit/fruit_race.h"

#include "inkling/train.h"

#include "tests/check.h"
#include "tests/desk_probe.h"
#include "tests/scratch.h"

static fruit_model *fresh(void)
{
    ink_error err = {.status = INK_OK};
    fruit_model *m = fruit_model_new(&err);
    if (!m)
        fail_msg("%s", err.text);
    return m;
}

static void set_net(fruit_model *m, const char *text)
{
    ink_error err = {.status = INK_OK};
    fruit_shape shape;
    assert_good(fruit_shape_parse(text, 2, 2, &shape, &err), err);
    assert_good(fruit_model_set_shape(m, &shape, &err), err);
}

static void step(fruit_model *m, int count)
{
    ink_error err = {.status = INK_OK};
    for (int i = 0; i < count; i++)
        assert_good(fruit_model_step(m, &err), err);
}

/* Sends a message and waits until it is done. */
static void tell(desk *d, const char *fields)
{
    char text[2048];
    snprintf(text, sizeof text, "{\"scene\":\"fruit\",\"id\":1,%s}", fields);
    probe_post(d, text);
    json_t *done = probe_wait(d, "done", NULL);
    json_decref(done);
}

/* The frame of that kind whose `key` is that number. A newer frame takes the place of an older one
 * in the outbox, so what follows a message may come before its "done". */
static json_t *frame_with(desk *d, const char *fields, const char *kind, const char *key,
                          double value)
{
    char text[256];
    snprintf(text, sizeof text, "{\"scene\":\"fruit\",%s}", fields);
    probe_post(d, text);
    for (;;) {
        json_t *all = probe_wait(d, kind, NULL);
        if (probe_number(all, key) == value)
            return all;
        json_decref(all);
    }
}

static desk *shown(void)
{
    desk *d = probe_open();
    tell(d, "\"do\":\"show\"");
    return d;
}

/* ---- the network ---- */

static void the_hidden_layer_has_12_weights_and_5_biases(void **state)
{
    (void)state;
    desk *d = shown();
    json_t *all = frame_with(d, "\"do\":\"lesson\",\"number\":3", "state", "lesson", 3);
    json_t *net = json_object_get(all, "net");
    assert_near(probe_number(net, "weights"), 12, 0);
    assert_near(probe_number(net, "biases"), 5, 0);
    assert_true(json_is_true(json_object_get(net, "linear")));
    json_decref(all);
    desk_free(d);
}

static void formulas_agree_with_the_engine(void **state)
{
    (void)state;
    static const char *const nets[] = {
        "2 dense 3 tanh dense 2 softmax",
        "2 dense 4 sigmoid dense 3 gelu dense 2 sigmoid",
        "2 dense 3 relu dense 2",
        "2 dense 3 leaky dense 2 tanh",
        "2 dense 3 silu dense 4 tanh dense 2",
        "2 dense 2 sigmoid",
    };
    for (size_t n = 0; n < sizeof nets / sizeof *nets; n++)
        for (int cost = 0; cost < 2; cost++) {
            ink_error err = {.status = INK_OK};
            fruit_model *m = fresh();
            set_net(m, nets[n]);
            fruit_settings s = m->settings;
            s.cost = cost ? INK_COST_SQUARED : INK_COST_CROSS_ENTROPY;
            if (fruit_model_set_settings(m, &s, &err) == INK_OK) {
                float gradient[FRUIT_MOST], x[] = {0.3f, 0.9f}, t[] = {0, 1};
                double w[FRUIT_MOST];
                fruit_pass pass;
                ink_workspace *ws = ink_workspace_new(m->network, 1, true, NULL, &err);
                double engine = ink_network_gradient(m->network, ws, x, t, 1, s.cost, 0, gradient);
                fruit_model_doubles(m, w);
                fruit_forward(&m->shape, w, (double[]){(double)x[0], (double)x[1]},
                              (double[]){0, 1}, s.cost, &pass);
                fruit_backward(&m->shape, w, (double[]){0, 1}, s.cost, &pass);
                assert_near(pass.cost, engine, 1e-5);
                for (size_t i = 0; i < fruit_parameters(&m->shape); i++)
                    assert_near(fruit_gradient_of(&m->shape, &pass, i), gradient[i], 1e-5);
                ink_workspace_free(ws);
            }
            fruit_model_free(m);
        }
}

/* The largest second difference along rows: 0 for a plane. */
static double bend_of(const fruit_model *m)
{
    enum { SIDE = 32 };
    float margins[SIDE * SIDE];
    double most = 0;
    assert_true(fruit_model_plane(m, 0, 1, SIDE, margins));
    for (size_t row = 0; row < SIDE; row++)
        for (size_t i = 1; i + 1 < SIDE; i++) {
            const float *at = margins + row * SIDE + i;
            most = fmax(most, fabs((double)at[-1] - 2 * (double)at[0] + (double)at[1]));
        }
    return most;
}

/* Weights large enough that functions bend. */
static void enlarge(fruit_model *m)
{
    ink_error err = {.status = INK_OK};
    double w[FRUIT_MOST];
    fruit_model_doubles(m, w);
    for (size_t i = 0; i < fruit_parameters(&m->shape); i++)
        w[i] *= 3;
    assert_good(fruit_model_set_weights(m, w, fruit_parameters(&m->shape), &err), err);
}

static void linear_layers_keep_the_border_straight(void **state)
{
    (void)state;
    fruit_model *m = fresh();
    set_net(m, "2 dense 6 dense 5 dense 4 dense 2");
    assert_true(fruit_is_linear(&m->shape));
    assert_near(bend_of(m), 0, 1e-5);
    enlarge(m);
    assert_near(bend_of(m), 0, 1e-4);
    set_net(m, "2 dense 6 tanh dense 2");
    assert_false(fruit_is_linear(&m->shape));
    enlarge(m);
    assert_true(bend_of(m) > 1e-3);
    fruit_model_free(m);
}

static void without_biases_the_line_goes_through_the_corner(void **state)
{
    (void)state;
    fruit_model *m = fresh();
    float at_corner;
    assert_false(m->biases);
    step(m, 200);
    assert_true(fruit_model_plane(m, -1e-6, 1e-6, 1, &at_corner));
    assert_near(at_corner, 0, 1e-3);
    fruit_model_free(m);
}

/* ---- cost ---- */

static void the_cost_of_a_point_is_what_it_is_by_hand(void **state)
{
    (void)state;
    desk *d = shown();
    tell(d, "\"do\":\"clear\"");
    tell(d, "\"do\":\"place\",\"x\":0.5,\"y\":0.25,\"label\":0");
    static const double weights[] = {1, -2, 3, 4}; /* spots -> safe, poisonous; spikes -> ... */
    for (int i = 0; i < 4; i++) {
        char text[96];
        snprintf(text, sizeof text, "\"do\":\"weight\",\"index\":%d,\"value\":%g", i, weights[i]);
        tell(d, text);
    }
    json_t *all = frame_with(d, "\"do\":\"probe\",\"index\":0", "probe", "index", 0);
    json_t *terms = json_object_get(all, "terms");
    double safe = 1 * 0.5 + 3 * 0.25, poisonous = -2 * 0.5 + 4 * 0.25;
    assert_near(json_number_value(json_array_get(terms, 0)), (safe - 1) * (safe - 1), 2e-3);
    assert_near(json_number_value(json_array_get(terms, 1)), poisonous * poisonous, 2e-3);
    assert_near(json_number_value(json_array_get(json_object_get(all, "sum"), 0)),
                json_number_value(json_array_get(terms, 0)) +
                    json_number_value(json_array_get(terms, 1)),
                1e-12);
    json_decref(all);
    desk_free(d);
}

static void the_average_is_the_engines(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    fruit_model *m = fresh();
    assert_good(fruit_model_lesson(m, 5, &err), err);
    float t[2 * FRUIT_POINTS];
    for (size_t i = 0; i < m->count; i++) {
        t[2 * i] = m->labels[i] == 0;
        t[2 * i + 1] = m->labels[i] == 1;
    }
    ink_workspace *ws = ink_workspace_new(m->network, m->count, false, NULL, &err);
    const float *y = ink_predict(m->network, ws, m->xy, m->count);
    size_t right = 0, counted;
    for (size_t i = 0; i < m->count; i++)
        right += (y[2 * i + 1] > y[2 * i]) == (m->labels[i] == 1);
    assert_near(fruit_model_cost(m, &counted),
                ink_cost_value(INK_COST_SQUARED, false, y, t, m->count, 2), 1e-6);
    assert_int_equal(counted, right);
    ink_workspace_free(ws);
    fruit_model_free(m);
}

/* ---- points ---- */

static void points_are_placed_moved_and_removed(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    fruit_model *m = fresh();
    size_t before = m->count;
    assert_good(fruit_model_place(m, 0.25, 0.75, 1, &err), err);
    assert_int_equal(m->count, before + 1);
    assert_near(m->xy[2 * before], 0.25, 1e-3);
    assert_good(fruit_model_move(m, before, 0.5, 0.5, 0, &err), err);
    assert_near(m->xy[2 * before + 1], 0.5, 1e-3);
    assert_int_equal(m->labels[before], 0);
    float second = m->xy[2];
    assert_good(fruit_model_remove(m, 0, &err), err);
    assert_int_equal(m->count, before);
    assert_near(m->xy[0], second, 0);
    while (m->count < FRUIT_POINTS)
        assert_good(fruit_model_place(m, 0.1, 0.1, 0, &err), err);
    assert_int_equal(fruit_model_place(m, 0.1, 0.1, 0, &err), INK_EINVAL);
    assert_says(err, "room for no more");
    fruit_model_free(m);
}

static void presets_are_the_engines_points(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    fruit_model *m = fresh();
    static const char *const shapes[] = {"line", "curve", "moons", "circles", "spiral", "xor"};
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        char name[64];
        fruit_data data = {.points = 50, .noise = 0.1, .seed = 7};
        ink_dataset_options options;
        ink_dataset *set = NULL;
        snprintf(data.shape, sizeof data.shape, "%s", shapes[k]);
        snprintf(name, sizeof name, "fruit:%s noise 0.1 points 50", shapes[k]);
        ink_dataset_options_init(&options);
        options.seed = 7;
        assert_good(fruit_model_set_data(m, &data, &err), err);
        assert_good(ink_dataset_open(name, &options, &set, NULL, &err), err);
        for (size_t i = 0; i < 50; i++) {
            assert_memory_equal(ink_dataset_values(set, i), m->xy + 2 * i, 2 * sizeof(float));
            assert_int_equal(ink_dataset_label(set, i), m->labels[i]);
        }
        ink_dataset_free(set);
    }
    fruit_model_free(m);
}

static void points_as_csv_are_read_back_exactly(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    fruit_model *m = fresh();
    scratch place;
    char *text = fruit_model_csv(m);
    scratch_open(&place);
    const char *path = scratch_write(&place, "points.csv", text, strlen(text));
    ink_dataset *set = NULL;
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.split = 0;
    assert_good(ink_dataset_open(path, &options, &set, NULL, &err), err);
    assert_int_equal(ink_dataset_count(set), m->count);
    for (size_t i = 0; i < m->count; i++) {
        assert_memory_equal(ink_dataset_values(set, i), m->xy + 2 * i, 2 * sizeof(float));
        assert_int_equal(ink_dataset_label(set, i), m->labels[i]);
    }
    ink_dataset_free(set);
    scratch_close(&place);
    free(text);
    fruit_model_free(m);
}

/* ---- learning ---- */

static void it_learns_to_tell_all_points(void **state)
{
    (void)state;
    desk *d = shown();
    tell(d, "\"do\":\"let_it_learn\"");
    tell(d, "\"do\":\"speed\",\"speed\":\"max\"");
    for (;;) {
        json_t *all = probe_wait(d, "look", NULL);
        bool good = probe_number(all, "right") >= probe_number(all, "count");
        json_decref(all);
        if (good)
            break;
    }
    desk_free(d);
}

static void rewind_goes_back_and_the_same_steps_give_the_same_bits(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    for (int lesson = 1; lesson <= 6; lesson += 5) {
        fruit_model *m = fresh();
        assert_good(fruit_model_lesson(m, lesson, &err), err);
        size_t size = fruit_parameters(&m->shape) * sizeof(float);
        float start[FRUIT_MOST], later[FRUIT_MOST];
        memcpy(start, fruit_model_parameters(m), size);
        step(m, 30);
        memcpy(later, fruit_model_parameters(m), size);
        assert_memory_not_equal(start, later, size);
        fruit_model_rewind(m);
        assert_memory_equal(start, fruit_model_parameters(m), size);
        assert_int_equal(fruit_model_progress(m).updates, 0);
        step(m, 30);
        assert_memory_equal(later, fruit_model_parameters(m), size);
        fruit_model_free(m);
    }
}

/* What the command does: the named set, fresh weights from the seed, ink_train. */
static void the_command_gives_the_same_bits(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    fruit_model *m = fresh();
    assert_good(fruit_model_lesson(m, 6, &err), err);
    assert_good(fruit_model_set_data(m, &(fruit_data){"moons", 100, 0.1, 2, false}, &err), err);
    for (int method = 0; method < FRUIT_METHODS; method++) {
        char command[1024], why[256];
        fruit_settings set = m->settings;
        set.method = (fruit_method)method;
        fruit_model_rewind(m);
        assert_good(fruit_model_set_settings(m, &set, &err), err);
        step(m, 12);
        fruit_model_command(m, command, why);
        assert_non_null(strstr(command, "fruit:moons noise 0.1 points 100"));
        ink_dataset_options options;
        ink_dataset *train = NULL, *test = NULL;
        ink_dataset_options_init(&options);
        options.seed = 2;
        assert_good(
            ink_dataset_open("fruit:moons noise 0.1 points 100", &options, &train, &test, &err),
            err);
        ink_network *network = ink_network_new("2 dense 8 relu dense 2 softmax", &err);
        ink_network_init(network, INK_INIT_AUTO, 2);
        ink_train_settings s;
        ink_train_settings_init(&s);
        s.rate = 0.15f;
        s.seed = 2;
        s.batch = method < FRUIT_MINI ? 0 : 20;
        s.gradient = method == FRUIT_FINITE ? INK_GRADIENT_FINITE : INK_GRADIENT_BACKPROP;
        s.optimizer = method == FRUIT_MOMENTUM ? INK_OPTIMIZER_MOMENTUM : INK_OPTIMIZER_SGD;
        s.epochs = method < FRUIT_MINI ? 12 : 2.4;
        ink_input input;
        ink_input_for(train, &input);
        assert_good(ink_train(network, &input, train, test, &s, NULL, NULL, NULL, &err), err);
        assert_memory_equal(ink_network_parameters(network), fruit_model_parameters(m),
                            fruit_parameters(&m->shape) * sizeof(float));
        ink_network_free(network);
        ink_dataset_free(train);
        ink_dataset_free(test);
    }
    fruit_model_free(m);
}

static void what_no_command_can_say_is_said(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    fruit_model *m = fresh();
    char command[1024], why[256];
    fruit_model_command(m, command, why); /* the first lesson's weights are set by hand */
    assert_string_equal(command, "");
    assert_non_null(strstr(why, "by hand"));
    fruit_model_new_start(m, 3);
    fruit_model_command(m, command, why);
    assert_non_null(strstr(command, "points.csv --split 0"));
    step(m, 3);
    fruit_settings set = m->settings;
    set.rate = 0.3;
    assert_good(fruit_model_set_settings(m, &set, &err), err);
    fruit_model_command(m, command, why);
    assert_string_equal(command, "");
    assert_non_null(strstr(why, "rewind"));
    fruit_model_free(m);
}

static void a_step_cannot_learn_by_backpropagation(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    fruit_model *m = fresh();
    set_net(m, "2 dense 3 step dense 2");
    assert_int_equal(fruit_model_step(m, &err), INK_EINVAL);
    assert_says(err, "slope of a step is 0");
    fruit_model_free(m);
}

static void the_race_begins_alike_and_counts_its_passes(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    fruit_model *m = fresh();
    assert_good(fruit_model_lesson(m, 7, &err), err);
    fruit_race *race = fruit_race_new(m, &err);
    assert_non_null(race);
    size_t parameters = fruit_parameters(&m->shape);
    for (int k = 0; k < FRUIT_METHODS; k++) {
        fruit_lane lane = fruit_race_lane(race, (fruit_method)k);
        assert_memory_equal(fruit_model_parameters(lane.model), m->start,
                            parameters * sizeof(float));
        assert_int_equal(lane.points, 1);
    }
    for (int i = 0; i < 5; i++)
        fruit_race_work(race, 0.002);
    const double each[] = {(double)((parameters + 1) * m->count), (double)m->count,
                           (double)m->settings.batch, (double)m->settings.batch};
    for (int k = 0; k < FRUIT_METHODS; k++) {
        fruit_lane lane = fruit_race_lane(race, (fruit_method)k);
        assert_true(lane.progress.updates > 0);
        assert_near(lane.progress.passes / (double)lane.progress.updates, each[k], 1e-6);
    }
    fruit_race_free(race);
    fruit_model_free(m);
}

/* ---- links ---- */

static void a_link_brings_everything_back(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    fruit_model *m = fresh(), *other = fresh();
    assert_good(fruit_model_lesson(m, 6, &err), err);
    set_net(m, "2 dense 4 relu dense 3 tanh dense 2 sigmoid");
    assert_good(fruit_model_place(m, 0.123, 0.456, 1, &err), err);
    assert_good(fruit_model_set_weight(m, 5, 0.123456789, &err), err);
    fruit_settings set = {INK_COST_CROSS_ENTROPY, FRUIT_MINI, 0.07, 0.8, 5};
    assert_good(fruit_model_set_settings(m, &set, &err), err);
    json_t *link = fruit_model_link(m);
    assert_good(fruit_model_open_link(other, link, &err), err);
    json_t *again = fruit_model_link(other);
    assert_true(json_equal(link, again));
    assert_near(other->settings.rate, 0.07, 0);
    assert_near(other->settings.momentum, 0.8, 0);
    assert_int_equal(other->settings.method, FRUIT_MINI);
    assert_int_equal(other->settings.cost, INK_COST_CROSS_ENTROPY);
    assert_int_equal(other->settings.batch, 5);
    assert_int_equal(other->count, m->count);
    assert_memory_equal(other->xy, m->xy, 2 * m->count * sizeof *m->xy);
    assert_memory_equal(other->labels, m->labels, m->count * sizeof *m->labels);
    assert_memory_equal(fruit_model_parameters(other), fruit_model_parameters(m),
                        fruit_parameters(&m->shape) * sizeof(float));
    json_decref(again);
    step(other, 5); /* a page loaded again says the same link: what was learnt stays */
    assert_good(fruit_model_open_link(other, link, &err), err);
    assert_int_equal(fruit_model_progress(other).updates, 5);
    json_decref(link);
    fruit_model_free(m);
    fruit_model_free(other);
}

static void broken_links_are_refused(void **state)
{
    (void)state;
    static const char *const links[][2] = {
        {"{\"data\":\"nonsense 100 0.1 1\"}", "shape"},
        {"{\"data\":\"moons 100000 0.1 1\"}", "points"},
        {"{\"data\":\"moons 100 nan 1\"}", "noise"},
        {"{\"points\":\"abc\"}", "four letters"},
        {"{\"points\":\"ab!d\"}", "letter"},
        {"{\"points\":\"AAAD\"}", "class"},
        {"{\"net\":\"2 dense 99 dense 2\"}", "16 nodes"},
        {"{\"net\":\"3 dense 2\"}", "2 inputs"},
        {"{\"net\":\"2 dense 2 dropout 0.5\"}", "dropout"},
        {"{\"w\":\"1,2,x\"}", "commas"},
        {"{\"w\":\"1,2\"}", "weights and biases"},
        {"{\"rate\":\"inf\"}", "rate"},
        {"{\"seed\":\"-1\"}", "seed"},
        {"{\"method\":\"magic\"}", "method"},
        {"{\"cost\":\"free\"}", "cost"},
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        ink_error err = {.status = INK_OK};
        fruit_model *m = fresh();
        json_t *link = json_loads(links[i][0], 0, NULL);
        assert_non_null(link);
        if (fruit_model_open_link(m, link, &err) == INK_OK)
            fail_msg("%s was taken", links[i][0]);
        assert_says(err, links[i][1]);
        json_decref(link);
        fruit_model_free(m);
    }
}

static void a_hand_moves_points_and_weights_only_within_reason(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"\"do\":\"fly\"", "know how to \"fly\""},
        {"\"do\":\"place\",\"x\":7,\"y\":0,\"label\":0", "x"},
        {"\"do\":\"place\",\"x\":0,\"y\":0,\"label\":2", "label"},
        {"\"do\":\"place\",\"x\":\"0\",\"y\":0,\"label\":1", "a number"},
        {"\"do\":\"move\",\"index\":100000,\"x\":0", "index"},
        {"\"do\":\"remove\",\"index\":-1", "whole number"},
        {"\"do\":\"weight\",\"index\":100,\"value\":0", "there is no weight"},
        {"\"do\":\"weight\",\"index\":4,\"value\":1", "biases are switched off"},
        {"\"do\":\"weight\",\"index\":0,\"value\":1e9", "value"},
        {"\"do\":\"nodes\",\"layer\":0,\"count\":3", "no hidden layer"},
        {"\"do\":\"activation\",\"layer\":0,\"name\":\"magic\"", "magic"},
        {"\"do\":\"settings\",\"cost\":\"cross-entropy\"", "between 0 and 1"},
        {"\"do\":\"settings\",\"rate\":-1", "rate"},
        {"\"do\":\"net\",\"text\":\"2-17-2\"", "16 nodes"},
        {"\"do\":\"net\",\"text\":\"2-30000-30000-2\"", "16 nodes"},
        {"\"do\":\"net\",\"text\":\"2-3-3-3-3-3-3-3-2\"", "6 hidden"},
        {"\"do\":\"data\",\"shape\":\"a b\"", "one word"},
        {"\"do\":\"data\",\"points\":1", "points"},
        {"\"do\":\"lesson\",\"number\":8", "number"},
        {"\"do\":\"speed\",\"speed\":\"warp\"", "warp"},
        {"\"do\":\"probe\",\"index\":100", "no such point"},
        {"\"do\":\"graph\",\"activation\":\"softmax\"", "softmax"},
        {"\"do\":\"open\",\"link\":3", "object"},
        {"\"do\":\"new_start\",\"seed\":1.5", "seed"},
    };
    desk *d = shown();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"scene\":\"fruit\",%s}", bad[i][0]);
        probe_error(d, text, bad[i][1]);
    }
    tell(d, "\"do\":\"clear\"");
    probe_error(d, "{\"scene\":\"fruit\",\"do\":\"play\"}", "no points");
    desk_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hidden_layer_has_12_weights_and_5_biases),
        cmocka_unit_test(formulas_agree_with_the_engine),
        cmocka_unit_test(linear_layers_keep_the_border_straight),
        cmocka_unit_test(without_biases_the_line_goes_through_the_corner),
        cmocka_unit_test(the_cost_of_a_point_is_what_it_is_by_hand),
        cmocka_unit_test(the_average_is_the_engines),
        cmocka_unit_test(points_are_placed_moved_and_removed),
        cmocka_unit_test(presets_are_the_engines_points),
        cmocka_unit_test(points_as_csv_are_read_back_exactly),
        cmocka_unit_test(it_learns_to_tell_all_points),
        cmocka_unit_test(rewind_goes_back_and_the_same_steps_give_the_same_bits),
        cmocka_unit_test(the_command_gives_the_same_bits),
        cmocka_unit_test(what_no_command_can_say_is_said),
        cmocka_unit_test(a_step_cannot_learn_by_backpropagation),
        cmocka_unit_test(the_race_begins_alike_and_counts_its_passes),
        cmocka_unit_test(a_link_brings_everything_back),
        cmocka_unit_test(broken_links_are_refused),
        cmocka_unit_test(a_hand_moves_points_and_weights_only_within_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
