/* Pictures in a terminal: two rows of pixels in one row of characters. */
#include "inkling/terminal.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/caption.h"
#include "data/dataset.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

enum { GAP = 2, CELL = 48 }; /* columns between samples; most bytes a character cell takes */

typedef struct writer {
    char *text;
    size_t used, room;
} writer;

__attribute__((format(printf, 2, 3))) static void put(writer *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(w->text + w->used, w->room - w->used, format, args);
    va_end(args);
    if (length > 0 && (size_t)length < w->room - w->used)
        w->used += (size_t)length;
}

static const uint8_t *pixel(const ink_dataset *d, size_t index, int y, int x)
{
    static const uint8_t black[4];
    if (y >= d->height)
        return black;
    return d->pixels + index * ink__dataset_sample_size(d) +
           ((size_t)y * (size_t)d->width + (size_t)x) * (size_t)d->channels;
}

static int brightness(const ink_dataset *d, const uint8_t *p)
{
    return d->channels == 1 ? p[0] : (299 * p[0] + 587 * p[1] + 114 * p[2]) / 1000;
}

static void put_cell(writer *w, const ink_dataset *d, const uint8_t *upper, const uint8_t *lower,
                     ink_terminal_style style)
{
    static const char *const blocks[] = {" ", "▄", "▀", "█"};
    int more = d->channels == 1 ? 0 : 1, up = brightness(d, upper), low = brightness(d, lower);
    if (style == INK_TERMINAL_COLOUR)
        put(w, "\033[38;2;%d;%d;%d;48;2;%d;%d;%dm▀", upper[0], upper[more], upper[2 * more],
            lower[0], lower[more], lower[2 * more]);
    else if (style == INK_TERMINAL_BLOCKS)
        put(w, "%s", blocks[2 * (up > 100) + (low > 100)]);
    else
        put(w, "%c", " .:-=+*#%@"[(up + low) * 10 / 511]);
}

static void put_line(writer *w, const ink_dataset *d, const size_t *indices, size_t count, int y,
                     ink_terminal_style style)
{
    for (size_t i = 0; i < count; i++) {
        for (int x = 0; x < d->width; x++)
            put_cell(w, d, pixel(d, indices[i], y, x), pixel(d, indices[i], y + 1, x), style);
        put(w, "%s%*s", style == INK_TERMINAL_COLOUR ? "\033[0m" : "", i + 1 < count ? GAP : 0, "");
    }
    put(w, "\n");
}

static void put_row(writer *w, const ink_dataset *d, const size_t *indices, size_t count,
                    const char *const *captions, ink_terminal_style style)
{
    for (int y = 0; y < d->height; y += 2)
        put_line(w, d, indices, count, y, style);
    int lines = ink__caption_lines(captions, count);
    for (int k = 0, length; k < lines; k++) {
        for (size_t i = 0; i < count; i++) {
            const char *line = ink__caption_line(captions[i], k, &length);
            put(w, "%-*.*s", d->width + GAP, length < d->width ? length : d->width, line);
        }
        put(w, "\n");
    }
}

char *ink_dataset_text(const ink_dataset *dataset, const size_t *indices, size_t count, int columns,
                       const char *const *captions, ink_terminal_style style, ink_error *err)
{
    bool good = dataset->pixels != NULL && columns >= 1 && columns <= 1000;
    for (size_t i = 0; good && i < count; i++)
        good = indices[i] < dataset->count;
    if (!good) {
        ink__fail(err, INK_EINVAL, "%.100s: only samples that are pictures can be shown",
                  dataset->name);
        return NULL;
    }
    size_t across = (size_t)columns, cells = (size_t)dataset->width + GAP + 4;
    size_t lines = (size_t)dataset->height / 2 + (size_t)ink__caption_lines(captions, count) + 4;
    writer w = {.room = (count + across) * cells * lines * CELL + 64};
    w.text = ink__alloc(w.room, 1, err);
    for (size_t i = 0; w.text && i < count; i += across)
        put_row(&w, dataset, indices + i, count - i < across ? count - i : across,
                captions ? captions + i : NULL, style);
    return w.text;
}
