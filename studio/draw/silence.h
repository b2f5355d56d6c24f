/* When a network should rather say nothing: a picture without ink, noise, or an answer that is no
 * answer. Rules that can be measured, each with a sentence. */
#ifndef INK_STUDIO_SILENCE_H
#define INK_STUDIO_SILENCE_H

#include "inkling/picture.h"

#include <stddef.h>

typedef struct silence_facts {
    double ink;         /* share of the pad that is inked */
    double box;         /* larger side of the box around the ink, as a share of the pad */
    int pieces;         /* connected pieces of ink */
    double largest;     /* share of the ink in the eight largest of them */
    int holes;          /* pieces of the ground that ink encloses */
    double edge;        /* share of the inked cells that touch a blank one: 1 = dust, 0 = filled */
    double top, second; /* the two highest scores */
} silence_facts;

typedef enum silence_reason {
    SILENCE_BLANK = 1,      /* nothing is drawn */
    SILENCE_DOT = 2,        /* too little ink */
    SILENCE_FLOOD = 4,      /* too much ink */
    SILENCE_SPECKS = 8,     /* scattered specks */
    SILENCE_TANGLE = 16,    /* too many holes */
    SILENCE_UNSURE = 32,    /* no class scores high enough */
    SILENCE_TOO_CLOSE = 64, /* two classes score nearly the same */
    SILENCE_OTHER = 128     /* it is most like what it was taught as none of its classes */
} silence_reason;
enum { SILENCE_REASONS = 8 };

/* Looks at a square grey picture, light ink on dark; `top` and `second` are left at 0. */
silence_facts silence_look(const ink_picture *picture);
void silence_hear(silence_facts *facts, const float *scores, int classes);
/* A sum of reasons (SILENCE_OTHER is for who knows which class is none); 0 = let it speak. */
unsigned silence_judge(const silence_facts *facts);
/* One sentence for one reason, with the numbers; returns its length as snprintf. */
int silence_say(silence_reason reason, const silence_facts *facts, char *text, size_t size);

#endif
