/* Moving: what the orders mean, one update after the other at the pace asked for, back and forth in
 * time, and evaluation in between. */
#include "studio/run/run_inside.h"

#include "studio/desk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLICE       0.008 /* seconds of updates between looks around */
#define JUDGE_SHARE 0.18  /* of the time, while it plays */
/* An evaluation is worth as much training as takes 20 times as long, but 0.05 to 1 seconds; at the
 * beginning, where all changes fast, 0.2 at most. */
#define JUDGE_WORTH 20
#define JUDGE_LEAST 0.05
#define JUDGE_MOST  1.0
#define JUDGE_EARLY 0.2
#define RATE_WINDOW 0.3 /* seconds that "lately" means */
enum { TEST, TRAIN };

/* ---- settings that may change ---- */

void settings_tune(ink_train_settings *s, const ink_train_settings *wanted)
{
    s->rate = wanted->rate;
    s->momentum = wanted->momentum;
    s->beta2 = wanted->beta2;
    s->epsilon = wanted->epsilon;
    s->weight_decay = wanted->weight_decay;
    s->bias_rate = wanted->bias_rate;
    s->dense_rate = wanted->dense_rate;
    s->bias_decay = wanted->bias_decay;
    s->dense_decay = wanted->dense_decay;
    s->schedule = wanted->schedule;
    s->decay = wanted->decay;
    s->warmup = wanted->warmup;
    s->clip = wanted->clip;
    s->label_smoothing = wanted->label_smoothing;
    s->nudge = wanted->nudge;
    s->epochs = wanted->epochs;
    s->augment = wanted->augment;
}

bool settings_same(const ink_train_settings *a, const ink_train_settings *b)
{
    return a->rate == b->rate && a->momentum == b->momentum && a->beta2 == b->beta2 &&
           a->epsilon == b->epsilon && a->weight_decay == b->weight_decay &&
           a->bias_rate == b->bias_rate && a->dense_rate == b->dense_rate &&
           a->bias_decay == b->bias_decay && a->dense_decay == b->dense_decay &&
           a->schedule == b->schedule && a->decay == b->decay && a->warmup == b->warmup &&
           a->clip == b->clip && a->label_smoothing == b->label_smoothing && a->nudge == b->nudge &&
           a->epochs == b->epochs && memcmp(&a->augment, &b->augment, sizeof a->augment) == 0;
}

/* ---- one update ---- */

static size_t update_of(const session *s)
{
    return ink_trainer_look(s->trainer).update;
}

bool run_is_done(const session *s)
{
    ink_trainer_progress p = ink_trainer_look(s->trainer);
    return p.update >= p.updates;
}

run_point run_point_of(const session *s)
{
    ink_trainer_progress p = ink_trainer_look(s->trainer);
    return (run_point){.update = (float)p.update,
                       .images = (float)p.images,
                       .seconds = (float)(p.train_seconds + p.load_seconds),
                       .cost = (float)p.cost,
                       .train_accuracy = NAN,
                       .test_accuracy = NAN,
                       .train_cost = NAN,
                       .test_cost = NAN,
                       .gradient_norm = (float)p.gradient_norm};
}

/* The settings that hold at the update where the trainer stands. */
static void follow_tunings(run *r)
{
    session *s = &r->now;
    ink_error err = {.status = INK_OK};
    size_t at = update_of(s), next = s->next_tuning;
    while (next < s->tuning_count && s->tunings[next].update <= at)
        next++;
    if (next == s->next_tuning || next == 0)
        return;
    s->next_tuning = next;
    s->setup.settings = s->tunings[next - 1].settings;
    if (ink_trainer_tune(s->trainer, &s->setup.settings, &err) != INK_OK)
        run_say(r, true, "%s", err.text);
}

static void record(run *r)
{
    session *s = &r->now;
    run_point point = run_point_of(s);
    size_t at = update_of(s);
    s->recent.costs[s->recent.count++ % RUN_RECENT] = ink_trainer_look(s->trainer).cost;
    pthread_mutex_lock(&r->lock);
    if (r->status.begun == s->begun)
        curve_add(&r->curve, at, &point);
    pthread_mutex_unlock(&r->lock);
}

/* One update; false where it cannot be made. */
static bool advance(run *r)
{
    session *s = &r->now;
    ink_error err = {.status = INK_OK};
    s->version++;
    if (ink_trainer_step(s->trainer, &err) != INK_OK) {
        s->diverged = err.status == INK_EDIVERGED;
        s->failed = !s->diverged;
        s->motion = MOTION_REST;
        run_say(r, true, "%s", err.text);
        return false;
    }
    size_t at = update_of(s);
    record(r);
    s->unsaved = true;
    s->furthest = at > s->furthest ? at : s->furthest;
    follow_tunings(r);
    states_keep(&s->states, s->trainer, &s->recent);
    return true;
}

/* ---- time ---- */

static void take_up_pace(run *r)
{
    session *s = &r->now;
    s->pace_from = desk_now();
    s->paced = 0;
    s->seen_at = s->pace_from;
    s->images_seen = (double)ink_trainer_look(s->trainer).images;
    s->judge.credited = s->pace_from;
}

static void restore(run *r, const kept_state *kept)
{
    session *s = &r->now;
    ink_error err = {.status = INK_OK};
    if (!kept || ink_trainer_restore(s->trainer, kept->memory, &err) != INK_OK)
        return;
    if (s->diverged) /* that is no longer where it stands */
        run_say(r, false, "%s", "");
    s->recent = kept->recent;
    s->diverged = false;
    s->version++;
    s->next_tuning = 0;
    follow_tunings(r);
}

static void seek(run *r, size_t update)
{
    session *s = &r->now;
    size_t at = update_of(s), first = s->states.kept[0].update;
    size_t target = update > s->furthest ? s->furthest : update < first ? first : update;
    const kept_state *kept = states_before(&s->states, target);
    judge_stop(&s->judge);
    if (s->diverged || target < at || kept->update > at)
        restore(r, kept);
    s->motion = MOTION_SEEK;
    s->goal = target;
    if (update_of(s) == target)
        s->motion = MOTION_REST;
}

static void tune(run *r, const ink_train_settings *wanted)
{
    session *s = &r->now;
    ink_error err = {.status = INK_OK};
    if (s->diverged)
        restore(r, states_before(&s->states, s->furthest));
    ink_train_settings changed = s->setup.settings;
    settings_tune(&changed, wanted);
    if (settings_same(&changed, &s->setup.settings))
        return;
    size_t at = update_of(s), count = s->next_tuning;
    if (s->tunings[count - 1].update == at)
        count--;
    if (count >= RUN_MOST_TUNINGS || ink_trainer_tune(s->trainer, &changed, &err) != INK_OK) {
        run_say(r, true, "%s", err.status ? err.text : "too many changes in one run: begin anew");
        return;
    }
    s->setup.settings = changed;
    s->tunings[count] = (tuning){.update = at, .settings = changed};
    s->tuning_count = s->next_tuning = count + 1;
    s->furthest = at;
    states_cut(&s->states, at);
    pthread_mutex_lock(&r->lock);
    if (r->status.begun == s->begun)
        curve_cut(&r->curve, at);
    pthread_mutex_unlock(&r->lock);
}

/* ---- orders ---- */

static void obey_motion(run *r, const order *o)
{
    session *s = &r->now;
    switch (o->kind) {
    case ORDER_PLAY:
        s->motion = MOTION_PLAY;
        break;
    case ORDER_STEP:
        if (s->motion != MOTION_STEP)
            s->goal = s->trainer ? update_of(s) : 0;
        s->goal += o->count;
        s->motion = MOTION_STEP;
        break;
    case ORDER_SEEK:
        if (s->trainer)
            seek(r, o->count);
        break;
    default:
        s->motion = MOTION_REST;
        break;
    }
    if (s->trainer && s->motion != MOTION_SEEK && (run_is_done(s) || s->diverged))
        s->motion = MOTION_REST;
    if (s->trainer)
        take_up_pace(r);
}

void learn_obey(run *r, const order *o)
{
    session *s = &r->now;
    bool here = o->begun == s->posted && s->begun > 0 && !s->failed;
    switch (o->kind) {
    case ORDER_BEGIN:
    case ORDER_RESUME:
        session_begin(r, o);
        break;
    case ORDER_SPEED:
        r->speed = o->speed;
        if (s->trainer) {
            take_up_pace(r);
            s->paced = 1; /* the next is due after a whole interval */
        }
        break;
    case ORDER_TUNE:
        if (here && s->trainer)
            tune(r, &o->setup.settings);
        else if (here)
            settings_tune(&s->setup.settings, &o->setup.settings);
        break;
    case ORDER_SAVE:
        session_save(r, o->path, o->half);
        break;
    default:
        if (here)
            obey_motion(r, o);
        break;
    }
}

/* ---- a slice ---- */

/* Updates until the time or the way is over, or somebody calls. */
static void go(run *r, double end, double most)
{
    session *s = &r->now;
    bool to_goal = s->motion == MOTION_STEP || s->motion == MOTION_SEEK;
    double done = 0;
    do {
        if (to_goal && update_of(s) >= s->goal)
            s->motion = MOTION_REST;
        if (s->motion != MOTION_SEEK && run_is_done(s))
            s->motion = MOTION_REST;
        if (s->motion == MOTION_REST || done >= most || !advance(r))
            break;
        done++;
    } while (desk_now() < end && !atomic_load_explicit(&r->called, memory_order_relaxed));
    s->paced += done;
    if (to_goal && !s->failed && !s->diverged && update_of(s) >= s->goal)
        s->motion = MOTION_REST;
    if (s->motion == MOTION_PLAY && run_is_done(s))
        s->motion = MOTION_REST;
}

/* Plays at the pace asked for; returns when the next update is due. A run that cannot keep up, or
 * that waited for something, does not hurry afterwards. */
static double play(run *r, double now)
{
    session *s = &r->now;
    if (isinf(r->speed)) {
        go(r, now + SLICE, (double)INFINITY);
        return now;
    }
    double due = 1 + floor((now - s->pace_from) * r->speed), slack = fmax(2, 0.1 * r->speed);
    if (due - s->paced > slack) {
        s->pace_from = now;
        s->paced = 0;
        due = 1;
    }
    if (due > s->paced)
        go(r, now + SLICE, due - s->paced);
    return s->pace_from + s->paced / r->speed;
}

static void measure_speed(session *s, double now)
{
    double images = (double)ink_trainer_look(s->trainer).images;
    if (now - s->seen_at < RATE_WINDOW || images <= s->images_seen)
        return;
    s->images_per_second = (images - s->images_seen) / (now - s->seen_at);
    s->images_seen = images;
    s->seen_at = now;
}

static void judged(run *r)
{
    session *s = &r->now;
    const run_judge *j = &s->judge;
    s->accuracy[TEST] = (double)j->point.test_accuracy;
    s->accuracy[TRAIN] = (double)j->point.train_accuracy;
    s->cost[TEST] = (double)j->point.test_cost;
    s->cost[TRAIN] = (double)j->point.train_cost;
    for (int k = TEST; k <= TRAIN; k++)
        s->judged[k] = j->parts[k].data ? j->parts[k].count : 0;
    s->judged_at = j->update;
    s->judged_version = j->version;
    pthread_mutex_lock(&r->lock);
    if (r->status.begun == s->begun && j->update <= s->furthest)
        curve_measure(&r->curve, j->update, &j->point);
    pthread_mutex_unlock(&r->lock);
}

/* When the next evaluation is worth its time, while it plays. */
static double judge_due(const session *s)
{
    ink_trainer_progress p = ink_trainer_look(s->trainer);
    double most = fmax(JUDGE_EARLY, 0.05 * (p.train_seconds + p.load_seconds));
    double pause = fmin(JUDGE_WORTH * s->judge.spent, fmin(most, JUDGE_MOST));
    return s->judge.began + fmax(pause, JUDGE_LEAST);
}

/* A piece of evaluation, if there is one to do: freely while it rests, on credit while it plays.
 * Returns when to look again. */
static double judge(run *r, double now)
{
    session *s = &r->now;
    run_judge *j = &s->judge;
    bool plays = s->motion != MOTION_REST;
    if (s->motion == MOTION_SEEK)
        return (double)INFINITY;
    j->credit = fmin(j->credit + JUDGE_SHARE * (now - j->credited), RUN_JUDGE_CREDIT);
    j->credited = now;
    bool known = s->judged_version == s->version && (plays || !j->sampled);
    if (!j->running && known)
        return (double)INFINITY;
    if (plays && j->credit <= 0)
        return now - j->credit / JUDGE_SHARE;
    if (!j->running && plays && now < judge_due(s))
        return judge_due(s);
    if (!j->running || (!plays && j->version != s->version)) {
        run_point point = run_point_of(s);
        judge_begin(j, ink_trainer_network(s->trainer), s->version, update_of(s), &point);
        j->began = now;
        j->spent = 0;
    }
    if (judge_piece(j, now, &r->called))
        judged(r);
    double spent = desk_now() - now;
    j->spent += spent;
    j->credit = plays ? j->credit - spent : RUN_JUDGE_CREDIT;
    return now;
}

double learn_slice(run *r)
{
    session *s = &r->now;
    if (s->loading) {
        session_load(r);
        return s->loading ? 0.004 : 0;
    }
    if (!s->trainer || s->failed)
        return (double)INFINITY;
    double now = desk_now(), next = (double)INFINITY;
    if (s->motion == MOTION_PLAY)
        next = play(r, now);
    else if (s->motion != MOTION_REST)
        go(r, now + SLICE, (double)INFINITY);
    if (s->motion != MOTION_REST && s->motion != MOTION_PLAY)
        next = now;
    else if (s->motion == MOTION_REST)
        next = (double)INFINITY;
    if (s->motion == MOTION_PLAY)
        measure_speed(s, desk_now());
    if (s->trainer)
        next = fmin(next, judge(r, desk_now()));
    return fmax(next - desk_now(), 0);
}
