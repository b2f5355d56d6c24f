/* What a run is as words for a terminal: the `inkling train` that ends with the same bits. */
#ifndef INK_STUDIO_COMMAND_TEXT_H
#define INK_STUDIO_COMMAND_TEXT_H

#include "studio/run/run.h"

/* The command after which the weights are those of the run after `updates` updates (0 = after all
 * epochs), quoted for a POSIX shell. It says what the command would choose by the data set, and the
 * rest where it is not what every run has. "" where there is no such command, because the weights
 * were taken from a model file, or where `size` is too small (3000 is enough).
 *
 * Where the schedule looks at how many epochs there will be, a shorter run is another one, and the
 * command is that of the whole run. A run that was tuned on its way has no command of its own: this
 * one says its settings of now. `setup` is run_setup_now's; in any other `updates` is taken as 0.
 */
void command_text(const run_setup *setup, size_t updates, char *text, size_t size);

#endif
