/* Recipes: the options of a training run in a file. */
#ifndef INK_CLI_RECIPE_OPTIONS_H
#define INK_CLI_RECIPE_OPTIONS_H

/* argv with the options of a recipe put before its own, which thereby win. */
typedef struct recipe {
    char *text;    /* of the file; the words point into it */
    char *dataset; /* named in it; NULL if none */
    const char *name;
    int argc;
    char **argv;
} recipe;

/* Looks for --recipe in argv; without one, argv is taken as it is. Returns OPTIONS_GO_ON or an exit
 * status. Release with recipe_release. */
int recipe_apply(int argc, char **argv, recipe *recipe);
void recipe_release(recipe *recipe);

#endif
