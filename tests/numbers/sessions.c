/*
 * A session lived by chance, as a session file on standard output: `sessions SEED`. Settings,
 * changes and branches differ by the seed, over all optimizers, clip modes, activations and
 * data sets. Its digests are taken as it goes there and back, so that who verifies them goes
 * other ways.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/names.h"
#include "core/numbers.h"
#include "core/rng.h"
#include "core/state.h"
#include "engine/session.h"
#include "io/session_file.h"

enum { ORDERS = 14, MARKS = 4, STEPS = 150 };

static uint64_t state;

static int draw(int below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((state >> 33) % (uint64_t)below);
}

static void die(const char *what)
{
    (void)fprintf(stderr, "sessions: %s\n", what);
    exit(1);
}

static const struct kernels *kernels(void)
{
    const char *isa = getenv("NABLASCOPE_ISA");
    const struct kernels *found = kernels_select(isa && *isa ? isa : NULL);
    if (!found)
        die("no such instruction set");
    return found;
}

static void order(struct session *session, const char *text)
{
    struct command command;
    struct error error;
    if (!command_parse(text, &command, &error) || !session_do(session, &command, &error))
        die(error.text);
}

static int count_names(names_fn *names)
{
    int count = 0;
    while (names(count))
        count++;
    return count;
}

/* Another value of a row of the table, of those that need no other network. */
static void change(struct session *session)
{
    static const char *const others[] = {"lr 0.05", "lr 0.3", "lr 1", "momentum 0.5",
        "beta2 0.99", "weight_decay 0.01", "clip_at 0.1", "clip_at 2", "leaky_slope 0.2"};
    static const char *const choices[] = {"activation", "optimizer", "clip"};
    int which = draw(8);
    if (which >= (int)ARRAY_LEN(choices)) {
        order(session, others[draw((int)ARRAY_LEN(others))]);
        return;
    }
    const struct hparam *row = hparam_find(choices[which], NULL);
    char text[80];
    (void)snprintf(
        text, sizeof text, "%s %s", row->name, row->choices(draw(count_names(row->choices))));
    order(session, text);
}

static void go(struct session *session, uint64_t step)
{
    char text[40];
    (void)snprintf(text, sizeof text, "seek %" PRIu64, step);
    order(session, text);
    if (!session_evaluate(session, false))
        die("out of memory");
}

static struct session *begin(const char *seed)
{
    const struct hparam *data = hparam_find("data", NULL);
    struct hparams hparams;
    struct error error;
    hparams_init(&hparams);
    hparams.depth = 1 + draw(5);
    hparams.width = 2 + draw(9);
    hparams.samples = 20 + draw(30);
    hparams.batch = draw(3) * 7;
    hparams.lr = 0.2;
    if (!hparam_set(&hparams, data, data->choices(draw(count_names(data->choices))), &error) ||
        !hparam_set(&hparams, hparam_find("seed", NULL), seed, &error))
        die(error.text);
    struct session *session = session_create(&hparams, kernels(), NULL, &error);
    if (!session)
        die(error.text);
    session->history = 1 << 20;
    return session;
}

/* Marks of every branch, from the last to the first. */
static void mark(struct session_file *file, struct session *session)
{
    for (int i = 0; i < session->branches.count; i++) {
        char text[40];
        (void)snprintf(text, sizeof text, "branch %d", i + 1);
        order(session, text);
        uint64_t reached = session->branches.list[i].reached;
        for (int k = MARKS; k > 0; k--) {
            go(session, reached * (uint64_t)k / MARKS);
            uint64_t digest = state_digest(session->run->training, STATE_COMPUTED);
            if (!session_file_mark(file, i, session->run->training->step, digest))
                die("out of memory");
        }
    }
}

static int compare_marks(const void *of_a, const void *of_b)
{
    const struct session_mark *a = of_a, *b = of_b;
    if (a->branch != b->branch)
        return a->branch - b->branch;
    return (a->step > b->step) - (a->step < b->step);
}

/* Each step once. */
static void tidy(struct session_file *file)
{
    int kept = 0;
    qsort(file->marks, (size_t)file->mark_count, sizeof *file->marks, compare_marks);
    for (int i = 0; i < file->mark_count; i++) {
        if (kept == 0 || compare_marks(&file->marks[kept - 1], &file->marks[i]) != 0)
            file->marks[kept++] = file->marks[i];
    }
    file->mark_count = kept;
}

/* How many digests of a branch are as computed; stops at the first that is not. */
static int check_branch(const struct session_file *file, int index)
{
    const struct branch *branch = &file->branches.list[index];
    const struct run_change *change = branch->changes.list;
    const struct run_change *end = change + branch->changes.count;
    struct hparams first = branch->first;
    int agree = 0;
    struct training *training = training_create(&first, dataset_of(&first), kernels(), NULL);
    if (!training)
        die("out of memory");
    for (int i = 0; i < file->mark_count; i++) {
        const struct session_mark *mark = &file->marks[i];
        if (mark->branch != index)
            continue;
        for (;; training_update(training)) {
            for (; change < end && change->step == training->step && !change->evaluated;
                 change++)
                (void)training_adjust(training, &change->hparams);
            (void)training_evaluate(training, false);
            (void)training_clip(training);
            for (; change < end && change->step == training->step; change++) {
                (void)training_adjust(training, &change->hparams);
                (void)training_evaluate(training, false);
                (void)training_clip(training);
            }
            if (training->step == mark->step)
                break;
        }
        if (state_digest(training, STATE_COMPUTED) != mark->digest)
            break;
        agree++;
    }
    training_destroy(training);
    return agree;
}

static bool check(const char *name)
{
    struct session_file file = {.numbers = 0};
    struct lines lines;
    struct error error;
    int agree = 0;
    if (!lines_open(&lines, name, NULL, &error))
        die(error.text);
    bool read = session_file_read(&file, &lines, &error);
    for (int i = 0; read && i < file.branches.count; i++)
        agree += check_branch(&file, i);
    bool right = read && agree == file.mark_count;
    printf("%s,%s,%d,,%d,,%s\n", name,
        right      ? "ok"
            : read ? "differs"
                   : "unreadable",
        file.branches.count, agree, read ? "" : error.text);
    lines_close(&lines);
    session_file_clear(&file);
    return right;
}

static int check_all(char **names)
{
    bool right = kernels() != NULL;
    puts("file,status,branches,steps,digests,failed_step,error");
    for (; *names; names++)
        right = check(*names) && right;
    return right ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct session_file file = {.numbers = NUMBERS_VERSION};
    if (argc > 1 && strcmp(argv[1], "check") == 0)
        return check_all(argv + 2);
    state = argc == 2 ? strtoull(argv[1], NULL, 10) : 1;
    struct session *session = begin(argc == 2 ? argv[1] : "1");
    for (int i = 0; i < ORDERS; i++) {
        go(session, (uint64_t)draw(STEPS));
        if (draw(2) == 0) /* it has not been looked at */
            order(session, "seek +1");
        change(session);
        if (draw(6) == 0)
            order(session, "reseed");
    }
    go(session, session->run->training->step + (uint64_t)draw(STEPS));
    mark(&file, session);
    tidy(&file);
    if (!branches_copy(&file.branches, &session->branches))
        die("out of memory");
    session_file_write(&file, stdout);
    session_file_clear(&file);
    session_destroy(session);
    return fflush(stdout) == 0 ? 0 : 1;
}
