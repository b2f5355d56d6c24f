/* Showing samples and mistakes. */
#ifndef INK_CLI_SHOW_H
#define INK_CLI_SHOW_H

#include "inkling/inkling.h"

/* Prints pictures side by side, as many as the terminal is wide, with captions (or NULL); nothing
 * for vectors. At most `most` of them. */
void show_samples(const ink_dataset *data, const size_t *indices, size_t count, size_t most,
                  const char *const *captions);
/* "4 as 9 98%" for each mistake, in fresh memory: free with captions_free. NULL when memory is
 * short. */
char **mistake_captions(const ink_dataset *data, const ink_mistake *mistakes, size_t count);
void captions_free(char **captions, size_t count);
/* The mistakes' indices in fresh memory (free), NULL when memory is short. */
size_t *mistake_indices(const ink_mistake *mistakes, size_t count);

#endif
