/* A run's command: to come. */
#include "studio/command_text.h"

void command_text(const run_setup *setup, size_t updates, char *text, size_t size)
{
    (void)setup, (void)updates;
    if (size > 0)
        text[0] = '\0';
}
