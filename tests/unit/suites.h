/* The suites of each test program, and how they are run. */
#ifndef NABLASCOPE_TESTS_SUITES_H
#define NABLASCOPE_TESTS_SUITES_H

#include <check.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/training.h"

/* Zeroes what lies between a struct's fields, which may hold anything; who compares whole
 * structs asks first whether this compiler can (gcc does). */
#if defined __has_builtin
#if __has_builtin(__builtin_clear_padding)
#define CLEARS_PADDING true
#define CLEAR_PADDING(object) __builtin_clear_padding(object)
#endif
#endif
#ifndef CLEARS_PADDING
#define CLEARS_PADDING false
#define CLEAR_PADDING(object) ((void)(object))
#endif

typedef Suite *suite_fn(void);

/* Runs them all as CK_VERBOSITY and CK_TAP_LOG_FILE_NAME say; the exit status. */
int suites_run(suite_fn *const suites[], size_t count);

/* A suite of one case. */
Suite *suite_of(const char *name, const TTest *const tests[], size_t count);
#define SUITE(name, ...)                                                                       \
    suite_of(name, (const TTest *const[]){__VA_ARGS__},                                        \
        sizeof((const TTest *const[]){__VA_ARGS__}) / sizeof(const TTest *))

#define HAS(text, words) ck_assert_msg(strstr(text, words), "'%s' lacks '%s'", text, words)
#define LACKS(text, words) ck_assert_msg(!strstr(text, words), "'%s' has '%s'", text, words)

/* Hyperparameters from "NAME=VALUE …"; fails the test when one is wrong. */
struct hparams hparams_of(const char *settings);
/* A training of these settings with the fastest kernels, z and δ of every layer kept, not yet
 * evaluated. */
struct training *training_of(const char *settings);
/* `steps` whole steps, then evaluates; stops where it diverges. */
void training_go(struct training *training, int steps);

Suite *decimal_suite(void);
Suite *elementary_suite(void);
Suite *kernels_suite(void);
Suite *sources_suite(void);
Suite *gradient_suite(void);
Suite *check_suite(void);
Suite *gains_suite(void);
Suite *clip_suite(void);
Suite *training_suite(void);
Suite *census_suite(void);
Suite *hparams_suite(void);
Suite *histogram_suite(void);
Suite *wall_suite(void);
Suite *workers_suite(void);
Suite *probe_suite(void);
Suite *quantity_suite(void);
Suite *survey_suite(void);
Suite *widths_suite(void);
Suite *split_suite(void);
Suite *moved_suite(void);
Suite *even_choice_suite(void);
Suite *pca_suite(void);
Suite *text_suite(void);
Suite *interrupt_suite(void);
Suite *state_suite(void);
Suite *inputs_suite(void);

Suite *agenda_suite(void);
Suite *overfitting_suite(void);
Suite *condition_suite(void);
Suite *condition_truth_suite(void);
Suite *until_suite(void);
Suite *events_suite(void);
Suite *alert_suite(void);
Suite *command_suite(void);
Suite *session_suite(void);
Suite *diagnosis_suite(void);
Suite *checker_suite(void);
Suite *unit_suite(void);
Suite *preset_suite(void);
Suite *comparisons_suite(void);
Suite *runner_suite(void);
Suite *pool_suite(void);
Suite *pictures_suite(void);
Suite *plane_suite(void);
Suite *record_suite(void);
Suite *step_rows_suite(void);
Suite *clip_detail_suite(void);
Suite *layer_detail_suite(void);
Suite *budget_suite(void);
Suite *orders_suite(void);
Suite *time_suite(void);
Suite *walk_suite(void);
Suite *armed_time_suite(void);
Suite *branches_suite(void);
Suite *ghost_run_suite(void);
Suite *load_suite(void);
Suite *replay_suite(void);
Suite *seek_suite(void);
Suite *marks_suite(void);
Suite *looks_suite(void);
Suite *wanted_suite(void);

Suite *lines_suite(void);
Suite *follower_suite(void);
Suite *session_file_suite(void);
Suite *lesson_file_suite(void);
Suite *lesson_numbers_suite(void);
Suite *lesson_trial_suite(void);
Suite *save_suite(void);
Suite *journal_suite(void);
Suite *kept_suite(void);
Suite *votes_suite(void);
Suite *number_suite(void);
Suite *rows_suite(void);
Suite *csv_suite(void);
Suite *data_file_suite(void);
Suite *idx_suite(void);
Suite *zip_suite(void);

Suite *picture_suite(void);
Suite *picture_ansi_suite(void);
Suite *picture_cast_suite(void);

Suite *decode_suite(void);
Suite *background_suite(void);
Suite *key_names_suite(void);

Suite *surface_suite(void);
Suite *screen_suite(void);
Suite *prompt_suite(void);
Suite *messages_suite(void);
Suite *color_suite(void);
Suite *scenes_suite(void);
Suite *overlays_suite(void);
Suite *show_suite(void);
Suite *golden_suite(void);
Suite *flow_suite(void);
Suite *ticks_suite(void);
Suite *bound_suite(void);
Suite *slope_suite(void);
Suite *wave_suite(void);
Suite *wave_pictures_suite(void);
Suite *units_suite(void);
Suite *units_find_suite(void);
Suite *fate_suite(void);
Suite *sentences_suite(void);
Suite *curves_view_suite(void);
Suite *curves_shades_suite(void);
Suite *data_suite(void);
Suite *numbers_suite(void);
Suite *ui_pictures_suite(void);
Suite *histogram_chart_suite(void);
Suite *layer_view_suite(void);
Suite *clip_view_suite(void);
Suite *clip_threshold_suite(void);
Suite *check_view_suite(void);
Suite *edges_suite(void);
Suite *before_suite(void);
Suite *linear_axis_suite(void);
Suite *ghost_suite(void);
Suite *rival_suite(void);
Suite *message_suite(void);
Suite *source_suite(void);
Suite *screen_time_suite(void);
Suite *lecture_suite(void);
Suite *lesson_panel_suite(void);
Suite *places_suite(void);
Suite *question_suite(void);
Suite *time_line_suite(void);
Suite *rows_of_screen_suite(void);
Suite *screen_until_suite(void);

#endif
