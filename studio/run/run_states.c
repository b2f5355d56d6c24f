/* The time machine: states of the trainer under a budget of memory. Copies may cost 1 % of the
 * time; where the budget is used up those go that are missed least, so that the newest stand twice
 * as dense as the oldest. The first is never dropped. */
#include "studio/run/run_inside.h"

#include "studio/desk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BUDGET = 64 << 20, MOST_STATES = 1000, LEAST_STATES = 3 };
enum { SHARED_BUDGET = 4 * BUDGET }; /* of all runs: a hundred tabs are no reason for gigabytes */
enum { COPY_SHARE = 100 };           /* training that a copy must be worth */

static atomic_size_t in_use; /* bytes, of all runs */

/* Its memory becomes the spare one. */
static void drop(run_states *s, size_t index)
{
    if (s->spare)
        atomic_fetch_sub(&in_use, s->size);
    free(s->spare);
    s->spare = s->kept[index].memory;
    s->count--;
    memmove(s->kept + index, s->kept + index + 1, (s->count - index) * sizeof *s->kept);
}

bool states_begin(run_states *s, size_t size)
{
    size_t room = (size_t)BUDGET / size;
    room = room > MOST_STATES ? MOST_STATES : room < LEAST_STATES ? LEAST_STATES : room;
    *s = (run_states){.size = size, .room = room, .spacing = 16};
    s->kept = calloc(room, sizeof *s->kept);
    return s->kept != NULL;
}

void states_release(run_states *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->kept[i].memory);
    free(s->kept);
    free(s->spare);
    atomic_fetch_sub(&in_use, s->size * (s->count + (s->spare != NULL)));
    *s = (run_states){0};
}

/* The gap that dropping one leaves, seen from the newest: twice as far, half as bad. */
static void drop_the_least(run_states *s)
{
    double newest = (double)s->kept[s->count - 1].update, least = (double)INFINITY;
    size_t victim = 1;
    for (size_t i = 1; i + 1 < s->count; i++) {
        double gap = (double)(s->kept[i + 1].update - s->kept[i - 1].update);
        double age = (newest - (double)s->kept[i].update) / newest;
        if (gap / (1 + age) < least) {
            least = gap / (1 + age);
            victim = i;
        }
    }
    drop(s, victim);
}

/* Memory for one more: the spare one, or fresh where that is within the budgets. */
static void *memory_for_one(run_states *s)
{
    bool shared_out = atomic_load(&in_use) + s->size > SHARED_BUDGET;
    if (s->count == s->room || (!s->spare && s->count >= LEAST_STATES && shared_out))
        drop_the_least(s);
    void *memory = s->spare ? s->spare : malloc(s->size);
    if (memory && !s->spare)
        atomic_fetch_add(&in_use, s->size);
    s->spare = NULL;
    return memory;
}

bool states_keep(run_states *s, const ink_trainer *trainer, const recent_costs *recent)
{
    ink_trainer_progress at = ink_trainer_look(trainer);
    if (s->count > 0 && at.update < s->kept[s->count - 1].update + s->spacing)
        return true;
    double begun = desk_now();
    void *memory = memory_for_one(s);
    if (!memory)
        return false;
    ink_trainer_keep(trainer, memory);
    s->kept[s->count++] = (kept_state){.update = at.update, .recent = *recent, .memory = memory};
    double seconds = at.train_seconds + at.load_seconds;
    if (at.update > 0 && seconds > 0) {
        double an_update = seconds / (double)at.update;
        double spacing = ceil(COPY_SHARE * (desk_now() - begun) / an_update);
        s->spacing = spacing < 1 ? 1 : spacing > 100000 ? 100000 : (size_t)spacing;
    }
    return true;
}

const kept_state *states_before(const run_states *s, size_t update)
{
    const kept_state *found = NULL;
    for (size_t i = 0; i < s->count && s->kept[i].update <= update; i++)
        found = &s->kept[i];
    return found;
}

void states_cut(run_states *s, size_t update)
{
    while (s->count > 1 && s->kept[s->count - 1].update > update)
        drop(s, s->count - 1);
}
