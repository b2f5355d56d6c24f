/* Opening a data set as the options of several commands say. */
#ifndef INK_CLI_DATA_CHOICE_H
#define INK_CLI_DATA_CHOICE_H

#include "inkling/dataset.h"

/* What --data, --split, --limit and --seed say. */
typedef struct data_choice {
    const char *folder;
    double split;
    uint64_t limit, seed;
} data_choice;

/* ink_dataset_open with these choices; either of `train` and `test` may be NULL. */
ink_status open_dataset(const char *name, const data_choice *choice, ink_dataset **train,
                        ink_dataset **test, ink_error *err);

#endif
