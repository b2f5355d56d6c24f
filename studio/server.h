/* The server: HTTP on one address of this machine. It serves the page, lets in only who has the key
 * of this start, and hands upgraded sockets over to the hub.
 *
 * What it guards against: other pages in the same browser (they can send requests here, but not
 * with the cookie, which is SameSite=Strict, nor with this Origin and Host: so neither forged
 * requests nor DNS rebinding help), and other users of this machine (they do not know the key). */
#ifndef INK_STUDIO_SERVER_H
#define INK_STUDIO_SERVER_H

#include "studio/hub.h"

typedef struct server server;

typedef struct server_settings {
    const char *host; /* an address in numbers, or "localhost"; NULL = 127.0.0.1 */
    int port;         /* 0 = any that is free */
    const char *web;  /* a folder in the place of the files built in; NULL */
    hub *hub;
} server_settings;

server *server_new(const server_settings *settings, ink_error *err);
/* The hub must have been stopped: it holds sockets of the server's. */
void server_free(server *s);
/* "http://127.0.0.1:4655/?token=..." */
const char *server_address(const server *s);
/* The same with a key that lets in a single time. */
const char *server_once(const server *s);

#endif
