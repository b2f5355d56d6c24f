/* Contact sheets: many samples in one picture, each with a caption if there is one. */
#include "data/dataset.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/caption.h"
#include "data/font.h"

#include <math.h>
#include <string.h>

enum { LINE = 40, GROUND = 16, TEXT = 230, MOST_SAMPLES = 10000, LEAST_CELL = 84 };

typedef struct layout {
    int columns, rows;
    int factor;        /* by which samples are enlarged */
    int width, height; /* of an enlarged sample */
    int cell;          /* as wide as its caption, but twice the sample at most */
    int caption;       /* pixels below it */
    int lines;         /* of a caption */
    int step_x, step_y;
} layout;

/* How many characters the longest of so many lines has. */
static int longest(const char *const *captions, size_t count, int lines)
{
    int most = 0;
    for (size_t i = 0; i < count; i++)
        for (int k = 0, length; k < lines; k++) {
            ink__caption_line(captions[i], k, &length);
            most = length > most ? length : most;
        }
    return most;
}

static layout plan(const ink_dataset *dataset, size_t count, int columns,
                   const char *const *captions)
{
    layout l = {.columns = columns};
    if (l.columns < 1)
        l.columns = (int)ceil(sqrt((double)count));
    if ((size_t)l.columns > count)
        l.columns = (int)count;
    l.rows = (int)((count + (size_t)l.columns - 1) / (size_t)l.columns);
    int side = dataset->height > dataset->width ? dataset->height : dataset->width;
    l.factor = side >= LEAST_CELL ? 1 : (LEAST_CELL + side - 1) / side;
    l.width = dataset->width * l.factor;
    l.height = dataset->height * l.factor;
    l.lines = ink__caption_lines(captions, count);
    double needed = (double)longest(captions, count, l.lines) * INK_FONT_ADVANCE + 3;
    l.cell = (int)fmin(fmax(needed, l.width), 2 * l.width);
    l.caption = l.lines > 0 ? l.lines * (INK_FONT_HEIGHT + 2) + 2 : 0;
    l.step_x = l.cell + 1;
    l.step_y = l.height + l.caption + 1;
    return l;
}

static void put(ink_picture *sheet, int x, int y, const uint8_t *colour, int channels)
{
    uint8_t *at =
        sheet->pixels + ((size_t)y * (size_t)sheet->width + (size_t)x) * (size_t)sheet->channels;
    for (int c = 0; c < sheet->channels; c++)
        at[c] = colour[channels == 1 ? 0 : c];
}

static void draw_sample(const ink_dataset *dataset, const layout *l, size_t index, int left,
                        int top, ink_picture *sheet)
{
    const uint8_t *pixels = ink_dataset_pixels(dataset, index);
    for (int y = 0; y < l->height; y++)
        for (int x = 0; x < l->width; x++) {
            int from = y / l->factor * dataset->width + x / l->factor;
            put(sheet, left + x, top + y, pixels + (size_t)from * (size_t)dataset->channels,
                dataset->channels);
        }
}

/* As much of a line as fits, in the middle. */
static void draw_line(const layout *l, const char *text, int length, int left, int top,
                      ink_picture *sheet)
{
    const uint8_t white = TEXT;
    int fits = (l->cell + 1) / INK_FONT_ADVANCE;
    length = length < fits ? length : fits;
    left += (l->cell - length * INK_FONT_ADVANCE + 1) / 2;
    for (int i = 0; i < length; i++) {
        const uint8_t *rows = ink__font_rows(text[i]);
        for (int y = 0; y < INK_FONT_HEIGHT; y++)
            for (int x = 0; x < INK_FONT_WIDTH; x++)
                if (rows[y] >> (INK_FONT_WIDTH - 1 - x) & 1)
                    put(sheet, left + i * INK_FONT_ADVANCE + x, top + 2 + y, &white, 1);
    }
}

static void draw_cell(const ink_dataset *dataset, const layout *l, size_t index,
                      const char *caption, int left, int top, ink_picture *sheet)
{
    size_t row = (size_t)sheet->width * (size_t)sheet->channels;
    uint8_t *corner = sheet->pixels + (size_t)top * row + (size_t)left * (size_t)sheet->channels;
    for (int y = 0; y < l->height + l->caption; y++)
        memset(corner + (size_t)y * row, GROUND, (size_t)l->cell * (size_t)sheet->channels);
    draw_sample(dataset, l, index, left + (l->cell - l->width) / 2, top, sheet);
    for (int k = 0, length; k < l->lines; k++) {
        const char *line = ink__caption_line(caption, k, &length);
        draw_line(l, line, length, left, top + l->height + k * (INK_FONT_HEIGHT + 2), sheet);
    }
}

static ink_status check(const ink_dataset *dataset, const size_t *indices, size_t count,
                        ink_error *err)
{
    if (!dataset->pixels)
        return ink__fail(err, INK_EINVAL, "%.100s holds points, not pictures: there is no sheet",
                         dataset->name);
    if (count < 1 || count > MOST_SAMPLES)
        return ink__fail(err, INK_EINVAL, "a sheet shows 1 to %d samples, not %zu",
                         (int)MOST_SAMPLES, count);
    for (size_t i = 0; i < count; i++)
        if (indices[i] >= dataset->count)
            return ink__fail(err, INK_EINVAL, "%.100s has %zu samples; there is no number %zu",
                             dataset->name, dataset->count, indices[i]);
    return INK_OK;
}

ink_status ink_dataset_sheet(const ink_dataset *dataset, const size_t *indices, size_t count,
                             int columns, const char *const *captions, ink_picture *sheet,
                             ink_error *err)
{
    ink_status status = check(dataset, indices, count, err);
    if (status != INK_OK)
        return status;
    layout l = plan(dataset, count, columns, captions);
    ink_picture fresh = {.height = l.rows * l.step_y + 1,
                         .width = l.columns * l.step_x + 1,
                         .channels = dataset->channels == 1 ? 1 : 3};
    size_t size = (size_t)fresh.height * (size_t)fresh.width * (size_t)fresh.channels;
    fresh.pixels = ink__alloc(size, 1, err);
    if (!fresh.pixels)
        return INK_ENOMEM;
    memset(fresh.pixels, LINE, size);
    for (size_t i = 0; i < count; i++) {
        int left = (int)(i % (size_t)l.columns) * l.step_x + 1;
        int top = (int)(i / (size_t)l.columns) * l.step_y + 1;
        draw_cell(dataset, &l, indices[i], captions ? captions[i] : NULL, left, top, &fresh);
    }
    *sheet = fresh;
    return INK_OK;
}
