/* A formula in x, as a user types it, with its exact derivative.
 *
 * Numbers, x, pi, e, + - * / ^, parentheses, |...|, a minus in front, multiplication without a sign
 * ("2x", "3(x+1)"), and sin cos tan exp ln sqrt abs tanh sigmoid relu. ^ binds to the right and
 * before a minus in front: -x^2 is -(x^2), as on paper.
 *
 * The derivative comes from forward-mode automatic differentiation: every step works on a pair of
 * value and slope (a dual number; Wengert 1964), so it is exact but for rounding.
 *
 * Thread safety: a formula never changes and may be used by any number of threads. */
#ifndef INK_STUDIO_FORMULA_H
#define INK_STUDIO_FORMULA_H

#include "inkling/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { FORMULA_MOST_LENGTH = 200, FORMULA_MOST_DEPTH = 32 };

typedef struct formula formula;

/* NULL and a sentence that says at which character what was expected. */
formula *formula_new(const char *text, ink_error *err);
void formula_free(formula *formula);
const char *formula_text(const formula *formula);
/* The same for KaTeX: "\frac{1}{2}x^{2}"; at most `size` bytes with the zero. False if it is
 * longer.
 */
bool formula_tex(const formula *formula, char *tex, size_t size);

typedef struct dual {
    double value;
    double slope; /* NAN where there is none: in a kink, at a pole, outside the domain */
} dual;

dual formula_at(const formula *formula, double x);
/* The value as float32 arithmetic gives it: x, numbers and each intermediate result are rounded. */
float formula_at_single(const formula *formula, float x);

#endif
