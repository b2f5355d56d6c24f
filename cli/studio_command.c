/* `inkling studio`: the page on this machine. */
#include "inkling/inkling.h"

#include "cli/commands.h"
#include "cli/hint.h"
#include "cli/options.h"
#include "cli/shelf.h"

#include <stdio.h>

#if INK_HAVE_STUDIO

#include "studio/studio.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH = 4096 };

typedef struct choice {
    uint64_t port, threads;
    const char *host, *web, *data, *link;
    bool no_open, host_is_trusted;
} choice;

#define AT(field) offsetof(choice, field)
static const option_row rows[] = {
    {OPTION_WHOLE, "port", "N", "the port, 0 for any that is free [4655, or any if that is taken]",
     AT(port), 0, 65535},
    {OPTION_FLAG, "no-open", NULL,
     "only print the address [opens a browser where there is a display]", AT(no_open), 0, 0},
    {OPTION_TEXT, "link", "LINK",
     "what to open: fruit, microscope, slope, landscape, train,\n"
     "                         look, draw, transform, or a link copied from the page\n"
     "                         [fruit]",
     AT(link), 0, 0},
    {OPTION_TEXT, "data", "FOLDER",
     "where data sets are [$INKLING_DATA, then\n                         $XDG_DATA_HOME/inkling]",
     AT(data), 0, 0},
    {OPTION_WHOLE, "threads", "N", "threads of each run [one per processor]", AT(threads), 0, 1024},
    {OPTION_TEXT, "host", "ADDRESS", "an address of this machine in numbers [127.0.0.1]", AT(host),
     0, 0},
    {OPTION_FLAG, "host-is-trusted", NULL,
     "with --host: all who reach that address are trusted [asks]", AT(host_is_trusted), 0, 0},
    {OPTION_TEXT, "web", "FOLDER", "serve the page from there, to change it [built in]", AT(web), 0,
     0},
};
static const option_table table = {
    .usage = "inkling studio [options]",
    .about = "Serves the studio, a page to learn with and to work in, on this machine alone, and "
             "opens\nit in a browser. Ctrl-C ends it.",
    .rows = rows,
    .count = sizeof rows / sizeof *rows,
};

/* Other machines could reach the page: that is asked for twice. */
static bool may_listen(const choice *c)
{
    if (!c->host || c->host_is_trusted || strncmp(c->host, "127.", 4) == 0 ||
        strcmp(c->host, "::1") == 0 || strcmp(c->host, "localhost") == 0)
        return true;
    fprintf(stderr,
            "inkling: --host %s opens the studio to other machines, unencrypted: who reads along "
            "finds the key\nto it, and so to your drawings, models and processors.",
            c->host);
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        fputs(" If all who reach that address are trusted, add\n--host-is-trusted.\n", stderr);
        return false;
    }
    char line[16] = "";
    fputs(" Are all who reach that address trusted? Then type yes: ", stderr);
    return fgets(line, sizeof line, stdin) && strcmp(line, "yes\n") == 0;
}

/* Makes the folder and those above it, for this user alone. */
static bool make_folder(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* Where runs and drawings are kept; false where there is no such place. */
static bool state_folder(char *path, size_t size)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    bool has_state = state && state[0] == '/';
    if (!has_state && (!home || home[0] != '/'))
        return false;
    int length = snprintf(path, size, "%s%s/inkling", has_state ? state : home,
                          has_state ? "" : "/.local/state");
    if (length > 0 && (size_t)length < size && make_folder(path) && access(path, W_OK) == 0)
        return true;
    fprintf(stderr, "inkling: %s cannot be written: what is done in the studio is not kept\n",
            path);
    return false;
}

/* A child of a child, in a session of its own: Ctrl-C here does not end the browser, and nobody has
 * to wait for it. */
static void open_browser(const char *address)
{
    if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
        return;
    pid_t child = fork();
    if (child > 0)
        waitpid(child, NULL, 0);
    if (child != 0)
        return;
    int nothing = open("/dev/null", O_RDWR);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (setsid() < 0 || fork() != 0)
        _exit(0);
    for (int i = 0; nothing >= 0 && i < 3; i++)
        dup2(nothing, i);
    execlp("xdg-open", "xdg-open", address, (char *)NULL);
    _exit(1);
}

/* "train?seed=3" out of that or of a whole address with a # in it. */
static const char *link_of(const char *text)
{
    const char *hash = strchr(text, '#');
    return hash ? hash + 1 : text;
}

static void started(const char *address, const char *once, void *user)
{
    const choice *c = user;
    const char *mark = c->link ? "#" : "", *link = c->link ? link_of(c->link) : "";
    char whole[PATH];
    printf("The studio is at\n\n  %s%s%s\n\nCtrl-C ends it.\n", address, mark, link);
    fflush(stdout);
    if (!c->no_open && (size_t)snprintf(whole, sizeof whole, "%s%s%s", once, mark, link) < PATH)
        open_browser(whole);
}

/* What this program has saved at its end, for want of a name of its user's. */
static void tell_saved(const char *folder)
{
    char pattern[PATH + 64];
    glob_t files;
    snprintf(pattern, sizeof pattern, "%s/run-*-%ld-*.safetensors", folder, (long)getpid());
    if (glob(pattern, 0, NULL, &files) != 0)
        return;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        fputs("What was learning is saved; on with it: ", stdout);
        print_command(stdout, "train", "--resume", files.gl_pathv[i], NULL);
        putchar('\n');
    }
    globfree(&files);
}

int command_studio(int argc, char **argv)
{
    choice c = {0};
    bool given[sizeof rows / sizeof *rows] = {false};
    char models[PATH], recipes[PATH], state[PATH];
    size_t count;
    int status = options_parse(&table, argc, argv, &c, given, NULL, &count);
    if (status != OPTIONS_GO_ON)
        return status;
    if (!may_listen(&c))
        return EXIT_USAGE;
    if (c.link && !studio_knows(link_of(c.link))) {
        fprintf(stderr, "inkling: --link %.200s: the studio has no such scene; --help lists them\n",
                c.link);
        return EXIT_USAGE;
    }
    if (c.data && access(c.data, X_OK) != 0) {
        fprintf(stderr, "inkling: --data %s: %s\n", c.data, strerror(errno));
        return EXIT_USAGE;
    }
    if (c.web && access(c.web, X_OK) != 0) {
        fprintf(stderr, "inkling: --web %s: %s\n", c.web, strerror(errno));
        return EXIT_USAGE;
    }
    studio_settings settings = {.host = c.host,
                                .port = given[0] ? (int)c.port : STUDIO_ANY_PORT,
                                .data = c.data,
                                .web = c.web,
                                .link = c.link ? link_of(c.link) : NULL,
                                .threads = (size_t)c.threads,
                                .started = started,
                                .user = &c};
    settings.models = shelf_folder("models", models, sizeof models) ? models : NULL;
    settings.recipes = shelf_folder("recipes", recipes, sizeof recipes) ? recipes : NULL;
    settings.state = state_folder(state, sizeof state) ? state : NULL;
    ink_error err = {.status = INK_OK};
    if (studio_serve(&settings, &err) != INK_OK)
        return complain(&err);
    if (settings.state)
        tell_saved(settings.state);
    return EXIT_GOOD;
}

#else

int command_studio(int argc, char **argv)
{
    (void)argc, (void)argv;
    fputs("inkling: this inkling was built without its studio; install libmicrohttpd-dev, "
          "libwslay-dev, libgnutls28-dev, libjs-dygraphs and libjs-katex, then build it again\n",
          stderr);
    return EXIT_WORLD;
}

#endif
