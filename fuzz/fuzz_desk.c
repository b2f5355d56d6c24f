/* Messages to a desk, one a line: whatever a tab says, each scene answers, soon, and what it tells
 * is whole. Each line is also posted with one of its values replaced by something hostile, so that
 * what is still JSON is tried, too. */
#include "fuzz/fuzz.h"

#include "studio/desk.h"
#include "studio/library.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 120000, MOST_LINES = 400 }; /* milliseconds until a desk counts as stuck */

static library *shelf;
static char folder[] = "/tmp/inkling-fuzz-XXXXXX";
static char data[64], state[64]; /* within it: without data, and for what scenes keep */

/* Leaves nothing behind, and nothing is fetched. */
static void clean(void)
{
    char command[64];
    library_free(shelf);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        fprintf(stderr, "%s is left behind\n", folder);
}

static void prepare(void)
{
    ink_error err = {.status = INK_OK};
    const char *source = getenv("INKLING_SOURCE");
    char models[4096];
    snprintf(models, sizeof models, "%s/models", source ? source : ".");
    setenv("INKLING_MIRROR", "http://127.0.0.1:9", 1);
    if (!mkdtemp(folder))
        abort();
    snprintf(state, sizeof state, "%s/state", folder);
    snprintf(data, sizeof data, "%s/data", folder);
    if (mkdir(state, 0700) != 0 || mkdir(data, 0700) != 0)
        abort();
    setenv("INKLING_DATA", data, 1);
    library_settings settings = {.data = data, .models = models};
    shelf = library_new(&settings, &err);
    if (!shelf)
        abort();
    atexit(clean);
}

/* ---- what comes back ---- */

static size_t size_of(const char *type)
{
    if (type && strcmp(type, "u8") == 0)
        return 1;
    if (type && (strcmp(type, "f32") == 0 || strcmp(type, "i32") == 0))
        return 4;
    abort();
}

/* The header of a frame with arrays, which fill it to its end. */
static json_t *unpack(const frame *f)
{
    const unsigned char *bytes = (const unsigned char *)f->bytes;
    if (f->size < 8)
        abort();
    size_t length =
        bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
    if ((4 + length) % 8 != 0 || 4 + length > f->size)
        abort();
    json_t *header = json_loadb(f->bytes + 4, length, 0, NULL);
    json_t *arrays = json_object_get(header, "arrays"), *array;
    size_t at = 4 + length, i;
    json_array_foreach(arrays, i, array)
    {
        size_t size = size_of(json_string_value(json_array_get(array, 0)));
        size *= (size_t)json_integer_value(json_array_get(array, 1));
        at += (size + 7) / 8 * 8;
    }
    if (at != f->size)
        abort();
    return header;
}

/* Returns the number of the question that the frame answers, or -1. */
static json_int_t look_at(const frame *f)
{
    json_t *header = f->binary ? unpack(f) : json_loadb(f->bytes, f->size, 0, NULL);
    const char *kind = json_string_value(json_object_get(header, "kind"));
    const char *text = json_string_value(json_object_get(header, "text"));
    json_t *id = json_object_get(header, "id");
    json_int_t number = json_is_integer(id) ? json_integer_value(id) : -1;
    if (!kind || !json_is_string(json_object_get(header, "scene")))
        abort();
    if (strcmp(kind, "error") == 0 && (!text || !*text))
        abort();
    json_decref(header);
    return number;
}

static void wait_for(desk *d, json_int_t number)
{
    const struct timespec moment = {.tv_nsec = 200000};
    for (int waited = 0; waited < PATIENCE * 5; waited++) {
        frame f;
        while (desk_take(d, &f)) {
            json_int_t got = look_at(&f);
            free(f.bytes);
            if (got == number)
                return;
        }
        nanosleep(&moment, NULL);
    }
    fprintf(stderr, "the desk is stuck\n");
    abort();
}

/* ---- what goes in ---- */

static void say(desk *d, const char *text, size_t length)
{
    static json_int_t asked = 1000000000000;
    char question[100];
    if (getenv("FUZZ_SHOW"))
        fprintf(stderr, "%.*s\n", (int)length, text);
    if (length <= DESK_MOST_MESSAGE && !desk_post(d, text, length))
        abort(); /* all that was said before has been read */
    int size =
        snprintf(question, sizeof question, "{\"do\": \"\", \"id\": %lld}", (long long)++asked);
    if (!desk_post(d, question, (size_t)size))
        abort();
    wait_for(d, asked);
}

static json_t *hostile(uint64_t which)
{
    enum { LONG = 70000 };
    json_t *value;
    char *text;
    switch (which % 18) {
    case 0:
        return json_null();
    case 1:
        return json_integer(-1);
    case 2:
        return json_integer(0);
    case 3:
        return json_integer(1);
    case 4:
        return json_integer(INT64_MAX);
    case 5:
        return json_integer(INT64_MIN);
    case 6:
        return json_real(1e308);
    case 7:
        return json_real(-1e-308);
    case 8:
        return json_real(0.5);
    case 9:
        return json_true();
    case 10:
        return json_string("");
    case 11:
        return json_string("../escaped");
    case 12:
        text = malloc(LONG + 1);
        if (!text)
            abort();
        memset(text, '9', LONG);
        text[LONG] = '\0';
        value = json_string(text);
        free(text);
        return value;
    case 13:
        return json_array();
    case 14:
        return json_object();
    case 15:
        value = json_array();
        for (int i = 0; i < LONG; i++)
            json_array_append_new(value, json_real(1e30 * i));
        return value;
    case 16:
        return json_pack("[[[f, s], n], {s:i}]", 1e300, "x", "x", -7);
    default:
        return json_integer(4294967297);
    }
}

/* Replaces one value somewhere in the message; which, `dice` says. */
static void poison(json_t *message, uint64_t dice)
{
    const char *key;
    json_t *value;
    size_t count = json_object_size(message), at = 0;
    if (count == 0)
        return;
    size_t wanted = (dice >> 8) % count;
    json_object_foreach(message, key, value)
    {
        if (at++ != wanted)
            continue;
        if (json_is_object(value) && json_object_size(value) > 0 && dice % 4 != 0)
            poison(value, dice >> 3);
        else if (json_array_size(value) > 0 && dice % 4 != 0)
            json_array_set_new(value, (dice >> 16) % json_array_size(value), hostile(dice >> 24));
        else
            json_object_set_new(message, key, hostile(dice >> 24));
        return;
    }
}

static void say_poisoned(desk *d, const char *text, size_t length, uint64_t dice)
{
    json_t *message = json_loadb(text, length, 0, NULL);
    if (json_is_object(message)) {
        poison(message, dice);
        char *changed = json_dumps(message, JSON_COMPACT);
        if (changed)
            say(d, changed, strlen(changed));
        free(changed);
    }
    json_decref(message);
}

/* FNV-1a, so that the same bytes are poisoned in the same way. */
static uint64_t hash(uint64_t before, const uint8_t *bytes, size_t size)
{
    uint64_t h = before ^ 0xCBF29CE484222325;
    for (size_t i = 0; i < size; i++)
        h = (h ^ bytes[i]) * 0x100000001B3;
    return h ^ h >> 31;
}

/* Whatever the name, nothing is written outside the two folders. */
static void check_folder(void)
{
    DIR *open = opendir(folder);
    struct dirent *entry;
    while (open && (entry = readdir(open)))
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, "state") != 0 &&
            strcmp(entry->d_name, "data") != 0) {
            fprintf(stderr, "%s/%s was written\n", folder, entry->d_name);
            abort();
        }
    if (open)
        closedir(open);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    if (!shelf)
        prepare();
    desk_settings settings = {.library = shelf, .state = state, .threads = 1};
    desk *d = desk_new(&settings, &err);
    if (!d)
        abort();
    desk_attach(d);
    uint64_t dice = hash(0, bytes, size);
    const char *at = (const char *)bytes, *end = at + size;
    for (int line = 0; at < end && line < MOST_LINES; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        dice = hash(dice, (const uint8_t *)at, (size_t)(stop - at));
        say(d, at, (size_t)(stop - at));
        say_poisoned(d, at, (size_t)(stop - at), dice);
        at = stop + 1;
    }
    desk_free(d);
    check_folder();
    return 0;
}
