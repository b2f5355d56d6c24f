/* The files of the page, built into the program by tools/embed.py. */
#ifndef INK_STUDIO_ASSETS_H
#define INK_STUDIO_ASSETS_H

typedef struct asset {
    const char *name; /* "scenes/fruit.js" */
    const char *type; /* "text/javascript; charset=utf-8" */
    const char *begin, *end;
} asset;

extern const asset assets[]; /* a NULL name ends them */

#endif
