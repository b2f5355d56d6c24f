/* A training run of the command line, from data set to model file. */
#include "cli/train_job.h"

#include "cli/commands.h"
#include "cli/data_choice.h"
#include "cli/defaults.h"
#include "cli/hint.h"
#include "cli/json.h"
#include "cli/places.h"
#include "cli/precision_choice.h"
#include "cli/progress.h"
#include "inkling/inkling.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_INTERRUPTED = 130 };

typedef struct job {
    const train_options *options;
    const char *dataset; /* as it was asked for */
    ink_dataset *train, *test;
    ink_pool *pool;
    ink_model *model; /* owned by `resume` if there is one */
    ink_resume *resume;
    ink_train_settings settings;
    places places;
    bool keep_checkpoint; /* it was asked for */
    bool half;            /* the model file in float16 */
    json_t *note;
    char *note_text;
    progress progress;
    ink_error err;
} job;

void train_options_init(train_options *options)
{
    *options = (train_options){.momentum = 0.9,
                               .epsilon = 1e-8,
                               .bias_rate = 1,
                               .dense_rate = 1,
                               .dense_decay = 1,
                               .nudge = 1e-3,
                               .split = 0.2,
                               .eval_every = 1,
                               .checkpoint_seconds = 30,
                               .seed = 1};
}

/* ---- settings ---- */

static ink_status parse_names(const train_options *o, ink_train_settings *s, ink_error *err)
{
    ink_status status = INK_OK;
    if (o->cost)
        status = ink_cost_parse(o->cost, &s->cost, err);
    if (status == INK_OK && o->optimizer)
        status = ink_optimizer_parse(o->optimizer, &s->optimizer, err);
    if (status == INK_OK && o->schedule)
        status = ink_schedule_parse(o->schedule, &s->schedule, err);
    else if (status == INK_OK && o->decay > 0)
        s->schedule = INK_SCHEDULE_DECAY;
    if (status == INK_OK)
        status = precision_choose(o->precision, &s->precision, err);
    if (status == INK_OK && o->gradient)
        status = ink_gradient_method_parse(o->gradient, &s->gradient, err);
    return status;
}

static ink_status make_settings(job *j, const train_defaults *d, ink_error *err)
{
    const train_options *o = j->options;
    ink_train_settings *s = &j->settings;
    ink_train_settings_init(s);
    s->cost = d->cost;
    s->optimizer = d->optimizer;
    s->schedule = d->schedule;
    s->rate = (float)(o->has_rate ? o->rate : d->rate);
    s->batch = (size_t)(o->has_batch ? o->batch : d->batch);
    s->epochs = o->has_epochs ? o->epochs : d->epochs;
    s->momentum = (float)o->momentum;
    s->beta2 = (float)o->beta2;
    s->epsilon = (float)o->epsilon;
    s->weight_decay = (float)o->weight_decay;
    s->bias_rate = (float)o->bias_rate;
    s->dense_rate = (float)o->dense_rate;
    s->bias_decay = (float)o->bias_decay;
    s->dense_decay = (float)o->dense_decay;
    s->decay = (float)o->decay;
    s->warmup = (float)o->warmup;
    s->clip = (float)o->clip;
    s->label_smoothing = (float)o->label_smoothing;
    s->average = (float)o->average;
    s->nudge = (float)o->nudge;
    s->patience = (size_t)o->patience;
    s->keep_best = o->keep_best;
    s->eval_every = o->eval_every;
    s->seed = o->seed;
    s->checkpoint = j->places.checkpoint;
    s->checkpoint_seconds = o->checkpoint_seconds;
    s->data_name = j->dataset;
    s->note = j->note_text;
    ink_status status = parse_names(o, s, err);
    return status == INK_OK
               ? ink_augment_parse(o->augment ? o->augment : d->augment, &s->augment, err)
               : status;
}

static ink_network *make_network(const job *j, const train_defaults *d, ink_error *err)
{
    const train_options *o = j->options;
    char standard[256];
    const char *hidden = o->activation, *output = o->output;
    ink_init init = INK_INIT_AUTO;
    if (o->init && ink_init_parse(o->init, &init, err) != INK_OK)
        return NULL;
    defaults_network(d, j->train, standard, sizeof standard);
    if (!o->net) {
        hidden = hidden ? hidden : d->activation;
        output = output ? output : d->output;
    }
    char *text = ink_network_expand(o->net ? o->net : standard, hidden, output, o->dropout,
                                    o->input_noise, err);
    ink_network *network = text ? ink_network_new(text, err) : NULL;
    ink_text_free(text);
    if (network)
        ink_network_init(network, init, o->seed);
    return network;
}

/* ---- what is said ---- */

/* What the first command said, from the note that checkpoints carry; null where there is none. */
static json_t *noted(const job *j, const char *key)
{
    json_t *value = json_object_get(j->note, key);
    return value ? json_incref(value) : json_null();
}

/* Seeds are 64 bits without a sign: those beyond JSON's integers are said in words. */
static json_t *whole(uint64_t value)
{
    char text[24];
    if (value <= INT64_MAX)
        return json_integer((json_int_t)value);
    snprintf(text, sizeof text, "%" PRIu64, value);
    return json_string(text);
}

/* Everything that the weights follow from, beside data and network: enough to repeat the run. */
static json_t *describe_settings(const job *j)
{
    const ink_train_settings *s = &j->settings;
    char augment[512];
    ink_augment_print(&s->augment, augment, sizeof augment);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"rate", (double)s->rate},
                   {"momentum", (double)s->momentum},
                   {"beta2", (double)s->beta2},
                   {"epsilon", (double)s->epsilon},
                   {"weight_decay", (double)s->weight_decay},
                   {"bias_rate", (double)s->bias_rate},
                   {"dense_rate", (double)s->dense_rate},
                   {"bias_decay", (double)s->bias_decay},
                   {"dense_decay", (double)s->dense_decay},
                   {"decay", (double)s->decay},
                   {"warmup", (double)s->warmup},
                   {"clip", (double)s->clip},
                   {"label_smoothing", (double)s->label_smoothing},
                   {"average", (double)s->average},
                   {"nudge", (double)s->nudge},
                   {"epochs", s->epochs},
                   {"eval_every", s->eval_every}};
    json_t *said = json_pack(
        "{s:o, s:o, s:s, s:s, s:s, s:s, s:I, s:I, s:b, s:s, s:s, s:o, s:o, s:o, s:o, s:b}",
        "recipe", noted(j, "recipe"), "init", noted(j, "init"), "cost", ink_cost_name(s->cost),
        "gradient", ink_gradient_method_name(s->gradient), "optimizer",
        ink_optimizer_name(s->optimizer), "schedule", ink_schedule_name(s->schedule), "batch",
        (json_int_t)s->batch, "patience", (json_int_t)s->patience, "keep_best", s->keep_best,
        "augment", augment, "precision", ink_precision_name(s->precision), "seed", whole(s->seed),
        "data_seed", whole((uint64_t)json_integer_value(json_object_get(j->note, "seed"))), "split",
        noted(j, "split"), "limit", noted(j, "limit"), "half", j->half);
    for (size_t i = 0; said && i < sizeof numbers / sizeof *numbers; i++)
        json_object_set_new(said, numbers[i].name, json_number(numbers[i].value));
    return said;
}

/* A network that learns mostly one class is right most of the time and knows nothing of the rest.
 */
static void tell_uneven(const job *j)
{
    enum { UNEVEN = 10 }; /* times as many */
    size_t classes = (size_t)ink_dataset_classes(j->train), least = 0, most = 0;
    size_t *counts = calloc(classes, sizeof *counts);
    for (size_t i = 0; counts && i < ink_dataset_count(j->train); i++)
        counts[ink_dataset_label(j->train, i)]++;
    for (size_t k = 1; counts && k < classes; k++) {
        least = counts[k] < counts[least] ? k : least;
        most = counts[k] > counts[most] ? k : most;
    }
    if (counts && counts[most] > UNEVEN * counts[least]) {
        printf("uneven: %s of %s", thousands((double)counts[most]),
               ink_dataset_class_name(j->train, (int)most));
        printf(", %s of %s: mostly the first is learnt; inkling eval tells each class\n",
               thousands((double)counts[least]), ink_dataset_class_name(j->train, (int)least));
    }
    free(counts);
}

static void say_start(const job *j)
{
    const ink_network *network = j->model->network;
    size_t test = j->test ? ink_dataset_count(j->test) : 0;
    const ink_train_settings *s = &j->settings;
    char augment[512];
    if (j->options->json) {
        json_line(json_pack("{s:s, s:I, s:s, s:s, s:I, s:I, s:I, s:s, s:s, s:o}", "event", "start",
                            "parameters", (json_int_t)ink_network_parameter_count(network),
                            "network", ink_network_text(network), "data", j->dataset,
                            "train_samples", (json_int_t)ink_dataset_count(j->train),
                            "test_samples", (json_int_t)test, "threads",
                            (json_int_t)ink_pool_threads(j->pool), "kernels", ink_machine_kernels(),
                            "model", j->places.model, "settings", describe_settings(j)));
        return;
    }
    ink_augment_print(&s->augment, augment, sizeof augment);
    printf("%s: %s samples to learn from, %s to test with, %d classes\n", j->dataset,
           thousands((double)ink_dataset_count(j->train)), thousands((double)test),
           ink_dataset_classes(j->train));
    tell_uneven(j);
    printf("network %s: %s parameters\n", ink_network_text(network),
           thousands((double)ink_network_parameter_count(network)));
    printf("%s, rate %g %s, batch %s, %g epochs, augmentation %s, seed %llu, %zu thread%s%s\n",
           ink_optimizer_name(s->optimizer), (double)s->rate, ink_schedule_name(s->schedule),
           s->batch ? thousands((double)s->batch) : "all", s->epochs, augment,
           (unsigned long long)s->seed, ink_pool_threads(j->pool),
           ink_pool_threads(j->pool) == 1 ? "" : "s",
           s->precision == INK_PRECISION_BF16 ? ", bf16" : "");
    fflush(stdout);
}

static void record_run(job *j, const ink_train_event *end)
{
    json_t *record = json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "made_by",
        "inkling " INKLING_VERSION, "kernels", ink_machine_kernels(), "data", j->dataset,
        "train_samples", (json_int_t)ink_dataset_count(j->train), "test_samples",
        (json_int_t)(j->test ? ink_dataset_count(j->test) : 0), "epochs", json_number(end->epoch),
        "cost", json_number(end->cost), "train_accuracy", json_number(end->train_accuracy),
        "test_accuracy", json_number(end->test_accuracy), "train_seconds",
        json_number(end->train_seconds), "settings", describe_settings(j));
    char *text = record ? json_dumps(record, JSON_COMPACT) : NULL;
    if (text)
        ink_model_set_record(j->model, text, NULL);
    json_decref(record);
    free(text);
}

static void say_end(job *j, const ink_train_event *end)
{
    char sha[65] = "";
    double low, high;
    ink_network_sha256(j->model->network, sha, NULL);
    if (j->options->json) {
        json_line(json_pack(
            "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:b}", "event", "end", "epoch",
            json_number(end->epoch), "test_accuracy", json_number(end->test_accuracy),
            "train_accuracy", json_number(end->train_accuracy), "train_seconds",
            json_number(end->train_seconds), "load_seconds", json_number(end->load_seconds),
            "images_per_second", json_number(end->images_per_second), "weights_sha256", sha,
            "model", j->places.model, "stopped_early", end->stopped_early));
        return;
    }
    if (end->stopped_early)
        printf("stopped early: no better for %zu evaluations\n", j->settings.patience);
    if (j->test) {
        size_t n = ink_dataset_count(j->test);
        size_t right = (size_t)(end->test_accuracy * (double)n + 0.5);
        ink_interval(right, n, &low, &high);
        printf("right on %.2f %% of %s samples it has never seen (95 %% sure: %.2f to %.2f %%)\n",
               100 * end->test_accuracy, thousands((double)n), 100 * low, 100 * high);
    }
    printf("saved as %s; next: ", j->places.model);
    print_command(stdout, "eval", j->places.model, j->dataset, NULL);
    putchar('\n');
}

/* ---- running ---- */

static void release(job *j)
{
    ink_pool_free(j->pool);
    ink_dataset_free(j->train);
    ink_dataset_free(j->test);
    if (j->resume)
        ink_resume_close(j->resume);
    else
        ink_model_free(j->model);
    json_decref(j->note);
    free(j->note_text);
    places_release(&j->places);
}

static bool listen(const ink_train_event *event, void *user)
{
    job *j = user;
    if (event->kind == INK_EVENT_CHECKPOINT)
        places_hold(&j->places);
    return progress_event(&j->progress, event);
}

static int stopped(job *j)
{
    if (j->options->json)
        json_line(json_pack("{s:s, s:o, s:s}", "event", "interrupted", "epoch",
                            json_number(j->progress.last.epoch), "checkpoint",
                            j->settings.checkpoint));
    else {
        printf("stopped after epoch %.2f; go on with\n  ", j->progress.last.epoch);
        const char *other = j->resume ? j->options->model : NULL; /* than the checkpoint says */
        print_command(stdout, "train", "--resume", j->settings.checkpoint, other ? "-o" : NULL,
                      other, NULL);
        putchar('\n');
    }
    return EXIT_INTERRUPTED;
}

/* What was good is kept, beside whatever is already called by the model's name. */
static int diverged(job *j)
{
    char path[PLACES_MODEL + 32];
    ink_error problem = {.status = INK_OK};
    snprintf(path, sizeof path, "%s.last-good", j->places.model);
    bool saved = ink_model_save(j->model, path, &problem) == INK_OK;
    if (j->options->json)
        json_line(json_pack("{s:s, s:s, s:o}", "event", "diverged", "message", j->err.text, "model",
                            saved ? json_string(path) : json_null()));
    int status = complain(&j->err);
    if (saved)
        fprintf(stderr, "inkling: the last good weights are in %s\n", path);
    if (!j->keep_checkpoint)
        unlink(j->settings.checkpoint);
    return status;
}

static ink_status measure(const job *j, const ink_model *model, const ink_dataset *data,
                          double *accuracy, double *cost, ink_error *err)
{
    ink_evaluation result;
    ink_status status =
        ink_evaluate(model->network, &model->input, data,
                     &(ink_evaluate_settings){.cost = model->cost}, j->pool, &result, err);
    if (status != INK_OK)
        return status;
    *accuracy = result.accuracy;
    *cost = result.cost;
    ink_evaluation_release(&result);
    return INK_OK;
}

/* Rounds the weights as the file does: what is said and recorded of them - hash, accuracies, the
 * cost on the training samples - is that of the network in the file. */
static ink_status save_half(job *j, ink_train_event *end)
{
    ink_network *network = j->model->network;
    if (ink_model_save_half(j->model, j->places.model, &j->err) != INK_OK)
        return j->err.status;
    ink_model *saved = ink_model_load(j->places.model, &j->err);
    if (!saved)
        return j->err.status;
    ink_network_set_precision(saved->network, j->settings.precision);
    memcpy(ink_network_parameters(network), ink_network_parameters(saved->network),
           ink_network_parameter_count(network) * sizeof(float));
    memcpy(ink_network_state(network), ink_network_state(saved->network),
           ink_network_state_count(network) * sizeof(float));
    ink_status status = measure(j, saved, j->train, &end->train_accuracy, &end->cost, &j->err);
    if (status == INK_OK && j->test)
        status = measure(j, saved, j->test, &end->test_accuracy, &end->test_cost, &j->err);
    ink_model_free(saved);
    if (status != INK_OK)
        return status;
    record_run(j, end);
    return ink_model_save_half(j->model, j->places.model, &j->err);
}

static int finish(job *j)
{
    ink_train_event end = j->progress.last;
    record_run(j, &end);
    ink_status saved =
        j->half ? save_half(j, &end) : ink_model_save(j->model, j->places.model, &j->err);
    if (saved != INK_OK) {
        int status = complain(&j->err);
        fputs("inkling: nothing is lost: `", stderr);
        print_command(stderr, "train", "--resume", j->settings.checkpoint, "-o", "OTHER", NULL);
        fputs("` ends it\n", stderr);
        return status;
    }
    if (!j->keep_checkpoint)
        unlink(j->settings.checkpoint);
    say_end(j, &end);
    return EXIT_GOOD;
}

static int run(job *j)
{
    progress_init(&j->progress, j->options->json);
    say_start(j);
    ink_status status =
        j->resume ? ink_resume_train(j->resume, j->train, j->test, j->pool, listen, j, &j->err)
                  : ink_train(j->model->network, &j->model->input, j->train, j->test, &j->settings,
                              j->pool, listen, j, &j->err);
    progress_clear(&j->progress);
    if (status == INK_ESTOPPED)
        return stopped(j);
    if (status == INK_EDIVERGED)
        return diverged(j);
    return status == INK_OK ? finish(j) : complain(&j->err);
}

static ink_status open_data(job *j, const data_choice *choice)
{
    ink_status status = open_dataset(j->dataset, choice, &j->train, &j->test, &j->err);
    interrupt_watch(); /* while it reads Ctrl-C just ends it */
    return status;
}

static uint64_t data_seed(const train_options *o)
{
    return o->has_data_seed ? o->data_seed : o->seed;
}

/* What a resumed run wants to know. */
static void write_note(job *j)
{
    const train_options *o = j->options;
    j->note = json_pack("{s:s, s:f, s:I, s:I, s:s?, s:s, s:b, s:b, s:s, s:s?}", "dataset",
                        o->dataset, "split", o->split, "limit", (json_int_t)o->limit, "seed",
                        (json_int_t)data_seed(o), "data", o->data, "model", j->places.model,
                        "keep_checkpoint", j->keep_checkpoint, "half", o->half, "init",
                        o->init ? o->init : "auto", "recipe", o->recipe);
    j->note_text = j->note ? json_dumps(j->note, JSON_COMPACT) : NULL;
}

static ink_status prepare_fresh(job *j)
{
    const train_options *o = j->options;
    int height, width, channels;
    ink_status status = open_data(j, &(data_choice){o->data, o->split, o->limit, data_seed(o)});
    if (status == INK_OK)
        status = places_take(&j->places, &j->err);
    if (status != INK_OK)
        return status;
    write_note(j);
    ink_dataset_shape(j->train, &height, &width, &channels);
    const train_defaults *d =
        defaults_for(j->dataset, ink_dataset_pixels(j->train, 0) != NULL, channels);
    ink_network *network = make_network(j, d, &j->err);
    status = network ? make_settings(j, d, &j->err) : j->err.status;
    if (status == INK_OK)
        status = ink_train_check(&j->settings, network, j->train, j->test, &j->err);
    if (status != INK_OK) {
        ink_network_free(network);
        return status;
    }
    j->model = ink_model_new(network, j->train, j->settings.cost, &j->err);
    return j->err.status;
}

int train_fresh(const train_options *o)
{
    job j = {.options = o,
             .dataset = o->dataset,
             .half = o->half,
             .keep_checkpoint = o->checkpoint != NULL,
             .places = PLACES_NONE};
    bool good = places_begin(&j.places, o->dataset, o->model, o->checkpoint, &j.err) == INK_OK &&
                prepare_fresh(&j) == INK_OK;
    j.pool = good ? ink_pool_new((size_t)o->threads, &j.err) : NULL;
    int status = j.pool ? run(&j) : complain(&j.err);
    release(&j);
    return status;
}

/* What the first command said about data and model comes from the checkpoint's note. */
static bool read_note(job *j)
{
    const char *text = ink_resume_settings(j->resume)->note;
    j->note = json_loads(text ? text : "", JSON_REJECT_DUPLICATES, NULL);
    j->dataset = json_string_value(json_object_get(j->note, "dataset"));
    const char *model = json_string_value(json_object_get(j->note, "model"));
    if (j->dataset && model)
        return places_resume(&j->places, j->options->model ? j->options->model : model,
                             j->options->resume, &j->err) == INK_OK;
    j->err.status = INK_EFORMAT;
    snprintf(j->err.text, sizeof j->err.text,
             "%.300s was not written by this command, so its data set is not known",
             j->options->resume);
    return false;
}

static bool prepare_resumed(job *j)
{
    const train_options *o = j->options;
    j->resume = ink_resume_open(o->resume, &j->err);
    if (!j->resume && access(o->resume, F_OK) != 0)
        snprintf(j->err.text, sizeof j->err.text,
                 "there is no checkpoint %.200s; a run that was stopped leaves one beside its "
                 "model, as MODEL.checkpoint",
                 o->resume);
    if (!j->resume || !read_note(j))
        return false;
    ink_train_settings *s = ink_resume_settings(j->resume);
    if (o->has_epochs)
        s->epochs = o->epochs;
    if (o->has_checkpoint_seconds)
        s->checkpoint_seconds = o->checkpoint_seconds;
    j->settings = *s;
    j->model = ink_resume_model(j->resume);
    j->keep_checkpoint = json_is_true(json_object_get(j->note, "keep_checkpoint"));
    j->half = json_is_true(json_object_get(j->note, "half"));
    const char *folder = json_string_value(json_object_get(j->note, "data"));
    const data_choice choice = {
        .folder = o->data ? o->data : folder,
        .split = json_real_value(json_object_get(j->note, "split")),
        .limit = (uint64_t)json_integer_value(json_object_get(j->note, "limit")),
        .seed = (uint64_t)json_integer_value(json_object_get(j->note, "seed"))};
    return open_data(j, &choice) == INK_OK && places_take(&j->places, &j->err) == INK_OK;
}

int train_resumed(const train_options *o)
{
    job j = {.options = o, .places = PLACES_NONE};
    bool good = prepare_resumed(&j);
    j.pool = good ? ink_pool_new((size_t)o->threads, &j.err) : NULL;
    int status = j.pool ? run(&j) : complain(&j.err);
    release(&j);
    return status;
}
