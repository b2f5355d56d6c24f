/* The server: see server.h. */
#include "studio/server.h"

#include "studio/listen.h"
#include "studio/pages.h"
#include "studio/say.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

enum {
    KEY = 32,                /* random bytes */
    MOST_CONNECTIONS = 512,  /* those upgraded included */
    MOST_HEADERS = 16 << 10, /* bytes of a request, and of what is made for it */
    TIMEOUT = 30             /* seconds for a request */
};

struct server {
    struct MHD_Daemon *daemon;
    listener at;
    hub *hub;
    char *web;
    char token[2 * KEY + 1];  /* in hexadecimal digits: who has it may in */
    char ticket[2 * KEY + 1]; /* the same for a single time; "" then, and only MHD's thread looks */
    char cookie[32];          /* its name; with the port, so that two studios do not fight */
    char address[200], once[200];
};

/* What a request is about. */
typedef struct request {
    server *server;
    struct MHD_Connection *connection;
    const char *url;
    bool is_get, may_upgrade; /* the latter needs HTTP/1.1 */
} request;

/* ---- answers ---- */

/* Sends it with what every answer carries, and lets it go. */
static enum MHD_Result answer(const request *r, unsigned status, struct MHD_Response *response)
{
    static const char *const headers[][2] = {
        {"Content-Security-Policy",
         "default-src 'self'; connect-src 'self'; img-src 'self' blob: data:; object-src 'none'; "
         "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cache-Control", "no-store"}};
    if (!response)
        return MHD_NO;
    enum MHD_Result good = MHD_YES;
    for (size_t i = 0; good && i < sizeof headers / sizeof *headers; i++)
        good = MHD_add_response_header(response, headers[i][0], headers[i][1]);
    if (good)
        good = MHD_queue_response(r->connection, status, response);
    MHD_destroy_response(response);
    return good;
}

static struct MHD_Response *sentence(const char *text)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), (void *)(size_t)text, MHD_RESPMEM_MUST_COPY);
    if (response)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                "text/plain; charset=utf-8");
    return response;
}

static enum MHD_Result refuse(const request *r, unsigned status, const char *text)
{
    return answer(r, status, sentence(text));
}

/* The same with one more header. */
static enum MHD_Result refuse_with(const request *r, unsigned status, const char *text,
                                   const char *header, const char *value)
{
    struct MHD_Response *response = sentence(text);
    if (response)
        MHD_add_response_header(response, header, value);
    return answer(r, status, response);
}

/* ---- who may in ---- */

static const char *header(const request *r, const char *name)
{
    return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result count_host(void *count, enum MHD_ValueKind kind, const char *key,
                                  const char *value)
{
    (void)kind, (void)value;
    *(int *)count += strcasecmp(key, MHD_HTTP_HEADER_HOST) == 0;
    return MHD_YES;
}

/* The host in numbers: a name is what DNS rebinding needs. */
static bool is_number(const char *host, size_t length)
{
    return length > 0 && (host[0] == '[' || strspn(host, "0123456789.") >= length);
}

/* Is that the address we serve? Then a page of another origin, by whatever name it reached us, does
 * not pass. */
static bool knows_host(const request *r)
{
    const server *s = r->server;
    const char *host = header(r, MHD_HTTP_HEADER_HOST);
    int count = 0;
    char port[16], own[80];
    MHD_get_connection_values(r->connection, MHD_HEADER_KIND, count_host, &count);
    if (!host || count != 1)
        return false;
    size_t end = (size_t)snprintf(port, sizeof port, ":%d", s->at.port), length = strlen(host);
    if (s->at.port == 80 && !strchr(host, ':'))
        end = 0; /* which browsers leave out */
    else if (length <= end || strcmp(host + length - end, port) != 0)
        return false;
    snprintf(own, sizeof own, "%s", s->at.host);
    size_t name = length - end;
    return (name == strlen(own) && strncasecmp(host, own, name) == 0) ||
           (name == 9 && strncasecmp(host, "localhost", name) == 0) ||
           (s->at.any_address && is_number(host, name));
}

/* In a time that does not depend on where they differ. */
static bool is_same(const char *text, const char *key)
{
    return text && *key && strlen(text) == strlen(key) &&
           gnutls_memcmp(text, key, strlen(key)) == 0;
}

/* Lets the address in that was printed, and once the one that the browser was started with. */
static bool opens(const request *r, const char *token)
{
    server *s = r->server;
    bool is_ticket = is_same(token, s->ticket);
    if (is_ticket && r->is_get)
        s->ticket[0] = '\0';
    return is_ticket || is_same(token, s->token);
}

static bool has_cookie(const request *r)
{
    return is_same(MHD_lookup_connection_value(r->connection, MHD_COOKIE_KIND, r->server->cookie),
                   r->server->token);
}

/* The address that was printed: its token becomes a cookie, and leaves the address bar. */
static enum MHD_Result let_in(const request *r)
{
    char cookie[200];
    struct MHD_Response *response = sentence("");
    if (!response)
        return MHD_NO;
    snprintf(cookie, sizeof cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict", r->server->cookie,
             r->server->token);
    MHD_add_response_header(response, MHD_HTTP_HEADER_SET_COOKIE, cookie);
    MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, "/");
    return answer(r, MHD_HTTP_SEE_OTHER, response);
}

/* ---- the socket ---- */

static void release(void *handle)
{
    MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

static void upgraded(void *context, struct MHD_Connection *connection, void *of_request,
                     const char *early, size_t early_size, MHD_socket socket,
                     struct MHD_UpgradeResponseHandle *handle)
{
    const server *s = context;
    const char *name = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "desk");
    hub_guest guest = {.socket = socket,
                       .early = early,
                       .early_size = early_size,
                       .release = release,
                       .handle = handle};
    (void)of_request;
    snprintf(guest.name, sizeof guest.name, "%s", name ? name : "");
    if (!hub_add(s->hub, &guest))
        release(handle);
}

/* Is `word` in a list such as "keep-alive, Upgrade"? */
static bool lists(const char *list, const char *word)
{
    size_t length = strlen(word);
    while (list && *list) {
        list += strspn(list, " \t,");
        size_t part = strcspn(list, " \t,");
        if (part == length && strncasecmp(list, word, length) == 0)
            return true;
        list += part;
    }
    return false;
}

/* RFC 6455, section 4.2.2: base64 of the SHA-1 of the key and a constant. */
static bool accept_key(const char *key, char accept[32])
{
    char text[64];
    unsigned char hash[20];
    gnutls_datum_t raw = {hash, sizeof hash}, coded;
    int length = snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    if (gnutls_hash_fast(GNUTLS_DIG_SHA1, text, (size_t)length, hash) != 0 ||
        gnutls_base64_encode2(&raw, &coded) != 0)
        return false;
    snprintf(accept, 32, "%.*s", (int)coded.size, (const char *)coded.data);
    gnutls_free(coded.data);
    return true;
}

/* What is wrong with the wish for a socket; NULL if nothing. */
static const char *wrong_with_upgrade(const request *r)
{
    const char *key = header(r, "Sec-WebSocket-Key");
    const char *name = MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "desk");
    if (!r->may_upgrade || !lists(header(r, MHD_HTTP_HEADER_UPGRADE), "websocket") ||
        !lists(header(r, MHD_HTTP_HEADER_CONNECTION), "upgrade"))
        return "This is the address of a WebSocket.\n";
    if (!key || strlen(key) != 24)
        return "A WebSocket needs a key of 24 characters (Sec-WebSocket-Key).\n";
    if (!lists(header(r, "Sec-WebSocket-Protocol"), "inkling"))
        return "The WebSocket must speak \"inkling\" (Sec-WebSocket-Protocol).\n";
    if (!name || strlen(name) != HUB_NAME || strspn(name, "0123456789abcdef") != HUB_NAME)
        return "A desk has a name of 32 hexadecimal digits.\n";
    return NULL;
}

static bool knows_origin(const request *r)
{
    const char *origin = header(r, MHD_HTTP_HEADER_ORIGIN), *host = header(r, MHD_HTTP_HEADER_HOST);
    return origin && host && strncasecmp(origin, "http://", 7) == 0 &&
           strcasecmp(origin + 7, host) == 0;
}

static enum MHD_Result open_socket(const request *r)
{
    char accept[32];
    if (!knows_origin(r))
        return refuse(r, MHD_HTTP_FORBIDDEN, "Only the studio's own page may open its socket.\n");
    const char *wrong = wrong_with_upgrade(r), *version = header(r, "Sec-WebSocket-Version");
    if (wrong)
        return refuse(r, MHD_HTTP_BAD_REQUEST, wrong);
    if (!version || strcmp(version, "13") != 0)
        return refuse_with(r, MHD_HTTP_UPGRADE_REQUIRED, "WebSocket version 13 is spoken here.\n",
                           "Sec-WebSocket-Version", "13");
    if (!accept_key(header(r, "Sec-WebSocket-Key"), accept))
        return MHD_NO;
    struct MHD_Response *response = MHD_create_response_for_upgrade(upgraded, r->server);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_UPGRADE, "websocket");
    MHD_add_response_header(response, "Sec-WebSocket-Accept", accept);
    MHD_add_response_header(response, "Sec-WebSocket-Protocol", "inkling");
    enum MHD_Result good =
        MHD_queue_response(r->connection, MHD_HTTP_SWITCHING_PROTOCOLS, response);
    MHD_destroy_response(response);
    return good;
}

/* ---- requests ---- */

static enum MHD_Result serve_page(const request *r)
{
    page p;
    page_state state = page_open(r->server->web, r->url + 1, &p);
    if (state != PAGE_FOUND)
        return state == PAGE_MISSING
                   ? refuse(r, MHD_HTTP_NOT_FOUND, "The studio has no such page.\n")
                   : refuse(r, MHD_HTTP_INTERNAL_SERVER_ERROR, "This file cannot be read.\n");
    struct MHD_Response *response =
        p.bytes ? MHD_create_response_from_buffer(p.size, (void *)(size_t)p.bytes,
                                                  MHD_RESPMEM_PERSISTENT)
                : MHD_create_response_from_fd64(p.size, p.file);
    if (!response && p.file >= 0)
        close(p.file);
    if (response)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, p.type);
    return answer(r, MHD_HTTP_OK, response);
}

static enum MHD_Result decide(const request *r)
{
    const char *token = MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "token");
    if (!knows_host(r))
        return refuse(r, MHD_HTTP_FORBIDDEN,
                      "Here is Inkling's studio, under another address than the one asked for.\n");
    if (strcmp(r->url, "/") == 0 && opens(r, token))
        return let_in(r);
    if (!has_cookie(r))
        return refuse(
            r, MHD_HTTP_FORBIDDEN,
            "This is Inkling's studio, but not the address to enter by: open the one that "
            "`inkling studio` printed when it was started last.\n");
    if (strcmp(r->url, "/alive") == 0)
        return answer(r, MHD_HTTP_NO_CONTENT, sentence(""));
    if (strcmp(r->url, "/socket") == 0)
        return open_socket(r);
    return serve_page(r);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *body,
                              size_t *body_size, void **of_request)
{
    bool is_get = strcmp(method, MHD_HTTP_METHOD_GET) == 0;
    request r = {.server = context, .connection = connection, .url = url};
    (void)body;
    r.is_get = is_get;
    r.may_upgrade = is_get && strcmp(version, MHD_HTTP_VERSION_1_1) == 0;
    if (!is_get && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return refuse_with(&r, MHD_HTTP_METHOD_NOT_ALLOWED, "Only GET and HEAD are served here.\n",
                           MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    if (*of_request == NULL) { /* answered at the second call, the connection can be used again */
        *of_request = r.server;
        return MHD_YES;
    }
    return *body_size > 0 ? MHD_NO : decide(&r); /* GET has no body */
}

/* ---- from settings to a server ---- */

static ink_status make_key(char text[2 * KEY + 1], ink_error *err)
{
    unsigned char key[KEY];
    if (getrandom(key, sizeof key, 0) != sizeof key) {
        say_error(err, INK_EIO, "the system gives no random numbers");
        return INK_EIO;
    }
    for (int i = 0; i < KEY; i++)
        snprintf(text + (ptrdiff_t)2 * i, 3, "%02x", key[i]);
    return INK_OK;
}

static ink_status start(server *s, ink_error *err)
{
    snprintf(s->cookie, sizeof s->cookie, "inkling-%d", s->at.port);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_UPGRADE;
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, handle, s, MHD_OPTION_LISTEN_SOCKET, s->at.socket,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)MOST_HEADERS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (s->daemon)
        return INK_OK;
    close(s->at.socket);
    say_error(err, INK_EIO, "the web server does not start: %s", strerror(errno));
    return INK_EIO;
}

server *server_new(const server_settings *settings, ink_error *err)
{
    server *s = calloc(1, sizeof *s);
    if (!s || (settings->web && !(s->web = strdup(settings->web)))) {
        free(s);
        say_error(err, INK_ENOMEM, "there is no memory for the studio");
        return NULL;
    }
    s->hub = settings->hub;
    const char *host = settings->host ? settings->host : "127.0.0.1";
    if (make_key(s->token, err) != INK_OK || make_key(s->ticket, err) != INK_OK ||
        listen_at(host, settings->port, &s->at, err) != INK_OK || start(s, err) != INK_OK) {
        free(s->web);
        free(s);
        return NULL;
    }
    const char *shown = !s->at.any_address     ? s->at.host
                        : s->at.host[0] == '[' ? "[::1]"
                                               : "127.0.0.1";
    snprintf(s->address, sizeof s->address, "http://%s:%d/?token=%s", shown, s->at.port, s->token);
    snprintf(s->once, sizeof s->once, "http://%s:%d/?token=%s", shown, s->at.port, s->ticket);
    return s;
}

void server_free(server *s)
{
    if (!s)
        return;
    MHD_stop_daemon(s->daemon);
    free(s->web);
    free(s);
}

const char *server_address(const server *s)
{
    return s->address;
}

const char *server_once(const server *s)
{
    return s->once;
}
