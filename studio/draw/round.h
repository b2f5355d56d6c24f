/* A round of the game: six words to draw, twenty seconds each, and somebody who speaks up as soon
 * as it knows. The clock is here; time is given, so that it can be tested.
 *
 * ready -> (round_go) -> drawing -> knew | missed -> (round_go) -> drawing ... -> over */
#ifndef INK_STUDIO_ROUND_H
#define INK_STUDIO_ROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROUND_WORDS = 6, ROUND_SECONDS = 20 };
/* A score that counts as knowing, and how long it must last: a first glance is often wrong. */
#define ROUND_SURE 0.6
#define ROUND_HOLD 0.35

typedef enum round_state {
    ROUND_OFF,
    ROUND_READY,
    ROUND_DRAWING,
    ROUND_TOLD,
    ROUND_OVER
} round_state;

typedef struct round_word {
    int class;
    bool knew;
    double seconds; /* taken */
    int guess;      /* the last that was said; -1 = nothing */
    uint8_t picture[28 * 28];
} round_word;

typedef struct game_round {
    round_state state;
    int count, at; /* words of this round; the one being drawn */
    round_word words[ROUND_WORDS];
    double began; /* drawing this word */
    double since; /* the answer has been the word; 0 = it is not */
    int said;     /* the class in "I see a ..."; -1 = nothing yet */
} game_round;

/* Chooses different classes out of `classes`, at most ROUND_WORDS. */
void round_start(game_round *r, int classes, uint64_t seed);
/* On to drawing the word at hand, or to the next; false if there is nothing to go on with. */
bool round_go(game_round *r, double now);
void round_stop(game_round *r);
/* What the network says now (class -1 = silence) and how sure it is; true when something changed
 * that should be told. */
bool round_hear(game_round *r, double now, int class, double score);
/* Seconds left for this word. */
double round_left(const game_round *r, double now);
int round_right(const game_round *r);

#endif
