/* Pictures in files: PNG by libpng, JPEG by libjpeg-turbo. */
#include "inkling/picture.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <string.h>

#if INK_HAVE_PNG
#include <png.h>
#endif
#if INK_HAVE_JPEG
#include <turbojpeg.h>
#endif

#define MOST_SIDE 16384
#define MOST_FILE ((size_t)1 << 30)

#if INK_HAVE_PNG || INK_HAVE_JPEG
static ink_status take_pixels(int height, int width, int channels, const char *name,
                              ink_picture *picture, ink_error *err)
{
    if (height < 1 || width < 1 || height > MOST_SIDE || width > MOST_SIDE)
        return ink__fail(err, INK_EFORMAT, "%s is %d x %d pixels; 1 to %d a side are read", name,
                         height, width, (int)MOST_SIDE);
    *picture = (ink_picture){height, width, channels, NULL};
    picture->pixels = ink__alloc((size_t)height * (size_t)width, (size_t)channels, err);
    return picture->pixels ? INK_OK : INK_ENOMEM;
}
#endif

#if INK_HAVE_PNG
static ink_status decode_png(const void *bytes, size_t size, const char *name, int channels,
                             ink_picture *picture, ink_error *err)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    const png_color white = {255, 255, 255};
    ink_picture fresh = {0};
    if (!png_image_begin_read_from_memory(&image, bytes, size))
        return ink__fail(err, INK_EFORMAT, "%s is a damaged PNG: %s", name, image.message);
    if (channels == 0)
        channels = image.format & PNG_FORMAT_FLAG_COLOR ? 3 : 1;
    image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    int height = image.height > MOST_SIDE ? MOST_SIDE + 1 : (int)image.height;
    int width = image.width > MOST_SIDE ? MOST_SIDE + 1 : (int)image.width;
    ink_status status = take_pixels(height, width, channels, name, &fresh, err);
    if (status == INK_OK && !png_image_finish_read(&image, &white, fresh.pixels, 0, NULL))
        status = ink__fail(err, INK_EFORMAT, "%s is a damaged PNG: %s", name, image.message);
    png_image_free(&image);
    if (status == INK_OK)
        *picture = fresh;
    else
        ink_picture_release(&fresh);
    return status;
}
#else
static ink_status decode_png(const void *bytes, size_t size, const char *name, int channels,
                             ink_picture *picture, ink_error *err)
{
    (void)bytes, (void)size, (void)channels, (void)picture;
    return ink__fail(err, INK_EUNSUPPORTED,
                     "%s is a PNG, which this build cannot read: rebuild with libpng (libpng-dev)",
                     name);
}
#endif

#if INK_HAVE_JPEG
static ink_status decode_jpeg(const void *bytes, size_t size, const char *name, int channels,
                              ink_picture *picture, ink_error *err)
{
    int width = 0, height = 0, sampling = 0, space = 0;
    ink_picture fresh = {0};
    tjhandle handle = tjInitDecompress();
    if (!handle)
        return ink__fail(err, INK_ENOMEM, "out of memory: %s could not be read", name);
    ink_status status = INK_OK;
    if (tjDecompressHeader3(handle, bytes, size, &width, &height, &sampling, &space) != 0)
        status =
            ink__fail(err, INK_EFORMAT, "%s is a damaged JPEG: %s", name, tjGetErrorStr2(handle));
    if (channels == 0)
        channels = space == TJCS_GRAY ? 1 : 3;
    if (status == INK_OK)
        status = take_pixels(height, width, channels, name, &fresh, err);
    if (status == INK_OK &&
        tjDecompress2(handle, bytes, size, fresh.pixels, width, 0, height,
                      channels == 3 ? TJPF_RGB : TJPF_GRAY, TJFLAG_STOPONWARNING) != 0)
        status =
            ink__fail(err, INK_EFORMAT, "%s is a damaged JPEG: %s", name, tjGetErrorStr2(handle));
    tjDestroy(handle);
    if (status == INK_OK)
        *picture = fresh;
    else
        ink_picture_release(&fresh);
    return status;
}
#else
static ink_status decode_jpeg(const void *bytes, size_t size, const char *name, int channels,
                              ink_picture *picture, ink_error *err)
{
    (void)bytes, (void)size, (void)channels, (void)picture;
    return ink__fail(err, INK_EUNSUPPORTED,
                     "%s is a JPEG, which this build cannot read: rebuild with libjpeg-turbo "
                     "(libturbojpeg0-dev)",
                     name);
}
#endif

ink_status ink_picture_decode(const void *bytes, size_t size, const char *name, int channels,
                              ink_picture *picture, ink_error *err)
{
    static const uint8_t png[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10}, jpeg[] = {0xff, 0xd8, 0xff};
    if (channels != 0 && channels != 1 && channels != 3)
        return ink__fail(err, INK_EINVAL, "a picture has 1 or 3 channels, not %d", channels);
    if (size >= sizeof png && memcmp(bytes, png, sizeof png) == 0)
        return decode_png(bytes, size, name, channels, picture, err);
    if (size >= sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
        return decode_jpeg(bytes, size, name, channels, picture, err);
    return ink__fail(err, INK_EFORMAT, "%s is neither PNG nor JPEG; save it as one of them", name);
}

ink_status ink_picture_load(const char *path, int channels, ink_picture *picture, ink_error *err)
{
    size_t size;
    void *bytes = ink__file_read(path, MOST_FILE, &size, err);
    if (!bytes)
        return err && err->status != INK_OK ? err->status : INK_EIO;
    ink_status status = ink_picture_decode(bytes, size, path, channels, picture, err);
    ink__free(bytes);
    return status;
}

ink_status ink_picture_save(const ink_picture *picture, const char *path, ink_error *err)
{
#if INK_HAVE_PNG
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)picture->width,
                       .height = (png_uint_32)picture->height,
                       .format = picture->channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    void *bytes = ink__alloc(size, 1, err);
    if (!bytes)
        return INK_ENOMEM;
    ink_status status = INK_OK;
    if (!png_image_write_to_memory(&image, bytes, &size, 0, picture->pixels, 0, NULL))
        status = ink__fail(err, INK_EIO, "%s could not be made: %s", path, image.message);
    const ink__piece piece = {bytes, size};
    if (status == INK_OK)
        status = ink__file_write(path, &piece, 1, err);
    ink__free(bytes);
    return status;
#else
    (void)picture;
    return ink__fail(err, INK_EUNSUPPORTED,
                     "%s cannot be written: rebuild with libpng (libpng-dev)", path);
#endif
}

void ink_picture_release(ink_picture *picture)
{
    ink__free(picture->pixels);
    *picture = (ink_picture){0};
}
