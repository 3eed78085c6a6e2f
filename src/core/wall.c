#include "core/wall.h"

#include <math.h>

#include "core/clip.h"
#include "core/elementary.h"

/* Fills x_0..x_50 through σ; returns x_50. */
static double unroll(struct wall_point at, double sigmoids[WALL_TIME])
{
    double x = WALL_FIRST_STATE;
    for (int t = 0; t < WALL_TIME; t++) {
        sigmoids[t] = real_sigmoid(x);
        x = __builtin_fma(at.w, sigmoids[t], at.b);
    }
    return x;
}

double wall_error(struct wall_point at)
{
    double sigmoids[WALL_TIME];
    double miss = real_sigmoid(unroll(at, sigmoids)) - WALL_TARGET;
    return miss * miss;
}

bool wall_minimum(double w, double *b)
{
    double settled = real_log(WALL_TARGET / (1 - WALL_TARGET));
    double wall = WALL_FIRST_STATE - w * real_sigmoid(WALL_FIRST_STATE);
    *b = settled - w * WALL_TARGET;
    return *b > wall;
}

double wall_gradient(struct wall_point at, struct wall_point *gradient)
{
    double sigmoids[WALL_TIME];
    double last = real_sigmoid(unroll(at, sigmoids));
    double miss = last - WALL_TARGET;
    double delta = 2 * miss * last * (1 - last); /* ∂error/∂x_50 */
    *gradient = (struct wall_point){0, 0};
    for (int t = WALL_TIME - 1; t >= 0; t--) {
        /* delta is ∂error/∂x_{t+1} here. */
        gradient->w += delta * sigmoids[t];
        gradient->b += delta;
        delta *= at.w * sigmoids[t] * (1 - sigmoids[t]);
    }
    return miss * miss;
}

static void look(struct wall_descent *descent)
{
    descent->error = wall_gradient(descent->at, &descent->g);
    descent->norm = sqrt(descent->g.w * descent->g.w + descent->g.b * descent->g.b);
}

struct wall_descent wall_descent_from(struct wall_point start, double rate, double threshold)
{
    struct wall_descent descent = {.at = start, .rate = rate, .threshold = threshold};
    look(&descent);
    return descent;
}

struct wall_descent wall_descent_shown(bool clipped)
{
    struct wall_point start = {5.35, -1.75};
    return wall_descent_from(start, WALL_RATE, clipped ? WALL_THRESHOLD : INFINITY);
}

void wall_descent_step(struct wall_descent *descent)
{
    double factor = clip_factor(descent->norm, descent->threshold);
    descent->at.w -= descent->rate * factor * descent->g.w;
    descent->at.b -= descent->rate * factor * descent->g.b;
    descent->clipped += factor < 1;
    descent->iteration++;
    look(descent);
}
