/* Your own numbers: which of two rings does a point lie on? */
#include <inkling/inkling.h>

#include <math.h>
#include <stdio.h>

enum { POINTS = 400 };

int main(void)
{
    static float x[POINTS][2];
    static int32_t ring[POINTS];
    const char *names[] = {"inner", "outer"};
    ink_error err = {.status = INK_OK};
    for (int i = 0; i < POINTS; i++) {
        double angle = 2.4 * i, radius = 0.4 + 0.5 * (i % 2) + 0.1 * sin(7.0 * i);
        x[i][0] = (float)(radius * cos(angle));
        x[i][1] = (float)(radius * sin(angle));
        ring[i] = i % 2;
    }
    ink_dataset *data = ink_dataset_new_vectors(POINTS, 2, &x[0][0], ring, 2, names, &err);
    ink_network *network = ink_network_new("2 dense 8 tanh dense 2 softmax", &err);
    ink_evaluation seen = {.count = 0};
    ink_train_settings settings;
    ink_input input;

    ink_train_settings_init(&settings);
    settings.epochs = 60;
    settings.eval_every = 0;
    if (err.status == INK_OK) {
        ink_network_init(network, INK_INIT_AUTO, 1);
        ink_input_for(data, &input);
        ink_train(network, &input, data, NULL, &settings, NULL, NULL, NULL, &err);
    }
    if (err.status == INK_OK)
        ink_evaluate(network, &input, data, NULL, NULL, &seen, &err);
    if (err.status == INK_OK)
        printf("right on %zu of %zu\n", seen.correct, seen.count);
    else
        fprintf(stderr, "%s\n", err.text);
    ink_evaluation_release(&seen);
    ink_network_free(network);
    ink_dataset_free(data);
    return err.status != INK_OK;
}
