/* What is in a data set: opened in a thread of its own, counted, and forgotten again, so that
 * looking at a set does not keep it in memory.
 *
 * Thread safety: one thread calls these; they return at once. */
#ifndef INK_STUDIO_DATA_CHECK_H
#define INK_STUDIO_DATA_CHECK_H

#include "inkling/dataset.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct data_check data_check;

enum { DATA_CHECK_STRIP = 20, DATA_CHECK_CLASSES = 400, DATA_CHECK_SIDE = 64 };

typedef struct data_check_class {
    char name[64];
    size_t train, test;
} data_check_class;

typedef struct data_report {
    ink_status status; /* of opening; the rest is for INK_OK */
    char text[512];    /* why it failed */
    size_t train, test;
    int height, width, channels;
    ink_framing framing;
    int classes;                   /* all of them */
    data_check_class *list;        /* the first DATA_CHECK_CLASSES */
    size_t strip;                  /* pictures; 0 for vectors */
    int strip_height, strip_width; /* DATA_CHECK_SIDE at most, so smaller than the samples maybe */
    int32_t label[DATA_CHECK_STRIP];
    uint8_t *pixels; /* strip x height x width x channels */
} data_report;

/* `folder` as in ink_dataset_options. At most four run at a time in the whole program: INK_EINVAL.
 */
data_check *data_check_start(const char *name, const char *folder, ink_error *err);
/* Lent until data_check_drop; NULL while it runs. */
const data_report *data_check_look(data_check *check);
/* Does not wait: what still runs ends by itself and is thrown away. */
void data_check_drop(data_check *check);

#endif
