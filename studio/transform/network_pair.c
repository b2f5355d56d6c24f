/* Two networks learning: see network_pair.h. */
#include "studio/transform/network_pair.h"

#include "studio/desk.h"
#include "studio/say.h"

#include "inkling/train.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Pictures that change in every epoch are learnt more slowly: the second gets three times as many
 * epochs, and that is its only advantage. */
static const double epochs[2] = {4, 12};

struct network_pair {
    library_data data;
    ink_augment augment;
    pthread_t thread;
    atomic_bool stop, over;
    atomic_int which, permille;
    double began;
    ink_model *models[2];
    ink_error err;
};

static bool listen(const ink_train_event *event, void *user)
{
    network_pair *p = user;
    atomic_store(&p->permille, (int)(1000 * event->epoch / event->epochs));
    return !atomic_load(&p->stop);
}

static ink_model *learn(network_pair *p, int which)
{
    ink_train_settings settings;
    ink_train_settings_init(&settings);
    settings.epochs = epochs[which];
    settings.eval_every = 0;
    settings.eval_limit = 0;
    settings.schedule = INK_SCHEDULE_COSINE;
    if (which == 1)
        settings.augment = p->augment;
    ink_network *network = ink_network_new(NETWORK_PAIR_TEXT, &p->err);
    if (!network)
        return NULL;
    ink_network_init(network, INK_INIT_AUTO, settings.seed);
    ink_input input;
    ink_input_for(p->data.train, &input);
    ink_status status =
        ink_train(network, &input, p->data.train, NULL, &settings, NULL, listen, p, &p->err);
    if (status == INK_OK)
        return ink_model_new(network, p->data.train, settings.cost, &p->err);
    ink_network_free(network);
    return NULL;
}

static void *live(void *context)
{
    network_pair *p = context;
    for (int i = 0; i < 2; i++) {
        atomic_store(&p->permille, 0);
        atomic_store(&p->which, i);
        p->models[i] = learn(p, i);
        if (!p->models[i])
            break;
    }
    atomic_store(&p->over, true);
    return NULL;
}

network_pair *network_pair_new(const library_data *data, const ink_augment *augment, ink_error *err)
{
    network_pair *p = calloc(1, sizeof *p);
    if (p) {
        p->data = *data;
        p->augment = *augment;
        p->began = desk_now();
        if (pthread_create(&p->thread, NULL, live, p) == 0)
            return p;
        free(p);
    }
    say_error(err, INK_ENOMEM, "there is no memory to train two networks");
    return NULL;
}

void network_pair_free(network_pair *p)
{
    if (!p)
        return;
    atomic_store(&p->stop, true);
    pthread_join(p->thread, NULL);
    ink_model_free(p->models[0]);
    ink_model_free(p->models[1]);
    free(p);
}

void network_pair_look(network_pair *p, pair_progress *progress, ink_error *err)
{
    bool over = atomic_load(&p->over);
    int which = atomic_load(&p->which);
    double own = atomic_load(&p->permille) / 1000.0, all = epochs[0] + epochs[1];
    *progress = (pair_progress){.over = over, .which = which, .seconds = desk_now() - p->began};
    progress->done = over ? 1 : ((which == 1 ? epochs[0] : 0) + own * epochs[which]) / all;
    progress->left = progress->done > 0.03
                         ? progress->seconds * (1 - progress->done) / progress->done
                         : (double)NAN;
    if (over && p->err.status != INK_OK) {
        progress->failed = true;
        if (err)
            *err = p->err;
    }
}

ink_model *network_pair_take(network_pair *p, int which)
{
    if (!atomic_load(&p->over))
        return NULL;
    ink_model *model = p->models[which];
    p->models[which] = NULL;
    return model;
}
