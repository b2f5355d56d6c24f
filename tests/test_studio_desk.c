/* The desk, with scenes made for this: they stand in the place of the real ones. */
#include "studio/desk.h"

#include "tests/check.h"

#include <semaphore.h>
#include <time.h>

enum { PATIENCE = 20000 }; /* milliseconds */

/* ---- a scene that does what it is told ---- */

typedef struct puppet {
    desk *desk;
    const scene_kind *kind;
    int shows, works, closes;
} puppet;

static puppet puppets[2]; /* of fruit and of slope, looked at when the desk is gone */
static sem_t held, go_on; /* "hold" stops the desk's thread between these */

static void *open_fruit(desk *d, ink_error *err)
{
    (void)err;
    puppets[0] = (puppet){.desk = d, .kind = &scene_fruit};
    return &puppets[0];
}

static void *open_slope(desk *d, ink_error *err)
{
    (void)err;
    puppets[1] = (puppet){.desk = d, .kind = &scene_slope};
    return &puppets[1];
}

static void *open_nothing(desk *d, ink_error *err)
{
    (void)d;
    *err = (ink_error){.status = INK_ENOMEM, .text = "the stage is closed"};
    return NULL;
}

static void close_puppet(void *scene)
{
    ((puppet *)scene)->closes++;
}

static void show(void *scene)
{
    puppet *p = scene;
    desk_tell(p->desk, p->kind, "shown", json_pack("{s:i}", "times", ++p->shows));
}

static void tell_arrays(puppet *p)
{
    const float f[] = {1.5f, -2.0f, 3.0f};
    const uint8_t u[] = {7, 8, 9};
    const int32_t i[] = {-1};
    const desk_array arrays[] = {{"f32", f, 3}, {"u8", u, 3}, {"i32", i, 1}, {"u8", NULL, 0}};
    desk_tell_arrays(p->desk, p->kind, "arrays", json_pack("{s:s}", "title", "four"), arrays, 4);
}

static ink_status take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    puppet *p = scene;
    const char *kind = json_string_value(json_object_get(message, "kind"));
    json_t *value = json_object_get(message, "value");
    if (strcmp(verb, "tell") == 0) {
        desk_tell(p->desk, p->kind, kind, json_pack("{s:O}", "value", value));
    } else if (strcmp(verb, "arrays") == 0) {
        tell_arrays(p);
    } else if (strcmp(verb, "ask") == 0) {
        desk_answer(p->desk, json_pack("{s:O}", "value", value));
    } else if (strcmp(verb, "wants") == 0) {
        desk_answer(p->desk, json_pack("{s:b}", "wants", desk_wants(p->desk, p->kind, kind)));
    } else if (strcmp(verb, "hold") == 0) {
        sem_post(&held);
        sem_wait(&go_on);
    } else {
        *err = (ink_error){.status = INK_EINVAL};
        snprintf(err->text, sizeof err->text, "a puppet does not know \"%.5s\"", verb);
        return INK_EINVAL;
    }
    return INK_OK;
}

static double work(void *scene)
{
    puppet *p = scene;
    p->works++;
    desk_tell(p->desk, p->kind, "worked", NULL);
    return (double)INFINITY;
}

#define CLOSED(scene)                                                                              \
    const scene_kind scene_##scene = {                                                             \
        .name = #scene, .open = open_nothing, .close = close_puppet, .show = show, .take = take}
const scene_kind scene_fruit = {"fruit", open_fruit, close_puppet, show, take, NULL};
const scene_kind scene_slope = {"slope", open_slope, close_puppet, show, take, work};
CLOSED(draw);
CLOSED(landscape);
CLOSED(look);
CLOSED(microscope);
CLOSED(train);
CLOSED(transform);

/* ---- a tab ---- */

static desk *new_desk(void)
{
    ink_error err = {.status = INK_OK};
    desk_settings settings = {.threads = 1};
    desk *d = desk_new(&settings, &err);
    assert_non_null(d);
    desk_attach(d);
    return d;
}

static void post(desk *d, const char *text)
{
    assert_true(desk_post(d, text, strlen(text)));
}

static bool wait_for(desk *d, frame *f)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    for (int i = 0; i < PATIENCE; i++) {
        if (desk_take(d, f))
            return true;
        nanosleep(&moment, NULL);
    }
    return false;
}

static void expect(desk *d, const char *text)
{
    frame f;
    assert_true(wait_for(d, &f));
    assert_false(f.binary);
    assert_int_equal(f.size, strlen(f.bytes));
    assert_string_equal(f.bytes, text);
    free(f.bytes);
}

/* The next frame is an error, answer to `id` (0 = to none), that says `part`. */
static void expect_error(desk *d, int id, const char *part)
{
    frame f;
    assert_true(wait_for(d, &f));
    json_t *error = json_loads(f.bytes, 0, NULL);
    const char *text = json_string_value(json_object_get(error, "text"));
    assert_string_equal(json_string_value(json_object_get(error, "kind")), "error");
    assert_int_equal(json_integer_value(json_object_get(error, "id")), id);
    if (!text || !strstr(text, part))
        fail_msg("\"%s\" does not say \"%s\"", f.bytes, part);
    json_decref(error);
    free(f.bytes);
}

static void show_fruit(desk *d)
{
    post(d, "{\"scene\": \"fruit\", \"do\": \"show\", \"id\": 1}");
    expect(d, "{\"scene\":\"fruit\",\"kind\":\"shown\",\"times\":1}");
    expect(d, "{\"scene\":\"fruit\",\"kind\":\"done\",\"id\":1}");
}

/* Everything before it was read. */
static void expect_silence(desk *d)
{
    post(d, "{\"scene\": \"fruit\", \"do\": \"ask\", \"value\": 0, \"id\": 99}");
    expect(d, "{\"scene\":\"fruit\",\"kind\":\"done\",\"id\":99,\"body\":{\"value\":0}}");
}

/* ---- tests ---- */

static void the_newest_frame_of_a_kind_replaces_one_not_taken(void **state)
{
    (void)state;
    desk *d = new_desk();
    show_fruit(d);
    post(d, "{\"scene\": \"fruit\", \"do\": \"tell\", \"kind\": \"a\", \"value\": 1}");
    post(d, "{\"scene\": \"fruit\", \"do\": \"tell\", \"kind\": \"b\", \"value\": 2}");
    post(d, "{\"scene\": \"fruit\", \"do\": \"tell\", \"kind\": \"a\", \"value\": 3}");
    post(d, "{\"scene\": \"fruit\", \"do\": \"hold\"}");
    sem_wait(&held);
    expect(d, "{\"scene\":\"fruit\",\"kind\":\"a\",\"value\":3}");
    expect(d, "{\"scene\":\"fruit\",\"kind\":\"b\",\"value\":2}");
    sem_post(&go_on);
    expect_silence(d);
    desk_free(d);
}

static void answers_are_never_replaced(void **state)
{
    (void)state;
    desk *d = new_desk();
    char text[100];
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "{\"scene\":\"fruit\",\"do\":\"ask\",\"value\":%d,\"id\":%d}",
                 i, i + 5);
        post(d, text);
    }
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text,
                 "{\"scene\":\"fruit\",\"kind\":\"done\",\"id\":%d,\"body\":{\"value\":%d}}", i + 5,
                 i);
        expect(d, text);
    }
    desk_free(d);
}

static void what_is_no_message_gets_an_error_and_no_more(void **state)
{
    (void)state;
    desk *d = new_desk();
    static const char *const wrong[][2] = {
        {"", "no JSON object"},
        {"{\"scene\": \"fruit\", ", "no JSON object"},
        {"[1, 2]", "no JSON object"},
        {"{\"scene\": \"fruit\", \"scene\": \"slope\"}", "no JSON object"},
        {"{} {}", "no JSON object"},
        {"{\"scene\": 7, \"do\": \"show\"}", "no scene \"\""},
        {"{\"scene\": \"kitchen\", \"do\": \"show\"}", "no scene \"kitchen\""},
        {"{\"scene\": \"fruit\"}", "what to \"do\""},
        {"{\"scene\": \"fruit\", \"do\": [\"show\"]}", "what to \"do\""},
        {"{\"scene\": \"draw\", \"do\": \"show\"}", "the stage is closed"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        post(d, wrong[i][0]);
        expect_error(d, 0, wrong[i][1]);
    }
    enum { DEEP = 100000 };
    char *deep = malloc(DEEP);
    memset(deep, '[', DEEP);
    assert_true(desk_post(d, deep, DEEP));
    expect_error(d, 0, "no JSON object");
    free(deep);
    expect_silence(d);
    desk_free(d);
}

static void an_error_carries_the_number_of_its_question(void **state)
{
    (void)state;
    desk *d = new_desk();
    post(d, "{\"scene\": \"fruit\", \"do\": \"dance\", \"id\": 42}");
    expect_error(d, 42, "dance");
    post(d, "{\"scene\": \"attic\", \"do\": \"show\", \"id\": 43}");
    expect_error(d, 43, "attic");
    post(d, "{\"scene\": \"fruit\", \"do\": \"dance\", \"id\": [\"44\"]}"); /* only whole numbers */
    expect_error(d, 0, "dance");
    post(d, "{\"scene\": \"fruit\", \"do\": \"ask\", \"value\": 1, \"id\": 1.5}");
    expect_silence(d);
    desk_free(d);
}

static void an_error_that_cuts_a_character_in_two_still_arrives(void **state)
{
    (void)state;
    desk *d = new_desk();
    post(d, "{\"scene\": \"fruit\", \"do\": \"\u00e4\u00f6\u00fc\u00df\", \"id\": 5}");
    expect_error(d, 5, "a puppet does not know");
    desk_free(d);
}

static void a_full_inbox_says_so_and_has_room_again_later(void **state)
{
    (void)state;
    desk *d = new_desk();
    char *large = malloc(DESK_MOST_MESSAGE);
    memset(large, ' ', DESK_MOST_MESSAGE);
    memcpy(large, "{\"scene\":\"fruit\",\"do\":\"ask\",\"id\":1,\"value\":1}", 45);
    post(d, "{\"scene\": \"fruit\", \"do\": \"hold\"}");
    sem_wait(&held);
    int posted = 0;
    while (posted < 100 && desk_post(d, large, DESK_MOST_MESSAGE))
        posted++;
    assert_in_range(posted, 3, 4);
    sem_post(&go_on);
    for (int i = 0; i < posted; i++)
        expect(d, "{\"scene\":\"fruit\",\"kind\":\"done\",\"id\":1,\"body\":{\"value\":1}}");
    assert_true(desk_post(d, large, DESK_MOST_MESSAGE));
    free(large);
    desk_free(d);
}

static void who_takes_no_answers_is_not_read_any_more(void **state)
{
    (void)state;
    desk *d = new_desk();
    enum { QUESTIONS = 30000 };
    static const char question[] =
        "{\"scene\":\"fruit\",\"do\":\"ask\",\"value\":\"0123456789012345678"
        "90123456789012345678901234567890123456789\",\"id\":7}";
    int posted = 0, answered = 0;
    const struct timespec moment = {.tv_nsec = 1000000};
    for (int idle = 0; posted < QUESTIONS * 10 && idle < 300;) {
        bool room = desk_post(d, question, sizeof question - 1);
        posted += room;
        idle = room ? 0 : idle + 1;
        if (!room)
            nanosleep(&moment, NULL);
    }
    assert_in_range(posted, 1000, QUESTIONS * 10 - 1); /* it was full, and stayed full */
    frame f;
    while (answered < posted && wait_for(d, &f)) {
        free(f.bytes);
        answered++;
    }
    assert_int_equal(answered, posted);
    desk_free(d);
}

static void a_tab_that_comes_back_is_shown_the_scene_anew(void **state)
{
    (void)state;
    desk *d = new_desk();
    show_fruit(d);
    post(d, "{\"scene\": \"fruit\", \"do\": \"tell\", \"kind\": \"a\", \"value\": 1}");
    post(d, "{\"scene\": \"fruit\", \"do\": \"hold\"}");
    sem_wait(&held);
    desk_detach(d);
    frame f;
    assert_false(desk_take(d, &f)); /* what was for the other tab is gone */
    post(d, "{\"scene\": \"fruit\", \"do\": \"ask\", \"value\": 1, \"id\": 3}");
    sem_post(&go_on);
    desk_attach(d);
    expect(d, "{\"scene\":\"fruit\",\"kind\":\"shown\",\"times\":2}");
    expect_silence(d); /* and the question of the other tab is not answered to this one */
    desk_free(d);
}

static void a_scene_that_is_shown_anew_works_at_once(void **state)
{
    (void)state;
    desk *d = new_desk();
    post(d, "{\"scene\": \"slope\", \"do\": \"show\"}");
    expect(d, "{\"scene\":\"slope\",\"kind\":\"shown\",\"times\":1}");
    expect(d, "{\"scene\":\"slope\",\"kind\":\"worked\"}");
    desk_detach(d);
    desk_attach(d); /* it had asked not to be called before the next message */
    expect(d, "{\"scene\":\"slope\",\"kind\":\"shown\",\"times\":2}");
    expect(d, "{\"scene\":\"slope\",\"kind\":\"worked\"}");
    desk_free(d);
}

static void only_the_scene_in_front_tells(void **state)
{
    (void)state;
    desk *d = new_desk();
    show_fruit(d);
    post(d, "{\"scene\": \"slope\", \"do\": \"tell\", \"kind\": \"a\", \"value\": 1}");
    expect_silence(d);
    post(d, "{\"scene\": \"slope\", \"do\": \"show\"}");
    expect(d, "{\"scene\":\"slope\",\"kind\":\"shown\",\"times\":1}");
    expect(d, "{\"scene\":\"slope\",\"kind\":\"worked\"}");
    post(d, "{\"scene\": \"fruit\", \"do\": \"tell\", \"kind\": \"a\", \"value\": 1}");
    expect_silence(d);
    desk_free(d);
    assert_int_equal(puppets[0].closes, 1);
    assert_int_equal(puppets[1].closes, 1);
}

static void a_frame_that_was_not_taken_is_not_wanted_again(void **state)
{
    (void)state;
    desk *d = new_desk();
    static const char wants[] = "{\"scene\":\"fruit\",\"do\":\"wants\",\"kind\":\"a\",\"id\":2}";
    static const char yes[] =
        "{\"scene\":\"fruit\",\"kind\":\"done\",\"id\":2,\"body\":{\"wants\":true}}";
    show_fruit(d);
    post(d, wants);
    expect(d, yes);
    post(d, "{\"scene\": \"fruit\", \"do\": \"tell\", \"kind\": \"a\", \"value\": 1}");
    post(d, wants);
    post(d, "{\"scene\": \"fruit\", \"do\": \"hold\"}");
    sem_wait(&held);
    expect(d, "{\"scene\":\"fruit\",\"kind\":\"a\",\"value\":1}");
    expect(d, "{\"scene\":\"fruit\",\"kind\":\"done\",\"id\":2,\"body\":{\"wants\":false}}");
    sem_post(&go_on);
    post(d, wants);
    expect(d, yes);
    desk_free(d);
}

static void arrays_lie_behind_the_header_each_at_a_multiple_of_8(void **state)
{
    (void)state;
    desk *d = new_desk();
    frame f;
    show_fruit(d);
    post(d, "{\"scene\": \"fruit\", \"do\": \"arrays\"}");
    assert_true(wait_for(d, &f));
    assert_true(f.binary);
    const unsigned char *bytes = (const unsigned char *)f.bytes;
    size_t length = bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16;
    assert_int_equal(bytes[3], 0);
    assert_int_equal((4 + length) % 8, 0);
    assert_int_equal(f.size, 4 + length + 16 + 8 + 8);
    static const char header[] =
        "{\"scene\":\"fruit\",\"kind\":\"arrays\",\"title\":\"four\",\"arrays\":"
        "[[\"f32\",3],[\"u8\",3],[\"i32\",1],[\"u8\",0]]}";
    assert_memory_equal(bytes + 4, header, sizeof header - 1);
    for (size_t i = sizeof header - 1; i < length; i++)
        assert_int_equal(bytes[4 + i], ' ');
    const float floats[] = {1.5f, -2.0f, 3.0f};
    const int32_t whole[] = {-1};
    assert_memory_equal(bytes + 4 + length, floats, 12);
    assert_memory_equal(bytes + 4 + length + 16, "\7\10\11", 3);
    assert_memory_equal(bytes + 4 + length + 24, whole, 4);
    free(f.bytes);
    desk_free(d);
}

static void a_desk_ends_whatever_waits(void **state)
{
    (void)state;
    desk *d = new_desk();
    const struct timespec moment = {.tv_nsec = 1000000};
    post(d, "{\"scene\": \"fruit\", \"do\": \"hold\"}");
    sem_wait(&held);
    for (int i = 0; i < 1000; i++) /* which would stop it again */
        post(d, "{\"scene\": \"fruit\", \"do\": \"hold\"}");
    desk_end(d);
    assert_false(desk_ended(d));
    sem_post(&go_on);
    for (int i = 0; i < PATIENCE && !desk_ended(d); i++)
        nanosleep(&moment, NULL);
    assert_true(desk_ended(d));
    desk_free(d);
    desk_free(NULL);
}

static int make_semaphores(void **state)
{
    (void)state;
    return sem_init(&held, 0, 0) || sem_init(&go_on, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_frame_of_a_kind_replaces_one_not_taken),
        cmocka_unit_test(answers_are_never_replaced),
        cmocka_unit_test(what_is_no_message_gets_an_error_and_no_more),
        cmocka_unit_test(an_error_carries_the_number_of_its_question),
        cmocka_unit_test(an_error_that_cuts_a_character_in_two_still_arrives),
        cmocka_unit_test(a_full_inbox_says_so_and_has_room_again_later),
        cmocka_unit_test(who_takes_no_answers_is_not_read_any_more),
        cmocka_unit_test(a_tab_that_comes_back_is_shown_the_scene_anew),
        cmocka_unit_test(a_scene_that_is_shown_anew_works_at_once),
        cmocka_unit_test(only_the_scene_in_front_tells),
        cmocka_unit_test(a_frame_that_was_not_taken_is_not_wanted_again),
        cmocka_unit_test(arrays_lie_behind_the_header_each_at_a_multiple_of_8),
        cmocka_unit_test(a_desk_ends_whatever_waits),
    };
    return cmocka_run_group_tests(tests, make_semaphores, NULL);
}
