/* A CSV table of any bytes. */
#include "fuzz/loader.h"

#include "data/csv.h"
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    ink__gather gather = {.parts = NULL};
    ink__file file = fuzz_file("file", bytes, size);
    ink__csv_recognise(file.bytes, file.size);
    ink_status status = ink__csv_add(&gather, &file, &err);
    fuzz_finish(&gather, status, &err);
    ink__free(file.bytes);
    return 0;
}
