/* The training loop: what it promises about bits, checkpoints, stopping and divergence. */
#include "tests/check.h"

#include "base/memory.h"
#include "base/random.h"
#include "inkling/inkling.h"

#include <unistd.h>

typedef struct watch {
    size_t events[8];
    size_t stop_at; /* update; 0 = never */
    size_t checkpoints;
    ink_train_event end;
} watch;

static bool look(const ink_train_event *event, void *user)
{
    watch *w = user;
    w->events[event->kind]++;
    if (event->kind == INK_EVENT_END)
        w->end = *event;
    return !(event->kind == INK_EVENT_BATCH && event->update == w->stop_at);
}

typedef struct scene {
    ink_dataset *train, *test;
    ink_network *network;
    ink_input input;
    ink_train_settings settings;
    watch watch;
    char path[64];
} scene;

/* Little pictures in colour: noise, brighter in the corner of their class. */
static ink_dataset *make_colours(size_t count, uint64_t seed)
{
    enum { SIDE = 13, SIZE = SIDE * SIDE * 3, MOST = 200 };
    static uint8_t pixels[MOST * SIZE];
    static int32_t labels[MOST];
    ink_error err = {.status = INK_OK};
    ink_random random = ink__random(seed);
    for (size_t i = 0; i < count * SIZE; i++) {
        size_t label = i / SIZE % 4, y = i % SIZE / (3 * SIDE), x = i % (3 * SIDE) / 3;
        bool bright = (y > SIDE / 2) == (label > 1) && (x > SIDE / 2) == (label % 2 == 1);
        pixels[i] = (uint8_t)(ink__random_below(&random, 128) + (bright ? 100 : 0));
        labels[i / SIZE] = (int32_t)label;
    }
    ink_dataset *data =
        ink_dataset_new_pictures(count, SIDE, SIDE, 3, pixels, labels, 4, NULL, &err);
    assert_good(err.status, err);
    return data;
}

static void open_data(scene *s, bool colours)
{
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.limit = 400;
    if (!colours)
        assert_good(ink_dataset_open("glyphs:digits", &options, &s->train, &s->test, &err), err);
    else
        s->train = make_colours(40, 1), s->test = make_colours(20, 2);
}

static void set_up_on(scene *s, const char *text, bool colours)
{
    ink_error err = {.status = INK_OK};
    memset(s, 0, sizeof *s);
    open_data(s, colours);
    s->network = ink_network_new(text, &err);
    assert_good(err.status, err);
    ink_network_init(s->network, INK_INIT_AUTO, 7);
    ink_input_for(s->train, &s->input);
    ink_train_settings_init(&s->settings);
    s->settings.epochs = 2;
    snprintf(s->path, sizeof s->path, "train-%ld.checkpoint", (long)getpid());
}

static void set_up(scene *s, const char *text)
{
    set_up_on(s, text, false);
}

static void tear_down(scene *s)
{
    unlink(s->path);
    ink_network_free(s->network);
    ink_dataset_free(s->train);
    ink_dataset_free(s->test);
}

static ink_status train(scene *s, size_t threads, ink_error *err)
{
    ink_pool *pool = ink_pool_new(threads, err);
    ink_status status = ink_train(s->network, &s->input, s->train, s->test, &s->settings, pool,
                                  look, &s->watch, err);
    ink_pool_free(pool);
    return status;
}

/* What is learned and what is only kept: running means, whitening. */
static void assert_same_weights(ink_network *a, ink_network *b)
{
    size_t n = ink_network_parameter_count(a), state = ink_network_state_count(a);
    assert_int_equal(n, ink_network_parameter_count(b));
    assert_int_equal(state, ink_network_state_count(b));
    assert_memory_equal(ink_network_parameters(a), ink_network_parameters(b), n * sizeof(float));
    if (state > 0)
        assert_memory_equal(ink_network_state(a), ink_network_state(b), state * sizeof(float));
}

/* Everything that draws random numbers or keeps state at once: in vectors, and in pictures. */
enum { BUSY_VECTORS, BUSY_PICTURES, BUSY_BF16, BUSY_KINDS };

static void busy_pictures(ink_train_settings *s, ink_precision precision)
{
    ink_error err = {.status = INK_OK};
    s->optimizer = INK_OPTIMIZER_MUON;
    s->rate = 0.05f;
    s->momentum = 0.6f;
    s->weight_decay = 0.1f;
    s->bias_rate = 20;
    s->dense_rate = 10;
    s->bias_decay = 0.01f;
    s->dense_decay = 0.02f;
    s->schedule = INK_SCHEDULE_LINEAR;
    s->precision = precision;
    s->batch = 9;
    s->epochs = 6;
    assert_good(ink_augment_parse("pixels 1 flip 0.5 alternate 1 mixup 0.3 cutout 4 colour 0.1",
                                  &s->augment, &err),
                err);
}

static void set_up_busy(scene *s, int kind)
{
    ink_error err = {.status = INK_OK};
    set_up_on(s,
              kind == BUSY_VECTORS ? "784 noise 0.1 dense 30 norm relu dropout 0.2 dense 10 softmax"
              : kind == BUSY_PICTURES
                  ? "13x13x3 whiten 2x2 gelu conv 16 3x3 nobias pool 2 norm noscale gelu "
                    "residual( conv 16 3x3 norm relu dropout 0.1 ) layernorm conv 8 1x1 pool 2 "
                    "dense 4 scale 0.5 softmax"
                  : "13x13x3 whiten 2x2 nobias gelu conv 16 3x3 nobias pool 2 norm noscale gelu "
                    "residual( conv 16 3x3 norm relu dropout 0.1 ) layernorm conv 8 1x1 pool 2 "
                    "dense 4 scale 0.5 softmax",
              kind != BUSY_VECTORS);
    s->settings.optimizer = INK_OPTIMIZER_ADAMW;
    s->settings.rate = 0.003f;
    s->settings.weight_decay = 0.01f;
    s->settings.schedule = INK_SCHEDULE_ONECYCLE;
    s->settings.label_smoothing = 0.1f;
    s->settings.average = 0.9f;
    s->settings.keep_best = true;
    s->settings.eval_every = 0.5;
    assert_good(ink_augment_parse("hand elastic 1", &s->settings.augment, &err), err);
    if (kind != BUSY_VECTORS)
        busy_pictures(&s->settings, kind == BUSY_BF16 ? INK_PRECISION_BF16 : INK_PRECISION_FLOAT32);
}

static void check_threads(int kind)
{
    ink_error err = {.status = INK_OK};
    scene one, other;
    set_up_busy(&one, kind);
    assert_good(train(&one, 1, &err), err);
    for (size_t threads = 2; threads <= 7; threads += 5) {
        set_up_busy(&other, kind);
        assert_good(train(&other, threads, &err), err);
        assert_same_weights(one.network, other.network);
        assert_true(one.watch.end.cost == other.watch.end.cost);
        assert_true(one.watch.end.test_accuracy == other.watch.end.test_accuracy);
        tear_down(&other);
    }
    tear_down(&one);
}

static void the_same_seed_gives_the_same_bits_for_1_2_and_7_threads(void **state)
{
    (void)state;
    for (int kind = 0; kind < BUSY_KINDS; kind++)
        check_threads(kind);
}

static void another_seed_gives_other_bits(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene one, other;
    set_up(&one, "784-10");
    set_up(&other, "784-10");
    other.settings.seed = 2;
    assert_good(train(&one, 1, &err), err);
    assert_good(train(&other, 1, &err), err);
    assert_memory_not_equal(ink_network_parameters(one.network),
                            ink_network_parameters(other.network),
                            ink_network_parameter_count(one.network) * sizeof(float));
    tear_down(&one);
    tear_down(&other);
}

/* Stopped after each of some updates and resumed from the file, a run ends with the same bits. */
static void check_resuming(int kind)
{
    ink_error err = {.status = INK_OK};
    scene whole, broken;
    set_up_busy(&whole, kind);
    assert_good(train(&whole, 2, &err), err);
    for (size_t stop = 1; stop < 24; stop += kind == BUSY_VECTORS ? 4 : 6) {
        set_up_busy(&broken, kind);
        broken.settings.checkpoint = broken.path;
        broken.watch.stop_at = stop;
        err.status = INK_OK;
        assert_int_equal(train(&broken, 1, &err), INK_ESTOPPED);
        err.status = INK_OK;
        ink_resume *resume = ink_resume_open(broken.path, &err);
        assert_good(err.status, err);
        watch after = {.stop_at = 0};
        assert_good(ink_resume_train(resume, broken.train, broken.test, NULL, look, &after, &err),
                    err);
        assert_same_weights(whole.network, ink_resume_model(resume)->network);
        assert_true(after.end.cost == whole.watch.end.cost);
        assert_true(after.end.test_accuracy == whole.watch.end.test_accuracy);
        ink_resume_close(resume);
        tear_down(&broken);
    }
    tear_down(&whole);
}

static void a_resumed_run_ends_with_the_bits_of_an_unbroken_one(void **state)
{
    (void)state;
    if (!INK_HAVE_JANSSON)
        skip();
    for (int kind = 0; kind < BUSY_KINDS; kind++)
        check_resuming(kind);
}

static void a_checkpoint_is_a_model_that_can_be_used(void **state)
{
    (void)state;
    if (!INK_HAVE_JANSSON)
        skip();
    ink_error err = {.status = INK_OK};
    scene s;
    set_up(&s, "784-20-10");
    s.settings.checkpoint = s.path;
    s.settings.checkpoint_seconds = 0;
    assert_good(train(&s, 1, &err), err);
    assert_true(s.watch.events[INK_EVENT_CHECKPOINT] > 20);
    ink_model *model = ink_model_load(s.path, &err);
    assert_good(err.status, err);
    assert_same_weights(model->network, s.network);
    assert_int_equal(model->framing, INK_FRAMING_MNIST);
    ink_model_free(model);
    tear_down(&s);
}

static void a_checkpoint_keeps_precision_rates_and_decays(void **state)
{
    (void)state;
    if (!INK_HAVE_JANSSON)
        skip();
    ink_error err = {.status = INK_OK};
    scene s;
    set_up_busy(&s, BUSY_BF16);
    s.settings.checkpoint = s.path;
    s.watch.stop_at = 1;
    assert_int_equal(train(&s, 1, &err), INK_ESTOPPED);
    err.status = INK_OK;
    ink_resume *resume = ink_resume_open(s.path, &err);
    assert_good(err.status, err);
    const ink_train_settings *kept = ink_resume_settings(resume);
    assert_int_equal(kept->precision, INK_PRECISION_BF16);
    assert_true(kept->bias_rate == 20 && kept->dense_rate == 10);
    assert_true(kept->bias_decay == 0.01f && kept->dense_decay == 0.02f);
    assert_memory_equal(&kept->augment, &s.settings.augment, sizeof kept->augment);
    ink_resume_close(resume);
    tear_down(&s);
}

static void a_run_goes_on_only_with_the_data_it_began_with(void **state)
{
    (void)state;
    if (!INK_HAVE_JANSSON)
        skip();
    ink_error err = {.status = INK_OK};
    scene s;
    set_up(&s, "784-10");
    s.settings.checkpoint = s.path;
    assert_good(train(&s, 1, &err), err);
    ink_resume *resume = ink_resume_open(s.path, &err);
    assert_good(err.status, err);
    assert_int_equal(ink_resume_train(resume, s.test, NULL, NULL, NULL, NULL, &err), INK_EINVAL);
    assert_says(err, "400 training samples");
    ink_resume_close(resume);
    tear_down(&s);
}

static void a_finished_model_is_no_checkpoint(void **state)
{
    (void)state;
    if (!INK_HAVE_JANSSON)
        skip();
    ink_error err = {.status = INK_OK};
    scene s;
    set_up(&s, "784-10");
    ink_model *model =
        ink_model_new(ink_network_copy(s.network, &err), s.train, INK_COST_CROSS_ENTROPY, &err);
    assert_good(ink_model_save(model, s.path, &err), err);
    assert_null(ink_resume_open(s.path, &err));
    assert_says(err, "no checkpoint");
    ink_model_free(model);
    tear_down(&s);
}

static void divergence_is_explained_and_the_last_good_weights_stay(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s;
    set_up(&s, "784 dense 30 identity dense 10 identity");
    ink_network *before = ink_network_copy(s.network, &err);
    s.settings.cost = INK_COST_SQUARED;
    s.settings.rate = 1e6f;
    s.settings.eval_every = 0;
    assert_int_equal(train(&s, 2, &err), INK_EDIVERGED);
    assert_says(err, "epoch 0.");
    assert_says(err, "batch ");
    assert_says(err, "rate 1e+06");
    assert_says(err, "lower rate");
    assert_same_weights(before, s.network);
    ink_network_free(before);
    tear_down(&s);
}

static void a_run_that_gets_no_better_stops_early(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s;
    set_up(&s, "784-30-10");
    s.settings.epochs = 500;
    s.settings.patience = 3;
    s.settings.keep_best = true;
    assert_good(train(&s, 1, &err), err);
    assert_true(s.watch.end.stopped_early);
    assert_true(s.watch.end.epoch < 200);
    assert_true(s.watch.end.test_accuracy > 0.5);
    tear_down(&s);
}

/* The four ways to the gradient on the same little problem. */
static void finite_differences_full_batch_mini_batch_and_backprop_all_learn(void **state)
{
    (void)state;
    static const struct {
        ink_gradient_method method;
        size_t batch;
    } ways[] = {{INK_GRADIENT_FINITE, 0},
                {INK_GRADIENT_CENTRAL, 40},
                {INK_GRADIENT_BACKPROP, 0},
                {INK_GRADIENT_BACKPROP, 40}};
    float x[400];
    int32_t labels[200];
    ink_error err = {.status = INK_OK};
    for (int i = 0; i < 200; i++) {
        x[2 * i] = (float)(i % 20) / 20;
        x[2 * i + 1] = (float)(i / 20) / 10.0f;
        labels[i] = x[2 * i] + x[2 * i + 1] > 0.9f;
    }
    ink_dataset *data = ink_dataset_new_vectors(200, 2, x, labels, 2, NULL, &err);
    assert_good(err.status, err);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        ink_network *network = ink_network_new("2 dense 3 sigmoid dense 2 sigmoid", &err);
        ink_network_init(network, INK_INIT_AUTO, 3);
        ink_train_settings s;
        ink_train_settings_init(&s);
        s.cost = INK_COST_SQUARED;
        s.gradient = ways[i].method;
        s.batch = ways[i].batch;
        s.rate = 1;
        s.epochs = ways[i].batch ? 100 : 500;
        s.eval_every = 0;
        watch w = {.stop_at = 0};
        ink_input input;
        ink_input_for(data, &input);
        assert_good(ink_train(network, &input, data, NULL, &s, NULL, look, &w, &err), err);
        if (!(w.end.train_accuracy > 0.95))
            fail_msg("way %zu reached %g", i, w.end.train_accuracy);
        ink_network_free(network);
    }
    ink_dataset_free(data);
}

static void a_clipped_gradient_survives_a_rate_that_would_diverge(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s;
    set_up(&s, "784 dense 30 identity dense 10 identity");
    s.settings.cost = INK_COST_SQUARED;
    s.settings.rate = 0.3f;
    assert_int_equal(train(&s, 1, &err), INK_EDIVERGED);
    err.status = INK_OK;
    s.settings.clip = 0.1f;
    assert_good(train(&s, 1, &err), err);
    tear_down(&s);
}

static void wrong_settings_are_named(void **state)
{
    (void)state;
    scene s;
    set_up(&s, "784-10");
    const ink_train_settings good = s.settings;
    struct {
        ink_train_settings settings;
        const char *says;
    } wrong[8];
    for (size_t i = 0; i < 8; i++)
        wrong[i].settings = good;
    wrong[0].settings.rate = -1, wrong[0].says = "rate";
    wrong[1].settings.rate = NAN, wrong[1].says = "rate";
    wrong[2].settings.momentum = 1.5f, wrong[2].says = "momentum";
    wrong[3].settings.epochs = 0, wrong[3].says = "epochs";
    wrong[4].settings.batch = 2000000, wrong[4].says = "batch";
    wrong[5].settings.label_smoothing = 0.7f, wrong[5].says = "label_smoothing";
    wrong[6].settings.average = 1, wrong[6].says = "average";
    wrong[7].settings.eval_every = -1, wrong[7].says = "eval_every";
    for (size_t i = 0; i < 8; i++) {
        ink_error err = {.status = INK_OK};
        s.settings = wrong[i].settings;
        assert_int_equal(train(&s, 1, &err), INK_EINVAL);
        assert_says(err, wrong[i].says);
    }
    tear_down(&s);
}

static void a_network_that_does_not_fit_the_data_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"100-10", "784-7", "784 dense 10 step", "784 dense 10",
                                        "14x14x4 dense 10 softmax"};
    static const char *const says[] = {"784", "10 classes", "slope", "cross-entropy", "28 x 28"};
    for (size_t i = 0; i < 5; i++) {
        ink_error err = {.status = INK_OK};
        scene s;
        set_up(&s, texts[i]);
        assert_int_equal(train(&s, 1, &err), INK_EINVAL);
        assert_says(err, says[i]);
        tear_down(&s);
    }
}

static void memory_that_runs_out_is_an_error_and_leaves_nothing(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        ink_error err = {.status = INK_OK};
        scene s;
        set_up(&s, "784-10");
        s.settings.epochs = 0.1;
        s.settings.keep_best = true;
        s.settings.average = 0.5f;
        s.settings.clip = 1;
        ink__alloc_fail_at(n);
        ink_status status =
            ink_train(s.network, &s.input, s.train, s.test, &s.settings, NULL, NULL, NULL, &err);
        ink__alloc_fail_at(0);
        tear_down(&s);
        if (status == INK_OK)
            break;
        assert_int_equal(status, INK_ENOMEM);
        assert_true(n < 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_bits_for_1_2_and_7_threads),
        cmocka_unit_test(another_seed_gives_other_bits),
        cmocka_unit_test(a_resumed_run_ends_with_the_bits_of_an_unbroken_one),
        cmocka_unit_test(a_checkpoint_is_a_model_that_can_be_used),
        cmocka_unit_test(a_checkpoint_keeps_precision_rates_and_decays),
        cmocka_unit_test(a_run_goes_on_only_with_the_data_it_began_with),
        cmocka_unit_test(a_finished_model_is_no_checkpoint),
        cmocka_unit_test(divergence_is_explained_and_the_last_good_weights_stay),
        cmocka_unit_test(a_run_that_gets_no_better_stops_early),
        cmocka_unit_test(finite_differences_full_batch_mini_batch_and_backprop_all_learn),
        cmocka_unit_test(a_clipped_gradient_survives_a_rate_that_would_diverge),
        cmocka_unit_test(wrong_settings_are_named),
        cmocka_unit_test(a_network_that_does_not_fit_the_data_is_refused),
        cmocka_unit_test(memory_that_runs_out_is_an_error_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
