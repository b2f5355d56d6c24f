/* Recipes are text: an option and its value a line, without the dashes ("epochs 8"); "dataset NAME"
 * says what it is for; what follows "#" is for people. A line that begins with a blank goes on with
 * the value of the line before. */
#include "cli/recipe.h"

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/shelf.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 65536 };

static const char *asked_for(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--recipe") == 0 && i + 1 < argc)
            return argv[i + 1];
        if (strncmp(argv[i], "--recipe=", 9) == 0)
            return argv[i] + 9;
    }
    return NULL;
}

static char *read_all(const char *name)
{
    char path[4096], names[1024];
    if (!strchr(name, '/') && !shelf_find("recipes", name, ".txt", path, sizeof path)) {
        shelf_list("recipes", ".txt", names, sizeof names);
        fprintf(stderr,
                "inkling: there is no recipe \"%s\"; known are %s, or a path such as ./%s\n", name,
                *names ? names : "none here", name);
        return NULL;
    }
    if (strchr(name, '/'))
        snprintf(path, sizeof path, "%s", name);
    FILE *file = fopen(path, "r");
    char *text = calloc(MOST_BYTES + 1, 1);
    if (file && text && fread(text, 1, MOST_BYTES, file) < MOST_BYTES && !ferror(file)) {
        fclose(file);
        return text;
    }
    fprintf(stderr, "inkling: the recipe %s cannot be read (%s)\n", path,
            file ? "too long, or no text" : strerror(errno));
    if (file)
        fclose(file);
    free(text);
    return NULL;
}

/* Comments out, lines that go on joined to the one before. */
static void join_lines(char *text)
{
    for (char *at = text; *at; at++) {
        if (*at == '#')
            for (; *at && *at != '\n'; at++)
                *at = ' ';
        if (*at == '\n' && (at[1] == ' ' || at[1] == '\t'))
            *at = ' ';
        if (!*at)
            break;
    }
}

static void trim(char *line)
{
    for (size_t length = strlen(line); length > 0 && isspace((unsigned char)line[length - 1]);)
        line[--length] = '\0';
}

/* "epochs 8" becomes "--epochs=8", written into `room`. */
static char *as_option(char *line, char **room)
{
    char *value = line + strcspn(line, " \t"), *option = *room;
    if (*value)
        *value++ = '\0';
    value += strspn(value, " \t");
    char *end = stpcpy(stpcpy(option, "--"), line);
    if (*value)
        end = stpcpy(stpcpy(end, "="), value);
    *room = end + 1;
    return option;
}

int recipe_apply(int argc, char **argv, recipe *r)
{
    const char *name = asked_for(argc, argv);
    *r = (recipe){.name = name};
    r->argv[r->argc++] = argv[0];
    if (name) {
        char *rest, *text = read_all(name);
        if (!text)
            return EXIT_USAGE;
        join_lines(text);
        /* options are at most three bytes longer than their lines */
        r->text = calloc(4 * strlen(text) + 16, 1);
        if (!r->text) {
            free(text);
            fprintf(stderr, "inkling: no memory for the recipe\n");
            return EXIT_FAILURE;
        }
        char *room = r->text;
        for (char *line = strtok_r(text, "\n", &rest); line && r->argc < RECIPE_WORDS;
             line = strtok_r(NULL, "\n", &rest)) {
            trim(line);
            if (!*line)
                continue;
            char *option = as_option(line, &room);
            if (strncmp(option, "--dataset=", 10) == 0)
                r->dataset = option + 10;
            else
                r->argv[r->argc++] = option;
        }
        free(text);
    }
    for (int i = 1; i < argc && r->argc < 2 * RECIPE_WORDS - 1; i++)
        r->argv[r->argc++] = argv[i];
    return OPTIONS_GO_ON;
}

void recipe_release(recipe *r)
{
    free(r->text);
}
