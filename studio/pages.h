/* The files of the page: those built in, or a folder's. */
#ifndef INK_STUDIO_PAGES_H
#define INK_STUDIO_PAGES_H

#include <stddef.h>

typedef struct page {
    const char *type;  /* "text/html; charset=utf-8" */
    const char *bytes; /* built in; NULL where it is a file */
    size_t size;
    int file; /* opened for reading; -1 */
} page;

typedef enum page_state { PAGE_FOUND, PAGE_MISSING, PAGE_FAILED } page_state;

/* The file `name`, such as "kit/ui.js" ("" = index.html), of `folder`, or built in where that is
 * NULL or has no libraries (lib/). Whatever the name, nothing outside the folder is opened. */
page_state page_open(const char *folder, const char *name, page *out);

#endif
