/* A run of the studio through its API: the same bits at every speed and after every way back, and
 * sense in every phase. */
#include "tests/run_scene.h"

#include "base/memory.h"

/* What ink_train has after so many updates. */
typedef struct stop {
    size_t at;
} stop;

static bool until(const ink_train_event *event, void *user)
{
    const stop *s = user;
    return !(event->kind == INK_EVENT_BATCH && event->update == s->at);
}

static void bits_of_ink_train(const run_setup *setup, size_t updates, bits hex)
{
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    ink_dataset *train = NULL, *test = NULL;
    ink_input input;
    ink_dataset_options_init(&options);
    options.limit = setup->limit;
    assert_good(ink_dataset_open(setup->data, &options, &train, &test, &err), err);
    ink_network *network = ink_network_new(setup->net, &err);
    assert_good(err.status, err);
    ink_network_init(network, setup->init, setup->settings.seed);
    ink_input_for(train, &input);
    ink_status status = ink_train(network, &input, train, test, &setup->settings, NULL, until,
                                  &(stop){updates}, &err);
    assert_int_equal(status, INK_ESTOPPED);
    assert_good(ink_network_sha256(network, hex, &err), (ink_error){.status = INK_OK});
    ink_network_free(network);
    ink_dataset_free(train);
    ink_dataset_free(test);
}

static void a_run_begins_paused_and_is_soon_measured(void **state)
{
    (void)state;
    scene s;
    set_up(&s);
    run_look(s.run, &s.now);
    assert_int_equal(s.now.phase, RUN_EMPTY);
    assert_null(run_model(s.run, NULL, NULL));
    library_data data;
    assert_false(run_data(s.run, &data));
    begin(&s);
    assert_int_equal(s.now.update, 0);
    assert_int_equal(s.now.begun, 1);
    assert_int_equal(s.now.updates_per_epoch, 20);
    assert_int_equal(s.now.parameters, 79510);
    assert_true(run_data(s.run, &data) && ink_dataset_count(data.train) == 640);
    assert_int_equal(run_setup_now(s.run)->updates_per_epoch, 20);
    double end = seconds() + MOST_WAIT;
    do {
        nap(0.001);
        run_look(s.run, &s.now);
    } while ((s.now.tested_on < ink_dataset_count(data.test) || s.now.trained_on < 640) &&
             seconds() < end); /* a sample first, of the one or of both */
    assert_true(s.now.test_accuracy < 0.4 && s.now.train_accuracy < 0.4 && s.now.points == 1);
    assert_true(s.now.tested_on == ink_dataset_count(data.test) && s.now.trained_on == 640);
    run_point point;
    assert_int_equal(run_points(s.run, &point, 1), 1);
    assert_true(point.update == 0 && isnan(point.cost) && point.test_accuracy >= 0);
    tear_down(&s);
}

static void the_bits_are_those_of_ink_train(void **state)
{
    (void)state;
    static const struct {
        const char *data, *net;
        ink_optimizer optimizer;
        float rate, average, clip;
        const char *augment;
        size_t limit;
    } kinds[] = {
        {"glyphs:digits", "784-100-10", INK_OPTIMIZER_MOMENTUM, 0.05f, 0, 0, "off", 640},
        {"glyphs:digits", "784 dense 30 norm tanh dropout 0.1 dense 10 softmax", INK_OPTIMIZER_ADAM,
         0.002f, 0.9f, 1, "hand", 320},
        {"fruit", "2 dense 8 tanh dense 2 softmax", INK_OPTIMIZER_SGD, 0.1f, 0, 0, "off", 0}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        ink_error err = {.status = INK_OK};
        bits here, there;
        scene s;
        set_up(&s);
        s.setup.limit = kinds[i].limit;
        snprintf(s.setup.data, sizeof s.setup.data, "%s", kinds[i].data);
        snprintf(s.setup.net, sizeof s.setup.net, "%s", kinds[i].net);
        s.setup.settings.optimizer = kinds[i].optimizer;
        s.setup.settings.rate = kinds[i].rate;
        s.setup.settings.average = kinds[i].average;
        s.setup.settings.clip = kinds[i].clip;
        s.setup.settings.seed = 3;
        assert_good(ink_augment_parse(kinds[i].augment, &s.setup.settings.augment, &err), err);
        begin(&s);
        run_step(s.run, 37);
        settle_as(&s, RUN_PAUSED);
        assert_int_equal(s.now.update, 37);
        bits_of(&s, here);
        bits_of_ink_train(&s.setup, 37, there);
        assert_string_equal(here, there);
        tear_down(&s);
    }
}

static void every_speed_gives_the_same_bits(void **state)
{
    (void)state;
    bits slow, fast, stepped;
    scene s;
    set_up(&s);
    s.setup.settings.epochs = 3;
    begin(&s);
    run_play(s.run);
    settle_as(&s, RUN_DONE);
    assert_int_equal(s.now.update, 60);
    assert_true(s.now.epoch == 3);
    bits_of(&s, fast);
    begin(&s);
    run_speed(s.run, 150);
    double began = seconds();
    run_play(s.run);
    settle_as(&s, RUN_DONE);
    assert_true(seconds() - began > 59 / 150.0); /* never faster than it should be */
    bits_of(&s, slow);
    assert_string_equal(slow, fast);
    begin(&s);
    for (int i = 0; i < 30; i++)
        run_step(s.run, 1);
    settle_as(&s, RUN_PAUSED);
    assert_int_equal(s.now.update, 30);
    run_step(s.run, 100); /* no further than all epochs */
    settle_as(&s, RUN_DONE);
    bits_of(&s, stepped);
    assert_string_equal(stepped, fast);
    tear_down(&s);
}

static void play_beyond(scene *s, size_t update)
{
    double end = seconds() + MOST_WAIT;
    run_play(s->run);
    do {
        nap(0.001);
        run_look(s->run, &s->now);
    } while (s->now.update <= update && seconds() < end);
    run_pause(s->run);
    settle_as(s, RUN_PAUSED);
}

static void pausing_stops_and_playing_goes_on(void **state)
{
    (void)state;
    scene s;
    set_up(&s);
    s.setup.settings.epochs = 1000;
    begin(&s);
    run_speed(s.run, 200);
    play_beyond(&s, 0);
    size_t update = s.now.update, version = s.now.version;
    assert_true(update > 0 && update < 20000);
    nap(0.05);
    run_look(s.run, &s.now);
    assert_true(s.now.update == update && s.now.version == version);
    play_beyond(&s, update);
    assert_true(s.now.update > update && s.now.version > version);
    tear_down(&s);
}

static void any_update_can_be_gone_back_to(void **state)
{
    (void)state;
    static const size_t targets[] = {37, 0, 1, 150, 99, 100, 149, 151, 500};
    scene s;
    set_up(&s);
    s.setup.settings.average = 0.9f;
    begin(&s);
    run_step(s.run, 150);
    settle_as(&s, RUN_PAUSED);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        bits here, there;
        size_t target = targets[i] < 150 ? targets[i] : 150;
        run_seek(s.run, targets[i]);
        settle_as(&s, RUN_PAUSED);
        assert_int_equal(s.now.update, target);
        assert_int_equal(s.now.furthest, 150);
        if (target == 0)
            continue;
        bits_of(&s, here);
        bits_of_ink_train(&s.setup, target, there);
        assert_string_equal(here, there);
    }
    run_seek(s.run, 20);
    run_step(s.run, 140); /* from there, through the old end */
    run_step(s.run, 3);
    settle_as(&s, RUN_PAUSED);
    assert_int_equal(s.now.update, 163);
    assert_int_equal(s.now.furthest, 163);
    tear_down(&s);
}

static void the_curve_is_the_same_after_a_way_back(void **state)
{
    (void)state;
    static run_point before[RUN_MOST_POINTS], after[RUN_MOST_POINTS];
    scene s;
    set_up(&s);
    begin(&s);
    run_step(s.run, 100);
    settle_as(&s, RUN_PAUSED);
    size_t count = run_points(s.run, before, RUN_MOST_POINTS), again;
    assert_true(count >= 100 && count <= 110);
    run_seek(s.run, 30);
    settle_as(&s, RUN_PAUSED);
    run_step(s.run, 70);
    settle_as(&s, RUN_PAUSED);
    again = run_points(s.run, after, RUN_MOST_POINTS);
    assert_true(again >= count);
    float last = -1;
    for (size_t i = 0; i < again; i++) {
        assert_true(after[i].update > last); /* in order, none twice */
        last = after[i].update;
    }
    assert_true(after[again - 1].cost == before[count - 1].cost);
    tear_down(&s);
}

static void a_long_curve_stays_short(void **state)
{
    (void)state;
    static run_point points[RUN_MOST_POINTS];
    scene s;
    set_up(&s);
    snprintf(s.setup.data, sizeof s.setup.data, "fruit");
    snprintf(s.setup.net, sizeof s.setup.net, "2-2");
    s.setup.limit = 0;
    s.setup.settings.epochs = 10000;
    begin(&s);
    run_step(s.run, 30000);
    settle_as(&s, RUN_PAUSED);
    size_t count = run_points(s.run, points, RUN_MOST_POINTS), measured = 0;
    assert_true(count > RUN_MOST_POINTS / 4 && count <= RUN_MOST_POINTS);
    float last = -1;
    for (size_t i = 0; i < count; i++) {
        assert_true(points[i].update > last);
        last = points[i].update;
        measured += isnan(points[i].test_accuracy) ? 0 : 1;
    }
    assert_true(last > 29900 && measured >= 2);
    tear_down(&s);
}

static void tuning_holds_from_where_it_was_done_and_is_replayed(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    bits at_30, at_50, at_70, again;
    scene s;
    set_up(&s);
    begin(&s);
    run_step(s.run, 30);
    settle_as(&s, RUN_PAUSED);
    bits_of(&s, at_30);
    ink_train_settings changed = s.setup.settings;
    changed.rate = 0.01f;
    changed.clip = 0.5f;
    assert_good(run_tune(s.run, &changed, &err), err);
    assert_true(run_setup_now(s.run)->settings.rate == 0.01f);
    run_step(s.run, 20);
    settle_as(&s, RUN_PAUSED);
    bits_of(&s, at_50);
    changed.momentum = 0.5f;
    assert_good(run_tune(s.run, &changed, &err), err);
    run_step(s.run, 20);
    settle_as(&s, RUN_PAUSED);
    bits_of(&s, at_70);
    assert_true(s.now.rate < 0.0101);

    run_seek(s.run, 10);
    settle_as(&s, RUN_PAUSED);
    assert_true(run_setup_now(s.run)->settings.rate == 0.05f);
    run_seek(s.run, 30);
    settle_as(&s, RUN_PAUSED);
    bits_of(&s, again);
    assert_string_equal(again, at_30);
    run_step(s.run, 20);
    settle_as(&s, RUN_PAUSED);
    bits_of(&s, again);
    assert_string_equal(again, at_50);
    run_seek(s.run, 5);
    run_seek(s.run, 70);
    settle_as(&s, RUN_PAUSED);
    bits_of(&s, again);
    assert_string_equal(again, at_70);

    run_seek(s.run, 30); /* another way from here: what lay ahead is forgotten */
    settle_as(&s, RUN_PAUSED);
    changed.rate = 0.2f;
    assert_good(run_tune(s.run, &changed, &err), err);
    settle_as(&s, RUN_PAUSED);
    assert_int_equal(s.now.furthest, 30);
    run_step(s.run, 20);
    settle_as(&s, RUN_PAUSED);
    bits_of(&s, again);
    assert_string_not_equal(again, at_50);
    changed.batch = 64;
    assert_int_equal(run_tune(s.run, &changed, &err), INK_EINVAL);
    assert_says(err, "batch cannot change");
    tear_down(&s);
}

static void more_epochs_wake_a_run_that_is_done(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s;
    set_up(&s);
    s.setup.settings.epochs = 1;
    begin(&s);
    run_play(s.run);
    settle_as(&s, RUN_DONE);
    run_play(s.run);
    settle_as(&s, RUN_DONE);
    s.setup.settings.epochs = 2;
    assert_good(run_tune(s.run, &s.setup.settings, &err), err);
    settle_as(&s, RUN_PAUSED);
    run_play(s.run);
    settle_as(&s, RUN_DONE);
    assert_int_equal(s.now.update, 40);
    run_seek(s.run, 3); /* where there was one epoch to come */
    settle_as(&s, RUN_PAUSED);
    assert_true(s.now.epochs == 1);
    run_play(s.run);
    settle_as(&s, RUN_DONE);
    assert_int_equal(s.now.update, 40);
    tear_down(&s);
}

/* Every step throws it further: without a slope that ends, the cost is soon no number. */
static void set_up_diverged(scene *s)
{
    set_up(s);
    snprintf(s->setup.net, sizeof s->setup.net, "784 dense 30 identity dense 10 identity");
    s->setup.settings.cost = INK_COST_SQUARED;
    s->setup.settings.rate = 1e5f;
    begin(s);
    run_play(s->run);
    settle_as(s, RUN_DIVERGED);
}

static void divergence_keeps_good_weights_and_can_be_repaired(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s;
    set_up_diverged(&s);
    assert_true(s.now.trouble && strstr(s.now.message, "no longer a finite number"));
    size_t points = s.now.points, far = s.now.furthest;
    assert_true(points > 0 && far < 100);
    ink_model *model = run_model(s.run, NULL, &err);
    assert_good(err.status, err);
    const float *w = ink_network_parameters_const(model->network);
    for (size_t i = 0; i < ink_network_parameter_count(model->network); i++)
        assert_true(isfinite(w[i]));
    ink_model_free(model);
    run_play(s.run); /* not like this */
    settle_as(&s, RUN_DIVERGED);
    run_seek(s.run, 0);
    settle_as(&s, RUN_PAUSED);
    run_look(s.run, &s.now);
    assert_true(s.now.points >= points);
    s.setup.settings.rate = 0.001f;
    assert_good(run_tune(s.run, &s.setup.settings, &err), err);
    run_step(s.run, 50);
    settle_as(&s, RUN_PAUSED);
    assert_int_equal(s.now.update, 50);
    tear_down(&s);
}

static void tuning_after_divergence_goes_back_by_itself(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s;
    set_up_diverged(&s);
    s.setup.settings.rate = 0.001f;
    assert_good(run_tune(s.run, &s.setup.settings, &err), err);
    settle_as(&s, RUN_PAUSED);
    run_step(s.run, 50);
    settle_as(&s, RUN_PAUSED);
    tear_down(&s);
}

static void what_cannot_be_is_said_at_once_or_in_the_message(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s;
    set_up(&s);
    snprintf(s.setup.net, sizeof s.setup.net, "784-wide-10");
    assert_int_equal(run_begin(s.run, &s.setup, &err), INK_EINVAL);
    snprintf(s.setup.net, sizeof s.setup.net, "784-1000000-10"); /* 3 gigabytes of weights */
    err.status = INK_OK;
    assert_int_equal(run_begin(s.run, &s.setup, &err), INK_EINVAL);
    assert_says(err, "at most 32 million weights");
    snprintf(s.setup.net, sizeof s.setup.net, "28x28x1 conv 2000 3x3 dense 10 softmax");
    s.setup.settings.batch = 4096;
    err.status = INK_OK;
    assert_int_equal(run_begin(s.run, &s.setup, &err), INK_EINVAL);
    assert_says(err, "smaller batch");
    err.status = INK_OK;
    run_setup_init(&s.setup);
    s.setup.settings.rate = -1;
    err.status = INK_OK;
    assert_int_equal(run_begin(s.run, &s.setup, &err), INK_EINVAL);
    assert_says(err, "rate is -1");
    err.status = INK_OK;
    run_setup_init(&s.setup);
    snprintf(s.setup.data, sizeof s.setup.data, "no-such-folder/at-all");
    assert_good(run_begin(s.run, &s.setup, &err), err);
    run_play(s.run);
    settle_as(&s, RUN_FAILED);
    assert_true(s.now.trouble && *s.now.message);
    run_step(s.run, 1);
    run_seek(s.run, 1);
    settle_as(&s, RUN_FAILED);
    run_setup_init(&s.setup);
    s.setup.limit = 100;
    snprintf(s.setup.net, sizeof s.setup.net, "100-10"); /* not these pictures */
    assert_good(run_begin(s.run, &s.setup, &err), err);
    settle_as(&s, RUN_FAILED);
    assert_non_null(strstr(s.now.message, "784"));
    snprintf(s.setup.net, sizeof s.setup.net, "784-10");
    begin(&s);
    assert_false(s.now.trouble);
    tear_down(&s);
}

/* Every order in every phase, and an end in each. */
static void any_order_is_survived_in_any_phase(void **state)
{
    (void)state;
    for (int phase = 0; phase < 6; phase++)
        for (int order = 0; order < 9; order++) {
            ink_error err = {.status = INK_OK};
            scene s;
            set_up(&s);
            s.setup.limit = 64;
            s.setup.settings.epochs = phase == 4 ? 1 : 1000;
            if (phase >= 1)
                assert_good(run_begin(s.run, &s.setup, &err), err);
            if (phase >= 2)
                settle(&s);
            if (phase == 3 || phase == 4)
                run_play(s.run);
            if (phase == 5)
                run_step(s.run, 50), run_seek(s.run, 7);
            if (phase == 4)
                settle_as(&s, RUN_DONE);
            if (order == 0)
                run_play(s.run);
            else if (order == 1)
                run_pause(s.run);
            else if (order == 2)
                run_step(s.run, 3);
            else if (order == 3)
                run_seek(s.run, 2);
            else if (order == 4)
                run_speed(s.run, order % 2 ? 3.0 : (double)INFINITY);
            else if (order == 5)
                run_tune(s.run, &s.setup.settings, &err);
            else if (order == 6)
                run_resume(s.run, "nowhere", &err);
            else if (order == 7)
                run_save(s.run, "no/where", false, &err);
            else
                assert_good(run_begin(s.run, &s.setup, &err), err);
            run_look(s.run, &s.now);
            ink_model_free(run_model(s.run, NULL, NULL));
            nap(0.002 * (order % 3));
            tear_down(&s);
        }
}

static void a_flood_of_orders_is_taken_and_the_last_counts(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s;
    set_up(&s);
    begin(&s);
    run_step(s.run, 60);
    settle_as(&s, RUN_PAUSED);
    for (size_t i = 0; i < 2000; i++) {
        s.setup.settings.rate = 0.01f + 1e-6f * (float)i;
        assert_good(run_tune(s.run, &s.setup.settings, &err), err);
        run_seek(s.run, i % 60);
        run_speed(s.run, 100.0 + (double)i);
    }
    run_pause(s.run);
    run_seek(s.run, 0);
    settle_as(&s, RUN_PAUSED);
    assert_int_equal(s.now.update, 0);
    tear_down(&s);
}

static void looking_all_the_time_changes_nothing(void **state)
{
    (void)state;
    static run_point points[RUN_MOST_POINTS];
    bits watched, alone;
    scene s;
    set_up(&s);
    s.setup.settings.epochs = 10;
    begin(&s);
    run_play(s.run);
    size_t version = 0, seen = 0;
    do {
        run_look(s.run, &s.now);
        run_points(s.run, points, RUN_MOST_POINTS);
        ink_model *model = run_model(s.run, &version, NULL);
        assert_non_null(model);
        assert_true(version >= seen);
        seen = version;
        ink_model_free(model);
    } while (s.now.waiting || s.now.phase == RUN_PLAYING);
    settle_as(&s, RUN_DONE);
    bits_of(&s, watched);
    begin(&s);
    run_play(s.run);
    settle_as(&s, RUN_DONE);
    bits_of(&s, alone);
    assert_string_equal(watched, alone);
    tear_down(&s);
}

/* Whatever cannot be had: a sentence, and the next beginning works. */
static void without_memory_a_run_fails_with_a_sentence(void **state)
{
    (void)state;
    scene s;
    set_up(&s);
    s.setup.limit = 64;
    snprintf(s.setup.net, sizeof s.setup.net, "784-10");
    s.setup.settings.clip = 1;
    s.setup.settings.average = 0.9f;
    begin(&s);
    bool begun = false;
    for (size_t n = 1; !begun; n++) {
        ink_error err = {.status = INK_OK};
        snprintf(s.setup.net, sizeof s.setup.net, n % 2 ? "784-10" : "784 dense 10 softmax");
        ink__alloc_fail_at(n);
        ink_status status = run_begin(s.run, &s.setup, &err);
        if (status == INK_OK)
            settle(&s);
        begun = ink__alloc_fail_at(0) < n;
        assert_true(status == INK_OK || status == INK_ENOMEM);
        assert_true(status != INK_OK || s.now.phase == RUN_FAILED || s.now.phase == RUN_PAUSED);
        assert_true(s.now.phase != RUN_FAILED || *s.now.message);
        if (n > 500)
            fail_msg("%zu allocations are too many", n);
    }
    begin(&s);
    run_step(s.run, 3);
    settle_as(&s, RUN_PAUSED);
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_begins_paused_and_is_soon_measured),
        cmocka_unit_test(the_bits_are_those_of_ink_train),
        cmocka_unit_test(every_speed_gives_the_same_bits),
        cmocka_unit_test(pausing_stops_and_playing_goes_on),
        cmocka_unit_test(any_update_can_be_gone_back_to),
        cmocka_unit_test(the_curve_is_the_same_after_a_way_back),
        cmocka_unit_test(a_long_curve_stays_short),
        cmocka_unit_test(tuning_holds_from_where_it_was_done_and_is_replayed),
        cmocka_unit_test(more_epochs_wake_a_run_that_is_done),
        cmocka_unit_test(divergence_keeps_good_weights_and_can_be_repaired),
        cmocka_unit_test(tuning_after_divergence_goes_back_by_itself),
        cmocka_unit_test(what_cannot_be_is_said_at_once_or_in_the_message),
        cmocka_unit_test(any_order_is_survived_in_any_phase),
        cmocka_unit_test(a_flood_of_orders_is_taken_and_the_last_counts),
        cmocka_unit_test(looking_all_the_time_changes_nothing),
        cmocka_unit_test(without_memory_a_run_fails_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
