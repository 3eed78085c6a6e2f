/*
 * Whatever stands in a receipt does no harm: for libFuzzer (tests/fuzz/run), and for
 * tests/fuzz/driver.c. What is read is within its bounds, and is written so that it reads as
 * the same, with the checksum that it has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/receipt.h"
#include "target.h"

static bool read_file(struct receipt *receipt, const char *name, struct error *error)
{
    struct lines lines;
    if (!lines_open(&lines, name, NULL, error))
        fail(error->text);
    lines.name = "FILE";
    memset(receipt, 0, sizeof *receipt);
    bool done = receipt_read(receipt, &lines, error);
    lines_close(&lines);
    return done;
}

static void check_bounds(const struct receipt *receipt)
{
    if (receipt->question_count > LESSON_QUESTIONS_MOST ||
        receipt->number_count > LESSON_ITEMS_MOST || receipt->items > LESSON_ITEMS_MOST ||
        receipt->reached > receipt->items || receipt->reached < 0 || !*receipt->lesson)
        fail("out of its bounds");
    for (int i = 0; i < receipt->question_count; i++) {
        for (int round = 0; round < LESSON_ROUNDS; round++) {
            if (receipt->choices[i][round] < 0 ||
                receipt->choices[i][round] > LESSON_CHOICES_MOST)
                fail("no choice");
        }
    }
}

static void check_written(const struct receipt *receipt, const char *name)
{
    static struct receipt again;
    struct error error;
    if (!receipt_write(receipt, name, &error) || !read_file(&again, name, &error))
        fail(error.text);
    if (again.checksum != again.computed)
        fail("a wrong checksum was written");
    if (strcmp(again.lesson, receipt->lesson) != 0 || again.digest != receipt->digest ||
        again.seed != receipt->seed || again.reached != receipt->reached ||
        again.number_count != receipt->number_count ||
        memcmp(again.choices, receipt->choices, sizeof again.choices) != 0 ||
        again.session.branches.count != receipt->session.branches.count)
        fail("what was written reads as something else");
    for (int i = 0; i < again.number_count; i++) {
        if (!receipt_same(again.numbers[i].value, receipt->numbers[i].value) ||
            again.numbers[i].line != receipt->numbers[i].line ||
            again.numbers[i].step != receipt->numbers[i].step ||
            again.numbers[i].as_wanted != receipt->numbers[i].as_wanted)
            fail("a number that was written reads as another one");
    }
    receipt_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct receipt receipt;
    static char name[] = "/tmp/nablascope-fuzz-XXXXXX";
    struct error error = {.text = ""};
    (void)strcpy(name + strlen(name) - 6, "XXXXXX");
    int file = mkstemp(name);
    if (file < 0 || (size > 0 && write(file, data, size) != (ssize_t)size) || close(file) != 0)
        fail("no temporary file");
    if (read_file(&receipt, name, &error)) {
        check_bounds(&receipt);
        check_written(&receipt, name);
    } else if (!strstr(error.text, "FILE:")) {
        fail("an error without its place");
    }
    receipt_clear(&receipt);
    (void)unlink(name);
    return 0;
}
