/* What every test file needs: cmocka, and a few checks that say what they saw. */
#ifndef INK_TESTS_CHECK_H
#define INK_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* |found - expected| <= tolerance; NaN fails. */
#define assert_near(found, expected, tolerance)                                                    \
    do {                                                                                           \
        double found_ = (double)(found), expected_ = (double)(expected);                           \
        if (!(fabs(found_ - expected_) <= (double)(tolerance)))                                    \
            fail_msg("%s = %.9g, expected %.9g within %g", #found, found_, expected_,              \
                     (double)(tolerance));                                                         \
    } while (0)

/* A status of 0; otherwise shows the sentence. */
#define assert_good(status, err)                                                                   \
    do {                                                                                           \
        int status_ = (int)(status);                                                               \
        if (status_ != 0)                                                                          \
            fail_msg("%s = %d: %s", #status, status_, (err).text);                                 \
    } while (0)

/* The sentence says `part`. */
#define assert_says(err, part)                                                                     \
    do {                                                                                           \
        if (!strstr((err).text, (part)))                                                           \
            fail_msg("the error \"%s\" does not say \"%s\"", (err).text, (part));                  \
    } while (0)

/* The folder of real data, or NULL: then the test calls skip(), which shows in the summary. */
static inline const char *check_data_folder(void)
{
    const char *folder = getenv("INKLING_DATA");
    return folder && *folder ? folder : NULL;
}

#include "tests/tap.h" /* last: it replaces cmocka's main loop */

#endif
