/* Learning one update at a time: the same bits as ink_train's, states, tuning, and what fails. */
#include "tests/check.h"

#include "base/memory.h"
#include "inkling/inkling.h"
#include "train/trainer.h"

#include <unistd.h>

typedef struct scene {
    ink_dataset *train;
    ink_network *network;
    ink_input input;
    ink_train_settings settings;
    ink_trainer *trainer;
} scene;

typedef struct kind {
    const char *net;
    ink_optimizer optimizer;
    ink_gradient_method gradient;
    float rate, clip, average;
    size_t batch;
    bool keep_best;
    const char *augment;
} kind;

static const kind kinds[] = {
    {"784-20-10", INK_OPTIMIZER_SGD, INK_GRADIENT_BACKPROP, 0.1f, 0, 0, 32, false, "off"},
    {"784 dense 20 relu dropout 0.2 dense 10 softmax", INK_OPTIMIZER_MOMENTUM,
     INK_GRADIENT_BACKPROP, 0.05f, 0, 0, 30, false, "light"},
    {"784 dense 20 norm relu dense 10 softmax", INK_OPTIMIZER_ADAMW, INK_GRADIENT_BACKPROP, 0.003f,
     1, 0.9f, 40, true, "hand mixup 0.2"},
    {"28x28x1 whiten 2x2 conv 4 3x3 relu pool 4 dense 10 softmax", INK_OPTIMIZER_MUON,
     INK_GRADIENT_BACKPROP, 0.02f, 0, 0.99f, 50, false, "off"},
    {"784 dense 10 softmax", INK_OPTIMIZER_NESTEROV, INK_GRADIENT_BACKPROP, 0.05f, 0, 0, 0, false,
     "off"},
    {"28x28x1 pool 7 dense 10 softmax", INK_OPTIMIZER_RMSPROP, INK_GRADIENT_CENTRAL, 0.01f, 0, 0,
     40, false, "off"},
};
enum { KINDS = sizeof kinds / sizeof *kinds, UPDATES = 13 };

static void set_up(scene *s, const kind *k)
{
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    memset(s, 0, sizeof *s);
    ink_dataset_options_init(&options);
    options.limit = 200;
    assert_good(ink_dataset_open("glyphs:digits", &options, &s->train, NULL, &err), err);
    s->network = ink_network_new(k->net, &err);
    assert_good(err.status, err);
    ink_network_init(s->network, INK_INIT_AUTO, 7);
    ink_input_for(s->train, &s->input);
    ink_train_settings_init(&s->settings);
    s->settings.optimizer = k->optimizer;
    s->settings.gradient = k->gradient;
    s->settings.rate = k->rate;
    s->settings.clip = k->clip;
    s->settings.average = k->average;
    s->settings.batch = k->batch;
    s->settings.keep_best = k->keep_best;
    s->settings.schedule = INK_SCHEDULE_COSINE;
    s->settings.epochs = 20;
    s->settings.eval_every = 0;
    assert_good(ink_augment_parse(k->augment, &s->settings.augment, &err), err);
}

static void begin(scene *s, const kind *k)
{
    ink_error err = {.status = INK_OK};
    set_up(s, k);
    s->trainer = ink_trainer_new(s->network, &s->input, s->train, &s->settings, NULL, &err);
    assert_good(err.status, err);
}

static void tear_down(scene *s)
{
    ink_trainer_free(s->trainer);
    ink_network_free(s->network);
    ink_dataset_free(s->train);
}

static void step(scene *s, size_t updates)
{
    ink_error err = {.status = INK_OK};
    while (updates-- > 0)
        assert_good(ink_trainer_step(s->trainer, &err), err);
}

static void assert_same_bits(const ink_network *a, const ink_network *b)
{
    size_t count = ink_network_parameter_count(a);
    assert_int_equal(count, ink_network_parameter_count(b));
    assert_memory_equal(ink_network_parameters_const(a), ink_network_parameters_const(b),
                        count * sizeof(float));
}

static void assert_other_bits(const ink_network *a, const ink_network *b)
{
    assert_memory_not_equal(ink_network_parameters_const(a), ink_network_parameters_const(b),
                            ink_network_parameter_count(a) * sizeof(float));
}

static void bits_do_not_depend_on_how_many_threads_a_step_uses(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink_pool *pool = ink_pool_new(3, &err);
    assert_good(err.status, err);
    for (size_t i = 0; i < KINDS; i++) {
        scene alone, shared;
        begin(&alone, &kinds[i]);
        set_up(&shared, &kinds[i]);
        shared.trainer = ink_trainer_new(shared.network, &shared.input, shared.train,
                                         &shared.settings, pool, &err);
        assert_good(err.status, err);
        for (size_t update = 0; update < UPDATES; update++) {
            shared.trainer->pace.usual = update % 3 + 1;
            step(&alone, 1);
            step(&shared, 1);
        }
        assert_same_bits(alone.network, shared.network);
        tear_down(&alone);
        tear_down(&shared);
    }
    ink_pool_free(pool);
}

static bool until_enough(const ink_train_event *event, void *user)
{
    (void)user;
    return !(event->kind == INK_EVENT_BATCH && event->update == UPDATES);
}

static void stepping_gives_the_bits_of_the_loop(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        ink_error err = {.status = INK_OK};
        scene loop, steps;
        set_up(&loop, &kinds[i]);
        assert_int_equal(ink_train(loop.network, &loop.input, loop.train, NULL, &loop.settings,
                                   NULL, until_enough, NULL, &err),
                         INK_ESTOPPED);
        begin(&steps, &kinds[i]);
        step(&steps, UPDATES);
        assert_same_bits(loop.network, ink_trainer_network(steps.trainer));
        tear_down(&loop);
        tear_down(&steps);
    }
}

static void a_state_given_back_goes_on_with_the_same_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        ink_error err = {.status = INK_OK};
        scene s;
        begin(&s, &kinds[i]);
        step(&s, 5);
        char *memory = malloc(ink_trainer_state_size(s.trainer) + 1);
        assert_non_null(memory);
        ink_trainer_keep(s.trainer, memory + 1); /* any alignment */
        step(&s, UPDATES - 5);
        ink_trainer_progress end = ink_trainer_look(s.trainer), again;
        ink_network *first = ink_network_copy(ink_trainer_network(s.trainer), &err);
        assert_good(ink_trainer_restore(s.trainer, memory + 1, &err), err);
        assert_int_equal(ink_trainer_look(s.trainer).update, 5);
        assert_true(ink_trainer_look(s.trainer).rate > end.rate);
        assert_other_bits(first, ink_trainer_network(s.trainer));
        step(&s, UPDATES - 5);
        again = ink_trainer_look(s.trainer);
        assert_same_bits(first, ink_trainer_network(s.trainer));
        assert_true(again.cost == end.cost && again.rate == end.rate);
        assert_true(again.images == end.images);
        ink_network_free(first);
        free(memory);
        tear_down(&s);
    }
}

static void another_trainers_state_is_refused(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene a, b;
    begin(&a, &kinds[0]);
    begin(&b, &kinds[1]);
    char *memory = malloc(ink_trainer_state_size(b.trainer));
    assert_non_null(memory);
    ink_trainer_keep(b.trainer, memory);
    assert_int_equal(ink_trainer_restore(a.trainer, memory, &err), INK_EINVAL);
    assert_says(err, "optimizers differ");
    free(memory);
    tear_down(&a);
    tear_down(&b);
}

static void progress_counts_updates_images_and_forward_passes(void **state)
{
    (void)state;
    scene s;
    begin(&s, &kinds[1]); /* 200 samples in batches of 30: 7 updates, the last of 20 */
    ink_trainer_progress p = ink_trainer_look(s.trainer);
    assert_int_equal(p.update, 0);
    assert_int_equal(p.updates_per_epoch, 7);
    assert_int_equal(p.updates, 140);
    assert_true(isnan(p.cost) && isnan(p.gradient_norm));
    step(&s, 7);
    p = ink_trainer_look(s.trainer);
    assert_int_equal(p.images, 200);
    assert_true(p.epoch == 1 && p.forward_passes == 7 && p.cost > 0 && p.rate < 0.05f);
    assert_true(isnan(p.gradient_norm)); /* straight into the weights */
    tear_down(&s);
    begin(&s, &kinds[5]); /* 16 inputs, 10 classes: 170 parameters, nudged up and down */
    step(&s, 2);
    p = ink_trainer_look(s.trainer);
    assert_true(p.forward_passes == 2 * 341 && p.gradient_norm > 0);
    tear_down(&s);
}

static void tuning_changes_what_comes_and_nothing_before(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s, other;
    begin(&s, &kinds[1]);
    begin(&other, &kinds[1]);
    ink_train_settings changed = s.settings;
    changed.rate = 0.01f;
    changed.momentum = 0.5f;
    changed.clip = 0.1f; /* needs memory that was not there */
    changed.label_smoothing = 0.1f;
    assert_good(ink_augment_parse("hand mixup 0.3", &changed.augment, &err), err);
    step(&s, 3);
    step(&other, 3);
    assert_good(ink_trainer_tune(s.trainer, &changed, &err), err);
    assert_same_bits(s.network, other.network);
    step(&s, 5);
    assert_true(ink_trainer_look(s.trainer).rate < 0.0101f);
    assert_true(ink_trainer_look(s.trainer).gradient_norm > 0);
    step(&other, 5);
    assert_other_bits(s.network, other.network);
    tear_down(&s);
    tear_down(&other);
}

static void tuning_reaches_the_optimizer(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s, other;
    begin(&s, &kinds[4]);
    begin(&other, &kinds[4]);
    s.settings.momentum = 0.5f;
    assert_good(ink_trainer_tune(s.trainer, &s.settings, &err), err);
    step(&s, 3);
    step(&other, 3);
    assert_other_bits(s.network, other.network);
    tear_down(&s);
    tear_down(&other);
}

static void what_a_user_gets_is_the_average_where_there_is_one(void **state)
{
    (void)state;
    scene s;
    begin(&s, &kinds[0]);
    assert_ptr_equal(ink_trainer_network(s.trainer), s.network);
    tear_down(&s);
    begin(&s, &kinds[2]);
    ink_error err = {.status = INK_OK};
    ink_network *start = ink_network_copy(s.network, &err);
    assert_good(err.status, err);
    step(&s, 12);
    assert_other_bits(ink_trainer_network(s.trainer), s.network);
    assert_other_bits(ink_trainer_network(s.trainer), start);
    ink_network_free(start);
    tear_down(&s);
}

static void tuning_back_is_as_if_nothing_had_been(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s, other;
    begin(&s, &kinds[1]);
    begin(&other, &kinds[1]);
    ink_train_settings changed = s.settings;
    changed.clip = 0.1f;
    changed.epochs = 2.9;
    changed.augment = (ink_augment){0};
    assert_good(ink_trainer_tune(s.trainer, &changed, &err), err);
    assert_int_equal(ink_trainer_look(s.trainer).updates, 21); /* 20.3 */
    assert_true(ink_trainer_look(s.trainer).epochs == 3);
    assert_good(ink_trainer_tune(s.trainer, &s.settings, &err), err);
    step(&s, 5);
    step(&other, 5);
    assert_same_bits(s.network, other.network);
    tear_down(&s);
    tear_down(&other);
}

static void what_memory_depends_on_cannot_be_tuned(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s;
    begin(&s, &kinds[0]);
    ink_train_settings changed = s.settings;
    changed.batch = 64;
    assert_int_equal(ink_trainer_tune(s.trainer, &changed, &err), INK_EINVAL);
    assert_says(err, "batch cannot change");
    changed = s.settings;
    changed.rate = -1;
    err.status = INK_OK;
    assert_int_equal(ink_trainer_tune(s.trainer, &changed, &err), INK_EINVAL);
    assert_says(err, "rate is -1");
    assert_true(ink_trainer_settings(s.trainer)->rate == s.settings.rate);
    tear_down(&s);
}

static void divergence_leaves_good_weights_and_can_be_gone_back_from(void **state)
{
    (void)state;
    static const kind wild = {"784 dense 30 identity dense 10 identity",
                              INK_OPTIMIZER_SGD,
                              INK_GRADIENT_BACKPROP,
                              1e6f,
                              0,
                              0,
                              32,
                              false,
                              "off"};
    ink_error err = {.status = INK_OK};
    scene s;
    set_up(&s, &wild);
    s.settings.cost = INK_COST_SQUARED;
    s.trainer = ink_trainer_new(s.network, &s.input, s.train, &s.settings, NULL, &err);
    assert_good(err.status, err);
    char *memory = malloc(ink_trainer_state_size(s.trainer));
    assert_non_null(memory);
    ink_trainer_keep(s.trainer, memory);
    ink_network *start = ink_network_copy(s.network, &err);
    size_t updates = 0;
    while (updates < 100 && ink_trainer_step(s.trainer, &err) == INK_OK)
        updates++;
    assert_int_equal(err.status, INK_EDIVERGED);
    assert_says(err, "lower rate");
    assert_same_bits(start, s.network);
    assert_int_equal(ink_trainer_step(s.trainer, &err), INK_EDIVERGED);
    err.status = INK_OK;
    s.settings.rate = 1e-4f;
    assert_good(ink_trainer_restore(s.trainer, memory, &err), err);
    assert_good(ink_trainer_tune(s.trainer, &s.settings, &err), err);
    step(&s, updates + 5);
    ink_network_free(start);
    free(memory);
    tear_down(&s);
}

static void good_weights_are_not_far_behind(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    scene s;
    begin(&s, &kinds[0]);
    step(&s, INK_TRUST_EVERY);
    ink_network *good = ink_network_copy(s.network, &err);
    assert_good(err.status, err);
    step(&s, 5);
    s.settings.rate = 1e20f;
    assert_good(ink_trainer_tune(s.trainer, &s.settings, &err), err);
    size_t updates = 0;
    while (updates < 100 && ink_trainer_step(s.trainer, &err) == INK_OK)
        updates++;
    assert_int_equal(err.status, INK_EDIVERGED);
    assert_true(updates < INK_TRUST_EVERY - 5);
    assert_same_bits(good, s.network);
    ink_network_free(good);
    tear_down(&s);
}

static void a_checkpoint_is_gone_on_from_with_the_same_bits(void **state)
{
    (void)state;
    if (!INK_HAVE_JANSSON)
        skip();
    char path[64];
    snprintf(path, sizeof path, "trainer-%ld.checkpoint", (long)getpid());
    for (size_t i = 0; i < KINDS; i++) {
        ink_error err = {.status = INK_OK};
        scene s;
        begin(&s, &kinds[i]);
        step(&s, 5);
        assert_good(ink_trainer_checkpoint(s.trainer, path, &err), err);
        step(&s, UPDATES - 5);
        ink_resume *resume = ink_resume_open(path, &err);
        assert_good(err.status, err);
        ink_trainer *later = ink_trainer_resume(resume, s.train, NULL, &err);
        assert_good(err.status, err);
        assert_int_equal(ink_trainer_look(later).update, 5);
        for (size_t k = 5; k < UPDATES; k++)
            assert_good(ink_trainer_step(later, &err), err);
        assert_same_bits(ink_trainer_network(s.trainer), ink_trainer_network(later));
        ink_trainer_free(later);
        ink_resume_close(resume);
        unlink(path);
        tear_down(&s);
    }
}

/* The same for what is thrown away and for what is tuned: nothing leaks, nothing is half changed.
 */
static void without_memory_there_is_no_trainer_and_no_tuning(void **state)
{
    (void)state;
    scene s;
    set_up(&s, &kinds[2]);
    size_t n = 1;
    for (;; n++) {
        ink_error err = {.status = INK_OK};
        ink__alloc_fail_at(n);
        s.trainer = ink_trainer_new(s.network, &s.input, s.train, &s.settings, NULL, &err);
        ink__alloc_fail_at(0);
        if (s.trainer)
            break;
        assert_int_equal(err.status, INK_ENOMEM);
    }
    assert_true(n > 10);
    tear_down(&s);

    begin(&s, &kinds[0]);
    ink_train_settings changed = s.settings;
    changed.clip = 1;
    changed.augment.turn = 0.1f;
    for (n = 1;; n++) {
        ink_error err = {.status = INK_OK};
        ink__alloc_fail_at(n);
        ink_status status = ink_trainer_tune(s.trainer, &changed, &err);
        ink__alloc_fail_at(0);
        if (status == INK_OK)
            break;
        assert_int_equal(status, INK_ENOMEM);
        assert_true(ink_trainer_settings(s.trainer)->clip == 0);
    }
    assert_int_equal(n, 4);
    size_t allocations = ink__alloc_fail_at(0);
    step(&s, 3);
    allocations = ink__alloc_fail_at(0);
    assert_int_equal(allocations, 0); /* a step allocates nothing */
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stepping_gives_the_bits_of_the_loop),
        cmocka_unit_test(bits_do_not_depend_on_how_many_threads_a_step_uses),
        cmocka_unit_test(a_state_given_back_goes_on_with_the_same_bits),
        cmocka_unit_test(another_trainers_state_is_refused),
        cmocka_unit_test(progress_counts_updates_images_and_forward_passes),
        cmocka_unit_test(tuning_changes_what_comes_and_nothing_before),
        cmocka_unit_test(tuning_reaches_the_optimizer),
        cmocka_unit_test(what_a_user_gets_is_the_average_where_there_is_one),
        cmocka_unit_test(tuning_back_is_as_if_nothing_had_been),
        cmocka_unit_test(what_memory_depends_on_cannot_be_tuned),
        cmocka_unit_test(divergence_leaves_good_weights_and_can_be_gone_back_from),
        cmocka_unit_test(good_weights_are_not_far_behind),
        cmocka_unit_test(a_checkpoint_is_gone_on_from_with_the_same_bits),
        cmocka_unit_test(without_memory_there_is_no_trainer_and_no_tuning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
