/* The lessons of the Fruit scene, in the order of the story: each a preset of everything and one
 * sentence. Nothing is locked: whatever a lesson sets may be changed at once. */
#include "studio/fruit/fruit_model.h"

#include "studio/say.h"

typedef struct lesson {
    const char *title, *sentence;
    fruit_data points; /* their seed is the weights', too */
    const char *net;
    bool biases;
    const double *weights; /* by hand; NULL = from the seed */
    int glow;              /* the parameter to drag first; -1 = none */
    fruit_settings settings;
} lesson;

#define SQUARED INK_COST_SQUARED
#define ENTROPY INK_COST_CROSS_ENTROPY

/* weights[inputs][nodes], then biases[nodes], layer after layer */
static const double wrong_line[] = {0.2, 1, 0.35, 0.2, 0, 0};
static const double unshifted[] = {-0.8, 0.4, -1, 0.5, 0.2, 0};
static const double still_a_line[] = {0.8,  -0.5, 0.6, 0.3,  0.9,  -0.4, 0,   0.1, -0.2,
                                      -0.7, 0.6,  0.5, -0.6, -0.4, 0.7,  0.6, 0};
static const double three_edges[] = {4.85, 3.55, 1.3, 1.3, 3.55, 4.85, -4,  -4,  -4,
                                     -1,   1,    -1,  1,   -1,   1,    0.5, -0.5};
static const double half_learnt[] = {4,    2.5, 1.5,  1,   3,    4,   -3,  -3.5, -4,
                                     -1.5, 1.5, -1.5, 1.5, -1.5, 1.5, 1.5, -1.5};

static const lesson lessons[FRUIT_LESSONS] = {
    {.title = "A line by hand",
     .sentence = "Two weights lead to each answer: drag the glowing one, and the line turns about "
                 "the corner.",
     .points = {"bend", 100, 0, 2, false},
     .net = "2 dense 2",
     .weights = wrong_line,
     .glow = 2,
     .settings = {SQUARED, FRUIT_MOMENTUM, 0.1, 0.9, 10}},
    {.title = "Biases",
     .sentence = "Turning is not enough here: a bias, added to a node's sum, shifts the line.",
     .points = {"line", 100, 0, 1, false},
     .net = "2 dense 2",
     .biases = true,
     .weights = unshifted,
     .glow = 4,
     .settings = {SQUARED, FRUIT_MOMENTUM, 0.1, 0.9, 10}},
    {.title = "A hidden layer",
     .sentence = "12 weights and 5 biases, and still a straight line: sums of sums are one sum.",
     .points = {"curve", 100, 0, 1, false},
     .net = "2 dense 3 dense 2",
     .biases = true,
     .weights = still_a_line,
     .glow = -1,
     .settings = {SQUARED, FRUIT_MOMENTUM, 0.02, 0.9, 10}},
    {.title = "Activations",
     .sentence = "A node that fires only past a threshold makes corners; a smooth one, such as "
                 "sigmoid, makes curves.",
     .points = {"curve", 100, 0, 1, false},
     .net = "2 dense 3 step dense 2",
     .biases = true,
     .weights = three_edges,
     .glow = -1,
     .settings = {SQUARED, FRUIT_MOMENTUM, 0.05, 0.9, 10}},
    {.title = "Cost",
     .sentence = "How wrong is it, as one number? Point at a fruit and see its cost, node by node.",
     .points = {"curve", 100, 0, 1, false},
     .net = "2 dense 3 sigmoid dense 2 sigmoid",
     .biases = true,
     .weights = half_learnt,
     .glow = -1,
     .settings = {SQUARED, FRUIT_MOMENTUM, 0.5, 0.9, 10}},
    {.title = "Let it learn",
     .sentence = "Every weight takes a small step downhill in cost, again and again, and the line "
                 "bends.",
     .points = {"bend", 100, 0, 2, false},
     .net = "2 dense 8 relu dense 2 softmax",
     .biases = true,
     .glow = -1,
     .settings = {ENTROPY, FRUIT_MOMENTUM, 0.15, 0.9, 20}},
    {.title = "The race",
     .sentence = "Four ways to follow the same slope, from one start and on one clock.",
     .points = {"spiral", 500, 0.005, 1, false},
     .net = "2 dense 8 tanh dense 8 tanh dense 2 softmax",
     .biases = true,
     .glow = -1,
     .settings = {ENTROPY, FRUIT_MOMENTUM, 0.05, 0.9, 20}},
};

const char *fruit_lesson_title(int number)
{
    return lessons[number - 1].title;
}

const char *fruit_lesson_sentence(int number)
{
    return lessons[number - 1].sentence;
}

int fruit_lesson_glow(int number)
{
    return lessons[number - 1].glow;
}

static ink_status apply(fruit_model *m, int number, bool points, ink_error *err)
{
    if (number < 1 || number > FRUIT_LESSONS)
        return say_error(err, INK_EINVAL, "there are lessons 1 to %d, not %d", FRUIT_LESSONS,
                         number);
    const lesson *l = &lessons[number - 1];
    fruit_shape shape;
    ink_status status = fruit_shape_parse(l->net, 2, FRUIT_CLASSES, &shape, err);
    if (status == INK_OK && points)
        status = fruit_model_set_data(m, &l->points, err);
    if (status != INK_OK)
        return status;
    m->seed = l->points.seed;
    m->biases = l->biases;
    status = fruit_model_set_shape(m, &shape, err);
    if (status == INK_OK)
        status = fruit_model_set_settings(m, &l->settings, err);
    if (status == INK_OK && l->weights)
        status = fruit_model_set_weights(m, l->weights, fruit_parameters(&shape), err);
    if (status == INK_OK)
        m->lesson = number;
    return status;
}

ink_status fruit_model_lesson(fruit_model *m, int number, ink_error *err)
{
    return apply(m, number, true, err);
}

ink_status fruit_model_lesson_with_points(fruit_model *m, int number, ink_error *err)
{
    return apply(m, number, false, err);
}
