/* A round of the game: see round.h. */
#include "studio/draw/round.h"

#include "studio/dice.h"

#include <string.h>

static bool has(const game_round *r, int class)
{
    for (int i = 0; i < r->count; i++)
        if (r->words[i].class == class)
            return true;
    return false;
}

void round_start(game_round *r, int classes, uint64_t seed)
{
    int wanted = classes < ROUND_WORDS ? classes : ROUND_WORDS;
    memset(r, 0, sizeof *r);
    r->said = -1;
    r->state = wanted > 0 ? ROUND_READY : ROUND_OFF;
    while (r->count < wanted) {
        int class = (int)(dice_bits(&seed) % (uint64_t)classes);
        if (!has(r, class))
            r->words[r->count++] = (round_word){.class = class, .guess = -1};
    }
}

bool round_go(game_round *r, double now)
{
    if (r->state == ROUND_TOLD) {
        if (r->at + 1 >= r->count) {
            r->state = ROUND_OVER;
            return true;
        }
        r->at++;
        r->state = ROUND_READY;
    } else if (r->state == ROUND_READY) {
        r->state = ROUND_DRAWING;
        r->began = now;
        r->since = 0;
    } else {
        return false;
    }
    r->said = -1;
    return true;
}

void round_stop(game_round *r)
{
    r->state = ROUND_OFF;
}

double round_left(const game_round *r, double now)
{
    double left = r->state == ROUND_DRAWING ? r->began + ROUND_SECONDS - now : ROUND_SECONDS;
    return left < 0 ? 0 : left;
}

static void end_word(game_round *r, double now, bool knew)
{
    round_word *word = &r->words[r->at];
    double taken = now - r->began;
    word->knew = knew;
    word->seconds = taken < ROUND_SECONDS ? taken : ROUND_SECONDS;
    word->guess = r->said;
    r->state = ROUND_TOLD;
}

bool round_hear(game_round *r, double now, int class, double score)
{
    if (r->state != ROUND_DRAWING)
        return false;
    bool news = class >= 0 && class != r->said;
    if (news)
        r->said = class;
    bool sure = class == r->words[r->at].class && score >= ROUND_SURE;
    if (!sure)
        r->since = 0;
    else if (r->since <= 0)
        r->since = now;
    if (sure && now - r->since >= ROUND_HOLD) {
        end_word(r, now, true);
        return true;
    }
    if (round_left(r, now) <= 0) {
        end_word(r, now, false);
        return true;
    }
    return news;
}

int round_right(const game_round *r)
{
    int right = 0;
    for (int i = 0; i < r->count; i++)
        right += r->words[i].knew;
    return right;
}
