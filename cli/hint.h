/* Commands to go on with. */
#ifndef INK_CLI_HINT_H
#define INK_CLI_HINT_H

#include <stdio.h>

/* Prints a command that can be copied: the name this program was called by and the words, up to
 * NULL, each as a shell reads it back. */
__attribute__((sentinel)) void print_command(FILE *out, ...);

#endif
