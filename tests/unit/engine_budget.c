/* A share of the time, by a clock of the test's. */
#include "engine/budget.h"
#include "suites.h"

/* Pieces of 1 to 50 ms, tried for every millisecond. */
START_TEST(work_beside_the_training_takes_no_more_than_its_share)
{
    struct budget budget = {.share = 0.05, .least = 0.005};
    double now = 1000, spent = 0;
    int pieces = 0;
    while (now < 1100) {
        double piece = 0.001 * (1 + pieces * 7 % 50);
        if (budget_allows(&budget, now)) {
            budget_spend(&budget, now, now + piece);
            now += piece;
            spent += piece;
            pieces++;
        }
        now += 0.001;
    }
    /* The last piece is not yet made up for; a millisecond is the grain. */
    ck_assert_double_le(spent, 0.05 * 100 + 0.05);
    ck_assert_double_ge(spent, 0.04 * 100);
}
END_TEST

/* Of 100 s, own pieces of `piece` where the training makes one of 30 ms every 100; none: 0. */
static int pieces_beside(double piece, bool of_training)
{
    struct budget budget = {.share = 0.05, .least = 0.005};
    int pieces = 0;
    for (int ms = 0; ms < 100000; ms++) {
        double now = 1000 + 0.001 * ms;
        if (of_training && ms % 100 == 0)
            budget_note(&budget, now, now + 0.03);
        else if ((!of_training || ms % 100 >= 30) && budget_allows(&budget, now)) {
            budget_spend(&budget, now, now + piece);
            pieces++;
        }
    }
    return pieces;
}

START_TEST(pieces_of_the_training_leave_few_to_do)
{
    /* 20 and 200 times as long from one to the next, to a millisecond or two. */
    ck_assert_int_le(pieces_beside(0.03, false), 100000 / 600 + 1);
    ck_assert_int_ge(pieces_beside(0.03, false), 100000 / 602);
    ck_assert_int_le(pieces_beside(0.03, true), 100000 / 6000 + 1);
    ck_assert_int_ge(pieces_beside(0.03, true), 100000 / 6100);
    ck_assert_int_ge(pieces_beside(0.00005, true), 100000 / 20);
}
END_TEST

Suite *budget_suite(void)
{
    return SUITE("budget", work_beside_the_training_takes_no_more_than_its_share,
        pieces_of_the_training_leave_few_to_do);
}
