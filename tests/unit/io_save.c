/* Saved sessions: the tree that was, and digests that a straight run of each branch has, too.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/numbers.h"
#include "core/state.h"
#include "io/session_file.h"
#include "io/session_save.h"
#include "suites.h"
#include "wander.h"

static void read_back(struct session_file *file, const char *name)
{
    struct lines lines;
    struct error error;
    memset(file, 0, sizeof *file);
    ck_assert_msg(lines_open(&lines, name, NULL, &error), "%s", error.text);
    ck_assert_msg(session_file_read(file, &lines, &error), "%s", error.text);
    lines_close(&lines);
}

/* Evaluates the step at hand with what is changed there, before that or after it. */
static void evaluate(struct training *training, const struct branch *branch, int *made)
{
    bool evaluated = false;
    for (;;) {
        const struct change_log *log = &branch->changes;
        const struct run_change *next = *made < log->count ? &log->list[*made] : NULL;
        bool due = next && next->step == training->step && next->evaluated == evaluated;
        if (!due && evaluated)
            return;
        if (due)
            ck_assert(training_adjust(training, &next->hparams));
        else
            ck_assert(training_evaluate(training, false) && training_clip(training));
        *made += due;
        evaluated = !due;
    }
}

/* Every step of a branch, by the functions of a training alone. Returns the marks that it had.
 */
static int check_marks(const struct session_file *file, int index)
{
    const struct branch *branch = &file->branches.list[index];
    struct training *training =
        training_create(&branch->first, dataset_of(&branch->first), kernels_select(NULL), NULL);
    int made = 0, checked = 0;
    ck_assert_ptr_nonnull(training);
    for (int i = 0; i < file->mark_count; i++) {
        const struct session_mark *mark = &file->marks[i];
        if (mark->branch != index)
            continue;
        for (;;) {
            evaluate(training, branch, &made);
            if (training->step == mark->step)
                break;
            ck_assert(training_update(training));
        }
        ck_assert_msg(state_digest(training, STATE_COMPUTED) == mark->digest,
            "branch %d, step %d", index + 1, (int)mark->step);
        checked++;
    }
    training_destroy(training);
    return checked;
}

static bool has_mark(const struct session_file *file, const struct session_mark *mark)
{
    for (int i = 0; i < file->mark_count; i++) {
        const struct session_mark *other = &file->marks[i];
        if (other->branch == mark->branch && other->step == mark->step)
            return other->digest == mark->digest;
    }
    return false;
}

/* Loaded and saved again at once it has all of its digests but those of a step at hand.
 * Returns how many of them are of branches that nobody has been at since. */
static int check_saved_again(const struct session_file *file, const char *name)
{
    struct session *session = wander_begin(0);
    struct session_copy copy = {.step = 0};
    struct session_file again;
    int kept = 0;
    ck_assert(session_load(session, &file->branches, NULL));
    ck_assert(session_reach(session, 15)); /* past some of them */
    ck_assert(session_copy_take(&copy, session, true) && session_save(&copy, name, NULL));
    read_back(&again, name);
    for (int i = 0; i < file->mark_count; i++) {
        const struct session_mark *mark = &file->marks[i];
        if (mark->step != 0 && mark->step != 10 && mark->step != 100 && mark->step != 200)
            continue;
        ck_assert_msg(
            has_mark(&again, mark), "branch %d, step %d", mark->branch + 1, (int)mark->step);
        kept += mark->branch != file->branches.active;
    }
    session_file_clear(&again);
    session_copy_clear(&copy);
    session_destroy(session);
    return kept;
}

START_TEST(what_is_saved_replays_to_its_digests)
{
    char name[64];
    int marks = 0, forks = 0, others = 0;
    (void)snprintf(name, sizeof name, "saved-%d.session", (int)getpid());
    for (unsigned walk = 0; walk < 60; walk++) {
        struct session *session = wander_begin(walk);
        struct session_copy copy = {.step = 0};
        struct session_file file;
        struct error error;
        for (int i = 0; i < 25; i++)
            wander_on(session);
        ck_assert(session_evaluate(session, false));
        uint64_t step = session->run->training->step;
        uint64_t digest = state_digest(session->run->training, STATE_COMPUTED);
        ck_assert(session_copy_take(&copy, session, true));
        ck_assert_msg(session_save(&copy, name, &error), "%s", error.text);
        read_back(&file, name);
        ck_assert_int_eq(file.numbers, NUMBERS_VERSION);
        check_tree(&session->branches, &file.branches);
        bool at_hand = false;
        for (int i = 0; i < file.mark_count; i++)
            at_hand = at_hand ||
                (file.marks[i].branch == file.branches.active && file.marks[i].step == step &&
                    file.marks[i].digest == digest);
        ck_assert(at_hand);
        for (int i = 0; i < file.branches.count; i++)
            marks += check_marks(&file, i);
        others += check_saved_again(&file, name);
        forks += file.branches.count - 1;
        session_file_clear(&file);
        session_copy_clear(&copy);
        session_destroy(session);
    }
    ck_assert_int_eq(remove(name), 0);
    ck_assert_int_gt(forks, 60);
    ck_assert_int_gt(marks, 300);
    ck_assert_int_gt(others, 60);
}
END_TEST

START_TEST(what_is_no_session_stays)
{
    char name[64], text[32] = "";
    struct session *session = wander_begin(1);
    struct session_copy copy = {.step = 0};
    struct error error;
    (void)snprintf(name, sizeof name, "thesis-%d.tex", (int)getpid());
    ck_assert(session_copy_take(&copy, session, false));
    ck_assert(!copy.digested);
    FILE *file = fopen(name, "w");
    ck_assert_ptr_nonnull(file);
    (void)fputs("\\documentclass{}\n", file);
    (void)fclose(file);
    ck_assert(!session_save(&copy, name, &error));
    ck_assert_msg(strstr(error.text, "is no session and stays as it is"), "%s", error.text);
    file = fopen(name, "r");
    ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
    ck_assert_str_eq(text, "\\documentclass{}\n");
    (void)fclose(file);
    ck_assert_int_eq(remove(name), 0);
    ck_assert(session_save(&copy, name, &error) && session_save(&copy, name, &error));
    ck_assert_int_eq(remove(name), 0);
    session_copy_clear(&copy);
    session_destroy(session);
}
END_TEST

Suite *save_suite(void)
{
    return SUITE("save", what_is_saved_replays_to_its_digests, what_is_no_session_stays);
}
