/* Votes: what is counted, and that nothing else in the directory is, nor is waited for. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/elementary.h"
#include "core/rng.h"
#include "engine/clock.h"
#include "io/vote_counter.h"
#include "suites.h"

static char directory[40];

static const struct poll question = {
    .run = 0x1f2e, .question = 3, .round = 1, .choices = 3, .texts = {"a", "b", "c"}};

static void set_up(void)
{
    (void)snprintf(directory, sizeof directory, "/tmp/votes-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void tear_down(void)
{
    DIR *list = opendir(directory);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            unlinkat(dirfd(list), entry->d_name, 0) != 0)
            (void)unlinkat(dirfd(list), entry->d_name, AT_REMOVEDIR);
    }
    (void)closedir(list);
    (void)rmdir(directory);
}

/* A path in it, valid until the next call. */
static const char *path_of(const char *name)
{
    static char path[400];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static void put(const char *name, const char *text, size_t length)
{
    FILE *file = fopen(path_of(name), "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

static void vote(const struct poll *poll, const char *name, int choice)
{
    char part[VOTES_NAME];
    struct error error;
    vote_name(name, part);
    ck_assert_msg(vote_write(directory, poll, part, choice, &error), "%s", error.text);
}

static void expect(const struct poll *poll, int first, int second, int third, int unreadable)
{
    struct vote_count count;
    struct error error;
    ck_assert_msg(votes_count(directory, poll, &count, &error), "%s", error.text);
    ck_assert_msg(count.counts[0] == first && count.counts[1] == second &&
            count.counts[2] == third && count.unreadable == unreadable,
        "%d %d %d, %d unreadable, not %d %d %d, %d", count.counts[0], count.counts[1],
        count.counts[2], count.unreadable, first, second, third, unreadable);
}

START_TEST(a_question_is_read_as_it_was_written)
{
    struct poll poll = question, read;
    struct error error;
    (void)snprintf(poll.texts[1], VOTES_TEXT, "at most ¼\nrun 0\x1b[31m");
    ck_assert(!poll_find(directory, &read, &error));
    HAS(error.text, "no question is open");
    ck_assert(poll_open(directory, &poll, &error));
    ck_assert(poll_find(directory, &read, &error));
    ck_assert(read.run == poll.run && read.question == 3 && read.round == 1);
    ck_assert_int_eq(read.choices, 3);
    HAS(read.texts[1], "at most ¼");
    LACKS(read.texts[1], "\x1b");
    ck_assert_str_eq(read.texts[2], "c");
    /* That of another lesson is not closed. */
    struct poll other = poll;
    other.run++;
    poll_close(directory, &other);
    ck_assert(poll_find(directory, &read, &error));
    poll_close(directory, &poll);
    ck_assert(!poll_find(directory, &read, &error));
    ck_assert(!poll_find("/nowhere/at/all", &read, &error));
    HAS(error.text, "no such directory");
    ck_assert(!vote_write("/nowhere/at/all", &poll, "a", 1, &error));
}
END_TEST

START_TEST(another_vote_of_the_same_name_takes_the_place)
{
    struct poll second = question, other = question;
    second.round = 2;
    other.run++;
    vote(&question, "ann", 1);
    vote(&question, "bob", 1);
    expect(&question, 2, 0, 0, 0);
    vote(&question, "ann", 3);
    expect(&question, 1, 0, 1, 0);
    /* The second vote leaves the first, and a lesson that is begun again counts none of it. */
    vote(&second, "ann", 2);
    expect(&question, 1, 0, 1, 0);
    expect(&second, 0, 1, 0, 0);
    expect(&other, 0, 0, 0, 0);
}
END_TEST

START_TEST(names_stay_apart_and_in_the_directory)
{
    static const char *const names[] = {"", "a/b", "a_b", "a b", "../../x", "jürgen", "jyrgen",
        "\x1b[2J", "\xff\xfe", "~", ".", "..", "-", "a\nb", "a*b", "A", "a"};
    char parts[ARRAY_LEN(names)][VOTES_NAME], first[300], second[300];
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        vote_name(names[i], parts[i]);
        ck_assert_uint_lt(strlen(parts[i]), VOTES_NAME);
        for (const char *at = parts[i]; *at; at++)
            ck_assert_msg(*at > ' ' && *at < 0x7f && *at != '/', "%s", parts[i]);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(parts[i], parts[k]);
        vote(&question, names[i], 1);
    }
    expect(&question, ARRAY_LEN(names), 0, 0, 0);
    memset(first, 'x', sizeof first);
    memset(second, 'x', sizeof second);
    first[299] = second[299] = '\0';
    second[298] = 'y';
    vote(&question, first, 2);
    vote(&question, second, 2);
    expect(&question, ARRAY_LEN(names), 2, 0, 0);
}
END_TEST

/* What a directory for all to write to may hold: none of it counts, or is waited for. */
START_TEST(what_is_no_vote_counts_for_nothing)
{
    static const char whole[] = "nablascope-vote 1\nrun 1f2e\nchoice 2\n";
    vote(&question, "ann", 2);
    put("vote.3.1.copy", whole, strlen(whole));
    expect(&question, 0, 2, 0, 0);
    /* Partly written, all the way. */
    for (size_t length = 0; length < strlen(whole); length++)
        put("vote.3.1.copy", whole, length), expect(&question, 0, 1, 0, 1);
    (void)unlink(path_of("vote.3.1.copy"));
    static const char *const wrong[] = {"nablascope-vote 2\nrun 1f2e\nchoice 2\n",
        "nablascope-vote 1\nrun 1f2e\nchoice 4\n", "nablascope-vote 1\nrun 1f2e\nchoice 0\n",
        "nablascope-vote 1\nrun 1f2e\nchoice -1\n", "nablascope-vote 1\nrun 1f2e\nchoice 2\n\n",
        "nablascope-vote 1\nrun 1f2e\nchoice 99999999999999999999\n",
        "nablascope-vote 1\nrun  1f2e\nchoice 2\n", "nablascope-vote 1\r\nrun 1f2e\nchoice 2\n",
        "nablascope-vote 1\nrun 1f2e\nchoice 2 \n", "\177ELF"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        put("vote.3.1.x", wrong[i], strlen(wrong[i]));
        expect(&question, 0, 1, 0, 1);
    }
    put("vote.3.1.x", "nablascope-vote 1\nrun 1f2e\0choice 2\n", 36);
    expect(&question, 0, 1, 0, 1);
    (void)unlink(path_of("vote.3.1.x"));
    ck_assert_int_eq(mkfifo(path_of("vote.3.1.pipe"), 0666), 0);
    ck_assert_int_eq(mkdir(path_of("vote.3.1.directory"), 0777), 0);
    ck_assert_int_eq(symlink("/dev/zero", path_of("vote.3.1.zero")), 0);
    ck_assert_int_eq(symlink("vote.3.1.ann", path_of("vote.3.1.link")), 0);
    put("vote.3.1.large", whole, strlen(whole));
    ck_assert_int_eq(truncate(path_of("vote.3.1.large"), (off_t)1 << 30), 0);
    expect(&question, 0, 1, 0, 5);
    /* Files of others, whatever they are called. */
    put("vote.3.10.ann", whole, strlen(whole));
    put("vote.33.1.ann", whole, strlen(whole));
    put("notes \x1b[31m.txt", "x", 1);
    expect(&question, 0, 1, 0, 5);
    /* Nor is a question: but a pipe in its place is no reason to wait either. */
    struct poll poll;
    struct error error;
    ck_assert_int_eq(mkfifo(path_of("nablascope-question"), 0666), 0);
    ck_assert(!poll_find(directory, &poll, &error));
    HAS(error.text, "not what a lesson writes");
    ck_assert(poll_open(directory, &question, &error));
    ck_assert(poll_find(directory, &poll, &error));
}
END_TEST

START_TEST(damaged_questions_are_refused_or_read)
{
    struct poll poll;
    struct error error;
    char text[600];
    struct stat status;
    ck_assert(poll_open(directory, &question, &error));
    ck_assert_int_eq(stat(path_of("nablascope-question"), &status), 0);
    FILE *file = fopen(path_of("nablascope-question"), "r");
    size_t length = fread(text, 1, sizeof text, file);
    ck_assert_int_eq(fclose(file), 0);
    struct rng random;
    rng_init(&random, 1, RNG_DATA, 0);
    for (int i = 0; i < 2000; i++) {
        char damaged[600];
        memcpy(damaged, text, length);
        damaged[rng_next(&random) % length] = (char)rng_next(&random);
        put("nablascope-question", damaged, length - (i % 2 ? rng_next(&random) % length : 0));
        if (!poll_find(directory, &poll, &error))
            continue;
        ck_assert(poll.choices >= 2 && poll.choices <= VOTES_CHOICES);
        ck_assert(poll.question >= 1 && poll.round >= 1 && poll.round <= 2);
    }
}
END_TEST

static void await(struct vote_counter *counter, int first, int second, int third)
{
    struct vote_count count;
    struct error error;
    const struct timespec moment = {0, 5000000};
    for (double until = clock_seconds() + 60; clock_seconds() < until;) {
        if (vote_counter_news(counter, &count, &error) && count.counts[0] == first &&
            count.counts[1] == second && count.counts[2] == third)
            return;
        (void)nanosleep(&moment, NULL);
    }
    ck_abort_msg("never %d %d %d: %s", first, second, third, error.text);
}

/* A class of 30 votes at once, each a process, and half of it changes its mind. */
START_TEST(a_class_of_thirty_is_counted)
{
    struct error error;
    struct vote_counter *counter = vote_counter_create(directory, -1, &error);
    struct poll poll;
    ck_assert_msg(counter != NULL, "%s", error.text);
    vote_counter_open(counter, &question);
    await(counter, 0, 0, 0);
    ck_assert(poll_find(directory, &poll, &error));
    for (int i = 0; i < 30; i++) {
        if (fork() == 0) {
            char name[20];
            (void)snprintf(name, sizeof name, "student%d", i);
            bool done = vote_write(directory, &question, name, 1, NULL) &&
                (i % 2 || vote_write(directory, &question, name, 2 + i % 4 / 2, NULL));
            _exit(done ? 0 : 1);
        }
    }
    for (int i = 0; i < 30; i++) {
        int status;
        ck_assert(wait(&status) > 0 && status == 0);
    }
    await(counter, 15, 8, 7);
    vote_counter_open(counter, NULL);
    vote_counter_destroy(counter);
    ck_assert(!poll_find(directory, &poll, &error));
    ck_assert_ptr_null(vote_counter_create("/nowhere/at/all", -1, &error));
    HAS(error.text, "no such directory");
}
END_TEST

START_TEST(ten_thousand_files_are_counted)
{
    struct error error;
    struct vote_counter *counter = vote_counter_create(directory, -1, &error);
    char name[40], text[80];
    int length = snprintf(text, sizeof text, "nablascope-vote 1\nrun 1f2e\nchoice 3\n");
    ck_assert_ptr_nonnull(counter);
    vote_counter_open(counter, &question);
    for (int i = 0; i < 10000; i++) {
        (void)snprintf(name, sizeof name, "%s%d", i % 10 ? "vote.3.1." : "other.", i);
        put(name, text, (size_t)length);
    }
    await(counter, 0, 0, 9000);
    vote_counter_destroy(counter);
}
END_TEST

/* A directory that goes is said, and counted again when it is back. */
START_TEST(a_directory_that_goes_is_said)
{
    struct error error;
    struct vote_count count;
    struct vote_counter *counter = vote_counter_create(directory, -1, &error);
    char away[60];
    const struct timespec moment = {0, 5000000};
    ck_assert_ptr_nonnull(counter);
    vote_counter_open(counter, &question);
    await(counter, 0, 0, 0);
    (void)snprintf(away, sizeof away, "%s.away", directory);
    ck_assert_int_eq(rename(directory, away), 0);
    double until = clock_seconds() + 60;
    do {
        (void)vote_counter_news(counter, &count, &error);
        (void)nanosleep(&moment, NULL);
    } while (!error.text[0] && clock_seconds() < until);
    HAS(error.text, "No such file or directory");
    ck_assert_int_eq(rename(away, directory), 0);
    vote(&question, "ann", 1);
    await(counter, 1, 0, 0);
    vote_counter_destroy(counter);
}
END_TEST

Suite *votes_suite(void)
{
    Suite *suite = suite_create("votes");
    TCase *tests = tcase_create("votes");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_question_is_read_as_it_was_written);
    tcase_add_test(tests, another_vote_of_the_same_name_takes_the_place);
    tcase_add_test(tests, names_stay_apart_and_in_the_directory);
    tcase_add_test(tests, what_is_no_vote_counts_for_nothing);
    tcase_add_test(tests, damaged_questions_are_refused_or_read);
    tcase_add_test(tests, a_class_of_thirty_is_counted);
    tcase_add_test(tests, ten_thousand_files_are_counted);
    tcase_add_test(tests, a_directory_that_goes_is_said);
    suite_add_tcase(suite, tests);
    return suite;
}
