/* Reading and explaining options: `--name value`, `--name=value`, `-o value`. */
#include "cli/options.h"

#include "cli/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_help(const option_table *table)
{
    printf("usage: %s\n\n%s\n", table->usage, table->about);
    for (size_t i = 0; i < table->count; i++) {
        const option_row *row = &table->rows[i];
        char left[64];
        if (row->kind == OPTION_GROUP) {
            printf("\n%s\n", row->name);
            continue;
        }
        snprintf(left, sizeof left, "%s%s%s%s", row->name[1] ? "--" : "-", row->name,
                 row->value ? " " : "", row->value ? row->value : "");
        printf("  %-22s %s\n", left, row->help);
    }
}

/* Edits between two words (Levenshtein 1966), for short ones. */
static size_t distance(const char *a, const char *b)
{
    enum { MOST = 40 };
    size_t row[MOST + 1], m = strlen(a), n = strlen(b);
    if (m > MOST || n > MOST)
        return MOST;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = change < shorter ? change : shorter;
        }
    }
    return row[n];
}

const char *options_nearest(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t least = 3;
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(word, names[i]);
        if (d < least || strncmp(word, names[i], strlen(word)) == 0) {
            best = names[i];
            least = d < least ? d : least;
        }
    }
    return best;
}

static int unknown(const option_table *table, const char *word, const char *name)
{
    const char *names[64], *near;
    size_t count = 0;
    for (size_t i = 0; i < table->count && count < 64; i++)
        if (table->rows[i].kind != OPTION_GROUP)
            names[count++] = table->rows[i].name;
    near = options_nearest(name, names, count);
    fprintf(stderr, "inkling: there is no option %s%s", word[1] == '-' ? "--" : "-", name);
    if (near)
        fprintf(stderr, "; did you mean %s%s?\n", near[1] ? "--" : "-", near);
    else
        fprintf(stderr, "; --help lists them\n");
    return EXIT_USAGE;
}

static int store(const option_row *row, const char *text, char *values)
{
    void *at = values + row->offset;
    char *end;
    if (row->kind == OPTION_TEXT) {
        *(const char **)at = text;
        return OPTIONS_GO_ON;
    }
    errno = 0;
    double number = strtod(text, &end);
    bool good = end != text && !*end && number >= row->least && number <= row->most;
    uint64_t whole = 0;
    if (row->kind == OPTION_WHOLE) {
        whole = strtoull(text, &end, 10);
        good = good && end != text && !*end && errno == 0 && *text != '-';
    }
    if (!good) {
        fprintf(stderr, "inkling: --%s %s: expected %s from %.9g to %.9g\n", row->name, text,
                row->kind == OPTION_WHOLE ? "a whole number" : "a number", row->least, row->most);
        return EXIT_USAGE;
    }
    if (row->kind == OPTION_WHOLE)
        *(uint64_t *)at = whole;
    else
        *(double *)at = number;
    return OPTIONS_GO_ON;
}

/* The row that a word such as "--rate=0.1" or "-o" names, and the value behind "=". */
static const option_row *find(const option_table *table, const char *word, char name[48],
                              const char **value)
{
    word += word[1] == '-' ? 2 : 1;
    size_t length = strcspn(word, "=");
    *value = word[length] ? word + length + 1 : NULL;
    snprintf(name, 48, "%.*s", (int)(length < 47 ? length : 47), word);
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].kind != OPTION_GROUP && strcmp(table->rows[i].name, name) == 0)
            return &table->rows[i];
    return NULL;
}

static int parse_option(const option_table *table, int argc, char **argv, int *i, void *values,
                        bool *given)
{
    char name[48];
    const char *value;
    const option_row *row = find(table, argv[*i], name, &value);
    if (!row && (strcmp(name, "help") == 0 || strcmp(name, "h") == 0)) {
        print_help(table);
        return EXIT_GOOD;
    }
    if (!row)
        return unknown(table, argv[*i], name);
    if (given)
        given[row - table->rows] = true;
    if (row->kind == OPTION_FLAG) {
        if (value) {
            fprintf(stderr, "inkling: --%s takes no value\n", name);
            return EXIT_USAGE;
        }
        *(bool *)(void *)((char *)values + row->offset) = true;
        return OPTIONS_GO_ON;
    }
    if (!value && *i + 1 < argc && strncmp(argv[*i + 1], "--", 2) != 0) /* that is another option */
        value = argv[++*i];
    if (!value) {
        fprintf(stderr, "inkling: --%s needs its %s\n", name, row->value);
        return EXIT_USAGE;
    }
    return store(row, value, values);
}

int options_parse(const option_table *table, int argc, char **argv, void *values, bool *given,
                  const char **words, size_t *count)
{
    bool only_words = false;
    *count = 0;
    for (int i = 1; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
        } else if (!only_words && argv[i][0] == '-' && argv[i][1]) {
            int status = parse_option(table, argc, argv, &i, values, given);
            if (status != OPTIONS_GO_ON)
                return status;
        } else if (*count == table->most) {
            fprintf(stderr, "inkling: \"%s\" is one word too many\nusage: %s\n", argv[i],
                    table->usage);
            return EXIT_USAGE;
        } else {
            words[(*count)++] = argv[i];
        }
    }
    if (*count < table->least) {
        fprintf(stderr, "usage: %s\n(--help explains it)\n", table->usage);
        return EXIT_USAGE;
    }
    return OPTIONS_GO_ON;
}
