/* Quick, Draw! strokes: a file of simplified .ndjson is one class, named after the file. */
#include "data/gather.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/quickdraw.h"

enum { LOOK = 1 << 16 }; /* a line begins with a few short keys */

bool ink__strokes_recognise(const uint8_t *bytes, size_t size)
{
    size_t start = 0, end = size < LOOK ? size : LOOK;
    while (start < end && (bytes[start] == ' ' || bytes[start] == '\n'))
        start++;
    return start < end && bytes[start] == '{' &&
           memmem(bytes + start, end - start, "\"drawing\"", strlen("\"drawing\"")) != NULL;
}

/* Takes the pixels. */
static ink_status add_drawings(ink__gather *gather, const ink__file *file, uint8_t *pixels,
                               size_t count, ink_error *err)
{
    int32_t *labels = ink__alloc(count, sizeof *labels, err);
    if (!labels) {
        ink__free(pixels);
        return INK_ENOMEM;
    }
    ink_dataset *set =
        ink__dataset_adopt(file->shown, count, 28, 28, 1, 1, pixels, NULL, labels, err);
    char *category = set ? ink__file_category(file, err) : NULL;
    if (!category || ink__dataset_name_class(set, 0, category, err) != INK_OK) {
        ink__free(category);
        ink_dataset_free(set);
        return INK_ENOMEM;
    }
    ink__free(category);
    return ink__gather_add(gather, file, true, set, err);
}

ink_status ink__strokes_add(ink__gather *gather, ink__file *file, ink_error *err)
{
    uint8_t *pixels = NULL;
    size_t count = 0;
    ink_status status =
        ink__quickdraw_render_ndjson(file->shown, file->bytes, file->size, &pixels, &count, err);
    return status == INK_OK ? add_drawings(gather, file, pixels, count, err) : status;
}
