/* Strokes of any bytes. */
#include "fuzz/fuzz.h"

#include "base/memory.h"
#include "data/quickdraw.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    uint8_t *pixels = NULL;
    size_t count = 0;
    if (ink__quickdraw_render_ndjson("file", bytes, size, &pixels, &count, &err) != INK_OK &&
        (err.text[0] == '\0' || pixels))
        abort();
    ink__free(pixels);
    return 0;
}
