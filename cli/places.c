#include "cli/places.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void find_beside(places *p)
{
    snprintf(p->beside, sizeof p->beside, "%s.checkpoint", p->model);
}

/* `way`: what to do where it cannot be written. */
static ink_status try_to_write(const char *path, const char *way, ink_error *err)
{
    char trial[PLACES_CHECKPOINT + 8];
    struct stat there;
    snprintf(trial, sizeof trial, "%s.XXXXXX", path);
    bool folder = stat(path, &there) == 0 && S_ISDIR(there.st_mode);
    int file = folder ? -1 : mkstemp(trial);
    if (file < 0) {
        err->status = INK_EIO;
        snprintf(err->text, sizeof err->text, "%.300s cannot be written (%s); %s", path,
                 folder ? "it is a folder" : strerror(errno), way);
        return INK_EIO;
    }
    close(file);
    unlink(trial);
    return INK_OK;
}

/* Locks a file; -1 where it is not there or, *busy, a run has locked it. What cannot be locked at
 * all, on some network disks, is taken for free. */
static int lock(const char *path, int flags, bool *busy)
{
    int file = open(path, flags | O_CLOEXEC, 0666);
    *busy = file >= 0 && flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (*busy) {
        close(file);
        return -1;
    }
    return file;
}

static ink_status refuse(const char *checkpoint, ink_error *err)
{
    bool busy;
    int file = lock(checkpoint, O_RDONLY, &busy);
    if (file >= 0)
        close(file);
    err->status = INK_EIO;
    snprintf(err->text, sizeof err->text,
             busy ? "%.300s is of a run that still learns: let it end, or choose another place"
                  : "%.300s is of a run that was stopped: go on with it by --resume, choose "
                    "another place with -o, or remove it",
             checkpoint);
    return INK_EIO;
}

/* "quickdraw:cat,dog" -> "quickdraw.safetensors", then "quickdraw-2.safetensors", ... */
static void name_after_data(places *p, int number)
{
    const char *slash = strrchr(p->dataset, '/'), *base = slash ? slash + 1 : p->dataset;
    int length = (int)strcspn(base, ":. ");
    char suffix[16] = "";
    if (length == 0 || length > 100)
        base = "model", length = 5;
    if (number > 1)
        snprintf(suffix, sizeof suffix, "-%d", number);
    snprintf(p->model, sizeof p->model, "%.*s%s.safetensors", length, base, suffix);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Is the checkpoint beside the model the one that this run was given? */
static bool is_given_beside(const places *p)
{
    struct stat given, there;
    return p->given && (strcmp(p->beside, p->checkpoint) == 0 ||
                        (stat(p->checkpoint, &given) == 0 && stat(p->beside, &there) == 0 &&
                         is_same(&given, &there)));
}

/* Is the file that was opened the one beside the model, and empty? */
static bool is_empty_beside(const places *p, int file)
{
    struct stat ours, there;
    return fstat(file, &ours) == 0 && ours.st_size == 0 && stat(p->beside, &there) == 0 &&
           is_same(&ours, &there);
}

/* False if the name is another's. */
static bool take_name(places *p)
{
    bool busy;
    find_beside(p);
    if (is_given_beside(p))
        return true;
    int file = lock(p->beside, O_CREAT | O_RDWR, &busy);
    if (file < 0)
        return !busy && access(p->beside, F_OK) != 0; /* no room is told when one is written */
    if (!is_empty_beside(p, file)) {
        close(file);
        return false;
    }
    p->name = file;
    return true;
}

static ink_status begin(places *p, const char *dataset, const char *model, const char *checkpoint,
                        ink_error *err)
{
    struct stat there;
    bool busy = false;
    *p = (places){.dataset = dataset, .given = checkpoint != NULL, .name = -1, .held = -1};
    if (dataset)
        name_after_data(p, 1);
    else
        snprintf(p->model, sizeof p->model, "%s", model);
    find_beside(p);
    snprintf(p->checkpoint, sizeof p->checkpoint, "%s", checkpoint ? checkpoint : p->beside);
    if (p->given)
        p->held = lock(p->checkpoint, O_RDONLY, &busy);
    if (busy)
        return refuse(p->checkpoint, err);
    if (model && !is_given_beside(p) && stat(p->beside, &there) == 0 && S_ISREG(there.st_mode) &&
        there.st_size > 0)
        return refuse(p->beside, err);
    return try_to_write(p->model, "choose another place with -o", err);
}

ink_status places_begin(places *p, const char *dataset, const char *model, const char *checkpoint,
                        ink_error *err)
{
    ink_status status = begin(p, model ? NULL : dataset, model, checkpoint, err);
    const char *way =
        checkpoint ? "choose another place with --checkpoint" : "choose another place with -o";
    return status == INK_OK ? try_to_write(p->checkpoint, way, err) : status;
}

ink_status places_resume(places *p, const char *model, const char *checkpoint, ink_error *err)
{
    ink_status status = begin(p, NULL, model, checkpoint, err);
    const char *way = "copy it to where it can be, and go on with the copy";
    return status == INK_OK ? try_to_write(p->checkpoint, way, err) : status;
}

ink_status places_take(places *p, ink_error *err)
{
    bool taken = !p->dataset && take_name(p);
    for (int number = 1; p->dataset && !taken && number < 100000; number++) {
        name_after_data(p, number);
        taken = access(p->model, F_OK) != 0 && take_name(p);
    }
    if (!taken)
        return refuse(p->beside, err);
    if (!p->given)
        snprintf(p->checkpoint, sizeof p->checkpoint, "%s", p->beside);
    return INK_OK;
}

void places_hold(places *p)
{
    bool busy;
    int file = lock(p->checkpoint, O_RDONLY, &busy);
    if (p->held >= 0)
        close(p->held);
    p->held = file;
}

void places_release(places *p)
{
    if (p->name >= 0 && is_empty_beside(p, p->name))
        unlink(p->beside);
    if (p->name >= 0)
        close(p->name);
    if (p->held >= 0)
        close(p->held);
    p->name = p->held = -1;
}
