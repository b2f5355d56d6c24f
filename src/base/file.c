/* Files: read whole, written whole or not at all. */
#include "base/file.h"

#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ink_status read_all(int fd, uint8_t *bytes, size_t size, const char *path, ink_error *err)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(fd, bytes + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ink__fail_errno(err, INK_EIO, "cannot read %s", path);
        if (got == 0)
            return ink__fail(err, INK_EIO, "%s became shorter while it was read", path);
        done += (size_t)got;
    }
    return INK_OK;
}

static void *read_open_file(int fd, const char *path, size_t limit, size_t *size, ink_error *err)
{
    struct stat info;
    if (fstat(fd, &info) < 0) {
        ink__fail_errno(err, INK_EIO, "cannot look at %s", path);
        return NULL;
    }
    if (!S_ISREG(info.st_mode)) {
        ink__fail(err, INK_EIO, "%s is not a regular file", path);
        return NULL;
    }
    if ((uint64_t)info.st_size > limit) {
        ink__fail(err, INK_EFORMAT, "%s has %lld bytes, more than the %zu that are read here", path,
                  (long long)info.st_size, limit);
        return NULL;
    }
    size_t length = (size_t)info.st_size;
    uint8_t *bytes = ink__alloc(length + 1, 1, err);
    if (!bytes)
        return NULL;
    if (read_all(fd, bytes, length, path, err) != INK_OK) {
        ink__free(bytes);
        return NULL;
    }
    *size = length;
    return bytes;
}

void *ink__file_read(const char *path, size_t limit, size_t *size, ink_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        ink__fail_errno(err, INK_EIO, "cannot open %s", path);
        return NULL;
    }
    void *bytes = read_open_file(fd, path, limit, size, err);
    close(fd);
    return bytes;
}

static ink_status write_all(int fd, const ink__piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint8_t *bytes = pieces[i].bytes;
        for (size_t done = 0; done < pieces[i].size;) {
            ssize_t put = write(fd, bytes + done, pieces[i].size - done);
            if (put < 0 && errno == EINTR)
                continue;
            if (put < 0)
                return INK_EIO;
            done += (size_t)put;
        }
    }
    return fsync(fd) < 0 ? INK_EIO : INK_OK;
}

/* The rename itself is only on the disk once the folder is. */
static void flush_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(folder);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

ink_status ink__file_write(const char *path, const ink__piece *pieces, size_t count, ink_error *err)
{
    char *beside = ink__format(err, "%s.XXXXXX", path);
    if (!beside)
        return INK_ENOMEM;
    int fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0) {
        ink_status status = ink__fail_errno(err, INK_EIO, "cannot write %s", path);
        ink__free(beside);
        return status;
    }
    mode_t mask = umask(0);
    umask(mask);
    ink_status status = write_all(fd, pieces, count);
    if (status == INK_OK && fchmod(fd, 0666 & ~mask) < 0)
        status = INK_EIO;
    int code = errno;
    if (close(fd) < 0 && status == INK_OK) {
        status = INK_EIO;
        code = errno;
    }
    if (status == INK_OK && rename(beside, path) < 0) {
        status = INK_EIO;
        code = errno;
    }
    if (status != INK_OK) {
        unlink(beside);
        errno = code;
        ink__fail_errno(err, INK_EIO, "cannot write %s (what was there is unchanged)", path);
    } else {
        flush_folder_of(path);
    }
    ink__free(beside);
    return status;
}

bool ink__file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool ink__folder_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

ink_status ink__folder_make(const char *path, ink_error *err)
{
    char *partial = ink__strdup(path, err);
    if (!partial)
        return INK_ENOMEM;
    ink_status status = INK_OK;
    for (char *at = partial + 1; status == INK_OK; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char kept = *at;
        *at = '\0';
        if (mkdir(partial, 0777) < 0 && !(errno == EEXIST && ink__folder_exists(partial)))
            status = ink__fail_errno(err, INK_EIO, "cannot make the folder %s", partial);
        *at = kept;
        if (kept == '\0')
            break;
    }
    ink__free(partial);
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

ink_status ink__folder_list(const char *path, char ***names, size_t *count, ink_error *err)
{
    DIR *folder = opendir(path);
    if (!folder)
        return ink__fail_errno(err, INK_EIO, "cannot open the folder %s", path);
    size_t used = 0, room = 16;
    char **list = ink__alloc(room, sizeof *list, err);
    ink_status status = list ? INK_OK : INK_ENOMEM;
    for (struct dirent *entry; status == INK_OK && (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (used == room) {
            char **longer = ink__realloc(list, room, room * 2, sizeof *list, err);
            if (!longer) {
                status = INK_ENOMEM;
                break;
            }
            list = longer;
            room *= 2;
        }
        list[used] = ink__strdup(entry->d_name, err);
        if (list[used])
            used++;
        else
            status = INK_ENOMEM;
    }
    closedir(folder);
    if (status != INK_OK) {
        ink__folder_free(list, used);
        return status;
    }
    qsort(list, used, sizeof *list, compare_names);
    *names = list;
    *count = used;
    return INK_OK;
}

void ink__folder_free(char **names, size_t count)
{
    for (size_t i = 0; names && i < count; i++)
        ink__free(names[i]);
    ink__free(names);
}

char *ink__path_join(const char *folder, const char *name, ink_error *err)
{
    size_t length = strlen(folder);
    const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
    return ink__format(err, "%s%s%s", folder, slash, name);
}
