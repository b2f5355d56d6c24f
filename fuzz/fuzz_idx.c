/* An IDX file of any bytes. */
#include "fuzz/loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    ink__file file = fuzz_file("file", bytes, size);
    ink__array array = {.rank = 0};
    ink_status status = ink__idx_read(&file, &array, &err);
    double sum = 0;
    for (size_t i = 0; status == INK_OK && i < array.count; i++)
        sum += ink__array_value(&array, i);
    if (status != err.status || (status != INK_OK && array.bytes))
        abort();
    ink__free(array.bytes);
    ink__free(file.bytes);
    volatile double sink = sum; /* or the reading would be left out */
    (void)sink;
    return 0;
}
