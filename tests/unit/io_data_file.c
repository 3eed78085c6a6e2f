/* Files of data: which are read, how often, and what sessions make of them. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/numbers.h"
#include "engine/session.h"
#include "io/data_file.h"
#include "suites.h"

static char directory[] = "/tmp/nablascope-data-XXXXXX";
static char name[80];
static struct data_files *files;
static bool asked;
static int patience = INT_MAX; /* so often it is not, then it is */

static bool is_asked(void *context)
{
    (void)context;
    return asked || (patience < INT_MAX && patience-- <= 0);
}

static const struct interrupt interrupt = {.wanted = is_asked};

static void begin(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    (void)snprintf(name, sizeof name, "%s/xor 1.csv", directory);
    files = data_files_create();
    ck_assert_ptr_nonnull(files);
}

static void end(void)
{
    data_files_destroy(files);
    (void)unlink(name);
    ck_assert_int_eq(rmdir(directory), 0);
}

static void write_file(const char *text)
{
    FILE *out = fopen(name, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
}

static struct hparams of_file(const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    ck_assert(hparam_set(&hparams, hparam_find("data", NULL), name, NULL));
    return hparams;
}

static struct dataset *read_set(const char *settings, struct error *error)
{
    struct hparams hparams = of_file(settings);
    return data_read(data_files_reader(files), &hparams, &interrupt, error);
}

static const char *const xor_text = "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n";

START_TEST(a_file_is_read_once)
{
    struct error error = {.text = ""};
    write_file(xor_text);
    struct dataset *first = read_set("standardize=off", &error);
    ck_assert_msg(first, "%s", error.text);
    write_file("a,b,y\n7,7,0\n8,8,1\n9,9,0\n6,6,1\n");
    struct dataset *again = read_set("standardize=off depth=3", &error);
    ck_assert_ptr_eq(first, again); /* the network does not matter */
    ck_assert_int_eq(unlink(name), 0);
    struct dataset *other = read_set("standardize=on", &error);
    ck_assert_msg(other, "%s", error.text);
    ck_assert(first->values[1] == 0 && first->values[3] == 1);
    ck_assert(other->values[1] == -1 && other->values[3] == 1);
    struct dataset *turned = read_set("standardize=off label=a", &error);
    ck_assert_msg(turned, "%s", error.text);
    ck_assert_str_eq(turned->input_names[1], "y");
    dataset_release(first);
    dataset_release(again);
    dataset_release(other);
    dataset_release(turned);
}
END_TEST

START_TEST(what_is_no_file_is_said)
{
    struct error error = {.text = ""};
    ck_assert_ptr_null(read_set("", &error));
    HAS(error.text, "xor 1.csv: No such file");
    ck_assert_int_eq(mkdir(name, 0700), 0);
    ck_assert_ptr_null(read_set("", &error));
    HAS(error.text, "is a directory");
    ck_assert_int_eq(rmdir(name), 0);
    ck_assert_int_eq(mkfifo(name, 0600), 0);
    ck_assert_ptr_null(read_set("", &error)); /* and nobody waits for a writer */
    HAS(error.text, "no regular file");
    ck_assert_int_eq(unlink(name), 0);
    write_file("");
    ck_assert_ptr_null(read_set("", &error));
    HAS(error.text, "empty");
    ck_assert_int_eq(truncate(name, ((off_t)1 << 30) + 1), 0);
    data_files_destroy(files);
    files = data_files_create();
    ck_assert_ptr_null(read_set("", &error));
    HAS(error.text, "more than 1 GiB");
    if (geteuid() != 0) {
        ck_assert_int_eq(chmod(name, 0), 0);
        ck_assert_ptr_null(read_set("", &error));
        HAS(error.text, "Permission denied");
    }
}
END_TEST

START_TEST(what_is_compressed_and_no_array_is_said)
{
    struct error error = {.text = ""};
    gzFile out = gzopen(name, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_gt(gzputs(out, xor_text), 0);
    ck_assert_int_eq(gzclose(out), Z_OK);
    ck_assert_ptr_null(read_set("", &error));
    HAS(error.text, "xor 1.csv: compressed, and no IDX file: gunzip it first");
    data_files_destroy(files);
    files = data_files_create();
    /* An array that has another name, and no labels yet. */
    out = gzopen(name, "w");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(gzwrite(out, "\0\0\x08\3", 4), 4);
    ck_assert_int_eq(gzclose(out), Z_OK);
    ck_assert_ptr_null(read_set("", &error));
    HAS(error.text, "which file has its labels");
}
END_TEST

START_TEST(reading_is_given_up_and_done_again)
{
    struct error error = {.text = ""};
    write_file(xor_text);
    asked = true;
    ck_assert_ptr_null(read_set("", &error));
    HAS(error.text, "interrupted");
    asked = false;
    struct dataset *set = read_set("", &error);
    ck_assert_msg(set, "%s", error.text);
    asked = true; /* what has been read takes no time */
    struct dataset *again = read_set("", &error);
    ck_assert_ptr_eq(again, set);
    asked = false;
    dataset_release(set);
    dataset_release(again);
}
END_TEST

/* A part that takes long is a column of all rows. */
START_TEST(reading_is_given_up_between_its_parts)
{
    struct error error;
    struct dataset *set = NULL;
    int questions = 0;
    write_file("a,b,c,d,y\n1,2,7,1,k\n3,4,6,0,l\n4,2,5,2,k\n8,4,3,5,l\n"
               "9,5,8,3,k\n2,1,9,4,l\n");
    for (; !set; questions++) {
        patience = questions;
        set = read_set("test=0.25", &error);
        if (!set)
            HAS(error.text, "interrupted");
        patience = INT_MAX;
    }
    dataset_release(set);
    /* The file, the rows, the classes, the samples; each input for its note and its scale. */
    ck_assert_int_ge(questions, 4 + 2 * 4);
}
END_TEST

/* More of them than are kept: each is still what it was. */
START_TEST(many_files_go_round)
{
    char base[sizeof name];
    memcpy(base, name, sizeof base);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 12; i++) {
            char text[80];
            struct error error = {.text = ""};
            (void)snprintf(name, sizeof name, "%s/%d.csv", directory, i);
            (void)snprintf(text, sizeof text, "%d,k\n%d,l\n3,k\n4,l\n", 10 + i, 20 + i);
            write_file(text);
            struct dataset *set = read_set("standardize=off", &error);
            ck_assert_msg(set, "%s", error.text);
            ck_assert(set->values[0] == 10 + i && set->values[1] == 20 + i);
            dataset_release(set);
        }
    }
    for (int i = 0; i < 12; i++) {
        (void)snprintf(name, sizeof name, "%s/%d.csv", directory, i);
        ck_assert_int_eq(unlink(name), 0);
    }
    memcpy(name, base, sizeof base);
}
END_TEST

static bool command(struct session *session, const char *text, struct error *error)
{
    struct command read;
    return command_parse(text, &read, error) && session_do(session, &read, error);
}

static struct session *open_session(const struct hparams *hparams)
{
    struct wanted wanted = {.hparams = *hparams, .target_rate = INFINITY};
    struct session *session = session_open(&wanted, kernels_select(NULL), NULL);
    ck_assert_ptr_nonnull(session);
    session->reader = data_files_reader(files);
    return session;
}

START_TEST(a_session_goes_to_a_file_and_stays_where_there_is_none)
{
    struct hparams hparams = hparams_of("depth=1 width=4 lr=0.5");
    struct session *session = open_session(&hparams);
    struct error error = {.text = ""};
    char text[120];
    ck_assert_int_eq(session_settle(session, &error), SETTLED);
    ck_assert(session_advance(session, 30));
    (void)snprintf(text, sizeof text, "data %s", name);
    ck_assert(!command(session, text, &error));
    HAS(error.text, "No such file");
    ck_assert_uint_eq(session->run->training->step, 30);
    ck_assert_int_eq(session->news.wanted.hparams.data, DATA_MOONS);
    write_file(xor_text);
    ck_assert_msg(command(session, text, &error), "%s", error.text);
    ck_assert_int_eq(session->run->training->data->samples, 4);
    ck_assert_uint_eq(session->run->training->step, 0);
    ck_assert(session_advance(session, 2));
    /* A wrong label leaves it as it was, too; the file is not needed any more. */
    ck_assert_int_eq(unlink(name), 0);
    ck_assert(!command(session, "label c", &error));
    HAS(error.text, "no column 'c'");
    ck_assert_uint_eq(session->run->training->step, 2);
    const struct dataset *data = session->run->training->data;
    ck_assert(command(session, "depth 2", &error));
    ck_assert_ptr_eq(session->run->training->data, data);
    ck_assert(command(session, "data moons", &error));
    ck_assert_int_eq(session->run->training->data->samples, 200);
    /* The file is one of the choices that are stepped through. */
    ck_assert(command(session, "previous data", &error));
    ck_assert_int_eq(session->run->training->data->samples, 4);
    ck_assert(command(session, "branch 1", &error));
    ck_assert_int_eq(session->run->training->data->samples, 200);
    session_destroy(session);
}
END_TEST

START_TEST(what_was_left_out_is_said_once)
{
    struct hparams hparams = hparams_of("depth=1 width=4 missing=drop");
    struct session *session = open_session(&hparams);
    struct error error = {.text = ""};
    char text[120];
    ck_assert_int_eq(session_settle(session, &error), SETTLED);
    write_file("a,b,y\n0,,0\n0,1,1\n1,0,1\n1,1,0\n2,2,0\n");
    (void)snprintf(text, sizeof text, "data %s", name);
    ck_assert_msg(command(session, text, &error), "%s", error.text);
    HAS(session->news.message, "xor 1.csv: 1 of 5 rows has empty cells and is left out");
    ck_assert(command(session, "depth 2", &error));
    LACKS(session->news.message, "empty cells");
    session_destroy(session);
}
END_TEST

/* Names longer than a word of other commands. */
START_TEST(a_race_of_two_files)
{
    struct hparams hparams = hparams_of("depth=1 width=4");
    struct session *session = open_session(&hparams);
    struct error error = {.text = ""};
    char base[sizeof name], text[240], other[80];
    memcpy(base, name, sizeof base);
    ck_assert_int_eq(session_settle(session, &error), SETTLED);
    (void)snprintf(
        other, sizeof other, "%s/a-name-that-is-a-good-deal-longer-than-most.csv", directory);
    memcpy(name, other, sizeof other);
    write_file(xor_text);
    (void)snprintf(text, sizeof text, "race data=%s data=xor", other);
    ck_assert_msg(command(session, text, &error), "%s", error.text);
    ck_assert_int_eq(session->run->training->data->samples, 4);
    ck_assert_int_eq(unlink(other), 0);
    session_destroy(session);
    memcpy(name, base, sizeof base);
}
END_TEST

START_TEST(a_race_of_two_labels)
{
    struct hparams hparams;
    struct error error = {.text = ""};
    write_file(xor_text);
    hparams = of_file("depth=1 width=4 lr=0.5");
    struct session *session = open_session(&hparams);
    ck_assert_int_eq(session_settle(session, &error), SETTLED);
    ck_assert_msg(command(session, "race label=y label=a", &error), "%s", error.text);
    ck_assert(session_advance(session, 5));
    ck_assert(session_ghost_reach(session, INFINITY));
    ck_assert_ptr_nonnull(session->ghost);
    const struct dataset *own = session->run->training->data;
    const struct dataset *other = ghost_session(session->ghost)->run->training->data;
    ck_assert_str_eq(own->input_names[1], "b");
    ck_assert_str_eq(other->input_names[1], "y");
    session_destroy(session);
}
END_TEST

/* Who follows has a file of that name, which need not be the lecturer's. */
START_TEST(the_file_is_doubted_where_a_state_is_not_the_lecturers)
{
    write_file(xor_text);
    struct hparams hparams = of_file("depth=1 width=4");
    struct session *session = open_session(&hparams);
    struct branches branches = {.count = 0};
    struct replay told;
    const struct session_mark mark = {0, 0, 1};
    branches_add(&branches, -1, &hparams);
    branches.list[0].reached = branches.at = 5;
    ck_assert(replay_init(&told, &branches, NUMBERS_VERSION, &mark, 1));
    ck_assert_int_eq(session_settle(session, NULL), SETTLED);
    session_hear(session, &told);
    ck_assert(session_evaluate(session, false));
    ck_assert_str_eq(session->news.message,
        "step 0: not the lecturer's state: is xor 1.csv here the lecturer's?");
    branches_clear(&branches);
    session_destroy(session);
}
END_TEST

START_TEST(without_a_reader_a_file_is_refused)
{
    struct hparams hparams = of_file("");
    struct error error = {.text = ""};
    ck_assert_ptr_null(session_create(&hparams, kernels_select(NULL), NULL, &error));
    HAS(error.text, "files are not read here");
}
END_TEST

/* Four samples, a batch larger than that, a split of one. */
START_TEST(four_samples_are_learned)
{
    struct hparams hparams;
    struct error error = {.text = ""};
    write_file(xor_text);
    hparams = of_file("depth=1 width=8 activation=tanh lr=0.5 batch=3");
    struct session *session = open_session(&hparams);
    ck_assert_int_eq(session_settle(session, &error), SETTLED);
    ck_assert(session_advance(session, 600));
    ck_assert(session_evaluate(session, true));
    ck_assert(session->run->training->seen.accuracy >= 1);
    session_destroy(session);
    hparams = of_file("depth=1 width=8 batch=1000");
    session = open_session(&hparams);
    ck_assert_int_eq(session_settle(session, &error), SETTLED);
    ck_assert(session_advance(session, 3));
    session_destroy(session);
}
END_TEST

Suite *data_file_suite(void)
{
    Suite *suite = suite_create("data_file");
    TCase *tcase = tcase_create("data_file");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_test(tcase, a_file_is_read_once);
    tcase_add_test(tcase, what_is_no_file_is_said);
    tcase_add_test(tcase, what_is_compressed_and_no_array_is_said);
    tcase_add_test(tcase, reading_is_given_up_and_done_again);
    tcase_add_test(tcase, reading_is_given_up_between_its_parts);
    tcase_add_test(tcase, many_files_go_round);
    tcase_add_test(tcase, a_session_goes_to_a_file_and_stays_where_there_is_none);
    tcase_add_test(tcase, what_was_left_out_is_said_once);
    tcase_add_test(tcase, a_race_of_two_files);
    tcase_add_test(tcase, a_race_of_two_labels);
    tcase_add_test(tcase, the_file_is_doubted_where_a_state_is_not_the_lecturers);
    tcase_add_test(tcase, without_a_reader_a_file_is_refused);
    tcase_add_test(tcase, four_samples_are_learned);
    suite_add_tcase(suite, tcase);
    return suite;
}
