/* What all desks read: data sets, each opened once, and the models that come with Inkling.
 *
 * Thread safety: all functions may be called by any thread. */
#ifndef INK_STUDIO_LIBRARY_H
#define INK_STUDIO_LIBRARY_H

#include "inkling/dataset.h"
#include "inkling/download.h"
#include "inkling/model.h"

#include <stdbool.h>

typedef struct library library;

typedef struct library_settings {
    const char *data;             /* the data folder; NULL = as in dataset.h */
    const char *models, *recipes; /* folders of what comes with Inkling; NULL = none */
} library_settings;

library *library_new(const library_settings *settings, ink_error *err);
/* Waits for what is being opened. Nobody may use what it lent any more. */
void library_free(library *library);

typedef enum library_state {
    LIBRARY_READY,
    LIBRARY_LOADING, /* in the background: ask again */
    LIBRARY_FAILED   /* the error says why; asking again tries again */
} library_state;

typedef struct library_data {
    const ink_dataset *train, *test; /* lent until library_free; test may be NULL */
} library_data;

/* A name as for ink_dataset_open, with at most `limit` training samples (0 = all). Opened at the
 * first call and kept: whoever got it uses it as long as the program runs, so nothing is ever given
 * back, and the library holds LIBRARY_MOST_SETS sets and opens no more once they take
 * LIBRARY_MOST_BYTES; it refuses with a sentence beyond. Never waits. */
library_state library_data_get(library *library, const char *name, size_t limit, library_data *data,
                               ink_error *err);
/* Is it a file, a folder, or no path at all? A pipe or a device would keep its reader for ever. */
bool library_may_open(const char *name);
enum { LIBRARY_MOST_SETS = 16 };
#define LIBRARY_MOST_BYTES ((size_t)2 << 30)

/* Forgets that opening failed, and what a download has replaced. */
void library_refresh(library *library);
const char *library_data_folder(const library *library);    /* NULL = the standard one */
const char *library_recipes_folder(const library *library); /* NULL = none */

/* ---- downloads: one at a time, for all desks ---- */

typedef struct library_download {
    size_t begun; /* counts them; 0 = never one */
    char name[256];
    bool running;
    char file[128]; /* at hand */
    size_t index, files;
    uint64_t done, total; /* bytes of that file; total 0 = not known */
    ink_status status;    /* when it ended */
    char text[512];       /* why it failed */
} library_download;

/* As ink_download, in the background; INK_EINVAL while another runs. What was downloaded is opened
 * anew by the next library_data_get. */
ink_status library_get(library *library, const char *name, ink_error *err);
void library_get_cancel(library *library); /* what came stays */
void library_get_look(library *library, library_download *download);

/* ---- models ---- */

/* "digits", "doodles", "fashion", "cifar10": read at the first call and lent until library_free. */
const ink_model *library_model_get(library *library, const char *name, ink_error *err);

#endif
