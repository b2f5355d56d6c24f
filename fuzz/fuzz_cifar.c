/* A file of CIFAR records of any bytes. */
#include "fuzz/loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    ink__gather gather = {.parts = NULL};
    ink__file file = fuzz_file("file", bytes, size);
    ink__cifar_recognise(file.bytes, file.size);
    ink_status status = ink__cifar_add(&gather, &file, &err);
    fuzz_finish(&gather, status, &err);
    ink__free(file.bytes);
    return 0;
}
