/* What can be downloaded, from where, and how to know that it is right. */
#ifndef INK_DATA_CATALOGUE_H
#define INK_DATA_CATALOGUE_H

#include "base/hash.h"
#include "inkling/download.h"

enum { INK_MIRRORS = 3 };

typedef struct ink__remote {
    const char *set;    /* its source's name */
    const char *folder; /* below the data folder */
    const char *file;
    const char *addresses[INK_MIRRORS]; /* of the folder it lies in, with "/" at the end */
    const char *digest;                 /* in hexadecimal */
    ink__hash_kind kind;
    bool unpacked;  /* the digest is that of the unpacked contents */
    uint64_t bytes; /* 0 = not known */
} ink__remote;

/* The files of a set that has a fixed list of them; ends where `set` is NULL. */
extern const ink__remote ink__remotes[];

/* Quick, Draw!: the folder of the bitmaps, and the categories got by default. */
#define INK_DOODLE_ADDRESS "https://storage.googleapis.com/quickdraw_dataset/full/numpy_bitmap/"
#define INK_DOODLE_FOLDER  "quickdraw/numpy_bitmap"
extern const char *const ink__doodles[];
enum { INK_DOODLES = 10, INK_DRAWINGS = 4000 };

#endif
