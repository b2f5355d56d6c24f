/* A formula in x: recursive descent into a list of steps for a stack, which runs on dual numbers.
 *
 *   sum     = product { ("+" | "-") product }
 *   product = signed { ("*" | "/") signed | power }      the last is multiplication without a sign
 *   signed  = "-" signed | "+" signed | power
 *   power   = primary [ "^" signed ]
 *   primary = number | "x" | "pi" | "e" | function "(" sum ")" | "(" sum ")" | "|" sum "|"      */
#include "studio/slope/formula.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum op {
    OP_NUMBER,
    OP_X,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_POWER,
    OP_NEGATE,
    OP_SIN, /* functions from here on, in the order of `functions` */
    OP_COS,
    OP_TAN,
    OP_EXP,
    OP_LN,
    OP_SQRT,
    OP_ABS,
    OP_TANH,
    OP_SIGMOID,
    OP_RELU
} op;

static const char *const functions[] = {"sin",  "cos", "tan",  "exp",     "ln",
                                        "sqrt", "abs", "tanh", "sigmoid", "relu"};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

typedef struct step {
    op op;
    double number;
    const char *name; /* "pi", "e" */
} step;

enum { MOST_STEPS = 2 * FORMULA_MOST_LENGTH }; /* a character is one, and often multiplied */

struct formula {
    char text[FORMULA_MOST_LENGTH + 1];
    size_t steps;
    step step[MOST_STEPS];
};

typedef struct parser {
    formula *out;
    const char *at;
    int depth;
    int bars; /* open | that the next | closes */
    ink_error *err;
    bool failed;
} parser;

/* ---- reading ---- */

static void complain(parser *p, const char *at, const char *expected)
{
    if (p->failed)
        return;
    p->failed = true;
    size_t position = 1 + (size_t)(at - p->out->text);
    char found[40] = "the end";
    if (*at > ' ' && *at < 127)
        snprintf(found, sizeof found, "\"%c\"", *at);
    else if (*at)
        snprintf(found, sizeof found, "a character that means nothing here");
    if (!p->err)
        return;
    *p->err = (ink_error){.status = INK_EINVAL};
    snprintf(p->err->text, sizeof p->err->text,
             "at character %zu of the formula: expected %s, found %s", position, expected, found);
}

static void emit(parser *p, op what, double number, const char *name)
{
    if (p->failed)
        return;
    if (p->out->steps >= MOST_STEPS) {
        complain(p, p->at, "a shorter formula");
        return;
    }
    p->out->step[p->out->steps++] = (step){what, number, name};
}

static char peek(parser *p)
{
    while (*p->at == ' ' || *p->at == '\t')
        p->at++;
    return *p->at;
}

static bool accept(parser *p, char c)
{
    if (p->failed || peek(p) != c)
        return false;
    p->at++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void parse_sum(parser *p);
static void parse_signed(parser *p);

/* Digits with at most one point, and an exponent only where digits follow it: 2e is 2 times e. */
static void parse_number(parser *p)
{
    const char *begin = p->at, *end = p->at;
    size_t digits = 0;
    for (; is_digit(*end); end++)
        digits++;
    if (*end == '.')
        for (end++; is_digit(*end); end++)
            digits++;
    if (digits == 0) {
        complain(p, end, "a digit");
        return;
    }
    if (*end == 'e') {
        const char *after = end + 1 + (end[1] == '-' || end[1] == '+');
        if (is_digit(*after))
            for (end = after; is_digit(*end);)
                end++;
    }
    char digits_only[FORMULA_MOST_LENGTH + 1];
    snprintf(digits_only, sizeof digits_only, "%.*s", (int)(end - begin), begin);
    double number = strtod(digits_only, NULL);
    if (!isfinite(number)) {
        complain(p, begin, "a number below 1e308");
        return;
    }
    emit(p, OP_NUMBER, number, NULL);
    p->at = end;
}

/* What stands in parentheses; a | in it has nothing to do with those outside. */
static void parse_parenthesis(parser *p)
{
    int bars = p->bars;
    p->bars = 0;
    if (!accept(p, '('))
        complain(p, p->at, "\"(\" after the function's name");
    parse_sum(p);
    if (!p->failed && !accept(p, ')'))
        complain(p, p->at, "an operator or \")\"");
    p->bars = bars;
}

static void parse_bars(parser *p)
{
    p->at++;
    p->bars++;
    parse_sum(p);
    p->bars--;
    if (!p->failed && !accept(p, '|'))
        complain(p, p->at, "an operator or the second \"|\"");
    emit(p, OP_ABS, 0, NULL);
}

static bool starts(const char *at, size_t length, const char *word)
{
    return strlen(word) == length && strncmp(at, word, length) == 0;
}

static void parse_name(parser *p)
{
    const char *begin = p->at;
    size_t length = 0;
    while (is_letter(begin[length]))
        length++;
    p->at += length;
    if (starts(begin, length, "x")) {
        emit(p, OP_X, 0, NULL);
    } else if (starts(begin, length, "pi")) {
        emit(p, OP_NUMBER, acos(-1), "pi");
    } else if (starts(begin, length, "e")) {
        emit(p, OP_NUMBER, exp(1), "e");
    } else {
        int f = 0;
        while (f < FUNCTIONS && !starts(begin, length, functions[f]))
            f++;
        if (f == FUNCTIONS) {
            complain(p, begin,
                     "x, pi, e, sin, cos, tan, exp, ln, sqrt, abs, tanh, sigmoid or relu");
            return;
        }
        parse_parenthesis(p);
        emit(p, (op)(OP_SIN + f), 0, NULL);
    }
}

static void parse_primary(parser *p)
{
    char c = peek(p);
    if (is_digit(c) || c == '.')
        parse_number(p);
    else if (is_letter(c))
        parse_name(p);
    else if (c == '(')
        parse_parenthesis(p);
    else if (c == '|')
        parse_bars(p);
    else
        complain(p, p->at, "a number, x, a function or \"(\"");
}

static void parse_power(parser *p)
{
    parse_primary(p);
    if (accept(p, '^')) {
        parse_signed(p);
        emit(p, OP_POWER, 0, NULL);
    }
}

/* Every way down leads through here, so this alone counts how deep it goes. */
static void parse_signed(parser *p)
{
    if (++p->depth > FORMULA_MOST_DEPTH)
        complain(p, p->at, "fewer parentheses, signs and powers inside one another");
    if (p->failed) {
    } else if (accept(p, '-')) {
        parse_signed(p);
        emit(p, OP_NEGATE, 0, NULL);
    } else if (accept(p, '+')) {
        parse_signed(p);
    } else {
        parse_power(p);
    }
    p->depth--;
}

/* A number does not follow without a sign: "x2" and "1.2.3" are mistakes. */
static bool begins_primary(parser *p)
{
    char c = peek(p);
    return is_letter(c) || c == '(' || (c == '|' && p->bars == 0);
}

static void parse_product(parser *p)
{
    parse_signed(p);
    while (!p->failed) {
        op what = OP_MULTIPLY;
        if (accept(p, '/')) {
            what = OP_DIVIDE;
            parse_signed(p);
        } else if (accept(p, '*')) {
            parse_signed(p);
        } else if (begins_primary(p)) {
            parse_power(p);
        } else {
            return;
        }
        emit(p, what, 0, NULL);
    }
}

static void parse_sum(parser *p)
{
    parse_product(p);
    while (!p->failed) {
        op what = accept(p, '+') ? OP_ADD : accept(p, '-') ? OP_SUBTRACT : OP_X;
        if (what == OP_X)
            return;
        parse_product(p);
        emit(p, what, 0, NULL);
    }
}

formula *formula_new(const char *text, ink_error *err)
{
    formula *f = calloc(1, sizeof *f);
    if (!f) {
        if (err)
            *err = (ink_error){.status = INK_ENOMEM, .text = "there is no memory for a formula"};
        return NULL;
    }
    if (strlen(text) > FORMULA_MOST_LENGTH) {
        if (err) {
            *err = (ink_error){.status = INK_EINVAL};
            snprintf(err->text, sizeof err->text, "a formula has at most %d characters, not %zu",
                     FORMULA_MOST_LENGTH, strlen(text));
        }
        free(f);
        return NULL;
    }
    memcpy(f->text, text, strlen(text) + 1);
    parser p = {.out = f, .at = f->text, .err = err};
    parse_sum(&p);
    if (!p.failed && peek(&p))
        complain(&p, p.at, "an operator or the end");
    if (!p.failed)
        return f;
    free(f);
    return NULL;
}

void formula_free(formula *f)
{
    free(f);
}

const char *formula_text(const formula *f)
{
    return f->text;
}

/* ---- evaluating ---- */

/* u^v. Where v stands still the rule for powers holds for every u; else u^v = exp(v ln u). */
static dual power(dual u, dual v)
{
    double value = pow(u.value, v.value);
    if (v.slope == 0)
        return (dual){value, v.value == 0 ? 0 : v.value * pow(u.value, v.value - 1) * u.slope};
    return (dual){value, value * (v.slope * log(u.value) + v.value * u.slope / u.value)};
}

/* Outer slope times inner slope: the chain rule. */
static dual chain(double value, double outer, double inner)
{
    return (dual){value, outer * inner};
}

/* |u| and relu(u) have a kink at 0, unless u only touches it. */
static double kinked(double u, double left, double right, double inner)
{
    if (u == 0)
        return inner == 0 ? 0 : (double)NAN;
    return (u < 0 ? left : right) * inner;
}

static dual apply(op what, dual u)
{
    double y;
    switch (what) {
    case OP_NEGATE:
        return (dual){-u.value, -u.slope};
    case OP_SIN:
        return chain(sin(u.value), cos(u.value), u.slope);
    case OP_COS:
        return chain(cos(u.value), -sin(u.value), u.slope);
    case OP_TAN:
        y = tan(u.value);
        return chain(y, 1 + y * y, u.slope);
    case OP_EXP:
        return chain(exp(u.value), exp(u.value), u.slope);
    case OP_LN:
        return chain(log(u.value), u.value > 0 ? 1 / u.value : (double)NAN, u.slope);
    case OP_SQRT:
        y = sqrt(u.value);
        return chain(y, 1 / (2 * y), u.slope);
    case OP_ABS:
        return (dual){fabs(u.value), kinked(u.value, -1, 1, u.slope)};
    case OP_TANH:
        y = tanh(u.value);
        return chain(y, 1 - y * y, u.slope);
    case OP_SIGMOID:
        y = 1 / (1 + exp(-u.value));
        return chain(y, y * (1 - y), u.slope);
    default: /* relu; what is no number stays none */
        return (dual){u.value < 0 ? 0 : u.value, kinked(u.value, 0, 1, u.slope)};
    }
}

static dual combine(op what, dual u, dual v)
{
    switch (what) {
    case OP_ADD:
        return (dual){u.value + v.value, u.slope + v.slope};
    case OP_SUBTRACT:
        return (dual){u.value - v.value, u.slope - v.slope};
    case OP_MULTIPLY:
        return (dual){u.value * v.value, u.slope * v.value + u.value * v.slope};
    case OP_DIVIDE:
        return (dual){u.value / v.value, (u.slope - u.value / v.value * v.slope) / v.value};
    default:
        return power(u, v);
    }
}

/* Rounding a double result of + - * / and sqrt to float gives the same bits as float arithmetic:
 * 53 bits are more than twice 24 and two (Figueroa 1995). */
static dual evaluate(const formula *f, double x, bool single)
{
    dual stack[MOST_STEPS];
    size_t top = 0;
    for (size_t i = 0; i < f->steps; i++) {
        const step *s = &f->step[i];
        if (s->op == OP_NUMBER || s->op == OP_X) {
            stack[top++] = s->op == OP_X ? (dual){x, 1} : (dual){s->number, 0};
        } else if (s->op < OP_NEGATE) {
            top--;
            stack[top - 1] = combine(s->op, stack[top - 1], stack[top]);
        } else {
            stack[top - 1] = apply(s->op, stack[top - 1]);
        }
        if (single)
            stack[top - 1].value = (double)(float)stack[top - 1].value;
    }
    return stack[0];
}

dual formula_at(const formula *f, double x)
{
    dual y = evaluate(f, x, false);
    if (!isfinite(y.value) || !isfinite(y.slope))
        y.slope = (double)NAN;
    return y;
}

float formula_at_single(const formula *f, float x)
{
    return (float)evaluate(f, (double)x, true).value;
}

/* ---- writing ---- */

/* Formulas in the making: text in `pool`, and how tightly each is bound. */
enum { TEX_ROOM = 4096, BIND_SUM = 1, BIND_PRODUCT, BIND_POWER, BIND_WHOLE };

typedef struct piece {
    char text[TEX_ROOM];
    int binds;
} piece;

static const char *left_of(const piece *p, int least)
{
    return p->binds < least ? "\\left(" : "";
}

static const char *right_of(const piece *p, int least)
{
    return p->binds < least ? "\\right)" : "";
}

/* snprintf that says whether all of it fits. */
static bool fits(int written, size_t size)
{
    return written >= 0 && (size_t)written < size;
}

static bool write_pair(op what, const piece *a, const piece *b, piece *out)
{
    char *t = out->text;
    size_t n = sizeof out->text;
    bool digit = is_digit(b->text[0]) && b->binds >= BIND_POWER;
    const char *times = digit ? "\\cdot " : is_digit(a->text[0]) ? "" : "\\,";
    switch (what) {
    case OP_ADD:
    case OP_SUBTRACT:
        out->binds = BIND_SUM;
        return fits(snprintf(t, n, "%s%s%s%s%s", a->text, what == OP_ADD ? "+" : "-",
                             left_of(b, BIND_PRODUCT), b->text, right_of(b, BIND_PRODUCT)),
                    n);
    case OP_MULTIPLY:
        out->binds = BIND_PRODUCT;
        return fits(snprintf(t, n, "%s%s%s%s%s%s%s", left_of(a, BIND_PRODUCT), a->text,
                             right_of(a, BIND_PRODUCT), times, left_of(b, BIND_POWER), b->text,
                             right_of(b, BIND_POWER)),
                    n);
    case OP_DIVIDE:
        out->binds = BIND_WHOLE;
        return fits(snprintf(t, n, "\\frac{%s}{%s}", a->text, b->text), n);
    default:
        out->binds = BIND_POWER;
        return fits(snprintf(t, n, "%s%s%s^{%s}", left_of(a, BIND_WHOLE), a->text,
                             right_of(a, BIND_WHOLE), b->text),
                    n);
    }
}

static bool write_one(op what, const piece *a, piece *out)
{
    char *t = out->text;
    size_t n = sizeof out->text;
    out->binds = BIND_WHOLE;
    if (what == OP_NEGATE) {
        out->binds = BIND_SUM;
        return fits(
            snprintf(t, n, "-%s%s%s", left_of(a, BIND_PRODUCT), a->text, right_of(a, BIND_PRODUCT)),
            n);
    }
    if (what == OP_ABS)
        return fits(snprintf(t, n, "\\left|%s\\right|", a->text), n);
    if (what == OP_SQRT)
        return fits(snprintf(t, n, "\\sqrt{%s}", a->text), n);
    return fits(
        snprintf(t, n, "\\operatorname{%s}\\left(%s\\right)", functions[what - OP_SIN], a->text),
        n);
}

static void write_leaf(const step *s, piece *out)
{
    out->binds = BIND_WHOLE;
    if (s->op == OP_X)
        snprintf(out->text, sizeof out->text, "x");
    else if (s->name)
        snprintf(out->text, sizeof out->text, "%s", s->name[0] == 'p' ? "\\pi " : "e");
    else
        snprintf(out->text, sizeof out->text, "%.12g", s->number);
}

/* Writes steps into a stack of `room` pieces, with one more to work in. */
static bool write_steps(const formula *f, piece *stack, size_t room, piece *spare)
{
    size_t top = 0;
    for (size_t i = 0; i < f->steps; i++) {
        const step *s = &f->step[i];
        if (s->op == OP_NUMBER || s->op == OP_X) {
            if (top == room)
                return false;
            write_leaf(s, &stack[top++]);
            continue;
        }
        bool pair = s->op < OP_NEGATE;
        top -= pair;
        piece *a = &stack[top - 1];
        if (!(pair ? write_pair(s->op, a, &stack[top], spare) : write_one(s->op, a, spare)))
            return false;
        *a = *spare;
    }
    return true;
}

bool formula_tex(const formula *f, char *tex, size_t size)
{
    enum { ROOM = 24 }; /* deeper ones are not for reading */
    piece *stack = calloc(ROOM, sizeof *stack), *spare = calloc(1, sizeof *spare);
    bool good = stack && spare && write_steps(f, stack, ROOM, spare) &&
                fits(snprintf(tex, size, "%s", stack->text), size);
    free(stack);
    free(spare);
    return good;
}
