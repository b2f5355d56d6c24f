/* A desk as a test sees it: post a message, wait for the frame that matters. */
#ifndef INK_TESTS_DESK_PROBE_H
#define INK_TESTS_DESK_PROBE_H

#include "studio/desk.h"
#include "studio/library.h"

#include "tests/check.h"

#include <time.h>

static inline desk *probe_open(void)
{
    ink_error err = {.status = INK_OK};
    static library *shelf; /* empty and shared: it outlives the desks */
    if (!shelf)
        shelf = library_new(&(library_settings){.data = NULL}, &err);
    desk_settings settings = {.library = shelf, .threads = 1};
    desk *d = desk_new(&settings, &err);
    assert_non_null(d);
    desk_attach(d);
    return d;
}

static inline void probe_post(desk *d, const char *text)
{
    assert_true(desk_post(d, text, strlen(text)));
}

/* The header of the next frame of that kind, whatever comes before it, and (if wanted) the bytes
 * behind the header; fails after a generous wait. */
static inline json_t *probe_wait(desk *d, const char *kind, frame *raw)
{
    for (int tries = 0; tries < 20000; tries++) {
        frame f;
        while (desk_take(d, &f)) {
            size_t head = 0;
            if (f.binary)
                for (int i = 3; i >= 0; i--)
                    head = head << 8 | (unsigned char)f.bytes[i];
            json_error_t wrong;
            json_t *all =
                json_loadb(f.bytes + (f.binary ? 4 : 0), f.binary ? head : f.size, 0, &wrong);
            assert_non_null(all);
            const char *found = json_string_value(json_object_get(all, "kind"));
            if (found && strcmp(found, kind) == 0) {
                if (raw)
                    *raw = f;
                else
                    free(f.bytes);
                return all;
            }
            json_decref(all);
            free(f.bytes);
        }
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    fail_msg("no frame \"%s\" came", kind);
    return NULL;
}

/* Waits until `key` of such a frame is the text `value`; the frame. */
static inline json_t *probe_until(desk *d, const char *kind, const char *key, const char *value)
{
    for (;;) {
        json_t *all = probe_wait(d, kind, NULL);
        const char *found = json_string_value(json_object_get(all, key));
        if (found && strcmp(found, value) == 0)
            return all;
        json_decref(all);
    }
}

/* What the next error says must hold `part`. */
static inline void probe_error(desk *d, const char *message, const char *part)
{
    probe_post(d, message);
    json_t *all = probe_wait(d, "error", NULL);
    const char *text = json_string_value(json_object_get(all, "text"));
    if (!text || !strstr(text, part))
        fail_msg("%s: the error \"%s\" does not say \"%s\"", message, text ? text : "", part);
    json_decref(all);
}

static inline double probe_number(json_t *all, const char *key)
{
    json_t *found = json_object_get(all, key);
    return json_is_number(found) ? json_number_value(found) : (double)NAN;
}

#endif
