/* `inkling predict`: what a model sees in pictures. */
#include "inkling/inkling.h"

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/shelf.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct predict_options {
    uint64_t top;
    bool json;
} predict_options;

static const option_row rows[] = {
    {OPTION_GROUP, "Options", NULL, NULL, 0, 0, 0},
    {OPTION_WHOLE, "top", "K", "guesses shown, best first [3]", offsetof(predict_options, top), 1,
     65536},
    {OPTION_FLAG, "json", NULL, "one object a picture [no]", offsetof(predict_options, json), 0, 0},
};

static const option_table table = {
    .usage = "inkling predict MODEL PICTURE... [options]",
    .about =
        "Frames each PNG or JPEG as the model's data set frames its own, and ranks the model's\n"
        "guesses. Dark ink on light paper is turned into light on dark by itself. MODEL is a "
        "file,\n"
        "or the name of one that comes with Inkling.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
    .least = 2,
    .most = OPTIONS_MOST_WORDS};

typedef struct guess {
    int label;
    float score;
} guess;

static int better_first(const void *a, const void *b)
{
    const guess *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return x->label - y->label;
}

static void print_json(const ink_model *model, const char *path, const guess *guesses, size_t count,
                       bool blank)
{
    json_t *list = json_array();
    for (size_t i = 0; !blank && i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:i, s:o}", "name",
                                              model->class_names[guesses[i].label], "label",
                                              guesses[i].label, "score",
                                              json_number((double)guesses[i].score)));
    json_line(json_pack("{s:s, s:b, s:o}", "picture", path, "blank", (int)blank, "guesses", list));
}

static void print_text(const ink_model *model, const char *path, const guess *guesses, size_t count,
                       bool blank)
{
    if (blank) {
        printf("%s: nothing is drawn there\n", path);
        return;
    }
    printf("%s\n", path);
    for (size_t i = 0; i < count; i++) {
        printf("  %6.2f %%  ", 100 * (double)guesses[i].score);
        for (int bar = 0; bar < 20; bar++)
            fputs(bar < (int)(guesses[i].score * 20 + 0.5f) ? "█" : "·", stdout);
        printf("  %s\n", model->class_names[guesses[i].label]);
    }
}

static ink_status predict(const ink_model *model, ink_predictor *predictor, const char *path,
                          const predict_options *o, ink_error *err)
{
    ink_picture picture;
    size_t classes = (size_t)model->classes, count = o->top < classes ? (size_t)o->top : classes;
    float *scores = calloc(classes, sizeof *scores);
    guess *guesses = calloc(classes, sizeof *guesses);
    bool blank = false;
    ink_status status = scores && guesses ? ink_picture_load(path, 0, &picture, err) : INK_ENOMEM;
    if (!scores || !guesses)
        err->status = INK_ENOMEM;
    if (status == INK_OK) {
        status = ink_predictor_scores(predictor, &picture, scores, &blank, err);
        ink_picture_release(&picture);
    }
    if (status == INK_OK) {
        for (size_t k = 0; k < classes; k++)
            guesses[k] = (guess){(int)k, scores[k]};
        qsort(guesses, classes, sizeof *guesses, better_first);
        (o->json ? print_json : print_text)(model, path, guesses, count, blank);
    }
    free(scores);
    free(guesses);
    return status;
}

/* A picture that cannot be read does not keep the others from being looked at. */
int command_predict(int argc, char **argv)
{
    static const char *words[OPTIONS_MOST_WORDS];
    predict_options o = {.top = 3};
    ink_error err = {.status = INK_OK};
    size_t count;
    int status = options_parse(&table, argc, argv, &o, NULL, words, &count);
    if (status != OPTIONS_GO_ON)
        return status;
    ink_model *model = shelf_open_model(words[0], &err);
    ink_predictor *predictor = model ? ink_predictor_new(model, &err) : NULL;
    status = predictor ? EXIT_GOOD : complain(&err);
    for (size_t i = 1; predictor && i < count; i++) {
        err = (ink_error){.status = INK_OK};
        if (predict(model, predictor, words[i], &o, &err) != INK_OK)
            status = complain(&err);
    }
    ink_predictor_free(predictor);
    ink_model_free(model);
    return status;
}
