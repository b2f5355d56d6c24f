/* The studio: see studio.h. */
#include "studio/studio.h"

#include "studio/library.h"
#include "studio/say.h"
#include "studio/scene.h"
#include "studio/server.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

typedef struct studio {
    int signals, stop; /* descriptors to wait for */
    sigset_t before;   /* the mask as it was */
    library *library;
    hub *hub;
    server *server;
} studio;

static atomic_int stop_now = -1; /* written to by studio_stop */

/* Signals are read from a descriptor by the thread that serves; all others, made later, inherit
 * that they are blocked. */
static ink_status catch_signals(studio *s, ink_error *err)
{
    sigset_t caught;
    sigemptyset(&caught);
    sigaddset(&caught, SIGINT);
    sigaddset(&caught, SIGTERM);
    sigaddset(&caught, SIGHUP);
    s->signals = s->stop = -1;
    if (pthread_sigmask(SIG_BLOCK, &caught, &s->before) == 0 &&
        (s->signals = signalfd(-1, &caught, SFD_CLOEXEC)) >= 0 &&
        (s->stop = eventfd(0, EFD_CLOEXEC)) >= 0) {
        atomic_store(&stop_now, s->stop);
        return INK_OK;
    }
    say_error(err, INK_EIO, "signals cannot be waited for: %s", strerror(errno));
    return INK_EIO;
}

static const scene_kind *kind_of_link(const char *link)
{
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(link, "?"), link);
    return scene_kind_named(name);
}

/* Opening the page takes about as long as reading the data of its first run. */
static void read_ahead(const studio *s, const char *link)
{
    const scene_kind *kind = link && !strchr(link, '?') ? kind_of_link(link) : NULL;
    if (kind == &scene_train)
        scene_train_expect(s->library);
}

static ink_status open_all(studio *s, const studio_settings *settings, ink_error *err)
{
    library_settings for_library = {
        .data = settings->data, .models = settings->models, .recipes = settings->recipes};
    s->library = library_new(&for_library, err);
    if (!s->library)
        return err->status;
    desk_settings for_desks = {
        .library = s->library, .state = settings->state, .threads = settings->threads};
    s->hub = hub_new(&for_desks, err);
    if (!s->hub)
        return err->status;
    bool is_any = settings->port == STUDIO_ANY_PORT;
    server_settings for_server = {.host = settings->host,
                                  .port = is_any ? STUDIO_PORT : settings->port,
                                  .web = settings->web,
                                  .hub = s->hub};
    s->server = server_new(&for_server, err);
    if (!s->server && is_any && err->status == INK_EIO) {
        for_server.port = 0;
        *err = (ink_error){.status = INK_OK};
        s->server = server_new(&for_server, err);
    }
    if (s->server)
        read_ahead(s, settings->link);
    return s->server ? INK_OK : err->status;
}

static void wait_for_the_end(const studio *s)
{
    struct pollfd ends[] = {{.fd = s->signals, .events = POLLIN},
                            {.fd = s->stop, .events = POLLIN}};
    while (poll(ends, 2, -1) < 0 && errno == EINTR) {
    }
    struct signalfd_siginfo which;
    if (ends[0].revents & POLLIN && read(s->signals, &which, sizeof which) < 0)
        return; /* which one does not matter, but that it is not pending any more */
}

/* From here on a second Ctrl-C ends the program where it is. */
static void close_all(studio *s)
{
    atomic_store(&stop_now, -1);
    pthread_sigmask(SIG_SETMASK, &s->before, NULL);
    if (s->hub)
        hub_stop(s->hub);
    server_free(s->server);
    hub_free(s->hub);
    library_free(s->library);
    if (s->signals >= 0)
        close(s->signals);
    if (s->stop >= 0)
        close(s->stop);
}

ink_status studio_serve(const studio_settings *settings, ink_error *err)
{
    studio s = {0};
    ink_error unseen = {.status = INK_OK};
    err = err ? err : &unseen;
    ink_status status = catch_signals(&s, err);
    if (status == INK_OK)
        status = open_all(&s, settings, err);
    if (status == INK_OK) {
        if (settings->started)
            settings->started(server_address(s.server), server_once(s.server), settings->user);
        wait_for_the_end(&s);
    }
    close_all(&s);
    return status;
}

bool studio_knows(const char *link)
{
    return kind_of_link(link) != NULL;
}

void studio_stop(void)
{
    uint64_t one = 1;
    int stop = atomic_load(&stop_now);
    if (stop >= 0 && write(stop, &one, sizeof one) < 0)
        return; /* it was asked before */
}
