/* A PNG or JPEG of any bytes, and framing what comes out. */
#include "fuzz/fuzz.h"

#include "inkling/picture.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    ink_picture picture, framed;
    if (ink_picture_decode(bytes, size, "file", 1, &picture, &err) != INK_OK) {
        if (err.text[0] == '\0')
            abort();
        return 0;
    }
    for (int framing = 0; picture.height < 2000 && picture.width < 2000 && framing < 3; framing++)
        if (ink_picture_frame(&picture, (ink_framing)framing, 28, 28, &framed, &err) == INK_OK)
            ink_picture_release(&framed);
    ink_picture_release(&picture);
    return 0;
}
