/* --precision: the library's names, and "auto". */
#include "cli/precision_choice.h"

#include "inkling/network.h"

#include <stdio.h>
#include <string.h>

ink_status precision_choose(const char *text, ink_precision *precision, ink_error *err)
{
    if (!text)
        return INK_OK;
    if (strcmp(text, "auto") == 0) {
        *precision = ink_machine_has_bf16() ? INK_PRECISION_BF16 : INK_PRECISION_FLOAT32;
        return INK_OK;
    }
    if (ink_precision_parse(text, precision, NULL) == INK_OK)
        return INK_OK;
    *err = (ink_error){.status = INK_EINVAL};
    snprintf(err->text, sizeof err->text,
             "there is no precision \"%.80s\"; known are %s, %s and auto", text,
             ink_precision_name(INK_PRECISION_FLOAT32), ink_precision_name(INK_PRECISION_BF16));
    return INK_EINVAL;
}
