/* Opening a data set as the options of several commands say. */
#include "cli/data_choice.h"

ink_status open_dataset(const char *name, const data_choice *choice, ink_dataset **train,
                        ink_dataset **test, ink_error *err)
{
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.folder = choice->folder;
    options.split = choice->split;
    options.limit = (size_t)choice->limit;
    options.seed = choice->seed;
    return ink_dataset_open(name, &options, train, test, err);
}
