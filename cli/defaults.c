/* What `inkling train DATASET` means when nothing else is said: settings that were measured to be
 * good for a run of seconds (docs/recipes.md). */
#include "cli/defaults.h"

#include <stdio.h>
#include <string.h>

#define CE       INK_COST_CROSS_ENTROPY
#define MOMENTUM INK_OPTIMIZER_MOMENTUM
#define COSINE   INK_SCHEDULE_COSINE

static const train_defaults table[] = {
    {"mnist", "-300-", "relu", "softmax", CE, MOMENTUM, 0.05, 32, 10, COSINE, "light shift 0.15"},
    {"fashion", "-300-", "relu", "softmax", CE, MOMENTUM, 0.03, 32, 12, COSINE, "flip 0.5"},
    {"quickdraw", "-300-", "relu", "softmax", CE, MOMENTUM, 0.03, 32, 15, COSINE, "light flip 0.5"},
    {"cifar10", "-512-", "relu", "softmax", CE, MOMENTUM, 0.01, 64, 15, COSINE,
     "pixels 2 flip 0.5"},
    {"glyphs", "-300-", "relu", "softmax", CE, MOMENTUM, 0.05, 32, 10, COSINE, "light"},
    {"fruit:spiral", "-16-16-", "relu", "softmax", CE, MOMENTUM, 0.02, 10, 300, COSINE, "off"},
    {"fruit", "-8-", "tanh", "softmax", CE, MOMENTUM, 0.1, 10, 60, INK_SCHEDULE_CONSTANT, "off"},
    {"(drawings)", "-300-", "relu", "softmax", CE, MOMENTUM, 0.05, 32, 10, COSINE, "off"},
    {"(colour pictures)", "-512-", "relu", "softmax", CE, MOMENTUM, 0.01, 64, 15, COSINE, "off"},
    {"(vectors)", "-32-", "relu", "softmax", CE, MOMENTUM, 0.03, 16, 30, COSINE, "off"},
};
enum { ROWS = sizeof table / sizeof *table, UNKNOWN = ROWS - 3 };

const train_defaults *defaults_for(const char *dataset, bool pictures, int channels)
{
    size_t family = strcspn(dataset, ": "), whole = strcspn(dataset, " ");
    for (size_t i = 0; i < UNKNOWN; i++) {
        size_t length = strlen(table[i].name);
        if ((length == family || length == whole) && strncmp(table[i].name, dataset, length) == 0)
            return &table[i];
    }
    return &table[UNKNOWN + (!pictures ? 2 : channels > 1 ? 1 : 0)];
}

void defaults_network(const train_defaults *defaults, const ink_dataset *data, char *text,
                      size_t size)
{
    int height, width, channels;
    ink_dataset_shape(data, &height, &width, &channels);
    snprintf(text, size, "%lld%s%d", (long long)height * width * channels, defaults->hidden,
             ink_dataset_classes(data));
}
