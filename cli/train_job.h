/* A training run of the command line: what was asked for, and carrying it out. */
#ifndef INK_CLI_TRAIN_JOB_H
#define INK_CLI_TRAIN_JOB_H

#include <stdbool.h>
#include <stdint.h>

typedef struct train_options {
    const char *dataset, *net, *activation, *output, *cost, *optimizer, *schedule, *init, *gradient;
    const char *augment, *data, *model, *checkpoint, *resume, *recipe, *precision;
    double rate, momentum, beta2, epsilon, weight_decay, decay, bias_rate, dense_rate, bias_decay,
        dense_decay, warmup, clip, label_smoothing;
    double average, nudge, epochs, dropout, input_noise, split, eval_every, checkpoint_seconds;
    uint64_t batch, patience, seed, data_seed, threads, limit;
    bool keep_best, half, json;
    /* said, not default */
    bool has_momentum, has_epochs, has_rate, has_batch, has_data_seed, has_checkpoint_seconds;
} train_options;

void train_options_init(train_options *options);
/* Both return the exit status. */
int train_fresh(const train_options *options);
int train_resumed(const train_options *options);

#endif
