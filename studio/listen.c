/* A listening socket: see listen.h. */
#include "studio/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128 };

static ink_status fail(ink_error *err, ink_status status, const char *host, int port,
                       const char *why)
{
    *err = (ink_error){.status = status};
    if (port > 0)
        snprintf(err->text, sizeof err->text, "port %d of %.60s: %s", port, host, why);
    else
        snprintf(err->text, sizeof err->text, "a port of %.60s: %s", host, why);
    return status;
}

static struct addrinfo *look_up(const char *host, int port)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char service[16];
    snprintf(service, sizeof service, "%d", port);
    return getaddrinfo(host, service, &hints, &found) == 0 ? found : NULL;
}

/* What the socket got, for links. */
static void describe(listener *l)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    char host[NI_MAXHOST] = "", service[NI_MAXSERV] = "0";
    getsockname(l->socket, (struct sockaddr *)&address, &size);
    getnameinfo((struct sockaddr *)&address, size, host, sizeof host, service, sizeof service,
                NI_NUMERICHOST | NI_NUMERICSERV);
    sscanf(service, "%d", &l->port);
    l->any_address = strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
    bool is_six = address.ss_family == AF_INET6;
    snprintf(l->host, sizeof l->host, is_six ? "[%.60s]" : "%.60s", host);
}

ink_status listen_at(const char *host, int port, listener *out, ink_error *err)
{
    const char *number = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
    struct addrinfo *address = look_up(number, port);
    if (!address)
        return fail(err, INK_EINVAL, host, port,
                    "expected an address in numbers, such as 127.0.0.1");
    int on = 1, s = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = s >= 0 && setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                bind(s, address->ai_addr, address->ai_addrlen) == 0 && listen(s, BACKLOG) == 0;
    int wrong = errno;
    freeaddrinfo(address);
    if (!good) {
        if (s >= 0)
            close(s);
        if (wrong == EADDRINUSE)
            return fail(err, INK_EIO, host, port,
                        "another program uses it; choose another with --port, or 0 for any");
        return fail(err, INK_EIO, host, port, strerror(wrong));
    }
    out->socket = s;
    describe(out);
    return INK_OK;
}
