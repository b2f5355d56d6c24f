/* Bytes from an address into a file, continued where they broke off. */
#ifndef INK_DATA_TRANSFER_H
#define INK_DATA_TRANSFER_H

#include "inkling/error.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct ink__transfer {
    const char *address;
    const char *path;     /* what is there already is taken for the beginning */
    uint64_t first, last; /* the range of bytes wanted; last 0 = to the end */
    uint64_t most;        /* more than this is refused */
    /* Returns false to stop; NULL allowed. */
    bool (*progress)(void *user, uint64_t done, uint64_t total);
    void *user;
} ink__transfer;

/* Tries three times, with pauses, unless the answer is final (404 and the like). INK_EIO with the
 * reason, INK_ESTOPPED when progress said so: what arrived stays at `path`. */
ink_status ink__transfer_run(const ink__transfer *transfer, ink_error *err);
/* Must be called once before, and once after, everything else. */
ink_status ink__transfer_begin(ink_error *err);
void ink__transfer_end(void);

#endif
