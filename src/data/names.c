/* The published sets MNIST, Fashion-MNIST and CIFAR-10: their files are known by name, but may lie
 * in any folder below the data folder, packed or not. */
#include "data/names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/tree.h"

enum { MOST_FILES = 6, MOST_PACKED = 4, CLASSES = 10 };

typedef struct published {
    ink__expected expected;
    const char *files[MOST_FILES]; /* without ".gz" and the like; the role is told by the name */
    const char *packed[MOST_PACKED];
    const char *hint;     /* a word of the folder's name that makes it the better choice */
    const char *foreign;  /* a word that makes it another set's, or NULL */
    const char *required; /* a word that must be in it, or NULL */
} published;

static const char *const DIGITS[CLASSES] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
static const char *const CLOTHES[CLASSES] = {"T-shirt/top", "Trouser",   "Pullover", "Dress",
                                             "Coat",        "Sandal",    "Shirt",    "Sneaker",
                                             "Bag",         "Ankle boot"};

#define IDX_FILES                                                                                  \
    {                                                                                              \
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",            \
            "t10k-labels-idx1-ubyte"                                                               \
    }

/* The names of Fashion-MNIST's files are those of MNIST: only the folder tells them apart. */
static const published PUBLISHED[] = {
    {.expected = {"mnist", true, 28, 28, 1, DIGITS, CLASSES},
     .files = IDX_FILES,
     .packed = {"mnist.npz", "mnist.zip", "mnist.tar.gz", "mnist.tar.xz"},
     .hint = "mnist",
     .foreign = "fashion"},
    {.expected = {"fashion", true, 28, 28, 1, DIGITS, CLASSES},
     .files = IDX_FILES,
     .packed = {"fashion-mnist.npz", "fashion_mnist.npz", "fashion-mnist.zip",
                "fashion-mnist.tar.gz"},
     .hint = "fashion",
     .required = "fashion"},
    {.expected = {"cifar10", true, 32, 32, 3, ink__cifar_classes, CLASSES},
     .files = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
               "data_batch_5.bin", "test_batch.bin"},
     .packed = {"cifar-10-binary.tar", "cifar-10-binary.tar.gz", "cifar-10-binary.tar.xz",
                "cifar-10-binary.zip"},
     .hint = "cifar"},
};

char *ink__data_folder(const char *chosen, ink_error *err)
{
    const char *variable = getenv("INKLING_DATA"), *home = getenv("XDG_DATA_HOME");
    if (chosen)
        return ink__strdup(chosen, err);
    if (variable && *variable)
        return ink__strdup(variable, err);
    if (home && *home)
        return ink__path_join(home, "inkling", err);
    home = getenv("HOME");
    return ink__path_join(home && *home ? home : ".", ".local/share/inkling", err);
}

static const published *find_published(const char *name)
{
    for (size_t i = 0; i < sizeof PUBLISHED / sizeof *PUBLISHED; i++)
        if (strcmp(name, PUBLISHED[i].expected.set) == 0)
            return &PUBLISHED[i];
    return NULL;
}

bool ink__is_published(const char *name)
{
    return find_published(name) != NULL;
}

/* The best place so far, and the one that is being looked at. Files of one folder come together,
 * because a folder is walked in order; those in folders below it may come between. */
typedef struct place {
    char *folder;
    char *files[MOST_FILES];
    int count;
    bool hinted;
} place;

typedef struct search {
    const published *set;
    const char *base; /* the last word of the data folder, which may name the set too */
    place *places;
    size_t count, room;
    char *packed;
} search;

/* "train-images-idx3-ubyte" for "train-images.idx3-ubyte.gz". */
static void plain_name(const char *name, char *plain, size_t size)
{
    static const char *const endings[] = {".gz", ".xz", ".zip"};
    size_t length = strlen(name);
    for (size_t i = 0; i < 3; i++)
        if (length > strlen(endings[i]) &&
            strcmp(name + length - strlen(endings[i]), endings[i]) == 0) {
            length -= strlen(endings[i]);
            break;
        }
    snprintf(plain, size, "%.*s", (int)(length < size ? length : size - 1), name);
    char *dot = strstr(plain, ".idx");
    if (dot)
        *dot = '-';
}

static bool has_word(const search *s, const char *path, const char *word)
{
    return strcasestr(s->base, word) || strcasestr(path, word);
}

/* Is what lies here of the set that is searched? */
static bool belongs(const search *s, const char *name)
{
    const published *set = s->set;
    return !(set->foreign && has_word(s, name, set->foreign)) &&
           (!set->required || has_word(s, name, set->required));
}

static place *place_of(search *s, const char *path, size_t length, bool hinted, ink_error *err)
{
    for (size_t i = 0; i < s->count; i++)
        if (strncmp(s->places[i].folder, path, length) == 0 && !s->places[i].folder[length])
            return &s->places[i];
    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 4;
        place *larger = ink__realloc(s->places, s->room, room, sizeof *larger, err);
        if (!larger)
            return NULL;
        s->places = larger;
        s->room = room;
    }
    char *folder = ink__format(err, "%.*s", (int)length, path);
    if (!folder)
        return NULL;
    s->places[s->count] = (place){.folder = folder, .hinted = hinted};
    return &s->places[s->count++];
}

static ink_status look_at(void *context, const char *path, const char *name, ink_error *err)
{
    search *s = context;
    char plain[64];
    const char *last = strrchr(path, '/') + 1;
    if (!belongs(s, name))
        return INK_OK;
    for (size_t i = 0; i < MOST_PACKED && !s->packed; i++)
        if (s->set->packed[i] && strcmp(last, s->set->packed[i]) == 0)
            return (s->packed = ink__strdup(path, err)) ? INK_OK : INK_ENOMEM;
    plain_name(last, plain, sizeof plain);
    for (size_t i = 0; i < MOST_FILES && s->set->files[i]; i++) {
        if (strcmp(plain, s->set->files[i]) != 0)
            continue;
        place *here =
            place_of(s, path, (size_t)(last - path) - 1, has_word(s, name, s->set->hint), err);
        if (!here)
            return INK_ENOMEM;
        if (here->files[i]) /* packed and unpacked side by side: the first of them will do */
            return INK_OK;
        here->files[i] = ink__strdup(path, err);
        here->count++;
        return here->files[i] ? INK_OK : INK_ENOMEM;
    }
    return INK_OK;
}

static void search_release(search *s)
{
    for (size_t i = 0; i < s->count; i++) {
        for (int k = 0; k < MOST_FILES; k++)
            ink__free(s->places[i].files[k]);
        ink__free(s->places[i].folder);
    }
    ink__free(s->places);
    ink__free(s->packed);
}

/* The folder with most of the files; among equals one whose name speaks of the set. */
static const place *best_place(const search *s)
{
    const place *best = NULL;
    for (size_t i = 0; i < s->count; i++) {
        const place *p = &s->places[i];
        if (!best || p->count > best->count ||
            (p->count == best->count && p->hinted && !best->hinted))
            best = p;
    }
    return best;
}

static ink_status gather_place(ink__gather *gather, const published *set, const place *here,
                               ink_error *err)
{
    ink_status status = INK_OK;
    for (size_t i = 0; status == INK_OK && i < MOST_FILES && set->files[i]; i++) {
        bool test = ink__role_of(set->files[i], strlen(set->files[i])) == INK__ROLE_TEST;
        if (gather->unwanted != INK__ROLE_NONE && test == (gather->unwanted == INK__ROLE_TEST))
            continue;
        if (!here->files[i])
            return ink__fail(err, INK_EIO,
                             "%.250s lacks %s, which %s needs: get it with `inkling data get %s`",
                             here->folder, set->files[i], set->expected.set, set->expected.set);
        status = ink__unpack(here->files[i], set->files[i], ink__gather_file, gather, err);
    }
    return status;
}

static ink_status not_found(const published *set, const char *folder, ink_error *err)
{
    const char *why = ink__folder_exists(folder) ? "" : ", which does not exist";
    return ink__fail(
        err, INK_EIO,
        "%s was not found: looked for %s (also .gz) and %s below %.200s%s; get it with "
        "`inkling data get %s`",
        set->expected.set, set->files[0], set->packed[1], folder, why, set->expected.set);
}

static ink_status join_published(ink__gather *gather, const published *set, const char *from,
                                 bool want_train, bool want_test, ink_dataset **train,
                                 ink_dataset **test, ink_error *err)
{
    const char *name = set->expected.set;
    ink_status status = ink__gather_pair(gather, err);
    if (status == INK_OK)
        status = ink__gather_join(gather, from, name, &set->expected, train, test, err);
    if (status != INK_OK)
        return status;
    if ((want_train && !*train) || (want_test && !*test))
        return ink__fail(
            err, INK_EFORMAT,
            "%.250s holds no %s samples of %s: get it again with `inkling data get %s`", from,
            *train ? "test" : "training", name, name);
    ink_dataset *both[2] = {*train, *test};
    for (int i = 0; i < 2; i++) {
        if (both[i] && strcmp(name, "mnist") == 0)
            both[i]->framing = INK_FRAMING_MNIST;
        for (int k = 0; both[i] && strcmp(name, "fashion") == 0 && k < CLASSES; k++)
            if (ink__dataset_name_class(both[i], k, CLOTHES[k], err) != INK_OK)
                return INK_ENOMEM;
    }
    return INK_OK;
}

static ink_status search_folder(search *s, const char *name, const char *folder, ink_error *err)
{
    const char *slash = strrchr(folder, '/');
    *s = (search){.set = find_published(name), .base = slash ? slash + 1 : folder};
    return ink__folder_exists(folder) ? ink__tree_visit(folder, look_at, s, err) : INK_OK;
}

bool ink__published_is_here(const char *name, const char *folder)
{
    search s;
    bool here = search_folder(&s, name, folder, NULL) == INK_OK && (s.count > 0 || s.packed);
    search_release(&s);
    return here;
}

ink_status ink__published_open(const char *name, const char *folder, bool want_train,
                               bool want_test, ink_dataset **train, ink_dataset **test,
                               ink_error *err)
{
    search s;
    ink__gather gather = {.unwanted = !want_test    ? INK__ROLE_TEST
                                      : !want_train ? INK__ROLE_TRAIN
                                                    : INK__ROLE_NONE};
    ink_dataset *training = NULL, *held_out = NULL;
    ink_status status = search_folder(&s, name, folder, err);
    const place *here = best_place(&s);
    const char *from = here ? here->folder : s.packed;
    if (status == INK_OK && here && (here->count > 1 || !s.packed))
        status = gather_place(&gather, s.set, here, err);
    else if (status == INK_OK && s.packed)
        status = ink__unpack(from = s.packed, "", ink__gather_file, &gather, err);
    else if (status == INK_OK)
        status = not_found(s.set, folder, err);
    if (status == INK_OK)
        status =
            join_published(&gather, s.set, from, want_train, want_test, &training, &held_out, err);
    ink__gather_release(&gather);
    search_release(&s);
    if (status != INK_OK) {
        ink_dataset_free(training);
        ink_dataset_free(held_out);
        return status;
    }
    *train = training;
    *test = held_out;
    return INK_OK;
}
