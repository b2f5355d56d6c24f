/* Options of a command: one table says how they are read and how they are explained. */
#ifndef INK_CLI_OPTIONS_H
#define INK_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum option_kind {
    OPTION_GROUP,  /* a heading in the help */
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* const char * */
    OPTION_NUMBER, /* double in least..most */
    OPTION_WHOLE   /* uint64_t in least..most */
} option_kind;

typedef struct option_row {
    option_kind kind;
    const char *name;  /* without dashes; a group's heading */
    const char *value; /* what the help calls the value: "RATE" */
    const char *help;  /* ends in the default, in brackets */
    size_t offset;     /* of the value in the command's struct */
    double least, most;
} option_row;

typedef struct option_table {
    const char *usage; /* "inkling train DATASET [options]" */
    const char *about; /* what the command does, a line or more */
    const option_row *rows;
    size_t count;
    size_t least, most; /* words that are no options */
} option_table;

enum { OPTIONS_GO_ON = -1, OPTIONS_MOST_WORDS = 4096 };

/* Reads argv into `values`; `given`, if not NULL, is a bool for each row. Words that are no options
 * go to `words`, which has room for table->most, *count of them. Returns OPTIONS_GO_ON, or the exit
 * status when the help was printed or something is wrong. */
int options_parse(const option_table *table, int argc, char **argv, void *values, bool *given,
                  const char **words, size_t *count);

/* Of `count` names the one that `word` was probably meant to be, or NULL. */
const char *options_nearest(const char *word, const char *const *names, size_t count);

#endif
