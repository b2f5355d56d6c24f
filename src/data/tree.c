/* The files below a folder, in an order that does not depend on the file system. */
#include "data/tree.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

/* Links may lead back up: the depth ends such a walk, the count keeps many of them from
 * multiplying. */
enum { MOST_DEPTH = 8, MOST_ENTRIES = 4000000 };

typedef struct walk {
    const char *root;
    ink__tree_visitor *visit;
    void *context;
    size_t entries;
} walk;

static ink_status walk_folder(walk *w, const char *path, const char *name, int depth,
                              ink_error *err);

static ink_status walk_entry(walk *w, const char *path, const char *name, int depth, ink_error *err)
{
    if (++w->entries > MOST_ENTRIES)
        return ink__fail(err, INK_EFORMAT, "%.300s holds more than the %d files that are looked at",
                         w->root, (int)MOST_ENTRIES);
    if (ink__folder_exists(path))
        return depth < MOST_DEPTH ? walk_folder(w, path, name, depth + 1, err) : INK_OK;
    return ink__file_exists(path) ? w->visit(w->context, path, name, err) : INK_OK;
}

static ink_status walk_folder(walk *w, const char *path, const char *name, int depth,
                              ink_error *err)
{
    char **names = NULL;
    size_t count = 0;
    ink_status status = ink__folder_list(path, &names, &count, err);
    for (size_t i = 0; status == INK_OK && i < count; i++) {
        if (names[i][0] == '.' || strcmp(names[i], "__MACOSX") == 0)
            continue;
        char *below = ink__path_join(path, names[i], err);
        char *inner = *name ? ink__path_join(name, names[i], err) : ink__strdup(names[i], err);
        status = below && inner ? walk_entry(w, below, inner, depth, err) : INK_ENOMEM;
        ink__free(below);
        ink__free(inner);
    }
    ink__folder_free(names, count);
    return status;
}

ink_status ink__tree_visit(const char *folder, ink__tree_visitor *visit, void *context,
                           ink_error *err)
{
    walk w = {.root = folder, .visit = visit, .context = context};
    return walk_folder(&w, folder, "", 0, err);
}
