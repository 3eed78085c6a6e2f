#include "suites.h"

int main(void)
{
    static suite_fn *const suites[] = {session_suite, alert_suite, runner_suite, budget_suite,
        plane_suite, pictures_suite, record_suite, step_rows_suite, clip_detail_suite,
        layer_detail_suite, unit_suite, checker_suite, pool_suite, preset_suite, orders_suite,
        time_suite, armed_time_suite, branches_suite, ghost_run_suite, marks_suite, load_suite,
        replay_suite, seek_suite, walk_suite, looks_suite, wanted_suite, diagnosis_suite,
        command_suite, agenda_suite, condition_suite, condition_truth_suite, until_suite,
        overfitting_suite, events_suite, comparisons_suite};
    return suites_run(suites, sizeof suites / sizeof suites[0]);
}
