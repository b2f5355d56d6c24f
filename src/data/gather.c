/* What each file is, and the parts and arrays that are kept of it. */
#include "data/gather.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/csv.h"

enum { MOST_ARRAYS = 4096 }; /* each is compared with every other */

const char *ink__file_name(const ink__file *file)
{
    if (*file->name)
        return file->name;
    const char *slash = strrchr(file->shown, '/');
    return slash ? slash + 1 : file->shown;
}

static bool is_word(const char *text, size_t length, const char *const *words)
{
    for (; *words; words++)
        if (strlen(*words) == length && strncasecmp(text, *words, length) == 0)
            return true;
    return false;
}

ink__role ink__role_of(const char *name, size_t length)
{
    static const char *const train[] = {"train", "training", NULL};
    static const char *const test[] = {"test", "testing", "t10k", NULL};
    ink__role role = INK__ROLE_NONE;
    for (size_t at = 0, end; at < length; at = end + 1) {
        end = at;
        while (end < length && isalnum((unsigned char)name[end]))
            end++;
        if (is_word(name + at, end - at, train))
            role = INK__ROLE_TRAIN;
        else if (is_word(name + at, end - at, test))
            role = INK__ROLE_TEST;
    }
    return role;
}

static ink__role role_of_file(const ink__file *file)
{
    const char *name = ink__file_name(file);
    return ink__role_of(name, strlen(name));
}

char *ink__file_category(const ink__file *file, ink_error *err)
{
    static const char *const endings[] = {"npy", "ndjson", "gz", "xz", NULL};
    static const char *const prefixes[] = {"full_numpy_bitmap_", "full_simplified_", NULL};
    const char *name = ink__file_name(file), *slash = strrchr(name, '/');
    name = slash ? slash + 1 : name;
    for (const char *const *p = prefixes; *p; p++)
        if (strncmp(name, *p, strlen(*p)) == 0)
            name += strlen(*p);
    size_t length = strlen(name);
    for (size_t dot = length; dot-- > 1;)
        if (name[dot] == '.') {
            if (!is_word(name + dot + 1, length - dot - 1, endings))
                break;
            length = dot;
        }
    return ink__format(err, "%.*s", (int)(length < 200 ? length : 200), name);
}

ink_dataset *ink__dataset_adopt(const char *name, size_t count, int height, int width, int channels,
                                int classes, uint8_t *pixels, float *values, int32_t *labels,
                                ink_error *err)
{
    ink_dataset *set =
        ink__dataset_new(name, 0, height, width, channels, classes, pixels == NULL, err);
    if (set && count > UINT32_MAX) {
        ink__fail(err, INK_EFORMAT, "%.300s holds %zu samples, more than are possible", name,
                  count);
        ink_dataset_free(set);
        set = NULL;
    }
    if (!set) {
        ink__free(pixels);
        ink__free(values);
        ink__free(labels);
        return NULL;
    }
    ink__free(set->pixels);
    ink__free(set->values);
    ink__free(set->labels);
    set->pixels = pixels;
    set->values = values;
    set->labels = labels;
    set->count = count;
    return set;
}

/* Room for one more element of a list. */
static bool grow(void **list, size_t count, size_t *room, size_t size, ink_error *err)
{
    if (count < *room)
        return true;
    size_t more = *room ? *room * 2 : 16;
    void *larger = ink__realloc(*list, *room, more, size, err);
    if (!larger)
        return false;
    *list = larger;
    *room = more;
    return true;
}

ink_status ink__gather_add(ink__gather *gather, const ink__file *file, bool doodles,
                           ink_dataset *set, ink_error *err)
{
    char *shown = ink__strdup(file->shown, err);
    void *list = gather->parts;
    if (!shown ||
        !grow(&list, gather->part_count, &gather->part_room, sizeof *gather->parts, err)) {
        ink__free(shown);
        ink_dataset_free(set);
        return INK_ENOMEM;
    }
    gather->parts = list;
    gather->parts[gather->part_count++] =
        (ink__part){.shown = shown, .role = role_of_file(file), .doodles = doodles, .set = set};
    return INK_OK;
}

/* The name without the words that tell an array from its labels: "train-images-idx3-ubyte" and
 * "train-labels-idx1-ubyte" both become "train ubyte ". */
static char *key_of(const char *name, ink_error *err)
{
    static const char *const words[] = {"images", "image",   "labels", "label", "x",
                                        "y",      "idx1",    "idx2",   "idx3",  "idx4",
                                        "target", "targets", "gz",     "xz",    NULL};
    size_t length = strlen(name), used = 0;
    char *key = ink__alloc(length + 2, 1, err);
    for (size_t at = 0, end; key && at < length; at = end + 1) {
        end = at;
        while (end < length && isalnum((unsigned char)name[end]))
            end++;
        if (end == at || is_word(name + at, end - at, words))
            continue;
        for (size_t i = at; i < end; i++)
            key[used++] = (char)tolower((unsigned char)name[i]);
        key[used++] = ' ';
    }
    return key;
}

ink_status ink__gather_array(ink__gather *gather, const ink__file *file, bool category,
                             ink__array *array, ink_error *err)
{
    const char *name = ink__file_name(file);
    if (gather->loose_count == MOST_ARRAYS) {
        ink__free(array->bytes);
        return ink__fail(err, INK_EFORMAT, "%.300s is one array more than the %d that are read",
                         file->shown, (int)MOST_ARRAYS);
    }
    ink__loose loose = {.shown = ink__strdup(file->shown, err),
                        .name = ink__strdup(name, err),
                        .key = key_of(name, err),
                        .role = role_of_file(file),
                        .category = category,
                        .array = *array};
    void *list = gather->loose;
    if (!loose.shown || !loose.name || !loose.key ||
        !grow(&list, gather->loose_count, &gather->loose_room, sizeof *gather->loose, err)) {
        ink__free(loose.shown);
        ink__free(loose.name);
        ink__free(loose.key);
        ink__free(array->bytes);
        return INK_ENOMEM;
    }
    gather->loose = list;
    gather->loose[gather->loose_count++] = loose;
    return INK_OK;
}

void ink__gather_release(ink__gather *gather)
{
    for (size_t i = 0; i < gather->part_count; i++) {
        ink__free(gather->parts[i].shown);
        ink_dataset_free(gather->parts[i].set);
    }
    for (size_t i = 0; i < gather->loose_count; i++) {
        ink__free(gather->loose[i].shown);
        ink__free(gather->loose[i].name);
        ink__free(gather->loose[i].key);
        ink__free(gather->loose[i].array.bytes);
    }
    ink__free(gather->parts);
    ink__free(gather->loose);
    *gather = (ink__gather){.parts = NULL};
}

static ink_status add_idx(ink__gather *gather, ink__file *file, ink_error *err)
{
    ink__array array;
    ink_status status = ink__idx_read(file, &array, err);
    return status == INK_OK ? ink__gather_array(gather, file, false, &array, err) : status;
}

static ink_status add_npy(ink__gather *gather, ink__file *file, ink_error *err)
{
    ink__array array;
    ink_status status = ink__npy_read(file, &array, err);
    if (status != INK_OK)
        return status;
    bool bitmaps = array.rank == 2 && array.shape[1] == 784 && array.type == INK__UINT8;
    return ink__gather_array(gather, file, bitmaps, &array, err);
}

typedef struct format {
    bool (*recognise)(const uint8_t *bytes, size_t size);
    ink_status (*add)(ink__gather *gather, ink__file *file, ink_error *err);
    const char *endings[4]; /* of names that should be of this format */
} format;

/* CIFAR stands before IDX: a dark picture of class 0 may look like the magic of IDX, but no IDX of
 * real data has the length of whole records by more than chance. */
static const format FORMATS[] = {
    {ink__picture_recognise, ink__picture_add, {".png", ".jpg", ".jpeg"}},
    {ink__npy_recognise, add_npy, {".npy"}},
    {ink__cifar_recognise, ink__cifar_add, {".bin"}},
    {ink__idx_recognise, add_idx, {"-ubyte", ".idx"}},
    {ink__strokes_recognise, ink__strokes_add, {".ndjson"}},
    {ink__csv_recognise, ink__csv_add, {".csv", ".tsv"}},
};

static const format *format_of(const ink__file *file)
{
    size_t count = sizeof FORMATS / sizeof *FORMATS;
    for (size_t i = 0; i < count; i++)
        if (FORMATS[i].recognise(file->bytes, file->size))
            return &FORMATS[i];
    const char *name = ink__file_name(file);
    size_t length = strlen(name);
    for (size_t i = 0; i < count; i++)
        for (const char *const *end = FORMATS[i].endings; *end; end++)
            if (length > strlen(*end) && strcasecmp(name + length - strlen(*end), *end) == 0)
                return &FORMATS[i];
    return NULL;
}

ink_status ink__gather_file(void *context, ink__file *file, ink_error *err)
{
    ink__gather *gather = context;
    if (gather->unwanted != INK__ROLE_NONE &&
        (role_of_file(file) == INK__ROLE_TEST) == (gather->unwanted == INK__ROLE_TEST))
        return INK_OK;
    const format *known = format_of(file);
    if (known)
        return known->add(gather, file, err);
    if (*file->name)
        return INK_OK;
    return ink__fail(err, INK_EFORMAT,
                     "%.300s is of no format known here: IDX, CIFAR binary, .npy, .npz, .ndjson, "
                     "CSV, PNG or JPEG, also inside gz, xz, tar or zip",
                     file->shown);
}
