/* A picture that comes in a message: base64 of a PNG or JPEG file, not trusted. */
#ifndef INK_STUDIO_UPLOAD_H
#define INK_STUDIO_UPLOAD_H

#include "inkling/picture.h"

#include <stddef.h>

enum { UPLOAD_MOST = 700 * 1024, UPLOAD_MOST_SIDE = 4096 };

/* Decodes `length` characters of base64. INK_EINVAL for anything but a PNG or JPEG of at most
 * UPLOAD_MOST bytes and UPLOAD_MOST_SIDE pixels a side; nothing is unpacked before that is known.
 * Release with ink_picture_release. */
ink_status upload_decode(const char *base64, size_t length, int channels, ink_picture *picture,
                         ink_error *err);

/* The square in the middle of a picture, `side` pixels wide. */
ink_status upload_square(const ink_picture *picture, int side, ink_picture *out, ink_error *err);

#endif
