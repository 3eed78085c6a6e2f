/* Journals: after each telling a reader has the session's tree, and nothing is told twice. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/session_copy.h"
#include "io/journal.h"
#include "suites.h"
#include "wander.h"

/* A reader who has come so far. */
struct follower {
    struct session_file file;
    struct session_reader reader;
};

static void read_on(struct follower *follower, char *text)
{
    struct error error;
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        struct lines lines = {.name = "journal", .start = line};
        *end = '\0';
        ck_assert_msg(
            session_reader_take(&follower->reader, &lines, line, &error), "%s", error.text);
    }
}

static size_t tell(struct journal *journal, struct session *session, struct follower *follower)
{
    struct session_copy copy = {.step = 0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert(out && session_copy_take(&copy, session, false));
    ck_assert(journal_tell(journal, &copy.branches, out));
    ck_assert_int_eq(fclose(out), 0);
    read_on(follower, text);
    ck_assert_uint_eq(follower->file.branches.at, copy.branches.at);
    ck_assert_uint_eq(copy.branches.at, session->run->training->step);
    check_tree(&session->branches, &follower->file.branches);
    free(text);
    session_copy_clear(&copy);
    return size;
}

/* What has been told at once, and what in pieces, is the same to who reads it. */
START_TEST(whatever_happens_is_told)
{
    unsigned dropped = 0;
    for (unsigned walk = 0; walk < 120; walk++) {
        struct session *session = wander_begin(walk);
        struct follower follower = {.file = {.numbers = 0}};
        struct journal journal;
        size_t before = 0;
        journal_begin(&journal);
        session_reader_begin(&follower.reader, &follower.file);
        for (int i = 0; i < 60; i++) {
            int count = session->branches.count;
            wander_on(session);
            dropped += session->branches.count < count;
            if (walk % 3 > 0 && i % 7 > 0)
                continue; /* not every change is told at once */
            before += tell(&journal, session, &follower);
            ck_assert_uint_eq(tell(&journal, session, &follower), 0);
        }
        ck_assert_uint_gt(before, 100);
        ck_assert_uint_lt(before, 60 * 16 * 100);
        journal_clear(&journal);
        session_file_clear(&follower.file);
        session_destroy(session);
    }
    ck_assert_uint_gt(dropped, 50);
}
END_TEST

/* A setting changed and a step made are a few bytes. */
START_TEST(little_is_told_of_little)
{
    struct session *session = wander_begin(0);
    struct follower follower = {.file = {.numbers = 0}};
    struct journal journal;
    struct command command;
    journal_begin(&journal);
    session_reader_begin(&follower.reader, &follower.file);
    (void)tell(&journal, session, &follower);
    ck_assert(command_parse("lr 0.25", &command, NULL) && session_reach(session, 30));
    ck_assert(session_do(session, &command, NULL));
    ck_assert_uint_le(tell(&journal, session, &follower), 140); /* two digests among it */
    ck_assert(session_reach(session, 11));
    ck_assert_uint_eq(tell(&journal, session, &follower), strlen("reached 41\n"));
    journal_clear(&journal);
    session_file_clear(&follower.file);
    session_destroy(session);
}
END_TEST

Suite *journal_suite(void)
{
    return SUITE("journal", whatever_happens_is_told, little_is_told_of_little);
}
