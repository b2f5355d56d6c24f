/* Getting the published data sets from their publishers.
 *
 * Thread safety: one download at a time into a folder; the callback runs on the calling thread. */
#ifndef INKLING_DOWNLOAD_H
#define INKLING_DOWNLOAD_H

#include "inkling/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A set that can be got. */
typedef struct ink_source {
    const char *name;    /* "mnist" */
    const char *about;   /* what it is, one line */
    const char *licence; /* and whom to name */
    const char *address; /* where it comes from, for people */
    uint64_t bytes;      /* to download; for quickdraw with the default categories and drawings */
} ink_source;

INK_API size_t ink_source_count(void);
INK_API const ink_source *ink_source_at(size_t index);

typedef struct ink_download_event {
    const char *file;     /* the file at hand, without folders */
    size_t index, files;  /* which of how many */
    uint64_t done, total; /* bytes of this file; total 0 = not known */
    bool complete;        /* it is on the disk and its digest is right */
} ink_download_event;

/* Returns false to stop; what is there stays, and the next call goes on with it. */
typedef bool ink_download_callback(const ink_download_event *event, void *user);

/* Downloads "mnist", "fashion", "cifar10", "quickdraw" or "quickdraw:cat,octopus,..." below
 * `folder` (NULL = the data folder, as in dataset.h). Of each doodle category only the first
 * `drawings` (0 = 4000) are got, by range request; the default categories are the video's ten.
 *
 * A file that is complete is not got again. What arrives goes to FILE.part, is continued after an
 * interruption, and gets its name only when its digest is right: SHA-256 of the unpacked contents
 * (MNIST), or the MD5 that the publisher documents (Fashion-MNIST, CIFAR-10); Quick, Draw! has
 * none. Each address is tried three times, then the next mirror. $INKLING_MIRROR, if set, stands in
 * the place of "https://host" in every address.
 *
 * INK_EINVAL for an unknown name, INK_EIO when no address answers or the disk is full, INK_EFORMAT
 * when a digest is wrong (the file is deleted), INK_ESTOPPED by the callback, INK_EUNSUPPORTED
 * without libcurl or GnuTLS. */
INK_API ink_status ink_download(const char *name, const char *folder, size_t drawings,
                                ink_download_callback *callback, void *user, ink_error *err);

#ifdef __cplusplus
}
#endif
#endif
