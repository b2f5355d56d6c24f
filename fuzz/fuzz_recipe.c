/* A recipe of any bytes: names are never empty or with blanks, and ends are where they should be.
 */
#include "fuzz/fuzz.h"

#include "train/recipe.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    char *text = calloc(size + 1, 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, bytes, size);
    ink_recipe *recipe = ink__recipe_read(text, &err);
    if (!recipe)
        abort();
    for (size_t i = 0; i < ink_recipe_lines(recipe); i++) {
        const char *name = ink_recipe_name(recipe, i), *value = ink_recipe_value(recipe, i);
        if (strpbrk(name, " \t\n=") || strchr(value, '\n') || strlen(name) + strlen(value) > size)
            abort();
        if (!ink_recipe_find(recipe, name))
            abort();
    }
    if (strlen(ink_recipe_about(recipe)) > size)
        abort();
    ink_recipe_free(recipe);
    free(text);
    return 0;
}
