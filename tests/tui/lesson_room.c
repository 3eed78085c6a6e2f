#include "lesson_room.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LESSON                                                                                 \
    "nablascope-lesson 1\n"                                                                    \
    "title A small lesson\n"                                                                   \
    "about Three layers\n"                                                                     \
    "section The start\n"                                                                      \
    "activation tanh\n"                                                                        \
    "lr 0.1\n"                                                                                 \
    "say First *words*: the loss is {loss}.\n"                                                 \
    "ask Does the loss fall in 40 steps?\n"                                                    \
    "right It falls.\n"                                                                        \
    "choice It grows.\n"                                                                       \
    "again Tell your neighbour why.\n"                                                         \
    "let before loss\n"                                                                        \
    "run 40\n"                                                                                 \
    "expect loss < before\n"                                                                   \
    "reveal 1 Yes, it does: {loss}.\n"                                                         \
    "reveal 2 No: it was {before} and is {loss}.\n"                                            \
    "section And on\n"                                                                         \
    "until step 60\n"                                                                          \
    "check\n"                                                                                  \
    "look step The step is the sixtieth; the check says {check_verdict}.\n"                    \
    "wait step 70 within 100\n"                                                                \
    "say Last words.\n"

char room_directory[32], room_file[64], room_votes[64];

void room_write(const char *name, const char *text)
{
    FILE *out = fopen(name, "w");
    ck_assert_ptr_nonnull(out);
    (void)fputs(text, out);
    ck_assert_int_eq(fclose(out), 0);
}

void room_set_up(void)
{
    (void)snprintf(room_directory, sizeof room_directory, "/tmp/lesson-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(room_directory));
    (void)snprintf(room_file, sizeof room_file, "%s/small.lesson", room_directory);
    (void)snprintf(room_votes, sizeof room_votes, "%s/votes", room_directory);
    ck_assert_int_eq(mkdir(room_votes, 0777), 0);
    room_write(room_file, LESSON);
}

void room_tear_down(void)
{
    DIR *list = opendir(room_votes);
    for (struct dirent *entry; list && (entry = readdir(list)) != NULL;)
        (void)unlinkat(dirfd(list), entry->d_name, 0);
    if (list)
        (void)closedir(list);
    (void)rmdir(room_votes);
    (void)unlink(room_file);
    (void)rmdir(room_directory);
}

void room_await(struct pty *pty, const char *text)
{
    ck_assert_msg(pty_shows(pty, text, PATIENCE), "no '%s':\n%.3000s", text, pty_text(pty));
}

void room_start(struct pty *pty, int width, int height, const char *option)
{
    const char *const argv[] = {
        pty_program(), "lesson", room_file, "--speed=max", "--theme=dark", option, NULL};
    pty_start(pty, width, height, argv, NULL);
    room_await(pty, "1 of 7");
    room_await(pty, "First words: the loss is 0.");
}
