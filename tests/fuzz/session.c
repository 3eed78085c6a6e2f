/*
 * Whatever stands in a session file does no harm: for libFuzzer (tests/fuzz/run), and for
 * tests/fuzz/driver.c. What is read is a tree that a session can take, is written so that it
 * reads as the same, and comes out the same where it is read as a journal that grows, in
 * pieces.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/replay.h"
#include "io/session_file.h"
#include "io/session_reader.h"
#include "target.h"

static void put(int file, const void *data, size_t size)
{
    if (size > 0 && write(file, data, size) != (ssize_t)size)
        fail("cannot write");
}

static void open_file(struct lines *lines, int file)
{
    struct error error;
    char name[32];
    (void)snprintf(name, sizeof name, "/dev/fd/%d", file);
    if (!lines_open(lines, name, NULL, &error))
        fail(error.text);
    lines->name = "FILE";
    (void)lseek(lines->file, 0, SEEK_SET);
}

static bool read_bytes(
    struct session_file *file, const void *data, size_t size, struct error *error)
{
    struct lines lines;
    int bytes = scratch();
    put(bytes, data, size);
    open_file(&lines, bytes);
    memset(file, 0, sizeof *file);
    bool done = session_file_read(file, &lines, error);
    lines_close(&lines);
    return done;
}

/* As far as whole lines have come; false: one is wrong. */
static bool take_lines(struct session_reader *reader, struct lines *lines, struct error *error)
{
    char *text;
    while (lines_next_said(lines, &text, error)) {
        if (!text)
            return true;
        if (!session_reader_take(reader, lines, text, error))
            return false;
    }
    return false;
}

/* The same bytes in two pieces, as somebody writes them. */
static bool read_growing(
    struct session_file *file, const uint8_t *data, size_t size, struct error *error)
{
    struct session_reader reader;
    struct lines lines;
    size_t first = size > 0 ? (size * 7 + data[size / 2]) % size : 0;
    int bytes = scratch();
    memset(file, 0, sizeof *file);
    put(bytes, data, first);
    open_file(&lines, bytes);
    lines_grow(&lines);
    session_reader_begin(&reader, file);
    bool done = take_lines(&reader, &lines, error);
    off_t read_to = lseek(lines.file, 0, SEEK_CUR);
    if (lseek(bytes, 0, SEEK_END) < 0)
        fail("cannot seek");
    put(bytes, data + first, size - first);
    (void)lseek(lines.file, read_to, SEEK_SET);
    done = done && take_lines(&reader, &lines, error);
    lines_close(&lines);
    return done && reader.headed;
}

static char *text_of(const struct session_file *file)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        fail("out of memory");
    session_file_write(file, out);
    if (fclose(out) != 0)
        fail("out of memory");
    return text;
}

/* What a session relies on when it takes the tree over. */
static void check_tree(const struct session_file *file)
{
    const struct branches *b = &file->branches;
    if (b->count < 1 || b->count > BRANCHES_MOST || b->active < 0 || b->active >= b->count)
        fail("no tree");
    for (int i = 0; i < b->count; i++) {
        const struct branch *branch = &b->list[i];
        const struct change_log *log = &branch->changes;
        char name[BRANCH_NAME];
        if (branch->parent >= b->count || branch->parent < -1 || branch->parent == i)
            fail("no such parent");
        if (branch->parent >= 0 &&
            !hparams_equal(&branch->first, &b->list[branch->parent].first))
            fail("begins otherwise than its parent");
        for (int k = 0; k < log->count; k++) {
            const struct run_change *change = &log->list[k], *before = change - (k > 0);
            if (before->step > change->step)
                fail("changes that do not ascend");
            if (hparams_rebuild(&branch->first, &change->hparams))
                fail("a change that builds anew");
            if (change->step > branch->reached)
                fail("a change that was not reached");
        }
        branch_name(b, i, name);
        if (strlen(name) >= BRANCH_NAME || branch_begins(b, i) > SESSION_STEP_MOST)
            fail("no name");
        /* No circle. */
        int up = i;
        for (int k = 0; up >= 0; k++, up = b->list[up].parent) {
            if (k > BRANCHES_MOST)
                fail("a circle of parents");
        }
    }
    for (int i = 0; i < file->mark_count; i++) {
        const struct session_mark *mark = &file->marks[i], *before = mark - (i > 0);
        if (mark->branch < 0 || mark->branch >= b->count || before->branch > mark->branch ||
            (i > 0 && before->branch == mark->branch && before->step >= mark->step))
            fail("digests out of order");
    }
}

static void check_replay(const struct session_file *file)
{
    struct replay replay;
    if (!replay_init(&replay, &file->branches, file->numbers, file->marks, file->mark_count))
        fail("out of memory");
    for (int i = 1; i < replay.mark_count; i++) {
        if (replay.marks[i].step < replay.marks[i - 1].step)
            fail("a replay's digests out of order");
    }
    replay_clear(&replay);
}

static void check_written(const struct session_file *file)
{
    struct session_file again;
    struct error error;
    char *text = text_of(file);
    if (!read_bytes(&again, text, strlen(text), &error)) {
        (void)fprintf(stderr, "%s\n%s", error.text, text);
        fail("what was written is refused");
    }
    char *twice = text_of(&again);
    if (strcmp(text, twice) != 0) {
        (void)fprintf(stderr, "%s--\n%s", text, twice);
        fail("what was written reads as something else");
    }
    free(text);
    free(twice);
    session_file_clear(&again);
}

/* A last line without an end is one of a file, but not of a file that grows. */
static void check_growing(const struct session_file *file, const uint8_t *data, size_t size)
{
    struct session_file growing;
    struct error error;
    if (size == 0 || data[size - 1] != '\n')
        return;
    if (!read_growing(&growing, data, size, &error)) {
        (void)fprintf(stderr, "%s\n", error.text);
        fail("a file is refused as it grows");
    }
    char *whole = text_of(file), *grown = text_of(&growing);
    /* Digests in a journal stand as they come; in a file they are sorted. */
    if (file->mark_count != growing.mark_count ||
        file->branches.active != growing.branches.active)
        fail("a file is another one as it grows");
    if (file->mark_count == 0 && strcmp(whole, grown) != 0)
        fail("a file reads as something else as it grows");
    free(whole);
    free(grown);
    session_file_clear(&growing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct session_file file;
    struct error error = {.text = ""};
    if (!read_bytes(&file, data, size, &error)) {
        if (!strstr(error.text, "FILE:"))
            fail("an error without its place");
        session_file_clear(&file);
        return 0;
    }
    check_tree(&file);
    check_replay(&file);
    check_written(&file);
    check_growing(&file, data, size);
    session_file_clear(&file);
    return 0;
}
