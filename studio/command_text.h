/* What a run is as words for a terminal: the `inkling train` that ends with the same bits. */
#ifndef INK_STUDIO_COMMAND_TEXT_H
#define INK_STUDIO_COMMAND_TEXT_H

#include "studio/run.h"

/* The command after which the weights are those of the run after `updates` updates (0 = after all
 * epochs), quoted for a POSIX shell; "" where `size` is too small. It says every option on which
 * the bits depend, so it needs no knowledge of what the command would choose by itself. Where the
 * schedule looks at how many epochs there will be, a shorter run is another one, and the command is
 * that of the whole run. A run that was tuned on its way has no command of its own: this one says
 * its settings of now. */
void command_text(const run_setup *setup, size_t updates, char *text, size_t size);

#endif
