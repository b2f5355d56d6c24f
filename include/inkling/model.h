/* A model: a network together with all it takes to use it - class names, framing, how pixels become
 * numbers - and where it came from. In a file: safetensors (docs/file-format.md).
 *
 * Thread safety: a model that nobody changes may be read by any number of threads. */
#ifndef INKLING_MODEL_H
#define INKLING_MODEL_H

#include "inkling/dataset.h"
#include "inkling/network.h"
#include "inkling/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A network's input from a sample: (pixel / 255 - mean[channel]) * factor[channel]; for float
 * vectors (value - mean[0]) * factor[0]. */
typedef struct ink_input {
    int channels;    /* 1..4 */
    float mean[4];   /* 0 */
    float factor[4]; /* 1 */
} ink_input;

/* Pixels 0..1 as they are for one channel and for vectors; each channel moved to mean 0 and s.d. 1
 * for colour. */
INK_API void ink_input_for(const ink_dataset *dataset, ink_input *input);
/* One sample as the network's input: height x width x channels floats at `x`. */
INK_API void ink_input_sample(const ink_input *input, const ink_dataset *dataset, size_t index,
                              float *x);

typedef struct ink_model {
    ink_network *network; /* owned */
    ink_input input;
    ink_framing framing; /* applied to pictures before they are shown to the network */
    int picture_height, picture_width, picture_channels; /* of the samples it learnt from; vectors
                                                            are 1 x width x 1 */
    ink_cost cost;
    int classes;
    char **class_names; /* owned, `classes` strings */
    char *record; /* owned; a JSON object: data, settings, seed, accuracy, ...; "{}" if empty */
} ink_model;

/* A model around `network` (taken over, also on failure) for samples such as `dataset`'s. */
INK_API ink_model *ink_model_new(ink_network *network, const ink_dataset *dataset, ink_cost cost,
                                 ink_error *err);
INK_API void ink_model_free(ink_model *model);
/* Replaces the training record by a copy of `record`, a JSON object. */
INK_API ink_status ink_model_set_record(ink_model *model, const char *record, ink_error *err);

/* Writes atomically: an old file is replaced only by a complete new one. */
INK_API ink_status ink_model_save(const ink_model *model, const char *path, ink_error *err);
/* The same in half the size: weights are rounded to float16 (11 bits), biases and norms stay
 * float32. INK_EINVAL if a weight is beyond 65504. */
INK_API ink_status ink_model_save_half(const ink_model *model, const char *path, ink_error *err);
/* Reads a model or a checkpoint. The file is not trusted: sizes, offsets, names and the network's
 * text are checked before anything is allocated for them. */
INK_API ink_model *ink_model_load(const char *path, ink_error *err);

/* Frames, resizes and scales one picture as the model wants it, then predicts. `scores` has room
 * for `classes` floats. With a blank picture (no ink after framing) *blank is true and the scores
 * are all 0: a network must not be asked about nothing. INK_EINVAL for a model of vectors, or of
 * pictures of neither 1 nor 3 channels. Takes and gives back its memory: for more than a picture
 * make a predictor. */
INK_API ink_status ink_model_predict(const ink_model *model, const ink_picture *picture,
                                     float *scores, bool *blank, ink_error *err);
/* What the network sees: the framed picture, fresh. Release with ink_picture_release. Refuses the
 * same models. */
INK_API ink_status ink_model_view(const ink_model *model, const ink_picture *picture,
                                  ink_picture *view, ink_error *err);

/* A model made ready for one picture after the other: norms folded into weights (ink_network_fold),
 * weights packed (ink_workspace_pack), all memory taken. It holds copies: the model may change or
 * be freed, and a predictor goes on as it was made. In the precision of the model's network.
 *
 * Thread safety: one thread at a time each; several predictors of one model, yes. */
typedef struct ink_predictor ink_predictor;
/* NULL for the models that ink_model_predict refuses. */
INK_API ink_predictor *ink_predictor_new(const ink_model *model, ink_error *err);
INK_API void ink_predictor_free(ink_predictor *predictor);
/* As ink_model_predict, with the same scores within rounding. Allocates only what framing needs; on
 * failure outputs stay untouched. */
INK_API ink_status ink_predictor_scores(ink_predictor *predictor, const ink_picture *picture,
                                        float *scores, bool *blank, ink_error *err);

/* A name for the bits of the weights: SHA-256 over the parameter vector's bytes (little-endian
 * float32) as 64 hexadecimal digits and a zero. INK_EUNSUPPORTED without GnuTLS. */
INK_API ink_status ink_network_sha256(const ink_network *network, char hex[65], ink_error *err);

#ifdef __cplusplus
}
#endif
#endif
