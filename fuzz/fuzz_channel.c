/* Bytes on a WebSocket: whatever comes, each message is whole UTF-8 text of a bounded size, and the
 * channel ends or goes on. The first byte says how many come at a time. */
#include "fuzz/fuzz.h"

#include "studio/channel.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct listener {
    size_t messages;
} listener;

/* Refuses every third, to be offered it again. */
static bool take_message(void *user, const char *text, size_t length)
{
    listener *l = user;
    json_t *copy = json_stringn(text, length); /* NULL where it is no UTF-8 */
    if (!copy || length > DESK_MOST_MESSAGE)
        abort();
    json_decref(copy);
    return ++l->messages % 3 != 0;
}

static bool next_frame(void *user, frame *out)
{
    (void)user, (void)out;
    return false;
}

/* What it answers is dropped, so that it never waits for room. */
static void drop_answers(int socket)
{
    char dropped[4096];
    while (recv(socket, dropped, sizeof dropped, MSG_DONTWAIT) > 0) {
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const channel_events events = {take_message, next_frame};
    listener l = {0};
    int pair[2];
    if (size == 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
        return 0;
    size_t at = 1, step = (size_t)bytes[0] + 1, early = size - 1 < step ? size - 1 : step;
    channel *c = channel_new(pair[0], bytes + at, early, &events, &l);
    if (!c)
        abort();
    for (at += early; !channel_is_over(c); at += step) {
        step = size - at < step ? size - at : step;
        channel_read(c);
        drop_answers(pair[1]);
        if (step == 0)
            break;
        if (send(pair[1], bytes + at, step, MSG_NOSIGNAL) != (ssize_t)step)
            break; /* it does not listen any more */
    }
    shutdown(pair[1], SHUT_WR);
    for (int i = 0; i < 1000 && !channel_is_over(c); i++)
        channel_read(c);
    if (!channel_is_over(c))
        abort(); /* the other side has ended */
    channel_free(c);
    close(pair[0]);
    close(pair[1]);
    return 0;
}
