/* A look at one weight or bias of a small network: the chain rule factor by factor, with this
 * sample's numbers, and the same slope by nudging.
 *
 * Thread safety: plain data and pure functions. */
#ifndef INK_STUDIO_LENS_H
#define INK_STUDIO_LENS_H

#include "studio/fruit/fruit_net.h"

enum { LENS_FACTORS = 3, LENS_TEX = 640 };

/* What is looked at: a network, its parameters, and one sample with its targets. */
typedef struct lens_subject {
    const fruit_shape *shape;
    const double *w;
    const double *x, *t;
    ink_cost cost;
} lens_subject;

typedef struct lens_factor {
    char tex[128];      /* "\frac{\partial a}{\partial z}" */
    char meaning[128];  /* in words */
    char how[LENS_TEX]; /* TeX: where the number comes from */
    double value;
} lens_factor;

typedef struct lens {
    fruit_place place;
    size_t count; /* of factors: 2 where cost and activation shrink to one, otherwise 3 */
    lens_factor factors[LENS_FACTORS];
    double node_value;      /* dc/dz of the node it leads to */
    double product;         /* dc/dw */
    double h;               /* of the nudge */
    double higher, lower;   /* cost at w + h, w - h */
    double central;         /* (higher - lower) / 2h */
    char formula[LENS_TEX]; /* TeX, symbols */
    char numbers[LENS_TEX]; /* TeX, the same with numbers */
    char nudge[LENS_TEX];   /* TeX of the central difference */
} lens;

void lens_look(const lens_subject *subject, const fruit_pass *pass, size_t parameter, lens *out);

/* Backpropagation in steps: 0 the outputs; then for each layer from the last to the first its node
 * values, and the slopes of its weights. */
size_t lens_steps(const fruit_shape *shape);
void lens_step_sentence(const fruit_shape *shape, size_t step, char text[256]);
/* The layer a step is about; *weights: its weights rather than its nodes. */
size_t lens_step_layer(const fruit_shape *shape, size_t step, bool *weights);

#endif
