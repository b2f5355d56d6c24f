/* The scene "look". */
#include "studio/desk.h"

static void *scene_open(desk *d, ink_error *err)
{
    (void)err;
    return d;
}

static void scene_close(void *scene)
{
    (void)scene;
}

static void scene_show(void *scene)
{
    desk_tell(scene, &scene_look, "state", NULL);
}

static ink_status scene_take(void *scene, const char *verb, json_t *message, ink_error *err)
{
    (void)scene, (void)verb, (void)message;
    *err = (ink_error){.status = INK_EINVAL, .text = "look cannot do anything yet"};
    return INK_EINVAL;
}

const scene_kind scene_look = {"look", scene_open, scene_close, scene_show, scene_take, NULL};
