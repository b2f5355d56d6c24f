/* Opening a data set as the options of several commands say. */
#include "cli/data_choice.h"

#include <stdio.h>
#include <unistd.h>

ink_status open_dataset(const char *name, const data_choice *choice, ink_dataset **train,
                        ink_dataset **test, ink_error *err)
{
    ink_dataset_options options;
    ink_dataset_options_init(&options);
    options.folder = choice->folder;
    options.split = choice->split;
    options.limit = (size_t)choice->limit;
    options.seed = choice->seed;
    bool watched = isatty(STDERR_FILENO); /* unpacking photographs takes a while */
    if (watched)
        fprintf(stderr, "reading %.60s ...", name);
    ink_status status = ink_dataset_open(name, &options, train, test, err);
    if (watched)
        fputs("\r\033[K", stderr);
    return status;
}
