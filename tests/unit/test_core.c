#include "suites.h"

int main(void)
{
    static suite_fn *const suites[] = {elementary_suite, decimal_suite, kernels_suite,
        sources_suite, gradient_suite, check_suite, gains_suite, clip_suite, training_suite,
        census_suite, hparams_suite, histogram_suite, wall_suite, workers_suite, probe_suite,
        survey_suite, quantity_suite, moved_suite, pca_suite, even_choice_suite, text_suite,
        interrupt_suite, state_suite, inputs_suite, split_suite, widths_suite};
    return suites_run(suites, sizeof suites / sizeof suites[0]);
}
