/* `inkling data`: which data sets there are, what is in them, how they look. */
#include "inkling/inkling.h"

#include "cli/commands.h"
#include "cli/data_choice.h"
#include "cli/hint.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/show.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SHOWN = 10000 };

typedef struct data_options {
    const char *output, *part, *augment;
    data_choice choice;
    uint64_t count, copies;
    bool json;
} data_options;

#define ROW(kind, name, member, value, help, least, most)                                          \
    {                                                                                              \
        OPTION_##kind, name, value, help, offsetof(data_options, member), least, most              \
    }
#define ROW_DATA                                                                                   \
    ROW(TEXT, "data", choice.folder, "DIR",                                                        \
        "where data sets are [$INKLING_DATA, then\n"                                               \
        "                         $XDG_DATA_HOME/inkling]",                                        \
        0, 0)
#define ROW_SPLIT                                                                                  \
    ROW(NUMBER, "split", choice.split, "F", "test share where no official split exists [0.2]", 0,  \
        0.9)
#define ROW_LIMIT                                                                                  \
    ROW(WHOLE, "limit", choice.limit, "N", "at most N training samples [0: all]", 0, 4294967295.0)
#define ROW_SEED                                                                                   \
    ROW(WHOLE, "seed", choice.seed, "S", "of made sets and of the choice [1]", 0,                  \
        18446744073709549568.0)
#define ROW_PART ROW(TEXT, "part", part, "PART", "train or test [train]", 0, 0)
#define OPTIONS_HEADING                                                                            \
    {                                                                                              \
        OPTION_GROUP, "Options", NULL, NULL, 0, 0, 0                                               \
    }

typedef struct parts {
    ink_dataset *train, *test;
} parts;

static ink_status open_parts(const char *name, const data_options *o, parts *p, ink_error *err)
{
    return open_dataset(name, &o->choice, &p->train, &p->test, err);
}

static void close_parts(parts *p)
{
    ink_dataset_free(p->train);
    ink_dataset_free(p->test);
}

/* The part that --part names; NULL and a sentence when there is none. */
static ink_dataset *choose_part(const parts *p, const char *part)
{
    bool test = part && strcmp(part, "test") == 0;
    if (part && !test && strcmp(part, "train") != 0)
        fprintf(stderr, "inkling: --part %s: expected train or test\n", part);
    else if (test && !p->test)
        fprintf(stderr, "inkling: there is no test part\n");
    else
        return test ? p->test : p->train;
    return NULL;
}

/* ---- list ---- */

static const struct {
    const char *name, *about;
} known[] = {
    {"mnist", "60,000 + 10,000 handwritten digits, 28x28 (LeCun, Cortes, Burges)"},
    {"fashion", "60,000 + 10,000 articles of clothing, 28x28 (Zalando Research)"},
    {"quickdraw", "doodles, 28x28, categories as they are found (Google Quick, Draw!)"},
    {"cifar10", "50,000 + 10,000 colour pictures, 32x32 (Krizhevsky)"},
    {"glyphs", "digits and ten doodles drawn by a pen of our own; needs no file"},
    {"glyphs:digits", "the digits alone, framed as MNIST"},
    {"glyphs:doodles", "the doodles alone, framed as Quick, Draw!"},
    {"fruit", "2-D points: fruit:line curve circles moons spiral xor; needs no file"},
};

static int data_list(int argc, char **argv)
{
    static const option_row rows[] = {OPTIONS_HEADING, ROW_DATA};
    static const option_table table = {
        .usage = "inkling data list [--data DIR]",
        .about = "Lists the data sets that have a name, and which are here.",
        .rows = rows,
        .count = sizeof rows / sizeof *rows};
    data_options o = {.choice = {.split = 0.2, .seed = 1}};
    size_t words;
    int status = options_parse(&table, argc, argv, &o, NULL, NULL, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        bool made = strncmp(known[i].name, "glyphs", 6) == 0 || strcmp(known[i].name, "fruit") == 0;
        bool here = made || ink_dataset_is_here(known[i].name, o.choice.folder);
        printf("%-15s %-8s %s\n", known[i].name,
               made   ? "built in"
               : here ? "here"
                      : "not here",
               known[i].about);
    }
    printf("\n`inkling data get NAME` downloads one; any path to IDX, CIFAR, .npy, .npz, .ndjson, "
           "CSV\nor a folder of pictures by class can be used in a name's place.\n");
    return EXIT_GOOD;
}

/* ---- info ---- */

static void count_classes(const ink_dataset *data, size_t *counts)
{
    for (size_t i = 0; i < ink_dataset_count(data); i++)
        counts[ink_dataset_label(data, i)]++;
}

static void info_json(const char *name, const parts *p, const size_t *train, const size_t *test)
{
    int height, width, channels;
    float mean[4], deviation[4];
    ink_dataset_shape(p->train, &height, &width, &channels);
    ink_dataset_moments(p->train, mean, deviation);
    json_t *classes = json_array(), *means = json_array(), *deviations = json_array();
    for (int k = 0; k < ink_dataset_classes(p->train); k++)
        json_array_append_new(
            classes, json_pack("{s:s, s:I, s:I}", "name", ink_dataset_class_name(p->train, k),
                               "train", (json_int_t)train[k], "test", (json_int_t)test[k]));
    for (int c = 0; c < channels; c++) {
        json_array_append_new(means, json_number((double)mean[c]));
        json_array_append_new(deviations, json_number((double)deviation[c]));
    }
    json_line(json_pack("{s:s, s:[i, i, i], s:I, s:I, s:s, s:o, s:o, s:o}", "name", name, "shape",
                        height, width, channels, "train", (json_int_t)ink_dataset_count(p->train),
                        "test", (json_int_t)(p->test ? ink_dataset_count(p->test) : 0), "framing",
                        ink_framing_name(ink_dataset_framing(p->train)), "mean", means, "deviation",
                        deviations, "classes", classes));
}

static void info_text(const char *name, const parts *p, const size_t *train, const size_t *test)
{
    int height, width, channels;
    float mean[4], deviation[4];
    ink_dataset_shape(p->train, &height, &width, &channels);
    ink_dataset_moments(p->train, mean, deviation);
    printf("%s: %s samples to learn from, %s to test with\n", name,
           thousands((double)ink_dataset_count(p->train)),
           thousands(p->test ? (double)ink_dataset_count(p->test) : 0));
    if (ink_dataset_pixels(p->train, 0))
        printf("pictures of %d x %d, %s; framing %s\n", height, width,
               channels == 1 ? "grey" : "colour", ink_framing_name(ink_dataset_framing(p->train)));
    else
        printf("vectors of %d numbers\n", width);
    for (int c = 0; c < channels; c++)
        printf("%s%s%.4f, standard deviation %.4f\n", channels > 1 ? "channel " : "",
               channels > 1 ? (c == 0   ? "red: mean "
                               : c == 1 ? "green: mean "
                                        : "blue: mean ")
                            : "mean ",
               (double)mean[c], (double)deviation[c]);
    for (int k = 0; k < ink_dataset_classes(p->train); k++)
        printf("  %3d  %-20s %8s %8s\n", k, ink_dataset_class_name(p->train, k),
               thousands((double)train[k]), thousands((double)test[k]));
}

static int data_info(int argc, char **argv)
{
    static const option_row rows[] = {
        OPTIONS_HEADING, ROW_SPLIT, ROW_LIMIT,
        ROW_SEED,        ROW_DATA,  ROW(FLAG, "json", json, NULL, "one object [no]", 0, 0)};
    static const option_table table = {.usage = "inkling data info DATASET [options]",
                                       .about = "Says what is in a data set, class by class.",
                                       .rows = rows,
                                       .count = sizeof rows / sizeof *rows,
                                       .least = 1,
                                       .most = 1};
    data_options o = {.choice = {.split = 0.2, .seed = 1}};
    ink_error err = {.status = INK_OK};
    parts p = {NULL, NULL};
    const char *name;
    size_t words;
    int status = options_parse(&table, argc, argv, &o, NULL, &name, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    if (open_parts(name, &o, &p, &err) != INK_OK)
        return complain(&err);
    size_t classes = (size_t)ink_dataset_classes(p.train);
    size_t *train = calloc(classes, sizeof *train), *test = calloc(classes, sizeof *test);
    if (train && test) {
        count_classes(p.train, train);
        if (p.test)
            count_classes(p.test, test);
        (o.json ? info_json : info_text)(name, &p, train, test);
    }
    free(train);
    free(test);
    close_parts(&p);
    return EXIT_GOOD;
}

/* ---- show ---- */

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* Different samples, the same for the same seed. */
static void choose(const ink_dataset *data, size_t *indices, size_t count, uint64_t seed)
{
    size_t n = ink_dataset_count(data), step = n / count, at;
    uint64_t state = seed * 2862933555777941757u + 3037000493u;
    for (size_t i = 0; i < count; i++) {
        at = i * step + (size_t)(next_random(&state) % (step ? step : 1));
        indices[i] = at;
    }
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)(next_random(&state) % i), swap = indices[i - 1];
        indices[i - 1] = indices[j];
        indices[j] = swap;
    }
}

/* Points of two classes as a picture of characters: 'o' safe, 'x' poisonous. */
static void plot_points(const ink_dataset *data)
{
    enum { WIDE = 64, HIGH = 24 };
    char cells[HIGH][WIDE + 1];
    float least[2] = {INFINITY, INFINITY}, most[2] = {-INFINITY, -INFINITY};
    memset(cells, ' ', sizeof cells);
    for (size_t i = 0; i < ink_dataset_count(data); i++)
        for (int a = 0; a < 2; a++) {
            least[a] = fminf(least[a], ink_dataset_values(data, i)[a]);
            most[a] = fmaxf(most[a], ink_dataset_values(data, i)[a]);
        }
    for (size_t i = 0; i < ink_dataset_count(data); i++) {
        const float *p = ink_dataset_values(data, i);
        int x = (int)((p[0] - least[0]) / (most[0] - least[0] + 1e-9f) * (WIDE - 1));
        int y = (int)((p[1] - least[1]) / (most[1] - least[1] + 1e-9f) * (HIGH - 1));
        cells[HIGH - 1 - y][x] = "ox+*#@%&="[ink_dataset_label(data, i) % 9];
    }
    for (int y = 0; y < HIGH; y++)
        printf("%.*s\n", (int)WIDE, cells[y]);
    for (int k = 0; k < ink_dataset_classes(data) && k < 9; k++)
        printf("%s%c %s", k ? ", " : "", "ox+*#@%&="[k], ink_dataset_class_name(data, k));
    puts("");
}

static int show_part(const ink_dataset *data, const data_options *o, ink_error *err)
{
    int height, width, channels;
    ink_dataset_shape(data, &height, &width, &channels);
    if (!ink_dataset_pixels(data, 0) && width == 2 && !o->output)
        return plot_points(data), EXIT_GOOD;
    size_t count = o->count < ink_dataset_count(data) ? (size_t)o->count : ink_dataset_count(data);
    size_t *indices = calloc(count + 1, sizeof *indices);
    const char **captions = calloc(count + 1, sizeof *captions);
    ink_picture sheet = {.pixels = NULL};
    ink_status status = indices && captions ? INK_OK : INK_ENOMEM;
    if (status == INK_OK)
        choose(data, indices, count, o->choice.seed);
    for (size_t i = 0; status == INK_OK && i < count; i++)
        captions[i] = ink_dataset_class_name(data, ink_dataset_label(data, indices[i]));
    if (status == INK_OK && !o->output && ink_dataset_pixels(data, 0))
        show_samples(data, indices, count, count, captions);
    else if (status == INK_OK)
        status = ink_dataset_sheet(data, indices, count, 0, captions, &sheet, err);
    if (status == INK_OK && sheet.pixels) {
        status = ink_picture_save(&sheet, o->output, err);
        if (status == INK_OK)
            printf("%zu samples in %s\n", count, o->output);
        ink_picture_release(&sheet);
    }
    free(indices);
    free(captions);
    return status == INK_OK ? EXIT_GOOD : complain(err);
}

/* The part as it is, or changed by --augment. */
static ink_dataset *moved_part(const ink_dataset *part, const data_options *o, ink_error *err)
{
    ink_augment augment;
    if (ink_augment_parse(o->augment, &augment, err) != INK_OK)
        return NULL;
    ink_pool *pool = ink_pool_new(0, err);
    ink_dataset *moved =
        pool ? ink_dataset_augmented(part, &augment, (size_t)o->copies, o->choice.seed, pool, err)
             : NULL;
    ink_pool_free(pool);
    return moved;
}

typedef int part_action(const ink_dataset *data, const data_options *o, ink_error *err);

static int with_part(const char *name, const data_options *o, part_action *action)
{
    ink_error err = {.status = INK_OK};
    parts p = {NULL, NULL};
    if (open_parts(name, o, &p, &err) != INK_OK)
        return complain(&err);
    const ink_dataset *part = choose_part(&p, o->part);
    ink_dataset *moved = part && o->augment ? moved_part(part, o, &err) : NULL;
    int status = EXIT_USAGE;
    if (part && o->augment && !moved)
        status = complain(&err);
    else if (part)
        status = action(moved ? moved : part, o, &err);
    ink_dataset_free(moved);
    close_parts(&p);
    return status;
}

static int data_show(int argc, char **argv)
{
    static const option_row rows[] = {
        OPTIONS_HEADING,
        ROW(WHOLE, "count", count, "N", "how many [20 in a terminal, 100 in a file]", 1,
            MOST_SHOWN),
        ROW(TEXT, "o", output, "FILE", "a PNG instead of the terminal [no]", 0, 0),
        ROW_PART,
        ROW(TEXT, "augment", augment, "SPEC", "as moved by a hand: off, light, hand, ... [off]", 0,
            0),
        ROW_SPLIT,
        ROW_LIMIT,
        ROW_SEED,
        ROW_DATA};
    static const option_table table = {
        .usage = "inkling data show DATASET [--count N] [-o FILE] [options]",
        .about = "Draws samples in the terminal, or as a contact sheet into a PNG.",
        .rows = rows,
        .count = sizeof rows / sizeof *rows,
        .least = 1,
        .most = 1};
    data_options o = {.choice = {.split = 0.2, .seed = 1}, .copies = 1};
    const char *name;
    size_t words;
    int status = options_parse(&table, argc, argv, &o, NULL, &name, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    if (o.count == 0)
        o.count = o.output ? 100 : 20;
    return with_part(name, &o, show_part);
}

/* ---- save ---- */

static int save_part(const ink_dataset *data, const data_options *o, ink_error *err)
{
    if (ink_dataset_save(data, o->output, err) != INK_OK)
        return complain(err);
    printf("%s samples written; use them with `", thousands((double)ink_dataset_count(data)));
    print_command(stdout, "train", o->output, NULL);
    puts("`");
    return EXIT_GOOD;
}

static int data_save(int argc, char **argv)
{
    static const option_row rows[] = {
        OPTIONS_HEADING,
        ROW_PART,
        ROW(TEXT, "augment", augment, "SPEC", "moved by a hand: off, light, hand, ... [off]", 0, 0),
        ROW(WHOLE, "copies", copies, "N", "of each sample, each moved differently [1]", 1, 10000),
        ROW_SPLIT,
        ROW_LIMIT,
        ROW_SEED,
        ROW_DATA};
    static const option_table table = {
        .usage = "inkling data save DATASET PREFIX [options]",
        .about = "Writes one part of a data set as PREFIX-images-idx3-ubyte.gz and\n"
                 "PREFIX-labels-idx1-ubyte.gz (grey), or PREFIX.bin in CIFAR's form (colour).",
        .rows = rows,
        .count = sizeof rows / sizeof *rows,
        .least = 2,
        .most = 2};
    data_options o = {.choice = {.split = 0.2, .seed = 1}, .copies = 1};
    const char *words[2];
    size_t count;
    int status = options_parse(&table, argc, argv, &o, NULL, words, &count);
    if (status != OPTIONS_GO_ON)
        return status;
    o.output = words[1];
    return with_part(words[0], &o, save_part);
}

/* ---- get ---- */

typedef struct getting {
    bool terminal;
    double begun;   /* seconds, of this file */
    uint64_t first; /* bytes that were there before */
    size_t index;
    bool known;
} getting;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool show_download(const ink_download_event *event, void *user)
{
    getting *g = user;
    double megabytes = (double)event->done / 1e6, seconds;
    if (!g->known || g->index != event->index)
        *g = (getting){.terminal = g->terminal,
                       .begun = now(),
                       .first = event->done,
                       .index = event->index,
                       .known = true};
    seconds = now() - g->begun;
    if (event->complete)
        printf("%s%zu of %zu: %s, %.1f MB\n", g->terminal ? "\r\033[K" : "", event->index + 1,
               event->files, event->file, megabytes);
    else if (g->terminal && event->total > 0)
        printf("\r\033[K%zu of %zu: %s  %.1f of %.1f MB  %.1f MB/s", event->index + 1, event->files,
               event->file, megabytes, (double)event->total / 1e6,
               seconds > 0.2 ? (double)(event->done - g->first) / 1e6 / seconds : 0);
    fflush(stdout);
    return !interrupt_seen();
}

static void list_sources(void)
{
    puts("\nSets that can be got:");
    for (size_t i = 0; i < ink_source_count(); i++) {
        const ink_source *s = ink_source_at(i);
        printf("  %-10s %6.1f MB  %s\n             %s; %s\n", s->name, (double)s->bytes / 1e6,
               s->about, s->licence, s->address);
    }
}

static int data_get(int argc, char **argv)
{
    static const option_row rows[] = {OPTIONS_HEADING,
                                      ROW(WHOLE, "count", count, "N",
                                          "of each doodle category, the first N drawings [4000]", 1,
                                          1000000),
                                      ROW(TEXT, "data", choice.folder, "DIR",
                                          "where to put it [$INKLING_DATA, then\n"
                                          "                         $XDG_DATA_HOME/inkling]",
                                          0, 0)};
    static const option_table table = {
        .usage = "inkling data get NAME [options]",
        .about = "Downloads a data set from its publisher and checks it. NAME is mnist, fashion,\n"
                 "cifar10, quickdraw or quickdraw:cat,octopus,... What was interrupted goes on.\n"
                 "$INKLING_MIRROR stands in the place of https://host in every address.",
        .rows = rows,
        .count = sizeof rows / sizeof *rows,
        .least = 1,
        .most = 1};
    data_options o = {.count = 0};
    ink_error err = {.status = INK_OK};
    getting g = {.terminal = isatty(STDOUT_FILENO)};
    const char *name;
    size_t words;
    int status = options_parse(&table, argc, argv, &o, NULL, &name, &words);
    if (status != OPTIONS_GO_ON)
        return list_sources(), status;
    interrupt_watch();
    if (ink_download(name, o.choice.folder, (size_t)o.count, show_download, &g, &err) == INK_OK) {
        fputs("next: ", stdout);
        print_command(stdout, "train", name, NULL);
        putchar('\n');
        return EXIT_GOOD;
    }
    if (g.terminal && g.known)
        puts("");
    status = complain(&err);
    if (err.status == INK_ESTOPPED || err.status == INK_EIO)
        fprintf(stderr, "inkling: the same command goes on where it stopped\n");
    if (err.status == INK_EIO) {
        fputs("inkling: made data needs no download: ", stderr);
        print_command(stderr, "train", "glyphs:digits", NULL);
        fputc('\n', stderr);
    }
    return status;
}

/* ---- which ---- */

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about;
} verbs[] = {
    {"list", data_list, "data sets that have a name"},
    {"get", data_get, "download one from its publisher"},
    {"info", data_info, "what is in one"},
    {"show", data_show, "how it looks"},
    {"save", data_save, "write it out, perhaps augmented"},
};
enum { VERBS = sizeof verbs / sizeof *verbs };

int command_data(int argc, char **argv)
{
    bool help = argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;
    for (size_t i = 0; !help && i < VERBS; i++)
        if (strcmp(argv[1], verbs[i].name) == 0)
            return verbs[i].run(argc - 1, argv + 1);
    FILE *out = help && argc > 1 ? stdout : stderr;
    if (!help)
        return fprintf(out, "inkling: there is no \"data %s\"; `inkling data --help` lists them\n",
                       argv[1]),
               EXIT_USAGE;
    fprintf(out, "usage: inkling data VERB ...\n\n");
    for (size_t i = 0; i < VERBS; i++)
        fprintf(out, "  %-6s %s\n", verbs[i].name, verbs[i].about);
    return help && argc > 1 ? EXIT_GOOD : EXIT_USAGE;
}
