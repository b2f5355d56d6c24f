/* A desk: what one tab of a browser works at. It owns the scenes that were opened, a run of
 * training, and a thread that alone calls the scenes; it outlives the connection, so that a tab
 * that comes back takes up where it was.
 *
 * Messages in: JSON objects {"scene": "fruit", "do": "weight", "id": 7, ...}. One with an "id" gets
 * exactly one answer {"scene", "kind": "done", "id", "body"?} or {"scene", "kind": "error", "id",
 * "text"}; one without gets an error or nothing; an id is a whole number. {"scene": "fruit", "do":
 * "show"} opens a scene and brings it to the front: only the scene in front tells things.
 *
 * Frames out, of a scene and a kind: text {"scene", "kind", ...} or, with arrays, binary:
 *     uint32 length of the header, little-endian
 *     the header: JSON {"scene", "kind", ..., "arrays": [["f32", count], ...]}, padded with spaces
 *     so that what follows begins at a multiple of 8
 *     the arrays one after the other, each padded to a multiple of 8
 * Of frames of the same scene and kind the newest replaces one that is not yet taken: a slow tab
 * misses frames and slows nothing. It takes the place of the old one, so that frames of different
 * kinds may overtake each other. Answers are never replaced.
 *
 * Thread safety: desk_post, desk_take, desk_attach, desk_detach, desk_end and desk_is_busy may be
 * called by any thread; the rest is for the scenes, on the desk's own thread. */
#ifndef INK_STUDIO_DESK_H
#define INK_STUDIO_DESK_H

#include "studio/scene.h"

#include "inkling/picture.h"
#include "inkling/pool.h"

#include <stdbool.h>
#include <stddef.h>

struct library;
struct run;
struct fruit_model;

/* What all desks share. */
typedef struct desk_settings {
    struct library *library; /* kept, not owned */
    const char *state; /* folder for what outlives the program (runs, drawings); NULL = none */
    size_t threads;    /* of a desk's pool; 0 = one per processor */
    void (*ready)(void *user); /* there is something to take; called on the desk's thread */
    void *user;
} desk_settings;

/* ---- for the transport ---- */

typedef struct frame {
    bool binary;
    size_t size;
    char *bytes; /* owned: free() */
} frame;

desk *desk_new(const desk_settings *settings, ink_error *err);
/* Ends the thread within a slice, saves what would be lost, closes the scenes. */
void desk_free(desk *desk);
/* The same without waiting, for ending many at once: asks for the end; desk_free is still due, and
 * does not wait once desk_ended says true. */
void desk_end(desk *desk);
bool desk_ended(desk *desk);
/* Is its run on its way? Then it goes on without a tab. */
bool desk_is_busy(desk *desk);
/* Puts a message in the inbox; false where it is full (DESK_MOST_BYTES wait): read on later. */
bool desk_post(desk *desk, const char *text, size_t length);
/* The next frame to send; false if there is none. */
bool desk_take(desk *desk, frame *out);
/* The same of answers alone: for a tab that does not keep up with what it is told. */
bool desk_take_answer(desk *desk, frame *out);
/* A tab is there (again): the scene in front is shown anew. Without one nothing is told. */
void desk_attach(desk *desk);
void desk_detach(desk *desk);

enum { DESK_MOST_MESSAGE = 1 << 20, DESK_MOST_BYTES = 4 << 20 };

/* ---- for the scenes ---- */

typedef struct desk_array {
    const char *type; /* "f32", "u8", "i32" */
    const void *data;
    size_t count; /* of elements */
} desk_array;

/* Tells the page; `body` is an object (or NULL), taken over. Nothing happens unless that scene is
 * in front and a tab is there. */
void desk_tell(desk *desk, const scene_kind *scene, const char *kind, json_t *body);
void desk_tell_arrays(desk *desk, const scene_kind *scene, const char *kind, json_t *body,
                      const desk_array *arrays, size_t count);
/* Does somebody look at this scene? One that nobody looks at leaves its own work for later. */
bool desk_is_watched(desk *desk, const scene_kind *scene);
/* Is it worth making such a frame: is somebody looking, and was the last of that kind taken? */
bool desk_wants(desk *desk, const scene_kind *scene, const char *kind);
/* Within `take`: what the answer carries; taken over. */
void desk_answer(desk *desk, json_t *body);

double desk_now(void); /* seconds, monotonic */
struct library *desk_library(desk *desk);
/* The desk's training, made at the first call; NULL only when there is no memory. */
struct run *desk_run(desk *desk, ink_error *err);
/* The points and the small network that Fruit and Microscope share, made at the first call; NULL
 * only when there is no memory. */
struct fruit_model *desk_fruit(desk *desk, ink_error *err);
const char *desk_state_folder(desk *desk); /* NULL where nothing is to be kept */
/* The drawing on the pad, for scenes that ask others about it: grey, light ink on dark. Copied when
 * set; lent, NULL while there is none. */
void desk_set_drawing(desk *desk, const ink_picture *picture);
const ink_picture *desk_drawing(desk *desk);
/* For the small things a scene computes itself; NULL means the calling thread alone. */
ink_pool *desk_pool(desk *desk);

#endif
