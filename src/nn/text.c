/* A network from its text: words to layers, and back to text in one canonical form. */
#include "nn/network.h"

#include "base/memory.h"
#include "nn/words.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 1000 };
#define MAX_SIDE ((size_t)1 << 24)
#define MAX_SIZE ((size_t)INT_MAX) /* shapes are told in ints */
#define BLANKS   " \t\n\v\f\r"

/* ---- words ---- */

static bool stands_alone(char c)
{
    return c == '(' || c == ')' || c == '|';
}

bool ink__words_next(ink__words *words, char word[INK_WORD])
{
    while (isspace((unsigned char)*words->at))
        words->at++;
    size_t length = 0;
    for (; *words->at && !isspace((unsigned char)*words->at); words->at++) {
        if (length > 0 && stands_alone(*words->at))
            break;
        if (length + 1 < INK_WORD)
            word[length++] = *words->at;
        if (stands_alone(word[0])) {
            words->at++;
            break;
        }
    }
    word[length] = '\0';
    return length > 0;
}

ink_status ink__words_check(const char *text, ink_error *err)
{
    ink__words words = {text};
    char word[INK_WORD];
    for (;;) {
        const char *at = words.at + strspn(words.at, BLANKS);
        if (!ink__words_next(&words, word))
            return INK_OK;
        size_t length = (size_t)(words.at - at);
        if (length >= INK_WORD)
            return ink__fail(err, INK_EINVAL,
                             "\"%.20s...\" is no word of a network: it has %zu characters, the "
                             "longest has %d; put blanks between words",
                             word, length, INK_WORD - 1);
    }
}

bool ink__words_take(ink__words *words, const char *expected)
{
    ink__words rest = *words;
    char word[INK_WORD];
    if (!ink__words_next(&rest, word) || strcmp(word, expected) != 0)
        return false;
    *words = rest;
    return true;
}

ink_status ink__words_refuse_twice(const char *text, const char *word, ink_error *err)
{
    return ink__fail(err, INK_EINVAL, "\"%s\" is told \"%s\" twice: say it once", text, word);
}

ink_status ink__words_once(ink__words *words, const char *text, const char *word, bool *there,
                           ink_error *err)
{
    *there = ink__words_take(words, word);
    if (*there && ink__words_take(words, word))
        return ink__words_refuse_twice(text, word, err);
    return INK_OK;
}

/* Up to `count` whole numbers joined by "x"; returns how many, 0 if the word is something else. */
static int parse_sides(const char *word, size_t most, size_t *sides, int count)
{
    int found = 0;
    const char *at = word;
    while (found < count && isdigit((unsigned char)*at)) {
        char *end;
        errno = 0;
        unsigned long long side = strtoull(at, &end, 10);
        if (errno || side < 1 || side > most)
            return 0;
        sides[found++] = (size_t)side;
        at = end;
        if (*at == '\0')
            return found;
        if (*at++ != 'x')
            return 0;
    }
    return 0;
}

ink_status ink__words_whole(ink__words *words, const char *name, const char *meaning, size_t least,
                            size_t most, size_t *value, ink_error *err)
{
    char word[INK_WORD] = "";
    bool there = ink__words_next(words, word);
    if (there && parse_sides(word, most, value, 1) == 1 && *value >= least)
        return INK_OK;
    return ink__fail(
        err, INK_EINVAL, "\"%s\" must be followed by its %s, a whole number from %zu to %zu%s%s%s",
        name, meaning, least, most, there ? ", not by \"" : "", word, there ? "\"" : "");
}

ink_status ink__words_sides(ink__words *words, const char *name, const char *meaning, size_t most,
                            size_t sides[2], ink_error *err)
{
    char word[INK_WORD] = "";
    bool there = ink__words_next(words, word);
    if (there && parse_sides(word, most, sides, 2) == 2)
        return INK_OK;
    return ink__fail(err, INK_EINVAL,
                     "\"%s\" must be followed by its %s, such as 3x3 (height x width, at most %zu)"
                     "%s%s%s",
                     name, meaning, most, there ? ", not by \"" : "", word, there ? "\"" : "");
}

/* ---- layers ---- */

/* "784" or "28x28x1". */
static ink_status parse_shape(const char *word, ink__shape *shape, ink_error *err)
{
    size_t sides[3] = {1, 1, 1}, size;
    int count = parse_sides(word, MAX_SIDE, sides, 3);
    if ((count != 1 && count != 3) || __builtin_mul_overflow(sides[0], sides[1], &size) ||
        __builtin_mul_overflow(size, sides[2], &size) || size > MAX_SIZE)
        return ink__fail(err, INK_EINVAL,
                         "a network begins with its input, such as 784 or 28x28x1 "
                         "(height x width x channels), not with \"%s\"",
                         word);
    *shape = count == 1 ? (ink__shape){1, 1, sides[0]} : (ink__shape){sides[0], sides[1], sides[2]};
    return INK_OK;
}

static ink_status parse_argument(ink__layer *layer, const char *name, ink__words *words,
                                 ink_error *err)
{
    const ink__layer_type *type = layer->type;
    char word[INK_WORD], *end;
    if (!ink__words_next(words, word))
        return ink__fail(err, INK_EINVAL, "\"%s\" must be followed by its %s", name,
                         type->argument);
    layer->argument = strtod(word, &end);
    bool whole = floor(layer->argument) == layer->argument;
    if (*end || !(layer->argument >= type->least && layer->argument <= type->most) ||
        (type->whole && !whole))
        return ink__fail(err, INK_EINVAL, "\"%s %s\": the %s must be %s from %.15g to %.15g", name,
                         word, type->argument, type->whole ? "a whole number" : "a number",
                         type->least, type->most);
    /* In as few digits as bring the same number back. */
    for (int digits = 9; digits <= 17; digits++) {
        snprintf(layer->text, sizeof layer->text, "%.20s %.*g", name, digits, layer->argument);
        if (strtod(layer->text + strlen(name), NULL) == layer->argument)
            break;
    }
    return INK_OK;
}

/* Brackets that are open while the text is read. */
typedef struct branch {
    int source; /* the layer whose output enters; -1 = the network's input */
    int end;    /* of the first branch, once "|" was read; -2 before */
} branch;

typedef struct reader {
    ink_network *network;
    branch open[INK_MOST_BRANCHES];
    size_t depth;
    int last;   /* the layer that the next one follows; -1 = the input */
    int opened; /* brackets since the last layer */
    bool barred;
} reader;

static ink_status add_layer(reader *r, const ink__layer_type *type, ink__layer **layer,
                            ink_error *err)
{
    ink_network *network = r->network;
    if (network->layer_count == MAX_LAYERS)
        return ink__fail(err, INK_EINVAL, "a network has at most %d layers", MAX_LAYERS);
    *layer = &network->layers[network->layer_count];
    **layer = (ink__layer){
        .type = type, .from = r->last, .other = -1, .opens = r->opened, .barred = r->barred};
    r->last = (int)network->layer_count++;
    r->opened = 0;
    r->barred = false;
    return INK_OK;
}

static ink_status open_branch(reader *r, ink__words *words, ink_error *err)
{
    if (!ink__words_take(words, "("))
        return ink__fail(err, INK_EINVAL,
                         "\"residual\" must be followed by its branch in brackets, such as "
                         "residual( conv 64 3x3 norm relu conv 64 3x3 norm )");
    if (r->depth == INK_MOST_BRANCHES)
        return ink__fail(err, INK_EINVAL, "branches lie at most %d deep", INK_MOST_BRANCHES);
    r->open[r->depth++] = (branch){.source = r->last, .end = -2};
    r->opened++;
    return INK_OK;
}

static ink_status bar(reader *r, ink_error *err)
{
    branch *b = r->depth ? &r->open[r->depth - 1] : NULL;
    if (!b || b->end != -2 || r->last == b->source)
        return ink__fail(err, INK_EINVAL,
                         "\"|\" stands between the two branches of one residual( ... | ... )");
    b->end = r->last;
    r->last = b->source;
    r->barred = true;
    return INK_OK;
}

static ink_status close_branch(reader *r, ink_error *err)
{
    branch *b = r->depth ? &r->open[r->depth - 1] : NULL;
    if (!b || r->last == b->source)
        return ink__fail(err, INK_EINVAL,
                         b ? "a branch of residual( ) has no layer"
                           : "\")\" closes a residual( that was never opened");
    ink__layer *layer = NULL;
    int end = r->last;
    r->depth--;
    ink_status status = add_layer(r, &ink__layer_residual, &layer, err);
    if (status != INK_OK)
        return status;
    layer->from = b->end == -2 ? end : b->end;
    layer->other = b->end == -2 ? b->source : end;
    snprintf(layer->text, sizeof layer->text, "residual");
    return INK_OK;
}

static ink_status parse_layer(reader *r, const char *name, ink__words *words, ink_error *err)
{
    ink__layer *layer = r->last >= 0 ? &r->network->layers[r->last] : NULL;
    ink__activation activation = INK_ACTIVATION_IDENTITY;
    bool after_branch = r->opened || r->barred; /* then the layer before is read by others, too */
    if (ink__activation_find(name, &activation) && layer && !after_branch &&
        layer->type->activates && !layer->activated) {
        layer->activation = activation;
        layer->activated = true;
        size_t used = strlen(layer->text);
        snprintf(layer->text + used, sizeof layer->text - used, " %.20s", name);
        return INK_OK;
    }
    const ink__layer_type *type = ink__layer_type_find(name);
    if (!type)
        return ink__fail(err, INK_EINVAL, "there is no layer \"%s\"; known are %s", name,
                         ink__layer_type_names());
    ink_status status = add_layer(r, type, &layer, err);
    if (status != INK_OK)
        return status;
    layer->activation = activation;
    snprintf(layer->text, sizeof layer->text, "%.20s", name);
    if (type->read)
        return type->read(layer, words, err);
    return type->argument ? parse_argument(layer, name, words, err) : INK_OK;
}

static ink_status parse_word(reader *r, const char *word, ink__words *words, ink_error *err)
{
    if (strcmp(word, "residual") == 0)
        return open_branch(r, words, err);
    if (strcmp(word, "|") == 0)
        return bar(r, err);
    if (strcmp(word, ")") == 0)
        return close_branch(r, err);
    return parse_layer(r, word, words, err);
}

/* ---- sizes ---- */

static ink__shape shape_behind(const ink_network *network, int layer)
{
    return layer < 0 ? network->in : network->layers[layer].out;
}

/* The stride with which a 1x1 convolution makes `to` of `from`; 0 = there is none. */
static size_t stride_between(ink__shape from, ink__shape to)
{
    for (size_t stride = 1; stride < 256; stride++)
        if ((from.height - 1) / stride + 1 == to.height &&
            (from.width - 1) / stride + 1 == to.width)
            return stride;
    return 0;
}

/* What makes branches alike that end in `one` and `two`, where `two` may be what entered. */
static void advise(ink__shape one, ink__shape two, bool entered, char advice[128])
{
    size_t stride = entered ? stride_between(two, one) : 0;
    bool sides = one.height == two.height && one.width == two.width;
    if (stride > 1)
        snprintf(advice, 128, "write residual( ... | conv %zu 1x1 stride %zu )", one.channels,
                 stride);
    else if (stride == 1)
        snprintf(advice, 128, "write residual( ... | conv %zu 1x1 )", one.channels);
    else if (entered)
        snprintf(advice, 128, "give it a second branch, residual( ... | ... ), that ends so, too");
    else
        snprintf(advice, 128,
                 sides ? "let the last convolution of both have as many filters"
                       : "give both the same \"stride\" and the same \"valid\"");
}

static ink_status check_branches(const ink_network *network, const ink__layer *layer,
                                 ink_error *err)
{
    ink__shape one = layer->in, two = shape_behind(network, layer->other);
    if (one.height == two.height && one.width == two.width && one.channels == two.channels)
        return INK_OK;
    char advice[128];
    advise(one, two, layer->other < layer->from, advice);
    return ink__fail(err, INK_EINVAL,
                     "the branches of the residual( ) that \"%s\" ends give %zux%zux%zu and "
                     "%zux%zux%zu: they must be alike to be added; %s",
                     layer[-1].text, one.height, one.width, one.channels, two.height, two.width,
                     two.channels, advice);
}

/* Shapes and offsets from layer to layer. */
static ink_status plan_layers(ink_network *network, ink_error *err)
{
    for (size_t i = 0; i < network->layer_count; i++) {
        ink__layer *layer = &network->layers[i];
        layer->in = shape_behind(network, layer->from);
        layer->w_offset = network->w_count;
        layer->state_offset = network->state_count;
        ink_status status = layer->type->plan(layer, err);
        if (status == INK_OK && layer->type == &ink__layer_residual)
            status = check_branches(network, layer, err);
        if (status != INK_OK)
            return status;
        network->w_count += layer->w_count;
        network->state_count += layer->state_count;
        bool learns = layer->from >= 0 && network->layers[layer->from].learns;
        learns |= layer->other >= 0 && network->layers[layer->other].learns;
        layer->learns = learns || layer->w_count > 0;
        if (network->w_count > MAX_SIZE || ink__shape_size(layer->out) > MAX_SIZE)
            return ink__fail(err, INK_EINVAL,
                             "the network is too large: layer %zu (%s) brings it "
                             "2^31 numbers or more",
                             i + 1, layer->text);
    }
    return INK_OK;
}

/* ---- and back ---- */

char *ink__network_print(const ink_network *network, ink_error *err)
{
    enum { LONGEST = sizeof network->layers->text + 12 * INK_MOST_BRANCHES };
    size_t room = 64 + network->layer_count * LONGEST, used;
    ink__shape in = network->in;
    char *text = ink__alloc(room, 1, err);
    if (!text)
        return NULL;
    if (in.height == 1 && in.width == 1)
        used = (size_t)snprintf(text, room, "%zu", in.channels);
    else
        used = (size_t)snprintf(text, room, "%zux%zux%zu", in.height, in.width, in.channels);
    for (size_t i = 0; i < network->layer_count; i++) {
        const ink__layer *layer = &network->layers[i];
        bool closes = layer->type == &ink__layer_residual;
        if (layer->barred)
            used += (size_t)snprintf(text + used, room - used, " |");
        for (int k = 0; k < layer->opens; k++)
            used += (size_t)snprintf(text + used, room - used, " residual(");
        used += (size_t)snprintf(text + used, room - used, " %s%s", closes ? ")" : "",
                                 layer->text + (closes ? strlen(layer->type->name) : 0));
    }
    return text;
}

static ink_status read_text(ink_network *network, const char *text, ink_error *err)
{
    char word[INK_WORD];
    ink__words words = {text};
    reader r = {.network = network, .last = -1};
    if (ink__words_check(text, err) != INK_OK)
        return INK_EINVAL;
    if (!ink__words_next(&words, word))
        return ink__fail(err, INK_EINVAL,
                         "the network's text is empty; write for example "
                         "\"784-100-10\"");
    ink_status status = parse_shape(word, &network->in, err);
    while (status == INK_OK && ink__words_next(&words, word))
        status = parse_word(&r, word, &words, err);
    if (status == INK_OK && r.depth > 0)
        status = ink__fail(err, INK_EINVAL, "a residual( is not closed: put a \")\" behind it");
    if (status == INK_OK && network->layer_count == 0)
        status = ink__fail(err, INK_EINVAL,
                           "\"%s\" has an input but no layer; write for example "
                           "\"%s dense 10 softmax\"",
                           text, text);
    if (status == INK_OK)
        status = plan_layers(network, err);
    if (status != INK_OK)
        return status;
    network->text = ink__network_print(network, err);
    return network->text ? INK_OK : INK_ENOMEM;
}

ink_network *ink__network_plan(const char *text, ink_error *err)
{
    char *longer = ink_network_expand(text, NULL, NULL, 0, 0, err);
    ink_network *network = longer ? ink__alloc(1, sizeof *network, err) : NULL;
    size_t words = 1;
    for (const char *at = longer; network && *at; at++)
        words += isspace((unsigned char)*at) != 0 || stands_alone(*at);
    if (network) {
        size_t most = words < MAX_LAYERS ? words : MAX_LAYERS;
        network->layers = ink__alloc(most, sizeof *network->layers, err);
    }
    if (!network || !network->layers || read_text(network, longer, err) != INK_OK) {
        ink_network_free(network);
        network = NULL;
    }
    ink__free(longer);
    return network;
}
