/* `inkling`: which command, and what it is for. */
#include "inkling/inkling.h"

#include "cli/commands.h"
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about;
} command;

static const command commands[] = {
    {"train", command_train, "train a network on a data set"},
    {"eval", command_eval, "say how well a model does, and show its mistakes"},
    {"predict", command_predict, "say what a model sees in pictures"},
    {"data", command_data, "list, get, look at and write data sets"},
    {"info", command_info, "what is in a model file"},
    {"gradcheck", command_gradcheck, "compare backpropagation with central differences"},
    {"bench", command_bench, "how fast this machine trains, beside what it could"},
    {"first-light", command_first_light, "train on digits before your eyes"},
    {"studio", command_studio, "open the page on which one learns and tries all this"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

int complain(const ink_error *err)
{
    fprintf(stderr, "inkling: %s\n", err->text[0] ? err->text : ink_status_name(err->status));
    if (err->status == INK_EDIVERGED)
        return EXIT_DIVERGED;
    return err->status == INK_EINVAL ? EXIT_USAGE : EXIT_WORLD;
}

static void help(FILE *out)
{
    fprintf(out, "Inkling " INKLING_VERSION ": neural networks from nothing, and why they work\n\n"
                 "usage: inkling COMMAND ...\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-12s %s\n", commands[i].name, commands[i].about);
    fprintf(out, "\n`inkling COMMAND --help` explains a command. To begin:\n\n"
                 "  inkling train mnist          learn handwritten digits\n"
                 "  inkling train glyphs:digits  the same without any file\n");
}

static int unknown(const char *word)
{
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i].name;
    const char *near = options_nearest(word, names, COMMANDS);
    fprintf(stderr, "inkling: there is no command \"%s\"", word);
    if (near)
        fprintf(stderr, "; did you mean %s?\n", near);
    else
        fprintf(stderr, "; `inkling help` lists them\n");
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    char asked[] = "--help";
    if (argc < 2) {
        help(stderr);
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    bool wants_help =
        strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
    if (strcmp(word, "--version") == 0 || strcmp(word, "version") == 0)
        return puts("inkling " INKLING_VERSION), EXIT_GOOD;
    if (wants_help && argc < 3)
        return help(stdout), EXIT_GOOD;
    for (size_t i = 0; i < COMMANDS; i++) {
        char *help_words[] = {argv[wants_help ? 2 : 1], asked, NULL};
        if (strcmp(help_words[0], commands[i].name) == 0)
            return wants_help ? commands[i].run(2, help_words)
                              : commands[i].run(argc - 1, argv + 1);
    }
    return unknown(argv[wants_help ? 2 : 1]);
}
