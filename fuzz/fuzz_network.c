/* A network from any text. */
#include "fuzz/fuzz.h"

#include "nn/network.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    char *text = calloc(size + 1, 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, bytes, size);
    ink_network *network = ink__network_plan(text, &err);
    if (!network && err.text[0] == '\0')
        abort();
    if (network) { /* what was understood comes back as it was understood */
        ink_network *again = ink__network_plan(ink_network_text(network), &err);
        if (!again || strcmp(ink_network_text(again), ink_network_text(network)) != 0)
            abort();
        for (size_t i = 0; i < ink_network_tensor_count(network); i++)
            if (ink_network_tensor(network, i).count == 0)
                abort();
        ink_network_free(again);
    }
    ink_network_free(network);
    free(text);
    return 0;
}
