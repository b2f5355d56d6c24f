/* What does a model see in a picture?  ./predict_picture digits.safetensors seven.png */
#include <inkling/inkling.h>

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    ink_error err = {.status = INK_OK};
    ink_picture picture = {.pixels = NULL};
    bool blank = false;
    if (argc != 3) {
        fprintf(stderr, "usage: %s MODEL PICTURE\n", argv[0]);
        return 2;
    }
    ink_model *model = ink_model_load(argv[1], &err);
    float *scores = model ? calloc((size_t)model->classes, sizeof *scores) : NULL;
    if (scores)
        ink_picture_load(argv[2], 0, &picture, &err);
    if (picture.pixels)
        ink_model_predict(model, &picture, scores, &blank, &err);
    if (err.status != INK_OK)
        fprintf(stderr, "%s\n", err.text);
    else if (blank)
        printf("nothing is drawn there\n");
    for (int k = 0; err.status == INK_OK && !blank && k < model->classes; k++)
        printf("%6.2f %%  %s\n", 100 * (double)scores[k], model->class_names[k]);
    ink_picture_release(&picture);
    free(scores);
    ink_model_free(model);
    return err.status != INK_OK;
}
