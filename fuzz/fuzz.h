/* A fuzz target: takes any bytes, and nothing bad must come of it. */
#ifndef INK_FUZZ_H
#define INK_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The bytes as a text in memory of its own; free it. */
static inline char *fuzz_text(const uint8_t *bytes, size_t size)
{
    char *text = calloc(size + 1, 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, bytes, size);
    return text;
}

#endif
