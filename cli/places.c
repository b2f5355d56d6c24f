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

static ink_status try_to_write(const char *path, const char *option, ink_error *err)
{
    char beside[PLACES_CHECKPOINT + 8];
    snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    int file = mkstemp(beside);
    if (file < 0) {
        err->status = INK_EIO;
        snprintf(err->text, sizeof err->text,
                 "%.300s cannot be written (%s); choose another place with %s", path,
                 strerror(errno), option);
        return INK_EIO;
    }
    close(file);
    unlink(beside);
    return INK_OK;
}

static ink_status refuse(const places *p, ink_error *err)
{
    err->status = INK_EIO;
    snprintf(err->text, sizeof err->text,
             "%.300s is of another run, stopped or still learning: go on with it by --resume, "
             "choose another place with -o, or remove it",
             p->beside);
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
static bool is_given(const places *p)
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
    find_beside(p);
    if (is_given(p))
        return true;
    int file = open(p->beside, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
    if (file < 0)
        return access(p->beside, F_OK) != 0; /* no room for one is told when it is written */
    bool locked = flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
    if (!locked || !is_empty_beside(p, file)) {
        close(file);
        return false;
    }
    p->lock = file;
    return true;
}

static ink_status begin(places *p, const char *dataset, const char *model, const char *checkpoint,
                        ink_error *err)
{
    struct stat there;
    *p = (places){.dataset = dataset, .given = checkpoint != NULL, .lock = -1};
    if (dataset)
        name_after_data(p, 1);
    else
        snprintf(p->model, sizeof p->model, "%s", model);
    find_beside(p);
    snprintf(p->checkpoint, sizeof p->checkpoint, "%s", checkpoint ? checkpoint : p->beside);
    if (model && !is_given(p) && stat(p->beside, &there) == 0 && there.st_size > 0)
        return refuse(p, err);
    return try_to_write(p->model, "-o", err);
}

ink_status places_begin(places *p, const char *dataset, const char *model, const char *checkpoint,
                        ink_error *err)
{
    ink_status status = begin(p, model ? NULL : dataset, model, checkpoint, err);
    return status == INK_OK ? try_to_write(p->checkpoint, checkpoint ? "--checkpoint" : "-o", err)
                            : status;
}

ink_status places_resume(places *p, const char *model, const char *checkpoint, ink_error *err)
{
    return begin(p, NULL, model, checkpoint, err);
}

ink_status places_take(places *p, ink_error *err)
{
    bool taken = !p->dataset && take_name(p);
    for (int number = 1; p->dataset && !taken && number < 100000; number++) {
        name_after_data(p, number);
        taken = access(p->model, F_OK) != 0 && take_name(p);
    }
    if (!taken)
        return refuse(p, err);
    if (!p->given)
        snprintf(p->checkpoint, sizeof p->checkpoint, "%s", p->beside);
    return INK_OK;
}

void places_release(places *p)
{
    if (p->lock < 0)
        return;
    if (is_empty_beside(p, p->lock))
        unlink(p->beside);
    close(p->lock);
    p->lock = -1;
}
