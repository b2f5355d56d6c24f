/* The data panel: which data sets there are, which are here, what is in them, and getting them. A
 * part that scenes share: the scene passes its messages through data_panel_take and calls
 * data_panel_work from its own `work`.
 *
 * Messages:
 *     data_list
 *     data_get {"name"}       downloads one that data_list says can be got (or
 *                             "quickdraw:cat,dog"), for all tabs alike; one at a time
 *     data_cancel             what came stays, and the next data_get goes on with it
 *     data_check {"name"}     opens it - a name, or a path to pictures, .npy, CSV, ... - and says
 *                             what is in it
 * Frames, kind "data":
 *     {"folder", "sets": [{"name", "about", "licence", "address", "bytes", "here", "built_in"}],
 *      "download": null or {"name", "running", "file", "index", "files", "done", "total", "status":
 *                           "ok" | "stopped" | "failed", "text"},
 *      "check": null or {"name", "running", "text" where it failed, "train", "test", "height",
 *                        "width", "channels", "framing", "classes": [[name, train, test], ...]
 *                        (the first 400), "class_count", "strip": [label, ...], "strip_height",
 *                        "strip_width"}},
 *     u8 the strip: strip x strip_height x strip_width x channels */
#ifndef INK_STUDIO_DATA_PANEL_H
#define INK_STUDIO_DATA_PANEL_H

#include "studio/desk.h"

typedef struct data_panel data_panel;

/* `scene` is whose frames it tells. */
data_panel *data_panel_new(desk *d, const scene_kind *scene, ink_error *err);
void data_panel_free(data_panel *panel);
/* True if the verb is one of the panel's ("data_..."): then *status is what `take` returns. */
bool data_panel_take(data_panel *panel, const char *verb, json_t *message, ink_status *status,
                     ink_error *err);
/* Tells what is new, if it was ever asked for data_list; in how many seconds to call again. */
double data_panel_work(data_panel *panel);
/* From the scene's `show`: the page has forgotten all. */
void data_panel_show(data_panel *panel);

#endif
