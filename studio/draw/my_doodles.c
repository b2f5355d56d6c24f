/* The user's own classes: names, drawings and their files. What learns from them is in
 * doodle_lesson.c. */
#include "studio/draw/my_doodles.h"

#include "studio/draw/doodle_lesson.h"
#include "studio/say.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AREA = DOODLES_SIDE * DOODLES_SIDE };

/* ---- names and paths ---- */

static bool is_plain(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c >= 0x80 || c == ' ' || c == '-' || c == '_';
}

/* Names are folders too: nothing that a path could mean. */
static ink_status check_name(const my_doodles *m, const char *name, ink_error *err)
{
    size_t length = strlen(name);
    if (length < 1 || length > DOODLES_NAME)
        return say_error(err, INK_EINVAL, "a name has 1 to %d bytes, not %zu", DOODLES_NAME,
                         length);
    for (size_t i = 0; i < length; i++)
        if (!is_plain((unsigned char)name[i]))
            return say_error(err, INK_EINVAL,
                             "a name is made of letters, digits, spaces, - and _; found \"%c\"",
                             name[i] < ' ' ? '?' : name[i]);
    if (name[0] == ' ' || name[length - 1] == ' ')
        return say_error(err, INK_EINVAL, "a name neither begins nor ends with a space");
    if (strcasecmp(DOODLES_ELSE, name) == 0)
        return say_error(err, INK_EINVAL, "\"%s\" is what everything that is not yours is called",
                         name);
    for (int i = 0; i < m->class_count; i++)
        if (strcasecmp(m->classes[i].name, name) == 0)
            return say_error(err, INK_EINVAL, "there is a class \"%s\" already", name);
    return INK_OK;
}

static ink_status check_index(const my_doodles *m, int index, ink_error *err)
{
    if (index >= 0 && index < m->class_count)
        return INK_OK;
    return say_error(err, INK_EINVAL, "there are %d classes of your own, and no number %d",
                     m->class_count, index);
}

static void folder_of(const my_doodles *m, const char *name, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s", m->folder, name);
}

static void file_of(const my_doodles *m, const doodle_class *c, int drawing, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s/%03d.png", m->folder, c->name, c->number[drawing]);
}

/* With all folders above it. */
static ink_status make_folder(const char *path, ink_error *err)
{
    char part[PATH_MAX];
    for (const char *end = strchr(path + 1, '/'); end; end = strchr(end + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(end - path), path);
        mkdir(part, 0755); /* what is wrong shows at the last */
    }
    if (mkdir(path, 0755) == 0 || errno == EEXIST)
        return INK_OK;
    return say_error(err, INK_EIO, "the folder %.300s cannot be made: %s", path, strerror(errno));
}

/* ---- reading what was kept ---- */

static doodle_class *new_class(my_doodles *m, const char *name, ink_error *err)
{
    doodle_class *c = &m->classes[m->class_count];
    *c = (doodle_class){.next = 1, .pictures = malloc(DOODLES_MOST * sizeof *c->pictures)};
    if (!c->pictures) {
        say_error(err, INK_ENOMEM, "there is no memory for another class");
        return NULL;
    }
    snprintf(c->name, sizeof c->name, "%s", name);
    m->class_count++;
    return c;
}

static void read_drawing(my_doodles *m, doodle_class *c, int number)
{
    char path[PATH_MAX];
    ink_picture p = {.pixels = NULL};
    c->number[c->count] = number;
    file_of(m, c, c->count, path);
    if (ink_picture_load(path, 1, &p, NULL) != INK_OK)
        return;
    if (p.height == DOODLES_SIDE && p.width == DOODLES_SIDE)
        memcpy(c->pictures[c->count++], p.pixels, AREA);
    ink_picture_release(&p);
}

static void read_class(my_doodles *m, const char *name)
{
    char path[PATH_MAX];
    struct stat info;
    folder_of(m, name, path);
    if (check_name(m, name, NULL) != INK_OK || stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return;
    doodle_class *c = new_class(m, name, NULL);
    struct dirent **files = NULL;
    int count = c ? scandir(path, &files, NULL, alphasort) : 0;
    for (int i = 0; i < count; i++) {
        int number, end = 0;
        bool ours = sscanf(files[i]->d_name, "%4d.png%n", &number, &end) == 1 && end > 0 &&
                    number > 0 && files[i]->d_name[end] == '\0';
        if (ours && c->count < DOODLES_MOST)
            read_drawing(m, c, number);
        if (ours && number >= c->next)
            c->next = number + 1;
        free(files[i]);
    }
    free(files);
}

static void read_all(my_doodles *m)
{
    struct dirent **folders = NULL;
    int count = scandir(m->folder, &folders, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (m->class_count < DOODLES_MOST_CLASSES)
            read_class(m, folders[i]->d_name);
        free(folders[i]);
    }
    free(folders);
}

my_doodles *my_doodles_open(const char *state_folder, ink_error *err)
{
    my_doodles *m = calloc(1, sizeof *m);
    if (m && state_folder && asprintf(&m->folder, "%s/my-doodles", state_folder) < 0)
        m->folder = NULL;
    if (!m || (state_folder && (!m->folder || strlen(m->folder) > PATH_MAX - 64))) {
        my_doodles_close(m);
        say_error(err, INK_ENOMEM, "there is no memory for your doodles");
        return NULL;
    }
    if (m->folder)
        read_all(m);
    return m;
}

void my_doodles_close(my_doodles *m)
{
    if (!m)
        return;
    my_doodles_stop(m);
    for (int i = 0; i < m->class_count; i++)
        free(m->classes[i].pictures);
    free(m->folder);
    free(m);
}

/* ---- changing it ---- */

ink_status my_doodles_add_class(my_doodles *m, const char *name, ink_error *err)
{
    char path[PATH_MAX];
    ink_status status = check_name(m, name, err);
    if (status == INK_OK && m->class_count >= DOODLES_MOST_CLASSES)
        status = say_error(err, INK_EINVAL, "there is room for %d classes, and all are taken",
                           DOODLES_MOST_CLASSES);
    if (status == INK_OK && m->folder) {
        folder_of(m, name, path);
        status = make_folder(path, err);
    }
    if (status != INK_OK)
        return status;
    return new_class(m, name, err) ? INK_OK : INK_ENOMEM;
}

ink_status my_doodles_rename(my_doodles *m, int index, const char *name, ink_error *err)
{
    char from[PATH_MAX], to[PATH_MAX];
    ink_status status = check_index(m, index, err);
    if (status == INK_OK)
        status = check_name(m, name, err);
    if (status == INK_OK && m->folder) {
        folder_of(m, m->classes[index].name, from);
        folder_of(m, name, to);
        if (rename(from, to) != 0)
            status = say_error(err, INK_EIO, "the folder %.200s cannot be renamed: %s", from,
                               strerror(errno));
    }
    if (status == INK_OK)
        snprintf(m->classes[index].name, sizeof m->classes[index].name, "%s", name);
    return status;
}

ink_status my_doodles_delete(my_doodles *m, int index, ink_error *err)
{
    char path[PATH_MAX];
    ink_status status = check_index(m, index, err);
    if (status != INK_OK)
        return status;
    doodle_class *c = &m->classes[index];
    while (m->folder && c->count > 0)
        if ((status = my_doodles_drop(m, index, c->count - 1, err)) != INK_OK)
            return status;
    if (m->folder) {
        folder_of(m, c->name, path);
        rmdir(path); /* whoever put other things there keeps them */
    }
    free(c->pictures);
    m->class_count--;
    memmove(c, c + 1, (size_t)(m->class_count - index) * sizeof *c);
    return INK_OK;
}

ink_status my_doodles_keep(my_doodles *m, int index, const ink_picture *view, ink_error *err)
{
    char path[PATH_MAX];
    ink_status status = check_index(m, index, err);
    if (status != INK_OK)
        return status;
    doodle_class *c = &m->classes[index];
    if (view->height != DOODLES_SIDE || view->width != DOODLES_SIDE || view->channels != 1)
        return say_error(err, INK_EINVAL, "a kept drawing is grey and has 28 x 28 pixels");
    if (c->count >= DOODLES_MOST)
        return say_error(err, INK_EINVAL, "\"%s\" has %d drawings, that is enough", c->name,
                         c->count);
    c->number[c->count] = c->next;
    if (m->folder) {
        file_of(m, c, c->count, path);
        while (access(path, F_OK) == 0 && c->next < 9999) { /* another tab keeps drawings, too */
            c->number[c->count] = ++c->next;
            file_of(m, c, c->count, path);
        }
        status = ink_picture_save(view, path, err);
    }
    if (status == INK_OK) {
        memcpy(c->pictures[c->count++], view->pixels, AREA);
        c->next++;
    }
    return status;
}

ink_status my_doodles_drop(my_doodles *m, int index, int drawing, ink_error *err)
{
    char path[PATH_MAX];
    ink_status status = check_index(m, index, err);
    if (status != INK_OK)
        return status;
    doodle_class *c = &m->classes[index];
    if (drawing < 0 || drawing >= c->count)
        return say_error(err, INK_EINVAL, "\"%s\" has %d drawings, and no number %d", c->name,
                         c->count, drawing);
    if (m->folder) {
        file_of(m, c, drawing, path);
        if (unlink(path) != 0 && errno != ENOENT)
            return say_error(err, INK_EIO, "%.300s cannot be deleted: %s", path, strerror(errno));
    }
    size_t behind = (size_t)(c->count - drawing - 1);
    memmove(c->pictures + drawing, c->pictures + drawing + 1, behind * sizeof *c->pictures);
    memmove(c->number + drawing, c->number + drawing + 1, behind * sizeof *c->number);
    c->count--;
    return INK_OK;
}

/* ---- learning ---- */

ink_status my_doodles_learn(my_doodles *m, const ink_model *base, ink_error *err)
{
    my_doodles_stop(m);
    m->lesson = doodle_lesson_new(m, base, err);
    return m->lesson ? INK_OK : INK_EINVAL;
}

ink_model *my_doodles_look(my_doodles *m, doodle_progress *progress, ink_error *err)
{
    *progress = (doodle_progress){.learning = false};
    if (!m->lesson)
        return NULL;
    ink_model *model = NULL;
    if (doodle_lesson_look(m->lesson, progress, &model, err)) {
        doodle_lesson_free(m->lesson);
        m->lesson = NULL;
    }
    return model;
}

void my_doodles_stop(my_doodles *m)
{
    doodle_lesson_free(m->lesson);
    m->lesson = NULL;
}
