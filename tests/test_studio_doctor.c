/* The divergence doctor: curves that are ill, and curves that are well. */
#include "tests/check.h"

#include "studio/train/doctor.h"
#include "studio/train/train_setup.h"

enum { MOST = 400 };

typedef struct patient {
    run_status status;
    run_point points[MOST];
    size_t count;
    run_setup setup;
    doctor_view view;
} patient;

/* A point every ten updates, tested every ten points; an epoch has 500 updates. */
static void admit(patient *p)
{
    *p = (patient){.status = {.phase = RUN_PLAYING, .updates_per_epoch = 500}};
    run_setup_init(&p->setup);
    p->view = (doctor_view){.status = &p->status,
                            .points = p->points,
                            .setup = &p->setup,
                            .classes = 10,
                            .pictures = true,
                            .dead = (double)NAN};
}

static void add(patient *p, double cost)
{
    run_point *point = &p->points[p->count];
    *point = (run_point){.update = (float)(10 * p->count),
                         .cost = (float)cost,
                         .train_accuracy = NAN,
                         .test_accuracy = NAN,
                         .train_cost = NAN,
                         .test_cost = NAN,
                         .gradient_norm = NAN};
    p->status.update = p->status.furthest = 10 * p->count;
    p->view.count = ++p->count;
}

static void test(patient *p, double train, double accuracy, double cost)
{
    run_point *point = &p->points[p->count - 1];
    point->train_accuracy = (float)train;
    point->test_accuracy = (float)accuracy;
    point->test_cost = (float)cost;
}

static doctor_kind kind_of(patient *p)
{
    doctor_finding f;
    doctor_look(&p->view, &f);
    doctor_kind kind = f.kind;
    assert_true((kind == DOCTOR_WELL) == (f.sentence[0] == 0));
    doctor_release(&f);
    return kind;
}

/* What the repair makes of the settings. */
static run_setup repaired(patient *p, bool *anew)
{
    doctor_finding f;
    ink_error err = {.status = INK_OK};
    run_setup setup = p->setup;
    doctor_look(&p->view, &f);
    assert_non_null(f.changes);
    assert_true(f.repair[0] != 0);
    assert_good(setup_read(f.changes, &setup, &err), err);
    if (setup_restarts(&p->setup, &setup))
        assert_true(f.anew);
    *anew = f.anew;
    doctor_release(&f);
    return setup;
}

static void a_run_that_learns_well_is_left_alone(void **state)
{
    (void)state;
    patient p;
    admit(&p);
    add(&p, (double)NAN); /* nothing learnt, but tested */
    test(&p, 0.1, 0.1, 2.3);
    for (int i = 0; i < 120; i++) { /* and not tested for long */
        add(&p, 0.05 + 2.3 * exp(-i / 15.0));
        assert_int_equal(kind_of(&p), DOCTOR_WELL);
    }
    admit(&p);
    for (int i = 0; i < 200; i++) {
        add(&p, 0.05 + 2.3 * exp(-i / 15.0) + 0.02 * (i % 3));
        if (i % 10 == 9)
            test(&p, 0.98, 0.97, 0.1);
        assert_int_equal(kind_of(&p), DOCTOR_WELL);
    }
    p.view.dead = 0.03;
    assert_int_equal(kind_of(&p), DOCTOR_WELL);
}

static void nothing_is_said_of_a_run_that_is_not_there(void **state)
{
    (void)state;
    patient p;
    admit(&p);
    p.status.phase = RUN_EMPTY;
    assert_int_equal(kind_of(&p), DOCTOR_WELL);
    p.status.phase = RUN_LOADING;
    assert_int_equal(kind_of(&p), DOCTOR_WELL);
    p.status.phase = RUN_PLAYING;
    assert_int_equal(kind_of(&p), DOCTOR_WELL);
}

static void a_cost_that_is_no_number_is_found_and_the_rate_divided(void **state)
{
    (void)state;
    patient p;
    bool anew;
    admit(&p);
    p.setup.settings.rate = 5;
    add(&p, 2.3);
    add(&p, (double)INFINITY);
    assert_int_equal(kind_of(&p), DOCTOR_NOT_FINITE);
    assert_near(repaired(&p, &anew).settings.rate, 0.05, 1e-6);
    assert_true(anew);
    admit(&p);
    add(&p, 2.3);
    p.status.phase = RUN_DIVERGED;
    assert_int_equal(kind_of(&p), DOCTOR_NOT_FINITE);
}

static void a_run_that_was_taken_up_has_no_cost_yet_and_is_well(void **state)
{
    (void)state;
    patient p;
    admit(&p);
    add(&p, (double)NAN);
    test(&p, 0.97, 0.96, 0.1);
    assert_int_equal(kind_of(&p), DOCTOR_WELL);
}

static void a_cost_that_grows_tenfold_is_an_explosion(void **state)
{
    (void)state;
    patient p;
    admit(&p);
    for (int i = 0; i < 40; i++)
        add(&p, 1 + 0.02 * i * i);
    assert_int_equal(kind_of(&p), DOCTOR_EXPLOSION);
}

static void noise_near_zero_is_no_explosion(void **state)
{
    (void)state;
    patient p;
    admit(&p);
    for (int i = 0; i < 100; i++) {
        add(&p, i < 20 ? 2.3 - 0.1 * i : i < 60 ? 0.001 : 0.05);
        if (i % 10 == 9)
            test(&p, 0.99, 0.98, 0.05);
    }
    assert_int_equal(kind_of(&p), DOCTOR_WELL);
}

static void dead_relus_become_leaky(void **state)
{
    (void)state;
    patient p;
    bool anew;
    admit(&p);
    for (int i = 0; i < 60; i++) {
        add(&p, 0.5 + exp(-i / 10.0));
        if (i % 10 == 9)
            test(&p, 0.8, 0.8, 0.5);
    }
    p.view.dead = 0.6;
    assert_int_equal(kind_of(&p), DOCTOR_DEAD);
    run_setup setup = repaired(&p, &anew);
    assert_non_null(strstr(setup.net, "dense 100 leaky"));
    assert_null(strstr(setup.net, "relu"));
    assert_true(anew);
    p.setup.settings.rate = 5; /* killed by long steps: leaky ones would be flung about, too */
    assert_near(repaired(&p, &anew).settings.rate, 0.05, 1e-6);
}

static void guessing_above_the_cost_of_a_constant_answer_means_long_steps(void **state)
{
    (void)state;
    patient p;
    bool anew;
    admit(&p);
    p.setup.settings.rate = 1;
    for (int i = 0; i < 60; i++) {
        add(&p, 2.9 + 0.1 * (i % 2));
        if (i % 10 == 9)
            test(&p, 0.098, 0.0974, 2.9);
    }
    assert_int_equal(kind_of(&p), DOCTOR_GUESSING);
    assert_near(repaired(&p, &anew).settings.rate, 0.1, 1e-6);
    assert_true(anew);
}

static void a_cost_that_hardly_falls_creeps_and_learns_on_faster(void **state)
{
    (void)state;
    patient p;
    bool anew;
    admit(&p);
    p.setup.settings.rate = 0.0001F;
    for (int i = 0; i < 120; i++) {
        add(&p, 2.3 - 0.001 * i);
        if (i % 10 == 9)
            test(&p, 0.2, 0.2, 2.2);
    }
    assert_int_equal(kind_of(&p), DOCTOR_CREEPING);
    assert_near(repaired(&p, &anew).settings.rate, 0.001, 1e-8);
    assert_false(anew);
}

static void learning_by_heart_is_found_and_the_pictures_moved(void **state)
{
    (void)state;
    patient p;
    bool anew;
    admit(&p);
    for (int i = 0; i < 200; i++) {
        add(&p, 2.3 * exp(-i / 20.0));
        if (i % 20 == 19)
            test(&p, fmin(0.99, 0.9 + 0.001 * i), 0.9, 0.3 + 0.001 * i);
    }
    assert_int_equal(kind_of(&p), DOCTOR_OVERFIT);
    run_setup setup = repaired(&p, &anew);
    assert_false(ink_augment_is_off(&setup.settings.augment));
    assert_false(anew);
    p.status.phase = RUN_DONE; /* nothing left to learn in: more epochs */
    assert_true(repaired(&p, &anew).settings.epochs > p.setup.settings.epochs);
    p.status.phase = RUN_PLAYING;
    p.setup = setup; /* already moved: weights are held down */
    assert_true(repaired(&p, &anew).settings.weight_decay > 0);
    p.view.pictures = false;
    run_setup_init(&p.setup);
    assert_true(repaired(&p, &anew).settings.weight_decay > 0);
}

static void a_plateau_gets_shorter_steps(void **state)
{
    (void)state;
    patient p;
    bool anew;
    admit(&p);
    for (int i = 0; i < 300; i++) {
        add(&p, 0.8 + 1.5 * exp(-i / 10.0) + 0.01 * (i % 5));
        if (i % 50 == 49)
            test(&p, 0.75, 0.74, 0.85);
    }
    assert_int_equal(kind_of(&p), DOCTOR_PLATEAU);
    assert_true(repaired(&p, &anew).settings.rate < p.setup.settings.rate);
    assert_false(anew);
    p.status.phase = RUN_DONE;
    assert_int_equal(kind_of(&p), DOCTOR_WELL);
}

static void the_time_machine_hides_what_is_still_to_come(void **state)
{
    (void)state;
    patient p;
    admit(&p);
    for (int i = 0; i < 40; i++)
        add(&p, 1 + 0.02 * i * i);
    p.status.update = 50;
    assert_int_equal(kind_of(&p), DOCTOR_WELL);
}

static void a_curve_full_of_nonsense_is_survived(void **state)
{
    (void)state;
    patient p;
    admit(&p);
    for (int i = 0; i < MOST; i++) {
        add(&p, i % 7 == 0 ? (double)NAN : i % 3 ? -1e30 : 0);
        test(&p, (double)NAN, i % 2 ? (double)INFINITY : 5, -1);
    }
    p.view.classes = 0;
    p.view.dead = (double)INFINITY;
    memset(p.setup.net, 'x', sizeof p.setup.net - 1);
    doctor_finding f;
    doctor_look(&p.view, &f);
    doctor_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_learns_well_is_left_alone),
        cmocka_unit_test(nothing_is_said_of_a_run_that_is_not_there),
        cmocka_unit_test(a_cost_that_is_no_number_is_found_and_the_rate_divided),
        cmocka_unit_test(a_run_that_was_taken_up_has_no_cost_yet_and_is_well),
        cmocka_unit_test(a_cost_that_grows_tenfold_is_an_explosion),
        cmocka_unit_test(noise_near_zero_is_no_explosion),
        cmocka_unit_test(dead_relus_become_leaky),
        cmocka_unit_test(guessing_above_the_cost_of_a_constant_answer_means_long_steps),
        cmocka_unit_test(a_cost_that_hardly_falls_creeps_and_learns_on_faster),
        cmocka_unit_test(learning_by_heart_is_found_and_the_pictures_moved),
        cmocka_unit_test(a_plateau_gets_shorter_steps),
        cmocka_unit_test(the_time_machine_hides_what_is_still_to_come),
        cmocka_unit_test(a_curve_full_of_nonsense_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
