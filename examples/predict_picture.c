/* What does a model see in pictures?  ./predict_picture digits.safetensors seven.png three.png */
#include <inkling/inkling.h>

#include <stdio.h>
#include <stdlib.h>

static void look(const ink_model *model, ink_predictor *predictor, const char *path, float *scores,
                 ink_error *err)
{
    ink_picture picture = {.pixels = NULL};
    bool blank = false;
    if (ink_picture_load(path, 0, &picture, err) == INK_OK &&
        ink_predictor_scores(predictor, &picture, scores, &blank, err) == INK_OK)
        printf("%s%s\n", path, blank ? ": nothing is drawn there" : "");
    for (int k = 0; err->status == INK_OK && !blank && k < model->classes; k++)
        printf("%6.2f %%  %s\n", 100 * (double)scores[k], model->class_names[k]);
    ink_picture_release(&picture);
}

int main(int argc, char **argv)
{
    ink_error err = {.status = INK_OK};
    if (argc < 3) {
        fprintf(stderr, "usage: %s MODEL PICTURE...\n", argv[0]);
        return 2;
    }
    ink_model *model = ink_model_load(argv[1], &err);
    ink_predictor *predictor = model ? ink_predictor_new(model, &err) : NULL;
    float *scores = model ? calloc((size_t)model->classes, sizeof *scores) : NULL;
    for (int i = 2; predictor && scores && err.status == INK_OK && i < argc; i++)
        look(model, predictor, argv[i], scores, &err);
    if (err.status != INK_OK)
        fprintf(stderr, "%s\n", err.text);
    free(scores);
    ink_predictor_free(predictor);
    ink_model_free(model);
    return err.status != INK_OK || !scores;
}
