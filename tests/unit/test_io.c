#include "suites.h"

int main(void)
{
    static suite_fn *const suites[] = {number_suite, csv_suite, data_file_suite, rows_suite,
        zip_suite, idx_suite, lines_suite, session_file_suite, lesson_file_suite,
        lesson_numbers_suite, lesson_trial_suite, save_suite, journal_suite, kept_suite,
        follower_suite, votes_suite};
    return suites_run(suites, ARRAY_LEN(suites));
}
