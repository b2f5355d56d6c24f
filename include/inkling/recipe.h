/* Recipes: readable text files that say what to train and how. A line is a name and a value
 * ("epochs 8"), named as the options of `inkling train` without their dashes; "dataset NAME" says
 * what it is for. A line that begins with a blank goes on with the value of the line before. What
 * follows "#" at a line's start or behind a blank is for people; a line with nothing else is as if
 * it were not there.
 *
 * Thread safety: a recipe does not change once it is read. */
#ifndef INKLING_RECIPE_H
#define INKLING_RECIPE_H

#include "inkling/error.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ink_recipe ink_recipe;

/* Reads a file, or a pipe, of at most 64 KiB. INK_EIO where it cannot be read, INK_EFORMAT where it
 * is longer or no text, INK_ENOMEM. */
INK_API ink_recipe *ink_recipe_open(const char *path, ink_error *err);
INK_API void ink_recipe_free(ink_recipe *recipe);

/* Its lines in order, with no judgement whether such a name or value exists; `line` is below
 * ink_recipe_lines. Both strings are the recipe's. A name ends at a blank or at "=" (and is ""
 * before one), a value is "" where there is none, and what goes on over lines has a single blank
 * between them. */
INK_API size_t ink_recipe_lines(const ink_recipe *recipe);
INK_API const char *ink_recipe_name(const ink_recipe *recipe, size_t line);
INK_API const char *ink_recipe_value(const ink_recipe *recipe, size_t line);
/* The value of the last line of that name; NULL without. */
INK_API const char *ink_recipe_find(const ink_recipe *recipe, const char *name);
/* What it says of itself: its comments before the first setting, as one line; "" without. */
INK_API const char *ink_recipe_about(const ink_recipe *recipe);

#ifdef __cplusplus
}
#endif
#endif
