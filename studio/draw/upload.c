/* Pictures in messages: see upload.h. */
#include "studio/draw/upload.h"

#include "studio/say.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int value_of(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

/* Returns the number of bytes, or -1 for what is not base64. */
static long decode(const char *text, size_t length, uint8_t *bytes)
{
    while (length > 0 && text[length - 1] == '=')
        length--;
    long count = 0;
    uint32_t bits = 0;
    for (size_t i = 0; i < length; i++) {
        int value = value_of(text[i]);
        if (value < 0)
            return -1;
        bits = bits << 6 | (uint32_t)value;
        if (i % 4 > 0)
            bytes[count++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
    }
    return count;
}

static size_t big_endian(const uint8_t *b, int bytes)
{
    size_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | b[i];
    return value;
}

/* The larger side as the file's head says; 0 where it is neither PNG nor JPEG. */
static size_t side_of(const uint8_t *b, size_t size)
{
    if (size >= 24 && memcmp(b, "\x89PNG\r\n\x1a\n", 8) == 0) {
        size_t width = big_endian(b + 16, 4), height = big_endian(b + 20, 4);
        return width > height ? width : height;
    }
    if (size < 4 || b[0] != 0xff || b[1] != 0xd8)
        return 0;
    for (size_t at = 2; at + 9 < size && b[at] == 0xff;) {
        uint8_t mark = b[at + 1];
        if (mark == 0xff) { /* filling */
            at++;
            continue;
        }
        bool frame = mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 && mark != 0xc8 && mark != 0xcc;
        size_t height = big_endian(b + at + 5, 2), width = big_endian(b + at + 7, 2);
        if (frame)
            return width > height ? width : height;
        at += 2 + big_endian(b + at + 2, 2);
    }
    return 0;
}

ink_status upload_decode(const char *base64, size_t length, int channels, ink_picture *picture,
                         ink_error *err)
{
    if (length / 4 * 3 > UPLOAD_MOST)
        return say_error(err, INK_EINVAL, "a picture has at most %d KB; found %zu KB",
                         UPLOAD_MOST / 1024, length / 4 * 3 / 1024);
    uint8_t *bytes = malloc(length + 4);
    if (!bytes)
        return say_error(err, INK_ENOMEM, "there is no memory for that picture");
    long size = decode(base64, length, bytes);
    size_t side = size > 0 ? side_of(bytes, (size_t)size) : 0;
    ink_status status = INK_OK;
    if (size < 0)
        status = say_error(err, INK_EINVAL, "a picture comes as base64; found something else");
    else if (side == 0)
        status = say_error(err, INK_EINVAL, "that is neither a PNG nor a JPEG picture");
    else if (side > UPLOAD_MOST_SIDE)
        status = say_error(err, INK_EINVAL, "a picture has at most %d pixels a side; found %zu",
                           UPLOAD_MOST_SIDE, side);
    else
        status = ink_picture_decode(bytes, (size_t)size, "the picture", channels, picture, err);
    free(bytes);
    return status;
}

ink_status upload_square(const ink_picture *picture, int side, ink_picture *out, ink_error *err)
{
    int least = picture->height < picture->width ? picture->height : picture->width;
    size_t channels = (size_t)picture->channels, row = (size_t)least * channels;
    size_t top = (size_t)(picture->height - least) / 2, left = (size_t)(picture->width - least) / 2;
    uint8_t *pixels = malloc((size_t)least * row);
    if (!pixels)
        return say_error(err, INK_ENOMEM, "there is no memory for that picture");
    for (size_t y = 0; y < (size_t)least; y++)
        memcpy(pixels + y * row,
               picture->pixels + ((top + y) * (size_t)picture->width + left) * channels, row);
    ink_picture middle = {least, least, picture->channels, pixels};
    ink_status status = ink_picture_resize(&middle, side, side, out, err);
    free(pixels);
    return status;
}
