/* The cost of a network over a plane in its weights. */
#include "studio/landscape/terrain.h"

#include "studio/dice.h"
#include "studio/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 }; /* samples a call */

struct terrain {
    ink_network *network;
    ink_workspace *workspace;
    size_t parameters, inputs, outputs, count;
    float *x, *t;
    ink_cost cost;
    bool softmax, exact;
    float *home, *centre, *a, *b; /* the network's weights; the plane */
    float *gradient, *part;
    size_t one, two; /* of set_weights: only these differ from the centre ... */
    bool pair;       /* ... if this is so */
    double aa, ab, bb;
};

static bool ends_in_softmax(const ink_network *network)
{
    size_t layers = ink_network_layer_count(network);
    return layers > 0 && strcmp(ink_network_layer(network, layers - 1).type, "softmax") == 0;
}

static bool learns_as_it_predicts(const ink_network *network)
{
    const char *text = ink_network_text(network);
    return !strstr(text, "dropout") && !strstr(text, "noise") && !strstr(text, "norm");
}

static float *copy_floats(const float *from, size_t count)
{
    float *to = calloc(count ? count : 1, sizeof *to);
    if (to && from)
        memcpy(to, from, count * sizeof *to);
    return to;
}

static bool take_memory(terrain *s, const ink_network *network, const float *x, const float *t,
                        ink_pool *pool, ink_error *err)
{
    s->network = ink_network_copy(network, err);
    if (!s->network)
        return false;
    ink_network_set_precision(s->network, INK_PRECISION_FLOAT32);
    s->workspace =
        ink_workspace_new(s->network, s->count < CHUNK ? s->count : CHUNK, true, pool, err);
    s->x = copy_floats(x, s->count * s->inputs);
    s->t = copy_floats(t, s->count * s->outputs);
    s->home = copy_floats(ink_network_parameters(s->network), s->parameters);
    s->centre = copy_floats(s->home, s->home ? s->parameters : 0);
    s->a = copy_floats(NULL, s->parameters);
    s->b = copy_floats(NULL, s->parameters);
    s->gradient = copy_floats(NULL, s->parameters);
    s->part = copy_floats(NULL, s->parameters);
    return s->workspace && s->x && s->t && s->home && s->centre && s->a && s->b && s->gradient &&
           s->part;
}

terrain *terrain_new(const ink_network *network, const float *x, const float *t, size_t count,
                     ink_cost cost, ink_pool *pool, ink_error *err)
{
    size_t parameters = ink_network_parameter_count(network);
    if (count == 0 || parameters < 2 || parameters > TERRAIN_MOST_PARAMETERS) {
        say_error(err, INK_EINVAL,
                  "a landscape needs samples and 2 to %d weights, not %zu samples and %zu weights",
                  TERRAIN_MOST_PARAMETERS, count, parameters);
        return NULL;
    }
    terrain *s = calloc(1, sizeof *s);
    if (s) {
        s->parameters = parameters;
        s->inputs = ink_network_input_size(network);
        s->outputs = ink_network_output_size(network);
        s->count = count;
        s->cost = cost;
        s->softmax = ends_in_softmax(network);
        s->exact = learns_as_it_predicts(network);
        if (take_memory(s, network, x, t, pool, err)) {
            terrain_set_weights(s, 0, 1);
            return s;
        }
    }
    terrain_free(s);
    if (err->status == INK_OK)
        say_error(err, INK_ENOMEM, "there is no memory for the landscape");
    return NULL;
}

void terrain_free(terrain *s)
{
    if (!s)
        return;
    ink_workspace_free(s->workspace);
    ink_network_free(s->network);
    float *owned[] = {s->x, s->t, s->home, s->centre, s->a, s->b, s->gradient, s->part};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    free(s);
}

const ink_network *terrain_network(const terrain *s)
{
    return s->network;
}

size_t terrain_samples(const terrain *s)
{
    return s->count;
}

size_t terrain_parameters(const terrain *s)
{
    return s->parameters;
}

const float *terrain_home(const terrain *s)
{
    return s->home;
}

bool terrain_is_exact(const terrain *s)
{
    return s->exact;
}

/* ---- axes ---- */

static double dot(const float *a, const float *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static void measure_axes(terrain *s)
{
    s->aa = dot(s->a, s->a, s->parameters);
    s->ab = dot(s->a, s->b, s->parameters);
    s->bb = dot(s->b, s->b, s->parameters);
    memcpy(ink_network_parameters(s->network), s->centre, s->parameters * sizeof *s->centre);
}

static void clear_axes(terrain *s)
{
    memcpy(s->centre, s->home, s->parameters * sizeof *s->centre);
    memset(s->a, 0, s->parameters * sizeof *s->a);
    memset(s->b, 0, s->parameters * sizeof *s->b);
    s->pair = false;
}

void terrain_set_weights(terrain *s, size_t a, size_t b)
{
    clear_axes(s);
    s->pair = true;
    s->one = a;
    s->two = b;
    s->centre[a] = s->centre[b] = 0;
    s->a[a] = s->b[b] = 1;
    measure_axes(s);
}

/* What leads into one node lies `nodes` apart. */
static void normalise_filter(float *d, const float *w, size_t nodes, size_t count)
{
    double length = 0, wanted = 0;
    for (size_t i = 0; i < count; i += nodes) {
        length += (double)d[i] * (double)d[i];
        wanted += (double)w[i] * (double)w[i];
    }
    float factor = length > 0 ? (float)sqrt(wanted / length) : 0;
    for (size_t i = 0; i < count; i += nodes)
        d[i] *= factor;
}

static void draw_direction(const terrain *s, float *d, uint64_t seed)
{
    for (size_t k = 0; k < ink_network_tensor_count(s->network); k++) {
        ink_tensor_info tensor = ink_network_tensor(s->network, k);
        if (tensor.state || tensor.rank < 2)
            continue;
        size_t nodes = tensor.shape[tensor.rank - 1];
        for (size_t i = 0; i < tensor.count; i++)
            d[tensor.offset + i] = (float)dice_normal(&seed);
        for (size_t node = 0; node < nodes; node++)
            normalise_filter(d + tensor.offset + node, s->home + tensor.offset + node, nodes,
                             tensor.count - node);
    }
}

void terrain_set_random(terrain *s, uint64_t seed)
{
    clear_axes(s);
    draw_direction(s, s->a, 2 * seed + 1);
    draw_direction(s, s->b, 0x5851f42d4c957f2du ^ (2 * seed + 2));
    measure_axes(s);
}

void terrain_set_path(terrain *s, const float *w, const float *between)
{
    clear_axes(s);
    for (size_t i = 0; i < s->parameters; i++) {
        s->a[i] = w[i] - s->home[i];
        s->b[i] = between[i] - s->home[i];
    }
    double aa = dot(s->a, s->a, s->parameters), ab = dot(s->a, s->b, s->parameters);
    float share = aa > 0 ? (float)(ab / aa) : 0;
    for (size_t i = 0; i < s->parameters; i++)
        s->b[i] -= share * s->a[i];
    double bb = dot(s->b, s->b, s->parameters);
    float factor = bb > 0 ? (float)sqrt(aa / bb) : 0;
    for (size_t i = 0; i < s->parameters; i++)
        s->b[i] *= factor;
    measure_axes(s);
}

/* ---- cost and slope ---- */

void terrain_weights(const terrain *s, double u, double v, float *w)
{
    float fu = (float)u, fv = (float)v;
    for (size_t i = 0; i < s->parameters; i++)
        w[i] = s->centre[i] + fu * s->a[i] + fv * s->b[i];
}

static void go_to(terrain *s, double u, double v)
{
    float *w = ink_network_parameters(s->network);
    if (!s->pair) {
        terrain_weights(s, u, v, w);
        return;
    }
    w[s->one] = (float)u;
    w[s->two] = (float)v;
}

static double cost_here(terrain *s, samples which)
{
    double sum = 0;
    for (size_t done = 0; done < which.count;) {
        size_t n = which.count - done < CHUNK ? which.count - done : CHUNK, at = which.first + done;
        const float *y = ink_predict(s->network, s->workspace, s->x + at * s->inputs, n);
        sum += (double)n *
               ink_cost_value(s->cost, s->softmax, y, s->t + at * s->outputs, n, s->outputs);
        done += n;
    }
    double cost = sum / (double)which.count;
    return isfinite(cost) ? cost : (double)NAN;
}

/* The whole gradient at the network's weights of now. */
static double gradient_here(terrain *s, samples which)
{
    double sum = 0;
    memset(s->gradient, 0, s->parameters * sizeof *s->gradient);
    for (size_t done = 0; done < which.count;) {
        size_t n = which.count - done < CHUNK ? which.count - done : CHUNK, at = which.first + done;
        double cost = ink_network_gradient(s->network, s->workspace, s->x + at * s->inputs,
                                           s->t + at * s->outputs, n, s->cost, at, s->part);
        float share = (float)n / (float)which.count;
        sum += (double)n * cost;
        for (size_t i = 0; i < s->parameters; i++)
            s->gradient[i] += share * s->part[i];
        done += n;
    }
    double cost = sum / (double)which.count;
    return isfinite(cost) ? cost : (double)NAN;
}

double terrain_cost(terrain *s, double u, double v, samples which)
{
    go_to(s, u, v);
    return cost_here(s, which);
}

/* Chain rule: along u every weight moves by a, so the slope is a . gradient. */
double terrain_slope(terrain *s, double u, double v, samples which, double slope[2])
{
    if (s->exact) {
        go_to(s, u, v);
        double cost = gradient_here(s, which);
        slope[0] = s->pair ? (double)s->gradient[s->one] : dot(s->a, s->gradient, s->parameters);
        slope[1] = s->pair ? (double)s->gradient[s->two] : dot(s->b, s->gradient, s->parameters);
        return cost;
    }
    double h = 1e-2;
    slope[0] = (terrain_cost(s, u + h, v, which) - terrain_cost(s, u - h, v, which)) / (2 * h);
    slope[1] = (terrain_cost(s, u, v + h, which) - terrain_cost(s, u, v - h, which)) / (2 * h);
    return terrain_cost(s, u, v, which);
}

/* Least squares: (aa ab; ab bb) (u v) = (a.d b.d) with d = w - centre. */
void terrain_project(const terrain *s, const float *w, double at[2])
{
    double ad = 0, bd = 0;
    for (size_t i = 0; i < s->parameters; i++) {
        double d = (double)w[i] - (double)s->centre[i];
        ad += d * (double)s->a[i];
        bd += d * (double)s->b[i];
    }
    double det = s->aa * s->bb - s->ab * s->ab;
    bool flat = !(det > 1e-12 * s->aa * s->bb);
    at[0] = flat ? (s->aa > 0 ? ad / s->aa : 0) : (ad * s->bb - bd * s->ab) / det;
    at[1] = flat ? 0 : (bd * s->aa - ad * s->ab) / det;
}

static void load_weights(terrain *s, const float *w)
{
    memcpy(ink_network_parameters(s->network), w, s->parameters * sizeof *w);
}

double terrain_cost_at(terrain *s, const float *w, samples which)
{
    load_weights(s, w);
    double cost = cost_here(s, which);
    load_weights(s, s->centre);
    return cost;
}

double terrain_learn(terrain *s, float *w, float *velocity, samples which, float rate,
                     float momentum)
{
    load_weights(s, w);
    double cost = gradient_here(s, which);
    load_weights(s, s->centre);
    for (size_t i = 0; i < s->parameters; i++) {
        velocity[i] = momentum * velocity[i] + s->gradient[i];
        w[i] -= rate * velocity[i];
    }
    return cost;
}

/* ---- landmarks ---- */

const char *landmark_kind_name(landmark_kind kind)
{
    static const char *const names[] = {"minimum", "saddle", "maximum"};
    return names[kind];
}

typedef struct parabola {
    double gu, gv, uu, uv, vv;
} parabola;

/* Least squares over 3 x 3 points (Haralick's facet model, 1983, with the mean left out). */
static parabola fit(const float *z, size_t n)
{
    double p[3][3];
    for (size_t j = 0; j < 3; j++)
        for (size_t i = 0; i < 3; i++)
            p[j][i] = (double)z[j * n + i];
    parabola q = {0, 0, 0, (p[2][2] - p[2][0] - p[0][2] + p[0][0]) / 4, 0};
    for (int k = 0; k < 3; k++) {
        q.gu += (p[k][2] - p[k][0]) / 6;
        q.gv += (p[2][k] - p[0][k]) / 6;
        q.uu += (p[k][2] - 2 * p[k][1] + p[k][0]) / 3;
        q.vv += (p[2][k] - 2 * p[1][k] + p[0][k]) / 3;
    }
    return q;
}

/* How often, going once round at distance r, the height passes that of the middle; *above: where
 * it does not, is the ring above? -1 where the ring leaves the grid. */
static int crossings(const float *z, size_t n, size_t i, size_t j, size_t r, bool *above)
{
    if (i < r || j < r || i + r >= n || j + r >= n)
        return -1;
    int changes = 0, first = 0, before = 0;
    size_t side = 2 * r;
    for (size_t k = 0; k < 4 * side; k++) {
        size_t along = k % side;
        size_t di = k < side ? along : k < 2 * side ? side : k < 3 * side ? side - along : 0;
        size_t dj = k < side ? 0 : k < 2 * side ? along : k < 3 * side ? side : side - along;
        float d = z[(j - r + dj) * n + i - r + di] - z[j * n + i];
        int sign = d > 0 ? 1 : d < 0 ? -1 : before;
        changes += before && sign && sign != before;
        first = first ? first : sign;
        before = sign;
    }
    *above = before > 0;
    return changes + (first != before);
}

static bool confirmed(const float *z, size_t n, size_t i, size_t j, landmark_kind kind)
{
    for (size_t r = 1; r <= 3; r++) {
        bool above = false;
        int changes = crossings(z, n, i, j, r, &above);
        if (kind == LANDMARK_SADDLE ? changes >= 4
                                    : changes == 0 && above == (kind == LANDMARK_MINIMUM))
            return true;
    }
    return false;
}

static bool look_at(const float *z, size_t n, size_t i, size_t j, double least, landmark *mark,
                    double *off)
{
    parabola q = fit(z + (j - 1) * n + i - 1, n);
    double det = q.uu * q.vv - q.uv * q.uv, middle = (q.uu + q.vv) / 2;
    double spread = sqrt((q.uu - q.vv) * (q.uu - q.vv) / 4 + q.uv * q.uv);
    double low = middle - spread, high = middle + spread; /* the eigenvalues */
    if (!(fabs(low) > least && fabs(high) > least))
        return false;
    double u = (q.uv * q.gv - q.vv * q.gu) / det, v = (q.uv * q.gu - q.uu * q.gv) / det;
    if (!(fabs(u) <= 0.75 && fabs(v) <= 0.75))
        return false;
    landmark_kind kind = low > 0 ? LANDMARK_MINIMUM : high < 0 ? LANDMARK_MAXIMUM : LANDMARK_SADDLE;
    if (!confirmed(z, n, i, j, kind))
        return false;
    double height = (double)z[j * n + i] + 0.5 * (q.gu * u + q.gv * v);
    *mark = (landmark){kind, (double)i + u, (double)j + v, height};
    *off = fmax(fabs(u), fabs(v));
    return true;
}

/* The same place is often found from two cells: keep what was found nearest to its middle. */
static size_t keep(landmark *marks, double *offs, size_t count, size_t most, landmark mark,
                   double off)
{
    for (size_t k = 0; k < count; k++)
        if (marks[k].kind == mark.kind && fabs(marks[k].i - mark.i) < 2.5 &&
            fabs(marks[k].j - mark.j) < 2.5) {
            if (off < offs[k]) {
                marks[k] = mark;
                offs[k] = off;
            }
            return count;
        }
    if (count == most)
        return count;
    marks[count] = mark;
    offs[count] = off;
    return count + 1;
}

size_t terrain_landmarks(const float *z, size_t n, landmark *marks, size_t most)
{
    enum { MOST = 64 };
    double offs[MOST], low = (double)INFINITY, high = -(double)INFINITY;
    for (size_t k = 0; k < n * n; k++)
        if (isfinite(z[k])) {
            low = fmin(low, (double)z[k]);
            high = fmax(high, (double)z[k]);
        }
    /* What would not bend by 2 % of the heights from end to end is rounding, or a plain. */
    double cells = (double)n - 1, least = 0.15 * (high - low) / (cells * cells);
    size_t count = 0;
    most = most < MOST ? most : MOST;
    for (size_t j = 1; j + 1 < n; j++)
        for (size_t i = 1; i + 1 < n; i++) {
            landmark mark;
            double off;
            if (look_at(z, n, i, j, least, &mark, &off))
                count = keep(marks, offs, count, most, mark, off);
        }
    return count;
}
