/*
 * The wall in the error surface of a recurrent network with a single unit, and two descents on
 * it: Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks"
 * (arXiv 1211.5063), section 2.3, equation 8 and figure 6.
 *
 *   x_t = w σ(x_{t-1}) + b      x_0 = 0.5, t = 1..50      error (σ(x_50) - 0.7)²
 *
 * Above the wall x settles high, below it low. Where x_0 lies on the border between the two,
 * that is along b = 0.5 - w σ(0.5) for w σ'(0.5) > 1, 50 steps blow the smallest change up.
 */
#ifndef NABLASCOPE_CORE_WALL_H
#define NABLASCOPE_CORE_WALL_H

#include <stdbool.h>

enum { WALL_TIME = 50 }; /* steps of the recurrence */
#define WALL_FIRST_STATE 0.5
#define WALL_TARGET 0.7

/*
 * The descents that are shown. The unclipped one is on the wall after 14 steps: there ‖g‖ is
 * 1.4, 50 times that at the start, and rate times that is three quarters of the map's width.
 * The clipped one comes to the foot of the wall and follows it.
 */
#define WALL_RATE 1.5
#define WALL_THRESHOLD 0.04
enum { WALL_ITERATIONS = 60 };

struct wall_point {
    double w, b;
};

struct wall_descent {
    struct wall_point at;
    double rate;         /* learning rate */
    double threshold;    /* of the clipping by norm; INFINITY: none */
    double error, norm;  /* at `at`; norm is that of the gradient before clipping */
    struct wall_point g; /* the gradient before clipping */
    int iteration;       /* steps taken */
    int clipped;         /* of them, those that were clipped */
};

double wall_error(struct wall_point at);
/*
 * The minimum is a line: x settles where σ(x) = 0.7, that is b = σ⁻¹(0.7) - 0.7 w, as long as
 * x_0 lies above the wall there. False for the w at which it does not.
 */
bool wall_minimum(double w, double *b);
/* The exact gradient by backpropagation through time; returns the error. */
double wall_gradient(struct wall_point at, struct wall_point *gradient);

struct wall_descent wall_descent_from(struct wall_point start, double rate, double threshold);
/* The pair that is shown: from the same point at the same rate, with and without clipping. */
struct wall_descent wall_descent_shown(bool clipped);
/* at ← at - rate · g, with g ← g · threshold/‖g‖ first where ‖g‖ is larger. */
void wall_descent_step(struct wall_descent *descent);

#endif
