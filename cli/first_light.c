/* `inkling first-light`: a network learns digits before your eyes, and shows what it gets wrong. */
#include "inkling/inkling.h"

#include "cli/commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MODEL "first-light.safetensors"

int command_first_light(int argc, char **argv)
{
    if (argc > 1) {
        bool help = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;
        fputs("usage: inkling first-light\n\nTrains a network on handwritten digits - MNIST if it "
              "is here or can be got, else digits of our own -,\nsaves it as " MODEL
              " and shows its mistakes.\n",
              help ? stdout : stderr);
        return help ? EXIT_GOOD : EXIT_USAGE;
    }
    bool real = ink_dataset_is_here("mnist", NULL);
    if (!real) {
        char get[] = "get", name[] = "mnist", data[] = "data";
        char *words[] = {data, get, name, NULL};
        puts("Getting MNIST, 70,000 handwritten digits ...");
        real = command_data(3, words) == EXIT_GOOD && ink_dataset_is_here("mnist", NULL);
    }
    char dataset[32], train[] = "train", eval[] = "eval", output[] = "-o", model[] = MODEL;
    snprintf(dataset, sizeof dataset, "%s", real ? "mnist" : "glyphs:digits");
    if (!real)
        puts("Without it, then: learning from digits drawn by a pen of our own.\n");
    char resume[] = "--resume", stopped[] = MODEL ".checkpoint";
    char *learn[] = {train, dataset, output, model, NULL},
         *go_on[] = {train, resume, stopped, NULL};
    bool again = access(stopped, F_OK) == 0;
    if (again)
        puts("It goes on where it was stopped.");
    int status = again ? command_train(3, go_on) : command_train(4, learn);
    if (status != EXIT_GOOD)
        return status;
    puts("");
    char *look[] = {eval, model, dataset, NULL};
    return command_eval(3, look);
}
