/* Captions of several lines, '\n' between them. */
#ifndef INK_DATA_CAPTION_H
#define INK_DATA_CAPTION_H

#include <stddef.h>
#include <string.h>

/* The bytes of one line, counted from 0, and their number; none behind the last line and of NULL.
 */
static inline const char *ink__caption_line(const char *caption, int line, int *length)
{
    const char *at = caption ? caption : "";
    for (; line > 0; line--) {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    *length = (int)strcspn(at, "\n");
    return at;
}

/* The most lines of any; `captions` may be NULL. */
static inline int ink__caption_lines(const char *const *captions, size_t count)
{
    int most = 0;
    for (size_t i = 0; captions && i < count; i++) {
        int lines = captions[i] != NULL;
        for (const char *at = captions[i]; at && *at; at++)
            lines += *at == '\n';
        most = lines > most ? lines : most;
    }
    return most;
}

#endif
