/* A run of the studio on the disk: saved, taken up, rescued, and as a command for a terminal. */
#include "tests/run_scene.h"

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

static void what_was_learnt_is_kept_at_the_end_and_not_more_than_five_files(void **state)
{
    (void)state;
    char folder[] = "studio-state-XXXXXX", last[512];
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 7; i++) {
        scene s;
        set_up_in(&s, folder);
        begin(&s);
        if (i > 0) { /* nothing learnt, nothing kept */
            run_step(s.run, 25);
            settle_as(&s, RUN_PAUSED);
        }
        tear_down(&s);
        assert_true(list(folder, last, sizeof last) == (size_t)(i < 5 ? i : 5));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saved_and_taken_up_a_run_goes_on_with_the_same_bits),
        cmocka_unit_test(what_was_learnt_is_kept_at_the_end_and_not_more_than_five_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
