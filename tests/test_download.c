/* Downloads against a server of our own on loopback: continued, compared, refused. */
#include "tests/check.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "inkling/dataset.h"
#include "inkling/download.h"
#include "tests/scratch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#if INK_HAVE_CURL && INK_HAVE_GNUTLS
#define CAN_DOWNLOAD 1
#else
#define CAN_DOWNLOAD 0
#endif

enum { DRAWINGS = 300, HEADER = 80, BODY = HEADER + DRAWINGS * 784 };

/* How the server behaves. */
typedef enum manner {
    HONEST,
    CUTS,
    NO_RANGES,
    MISSING,
    REDIRECTS_TO_FILE,
    ENDLESS,
    GARBAGE
} manner;

typedef struct server {
    int socket;
    int port;
    pthread_t thread;
    manner manner;
    atomic_int requests, cuts;
    char ranges[64][64]; /* asked for, "" for none */
    uint8_t body[BODY];
} server;

/* A published bitmap file: 300 drawings whose every pixel is the drawing's number. */
static void make_body(server *s)
{
    memset(s->body, ' ', HEADER);
    memcpy(s->body, "\x93NUMPY\x01\x00\x46\x00", 10);
    const char *text = "{'descr': '|u1', 'fortran_order': False, 'shape': (300, 784), }";
    memcpy(s->body + 10, text, strlen(text));
    s->body[HEADER - 1] = '\n';
    for (size_t i = 0; i < (size_t)DRAWINGS * 784; i++)
        s->body[HEADER + i] = (uint8_t)(i / 784 % 251);
}

static void send_all(int to, const void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = send(to, (const char *)bytes + done, size - done, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        done += (size_t)n;
    }
}

static void say(int to, const char *text)
{
    send_all(to, text, strlen(text));
}

static void answer_range(server *s, int to, const char *range)
{
    unsigned long long first = 0, last = BODY - 1;
    char head[256];
    bool part = *range && s->manner != NO_RANGES;
    if (part)
        sscanf(range, "bytes=%llu-%llu", &first, &last);
    if (first >= BODY) {
        say(to, "HTTP/1.1 416 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
    }
    last = last < BODY ? last : BODY - 1;
    size_t size = (size_t)(last - first + 1), sent = size;
    if (s->manner == CUTS && size > 2000 && atomic_fetch_add(&s->cuts, 1) < 2)
        sent = size / 3;
    snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
             part ? "206 Partial Content" : "200 OK", size);
    say(to, head);
    send_all(to, s->body + first, sent);
}

static void answer(server *s, int to)
{
    char request[2048] = "", range[64] = "";
    size_t used = 0;
    while (used + 1 < sizeof request && !strstr(request, "\r\n\r\n")) {
        ssize_t n = recv(to, request + used, sizeof request - 1 - used, 0);
        if (n <= 0)
            return;
        used += (size_t)n;
        request[used] = '\0';
    }
    const char *at = strstr(request, "Range: ");
    if (at)
        sscanf(at, "Range: %60s", range);
    int number = atomic_fetch_add(&s->requests, 1);
    snprintf(s->ranges[number % 64], sizeof s->ranges[0], "%s", range);
    if (s->manner == MISSING)
        say(to, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    else if (s->manner == REDIRECTS_TO_FILE)
        say(to, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n"
                "Connection: close\r\n\r\n");
    else if (s->manner == GARBAGE)
        say(to, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nno digits");
    else if (s->manner == ENDLESS) {
        say(to, "HTTP/1.1 206 Partial Content\r\nConnection: close\r\n\r\n");
        for (int i = 0; i < 40; i++)
            send_all(to, s->body, BODY);
    } else
        answer_range(s, to, range);
}

static void *serve(void *argument)
{
    server *s = argument;
    for (;;) {
        int to = accept(s->socket, NULL, NULL);
        if (to < 0)
            return NULL;
        answer(s, to);
        shutdown(to, SHUT_WR);
        close(to);
    }
}

static void start(server *s, manner how)
{
    char mirror[64];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    memset(s, 0, sizeof *s);
    s->manner = how;
    make_body(s);
    s->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->socket, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(s->socket, 16), 0);
    getsockname(s->socket, (struct sockaddr *)&address, &size);
    snprintf(mirror, sizeof mirror, "http://127.0.0.1:%d", ntohs(address.sin_port));
    setenv("INKLING_MIRROR", mirror, 1);
    setenv("no_proxy", "127.0.0.1", 1);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(server *s)
{
    shutdown(s->socket, SHUT_RDWR);
    close(s->socket);
    pthread_join(s->thread, NULL);
    unsetenv("INKLING_MIRROR");
}

/* A server and a folder to download into. */
typedef struct scene {
    server server;
    scratch here;
    ink_error err;
} scene;

static scene *begin(manner how)
{
    if (!CAN_DOWNLOAD)
        skip();
    scene *c = calloc(1, sizeof *c);
    scratch_open(&c->here);
    start(&c->server, how);
    return c;
}

static void end(scene *c)
{
    stop(&c->server);
    scratch_close(&c->here);
    free(c);
}

/* Are the first `count` drawings there, as they were published? */
static void assert_drawings(const char *folder, size_t count)
{
    char path[600];
    ink_error err = {.status = INK_OK};
    ink_dataset_options options;
    ink_dataset *all = NULL;
    snprintf(path, sizeof path, "%s/quickdraw/numpy_bitmap/cat.npy", folder);
    ink_dataset_options_init(&options);
    options.split = 0;
    options.folder = folder;
    assert_good(ink_dataset_open("quickdraw:cat", &options, &all, NULL, &err), err);
    assert_int_equal(ink_dataset_count(all), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(ink_dataset_pixels(all, i)[i % 784], i % 251);
    ink_dataset_free(all);
}

static ink_status get(scene *c, const char *name, size_t drawings)
{
    c->err = (ink_error){.status = INK_OK};
    return ink_download(name, c->here.folder, drawings, NULL, NULL, &c->err);
}

static void the_first_drawings_are_cut_out_by_range(void **state)
{
    (void)state;
    scene *c = begin(HONEST);
    assert_good(get(c, "quickdraw:cat", 50), c->err);
    assert_drawings(c->here.folder, 50);
    assert_string_equal(c->server.ranges[0], "bytes=0-1023");
    assert_string_equal(c->server.ranges[1], "bytes=80-39279");
    int before = c->server.requests;
    assert_good(get(c, "quickdraw:cat", 50), c->err); /* it is there already */
    assert_int_equal(c->server.requests, before);
    assert_good(get(c, "quickdraw:cat", 1000), c->err); /* more than there are */
    assert_drawings(c->here.folder, DRAWINGS);
    end(c);
}

static void a_connection_that_breaks_is_continued_where_it_broke(void **state)
{
    (void)state;
    scene *c = begin(CUTS);
    assert_good(get(c, "quickdraw:cat", 300), c->err);
    assert_drawings(c->here.folder, 300);
    assert_int_equal(c->server.requests, 4);
    assert_string_equal(c->server.ranges[2], "bytes=78480-235279"); /* a third was there */
    end(c);
}

static void a_server_without_ranges_cannot_cut_and_says_so(void **state)
{
    (void)state;
    scene *c = begin(NO_RANGES);
    assert_int_equal(get(c, "quickdraw:cat", 10), INK_EIO);
    assert_says(c->err, "more than the 7840 bytes");
    end(c);
}

static void a_set_that_is_not_there_is_named_with_its_address(void **state)
{
    (void)state;
    scene *c = begin(MISSING);
    assert_int_equal(get(c, "mnist", 0), INK_EIO);
    assert_says(c->err, "/mnist/train-images-idx3-ubyte.gz");
    assert_says(c->err, "404");
    assert_int_equal(c->server.requests, 3); /* each mirror once: asking again would not help */
    end(c);
}

static void a_redirection_to_a_file_is_refused(void **state)
{
    (void)state;
    scene *c = begin(REDIRECTS_TO_FILE);
    assert_int_equal(get(c, "quickdraw:cat", 10), INK_EIO);
    assert_says(c->err, "rotocol");
    end(c);
}

static void a_server_that_never_ends_is_cut_off(void **state)
{
    (void)state;
    scene *c = begin(ENDLESS);
    assert_int_equal(get(c, "quickdraw:cat", 10), INK_EIO);
    assert_says(c->err, "more than");
    end(c);
}

static void a_wrong_digest_is_named_and_the_file_deleted(void **state)
{
    (void)state;
    scene *c = begin(GARBAGE);
    char path[600];
    assert_int_equal(get(c, "fashion", 0), INK_EFORMAT);
    assert_says(c->err, "MD5");
    assert_says(c->err, "8d4fb7e6c68d591d4c3dfef9ec88bf0d");
    assert_says(c->err, "deleted");
    snprintf(path, sizeof path, "%s/fashion-mnist/train-images-idx3-ubyte.gz.part", c->here.folder);
    assert_false(ink__file_exists(path));
    assert_int_equal(get(c, "mnist", 0), INK_EFORMAT);
    assert_says(c->err, "SHA-256");
    end(c);
}

static bool stop_at_once(const ink_download_event *event, void *user)
{
    (void)user;
    return event->complete;
}

static void a_callback_that_says_no_stops_it(void **state)
{
    (void)state;
    scene *c = begin(HONEST);
    assert_int_equal(
        ink_download("quickdraw:cat", c->here.folder, 300, stop_at_once, NULL, &c->err),
        INK_ESTOPPED);
    assert_good(get(c, "quickdraw:cat", 300), c->err);
    assert_drawings(c->here.folder, 300);
    end(c);
}

static void an_unknown_name_and_an_odd_category_are_refused(void **state)
{
    (void)state;
    scene *c = begin(HONEST);
    assert_int_equal(get(c, "minst", 0), INK_EINVAL);
    assert_says(c->err, "mnist");
    assert_int_equal(get(c, "quickdraw:../../x", 0), INK_EINVAL);
    assert_says(c->err, "category");
    end(c);
}

static void a_folder_that_cannot_be_written_is_named(void **state)
{
    (void)state;
    scene *c = begin(HONEST);
    assert_int_equal(ink_download("mnist", "/proc/nowhere", 0, NULL, NULL, &c->err), INK_EIO);
    assert_says(c->err, "/proc/nowhere");
    end(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_drawings_are_cut_out_by_range),
        cmocka_unit_test(a_connection_that_breaks_is_continued_where_it_broke),
        cmocka_unit_test(a_server_without_ranges_cannot_cut_and_says_so),
        cmocka_unit_test(a_set_that_is_not_there_is_named_with_its_address),
        cmocka_unit_test(a_redirection_to_a_file_is_refused),
        cmocka_unit_test(a_server_that_never_ends_is_cut_off),
        cmocka_unit_test(a_wrong_digest_is_named_and_the_file_deleted),
        cmocka_unit_test(a_callback_that_says_no_stops_it),
        cmocka_unit_test(an_unknown_name_and_an_odd_category_are_refused),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
