/* Recipes: see inkling/recipe.h. Everything a recipe says is one block of text with an end behind
 * each name, value and the comment. */
#include "train/recipe.h"

#include "base/error.h"
#include "base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MOST_BYTES = 65536 };

typedef struct line {
    char *name, *value;
} line;

struct ink_recipe {
    char *text; /* names and values */
    char *about;
    line *lines;
    size_t count;
};

/* Where the comment begins; the end without one. */
static char *comment_in(char *text)
{
    for (char *at = text; *at; at++)
        if (*at == '#' && (at == text || isspace((unsigned char)at[-1])))
            return at;
    return text + strlen(text);
}

static char *skip_blanks(char *text)
{
    return text + strspn(text, " \t\r");
}

static void cut_blanks(char *text)
{
    for (size_t length = strlen(text); length > 0 && isspace((unsigned char)text[length - 1]);)
        text[--length] = '\0';
}

/* " more" behind what ends at `end`, without the blank where one of both is empty; returns the new
 * end. */
static char *go_on(const char *begun, char *end, const char *more)
{
    return stpcpy(stpcpy(end, end > begun && *more ? " " : ""), more);
}

/* Takes lines apart. A name and its value get their ends in the same bytes that they had in the
 * file, so that `text` is large enough. */
static void read_lines(ink_recipe *r, char *bytes)
{
    char *rest, *end = r->text, *about_end = r->about;
    for (char *at = strtok_r(bytes, "\n", &rest); at; at = strtok_r(NULL, "\n", &rest)) {
        char *comment = comment_in(at);
        if (*comment && comment == skip_blanks(at) && r->count == 0) {
            cut_blanks(comment);
            about_end = go_on(r->about, about_end, skip_blanks(comment + 1));
        }
        *comment = '\0';
        cut_blanks(at);
        char *words = skip_blanks(at);
        if (!*words)
            continue;
        if (r->count > 0 && words > at) {
            end = go_on(r->lines[r->count - 1].value, end, words);
            continue;
        }
        size_t length = strcspn(words, " \t=");
        line *made = &r->lines[r->count++];
        made->name = r->count > 1 ? end + 1 : end;
        memcpy(made->name, words, length); /* its end is there: the text is zeros */
        made->value = made->name + length + 1;
        end = stpcpy(made->value, skip_blanks(words + length + (words[length] == '=')));
    }
}

ink_recipe *ink__recipe_read(char *bytes, ink_error *err)
{
    size_t lines = 1, size = strlen(bytes);
    for (const char *at = bytes; *at; at++)
        lines += *at == '\n';
    ink_recipe *r = ink__alloc(1, sizeof *r, err);
    if (!r)
        return NULL;
    /* A name may have no value and yet gets a second end. */
    r->text = ink__alloc(size + 2 * lines + 1, 1, err);
    r->about = ink__alloc(size + 1, 1, err);
    r->lines = ink__alloc(lines, sizeof *r->lines, err);
    if (!r->text || !r->about || !r->lines) {
        ink_recipe_free(r);
        return NULL;
    }
    read_lines(r, bytes);
    return r;
}

/* Also from a pipe; the whole of it, or a sentence. */
static ink_status read_bytes(const char *path, char *bytes, ink_error *err)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return ink__fail_errno(err, INK_EIO, "the recipe %s cannot be read", path);
    size_t size = fread(bytes, 1, MOST_BYTES + 1, file);
    int problem = ferror(file) ? errno : 0;
    fclose(file);
    errno = problem;
    if (problem)
        return ink__fail_errno(err, INK_EIO, "the recipe %s cannot be read", path);
    if (size > MOST_BYTES)
        return ink__fail(err, INK_EFORMAT, "the recipe %s is too long: over %d bytes", path,
                         MOST_BYTES);
    if (strlen(bytes) != size)
        return ink__fail(err, INK_EFORMAT, "the recipe %s is no text", path);
    return INK_OK;
}

ink_recipe *ink_recipe_open(const char *path, ink_error *err)
{
    char *bytes = ink__alloc(MOST_BYTES + 2, 1, err);
    ink_recipe *r = NULL;
    if (bytes && read_bytes(path, bytes, err) == INK_OK)
        r = ink__recipe_read(bytes, err);
    ink__free(bytes);
    return r;
}

void ink_recipe_free(ink_recipe *r)
{
    if (!r)
        return;
    ink__free(r->text);
    ink__free(r->about);
    ink__free(r->lines);
    ink__free(r);
}

size_t ink_recipe_lines(const ink_recipe *r)
{
    return r->count;
}

const char *ink_recipe_name(const ink_recipe *r, size_t i)
{
    return r->lines[i].name;
}

const char *ink_recipe_value(const ink_recipe *r, size_t i)
{
    return r->lines[i].value;
}

const char *ink_recipe_find(const ink_recipe *r, const char *name)
{
    for (size_t i = r->count; i-- > 0;)
        if (strcmp(r->lines[i].name, name) == 0)
            return r->lines[i].value;
    return NULL;
}

const char *ink_recipe_about(const ink_recipe *r)
{
    return r->about;
}
