#include "suites.h"

int main(void)
{
    static suite_fn *const suites[] = {surface_suite, linear_axis_suite, screen_suite,
        prompt_suite, color_suite, show_suite, flow_suite, curves_view_suite, golden_suite,
        histogram_chart_suite, layer_view_suite, clip_view_suite, data_suite, ui_pictures_suite,
        units_suite, fate_suite, sentences_suite, edges_suite, check_view_suite, source_suite,
        screen_time_suite, lecture_suite, time_line_suite, rows_of_screen_suite,
        screen_until_suite, ticks_suite, bound_suite, slope_suite, units_find_suite, wave_suite,
        wave_pictures_suite, scenes_suite, overlays_suite, curves_shades_suite,
        clip_threshold_suite, before_suite, ghost_suite, rival_suite, message_suite,
        messages_suite, numbers_suite, lesson_panel_suite, places_suite, question_suite};
    return suites_run(suites, sizeof suites / sizeof suites[0]);
}
