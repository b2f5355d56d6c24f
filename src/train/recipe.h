/* What reading a recipe is inside. */
#ifndef INK_TRAIN_RECIPE_H
#define INK_TRAIN_RECIPE_H

#include "inkling/recipe.h"

/* From text in memory, which is taken apart. INK_ENOMEM only. */
ink_recipe *ink__recipe_read(char *text, ink_error *err);

#endif
