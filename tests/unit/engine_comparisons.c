/* What presets are compared with, and the room that their lines have. */
#include <string.h>

#include "engine/preset.h"
#include "suites.h"

/* Of the settings of two presets, with the same seed. */
static int differ(const struct preset *a, const struct preset *b, char *text, size_t size)
{
    struct hparams from, to;
    hparams_init(&from);
    hparams_init(&to);
    from.seed = to.seed = 7;
    preset_apply(a, &from);
    preset_apply(b, &to);
    return hparams_differences(&from, &to, text, size);
}

/* Those that need more than one thing, and say so. */
START_TEST(a_comparison_changes_one_thing_and_names_it)
{
    static const char *const two[] = {"healthy", "clip_value", "clip_norm"};
    for (int i = 0; i < preset_count; i++) {
        const struct preset *preset = &preset_table[i];
        const struct preset *other = preset_find(preset->compare, NULL);
        char change[200];
        ck_assert_msg(other && other != preset, "%s", preset->name);
        bool more = false;
        for (size_t j = 0; j < ARRAY_LEN(two); j++)
            more = more || strcmp(two[j], preset->name) == 0;
        int count = differ(preset, other, change, sizeof change);
        ck_assert_msg(count == 1 + more, "%s: %s", preset->name, change);
        ck_assert_msg(!more || strchr(preset->change, ','), "%s", preset->name);
        /* Both are seen to begin alike. */
        ck_assert_msg(preset->slow == other->slow, "%s", preset->name);
    }
}
END_TEST

START_TEST(a_change_in_words_is_that_of_the_settings)
{
    static const struct {
        const char *from, *to, *says;
    } cases[] = {{"exploding", "clipped", "clip norm instead of none"},
        {"clipped", "clipped_by_value", "clip value instead of norm"},
        {"clipped_by_value", "exploding", "clip none instead of value"},
        {"dying", "surviving", "lr 1 instead of 10"},
        {"healthy", "vanishing", "activation sigmoid instead of tanh, lr 1 instead of 0.03"},
        {"dying", "dying", ""}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char change[200];
        differ(preset_find(cases[i].from, NULL), preset_find(cases[i].to, NULL), change,
            sizeof change);
        ck_assert_str_eq(change, cases[i].says);
    }
}
END_TEST

START_TEST(the_line_of_a_scene_has_room)
{
    for (int i = 0; i < preset_count; i++) {
        const struct preset *preset = &preset_table[i];
        size_t line = strlen(preset->look) + strlen(preset->change);
        ck_assert_msg(line <= PRESET_LINE, "%s: %zu", preset->name, line);
        ck_assert_msg(strlen(preset->brief) <= PRESET_BRIEF, "%s", preset->name);
        /* "? help  q quit  n " and this, in 40 columns. */
        ck_assert_msg(strlen(preset->change) <= 22, "%s", preset->name);
        /* Key q leaves the menu only before anything is typed. */
        ck_assert_msg(preset->name[0] != 'q' && preset->title[0] != 'q', "%s", preset->name);
        for (const char *c = preset->look; *c; c++)
            ck_assert_msg(*c > 0 && *c < 127, "%s", preset->name);
    }
}
END_TEST

Suite *comparisons_suite(void)
{
    return SUITE("comparisons", a_comparison_changes_one_thing_and_names_it,
        a_change_in_words_is_that_of_the_settings, the_line_of_a_scene_has_room);
}
