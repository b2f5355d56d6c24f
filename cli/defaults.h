/* What `inkling train DATASET` means when nothing else is said. */
#ifndef INK_CLI_DEFAULTS_H
#define INK_CLI_DEFAULTS_H

#include "inkling/inkling.h"

/* The hidden part of a network's short form, "-300-", and the settings that go with it. */
typedef struct train_defaults {
    const char *name;   /* of the data set, up to a colon, or whole where one differs */
    const char *hidden; /* between inputs and classes: "-300-" */
    const char *activation, *output;
    ink_cost cost;
    ink_optimizer optimizer;
    double rate;
    uint64_t batch;
    double epochs;
    ink_schedule schedule;
    const char *augment;
} train_defaults;

/* Those of the data set; for one that is not known, by whether it holds pictures. */
const train_defaults *defaults_for(const char *dataset, bool pictures, int channels);
/* Writes the short form for that data, "784-300-10", into `text`. */
void defaults_network(const train_defaults *defaults, const ink_dataset *data, char *text,
                      size_t size);

#endif
