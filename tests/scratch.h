/* A folder of a test's own, files in it, and the same packed in every way. */
#ifndef INK_TESTS_SCRATCH_H
#define INK_TESTS_SCRATCH_H

#include "tests/tap.h"

#include "base/file.h"
#include "base/memory.h"

#include <ftw.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#if INK_HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

typedef struct scratch {
    char folder[64];
    char path[4][512]; /* the last few paths given out */
    int next;
} scratch;

static inline void scratch_open(scratch *s)
{
    *s = (scratch){.folder = "/tmp/inkling-test-XXXXXX"};
    assert_non_null(mkdtemp(s->folder));
}

static inline int scratch_remove_one(const char *path, const struct stat *info, int type,
                                     struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static inline void scratch_close(scratch *s)
{
    assert_int_equal(nftw(s->folder, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* folder/name; good until four more are asked for. */
static inline const char *scratch_path(scratch *s, const char *name)
{
    char *path = s->path[s->next++ % 4];
    size_t length = strlen(s->folder);
    assert_true(length + 1 + strlen(name) < sizeof s->path[0]);
    memcpy(path, s->folder, length);
    path[length] = '/';
    strcpy(path + length + 1, name);
    return path;
}

/* Writes a file, its folders made as needed; returns its path. */
static inline const char *scratch_write(scratch *s, const char *name, const void *bytes,
                                        size_t size)
{
    const char *path = scratch_path(s, name);
    char folder[512];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    assert_int_equal(ink__folder_make(folder, NULL), 0);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

typedef struct scratch_member {
    const char *name;
    const void *bytes;
    size_t size;
} scratch_member;

#if INK_HAVE_ARCHIVE
/* Packs members into "tar", "zip" or "raw" (one member), inside "gz", "xz" or "". */
static inline void scratch_pack(const char *format, const char *filter,
                                const scratch_member *members, size_t count, uint8_t *packed,
                                size_t room, size_t *size)
{
    struct archive *archive = archive_write_new();
    if (strcmp(format, "tar") == 0)
        archive_write_set_format_ustar(archive);
    else if (strcmp(format, "zip") == 0)
        archive_write_set_format_zip(archive);
    else
        archive_write_set_format_raw(archive);
    if (strcmp(filter, "gz") == 0)
        archive_write_add_filter_gzip(archive);
    else if (strcmp(filter, "xz") == 0)
        archive_write_add_filter_xz(archive);
    assert_int_equal(archive_write_open_memory(archive, packed, room, size), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, members[i].name);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)members[i].size);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        assert_int_equal(archive_write_data(archive, members[i].bytes, members[i].size),
                         members[i].size);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
}
#endif

#endif
