/* ink_dataset_open: what a name stands for, and what of it is training and what is test. */
#include "inkling/dataset.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/gather.h"
#include "data/fruit.h"
#include "data/glyphs.h"
#include "data/names.h"
#include "data/subset.h"
#include "data/tree.h"

void ink_dataset_options_init(ink_dataset_options *options)
{
    *options = (ink_dataset_options){.folder = NULL, .split = 0.2, .limit = 0, .seed = 1};
}

/* "glyphs" and "glyphs:digits", but not "glyphs.csv". */
static bool begins(const char *name, const char *word)
{
    size_t length = strlen(word);
    return strncmp(name, word, length) == 0 &&
           (name[length] == '\0' || name[length] == ':' || name[length] == ' ');
}

static ink_status gather_from_tree(void *gather, const char *path, const char *name, ink_error *err)
{
    return ink__unpack(path, name, ink__gather_file, gather, err);
}

/* `path` with `from` replaced by `to` and `and_from` by `and_to` in its last word, or NULL where
 * they are not in it; in fresh memory. */
static char *exchange(const char *path, const char *from, const char *to, const char *and_from,
                      const char *and_to, ink_error *err)
{
    const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
    const char *a = strstr(last, from), *b = a ? strstr(a, and_from) : NULL;
    if (!b)
        return NULL;
    const char *middle = a + strlen(from);
    return ink__format(err, "%.*s%s%.*s%s%s", (int)(a - path), path, to, (int)(b - middle), middle,
                       and_to, b + strlen(and_from));
}

/* An IDX file named alone stands for its pair. */
static ink_status gather_partner(ink__gather *gather, const char *path, ink_error *err)
{
    static const char *const words[2][4] = {{"images", "labels", "idx3", "idx1"},
                                            {"labels", "images", "idx1", "idx3"}};
    ink_status status = INK_OK;
    for (int i = 0; status == INK_OK && i < 2; i++) {
        char *partner = exchange(path, words[i][0], words[i][1], words[i][2], words[i][3], err);
        if (partner && ink__file_exists(partner))
            status = ink__unpack(partner, "", ink__gather_file, gather, err);
        ink__free(partner);
    }
    return err->status == INK_OK ? status : err->status;
}

/* What ink_dataset_save writes for a prefix. */
static ink_status gather_saved(ink__gather *gather, const char *prefix, bool *found, ink_error *err)
{
    static const char *const endings[] = {"-images-idx3-ubyte.gz", "-images-idx3-ubyte", ".bin"};
    ink_status status = INK_OK;
    *found = false;
    for (size_t i = 0; status == INK_OK && !*found && i < 3; i++) {
        char *path = ink__format(err, "%s%s", prefix, endings[i]);
        *found = path && ink__file_exists(path);
        status = path ? INK_OK : INK_ENOMEM;
        if (*found)
            status = ink__unpack(path, "", ink__gather_file, gather, err);
        if (*found && status == INK_OK)
            status = gather_partner(gather, path, err);
        ink__free(path);
    }
    return status;
}

static ink_status gather_path(ink__gather *gather, const char *path, ink_error *err)
{
    bool found = true;
    ink_status status = INK_OK;
    if (ink__folder_exists(path)) {
        status = ink__tree_visit(path, gather_from_tree, gather, err);
    } else if (ink__file_exists(path)) {
        status = ink__unpack(path, "", ink__gather_file, gather, err);
        if (status == INK_OK)
            status = gather_partner(gather, path, err);
    } else {
        status = gather_saved(gather, path, &found, err);
    }
    if (status == INK_OK && !found)
        status = ink__fail(err, INK_EIO,
                           "%.300s is neither the name of a data set (mnist, fashion, cifar10, "
                           "quickdraw, fruit, glyphs) nor a file or folder",
                           path);
    return status == INK_OK ? ink__gather_pair(gather, err) : status;
}

static ink_status open_path(const char *path, ink_dataset **train, ink_dataset **test,
                            ink_error *err)
{
    ink__gather gather = {.parts = NULL};
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    size_t start = length;
    while (start > 0 && path[start - 1] != '/')
        start--;
    ink_status status = gather_path(&gather, path, err);
    char *name = ink__format(err, "%.*s", (int)(length - start), path + start);
    if (status == INK_OK)
        status = name ? ink__gather_join(&gather, path, name, NULL, train, test, err) : INK_ENOMEM;
    ink__free(name);
    ink__gather_release(&gather);
    return status;
}

static ink_status open_by_name(const char *name, const ink_dataset_options *options,
                               bool want_train, bool want_test, ink_dataset **train,
                               ink_dataset **test, ink_error *err)
{
    if (!ink__is_published(name) && !ink__is_quickdraw(name))
        return open_path(name, train, test, err);
    char *folder = ink__data_folder(options->folder, err);
    if (!folder)
        return INK_ENOMEM;
    ink_status status;
    if (ink__is_quickdraw(name))
        status = ink__quickdraw_open(name, folder, train, err);
    else
        status = ink__published_open(name, folder, want_train, want_test, train, test, err);
    ink__free(folder);
    return status;
}

/* Holds out and limits what was read. */
static ink_status divide(const ink_dataset_options *options, bool want_train, bool official,
                         ink_dataset **train, ink_dataset **test, ink_error *err)
{
    ink_status status = INK_OK;
    if (!official && !*test && options->split > 0)
        status = ink__dataset_split(*train, options->split, test, err);
    if (status == INK_OK && want_train)
        status = ink__dataset_limit(train, options->limit, err);
    return status;
}

static ink_status open_read(const char *name, const ink_dataset_options *options,
                            ink_dataset **train, ink_dataset **test, ink_error *err)
{
    ink_dataset *training = NULL, *held_out = NULL;
    ink_status status =
        open_by_name(name, options, train != NULL, test != NULL, &training, &held_out, err);
    if (status == INK_OK)
        status = divide(options, train != NULL, ink__is_published(name), &training, &held_out, err);
    if (status != INK_OK || !train) {
        ink_dataset_free(training);
        training = NULL;
    }
    if (status != INK_OK || !test) {
        ink_dataset_free(held_out);
        held_out = NULL;
    }
    if (status == INK_OK && train)
        *train = training;
    if (status == INK_OK && test)
        *test = held_out;
    return status;
}

ink_status ink_dataset_open(const char *name, const ink_dataset_options *options,
                            ink_dataset **train, ink_dataset **test, ink_error *err)
{
    ink_error found = {.status = INK_OK}; /* so that the status is known without `err` */
    ink_dataset_options settings;
    ink_dataset_options_init(&settings);
    if (options)
        settings = *options;
    ink_status status;
    if (!name || !*name)
        status = ink__fail(&found, INK_EINVAL, "the name of a data set is empty");
    else if (!(settings.split >= 0 && settings.split <= 0.9))
        status =
            ink__fail(&found, INK_EINVAL, "%.200s: a test share of %g, where 0 to 0.9 was expected",
                      name, settings.split);
    else if (begins(name, "glyphs"))
        status = ink__glyphs_open(name, &settings, train, test, &found);
    else if (begins(name, "fruit"))
        status = ink__fruit_open(name, &settings, train, test, &found);
    else
        status = open_read(name, &settings, train, test, &found);
    if (status == INK_OK)
        return INK_OK;
    return ink__fail(err, found.status != INK_OK ? found.status : status, "%s", found.text);
}

bool ink_dataset_is_here(const char *name, const char *folder)
{
    if (begins(name, "glyphs") || begins(name, "fruit"))
        return true;
    if (!ink__is_published(name) && !ink__is_quickdraw(name))
        return ink__file_exists(name) || ink__folder_exists(name);
    char *where = ink__data_folder(folder, NULL);
    bool here = where && (ink__is_quickdraw(name) ? ink__quickdraw_is_here(where)
                                                  : ink__published_is_here(name, where));
    ink__free(where);
    return here;
}
