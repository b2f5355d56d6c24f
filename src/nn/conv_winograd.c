/* Convolution layers whose kernel and width suit Winograd's tiles (kernel/winograd.h): the same
 * layer as in conv.c, computed with a fraction of the multiplications.
 *
 * Forward and back to the input every thread takes a range of tiles of the whole batch: transforms
 * it in, multiplies, and transforms it out. The gradient of the weights goes over ranges that all
 * threads share: they transform tiles, then each of them adds up some of the 36 products; so there
 * is one sum for the whole batch, however many threads there are. */
#include "nn/conv.h"

#include "kernel/winograd.h"

#include <string.h>

enum {
    LOCAL_FLOATS =
        1 << 17, /* of a thread's tiles: U, which all share, is read once for each range */
    SHARED_FLOATS = 1 << 21, /* of a range for the weights' gradient */
    LEAST_TILES = 28,
    MOST_TILES = 1024,
    TILES_PER_TASK = 16, /* to transform */
    RANGES = 16,         /* at least so many, if the batch has the tiles */
    BIAS_GROUPS = 16
};

bool ink__conv_has_tiles(const ink__layer *layer)
{
    ink__conv c = ink__conv_of(layer);
    return !layer->pairs && !layer->type->fixed && ink__winograd_pays(&c);
}

/* Tiles of a range with so many floats to a tile. */
static size_t fit(size_t floats, size_t each, size_t tiles)
{
    size_t most = floats / each;
    most = most < LEAST_TILES ? LEAST_TILES : most > MOST_TILES ? MOST_TILES : most;
    return most < tiles ? most : tiles;
}

/* Tiles that a thread takes at once, of `tiles` in all. */
static size_t range_of(const ink__winograd *w, size_t tiles)
{
    size_t fair = (tiles + RANGES - 1) / RANGES;
    fair = fair < LEAST_TILES ? LEAST_TILES : fair;
    size_t most =
        fit(LOCAL_FLOATS, INK_WINOGRAD_PLACES * (w->conv.channels + w->conv.filters), tiles);
    return most < fair ? most : fair < tiles ? fair : tiles;
}

/* Where a thread keeps a range: zeros and a place to throw away, V, M. */
typedef struct local {
    size_t nowhere, v, m, end, v_step, m_step;
} local;

static local local_of(const ink__winograd *w, size_t range)
{
    local l = {.nowhere = ink__rounded(w->conv.channels),
               .v_step = ink__winograd_step(range, w->conv.channels),
               .m_step = ink__winograd_step(range, w->conv.filters)};
    l.v = l.nowhere + ink__rounded(w->conv.filters);
    l.m = l.v + INK_WINOGRAD_PLACES * l.v_step;
    l.end = l.m + INK_WINOGRAD_PLACES * l.m_step;
    return l;
}

static size_t filter_size(const ink__winograd *w)
{
    return INK_WINOGRAD_PLACES * ink__winograd_filter_step(w);
}

/* What the way back keeps for all threads. The pieces for dx and those for the weights are not
 * needed at the same time. */
typedef struct shared {
    size_t dz;                  /* slopes before the activation: first, if there are any */
    size_t turned, u;           /* dx: weights by filter, and transformed */
    size_t v, e, s, dw, biases; /* weights */
    size_t end, range, v_step, e_step, s_step;
} shared;

static shared shared_of(const ink__layer *layer, const ink__winograd *w, const ink__winograd *back,
                        size_t batch)
{
    size_t channels = w->conv.channels, filters = w->conv.filters;
    size_t weights = ink__rounded(ink__conv_weight_count(&w->conv));
    shared m = {
        .range = fit(SHARED_FLOATS, INK_WINOGRAD_PLACES * (channels + filters), batch * w->tiles)};
    bool active = layer->activation != INK_ACTIVATION_IDENTITY;
    m.turned = m.v = active ? ink__rounded(batch * ink__shape_size(layer->out)) : 0;
    m.u = m.turned + weights;
    m.v_step = ink__winograd_step(m.range, channels);
    m.e_step = ink__winograd_step(m.range, filters);
    m.s_step = ink__winograd_step(channels, filters);
    m.e = m.v + INK_WINOGRAD_PLACES * m.v_step +
          ink__rounded(channels > filters ? channels : filters);
    m.s = m.e + INK_WINOGRAD_PLACES * m.e_step;
    m.dw = m.s + INK_WINOGRAD_PLACES * m.s_step;
    m.biases = m.dw + weights;
    size_t first = m.u + filter_size(back), second = m.biases + BIAS_GROUPS * ink__rounded(filters);
    m.end = first > second ? first : second;
    return m;
}

void ink__conv_tiles_memory(const ink__layer *layer, size_t batch, bool training,
                            ink__memory *memory)
{
    ink__conv c = ink__conv_of(layer), turned = ink__conv_back(&c);
    ink__winograd w = ink__winograd_of(&c), back = ink__winograd_of(&turned);
    if (ink__activation_needs_input(layer->activation))
        memory->saved = batch * ink__shape_size(layer->out);
    memory->scratch = memory->packed = filter_size(&w);
    memory->local = local_of(&w, range_of(&w, batch * w.tiles)).end;
    if (!training)
        return;
    size_t scratch = shared_of(layer, &w, &back, batch).end;
    size_t floats = local_of(&back, range_of(&back, batch * back.tiles)).end;
    memory->scratch = scratch > memory->scratch ? scratch : memory->scratch;
    memory->local = floats > memory->local ? floats : memory->local;
}

/* ---- forward, and the same for dx ---- */

typedef struct run {
    const ink__pass *pass;
    ink__winograd w;
    const float *u, *bias;
    ink__activation f;
    size_t tiles, range;
    const float *x;
    float *z, *y;
} run;

typedef struct packing {
    const ink__pass *pass;
    const ink__winograd *w;
    const float *weights;
    bool turned;
    float *u;
} packing;

enum { CHANNELS_PER_TASK = 8 };

static void transform_filters(void *context, size_t task, size_t thread)
{
    const packing *p = context;
    size_t first, count = ink__rows_of(CHANNELS_PER_TASK, p->w->conv.channels, task, &first);
    (void)thread;
    ink__winograd_filter(p->pass->kernels, p->w, p->weights, p->turned, first, count, p->u);
}

static void transform_all(const ink__pass *pass, const ink__winograd *w, const float *weights,
                          bool turned, float *u)
{
    packing p = {.pass = pass, .w = w, .weights = weights, .turned = turned, .u = u};
    ink__parallel_for(pass->pool, (w->conv.channels + CHANNELS_PER_TASK - 1) / CHANNELS_PER_TASK,
                      transform_filters, &p);
}

void ink__conv_tiles_pack(const ink__layer *layer, const ink__pass *pass, float *packed)
{
    ink__conv c = ink__conv_of(layer);
    ink__winograd w = ink__winograd_of(&c);
    transform_all(pass, &w, pass->w, false, packed);
}

static void run_range(void *context, size_t task, size_t thread)
{
    const run *r = context;
    const ink__kernels *kernels = r->pass->kernels;
    float *own = r->pass->local + thread * r->pass->local_size;
    local at = local_of(&r->w, r->range);
    size_t first, count = ink__rows_of(r->range, r->tiles, task, &first);
    memset(own, 0, at.nowhere * sizeof *own);
    ink__winograd_input(kernels, &r->w, INK_HALF_BOTH, r->x, first, count, own, own + at.v,
                        at.v_step);
    ink__winograd_multiply(kernels, &r->w, own + at.v, at.v_step, r->u, count, own + at.m,
                           at.m_step);
    ink__winograd_output(kernels, &r->w, own + at.m, at.m_step, r->bias, r->f, first, count,
                         own + at.nowhere, r->z, r->y);
}

static void convolve(run *r)
{
    r->tiles = r->pass->count * r->w.tiles;
    r->range = range_of(&r->w, r->tiles);
    ink__parallel_for(r->pass->pool, (r->tiles + r->range - 1) / r->range, run_range, r);
}

void ink__conv_tiles_forward(const ink__layer *layer, const ink__pass *pass, const float *x,
                             float *y)
{
    ink__conv c = ink__conv_of(layer);
    run r = {.pass = pass,
             .w = ink__winograd_of(&c),
             .u = pass->packed ? pass->packed : pass->scratch,
             .bias = layer->plain ? NULL : pass->w + layer->parts[0].count,
             .f = layer->activation,
             .x = x,
             .z = ink__activation_needs_input(layer->activation) ? pass->saved : y,
             .y = y};
    if (!pass->packed)
        transform_all(pass, &r.w, pass->w, false, pass->scratch);
    convolve(&r);
}

/* ---- backward ---- */

typedef struct job {
    const ink__layer *layer;
    const ink__pass *pass;
    ink__winograd w;
    shared at;
    const float *x, *y, *dy, *dz;
    float *scratch;
    size_t first, count; /* tiles of the range */
    ink__cut cut;        /* of one place's product */
} job;

/* dz: dy itself, or what the activation leaves of it. */
static const float *slopes(job *j)
{
    float *dz = j->scratch + j->at.dz;
    if (j->layer->activation == INK_ACTIVATION_IDENTITY || j->pass->through)
        return j->dy;
    ink__slopes(j->layer, j->pass, j->y, j->dy, dz);
    return dz;
}

static void turn_tap(void *context, size_t tap, size_t thread)
{
    const job *j = context;
    size_t channels = j->w.conv.channels, filters = j->w.conv.filters, size = channels * filters;
    (void)thread;
    j->pass->kernels->transpose(channels, filters, j->pass->w + tap * size, filters,
                                j->scratch + j->at.turned + tap * size, channels, 0);
}

static void input_slopes(job *j, const ink__winograd *back, float *dx)
{
    size_t taps = j->w.conv.kernel_height * j->w.conv.kernel_width;
    ink__parallel_for(j->pass->pool, taps, turn_tap, j);
    run r = {.pass = j->pass,
             .w = *back,
             .u = j->scratch + j->at.u,
             .f = INK_ACTIVATION_IDENTITY,
             .x = j->dz,
             .z = dx,
             .y = dx};
    transform_all(j->pass, back, j->scratch + j->at.turned, true, j->scratch + j->at.u);
    convolve(&r);
}

/* The two halves of the places are tasks far apart, and products follow in the same order: a thread
 * mostly multiplies what it transformed. Where two processors share no cache, to write what the
 * other has read costs several times what computing it does. */
static void transform_tiles(void *context, size_t task, size_t thread)
{
    const job *j = context;
    const ink__kernels *kernels = j->pass->kernels;
    const ink__conv *c = &j->w.conv;
    size_t chunks = ink__ceil_div(j->count, TILES_PER_TASK);
    size_t first, count = ink__rows_of(TILES_PER_TASK, j->count, task % chunks, &first);
    ink__half half = task < chunks ? INK_HALF_LEFT : INK_HALF_RIGHT;
    const float *zeros = j->scratch + j->at.v + INK_WINOGRAD_PLACES * j->at.v_step;
    (void)thread;
    ink__winograd_input(kernels, &j->w, half, j->x, j->first + first, count, zeros,
                        j->scratch + j->at.v + first * c->channels, j->at.v_step);
    ink__winograd_slope(kernels, &j->w, half, j->dz, j->first + first, count, zeros,
                        j->scratch + j->at.e + first * c->filters, j->at.e_step);
}

static void add_products(void *context, size_t task, size_t thread)
{
    const job *j = context;
    size_t channels = j->w.conv.channels, filters = j->w.conv.filters;
    size_t by_columns = task / j->cut.tasks;
    size_t place =
        by_columns % INK_WINOGRAD_POINTS * INK_WINOGRAD_POINTS + by_columns / INK_WINOGRAD_POINTS;
    ink__part part = ink__cut_part(&j->cut, channels, filters, task % j->cut.tasks);
    float *s = j->scratch + j->at.s + place * j->at.s_step + part.row * filters + part.col;
    (void)thread;
    j->pass->kernels->product(
        &(ink__product){.m = part.rows,
                        .n = part.cols,
                        .k = j->count,
                        .a = j->scratch + j->at.v + place * j->at.v_step + part.row,
                        .a_row = 1,
                        .a_col = channels,
                        .b = j->scratch + j->at.e + place * j->at.e_step + part.col,
                        .b_row = filters,
                        .start = j->first > 0 ? s : NULL,
                        .start_row = filters,
                        .c = s,
                        .c_row = filters});
}

static void filter_slopes(void *context, size_t channel, size_t thread)
{
    const job *j = context;
    (void)thread;
    ink__winograd_filter_back(j->pass->kernels, &j->w, j->scratch + j->at.s, channel,
                              j->scratch + j->at.dw);
}

static void weight_slopes(job *j)
{
    ink_pool *pool = j->pass->pool;
    const ink__conv *c = &j->w.conv;
    size_t tiles = j->pass->count * j->w.tiles;
    size_t widest = c->channels > c->filters ? c->channels : c->filters;
    memset(j->scratch + j->at.v + INK_WINOGRAD_PLACES * j->at.v_step, 0,
           widest * sizeof *j->scratch);
    for (j->first = 0; j->first < tiles; j->first += j->count) {
        j->count = tiles - j->first < j->at.range ? tiles - j->first : j->at.range;
        j->cut = ink__cut_product(c->channels, c->filters, j->count);
        ink__parallel_for(pool, 2 * ink__ceil_div(j->count, TILES_PER_TASK), transform_tiles, j);
        ink__parallel_for(pool, INK_WINOGRAD_PLACES * j->cut.tasks, add_products, j);
    }
    ink__parallel_for(pool, c->channels, filter_slopes, j);
}

static void bias_group(void *context, size_t group, size_t thread)
{
    const job *j = context;
    size_t filters = j->w.conv.filters, pixels = j->w.conv.out_height * j->w.conv.out_width;
    size_t all = j->pass->count * pixels, first = all * group / BIAS_GROUPS;
    (void)thread;
    j->pass->kernels->column_sums(all * (group + 1) / BIAS_GROUPS - first, filters,
                                  j->dz + first * filters, filters,
                                  j->scratch + j->at.biases + group * ink__rounded(filters));
}

static void bias_slopes(job *j)
{
    size_t filters = j->w.conv.filters;
    float *sums = j->scratch + j->at.biases;
    ink__parallel_for(j->pass->pool, BIAS_GROUPS, bias_group, j);
    for (size_t group = 1; group < BIAS_GROUPS; group++)
        j->pass->kernels->add(filters, sums + group * ink__rounded(filters), sums);
}

void ink__conv_tiles_backward(const ink__layer *layer, const ink__pass *pass, const float *x,
                              const float *y, const float *dy, float *dx)
{
    ink__conv c = ink__conv_of(layer), turned = ink__conv_back(&c);
    ink__winograd back = ink__winograd_of(&turned);
    job j = {.layer = layer,
             .pass = pass,
             .w = ink__winograd_of(&c),
             .x = x,
             .y = y,
             .dy = dy,
             .scratch = pass->scratch};
    j.at = shared_of(layer, &j.w, &back, pass->count);
    j.dz = slopes(&j);
    if (dx) /* before the weights move */
        input_slopes(&j, &back, dx);
    weight_slopes(&j);
    if (!layer->plain)
        bias_slopes(&j);
    ink__conv_finish(layer, pass, j.scratch + j.at.dw, 0, 1, j.scratch + j.at.biases);
}
