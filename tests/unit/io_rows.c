/* Rows of a training that has been taken back, against those of a straight run. */
#include <stdlib.h>
#include <string.h>

#include "core/state.h"
#include "io/rows.h"
#include "suites.h"

enum { STEPS = 40, EVERY = 8 };

/* The row of the step at hand and its layers' rows, with the update that leads on. */
static char *rows_of(struct training *t)
{
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(file);
    ck_assert(training_evaluate(t, true) && training_clip(t));
    ck_assert(training_update(t));
    rows_print_step(file, ROWS_CSV, false, &t->seen, true);
    rows_print_step(file, ROWS_CSV, true, &t->seen, true);
    ck_assert_int_eq(fclose(file), 0);
    return text;
}

START_TEST(rows_after_going_back_are_the_same_text)
{
    static const char *const runs[] = {
        "activation=relu init=he_normal depth=3 bias=-0.5 optimizer=adam lr=0.02 batch=60",
        "depth=4 clip=value clip_at=0.01 optimizer=momentum",
        "activation=linear depth=3 lr=50 loss=mse width=9"};
    struct training *t = training_of(runs[_i]), *other = training_of(runs[_i]);
    char *rows[STEPS], *states[STEPS / EVERY];
    for (int step = 0; step < STEPS; step++) {
        if (step % EVERY == 0) {
            states[step / EVERY] = malloc(state_size(t));
            state_save(t, states[step / EVERY]);
        }
        rows[step] = rows_of(t);
    }
    for (int i = STEPS / EVERY - 1; i >= 0; i--) {
        struct training *back = i % 2 ? t : other;
        ck_assert(state_load(back, states[i]));
        for (int step = i * EVERY; step < STEPS; step++) {
            char *again = rows_of(back);
            ck_assert_str_eq(again, rows[step]);
            free(again);
        }
        free(states[i]);
    }
    for (int step = 0; step < STEPS; step++)
        free(rows[step]);
    training_destroy(t);
    training_destroy(other);
}
END_TEST

Suite *rows_suite(void)
{
    Suite *suite = suite_create("rows");
    TCase *runs = tcase_create("runs");
    tcase_set_timeout(runs, 120);
    tcase_add_loop_test(runs, rows_after_going_back_are_the_same_text, 0, 3);
    suite_add_tcase(suite, runs);
    return suite;
}
