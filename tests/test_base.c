/* The ground floor: errors, memory, files, digests, the thread pool. */
#include "tests/check.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/pool.h"
#include "tests/scratch.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

static void the_first_error_is_kept(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    assert_int_equal(ink__fail(&err, INK_EIO, "first %d", 1), INK_EIO);
    assert_int_equal(ink__fail(&err, INK_EINVAL, "second"), INK_EINVAL);
    assert_int_equal(err.status, INK_EIO);
    assert_string_equal(err.text, "first 1");
    assert_int_equal(ink__fail(NULL, INK_ENOMEM, "nobody listens"), INK_ENOMEM);
    err = (ink_error){.status = INK_OK};
    errno = ENOENT;
    ink__fail_errno(&err, INK_EIO, "cannot open it");
    assert_string_equal(err.text, "cannot open it: No such file or directory");
    for (int i = INK_OK; i >= INK_ESTOPPED; i--)
        assert_true(strcmp(ink_status_name((ink_status)i), "unknown status") != 0);
    assert_string_equal(ink_status_name((ink_status)-99), "unknown status");
}

static void a_long_sentence_is_cut_not_overrun(void **state)
{
    (void)state;
    char name[2000];
    ink_error err = {.status = INK_OK};
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ink__fail(&err, INK_EIO, "%s", name);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void memory_is_aligned_zeroed_and_sizes_cannot_overflow(void **state)
{
    (void)state;
    for (size_t count = 0; count < 3000; count = count * 2 + 1) {
        ink_error err = {.status = INK_OK};
        uint8_t *block = ink__alloc(count, 3, &err);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % INK_ALIGNMENT, 0);
        for (size_t i = 0; i < 3 * count; i++)
            assert_int_equal(block[i], 0);
        ink__free(block);
    }
    ink_error err = {.status = INK_OK};
    assert_null(ink__alloc(SIZE_MAX / 2, 3, &err));
    assert_int_equal(err.status, INK_ENOMEM);
    assert_null(ink__alloc(SIZE_MAX, 1, NULL));
    uint8_t *grown = ink__alloc(2, 1, &err);
    grown[1] = 7;
    grown = ink__realloc(grown, 2, 5000, 1, &err);
    assert_int_equal(grown[1], 7);
    assert_int_equal(grown[4999], 0);
    ink__free(grown);
    ink__free(NULL);
}

static void an_allocation_fails_exactly_once(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    ink__alloc_fail_at(2);
    void *one = ink__alloc(1, 1, &err), *two = ink__alloc(1, 1, &err),
         *three = ink__alloc(1, 1, &err);
    assert_int_equal(ink__alloc_fail_at(0), 3);
    assert_non_null(one);
    assert_null(two);
    assert_non_null(three);
    ink__free(one);
    ink__free(three);
}

static void a_file_is_replaced_whole_or_not_at_all(void **state)
{
    (void)state;
    scratch s;
    size_t size;
    ink_error err = {.status = INK_OK};
    scratch_open(&s);
    const ink__piece pieces[] = {{"hello ", 6}, {"", 0}, {"world", 5}};
    assert_good(ink__file_write(scratch_path(&s, "a"), pieces, 3, &err), err);
    char *text = ink__file_read(scratch_path(&s, "a"), 100, &size, &err);
    assert_int_equal(size, 11);
    assert_string_equal(text, "hello world"); /* a zero stands behind */
    ink__free(text);
    assert_null(ink__file_read(scratch_path(&s, "a"), 10, &size, &err));
    assert_int_equal(err.status, INK_EFORMAT);
    err.status = INK_OK;
    assert_int_equal(ink__file_write(scratch_path(&s, "no/where"), pieces, 3, &err), INK_EIO);
    assert_says(err, "no/where");
    err.status = INK_OK;
    assert_null(ink__file_read(s.folder, 100, &size, &err)); /* a folder */
    char **names;
    size_t count;
    err.status = INK_OK;
    assert_good(ink__folder_list(s.folder, &names, &count, &err), err);
    assert_int_equal(count, 1); /* nothing half-written is left */
    ink__folder_free(names, count);
    assert_good(ink__folder_make(scratch_path(&s, "x/y/z"), &err), err);
    assert_true(ink__folder_exists(scratch_path(&s, "x/y/z")));
    scratch_close(&s);
}

static void digests_are_those_of_the_standards(void **state)
{
    (void)state;
    if (!INK_HAVE_GNUTLS)
        skip();
    char hex[INK_HASH_HEX];
    assert_int_equal(ink__sha256("abc", 3, hex, NULL), INK_OK); /* FIPS 180-2, appendix B.1 */
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(ink__hash(INK_HASH_MD5, "abc", 3, hex, NULL), INK_OK); /* RFC 1321 */
    assert_string_equal(hex, "900150983cd24fb0d6963f7d28e17f72");
}

enum { MOST = 5000 };
typedef struct job {
    atomic_int seen[MOST];
    size_t threads;
} job;

static void visit(void *context, size_t index, size_t thread)
{
    job *j = context;
    assert_true(thread < j->threads);
    atomic_fetch_add(&j->seen[index], 1);
}

static void every_task_is_done_once_for_any_number_of_threads(void **state)
{
    (void)state;
    static job j;
    for (size_t threads = 1; threads <= 9; threads += 2) {
        ink_error err = {.status = INK_OK};
        ink_pool *pool = ink_pool_new(threads, &err);
        assert_good(err.status, err);
        assert_int_equal(ink_pool_threads(pool), threads);
        j.threads = threads;
        for (size_t count = 0; count < MOST; count = count * 3 / 2 + 1) {
            memset(&j.seen, 0, sizeof j.seen);
            ink__parallel_for(pool, count, visit, &j);
            for (size_t i = 0; i < MOST; i++)
                assert_int_equal(atomic_load(&j.seen[i]), i < count);
        }
        ink_pool_free(pool);
    }
    j.threads = 1;
    memset(&j.seen, 0, sizeof j.seen);
    ink__parallel_for(NULL, 3, visit, &j);
    assert_int_equal(atomic_load(&j.seen[2]), 1);
}

static void many_small_jobs_and_pauses_lose_nothing(void **state)
{
    (void)state;
    static job j = {.threads = 3};
    ink_error err = {.status = INK_OK};
    ink_pool *pool = ink_pool_new(3, &err);
    memset(&j.seen, 0, sizeof j.seen);
    j.threads = 3;
    for (int i = 0; i < 70000; i++) /* more than the generations a word can tell apart */
        ink__parallel_for(pool, 4, visit, &j);
    for (int i = 0; i < 20; i++) { /* long enough that workers sleep */
        nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL);
        ink__parallel_for(pool, 4, visit, &j);
    }
    for (int i = 0; i < 4; i++)
        assert_int_equal(atomic_load(&j.seen[i]), 70020);
    ink_pool_free(pool);
    ink_pool_free(NULL);
}

/* The caller is the quickest: where it does not wait for the others, that is seen. */
static void visit_slowly(void *context, size_t index, size_t thread)
{
    job *j = context;
    assert_true(thread < j->threads);
    nanosleep(&(struct timespec){.tv_nsec = thread ? 6000000 : 1000000}, NULL);
    atomic_fetch_add(&j->seen[index], 1);
}

static void jobs_are_whole_whatever_number_of_threads_they_use(void **state)
{
    (void)state;
    static job j = {.threads = 4};
    ink_error err = {.status = INK_OK};
    ink_pool *pool = ink_pool_new(4, &err);
    assert_good(err.status, err);
    memset(&j.seen, 0, sizeof j.seen);
    for (size_t i = 0; i < 1000; i++) {
        ink__pool_use(pool, i % 4 + 1);
        ink__parallel_for(pool, 8, visit, &j);
    }
    for (int i = 0; i < 8; i++)
        assert_int_equal(atomic_load(&j.seen[i]), 1000);
    /* Threads that come back after all numbers of jobs have been used up. */
    for (size_t jobs = 65535; jobs <= 65536; jobs++) {
        memset(&j.seen, 0, sizeof j.seen);
        ink__pool_use(pool, 4);
        ink__parallel_for(pool, 8, visit_slowly, &j);
        ink__pool_use(pool, 2);
        for (size_t i = 0; i < jobs; i++)
            ink__parallel_for(pool, 2, visit, &j);
        ink__pool_use(pool, 4);
        ink__parallel_for(pool, 8, visit_slowly, &j);
        assert_int_equal(atomic_load(&j.seen[1]), jobs + 2);
        for (int i = 2; i < 8; i++)
            assert_int_equal(atomic_load(&j.seen[i]), 2);
    }
    ink__pool_use(NULL, 3);
    ink_pool_free(pool);
}

/* A worker that was left out of as many jobs as there are numbers must still see the end. */
static void a_pool_ends_whenever_it_is_freed(void **state)
{
    (void)state;
    static job j = {.threads = 3};
    for (size_t jobs = 65534; jobs <= 65536; jobs++) {
        ink_error err = {.status = INK_OK};
        ink_pool *pool = ink_pool_new(3, &err);
        assert_good(err.status, err);
        ink__parallel_for(pool, 6, visit_slowly, &j);
        ink__pool_use(pool, 2);
        for (size_t i = 0; i < jobs; i++)
            ink__parallel_for(pool, 2, visit, &j);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL); /* it sleeps */
        ink_pool_free(pool);
    }
}

static void an_impossible_pool_is_refused(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    assert_null(ink_pool_new(257, &err));
    assert_says(err, "257");
    ink_pool *pool = ink_pool_new(0, &err);
    assert_true(ink_pool_threads(pool) >= 1);
    ink_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_error_is_kept),
        cmocka_unit_test(a_long_sentence_is_cut_not_overrun),
        cmocka_unit_test(memory_is_aligned_zeroed_and_sizes_cannot_overflow),
        cmocka_unit_test(an_allocation_fails_exactly_once),
        cmocka_unit_test(a_file_is_replaced_whole_or_not_at_all),
        cmocka_unit_test(digests_are_those_of_the_standards),
        cmocka_unit_test(every_task_is_done_once_for_any_number_of_threads),
        cmocka_unit_test(many_small_jobs_and_pauses_lose_nothing),
        cmocka_unit_test(jobs_are_whole_whatever_number_of_threads_they_use),
        cmocka_unit_test(a_pool_ends_whenever_it_is_freed),
        cmocka_unit_test(an_impossible_pool_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
