/* A run on the disk: a model file - anyone can load it and use what was learnt so far - with more
 * arrays ("train.v", ...) and strings ("train.settings", "train.position", ...). */
#include "train/checkpoint.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/dataset.h"
#include "model/model.h"
#include "model/safetensors.h"
#include "train/settings.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The vectors of a run and their names, in one list for writing and reading. */
enum { VECTORS = 6 };
typedef struct slot {
    const char *name;
    float **place;
    bool state;
} slot;

static void list_vectors(ink__vectors *vectors, slot slots[VECTORS])
{
    slots[0] = (slot){"train.v", &vectors->v, false};
    slots[1] = (slot){"train.s", &vectors->s, false};
    slots[2] = (slot){"train.raw", &vectors->raw, false};
    slots[3] = (slot){"train.raw_state", &vectors->raw_state, true};
    slots[4] = (slot){"train.best", &vectors->best, false};
    slots[5] = (slot){"train.best_state", &vectors->best_state, true};
}

/* Doubles in hexadecimal: the same bits come back. */
#define POSITION_WRITE                                                                             \
    "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %a %a %a %a %" PRIu64
#define POSITION_READ                                                                              \
    "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %la %la %la %la %" SCNu64

static void print_position(const ink__position *p, char *text, size_t size)
{
    snprintf(text, size, POSITION_WRITE, p->update, p->images, p->evaluations, p->waiting,
             p->stretch, p->stretch_cost, p->best_cost, p->train_seconds, p->load_seconds,
             p->samples);
}

static bool parse_position(const char *text, ink__position *p)
{
    return sscanf(text, POSITION_READ, &p->update, &p->images, &p->evaluations, &p->waiting,
                  &p->stretch, &p->stretch_cost, &p->best_cost, &p->train_seconds, &p->load_seconds,
                  &p->samples) == 10;
}

static size_t list_tensors(const ink__checkpoint *c, ink__tensor tensors[VECTORS])
{
    slot slots[VECTORS];
    ink__vectors vectors = c->vectors;
    size_t used = 0;
    list_vectors(&vectors, slots);
    for (size_t i = 0; i < VECTORS; i++) {
        size_t count = slots[i].state ? ink_network_state_count(c->network)
                                      : ink_network_parameter_count(c->network);
        if (*slots[i].place && count > 0)
            tensors[used++] = (ink__tensor){.name = slots[i].name,
                                            .rank = 1,
                                            .shape = {count},
                                            .count = count,
                                            .values = *slots[i].place};
    }
    return used;
}

ink_status ink__checkpoint_write(const ink__checkpoint *c, ink_error *err)
{
    char position[512], *settings = ink__settings_print(c->settings, err);
    if (!settings)
        return INK_ENOMEM;
    print_position(c->position, position, sizeof position);
    const char *name = c->settings->data_name ? c->settings->data_name : c->data->name;
    ink__pair pairs[] = {{"train.settings", settings},
                         {"train.position", position},
                         {"train.data", name},
                         {"train.note", c->settings->note ? c->settings->note : ""}};
    ink__tensor tensors[VECTORS];
    size_t count = list_tensors(c, tensors);
    char record[] = "{}";
    const ink_model model = {.network = c->network,
                             .input = *c->input,
                             .framing = c->data->framing,
                             .picture_height = c->data->height,
                             .picture_width = c->data->width,
                             .picture_channels = c->data->channels,
                             .cost = c->settings->cost,
                             .classes = c->data->classes,
                             .class_names = c->data->class_names,
                             .record = record};
    ink_status status = ink__model_write(&model, c->settings->checkpoint, false, tensors, count,
                                         pairs, sizeof pairs / sizeof *pairs, err);
    ink__free(settings);
    return status;
}

/* A copy of each vector that the file holds and that has the right length. */
static ink_status read_vectors(ink_resume *resume, const ink__safetensors *file, ink_error *err)
{
    slot slots[VECTORS];
    list_vectors(&resume->vectors, slots);
    for (size_t i = 0; i < VECTORS; i++) {
        const ink__tensor *tensor = ink__safetensors_tensor(file, slots[i].name);
        size_t count = slots[i].state ? ink_network_state_count(resume->model->network)
                                      : ink_network_parameter_count(resume->model->network);
        if (!tensor)
            continue;
        if (tensor->count != count)
            return ink__fail(err, INK_EFORMAT,
                             "%s: \"%s\" has %zu numbers, where %zu were expected", resume->path,
                             slots[i].name, tensor->count, count);
        *slots[i].place = ink__alloc(count, sizeof(float), err);
        if (!*slots[i].place)
            return INK_ENOMEM;
        memcpy(*slots[i].place, tensor->values, count * sizeof(float));
    }
    return INK_OK;
}

static ink_status check_position(const ink_resume *resume, ink_error *err)
{
    const ink__position *p = &resume->position;
    bool sane = p->samples > 0 && p->samples <= UINT32_MAX && p->update <= (uint64_t)1 << 48 &&
                p->images <= (uint64_t)1 << 56 && p->train_seconds >= 0 && p->load_seconds >= 0;
    return sane ? INK_OK
                : ink__fail(err, INK_EFORMAT, "%s: the position of the run makes no sense",
                            resume->path);
}

static ink_status read_run(ink_resume *resume, const ink__safetensors *file, ink_error *err)
{
    const char *settings = ink__safetensors_value(file, "train.settings");
    const char *position = ink__safetensors_value(file, "train.position");
    const char *data = ink__safetensors_value(file, "train.data");
    const char *note = ink__safetensors_value(file, "train.note");
    if (!settings || !position || !parse_position(position, &resume->position))
        return ink__fail(err, INK_EFORMAT,
                         "%s is no checkpoint: a finished model cannot be resumed", resume->path);
    ink_status status = check_position(resume, err);
    if (status == INK_OK)
        status = ink__settings_parse(settings, &resume->settings, err);
    if (status != INK_OK)
        return status;
    resume->data_name = ink__strdup(data ? data : "", err);
    resume->note = ink__strdup(note ? note : "", err);
    if (!resume->data_name || !resume->note)
        return INK_ENOMEM;
    resume->settings.checkpoint = resume->path;
    resume->settings.data_name = resume->data_name;
    resume->settings.note = resume->note;
    return read_vectors(resume, file, err);
}

ink_resume *ink_resume_open(const char *path, ink_error *err)
{
    ink_resume *resume = ink__alloc(1, sizeof *resume, err);
    ink__safetensors *file = resume ? ink__safetensors_read(path, err) : NULL;
    bool good = file != NULL;
    if (good) {
        resume->path = ink__strdup(path, err);
        resume->model = resume->path ? ink__model_from(file, path, err) : NULL;
        good = resume->model && read_run(resume, file, err) == INK_OK;
    }
    ink__safetensors_free(file);
    if (good)
        return resume;
    ink_resume_close(resume);
    return NULL;
}

void ink_resume_close(ink_resume *resume)
{
    if (!resume)
        return;
    slot slots[VECTORS];
    list_vectors(&resume->vectors, slots);
    for (size_t i = 0; i < VECTORS; i++)
        ink__free(*slots[i].place);
    ink_model_free(resume->model);
    ink__free(resume->path);
    ink__free(resume->note);
    ink__free(resume->data_name);
    ink__free(resume);
}

ink_model *ink_resume_model(ink_resume *resume)
{
    return resume->model;
}

ink_train_settings *ink_resume_settings(ink_resume *resume)
{
    return &resume->settings;
}

ink_status ink__resume_fits(const ink_resume *resume, const ink_dataset *train, ink_error *err)
{
    if (ink_dataset_count(train) == resume->position.samples)
        return INK_OK;
    return ink__fail(err, INK_EINVAL,
                     "%s was begun with %" PRIu64 " training samples of %s, but %s has %zu; a "
                     "run goes on with the data it began with",
                     resume->path, resume->position.samples, resume->data_name,
                     ink_dataset_name(train), ink_dataset_count(train));
}
