/* Recipes as options: a line "epochs 8" is read as "--epochs=8". */
#include "cli/recipe_options.h"

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/shelf.h"
#include "inkling/recipe.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* NULL, with a sentence, where there is none of that name or it cannot be read. */
static ink_recipe *open_recipe(const char *name)
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
    ink_error err = {.status = INK_OK};
    ink_recipe *file = ink_recipe_open(path, &err);
    if (!file)
        complain(&err);
    return file;
}

/* A line as an option: "epochs 8" is "--epochs=8", and the data set no option but the dataset.
 * false, with a sentence, for a line that no recipe may have. */
static bool add_line(recipe *r, const char *name, const char *value, char **end)
{
    if (strcmp(name, "recipe") == 0) {
        fprintf(stderr,
                "inkling: the recipe %s asks for another recipe in its line \"recipe%s%s\"; "
                "put what that one says in its place\n",
                r->name, *value ? " " : "", value);
        return false;
    }
    if (strcmp(name, "dataset") == 0 && !*value) {
        fprintf(stderr, "inkling: the recipe %s names no data set in its line \"dataset\"\n",
                r->name);
        return false;
    }
    char *option = *end;
    *end = stpcpy(stpcpy(stpcpy(stpcpy(option, "--"), name), *value ? "=" : ""), value) + 1;
    if (strcmp(name, "dataset") == 0)
        r->dataset = option + strlen("--dataset=");
    else
        r->argv[r->argc++] = option;
    return true;
}

/* Room for all words of the recipe and of the command line. */
static bool take_memory(recipe *r, int argc, const ink_recipe *file)
{
    size_t lines = file ? ink_recipe_lines(file) : 0, size = 1;
    for (size_t i = 0; i < lines; i++)
        size += strlen(ink_recipe_name(file, i)) + strlen(ink_recipe_value(file, i)) + 4;
    r->text = calloc(size, 1);
    r->argv = calloc((size_t)argc + lines + 1, sizeof *r->argv);
    if (!r->text || !r->argv)
        fprintf(stderr, "inkling: no memory for the recipe\n");
    return r->text && r->argv;
}

static int put_together(recipe *r, int argc, char **argv, const ink_recipe *file)
{
    char *end;
    if (!take_memory(r, argc, file))
        return EXIT_WORLD;
    end = r->text;
    r->argv[r->argc++] = argv[0];
    for (size_t i = 0; file && i < ink_recipe_lines(file); i++)
        if (!add_line(r, ink_recipe_name(file, i), ink_recipe_value(file, i), &end))
            return EXIT_USAGE;
    for (int i = 1; i < argc; i++)
        r->argv[r->argc++] = argv[i];
    return OPTIONS_GO_ON;
}

int recipe_apply(int argc, char **argv, recipe *r)
{
    int count;
    *r = (recipe){.name = asked_for(argc, argv, &count)};
    if (count > 1) {
        fprintf(stderr, "inkling: --recipe was given %d times; a run follows one recipe\n", count);
        return EXIT_USAGE;
    }
    ink_recipe *file = r->name ? open_recipe(r->name) : NULL;
    if (r->name && !file)
        return EXIT_USAGE;
    int status = put_together(r, argc, argv, file);
    ink_recipe_free(file);
    return status;
}

void recipe_release(recipe *r)
{
    free(r->text);
    free(r->argv);
}
