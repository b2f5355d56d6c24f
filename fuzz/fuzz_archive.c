/* A file of any bytes, looked into and made a data set of as when it is opened by its path. */
#include "fuzz/loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    ink__gather gather = {.parts = NULL};
    ink__file file = fuzz_file("file", bytes, size);
    ink_status status =
        ink__unpack_bytes("file", "", file.bytes, file.size, ink__gather_file, &gather, &err);
    fuzz_finish(&gather, status, &err);
    return 0;
}
