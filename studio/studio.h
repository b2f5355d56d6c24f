/* The studio: Inkling as a page on this machine. */
#ifndef INK_STUDIO_STUDIO_H
#define INK_STUDIO_STUDIO_H

#include "inkling/error.h"

#include <stdbool.h>
#include <stddef.h>

/* The usual port (INKL on a telephone): a page remembers things by its address, port included. */
enum { STUDIO_PORT = 4655, STUDIO_ANY_PORT = -1 };

typedef struct studio_settings {
    const char *host; /* an address of this machine; NULL = 127.0.0.1 */
    int port; /* 0 = any that is free; STUDIO_ANY_PORT = STUDIO_PORT, or if that is taken any */
    const char *models, *recipes; /* folders of what comes with Inkling; NULL = none */
    const char *data;             /* data folder; NULL = as in inkling/dataset.h */
    const char *state;            /* folder for runs and drawings; NULL = none are kept */
    const char *web;  /* a folder to serve the page from instead of the one built in, for those
                         who change the page; NULL */
    const char *link; /* what will be opened first: its data are read meanwhile; NULL */
    size_t threads;   /* of each run; 0 = one per processor */
    /* The server listens. `address` carries the key of this start and is for the terminal; `once`
     * carries one that opens the page a single time, for the command line of a browser, which other
     * users of this machine can read. */
    void (*started)(const char *address, const char *once, void *user);
    void *user;
} studio_settings;

/* Serves until a signal (SIGINT, SIGTERM) or until studio_stop. */
ink_status studio_serve(const studio_settings *settings, ink_error *err);
/* Does a link of the page, "fruit" or "train?net=784-10", begin with a scene's name? */
bool studio_knows(const char *link);
void studio_stop(void); /* from any thread */

#endif
