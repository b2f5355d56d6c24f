/* Plain files out of packed ones, and packed ones that are out for harm. */
#include "tests/scratch.h"

#include "base/error.h"
#include "data/unpack.h"

typedef struct seen {
    int files;
    char names[512];
    uint8_t bytes[4096];
    size_t size;
    ink_status answer;
} seen;

static ink_status look(void *context, ink__file *file, ink_error *err)
{
    seen *s = context;
    s->files++;
    size_t used = strlen(s->names);
    snprintf(s->names + used, sizeof s->names - used, "[%s]", file->name);
    assert_int_equal(file->bytes[file->size], 0);
    if (file->size <= sizeof s->bytes)
        memcpy(s->bytes, file->bytes, file->size);
    s->size = file->size;
    return s->answer == INK_OK ? INK_OK : ink__fail(err, s->answer, "seen enough");
}

static void a_plain_file_is_visited_as_it_is(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    seen found = {.files = 0};
    ink_error err = {.status = INK_OK};
    const char *path = scratch_write(&s, "plain", "ink", 3);
    assert_good(ink__unpack(path, "plain", look, &found, &err), err);
    assert_int_equal(found.files, 1);
    assert_string_equal(found.names, "[plain]");
    assert_memory_equal(found.bytes, "ink", 3);
    scratch_close(&s);
}

static void a_missing_file_and_a_folder_are_named(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    seen found = {.files = 0};
    ink_error err = {.status = INK_OK};
    assert_int_equal(ink__unpack(scratch_path(&s, "nix"), "", look, &found, &err), INK_EIO);
    assert_says(err, "nix");
    err = (ink_error){.status = INK_OK};
    assert_int_equal(ink__unpack(s.folder, "", look, &found, &err), INK_EIO);
    assert_says(err, s.folder);
    assert_int_equal(found.files, 0);
    scratch_close(&s);
}

#if INK_HAVE_ARCHIVE
enum { SIZE = 3000, ROOM = 1 << 16 };

static void fill(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i * i >> 3);
}

/* How a member was packed is told by its content alone. */
static void every_packing_is_recognised_by_content(void **state)
{
    (void)state;
    static const char *const ways[][2] = {{"raw", "gz"}, {"raw", "xz"}, {"tar", ""},  {"tar", "gz"},
                                          {"tar", "xz"}, {"zip", ""},   {"zip", "gz"}};
    uint8_t bytes[SIZE], packed[ROOM];
    fill(bytes, SIZE);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        scratch s;
        scratch_open(&s);
        seen found = {.files = 0};
        ink_error err = {.status = INK_OK};
        size_t size = 0;
        const scratch_member member = {"a/b.dat", bytes, SIZE};
        scratch_pack(ways[i][0], ways[i][1], &member, 1, packed, sizeof packed, &size);
        const char *path = scratch_write(&s, "odd.name", packed, size);
        assert_good(ink__unpack(path, "", look, &found, &err), err);
        assert_int_equal(found.files, 1);
        assert_string_equal(found.names, strcmp(ways[i][0], "raw") == 0 ? "[]" : "[a/b.dat]");
        assert_int_equal(found.size, SIZE);
        assert_memory_equal(found.bytes, bytes, SIZE);
        scratch_close(&s);
    }
}

static void hidden_members_are_passed_over_and_nested_ones_opened(void **state)
{
    (void)state;
    uint8_t bytes[SIZE], inner[ROOM], packed[ROOM];
    fill(bytes, SIZE);
    scratch s;
    scratch_open(&s);
    seen found = {.files = 0};
    ink_error err = {.status = INK_OK};
    size_t inner_size = 0, size = 0;
    const scratch_member member = {"deep", bytes, SIZE};
    scratch_pack("raw", "gz", &member, 1, inner, sizeof inner, &inner_size);
    const scratch_member members[] = {
        {".hidden", "x", 1}, {"__MACOSX/x", "x", 1}, {"x.gz", inner, inner_size}, {"y", "yy", 2}};
    scratch_pack("tar", "", members, 4, packed, sizeof packed, &size);
    assert_good(ink__unpack(scratch_write(&s, "t", packed, size), "t", look, &found, &err), err);
    assert_string_equal(found.names, "[t/x.gz][t/y]");
    scratch_close(&s);
}

static void packing_four_times_over_is_refused(void **state)
{
    (void)state;
    uint8_t a[ROOM], b[ROOM];
    size_t size = 1;
    scratch s;
    scratch_open(&s);
    seen found = {.files = 0};
    ink_error err = {.status = INK_OK};
    a[0] = 'x';
    for (int i = 0; i < 4; i++) {
        const scratch_member member = {"m", a, size};
        size_t next = 0;
        scratch_pack("zip", "", &member, 1, b, sizeof b, &next);
        memcpy(a, b, next);
        size = next;
    }
    assert_int_equal(ink__unpack(scratch_write(&s, "z", a, size), "z", look, &found, &err),
                     INK_EFORMAT);
    assert_says(err, "packed more than 3 times");
    assert_int_equal(found.files, 0);
    scratch_close(&s);
}

/* Zeros: 70 MiB in 10 kB (xz), 96 MiB in 94 kB (zip). */
static void what_unpacks_to_far_too_much_is_refused(void **state)
{
    (void)state;
    static const char *const ways[][2] = {{"tar", "xz"}, {"zip", ""}};
    static const size_t huge[] = {(size_t)70 << 20, (size_t)96 << 20};
    size_t room = (size_t)1 << 20;
    uint8_t *zeros = calloc(huge[1], 1), *packed = malloc(room);
    assert_non_null(zeros);
    assert_non_null(packed);
    scratch s;
    scratch_open(&s);
    for (size_t i = 0; i < 2; i++) {
        seen found = {.files = 0};
        ink_error err = {.status = INK_OK};
        size_t size = 0;
        const scratch_member member = {"zeros", zeros, huge[i]};
        scratch_pack(ways[i][0], ways[i][1], &member, 1, packed, room, &size);
        const char *path = scratch_write(&s, "bomb", packed, size);
        assert_int_equal(ink__unpack(path, "", look, &found, &err), INK_EFORMAT);
        assert_says(err, "far more than real data");
        assert_int_equal(found.files, 0);
    }
    scratch_close(&s);
    free(zeros);
    free(packed);
}

/* A tar header may claim a million gigabytes (in base 256) where nothing follows. */
static void a_claim_costs_no_memory(void **state)
{
    (void)state;
    uint8_t packed[ROOM];
    size_t size = 0;
    scratch s;
    scratch_open(&s);
    seen found = {.files = 0};
    ink_error err = {.status = INK_OK};
    const scratch_member member = {"m", "tiny", 4};
    scratch_pack("tar", "", &member, 1, packed, sizeof packed, &size);
    memcpy(packed + 124, "\x80\0\0\0\0\4\0\0\0\0\0\0", 12);
    unsigned sum = 0;
    memset(packed + 148, ' ', 8);
    for (int i = 0; i < 512; i++)
        sum += packed[i];
    snprintf((char *)packed + 148, 8, "%06o", sum);
    const char *path = scratch_write(&s, "t", packed, 1024);
    assert_int_equal(ink__unpack(path, "", look, &found, &err), INK_EFORMAT);
    assert_says(err, "cut short");
    assert_int_equal(found.files, 0);
    scratch_close(&s);
}

static void a_packed_file_cut_anywhere_is_refused(void **state)
{
    (void)state;
    static const char *const ways[][2] = {
        {"raw", "gz"}, {"raw", "xz"}, {"tar", "gz"}, {"tar", "xz"}};
    uint8_t bytes[SIZE], packed[ROOM];
    fill(bytes, SIZE);
    scratch s;
    scratch_open(&s);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        size_t size = 0;
        const scratch_member member = {"m", bytes, SIZE};
        scratch_pack(ways[i][0], ways[i][1], &member, 1, packed, sizeof packed, &size);
        for (size_t cut = 20; cut < size; cut += 7) {
            seen found = {.files = 0};
            ink_error err = {.status = INK_OK};
            const char *path = scratch_write(&s, "cut", packed, cut);
            ink_status status = ink__unpack(path, "", look, &found, &err);
            if (status == INK_OK && found.files == 1) /* only what follows the data is missing */
                assert_memory_equal(found.bytes, bytes, SIZE);
            else
                assert_says(err, "cut");
        }
    }
    scratch_close(&s);
}

static void two_gzip_members_are_one_file(void **state)
{
    (void)state;
    uint8_t packed[ROOM];
    size_t first = 0, second = 0;
    scratch s;
    scratch_open(&s);
    seen found = {.files = 0};
    ink_error err = {.status = INK_OK};
    const scratch_member a = {"a", "hello", 5}, b = {"b", "world", 5};
    scratch_pack("raw", "gz", &a, 1, packed, sizeof packed, &first);
    scratch_pack("raw", "gz", &b, 1, packed + first, sizeof packed - first, &second);
    const char *path = scratch_write(&s, "two", packed, first + second);
    assert_good(ink__unpack(path, "", look, &found, &err), err);
    assert_int_equal(found.size, 10);
    assert_memory_equal(found.bytes, "helloworld", 10);
    scratch_close(&s);
}

static void a_visitor_that_fails_ends_the_walk_with_its_words(void **state)
{
    (void)state;
    uint8_t packed[ROOM];
    size_t size = 0;
    scratch s;
    scratch_open(&s);
    seen found = {.answer = INK_EINVAL};
    ink_error err = {.status = INK_OK};
    const scratch_member members[] = {{"a", "1", 1}, {"b", "2", 1}};
    scratch_pack("tar", "gz", members, 2, packed, sizeof packed, &size);
    assert_int_equal(ink__unpack(scratch_write(&s, "t", packed, size), "", look, &found, &err),
                     INK_EINVAL);
    assert_int_equal(found.files, 1);
    assert_says(err, "seen enough");
    assert_int_equal(ink__unpack(scratch_path(&s, "t"), "", look, &found, NULL), INK_EINVAL);
    scratch_close(&s);
}

static void names_that_would_steer_a_terminal_are_defused(void **state)
{
    (void)state;
    uint8_t packed[ROOM];
    size_t size = 0;
    scratch s;
    scratch_open(&s);
    seen found = {.files = 0};
    ink_error err = {.status = INK_OK};
    const scratch_member member = {"a\033[31m.gz", "\x1f\x8b\x08 damaged", 11};
    scratch_pack("zip", "", &member, 1, packed, sizeof packed, &size);
    assert_int_equal(ink__unpack(scratch_write(&s, "z", packed, size), "", look, &found, &err),
                     INK_EFORMAT);
    assert_null(strchr(err.text, '\033'));
    assert_says(err, "a?[31m.gz");
    scratch_close(&s);
}

static void every_failed_allocation_is_clean(void **state)
{
    (void)state;
    static const char *const ways[][2] = {{"raw", "gz"}, {"tar", "xz"}, {"zip", ""}};
    uint8_t bytes[SIZE], packed[ROOM];
    fill(bytes, SIZE);
    scratch s;
    scratch_open(&s);
    for (size_t i = 0; i < 3; i++) {
        size_t size = 0;
        const scratch_member member = {"m", bytes, SIZE};
        scratch_pack(ways[i][0], ways[i][1], &member, 1, packed, sizeof packed, &size);
        const char *path = scratch_write(&s, "p", packed, size);
        ink_status status = INK_ENOMEM;
        for (size_t n = 1; status != INK_OK; n++) {
            seen found = {.files = 0};
            ink_error err = {.status = INK_OK};
            assert_true(n < 100);
            ink__alloc_fail_at(n);
            status = ink__unpack(path, "", look, &found, &err);
            ink__alloc_fail_at(0);
            assert_int_equal(found.files, status == INK_OK);
            if (status != INK_OK) {
                assert_int_equal(status, INK_ENOMEM);
                assert_says(err, "memory");
            }
        }
    }
    scratch_close(&s);
}
#else
static void a_build_without_libarchive_says_so(void **state)
{
    (void)state;
    scratch s;
    scratch_open(&s);
    seen found = {.files = 0};
    ink_error err = {.status = INK_OK};
    const char *path = scratch_write(&s, "z", "PK\3\4 and more", 13);
    assert_int_equal(ink__unpack(path, "", look, &found, &err), INK_EUNSUPPORTED);
    assert_says(err, "libarchive-dev");
    scratch_close(&s);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_file_is_visited_as_it_is),
        cmocka_unit_test(a_missing_file_and_a_folder_are_named),
#if INK_HAVE_ARCHIVE
        cmocka_unit_test(every_packing_is_recognised_by_content),
        cmocka_unit_test(hidden_members_are_passed_over_and_nested_ones_opened),
        cmocka_unit_test(packing_four_times_over_is_refused),
        cmocka_unit_test(what_unpacks_to_far_too_much_is_refused),
        cmocka_unit_test(a_claim_costs_no_memory),
        cmocka_unit_test(a_packed_file_cut_anywhere_is_refused),
        cmocka_unit_test(two_gzip_members_are_one_file),
        cmocka_unit_test(a_visitor_that_fails_ends_the_walk_with_its_words),
        cmocka_unit_test(names_that_would_steer_a_terminal_are_defused),
        cmocka_unit_test(every_failed_allocation_is_clean),
#else
        cmocka_unit_test(a_build_without_libarchive_says_so),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
