/* `inkling eval`: how well a model does on samples it has not learnt from, and which it gets
 * wrong. */
#include "inkling/inkling.h"

#include "cli/commands.h"
#include "cli/data_choice.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/precision_choice.h"
#include "cli/progress.h"
#include "cli/shelf.h"
#include "cli/show.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SHEET = 100, SHOWN = 8, MOST_CONFUSION = 24 };

typedef struct eval_options {
    const char *model, *dataset, *mistakes, *part, *augment, *tta, *precision;
    data_choice choice;
    uint64_t top, threads;
    bool json;
} eval_options;

#define ROW(kind, name, member, value, help, least, most)                                          \
    {                                                                                              \
        OPTION_##kind, name, value, help, offsetof(eval_options, member), least, most              \
    }

static const option_row rows[] = {
    {OPTION_GROUP, "Options", NULL, NULL, 0, 0, 0},
    ROW(TEXT, "mistakes", mistakes, "DIR", "write the mistakes as contact sheets and a list [no]",
        0, 0),
    ROW(WHOLE, "top", top, "K", "count a label among the K best guesses [3]", 1, 65536),
    ROW(TEXT, "part", part, "PART", "test or train [test]", 0, 0),
    ROW(TEXT, "augment", augment, "SPEC",
        "look at the pictures moved, as by a hand: off, light, hand, ... [off]", 0, 0),
    ROW(TEXT, "tta", tta, "WAYS",
        "test-time augmentation, scores averaged over: off, flip,\n"
        "                         shift, full (six ways) [off]",
        0, 0),
    ROW(TEXT, "precision", precision, "P", "of convolutions: " PRECISION_HELP, 0, 0),
    ROW(WHOLE, "seed", choice.seed, "S", "of --augment and of made sets [1]", 0,
        18446744073709549568.0),
    ROW(NUMBER, "split", choice.split, "F", "test share where no official split exists [0.2]", 0,
        0.9),
    ROW(WHOLE, "limit", choice.limit, "N", "as in training: at most N training samples [0: all]", 0,
        4294967295.0),
    ROW(TEXT, "data", choice.folder, "DIR",
        "where data sets are [$INKLING_DATA, then\n"
        "                         $XDG_DATA_HOME/inkling]",
        0, 0),
    ROW(WHOLE, "threads", threads, "T", "0 = all processors [0]", 0, 256),
    ROW(FLAG, "json", json, NULL, "one object [no]", 0, 0),
};

static const option_table table = {
    .usage = "inkling eval MODEL DATASET [options]",
    .about =
        "Says how often a model - a file, or one that comes with Inkling, by name - is right on\n"
        "the test part of a data set, class by class, with what it confuses, and its most\n"
        "confident mistakes. On the data and in the precision it was trained with, the accuracy\n"
        "is that of its record.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .least = 2,
    .most = 2};

typedef struct eval {
    const eval_options *options;
    ink_model *model;
    ink_dataset *data;
    ink_pool *pool;
    ink_evaluation result;
    ink_error err;
} eval;

/* ---- what it found ---- */

static json_t *json_counts(const size_t *counts, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_integer((json_int_t)counts[i]));
    return list;
}

static json_t *json_classes(const eval *e)
{
    json_t *list = json_array();
    for (int k = 0; k < e->result.classes; k++)
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:o}", "name",
                                              ink_dataset_class_name(e->data, k), "n",
                                              (json_int_t)e->result.class_count[k], "correct",
                                              (json_int_t)e->result.class_correct[k], "accuracy",
                                              json_number((double)e->result.class_correct[k] /
                                                          (double)e->result.class_count[k])));
    return list;
}

static json_t *json_mistakes(const eval *e)
{
    json_t *list = json_array();
    for (size_t i = 0; i < e->result.mistake_count; i++) {
        const ink_mistake *m = &e->result.mistakes[i];
        json_array_append_new(list, json_pack("{s:I, s:i, s:i, s:o}", "index", (json_int_t)m->index,
                                              "label", (int)m->label, "guess", (int)m->guess,
                                              "confidence", json_number((double)m->confidence)));
    }
    return list;
}

static void print_json(const eval *e)
{
    const ink_evaluation *r = &e->result;
    size_t classes = (size_t)r->classes;
    json_t *confusion = json_array();
    for (size_t k = 0; k < classes; k++)
        json_array_append_new(confusion, json_counts(r->confusion + k * classes, classes));
    json_line(json_pack("{s:o, s:I, s:I, s:[o, o], s:o, s:I, s:o, s:s, s:o, s:o, s:o}", "accuracy",
                        json_number(r->accuracy), "n", (json_int_t)r->count, "correct",
                        (json_int_t)r->correct, "interval", json_number(r->interval_low),
                        json_number(r->interval_high), "cost", json_number(r->cost), "top_k",
                        (json_int_t)r->top_k, "top_k_accuracy", json_number(r->top_k_accuracy),
                        "tta", e->options->tta ? e->options->tta : "off", "per_class",
                        json_classes(e), "confusion", confusion, "mistakes", json_mistakes(e)));
}

static int name_width(const eval *e)
{
    int width = 4;
    for (int k = 0; k < e->result.classes; k++) {
        int length = (int)strlen(ink_dataset_class_name(e->data, k));
        width = length > width ? length : width;
    }
    return width < 24 ? width : 24;
}

/* Accuracy of each class with a bar, and what it is most often taken for. */
static void print_classes(const eval *e)
{
    const ink_evaluation *r = &e->result;
    int width = name_width(e);
    for (int k = 0; k < r->classes; k++) {
        const size_t *row = r->confusion + (size_t)k * (size_t)r->classes;
        double share =
            r->class_count[k] ? (double)r->class_correct[k] / (double)r->class_count[k] : 0;
        int worst = -1;
        for (int g = 0; g < r->classes; g++)
            if (g != k && row[g] > 0 && (worst < 0 || row[g] > row[worst]))
                worst = g;
        printf("  %-*.*s %6.2f %%  ", width, width, ink_dataset_class_name(e->data, k),
               100 * share);
        for (int i = 0; i < 20; i++)
            fputs(i < (int)(share * 20 + 0.5) ? "█" : "·", stdout);
        printf("  of %s", thousands((double)r->class_count[k]));
        if (worst >= 0)
            printf(", %zu taken for %s", row[worst], ink_dataset_class_name(e->data, worst));
        putchar('\n');
    }
}

static void print_confusion(const eval *e)
{
    const ink_evaluation *r = &e->result;
    size_t classes = (size_t)r->classes;
    int width = name_width(e);
    width = width < 10 ? width : 10;
    if (classes > MOST_CONFUSION)
        return;
    printf("\nwhat it is (rows) and what the model says (columns)\n  %*s", width, "");
    for (int k = 0; k < r->classes; k++)
        printf(" %5.5s", ink_dataset_class_name(e->data, k));
    putchar('\n');
    for (size_t k = 0; k < classes; k++) {
        printf("  %*.*s", width, width, ink_dataset_class_name(e->data, (int)k));
        for (size_t g = 0; g < classes; g++) {
            size_t count = r->confusion[k * classes + g];
            if (count > 0)
                printf(" %5zu", count);
            else
                printf("     .");
        }
        putchar('\n');
    }
}

static void print_mistakes(const eval *e)
{
    const ink_evaluation *r = &e->result;
    size_t count = r->mistake_count < SHOWN ? r->mistake_count : SHOWN;
    char **captions = mistake_captions(e->data, r->mistakes, count);
    size_t *indices = mistake_indices(r->mistakes, count);
    if (count > 0 && captions && indices) {
        printf("\nits most confident mistakes\n");
        show_samples(e->data, indices, count, count, (const char *const *)captions);
    }
    captions_free(captions, count);
    free(indices);
}

static void print_text(const eval *e)
{
    const ink_evaluation *r = &e->result;
    printf("right on %s of %s: %.2f %% (95 %% sure: %.2f to %.2f %%), cost %.4f\n",
           thousands((double)r->correct), thousands((double)r->count), 100 * r->accuracy,
           100 * r->interval_low, 100 * r->interval_high, r->cost);
    printf("the label is among its %zu best guesses in %.2f %%\n\n", r->top_k,
           100 * r->top_k_accuracy);
    print_classes(e);
    print_confusion(e);
    if (!e->options->mistakes)
        print_mistakes(e);
}

/* ---- mistakes on the disk ---- */

static ink_status fail_file(eval *e, const char *path)
{
    e->err.status = INK_EIO;
    snprintf(e->err.text, sizeof e->err.text, "%.300s cannot be written: %s", path,
             strerror(errno));
    return INK_EIO;
}

static ink_status write_list(eval *e)
{
    char path[4200];
    const ink_evaluation *r = &e->result;
    snprintf(path, sizeof path, "%s/mistakes.csv", e->options->mistakes);
    FILE *file = fopen(path, "w");
    if (!file)
        return fail_file(e, path);
    fprintf(file, "index,label,guess,confidence\n");
    for (size_t i = 0; i < r->mistake_count; i++)
        fprintf(file, "%zu,\"%s\",\"%s\",%.6f\n", r->mistakes[i].index,
                ink_dataset_class_name(e->data, r->mistakes[i].label),
                ink_dataset_class_name(e->data, r->mistakes[i].guess),
                (double)r->mistakes[i].confidence);
    bool good = !ferror(file);
    good = fclose(file) == 0 && good;
    return good ? INK_OK : fail_file(e, path);
}

static ink_status write_sheet(eval *e, size_t first, const char *path)
{
    const ink_evaluation *r = &e->result;
    size_t count = r->mistake_count - first < SHEET ? r->mistake_count - first : SHEET;
    char **captions = mistake_captions(e->data, r->mistakes + first, count);
    size_t *indices = mistake_indices(r->mistakes + first, count);
    ink_picture sheet;
    ink_status status = INK_ENOMEM;
    if (captions && indices)
        status = ink_dataset_sheet(e->data, indices, count, 10, (const char *const *)captions,
                                   &sheet, &e->err);
    if (status == INK_OK) {
        status = ink_picture_save(&sheet, path, &e->err);
        ink_picture_release(&sheet);
    }
    captions_free(captions, count);
    free(indices);
    return status;
}

static ink_status write_mistakes(eval *e)
{
    const char *folder = e->options->mistakes;
    char path[4200];
    size_t sheets = 0;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return fail_file(e, folder);
    ink_status status = write_list(e);
    bool pictures = ink_dataset_pixels(e->data, 0) != NULL;
    for (size_t first = 0; pictures && status == INK_OK && first < e->result.mistake_count;
         first += SHEET) {
        snprintf(path, sizeof path, "%s/mistakes-%02zu.png", folder, ++sheets);
        status = write_sheet(e, first, path);
    }
    if (status == INK_OK && !e->options->json)
        printf("\n%zu mistakes, most confident first, in %s: mistakes.csv and %zu sheet%s\n",
               e->result.mistake_count, folder, sheets, sheets == 1 ? "" : "s");
    return status;
}

/* ---- the command ---- */

static ink_status open_data(eval *e)
{
    const eval_options *o = e->options;
    bool train = o->part && strcmp(o->part, "train") == 0;
    ink_status status = open_dataset(o->dataset, &o->choice, train ? &e->data : NULL,
                                     train ? NULL : &e->data, &e->err);
    if (status == INK_OK && !e->data) {
        e->err.status = status = INK_EINVAL;
        snprintf(e->err.text, sizeof e->err.text,
                 "%.200s has no test part; use --part train, or --split 0.2", o->dataset);
    }
    return status;
}

/* Ten classes are not the same ten classes. */
static ink_status check_classes(eval *e)
{
    const ink_model *m = e->model;
    for (int k = 0; k < m->classes && k < ink_dataset_classes(e->data); k++) {
        const char *name = ink_dataset_class_name(e->data, k);
        if (strcmp(m->class_names[k], name) == 0)
            continue;
        e->err.status = INK_EINVAL;
        snprintf(e->err.text, sizeof e->err.text,
                 "%.150s was made for other data than %.100s: its class %d is \"%.60s\", not "
                 "\"%.60s\"; `inkling info` says what it knows",
                 e->options->model, e->options->dataset, k, m->class_names[k], name);
        return INK_EINVAL;
    }
    return INK_OK;
}

static ink_status augment_data(eval *e)
{
    ink_augment augment;
    if (!e->options->augment)
        return INK_OK;
    ink_status status = ink_augment_parse(e->options->augment, &augment, &e->err);
    if (status != INK_OK || ink_augment_is_off(&augment))
        return status;
    ink_dataset *moved =
        ink_dataset_augmented(e->data, &augment, 1, e->options->choice.seed, e->pool, &e->err);
    if (!moved)
        return e->err.status;
    ink_dataset_free(e->data);
    e->data = moved;
    return INK_OK;
}

static ink_status evaluate(eval *e)
{
    const eval_options *o = e->options;
    e->model = shelf_open_model(o->model, &e->err);
    if (!e->model)
        return e->err.status;
    ink_status status = open_data(e);
    if (status == INK_OK)
        status = check_classes(e);
    if (status != INK_OK)
        return status;
    e->pool = ink_pool_new((size_t)o->threads, &e->err);
    if (!e->pool)
        return e->err.status;
    status = augment_data(e);
    ink_evaluate_settings s = {.cost = e->model->cost, .top_k = (size_t)o->top};
    if (status == INK_OK && o->tta)
        status = ink_tta_parse(o->tta, &s.tta, &e->err);
    ink_precision precision = INK_PRECISION_FLOAT32;
    if (status == INK_OK)
        status = precision_choose(o->precision, &precision, &e->err);
    ink_network_set_precision(e->model->network, precision);
    if (status == INK_OK)
        status = ink_evaluate(e->model->network, &e->model->input, e->data, &s, e->pool, &e->result,
                              &e->err);
    if (status != INK_OK)
        return status;
    if (o->json)
        print_json(e);
    else
        print_text(e);
    return o->mistakes ? write_mistakes(e) : INK_OK;
}

int command_eval(int argc, char **argv)
{
    eval_options o = {.choice = {.split = 0.2, .seed = 1}};
    const char *words[2];
    size_t count;
    int status = options_parse(&table, argc, argv, &o, NULL, words, &count);
    if (status != OPTIONS_GO_ON)
        return status;
    if (o.part && strcmp(o.part, "test") != 0 && strcmp(o.part, "train") != 0) {
        fprintf(stderr, "inkling: --part %s: expected test or train\n", o.part);
        return EXIT_USAGE;
    }
    o.model = words[0];
    o.dataset = words[1];
    eval e = {.options = &o};
    status = evaluate(&e) == INK_OK ? EXIT_GOOD : complain(&e.err);
    ink_evaluation_release(&e.result);
    ink_pool_free(e.pool);
    ink_dataset_free(e.data);
    ink_model_free(e.model);
    return status;
}
