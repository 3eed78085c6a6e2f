/* What the laboratory writes to files on command. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

#define PATIENCE 60

static const char *program(void)
{
    const char *path = getenv("NABLASCOPE");
    return path ? path : "./nablascope";
}

static void finish(struct pty *pty)
{
    pty_type(pty, "q");
    int status = pty_wait(pty, PATIENCE);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", status);
    ck_assert(pty_restored(pty));
    pty_close(pty);
}

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
    ck_assert_msg(pty_shows(pty, said, PATIENCE), "%s", pty_text(pty));
}

/* The name's end says what is written; a wrong one writes nothing. */
START_TEST(a_picture_is_written)
{
    const char *const argv[] = {program(), "--paused", "--depth=3", NULL};
    struct pty pty;
    char name[64], text[8192];
    (void)snprintf(name, sizeof name, "picture-%d.txt", (int)getpid());
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    have_written(&pty, "snapshot", name);
    take_file(name, text, sizeof text);
    ck_assert_msg(strstr(text, "sigmoid 3×32") && !strstr(text, ":snapshot"), "%s", text);
    pty_type(&pty, ":snapshot picture.gif\r");
    ck_assert_msg(pty_shows(&pty, "in no format of pictures", PATIENCE), "%s", pty_text(&pty));
    ck_assert_int_ne(access("picture.gif", F_OK), 0);
    pty_type(&pty, ":snapshot /nowhere/at-all.svg\r");
    ck_assert_msg(pty_shows(&pty, "at-all.svg: No such", PATIENCE), "%s", pty_text(&pty));
    finish(&pty);
}
END_TEST

/* What `cat` makes of it is the picture, with colours; another theme has other ones. */
START_TEST(a_picture_for_terminals_is_shown_by_cat)
{
    const char *const argv[] = {program(), "--paused", "--depth=3", "--theme=dark", NULL};
    struct pty pty;
    char ansi[64], text[64], light[64], wanted[8192], bytes[1 << 15];
    (void)snprintf(ansi, sizeof ansi, "picture-%d.ansi", (int)getpid());
    (void)snprintf(text, sizeof text, "picture-%d.txt", (int)getpid());
    (void)snprintf(light, sizeof light, "light-%d.ansi", (int)getpid());
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "3 ▒", PATIENCE), "%s", pty_text(&pty)); /* units, too */
    have_written(&pty, "snapshot", ansi);
    ck_assert(pty_drops(&pty, "written: ", PATIENCE));
    have_written(&pty, "snapshot", text);
    ck_assert(pty_drops(&pty, "written: ", PATIENCE));
    have_written(&pty, "snapshot light", light);
    finish(&pty);
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

int main(void)
{
    Suite *suite = suite_create("files");
    TCase *tcase = tcase_create("files");
    tcase_set_timeout(tcase, 3 * PATIENCE);
    tcase_add_test(tcase, a_picture_is_written);
    tcase_add_test(tcase, a_picture_for_terminals_is_shown_by_cat);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
