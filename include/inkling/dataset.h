/* Data sets: labelled samples in memory, from the files their publishers distribute, from a folder
 * of pictures, or made on the spot.
 *
 * Names understood by ink_dataset_open:
 *   mnist, fashion, cifar10       the published files, anywhere below the data folder
 *   quickdraw                     every category that is there as a .npy bitmap or, where there is
 *                                 none, as .ndjson strokes
 *   quickdraw:cat,octopus,...     these categories in this order, each from its bitmaps or strokes
 *   fruit[:SHAPE]                 2-D points: line, curve, circles, moons, spiral, xor;
 *                                 "fruit:moons noise 0.2 points 400"
 *   glyphs[:digits|:doodles]      drawn by a pen of our own: ten digits and ten doodles
 *   anything else                 a path: IDX, CIFAR binary, .npy, .npz, .ndjson, CSV, or a folder
 *                                 of PNG/JPEG with one sub-folder a class; each also inside gz, xz,
 *                                 tar or zip, recognised by content; or the prefix of what
 *                                 ink_dataset_save wrote
 * The data folder is, in this order: options.folder, $INKLING_DATA, $XDG_DATA_HOME/inkling
 * (~/.local/share/inkling). A named folder or variable that lacks the set is an error that says
 * where was looked and how to get it.
 *
 * Below a path several files make one set. Words in their names tell what they are: "train",
 * "test" and "t10k" (also as folders) the part, "images" and "labels" or x and y what belongs
 * together, a file's or folder's name the class of what does not carry labels. A CSV's column of
 * labels is the one called label or class, or the only one that is not numbers, or the last (or
 * first) of whole numbers; 784 columns of bytes beside it are 28 x 28 pictures, all others vectors.
 *
 * Samples are uint8 pictures (height x width x channels, row by row) or float vectors (height 1,
 * channels 1). An official split is respected; otherwise the last `split` share of each class is
 * the test set (of each generator stream for the made ones).
 *
 * Thread safety: an open data set never changes and may be read by any number of threads. */
#ifndef INKLING_DATASET_H
#define INKLING_DATASET_H

#include "inkling/augment.h"
#include "inkling/error.h"
#include "inkling/picture.h"
#include "inkling/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ink_dataset ink_dataset;

typedef struct ink_dataset_options {
    const char *folder; /* the data folder; NULL = as above */
    double split;       /* test share 0..0.9 where no official split exists; default 0.2 */
    size_t limit;       /* at most so many training samples, the classes kept in balance;
                           0 = all. For the made sets: how many are made (default 20000 for glyphs,
                           the test share comes on top) */
    uint64_t seed;      /* for the made sets; default 1 */
} ink_dataset_options;

INK_API void ink_dataset_options_init(ink_dataset_options *options);

/* Opens the training and the test part; either pointer may be NULL, then that part is not read
 * where it lies in a file of its own. Both are freed by ink_dataset_free. A test part that does not
 * exist (split 0) is given as NULL. */
INK_API ink_status ink_dataset_open(const char *name, const ink_dataset_options *options,
                                    ink_dataset **train, ink_dataset **test, ink_error *err);
INK_API void ink_dataset_free(ink_dataset *dataset);
/* Are there files for that name, with `folder` as the data folder (NULL = as above)? Nothing is
 * read, so opening may still fail. */
INK_API bool ink_dataset_is_here(const char *name, const char *folder);

/* A data set around the caller's own samples, copied. pixels: count*height*width*channels bytes;
 * labels in 0..classes-1; class_names may be NULL ("0", "1", ...). */
INK_API ink_dataset *ink_dataset_new_pictures(size_t count, int height, int width, int channels,
                                              const uint8_t *pixels, const int32_t *labels,
                                              int classes, const char *const *class_names,
                                              ink_error *err);
/* The same for vectors of `width` floats. */
INK_API ink_dataset *ink_dataset_new_vectors(size_t count, int width, const float *values,
                                             const int32_t *labels, int classes,
                                             const char *const *class_names, ink_error *err);

INK_API const char *ink_dataset_name(const ink_dataset *dataset); /* "mnist", a file's name, ... */
INK_API size_t ink_dataset_count(const ink_dataset *dataset);
INK_API void ink_dataset_shape(const ink_dataset *dataset, int *height, int *width, int *channels);
INK_API int ink_dataset_classes(const ink_dataset *dataset);
INK_API const char *ink_dataset_class_name(const ink_dataset *dataset, int label);
INK_API ink_framing ink_dataset_framing(const ink_dataset *dataset);
INK_API int32_t ink_dataset_label(const ink_dataset *dataset, size_t index);
/* The sample's pixels, or NULL where samples are float vectors; owned by the data set. */
INK_API const uint8_t *ink_dataset_pixels(const ink_dataset *dataset, size_t index);
/* The sample's values, or NULL where samples are pictures. */
INK_API const float *ink_dataset_values(const ink_dataset *dataset, size_t index);
/* Per channel mean and standard deviation of pixel / 255 (or of each value of a vector's single
 * channel) over all samples; arrays of `channels`. */
INK_API void ink_dataset_moments(const ink_dataset *dataset, float *mean, float *deviation);

/* A fresh set of `copies` times as many pictures (at most ten million), each changed differently:
 * copy c of sample i has index c * count + i. The same seed gives the same set. INK_EINVAL for
 * vectors, and where a part of the augmentation has no meaning for such pictures (augment.h). */
INK_API ink_dataset *ink_dataset_augmented(const ink_dataset *dataset, const ink_augment *augment,
                                           size_t copies, uint64_t seed, ink_pool *pool,
                                           ink_error *err);

/* Contact sheet: the samples named by `indices` (1 to 10000 of them), `columns` a row (0 = about
 * square), each enlarged by a whole factor and framed by a thin line; `captions` (or NULL) are
 * written below them, small letters as capitals, '\n' between lines; a cell is as wide as the
 * longest line, at most twice its sample, and what is longer is cut. INK_EINVAL for vectors.
 * Release with ink_picture_release. */
INK_API ink_status ink_dataset_sheet(const ink_dataset *dataset, const size_t *indices,
                                     size_t count, int columns, const char *const *captions,
                                     ink_picture *sheet, ink_error *err);

/* Writes the samples as IDX files <prefix>-images-idx3-ubyte.gz and <prefix>-labels-idx1-ubyte.gz
 * (pictures of one channel), or as one CIFAR-style binary <prefix>.bin (three channels). */
INK_API ink_status ink_dataset_save(const ink_dataset *dataset, const char *prefix, ink_error *err);

#ifdef __cplusplus
}
#endif
#endif
