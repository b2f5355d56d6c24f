/* --precision, which several commands take. */
#ifndef INK_CLI_PRECISION_CHOICE_H
#define INK_CLI_PRECISION_CHOICE_H

#include "inkling/machine.h"
#include "inkling/error.h"

/* What follows "of convolutions: " in the help. */
#define PRECISION_HELP                                                                             \
    "float32, bf16, or auto: bf16 where the\n"                                                     \
    "                         processor has products of it [float32]"

/* What `text` asks for: "float32", "bf16" or "auto"; NULL leaves *precision as it is. */
ink_status precision_choose(const char *text, ink_precision *precision, ink_error *err);

#endif
