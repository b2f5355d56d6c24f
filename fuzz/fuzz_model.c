/* A model file of any bytes. */
#include "fuzz/fuzz.h"

#include "model/model.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    ink__safetensors *file = ink__safetensors_parse(bytes, size, "file", &err);
    ink_model *model = file ? ink__model_from(file, "file", &err) : NULL;
    if (!model && err.text[0] == '\0')
        abort();
    ink__safetensors_free(file);
    ink_model_free(model);
    return 0;
}
