#include "cli/receipt_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/headless.h"
#include "cli/lesson_files.h"
#include "cli/lesson_find.h"
#include "cli/replay_check.h"
#include "cli/say.h"
#include "core/numbers.h"
#include "engine/lesson_trial.h"
#include "io/receipt.h"

bool receipt_named(const char *name)
{
    static const char ending[] = ".receipt";
    size_t length = strlen(name), end = sizeof ending - 1;
    return length > end && strcmp(name + length - end, ending) == 0;
}

enum marking_status {
    MARK_OK,
    MARK_DIFFERS,
    MARK_CHECKSUM,
    MARK_LESSON,
    MARK_NUMBERS,
    MARK_UNREADABLE
};

/* The work on one receipt. */
struct marking {
    const struct options *options;
    int file; /* index */
    struct progress *progress;
    struct receipt receipt;
    struct lesson lesson;
    struct lesson_player script;   /* the lesson as it goes by itself */
    bool right[LESSON_ITEMS_MOST]; /* of the receipt's numbers: found again */
    struct replay_finding session;
    enum marking_status mark;
    struct error error;
};

__attribute__((format(printf, 3, 4))) static bool refuse(
    struct marking *marking, enum marking_status mark, const char *format, ...)
{
    char reason[220];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    marking->mark = mark;
    return error_set(&marking->error, "%s", reason);
}

static bool read_receipt(struct marking *marking)
{
    struct lines lines;
    const char *name = marking->options->files[marking->file];
    struct receipt *receipt = &marking->receipt;
    marking->mark = MARK_UNREADABLE;
    if (!lines_open(&lines, name, headless_interrupt(), &marking->error))
        return false;
    bool done = receipt_read(receipt, &lines, &marking->error);
    lines_close(&lines);
    if (!done)
        return false;
    return receipt->checksum == receipt->computed ||
        refuse(marking, MARK_CHECKSUM,
            "its checksum is %016" PRIx64 ", and it says %016" PRIx64 ": it was changed",
            receipt->computed, receipt->checksum);
}

/* The lesson that the receipt is of, to the byte. */
static bool is_its_lesson(const struct marking *marking)
{
    return marking->lesson.digest == marking->receipt.digest;
}

/* Where it was handed in with the receipt. */
static bool read_lesson_beside(struct marking *marking)
{
    char file[LESSON_FILE_MOST];
    struct error none;
    const char *own = marking->options->files[marking->file], *slash = strrchr(own, '/');
    int used = snprintf(file, sizeof file, "%.*s%s", slash ? (int)(slash - own) + 1 : 0, own,
        marking->receipt.lesson);
    if (strchr(marking->receipt.lesson, '/') || used < 0 || (size_t)used >= sizeof file ||
        access(file, F_OK) != 0)
        return false;
    if (lesson_read(&marking->lesson, file, headless_interrupt(), &none) &&
        is_its_lesson(marking)) {
        lesson_files_restore(&marking->receipt.session.branches, file);
        return true;
    }
    lesson_clear(&marking->lesson);
    return false;
}

/* By the name that it says. */
static bool read_lesson(struct marking *marking)
{
    struct lesson_place place;
    struct error own;
    const struct receipt *receipt = &marking->receipt;
    if (read_lesson_beside(marking))
        return true;
    if (!lesson_find(receipt->lesson, "lessons", &place, &own) ||
        !lesson_read(&marking->lesson, place.file, headless_interrupt(), &own))
        return refuse(marking, MARK_LESSON, "%s", own.text);
    if (!is_its_lesson(marking))
        return refuse(marking, MARK_LESSON, "%s is another one here: its digest is %016" PRIx64,
            receipt->lesson, marking->lesson.digest);
    lesson_files_restore(&marking->receipt.session.branches, place.file);
    return true;
}

/* The item of the lesson that a number was measured for; -1: none. */
static int item_of(const struct marking *marking, const struct receipt_number *number)
{
    for (int i = 0; i < marking->lesson.count; i++) {
        const struct lesson_item *item = &marking->lesson.items[i];
        if (item->line == number->line && lesson_item_measures(item))
            return i;
    }
    return -1;
}

static bool is_as(const struct receipt_number *number, const struct lesson_measured *measured)
{
    return measured->taken && measured->step == number->step &&
        measured->as_wanted == number->as_wanted &&
        receipt_same(measured->value, number->value);
}

/* The lesson as it goes without anybody, on the same seed. */
static bool play_script(struct marking *marking)
{
    const struct options *options = marking->options;
    struct lesson_trial trial;
    if (!lesson_trial_begin(&trial, &marking->lesson, marking->receipt.seed, options->kernels,
            options->workers, headless_interrupt(), &marking->error)) {
        marking->mark = MARK_UNREADABLE;
        return false;
    }
    struct error error;
    trial.session->reader = options->reader;
    trial.every = true;
    while (lesson_trial_go(&trial, &error)) {
        if (progress_due(marking->progress))
            progress_show(marking->progress, "file %d of %d: the lesson, step %" PRIu64,
                marking->file + 1, options->file_count, trial.steps);
    }
    marking->script = trial.player;
    marking->script.numbers.ghost = NULL;
    lesson_trial_end(&trial);
    return !headless_ended();
}

/* The number as it is at the evaluated step of a branch, with what was named before. */
static bool is_so_there(
    const struct marking *marking, const struct run *run, const struct receipt_number *number)
{
    static struct lesson_player player;
    struct story story;
    const struct receipt *receipt = &marking->receipt;
    lesson_player_begin(&player, &marking->lesson);
    for (const struct receipt_number *n = receipt->numbers; n < number; n++) {
        const struct lesson_item *item = &marking->lesson.items[item_of(marking, n)];
        if (item->kind != LESSON_LET)
            continue;
        player.numbers.names[item->of.let.name] = n->value;
        player.numbers.named[item->of.let.name] = true;
    }
    player.numbers.checked = marking->script.numbers.checked;
    player.at = item_of(marking, number);
    int at = player.at;
    run_tell(run, &story);
    lesson_player_take(&player, &run->training->seen, &story.alerts, NULL);
    return is_as(number, &player.measured[at]);
}

/* Looks for numbers that the lesson by itself has otherwise, in a branch of the session: who
 * has played before going on has measured what became of that. */
static bool search_branch(struct marking *marking, const struct branch *branch)
{
    struct receipt *receipt = &marking->receipt;
    struct error error;
    struct run *run = replay_begin(marking->options, branch, &error);
    bool going = run != NULL;
    while (going) {
        uint64_t step = run->training->step;
        bool later = false;
        for (int i = 0; i < receipt->number_count && going; i++) {
            const struct receipt_number *number = &receipt->numbers[i];
            later = later || (!marking->right[i] && number->step > step);
            if (marking->right[i] || number->step != step)
                continue;
            going = run_evaluate(run, true);
            marking->right[i] = going && is_so_there(marking, run, number);
        }
        going = going && later && step < branch->reached && run_evaluate(run, false) &&
            !run_diverged(run) && run_update(run);
        if (progress_due(marking->progress))
            progress_show(marking->progress,
                "file %d of %d: looking for numbers, step %" PRIu64, marking->file + 1,
                marking->options->file_count, step);
    }
    run_destroy(run);
    return !headless_ended();
}

static bool check_numbers(struct marking *marking)
{
    const struct receipt *receipt = &marking->receipt;
    const struct branches *branches = &receipt->session.branches;
    for (int i = 0; i < receipt->number_count; i++) {
        int item = item_of(marking, &receipt->numbers[i]);
        marking->right[i] = is_as(&receipt->numbers[i], &marking->script.measured[item]);
    }
    for (int b = 0; b < branches->count; b++) {
        /* Of another seed is another lesson. */
        if (branches->list[b].first.seed == receipt->seed &&
            !search_branch(marking, &branches->list[b]))
            return false;
    }
    for (int i = 0; i < receipt->number_count; i++) {
        if (!marking->right[i])
            return refuse(marking, MARK_DIFFERS,
                "what was measured for line %d is found neither in the lesson nor in a branch "
                "of the session",
                receipt->numbers[i].line);
    }
    return true;
}

static bool check_session(struct marking *marking)
{
    struct replay replay;
    const struct session_file *file = &marking->receipt.session;
    if (!replay_init(&replay, &file->branches, file->numbers, file->marks, file->mark_count))
        return refuse(marking, MARK_UNREADABLE, "out of memory");
    marking->session =
        replay_verify(marking->options, marking->file, &replay, marking->progress);
    replay_clear(&replay);
    switch (marking->session.verdict) {
    case VERDICT_OK:
        return true;
    case VERDICT_NUMBERS:
        return refuse(marking, MARK_NUMBERS, "%s", marking->session.error.text);
    case VERDICT_DIFFERS:
        return refuse(marking, MARK_DIFFERS, "%s", marking->session.error.text);
    case VERDICT_UNREADABLE:
        break;
    }
    return refuse(marking, MARK_UNREADABLE, "%s", marking->session.error.text);
}

/* As many commands and questions as its lesson has. */
static bool check_counts(struct marking *marking)
{
    const struct receipt *receipt = &marking->receipt;
    const struct lesson *lesson = &marking->lesson;
    if (receipt->items != lesson->count)
        return refuse(marking, MARK_DIFFERS, "it says that the lesson has %d commands, of %d",
            receipt->items, lesson->count);
    return receipt->question_count == lesson->question_count ||
        refuse(marking, MARK_DIFFERS, "it says that the lesson has %d questions, of %d",
            receipt->question_count, lesson->question_count);
}

/* A number for each command up to where the lesson was reached that measures one, no other. */
static bool check_measured(struct marking *marking)
{
    const struct receipt *receipt = &marking->receipt;
    int count = 0;
    for (int i = 0; i < receipt->reached; i++) {
        const struct lesson_item *item = &marking->lesson.items[i];
        if (!lesson_item_measures(item))
            continue;
        if (count == receipt->number_count || receipt->numbers[count].line > item->line)
            return refuse(marking, MARK_DIFFERS,
                "line %d of the lesson was reached, and nothing is measured for it",
                item->line);
        if (receipt->numbers[count].line < item->line)
            break;
        count++;
    }
    return count == receipt->number_count ||
        refuse(marking, MARK_DIFFERS,
            "line %d of the lesson measures nothing up to where it was reached",
            receipt->numbers[count].line);
}

/* Choices that there are. */
static bool check_choices(struct marking *marking)
{
    for (int i = 0; i < marking->lesson.question_count; i++) {
        const int *choices = marking->receipt.choices[i];
        int most = marking->lesson.questions[i].count;
        if (choices[0] > most || choices[1] > most)
            return refuse(marking, MARK_DIFFERS, "question %d has no choice %d", i + 1,
                choices[0] > most ? choices[0] : choices[1]);
    }
    return true;
}

static void mark(struct marking *marking)
{
    bool right = read_receipt(marking) && read_lesson(marking) && check_counts(marking) &&
        check_choices(marking) && check_measured(marking) && check_session(marking) &&
        play_script(marking) && check_numbers(marking);
    if (right)
        marking->mark = MARK_OK;
}

/* "1-2 3-3 2-0": first and second choices. */
static void print_choices(FILE *file, const struct receipt *receipt)
{
    for (int i = 0; i < receipt->question_count; i++)
        fprintf(
            file, "%s%d-%d", i > 0 ? " " : "", receipt->choices[i][0], receipt->choices[i][1]);
}

static void print_row(FILE *file, const struct marking *marking)
{
    static const char *const marks[] = {
        "ok", "differs", "checksum", "lesson", "numbers", "unreadable"};
    const struct receipt *receipt = &marking->receipt;
    /* Which choices are right only its own lesson says. */
    bool known = marking->mark != MARK_CHECKSUM && marking->mark != MARK_LESSON;
    int answered = 0, right[LESSON_ROUNDS] = {0, 0};
    check_field(file, marking->options->files[marking->file]);
    fprintf(file, ",%s", marks[marking->mark]);
    if (marking->mark == MARK_UNREADABLE) {
        fputs(",,,,,,,,,,,,,", file);
        check_field(file, marking->error.text);
        fputc('\n', file);
        return;
    }
    for (int i = 0; i < receipt->question_count; i++) {
        answered += receipt->choices[i][0] > 0;
        for (int round = 0; round < LESSON_ROUNDS; round++)
            right[round] += known && i < marking->lesson.question_count &&
                receipt->choices[i][round] == marking->lesson.questions[i].right + 1;
    }
    fputc(',', file);
    check_field(file, receipt->lesson);
    fprintf(file, ",%" PRIu64 ",%d,%d,%d,%d,", receipt->seed, receipt->reached, receipt->items,
        receipt->question_count, answered);
    if (known)
        fprintf(file, "%d,%d,", right[0], right[1]);
    else
        fputs(",,", file);
    print_choices(file, receipt);
    fprintf(file, ",%d,%" PRIu64 ",%d,", receipt->number_count, marking->session.steps,
        marking->session.digests);
    check_field(file, marking->error.text);
    fputc('\n', file);
}

static int work(const struct options *options, struct session *none, struct output *output)
{
    struct progress progress = progress_begin(output);
    bool right = true, going = true;
    (void)none;
    output_begin(output);
    (void)fputs("file,status,lesson,seed,reached,items,questions,answered,first_right,"
                "second_right,choices,measured,steps,digests,error\n",
        output->file);
    for (int i = 0; i < options->file_count && going; i++) {
        struct marking *marking = calloc(1, sizeof *marking);
        if (!marking) {
            right = headless_fail("out of memory") == 0;
            break;
        }
        marking->options = options;
        marking->file = i;
        marking->progress = &progress;
        mark(marking);
        if (!headless_ended()) {
            right = right && marking->mark == MARK_OK;
            print_row(output->file, marking);
            going = output_rows(output, 1);
        }
        progress_end(&progress);
        if (marking->mark == MARK_UNREADABLE && !headless_ended())
            say("%s", marking->error.text);
        going = going && !headless_ended();
        lesson_clear(&marking->lesson);
        receipt_clear(&marking->receipt);
        free(marking);
    }
    int status = headless_close(output, true);
    return right ? status : 1;
}

int receipt_check(const struct options *options)
{
    static const struct headless command = {NULL, work, NULL};
    return headless_main(options, &command);
}
