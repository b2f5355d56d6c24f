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
    const char *data;   /* the data folder; NULL = as in dataset.h */
    const char *models; /* folder of models; NULL = none */
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
 * first call and kept. Never waits. */
library_state library_data_get(library *library, const char *name, size_t limit, library_data *data,
                               ink_error *err);
/* Forgets that opening failed, and what a download has replaced. */
void library_refresh(library *library);
const char *library_data_folder(const library *library); /* NULL = the standard one */

/* "digits", "doodles", "fashion", "cifar10": read at the first call and lent until library_free. */
const ink_model *library_model_get(library *library, const char *name, ink_error *err);

#endif
