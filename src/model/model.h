/* What a model file shares with a checkpoint. */
#ifndef INK_MODEL_MODEL_H
#define INK_MODEL_MODEL_H

#include "inkling/model.h"
#include "model/safetensors.h"

/* Writes a model file with `more` arrays and `pairs` of strings added to the model's own; with
 * `half` the model's weights as float16. */
ink_status ink__model_write(const ink_model *model, const char *path, bool half,
                            const ink__tensor *more, size_t more_count, const ink__pair *pairs,
                            size_t pair_count, ink_error *err);
/* The model in a file that was read; `name` stands for its path in messages. */
ink_model *ink__model_from(const ink__safetensors *file, const char *name, ink_error *err);

#endif
