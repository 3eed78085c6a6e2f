/* How it stands with a lecture, on the screen: in every view and size, and after every key. */
#include <string.h>

#include "core/numbers.h"
#include "suites.h"
#include "ui/screen/lecture_row.h"
#include "ui_screens.h"

/* The lecturer has come to this step of a branch that was changed at step 20. */
static void tell(struct stage *stage, uint64_t reached)
{
    struct branches branches = {.count = 0};
    struct replay told;
    struct hparams first = hparams_of("activation=relu depth=3 width=8");
    branches_add(&branches, -1, &first);
    branches.list[0].reached = 25;
    branches_add(&branches, 0, &first);
    struct change_log *log = &branches.list[1].changes;
    ck_assert(change_log_reserve(log, 0));
    log->list[log->count++] = (struct run_change){.step = 20, .hparams = first};
    log->list[0].hparams.lr = 0.5;
    branches.list[1].reached = branches.at = reached;
    ck_assert(replay_init(&told, &branches, NUMBERS_VERSION, NULL, 0));
    session_hear(stage->session, &told);
    branches_clear(&branches);
    ck_assert_int_eq(session_settle(stage->session, NULL), SETTLED);
}

static void open_guest(struct stage *stage)
{
    stage_open(stage, "depth=3 width=8", 0);
    struct wanted *wanted = &stage->session->news.wanted;
    wanted->guided = wanted->following = stage->session->guest = true;
    wanted->fastest = stage->screen.wanted.fastest = 50;
    stage->session->news.lecture.guided = true;
    (void)snprintf(stage->session->news.lecture.name, LECTURE_NAME, "today.session");
    stage_advance(stage, 0);
}

/* Does the steps that are owed, so many at most. */
static void follow(struct stage *stage, int steps)
{
    for (int i = 0; i < steps; i++)
        ck_assert(session_work(stage->session));
    stage_advance(stage, 0);
}

/* These words stand on the screen, in every view, in all sizes from that width on, big or not.
 */
static void expect(struct stage *stage, const char *words, int width)
{
    static const int sizes[][2] = {
        {40, 10}, {41, 16}, {60, 20}, {80, 24}, {120, 40}, {200, 60}};
    static const char *const shown[] = {"view flow", "view units", "view clip", "view curves",
        "view data", "view layer", "view check"};
    for (size_t i = 0; i < ARRAY_LEN(sizes) * ARRAY_LEN(shown) * 2; i++) {
        const int *size = sizes[i / 2 % ARRAY_LEN(sizes)];
        if (size[0] < width)
            continue;
        struct surface *surface = surface_create(size[0], size[1]);
        stage->screen.presenting = i % 2 > 0;
        screen_command(&stage->screen, shown[i / 2 / ARRAY_LEN(sizes)]);
        stage_look(stage, surface);
        ck_assert_msg(stage_row(surface, words) >= 0, "%dx%d, %s%s: no '%s'", size[0], size[1],
            shown[i / 2 / ARRAY_LEN(sizes)], i % 2 > 0 ? ", big" : "", words);
        surface_destroy(surface);
    }
    stage->screen.presenting = false;
}

START_TEST(it_always_says_how_it_stands)
{
    struct stage stage;
    char pace[40];
    open_guest(&stage);
    expect(&stage, "waiting for the lecturer", 40);
    expect(&stage, "following today.session: waiting for the lecturer", 60);
    tell(&stage, 28);
    follow(&stage, 3);
    expect(&stage, "step 3 of 28", 40);
    expect(&stage, "following today.session: step 3 of 28 · branch 2, lr 0.5 from step 20", 80);
    follow(&stage, 30);
    ck_assert_uint_eq(stage.snapshot.seen.step, 28);
    ck_assert(stage.snapshot.seen.hparams.lr == 0.5);
    expect(&stage, "at step 28", 40);
    expect(
        &stage, ": at step 28, waiting for the lecturer · branch 2, lr 0.5 from step 20", 80);
    stage.session->news.lecture.ended = true;
    stage_advance(&stage, 0);
    expect(&stage, "ended", 40);
    expect(&stage, ": at step 28, it has ended", 60);
    lecture_pace_text(&stage.screen, "", pace, sizeof pace);
    ck_assert_str_eq(pace, "ended");
    stage.session->news.lecture.stopped = true;
    stage_advance(&stage, 0);
    expect(&stage, "stopped", 40);
    expect(&stage, "at step 28, stopped at a wrong line", 60);
    lecture_pace_text(&stage.screen, "", pace, sizeof pace);
    ck_assert_str_eq(pace, "stopped");
    stage.session->news.lecture.ended = stage.session->news.lecture.stopped = false;
    stage_press(&stage, " ", 0);
    expect(&stage, "left at step 28; F returns", 40);
    /* More of it does not move who has left. */
    tell(&stage, 31);
    follow(&stage, 3);
    ck_assert_uint_eq(stage.snapshot.seen.step, 28);
    expect(&stage, "following: left at step 28; F returns to today.session, at step 31", 80);
    stage_press(&stage, "F", 0);
    follow(&stage, 1);
    expect(&stage, ": step 29 of 31", 60);
    stage_close(&stage);
}
END_TEST

static bool follows_after(struct stage *stage, const char *keys)
{
    bool follows;
    stage->screen.outbox_count = 0;
    stage->screen.wanted.following = true;
    stage->screen.wanted.branching = false; /* that of a key before */
    stage->screen.prompt.open = false;
    stage->screen.overlay = OVERLAY_NONE;
    stage_type(stage, keys);
    follows = stage->screen.wanted.following;
    return follows;
}

/* What one looks at, and how fast, is one's own; what is trained is the lecturer's. */
START_TEST(keys_of_the_training_leave_and_others_do_not)
{
    static const char *const own[] = {"1", "2", "3", "4", "5", "6", "7", "\t", "]", "[", "}",
        "{", "w", "b", "B", "v", "e", "z", "t", "?", ":", "+", "-", "p", "@"};
    static const char *const leave[] = {" ", "s", "S", "<", ">", "(", ")", ",", "r", "R", "a",
        "A", "i", "l", "L", "d", "c", "o", "g", ":seek 3\r", ":branch 1\r", ":drop 2\r",
        ":lr 3\r", ":at 900 lr 3\r", ":run\r", ":step 3\r"};
    struct stage stage;
    open_guest(&stage);
    tell(&stage, 28);
    follow(&stage, 28);
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        ck_assert_msg(follows_after(&stage, own[i]), "'%s' leaves", own[i]);
    for (size_t i = 0; i < ARRAY_LEN(leave); i++)
        ck_assert_msg(!follows_after(&stage, leave[i]), "'%s' does not leave", leave[i]);
    /* What is refused does not leave. */
    ck_assert(follows_after(&stage, ":lr x\r") && stage.screen.message_is_error);
    ck_assert(follows_after(&stage, ":seek x\r") && stage.screen.outbox_count == 0);
    ck_assert(follows_after(&stage, " F"));
    ck_assert_int_eq(stage.screen.outbox[0].id, COMMAND_PAUSE);
    ck_assert_int_eq(stage.screen.outbox[1].id, COMMAND_FOLLOW);
    stage_close(&stage);
}
END_TEST

/* What was seen last need not be what was before a change of the lecturer's; of one's own it
 * is.
 */
START_TEST(no_comparison_with_what_was_leapt_over)
{
    struct stage stage;
    open_guest(&stage);
    tell(&stage, 28);
    follow(&stage, 3);
    follow(&stage, 30);
    ck_assert(stage.snapshot.seen.hparams.lr == 0.5);
    ck_assert_ptr_null(before_kept(&stage.screen.before));
    stage_press(&stage, " ", 0);
    stage_command(&stage, "lr 2", 1);
    ck_assert_ptr_nonnull(before_kept(&stage.screen.before));
    ck_assert_uint_eq(before_kept(&stage.screen.before)->seen.step, 28);
    stage_close(&stage);
}
END_TEST

START_TEST(what_cannot_be_asked_for_says_so)
{
    struct stage stage;
    open_guest(&stage);
    stage_type(&stage, ":speed max\r");
    ck_assert(stage.screen.wanted.target_rate == 50);
    ck_assert_ptr_nonnull(
        strstr(stage.screen.message, "50 steps a second is the most here (--max-speed)"));
    stage.screen.message[0] = '\0';
    stage_type(&stage, ":speed 50\r");
    ck_assert_str_eq(stage.screen.message, "");
    stage_type(&stage, "+");
    ck_assert(
        strstr(stage.screen.message, "is the most") && stage.screen.wanted.target_rate == 50);
    stage_close(&stage);
    stage_open(&stage, "depth=2 width=4", 3);
    stage_type(&stage, "F");
    ck_assert(stage.screen.message_is_error && stage.screen.outbox_count == 0);
    ck_assert_str_eq(stage.screen.message, "nobody is followed: nablascope follow FILE does");
    stage_close(&stage);
}
END_TEST

Suite *lecture_suite(void)
{
    return SUITE("lecture", it_always_says_how_it_stands,
        keys_of_the_training_leave_and_others_do_not, no_comparison_with_what_was_leapt_over,
        what_cannot_be_asked_for_says_so);
}
