/* What is shown in a terminal: pictures, and commands to be copied.
 *
 * Thread safety: the functions work only on what they are given. */
#ifndef INKLING_TERMINAL_H
#define INKLING_TERMINAL_H

#include "inkling/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ink_terminal_style {
    INK_TERMINAL_COLOUR, /* 24-bit colour, two pixels a character cell */
    INK_TERMINAL_BLOCKS, /* UTF-8 block characters, two pixels a cell, without colour */
    INK_TERMINAL_ASCII   /* a ramp of ten characters, each cell a pixel wide and two high */
} ink_terminal_style;

/* Samples side by side as lines of text, `columns` a row, each above its caption (or NULL; '\n'
 * between its lines, cut at its width); fresh text in UTF-8, to be freed by ink_text_free.
 * INK_EINVAL for vectors. */
INK_API char *ink_dataset_text(const ink_dataset *dataset, const size_t *indices, size_t count,
                               int columns, const char *const *captions, ink_terminal_style style,
                               ink_error *err);

/* `word` as a POSIX shell reads it back: itself where no character means anything to the shell,
 * else in single quotes. Like snprintf it writes at most `size` bytes, the last of them 0, and
 * returns the length of the whole without that 0; `text` may be NULL where `size` is 0. */
INK_API size_t ink_shell_word(const char *word, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
