/* From files to data sets: every file met is recognised by its content and becomes a part; in the
 * end the parts are joined to a training and a test set.
 *
 * Which part a file belongs to is told by the words of its name and of the folders around it
 * ("train-images...", "t10k-...", "test/cat/7.png"); which class, where the file does not say, by
 * the name of the file (cat.npy) or of its folder (cat/7.png). */
#ifndef INK_DATA_GATHER_H
#define INK_DATA_GATHER_H

#include "data/array.h"
#include "data/dataset.h"
#include "data/unpack.h"

typedef enum ink__role { INK__ROLE_NONE, INK__ROLE_TRAIN, INK__ROLE_TEST } ink__role;

/* Samples of one file, or the pictures of one folder. */
typedef struct ink__part {
    char *shown; /* where they come from, for messages */
    ink__role role;
    bool doodles; /* framed as Quick, Draw! bitmaps are */
    ink_dataset *set;
    bool album;  /* made of single pictures: takes more of the same class and shape */
    size_t room; /* samples there is memory for, in an album */
} ink__part;

/* An array that waits for its labels, or labels that wait for their array. */
typedef struct ink__loose {
    char *shown;
    char *name;
    char *key; /* equal for an array and its labels */
    ink__role role;
    bool category; /* may stand alone, named after its file */
    ink__array array;
} ink__loose;

typedef struct ink__gather {
    ink__part *parts;
    size_t part_count, part_room;
    ink__loose *loose;
    size_t loose_count, loose_room;
    ink__role unwanted; /* TEST: files of the test part are passed over; TRAIN: all others are */
} ink__gather;

/* What a set of a well-known name must be. */
typedef struct ink__expected {
    const char *set;
    bool official;               /* split by its files, whichever of them are there */
    int height, width, channels; /* height 0 = any shape */
    const char *const *classes;  /* in this order, and no others; NULL = those found */
    int class_count;
} ink__expected;

/* Looks at one file: an ink__file_visitor, the context being the gather. Files of no known format
 * are passed over unless their name says that they should be of one or they were opened by
 * themselves. */
ink_status ink__gather_file(void *gather, ink__file *file, ink_error *err);
/* Adds a set, which it owns from now on even when it fails. */
ink_status ink__gather_add(ink__gather *gather, const ink__file *file, bool doodles,
                           ink_dataset *set, ink_error *err);
/* Adds an array that will be paired, and takes its bytes even when it fails. */
ink_status ink__gather_array(ink__gather *gather, const ink__file *file, bool category,
                             ink__array *array, ink_error *err);
/* Makes parts of all arrays that wait. */
ink_status ink__gather_pair(ink__gather *gather, ink_error *err);
/* Joins the parts. Where some files belong to a test part and some do not, that is the official
 * split; else all samples are in `*train` and `*test` is NULL. `root` is what was opened, `name`
 * becomes the sets' name; `expected` may be NULL. The parts are used up. */
ink_status ink__gather_join(ink__gather *gather, const char *root, const char *name,
                            const ink__expected *expected, ink_dataset **train, ink_dataset **test,
                            ink_error *err);
void ink__gather_release(ink__gather *gather);

/* Adds one picture, PNG or JPEG, to those of its class: the folder it lies in. */
bool ink__picture_recognise(const uint8_t *bytes, size_t size);
ink_status ink__picture_add(ink__gather *gather, ink__file *file, ink_error *err);

/* Quick, Draw! strokes, drawn as the published bitmaps are. */
bool ink__strokes_recognise(const uint8_t *bytes, size_t size);
ink_status ink__strokes_add(ink__gather *gather, ink__file *file, ink_error *err);

/* The name that decides: the file's own, or the last word of its path where it was opened by
 * itself. */
const char *ink__file_name(const ink__file *file);
/* The part named by the words of `name`; the innermost word wins. */
ink__role ink__role_of(const char *name, size_t length);
/* "cat" for "simplified/cat.ndjson.gz", in fresh memory. */
char *ink__file_category(const ink__file *file, ink_error *err);
/* A set of no samples that takes `pixels` (or, where `pixels` is NULL, `values`) and `labels` as
 * its own; frees all three where it fails. */
ink_dataset *ink__dataset_adopt(const char *name, size_t count, int height, int width, int channels,
                                int classes, uint8_t *pixels, float *values, int32_t *labels,
                                ink_error *err);

/* CIFAR's binary version: records of one label byte and 3072 bytes, the planes red, green, blue.
 * Source: cs.toronto.edu/~kriz/cifar.html */
bool ink__cifar_recognise(const uint8_t *bytes, size_t size);
ink_status ink__cifar_add(ink__gather *gather, ink__file *file, ink_error *err);
/* Planes to pixels, in place, sample by sample. */
ink_status ink__interleave(uint8_t *pixels, size_t count, size_t channels, size_t plane,
                           ink_error *err);
extern const char *const ink__cifar_classes[10];

#endif
