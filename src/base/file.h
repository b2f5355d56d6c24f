/* Files: read whole, written whole or not at all. */
#ifndef INK_BASE_FILE_H
#define INK_BASE_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The whole file in fresh memory (one zero byte behind it), its length in *size. Refuses
 * directories and anything over `limit` bytes. Free with ink__free. */
void *ink__file_read(const char *path, size_t limit, size_t *size, ink_error *err);

/* Replaces `path` in one step: written beside it, flushed to the disk, renamed. Whatever happens,
 * `path` holds either all of the old content or all of the new. Pieces are written in order. */
typedef struct ink__piece {
    const void *bytes;
    size_t size;
} ink__piece;
ink_status ink__file_write(const char *path, const ink__piece *pieces, size_t count,
                           ink_error *err);

bool ink__file_exists(const char *path);
bool ink__folder_exists(const char *path);
/* Makes the folder and its parents. */
ink_status ink__folder_make(const char *path, ink_error *err);
/* Names in a folder without "." and "..", sorted bytewise; *names and each name in it are freed by
 * ink__folder_free. */
ink_status ink__folder_list(const char *path, char ***names, size_t *count, ink_error *err);
void ink__folder_free(char **names, size_t count);
/* "folder/name" in fresh memory. */
char *ink__path_join(const char *folder, const char *name, ink_error *err);

#endif
