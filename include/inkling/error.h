/* Errors of libinkling: a status to branch on and a sentence to show.
 *
 * Every function that can fail returns NULL or an `ink_status` below zero and, when its last
 * argument is not NULL, fills it with one sentence that names the file, layer or option, what was
 * expected and what was found. The library never prints and never exits. On failure outputs stay
 * untouched.
 *
 * Thread safety: an `ink_error` belongs to one call at a time. */
#ifndef INKLING_ERROR_H
#define INKLING_ERROR_H

#if defined(__GNUC__)
#define INK_API __attribute__((visibility("default")))
#else
#define INK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ink_status {
    INK_OK = 0,
    INK_EINVAL = -1,    /* a wrong call: an argument outside its range, text that does not parse */
    INK_EIO = -2,       /* the world failed: a file missing, a disk full, a connection lost */
    INK_EFORMAT = -3,   /* a file that is not what it says it is */
    INK_ENOMEM = -4,    /* memory could not be had */
    INK_EDIVERGED = -5, /* a cost or a weight that is not finite */
    INK_EUNSUPPORTED = -6, /* right call, but this build lacks the library it needs */
    INK_ESTOPPED = -7      /* the caller's own callback asked to stop */
} ink_status;

typedef struct ink_error {
    ink_status status; /* INK_OK until something failed */
    char text[512];    /* one sentence in UTF-8, always terminated; "" until something failed */
} ink_error;

/* A short English name for a status ("out of memory"); never NULL. */
INK_API const char *ink_status_name(ink_status status);

#ifdef __cplusplus
}
#endif
#endif
