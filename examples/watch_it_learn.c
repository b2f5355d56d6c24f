/* The loop in your own hands: one update at a time, the rate turned on the way, and back again to
 * see what would have been. */
#include <inkling/inkling.h>

#include <stdio.h>
#include <stdlib.h>

/* Goes on to update `end`; the cost of the last batch, or -1. */
static double learn(ink_trainer *trainer, size_t end, ink_error *err)
{
    while (ink_trainer_look(trainer).update < end)
        if (ink_trainer_step(trainer, err) != INK_OK)
            return -1;
    return ink_trainer_look(trainer).cost;
}

static void compare(ink_trainer *trainer, void *middle, ink_error *err)
{
    ink_train_settings settings = *ink_trainer_settings(trainer);
    printf("after 100 updates the cost is %.4f\n", learn(trainer, 100, err));
    ink_trainer_keep(trainer, middle);
    printf("100 more: %.4f\n", learn(trainer, 200, err));
    ink_trainer_restore(trainer, middle, err);
    settings.rate /= 10;
    ink_trainer_tune(trainer, &settings, err);
    printf("at a tenth of the rate: %.4f\n", learn(trainer, 200, err));
}

int main(void)
{
    ink_error err = {.status = INK_OK};
    ink_dataset *data = NULL;
    ink_network *network = ink_network_new("2 dense 8 tanh dense 2 softmax", &err);
    ink_trainer *trainer = NULL;
    void *middle = NULL;
    ink_train_settings settings;
    ink_input input;

    ink_train_settings_init(&settings);
    settings.rate = 0.3f;
    ink_dataset_open("fruit:moons", NULL, &data, NULL, &err);
    if (err.status == INK_OK) {
        ink_network_init(network, INK_INIT_AUTO, settings.seed);
        ink_input_for(data, &input);
        trainer = ink_trainer_new(network, &input, data, &settings, NULL, &err);
    }
    if (trainer && (middle = malloc(ink_trainer_state_size(trainer))))
        compare(trainer, middle, &err);
    if (err.status != INK_OK)
        fprintf(stderr, "%s\n", err.text);
    free(middle);
    ink_trainer_free(trainer);
    ink_network_free(network);
    ink_dataset_free(data);
    return err.status != INK_OK;
}
