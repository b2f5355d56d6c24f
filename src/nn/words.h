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
/* Refuses a word that the layer `text` is told a second time. */
ink_status ink__words_refuse_twice(const char *text, const char *word, ink_error *err);
/* Takes `word` if it is the next of the layer `text`, and says in *there whether it was. */
ink_status ink__words_once(ink__words *words, const char *text, const char *word, bool *there,
                           ink_error *err);
/* Takes a whole number in least..most that follows `name` and means `meaning`. */
ink_status ink__words_whole(ink__words *words, const char *name, const char *meaning, size_t least,
                            size_t most, size_t *value, ink_error *err);
/* The same for the sides of a window, "3x3" or "5x1" (height x width). */
ink_status ink__words_sides(ink__words *words, const char *name, const char *meaning, size_t most,
                            size_t sides[2], ink_error *err);

#endif
