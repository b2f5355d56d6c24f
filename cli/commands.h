/* The commands of `inkling`. Each takes its own words (argv[0] is its name) and returns the exit
 * status. */
#ifndef INK_CLI_COMMANDS_H
#define INK_CLI_COMMANDS_H

#include "inkling/error.h"

enum {
    EXIT_GOOD = 0,
    EXIT_WORLD = 1, /* the world failed: a file, a disk, a network connection */
    EXIT_USAGE = 2, /* the words on the command line are wrong */
    EXIT_DIVERGED = 3
};

int command_train(int argc, char **argv);
int command_eval(int argc, char **argv);
int command_predict(int argc, char **argv);
int command_data(int argc, char **argv);
int command_info(int argc, char **argv);
int command_gradcheck(int argc, char **argv);
int command_bench(int argc, char **argv);
int command_first_light(int argc, char **argv);
int command_studio(int argc, char **argv);

/* Prints "inkling: " and the sentence, and gives the exit status that belongs to it. */
int complain(const ink_error *err);

#endif
