/* Single pictures in one folder a class: train/cat/1.png, or only cat/1.png. */
#include "data/gather.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/memory.h"

/* Blank paper packs 1000 to 1; many sheets of it in an archive would fill any memory. */
enum { MOST_RATIO = 250, ALWAYS_GOOD = 1 << 24 };

bool ink__picture_recognise(const uint8_t *bytes, size_t size)
{
    return size >= 8 &&
           (memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0 || memcmp(bytes, "\xFF\xD8\xFF", 3) == 0);
}

/* Where the picture belongs: the folder it lies in names the class - an archive does too -, those
 * around it the part. */
typedef struct home {
    char *class_name;
    char *around;
} home;

static void home_release(home *h)
{
    ink__free(h->class_name);
    ink__free(h->around);
}

/* The length of a name without ".zip", ".tar.gz" and the like. */
static size_t without_endings(const char *name, size_t length)
{
    static const char *const endings[] = {".gz", ".xz", ".tgz", ".tar", ".zip"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t end = strlen(endings[i]);
        if (length > end && strncasecmp(name + length - end, endings[i], end) == 0)
            length -= end;
    }
    return length;
}

static ink_status find_home(const ink__file *file, home *h, ink_error *err)
{
    const char *last = strrchr(file->name, '/');
    if (!last || last == file->name)
        return ink__fail(err, INK_EFORMAT,
                         "%.300s lies in no folder that names its class: pictures are expected in "
                         "one folder a class",
                         file->shown);
    const char *start = last;
    while (start > file->name && start[-1] != '/')
        start--;
    size_t length = without_endings(start, (size_t)(last - start));
    h->class_name = ink__format(err, "%.*s", (int)(length < 200 ? length : 200), start);
    h->around = ink__format(err, "./%.*s", (int)(start - file->name), file->name);
    return h->class_name && h->around ? INK_OK : INK_ENOMEM;
}

static bool is_album_of(const ink__part *part, const home *h, const ink_picture *picture,
                        ink__role role)
{
    return part->album && part->role == role && part->set->channels == picture->channels &&
           strcmp(part->set->class_names[0], h->class_name) == 0;
}

/* The album for a picture. Pictures come folder by folder, so it is mostly the last one. */
static ink_status find_album(ink__gather *gather, const ink__file *file, const home *h,
                             const ink_picture *picture, ink__part **album, ink_error *err)
{
    ink__role role = ink__role_of(h->around, strlen(h->around));
    for (size_t i = gather->part_count; i-- > 0;)
        if (is_album_of(&gather->parts[i], h, picture, role)) {
            *album = &gather->parts[i];
            return INK_OK;
        }
    ink_dataset *set = ink__dataset_new(file->shown, 0, picture->height, picture->width,
                                        picture->channels, 1, false, err);
    if (!set)
        return INK_ENOMEM;
    if (ink__dataset_name_class(set, 0, h->class_name, err) != INK_OK) {
        ink_dataset_free(set);
        return INK_ENOMEM;
    }
    const ink__file stand_in = {.shown = file->shown, .name = h->around};
    ink_status status = ink__gather_add(gather, &stand_in, false, set, err);
    if (status != INK_OK)
        return status;
    *album = &gather->parts[gather->part_count - 1];
    (*album)->album = true;
    return INK_OK;
}

static ink_status put_in(ink__part *album, const ink__file *file, const ink_picture *picture,
                         ink_error *err)
{
    ink_dataset *set = album->set;
    if (set->height != picture->height || set->width != picture->width)
        return ink__fail(err, INK_EFORMAT,
                         "%.180s is %d x %d pixels, but %.180s is %d x %d: all pictures of a set "
                         "must have one size",
                         file->shown, picture->height, picture->width, album->shown, set->height,
                         set->width);
    size_t size = ink__dataset_sample_size(set);
    if (size > ALWAYS_GOOD && size / MOST_RATIO > file->size)
        return ink__fail(err, INK_EFORMAT, "%.300s unpacks to far more than a real picture would",
                         file->shown);
    ink_status status = ink__dataset_reserve(set, set->count + 1, &album->room, err);
    if (status != INK_OK)
        return status;
    memcpy(set->pixels + set->count * size, picture->pixels, size);
    set->count++; /* its label is 0 already */
    return INK_OK;
}

ink_status ink__picture_add(ink__gather *gather, ink__file *file, ink_error *err)
{
    home h = {.class_name = NULL};
    ink_picture picture = {.height = 0};
    ink__part *album = NULL;
    ink_status status = find_home(file, &h, err);
    if (status == INK_OK)
        status = ink_picture_decode(file->bytes, file->size, file->shown, 0, &picture, err);
    if (status == INK_OK)
        status = find_album(gather, file, &h, &picture, &album, err);
    if (status == INK_OK)
        status = put_in(album, file, &picture, err);
    ink_picture_release(&picture);
    home_release(&h);
    return status;
}
