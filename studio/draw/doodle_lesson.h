/* A small network learning the user's own doodles, in a thread of its own. */
#ifndef INK_STUDIO_DOODLE_LESSON_H
#define INK_STUDIO_DOODLE_LESSON_H

#include "studio/draw/my_doodles.h"

typedef struct doodle_lesson doodle_lesson;

/* Copies the drawings and begins; NULL and the error where there are too few. */
doodle_lesson *doodle_lesson_new(const my_doodles *m, const ink_model *base, ink_error *err);
/* True once it is over: then *model is the result, or NULL with the error. */
bool doodle_lesson_look(doodle_lesson *l, doodle_progress *progress, ink_model **model,
                        ink_error *err);
/* Stops it within an update. */
void doodle_lesson_free(doodle_lesson *l);

#endif
