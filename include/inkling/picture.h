/* Pictures in memory and in files, and the framing that makes a drawing look like the training
 * data.
 *
 * Thread safety: every function works only on what it is given. */
#ifndef INKLING_PICTURE_H
#define INKLING_PICTURE_H

#include "inkling/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 8-bit samples in the order row, column, channel; grey (1 channel) or RGB (3). */
typedef struct ink_picture {
    int height, width, channels;
    uint8_t *pixels; /* height * width * channels bytes */
} ink_picture;

/* How a data set places its ink. Stored in a model file and applied to whatever is drawn or read
 * for it.
 * INK_FRAMING_NONE       only resized to the network's input
 * INK_FRAMING_MNIST      ink fits a 20x20 box, its centre of mass at the centre of 28x28
 *                        (LeCun, Cortes, Burges, "The MNIST database of handwritten digits")
 * INK_FRAMING_QUICKDRAW  ink's bounding box fills the picture but one pixel on each side, box
 *                        centred (Quick, Draw! "numpy bitmaps": greyscale 28x28, aligned to the
 *                        centre of the drawing's bounding box) */
typedef enum ink_framing { INK_FRAMING_NONE, INK_FRAMING_MNIST, INK_FRAMING_QUICKDRAW } ink_framing;

/* "none", "mnist", "quickdraw"; never NULL. */
INK_API const char *ink_framing_name(ink_framing framing);
/* The reverse; INK_EINVAL for any other name. */
INK_API ink_status ink_framing_parse(const char *name, ink_framing *framing, ink_error *err);

/* Reads a PNG or JPEG file, told apart by content. `channels` 1 or 3 converts; 0 keeps grey as 1
 * and colour as 3; transparency is laid over white. At most 16384 pixels a side.
 * Release with ink_picture_release. */
INK_API ink_status ink_picture_load(const char *path, int channels, ink_picture *picture,
                                    ink_error *err);
/* The same from bytes in memory; `name` stands for the path in messages. */
INK_API ink_status ink_picture_decode(const void *bytes, size_t size, const char *name,
                                      int channels, ink_picture *picture, ink_error *err);
/* Writes a PNG; an old file is replaced only once the new one is complete. */
INK_API ink_status ink_picture_save(const ink_picture *picture, const char *path, ink_error *err);
/* Frees the pixels and clears the struct. */
INK_API void ink_picture_release(ink_picture *picture);

/* Resizes (area average down, bilinear up) into a fresh picture. */
INK_API ink_status ink_picture_resize(const ink_picture *picture, int height, int width,
                                      ink_picture *out, ink_error *err);

/* Frames a grey drawing into a fresh height x width picture with light ink on a dark ground, as the
 * data sets have it. With INK_FRAMING_MNIST and _QUICKDRAW a dark-on-light drawing (border lighter
 * than the middle of the range) is inverted first and faint paper texture removed; _NONE resizes
 * and changes nothing else. A picture without ink stays blank. */
INK_API ink_status ink_picture_frame(const ink_picture *picture, ink_framing framing, int height,
                                     int width, ink_picture *out, ink_error *err);

#ifdef __cplusplus
}
#endif
#endif
