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

/* The name's end says what is written; a wrong one writes nothing. */
START_TEST(a_picture_is_written)
{
    const char *const argv[] = {program(), "--paused", "--depth=3", NULL};
    struct pty pty;
    char name[64], line[100], text[8192];
    (void)snprintf(name, sizeof name, "picture-%d.txt", (int)getpid());
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "paused", PATIENCE), "%s", pty_text(&pty));
    (void)snprintf(line, sizeof line, ":snapshot %s\r", name);
    pty_type(&pty, line);
    ck_assert_msg(pty_shows(&pty, "written: picture-", PATIENCE), "%s", pty_text(&pty));
    FILE *file = fopen(name, "r");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    (void)fclose(file);
    ck_assert_int_eq(remove(name), 0);
    ck_assert_msg(strstr(text, "sigmoid 3×32") && !strstr(text, ":snapshot"), "%s", text);
    pty_type(&pty, ":snapshot picture.gif\r");
    ck_assert_msg(pty_shows(&pty, "in no format of pictures", PATIENCE), "%s", pty_text(&pty));
    ck_assert_int_ne(access("picture.gif", F_OK), 0);
    pty_type(&pty, ":snapshot /nowhere/at-all.svg\r");
    ck_assert_msg(pty_shows(&pty, "at-all.svg: No such", PATIENCE), "%s", pty_text(&pty));
    finish(&pty);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("files");
    TCase *tcase = tcase_create("files");
    tcase_set_timeout(tcase, 3 * PATIENCE);
    tcase_add_test(tcase, a_picture_is_written);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
