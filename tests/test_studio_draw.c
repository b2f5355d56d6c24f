/* The pad through a desk: real strokes, silence, undo, the game, one's own doodles. */
#include "tests/check.h"

#include "studio/draw/draw_scene.h"
#include "studio/library.h"
#include "tests/desk_probe.h"
#include "tests/scratch.h"

#include <stdbool.h>

/* ---- a desk with models ---- */

static desk *open_pad(const char *state)
{
    static library *shelf;
    ink_error err = {.status = INK_OK};
    const char *source = getenv("INKLING_SOURCE");
    char models[512];
    snprintf(models, sizeof models, "%s/models", source ? source : ".");
    if (!shelf)
        shelf = library_new(&(library_settings){.models = models}, &err);
    desk *d = desk_new(&(desk_settings){.library = shelf, .state = state, .threads = 1}, &err);
    assert_non_null(d);
    desk_attach(d);
    probe_post(d, "{\"scene\":\"draw\",\"do\":\"show\"}");
    return d;
}

static void say(desk *d, const char *verb, const char *rest)
{
    char text[512];
    snprintf(text, sizeof text, "{\"scene\":\"draw\",\"do\":\"%s\"%s%s}", verb, *rest ? "," : "",
             rest);
    probe_post(d, text);
}

static int stamps;

/* Says `verb` with a new stamp and waits for the ranking that carries it. */
static json_t *rank_after(desk *d, const char *verb, const char *rest, frame *raw)
{
    char more[400];
    snprintf(more, sizeof more, "\"stamp\":%d%s%.360s", ++stamps, *rest ? "," : "", rest);
    say(d, verb, more);
    for (;;) {
        json_t *ranking = probe_wait(d, "ranking", raw);
        if (probe_number(ranking, "stamp") >= stamps)
            return ranking;
        json_decref(ranking);
        if (raw)
            free(raw->bytes);
    }
}

static const char *first_reason(json_t *ranking)
{
    const char *text = json_string_value(json_array_get(json_object_get(ranking, "reasons"), 0));
    return text ? text : "";
}

static json_t *begin(desk *d, const char *points)
{
    char rest[400];
    snprintf(rest, sizeof rest, "\"width\":2.5,\"points\":[%s]", points);
    say(d, "stroke_begin", rest);
    return rank_after(d, "stroke_end", "", NULL);
}

/* ---- strokes and their picture ---- */

static drawing *some_drawing(size_t strokes)
{
    ink_error err = {.status = INK_OK};
    drawing *d = drawing_new(&err);
    assert_non_null(d);
    for (size_t i = 0; i < strokes; i++) {
        float points[3][2] = {{4 + (float)i * 3, 5}, {20, 8 + (float)i * 4}, {9, 22}};
        assert_good(drawing_begin(d, i % 4 == 3 ? STROKE_ERASE : STROKE_DRAW, 2, &err), err);
        assert_good(drawing_add(d, points, 3, &err), err);
        drawing_end(d);
    }
    return d;
}

enum { AREA = STROKES_SIDE * STROKES_SIDE };

static void undo_gives_the_very_picture_of_before(void **state)
{
    (void)state;
    drawing *d = some_drawing(0), *whole = some_drawing(6);
    uint8_t before[7][AREA];
    ink_error err = {.status = INK_OK};
    memcpy(before[0], d->canvas, AREA);
    for (size_t i = 0; i < 6; i++) {
        const stroke *s = &whole->strokes[i];
        assert_good(drawing_begin(d, s->kind, s->width, &err), err);
        for (size_t k = 0; k < s->count; k++) /* point by point here, all at once there */
            assert_good(drawing_add(d, whole->points + s->first + k, 1, &err), err);
        drawing_end(d);
        memcpy(before[i + 1], d->canvas, AREA);
    }
    assert_memory_equal(d->canvas, whole->canvas, AREA);
    drawing_clear(d);
    assert_true(drawing_is_blank(d));
    assert_true(drawing_undo(d));
    for (size_t i = 7; i-- > 0;) {
        assert_memory_equal(d->canvas, before[i], AREA);
        assert_int_equal(drawing_undo(d), i > 0);
    }
    drawing_free(d);
    drawing_free(whole);
}

static void a_pen_covers_what_it_should(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    drawing *d = some_drawing(0);
    float line[2][2] = {{5, 14}, {23, 14}};
    double sum = 0;
    assert_good(drawing_begin(d, STROKE_DRAW, 2.5f, &err), err);
    assert_good(drawing_add(d, line, 2, &err), err);
    for (size_t i = 0; i < AREA; i++)
        sum += d->canvas[i] / 255.0;
    double cells = sum / (STROKES_FINE * STROKES_FINE), circle = 3.14159265 * 1.25 * 1.25;
    assert_near(cells, 18 * 2.5 + circle, 0.05);
    drawing_free(d);
}

static void an_eraser_takes_ink_and_nothing_else(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    drawing *d = some_drawing(0);
    float line[2][2] = {{5, 14}, {23, 14}}, middle[2][2] = {{14, 8}, {14, 20}};
    assert_good(drawing_begin(d, STROKE_DRAW, 2, &err), err);
    assert_good(drawing_add(d, line, 2, &err), err);
    assert_good(drawing_begin(d, STROKE_ERASE, 3, &err), err);
    assert_good(drawing_add(d, middle, 2, &err), err);
    const uint8_t *row = d->canvas + 14 * STROKES_FINE * STROKES_SIDE;
    assert_int_equal(row[14 * STROKES_FINE], 0);
    assert_int_equal(row[8 * STROKES_FINE], 255);
    assert_int_equal(row[20 * STROKES_FINE], 255);
    assert_int_equal(d->canvas[10 * STROKES_FINE * STROKES_SIDE + 14 * STROKES_FINE], 0);
    drawing_free(d);
}

static void a_full_drawing_says_so_and_stays_as_it_is(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    drawing *d = some_drawing(0);
    float point[1][2] = {{3, 3}}, wild[1][2] = {{NAN, 3}}, far[1][2] = {{3, 1e6f}};
    assert_int_equal(drawing_add(d, point, 1, &err), INK_EINVAL);
    assert_says(err, "no stroke");
    for (int i = 0; i < STROKES_MOST; i++) {
        assert_good(drawing_begin(d, STROKE_DRAW, 1, &err), err);
        assert_int_equal(drawing_add(d, wild, 1, NULL), INK_EINVAL);
        assert_int_equal(drawing_add(d, far, 1, NULL), INK_EINVAL);
        assert_good(drawing_add(d, point, 1, &err), err);
    }
    assert_int_equal(drawing_begin(d, STROKE_DRAW, 1, &err), INK_EINVAL);
    assert_says(err, "full");
    assert_int_equal(drawing_begin(d, STROKE_DRAW, NAN, &err), INK_EINVAL);
    assert_int_equal(d->stroke_count, STROKES_MOST);
    drawing_clear(d);
    assert_good(drawing_begin(d, STROKE_DRAW, 1, &err), err);
    while (d->point_count < STROKES_MOST_POINTS)
        assert_good(drawing_add(d, point, 1, &err), err);
    assert_int_equal(drawing_add(d, point, 1, &err), INK_EINVAL);
    assert_says(err, "20000 points");
    drawing_free(d);
}

/* ---- real strokes ---- */

/* How many of the drawings in a file of simplified strokes are named after the file. */
static int right_of(desk *d, const char *folder, const char *word, int most, int *asked)
{
    char path[512], *line = NULL;
    size_t room = 0;
    int right = 0, drawings = 0;
    snprintf(path, sizeof path, "%s/quickdraw/simplified/%s.ndjson", folder, word);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    while (drawings < most && getline(&line, &room, file) > 0) {
        json_t *all = json_loads(line, 0, NULL);
        char *strokes = json_dumps(json_object_get(all, "drawing"), JSON_COMPACT);
        char *text = NULL;
        assert_true(asprintf(&text,
                             "{\"scene\":\"draw\",\"do\":\"strokes\",\"width\":1.8,"
                             "\"stamp\":%d,\"drawing\":%s}",
                             ++stamps, strokes) > 0);
        probe_post(d, text);
        for (;;) {
            json_t *ranking = probe_wait(d, "ranking", NULL);
            bool mine = probe_number(ranking, "stamp") >= stamps;
            int best = (int)probe_number(ranking, "best");
            json_decref(ranking);
            if (!mine)
                continue;
            static const char *const names[] = {"airplane", "banana", "bird",   "book",  "cat",
                                                "clock",    "dog",    "flower", "house", "rainbow"};
            right += best >= 0 && strcmp(names[best], word) == 0;
            break;
        }
        drawings++;
        free(strokes);
        free(text);
        json_decref(all);
    }
    free(line);
    fclose(file);
    *asked += drawings;
    return right;
}

static void most_real_doodles_are_known_stroke_for_stroke(void **state)
{
    (void)state;
    const char *folder = check_data_folder();
    if (!folder)
        skip();
    static const char *const words[] = {"airplane", "banana", "bird",   "book",  "cat",
                                        "clock",    "dog",    "flower", "house", "rainbow"};
    desk *d = open_pad(NULL);
    int right = 0, asked = 0;
    say(d, "source", "\"source\":\"doodles\"");
    for (int i = 0; i < 10; i++)
        right += right_of(d, folder, words[i], 10, &asked);
    print_message("# %d of %d real doodles known\n", right, asked);
    assert_true(asked >= 50);
    assert_true(right * 100 >= asked * 80);
    desk_free(d);
}

static char *base64_of(const char *path)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size;
    uint8_t *bytes = ink__file_read(path, 1 << 20, &size, NULL);
    assert_non_null(bytes);
    char *text = calloc(1, size * 4 / 3 + 8), *to = text;
    for (size_t i = 0; i < size; i += 3) {
        uint32_t three = (uint32_t)bytes[i] << 16;
        three |= i + 1 < size ? (uint32_t)bytes[i + 1] << 8 : 0;
        three |= i + 2 < size ? bytes[i + 2] : 0;
        for (int k = 0; k < 4; k++)
            *to++ = i + (size_t)k > size ? '=' : letters[three >> (18 - 6 * k) & 63];
    }
    ink__free(bytes);
    return text;
}

/* Lays a picture on the pad as the page does; what it is taken for. */
static int best_of_upload(desk *d, scratch *s, const ink_picture *picture)
{
    ink_error err = {.status = INK_OK};
    char *message = NULL;
    assert_good(ink_picture_save(picture, scratch_path(s, "p.png"), &err), err);
    char *text = base64_of(scratch_path(s, "p.png"));
    assert_true(asprintf(&message,
                         "{\"scene\":\"draw\",\"do\":\"upload\",\"stamp\":%d,"
                         "\"picture\":\"%s\"}",
                         ++stamps, text) > 0);
    probe_post(d, message);
    free(message);
    free(text);
    for (;;) {
        json_t *ranking = probe_wait(d, "ranking", NULL);
        int best = (int)probe_number(ranking, "best");
        bool mine = probe_number(ranking, "stamp") >= stamps;
        json_decref(ranking);
        if (mine)
            return best;
    }
}

/* Dark on light paper, three times as wide as high, the digit small and in a corner. */
static void most_real_digits_on_paper_are_known(void **state)
{
    (void)state;
    if (!check_data_folder() || !INK_HAVE_PNG)
        skip();
    enum { HIGH = 60, WIDE = 180 };
    scratch s;
    ink_error err = {.status = INK_OK};
    ink_dataset *test = NULL;
    int right = 0;
    assert_good(ink_dataset_open("mnist", NULL, NULL, &test, &err), err);
    scratch_open(&s);
    desk *d = open_pad(NULL);
    for (size_t i = 0; i < 100; i++) {
        static uint8_t paper[HIGH * WIDE];
        memset(paper, 235, sizeof paper);
        for (size_t k = 0; k < 784; k++)
            paper[(k / 28 + 20) * WIDE + k % 28 + 120] =
                (uint8_t)(235 - ink_dataset_pixels(test, i)[k] * 220 / 255);
        ink_picture picture = {HIGH, WIDE, 1, paper};
        right += best_of_upload(d, &s, &picture) == ink_dataset_label(test, i);
    }
    print_message("# %d of 100 real digits on paper known\n", right);
    assert_true(right >= 90);
    desk_free(d);
    ink_dataset_free(test);
    scratch_close(&s);
}

/* A hand's own digits, moved into a corner of the pad and small: only framing makes them right. */
static void a_small_seven_in_a_corner_is_right_because_it_is_framed(void **state)
{
    (void)state;
    desk *d = open_pad(NULL);
    json_decref(begin(d, "2,2, 5,1.8, 8,1.7, 10,1.6, 9,4, 8,7, 7,10, 6,13"));
    json_t *framed = rank_after(d, "framing", "\"on\":true", NULL);
    assert_int_equal((int)probe_number(framed, "best"), 7);
    json_t *plain = rank_after(d, "framing", "\"on\":false", NULL);
    assert_int_not_equal((int)probe_number(plain, "best"), 7);
    json_decref(framed);
    json_decref(plain);
    desk_free(d);
}

/* ---- silence ---- */

static void a_blank_pad_and_nonsense_get_no_answer(void **state)
{
    (void)state;
    desk *d = open_pad(NULL);
    json_t *blank = rank_after(d, "clear", "", NULL);
    assert_int_equal((int)probe_number(blank, "best"), -1);
    assert_string_equal(first_reason(blank), "nothing is drawn");
    assert_true(json_is_true(json_object_get(blank, "blank")));
    json_decref(blank);

    json_t *dot = begin(d, "14,14");
    assert_int_equal((int)probe_number(dot, "best"), -1);
    assert_non_null(strstr(first_reason(dot), "too little ink"));
    json_decref(dot);

    for (int i = 0; i < 25; i++) {
        char point[40];
        snprintf(point, sizeof point, "%d,%d", 4 + 5 * (i % 5), 4 + 5 * (i / 5));
        json_decref(begin(d, point));
    }
    json_t *specks = rank_after(d, "framing", "\"on\":true", NULL);
    assert_int_equal((int)probe_number(specks, "best"), -1);
    assert_non_null(strstr(first_reason(specks), "scattered"));
    json_decref(specks);
    desk_free(d);
}

static void noise_of_any_density_is_met_with_silence(void **state)
{
    (void)state;
    uint8_t pixels[AREA];
    uint32_t dice = 7;
    for (int density = 1; density <= 10; density++) {
        for (int cell = 0; cell < 784; cell++) {
            dice = dice * 1664525u + 1013904223u;
            bool on = (int)(dice >> 16) % 10 < density;
            dice = dice * 1664525u + 1013904223u;
            uint8_t value = on ? (uint8_t)(dice >> 24) : 0;
            for (int i = 0; i < 36; i++)
                pixels[(cell / 28 * 6 + i / 6) * STROKES_SIDE + cell % 28 * 6 + i % 6] = value;
        }
        ink_picture noise = {STROKES_SIDE, STROKES_SIDE, 1, pixels};
        silence_facts facts = silence_look(&noise);
        facts.top = 1; /* however sure a network may be */
        assert_int_not_equal(silence_judge(&facts), 0);
    }
    silence_facts unsure = {.ink = 0.1, .box = 0.7, .pieces = 1, .largest = 1, .top = 0.4};
    assert_int_equal(silence_judge(&unsure), SILENCE_UNSURE);
    unsure.top = 0.5;
    unsure.second = 0.45;
    assert_int_equal(silence_judge(&unsure), SILENCE_TOO_CLOSE);
    unsure.second = 0.1;
    assert_int_equal(silence_judge(&unsure), 0);
}

/* ---- without a stroke ---- */

static void each_stroke_is_left_out_once(void **state)
{
    (void)state;
    desk *d = open_pad(NULL);
    json_decref(begin(d, "9,5, 15,4.5, 20,5, 17,12, 14,20, 12,25")); /* a seven */
    json_decref(begin(d, "11,15, 15,14.5, 20,14"));                  /* and its bar */
    frame raw;
    json_t *without;
    for (;;) {
        without = probe_wait(d, "without", &raw);
        if (json_array_size(json_object_get(without, "strokes")) == 2)
            break;
        json_decref(without);
        free(raw.bytes);
    }
    json_t *best = json_object_get(without, "best");
    assert_int_not_equal((int)json_integer_value(json_array_get(best, 0)), 7); /* a bar alone */
    assert_int_equal((int)json_integer_value(json_array_get(best, 1)), 7);
    json_decref(without);
    free(raw.bytes);
    desk_free(d);
}

/* ---- the game ---- */

static void a_round_ends_a_word_when_it_is_known_or_time_is_up(void **state)
{
    (void)state;
    game_round r;
    round_start(&r, 10, 5);
    assert_int_equal(r.count, ROUND_WORDS);
    for (int i = 0; i < r.count; i++)
        for (int k = 0; k < i; k++)
            assert_int_not_equal(r.words[i].class, r.words[k].class);
    int word = r.words[0].class, other = word == 0 ? 1 : 0;
    assert_false(round_hear(&r, 1, word, 1)); /* not begun */
    assert_true(round_go(&r, 100));
    assert_near(round_left(&r, 104), 16, 1e-9);
    assert_true(round_hear(&r, 101, other, 0.9));
    assert_false(round_hear(&r, 101.1, other, 0.9)); /* said already */
    assert_true(round_hear(&r, 102, word, 0.9));
    assert_false(round_hear(&r, 102.1, word, 0.9));
    assert_true(round_hear(&r, 102.5, word, 0.9));
    assert_int_equal(r.state, ROUND_TOLD);
    assert_true(r.words[0].knew);
    assert_near(r.words[0].seconds, 2.5, 1e-9);
    assert_true(round_go(&r, 110) && round_go(&r, 111));
    assert_false(round_hear(&r, 120, -1, 0));
    assert_true(round_hear(&r, 131.5, other, 0.4));
    assert_false(r.words[1].knew);
    assert_near(r.words[1].seconds, ROUND_SECONDS, 1e-9);
    for (int i = 2; i < ROUND_WORDS; i++) {
        assert_true(round_go(&r, 200) && round_go(&r, 200));
        assert_true(round_hear(&r, 300, -1, 0));
    }
    assert_true(round_go(&r, 400));
    assert_int_equal(r.state, ROUND_OVER);
    assert_false(round_go(&r, 401));
    assert_int_equal(round_right(&r), 1);
}

static void a_round_is_played_over_the_desk(void **state)
{
    (void)state;
    desk *d = open_pad(NULL);
    say(d, "round_start", "\"seed\":3");
    json_decref(probe_until(d, "round", "state", "ready"));
    say(d, "round_go", "");
    json_t *begun = probe_until(d, "round", "state", "drawing");
    assert_int_equal(json_array_size(json_object_get(begun, "words")), ROUND_WORDS);
    json_decref(begun);
    say(d, "round_stop", "");
    json_decref(probe_until(d, "round", "state", "off"));
    probe_error(d, "{\"scene\":\"draw\",\"do\":\"round_go\"}", "no word");
    desk_free(d);
}

/* ---- my doodles ---- */

static void keep(desk *d, int class, int i)
{
    char points[200], rest[40];
    float a = (float)(i % 5) * 0.7f, b = (float)(i % 3) * 0.9f;
    if (class == 0) /* a cross */
        snprintf(points, sizeof points, "%g,4, %g,24, 14,14, 5,%g, 24,%g", (double)(13 + b),
                 (double)(14 + a), (double)(13 + a), (double)(14 + b));
    else /* a box */
        snprintf(points, sizeof points, "5,%g, 24,5, %g,24, 5,24, 5,%g", (double)(5 + a),
                 (double)(23 + b), (double)(5 + a));
    json_decref(begin(d, points));
    snprintf(rest, sizeof rest, "\"class\":%d", class);
    say(d, "mine_keep", rest);
}

static json_t *mine_until_learnt(desk *d)
{
    for (;;) {
        json_t *mine = probe_wait(d, "mine", NULL);
        if (probe_number(mine, "asked") > 0)
            return mine;
        json_decref(mine);
    }
}

static void own_doodles_are_kept_learnt_and_found_again(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    desk *d = open_pad(s.folder);
    say(d, "mine_add", "\"name\":\"cross\"");
    say(d, "mine_add", "\"name\":\"box\"");
    probe_error(d, "{\"scene\":\"draw\",\"do\":\"mine_learn\"}", "\"cross\" has 0 drawings");
    for (int i = 0; i < 10; i++) {
        keep(d, 0, i);
        keep(d, 1, i);
    }
    say(d, "mine_learn", "");
    json_t *mine = mine_until_learnt(d);
    assert_int_equal((int)probe_number(mine, "asked"), 4);
    assert_true(probe_number(mine, "right") >= 3);
    json_decref(mine);
    json_t *crossed = begin(d, "14,4, 14,24, 14,14, 5,14, 24,14");
    assert_int_equal((int)probe_number(crossed, "best"), 0);
    json_decref(crossed);
    json_decref(rank_after(d, "clear", "", NULL));
    json_t *boxed = begin(d, "5,5, 24,5, 24,24, 5,24, 5,5");
    assert_int_equal((int)probe_number(boxed, "best"), 1);
    json_decref(boxed);
    desk_free(d);

    d = open_pad(s.folder); /* another day */
    mine = probe_wait(d, "mine", NULL);
    json_t *classes = json_object_get(mine, "classes");
    assert_int_equal(json_array_size(classes), 2);
    assert_int_equal(probe_number(json_array_get(classes, 0), "count"), 10);
    assert_string_equal(json_string_value(json_object_get(json_array_get(classes, 0), "name")),
                        "box");
    json_decref(mine);
    say(d, "source", "\"source\":\"mine\"");
    json_t *source = probe_until(d, "source", "source", "mine");
    assert_true(json_is_true(json_object_get(source, "ready")));
    json_decref(source);
    say(d, "mine_rename", "\"class\":0,\"name\":\"parcel\"");
    say(d, "mine_delete", "\"class\":1");
    json_decref(rank_after(d, "clear", "", NULL));
    desk_free(d);
    struct stat info;
    assert_int_equal(stat(scratch_path(&s, "my-doodles/parcel/001.png"), &info), 0);
    assert_int_not_equal(stat(scratch_path(&s, "my-doodles/cross"), &info), 0);
    scratch_close(&s);
}

/* Shows real drawings number first..last - 1 of a word; keeps each in a class (-1 = none). How many
 * were answered, and not with silence. */
static int draw_real(desk *d, const char *folder, const char *word, int class, int first, int last)
{
    char path[512], keep_it[40], *line = NULL;
    size_t room = 0;
    int answered = 0;
    snprintf(path, sizeof path, "%s/quickdraw/simplified/%s.ndjson", folder, word);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (int i = 0; i < last && getline(&line, &room, file) > 0; i++) {
        json_t *all = json_loads(line, 0, NULL), *ranking;
        char *strokes = json_dumps(json_object_get(all, "drawing"), JSON_COMPACT), *text = NULL;
        assert_true(asprintf(&text,
                             "{\"scene\":\"draw\",\"do\":\"strokes\",\"width\":1.8,"
                             "\"stamp\":%d,\"drawing\":%s}",
                             ++stamps, strokes) > 0);
        if (i >= first) {
            probe_post(d, text);
            while (probe_number(ranking = probe_wait(d, "ranking", NULL), "stamp") < stamps)
                json_decref(ranking);
            answered += probe_number(ranking, "best") >= 0;
            json_decref(ranking);
        }
        snprintf(keep_it, sizeof keep_it, "\"class\":%d", class);
        if (i >= first && class >= 0)
            say(d, "mine_keep", keep_it);
        free(strokes);
        free(text);
        json_decref(all);
    }
    free(line);
    fclose(file);
    return answered;
}

static void what_is_none_of_ones_own_is_not_taken_for_it(void **state)
{
    (void)state;
    const char *folder = check_data_folder();
    if (!folder)
        skip();
    desk *d = open_pad(NULL);
    say(d, "mine_add", "\"name\":\"octopus\"");
    say(d, "mine_add", "\"name\":\"popsicle\"");
    probe_error(d, "{\"scene\":\"draw\",\"do\":\"mine_add\",\"name\":\"Other\"}", "not yours");
    draw_real(d, folder, "octopus", 0, 0, 10);
    draw_real(d, folder, "popsicle", 1, 0, 10);
    say(d, "mine_learn", "");
    json_decref(mine_until_learnt(d));
    say(d, "source", "\"source\":\"mine\"");
    json_t *source = probe_until(d, "source", "source", "mine");
    assert_int_equal((int)probe_number(source, "known"), 2);
    assert_int_equal(json_array_size(json_object_get(source, "names")), 3);
    json_decref(source);
    int own =
        draw_real(d, folder, "octopus", -1, 10, 25) + draw_real(d, folder, "popsicle", -1, 10, 25);
    int others = draw_real(d, folder, "cat", -1, 0, 15) + draw_real(d, folder, "book", -1, 0, 15) +
                 draw_real(d, folder, "bicycle", -1, 0, 15);
    print_message("# answered: %d of 30 of one's own, %d of 45 others\n", own, others);
    assert_true(own >= 20);
    assert_true(others <= 10);
    desk_free(d);
}

static void names_cannot_lead_out_of_the_folder(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "../up", "a/b",  ".",      "..",    ".hidden",
        " cat",  "cat ", "a\\\\b", "a\\nb", "a name that is far too long for a folder"};
    scratch s;
    scratch_open(&s);
    desk *d = open_pad(s.folder);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[200];
        snprintf(text, sizeof text, "{\"scene\":\"draw\",\"do\":\"mine_add\",\"name\":\"%s\"}",
                 bad[i]);
        probe_error(d, text, "name");
    }
    desk_free(d);
    scratch_close(&s);
}

/* ---- hostile messages ---- */

static void nothing_that_a_page_says_is_trusted(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"\"do\":\"stroke_points\",\"points\":[1,2]", "no stroke"},
        {"\"do\":\"stroke_begin\"", "\"width\" must be a number"},
        {"\"do\":\"stroke_begin\",\"width\":1e9", "not 1e+09"},
        {"\"do\":\"stroke_begin\",\"width\":2,\"erase\":3", "true or false"},
        {"\"do\":\"stroke_begin\",\"width\":2,\"points\":[1]", "list of x, y"},
        {"\"do\":\"stroke_begin\",\"width\":2,\"points\":[1,\"2\"]", "must be numbers"},
        {"\"do\":\"stroke_begin\",\"width\":2,\"points\":[1e30,2]", "must lie within"},
        {"\"do\":\"strokes\",\"width\":2,\"drawing\":5", "list of at most"},
        {"\"do\":\"strokes\",\"width\":2,\"drawing\":[[[1,2],[3]]]", "as many numbers"},
        {"\"do\":\"strokes\",\"width\":2,\"drawing\":[[[null],[3]]]", "lists of numbers"},
        {"\"do\":\"upload\"", "base64"},
        {"\"do\":\"upload\",\"picture\":\"%%%%\"", "base64"},
        {"\"do\":\"upload\",\"picture\":\"iVBORw0KGgo=\"", "neither a PNG"},
        {"\"do\":\"upload\",\"picture\":\"iVBORw0KGgoAAAANSUhEUgD///8A////CAAAAAA=\"",
         "pixels a side"},
        {"\"do\":\"source\",\"source\":\"../etc\"", "there is no network"},
        {"\"do\":\"source\",\"source\":[]", "must be a text"},
        {"\"do\":\"framing\",\"on\":\"yes\"", "true or false"},
        {"\"do\":\"mine_keep\",\"class\":0.5", "whole number"},
        {"\"do\":\"mine_keep\",\"class\":3", "no number 3"},
        {"\"do\":\"mine_drop\",\"class\":0,\"drawing\":0", "no number 0"},
        {"\"do\":\"dance\"", "draw does not know how to \"dance\""},
    };
    desk *d = open_pad(NULL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[300];
        say(d, "clear", "");
        snprintf(text, sizeof text, "{\"scene\":\"draw\",%s}", bad[i][0]);
        if (strstr(bad[i][0], "mine_keep") == NULL) {
            probe_error(d, text, bad[i][1]);
        } else { /* only what is drawn can be kept */
            json_decref(begin(d, "5,5, 20,20"));
            probe_error(d, text, bad[i][1]);
        }
    }
    json_t *still = begin(d, "9,5, 15,4.5, 20,5, 17,12, 14,20, 12,25");
    assert_int_equal((int)probe_number(still, "best"), 7);
    json_decref(still);
    desk_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undo_gives_the_very_picture_of_before),
        cmocka_unit_test(a_pen_covers_what_it_should),
        cmocka_unit_test(an_eraser_takes_ink_and_nothing_else),
        cmocka_unit_test(a_full_drawing_says_so_and_stays_as_it_is),
        cmocka_unit_test(most_real_doodles_are_known_stroke_for_stroke),
        cmocka_unit_test(most_real_digits_on_paper_are_known),
        cmocka_unit_test(a_small_seven_in_a_corner_is_right_because_it_is_framed),
        cmocka_unit_test(a_blank_pad_and_nonsense_get_no_answer),
        cmocka_unit_test(noise_of_any_density_is_met_with_silence),
        cmocka_unit_test(each_stroke_is_left_out_once),
        cmocka_unit_test(a_round_ends_a_word_when_it_is_known_or_time_is_up),
        cmocka_unit_test(a_round_is_played_over_the_desk),
        cmocka_unit_test(what_is_none_of_ones_own_is_not_taken_for_it),
        cmocka_unit_test(own_doodles_are_kept_learnt_and_found_again),
        cmocka_unit_test(names_cannot_lead_out_of_the_folder),
        cmocka_unit_test(nothing_that_a_page_says_is_trusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
