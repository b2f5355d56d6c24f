/* Plain files out of whatever they are packed in. */
#ifndef INK_DATA_UNPACK_H
#define INK_DATA_UNPACK_H

#include "inkling/error.h"

#include <stddef.h>
#include <stdint.h>

/* One plain file in memory. */
typedef struct ink__file {
    const char *shown; /* for messages: the path, and the name inside an archive */
    const char *name;  /* the same without what was opened; may be "" */
    uint8_t *bytes;    /* from ink__alloc, one zero byte behind; a visitor that keeps them sets
                          this to NULL */
    size_t size;
} ink__file;

typedef ink_status ink__file_visitor(void *context, ink__file *file, ink_error *err);

/* Reads the file at `path` and calls `visit` for each plain file in it: for the file itself, or for
 * what is inside when it is packed - gz, xz, tar, zip, and these in one another three deep, told
 * apart by content. `name` becomes the file's name; those inside an archive are "name/inner", or
 * "inner" where `name` is "".
 * Nothing is ever written to the disk. What unpacks to far more than any real data is refused.
 * Stops at the first visit that fails, with its status. */
ink_status ink__unpack(const char *path, const char *name, ink__file_visitor *visit, void *context,
                       ink_error *err);
/* The same for bytes in memory, which it frees; `shown` stands for the path. */
ink_status ink__unpack_bytes(const char *shown, const char *name, uint8_t *bytes, size_t size,
                             ink__file_visitor *visit, void *context, ink_error *err);

#endif
