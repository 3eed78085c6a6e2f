/* Which steps stay, and copies that are brought up to date. */
#include <stdlib.h>

#include "engine/step_rows.h"
#include "suites.h"

/* A number without its trailing zero bits fits into 8 bits. */
static bool stays(uint64_t step)
{
    while (step > 0 && step % 2 == 0)
        step /= 2;
    return step < 256;
}

START_TEST(steps_of_eight_significant_bits_stay)
{
    size_t rows = 0;
    uint64_t last = 0;
    for (uint64_t step = 0; step < 300000; step++) {
        ck_assert(step_rows_keeps(step) == stays(step));
        if (stays(step)) {
            ck_assert_uint_eq(step_rows_step(rows++), step);
            last = step;
        }
        ck_assert_uint_eq(step_rows_before(step), last);
        ck_assert_uint_eq(step_rows_kept(step + 1), rows);
    }
    /* Beyond the last row nothing is kept, and nothing is taken for a row. */
    uint64_t most = UINT64_C(1) << 38;
    ck_assert_uint_eq(step_rows_step(step_rows_kept(most) - 1), UINT64_C(255) << 30);
    ck_assert(!step_rows_keeps(most));
    ck_assert_uint_eq(step_rows_kept(most + 1), step_rows_kept(most));
}
END_TEST

static void write_row(struct step_rows *rows, uint64_t step, double salt)
{
    double *row = step_rows_open(rows, step);
    for (size_t i = 0; i < rows->width; i++)
        row[i] = (double)step * 100 + (double)i + salt;
    step_rows_close(rows);
}

START_TEST(a_copy_brought_up_to_date_is_the_whole_copy)
{
    enum { STEPS = 5000 };
    struct step_rows whole = {0}, copy = {0};
    ck_assert(step_rows_begin(&whole, 7));
    srand(1);
    int cuts = 0;
    for (uint64_t step = 0; step < STEPS; step++) {
        write_row(&whole, step, 0.5); /* and anew, as when the step is evaluated twice */
        if (rand() % 3 == 0)
            ck_assert(step_rows_copy(&copy, &whole, (struct row_part){2, 3}));
        write_row(&whole, step, 0);
        bool cut = rand() % 500 == 0;
        if (step % 1000 != 999 && rand() % 300 != 0 && !cut)
            continue;
        ck_assert(step_rows_copy(&copy, &whole, (struct row_part){2, 3}));
        for (uint64_t s = 0; s <= step + 2; s++) {
            const double *row = step_rows_at(&copy, s), *from = step_rows_at(&whole, s);
            bool there = s <= step && (stays(s) || s + STEP_ROWS_RECENT > step);
            ck_assert((row != NULL) == (from != NULL));
            ck_assert((row != NULL) == there || (cuts > 0 && there));
            for (int i = 0; i < 3 && row; i++)
                ck_assert(row[i] == (double)s * 100 + i + 2);
        }
        if (cut && step > 300) {
            step = step_rows_cut(&whole, step - (uint64_t)(rand() % 300));
            ck_assert_uint_eq(whole.total, step + 1);
            cuts++;
        }
    }
    ck_assert_int_gt(cuts, 3);
    step_rows_clear(&whole);
    step_rows_clear(&copy);
}
END_TEST

START_TEST(a_copy_of_other_rows_begins_anew)
{
    struct step_rows one = {0}, other = {0}, copy = {0};
    ck_assert(step_rows_begin(&one, 2) && step_rows_begin(&other, 2));
    for (uint64_t step = 0; step < 600; step++) {
        write_row(&one, step, 0);
        write_row(&other, step, 50);
    }
    ck_assert(step_rows_copy(&copy, &one, (struct row_part){0, 1}));
    ck_assert(step_rows_copy(&copy, &other, (struct row_part){0, 1}));
    ck_assert(step_rows_at(&copy, 4)[0] == 450);
    ck_assert(step_rows_copy(&copy, &other, (struct row_part){1, 1}));
    ck_assert(step_rows_at(&copy, 4)[0] == 451);
    /* Cut and written with other numbers, up to the same length. */
    ck_assert_uint_eq(step_rows_cut(&other, 3), 3);
    for (uint64_t step = 4; step < 600; step++)
        write_row(&other, step, 70);
    ck_assert(step_rows_copy(&copy, &other, (struct row_part){1, 1}));
    ck_assert(step_rows_at(&copy, 4)[0] == 471 && step_rows_at(&copy, 599)[0] == 59971);
    step_rows_clear(&one);
    step_rows_clear(&other);
    step_rows_clear(&copy);
}
END_TEST

START_TEST(only_the_next_step_or_the_newest_is_written)
{
    struct step_rows rows = {0};
    ck_assert_ptr_null(step_rows_open(&rows, 0)); /* nothing is recorded */
    ck_assert(step_rows_begin(&rows, 1));
    ck_assert_ptr_null(step_rows_open(&rows, 1));
    write_row(&rows, 0, 0);
    write_row(&rows, 1, 0);
    ck_assert_ptr_nonnull(step_rows_open(&rows, 1));
    ck_assert_ptr_null(step_rows_open(&rows, 0));
    ck_assert_ptr_null(step_rows_open(&rows, 3));
    ck_assert_uint_eq(rows.total, 2);
    ck_assert_uint_eq(step_rows_cut(&rows, 7), 1);
    ck_assert_uint_eq(rows.total, 2);
    step_rows_clear(&rows);
}
END_TEST

/* Every step that stays has its row, in the copy too, wherever the newest is. */
static void check_all(
    const struct step_rows *rows, struct step_rows *copy, uint64_t newest, uint64_t end)
{
    ck_assert(step_rows_copy(copy, rows, (struct row_part){0, rows->width}));
    ck_assert_uint_eq(copy->total, newest + 1);
    for (uint64_t s = 0; s < end; s++) {
        const double *at = step_rows_at(copy, s), *kept = step_rows_kept_at(copy, s);
        ck_assert((at != NULL) == (step_rows_at(rows, s) != NULL));
        ck_assert(!at || (s <= newest && at[0] == (double)s * 100));
        ck_assert(!kept || kept[0] == (double)s * 100);
        ck_assert(!stays(s) || kept);
        ck_assert(s > newest || !stays(s) || at);
    }
}

/* Back and on again over what lies ahead. */
START_TEST(steps_ahead_stay_until_they_are_forgotten)
{
    enum { END = 3000 };
    struct step_rows rows = {0}, copy = {0};
    static const uint64_t places[] = {1500, 2999, 3, 2987, 2000, 255, 1024};
    ck_assert(step_rows_begin(&rows, 2));
    for (uint64_t step = 0; step < END; step++)
        write_row(&rows, step, 0);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        uint64_t step = places[i];
        const double row[] = {(double)step * 100, (double)step * 100 + 1};
        ck_assert(step_rows_resume(&rows, step, row));
        ck_assert(step_rows_at(&rows, step)[1] == row[1]);
        check_all(&rows, &copy, step, END);
        for (int k = 0; k < 20 && step + 1 < END; k++)
            write_row(&rows, ++step, 0);
        check_all(&rows, &copy, step, END);
    }
    step_rows_forget(&rows, 2000);
    ck_assert_ptr_nonnull(step_rows_kept_at(&rows, 1992));
    ck_assert_ptr_null(step_rows_kept_at(&rows, 2000));
    /* No row of another future may stand where those of this one are missing. */
    ck_assert(!step_rows_resume(&rows, 2500, (double[]){250000, 250001}));
    ck_assert_uint_eq(rows.total, 1045);
    ck_assert(step_rows_copy(&copy, &rows, (struct row_part){0, 2}));
    ck_assert_ptr_null(step_rows_kept_at(&copy, 2000));
    step_rows_clear(&rows);
    step_rows_clear(&copy);
}
END_TEST

Suite *step_rows_suite(void)
{
    return SUITE("step rows", steps_of_eight_significant_bits_stay,
        a_copy_brought_up_to_date_is_the_whole_copy, a_copy_of_other_rows_begins_anew,
        only_the_next_step_or_the_newest_is_written, steps_ahead_stay_until_they_are_forgotten);
}
