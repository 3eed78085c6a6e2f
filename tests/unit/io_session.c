/* Session files: what is written reads as the same, and what is wrong is named where it stands.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/numbers.h"
#include "core/rng.h"
#include "io/session_reader.h"
#include "suites.h"

static bool read_text(
    struct session_file *file, const char *text, size_t length, struct error *error)
{
    int ends[2];
    struct lines lines;
    char name[32];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], text, length), (int)length);
    close(ends[1]);
    (void)snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    memset(file, 0, sizeof *file);
    ck_assert(lines_open(&lines, name, NULL, error));
    bool done = session_file_read(file, &lines, error);
    lines_close(&lines);
    close(ends[0]);
    return done;
}

static char *text_of(const struct session_file *file)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    session_file_write(file, out);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

/* What has been written reads as something that is written the same. */
static void check_written(const struct session_file *file)
{
    struct session_file read;
    struct error error;
    char *text = text_of(file);
    ck_assert_msg(read_text(&read, text, strlen(text), &error), "%s\n%s", error.text, text);
    ck_assert_int_eq(read.branches.count, file->branches.count);
    ck_assert_int_eq(read.mark_count, file->mark_count);
    char *again = text_of(&read);
    ck_assert_str_eq(again, text);
    free(again);
    free(text);
    session_file_clear(&read);
}

#define HEAD "nablascope session 1 numbers 4\n"

START_TEST(a_session_reads_as_it_says)
{
    static const char text[] =
        "\n# by hand\n" HEAD "set activation relu # leaky does not die\nset lr=0.1\n"
        "at 50 lr 3\nat 50 view units\nat 50 after clip=norm\nat 90 speed max\nat 120 "
        "relu_ish\n";
    static const char right[] = HEAD
        "set activation relu\nset lr 0.1\nat 50 lr 3\nat 50 view units\nat 50 after clip=norm\n"
        "digest 10 00000000000000ff\ndigest 200 ffffffffffffffff\nreached 300\n"
        "branch from lr 1 from 60 of 1\nat 60 lr 1\nat 70 activation tanh\n"
        "branch x from 65 of 2\nat 65 optimizer adam\n"
        "branch depth 4 from 0\nset depth 4\nat 3 lr 2\nactive 2\n";
    struct session_file file;
    struct error error;
    ck_assert(!read_text(&file, text, sizeof text - 1, &error));
    ck_assert_ptr_nonnull(strstr(error.text, ":10:8: unknown command 'relu_ish'"));
    session_file_clear(&file);
    ck_assert_msg(read_text(&file, right, sizeof right - 1, &error), "%s", error.text);
    const struct branches *b = &file.branches;
    ck_assert_int_eq(b->count, 4);
    ck_assert_int_eq(b->active, 1);
    ck_assert_int_eq(file.numbers, NUMBERS_VERSION);
    ck_assert_int_eq(b->list[0].first.activation, ACTIVATION_RELU);
    ck_assert(b->list[0].first.lr == 0.1 && b->list[0].changes.count == 2);
    ck_assert_uint_eq(b->list[0].reached, 300);
    const struct run_change *change = b->list[0].changes.list;
    ck_assert(change[0].step == 50 && change[0].hparams.lr == 3 && !change[0].evaluated);
    ck_assert(change[1].evaluated && change[1].hparams.clip == CLIP_NORM);
    ck_assert(change[1].hparams.lr == 3 && change[0].hparams.clip == CLIP_NONE);
    /* What a branch has of its parent are the changes before it. */
    ck_assert(b->list[1].parent == 0 && b->list[1].changes.count == 4);
    ck_assert(b->list[1].changes.list[3].hparams.lr == 1);
    ck_assert_int_eq(b->list[1].changes.list[3].hparams.activation, ACTIVATION_TANH);
    ck_assert(b->list[2].parent == 1 && b->list[2].changes.count == 4);
    ck_assert_int_eq(b->list[2].changes.list[3].hparams.activation, ACTIVATION_RELU);
    ck_assert(b->list[3].parent == -1 && b->list[3].first.depth == 4);
    ck_assert(b->list[3].changes.count == 1 && b->list[3].first.lr == 0.1);
    ck_assert_int_eq(file.mark_count, 2);
    ck_assert(file.marks[1].step == 200 && file.marks[1].digest == UINT64_MAX);
    check_written(&file);
    session_file_clear(&file);
}
END_TEST

START_TEST(what_is_wrong_is_named_where_it_stands)
{
    static const struct {
        const char *text, *message;
    } cases[] = {{"", ":1:1: empty: a session begins with"},
        {"lesson 1\n", ":1:1: no session file"},
        {"nablascope session 2 numbers 4\n", ":1: format 2 is of another version"},
        {"nablascope session 1 numbers\n", "no session file: it begins with"},
        {HEAD "\n  at 5 lr x\n", ":3:8: lr: 'x' is not a number"},
        {HEAD "set dpth 2\n", ":2:5: unknown hyperparameter 'dpth'"},
        {HEAD "at 3 set dpth 2\n", ":2:10: unknown hyperparameter 'dpth'"},
        {HEAD "at -1 lr 1\n", ":2:4: '-1' is no step"},
        {HEAD "at 1e3 lr 1\n", ":2:4: '1e3' is no step"},
        {HEAD "at\n", ":2:3: a step is missing"},
        {HEAD "at 1000000000000001 lr 1\n",
            "is no step: a whole number of 0 to 1000000000000000"},
        {HEAD "at 5 lr 1\nat 4 lr 2\n", ":3:4: step 4 is before that of the line above"},
        {HEAD "at 5 depth 3\n", ":2:6: 'depth 3' builds the network anew"},
        {HEAD "at 5 reset\n", "builds the network anew"},
        {HEAD "at 5 preset dying\n", "builds the network anew"},
        {HEAD "at 5 lr 1\nset lr 2\n", ":3:1: set stands before the first change"},
        {HEAD "branch x from 7\nactive 1\nset lr 2\n",
            ":4:1: set stands before the first change"},
        {HEAD "digest 0 0123456789abcdef\nset lr 2\n",
            ":3:1: set stands before the first change"},
        {HEAD "reached 0\nset lr 2\n", ":3:1: set stands before the first change"},
        {HEAD "branch x from 7\nset lr 2\n", "set stands before the first change"},
        {HEAD "digest 5 0\n", ":2:10: '0' is no digest"},
        {HEAD "digest 5 00000000000000FF\n", "small letters"},
        {HEAD "digest 5 0000000000000001\ndigest 5 0000000000000001\n", ":3:8: the branch has"},
        {HEAD "digest 5 0000000000000001 x\n", ":2:27: 'x' is too much"},
        {HEAD "branch x\n", ":2:8: where it begins is missing"},
        {HEAD "branch x from 7 of 2\n", "'2' is no branch before this line: 1 to 1"},
        {HEAD "branch x from 7 of 0\n", "is no branch"},
        {HEAD "branch \xc3\xa9 from 7 now\n", ":2:17: 'now' is too much"},
        {HEAD "active 2\n", "is no branch"}, {HEAD "reached x\n", "is no step"},
        {HEAD "reached 9 x\n", ":2:11: 'x' is too much"},
        {HEAD "reached 9\nreached 8\n", ":3:9: the branch has reached step 9 already"},
        {HEAD "reached 9\nshown 10\n", ":3:7: the branch has reached step 9, and not step 10"},
        {HEAD "shown\n", "a step is missing"}, {HEAD "reached 9\nshown 3 4\n", "too much"},
        {HEAD "reached 9\nat 8 lr 2\n", ":3:4: step 8 lies behind step 9"},
        {HEAD "digest 9 0000000000000001\nat 8 lr 2\n", "what changes there is a branch"},
        {HEAD "reached 9\nset lr 2\n", ":3:1: set stands before the first change"},
        {HEAD "drop 1\n", ":2:6: branch 1 is the only one"},
        {HEAD "drop\n", ":2:5: '' is no branch before this line"},
        {HEAD "branch x from 0\ndrop 2\nreached 9\n",
            ":4:1: the branch at hand has been dropped: active N or branch NAME goes before "
            "'reached'"},
        {HEAD "branch x from 7\nat 9 lr 2\nactive 1\nat 5 lr 2\nactive 2\nat 8 lr 1\n",
            ":7:4: step 8 is before"},
        {HEAD "pause\n", ":2:1: 'pause' begins no line of a session"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct session_file file;
        struct error error = {.text = ""};
        ck_assert_msg(!read_text(&file, cases[i].text, strlen(cases[i].text), &error), "%s",
            cases[i].text);
        ck_assert_msg(
            strstr(error.text, cases[i].message), "%s: %s", cases[i].text, error.text);
        session_file_clear(&file);
    }
}
END_TEST

static uint32_t random_state;

static uint32_t draw(uint32_t below)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % below;
}

START_TEST(a_journal_goes_from_branch_to_branch)
{
    static const char text[] =
        HEAD "reached 20\nreached 50\nat 50 lr 3\nreached 120\ndigest 100 00000000000000ff\n"
             "branch lr 5 from 30 of 1\nat 30 lr 5\nreached 60\ndigest 60 0000000000000001\n"
             "branch gone from 40 of 2\nat 45 lr 6\ndigest 50 0000000000000003\n"
             "branch depth 4 from 0\nset depth 4\ndigest 9 0000000000000004\n"
             "active 3\nreached 60\ndrop 3\nactive 1\nat 120 clip=norm\nreached 130\n"
             "digest 130 0000000000000002\n"
             "branch same from 9 of 3\nactive 2\nat 70 lr 7\n";
    struct session_file file;
    struct error error;
    ck_assert_msg(read_text(&file, text, sizeof text - 1, &error), "%s", error.text);
    const struct branches *b = &file.branches;
    ck_assert(b->count == 4 && b->active == 1);
    ck_assert(b->list[0].changes.count == 2 && b->list[0].reached == 130);
    ck_assert(b->list[0].changes.list[1].hparams.lr == 3);
    ck_assert(b->list[0].changes.list[1].hparams.clip == CLIP_NORM);
    /* A change tells that its step has been reached. */
    ck_assert(b->list[1].changes.count == 2 && b->list[1].reached == 70);
    ck_assert(b->list[1].parent == 0 && b->list[1].changes.list[1].hparams.lr == 7);
    ck_assert(b->list[2].parent == -1 && b->list[2].first.depth == 4);
    ck_assert(b->list[2].reached == 9);
    /* So does where it leaves its parent. */
    ck_assert(b->list[3].parent == 2 && b->list[3].reached == 9);
    ck_assert_int_eq(file.mark_count, 4);
    ck_assert(file.marks[3].branch == 2 && file.marks[3].step == 9);
    ck_assert(file.marks[0].branch == 0 && file.marks[0].step == 100);
    ck_assert(file.marks[1].branch == 0 && file.marks[1].digest == 2);
    ck_assert(file.marks[2].branch == 1 && file.marks[2].step == 60);
    check_written(&file);
    session_file_clear(&file);
}
END_TEST

/* Line by line, as somebody writes them: the half of one is none yet. */
START_TEST(half_a_line_is_none_yet)
{
    static const char text[] =
        "nablascope session 1 numbers 4\r\n# \xc3\xa9\nreached 12\nat 12 "
        "lr 3\nreached 1\n";
    int ends[2];
    char name[32], *line;
    struct lines lines;
    struct session_file file = {.numbers = 0};
    struct session_reader reader;
    struct error error;
    ck_assert_int_eq(pipe(ends), 0);
    (void)snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    ck_assert(lines_open(&lines, name, NULL, &error));
    lines_grow(&lines);
    session_reader_begin(&reader, &file);
    int taken = 0;
    for (size_t i = 0; i + 1 < sizeof text; i++) {
        ck_assert_int_eq(write(ends[1], text + i, 1), 1);
        bool right = lines_next_said(&lines, &line, &error);
        ck_assert_msg(right, "%s", error.text);
        ck_assert(!lines.ended);
        ck_assert_msg(!line || text[i] == '\n', "after %zu: %s", i, line);
        if (!line)
            continue;
        taken++;
        bool last = i + 2 == sizeof text;
        ck_assert_int_eq(session_reader_take(&reader, &lines, line, &error), !last);
    }
    ck_assert_int_eq(taken, 4);
    ck_assert_ptr_nonnull(strstr(error.text, ":5:9: the branch has reached step 12 already"));
    ck_assert(file.branches.list[0].reached == 12 && file.branches.list[0].changes.count == 1);
    close(ends[1]);
    ck_assert(lines_next_said(&lines, &line, &error) && !line && lines.ended);
    lines_close(&lines);
    close(ends[0]);
    session_file_clear(&file);
}
END_TEST

/* A change of one setting at a later step. */
static void change_once(struct change_log *log, const struct hparams *first, uint64_t *step)
{
    static const char *const settings[][2] = {{"lr", "0.5"}, {"lr", "3"}, {"clip", "norm"},
        {"clip", "none"}, {"activation", "tanh"}, {"optimizer", "adam"}, {"momentum", "0.5"}};
    const char *const *setting = settings[draw(ARRAY_LEN(settings))];
    const struct hparams *own = log->count > 0 ? &log->list[log->count - 1].hparams : first;
    struct run_change change = {.hparams = *own};
    *step += draw(30);
    change.step = *step;
    ck_assert(hparam_set(&change.hparams, hparam_find(setting[0], NULL), setting[1], NULL));
    ck_assert(change_log_reserve(log, log->count));
    log->list[log->count++] = change;
}

/* A tree as a session makes it: changes in the past of any branch, resets, other networks. */
static void grow_tree(struct session_file *file, uint32_t seed)
{
    struct branches *b = &file->branches;
    struct hparams first;
    *file = (struct session_file){.numbers = NUMBERS_VERSION};
    random_state = seed;
    hparams_init(&first);
    (void)branches_begin(b, &first);
    for (int i = 0; i < 12; i++) {
        struct change_log log = {.list = NULL};
        uint64_t step = draw(100);
        int from = (int)draw((uint32_t)b->count);
        const struct change_log *old = &b->list[from].changes;
        struct change_log before = {old->list, 0, 0};
        while (before.count < old->count && old->list[before.count].step < step)
            before.count++;
        ck_assert(change_log_copy(&log, &before));
        b->active = from;
        if (draw(4) == 0) {
            first.depth = 1 + (int)draw(5);
            log.count = 0;
            (void)branches_begin(b, &first);
        } else {
            struct hparams own = b->list[from].first;
            branches_add(b, from, &own);
        }
        for (uint32_t k = draw(4); k > 0; k--)
            change_once(&log, &b->list[b->active].first, &step);
        ck_assert(branches_note(b, &log, step + draw(100)));
        change_log_clear(&log);
    }
    for (int i = 0; i < b->count; i++)
        ck_assert(session_file_mark(file, i, draw(1000), draw(1u << 24)));
}

START_TEST(any_tree_reads_as_it_was_written)
{
    for (uint32_t tree = 0; tree < 300; tree++) {
        struct session_file file;
        grow_tree(&file, tree);
        check_written(&file);
        session_file_clear(&file);
    }
}
END_TEST

/* A file's lines, those of each branch: its first is the one that begins it. */
struct sections {
    int count;
    struct {
        const char *line[64];
        int count, told;
        uint64_t from;
        int parent; /* -1: none */
    } list[BRANCHES_MOST];
    const char *active;
};

static void cut_sections(struct sections *sections, char *text)
{
    memset(sections, 0, sizeof *sections);
    sections->count = 1;
    sections->list[0].parent = -1;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "active ", 7) == 0) {
            sections->active = line;
            continue;
        }
        sections->count += strncmp(line, "branch ", 7) == 0;
        int at = sections->count - 1, count = sections->list[at].count++;
        ck_assert_int_lt(count, (int)ARRAY_LEN(sections->list[at].line));
        sections->list[at].line[count] = line;
        if (at == 0 || count > 0)
            continue;
        const char *from = line, *of;
        for (const char *next = line; (next = strstr(next, " from ")) != NULL; next++)
            from = next + 6;
        sections->list[at].from = strtoull(from, NULL, 10);
        of = strstr(from, " of ");
        sections->list[at].parent = of ? atoi(of + 4) - 1 : -1;
    }
}

static uint64_t step_of(const char *line)
{
    return strncmp(line, "at ", 3) == 0 ? strtoull(line + 3, NULL, 10) : 0;
}

/* Its parent has been told all that it has of it. */
static bool can_begin(const struct sections *sections, int index)
{
    /* What branch 1 begins with is what those without a parent do. */
    int parent = sections->list[index].parent < 0 ? 0 : sections->list[index].parent;
    for (int i = sections->list[parent].told; i < sections->list[parent].count; i++) {
        const char *line = sections->list[parent].line[i];
        if (strncmp(line, "set", 3) == 0 ||
            (step_of(line) > 0 && step_of(line) < sections->list[index].from))
            return false;
    }
    return true;
}

/* The lines of a file as a journal has them, which tells now of one branch, now of another. */
static void write_journal(struct sections *sections, FILE *out)
{
    int begun = 0, at = 0, left = 0, passing = 0;
    for (int i = 0; i < sections->count; i++)
        left += sections->list[i].count;
    while (left > 0) {
        bool begins = begun < sections->count && draw(6) == 0 && can_begin(sections, begun);
        int next = begins || begun == 0 ? begun : (int)draw((uint32_t)begun);
        if (sections->list[next].told == sections->list[next].count)
            next = begun < sections->count && can_begin(sections, begun) ? begun : next;
        if (sections->list[next].told == sections->list[next].count)
            continue;
        if (next == begun) {
            begun++;
        } else if (next != at || passing > 0) {
            (void)fprintf(out, "active %d\n", next + 1);
        }
        if (passing > 0)
            (void)fprintf(out, "drop %d\n", passing);
        passing = 0;
        at = next;
        const char *line = sections->list[at].line[sections->list[at].told++];
        left--;
        (void)fprintf(out, "%s\n", line);
        if (strncmp(line, "at ", 3) == 0 && draw(2) == 0)
            (void)fprintf(out, "reached %" PRIu64 "\n", step_of(line));
        /* One that is forgotten before another one begins. */
        if (begun > 0 && begun < BRANCHES_MOST && draw(8) == 0 && left > 0 &&
            (begun == sections->count || !can_begin(sections, begun))) {
            (void)fprintf(out, "branch passing from 3 of 1\nat 4 lr 9\nreached 400\n");
            passing = begun + 1;
        }
    }
    (void)fprintf(out, "%s\n", sections->active ? sections->active : "active 1");
}

START_TEST(a_tree_told_in_any_order_is_the_same)
{
    for (uint32_t tree = 0; tree < 300; tree++) {
        struct session_file file, read;
        struct sections sections;
        struct error error;
        char *journal = NULL;
        size_t size = 0;
        grow_tree(&file, tree);
        char *whole = text_of(&file), *cut = text_of(&file);
        cut_sections(&sections, cut);
        FILE *out = open_memstream(&journal, &size);
        ck_assert_ptr_nonnull(out);
        write_journal(&sections, out);
        ck_assert_int_eq(fclose(out), 0);
        ck_assert_msg(read_text(&read, journal, size, &error), "%s\n%s", error.text, journal);
        char *again = text_of(&read);
        ck_assert_msg(strcmp(again, whole) == 0, "%s\n%s\n%s", whole, journal, again);
        free(again);
        free(journal);
        free(whole);
        free(cut);
        session_file_clear(&read);
        session_file_clear(&file);
    }
}
END_TEST

/* Nothing that stands in a file does harm, and what is taken is written so that it reads. */
START_TEST(damaged_files_do_no_harm)
{
    static const char whole[] = HEAD
        "set activation relu\nset lr 0.1\nat 50 lr 3\nat 50 after clip=norm\n"
        "digest 10 00000000000000ff\ndigest 200 ffffffffffffffff\nreached 300\n"
        "branch lr 1 from 60 of 1\nat 60 lr 1\nbranch x from 65 of 2\nat 65 optimizer adam\n"
        "branch depth 4 from 0\nset depth 4\nat 3 lr 2\nactive 2\nreached 70\ndrop 4\n"
        "active 1\nat 320 lr 3\nactive 2\ndrop 2\n";
    int taken = 0;
    random_state = 3;
    for (int i = 0; i < 6000; i++) {
        char text[sizeof whole];
        size_t length = sizeof whole - 1;
        memcpy(text, whole, length);
        for (uint32_t k = 1 + draw(3); k > 0; k--) {
            size_t at = draw((uint32_t)length), other = draw((uint32_t)length);
            switch (draw(4)) {
            case 0:
                text[at] = whole[other];
                break;
            case 1:
                text[at] = (char)draw(256);
                break;
            case 2:
                memmove(text + at, text + at + 1, length - at - 1);
                length--;
                break;
            default:
                length = at + 1;
            }
        }
        struct session_file file;
        struct error error;
        if (read_text(&file, text, length, &error)) {
            check_written(&file);
            taken++;
        }
        session_file_clear(&file);
    }
    ck_assert_int_gt(taken, 100);
    ck_assert_int_lt(taken, 4000);
}
END_TEST

Suite *session_file_suite(void)
{
    return SUITE("session_file", a_session_reads_as_it_says,
        a_journal_goes_from_branch_to_branch, half_a_line_is_none_yet,
        what_is_wrong_is_named_where_it_stands, any_tree_reads_as_it_was_written,
        a_tree_told_in_any_order_is_the_same, damaged_files_do_no_harm);
}
