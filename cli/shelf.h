/* Files that come with Inkling: recipes and small trained models, found by name. */
#ifndef INK_CLI_SHELF_H
#define INK_CLI_SHELF_H

#include "inkling/model.h"

#include <stdbool.h>
#include <stddef.h>

/* The path of `name` + `suffix` in `folder` ("recipes", "models"): beside the program's build
 * folder, where it was installed, or in the current folder. False if there is none. */
bool shelf_find(const char *folder, const char *name, const char *suffix, char *path, size_t size);
/* The folder itself, the first of those places where it is. False if there is none. */
bool shelf_folder(const char *folder, char *path, size_t size);
/* The names that are there, joined by ", ". */
void shelf_list(const char *folder, const char *suffix, char *names, size_t size);
/* The model in the file `name`, or the one of that name that comes with Inkling; the error for a
 * name that is neither lists those that are. */
ink_model *shelf_open_model(const char *name, ink_error *err);

#endif
