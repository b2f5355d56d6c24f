/* The thread pool: one job at a time, tasks taken from per-thread runs.
 *
 * Each thread has a post: a cache line with the job and its own run of tasks, packed into one
 * atomic word (generation, next, end). It spins on that word, so that a job reaches it with a
 * single line; what it has done it counts in a line of its own, written once a run. Between cores
 * that share no cache every other way costs microseconds a step.
 *
 * Whoever wants a task advances `next` with a compare-and-swap; the owner's own run comes first,
 * then the others'. Success proves that the job of that generation is still open, because a job
 * only closes when all its tasks are done; so the job's plain fields are read only after a task was
 * taken. A worker that wakes late finds nothing to take and touches nothing. */
#include "base/pool.h"

#include "base/memory.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define MAX_THREADS 256
#define MAX_TASKS   ((size_t)1 << 24)
#define BUSY_SPINS  2000  /* about 50 microseconds, many steps of a small network */
#define IDLE_SPINS  20000 /* some milliseconds more, giving way to whoever wants the processor */
#define WAIT_SPINS  2000

typedef struct post {
    _Alignas(INK_ALIGNMENT) _Atomic uint64_t word; /* generation:16 next:24 end:24 */
    ink__task *task;
    void *context;
    _Alignas(INK_ALIGNMENT) _Atomic uint64_t done; /* generation:16 next:24 = tasks done */
    _Alignas(INK_ALIGNMENT) atomic_bool asleep;
} post;

typedef struct worker {
    ink_pool *pool;
    size_t thread;
    pthread_t handle;
} worker;

struct ink_pool {
    unsigned generation;  /* of the latest job; only the caller's */
    size_t threads, used; /* used: by the next job */
    int idle_spins;
    post *posts;
    worker *workers; /* threads - 1: the caller is thread 0 */
    size_t started;
    atomic_bool quit;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
};

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static uint64_t pack(unsigned generation, size_t next, size_t end)
{
    return (uint64_t)generation << 48 | (uint64_t)next << 24 | (uint64_t)end;
}

static unsigned generation_of(uint64_t word)
{
    return (unsigned)(word >> 48);
}

static size_t next_of(uint64_t word)
{
    return (size_t)(word >> 24 & 0xffffff);
}

static bool take(post *from, unsigned generation, size_t *index)
{
    uint64_t word = atomic_load_explicit(&from->word, memory_order_acquire);
    for (;;) {
        size_t next = next_of(word), end = (size_t)(word & 0xffffff);
        if (generation_of(word) != generation || next >= end)
            return false;
        if (atomic_compare_exchange_weak_explicit(&from->word, &word,
                                                  pack(generation, next + 1, end),
                                                  memory_order_acq_rel, memory_order_acquire)) {
            *index = next;
            return true;
        }
    }
}

static void work(ink_pool *pool, unsigned generation, size_t thread)
{
    size_t index, done = 0;
    for (size_t i = 0; i < pool->threads; i++) {
        post *from = &pool->posts[(thread + i) % pool->threads];
        size_t before = done;
        for (; take(from, generation, &index); done++)
            from->task(from->context, index, thread);
        if (done > before)
            atomic_store_explicit(&pool->posts[thread].done, pack(generation, done, 0),
                                  memory_order_release);
    }
}

/* Returns the generation after `seen`. To sleep soon would be polite but slow: Linux wakes a
 * sleeper on the processor of whoever woke it, which is busy with the job, and by the time another
 * processor takes it over the job is done; so two threads can run at the speed of one for seconds.
 */
static unsigned wait_for_job(ink_pool *pool, size_t thread, unsigned seen)
{
    post *mine = &pool->posts[thread];
    for (int spin = 0; spin < pool->idle_spins; spin++) {
        unsigned now = generation_of(atomic_load_explicit(&mine->word, memory_order_acquire));
        if (now != seen)
            return now;
        if (spin < BUSY_SPINS)
            relax();
        else
            sched_yield();
    }
    pthread_mutex_lock(&pool->mutex);
    atomic_store(&mine->asleep, true);
    /* Who was left out of 65,536 jobs finds the number that it saw last: only `quit` tells them
     * apart. */
    while (generation_of(atomic_load(&mine->word)) == seen && !atomic_load(&pool->quit))
        pthread_cond_wait(&pool->wake, &pool->mutex);
    atomic_store(&mine->asleep, false);
    pthread_mutex_unlock(&pool->mutex);
    return generation_of(atomic_load(&mine->word));
}

/* Numbers below 1e-38 (subnormal) take a hundred times as long on x86 and mean nothing here: a
 * velocity that fades, a score that is as good as 0. Tasks treat them as 0; the caller's own mode
 * comes back afterwards. */
static unsigned flush_subnormals(void)
{
#if defined(__SSE__)
    unsigned mode = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(mode | 0x8040); /* flush to zero, subnormals are zero */
    return mode;
#else
    return 0;
#endif
}

static void restore_mode(unsigned mode)
{
#if defined(__SSE__)
    __builtin_ia32_ldmxcsr(mode);
#else
    (void)mode;
#endif
}

static void *worker_main(void *argument)
{
    worker *self = argument;
    ink_pool *pool = self->pool;
    unsigned seen = 0;
    flush_subnormals();
    for (;;) {
        seen = wait_for_job(pool, self->thread, seen);
        if (atomic_load_explicit(&pool->quit, memory_order_acquire))
            return NULL;
        work(pool, seen, self->thread);
    }
}

/* If any of the first `count` threads sleeps; others that sleep wake too, find nothing and go on.
 */
static void wake_sleepers(ink_pool *pool, size_t count)
{
    bool any = false;
    for (size_t i = 1; i < count; i++)
        any |= atomic_load(&pool->posts[i].asleep);
    if (!any)
        return;
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
}

static size_t processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (size_t)CPU_COUNT(&set);
    return 1;
}

static bool start_workers(ink_pool *pool)
{
    for (size_t i = 1; i < pool->threads; i++) {
        worker *next = &pool->workers[i - 1];
        *next = (worker){.pool = pool, .thread = i};
        if (pthread_create(&next->handle, NULL, worker_main, next) != 0)
            return false;
        pool->started++;
    }
    return true;
}

ink_pool *ink_pool_new(size_t threads, ink_error *err)
{
    if (threads > MAX_THREADS) {
        ink__fail(err, INK_EINVAL, "%zu threads were asked for; at most %d are possible", threads,
                  MAX_THREADS);
        return NULL;
    }
    ink_pool *pool = ink__alloc(1, sizeof *pool, err);
    if (!pool)
        return NULL;
    pool->threads = threads ? threads : processors();
    if (pool->threads > MAX_THREADS)
        pool->threads = MAX_THREADS;
    pool->used = pool->threads;
    /* With more threads than processors a spinning worker only keeps another from its work. */
    pool->idle_spins = pool->threads <= processors() ? IDLE_SPINS : 0;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pool->posts = ink__alloc(pool->threads, sizeof *pool->posts, err);
    pool->workers = ink__alloc(pool->threads, sizeof *pool->workers, err);
    if (!pool->posts || !pool->workers) {
        ink_pool_free(pool);
        return NULL;
    }
    if (!start_workers(pool)) {
        ink__fail(err, INK_ENOMEM, "thread %zu of %zu could not be started; try fewer threads",
                  pool->started + 2, pool->threads);
        ink_pool_free(pool);
        return NULL;
    }
    return pool;
}

static unsigned next_generation(ink_pool *pool)
{
    pool->generation = (pool->generation + 1) & 0xffff;
    return pool->generation;
}

/* The thread's line: the job first, then the word that it waits for. */
static void hand_out(post *to, unsigned generation, size_t begin, size_t end, ink__task *task,
                     void *context)
{
    to->task = task;
    to->context = context;
    atomic_store(&to->word, pack(generation, begin, end));
}

void ink_pool_free(ink_pool *pool)
{
    if (!pool)
        return;
    atomic_store(&pool->quit, true);
    unsigned generation = next_generation(pool);
    for (size_t i = 0; pool->posts && i < pool->threads; i++)
        hand_out(&pool->posts[i], generation, 0, 0, NULL, NULL);
    wake_sleepers(pool, pool->posts ? pool->threads : 0);
    for (size_t i = 0; i < pool->started; i++)
        pthread_join(pool->workers[i].handle, NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    ink__free(pool->posts);
    ink__free(pool->workers);
    ink__free(pool);
}

size_t ink_pool_threads(const ink_pool *pool)
{
    return pool ? pool->threads : 1;
}

void ink__pool_use(ink_pool *pool, size_t threads)
{
    assert(!pool || (threads >= 1 && threads <= pool->threads));
    if (!pool)
        return;
    /* What a thread that is left out did last must not count when its number comes again. */
    for (size_t i = threads; i < pool->used; i++)
        atomic_store_explicit(&pool->posts[i].done, 0, memory_order_relaxed);
    pool->used = threads;
}

/* Tasks done by all threads in this generation. */
static size_t count_done(const ink_pool *pool, unsigned generation)
{
    size_t sum = 0;
    for (size_t i = 0; i < pool->threads; i++) {
        uint64_t done = atomic_load_explicit(&pool->posts[i].done, memory_order_acquire);
        if (generation_of(done) == generation)
            sum += next_of(done);
    }
    return sum;
}

static void run_job(ink_pool *pool, size_t count, ink__task *task, void *context)
{
    unsigned generation = next_generation(pool);
    for (size_t i = pool->used; i-- > 0;) /* the caller's own last: the others wait */
        hand_out(&pool->posts[i], generation, count * i / pool->used, count * (i + 1) / pool->used,
                 task, context);
    wake_sleepers(pool, pool->used);
    work(pool, generation, 0);
    for (int spin = 0; count_done(pool, generation) < count; spin++) {
        if (spin < WAIT_SPINS)
            relax();
        else
            sched_yield();
    }
}

void ink__parallel_for(ink_pool *pool, size_t count, ink__task *task, void *context)
{
    unsigned mode = flush_subnormals();
    if (!pool || pool->used == 1 || count <= 1) {
        for (size_t i = 0; i < count; i++)
            task(context, i, 0);
    } else {
        assert(count < MAX_TASKS);
        run_job(pool, count, task, context);
    }
    restore_mode(mode);
}
