/* My doodles: classes of the user's own with a handful of drawings each, and a small network that
 * learns them in seconds.
 *
 * Drawings are kept as framed pictures of 28 x 28, one PNG each in <folder>/<class>/, so that the
 * folder is a data set like any other.
 *
 * Thread safety: one thread calls these; learning has a thread of its own. */
#ifndef INK_STUDIO_MY_DOODLES_H
#define INK_STUDIO_MY_DOODLES_H

#include "inkling/model.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    DOODLES_SIDE = 28,
    DOODLES_WANTED = 10, /* drawings a class */
    DOODLES_MOST = 40,
    DOODLES_MOST_CLASSES = 12,
    DOODLES_NAME = 24, /* bytes of a name at most */
    DOODLES_LEAST = 4  /* drawings a class before anything can be learnt: one is held out */
};

/* The last class of what is learnt: everything that is none of the user's. */
#define DOODLES_ELSE "something else"

typedef struct doodle_class {
    char name[DOODLES_NAME + 1];
    int count;
    int next; /* number of the next file */
    int number[DOODLES_MOST];
    uint8_t (*pictures)[DOODLES_SIDE * DOODLES_SIDE];
} doodle_class;

typedef struct my_doodles {
    char *folder; /* NULL = nothing outlives the program */
    doodle_class classes[DOODLES_MOST_CLASSES];
    int class_count;
    struct doodle_lesson *lesson; /* being learnt; NULL = none */
} my_doodles;

/* Reads what is kept in `state_folder`/my-doodles (NULL = keep nothing); what cannot be read there
 * is left out. */
my_doodles *my_doodles_open(const char *state_folder, ink_error *err);
void my_doodles_close(my_doodles *m);

/* Names: 1 to 24 bytes, letters, digits, spaces, "-", "_" and everything beyond ASCII; no space at
 * either end. */
ink_status my_doodles_add_class(my_doodles *m, const char *name, ink_error *err);
ink_status my_doodles_rename(my_doodles *m, int index, const char *name, ink_error *err);
ink_status my_doodles_delete(my_doodles *m, int index, ink_error *err);
/* Keeps a framed picture of 28 x 28. */
ink_status my_doodles_keep(my_doodles *m, int index, const ink_picture *view, ink_error *err);
/* Throws a drawing away. */
ink_status my_doodles_drop(my_doodles *m, int index, int drawing, ink_error *err);

/* Begins to learn what is there, in the background: every fifth drawing of a class is held out.
 * `base` (or NULL) is a model of 28 x 28 pictures that can see already: its network is taken over
 * but for the last dense layer. It must live until the lesson is over. INK_EINVAL for fewer than
 * two classes, or one with fewer than DOODLES_LEAST drawings. */
ink_status my_doodles_learn(my_doodles *m, const ink_model *base, ink_error *err);
typedef struct doodle_progress {
    bool learning;
    double done;         /* 0..1 */
    double seconds;      /* so far */
    size_t right, asked; /* held-out drawings, once it is over */
} doodle_progress;
/* How far is it? When a lesson has just ended: its model (to be freed), or NULL and the error. */
ink_model *my_doodles_look(my_doodles *m, doodle_progress *progress, ink_error *err);
void my_doodles_stop(my_doodles *m);

#endif
