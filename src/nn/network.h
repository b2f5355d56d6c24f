/* What a network and a workspace are inside, and the training step. */
#ifndef INK_NN_NETWORK_H
#define INK_NN_NETWORK_H

#include "inkling/network.h"
#include "nn/layer.h"

enum { INK_MOST_BRANCHES = 8, INK_MOST_SLOTS = 4 * INK_MOST_BRANCHES };

struct ink_network {
    char *text; /* the long form */
    ink__shape in;
    ink__layer *layers;
    size_t layer_count;
    float *w, *state;
    size_t w_count, state_count;
    ink_precision precision;
};

/* Reads the text and computes all sizes, but allocates no vector: for whoever does not trust the
 * text. */
ink_network *ink__network_plan(const char *text, ink_error *err);
/* The long form, from the layers' own texts. */
char *ink__network_print(const ink_network *network, ink_error *err);
/* Allocates the vectors of a planned network. */
ink_status ink__network_allocate(ink_network *network, ink_error *err);

static inline const ink__layer *ink__network_last(const ink_network *network)
{
    return &network->layers[network->layer_count - 1];
}

static inline bool ink__ends_in_softmax(const ink_network *network)
{
    return ink__network_last(network)->type == &ink__layer_softmax;
}

struct ink_workspace {
    const ink_network *network;
    size_t batch;
    bool training;
    bool still;     /* forward in training leaves running statistics alone */
    ink_pool *pool; /* not owned */
    float **y;      /* the output of each layer, [batch][nodes] */
    float **saved;  /* each layer's own memory, NULL where none */
    int *slope;     /* on the way back: which slot holds the gradient with respect to a layer's
                       output; [0] is the network's input, [1 + i] layer i */
    float *slots[INK_MOST_SLOTS];
    int users[INK_MOST_SLOTS]; /* how many layers' gradient a slot is; 0 = free */
    float *scratch, *local;
    size_t local_size;
    float *arena;         /* all of the above */
    const float **packed; /* weights of each layer as forward reads them; NULL = packed anew in
                            every pass */
    float *packed_arena;
};

/* One forward pass; y of the last layer is the answer. */
void ink__network_forward(const ink_network *network, ink_workspace *ws, const float *x,
                          size_t count, bool training, uint64_t key);
/* Computes what layers of fixed weights need from `count` samples of input, if they were never
 * prepared. */
ink_status ink__network_prepare(ink_network *network, const float *x, size_t count, ink_error *err);
bool ink__network_needs_preparation(const ink_network *network);
/* The way back after a forward pass on the same x; `sink` takes the gradients. If `dx` is not NULL
 * it becomes the gradient with respect to the input. */
void ink__network_backward(const ink_network *network, ink_workspace *ws, const float *x,
                           const float *t, size_t count, ink_cost cost, uint64_t key,
                           const ink__sink *sink, float *dx);
/* Mean cost of the answer in the workspace. */
double ink__network_cost(const ink_network *network, const ink_workspace *ws, const float *t,
                         size_t count, ink_cost cost);

#endif
