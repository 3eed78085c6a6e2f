/* The prompt: editing, history, completion. */
#include <stdlib.h>
#include <string.h>

#include "engine/command.h"
#include "suites.h"
#include "ui/draw/input.h"
#include "ui/screen/prompt.h"
#include "ui_screens.h"

static void type(struct prompt *prompt, const char *text)
{
    for (uint32_t glyph; (glyph = utf8_next(&text)) != 0;)
        (void)prompt_key(prompt, glyph);
}

START_TEST(lines_are_edited)
{
    struct prompt prompt = {.open = false};
    prompt_open(&prompt);
    type(&prompt, "set lx 0.1");
    for (int i = 0; i < 4; i++)
        (void)prompt_key(&prompt, INPUT_LEFT);
    (void)prompt_key(&prompt, INPUT_BACKSPACE);
    type(&prompt, "r");
    ck_assert_str_eq(prompt.text, "set lr 0.1");
    (void)prompt_key(&prompt, INPUT_HOME);
    (void)prompt_key(&prompt, INPUT_DELETE);
    ck_assert_str_eq(prompt.text, "et lr 0.1");
    (void)prompt_key(&prompt, INPUT_END);
    (void)prompt_key(&prompt, INPUT_CONTROL('w'));
    ck_assert_str_eq(prompt.text, "et lr ");
    (void)prompt_key(&prompt, INPUT_CONTROL('u'));
    ck_assert_str_eq(prompt.text, "");
    ck_assert_int_eq(prompt_key(&prompt, INPUT_BACKSPACE), PROMPT_CANCELLED);
}
END_TEST

/* By whole characters, a column each; what is none in UTF-8 leaves the line as it is. */
START_TEST(names_of_files_are_typed_in_any_script)
{
    struct prompt prompt = {.open = false};
    prompt_open(&prompt);
    type(&prompt, "save p\u00e2t\u00e9 \u8ab2.session");
    ck_assert_str_eq(prompt.text, "save p\u00e2t\u00e9 \u8ab2.session");
    ck_assert_int_eq(prompt_key(&prompt, INPUT_UNREADABLE), PROMPT_UNREADABLE);
    ck_assert_int_eq(prompt_key(&prompt, 0x9b), PROMPT_EDITED);
    for (int i = 0; i < 9; i++)
        (void)prompt_key(&prompt, INPUT_LEFT);
    ck_assert_str_eq(prompt.text + prompt.cursor, "\u8ab2.session");
    struct surface *surface = surface_create(14, 1);
    prompt_draw(&prompt, surface, 0);
    const struct cell *cells = surface->cells; /* ":save pâté ?." */
    ck_assert_uint_eq(cells[7].glyph, 0xe2);
    ck_assert_int_eq(cells[11].role, ROLE_SELECTED);
    ck_assert_uint_eq(cells[11].glyph, '?'); /* as wherever it is shown */
    surface_destroy(surface);
    (void)prompt_key(&prompt, INPUT_DELETE);
    (void)prompt_key(&prompt, INPUT_BACKSPACE);
    (void)prompt_key(&prompt, INPUT_BACKSPACE);
    ck_assert_str_eq(prompt.text, "save p\u00e2t.session");
    (void)prompt_key(&prompt, INPUT_RIGHT);
    ck_assert_str_eq(prompt.text + prompt.cursor, "session");
    (void)prompt_key(&prompt, INPUT_CONTROL('w'));
    ck_assert_str_eq(prompt.text, "save session");
}
END_TEST

START_TEST(long_lines_stop_at_the_end_of_their_room)
{
    struct prompt prompt = {.open = false};
    prompt_open(&prompt);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(
            prompt_key(&prompt, 'x'), i < PROMPT_SIZE - 1 ? PROMPT_EDITED : PROMPT_FULL);
    ck_assert_int_eq((int)strlen(prompt.text), PROMPT_SIZE - 1);
    /* What Tab has no room for is not begun. */
    prompt_open(&prompt);
    for (int i = 0; i < PROMPT_SIZE - 13; i++)
        type(&prompt, " ");
    type(&prompt, "optimizer ad");
    ck_assert_int_eq(prompt_key(&prompt, INPUT_TAB), PROMPT_FULL);
    ck_assert_str_eq(prompt.text + PROMPT_SIZE - 13, "optimizer ad");
    struct surface *surface = surface_create(40, 4);
    prompt_draw(&prompt, surface, 2);
    surface_destroy(surface);
}
END_TEST

START_TEST(tab_completes_commands_names_and_values)
{
    static const struct {
        const char *typed, *completed;
    } cases[] = {{"pre", "pre"}, {"prev", "previous "}, {"set act", "set activation "},
        {"set activation sig", "set activation sigmoid "},
        {"activation so", "activation softplus "}, {"init he", "init he_"},
        {"preset van", "preset vanishing"}, {"--act", "--activation "},
        {" --optimizer=ad", " --optimizer=adam "}, {"theme mo", "theme mono "},
        {"view f", "view flow "}, {"next de", "next depth "},
        {"optimizer=ad", "optimizer=adam "}, {"nothing x", "nothing x"},
        {"plant slope_o", "plant slope_of_a "}, {"plant ne", "plant next "},
        {"map la", "map layer "}, {"distribution al", "distribution all "},
        {"difference fl", "difference float "}, {"split of", "split off "},
        {"bell of", "bell off "}, {"speed m", "speed max "}, {"at dr", "at drop "},
        {"at 50 dr", "at 50 drop "}, {"at 50 activation=ta", "at 50 activation=tanh "},
        {"at 50 set optimizer ad", "at 50 set optimizer adam "}, {"at 50 pau", "at 50 pause "},
        {"at 50 dep", "at 50 dep"}, {"at 50 vie", "at 50 vie"},
        {"at 50 clip_", "at 50 clip_at "}, {"at 50 speed m", "at 50 speed max "}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct prompt prompt = {.open = false};
        prompt_open(&prompt);
        type(&prompt, cases[i].typed);
        (void)prompt_key(&prompt, INPUT_TAB);
        ck_assert_str_eq(prompt.text, cases[i].completed);
    }
}
END_TEST

/* Of every command that takes a name: each one offered is taken by the screen. */
START_TEST(what_tab_offers_is_what_the_command_takes)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=4 samples=4", 1);
    stage.screen.width = 200;
    for (int id = 0; id < COMMAND_COUNT; id++) {
        struct prompt prompt = {.open = false};
        char line[PROMPT_SIZE * 2];
        if (command_table[id].argument != ARGUMENT_NAME)
            continue;
        prompt_open(&prompt);
        type(&prompt, command_table[id].name);
        type(&prompt, " ");
        (void)prompt_key(&prompt, INPUT_TAB);
        ck_assert_msg(prompt.candidate_count > 1, "%s", prompt.text);
        for (int i = 0; i < prompt.candidate_count; i++) {
            (void)snprintf(
                line, sizeof line, "%s %s", command_table[id].name, prompt.candidates[i]);
            stage.screen.message[0] = '\0';
            screen_command(&stage.screen, line);
            ck_assert_msg(!strstr(stage.screen.message, "unknown") &&
                    !strstr(stage.screen.message, "neither"),
                "%s: %s", line, stage.screen.message);
        }
        /* And it looks at the name: one that nobody offers is refused. */
        (void)snprintf(line, sizeof line, "%s nonsense", command_table[id].name);
        screen_command(&stage.screen, line);
        ck_assert_msg(
            stage.screen.message_is_error && strstr(stage.screen.message, "'nonsense'"),
            "%s: %s", line, stage.screen.message);
    }
    stage_close(&stage);
}
END_TEST

/* The word at column x of row y, as far as the next blank. */
static void word_at(const struct surface *surface, int x, int y, char *word, int size)
{
    int length = 0;
    for (; x < surface->width && length < size - 1; x++) {
        uint32_t glyph = surface->cells[y * surface->width + x].glyph;
        if (glyph == ' ')
            break;
        word[length++] = (char)glyph;
    }
    word[length] = '\0';
}

/* Every name, whole, in rows above the prompt; or how many there is no room for. */
START_TEST(what_tab_offers_is_never_cut)
{
    static const int sizes[][2] = {{80, 24}, {40, 10}, {40, 24}, {41, 20}, {200, 60}, {40, 4}};
    static const char *const lines[] = {"", "set ", "preset ", "view ", "b", "activation "};
    for (size_t i = 0; i < ARRAY_LEN(sizes) * ARRAY_LEN(lines); i++) {
        const int *size = sizes[i / ARRAY_LEN(lines)];
        struct surface *surface = surface_create(size[0], size[1]);
        struct prompt prompt = {.open = false};
        prompt_open(&prompt);
        type(&prompt, lines[i % ARRAY_LEN(lines)]);
        (void)prompt_key(&prompt, INPUT_TAB);
        ck_assert_int_gt(prompt.candidate_count, 1);
        ck_assert_int_lt(prompt.candidate_count, PROMPT_CANDIDATES);
        prompt_draw(&prompt, surface, size[1] - 2);
        int seen = 0, left = 0;
        for (int place = 0; place < (size[1] - 2) * size[0]; place++) {
            int x = place % size[0], y = place / size[0];
            char word[64];
            if (surface->cells[place].role != ROLE_HEADING) {
                if (surface->cells[place].glyph == 0x2026) {
                    word_at(surface, x + 2, y, word, sizeof word);
                    left = atoi(word);
                    word_at(surface, x + 2 + (int)strlen(word) + 1, y, word, sizeof word);
                    ck_assert_str_eq(word, "more");
                }
                continue;
            }
            if (x > 0 && surface->cells[place - 1].role == ROLE_HEADING)
                continue;
            word_at(surface, x, y, word, sizeof word);
            ck_assert_str_eq(word, prompt.candidates[seen]);
            seen++;
        }
        ck_assert_int_eq(seen + left, prompt.candidate_count);
        ck_assert_msg(left == 0 || size[1] <= 20, "%dx%d: %d left", size[0], size[1], left);
        surface_destroy(surface);
    }
}
END_TEST

START_TEST(history_brings_lines_back)
{
    struct prompt prompt = {.open = false};
    static const char *const lines[] = {"run", "pause", "pause", "step 3"};
    for (size_t i = 0; i < 4; i++) {
        prompt_open(&prompt);
        type(&prompt, lines[i]);
        ck_assert_int_eq(prompt_key(&prompt, INPUT_ENTER), PROMPT_ENTERED);
    }
    prompt_open(&prompt);
    type(&prompt, "half");
    (void)prompt_key(&prompt, INPUT_UP);
    ck_assert_str_eq(prompt.text, "step 3");
    (void)prompt_key(&prompt, INPUT_UP);
    ck_assert_str_eq(prompt.text, "pause");
    (void)prompt_key(&prompt, INPUT_UP);
    ck_assert_str_eq(prompt.text, "run"); /* pause stands there once */
    (void)prompt_key(&prompt, INPUT_UP);
    ck_assert_str_eq(prompt.text, "run");
    for (int i = 0; i < 4; i++)
        (void)prompt_key(&prompt, INPUT_DOWN);
    ck_assert_str_eq(prompt.text, "half");
    for (int i = 0; i < 200; i++) {
        char line[16];
        (void)snprintf(line, sizeof line, "step %d", i);
        prompt_open(&prompt);
        type(&prompt, line);
        (void)prompt_key(&prompt, INPUT_ENTER);
    }
    prompt_open(&prompt);
    for (int i = 0; i < 300; i++)
        (void)prompt_key(&prompt, INPUT_UP);
    ck_assert_str_eq(prompt.text, "step 136"); /* the oldest of 64 */
}
END_TEST

START_TEST(pasted_text_is_made_harmless)
{
    static const struct {
        const char *pasted, *becomes;
    } cases[] = {{"lr 0.1\n", "set lr 0.1"}, {"lr\r\n\t 0.1 \n\n", "set lr 0.1"},
        {"\033[A\001\177x", "set [A x"},
        {"p\303\242t\303\251\302\233", "set p\303\242t\303\251"}, {"", "set "},
        {" \n", "set "}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct prompt prompt = {.open = false};
        prompt_open(&prompt);
        type(&prompt, "set ");
        ck_assert_int_eq(prompt_paste(&prompt, cases[i].pasted), PROMPT_EDITED);
        ck_assert_str_eq(prompt.text, cases[i].becomes);
        ck_assert_int_eq(prompt.cursor, prompt.length);
        ck_assert(prompt.open);
    }
    struct prompt prompt = {.open = false};
    char much[1000];
    memset(much, 'x', sizeof much);
    much[sizeof much - 1] = '\0';
    prompt_open(&prompt);
    type(&prompt, "until loss < 1");
    ck_assert_int_eq(prompt_paste(&prompt, much), PROMPT_FULL);
    ck_assert_int_eq(prompt_paste(&prompt, "e-3\377"), PROMPT_UNREADABLE);
    ck_assert_str_eq(prompt.text, "until loss < 1");
}
END_TEST

/* The longest name of a file comes to its command whole, a longer one is refused there. */
START_TEST(no_line_is_cut_in_silence)
{
    struct stage stage;
    char name[COMMAND_ARGUMENT_SIZE];
    stage_open(&stage, "depth=2 width=4 samples=4", 1);
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    screen_key(&stage.screen, ':');
    screen_paste(&stage.screen, "save");
    screen_key(&stage.screen, ' ');
    screen_paste(&stage.screen, name);
    screen_key(&stage.screen, INPUT_ENTER);
    ck_assert(stage.screen.has_errand);
    ck_assert_str_eq(stage.screen.errand.text, name);
    stage.screen.has_errand = false;
    screen_key(&stage.screen, ':');
    screen_paste(&stage.screen, "save n");
    screen_paste(&stage.screen, name);
    screen_key(&stage.screen, INPUT_ENTER);
    ck_assert(!stage.screen.has_errand);
    ck_assert_msg(strstr(stage.screen.message, "save takes up to 223 bytes, not 224"), "%s",
        stage.screen.message);
    screen_key(&stage.screen, ':');
    for (int i = 0; i < PROMPT_SIZE; i++)
        screen_key(&stage.screen, ' ');
    ck_assert_str_eq(stage.screen.message, "the prompt is full: it takes no more");
    /* The line is not in its way. */
    static const int sizes[][2] = {{80, 24}, {40, 16}, {40, 10}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct surface *surface = surface_create(sizes[i][0], sizes[i][1]);
        stage_look(&stage, surface);
        ck_assert_int_eq(stage_row(surface, "the prompt is full"), sizes[i][1] - 1);
        surface_destroy(surface);
    }
    stage_close(&stage);
}
END_TEST

/* As messages advise it; more of the command line is no command. */
START_TEST(settings_are_taken_as_on_the_command_line)
{
    static const struct {
        const char *typed, *says;
    } cases[] = {{":--lr=0.25", "lr 0.25 "}, {": --init zeros", "init zeros"},
        {":--ignore=2,7", "ignore"}, {":--nothing=1", "unknown command 'nothing'"},
        {":--", "unknown command '--'"}, {":-lr=1", "unknown command '-lr'"}};
    struct stage stage;
    stage_open(&stage, "depth=2 width=4 samples=4", 1);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        stage_type(&stage, cases[i].typed);
        screen_key(&stage.screen, INPUT_ENTER);
        stage_go_on(&stage, 0);
        ck_assert_msg(strstr(stage.screen.message, cases[i].says), "%s: %s", cases[i].typed,
            stage.screen.message);
    }
    ck_assert_str_eq(stage.screen.wanted.hparams.ignore, "2,7");
    stage_close(&stage);
    /* Files of sessions and lessons stay strict. */
    struct command command;
    ck_assert(!command_parse("--lr=0.25", &command, NULL));
}
END_TEST

Suite *prompt_suite(void)
{
    return SUITE("prompt", pasted_text_is_made_harmless, lines_are_edited,
        names_of_files_are_typed_in_any_script, no_line_is_cut_in_silence,
        settings_are_taken_as_on_the_command_line, long_lines_stop_at_the_end_of_their_room,
        tab_completes_commands_names_and_values, what_tab_offers_is_what_the_command_takes,
        what_tab_offers_is_never_cut, history_brings_lines_back);
}
