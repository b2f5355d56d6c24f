/* A scene of the studio: C that takes messages and yields frames. It knows its desk, nothing of
 * sockets, and is called by the desk's thread alone. */
#ifndef INK_STUDIO_SCENE_H
#define INK_STUDIO_SCENE_H

#include "inkling/error.h"

#include <jansson.h>

typedef struct desk desk;
typedef struct library library;

typedef struct scene_kind {
    const char *name; /* "fruit": in messages and links */
    /* Made when it is first shown. NULL and the error where that cannot be. */
    void *(*open)(desk *desk, ink_error *err);
    void (*close)(void *scene);
    /* Somebody looks, or looks again after the connection was lost: tell all that the page needs.
     */
    void (*show)(void *scene);
    /* Does what `verb` says with the rest of the message, which is not trusted: INK_EINVAL and a
     * sentence for what it does not know or cannot take. Returns soon; long work is for `work`. */
    ink_status (*take)(void *scene, const char *verb, json_t *message, ink_error *err);
    /* Works for SCENE_SLICE at most and tells what is new to see. Returns in how many seconds it
     * wants to be called again: 0 = at once, INFINITY = not before the next message. May be NULL.
     */
    double (*work)(void *scene);
} scene_kind;

#define SCENE_SLICE 0.016 /* seconds between looks at messages */

extern const scene_kind scene_draw, scene_fruit, scene_landscape, scene_look, scene_microscope,
    scene_slope, scene_train, scene_transform;

/* The page will open with scene_train: begins to read the data of its first run. */
void scene_train_expect(library *shared);

/* In the order of the lessons; NULL behind the last. */
extern const scene_kind *const scene_kinds[];
const scene_kind *scene_kind_named(const char *name); /* NULL if there is none */

#endif
