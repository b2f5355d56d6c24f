/* A word as a shell reads it back. */
#include "inkling/terminal.h"

#include <stdbool.h>
#include <string.h>

/* Adds what there is room for; the length is that of the whole. */
static void add(char *text, size_t size, size_t *length, const char *bytes)
{
    for (; *bytes; bytes++, ++*length)
        if (*length + 1 < size)
            text[*length] = *bytes;
}

/* POSIX, Shell Command Language, 2.2 Quoting: between single quotes nothing has a meaning but the
 * next one, which therefore stands outside of them, behind a backslash. */
size_t ink_shell_word(const char *word, char *text, size_t size)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_@%+=:,./-";
    bool quoted = *word == 0 || word[strspn(word, plain)] != 0;
    size_t length = 0;
    if (quoted)
        add(text, size, &length, "'");
    for (; *word; word++)
        add(text, size, &length, *word == '\'' ? "'\\''" : (char[2]){*word, 0});
    if (quoted)
        add(text, size, &length, "'");
    if (size > 0)
        text[length < size ? length : size - 1] = 0;
    return length;
}
