/* The short form of a network made long: "784-100-10" to "784 dense 100 relu dense 10 softmax",
 * with dropout and noise put where they belong. */
#include "nn/layer.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BLANKS " \t\n\v\f\r"

typedef struct writer {
    char *text;
    size_t used, room;
} writer;

__attribute__((format(printf, 2, 3))) static void put(writer *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(out->text + out->used, out->room - out->used, format, args);
    va_end(args);
    if (length > 0)
        out->used += (size_t)length;
}

static bool is_short(const char *text)
{
    bool dash = false;
    for (; *text; text++) {
        if (isspace((unsigned char)*text))
            return false;
        dash |= *text == '-';
    }
    return dash;
}

static ink_status expand_short(const char *text, const char *hidden, const char *output,
                               double dropout, double noise, writer *out, ink_error *err)
{
    size_t length = strcspn(text, "-");
    put(out, "%.*s", (int)length, text);
    if (noise > 0)
        put(out, " noise %.9g", noise);
    for (const char *at = text + length; *at == '-';) {
        at++;
        length = strcspn(at, "-");
        if (length == 0 || strspn(at, "0123456789") < length)
            return ink__fail(err, INK_EINVAL,
                             "\"%s\" is no network: between dashes stand numbers "
                             "of nodes, as in 784-100-10",
                             text);
        bool last = at[length] == '\0';
        put(out, " dense %.*s %s", (int)length, at, last ? output : hidden);
        if (!last && dropout > 0)
            put(out, " dropout %.9g", dropout);
        at += length;
    }
    return INK_OK;
}

/* After each activation but the last word that is one, dropout; noise behind the input. */
static void expand_long(const char *text, double dropout, double noise, writer *out)
{
    ink__words words = {text + strspn(text, BLANKS)};
    char word[INK_WORD];
    ink__activation activation;
    for (const char *at = words.at; ink__words_next(&words, word); at = words.at) {
        const char *begin = at + strspn(at, BLANKS); /* a word may stand close to a bracket */
        put(out, "%s%.*s", begin > at ? " " : "", (int)(words.at - begin), begin);
        if (noise > 0 && at == text + strspn(text, BLANKS))
            put(out, " noise %.9g", noise);
        bool hidden = strstr(words.at, "dense") != NULL;
        if (dropout > 0 && hidden && ink__activation_find(word, &activation))
            put(out, " dropout %.9g", dropout);
    }
}

static ink_status check_activation(const char *name, ink_error *err)
{
    ink__activation activation;
    if (ink__activation_find(name, &activation) || strcmp(name, "softmax") == 0)
        return INK_OK;
    return ink__fail(err, INK_EINVAL,
                     "there is no activation \"%s\"; known are identity, step, "
                     "sigmoid, tanh, relu, leaky, silu, gelu and softmax",
                     name);
}

char *ink_network_expand(const char *text, const char *hidden, const char *output, double dropout,
                         double noise, ink_error *err)
{
    if (!is_short(text) && (hidden || output)) {
        ink__fail(err, INK_EINVAL,
                  "an activation was given beside \"%.200s\", which says its own; "
                  "leave it out or use the short form, such as 784-100-10",
                  text);
        return NULL;
    }
    if (!hidden)
        hidden = "relu";
    if (!output)
        output = "softmax";
    if (check_activation(hidden, err) != INK_OK || check_activation(output, err) != INK_OK)
        return NULL;
    if (!(dropout >= 0 && dropout <= 0.95) || !(noise >= 0 && noise <= 100)) {
        ink__fail(err, INK_EINVAL,
                  "dropout must be 0 to 0.95 and input noise 0 to 100; found %g "
                  "and %g",
                  dropout, noise);
        return NULL;
    }
    writer out = {.room = 64 + 64 * (strlen(text) + 1)};
    out.text = ink__alloc(out.room, 1, err);
    if (!out.text)
        return NULL;
    if (!is_short(text))
        expand_long(text, dropout, noise, &out);
    else if (expand_short(text, hidden, output, dropout, noise, &out, err) != INK_OK) {
        ink__free(out.text);
        return NULL;
    }
    return out.text;
}

void ink_text_free(char *text)
{
    ink__free(text);
}
