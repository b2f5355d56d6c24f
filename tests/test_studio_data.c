/* The data panel through a desk, against a server of our own on loopback: listed, got, cancelled,
 * refused, opened. The library's own limits. */
#include "studio/library.h"

#include "tests/check.h"
#include "tests/desk_probe.h"
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

/* ---- a server of doodles ---- */

static struct server {
    int socket;
    pthread_t thread;
    atomic_bool slow, missing; /* drop by drop; nothing there */
    uint8_t body[BODY];
} server;

static void send_all(int to, const void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        size_t most = server.slow && size - done > 500 ? 500 : size - done;
        ssize_t n = send(to, (const char *)bytes + done, most, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        done += (size_t)n;
        if (server.slow)
            usleep(20000);
    }
}

static void answer(int to)
{
    char request[2048] = "", head[128];
    size_t used = 0;
    unsigned long long first = 0, last = BODY - 1;
    while (used + 1 < sizeof request && !strstr(request, "\r\n\r\n")) {
        ssize_t n = recv(to, request + used, sizeof request - 1 - used, 0);
        if (n <= 0)
            return;
        used += (size_t)n;
        request[used] = '\0';
    }
    if (server.missing) {
        const char *none = "HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        send_all(to, none, strlen(none));
        return;
    }
    const char *at = strstr(request, "Range: ");
    if (at)
        sscanf(at, "Range: bytes=%llu-%llu", &first, &last);
    last = last < BODY ? last : BODY - 1;
    int length = snprintf(head, sizeof head,
                          "HTTP/1.1 206 Partial Content\r\nContent-Length: %llu\r\n"
                          "Connection: close\r\n\r\n",
                          last - first + 1);
    send_all(to, head, (size_t)length);
    send_all(to, server.body + first, (size_t)(last - first + 1));
}

static void *serve(void *context)
{
    (void)context;
    for (int to; (to = accept(server.socket, NULL, NULL)) >= 0;) {
        answer(to);
        shutdown(to, SHUT_WR);
        close(to);
    }
    return NULL;
}

static void start_server(void)
{
    char mirror[64];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    memset(server.body, ' ', HEADER);
    memcpy(server.body, "\x93NUMPY\x01\x00\x46\x00", 10);
    const char *text = "{'descr': '|u1', 'fortran_order': False, 'shape': (300, 784), }";
    memcpy(server.body + 10, text, strlen(text));
    server.body[HEADER - 1] = '\n';
    for (size_t i = 0; i < (size_t)DRAWINGS * 784; i++)
        server.body[HEADER + i] = (uint8_t)(i / 784 % 251);
    server.slow = server.missing = false;
    server.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server.socket, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(server.socket, 16), 0);
    getsockname(server.socket, (struct sockaddr *)&address, &size);
    snprintf(mirror, sizeof mirror, "http://127.0.0.1:%d", ntohs(address.sin_port));
    setenv("INKLING_MIRROR", mirror, 1);
    setenv("no_proxy", "127.0.0.1", 1);
    assert_int_equal(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

static void stop_server(void)
{
    shutdown(server.socket, SHUT_RDWR);
    close(server.socket);
    pthread_join(server.thread, NULL);
    unsetenv("INKLING_MIRROR");
}

/* ---- a desk with an empty data folder ---- */

typedef struct stage {
    scratch here;
    library *shelf;
    desk *d;
} stage;

static stage *begin(bool downloads)
{
    if (downloads && !CAN_DOWNLOAD)
        skip();
    ink_error err = {.status = INK_OK};
    stage *s = calloc(1, sizeof *s);
    scratch_open(&s->here);
    if (downloads)
        start_server();
    s->shelf = library_new(&(library_settings){.data = s->here.folder}, &err);
    desk_settings settings = {.library = s->shelf, .threads = 1};
    s->d = desk_new(&settings, &err);
    desk_attach(s->d);
    probe_post(s->d, "{\"scene\":\"look\",\"do\":\"show\"}");
    return s;
}

static void end(stage *s, bool downloads)
{
    desk_free(s->d);
    library_free(s->shelf);
    if (downloads)
        stop_server();
    scratch_close(&s->here);
    free(s);
}

static void say(stage *s, const char *verb, const char *name)
{
    char text[1024];
    snprintf(text, sizeof text, "{\"scene\":\"look\",\"do\":\"%s\",\"name\":\"%s\"}", verb, name);
    probe_post(s->d, text);
}

static const char *word(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* The first frame "data" whose download (or check) has come to its end; bytes in *raw. */
static json_t *when_done(stage *s, const char *what, frame *raw)
{
    for (;;) {
        frame f;
        json_t *all = probe_wait(s->d, "data", &f);
        json_t *it = json_object_get(all, what);
        if (json_is_object(it) && json_is_false(json_object_get(it, "running"))) {
            if (raw)
                *raw = f;
            else
                free(f.bytes);
            return all;
        }
        free(f.bytes);
        json_decref(all);
    }
}

static bool is_here(json_t *all, const char *name)
{
    size_t i;
    json_t *set;
    json_array_foreach(json_object_get(all, "sets"), i, set)
    {
        if (strcmp(word(set, "name"), name) == 0)
            return json_is_true(json_object_get(set, "here"));
    }
    fail_msg("%s is not listed", name);
    return false;
}

/* ---- the list ---- */

static void all_sets_are_listed_with_size_and_licence(void **state)
{
    (void)state;
    stage *s = begin(false);
    say(s, "data_list", "");
    json_t *all = probe_wait(s->d, "data", NULL);
    assert_int_equal(json_array_size(json_object_get(all, "sets")), 2 + ink_source_count());
    assert_true(is_here(all, "glyphs:digits"));
    assert_false(is_here(all, "mnist"));
    json_t *mnist = json_array_get(json_object_get(all, "sets"), 2);
    assert_string_equal(word(mnist, "name"), "mnist");
    assert_int_equal(probe_number(mnist, "bytes"), 11594722);
    assert_non_null(strstr(word(mnist, "licence"), "CC BY-SA"));
    assert_string_equal(word(all, "folder"), s->here.folder);
    assert_true(json_is_null(json_object_get(all, "download")));
    json_decref(all);
    end(s, false);
}

/* ---- downloads ---- */

static void a_set_is_got_in_the_background_and_then_is_here(void **state)
{
    (void)state;
    stage *s = begin(true);
    say(s, "data_list", "");
    json_decref(probe_wait(s->d, "data", NULL));
    say(s, "data_get", "quickdraw:cat");
    json_t *all = when_done(s, "download", NULL);
    json_t *got = json_object_get(all, "download");
    assert_string_equal(word(got, "status"), "ok");
    assert_string_equal(word(got, "name"), "quickdraw:cat");
    assert_string_equal(word(got, "file"), "cat");
    assert_true(is_here(all, "quickdraw"));
    json_decref(all);
    library_data data;
    ink_error err = {.status = INK_OK};
    while (library_data_get(s->shelf, "quickdraw:cat", 0, &data, &err) == LIBRARY_LOADING)
        usleep(1000);
    assert_int_equal(ink_dataset_count(data.train) + ink_dataset_count(data.test), DRAWINGS);
    end(s, true);
}

static void one_download_at_a_time_and_it_can_be_cancelled(void **state)
{
    (void)state;
    stage *s = begin(true);
    server.slow = true;
    say(s, "data_get", "quickdraw:cat");
    for (bool moves = false; !moves;) { /* until bytes come */
        json_t *all = probe_wait(s->d, "data", NULL);
        json_t *got = json_object_get(all, "download");
        moves = probe_number(got, "done") > 1024;
        assert_true(json_is_true(json_object_get(got, "running")));
        json_decref(all);
    }
    probe_error(s->d, "{\"scene\":\"look\",\"do\":\"data_get\",\"name\":\"quickdraw:dog\"}",
                "one at a time");
    probe_post(s->d, "{\"scene\":\"look\",\"do\":\"data_cancel\"}");
    json_t *all = when_done(s, "download", NULL);
    assert_string_equal(word(json_object_get(all, "download"), "status"), "stopped");
    assert_false(is_here(all, "quickdraw"));
    json_decref(all);
    server.slow = false;
    say(s, "data_get", "quickdraw:cat"); /* goes on with what is there */
    for (bool good = false; !good;) {
        all = when_done(s, "download", NULL);
        good = strcmp(word(json_object_get(all, "download"), "status"), "ok") == 0;
        json_decref(all);
    }
    end(s, true);
}

static void the_program_ends_while_a_set_is_being_got(void **state)
{
    (void)state;
    stage *s = begin(true);
    server.slow = true;
    say(s, "data_get", "quickdraw:cat");
    json_decref(probe_wait(s->d, "data", NULL));
    end(s, true); /* waits for the download, which was told to stop */
}

static void what_cannot_be_got_is_said(void **state)
{
    (void)state;
    stage *s = begin(true);
    server.missing = true;
    say(s, "data_get", "quickdraw:cat");
    json_t *all = when_done(s, "download", NULL);
    json_t *got = json_object_get(all, "download");
    assert_string_equal(word(got, "status"), "failed");
    assert_non_null(strstr(word(got, "text"), "404"));
    json_decref(all);
    probe_error(s->d, "{\"scene\":\"look\",\"do\":\"data_get\",\"name\":\"imagenet\"}", "imagenet");
    probe_error(s->d, "{\"scene\":\"look\",\"do\":\"data_get\",\"name\":7}", "a text");
    probe_error(s->d, "{\"scene\":\"look\",\"do\":\"data_get\"}", "a text");
    probe_error(s->d, "{\"scene\":\"look\",\"do\":\"data_eat\"}", "data_eat");
    end(s, true);
}

/* ---- checks ---- */

static void a_set_is_opened_and_described(void **state)
{
    (void)state;
    stage *s = begin(false);
    say(s, "data_check", "glyphs:digits");
    frame raw;
    json_t *all = when_done(s, "check", &raw), *check = json_object_get(all, "check");
    assert_string_equal(word(check, "name"), "glyphs:digits");
    assert_int_equal(probe_number(check, "train"), 20000);
    assert_int_equal(probe_number(check, "test"), 5000);
    assert_int_equal(probe_number(check, "height"), 28);
    assert_int_equal(json_array_size(json_object_get(check, "classes")), 10);
    assert_int_equal(json_array_size(json_object_get(check, "strip")), 20);
    for (size_t i = 0; i < 20; i++) /* each class in turn */
        assert_int_equal(json_integer_value(json_array_get(json_object_get(check, "strip"), i)),
                         i % 10);
    json_t *array = json_array_get(json_object_get(all, "arrays"), 0);
    assert_int_equal(json_integer_value(json_array_get(array, 1)), 20 * 784);
    assert_true(raw.size > 20 * 784);
    free(raw.bytes);
    json_decref(all);
    end(s, false);
}

static void a_path_of_ones_own_is_opened_too(void **state)
{
    (void)state;
    stage *s = begin(false);
    const char *csv = "a,b,label\n1,2,left\n3,4,right\n5,6,left\n7,8,right\n9,10,left\n";
    say(s, "data_check", scratch_write(&s->here, "own.csv", csv, strlen(csv)));
    json_t *all = when_done(s, "check", NULL), *check = json_object_get(all, "check");
    assert_string_equal(word(check, "text"), "");
    assert_int_equal(probe_number(check, "train") + probe_number(check, "test"), 5);
    assert_int_equal(probe_number(check, "class_count"), 2);
    assert_int_equal(json_array_size(json_object_get(check, "strip")), 0); /* vectors */
    json_decref(all);
    end(s, false);
}

static void what_cannot_be_opened_says_why(void **state)
{
    (void)state;
    stage *s = begin(false);
    say(s, "data_check", "/nowhere/at/all");
    json_t *all = when_done(s, "check", NULL), *check = json_object_get(all, "check");
    assert_non_null(strstr(word(check, "text"), "/nowhere/at/all"));
    json_decref(all);
    char text[600];
    const char *odd = scratch_path(&s->here, "pipe");
    assert_int_equal(mkfifo(odd, 0600), 0); /* opening it would never end */
    snprintf(text, sizeof text, "{\"scene\":\"look\",\"do\":\"data_check\",\"name\":\"%s\"}", odd);
    probe_error(s->d, text, "neither a file nor a folder");
    probe_error(s->d, "{\"scene\":\"look\",\"do\":\"data_check\",\"name\":\"\"}", "a text");
    char longer[400];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    snprintf(text, sizeof text, "{\"scene\":\"look\",\"do\":\"data_check\",\"name\":\"%s\"}",
             longer);
    probe_error(s->d, text, "1 to 255");
    end(s, false);
}

/* ---- the library ---- */

static library_state wait_for(library *shelf, const char *name, size_t limit, ink_error *err)
{
    library_data data;
    library_state how;
    while ((how = library_data_get(shelf, name, limit, &data, err)) == LIBRARY_LOADING)
        usleep(1000);
    return how;
}

static void the_library_refuses_more_sets_than_it_holds(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    library *shelf = library_new(&(library_settings){.data = "/nowhere"}, &err);
    for (size_t i = 0; i < LIBRARY_MOST_SETS; i++)
        assert_int_equal(wait_for(shelf, "fruit:moons", 10 + i, &err), LIBRARY_READY);
    assert_int_equal(wait_for(shelf, "fruit:moons", 10, &err), LIBRARY_READY); /* held */
    assert_int_equal(wait_for(shelf, "fruit:moons", 9, &err), LIBRARY_FAILED);
    assert_says(err, "16 data sets");
    library_free(shelf);
}

static void what_failed_to_open_takes_no_place(void **state)
{
    (void)state;
    ink_error err = {.status = INK_OK};
    library *shelf = library_new(&(library_settings){.data = "/nowhere"}, &err);
    for (int i = 0; i < 3 * LIBRARY_MOST_SETS; i++) {
        err = (ink_error){.status = INK_OK};
        assert_int_equal(wait_for(shelf, "mnist", 0, &err), LIBRARY_FAILED);
        assert_says(err, "mnist");
    }
    assert_int_equal(wait_for(shelf, "fruit:xor", 0, &err), LIBRARY_READY);
    library_refresh(shelf);
    library_free(shelf);
}

/* Its reader would wait for ever, and the library for its reader. */
static void no_pipe_is_opened(void **state)
{
    (void)state;
    scratch here;
    scratch_open(&here);
    ink_error err = {.status = INK_OK};
    library *shelf = library_new(&(library_settings){.data = here.folder}, &err);
    char path[600];
    snprintf(path, sizeof path, "%s/pipe.csv", here.folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(wait_for(shelf, path, 0, &err), LIBRARY_FAILED);
    assert_says(err, "neither a file nor a folder");
    library_free(shelf);
    scratch_close(&here);
}

static void what_failed_to_open_is_tried_again(void **state)
{
    (void)state;
    scratch here;
    scratch_open(&here);
    ink_error err = {.status = INK_OK};
    library *shelf = library_new(&(library_settings){.data = here.folder}, &err);
    char path[600];
    snprintf(path, sizeof path, "%s", scratch_path(&here, "late.csv"));
    assert_int_equal(wait_for(shelf, path, 0, &err), LIBRARY_FAILED);
    const char *csv = "a,b,label\n1,2,left\n3,4,right\n5,6,left\n7,8,right\n9,10,left\n";
    scratch_write(&here, "late.csv", csv, strlen(csv));
    assert_int_equal(wait_for(shelf, path, 0, &err), LIBRARY_READY);
    library_free(shelf);
    scratch_close(&here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_sets_are_listed_with_size_and_licence),
        cmocka_unit_test(a_set_is_got_in_the_background_and_then_is_here),
        cmocka_unit_test(one_download_at_a_time_and_it_can_be_cancelled),
        cmocka_unit_test(the_program_ends_while_a_set_is_being_got),
        cmocka_unit_test(what_cannot_be_got_is_said),
        cmocka_unit_test(a_set_is_opened_and_described),
        cmocka_unit_test(a_path_of_ones_own_is_opened_too),
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(the_library_refuses_more_sets_than_it_holds),
        cmocka_unit_test(what_failed_to_open_takes_no_place),
        cmocka_unit_test(no_pipe_is_opened),
        cmocka_unit_test(what_failed_to_open_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
