/* The presets, in the order of the story: each is settings beside the defaults, read like a
 * message from the page. Behind them the recipes; one that asks for more than the page
 * has settings for is left out. */
#include "inkling/recipe.h"
#include "studio/say.h"
#include "studio/train/train_setup.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VIDEO                                                                                      \
    "\"cost\":\"squared\",\"optimizer\":\"sgd\",\"momentum\":0,\"init\":\"sqrt\","                 \
    "\"schedule\":\"constant\""
#define RECIPE  "recipe:"
#define DOODLES "quickdraw:airplane,banana,bird,book,cat,clock,dog,flower,house,rainbow"

const train_preset train_presets[] = {
    {"one-layer", "784-10", "No hidden layer: about 90 % of digits it has never seen.",
     "glyphs:digits",
     "{\"data\":\"mnist\",\"net\":\"784 dense 10 sigmoid\",\"rate\":0.25,\"batch\":100,"
     "\"epochs\":10," VIDEO "}"},
    {"hidden", "784-100-10", "A hidden layer of 100, sigmoid and squared cost: about 95 %.",
     "glyphs:digits",
     "{\"data\":\"mnist\",\"net\":\"784 dense 100 sigmoid dense 10 sigmoid\",\"rate\":1,"
     "\"batch\":32,\"epochs\":10," VIDEO "}"},
    {"momentum", "Momentum, cross-entropy, ReLU", "The same size, better tools: 97 to 98 %.",
     "glyphs:digits",
     "{\"data\":\"mnist\",\"net\":\"784-100-10\",\"rate\":0.05,\"momentum\":0.9,\"batch\":32,"
     "\"epochs\":10,\"schedule\":\"constant\"}"},
    {"too-high", "Rate too high",
     "Every step jumps over the valley: it fails, and the doctor "
     "says why.",
     "glyphs:digits",
     "{\"data\":\"mnist\",\"net\":\"784-100-10\",\"rate\":5,\"momentum\":0.9,\"batch\":32,"
     "\"epochs\":10,\"schedule\":\"constant\"}"},
    {"moved", "With turning and noise",
     "A bigger network, every picture moved as by a hand: "
     "ready for your own digits.",
     "glyphs:digits",
     "{\"data\":\"mnist\",\"net\":\"784-300-10\",\"rate\":0.05,\"batch\":32,\"epochs\":15,"
     "\"schedule\":\"cosine\",\"turn\":0.15,\"scale\":0.1,\"shift\":0.8,\"noise\":0.05}"},
    {"fashion", "Fashion", "Clothes instead of digits: about 89 %.", NULL,
     "{\"data\":\"fashion\",\"net\":\"784-300-10\",\"rate\":0.03,\"batch\":32,\"epochs\":12,"
     "\"schedule\":\"cosine\",\"flip\":0.5}"},
    {"doodles", "Ten doodles",
     "Drawings of strangers, ten kinds: about 82 % from 4,000 of each, more from more.",
     "glyphs:doodles",
     "{\"data\":\"" DOODLES "\",\"net\":\"784-300-10\",\"rate\":0.03,\"batch\":64,\"epochs\":12,"
     "\"schedule\":\"cosine\",\"turn\":0.07,\"scale\":0.05,\"shift\":0.3,\"flip\":0.5}"},
    {"cifar-dense", "CIFAR-10, dense", "Colour photographs: a dense network stops at about 53 %.",
     NULL,
     "{\"data\":\"cifar10\",\"net\":\"3072-512-10\",\"rate\":0.01,\"batch\":64,\"epochs\":15,"
     "\"schedule\":\"cosine\",\"pixels\":2,\"flip\":0.5}"},
    {"convolution", "The promised convolutional network",
     "Small filters slide over the photograph: well past the dense network, with fewer weights.",
     NULL,
     "{\"data\":\"cifar10\",\"net\":\"32x32x3 conv 16 5x5 relu pool 2 conv 32 5x5 relu pool 2 "
     "dense 10 softmax\",\"rate\":0.02,\"batch\":64,\"epochs\":8,\"schedule\":\"cosine\","
     "\"pixels\":2,\"flip\":0.5}"},
    {NULL, NULL, NULL, NULL, NULL},
};

static ink_status read_preset(const train_preset *preset, const char *folder, run_setup *setup,
                              ink_error *err)
{
    json_error_t wrong;
    json_t *settings = json_loads(preset->settings, JSON_REJECT_DUPLICATES, &wrong);
    run_setup_init(setup);
    ink_status status =
        settings
            ? setup_read(settings, setup, err)
            : say_error(err, INK_EINVAL, "there is no memory for the preset %.40s", preset->name);
    json_decref(settings);
    if (status == INK_OK && preset->otherwise && !ink_dataset_is_here(setup->data, folder))
        snprintf(setup->data, sizeof setup->data, "%s", preset->otherwise);
    return status;
}

/* ---- recipes ---- */

/* Into `path`; false for what is no name of a file here. */
static bool recipe_path(const char *name, const char *folder, char *path, size_t size)
{
    return folder && *name && !strpbrk(name, "/\\") && name[0] != '.' &&
           (size_t)snprintf(path, size, "%s/%s.txt", folder, name) < size;
}

/* A recipe's names are those of options: "dataset" there is "data" here, and "-" is "_". */
static ink_status read_recipe(const ink_recipe *recipe, run_setup *setup, ink_error *err)
{
    ink_status status = INK_OK;
    run_setup_init(setup);
    for (size_t i = 0; status == INK_OK && i < ink_recipe_lines(recipe); i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", ink_recipe_name(recipe, i));
        for (char *dash = name; (dash = strchr(dash, '-'));)
            *dash = '_';
        status = setup_read_words(strcmp(name, "dataset") == 0 ? "data" : name,
                                  ink_recipe_value(recipe, i), setup, err);
    }
    return status == INK_OK ? ink_augment_check(&setup->settings.augment, err) : status;
}

static ink_recipe *open_recipe(const char *name, const char *folder, run_setup *setup,
                               ink_error *err)
{
    char path[4096];
    if (!recipe_path(name, folder, path, sizeof path) || access(path, R_OK) != 0) {
        say_error(err, INK_EINVAL, "there is no recipe \"%.40s\"", name);
        return NULL;
    }
    ink_recipe *recipe = ink_recipe_open(path, err);
    if (recipe && read_recipe(recipe, setup, err) == INK_OK)
        return recipe;
    ink_recipe_free(recipe);
    return NULL;
}

/* The name of a recipe in the name of a preset; NULL where that is none. */
static const char *recipe_in(const char *name)
{
    size_t length = strlen(RECIPE);
    return strncmp(name, RECIPE, length) == 0 ? name + length : NULL;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_recipe(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".txt") == 0;
}

/* Those that the page has all settings for. */
static void list_recipes(json_t *list, const preset_places *places)
{
    struct dirent **entries;
    int count = places->recipes ? scandir(places->recipes, &entries, is_recipe, by_name) : -1;
    for (int i = 0; i < count; i++) {
        run_setup setup;
        ink_error err = {.status = INK_OK};
        char name[256 + sizeof RECIPE], title[sizeof name + 8];
        snprintf(name, sizeof name, RECIPE "%.*s", (int)strlen(entries[i]->d_name) - 4,
                 entries[i]->d_name);
        free(entries[i]);
        ink_recipe *recipe = open_recipe(recipe_in(name), places->recipes, &setup, &err);
        if (!recipe)
            continue;
        preset_title(name, title, sizeof title);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "name", name, "title", title,
                            "sentence", ink_recipe_about(recipe), "data", setup.data, "here",
                            ink_dataset_is_here(setup.data, places->data), "recipe", true));
        ink_recipe_free(recipe);
    }
    if (count >= 0)
        free(entries);
}

/* ---- all of them ---- */

static const train_preset *preset_named(const char *name)
{
    for (const train_preset *p = train_presets; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

ink_status preset_setup(const char *name, const preset_places *places, run_setup *setup,
                        ink_error *err)
{
    run_setup found;
    const char *recipe = name ? recipe_in(name) : NULL;
    const train_preset *preset = name ? preset_named(name) : NULL;
    if (recipe) {
        ink_recipe *file = open_recipe(recipe, places->recipes, &found, err);
        if (!file)
            return err->status;
        ink_recipe_free(file);
    } else if (!preset) {
        return say_error(err, INK_EINVAL, "there is no preset \"%.40s\"", name ? name : "");
    } else if (read_preset(preset, places->data, &found, err) != INK_OK) {
        return err->status;
    }
    *setup = found;
    return INK_OK;
}

void preset_title(const char *name, char *title, size_t size)
{
    const char *recipe = recipe_in(name);
    const train_preset *preset = preset_named(name);
    snprintf(title, size, "%s%s", recipe ? "Recipe " : "",
             recipe   ? recipe
             : preset ? preset->title
                      : name);
}

json_t *preset_list(const preset_places *places)
{
    json_t *list = json_array();
    run_setup setup;
    ink_error err = {.status = INK_OK};
    for (const train_preset *p = train_presets; p->name; p++) {
        if (read_preset(p, places->data, &setup, &err) != INK_OK)
            continue;
        /* The numbers of the sentences are those of the real pictures. */
        bool instead = p->otherwise && strcmp(setup.data, p->otherwise) == 0;
        char sentence[256];
        snprintf(sentence, sizeof sentence, "%s%s", p->sentence,
                 instead
                     ? " Now on built-in pictures, where numbers differ: \"More data\" gets the "
                       "real ones."
                     : "");
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "name", p->name, "title", p->title,
                            "sentence", sentence, "data", setup.data, "here",
                            ink_dataset_is_here(setup.data, places->data), "recipe", false));
    }
    list_recipes(list, places);
    return list;
}
