/* Text files line by line: every end of line, every way to come in, and all that is no text. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/rng.h"
#include "io/lines.h"
#include "suites.h"

static char directory[] = "/tmp/lines-XXXXXX";
static char path[64];

static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    (void)snprintf(path, sizeof path, "%s/some.txt", directory);
}

static void tear_down(void)
{
    (void)unlink(path);
    (void)rmdir(directory);
    (void)snprintf(directory + strlen(directory) - 6, 7, "XXXXXX");
}

static void write_file(const void *bytes, size_t length)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

#define WRITE(text) write_file(text, sizeof(text) - 1)

static void open_lines(struct lines *lines, const char *name)
{
    struct error error = {.text = ""};
    ck_assert_msg(lines_open(lines, name, NULL, &error), "%s", error.text);
    ck_assert_int_eq(lines->line, 0);
}

static void expect_line(struct lines *lines, int number, const char *expected)
{
    struct error error = {.text = ""};
    char *text;
    ck_assert_msg(lines_next(lines, &text, &error), "%s", error.text);
    if (!expected) {
        ck_assert_msg(!text, "%s", text);
        return;
    }
    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, expected);
    ck_assert_int_eq(lines->line, number);
}

/* The rest of the lines is refused, where and with what; `says` is all behind "FILE:LINE: ". */
static void expect_wrong(struct lines *lines, int number, const char *says)
{
    struct error error = {.text = ""};
    char *text, expected[sizeof error.text];
    ck_assert(!lines_next(lines, &text, &error) && !text);
    (void)snprintf(expected, sizeof expected, "%s:%d: %s", path, number, says);
    ck_assert_str_eq(error.text, expected);
    ck_assert_int_eq(error.line, number);
}

START_TEST(every_end_of_line_is_one)
{
    static const struct {
        const char *bytes, *lines[4];
    } cases[] = {{"", {NULL}}, {"a", {"a"}}, {"a\n", {"a"}}, {"a\r\n", {"a"}}, {"a\r", {"a"}},
        {"\n", {""}}, {"\r\n", {""}}, {"\n\n", {"", ""}}, {"a\n\nb", {"a", "", "b"}},
        {"a\r\nb\nc\r\n", {"a", "b", "c"}}, {" a \t\n", {" a \t"}}, {"\xef\xbb\xbf", {""}},
        {"\xef\xbb\xbf"
         "a\nb\n",
            {"a", "b"}},
        {"a\n\xef\xbb\xbf"
         "b\n",
            {"a",
                "\xef\xbb\xbf"
                "b"}},
        {"\xef\xbf\xbdδ‖∇‖ 🙂\n", {"\xef\xbf\xbdδ‖∇‖ 🙂"}},
        {"\f\v\x1b\x7f\n", {"\f\v\x1b\x7f"}}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct lines lines;
        write_file(cases[i].bytes, strlen(cases[i].bytes));
        open_lines(&lines, path);
        for (int l = 0; l < 4 && cases[i].lines[l]; l++)
            expect_line(&lines, l + 1, cases[i].lines[l]);
        expect_line(&lines, 0, NULL);
        expect_line(&lines, 0, NULL); /* and again */
        lines_close(&lines);
    }
}
END_TEST

START_TEST(what_is_no_text_is_refused_where_it_is)
{
    static const struct {
        const char *bytes;
        size_t length;
        int line;
        const char *says;
    } cases[] = {
#define CASE(bytes, line, says) {bytes, sizeof(bytes) - 1, line, says}
        CASE("ok\nδb\0c\n", 2, "a zero byte in column 3: this is not a text file"),
        CASE("\0", 1, "a zero byte in column 1: this is not a text file"),
        CASE("ok\na\0", 2, "a zero byte in column 2: this is not a text file"),
        CASE("ok\n\nδ\xe9t\xe9\n", 3,
            "byte 0xe9 in column 2 is not UTF-8: iconv -f LATIN1 -t UTF-8 may convert it"),
        CASE("\xc0\xaf\n", 1,
            "byte 0xc0 in column 1 is not UTF-8: iconv -f LATIN1 -t UTF-8 may convert it"),
        CASE("ok\n\xe2\x82", 2,
            "byte 0xe2 in column 1 is not UTF-8: iconv -f LATIN1 -t UTF-8 may convert it"),
        CASE("\xed\xa0\x80\n", 1,
            "byte 0xed in column 1 is not UTF-8: iconv -f LATIN1 -t UTF-8 may convert it"),
        CASE("ok\ra\rb", 1, "a carriage return in column 3: lines end with LF or CRLF"),
        CASE("ok\na\r\r\n", 2, "a carriage return in column 2: lines end with LF or CRLF"),
        CASE("\xff\xfe"
             "a\0\n\0",
            1, "UTF-16, not UTF-8: iconv -f UTF-16 -t UTF-8 converts it"),
        CASE("\xfe\xff\0a\0\n", 1, "UTF-16, not UTF-8: iconv -f UTF-16 -t UTF-8 converts it"),
        CASE("ok\n\xff\xfe\n", 2,
            "byte 0xff in column 1 is not UTF-8: iconv -f LATIN1 -t UTF-8 may convert it"),
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct lines lines;
        char *text;
        write_file(cases[i].bytes, cases[i].length);
        open_lines(&lines, path);
        for (int l = 1; l < cases[i].line; l++)
            ck_assert(lines_next(&lines, &text, NULL) && text);
        expect_wrong(&lines, cases[i].line, cases[i].says);
        lines_close(&lines);
    }
}
END_TEST

/* Lines up to the limit are whole, with either end and behind a mark; one byte more is refused.
 */
START_TEST(lines_are_as_long_as_is_said)
{
    static const char *const ends[] = {"", "\n", "\r\n"};
    char *bytes = malloc(LINES_LONGEST + 16);
    for (int i = 0; i < 3 * 2 * 2; i++) {
        const char *end = ends[i % 3];
        int marked = i / 3 % 2, more = i / 6;
        size_t mark = marked ? 3 : 0, length = (size_t)(LINES_LONGEST + more);
        memcpy(bytes, "\xef\xbb\xbf", 3);
        memset(bytes + mark, 'x', length);
        (void)snprintf(bytes + mark + length, 8, "%sy\n", *end ? end : "\n");
        write_file(bytes, mark + length + strlen(end) + (*end ? 2 : 0));
        struct lines lines;
        open_lines(&lines, path);
        if (more) {
            expect_wrong(
                &lines, 1, "longer than 1048576 bytes: break it into lines, if this is text");
        } else {
            bytes[mark + length] = '\0';
            expect_line(&lines, 1, bytes + mark);
            expect_line(&lines, 2, *end ? "y" : NULL);
        }
        lines_close(&lines);
    }
    free(bytes);
}
END_TEST

/* A file of any lines reads as it was put together, also where it is cut for reading. */
START_TEST(many_lines_of_any_length_keep_their_numbers)
{
    enum { COUNT = 3000 };
    struct rng rng;
    int lengths[COUNT];
    FILE *file = fopen(path, "w");
    rng_init(&rng, 3, RNG_CHECK, 0);
    for (int i = 0; i < COUNT; i++) {
        lengths[i] = (int)rng_below(&rng, i % 100 == 0 ? 300000 : 200);
        for (int k = 0; k < lengths[i]; k++)
            fputc('a' + (i + k) % 26, file);
        fputs(rng_below(&rng, 2) ? "\n" : "\r\n", file);
    }
    fclose(file);
    struct lines lines;
    open_lines(&lines, path);
    for (int i = 0; i < COUNT; i++) {
        char *text;
        ck_assert(lines_next(&lines, &text, NULL) && text && lines.line == i + 1);
        ck_assert_int_eq((int)strlen(text), lengths[i]);
        for (int k = 0; k < lengths[i]; k++)
            ck_assert(text[k] == 'a' + (i + k) % 26);
    }
    expect_line(&lines, 0, NULL);
    lines_close(&lines);
}
END_TEST

START_TEST(what_cannot_be_opened_or_read_is_named)
{
    struct lines lines;
    struct error error;
    char *text;
    ck_assert(!lines_open(&lines, "/nonexistent/x.txt", NULL, &error));
    ck_assert_str_eq(error.text, "/nonexistent/x.txt: No such file or directory");
    ck_assert_int_eq(error.line, 0);
    ck_assert(lines_open(&lines, "/tmp", NULL, &error));
    ck_assert(!lines_next(&lines, &text, &error));
    ck_assert_str_eq(error.text, "/tmp: Is a directory: a file is needed");
    lines_close(&lines);
    WRITE("a\n");
    ck_assert_int_eq(chmod(path, 0), 0);
    if (geteuid() != 0) {
        ck_assert(!lines_open(&lines, path, NULL, &error));
        ck_assert_msg(strstr(error.text, "some.txt: Permission denied"), "%s", error.text);
    }
    ck_assert(!lines_open(&lines, "", NULL, &error) && error.text[0]);
}
END_TEST

/* A message is whole, however long the path: the name of the file stays, its directory goes. */
START_TEST(a_message_has_room_behind_a_long_path)
{
    char name[400], message[ERROR_TEXT - 90];
    memset(name, 'd', sizeof name);
    (void)snprintf(name + 300, 100, "/data.csv");
    memset(message, 'm', sizeof message);
    message[sizeof message - 1] = '\0';
    struct lines lines = {.name = name, .line = 2147483647};
    struct error error;
    ck_assert(!lines_wrong(&lines, &error, "%s", message));
    ck_assert_msg(strncmp(error.text, "data.csv:2147483647: mmm", 24) == 0, "%s", error.text);
    ck_assert_str_eq(error.text + strlen(error.text) - strlen(message), message);
    /* Also of the error itself. */
    lines.name = NULL;
    lines.line = 4;
    (void)error_set(&error, "lr: 'x' is not a number");
    ck_assert(!lines_wrong(&lines, &error, "%s", error.text));
    ck_assert_str_eq(error.text, "standard input:4: lr: 'x' is not a number");
    ck_assert_int_eq(error.line, 4);
}
END_TEST

/* A child that writes pieces into a pipe, a moment between them. */
static pid_t write_slowly(int to, const char *const pieces[])
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child > 0)
        return child;
    for (int i = 0; pieces[i]; i++) {
        (void)usleep(20000);
        if (write(to, pieces[i], strlen(pieces[i])) < 0)
            _exit(1);
    }
    _exit(0);
}

/* From a pipe, in pieces that end anywhere, also in the middle of a character and of CRLF. */
START_TEST(pieces_from_a_pipe_make_whole_lines)
{
    static const char *const pieces[] = {
        "fi", "rst\r", "\n\xe2\x88", "\x87 second\n", "\n", "last", NULL};
    int ends[2], status;
    struct lines lines;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = write_slowly(ends[1], pieces);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    (void)close(ends[0]);
    (void)close(ends[1]);
    /* Whoever shares it may have made it so. */
    ck_assert_int_eq(fcntl(STDIN_FILENO, F_SETFL, _i ? O_NONBLOCK : 0), 0);
    open_lines(&lines, _i ? "-" : NULL);
    expect_line(&lines, 1, "first");
    expect_line(&lines, 2, "∇ second");
    expect_line(&lines, 3, "");
    expect_line(&lines, 4, "last");
    expect_line(&lines, 0, NULL);
    lines_close(&lines);
    ck_assert_int_eq(fcntl(STDIN_FILENO, F_GETFD), 0); /* it is not ours to close */
    ck_assert(waitpid(child, &status, 0) == child && status == 0);
}
END_TEST

/* A line is there as soon as it has come, not when the writer leaves. */
START_TEST(a_line_need_not_wait_for_the_next)
{
    int ends[2];
    struct lines lines;
    char name[40];
    ck_assert_int_eq(pipe(ends), 0);
    (void)snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    open_lines(&lines, name);
    ck_assert_int_eq((int)write(ends[1], "one\ntw", 6), 6);
    expect_line(&lines, 1, "one");
    ck_assert_int_eq((int)write(ends[1], "o\n", 2), 2);
    expect_line(&lines, 2, "two");
    lines_close(&lines);
    (void)close(ends[0]);
    (void)close(ends[1]);
}
END_TEST

static volatile sig_atomic_t signals;

static void on_alarm(int number)
{
    (void)number;
    signals++;
}

static bool enough(void *context)
{
    return signals >= *(int *)context;
}

/* Every signal is asked about; the waiting goes on until it is to end. */
START_TEST(a_signal_ends_the_waiting_when_it_is_to)
{
    int ends[2], most = 5;
    const struct interrupt interrupt = {.wanted = enough, .context = &most};
    const struct itimerval often = {{0, 5000}, {0, 5000}}, never = {{0, 0}, {0, 0}};
    struct sigaction action;
    struct lines lines;
    struct error error;
    char *text;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm; /* without SA_RESTART, as the program's own */
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq((int)write(ends[1], "one\ntwo", 7), 7);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert(lines_open(&lines, NULL, &interrupt, &error));
    ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
    expect_line(&lines, 1, "one");
    ck_assert(!lines_next(&lines, &text, &error));
    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    ck_assert_int_ge(signals, most);
    ck_assert_str_eq(error.text, "standard input: given up");
    lines_close(&lines);
}
END_TEST

static bool second_time(void *context)
{
    return (*(int *)context)++ > 0;
}

/* A signal that comes between the question and the waiting is not lost: it is asked again. */
START_TEST(a_signal_just_before_is_not_lost)
{
    int ends[2], asked = 0;
    const struct interrupt interrupt = {.wanted = second_time, .context = &asked};
    struct lines lines;
    char *text;
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert(lines_open(&lines, NULL, &interrupt, NULL));
    ck_assert(!lines_next(&lines, &text, NULL));
    ck_assert_int_eq(asked, 2);
    lines_close(&lines);
}
END_TEST

START_TEST(comments_and_blanks_say_nothing)
{
    struct lines lines;
    char *text;
    WRITE("# a session\n\n   \t\n  lr = 0.1  # as before\n#\nview a#b\n  at 10 set depth 3\r\n"
          "\t#end");
    static const struct {
        int line;
        const char *said;
    } expected[] = {{4, "lr = 0.1"}, {6, "view a#b"}, {7, "at 10 set depth 3"}};
    open_lines(&lines, path);
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        ck_assert(lines_next_said(&lines, &text, NULL) && text);
        ck_assert_str_eq(text, expected[i].said);
        ck_assert_int_eq(lines.line, expected[i].line);
    }
    ck_assert_str_eq(line_word(&text), "at");
    ck_assert_str_eq(line_word(&text), "10");
    ck_assert_str_eq(text, "set depth 3"); /* the rest is a command */
    ck_assert_str_eq(line_word(&text), "set");
    ck_assert_str_eq(line_word(&text), "depth");
    ck_assert_str_eq(line_word(&text), "3");
    ck_assert_str_eq(line_word(&text), "");
    ck_assert_str_eq(line_word(&text), "");
    ck_assert(lines_next_said(&lines, &text, NULL) && !text);
    lines_close(&lines);
}
END_TEST

Suite *lines_suite(void)
{
    Suite *suite = suite_create("lines");
    TCase *tcase = tcase_create("lines");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_end_of_line_is_one);
    tcase_add_test(tcase, what_is_no_text_is_refused_where_it_is);
    tcase_add_test(tcase, lines_are_as_long_as_is_said);
    tcase_add_test(tcase, many_lines_of_any_length_keep_their_numbers);
    tcase_add_test(tcase, what_cannot_be_opened_or_read_is_named);
    tcase_add_test(tcase, a_message_has_room_behind_a_long_path);
    tcase_add_loop_test(tcase, pieces_from_a_pipe_make_whole_lines, 0, 2);
    tcase_add_test(tcase, a_line_need_not_wait_for_the_next);
    tcase_add_test(tcase, a_signal_ends_the_waiting_when_it_is_to);
    tcase_add_test(tcase, a_signal_just_before_is_not_lost);
    tcase_add_test(tcase, comments_and_blanks_say_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
