/* Following a session file that grows: the lecturer's numbers to the bit, whatever is written.
 */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/numbers.h"
#include "engine/session.h"
#include "io/follower.h"
#include "io/session_file.h"
#include "runner_bench.h"

#define HEAD "nablascope session 1 numbers 4\nset depth 3\nset width 8\nset activation tanh\n"

static char directory[] = "/tmp/follow-XXXXXX";
static char path[64], other[64];

static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    (void)snprintf(path, sizeof path, "%s/lecture", directory);
    (void)snprintf(other, sizeof other, "%s/lecture.new", directory);
}

static void tear_down(void)
{
    (void)unlink(path);
    (void)unlink(other);
    (void)rmdir(directory);
    (void)snprintf(directory + strlen(directory) - 6, 7, "XXXXXX");
}

static void write_to(const char *name, int flags, const char *text)
{
    int file = open(name, O_WRONLY | O_CREAT | flags, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (int)strlen(text));
    ck_assert_int_eq(close(file), 0);
}

static void grow(const char *text)
{
    write_to(path, O_APPEND, text);
}

/* A runner that follows, under some kernels. */
struct guest {
    struct bench bench;
    struct follower *follower;
};

static struct guest guest_of(
    const char *name, int descriptor, const char *kernels, double fastest)
{
    struct guest guest;
    struct error error = {.text = ""};
    ck_assert_int_eq(pipe(guest.bench.wake), 0);
    struct runner_options options = {.kernels = kernels_select(kernels),
        .target_rate = 20,
        .fastest = fastest,
        .lecture = name ? name : "-",
        .wake_fd = guest.bench.wake[1]};
    hparams_init(&options.hparams);
    ck_assert_ptr_nonnull(options.kernels);
    guest.bench.runner = runner_create(&options, &error);
    ck_assert_msg(guest.bench.runner, "%s", error.text);
    guest.follower = follower_create(name, descriptor, guest.bench.runner, &error);
    ck_assert_msg(guest.follower, "%s", error.text);
    return guest;
}

static void guest_end(struct guest *guest)
{
    follower_destroy(guest->follower);
    bench_end(&guest->bench);
}

/* Where the file as it is now leads, computed without anything between. */
static struct observation *whole(uint64_t *step)
{
    static struct session *session;
    struct session_file file = {.numbers = 0};
    struct lines lines;
    struct error error;
    struct wanted wanted = {.target_rate = INFINITY};
    session_destroy(session);
    ck_assert(lines_open(&lines, path, NULL, &error));
    ck_assert_msg(session_file_read(&file, &lines, &error), "%s", error.text);
    lines_close(&lines);
    hparams_init(&wanted.hparams);
    session = session_open(&wanted, kernels_select(NULL), NULL);
    ck_assert_ptr_nonnull(session);
    ck_assert_msg(session_load(session, &file.branches, &error), "%s", error.text);
    *step = file.branches.at;
    ck_assert(session_advance(session, *step));
    session_file_clear(&file);
    return &session->run->training->seen;
}

/* At the lecturer's step, on the lecturer's branch, and waiting there. */
static bool is_there(const struct snapshot *snapshot, double step)
{
    const struct news *news = &snapshot->news;
    return news->wanted.following && news->lecture.heard &&
        news->lecture.reached == (uint64_t)step && snapshot->seen.step == (uint64_t)step &&
        snapshot->seen.surveyed;
}

/* So many branches of the lecturer have been heard of. */
static bool has_branches(const struct snapshot *snapshot, double number)
{
    return snapshot->news.branches.count == (int)number;
}

static void expect_there(struct guest *guest)
{
    uint64_t step;
    const struct observation *right = whole(&step);
    const struct snapshot *s = bench_await(&guest->bench, is_there, (double)step);
    ck_assert_msg(s->seen.loss == right->loss, "step %d: %.17g, not %.17g", (int)step,
        s->seen.loss, right->loss);
    ck_assert(s->seen.clip.norm_before == right->clip.norm_before);
    ck_assert(s->seen.accuracy == right->accuracy);
    ck_assert(hparams_equal(&s->seen.hparams, &right->hparams));
    ck_assert(hparams_equal(&s->news.wanted.hparams, &right->hparams));
}

static const char *const script[] = {HEAD, "reached 5\n", "reached 12\nat 12 after lr 0.5\n",
    "reached 40\nreached 60\n", "branch lr 3 from 20 of 1\nat 20 lr 3\n",
    "at 20 clip norm\nat 25 clip_at 0.01\nreached 50\n", "active 1\nreached 61\n",
    "at 61 optimizer adam\nreached 90\n",
    "branch relu from 0\nset activation relu\nreached 30\n",
    "branch same from 30 of 2\nat 30 after activation sigmoid\nreached 33\n", "shown 30\n",
    "shown 29\n", "shown 3\n", "shown 4\n", "shown 33\n", "drop 1\nreached 35\nshown 11\n",
    "branch depth 5 from 0\nset depth 5\nreached 7\n", "active 2\nshown 12\n",
    "active 2\nreached 31\n"};

/* Rewinds, forks with clipping on, switches, other networks: two guests, under two instruction
 * sets, agree with a straight run at every command. */
START_TEST(guests_stand_where_the_lecturer_does)
{
    write_to(path, O_TRUNC, "");
    struct guest guests[] = {guest_of(path, -1, "portable", 0), guest_of(path, -1, NULL, 0)};
    for (size_t i = 0; i < ARRAY_LEN(script); i++) {
        grow(script[i]);
        for (int k = 0; k < 2; k++)
            expect_there(&guests[k]);
    }
    for (int k = 0; k < 2; k++)
        guest_end(&guests[k]);
    /* Who comes late, or was killed, catches up. */
    struct guest late = guest_of(path, -1, NULL, 0);
    expect_there(&late);
    guest_end(&late);
}
END_TEST

static bool has_left(const struct snapshot *snapshot, double handled)
{
    return has_handled(snapshot, handled) && !snapshot->news.wanted.following;
}

static bool has_arrived(const struct snapshot *snapshot, double handled)
{
    return has_left(snapshot, handled) && !snapshot->news.wanted.seeking;
}

/* What is done there is nobody else's, and stays when one returns. */
START_TEST(leaving_begins_a_branch_of_ones_own)
{
    write_to(path, O_TRUNC, HEAD "reached 30\nat 30 lr 2\nreached 40\n");
    struct guest guest = guest_of(path, -1, NULL, 0);
    expect_there(&guest);
    /* Speed and what a screen does are not the lecturer's. */
    bench_send(&guest.bench, "speed 50");
    bench_send(&guest.bench, "faster");
    const struct snapshot *s = bench_await(&guest.bench, has_handled, 2);
    ck_assert(s->news.wanted.following && s->news.wanted.target_rate == 100);
    bench_send(&guest.bench, "toggle");
    s = bench_await(&guest.bench, has_left, 3);
    ck_assert(s->news.lecture.left == 40 && !s->news.wanted.running);
    ck_assert_str_eq(s->news.message, "left the lecture at step 40: F returns to it");
    bench_send(&guest.bench, "lr 7");
    bench_send(&guest.bench, "step 5");
    s = bench_await(&guest.bench, at_step, 45);
    ck_assert(s->seen.hparams.lr == 7 && s->news.branches.count == 2);
    double own = s->seen.loss;
    grow("at 40 after lr 0.5\nreached 44\n");
    bench_send(&guest.bench, "step 1");
    s = bench_await(&guest.bench, at_step, 46);
    ck_assert(s->seen.hparams.lr == 7 && !s->news.wanted.following);
    bench_send(&guest.bench, "follow");
    expect_there(&guest);
    s = bench_await(&guest.bench, has_branches, 2);
    ck_assert_int_eq(s->news.branches.active, 0);
    bench_send(&guest.bench, "branch 2");
    (void)bench_await(&guest.bench, has_arrived, 8);
    bench_send(&guest.bench, "seek 45");
    s = bench_await(&guest.bench, has_arrived, 9);
    ck_assert(s->seen.loss == own && s->seen.hparams.lr == 7 && s->seen.step == 45);
    /* A setting leaves at once, and what is told meanwhile waits. */
    bench_send(&guest.bench, "follow");
    expect_there(&guest);
    bench_send(&guest.bench, "clip value");
    s = bench_await(&guest.bench, has_left, 11);
    ck_assert(s->news.lecture.left == 44 && s->seen.hparams.clip == CLIP_VALUE);
    grow("reached 50\n");
    bench_send(&guest.bench, "clip none");
    bench_send(&guest.bench, "follow");
    expect_there(&guest);
    guest_end(&guest);
}
END_TEST

static bool has_stopped(const struct snapshot *snapshot, double number)
{
    (void)number;
    return snapshot->news.lecture.stopped && snapshot->news.message_is_error;
}

START_TEST(a_wrong_line_stops_where_it_stands)
{
    static const char *const wrong[][2] = {{"at 5 lr 1\n", ":6:4: step 5 lies behind step 9"},
        {"at 9 lr x\n", ":6:6: lr: 'x' is not a number"},
        {"quit\n", ":6:1: 'quit' begins no line"}, {"\x1b[2Jreached 10\n", ":6:1: '\\x1b[2J"},
        {"reached 10\0\n", "a zero byte"}, {"at 9 depth 200\n", "builds the network anew"}};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        write_to(path, O_TRUNC, HEAD "reached 9\n");
        struct guest guest = guest_of(path, -1, NULL, 0);
        expect_there(&guest);
        if (strncmp(wrong[i][1], "a zero", 6) == 0) {
            int file = open(path, O_WRONLY | O_APPEND);
            ck_assert_int_eq(write(file, "reached 10\0\n", 12), 12);
            close(file);
        } else {
            grow(wrong[i][0]);
        }
        const struct snapshot *s = bench_await(&guest.bench, has_stopped, 0);
        ck_assert_msg(strstr(s->news.message, wrong[i][1]), "%s", s->news.message);
        ck_assert(s->seen.step == 9 && s->news.wanted.following);
        /* Nothing behind it counts; another file does. */
        grow("reached 20\n");
        write_to(other, O_TRUNC, HEAD "set lr 3\nreached 15\n");
        ck_assert_int_eq(rename(other, path), 0);
        expect_there(&guest);
        guest_end(&guest);
    }
}
END_TEST

/* As cp and > do it: the same file, from its beginning on, and longer, as long, shorter. */
START_TEST(a_file_that_is_written_over_is_read_anew)
{
    static const char *const texts[] = {"reached 9\n",
        "set lr 5\nreached 9\nat 9 set lr 7\nreached 15\n",
        "set lr 6\nreached 9\nat 9 set lr 2\nreached 12\n", "set lr 4\nreached 14\n"};
    char text[sizeof HEAD + 100];
    write_to(path, O_TRUNC, HEAD "reached 9\nreached 10\n");
    struct guest guest = guest_of(path, -1, NULL, 0);
    expect_there(&guest);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        (void)snprintf(text, sizeof text, "%s%s", HEAD, texts[i]);
        write_to(path, O_TRUNC, text);
        expect_there(&guest);
    }
    guest_end(&guest);
}
END_TEST

static bool goes(const struct snapshot *snapshot, double steps)
{
    return snapshot->seen.step >= (uint64_t)steps;
}

/* Whatever is told, keys are obeyed at once. */
START_TEST(a_step_out_of_reach_can_be_left)
{
    write_to(path, O_TRUNC, HEAD "reached 1000000000000000\n");
    struct guest guest = guest_of(path, -1, NULL, 0);
    (void)bench_await(&guest.bench, goes, 100);
    bench_send(&guest.bench, "toggle");
    const struct snapshot *s = bench_await(&guest.bench, has_left, 1);
    ck_assert(!s->news.wanted.running);
    bench_send(&guest.bench, "follow");
    s = bench_await(&guest.bench, goes, (double)s->seen.step + 100);
    guest_end(&guest);
}
END_TEST

static bool has_heard(const struct snapshot *snapshot, double reached)
{
    return snapshot->news.lecture.reached == (uint64_t)reached;
}

static bool is_refused(const struct snapshot *snapshot, double number)
{
    (void)number;
    return snapshot->news.message_is_error && !snapshot->news.wanted.following;
}

/* More than there is memory for is refused, and what there is stays. */
START_TEST(a_network_that_does_not_fit_is_refused)
{
    write_to(path, O_TRUNC, HEAD "reached 9\n");
    struct guest guest = guest_of(path, -1, NULL, 0);
    expect_there(&guest);
    grow("branch large from 0\nset depth 256\nset width 1024\nset samples 100000\nreached 1\n");
    const struct snapshot *s = bench_await(&guest.bench, is_refused, 0);
    ck_assert_msg(strstr(s->news.message, "GiB") || strstr(s->news.message, "MiB"), "%s",
        s->news.message);
    ck_assert(s->seen.step == 9 && s->news.lecture.left == 9);
    bench_send(&guest.bench, "step 2");
    s = bench_await(&guest.bench, at_step, 11);
    /* Where the lecturer goes on elsewhere, one can go, too. */
    grow("active 1\nreached 20\n");
    (void)bench_await(&guest.bench, has_heard, 20);
    bench_send(&guest.bench, "follow");
    expect_there(&guest);
    guest_end(&guest);
}
END_TEST

static bool has_ended(const struct snapshot *snapshot, double step)
{
    return snapshot->news.lecture.ended && snapshot->seen.step == (uint64_t)step;
}

START_TEST(a_pipe_ends)
{
    int ends[2];
    static const char text[] = HEAD "reached 8\nat 8 lr 3\nreached 11\nreached 1";
    ck_assert_int_eq(pipe(ends), 0);
    struct guest guest = guest_of(NULL, ends[0], NULL, 0);
    ck_assert_int_eq(write(ends[1], text, sizeof text - 1), (int)sizeof text - 1);
    const struct snapshot *s = bench_await(&guest.bench, is_there, 11);
    ck_assert(!s->news.lecture.ended);
    close(ends[1]);
    s = bench_await(&guest.bench, has_ended, 11);
    ck_assert(s->news.wanted.following && !s->news.lecture.stopped);
    guest_end(&guest);
}
END_TEST

/* What takes the name of a session and is none is not waited for, and what was told stays. */
START_TEST(no_session_in_the_place_of_one_is_left_aside)
{
    write_to(path, O_TRUNC, HEAD "reached 8\n");
    struct guest guest = guest_of(path, -1, NULL, 0);
    (void)bench_await(&guest.bench, is_there, 8);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(unlink(path), 0);
        ck_assert_int_eq(i == 0 ? mkfifo(path, 0600) : mkdir(path, 0700), 0);
        (void)usleep(300000); /* some looks of it */
        ck_assert_int_eq(i == 0 ? unlink(path) : rmdir(path), 0);
        write_to(other, O_TRUNC, i == 0 ? HEAD "reached 12\n" : HEAD "reached 15\n");
        ck_assert_int_eq(rename(other, path), 0);
        (void)bench_await(&guest.bench, is_there, i == 0 ? 12 : 15);
    }
    guest_end(&guest);
}
END_TEST

START_TEST(speed_is_capped)
{
    write_to(path, O_TRUNC, HEAD "reached 3\n");
    struct guest guest = guest_of(path, -1, NULL, 30);
    expect_there(&guest);
    bench_send(&guest.bench, "speed max");
    const struct snapshot *s = bench_await(&guest.bench, has_handled, 1);
    ck_assert(s->news.wanted.target_rate == 30);
    bench_send(&guest.bench, "faster");
    s = bench_await(&guest.bench, has_handled, 2);
    ck_assert(s->news.wanted.target_rate == 30);
    bench_send(&guest.bench, "slower");
    s = bench_await(&guest.bench, has_handled, 3);
    ck_assert(s->news.wanted.target_rate == 20 && s->news.wanted.following);
    guest_end(&guest);
}
END_TEST

static bool says_something(const struct snapshot *snapshot, double number)
{
    (void)number;
    return snapshot->news.message_is_error;
}

START_TEST(a_state_that_is_another_one_is_said)
{
    write_to(path, O_TRUNC, HEAD "digest 5 0123456789abcdef\nreached 9\n");
    struct guest guest = guest_of(path, -1, NULL, 0);
    const struct snapshot *s = bench_await(&guest.bench, says_something, 0);
    ck_assert_str_eq(
        s->news.message, "step 5: not the lecturer's state: was the file changed?");
    expect_there(&guest);
    guest_end(&guest);
}
END_TEST

static struct lecture lecture_at(uint64_t reached)
{
    struct lecture lecture = {.fresh = false};
    lecture.replay.branches.count = 1;
    lecture.replay.branches.list[0].reached = lecture.replay.branches.at = reached;
    return lecture;
}

static void come_to(struct lecture *lecture, uint64_t reached)
{
    lecture->replay.branches.list[0].reached = lecture->replay.branches.at = reached;
}

/* Steps come over the time in which the lecturer made them, and never further. */
START_TEST(the_pace_is_the_lecturers)
{
    struct lecture lecture = lecture_at(1000);
    lecture_pace(&lecture, 0, 0, 50);
    ck_assert(isinf(lecture_rate(&lecture, 0)) && isinf(lecture_rate(&lecture, 999)));
    come_to(&lecture, 1020);
    lecture_pace(&lecture, 1000, 0, 51);
    ck_assert(lecture_rate(&lecture, 1000) == 16 && lecture_rate(&lecture, 1019) == 16);
    /* Nothing new is no telling. */
    lecture_pace(&lecture, 1010, 0, 51.5);
    ck_assert(lecture_rate(&lecture, 1010) == 16);
    come_to(&lecture, 1040);
    lecture_pace(&lecture, 1010, 0, 52);
    ck_assert(lecture_rate(&lecture, 1010) == 24);
    /* After a long pause, not as slowly as that. */
    come_to(&lecture, 1041);
    lecture_pace(&lecture, 1040, 0, 900);
    ck_assert(lecture_rate(&lecture, 1040) == 0.4);
    /* Far behind, as fast as can be; a guest never faster than may be, but for coming there. */
    come_to(&lecture, 1050);
    lecture_pace(&lecture, 500, 0, 901);
    ck_assert(isinf(lecture_rate(&lecture, 500)) && isinf(lecture_rate(&lecture, 1049)));
    come_to(&lecture, 3050);
    lecture_pace(&lecture, 1050, 100, 902);
    ck_assert(lecture_rate(&lecture, 1050) == 100 && lecture_rate(&lecture, 1049) == INFINITY);
    lecture.moved = true;
    lecture_pace(&lecture, 20, 100, 903);
    come_to(&lecture, 3051);
    lecture_pace(&lecture, 20, 100, 903);
    ck_assert(isinf(lecture_rate(&lecture, 20)));
    ck_assert(lecture_rate(&lecture, 3050) <= 100);
}
END_TEST

Suite *follower_suite(void)
{
    Suite *suite = suite_create("follower");
    TCase *tcase = tcase_create("follower");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, guests_stand_where_the_lecturer_does);
    tcase_add_test(tcase, leaving_begins_a_branch_of_ones_own);
    tcase_add_test(tcase, a_wrong_line_stops_where_it_stands);
    tcase_add_test(tcase, a_file_that_is_written_over_is_read_anew);
    tcase_add_test(tcase, a_step_out_of_reach_can_be_left);
    tcase_add_test(tcase, a_network_that_does_not_fit_is_refused);
    tcase_add_test(tcase, a_pipe_ends);
    tcase_add_test(tcase, no_session_in_the_place_of_one_is_left_aside);
    tcase_add_test(tcase, speed_is_capped);
    tcase_add_test(tcase, a_state_that_is_another_one_is_said);
    tcase_add_test(tcase, the_pace_is_the_lecturers);
    suite_add_tcase(suite, tcase);
    return suite;
}
