/* Matrix products in register tiles, for one instruction set: compiled once for each, with
 * INK_ISA set to its name. Written with gcc's vector extensions; only loading and storing part of a
 * vector needs the instruction set's own words.
 *
 * A tile is `rows` x `vectors` accumulators held in registers. Every step of k loads `vectors`
 * vectors of b and broadcasts `rows` numbers of a: rows * vectors multiply-adds for rows + vectors
 * loads. Nothing is packed: b is contiguous along its vectors, and a is read one number at a time,
 * so transposed reading costs nothing.
 *
 * With INK_PAIRS the words of a and b are pairs of bfloat16 numbers, and a multiply-add is that of
 * both: all else is the same. */
#include "kernel/isa.h"

#include <stdbool.h>
#include <string.h>

#if INK_WIDTH == 16
#define MAX_ROWS_1 14 /* 32 registers */
#define MAX_ROWS_2 14
#define MAX_ROWS_3 8
#define MAX_ROWS_4 6
#elif INK_WIDTH == 8
#define MAX_ROWS_1 10 /* 16 registers */
#define MAX_ROWS_2 6
#define MAX_ROWS_3 4
#define MAX_ROWS_4 2
#else
#define MAX_ROWS_1 8
#define MAX_ROWS_2 6
#define MAX_ROWS_3 4
#define MAX_ROWS_4 2
#endif

#ifdef INK_PAIRS
#define multiply_add(x, y, z) ((vec)_mm512_dpbf16_ps((__m512)(z), (__m512bh)(x), (__m512bh)(y)))
enum { WORD = 2 }; /* multiply-adds in one */
#else
#define multiply_add(x, y, z) vec_fma(x, y, z)
enum { WORD = 1 };
#endif

#define INLINE static inline __attribute__((always_inline))

static const float zeros[4 * INK_WIDTH]; /* where sums start that start nowhere */

typedef struct tile {
    size_t k, runs; /* runs at least 1 */
    const float *a;
    size_t a_row, a_col, a_jump;
    const float *b;
    size_t b_row, b_jump;
    const float *start;
    size_t start_row;
    float *c;
    size_t c_row;
} tile;

/* `rows` and `vectors` are constants after inlining, so all loops unroll and `sum` lives in
 * registers - if it is loaded and stored in one way only, without a mask, and every loop runs at
 * least once. Otherwise gcc carries the sums through memory, at 300 cycles a tile. So there is
 * always a start, and at least one step. */
INLINE void run_tile(const tile *t, const int rows, const int vectors)
{
    vec sum[14][4];
    const float *start = t->start;
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            sum[r][v] = vec_load(start + (size_t)r * t->start_row + v * INK_WIDTH);
    const float *a = t->a, *b = t->b;
    const size_t a_row = t->a_row, a_col = t->a_col, b_row = t->b_row;
    size_t run = t->runs;
    do {
        size_t p = t->k;
        do {
            vec right[4];
            for (int v = 0; v < vectors; v++)
                right[v] = vec_load(b + v * INK_WIDTH);
            for (int r = 0; r < rows; r++) {
                vec left = vec_splat_at(a + (size_t)r * a_row);
                for (int v = 0; v < vectors; v++)
                    sum[r][v] = multiply_add(left, right[v], sum[r][v]);
            }
            a += a_col;
            b += b_row;
        } while (--p > 0);
        a += t->a_jump;
        b += t->b_jump;
    } while (--run > 0);
    float *c = t->c;
    const size_t c_row = t->c_row;
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            vec_store(c + (size_t)r * c_row + v * INK_WIDTH, sum[r][v]);
}

#define CASE(rows, vectors)                                                                        \
    case rows:                                                                                     \
        run_tile(t, rows, vectors);                                                                \
        break;

static void tile_1(const tile *t, size_t rows)
{
    switch (rows) {
        CASE(1, 1)
        CASE(2, 1)
        CASE(3, 1)
        CASE(4, 1)
        CASE(5, 1)
        CASE(6, 1)
        CASE(7, 1)
        CASE(8, 1)
#if MAX_ROWS_1 >= 10
        CASE(9, 1)
        CASE(10, 1)
#endif
#if MAX_ROWS_1 >= 14
        CASE(11, 1)
        CASE(12, 1)
        CASE(13, 1)
        CASE(14, 1)
#endif
    }
}

static void tile_2(const tile *t, size_t rows)
{
    switch (rows) {
        CASE(1, 2)
        CASE(2, 2)
        CASE(3, 2)
        CASE(4, 2)
        CASE(5, 2)
        CASE(6, 2)
#if MAX_ROWS_2 >= 14
        CASE(7, 2)
        CASE(8, 2)
        CASE(9, 2)
        CASE(10, 2)
        CASE(11, 2)
        CASE(12, 2)
        CASE(13, 2)
        CASE(14, 2)
#endif
    }
}

static void tile_3(const tile *t, size_t rows)
{
    switch (rows) {
        CASE(1, 3)
        CASE(2, 3)
        CASE(3, 3)
        CASE(4, 3)
#if MAX_ROWS_3 >= 8
        CASE(5, 3)
        CASE(6, 3)
        CASE(7, 3)
        CASE(8, 3)
#endif
    }
}

static void tile_4(const tile *t, size_t rows)
{
    switch (rows) {
        CASE(1, 4)
        CASE(2, 4)
#if MAX_ROWS_4 >= 6
        CASE(3, 4)
        CASE(4, 4)
        CASE(5, 4)
        CASE(6, 4)
#endif
    }
}

/* A product of no steps. */
static void copy_start(const tile *t, size_t rows, size_t vectors)
{
    for (size_t r = 0; r < rows && t->start != t->c; r++)
        memcpy(t->c + r * t->c_row, t->start + r * t->start_row,
               vectors * INK_WIDTH * sizeof *t->c);
}

static void run_any(const tile *t, size_t rows, size_t vectors)
{
    if (t->k == 0)
        copy_start(t, rows, vectors);
    else if (vectors == 1)
        tile_1(t, rows);
    else if (vectors == 2)
        tile_2(t, rows);
    else if (vectors == 3)
        tile_3(t, rows);
    else
        tile_4(t, rows);
}

/* How many tiles all rows make; they are shared out evenly, because a last tile of one or two rows
 * would wait for its own chain of additions. */
static size_t count_tiles(size_t rows, size_t vectors)
{
    static const size_t most[] = {0, MAX_ROWS_1, MAX_ROWS_2, MAX_ROWS_3, MAX_ROWS_4};
    return (rows + most[vectors] - 1) / most[vectors];
}

/* Asks for what will be used next while this tile computes: without it the step of the optimiser
 * waits for memory more than half of its time. */
INLINE void fetch_soon(const ink__product *g, size_t row, size_t rows, size_t col, size_t vectors)
{
    for (size_t which = 0; which < 2 && g->soon[which]; which++)
        for (size_t r = row; r < row + rows; r++)
            for (size_t v = 0; v < vectors; v++)
                __builtin_prefetch(g->soon[which] + r * g->soon_row + col + v * INK_WIDTH, 1, 3);
}

/* All rows against up to four whole vectors of columns. */
static void run_rows(const ink__product *g, size_t col, size_t vectors)
{
    const float *start = g->start ? g->start + col : zeros;
    size_t start_row = g->start ? g->start_row : 0;
    size_t tiles = count_tiles(g->m, vectors);
    for (size_t i = 0; i < tiles; i++) {
        size_t row = g->m * i / tiles, rows = g->m * (i + 1) / tiles - row;
        tile t = {.k = g->k,
                  .runs = g->runs,
                  .a = g->a + row * g->a_row,
                  .a_row = g->a_row,
                  .a_col = g->a_col,
                  .a_jump = g->a_jump,
                  .b = g->b,
                  .b_row = g->b_row,
                  .b_jump = g->b_jump,
                  .start = start + row * start_row,
                  .start_row = start_row,
                  .c = g->c + row * g->c_row + col,
                  .c_row = g->c_row};
        fetch_soon(g, row, rows, col, vectors);
        run_any(&t, rows, vectors);
    }
}

enum { DEPTH = 256 }; /* steps of k at a time: a packed panel of two vectors fills 32 KB */

/* The rows of b of one piece, one behind the other. */
static void pack(const ink__product *piece, const float *b, size_t vectors, float *packed)
{
    for (size_t run = 0; run < piece->runs; run++, b += piece->b_jump)
        for (size_t i = 0; i < piece->k; i++, b += piece->b_row)
            for (size_t v = 0; v < vectors; v++, packed += INK_WIDTH)
                vec_store(packed, vec_load(b + v * INK_WIDTH));
}

/* The sums go on from piece to piece: a piece is some steps of the only run, or some whole runs. */
static void run_packed(const ink__product *g, size_t col, size_t vectors)
{
    float packed[DEPTH * 4 * INK_WIDTH] __attribute__((aligned(64)));
    bool many = g->runs > 1;
    size_t all = many ? g->runs : g->k, most = many ? DEPTH / g->k : DEPTH;
    size_t a_step = many ? g->k * g->a_col + g->a_jump : g->a_col;
    size_t b_step = many ? g->k * g->b_row + g->b_jump : g->b_row;
    ink__product piece = *g;
    for (size_t p = 0; p < all; p += most) {
        size_t some = all - p < most ? all - p : most;
        *(many ? &piece.runs : &piece.k) = some;
        piece.a = g->a + p * a_step;
        piece.b_row = g->b_row;
        piece.b_jump = g->b_jump;
        pack(&piece, g->b + p * b_step + col, vectors, packed);
        piece.b = packed;
        piece.b_row = vectors * INK_WIDTH;
        piece.b_jump = 0;
        run_rows(&piece, col, vectors);
        piece.start = piece.c; /* the next piece goes on with the sums so far */
        piece.start_row = piece.c_row;
        piece.soon[0] = NULL;
    }
}

/* `rows` rows of the last columns, `width` of them, as whole vectors; what is beyond them is 0. */
static void pad_rows(const float *from, size_t from_row, size_t rows, size_t width, size_t vectors,
                     float *to)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t v = 0; v < vectors; v++) {
            size_t at = v * INK_WIDTH, left = width - at;
            vec x = left < INK_WIDTH ? vec_load_part(from + r * from_row + at, left)
                                     : vec_load(from + r * from_row + at);
            vec_store(to + (r * vectors + v) * INK_WIDTH, x);
        }
}

static void unpad_rows(const float *from, size_t rows, size_t width, size_t vectors, float *to,
                       size_t to_row)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t v = 0; v < vectors; v++) {
            size_t at = v * INK_WIDTH, left = width - at;
            vec x = vec_load(from + (r * vectors + v) * INK_WIDTH);
            if (left < INK_WIDTH)
                vec_store_part(to + r * to_row + at, x, left);
            else
                vec_store(to + r * to_row + at, x);
        }
}

/* The last columns, where they do not fill the last vector. What is read beyond the end of a row of
 * b is the beginning of the next: it goes into sums that nobody stores. Only the last rows, which
 * have nothing behind them, are copied. */
static void run_tail(const ink__product *g, size_t col, size_t vectors)
{
    float sums[14 * 4 * INK_WIDTH] __attribute__((aligned(64)));
    float last[INK_WIDTH * 4 * INK_WIDTH] __attribute__((aligned(64)));
    size_t width = g->n - col, beyond = vectors * INK_WIDTH - width;
    size_t copied = g->b_past >= beyond ? 0 : (beyond + g->b_row - 1) / (g->b_row ? g->b_row : 1);
    copied = copied < g->k ? copied : g->k;
    size_t direct = g->k - copied, tiles = count_tiles(g->m, vectors);
    pad_rows(g->b + direct * g->b_row + col, g->b_row, copied, width, vectors, last);
    for (size_t i = 0; i < tiles; i++) {
        size_t row = g->m * i / tiles, rows = g->m * (i + 1) / tiles - row;
        if (g->start)
            pad_rows(g->start + row * g->start_row + col, g->start_row, rows, width, vectors, sums);
        fetch_soon(g, row, rows, col, vectors);
        tile t = {.k = direct,
                  .runs = g->runs,
                  .a = g->a + row * g->a_row,
                  .a_row = g->a_row,
                  .a_col = g->a_col,
                  .a_jump = g->a_jump,
                  .b = g->b + col,
                  .b_row = g->b_row,
                  .b_jump = g->b_jump,
                  .start = g->start ? sums : zeros,
                  .start_row = g->start ? vectors * INK_WIDTH : 0,
                  .c = sums,
                  .c_row = vectors * INK_WIDTH};
        run_any(&t, rows, vectors);
        t.k = copied;
        t.a += direct * g->a_col;
        t.b = last;
        t.b_row = vectors * INK_WIDTH;
        t.start = sums;
        t.start_row = vectors * INK_WIDTH;
        if (copied > 0)
            run_any(&t, rows, vectors);
        unpad_rows(sums, rows, width, vectors, g->c + row * g->c_row + col, g->c_row);
    }
}

/* Rows a multiple of 512 bytes apart fall into few sets of the cache and throw each other out: then
 * a copy pays, if enough rows of a use it. Measured: 128 x 1024 x 1024 goes from 34 % of the peak
 * to 62 %, while products with other strides lose some percent. */
static void run_panel(const ink__product *g, size_t col, size_t vectors)
{
    if (col + vectors * INK_WIDTH > g->n) {
        run_tail(g, col, vectors);
    } else if (g->m >= 24 && g->k * g->runs >= 64 && g->k <= (g->runs > 1 ? DEPTH : g->k) &&
               g->b_row % 128 == 0) {
        run_packed(g, col, vectors);
    } else {
        ink__product whole = *g;
        whole.b = g->b + col;
        run_rows(&whole, col, vectors);
    }
}

/* One row of a: a matrix-vector product, bound by how fast b can be read; so rows of b that would
 * be multiplied by 0 - most of a drawing is blank - are not read at all. Adding 0 * b changes
 * nothing where b is finite, but that -0 stays -0. */
INLINE vec load(const float *at, int last, size_t tail)
{
    return last ? vec_load_part(at, tail) : vec_load(at);
}

INLINE void run_row(const ink__product *g, size_t col, const uint16_t *used, size_t count,
                    const int vectors, const int partial, size_t tail)
{
    vec sum[8];
    for (int v = 0; v < vectors; v++)
        sum[v] = g->start ? load(g->start + col + (size_t)v * INK_WIDTH,
                                 partial && v == vectors - 1, tail)
                          : vec_splat(0);
    for (size_t i = 0; i < count; i++) {
        size_t p = used[i];
        vec left = vec_splat_at(g->a + p * g->a_col);
        const float *b = g->b + p * g->b_row + col;
        for (int v = 0; v < vectors; v++)
            sum[v] = multiply_add(left, load(b + v * INK_WIDTH, partial && v == vectors - 1, tail),
                                  sum[v]);
    }
    for (int v = 0; v < vectors; v++) {
        float *at = g->c + col + (size_t)v * INK_WIDTH;
        if (partial && v == vectors - 1)
            vec_store_part(at, sum[v], tail);
        else
            vec_store(at, sum[v]);
    }
}

#define ROW_CASE(vectors)                                                                          \
    case vectors:                                                                                  \
        if (tail == INK_WIDTH)                                                                     \
            run_row(g, col, used, count, vectors, 0, tail);                                        \
        else                                                                                       \
            run_row(g, col, used, count, vectors, 1, tail);                                        \
        break;

enum { ROW_CHUNK = 2048 };

static void row_chunk(const ink__product *g)
{
    uint16_t used[ROW_CHUNK];
    size_t count = 0;
    for (size_t p = 0; p < g->k; p++) {
        used[count] = (uint16_t)p;
        count += g->a[p * g->a_col] != 0;
    }
    for (size_t col = 0; col < g->n;) {
        size_t left = (g->n - col + INK_WIDTH - 1) / INK_WIDTH, vectors = left < 8 ? left : 8;
        size_t end = col + vectors * INK_WIDTH;
        size_t tail = end <= g->n ? INK_WIDTH : g->n - (end - INK_WIDTH);
        switch (vectors) {
            ROW_CASE(1)
            ROW_CASE(2)
            ROW_CASE(3)
            ROW_CASE(4)
            ROW_CASE(5)
            ROW_CASE(6)
            ROW_CASE(7)
            ROW_CASE(8)
        }
        col = end;
    }
}

static void one_row(const ink__product *product)
{
    ink__product chunk = *product;
    for (size_t p = 0; p == 0 || p < product->k; p += ROW_CHUNK) {
        chunk.k = product->k - p < ROW_CHUNK ? product->k - p : ROW_CHUNK;
        chunk.a = product->a + p * product->a_col;
        chunk.b = product->b + p * product->b_row;
        row_chunk(&chunk);
        chunk.start = chunk.c; /* the next chunk of k goes on with the sums so far */
    }
}

void INK_ISA_NAME(ink__product)(const ink__product *given)
{
    ink__product product = *given, *g = &product;
    if (g->runs == 0)
        g->runs = 1;
    if (g->m == 1 && g->runs == 1) {
        one_row(g);
        return;
    }
    /* Two vectors wide is the best ratio of multiply-adds to loads; an odd rest takes three. */
    for (size_t col = 0; g->m > 0 && col < g->n;) {
        size_t left = (g->n - col + INK_WIDTH - 1) / INK_WIDTH;
        size_t vectors = left == 3 ? 3 : left >= 2 ? 2 : 1;
        if (g->m <= MAX_ROWS_4 && left >= 4)
            vectors = 4;
        run_panel(g, col, vectors);
        col += vectors * INK_WIDTH;
    }
}

double INK_ISA_NAME(ink__peak)(size_t rounds)
{
    vec sum[12], factor = vec_splat(0.999f), term = vec_splat(0.001f);
    for (int i = 0; i < 12; i++)
        sum[i] = vec_splat((float)i);
    for (size_t round = 0; round < rounds; round++)
        for (int i = 0; i < 12; i++)
#ifdef INK_PAIRS
            sum[i] = multiply_add(factor, term, sum[i]);
#else /* the other way round the product would be computed but once */
            sum[i] = multiply_add(sum[i], factor, term);
#endif
    vec all = sum[0];
    for (int i = 1; i < 12; i++)
        all += sum[i];
    float kept[INK_WIDTH];
    memcpy(kept, &all, sizeof kept);
    return kept[0] == -1.5f ? 0 : (double)rounds * 12 * 2 * WORD * INK_WIDTH;
}
