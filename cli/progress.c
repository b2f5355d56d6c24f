/* Listening to a training run. */
#include "cli/progress.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/json.h"

#define ERASE "\r\033[K" /* the line that stands */

/* ---- interrupts ---- */

static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal_number)
{
    interrupted = 1;
    signal(signal_number, SIG_DFL); /* the second one means it */
}

void interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = note_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool interrupt_seen(void)
{
    return interrupted != 0;
}

/* ---- words ---- */

const char *thousands(double number)
{
    static char buffers[8][40];
    static unsigned turn;
    char *text = buffers[turn++ % 8], plain[32];
    snprintf(plain, sizeof plain, "%.0f", number);
    size_t length = strlen(plain), used = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && plain[i - 1] != '-')
            text[used++] = ',';
        text[used++] = plain[i];
    }
    text[used] = '\0';
    return text;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void print_percent(const char *name, double share)
{
    if (!isnan(share))
        printf("  %s %5.2f %%", name, 100 * share);
}

/* ---- the live line ---- */

static void add_to_curve(progress *p, const ink_train_event *event)
{
    if (event->epoch < p->curve_next)
        return;
    p->curve_next = event->epoch + event->epochs / (4 * PROGRESS_CURVE);
    if (p->curve_count == PROGRESS_CURVE) {
        memmove(p->curve, p->curve + 1, (PROGRESS_CURVE - 1) * sizeof *p->curve);
        p->curve_count--;
    }
    p->curve[p->curve_count++] = event->cost;
}

static void print_curve(const progress *p)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < p->curve_count; i++) {
        least = fmin(least, log(p->curve[i] + 1e-9));
        most = fmax(most, log(p->curve[i] + 1e-9));
    }
    for (size_t i = 0; i < p->curve_count; i++) {
        double part = most > least ? (log(p->curve[i] + 1e-9) - least) / (most - least) : 0;
        fputs(bars[(int)(part * 7.999)], stdout);
    }
}

static int terminal_width(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void print_time_left(const progress *p, const ink_train_event *event, double time)
{
    double done = event->epoch - p->started_epoch;
    if (done <= 0)
        return;
    double left = (time - p->started) / done * (event->epochs - event->epoch);
    printf("  %.0f:%02.0f left", floor(left / 60), fmod(floor(left), 60));
}

/* How many digits tell one epoch's end from the next one's. */
static int figures(double epochs)
{
    int whole = epochs < 1 ? 1 : (int)log10(epochs) + 1;
    return whole < 3 ? 4 : whole + 1;
}

static void show_live(progress *p, const ink_train_event *event)
{
    double time = now();
    if (p->started == 0) {
        p->started = time;
        p->started_epoch = event->epoch;
    }
    add_to_curve(p, event);
    if (time - p->last_shown < p->pause)
        return;
    p->last_shown = time;
    int width = p->terminal ? terminal_width() : 80;
    printf("%sepoch %.2f of %.*g  cost %.4f", p->terminal ? ERASE : "", event->epoch,
           figures(event->epochs), event->epochs, event->cost);
    if (p->evaluated)
        print_percent("test", p->last.test_accuracy);
    if (width >= 60)
        printf("  %s/s", thousands(event->images_per_second));
    if (width >= 80)
        print_time_left(p, event, time);
    if (width >= 100) {
        fputs("  ", stdout);
        print_curve(p);
    }
    if (!p->terminal)
        putchar('\n');
    fflush(stdout);
}

void progress_clear(progress *p)
{
    if (!p->terminal)
        return;
    if (p->last_shown > 0)
        fputs(ERASE, stdout);
    p->last_shown = 0;
}

static void show_epoch(progress *p, const ink_train_event *event)
{
    progress_clear(p);
    int most = figures(event->epochs);
    printf("epoch %6.*g of %.*g  cost %.4f", most, event->epoch, most, event->epochs, event->cost);
    print_percent("train", event->train_accuracy);
    print_percent("test", event->test_accuracy);
    printf("  %s pictures/s  %.2f s\n", thousands(event->images_per_second), event->train_seconds);
    fflush(stdout);
    if (!p->terminal)
        p->last_shown = now();
}

/* ---- JSON ---- */

static void json_epoch(const ink_train_event *event)
{
    json_line(json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o}", "event", "epoch", "epoch",
        json_number(event->epoch), "cost", json_number(event->cost), "train_accuracy",
        json_number(event->train_accuracy), "test_accuracy", json_number(event->test_accuracy),
        "test_cost", json_number(event->test_cost), "train_seconds",
        json_number(event->train_seconds), "load_seconds", json_number(event->load_seconds),
        "images_per_second", json_number(event->images_per_second), "update",
        (json_int_t)event->update, "rate", json_number((double)event->rate)));
}

void progress_init(progress *p, bool json)
{
    *p = (progress){.json = json, .terminal = !json && isatty(STDOUT_FILENO)};
    p->pause = p->terminal ? 0.1 : 60;
    p->last_shown = p->terminal ? 0 : now();
}

bool progress_event(progress *p, const ink_train_event *event)
{
    switch (event->kind) {
    case INK_EVENT_START:
        break;
    case INK_EVENT_BATCH:
        if (!p->json)
            show_live(p, event);
        break;
    case INK_EVENT_EPOCH:
        p->last = *event;
        p->evaluated = true;
        if (p->json)
            json_epoch(event);
        else
            show_epoch(p, event);
        break;
    case INK_EVENT_CHECKPOINT:
        if (p->json)
            json_line(json_pack("{s:s, s:s, s:o, s:I}", "event", "checkpoint", "path", event->path,
                                "epoch", json_number(event->epoch), "update",
                                (json_int_t)event->update));
        break;
    case INK_EVENT_END:
        p->last = *event;
        progress_clear(p);
        break;
    }
    return !interrupt_seen();
}
