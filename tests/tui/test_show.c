/* What the laboratory shows others: pictures, recordings, the numbers of a run. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

/* Reads a file that the program has written, and removes it. */
static void take_file(const char *name, char *text, size_t size)
{
    FILE *file = fopen(name, "r");
    ck_assert_msg(file != NULL, "%s", name);
    size_t length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    ck_assert_uint_lt(length, size - 1);
    (void)fclose(file);
    ck_assert_int_eq(remove(name), 0);
}

/* A command with the name of a file, which is to be written. */
static void have_written(struct pty *pty, const char *command, const char *name)
{
    char line[160], said[160];
    (void)snprintf(line, sizeof line, ":%s %s\r", command, name);
    (void)snprintf(said, sizeof said, "written: %s", name);
    pty_type(pty, line);
    ck_assert_msg(pty_shows(pty, said, PATIENCE), "%.4000s", pty_text(pty));
}

/* What `cat` makes of it is the picture, with colours; another theme has other ones. */
START_TEST(a_picture_for_terminals_is_shown_by_cat)
{
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", "--theme=dark", NULL};
    struct pty pty;
    char ansi[64], text[64], light[64], wanted[8192], bytes[1 << 15];
    (void)snprintf(ansi, sizeof ansi, "picture-%d.ansi", (int)getpid());
    (void)snprintf(text, sizeof text, "picture-%d.txt", (int)getpid());
    (void)snprintf(light, sizeof light, "light-%d.ansi", (int)getpid());
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "3 ▒", PATIENCE), "%.4000s", pty_text(&pty)); /* units, too */
    have_written(&pty, "snapshot", ansi);
    ck_assert(pty_drops(&pty, "written: ", PATIENCE));
    have_written(&pty, "snapshot", text);
    ck_assert(pty_drops(&pty, "written: ", PATIENCE));
    have_written(&pty, "snapshot light", light);
    pty_quits(&pty);
    take_file(text, wanted, sizeof wanted);
    take_file(light, bytes, sizeof bytes);
    ck_assert(strstr(bytes, "38;5;") && !strstr(bytes, "38;5;222")); /* keys on dark */
    const char *const cat[] = {"/bin/cat", ansi, NULL};
    pty_start(&pty, 80, 25, cat, NULL); /* the last line is ended, too */
    ck_assert_int_eq(pty_wait(&pty, PATIENCE), 0);
    ck_assert(pty_colored(&pty));
    ck_assert_msg(strncmp(pty_text(&pty), wanted, strlen(wanted)) == 0, "%s\nfor\n%s",
        pty_text(&pty), wanted);
    pty_close(&pty);
    take_file(ansi, bytes, sizeof bytes);
    ck_assert(strstr(bytes, "38;5;222"));
}
END_TEST

/* What a command without a screen writes is what the file has, to the byte; both go. */
static void expect_written_by(const char *name, const char *arguments)
{
    char line[400];
    (void)snprintf(line, sizeof line, "'%s' %s | cmp - %s", pty_program(), arguments, name);
    ck_assert_msg(system(line) == 0, "%s", line);
    ck_assert_int_eq(remove(name), 0);
}

static void command(struct pty *pty, const char *line, const char *shown)
{
    char keys[256];
    (void)snprintf(keys, sizeof keys, ":%s\r", line);
    pty_type(pty, keys);
    ck_assert_msg(pty_shows(pty, shown, PATIENCE), "%.4000s", pty_text(pty));
}

/*
 * Changes on the way, also one that came back to what it was, then going back behind one of
 * them: what is exported is the step shown and what led to it.
 */
START_TEST(what_the_run_was_is_exported)
{
    const char *const argv[] = {
        pty_program(), "--paused", "--depth=3", "--batch=32", "--test=0.3", NULL};
    static const char settings[] = "--depth=3 --batch=32 --test=0.3";
    char csv[64], jsonl[64], json[64], npz[64], arguments[200];
    struct pty pty;
    (void)snprintf(csv, sizeof csv, "rows-%d.csv", (int)getpid());
    (void)snprintf(jsonl, sizeof jsonl, "rows-%d.jsonl", (int)getpid());
    (void)snprintf(json, sizeof json, "step-%d.json", (int)getpid());
    (void)snprintf(npz, sizeof npz, "step-%d.npz", (int)getpid());
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%.4000s", pty_text(&pty));
    command(&pty, "step 5", "step 5");
    command(&pty, "lr 3", "lr 3 from step 5 on");
    command(&pty, "step 4", "step 9");
    command(&pty, "optimizer adam", "adam");
    command(&pty, "step 6", "step 15");
    have_written(&pty, "export", csv);
    (void)snprintf(arguments, sizeof arguments,
        "run %s -n 15 --layers --at=5:lr=3 --at=9:optimizer=adam", settings);
    expect_written_by(csv, arguments);
    have_written(&pty, "export", json);
    (void)snprintf(arguments, sizeof arguments,
        "export %s --step=15 --at=5:lr=3 --at=9:optimizer=adam", settings);
    expect_written_by(json, arguments);
    command(&pty, "seek 7", "step 7");
    have_written(&pty, "export steps", csv);
    (void)snprintf(arguments, sizeof arguments, "run %s -n 7 --at=5:lr=3", settings);
    expect_written_by(csv, arguments);
    have_written(&pty, "export steps", jsonl);
    (void)snprintf(arguments, sizeof arguments, "run %s -n 7 -f jsonl --at=5:lr=3", settings);
    expect_written_by(jsonl, arguments);
    have_written(&pty, "export", npz);
    (void)snprintf(
        arguments, sizeof arguments, "export %s --step=7 -f npz --at=5:lr=3", settings);
    expect_written_by(npz, arguments);
    command(&pty, "export rows.ods", "ends in no format");
    command(&pty, "export off", "nothing is being exported");
    pty_quits(&pty);
}
END_TEST

/* What takes long is given up on request, or with the laboratory: then there is no file.
 * Its rows count all samples at each step, which the laboratory itself does now and then. */
START_TEST(an_export_is_given_up)
{
    const char *const argv[] = {pty_program(), "--paused", "--speed=max", "--depth=4",
        "--width=16", "--samples=10000", "--batch=8", NULL};
    char name[64], line[200];
    struct pty pty;
    (void)snprintf(name, sizeof name, "long-%d.csv", (int)getpid());
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%.4000s", pty_text(&pty));
    command(&pty, "step 3000", "step 3 000");
    (void)snprintf(line, sizeof line, "export %s\r:export %s\r:export off", name, name);
    command(&pty, line, "given up, ");
    ck_assert_int_ne(access(name, F_OK), 0);
    (void)snprintf(line, sizeof line, "export %s", name);
    command(&pty, line, "computing step ");
    command(&pty, line, "is still being written");
    command(&pty, "seek 0", "step 0\n"); /* the laboratory goes on */
    pty_type(&pty, "q");
    ck_assert_int_eq(WEXITSTATUS(pty_wait(&pty, PATIENCE)), 1);
    ck_assert(pty_shows(&pty, "csv is not written", 0));
    ck_assert_int_ne(access(name, F_OK), 0);
    pty_close(&pty);
}
END_TEST

START_TEST(data_in_use_are_not_written_over)
{
    char name[64], data[80], line[100];
    struct pty pty;
    const char *const argv[] = {pty_program(), "--paused", data, NULL};
    (void)snprintf(name, sizeof name, "used-%d.csv", (int)getpid());
    (void)snprintf(data, sizeof data, "--data=%s", name);
    FILE *file = fopen(name, "w");
    ck_assert(file && fputs("1,2,a\n3,5,b\n1,1,a\n3,4,b\n", file) >= 0 && fclose(file) == 0);
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%.4000s", pty_text(&pty));
    (void)snprintf(line, sizeof line, "export %s", name);
    command(&pty, line, "is data that has been read");
    pty_quits(&pty);
    ck_assert_int_eq(remove(name), 0);
}
END_TEST

/* A recording has a file of its own from its first byte on. */
START_TEST(no_session_is_recorded_over)
{
    const char *const argv[] = {pty_program(), "--paused", NULL};
    char name[64], line[100], bytes[1 << 12];
    struct pty pty;
    (void)snprintf(name, sizeof name, "class-%d.cast", (int)getpid());
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%.4000s", pty_text(&pty));
    have_written(&pty, "save", name);
    (void)snprintf(line, sizeof line, "record %s", name);
    command(&pty, line, "is a session and stays as it is");
    pty_quits(&pty);
    take_file(name, bytes, sizeof bytes);
    ck_assert_msg(strncmp(bytes, "nablascope session ", 19) == 0, "%s", bytes);
}
END_TEST

START_TEST(nothing_is_written_to_a_pipe)
{
    const char *const argv[] = {pty_program(), "--paused", NULL};
    char name[64], line[100];
    struct pty pty;
    (void)snprintf(name, sizeof name, "pipe-%d.csv", (int)getpid());
    ck_assert_int_eq(mkfifo(name, 0600), 0);
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%.4000s", pty_text(&pty));
    (void)snprintf(line, sizeof line, "export %s", name);
    command(&pty, line, "is a pipe");
    pty_quits(&pty);
    ck_assert_int_eq(remove(name), 0);
}
END_TEST

/* Has python play a recording back (tests/cast.py), where there is one: the marks it prints. */
static void play(const char *cast, const char *text, char *marks, size_t size)
{
    const char *python = getenv("PYTHON"), *top = getenv("top_srcdir");
    char line[400];
    marks[0] = '\0';
    if (!python || !*python)
        return;
    (void)snprintf(line, sizeof line, "'%s' '%s/tests/cast.py' %s %s", python, top ? top : ".",
        cast, text);
    FILE *pipe = popen(line, "r");
    ck_assert_ptr_nonnull(pipe);
    marks[fread(marks, 1, size - 1, pipe)] = '\0';
    ck_assert_msg(pclose(pipe) == 0, "%s", line);
    if (!marks[0])
        ck_abort_msg("no marks in %s", cast);
}

static void write_text(struct pty *pty, const char *name)
{
    FILE *file = fopen(name, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert(fputs(pty_text(pty), file) >= 0);
    ck_assert_int_eq(fclose(file), 0);
}

/*
 * Pauses, steps, another size, another theme: what the player shows at the end is what is on
 * the screen, and what has happened in the run is marked. Killed in the middle it can be
 * played up to there.
 */
START_TEST(the_screen_is_recorded)
{
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", NULL};
    char cast[64], text[64], line[100], marks[2000];
    struct pty pty;
    (void)snprintf(cast, sizeof cast, "screen-%d.cast", (int)getpid());
    (void)snprintf(text, sizeof text, "screen-%d.txt", (int)getpid());
    (void)snprintf(line, sizeof line, "record %s", cast);
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%.4000s", pty_text(&pty));
    command(&pty, "record screen.svg", "does not end in .cast");
    command(&pty, line, "is being recorded");
    ck_assert_msg(pty_shows(&pty, "● rec", PATIENCE), "%.4000s", pty_text(&pty));
    command(&pty, "step 4", "step 4");
    command(&pty, "lr 3", "lr 3 from step 4 on");
    pty_resize(&pty, 100, 30);
    ck_assert_msg(pty_shows(&pty, "nablascope  flow", PATIENCE), "%.4000s", pty_text(&pty));
    command(&pty, "theme light", "theme light");
    command(&pty, "step 3", "step 7");
    ck_assert(pty_drops(&pty, "theme light", PATIENCE));
    command(&pty, "record again.cast", "is being recorded");
    ck_assert_msg(pty_drops(&pty, "is being recorded", PATIENCE), "%.4000s", pty_text(&pty));
    write_text(&pty, text);
    play(cast, text, marks, sizeof marks);
    ck_assert_msg(!marks[0] || strstr(marks, "step 4: lr 3\n"), "%s", marks);
    ck_assert_int_eq(kill(pty.child, SIGKILL), 0);
    (void)pty_wait(&pty, PATIENCE);
    pty_close(&pty);
    play(cast, text, marks, sizeof marks);
    ck_assert_int_eq(remove(cast), 0);
    ck_assert_int_eq(remove(text), 0);
}
END_TEST

START_TEST(a_recording_ends_on_request_and_on_a_full_disk)
{
    const char *const argv[] = {pty_program(), "--paused", NULL};
    char cast[64], line[100], marks[2000];
    struct pty pty;
    (void)snprintf(cast, sizeof cast, "ends-%d.cast", (int)getpid());
    (void)snprintf(line, sizeof line, "record %s", cast);
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%.4000s", pty_text(&pty));
    command(&pty, "record off", "nothing is being recorded");
    command(&pty, line, "● rec");
    command(&pty, "record off", "recorded: ends-");
    ck_assert(pty_drops(&pty, "● rec", PATIENCE));
    play(cast, "", marks, sizeof marks);
    ck_assert_int_eq(remove(cast), 0);
    if (access("/dev/full", W_OK) == 0) {
        ck_assert_int_eq(symlink("/dev/full", cast), 0);
        command(&pty, line, "the recording has ended: ends-");
        ck_assert(pty_drops(&pty, "● rec", PATIENCE));
        ck_assert_int_eq(remove(cast), 0);
    }
    pty_quits(&pty);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("show");
    TCase *tcase = tcase_create("show");
    tcase_set_timeout(tcase, 3 * PATIENCE);
    tcase_add_test(tcase, a_picture_for_terminals_is_shown_by_cat);
    tcase_add_test(tcase, what_the_run_was_is_exported);
    tcase_add_test(tcase, an_export_is_given_up);
    tcase_add_test(tcase, data_in_use_are_not_written_over);
    tcase_add_test(tcase, no_session_is_recorded_over);
    tcase_add_test(tcase, nothing_is_written_to_a_pipe);
    tcase_add_test(tcase, the_screen_is_recorded);
    tcase_add_test(tcase, a_recording_ends_on_request_and_on_a_full_disk);
    suite_add_tcase(suite, tcase);
    return pty_run(suite);
}
