/* `inkling info` and `inkling gradcheck`: looking inside. */
#include "inkling/inkling.h"

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/shelf.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct info_options {
    const char *net, *cost;
    uint64_t seed;
    bool json;
} info_options;

static const option_row info_rows[] = {
    {OPTION_GROUP, "Options", NULL, NULL, 0, 0, 0},
    {OPTION_FLAG, "json", NULL, "one object [no]", offsetof(info_options, json), 0, 0},
};

static const option_table info_table = {
    .usage = "inkling info MODEL [--json]",
    .about =
        "Says what is in a model file: layers, classes, framing, and how it was trained. MODEL is\n"
        "a file, or the name of one that comes with Inkling.",
    .rows = info_rows,
    .count = sizeof info_rows / sizeof *info_rows,
    .least = 1,
    .most = 1};

static json_t *json_layers(const ink_network *network)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ink_network_layer_count(network); i++) {
        ink_layer_info layer = ink_network_layer(network, i);
        json_array_append_new(list, json_pack("{s:s, s:[i, i, i], s:I, s:o}", "layer", layer.text,
                                              "output", layer.out_height, layer.out_width,
                                              layer.out_channels, "parameters",
                                              (json_int_t)layer.parameter_count, "operations",
                                              json_number(layer.operations)));
    }
    return list;
}

static void info_json(const ink_model *model, const char *sha)
{
    json_t *classes = json_array();
    for (int k = 0; k < model->classes; k++)
        json_array_append_new(classes, json_string(model->class_names[k]));
    json_line(json_pack("{s:s, s:I, s:o, s:o, s:s, s:s, s:[i, i, i], s:s, s:o}", "network",
                        ink_network_text(model->network), "parameters",
                        (json_int_t)ink_network_parameter_count(model->network), "layers",
                        json_layers(model->network), "classes", classes, "framing",
                        ink_framing_name(model->framing), "cost", ink_cost_name(model->cost),
                        "picture", model->picture_height, model->picture_width,
                        model->picture_channels, "weights_sha256", sha, "record",
                        json_loads(model->record, 0, NULL)));
}

static void print_record(json_t *object, int depth)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        printf("%*s%s: ", 2 * depth, "", key);
        char *text = json_is_object(value)
                         ? NULL
                         : json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        printf("%s\n", text ? text : "");
        free(text);
        if (json_is_object(value))
            print_record(value, depth + 1);
    }
}

static void info_text(const ink_model *model, const char *sha)
{
    const ink_network *network = model->network;
    printf("%s\n", ink_network_text(network));
    for (size_t i = 0; i < ink_network_layer_count(network); i++) {
        ink_layer_info layer = ink_network_layer(network, i);
        printf("  %-28s -> %dx%dx%d  %12s parameters  %12s operations\n", layer.text,
               layer.out_height, layer.out_width, layer.out_channels,
               thousands((double)layer.parameter_count), thousands(layer.operations));
    }
    printf("%s parameters, SHA-256 %s\n", thousands((double)ink_network_parameter_count(network)),
           sha);
    printf("looks at %d x %d x %d, framing %s, cost %s\nclasses:", model->picture_height,
           model->picture_width, model->picture_channels, ink_framing_name(model->framing),
           ink_cost_name(model->cost));
    for (int k = 0; k < model->classes; k++)
        printf("%s %s", k ? "," : "", model->class_names[k]);
    printf("\n");
    json_t *record = json_loads(model->record, 0, NULL);
    print_record(record, 0);
    json_decref(record);
}

int command_info(int argc, char **argv)
{
    info_options o = {.json = false};
    ink_error err = {.status = INK_OK};
    const char *path;
    size_t count;
    int status = options_parse(&info_table, argc, argv, &o, NULL, &path, &count);
    if (status != OPTIONS_GO_ON)
        return status;
    ink_model *model = shelf_open_model(path, &err);
    if (!model)
        return complain(&err);
    char sha[65] = "";
    ink_network_sha256(model->network, sha, NULL);
    (o.json ? info_json : info_text)(model, sha);
    ink_model_free(model);
    return EXIT_GOOD;
}

/* ---- gradcheck ---- */

static const option_row gradcheck_rows[] = {
    {OPTION_GROUP, "Options", NULL, NULL, 0, 0, 0},
    {OPTION_TEXT, "net", "TEXT",
     "the network [\"6 dense 8 sigmoid dense 7 tanh norm dense 6 gelu dense 5\n"
     "                         silu dense 4 softmax\"]",
     offsetof(info_options, net), 0, 0},
    {OPTION_TEXT, "cost", "C", "cross-entropy or squared [cross-entropy]",
     offsetof(info_options, cost), 0, 0},
    {OPTION_WHOLE, "seed", "S", "of weights and samples [1]", offsetof(info_options, seed), 0,
     18446744073709549568.0},
};

static const option_table gradcheck_table = {
    .usage = "inkling gradcheck [--net TEXT] [options]",
    .about =
        "Compares the gradient that backpropagation finds with central differences: nudge one\n"
        "parameter up and down, look at the cost. Layer by layer; 0 would be the same.",
    .rows = gradcheck_rows,
    .count = sizeof gradcheck_rows / sizeof *gradcheck_rows,
    .least = 0,
    .most = 0};

/* Single precision leaves about three digits of a difference of costs. */
static const double TOLERANCE = 0.02;

static int report_gradcheck(const ink_network *network, const ink_gradcheck_layer *results)
{
    bool good = true;
    for (size_t i = 0; i < ink_network_layer_count(network); i++) {
        const ink_gradcheck_layer *r = &results[i];
        ink_layer_info layer = ink_network_layer(network, i);
        printf("  %-28s", layer.text);
        if (r->checked > 0)
            printf("  %8zu parameters, %2zu nudges, worst relative difference %.1e",
                   layer.parameter_count, r->checked, r->worst);
        else
            printf("  no parameters");
        if (i == 0)
            printf(", inputs %.1e", r->input_worst);
        bool fine =
            (r->checked == 0 || r->worst < TOLERANCE) && (i > 0 || r->input_worst < TOLERANCE);
        puts(fine ? "" : "  <- wrong");
        good &= fine;
    }
    puts(good ? "backpropagation agrees with central differences"
              : "backpropagation does NOT agree with central differences");
    return good ? EXIT_GOOD : EXIT_WORLD;
}

int command_gradcheck(int argc, char **argv)
{
    info_options o = {.net = "6 dense 8 sigmoid dense 7 tanh norm dense 6 gelu dense 5 silu dense "
                             "4 softmax",
                      .seed = 1};
    ink_error err = {.status = INK_OK};
    ink_cost cost = INK_COST_CROSS_ENTROPY;
    size_t count;
    int status = options_parse(&gradcheck_table, argc, argv, &o, NULL, NULL, &count);
    if (status != OPTIONS_GO_ON)
        return status;
    if (o.cost && ink_cost_parse(o.cost, &cost, &err) != INK_OK)
        return complain(&err);
    ink_network *network = ink_network_new(o.net, &err);
    ink_gradcheck_layer *results =
        network ? calloc(ink_network_layer_count(network), sizeof *results) : NULL;
    if (results && ink_gradcheck(network, cost, o.seed, results, &err) == INK_OK)
        status = report_gradcheck(network, results);
    else
        status = complain(&err);
    free(results);
    ink_network_free(network);
    return status;
}
