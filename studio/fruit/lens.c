/* One weight, seen closely: chain rule and central difference. */
#include "studio/fruit/lens.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Wide enough that rounding in double does not show, narrow enough for nine digits. */
#define NUDGE 1e-4

/* ---- names and numbers in TeX ---- */

typedef struct word {
    char text[128];
} word;

/* As short as it is still clear; negative ones in brackets where they follow a sign. */
static word number(double value, bool bracket)
{
    word w;
    char digits[24];
    snprintf(digits, sizeof digits, "%.4g", value);
    char *e = strchr(digits, 'e');
    int exponent = 0;
    if (e && sscanf(e + 1, "%d", &exponent) == 1)
        *e = '\0';
    bool enclosed = bracket && value < 0;
    const char *open = enclosed ? "(" : "", *close = enclosed ? ")" : "";
    if (exponent)
        snprintf(w.text, sizeof w.text, "%s%.20s \\cdot 10^{%d}%s", open, digits, exponent, close);
    else
        snprintf(w.text, sizeof w.text, "%s%.24s%s", open, digits, close);
    return w;
}

/* "a^{(2)}_{3}"; an only node of its layer has no index, and the outputs of layer 0 are the x. */
static word node(const fruit_shape *s, const char *letter, size_t layer, size_t index)
{
    word w;
    size_t count = layer == 0 ? s->inputs : s->nodes[layer - 1];
    char at[32] = "", of[32] = "";
    if (count > 1)
        snprintf(at, sizeof at, "_{%zu}", index + 1);
    if (layer > 0 && s->layers > 1)
        snprintf(of, sizeof of, "^{(%zu)}", layer);
    snprintf(w.text, sizeof w.text, "%s%s%s", layer == 0 ? "x" : letter, of, at);
    return w;
}

/* "w^{(2)}_{13}": from node 1 to node 3. `layer` counts from 1. */
static word weight(const fruit_shape *s, size_t layer, size_t from, size_t to)
{
    word w;
    char at[48] = "", of[32] = "";
    size_t count = fruit_layer_inputs(s, layer - 1) * s->nodes[layer - 1];
    bool wide = from >= 9 || to >= 9;
    if (count > 1)
        snprintf(at, sizeof at, wide ? "_{%zu,%zu}" : "_{%zu%zu}", from + 1, to + 1);
    if (s->layers > 1)
        snprintf(of, sizeof of, "^{(%zu)}", layer);
    snprintf(w.text, sizeof w.text, "w%s%s", of, at);
    return w;
}

static word parameter_name(const fruit_shape *s, const fruit_place *p)
{
    return p->bias ? node(s, "b", p->layer + 1, p->to) : weight(s, p->layer + 1, p->from, p->to);
}

static void add(char *text, size_t size, const char *format, ...)
{
    size_t at = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + at, size - at, format, args);
    va_end(args);
}

static void set_derivative(char *tex, size_t size, const char *of, const char *by)
{
    snprintf(tex, size, "\\frac{\\partial %.40s}{\\partial %.40s}", of, by);
}

/* ---- the factors ---- */

/* dc/da of an output node, from the cost. */
static void cost_factor(const lens_subject *s, const fruit_pass *p, const fruit_place *at,
                        lens_factor *f)
{
    double a = p->a[at->layer][at->to], t = s->t[at->to];
    f->value = p->da[at->layer][at->to];
    snprintf(f->meaning, sizeof f->meaning, "how the cost changes with this output");
    if (s->cost == INK_COST_SQUARED)
        snprintf(f->how, sizeof f->how, "2\\,(a - y) = 2\\,(%s - %s)", number(a, false).text,
                 number(t, true).text);
    else
        snprintf(f->how, sizeof f->how, "\\frac{a - y}{a\\,(1 - a)} = \\frac{%s - %s}{%s}",
                 number(a, false).text, number(t, true).text, number(a * (1 - a), false).text);
}

/* dc/da of a hidden node: what comes back from all nodes it leads to. */
static void sum_factor(const lens_subject *s, const fruit_pass *p, const fruit_place *at,
                       lens_factor *f)
{
    enum { SHOWN = 4 };
    const fruit_shape *shape = s->shape;
    size_t l = at->layer + 1, count = shape->nodes[l];
    f->value = p->da[at->layer][at->to];
    snprintf(f->meaning, sizeof f->meaning,
             count > 1 ? "node values of the next layer times the weights that lead there, added up"
                       : "the next node's value times the weight that leads there");
    f->how[0] = '\0';
    for (size_t k = 0; k < count && k < SHOWN; k++)
        add(f->how, sizeof f->how, "%s%s \\cdot %s", k ? " + " : "",
            number(p->dz[l][k], k > 0).text,
            number(s->w[fruit_weight_at(shape, l, at->to, k)], true).text);
    if (count > SHOWN)
        add(f->how, sizeof f->how, " + \\dots");
}

static const char *slope_formula(fruit_activation f)
{
    static const char *const formulas[] = {
        [FRUIT_IDENTITY] = "1",
        [FRUIT_STEP] = "0",
        [FRUIT_SIGMOID] = "a\\,(1 - a)",
        [FRUIT_TANH] = "1 - a^2",
        [FRUIT_RELU] = "1 \\text{ where } z > 0 \\text{, else } 0",
        [FRUIT_LEAKY] = "1 \\text{ where } z > 0 \\text{, else } 0.01",
        [FRUIT_SILU] = "\\sigma(z)\\,(1 + z\\,(1 - \\sigma(z)))",
        [FRUIT_GELU] = "g'(z)",
        [FRUIT_SOFTMAX] = "",
    };
    return formulas[f];
}

static void slope_factor(const lens_subject *s, const fruit_pass *p, const fruit_place *at,
                         lens_factor *f)
{
    fruit_activation kind = s->shape->activations[at->layer];
    double z = p->z[at->layer][at->to], a = p->a[at->layer][at->to];
    f->value = fruit_slope(kind, z);
    snprintf(f->meaning, sizeof f->meaning, "the slope of %s at z = %.4g",
             fruit_activation_name(kind), z);
    snprintf(f->how, sizeof f->how, "%s", slope_formula(kind));
    if (kind == FRUIT_SIGMOID)
        add(f->how, sizeof f->how, " = %s \\cdot %s", number(a, false).text,
            number(1 - a, true).text);
    else if (kind == FRUIT_TANH)
        add(f->how, sizeof f->how, " = 1 - %s^2", number(a, true).text);
}

/* dc/dz at once, where a softmax binds all outputs together. */
static void joint_factor(const lens_subject *s, const fruit_pass *p, const fruit_place *at,
                         lens_factor *f)
{
    double a = p->a[at->layer][at->to], t = s->t[at->to];
    f->value = p->dz[at->layer][at->to];
    snprintf(f->meaning, sizeof f->meaning,
             s->cost == INK_COST_SQUARED
                 ? "the node value: a softmax ties all outputs together, so all their costs count"
                 : "the node value: softmax and cross-entropy together leave only the error");
    if (s->cost == INK_COST_SQUARED)
        snprintf(f->how, sizeof f->how,
                 "a\\left(2\\,(a - y) - \\sum_k 2\\,(a_k - y_k)\\,a_k\\right)");
    else
        snprintf(f->how, sizeof f->how, "a - y = %s - %s", number(a, false).text,
                 number(t, true).text);
}

static void input_factor(const lens_subject *s, const fruit_pass *p, const fruit_place *at,
                         lens_factor *f)
{
    if (at->bias) {
        f->value = 1;
        snprintf(f->meaning, sizeof f->meaning, "a bias is added as it is");
        snprintf(f->how, sizeof f->how, "1");
        return;
    }
    f->value = at->layer == 0 ? p->x[at->from] : p->a[at->layer - 1][at->from];
    snprintf(f->meaning, sizeof f->meaning,
             at->layer == 0 ? "what comes in: the input" : "what comes in: the output before it");
    snprintf(f->how, sizeof f->how, "%s = %s", node(s->shape, "a", at->layer, at->from).text,
             number(f->value, false).text);
}

static void find_factors(const lens_subject *s, const fruit_pass *p, lens *out)
{
    const fruit_place *at = &out->place;
    const fruit_shape *shape = s->shape;
    bool last = at->layer + 1 == shape->layers;
    word a = node(shape, "a", at->layer + 1, at->to), z = node(shape, "z", at->layer + 1, at->to);
    lens_factor *f = out->factors;
    if (shape->activations[at->layer] == FRUIT_SOFTMAX) {
        joint_factor(s, p, at, f);
        set_derivative(f->tex, sizeof f->tex, "c", z.text);
    } else {
        if (last)
            cost_factor(s, p, at, f);
        else
            sum_factor(s, p, at, f);
        set_derivative(f->tex, sizeof f->tex, "c", a.text);
        f++;
        slope_factor(s, p, at, f);
        set_derivative(f->tex, sizeof f->tex, a.text, z.text);
    }
    f++;
    input_factor(s, p, at, f);
    set_derivative(f->tex, sizeof f->tex, z.text, parameter_name(shape, at).text);
    out->count = (size_t)(f - out->factors) + 1;
}

/* ---- the two ways ---- */

static double cost_at(const lens_subject *s, size_t parameter, double value)
{
    double w[FRUIT_MOST];
    fruit_pass pass;
    memcpy(w, s->w, fruit_parameters(s->shape) * sizeof *w);
    w[parameter] = value;
    fruit_forward(s->shape, w, s->x, s->t, s->cost, &pass);
    return pass.cost;
}

static void nudge(const lens_subject *s, size_t parameter, lens *out)
{
    out->h = NUDGE;
    out->higher = cost_at(s, parameter, s->w[parameter] + NUDGE);
    out->lower = cost_at(s, parameter, s->w[parameter] - NUDGE);
    out->central = (out->higher - out->lower) / (2 * NUDGE);
    snprintf(out->nudge, sizeof out->nudge,
             "\\begin{array}{l} \\dfrac{c(%s + h) - c(%s - h)}{2h} \\\\[2ex] = "
             "\\dfrac{%.10f - %.10f}{%g} \\end{array}",
             parameter_name(s->shape, &out->place).text, parameter_name(s->shape, &out->place).text,
             out->higher, out->lower, 2 * NUDGE);
}

static void write_chain(const lens_subject *s, lens *out)
{
    char whole[96];
    set_derivative(whole, sizeof whole, "c", parameter_name(s->shape, &out->place).text);
    snprintf(out->formula, sizeof out->formula, "%s = \\Bigl(", whole);
    snprintf(out->numbers, sizeof out->numbers, "\\phantom{%s} = ", whole);
    for (size_t i = 0; i < out->count; i++) {
        bool input = i + 1 == out->count;
        if (input)
            add(out->formula, sizeof out->formula, "\\Bigr) \\cdot ");
        add(out->formula, sizeof out->formula, "%s%s", i && !input ? " \\cdot " : "",
            out->factors[i].tex);
        add(out->numbers, sizeof out->numbers, "%s%s", i ? " \\cdot " : "",
            number(out->factors[i].value, i > 0).text);
    }
    add(out->numbers, sizeof out->numbers, " = %s", number(out->product, false).text);
}

void lens_look(const lens_subject *s, const fruit_pass *pass, size_t parameter, lens *out)
{
    *out = (lens){.place = fruit_place_of(s->shape, parameter)};
    find_factors(s, pass, out);
    out->node_value = pass->dz[out->place.layer][out->place.to];
    out->product = 1;
    for (size_t i = 0; i < out->count; i++)
        out->product *= out->factors[i].value;
    nudge(s, parameter, out);
    write_chain(s, out);
}

/* ---- backwards, step by step ---- */

size_t lens_steps(const fruit_shape *shape)
{
    return 1 + 2 * shape->layers;
}

size_t lens_step_layer(const fruit_shape *shape, size_t step, bool *weights)
{
    *weights = step > 0 && step % 2 == 0;
    return step == 0 ? shape->layers - 1 : shape->layers - 1 - (step - 1) / 2;
}

void lens_step_sentence(const fruit_shape *shape, size_t step, char text[256])
{
    bool weights;
    size_t layer = lens_step_layer(shape, step, &weights);
    bool last = layer + 1 == shape->layers;
    if (step == 0)
        snprintf(text, 256,
                 "Forward: every node adds up what comes in and passes it on. The "
                 "numbers in the nodes are their outputs.");
    else if (weights)
        snprintf(text, 256,
                 "Each weight into layer %zu: its node value times what comes in. That is its "
                 "slope, all of them from one pass.",
                 layer + 1);
    else
        snprintf(text, 256,
                 last ? "The last layer's node values: the slope of the cost times the slope of "
                        "the activation."
                      : "One layer back: the node values of layer %zu are those behind it, times "
                        "the weights between, times the slope of the activation.",
                 layer + 1);
}
