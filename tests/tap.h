/* Skipped tests that meson takes for skipped.
 *
 * cmocka 1.1.5 reports them as "not ok 3 # SKIP name"; in TAP a skipped test is "ok", and meson
 * 1.0 counts the former as failed. A child process stands between: what cmocka prints goes through
 * it line by line, so that nothing is lost when a test crashes. */
#ifndef INK_TESTS_TAP_H
#define INK_TESTS_TAP_H

#include "tests/check.h"

#include <sys/wait.h>
#include <unistd.h>

static inline _Noreturn void tap_filter(int from)
{
    char line[4096];
    FILE *in = fdopen(from, "r");
    while (in && fgets(line, sizeof line, in)) {
        const char *text = line;
        if (strncmp(line, "not ok ", 7) == 0 && strstr(line, "# SKIP"))
            text += 4;
        fputs(text, stdout);
        fflush(stdout);
    }
    _exit(0);
}

static inline int tap_run(const char *name, const struct CMUnitTest *tests, size_t count)
{
    const char *form = getenv("CMOCKA_MESSAGE_OUTPUT");
    int ends[2];
    if (!form || strcmp(form, "TAP") != 0 || pipe(ends) != 0)
        return _cmocka_run_group_tests(name, tests, count, NULL, NULL);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        tap_filter(ends[0]);
    }
    if (child > 0)
        dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    int failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
    fflush(NULL);
    close(STDOUT_FILENO);
    if (child > 0)
        waitpid(child, NULL, 0);
    return failed;
}

#undef cmocka_run_group_tests
#define cmocka_run_group_tests(tests, setup, teardown)                                             \
    ((void)(setup), (void)(teardown), tap_run(#tests, tests, sizeof(tests) / sizeof *(tests)))

#endif
