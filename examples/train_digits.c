/* Twenty lines: learn digits, say how well, keep the model.
 *   cc train_digits.c $(pkg-config --cflags --libs inkling) && ./a.out mnist */
#include <inkling/inkling.h>

#include <stdio.h>

static bool show(const ink_train_event *event, void *user)
{
    (void)user;
    if (event->kind == INK_EVENT_EPOCH)
        printf("epoch %g: cost %.4f, right on %.2f %%\n", event->epoch, event->cost,
               100 * event->test_accuracy);
    return true; /* false would stop */
}

int main(int argc, char **argv)
{
    ink_error err = {.status = INK_OK};
    ink_dataset *train = NULL, *test = NULL;
    ink_network *network = ink_network_new("784-300-10", &err);
    ink_pool *pool = ink_pool_new(0, &err);
    ink_train_settings settings;
    ink_model *model = NULL;

    ink_train_settings_init(&settings);
    settings.epochs = 5;
    settings.schedule = INK_SCHEDULE_COSINE;
    ink_dataset_open(argc > 1 ? argv[1] : "glyphs:digits", NULL, &train, &test, &err);
    if (err.status == INK_OK) {
        ink_network_init(network, INK_INIT_AUTO, settings.seed);
        model = ink_model_new(network, train, settings.cost, &err);
    }
    if (model)
        ink_train(model->network, &model->input, train, test, &settings, pool, show, NULL, &err);
    if (err.status == INK_OK)
        ink_model_save(model, "digits.safetensors", &err);
    if (err.status != INK_OK)
        fprintf(stderr, "%s\n",
                err.text); /* the first error is kept: one look at the end will do */

    ink_model_free(model);
    ink_pool_free(pool);
    ink_dataset_free(train);
    ink_dataset_free(test);
    return err.status != INK_OK;
}
