/* A channel: see channel.h. libwslay reads and writes the headers of frames; what they may be, and
 * how they make messages, is decided here. */
#include "studio/channel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <wslay/wslay.h>

enum {
    MOST_CONTROL = 125,    /* bytes in a control frame: RFC 6455, section 5.5 */
    MOST_PIECES = 1024,    /* frames of a message */
    READ_A_TURN = 1 << 16, /* bytes, so that no channel keeps the others waiting */
    WRITTEN_A_TURN = 8,    /* frames */
    KEPT_ROOM = 1 << 16    /* bytes of a message's buffer that are worth keeping */
};

/* A control frame to be written. */
typedef struct note {
    bool due;
    size_t size;
    char bytes[MOST_CONTROL];
} note;

struct channel {
    int socket;
    const channel_events *events;
    void *user;
    wslay_frame_context_ptr framing;
    bool over;

    char *early; /* what was read before, up to early_size */
    size_t early_at, early_size;
    size_t quota; /* bytes that may still be read in this turn */
    double heard;

    bool in_frame, in_message, full;
    uint64_t frame_left; /* bytes of the frame that have not come */
    size_t pieces;
    char *message; /* up to `length`, room for `room` */
    size_t length, room;
    size_t control_size;
    char control[MOST_CONTROL];

    bool writing, more; /* a frame is being written; there may be another */
    uint8_t opcode;     /* of that frame */
    frame out;          /* it; its bytes are a note's or ours to free */
    bool out_is_note;
    size_t written;
    note goodbye, pong, ping;
    double pinged, closed_at;
    bool closing, said_goodbye;
};

/* ---- what libwslay calls ---- */

static ssize_t receive(uint8_t *bytes, size_t size, int flags, void *user)
{
    channel *c = user;
    (void)flags;
    size_t most = size < c->quota ? size : c->quota;
    size_t early = c->early_size - c->early_at;
    if (most == 0)
        return -1;
    if (early > 0) {
        most = most < early ? most : early;
        memcpy(bytes, c->early + c->early_at, most);
        c->early_at += most;
        c->quota -= most;
        return (ssize_t)most;
    }
    ssize_t got = recv(c->socket, bytes, most, MSG_DONTWAIT);
    if (got > 0) {
        c->quota -= (size_t)got;
        c->heard = desk_now();
    } else if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        c->over = true;
    }
    return got > 0 ? got : -1;
}

static ssize_t transmit(const uint8_t *bytes, size_t size, int flags, void *user)
{
    channel *c = user;
    int more = flags & WSLAY_MSG_MORE ? MSG_MORE : 0;
    ssize_t sent = send(c->socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL | more);
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        c->over = true;
    return sent > 0 ? sent : -1;
}

/* ---- reading ---- */

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
static bool is_utf8(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + length;
    while (at < end) {
        unsigned char first = *at++;
        size_t more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || (size_t)(end - at) < more)
            return false;
        if (more > 0) {
            unsigned char least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
            unsigned char most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
            if (*at < least || *at > most)
                return false;
        }
        for (; more > 0; more--)
            if ((*at++ & 0xC0) != 0x80)
                return false;
    }
    return true;
}

/* Adds to what is read of the message; false when there is no memory. */
static bool append(channel *c, const uint8_t *bytes, size_t size)
{
    if (size > c->room - c->length) {
        size_t room = c->room ? c->room : 4096;
        while (room < c->length + size)
            room *= 2;
        char *message = realloc(c->message, room);
        if (!message)
            return false;
        c->message = message;
        c->room = room;
    }
    if (size > 0)
        memcpy(c->message + c->length, bytes, size);
    c->length += size;
    return true;
}

static void forget_message(channel *c)
{
    if (c->room > KEPT_ROOM) {
        free(c->message);
        c->message = NULL;
        c->room = 0;
    }
    c->length = c->pieces = 0;
    c->in_message = c->full = false;
}

/* Looks at the header of a frame that begins; false when the channel was closed for it. */
static bool begin_frame(channel *c, const struct wslay_frame_iocb *in)
{
    bool is_control = wslay_is_ctrl_frame(in->opcode);
    bool is_known = in->opcode <= WSLAY_BINARY_FRAME ||
                    (in->opcode >= WSLAY_CONNECTION_CLOSE && in->opcode <= WSLAY_PONG);
    const char *wrong = !in->mask                   ? "a frame without a mask"
                        : in->rsv != WSLAY_RSV_NONE ? "a frame with reserved bits"
                        : !is_known                 ? "a frame of an unknown kind"
                        : !is_control && c->in_message != (in->opcode == WSLAY_CONTINUATION_FRAME)
                            ? "pieces of messages out of order"
                            : NULL;
    if (wrong)
        channel_close(c, CHANNEL_PROTOCOL, wrong);
    else if (in->opcode == WSLAY_BINARY_FRAME)
        channel_close(c, CHANNEL_UNSUPPORTED, "messages are text");
    else if (!is_control && in->payload_length > DESK_MOST_MESSAGE - c->length)
        channel_close(c, CHANNEL_TOO_BIG, "a message has 1 MiB at most");
    else if (!is_control && ++c->pieces > MOST_PIECES)
        channel_close(c, CHANNEL_TOO_BIG, "a message has 1024 pieces at most");
    if (c->closing)
        return false;
    c->in_frame = true;
    c->frame_left = in->payload_length;
    c->control_size = 0;
    c->in_message = c->in_message || !is_control;
    return true;
}

static void offer(channel *c)
{
    c->full = !c->events->message(c->user, c->message ? c->message : "", c->length);
    if (!c->full)
        forget_message(c);
}

/* The other side says goodbye: so do we, with its code. */
static void answer_goodbye(channel *c)
{
    unsigned high = (unsigned char)c->control[0], low = (unsigned char)c->control[1];
    unsigned code = c->control_size >= 2 ? high << 8 | low : CHANNEL_NORMAL;
    bool is_good = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                   (code >= 3000 && code <= 4999);
    if (c->control_size == 1 || !is_good)
        channel_close(c, CHANNEL_PROTOCOL, "a close code that does not exist");
    else if (c->control_size > 2 && !is_utf8(c->control + 2, c->control_size - 2))
        channel_close(c, CHANNEL_NO_TEXT, "a close reason that is not UTF-8");
    else
        channel_close(c, code, "");
}

static void end_frame(channel *c, const struct wslay_frame_iocb *in)
{
    c->in_frame = false;
    if (in->opcode == WSLAY_CONNECTION_CLOSE) {
        answer_goodbye(c);
    } else if (in->opcode == WSLAY_PING) {
        c->pong.due = true; /* the newest is enough: section 5.5.3 */
        c->pong.size = c->control_size;
        memcpy(c->pong.bytes, c->control, c->control_size);
    } else if (in->opcode != WSLAY_PONG && in->fin) {
        if (c->length == 0 || is_utf8(c->message, c->length))
            offer(c);
        else
            channel_close(c, CHANNEL_NO_TEXT, "a message that is not UTF-8");
    }
}

static void take(channel *c, const struct wslay_frame_iocb *in)
{
    if (!c->in_frame && !begin_frame(c, in))
        return;
    if (wslay_is_ctrl_frame(in->opcode)) {
        if (in->data_length > 0)
            memcpy(c->control + c->control_size, in->data, in->data_length);
        c->control_size += in->data_length;
    } else if (!append(c, in->data, in->data_length)) {
        channel_close(c, CHANNEL_TRY_LATER, "there is no memory for this message");
        return;
    }
    c->frame_left -= in->data_length;
    if (c->frame_left == 0)
        end_frame(c, in);
}

/* Once goodbye is said nothing matters but the end, which is waited for so that what was written
 * last still arrives. */
static void drain(channel *c)
{
    uint8_t dropped[4096];
    while (!c->over && receive(dropped, sizeof dropped, 0, c) > 0) {
    }
}

void channel_read(channel *c)
{
    c->quota = READ_A_TURN;
    if (c->full && !c->closing)
        offer(c);
    while (!c->over && !c->full && !c->closing) {
        struct wslay_frame_iocb in = {0};
        ssize_t got = wslay_frame_recv(c->framing, &in);
        if (got == WSLAY_ERR_WANT_READ)
            break;
        if (got < 0)
            channel_close(c, CHANNEL_PROTOCOL, "a malformed frame");
        else
            take(c, &in);
    }
    if (c->closing)
        drain(c);
    channel_write(c);
}

/* ---- writing ---- */

static bool load_note(channel *c, note *n, uint8_t opcode)
{
    if (!n->due)
        return false;
    c->out = (frame){.size = n->size, .bytes = n->bytes};
    c->opcode = opcode;
    n->due = false;
    return true;
}

/* The next frame to write; false if there is none. */
static bool load(channel *c)
{
    c->written = 0;
    c->out_is_note = true;
    c->writing = !c->said_goodbye &&
                 (load_note(c, &c->goodbye, WSLAY_CONNECTION_CLOSE) ||
                  load_note(c, &c->pong, WSLAY_PONG) || load_note(c, &c->ping, WSLAY_PING));
    if (c->writing || c->closing)
        return c->writing;
    c->out_is_note = false;
    c->writing = c->events->next(c->user, &c->out);
    if (c->writing)
        c->opcode = c->out.binary ? WSLAY_BINARY_FRAME : WSLAY_TEXT_FRAME;
    return c->writing;
}

static void unload(channel *c)
{
    if (c->writing && !c->out_is_note)
        free(c->out.bytes);
    c->writing = false;
}

/* Writes what the socket takes; true when the frame is out. */
static bool push(channel *c)
{
    struct wslay_frame_iocb out = {.fin = 1,
                                   .opcode = c->opcode,
                                   .payload_length = c->out.size,
                                   .data = (const uint8_t *)c->out.bytes + c->written,
                                   .data_length = c->out.size - c->written};
    ssize_t sent = wslay_frame_send(c->framing, &out);
    if (sent < 0)
        return false;
    c->written += (size_t)sent;
    if (c->written < c->out.size)
        return false;
    unload(c);
    if (c->opcode == WSLAY_CONNECTION_CLOSE) {
        c->said_goodbye = true;
        shutdown(c->socket, SHUT_WR);
    }
    return true;
}

void channel_write(channel *c)
{
    int turn = 0;
    while (!c->over && turn < WRITTEN_A_TURN && (c->writing || load(c)) && push(c))
        turn++;
    c->more = turn == WRITTEN_A_TURN;
}

void channel_close(channel *c, unsigned code, const char *reason)
{
    if (c->closing)
        return;
    c->closing = true;
    c->closed_at = desk_now();
    size_t length = strlen(reason);
    length = length < MOST_CONTROL - 2 ? length : MOST_CONTROL - 2;
    c->goodbye.due = true;
    c->goodbye.size = 2 + length;
    c->goodbye.bytes[0] = (char)(code >> 8);
    c->goodbye.bytes[1] = (char)(code & 255);
    memcpy(c->goodbye.bytes + 2, reason, length);
    forget_message(c);
}

void channel_tick(channel *c, double now)
{
    if (c->closing ? now - c->closed_at > CHANNEL_LINGER
                   : !c->full && now - c->heard > CHANNEL_SILENCE)
        c->over = true;
    if (c->full)
        c->heard = now; /* it is we who do not listen */
    if (now - c->pinged >= CHANNEL_PING) {
        c->pinged = now;
        c->ping.due = true;
        channel_write(c);
    }
}

bool channel_is_over(const channel *c)
{
    return c->over;
}

bool channel_is_full(const channel *c)
{
    return c->full;
}

bool channel_is_blocked(const channel *c)
{
    return c->writing || c->more;
}

channel *channel_new(int socket, const void *early, size_t size, const channel_events *events,
                     void *user)
{
    static const struct wslay_frame_callbacks calls = {.send_callback = transmit,
                                                       .recv_callback = receive};
    channel *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (channel){.socket = socket, .events = events, .user = user, .early_size = size};
    c->heard = c->pinged = desk_now();
    if (size > 0 && (c->early = malloc(size)))
        memcpy(c->early, early, size);
    if ((size > 0 && !c->early) || wslay_frame_context_init(&c->framing, &calls, c) != 0) {
        free(c->early);
        free(c);
        return NULL;
    }
    return c;
}

void channel_free(channel *c)
{
    if (!c)
        return;
    unload(c);
    wslay_frame_context_free(c->framing);
    free(c->message);
    free(c->early);
    free(c);
}
