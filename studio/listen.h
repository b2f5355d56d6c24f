/* A listening socket, and errors that name the address. */
#ifndef INK_STUDIO_LISTEN_H
#define INK_STUDIO_LISTEN_H

#include "inkling/error.h"

#include <stdbool.h>

typedef struct listener {
    int socket;
    int port;         /* the one it got */
    bool any_address; /* 0.0.0.0 or :: */
    char host[64];    /* as in a link: "127.0.0.1", "[::1]" */
} listener;

ink_status listen_at(const char *host, int port, listener *out, ink_error *err);

#endif
