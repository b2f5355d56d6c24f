#include "cli/hint.h"

#include "inkling/terminal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

void print_command(FILE *out, ...)
{
    va_list words;
    const char *word = program_invocation_name, *gap = "";
    va_start(words, out);
    do {
        size_t length = ink_shell_word(word, NULL, 0);
        char *text = malloc(length + 1);
        if (text)
            ink_shell_word(word, text, length + 1);
        fprintf(out, "%s%s", gap, text ? text : word);
        free(text);
        gap = " ";
        word = va_arg(words, const char *);
    } while (word);
    va_end(words);
}
