/* The presets, in the order of the story: each is settings beside the defaults, read like a
 * message from the page. */
#include "studio/say.h"
#include "studio/train/train_setup.h"

#include <stdio.h>
#include <string.h>

#define VIDEO                                                                                      \
    "\"cost\":\"squared\",\"optimizer\":\"sgd\",\"momentum\":0,\"init\":\"sqrt\","                 \
    "\"schedule\":\"constant\""
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

ink_status preset_setup(const char *name, const char *folder, run_setup *setup, ink_error *err)
{
    run_setup found;
    for (const train_preset *p = train_presets; p->name; p++) {
        if (!name || strcmp(p->name, name) != 0)
            continue;
        ink_status status = read_preset(p, folder, &found, err);
        if (status == INK_OK)
            *setup = found;
        return status;
    }
    return say_error(err, INK_EINVAL, "there is no preset \"%.40s\"", name ? name : "");
}

json_t *preset_list(const char *folder)
{
    json_t *list = json_array();
    run_setup setup;
    ink_error err = {.status = INK_OK};
    for (const train_preset *p = train_presets; p->name; p++) {
        if (read_preset(p, folder, &setup, &err) != INK_OK)
            continue;
        /* The numbers of the sentences are those of the real pictures. */
        bool instead = p->otherwise && strcmp(setup.data, p->otherwise) == 0;
        char sentence[256];
        snprintf(sentence, sizeof sentence, "%s%s", p->sentence,
                 instead
                     ? " Now on built-in pictures, where numbers differ: \"More data\" gets the "
                       "real ones."
                     : "");
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:b}", "name", p->name, "title",
                                              p->title, "sentence", sentence, "data", setup.data,
                                              "here", ink_dataset_is_here(setup.data, folder)));
    }
    return list;
}
