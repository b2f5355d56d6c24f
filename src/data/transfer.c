/* Bytes from an address into a file, by libcurl. Only http and https, also after redirections; a
 * server that ignores the range asked for makes the file begin anew. */
#include "data/transfer.h"

#include "base/error.h"

#if INK_HAVE_CURL
#include <curl/curl.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ATTEMPTS = 3, CONNECT_SECONDS = 20, STALL_SECONDS = 30 };

typedef struct attempt {
    const ink__transfer *transfer;
    CURL *curl;
    FILE *file;
    uint64_t had;  /* bytes there before */
    uint64_t have; /* bytes there now */
    bool checked;  /* the answer's code was looked at */
    bool stopped, too_long;
    int disk; /* errno of a write that failed */
} attempt;

ink_status ink__transfer_begin(ink_error *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return ink__fail(err, INK_ENOMEM, "out of memory: libcurl could not be started");
    return INK_OK;
}

void ink__transfer_end(void)
{
    curl_global_cleanup();
}

/* Everything from the start instead of the range that was asked for. */
static bool starts_over(attempt *a)
{
    long code = 0;
    curl_easy_getinfo(a->curl, CURLINFO_RESPONSE_CODE, &code);
    return code == 200 && a->had > 0;
}

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
    attempt *a = context;
    if (!a->checked && starts_over(a)) {
        if (ftruncate(fileno(a->file), 0) != 0)
            return 0;
        rewind(a->file);
        a->had = a->have = 0;
    }
    a->checked = true;
    size *= count;
    if (a->have + size > a->transfer->most) {
        a->too_long = true;
        return 0;
    }
    if (fwrite(bytes, 1, size, a->file) != size) {
        a->disk = errno;
        return 0;
    }
    a->have += size;
    return size;
}

static int report(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total,
                  curl_off_t up_now)
{
    attempt *a = context;
    uint64_t all = total > 0 ? a->had + (uint64_t)total : 0;
    (void)now, (void)up_total, (void)up_now;
    if (a->transfer->progress && !a->transfer->progress(a->transfer->user, a->have, all))
        a->stopped = true;
    return a->stopped;
}

static void set_up(attempt *a, char *problem)
{
    char range[64];
    const ink__transfer *t = a->transfer;
    CURL *c = a->curl;
    uint64_t from = t->first + a->had;
    curl_easy_setopt(c, CURLOPT_URL, t->address);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(c, CURLOPT_MAXREDIRS, 5L);
    curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "inkling");
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, problem);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, a);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, report);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, a);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    if (t->last > 0)
        snprintf(range, sizeof range, "%llu-%llu", (unsigned long long)from,
                 (unsigned long long)t->last);
    else
        snprintf(range, sizeof range, "%llu-", (unsigned long long)from);
    if (from > 0 || t->last > 0)
        curl_easy_setopt(c, CURLOPT_RANGE, range);
}

static ink_status explain(const attempt *a, CURLcode code, const char *problem, ink_error *err)
{
    const ink__transfer *t = a->transfer;
    if (a->stopped)
        return ink__fail(err, INK_ESTOPPED, "stopped; %s keeps what arrived", t->path);
    if (a->disk)
        return ink__fail(err, INK_EIO, "cannot write %s: %s", t->path, strerror(a->disk));
    if (a->too_long)
        return ink__fail(err, INK_EIO, "%s sends more than the %llu bytes that it should have",
                         t->address, (unsigned long long)t->most);
    return ink__fail(err, INK_EIO, "%s: %s", t->address,
                     problem[0] ? problem : curl_easy_strerror(code));
}

/* Will asking again help? */
static bool is_final(const attempt *a, CURLcode code, long answer)
{
    if (a->stopped || a->disk || a->too_long || code == CURLE_UNSUPPORTED_PROTOCOL ||
        code == CURLE_URL_MALFORMAT)
        return true;
    return code == CURLE_HTTP_RETURNED_ERROR && answer < 500 && answer != 408 && answer != 429;
}

static ink_status try_once(const ink__transfer *t, bool *final, ink_error *err)
{
    char problem[CURL_ERROR_SIZE] = "";
    struct stat info;
    attempt a = {.transfer = t, .curl = curl_easy_init()};
    a.file = fopen(t->path, "ab");
    *final = true;
    if (!a.curl || !a.file) {
        ink_status status = ink__fail_errno(err, INK_EIO, "cannot write %s", t->path);
        curl_easy_cleanup(a.curl);
        if (a.file)
            fclose(a.file);
        return status;
    }
    if (fstat(fileno(a.file), &info) == 0)
        a.had = a.have = (uint64_t)info.st_size;
    bool whole = t->last > 0 && a.had == t->last - t->first + 1;
    ink_status status = INK_OK;
    if (!whole) {
        long answer = 0;
        set_up(&a, problem);
        CURLcode code = curl_easy_perform(a.curl);
        curl_easy_getinfo(a.curl, CURLINFO_RESPONSE_CODE, &answer);
        *final = is_final(&a, code, answer);
        /* 416: there is nothing behind what is there already. */
        if (code != CURLE_OK && !(answer == 416 && a.had > 0))
            status = explain(&a, code, problem, err);
    }
    curl_easy_cleanup(a.curl);
    if (fclose(a.file) != 0 && status == INK_OK)
        status = ink__fail_errno(err, INK_EIO, "cannot write %s", t->path);
    return status;
}

ink_status ink__transfer_run(const ink__transfer *transfer, ink_error *err)
{
    ink_error problem = {.status = INK_OK};
    bool final = false;
    for (int i = 0; i < ATTEMPTS; i++) {
        problem = (ink_error){.status = INK_OK};
        if (try_once(transfer, &final, &problem) == INK_OK)
            return INK_OK;
        if (final)
            break;
        if (i + 1 < ATTEMPTS)
            nanosleep(&(struct timespec){.tv_nsec = 300000000L << i}, NULL);
    }
    return ink__fail(err, problem.status, "%s", problem.text);
}

#else
ink_status ink__transfer_begin(ink_error *err)
{
    return ink__fail(err, INK_EUNSUPPORTED,
                     "this build cannot download: rebuild with libcurl (libcurl4-gnutls-dev), or "
                     "get the files yourself");
}

void ink__transfer_end(void)
{
}

ink_status ink__transfer_run(const ink__transfer *transfer, ink_error *err)
{
    (void)transfer;
    return ink__transfer_begin(err);
}
#endif
