/* Showing samples and mistakes. */
#include "cli/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int terminal_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return columns && atoi(columns) > 0 ? atoi(columns) : 80;
}

/* Colour on terminals that are not told to do without (https://no-color.org); blocks where the
 * locale is UTF-8. */
static ink_terminal_style terminal_style(void)
{
    const char *term = getenv("TERM"), *lang = getenv("LC_ALL");
    lang = lang && *lang ? lang : getenv("LC_CTYPE");
    lang = lang && *lang ? lang : getenv("LANG");
    bool utf8 = lang && (strstr(lang, "UTF-8") || strstr(lang, "utf8"));
    if (!utf8 || !term || strcmp(term, "dumb") == 0)
        return INK_TERMINAL_ASCII;
    return isatty(STDOUT_FILENO) && !getenv("NO_COLOR") ? INK_TERMINAL_COLOUR : INK_TERMINAL_BLOCKS;
}

void show_samples(const ink_dataset *data, const size_t *indices, size_t count, size_t most,
                  const char *const *captions)
{
    int height, width, channels;
    ink_dataset_shape(data, &height, &width, &channels);
    if (!ink_dataset_pixels(data, 0) || count == 0)
        return;
    int columns = terminal_width() / (width + 2);
    columns = columns < 1 ? 1 : columns;
    char *text = ink_dataset_text(data, indices, count < most ? count : most, columns, captions,
                                  terminal_style(), NULL);
    if (text)
        fputs(text, stdout);
    ink_text_free(text);
}

char **mistake_captions(const ink_dataset *data, const ink_mistake *mistakes, size_t count)
{
    char **captions = calloc(count + 1, sizeof *captions);
    for (size_t i = 0; captions && i < count; i++) {
        const ink_mistake *m = &mistakes[i];
        if (asprintf(&captions[i], "%s\nas %s %.0f%%", ink_dataset_class_name(data, m->label),
                     ink_dataset_class_name(data, m->guess), 100 * (double)m->confidence) < 0) {
            captions[i] = NULL;
            captions_free(captions, i);
            return NULL;
        }
    }
    return captions;
}

void captions_free(char **captions, size_t count)
{
    for (size_t i = 0; captions && i < count; i++)
        free(captions[i]);
    free(captions);
}

size_t *mistake_indices(const ink_mistake *mistakes, size_t count)
{
    size_t *indices = calloc(count + 1, sizeof *indices);
    for (size_t i = 0; indices && i < count; i++)
        indices[i] = mistakes[i].index;
    return indices;
}
