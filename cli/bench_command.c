/* `inkling bench`: how fast this machine trains and predicts, beside the peak it could reach.
 *
 * Every number is the median of several runs of ink_train on made data; preparing, the first
 * update, loading and evaluation are not counted. Operations are those of the mathematics: 2 for
 * each weight and picture forward, as many for the gradient of the weights and, but for the first
 * layer, of the inputs. Convolutions of 3x3 and 5x5 do with fewer multiplications
 * (kernel/winograd.h), so their share of the peak may pass 100 %. */
#include "inkling/inkling.h"

#include "cli/commands.h"
#include "cli/precision_choice.h"

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 5, SAMPLES = 6400 }; /* pictures: a hundred batches of the smallest kind */
enum { LEAST_UPDATES = 3 };        /* counted in a run, however long they take */
enum { CLASSIFIED = 64 };          /* pictures that are classified over and over */
enum { MOST_BATCH = 1000000 };

typedef struct contest {
    const char *name, *network;
    size_t batch;
    ink_cost cost;
    ink_optimizer optimizer;
    int height, width, channels;
} contest;

#define BLOCK_94(n)                                                                                \
    " conv " #n " 3x3 nobias pool 2 norm noscale gelu conv " #n " 3x3 nobias norm noscale gelu"

static const contest contests[] = {
    {"dense100", "784 dense 100 sigmoid dense 10 sigmoid", 100, INK_COST_SQUARED, INK_OPTIMIZER_SGD,
     28, 28, 1},
    {"dense300", "784 dense 300 relu dense 10 softmax", 32, INK_COST_CROSS_ENTROPY,
     INK_OPTIMIZER_MOMENTUM, 28, 28, 1},
    {"dense1024", "784 dense 1024 relu dense 1024 relu dense 10 softmax", 128,
     INK_COST_CROSS_ENTROPY, INK_OPTIMIZER_MOMENTUM, 28, 28, 1},
    {"dense256", "3072 dense 256 relu dense 10 softmax", 64, INK_COST_CROSS_ENTROPY,
     INK_OPTIMIZER_MOMENTUM, 32, 32, 3},
    {"lenet",
     "28x28x1 conv 32 5x5 valid relu pool 2 conv 64 5x5 valid relu pool 2 dense 128 relu "
     "dense 10 softmax",
     64, INK_COST_CROSS_ENTROPY, INK_OPTIMIZER_ADAM, 28, 28, 1},
    {"resnet9",
     "32x32x3 conv 64 3x3 nobias norm relu conv 128 3x3 nobias pool 2 norm relu "
     "residual( conv 128 3x3 nobias norm relu conv 128 3x3 nobias norm relu ) "
     "conv 256 3x3 nobias pool 2 norm relu conv 512 3x3 nobias pool 2 norm relu "
     "residual( conv 512 3x3 nobias norm relu conv 512 3x3 nobias norm relu ) "
     "pool 4 dense 10 scale 0.125 softmax",
     128, INK_COST_CROSS_ENTROPY, INK_OPTIMIZER_NESTEROV, 32, 32, 3},
    {"cifar94",
     "32x32x3 whiten 2x2 gelu" BLOCK_94(64) BLOCK_94(256)
         BLOCK_94(256) " pool 3 dense 10 scale 0.0625 softmax",
     500, INK_COST_CROSS_ENTROPY, INK_OPTIMIZER_MUON, 32, 32, 3},
};
enum { CONTESTS = sizeof contests / sizeof *contests };

typedef struct bench {
    double seconds; /* for each number */
    size_t threads;
    bool json;
    ink_precision precision;
    bool wanted[CONTESTS];
    contest net;        /* of --net; its network is NULL without */
    const char *of_net; /* the option given that means nothing without --net */
} bench;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double values[RUNS])
{
    qsort(values, RUNS, sizeof *values, compare);
    return values[RUNS / 2];
}

/* A network that was asked for gets as few as make whole batches: they count in the memory of the
 * process, which should be the network's. */
static size_t samples_for(const bench *b, const contest *c)
{
    return c == &b->net ? ((CLASSIFIED - 1) / c->batch + 1) * c->batch : SAMPLES;
}

static size_t picture_size(const contest *c)
{
    return (size_t)c->height * (size_t)c->width * (size_t)c->channels;
}

/* Pictures of noise: four in five pixels blank on grey ones, as in a drawing. */
static ink_dataset *make_data(const contest *c, size_t samples, int classes, ink_error *err)
{
    size_t size = picture_size(c);
    uint8_t *pixels = calloc(samples, size);
    int32_t *labels = calloc(samples, sizeof *labels);
    uint64_t state = 1;
    if (!pixels || !labels)
        err->status = INK_ENOMEM;
    for (size_t i = 0; pixels && i < samples * size; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        if (c->channels > 1 || state >> 60 < 3)
            pixels[i] = (uint8_t)(state >> 48 & 0xff);
    }
    for (size_t i = 0; labels && i < samples; i++)
        labels[i] = (int32_t)(i % (size_t)classes);
    ink_dataset *data = pixels && labels
                            ? ink_dataset_new_pictures(samples, c->height, c->width, c->channels,
                                                       pixels, labels, classes, NULL, err)
                            : NULL;
    free(pixels);
    free(labels);
    return data;
}

/* To learn from a picture, or only to classify it. */
static double operations_per_picture(const ink_network *network, bool training)
{
    double sum = 0;
    bool back = false; /* does a layer before this one ask for its slopes? */
    for (size_t i = 0; i < ink_network_layer_count(network); i++) {
        ink_layer_info layer = ink_network_layer(network, i);
        bool learns = strcmp(layer.type, "dense") == 0 || strcmp(layer.type, "conv") == 0;
        bool fixed = strcmp(layer.type, "whiten") == 0; /* forward alone */
        int passes = learns && training ? (back ? 3 : 2) : learns || fixed;
        sum += passes * layer.operations;
        back |= layer.parameter_count > 0;
    }
    return sum;
}

typedef struct watch {
    double seconds; /* to count */
    double until;   /* when they are over */
    size_t first;   /* update counted from: the one before meets cold memory */
    double images_before, seconds_before;
    size_t updates; /* counted */
    double rate;    /* their pictures a second */
} watch;

static bool keep_time(const ink_train_event *event, void *user)
{
    watch *w = user;
    if (event->kind != INK_EVENT_BATCH)
        return true;
    if (w->first == 0) {
        *w = (watch){.seconds = w->seconds,
                     .until = now() + w->seconds,
                     .first = event->update,
                     .images_before = (double)event->images,
                     .seconds_before = event->train_seconds};
        return true;
    }
    w->updates = event->update - w->first;
    w->rate =
        ((double)event->images - w->images_before) / (event->train_seconds - w->seconds_before);
    return w->updates < LEAST_UPDATES || now() < w->until;
}

typedef struct speed {
    double rate;    /* pictures a second, the median of the runs; 0 = failed */
    size_t updates; /* counted in the shortest run */
} speed;

/* A rate of 0 comes with a reason. */
static speed train_speed(const bench *b, const contest *c, const ink_dataset *data, size_t threads,
                         ink_error *err)
{
    double rates[RUNS] = {0};
    speed found = {.updates = SIZE_MAX};
    ink_train_settings settings;
    ink_train_settings_init(&settings);
    settings.cost = c->cost;
    settings.optimizer = c->optimizer;
    settings.rate = 0.001f;
    settings.batch = c->batch;
    settings.epochs = 100000;
    settings.eval_every = 0;
    settings.eval_limit = 0;
    settings.precision = b->precision;
    ink_pool *pool = ink_pool_new(threads, err);
    ink_network *network = ink_network_new(c->network, err);
    ink_input input;
    ink_input_for(data, &input);
    bool good = pool && network;
    for (int run = 0; good && run < RUNS; run++) {
        ink_error stopped = {.status = INK_OK};
        watch w = {.seconds = b->seconds / RUNS};
        ink_network_init(network, INK_INIT_AUTO, 1);
        ink_status status =
            ink_train(network, &input, data, NULL, &settings, pool, keep_time, &w, &stopped);
        good = status == INK_ESTOPPED || status == INK_OK;
        if (!good && err->status == INK_OK)
            *err = stopped;
        rates[run] = w.rate;
        found.updates = w.updates < found.updates ? w.updates : found.updates;
    }
    ink_network_free(network);
    ink_pool_free(pool);
    found.rate = good ? median(rates) : 0;
    return found;
}

/* Microseconds from a picture's numbers to its scores, one picture after the other. */
static double predict_time(const contest *c, const ink_dataset *data, ink_precision precision,
                           double seconds, ink_error *err)
{
    double times[RUNS] = {0};
    ink_network *learnt = ink_network_new(c->network, err);
    ink_network *network = learnt ? ink_network_fold(learnt, err) : NULL;
    ink_network_free(learnt);
    if (network)
        ink_network_set_precision(network, precision);
    ink_workspace *ws = network ? ink_workspace_new(network, 1, false, NULL, err) : NULL;
    size_t size = picture_size(c);
    float *x = calloc(CLASSIFIED * size, sizeof *x);
    for (size_t i = 0; x && i < CLASSIFIED; i++)
        for (size_t p = 0; p < size; p++)
            x[i * size + p] = (float)ink_dataset_pixels(data, i)[p] / 255;
    bool good = ws && x;
    if (good)
        ink_network_init(network, INK_INIT_AUTO, 1);
    good = good && ink_workspace_pack(ws, err) == INK_OK;
    for (int run = 0; good && run < RUNS; run++) {
        double begun = now();
        size_t done = 0;
        for (; now() - begun < seconds / RUNS; done += CLASSIFIED)
            for (size_t i = 0; i < CLASSIFIED; i++)
                ink_predict(network, ws, x + i * size, 1);
        times[run] = (now() - begun) / (double)done * 1e6;
    }
    ink_workspace_free(ws);
    ink_network_free(network);
    free(x);
    return good ? median(times) : 0;
}

static void print_trained(const bench *b, const contest *c, const ink_network *network,
                          size_t threads, speed found, double peak)
{
    double operations = operations_per_picture(network, true);
    double flops = found.rate * operations, share = peak > 0 ? flops / peak : 0;
    if (b->json)
        printf("{\"bench\":\"train\",\"name\":\"%s\",\"network\":\"%s\",\"batch\":%zu,"
               "\"threads\":%zu,\"cost\":\"%s\",\"optimizer\":\"%s\",\"precision\":\"%s\","
               "\"operations\":%.0f,\"updates\":%zu,\"images_per_second\":%.1f,\"gflops\":%.1f,"
               "\"share_of_peak\":%.3f}\n",
               c->name, ink_network_text(network), c->batch, threads, ink_cost_name(c->cost),
               ink_optimizer_name(c->optimizer), ink_precision_name(b->precision), operations,
               found.updates, found.rate, flops * 1e-9, share);
    else
        printf("  %-12s %5zu %7zu %12.0f %9.1f %8.0f %%\n", threads > 1 ? "" : c->name, c->batch,
               threads, found.rate, flops * 1e-9, 100 * share);
    fflush(stdout);
}

static void print_predicted(const bench *b, const contest *c, const ink_network *network,
                            double microseconds)
{
    if (b->json)
        printf("{\"bench\":\"predict\",\"name\":\"%s\",\"network\":\"%s\",\"precision\":\"%s\","
               "\"operations\":%.0f,\"microseconds\":%.2f}\n",
               c->name, ink_network_text(network), ink_precision_name(b->precision),
               operations_per_picture(network, false), microseconds);
    else
        printf("  %-12s one picture classified in %.1f microseconds\n", "", microseconds);
    fflush(stdout);
}

static bool run_contest(const bench *b, const contest *c, const double peak[2], ink_error *err)
{
    ink_network *network = ink_network_new(c->network, err);
    int classes = network ? (int)ink_network_output_size(network) : 0;
    ink_dataset *data = network ? make_data(c, samples_for(b, c), classes, err) : NULL;
    bool good = data != NULL;
    for (size_t i = 0; good && i < (b->threads > 1 ? 2 : 1); i++) {
        size_t threads = i ? b->threads : 1;
        speed found = train_speed(b, c, data, threads, err);
        good = found.rate > 0;
        if (good)
            print_trained(b, c, network, threads, found, peak[i]);
    }
    double time = good ? predict_time(c, data, b->precision, b->seconds / 2, err) : 0;
    if (time > 0)
        print_predicted(b, c, network, time);
    ink_network_free(network);
    ink_dataset_free(data);
    return time > 0;
}

static const char usage[] =
    "usage: inkling bench [NAME...] [--net TEXT [--batch B] [--optimizer O]] [--threads T]\n"
    "                     [--seconds S] [--precision P] [--json]\n"
    "\n"
    "Trains networks on made pictures and prints pictures a second, GFLOP/s and the share of\n"
    "the peak that this machine's own multiply-adds reach; then how long one picture takes to\n"
    "classify. Operations are those of the mathematics, and convolutions of 3x3 and 5x5 avoid\n"
    "many of their multiplications (Winograd's tiles): their share may pass 100 %.\n"
    "\n"
    "  NAME          of these [all; none with --net]:\n";

static const char options_usage[] =
    "  --net TEXT    this network, as \"net\", with cross-entropy [none]\n"
    "  --batch B     pictures an update of it [32]\n"
    "  --optimizer O that trains it: sgd momentum nesterov rmsprop adam adamw\n"
    "                muon [momentum]\n"
    "  --threads T   compare one thread with T [all processors]\n"
    "  --seconds S   for each number, the median of 5 runs of at least\n"
    "                3 updates behind a first one [1]\n"
    "  --precision P of convolutions: float32, bf16, or auto: bf16 where\n"
    "                the processor has products of it; the peak is that\n"
    "                of the same [float32]\n"
    "  --json        one object a line [no]\n";

static void print_usage(void)
{
    fputs(usage, stdout);
    for (size_t i = 0; i < CONTESTS; i++)
        printf("                  %-10s %s\n", contests[i].name, contests[i].network);
    fputs(options_usage, stdout);
}

/* The words that are no options name contests. */
static int choose(int count, char **words, bench *b)
{
    for (size_t k = 0; k < CONTESTS; k++)
        b->wanted[k] = count == 0 && !b->net.network;
    for (int i = 0; i < count; i++) {
        bool found = false;
        for (size_t k = 0; k < CONTESTS; k++)
            if (strcmp(words[i], contests[k].name) == 0)
                found = b->wanted[k] = true;
        if (!found)
            return fprintf(stderr, "inkling: there is no \"%s\" to bench; --help lists them\n",
                           words[i]),
                   2;
    }
    return 0;
}

/* One option and its value into `b`. */
static int take(int option, const char *value, bench *b)
{
    ink_error err = {.status = INK_OK};
    ink_status status = INK_OK;
    char *end = NULL;
    if (option == 't')
        b->threads = strtoul(value, &end, 10);
    else if (option == 's')
        b->seconds = strtod(value, &end);
    else if (option == 'b')
        b->net.batch = strtoul(value, &end, 10);
    else if (option == 'n')
        b->net.network = value;
    else if (option == 'o')
        status = ink_optimizer_parse(value, &b->net.optimizer, &err);
    else if (option == 'p')
        status = precision_choose(value, &b->precision, &err);
    else
        b->json = true;
    if (option == 'b' || option == 'o')
        b->of_net = option == 'b' ? "batch" : "optimizer";
    if (status != INK_OK)
        return complain(&err);
    if (end && (end == value || *end || *value == '-'))
        return fprintf(stderr, "inkling: \"%s\" is no number\n", value), 2;
    return 0;
}

/* What the options mean together; the pictures of --net get the shape of its input. */
static int check(bench *b)
{
    contest *net = &b->net;
    if (b->threads > 256 || !(b->seconds >= 0.05 && b->seconds <= 600) || net->batch < 1 ||
        net->batch > MOST_BATCH)
        return fprintf(stderr,
                       "inkling: bench takes --threads 1 to 256, --seconds 0.05 to 600 and "
                       "--batch 1 to %d\n",
                       MOST_BATCH),
               2;
    if (b->of_net && !net->network)
        return fprintf(stderr, "inkling: --%s is for the network of --net, and there is none\n",
                       b->of_net),
               2;
    ink_error err = {.status = INK_OK};
    ink_network *network = net->network ? ink_network_new(net->network, &err) : NULL;
    if (network)
        ink_network_input_shape(network, &net->height, &net->width, &net->channels);
    ink_network_free(network);
    return err.status == INK_OK ? 0 : complain(&err);
}

static int parse(int argc, char **argv, bench *b)
{
    static const struct option options[] = {{"threads", required_argument, NULL, 't'},
                                            {"seconds", required_argument, NULL, 's'},
                                            {"precision", required_argument, NULL, 'p'},
                                            {"net", required_argument, NULL, 'n'},
                                            {"batch", required_argument, NULL, 'b'},
                                            {"optimizer", required_argument, NULL, 'o'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    int status = 0;
    optind = 1;
    for (int option; status == 0 && (option = getopt_long(argc, argv, "", options, NULL)) >= 0;) {
        if (option == 'h')
            return print_usage(), -1;
        if (option == '?')
            return fputs("inkling: bench --help explains its options\n", stderr), 2;
        status = take(option, optarg, b);
    }
    if (status == 0)
        status = check(b);
    return status == 0 ? choose(argc - optind, argv + optind, b) : status;
}

int command_bench(int argc, char **argv)
{
    ink_train_settings usual;
    ink_train_settings_init(&usual);
    bench b = {.seconds = 1,
               .net = {.name = "net",
                       .batch = usual.batch,
                       .cost = INK_COST_CROSS_ENTROPY,
                       .optimizer = usual.optimizer}};
    ink_error err = {.status = INK_OK};
    int status = parse(argc, argv, &b);
    if (status != 0)
        return status < 0 ? 0 : status;
    ink_pool *one = ink_pool_new(1, &err), *all = ink_pool_new(b.threads, &err);
    double peak[2] = {0};
    bool good = one && all;
    if (good) {
        b.threads = ink_pool_threads(all);
        peak[0] = ink_machine_peak(one, b.precision);
        peak[1] = ink_machine_peak(all, b.precision);
    }
    ink_pool_free(all); /* its threads would spin beside those that are measured */
    ink_pool_free(one);
    if (good && b.json)
        printf("{\"bench\":\"peak\",\"kernels\":\"%s\",\"threads\":%zu,\"precision\":\"%s\","
               "\"gflops_1\":%.1f,\"gflops\":%.1f}\n",
               ink_machine_kernels(), b.threads, ink_precision_name(b.precision), peak[0] * 1e-9,
               peak[1] * 1e-9);
    else if (good)
        printf("peak of this machine (%s): %.0f GFLOP/s with one thread, %.0f with %zu\n\n"
               "  %-12s %5s %7s %12s %9s %10s\n",
               ink_machine_kernels(), peak[0] * 1e-9, peak[1] * 1e-9, b.threads, "training",
               "batch", "threads", "pictures/s", "GFLOP/s", "of peak");
    for (size_t i = 0; good && i < CONTESTS; i++)
        good = !b.wanted[i] || run_contest(&b, &contests[i], peak, &err);
    if (good && b.net.network)
        good = run_contest(&b, &b.net, peak, &err);
    return good ? 0 : complain(&err);
}
