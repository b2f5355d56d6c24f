/* The hub: see hub.h. */
#include "studio/hub.h"

#include "studio/channel.h"
#include "studio/say.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MOST_VISITORS = 2 * HUB_MOST_DESKS, /* those that are saying goodbye included */
    MOST_LEAVING = HUB_MOST_DESKS,
    SEND_BUFFER = 128 << 10, /* small, so that what waits in it is not old */
    EVENTS = 64,
    TICK = 1000, /* milliseconds between looks at the clock */
    RETRY = 20   /* milliseconds until a full desk is offered a message again */
};

typedef struct seat seat;

/* An open channel. */
typedef struct visitor {
    struct visitor *next;
    hub_guest guest;
    channel *channel;
    seat *seat;    /* NULL when another took it */
    size_t unseen; /* frames sent that the page has not said to have looked at */
    uint32_t interest;
} visitor;

/* A desk and who sits at it. */
struct seat {
    seat *next;
    char name[HUB_NAME + 1];
    desk *desk;
    visitor *visitor; /* NULL: nobody */
    double left_at;
    hub *hub;
    atomic_bool ready;
};

struct hub {
    desk_settings settings;
    pthread_t thread;
    bool has_thread;
    int epoll, wake;
    atomic_bool awake; /* `wake` was written and not yet read */

    pthread_mutex_t lock; /* guards these */
    visitor *arrivals;
    size_t present; /* arrivals and visitors */
    bool stopping;

    visitor *visitors; /* the thread's own from here on */
    seat *seats, *leaving;
    size_t seat_count, leaving_count;
    double ticked;
};

static void wake(hub *h)
{
    uint64_t one = 1;
    if (!atomic_exchange(&h->awake, true) && write(h->wake, &one, sizeof one) < 0)
        return; /* the counter is full: it is awake */
}

/* ---- seats ---- */

static void desk_is_ready(void *user)
{
    seat *s = user;
    atomic_store(&s->ready, true);
    wake(s->hub);
}

static seat **place_of(hub *h, const char *name)
{
    seat **at = &h->seats;
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    return at;
}

/* Asks the desk to end; it is freed when it has. */
static void clear_seat(hub *h, seat **at)
{
    seat *s = *at;
    *at = s->next;
    h->seat_count--;
    s->next = h->leaving;
    h->leaving = s;
    h->leaving_count++;
    desk_end(s->desk);
}

static void free_leaving(hub *h, bool wait)
{
    for (seat **at = &h->leaving, *s; (s = *at);) {
        if (!wait && !desk_ended(s->desk)) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        h->leaving_count--;
        desk_free(s->desk);
        free(s);
    }
}

/* Does a desk make room before another? Those whose run is on its way do last. */
static bool goes_before(const seat *s, const seat *other)
{
    bool busy = desk_is_busy(s->desk), other_busy = desk_is_busy(other->desk);
    return busy != other_busy ? other_busy : s->left_at < other->left_at;
}

/* The desk that was left first makes room; false when somebody sits at each. */
static bool make_room(hub *h)
{
    seat **oldest = NULL;
    if (h->seat_count < HUB_MOST_DESKS)
        return true;
    free_leaving(h, false);
    for (seat **at = &h->seats; *at; at = &(*at)->next)
        if (!(*at)->visitor && (!oldest || goes_before(*at, *oldest)))
            oldest = at;
    if (!oldest || h->leaving_count >= MOST_LEAVING)
        return false;
    clear_seat(h, oldest);
    return true;
}

static seat *new_seat(hub *h, const char *name, ink_error *err)
{
    if (!make_room(h)) {
        say_error(err, INK_ENOMEM, "%d tabs are open, which is all there is room for",
                  HUB_MOST_DESKS);
        return NULL;
    }
    seat *s = calloc(1, sizeof *s);
    if (!s) {
        say_error(err, INK_ENOMEM, "there is no memory for another tab");
        return NULL;
    }
    s->hub = h;
    snprintf(s->name, sizeof s->name, "%s", name);
    desk_settings settings = h->settings;
    settings.ready = desk_is_ready;
    settings.user = s;
    s->desk = desk_new(&settings, err);
    if (!s->desk) {
        free(s);
        return NULL;
    }
    s->next = h->seats;
    h->seats = s;
    h->seat_count++;
    return s;
}

/* ---- visitors ---- */

/* A message of one or two digits is no JSON object: it says how many frames were looked at. */
static bool is_receipt(const char *text, size_t length, size_t *seen)
{
    *seen = 0;
    for (size_t i = 0; i < length && i < 3; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *seen = 10 * *seen + (size_t)(text[i] - '0');
    }
    return length == 1 || length == 2;
}

static bool post(void *user, const char *text, size_t length)
{
    visitor *v = user;
    size_t seen;
    if (!is_receipt(text, length, &seen))
        return !v->seat || desk_post(v->seat->desk, text, length);
    v->unseen -= seen < v->unseen ? seen : v->unseen;
    return true;
}

static bool next(void *user, frame *out)
{
    visitor *v = user;
    bool taken = v->seat && (v->unseen < HUB_MOST_UNSEEN ? desk_take(v->seat->desk, out)
                                                         : desk_take_answer(v->seat->desk, out));
    v->unseen += taken;
    return taken;
}

static const channel_events events = {.message = post, .next = next};

/* Tells epoll what the channel waits for now. */
static void await(hub *h, visitor *v)
{
    uint32_t interest = (channel_is_full(v->channel) ? 0 : (uint32_t)EPOLLIN) |
                        (channel_is_blocked(v->channel) ? (uint32_t)EPOLLOUT : 0);
    if (interest == v->interest)
        return;
    struct epoll_event event = {.events = interest, .data.ptr = v};
    epoll_ctl(h->epoll, EPOLL_CTL_MOD, v->guest.socket, &event);
    v->interest = interest;
}

static void leave_seat(visitor *v)
{
    if (!v->seat)
        return;
    desk_detach(v->seat->desk);
    v->seat->left_at = desk_now();
    v->seat->visitor = NULL;
    v->seat = NULL;
}

static void dismiss(hub *h, visitor *v)
{
    leave_seat(v);
    epoll_ctl(h->epoll, EPOLL_CTL_DEL, v->guest.socket, NULL);
    channel_free(v->channel);
    v->guest.release(v->guest.handle);
    free(v);
    pthread_mutex_lock(&h->lock);
    h->present--;
    pthread_mutex_unlock(&h->lock);
}

/* Seats a visitor at its desk; who sat there, the same tab or a copy of it, is told. */
static void sit_down(hub *h, visitor *v)
{
    ink_error err = {.status = INK_OK};
    seat *s = *place_of(h, v->guest.name);
    if (!s && !(s = new_seat(h, v->guest.name, &err))) {
        channel_close(v->channel, CHANNEL_TRY_LATER, err.text);
        return;
    }
    if (s->visitor) {
        visitor *other = s->visitor;
        leave_seat(other);
        channel_close(other->channel, CHANNEL_REPLACED, "opened in another tab");
        channel_write(other->channel);
        await(h, other);
    }
    s->visitor = v;
    v->seat = s;
    desk_attach(s->desk);
}

static void admit(hub *h, visitor *v)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = v};
    v->interest = EPOLLIN;
    v->next = h->visitors;
    h->visitors = v;
    epoll_ctl(h->epoll, EPOLL_CTL_ADD, v->guest.socket, &event);
    sit_down(h, v);
    channel_read(v->channel); /* what came early */
    await(h, v);
}

static void admit_arrivals(hub *h)
{
    pthread_mutex_lock(&h->lock);
    visitor *v = h->arrivals, *first = NULL;
    h->arrivals = NULL;
    pthread_mutex_unlock(&h->lock);
    for (visitor *after; v; v = after) { /* they are in the wrong order */
        after = v->next;
        v->next = first;
        first = v;
    }
    for (visitor *after; first; first = after) {
        after = first->next;
        admit(h, first);
    }
}

static void prepare_socket(int socket)
{
    int on = 1, off = 0, buffer = SEND_BUFFER, silence = (int)(1000 * CHANNEL_SILENCE);
    fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
    setsockopt(socket, IPPROTO_TCP, TCP_CORK, &off, sizeof off);
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence, sizeof silence);
    setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
}

bool hub_add(hub *h, const hub_guest *guest)
{
    visitor *v = calloc(1, sizeof *v);
    if (v) {
        v->guest = *guest;
        v->channel = channel_new(guest->socket, guest->early, guest->early_size, &events, v);
    }
    if (!v || !v->channel) {
        free(v);
        return false;
    }
    prepare_socket(guest->socket);
    pthread_mutex_lock(&h->lock);
    bool welcome = !h->stopping && h->present < MOST_VISITORS;
    if (welcome) {
        v->next = h->arrivals;
        h->arrivals = v;
        h->present++;
    }
    pthread_mutex_unlock(&h->lock);
    if (welcome) {
        wake(h);
    } else {
        channel_free(v->channel);
        free(v);
    }
    return welcome;
}

/* ---- the thread ---- */

/* Writes what desks have to tell. */
static void serve_ready(hub *h)
{
    for (seat *s = h->seats; s; s = s->next)
        if (atomic_exchange(&s->ready, false) && s->visitor) {
            channel_write(s->visitor->channel);
            await(h, s->visitor);
        }
}

static void serve(hub *h, visitor *v, uint32_t what)
{
    if (what & (EPOLLERR | EPOLLHUP) && channel_is_full(v->channel))
        channel_close(v->channel, CHANNEL_GOING_AWAY, ""); /* so that its end is read */
    if (what & (EPOLLIN | EPOLLERR | EPOLLHUP))
        channel_read(v->channel);
    else
        channel_write(v->channel);
    await(h, v);
}

/* Offers full desks their messages again; true if one is still full. */
static bool retry_full(hub *h)
{
    bool full = false;
    for (visitor *v = h->visitors; v; v = v->next)
        if (channel_is_full(v->channel)) {
            channel_read(v->channel);
            await(h, v);
            full = full || channel_is_full(v->channel);
        }
    return full;
}

static void sweep(hub *h)
{
    for (visitor **at = &h->visitors, *v; (v = *at);) {
        if (channel_is_over(v->channel)) {
            *at = v->next;
            dismiss(h, v);
        } else {
            at = &v->next;
        }
    }
}

static void tick(hub *h)
{
    double now = desk_now();
    if (now - h->ticked < 1e-3 * TICK)
        return;
    h->ticked = now;
    for (visitor *v = h->visitors; v; v = v->next) {
        channel_tick(v->channel, now);
        await(h, v);
    }
    for (seat **at = &h->seats, *s; (s = *at);) {
        if (desk_is_busy(s->desk))
            s->left_at = now;
        if (!s->visitor && now - s->left_at > HUB_KEEPS && h->leaving_count < MOST_LEAVING)
            clear_seat(h, at);
        else
            at = &s->next;
    }
    free_leaving(h, false);
}

static bool goes_on(hub *h)
{
    pthread_mutex_lock(&h->lock);
    bool stopping = h->stopping;
    pthread_mutex_unlock(&h->lock);
    return !stopping;
}

static void say_goodbye(hub *h)
{
    admit_arrivals(h);
    for (seat *s = h->seats; s; s = s->next)
        desk_end(s->desk);
    for (visitor *v = h->visitors; v; v = v->next) {
        channel_close(v->channel, CHANNEL_GOING_AWAY, "the studio has ended");
        channel_write(v->channel);
    }
    for (visitor *v; (v = h->visitors);) {
        h->visitors = v->next;
        dismiss(h, v);
    }
    while (h->seats)
        clear_seat(h, &h->seats);
    free_leaving(h, true);
}

static void *live(void *context)
{
    hub *h = context;
    struct epoll_event happened[EVENTS];
    bool full = false;
    while (goes_on(h)) {
        int count = epoll_wait(h->epoll, happened, EVENTS, full ? RETRY : TICK);
        for (int i = 0; i < count; i++) {
            uint64_t number;
            if (happened[i].data.ptr)
                serve(h, happened[i].data.ptr, happened[i].events);
            else if (read(h->wake, &number, sizeof number) > 0)
                atomic_store(&h->awake, false);
        }
        admit_arrivals(h);
        serve_ready(h);
        full = retry_full(h);
        tick(h);
        sweep(h);
    }
    say_goodbye(h);
    return NULL;
}

hub *hub_new(const desk_settings *settings, ink_error *err)
{
    hub *h = calloc(1, sizeof *h);
    if (h) {
        h->settings = *settings;
        h->ticked = desk_now();
        pthread_mutex_init(&h->lock, NULL);
        h->epoll = epoll_create1(EPOLL_CLOEXEC);
        h->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN};
        if (h->epoll >= 0 && h->wake >= 0 &&
            epoll_ctl(h->epoll, EPOLL_CTL_ADD, h->wake, &event) == 0 &&
            pthread_create(&h->thread, NULL, live, h) == 0) {
            h->has_thread = true;
            return h;
        }
        hub_free(h);
    }
    say_error(err, INK_ENOMEM, "there is no memory for the studio");
    return NULL;
}

void hub_stop(hub *h)
{
    pthread_mutex_lock(&h->lock);
    h->stopping = true;
    pthread_mutex_unlock(&h->lock);
    wake(h);
    if (h->has_thread)
        pthread_join(h->thread, NULL);
    h->has_thread = false;
}

void hub_free(hub *h)
{
    if (!h)
        return;
    if (h->has_thread)
        hub_stop(h);
    if (h->epoll >= 0)
        close(h->epoll);
    if (h->wake >= 0)
        close(h->wake);
    pthread_mutex_destroy(&h->lock);
    free(h);
}
