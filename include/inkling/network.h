/* A network: layers from text, all weights and biases in one vector.
 *
 * Text. Either the short form, sizes joined by dashes ("784-100-10"), or the input's shape followed
 * by layers in order ("784 dense 300 relu dense 10 softmax", "28x28x1 dense 100 sigmoid ..."):
 *
 *   dense N          N nodes, each a weighted sum of all inputs plus a bias
 *   identity step sigmoid tanh relu leaky silu gelu
 *                    activation functions; step only forward: its slope is 0
 *   softmax          exp(z) / sum exp(z) over the nodes of a sample
 *   conv N KxK [stride S] [groups G] [valid | same] [nobias]
 *                    N filters over a picture of height x width x channels; zeros around it
 *                    (`same`, which need not be said), or with `valid` whole windows only
 *   pool K | pool KxK stride S | pool global  [average]
 *                    the largest, or the mean, of each window of a channel
 *   residual( A )  residual( A | B )
 *                    x + A(x), A(x) + B(x), for layers A and B that end in the same shape
 *   norm [noscale]   batch normalisation of each channel (running mean and variance in the state
 *                    vector)
 *   layernorm        normalisation over the channels of each pixel
 *   whiten KxK [nobias]
 *                    first layer only: a convolution computed from the data before training; its
 *                    bias is learned, or without one nothing is, and the second layer need not
 *                    find the slopes of its inputs
 *   scale F, flatten F x; a picture as one row
 *   dropout P        in training each value is 0 with probability P, the others times 1/(1-P)
 *   noise S          in training a normal number of s.d. S is added to each value
 *
 * The short form means ReLU between dense layers and softmax at the end; ink_network_expand makes
 * it explicit with other choices.
 *
 * Parameters lie layer after layer; a dense layer of I inputs and N nodes holds weights[I][N]
 * (row-major: input-major), then biases[N]; a conv layer weights[K][K][channels/G][N], then
 * biases[N]; a norm layer scale[N], then shift[N]. Pictures are [height][width][channels].
 *
 * Thread safety: a `const ink_network *` may be shared by threads that each have their own
 * workspace. */
#ifndef INKLING_NETWORK_H
#define INKLING_NETWORK_H

#include "inkling/error.h"
#include "inkling/machine.h"
#include "inkling/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ink_network ink_network;
typedef struct ink_workspace ink_workspace;

typedef enum ink_cost {
    INK_COST_CROSS_ENTROPY, /* after softmax: -sum t log y; otherwise binary, summed over nodes:
                               -sum t log y + (1-t) log(1-y) */
    INK_COST_SQUARED        /* sum over nodes of (y - t)^2; the video's */
} ink_cost;                 /* both: mean over the samples */

/* Weights are drawn from a normal distribution; biases start at 0, norm scales at 1. */
typedef enum ink_init {
    INK_INIT_AUTO,   /* He before ReLU-like activations, Glorot otherwise */
    INK_INIT_SQRT,   /* s.d. 1/sqrt(inputs), the video's */
    INK_INIT_HE,     /* s.d. sqrt(2/inputs): He, Zhang, Ren, Sun 2015 */
    INK_INIT_GLOROT, /* s.d. sqrt(2/(inputs+nodes)): Glorot, Bengio 2010 */
    INK_INIT_DIRAC   /* convolutions begin by passing their channels on: filter o sees channel o
                        alone, at the middle of the kernel; filters beyond the channels, and all
                        else: s.d. 1/sqrt(3 inputs) (Zagoruyko, Komodakis 2017) */
} ink_init;

/* "cross-entropy", "squared"; "auto", "sqrt", "he", "glorot", "dirac". Parsing also takes "ce",
 * "mse". */
INK_API const char *ink_cost_name(ink_cost cost);
INK_API ink_status ink_cost_parse(const char *name, ink_cost *cost, ink_error *err);
INK_API const char *ink_init_name(ink_init init);
INK_API ink_status ink_init_parse(const char *name, ink_init *init, ink_error *err);
/* "float32", "bf16". */
INK_API const char *ink_precision_name(ink_precision precision);
INK_API ink_status ink_precision_parse(const char *name, ink_precision *precision, ink_error *err);

/* NULL and the word that is wrong, with the layers known, when the text means no network. Weights
 * are zero until ink_network_init or a model file fills them. */
INK_API ink_network *ink_network_new(const char *text, ink_error *err);
/* The same without memory for weights, only to be asked - shapes, layers, counts, ink_train_check -
 * and freed: for text that nobody has looked at yet, which may mean terabytes. Its vectors are
 * NULL. */
INK_API ink_network *ink_network_plan(const char *text, ink_error *err);
INK_API ink_network *ink_network_copy(const ink_network *network, ink_error *err);
INK_API void ink_network_free(ink_network *network);

/* The same network for prediction alone: a norm directly behind a dense layer or a convolution goes
 * into its weights and is gone, so its scores differ by rounding and learning would differ. Layers
 * are counted anew. */
INK_API ink_network *ink_network_fold(const ink_network *network, ink_error *err);

/* The long form of `text` in fresh memory (free with ink_text_free). For the short form `hidden`
 * and `output` name the activations (NULL = "relu", "softmax"); given with a long form they are an
 * error, because it says its own. `dropout` > 0 adds dropout after each hidden activation, `noise`
 * > 0 adds noise on the input; both for either form. */
INK_API char *ink_network_expand(const char *text, const char *hidden, const char *output,
                                 double dropout, double noise, ink_error *err);
INK_API void ink_text_free(char *text);

/* Fills the parameters; the same seed gives the same bits. */
INK_API void ink_network_init(ink_network *network, ink_init init, uint64_t seed);

/* Float32 until set; ink_train sets what its settings say. Before workspaces are made: those made
 * before must not be used again. Kept by ink_network_copy, not by model files. */
INK_API void ink_network_set_precision(ink_network *network, ink_precision precision);
INK_API ink_precision ink_network_precision(const ink_network *network);

INK_API const char *ink_network_text(const ink_network *network); /* the long form */
INK_API void ink_network_input_shape(const ink_network *network, int *height, int *width,
                                     int *channels); /* "784" is 1x784x1 */
INK_API size_t ink_network_input_size(const ink_network *network);
INK_API size_t ink_network_output_size(const ink_network *network);

INK_API size_t ink_network_parameter_count(const ink_network *network);
INK_API float *ink_network_parameters(ink_network *network);
INK_API const float *ink_network_parameters_const(const ink_network *network);
INK_API size_t ink_network_state_count(const ink_network *network); /* saved but not learned */
INK_API float *ink_network_state(ink_network *network);
INK_API const float *ink_network_state_const(const ink_network *network);

typedef struct ink_layer_info {
    const char *text; /* "dense 300 relu" */
    const char *type; /* "dense" */
    int in_height, in_width, in_channels;
    int out_height, out_width, out_channels;
    size_t parameter_offset, parameter_count;
    size_t state_offset, state_count;
    double operations; /* floating-point operations a sample, forward */
} ink_layer_info;
INK_API size_t ink_network_layer_count(const ink_network *network);
INK_API ink_layer_info ink_network_layer(const ink_network *network, size_t index);

/* The named arrays inside the parameter and state vectors, in order: "0.dense.weight" of shape
 * [inputs][nodes], "0.dense.bias", "1.norm.mean", ... */
typedef struct ink_tensor_info {
    char name[48];
    bool state;    /* in the state vector, not the parameters */
    size_t offset; /* in floats */
    int rank;      /* 1..4 */
    size_t shape[4];
    size_t count; /* product of the shape */
} ink_tensor_info;
INK_API size_t ink_network_tensor_count(const ink_network *network);
INK_API ink_tensor_info ink_network_tensor(const ink_network *network, size_t index);

/* Memory for the activations of up to `batch` samples; with `training`, for gradients too. The pool
 * (NULL = the caller alone) is kept, not owned. */
INK_API ink_workspace *ink_workspace_new(const ink_network *network, size_t batch, bool training,
                                         ink_pool *pool, ink_error *err);
INK_API void ink_workspace_free(ink_workspace *workspace);
/* Keeps the weights of convolutions as the kernels read them, so that ink_predict does not
 * rearrange them for every call: worth it for pictures one by one. The answers have the same bits.
 * While it is used so, the network's parameters must not change; after a change, call it again. Not
 * for training.
 */
INK_API ink_status ink_workspace_pack(ink_workspace *workspace, ink_error *err);

/* Runs `count` samples (1..batch) x [count][inputs] through the network as a user of it would (no
 * dropout, no noise, running statistics); the answer [count][outputs] is owned by the workspace and
 * good until its next use. */
INK_API const float *ink_predict(const ink_network *network, ink_workspace *workspace,
                                 const float *x, size_t count);
/* After ink_predict: the output of one layer, [count][its nodes]. */
INK_API const float *ink_workspace_activation(const ink_workspace *workspace, size_t layer);

/* Mean cost of answers y against targets t, both [count][nodes]; `softmax` says whether y came from
 * a softmax. Summed in double. */
INK_API double ink_cost_value(ink_cost cost, bool softmax, const float *y, const float *t,
                              size_t count, size_t nodes);

/* The cost of a batch and, by backpropagation, its gradient with respect to every parameter,
 * written to `gradient` (as many floats as parameters). `key` drives dropout and noise: the same
 * key gives the same ones. State (running statistics) is updated. `network` is not const for that.
 */
INK_API double ink_network_gradient(ink_network *network, ink_workspace *workspace, const float *x,
                                    const float *t, size_t count, ink_cost cost, uint64_t key,
                                    float *gradient);

/* The same gradient by nudging one parameter after the other and looking at the cost: one-sided
 * (cost(w+h) - cost(w)) / h as in the video, or central (cost(w+h) - cost(w-h)) / 2h. Takes one or
 * two forward passes a parameter; state is updated once. */
INK_API double ink_network_gradient_finite(ink_network *network, ink_workspace *workspace,
                                           const float *x, const float *t, size_t count,
                                           ink_cost cost, uint64_t key, bool central, float h,
                                           float *gradient);

/* Compares backpropagation with central differences on random weights and samples, layer by layer.
 * A layer of up to 48 parameters is nudged one by one; in a larger one each of 64 nudges moves a
 * random eighth of them, each up or down. Where a difference is above 0.01 up to two other draws
 * are tried, and each nudge's best counts: a nudge may step over the kink of a ReLU. A rule that is
 * wrong for many parameters in every draw is found; a single slope in a large layer, or what is
 * wrong only now and then, may not be. */
typedef struct ink_gradcheck_layer {
    size_t layer;
    size_t checked;     /* nudges compared; 0 without parameters */
    double worst;       /* largest |a - b| / (|a| + |b| + floor) of a nudge's slopes; floor: 1e-2 of
                           the layer's largest, and the root of the sum of their squares where many
                           move at once. 0 without parameters */
    double input_worst; /* layer 0: the same for the gradient with respect to the network's input;
                           NAN for others */
} ink_gradcheck_layer;
/* `results` has room for one entry a layer. INK_EINVAL for a network with a step activation,
 * and for cross-entropy after anything but softmax or sigmoid. */
INK_API ink_status ink_gradcheck(const ink_network *network, ink_cost cost, uint64_t seed,
                                 ink_gradcheck_layer *results, ink_error *err);

#ifdef __cplusplus
}
#endif
#endif
