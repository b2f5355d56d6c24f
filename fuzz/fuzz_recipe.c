/* A recipe of any bytes: names have no blanks, values no lines, and ends are where they should be.
 */
#include "fuzz/fuzz.h"

#include "train/recipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    ink_error err = {.status = INK_OK};
    char *text = fuzz_text(bytes, size);
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
