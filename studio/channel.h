/* A channel: one WebSocket (RFC 6455), as a server sees it. It reads messages, writes frames, and
 * holds little whatever the other side does: one message being read, one frame being written, the
 * latest ping. It never waits.
 *
 * Thread safety: one thread at a time. */
#ifndef INK_STUDIO_CHANNEL_H
#define INK_STUDIO_CHANNEL_H

#include "studio/desk.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct channel channel;

typedef struct channel_events {
    /* A whole text message, valid UTF-8. False: there is no room; the channel keeps it, reads
     * nothing more and offers it again at channel_read. */
    bool (*message)(void *user, const char *text, size_t length);
    /* Asked whenever nothing is being written: the next frame, taken over; false if there is none.
     */
    bool (*next)(void *user, frame *out);
} channel_events;

/* Close codes beside those of RFC 6455, section 7.4.1. */
enum {
    CHANNEL_NORMAL = 1000,
    CHANNEL_GOING_AWAY = 1001,
    CHANNEL_PROTOCOL = 1002,
    CHANNEL_UNSUPPORTED = 1003,
    CHANNEL_NO_TEXT = 1007, /* not UTF-8 */
    CHANNEL_TOO_BIG = 1009,
    CHANNEL_TRY_LATER = 1013,
    CHANNEL_REPLACED = 4001 /* the same tab, or a copy of it, came by another channel */
};

#define CHANNEL_PING    15.0 /* seconds between pings */
#define CHANNEL_SILENCE 45.0 /* seconds after which a silent channel is over */
#define CHANNEL_LINGER  3.0  /* seconds to say goodbye */

/* `socket` stays the caller's and does not block. `early` is what was read from it before. NULL if
 * there is no memory. */
channel *channel_new(int socket, const void *early, size_t size, const channel_events *events,
                     void *user);
void channel_free(channel *c);

void channel_read(channel *c);  /* there may be something to read, or room for what was read */
void channel_write(channel *c); /* there may be something to write, or room to write */
/* Looks at the clock (desk_now): pings, and ends what is silent. Call it about every second. */
void channel_tick(channel *c, double now);
/* Says goodbye once the frame at hand is written. Only the first call counts. */
void channel_close(channel *c, unsigned code, const char *reason);

bool channel_is_over(const channel *c);    /* free it */
bool channel_is_full(const channel *c);    /* holds a message that found no room */
bool channel_is_blocked(const channel *c); /* call channel_write when the socket can be written */

#endif
