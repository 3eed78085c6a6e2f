/* The wall of Pascanu, Mikolov & Bengio 2013. */
#include <math.h>

#include "core/wall.h"
#include "suites.h"

/* By NumPy, with the derivative carried forward along with x. */
static const struct {
    struct wall_point at;
    double error, dw, db;
} known[] = {
    {{3, -1}, 0.010848045951327018, 0.050009524388994177, 0.062188992785180731},
    {{4, -1.95}, 1.1964838136403443e-05, 0.0061361366214717035, 0.0087245848795542823},
    {{4.5, -2.3}, 0.0011095243961908696, -1.1230315082857714, -1.7783293118665506},
    {{5, -2.6}, 0.012095211367765828, 0.1194586803879687, 0.14760180815678456},
    {{5, -2.62}, 0.34327190723576201, -0.027328786025521884, -0.23950275638574015},
    {{5.5, -2.5}, 0.054190602757907907, 0.041556365160539357, 0.044550671414215176},
    {{6, -3.5}, 0.44068753737774979, -0.0021152593468722575, -0.058502080689460424},
    {{4.2, -2.9}, 0.39904915718425127, -0.0074931871737922515, -0.10971534027482692},
};

/*
 * 50 steps, each with a few roundings that the next ones enlarge by w/4 < 2 at most, but only
 * where x stays near the border: at these points by less than 1000 in all (‖∇x_50‖ < 20, and it
 * adds up). 50 · 1000 · 2e-16 is 1e-11.
 */
START_TEST(surface_and_gradient_are_numpys)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct wall_point g;
        double error = wall_gradient(known[i].at, &g);
        ck_assert_double_eq_tol(error, known[i].error, 1e-11);
        ck_assert_double_eq(error, wall_error(known[i].at));
        ck_assert_double_eq_tol(g.w, known[i].dw, 1e-11 * (1 + fabs(known[i].dw)));
        ck_assert_double_eq_tol(g.b, known[i].db, 1e-11 * (1 + fabs(known[i].db)));
    }
}
END_TEST

static double shifted(struct wall_point at, double dw, double db)
{
    return wall_error((struct wall_point){at.w + dw, at.b + db});
}

/* The fourth-order difference: error h⁴ f⁽⁵⁾/30 and rounding near 1e-14/h. */
static double difference(struct wall_point at, double dw, double db)
{
    double near = shifted(at, dw, db) - shifted(at, -dw, -db);
    double far = shifted(at, 2 * dw, 2 * db) - shifted(at, -2 * dw, -2 * db);
    return (8 * near - far) / (12 * (dw + db));
}

/* With h = 1e-5 and derivatives of at most 1e4, 1e6, … on the wall, both errors are below 1e-8.
 */
START_TEST(gradient_is_that_of_differences)
{
    const double h = 1e-5;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct wall_point g;
        wall_gradient(known[i].at, &g);
        ck_assert_double_eq_tol(g.w, difference(known[i].at, h, 0), 1e-8);
        ck_assert_double_eq_tol(g.b, difference(known[i].at, 0, h), 1e-8);
    }
}
END_TEST

/* Where x_0 is the fixed point, x stays there: x = w σ(x) + b, and the error is (σ(0.5) -
 * 0.7)². */
START_TEST(on_the_border_x_stays)
{
    double sigmoid = 1 / (1 + exp(-0.5)), miss = sigmoid - 0.7;
    for (double w = 1; w < 4.2; w += 0.5) {
        struct wall_point border = {w, 0.5 - w * sigmoid};
        ck_assert_double_eq_tol(wall_error(border), miss * miss, 1e-13);
    }
}
END_TEST

START_TEST(a_clipped_step_has_the_thresholds_length)
{
    struct wall_point wall = {4.5, -2.3}, plain = {6, -2};
    struct wall_descent d = wall_descent_from(wall, 0.5, 0.1);
    ck_assert_double_gt(d.norm, 1);
    struct wall_point g = d.g;
    wall_descent_step(&d);
    double dw = d.at.w - wall.w, db = d.at.b - wall.b;
    ck_assert_double_eq_tol(hypot(dw, db), 0.5 * 0.1, 1e-15);
    ck_assert_double_eq_tol(dw * g.b, db * g.w, 1e-15); /* along g */
    ck_assert_double_lt(dw * g.w + db * g.b, 0);        /* downhill */
    ck_assert_int_eq(d.clipped, 1);
    d = wall_descent_from(plain, 0.5, 0.1);
    ck_assert_double_lt(d.norm, 0.1);
    g = d.g;
    wall_descent_step(&d);
    ck_assert(d.at.w == plain.w - 0.5 * g.w && d.at.b == plain.b - 0.5 * g.b);
    ck_assert_int_eq(d.clipped, 0);
}
END_TEST

/*
 * What the screen claims. The points after 14 and 60 steps are NumPy's; the way along the wall
 * enlarges rounding: the two agree to 1e-11, 1e-8 leaves room.
 */
START_TEST(one_descent_is_thrown_off_the_other_arrives)
{
    struct wall_descent plain = wall_descent_shown(false), clipped = wall_descent_shown(true);
    double thrown = 0, longest = 0, first = plain.norm;
    for (int i = 0; i < WALL_ITERATIONS; i++) {
        struct wall_point p = plain.at, c = clipped.at;
        if (i == 14)
            ck_assert_double_eq_tol(p.w, 4.58543500789731, 1e-8);
        /* Fifty times the start's there, as wall.h says, and not of all the way: 7 times. */
        if (i <= 14) {
            ck_assert_double_ge(plain.norm, first);
            ck_assert_double_eq_tol(plain.norm / first, i < 14 ? 4 : 51.5, i < 14 ? 3.1 : 0.5);
        }
        wall_descent_step(&plain);
        wall_descent_step(&clipped);
        thrown = fmax(thrown, hypot(plain.at.w - p.w, plain.at.b - p.b));
        longest = fmax(longest, hypot(clipped.at.w - c.w, clipped.at.b - c.b));
    }
    ck_assert_double_gt(thrown, 2);
    ck_assert_double_le(longest, WALL_RATE * WALL_THRESHOLD * (1 + 1e-12));
    ck_assert_double_eq_tol(plain.at.w, 5.0311513464237105, 1e-8);
    ck_assert_double_eq_tol(plain.at.b, -0.8702496587299156, 1e-8);
    ck_assert_double_eq_tol(clipped.at.w, 4.29218447663119, 1e-8);
    ck_assert_double_eq_tol(clipped.at.b, -2.1579816211187097, 1e-8);
    ck_assert_double_gt(plain.error, 0.08);
    ck_assert_double_lt(clipped.error, 1e-5);
}
END_TEST

/*
 * Found anew by looking: of all b of the map the one with the least error. Where x has settled
 * after 50 steps, the slope at it is 0.21 w, so that 0.21 w to the 50th is left of the way
 * there.
 */
START_TEST(the_minimum_is_where_the_error_is_least)
{
    for (double w = 3.6; w < 4.4; w += 0.1) {
        double b, least = 1, place = 0, settled = pow(0.21 * w, 50);
        ck_assert(wall_minimum(w, &b));
        for (int i = 0; i <= 28000; i++) {
            struct wall_point at = {w, -3 + i * 1e-4};
            if (wall_error(at) < least) {
                least = wall_error(at);
                place = at.b;
            }
        }
        double there = wall_error((struct wall_point){w, b});
        ck_assert_double_le(there, settled * settled);
        ck_assert_double_eq_tol(place, b, 2e-4 + settled);
    }
    /* Beyond the place where the line meets the wall x settles low. */
    double w = (log(0.7 / 0.3) - 0.5) / (0.7 - 1 / (1 + exp(-0.5))), b;
    ck_assert(wall_minimum(w - 1e-9, &b) && !wall_minimum(w + 1e-9, &b));
    ck_assert(!wall_minimum(6, &b));
    ck_assert_double_gt(wall_error((struct wall_point){5, log(0.7 / 0.3) - 3.5}), 0.1);
}
END_TEST

Suite *wall_suite(void)
{
    return SUITE("wall", surface_and_gradient_are_numpys, gradient_is_that_of_differences,
        on_the_border_x_stays, a_clipped_step_has_the_thresholds_length,
        one_descent_is_thrown_off_the_other_arrives, the_minimum_is_where_the_error_is_least);
}
