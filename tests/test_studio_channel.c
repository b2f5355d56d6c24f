/* The channel's clock, which the tests of the server do not wait for. */
#include "studio/channel.h"

#include "tests/check.h"

#include <sys/socket.h>
#include <unistd.h>

enum { SERVER, CLIENT };

typedef struct pair {
    int sockets[2];
    channel *channel;
    double made;
    bool has_room; /* for messages */
    int messages;  /* that came */
    size_t frame;  /* bytes of each frame to write; 0 = none */
    int frames;    /* that were taken */
} pair;

static bool take_message(void *user, const char *text, size_t length)
{
    pair *p = user;
    assert_int_equal(length, 2);
    assert_memory_equal(text, "hi", 2);
    p->messages += p->has_room;
    return p->has_room;
}

static bool next_frame(void *user, frame *out)
{
    pair *p = user;
    if (p->frame == 0)
        return false;
    *out = (frame){.binary = true, .size = p->frame, .bytes = calloc(1, p->frame)};
    p->frames++;
    return true;
}

static const channel_events events = {take_message, next_frame};

static pair *new_pair(void)
{
    pair *p = calloc(1, sizeof *p);
    assert_non_null(p);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p->sockets), 0);
    p->has_room = true;
    p->made = desk_now();
    p->channel = channel_new(p->sockets[SERVER], NULL, 0, &events, p);
    assert_non_null(p->channel);
    return p;
}

static void free_pair(pair *p)
{
    channel_free(p->channel);
    close(p->sockets[SERVER]);
    close(p->sockets[CLIENT]);
    free(p);
}

/* "hi", masked with zeros. */
static void say_hi(pair *p)
{
    static const char hi[] = "\x81\x82\0\0\0\0hi";
    assert_int_equal(send(p->sockets[CLIENT], hi, 8, 0), 8);
    channel_read(p->channel);
}

/* What the client finds, as bytes. */
static void expect(pair *p, const char *bytes, size_t size)
{
    char found[256];
    assert_int_equal(recv(p->sockets[CLIENT], found, sizeof found, 0), (ssize_t)size);
    assert_memory_equal(found, bytes, size);
}

static void expect_nothing(pair *p)
{
    char found[1];
    assert_int_equal(recv(p->sockets[CLIENT], found, 1, 0), -1);
}

/* ---- tests ---- */

static void it_pings_every_15_seconds(void **state)
{
    (void)state;
    pair *p = new_pair();
    channel_tick(p->channel, p->made + 14);
    expect_nothing(p);
    channel_tick(p->channel, p->made + 15.1);
    expect(p, "\x89\0", 2);
    channel_tick(p->channel, p->made + 29);
    expect_nothing(p);
    channel_tick(p->channel, p->made + 31);
    expect(p, "\x89\0", 2);
    free_pair(p);
}

static void one_that_is_silent_for_45_seconds_is_over(void **state)
{
    (void)state;
    pair *p = new_pair();
    channel_tick(p->channel, p->made + 44);
    assert_false(channel_is_over(p->channel));
    channel_tick(p->channel, desk_now() + 46);
    assert_true(channel_is_over(p->channel));
    free_pair(p);
}

static void one_that_finds_no_room_is_not_silent(void **state)
{
    (void)state;
    pair *p = new_pair();
    p->has_room = false;
    say_hi(p);
    say_hi(p);
    assert_true(channel_is_full(p->channel));
    assert_int_equal(p->messages, 0);
    channel_tick(p->channel, desk_now() + 1000);
    assert_false(channel_is_over(p->channel));
    p->has_room = true;
    channel_read(p->channel);
    assert_int_equal(p->messages, 2); /* the one that was kept, and the one not yet read */
    assert_false(channel_is_full(p->channel));
    free_pair(p);
}

static void goodbye_is_waited_for_no_longer_than_3_seconds(void **state)
{
    (void)state;
    pair *p = new_pair();
    double before = desk_now();
    channel_close(p->channel, CHANNEL_REPLACED, "ab");
    channel_close(p->channel, CHANNEL_PROTOCOL, "only the first counts");
    channel_write(p->channel);
    expect(p,
           "\x88\x04\x0f\xa1"
           "ab",
           6);
    say_hi(p);
    assert_int_equal(p->messages, 0);
    channel_tick(p->channel, before + 2.9);
    assert_false(channel_is_over(p->channel));
    channel_tick(p->channel, desk_now() + 3.1);
    assert_true(channel_is_over(p->channel));
    free_pair(p);
}

static void the_end_of_the_other_side_is_the_end(void **state)
{
    (void)state;
    pair *p = new_pair();
    say_hi(p);
    shutdown(p->sockets[CLIENT], SHUT_WR);
    channel_read(p->channel);
    assert_int_equal(p->messages, 1);
    assert_true(channel_is_over(p->channel));
    free_pair(p);
}

static void a_frame_is_taken_only_when_the_one_before_is_out(void **state)
{
    (void)state;
    pair *p = new_pair();
    enum { LARGE = 8 << 20, PART = 1 << 16 };
    static char part[PART];
    p->frame = LARGE;
    for (int i = 0; i < 10; i++)
        channel_write(p->channel);
    assert_int_equal(p->frames, 1);
    assert_true(channel_is_blocked(p->channel));
    for (size_t got = 0; got < LARGE + 10;) { /* a header of 10 bytes */
        ssize_t more =
            recv(p->sockets[CLIENT], part, got + PART > LARGE + 10 ? LARGE + 10 - got : PART, 0);
        if (more > 0)
            got += (size_t)more;
        else
            channel_write(p->channel);
        assert_in_range(p->frames, 1, 2);
    }
    channel_write(p->channel);
    assert_int_equal(p->frames, 2);
    free_pair(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_pings_every_15_seconds),
        cmocka_unit_test(one_that_is_silent_for_45_seconds_is_over),
        cmocka_unit_test(one_that_finds_no_room_is_not_silent),
        cmocka_unit_test(goodbye_is_waited_for_no_longer_than_3_seconds),
        cmocka_unit_test(the_end_of_the_other_side_is_the_end),
        cmocka_unit_test(a_frame_is_taken_only_when_the_one_before_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
