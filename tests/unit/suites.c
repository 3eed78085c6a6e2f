#include "suites.h"

#include <stdio.h>
#include <stdlib.h>

int suites_run(suite_fn *const suites[], size_t count)
{
    SRunner *runner = srunner_create(suites[0]());
    for (size_t i = 1; i < count; i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

Suite *suite_of(const char *name, const TTest *const tests[], size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 120); /* sanitizers on a busy machine */
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}

struct hparams hparams_of(const char *settings)
{
    struct hparams hparams;
    char name[32], value[32];
    int length;
    hparams_init(&hparams);
    while (sscanf(settings, " %31[^= ]=%31[^ ]%n", name, value, &length) == 2) {
        struct error error = {.text = ""};
        const struct hparam *row = hparam_find(name, &error);
        if (!row || !hparam_set(&hparams, row, value, &error))
            ck_abort_msg("%s", error.text);
        settings += length;
    }
    return hparams;
}

struct training *training_of(const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    struct training *training =
        training_create(&hparams, dataset_of(&hparams), kernels_select(NULL), NULL);
    ck_assert_ptr_nonnull(training);
    ck_assert(training_keep_signals(training, (struct signals){SIGNALS_BOTH, 0}));
    return training;
}

void training_go(struct training *training, int steps)
{
    for (int i = 0; i < steps; i++) {
        ck_assert(training_evaluate(training, false));
        training_clip(training);
        if (training->seen.divergence.kind != DIVERGED_NOT)
            return;
        training_update(training);
    }
    ck_assert(training_evaluate(training, true));
    training_clip(training);
}
