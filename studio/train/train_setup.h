/* The settings of a run as the page speaks of them: one flat JSON object with a key a setting, and
 * the table of what each key means, so that the page's form is made from the same rows that check
 * what it sends.
 *
 * Thread safety: pure functions. */
#ifndef INK_STUDIO_TRAIN_SETUP_H
#define INK_STUDIO_TRAIN_SETUP_H

#include "studio/run/run.h"

#include <jansson.h>

/* Changes what `object` names and leaves the rest. INK_EINVAL names the key that is unknown, of the
 * wrong type or out of range; then nothing is changed. */
ink_status setup_read(json_t *object, run_setup *setup, ink_error *err);
/* One setting from words: a number, a name or a text, as the setting is; augmentation ("augment",
 * "turn 0.15 shift 0.8") is many at once, and whether its parts go together is to be checked when
 * all is read. Errors as above. */
ink_status setup_read_words(const char *name, const char *words, run_setup *setup, ink_error *err);
/* All settings; NULL without memory. */
json_t *setup_write(const run_setup *setup);
/* Do two differ in something that cannot change while it learns? */
bool setup_restarts(const run_setup *before, const run_setup *after);
/* The rows of the table: [{"name", "label", "help", "kind", "group", "least", "most", "live",
 * "options"?, "value": the default}]. */
json_t *setup_fields(void);

/* Gives `net` the input and the number of answers that `data` has; text that is no network is
 * refused with the engine's sentence. */
ink_status setup_fit(const char *net, const ink_dataset *data, char *fitted, size_t size,
                     ink_error *err);
/* What the builder shows: {"text", "short", "inputs", "outputs", "parameters", "operations",
 * "layers": [{"text", "type", "shape": [h, w, c], "parameters"}]}; NULL and the engine's sentence.
 */
json_t *setup_check(const char *net, ink_error *err);

/* ---- presets, in the order of the story, and the recipes that come with Inkling ---- */

typedef struct train_preset {
    const char *name, *title;
    const char *sentence;  /* what there is to see */
    const char *otherwise; /* data that is always there and will do; NULL = none */
    const char *settings;  /* JSON, beside the defaults */
} train_preset;

extern const train_preset train_presets[]; /* a NULL name behind the last */
typedef struct preset_places {
    const char *data;    /* folder of data, as in dataset.h */
    const char *recipes; /* folder of recipes; NULL = none */
} preset_places;

/* A recipe's name is "recipe:" and that of its file without ".txt". INK_EINVAL for a name that is
 * not in the list. */
ink_status preset_setup(const char *name, const preset_places *places, run_setup *setup,
                        ink_error *err);
/* [{"name", "title", "sentence", "here": is its data there?, "data", "recipe": bool}] */
json_t *preset_list(const preset_places *places);
/* Into `title`, for a name that preset_setup knows. */
void preset_title(const char *name, char *title, size_t size);

#endif
