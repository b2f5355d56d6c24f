/* Data sets known by name: where their files lie. */
#ifndef INK_DATA_NAMES_H
#define INK_DATA_NAMES_H

#include "data/gather.h"

/* The data folder, in fresh memory: `chosen`, else $INKLING_DATA, else $XDG_DATA_HOME/inkling or
 * ~/.local/share/inkling. It need not exist. */
char *ink__data_folder(const char *chosen, ink_error *err);

/* True for mnist, fashion and cifar10. */
bool ink__is_published(const char *name);
/* True for quickdraw and quickdraw:... */
bool ink__is_quickdraw(const char *name);

/* Finds a published set below `folder` and joins it as its publisher splits it; a part that is not
 * wanted is not read where it lies in files of its own. */
ink_status ink__published_open(const char *name, const char *folder, bool want_train,
                               bool want_test, ink_dataset **train, ink_dataset **test,
                               ink_error *err);
/* Are files of the set there? They are not read. */
bool ink__published_is_here(const char *name, const char *folder);
bool ink__quickdraw_is_here(const char *folder);
/* All drawings of the categories named by `name`, or of all that are there. */
ink_status ink__quickdraw_open(const char *name, const char *folder, ink_dataset **all,
                               ink_error *err);

#endif
