/* The hub: one thread for all channels. It seats each tab at its desk, which it finds again by the
 * name that the tab remembers, and clears desks that nobody came back to. */
#ifndef INK_STUDIO_HUB_H
#define INK_STUDIO_HUB_H

#include "studio/desk.h"

typedef struct hub hub;

enum { HUB_MOST_DESKS = 128, HUB_NAME = 32 /* hexadecimal digits */ };
/* Frames that a tab may have got and not looked at: beyond them only answers are sent. Sockets and
 * browsers buffer whatever comes, and what waits there is old. */
enum { HUB_MOST_UNSEEN = 16 };
#define HUB_KEEPS 600.0 /* seconds a desk waits for its tab once its run has come to rest */

/* An upgraded socket, the caller's until `release` is called, from any thread. */
typedef struct hub_guest {
    int socket;
    char name[HUB_NAME + 1];
    const void *early; /* what was read behind the handshake */
    size_t early_size;
    void (*release)(void *handle);
    void *handle;
} hub_guest;

/* `settings` without ready and user, which are the hub's. */
hub *hub_new(const desk_settings *settings, ink_error *err);
/* May be called by any thread; false when there is no room or the hub is stopping, and then the
 * socket stays the caller's. */
bool hub_add(hub *h, const hub_guest *guest);
/* Says goodbye on all channels and ends the desks, which save what would be lost. */
void hub_stop(hub *h);
void hub_free(hub *h);

#endif
