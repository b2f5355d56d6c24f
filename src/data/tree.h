/* The files below a folder. */
#ifndef INK_DATA_TREE_H
#define INK_DATA_TREE_H

#include "inkling/error.h"

/* `path` opens the file, `name` is the same without the folder that was walked. */
typedef ink_status ink__tree_visitor(void *context, const char *path, const char *name,
                                     ink_error *err);

/* Calls `visit` for every regular file at most eight folders deep, in the order of their names;
 * hidden files and what archivers leave behind are passed over. Ends at the first call that fails,
 * with its status. */
ink_status ink__tree_visit(const char *folder, ink__tree_visitor *visit, void *context,
                           ink_error *err);

#endif
