/* `inkling train`: from the words on the command line to a model file. */
#include "inkling/inkling.h"

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/precision_choice.h"
#include "cli/recipe_options.h"
#include "cli/train_job.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW(kind, name, member, value, help, least, most)                                          \
    {                                                                                              \
        OPTION_##kind, name, value, help, offsetof(train_options, member), least, most             \
    }
#define GROUP(heading)                                                                             \
    {                                                                                              \
        OPTION_GROUP, heading, NULL, NULL, 0, 0, 0                                                 \
    }

static const option_row rows[] = {
    ROW(TEXT, "recipe", recipe, "NAME",
        "options from recipes/NAME.txt or a path; those given beside it\n"
        "                         win [none]",
        0, 0),
    GROUP("The network"),
    ROW(TEXT, "net", net, "TEXT",
        "layers: 784-100-10, or \"784 dense 300 relu dense 10 softmax\"\n"
        "                         [by data set: 784-300-10 for mnist]",
        0, 0),
    ROW(TEXT, "activation", activation, "A",
        "of hidden layers: identity sigmoid tanh relu leaky silu gelu [relu]", 0, 0),
    ROW(TEXT, "output", output, "A", "of the last layer: softmax sigmoid identity ... [softmax]", 0,
        0),
    ROW(NUMBER, "dropout", dropout, "P", "after hidden layers, probability of 0 [0]", 0, 0.95),
    ROW(NUMBER, "input-noise", input_noise, "N", "normal noise on the inputs, s.d. [0]", 0, 100),
    ROW(TEXT, "init", init, "I", "first weights: auto sqrt he glorot dirac [auto]", 0, 0),
    GROUP("How it learns"),
    ROW(TEXT, "cost", cost, "C", "cross-entropy or squared [cross-entropy]", 0, 0),
    ROW(TEXT, "optimizer", optimizer, "O",
        "sgd momentum nesterov rmsprop adam adamw, or muon for networks\n"
        "                         with convolutions [momentum]",
        0, 0),
    ROW(NUMBER, "rate", rate, "R", "learning rate [by data set: 0.05 for mnist]", 1e-30, 1e30),
    ROW(NUMBER, "momentum", momentum, "M",
        "also Adam's beta1; for muon that of convolutions' weights,\n"
        "                         all else has 0.85 [0.9]",
        0, 0.999999),
    ROW(NUMBER, "beta2", beta2, "B", "of rmsprop and adam [0.99, 0.999]", 0, 0.999999),
    ROW(NUMBER, "epsilon", epsilon, "E", "of rmsprop and adam [1e-8]", 0, 1),
    ROW(NUMBER, "weight-decay", weight_decay, "W",
        "L2; decoupled for adamw and muon's matrices [0]", 0, 1e6),
    ROW(NUMBER, "bias-rate", bias_rate, "F",
        "rate of biases and norms, times --rate; 0 = they stay [1]", 0, 1e6),
    ROW(NUMBER, "dense-rate", dense_rate, "F", "rate of dense weights, times --rate [1]", 0, 1e6),
    ROW(NUMBER, "bias-decay", bias_decay, "F",
        "decay of biases and norms, times --weight-decay [0]", 0, 1e6),
    ROW(NUMBER, "dense-decay", dense_decay, "F", "decay of dense weights, times --weight-decay [1]",
        0, 1e6),
    ROW(TEXT, "schedule", schedule, "S",
        "constant decay step cosine linear onecycle\n"
        "                         [by data set: cosine for mnist]",
        0, 0),
    ROW(NUMBER, "decay", decay, "D", "rate / (1 + D epoch); implies --schedule decay [0]", 0, 1e6),
    ROW(NUMBER, "warmup", warmup, "E", "epochs in which the rate rises from 0 [0]", 0, 1e6),
    ROW(NUMBER, "clip", clip, "N", "largest norm of the gradient; 0 = any [0]", 0, 1e30),
    ROW(NUMBER, "label-smoothing", label_smoothing, "S", "targets mixed with 1/classes [0]", 0,
        0.5),
    ROW(NUMBER, "average", average, "A", "moving average of the weights, e.g. 0.999 [0: off]", 0,
        0.999999),
    ROW(TEXT, "gradient", gradient, "G", "backprop finite central [backprop]", 0, 0),
    ROW(NUMBER, "nudge", nudge, "H", "of finite differences [0.001]", 1e-9, 1),
    ROW(WHOLE, "batch", batch, "B", "samples an update; 0 = all [by data set: 32 for mnist]", 0,
        1000000),
    ROW(NUMBER, "epochs", epochs, "E",
        "passes over the data, may be 0.5 [by data set: 10 for mnist]", 1e-6, 1e6),
    ROW(WHOLE, "patience", patience, "N", "stop after N evaluations that are no better [0: never]",
        0, 1000000),
    ROW(FLAG, "keep-best", keep_best, NULL,
        "keep the weights best on a tenth held out of the training set [no]", 0, 0),
    ROW(WHOLE, "seed", seed, "S", "the same seed gives the same bits, for any threads [1]", 0,
        18446744073709549568.0),
    ROW(TEXT, "precision", precision, "P", "of convolutions: " PRECISION_HELP, 0, 0),
    ROW(WHOLE, "threads", threads, "T", "0 = all processors [0]", 0, 256),
    GROUP("The data"),
    ROW(TEXT, "augment", augment, "SPEC",
        "off, light, hand or \"turn 0.15 scale 0.1 shift 0.8 noise 0.05\"\n"
        "                         [by data set: light shift 0.15 for mnist]",
        0, 0),
    ROW(NUMBER, "split", split, "F", "test share where no official split exists [0.2]", 0, 0.9),
    ROW(WHOLE, "limit", limit, "N", "at most N training samples; 0 = all [0]", 0, 4294967295.0),
    ROW(WHOLE, "data-seed", data_seed, "S", "of the made sets, glyphs and fruit [as --seed]", 0,
        18446744073709549568.0),
    ROW(TEXT, "data", data, "DIR",
        "where data sets are [$INKLING_DATA, then\n"
        "                         $XDG_DATA_HOME/inkling]",
        0, 0),
    GROUP("What comes out"),
    ROW(TEXT, "o", model, "MODEL",
        "the model file; not while MODEL.checkpoint is another run's\n"
        "                         [DATASET.safetensors, or the next free number]",
        0, 0),
    ROW(FLAG, "half", half, NULL, "weights in the model file as float16: half the size [no]", 0, 0),
    ROW(TEXT, "checkpoint", checkpoint, "FILE",
        "kept up to date, kept at the end [MODEL.checkpoint, removed\n"
        "                         at the end]",
        0, 0),
    ROW(NUMBER, "checkpoint-seconds", checkpoint_seconds, "S", "most work that can be lost [30]", 0,
        1e9),
    ROW(TEXT, "resume", resume, "FILE",
        "go on from a checkpoint; only --epochs, --threads,\n"
        "                         --data, --checkpoint-seconds, -o and --json beside it",
        0, 0),
    ROW(NUMBER, "eval-every", eval_every, "N", "epochs between evaluations; 0 = at the end [1]", 0,
        1e6),
    ROW(FLAG, "json", json, NULL, "one object a line [no]", 0, 0),
};
enum { ROWS = sizeof rows / sizeof *rows };

static const option_table table = {
    .usage = "inkling train [DATASET] [--recipe NAME] [options]",
    .about =
        "Trains a network and saves it. DATASET, which a recipe may name, is mnist, fashion, "
        "quickdraw[:cat,dog,...],\n"
        "cifar10, fruit[:SHAPE], glyphs[:digits|:doodles], or a path to IDX, CIFAR, .npy, .npz,\n"
        ".ndjson, CSV or a folder of pictures, packed or not. Ctrl-C saves and says how to go on.",
    .rows = rows,
    .count = ROWS,
    .least = 0,
    .most = 1};

static bool *given_of(bool given[ROWS], const char *name)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].kind != OPTION_GROUP && strcmp(rows[i].name, name) == 0)
            return &given[i];
    abort(); /* a name that is not in the table above */
}

static int wrong(const char *sentence)
{
    fprintf(stderr, "inkling: %s\n", sentence);
    return EXIT_USAGE;
}

/* With --resume the run is what the checkpoint says. */
static int check_resume(const bool given[ROWS], size_t words)
{
    static const char *const allowed[] = {"resume", "epochs", "threads",           "data",
                                          "json",   "o",      "checkpoint-seconds"};
    if (words > 0)
        return wrong("--resume goes on with the data set it began with: leave DATASET out");
    for (size_t i = 0; i < ROWS; i++) {
        bool fine = !given[i] || rows[i].kind == OPTION_GROUP;
        for (size_t k = 0; k < sizeof allowed / sizeof *allowed; k++)
            fine |= strcmp(rows[i].name ? rows[i].name : "", allowed[k]) == 0;
        if (!fine) {
            fprintf(stderr,
                    "inkling: --%s cannot change in the middle of a run; leave it out beside "
                    "--resume, or begin a new run\n",
                    rows[i].name);
            return EXIT_USAGE;
        }
    }
    return OPTIONS_GO_ON;
}

static int train(train_options *o, bool given[ROWS], const char *word)
{
    o->has_momentum = *given_of(given, "momentum");
    o->has_epochs = *given_of(given, "epochs");
    o->has_rate = *given_of(given, "rate");
    o->has_batch = *given_of(given, "batch");
    o->has_data_seed = *given_of(given, "data-seed");
    o->has_checkpoint_seconds = *given_of(given, "checkpoint-seconds");
    if (o->resume) {
        int status = check_resume(given, word != NULL);
        return status == OPTIONS_GO_ON ? train_resumed(o) : status;
    }
    if (!word)
        return wrong("train what? Try `inkling train mnist`, or `inkling train glyphs:digits`, "
                     "which needs no file");
    o->dataset = word;
    return train_fresh(o);
}

int command_train(int argc, char **argv)
{
    train_options o;
    bool given[ROWS] = {false};
    const char *word = NULL;
    size_t words;
    recipe asked;
    train_options_init(&o);
    int status = recipe_apply(argc, argv, &asked);
    bool read = status == OPTIONS_GO_ON && asked.name;
    if (status == OPTIONS_GO_ON)
        status = options_parse(&table, asked.argc, asked.argv, &o, given, &word, &words);
    if (status == OPTIONS_GO_ON)
        status = train(&o, given, words > 0 ? word : asked.dataset);
    if (status == EXIT_USAGE && read)
        fprintf(stderr, "inkling: the recipe %s was read first: look there, too\n", asked.name);
    recipe_release(&asked);
    return status;
}
