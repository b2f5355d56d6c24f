/* A run of the studio on the disk: saved, taken up, rescued, and as a command for a terminal. */
#include "tests/run_scene.h"

#include "studio/train/command_text.h"

#include <dirent.h>
#include <unistd.h>

static void saved_and_taken_up_a_run_goes_on_with_the_same_bits(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    bits whole, later;
    char path[64], half[64];
    snprintf(path, sizeof path, "studio-run-%ld.safetensors", (long)getpid());
    snprintf(half, sizeof half, "studio-half-%ld.safetensors", (long)getpid());
    scene s, t;
    set_up(&s);
    s.setup.settings.optimizer = INK_OPTIMIZER_ADAM;
    s.setup.settings.rate = 0.002f;
    s.setup.settings.average = 0.9f;
    begin(&s);
    run_step(s.run, 33);
    assert_good(run_save(s.run, path, false, &err), err);
    settle_as(&s, RUN_PAUSED); /* steps go on while it is saved: this is not at 33 */
    run_seek(s.run, 33);
    settle_as(&s, RUN_PAUSED);
    assert_good(run_save(s.run, path, false, &err), err);
    assert_good(run_save(s.run, half, true, &err), err);
    settle_as(&s, RUN_PAUSED);
    assert_false(s.now.trouble);
    assert_non_null(strstr(s.now.message, half));
    run_step(s.run, 20);
    settle_as(&s, RUN_PAUSED);
    bits_of(&s, whole);

    set_up(&t);
    assert_good(run_resume(t.run, path, &err), err);
    settle_as(&t, RUN_PAUSED);
    assert_int_equal(t.now.update, 33);
    assert_int_equal(t.now.earliest, 33);
    const run_setup *setup = run_setup_now(t.run);
    assert_string_equal(setup->data, "glyphs:digits");
    assert_int_equal(setup->limit, 640);
    assert_true(setup->settings.optimizer == INK_OPTIMIZER_ADAM && setup->checkpoint);
    assert_string_equal(setup->from, path);
    run_step(t.run, 20);
    settle_as(&t, RUN_PAUSED);
    assert_int_equal(t.now.update, 53);
    bits_of(&t, later);
    assert_string_equal(whole, later);
    run_seek(t.run, 0);
    settle_as(&t, RUN_PAUSED);
    assert_int_equal(t.now.update, 33);

    assert_good(run_resume(t.run, half, &err), err); /* a model: its weights, from update 0 */
    settle_as(&t, RUN_PAUSED);
    assert_int_equal(t.now.update, 0);
    assert_int_equal(t.now.begun, 2);
    assert_false(run_setup_now(t.run)->checkpoint);
    unlink(path);
    assert_good(run_resume(t.run, path, &err), err); /* what is no file leaves all as it was */
    settle_as(&t, RUN_PAUSED);
    assert_true(t.now.trouble && strstr(t.now.message, path));
    assert_int_equal(t.now.begun, 2);
    run_step(t.run, 5);
    settle_as(&t, RUN_PAUSED);
    assert_int_equal(t.now.update, 5);
    unlink(half);
    tear_down(&s);
    tear_down(&t);
}

/* How many files are in a folder; the last one's path. */
static size_t list(const char *folder, char *last, size_t size)
{
    DIR *dir = opendir(folder);
    size_t count = 0;
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (e->d_name[0] != '.') {
            count++;
            snprintf(last, size, "%s/%s", folder, e->d_name);
        }
    if (dir)
        closedir(dir);
    return count;
}

static void what_was_learnt_is_kept_at_the_end_and_not_more_than_twenty_files(void **state)
{
    (void)state;
    char folder[] = "studio-state-XXXXXX", last[512];
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 22; i++) {
        scene s;
        set_up_in(&s, folder);
        begin(&s);
        if (i > 0) { /* nothing learnt, nothing kept */
            run_step(s.run, 25);
            settle_as(&s, RUN_PAUSED);
        }
        tear_down(&s);
        assert_true(list(folder, last, sizeof last) == (size_t)(i < 20 ? i : 20));
    }
    scene s;
    ink_error err = {.status = INK_OK};
    set_up(&s);
    assert_good(run_resume(s.run, last, &err), err);
    settle_as(&s, RUN_PAUSED);
    assert_int_equal(s.now.update, 25);
    tear_down(&s);
    while (list(folder, last, sizeof last) > 0)
        unlink(last);
    rmdir(folder);
}

static void who_went_back_in_time_loses_little_of_what_was_learnt(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    char folder[] = "studio-back-XXXXXX", last[512];
    assert_non_null(mkdtemp(folder));
    scene s;
    set_up_in(&s, folder);
    begin(&s);
    run_step(s.run, 190);
    settle_as(&s, RUN_PAUSED);
    run_seek(s.run, 3);
    settle_as(&s, RUN_PAUSED);
    assert_int_equal(s.now.update, 3);
    tear_down(&s);
    assert_int_equal(list(folder, last, sizeof last), 1);
    set_up(&s);
    assert_good(run_resume(s.run, last, &err), err);
    settle_as(&s, RUN_PAUSED);
    assert_true(s.now.update >= 16);
    tear_down(&s);
    unlink(last);
    rmdir(folder);
}

/* ---- as a command ---- */

static void begin_odd(scene *s)
{
    ink_error err = {.status = INK_OK};
    ink_train_settings *t = &s->setup.settings;
    snprintf(s->setup.net, sizeof s->setup.net,
             "784 dense 20 norm tanh dropout 0.1 dense 10 softmax");
    s->setup.init = INK_INIT_GLOROT;
    t->optimizer = INK_OPTIMIZER_ADAMW;
    t->rate = 0.0031f;
    t->momentum = 0.85f;
    t->weight_decay = 1.0f / 3;
    t->schedule = INK_SCHEDULE_DECAY;
    t->decay = 0.1f;
    t->clip = 0.7f;
    t->average = 0.9f;
    t->label_smoothing = 0.05f;
    t->batch = 30;
    t->seed = 7;
    assert_good(ink_augment_parse("hand noise 0.01", &t->augment, &err), err);
    begin(s);
}

static void the_command_says_all_the_bits_depend_on(void **state)
{
    (void)state;
    char text[3000];
    scene s;
    set_up(&s);
    begin_odd(&s);
    command_text(run_setup_now(s.run), 37, text, sizeof text);
    assert_string_equal(
        text,
        "inkling train glyphs:digits --net '784 dense 20 norm tanh dropout 0.1 dense 10 softmax' "
        "--cost cross-entropy --optimizer adamw --rate 0.0031 --schedule decay --batch 30 "
        "--epochs 1.68 --augment 'turn 0.15 scale 0.1 shift 0.8 noise 0.01' --init glorot "
        "--momentum 0.85 "
        "--weight-decay 0.33333334 --decay 0.1 --clip 0.7 --label-smoothing 0.05 --average 0.9 "
        "--limit 640 --seed 7 --data-seed 1");
    char small[100];
    command_text(run_setup_now(s.run), 37, small, sizeof small);
    assert_string_equal(small, "");
    tear_down(&s);
}

static void words_are_quoted_and_weights_from_elsewhere_have_no_command(void **state)
{
    (void)state;
    char text[3000];
    run_setup setup;
    run_setup_init(&setup);
    snprintf(setup.data, sizeof setup.data, "it's; rm -rf $HOME");
    command_text(&setup, 0, text, sizeof text);
    assert_non_null(strstr(text, "train 'it'\\''s; rm -rf $HOME' --net 784-100-10 "));
    snprintf(setup.from, sizeof setup.from, "a file");
    command_text(&setup, 0, text, sizeof text);
    assert_string_equal(text, "");
    setup.checkpoint = true;
    command_text(&setup, 0, text, sizeof text);
    assert_string_equal(text, "inkling train --resume 'a file' --epochs 10");
    setup.settings.schedule = INK_SCHEDULE_COSINE; /* a shorter run would be another */
    setup.updates_per_epoch = 10;
    command_text(&setup, 5, text, sizeof text);
    assert_string_equal(text, "inkling train --resume 'a file' --epochs 10");
}

/* Does what the command says; its "weights_sha256". */
static void obey(const char *text, bits hex)
{
    char line[4096], model[64], out[4096] = "";
    const char *command = getenv("INKLING_COMMAND"), *key = "\"weights_sha256\":";
    snprintf(model, sizeof model, "studio-command-%ld.safetensors", (long)getpid());
    assert_memory_equal(text, "inkling ", 8);
    snprintf(line, sizeof line, "'%s' %s --json -o %s", command, text + 8, model);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    hex[0] = 0;
    while (fgets(out, sizeof out, pipe)) {
        char *found = strstr(out, key);
        found = found ? strchr(found + strlen(key), '"') : NULL;
        if (found)
            snprintf(hex, sizeof(bits), "%.64s", found + 1);
    }
    assert_int_equal(pclose(pipe), 0);
    unlink(model);
}

static void the_command_ends_with_the_bits_of_the_run(void **state)
{
    (void)state;
    if (!getenv("INKLING_COMMAND"))
        skip();
    char text[3000];
    bits here, there;
    scene s;
    set_up(&s);
    begin_odd(&s);
    run_step(s.run, 37);
    settle_as(&s, RUN_PAUSED);
    bits_of(&s, here);
    command_text(run_setup_now(s.run), s.now.update, text, sizeof text);
    obey(text, there);
    assert_string_equal(here, there);

    run_setup_init(&s.setup);
    snprintf(s.setup.data, sizeof s.setup.data, "fruit:moons noise 0.2 points 300");
    snprintf(s.setup.net, sizeof s.setup.net, "2-6-2");
    s.setup.settings.schedule = INK_SCHEDULE_ONECYCLE;
    s.setup.settings.gradient = INK_GRADIENT_CENTRAL;
    s.setup.settings.batch = 0;
    s.setup.settings.epochs = 20;
    s.setup.settings.seed = 1234567890123456789u;
    begin(&s);
    run_play(s.run);
    settle_as(&s, RUN_DONE);
    bits_of(&s, here);
    command_text(run_setup_now(s.run), s.now.update, text, sizeof text);
    obey(text, there);
    assert_string_equal(here, there);
    tear_down(&s);
}

static void a_run_of_the_studio_is_gone_on_with_in_the_terminal(void **state)
{
    (void)state;
    if (!getenv("INKLING_COMMAND"))
        skip();
    ink_error err = {.status = INK_OK};
    char text[3000], path[64];
    bits here, there;
    scene s;
    snprintf(path, sizeof path, "studio-gone-on-%ld.safetensors", (long)getpid());
    set_up(&s);
    s.setup.settings.epochs = 4;
    begin(&s);
    run_step(s.run, 33);
    settle_as(&s, RUN_PAUSED);
    assert_good(run_save(s.run, path, false, &err), err);
    run_play(s.run);
    settle_as(&s, RUN_DONE);
    bits_of(&s, here);
    snprintf(text, sizeof text, "inkling train --resume %s", path);
    obey(text, there);
    assert_string_equal(here, there);
    unlink(path);
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saved_and_taken_up_a_run_goes_on_with_the_same_bits),
        cmocka_unit_test(what_was_learnt_is_kept_at_the_end_and_not_more_than_twenty_files),
        cmocka_unit_test(who_went_back_in_time_loses_little_of_what_was_learnt),
        cmocka_unit_test(the_command_says_all_the_bits_depend_on),
        cmocka_unit_test(words_are_quoted_and_weights_from_elsewhere_have_no_command),
        cmocka_unit_test(the_command_ends_with_the_bits_of_the_run),
        cmocka_unit_test(a_run_of_the_studio_is_gone_on_with_in_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
