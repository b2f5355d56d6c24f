/* Recipes are text: an option and its value a line, without the dashes ("epochs 8"); "dataset NAME"
 * says what it is for. A line that begins with a blank goes on with the value of the line before.
 * What follows "#" at a line's start or behind a blank is for people; a line with nothing else is
 * as if it were not there. */
#include "cli/recipe.h"

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/shelf.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 65536 };

/* The value of --recipe; NULL without. *count becomes how often it was said. */
static const char *asked_for(int argc, char **argv, int *count)
{
    const char *name = NULL;
    *count = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--recipe") == 0 && i + 1 < argc)
            name = argv[++i];
        else if (strncmp(argv[i], "--recipe=", 9) == 0)
            name = argv[i] + 9;
        else
            continue;
        ++*count;
    }
    return name;
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
    int problem = errno;
    size_t size = file && text ? fread(text, 1, MOST_BYTES, file) : 0;
    if (file && text && size < MOST_BYTES && !ferror(file) && strlen(text) == size) {
        fclose(file);
        return text;
    }
    fprintf(stderr, "inkling: the recipe %s cannot be read (%s)\n", path,
            file ? "too long, or no text" : strerror(problem));
    if (file)
        fclose(file);
    free(text);
    return NULL;
}

/* Cuts off the comment and the blanks at the end. */
static void trim(char *line)
{
    for (char *at = line; *at; at++)
        if (*at == '#' && (at == line || isspace((unsigned char)at[-1]))) {
            *at = '\0';
            break;
        }
    for (size_t length = strlen(line); length > 0 && isspace((unsigned char)line[length - 1]);)
        line[--length] = '\0';
}

/* Words that go on with the option that ends at `end`; returns its new end. */
static char *go_on(const char *option, char *end, const char *words)
{
    return stpcpy(stpcpy(end, strchr(option, '=') ? " " : "="), words);
}

/* "epochs 8" becomes "--epochs=8", written to `at`; returns its end. */
static char *begin(char *line, char *at)
{
    char *value = line + strcspn(line, " \t"), *end = stpcpy(at, "--");
    if (!*value)
        return stpcpy(end, line);
    *value++ = '\0';
    return go_on(at, stpcpy(end, line), value + strspn(value, " \t"));
}

/* The file's lines as options, in r->text and r->argv. */
static void read_options(recipe *r, char *text)
{
    char *rest, *option = NULL, *end = r->text;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        trim(line);
        char *words = line + strspn(line, " \t");
        if (!*words)
            continue;
        if (option && words > line) {
            end = go_on(option, end, words);
            continue;
        }
        option = option ? end + 1 : r->text;
        end = begin(words, option);
        r->argv[r->argc++] = option;
    }
}

/* The data set out of the options; false, with a sentence, for an option that no recipe may have.
 */
static bool sort_options(recipe *r, int first)
{
    int kept = first;
    for (int i = first; i < r->argc; i++) {
        char *option = r->argv[i];
        if (strcmp(option, "--recipe") == 0 || strncmp(option, "--recipe=", 9) == 0) {
            fprintf(stderr,
                    "inkling: the recipe %s asks for another recipe in its line \"recipe%s%s\"; "
                    "put what that one says in its place\n",
                    r->name, option[8] ? " " : "", option[8] ? option + 9 : "");
            return false;
        }
        if (strncmp(option, "--dataset=", 10) == 0)
            r->dataset = option + 10;
        else
            r->argv[kept++] = option;
    }
    r->argc = kept;
    return true;
}

/* Room for all words of `text` and of the command line. */
static bool take_memory(recipe *r, int argc, const char *text)
{
    size_t lines = 1;
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    /* options are at most four bytes longer than their lines: --, = and the end */
    r->text = calloc(strlen(text) + 4 * lines + 1, 1);
    r->argv = calloc((size_t)argc + lines + 1, sizeof *r->argv);
    if (!r->text || !r->argv)
        fprintf(stderr, "inkling: no memory for the recipe\n");
    return r->text && r->argv;
}

int recipe_apply(int argc, char **argv, recipe *r)
{
    int count, status = OPTIONS_GO_ON;
    *r = (recipe){.name = asked_for(argc, argv, &count)};
    if (count > 1) {
        fprintf(stderr, "inkling: --recipe was given %d times; a run follows one recipe\n", count);
        return EXIT_USAGE;
    }
    char *text = r->name ? read_all(r->name) : NULL;
    if (r->name && !text)
        return EXIT_USAGE;
    if (take_memory(r, argc, text ? text : "")) {
        r->argv[r->argc++] = argv[0];
        if (text)
            read_options(r, text);
        if (!sort_options(r, 1))
            status = EXIT_USAGE;
        for (int i = 1; i < argc; i++)
            r->argv[r->argc++] = argv[i];
    } else {
        status = EXIT_WORLD;
    }
    free(text);
    return status;
}

void recipe_release(recipe *r)
{
    free(r->text);
    free(r->argv);
}
