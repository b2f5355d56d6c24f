/* What ails a run, from its curve alone. The thresholds are loose on purpose: a doctor who is wrong
 * is worse than one who is silent. */
#include "studio/train/doctor.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WINDOW = 8, LEAST_POINTS = 24, LEAST_UPDATES = 150 };

/* The curve in numbers. */
typedef struct summary {
    size_t count;         /* points up to now */
    double first, last;   /* the first cost, and the mean cost of the last tenth */
    double lowest, peak;  /* of the mean over a window */
    double third, fourth; /* mean cost of the last two quarters */
    size_t broken;        /* update of the first cost that is not finite; 0 = none */
    size_t measured;      /* points with a test */
    double tested;        /* update of the latest */
    double least_test, test_cost, train, test; /* lowest and latest test cost, accuracies */
    size_t since_least;                        /* tests since the lowest */
} summary;

static double mean_cost(const run_point *points, size_t from, size_t to)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        if (isfinite(points[i].cost)) {
            sum += (double)points[i].cost;
            n++;
        }
    }
    return n ? sum / (double)n : (double)NAN;
}

static void sum_up_costs(const doctor_view *view, summary *s)
{
    const run_point *p = view->points;
    size_t n = s->count;
    for (size_t i = 0; i < n && !s->broken; i++)
        if (isinf(p[i].cost)) /* NaN: nothing was learnt there, as where a run is taken up */
            s->broken = (size_t)p[i].update + (p[i].update < 1);
    s->first = (double)NAN;
    for (size_t i = 0; i < n && isnan(s->first); i++) /* update 0 is tested, but has no cost */
        s->first = (double)p[i].cost;
    size_t tail = n / 10 < WINDOW ? WINDOW : n / 10;
    s->last = mean_cost(p, n > tail ? n - tail : 0, n);
    s->third = mean_cost(p, n / 2, n - n / 4);
    s->fourth = mean_cost(p, n - n / 4, n);
    s->lowest = (double)INFINITY;
    s->peak = 0;
    for (size_t i = WINDOW; i <= n; i++) {
        double mean = mean_cost(p, i - WINDOW, i);
        s->lowest = fmin(s->lowest, mean);
        s->peak = fmax(s->peak, mean);
    }
}

static void sum_up_tests(const doctor_view *view, summary *s)
{
    s->least_test = (double)INFINITY;
    s->train = s->test = s->test_cost = (double)NAN;
    for (size_t i = 0; i < s->count; i++) {
        const run_point *p = &view->points[i];
        if (isfinite(p->train_accuracy))
            s->train = (double)p->train_accuracy;
        if (!isfinite(p->test_accuracy))
            continue;
        s->measured++;
        s->since_least++;
        s->tested = (double)p->update;
        s->test = (double)p->test_accuracy;
        s->test_cost = (double)p->test_cost;
        if (s->test_cost < s->least_test) {
            s->least_test = s->test_cost;
            s->since_least = 0;
        }
    }
}

static summary sum_up(const doctor_view *view)
{
    summary s = {.count = 0};
    while (s.count < view->count && view->points[s.count].update <= (float)view->status->update)
        s.count++;
    sum_up_costs(view, &s);
    sum_up_tests(view, &s);
    return s;
}

/* ---- repairs ---- */

static void set(doctor_finding *f, doctor_kind kind, const char *key, json_t *value, bool anew)
{
    f->kind = kind;
    f->anew = anew;
    f->changes = json_pack("{s:o}", key, value);
}

static double rounded(double number)
{
    char text[32];
    double out = 0;
    snprintf(text, sizeof text, "%.2g", number);
    sscanf(text, "%lf", &out);
    return out;
}

/* What is live goes on; where all epochs are done, it needs more of them. */
static const char *go_on(const doctor_view *view, doctor_finding *f)
{
    if (view->status->phase != RUN_DONE)
        return "learn on";
    json_object_set_new(f->changes, "epochs", json_real(view->setup->settings.epochs + 10));
    return "learn 10 epochs more";
}

static void repair_rate(const doctor_view *view, doctor_finding *f, doctor_kind kind, double factor,
                        bool anew)
{
    double now = (double)view->setup->settings.rate, then = rounded(now * factor);
    set(f, kind, "rate", json_real(then), anew);
    snprintf(f->repair, sizeof f->repair, "rate %.4g → %.4g, %s", now, then,
             anew ? "start anew" : go_on(view, f));
}

/* Above this a rate is rarely right. */
static double usual_rate(const run_setup *setup)
{
    ink_optimizer o = setup->settings.optimizer;
    if (o == INK_OPTIMIZER_SGD)
        return 1;
    return o >= INK_OPTIMIZER_RMSPROP && o <= INK_OPTIMIZER_ADAMW ? 0.003 : 0.1;
}

/* Long steps are divided until they are of a usual length, so that one click is enough. */
static double shorter(const run_setup *setup)
{
    double factor = 0.1;
    while ((double)setup->settings.rate * factor > usual_rate(setup))
        factor /= 10;
    return factor;
}

/* Every " relu" becomes " leaky"; false where the text has no long form or no room. */
static bool leaky_text(const char *net, char *out, size_t size)
{
    size_t used = 0;
    bool changed = false;
    for (const char *at = net; *at;) {
        bool relu = strncmp(at, " relu", 5) == 0 && (at[5] == ' ' || !at[5]);
        const char *piece = relu ? " leaky" : at;
        size_t length = relu ? 6 : 1;
        if (used + length + 1 > size)
            return false;
        memcpy(out + used, piece, length);
        used += length;
        at += relu ? 5 : 1;
        changed |= relu;
    }
    out[used] = 0;
    return changed;
}

static bool repair_relu(const doctor_view *view, doctor_finding *f)
{
    char leaky[sizeof view->setup->net];
    ink_error err = {.status = INK_OK};
    char *text = ink_network_expand(view->setup->net, NULL, NULL, 0, 0, &err);
    bool good = text && leaky_text(text, leaky, sizeof leaky);
    ink_text_free(text);
    if (!good)
        return false;
    set(f, DOCTOR_DEAD, "net", json_string(leaky), true);
    snprintf(f->repair, sizeof f->repair, "relu → leaky, start anew");
    return true;
}

static void repair_memory(const doctor_view *view, doctor_finding *f)
{
    const ink_augment *a = &view->setup->settings.augment;
    double decay = (double)view->setup->settings.weight_decay;
    if (view->pictures && ink_augment_is_off(a) && view->colour) {
        set(f, DOCTOR_OVERFIT, "pixels", json_real(2), false);
        json_object_set_new(f->changes, "flip", json_real(0.5));
        snprintf(f->repair, sizeof f->repair, "shift 2 pixels and mirror, %s", go_on(view, f));
    } else if (view->pictures && ink_augment_is_off(a)) {
        set(f, DOCTOR_OVERFIT, "turn", json_real(0.15), false);
        json_object_set_new(f->changes, "scale", json_real(0.1));
        json_object_set_new(f->changes, "shift", json_real(0.5));
        json_object_set_new(f->changes, "noise", json_real(0.02));
        snprintf(f->repair, sizeof f->repair, "turn, scale, shift and noise on, %s",
                 go_on(view, f));
    } else {
        double more = decay > 0 ? rounded(decay * 3) : 0.0005;
        set(f, DOCTOR_OVERFIT, "weight_decay", json_real(more), false);
        snprintf(f->repair, sizeof f->repair, "weight decay %.4g → %.4g, %s", decay, more,
                 go_on(view, f));
    }
}

/* ---- findings, the most serious first; each returns true when it has found something ---- */

static bool not_finite(const doctor_view *view, const summary *s, doctor_finding *f)
{
    if (view->status->phase != RUN_DIVERGED && !s->broken)
        return false;
    size_t update = s->broken ? s->broken : view->status->update;
    snprintf(f->sentence, sizeof f->sentence,
             "The cost is no number any more (update %zu): the steps are so long that the weights "
             "ran away.",
             update);
    repair_rate(view, f, DOCTOR_NOT_FINITE, shorter(view->setup), true);
    return true;
}

static bool explosion(const doctor_view *view, const summary *s, doctor_finding *f)
{
    bool tenfold = s->last > 10 * s->lowest && s->last > s->first;
    if (s->count < LEAST_POINTS || !(tenfold || s->last > 10 * s->first))
        return false;
    snprintf(
        f->sentence, sizeof f->sentence,
        "The cost has exploded, from %.3g to %.3g: each step overshoots further than the last.",
        fmin(s->first, s->lowest), s->last);
    repair_rate(view, f, DOCTOR_EXPLOSION, shorter(view->setup), true);
    return true;
}

/* Like answering every question with the shares of the classes. */
static double constant_cost(const doctor_view *view)
{
    double k = view->classes, share = 1 / k;
    const char *net = view->setup->net;
    bool softmax = strstr(net, "softmax") || !strchr(net, ' ');
    if (view->setup->settings.cost == INK_COST_SQUARED)
        return 1 - share;
    return softmax ? log(k) : -log(share) - (k - 1) * log(1 - share);
}

static bool is_guessing(const doctor_view *view, const summary *s)
{
    return view->classes > 1 && s->count >= LEAST_POINTS && view->status->update >= LEAST_UPDATES &&
           s->tested >= LEAST_UPDATES && s->test <= 1.3 / view->classes;
}

static bool dead(const doctor_view *view, const summary *s, doctor_finding *f)
{
    if (!(view->dead >= 0.4) || view->status->update < LEAST_UPDATES)
        return false;
    snprintf(f->sentence, sizeof f->sentence,
             "%.0f %% of the hidden nodes never answer: their ReLU is always off, and so is their "
             "slope. They are dead.",
             100 * view->dead);
    bool long_steps = (double)view->setup->settings.rate > 1.001 * usual_rate(view->setup) ||
                      s->peak > 1.5 * s->first || is_guessing(view, s);
    if (long_steps || !repair_relu(view, f))
        repair_rate(view, f, DOCTOR_DEAD, shorter(view->setup), true);
    return true;
}

static bool guessing(const doctor_view *view, const summary *s, doctor_finding *f)
{
    if (!is_guessing(view, s) || !(s->last > 1.05 * constant_cost(view)))
        return false;
    snprintf(f->sentence, sizeof f->sentence,
             "%.0f %% right is no better than guessing, and the cost stays at %.3g: the steps are "
             "too long to find the way down.",
             100 * s->test, s->last);
    repair_rate(view, f, DOCTOR_GUESSING, shorter(view->setup), true);
    return true;
}

static bool creeping(const doctor_view *view, const summary *s, doctor_finding *f)
{
    const run_status *now = view->status;
    bool long_enough = now->update >= 1000 ||
                       (now->update >= now->updates_per_epoch && now->update >= LEAST_UPDATES);
    bool slow = s->last > 0.85 * s->first && s->last <= 1.1 * s->first;
    slow |= is_guessing(view, s);
    if (s->count < LEAST_POINTS || !long_enough || !slow)
        return false;
    snprintf(f->sentence, sizeof f->sentence,
             "It creeps: after %zu updates the cost has only come from %.3g to %.3g.", now->update,
             s->first, s->last);
    repair_rate(view, f, DOCTOR_CREEPING, 10, false);
    return true;
}

static bool overfit(const doctor_view *view, const summary *s, doctor_finding *f)
{
    double gap = s->train - s->test;
    bool rising = s->since_least >= 2 && s->test_cost > 1.1 * s->least_test;
    if (s->measured < 3 || !(gap > 0.06 || (gap > 0.015 && rising)))
        return false;
    snprintf(f->sentence, sizeof f->sentence,
             "It learns by heart: %.1f %% of the samples it learns from, %.1f %% of those it has "
             "never seen%s.",
             100 * s->train, 100 * s->test, rising ? ", and its cost on them is rising" : "");
    repair_memory(view, f);
    return true;
}

static bool plateau(const doctor_view *view, const summary *s, doctor_finding *f)
{
    const run_status *now = view->status;
    bool constant = view->setup->settings.schedule == INK_SCHEDULE_CONSTANT;
    if (now->phase == RUN_DONE || s->count < 2 * LEAST_POINTS || s->measured < 3 || !constant ||
        now->update < 2 * now->updates_per_epoch || !(s->train < 0.97))
        return false;
    if (!(s->fourth > 0.99 * s->third))
        return false;
    snprintf(f->sentence, sizeof f->sentence,
             "A plateau: the cost has stayed at %.3g for half of the run. Shorter steps often find "
             "the way on.",
             s->fourth);
    repair_rate(view, f, DOCTOR_PLATEAU, 1.0 / 3, false);
    return true;
}

void doctor_look(const doctor_view *view, doctor_finding *finding)
{
    static bool (*const looks[])(const doctor_view *, const summary *, doctor_finding *) = {
        not_finite, explosion, dead, guessing, creeping, overfit, plateau};
    *finding = (doctor_finding){.kind = DOCTOR_WELL};
    if (view->status->phase < RUN_PAUSED || view->status->phase == RUN_FAILED)
        return;
    summary s = sum_up(view);
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (looks[i](view, &s, finding))
            return;
}

void doctor_release(doctor_finding *finding)
{
    json_decref(finding->changes);
    *finding = (doctor_finding){.kind = DOCTOR_WELL};
}

const char *doctor_name(doctor_kind kind)
{
    static const char *const names[] = {"",         "not-finite", "explosion", "dead",
                                        "guessing", "creeping",   "overfit",   "plateau"};
    return names[kind];
}
