/* A network's text, word by word. */
#ifndef INK_NN_WORDS_H
#define INK_NN_WORDS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { INK_WORD = 64 }; /* bytes of the longest word, with its zero */

typedef struct ink__words {
    const char *at; /* what is left */
} ink__words;

/* The next word; false at the end. Brackets and bars are words of their own. A longer word is cut:
 * whoever reads a whole text calls ink__words_check first. */
bool ink__words_next(ink__words *words, char word[INK_WORD]);
/* INK_EINVAL if the text has a word too long to be one. */
ink_status ink__words_check(const char *text, ink_error *err);
/* Takes the next word if it is `expected`. */
bool ink__words_take(ink__words *words, const char *expected);
/* Takes a whole number in least..most that follows `name` and means `meaning`. */
ink_status ink__words_whole(ink__words *words, const char *name, const char *meaning, size_t least,
                            size_t most, size_t *value, ink_error *err);
/* The same for the sides of a window, "3x3" or "5x1" (height x width). */
ink_status ink__words_sides(ink__words *words, const char *name, const char *meaning, size_t most,
                            size_t sides[2], ink_error *err);

#endif
