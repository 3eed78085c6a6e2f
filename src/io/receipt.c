#include "io/receipt.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/decimal.h"
#include "core/digest.h"
#include "core/text.h"
#include "io/output.h"
#include "io/session_reader.h"

/* What somebody alone has predicted, counted from 1; 0: nobody, or several. */
static int choice_of(const struct lesson_votes *votes, int round)
{
    int all = 0, choice = 0;
    for (int i = 0; i < LESSON_CHOICES_MOST; i++) {
        all += votes->predicted[round][i];
        choice = votes->predicted[round][i] > 0 ? i + 1 : choice;
    }
    return all == 1 ? choice : 0;
}

bool receipt_of(struct receipt *receipt, const struct lesson_player *player, const char *name,
    uint64_t seed, const struct session_copy *session)
{
    const struct lesson *lesson = player->lesson;
    memset(receipt, 0, sizeof *receipt);
    (void)snprintf(receipt->lesson, sizeof receipt->lesson, "%s", name);
    receipt->digest = lesson->digest;
    receipt->seed = seed;
    receipt->reached = player->at;
    receipt->items = lesson->count;
    receipt->question_count = lesson->question_count;
    for (int i = 0; i < lesson->question_count; i++) {
        for (int round = 0; round < LESSON_ROUNDS; round++)
            receipt->choices[i][round] = choice_of(&player->votes[i], round);
    }
    for (int i = 0; i < lesson->count; i++) {
        const struct lesson_measured *measured = &player->measured[i];
        if (measured->taken && lesson_item_measures(&lesson->items[i]))
            receipt->numbers[receipt->number_count++] = (struct receipt_number){
                lesson->items[i].line, measured->step, measured->value, measured->as_wanted};
    }
    return session_save_file(session, &receipt->session);
}

void receipt_clear(struct receipt *receipt)
{
    session_file_clear(&receipt->session);
    memset(receipt, 0, sizeof *receipt);
}

bool receipt_same(struct reading a, struct reading b)
{
    uint64_t x = DIGEST_START, y = DIGEST_START;
    digest_real(&x, a.value);
    digest_real(&y, b.value);
    return a.kind == b.kind && (a.kind != READING_KNOWN || x == y);
}

static const char *const no_number[] = {
    [READING_UNDEFINED] = "undefined", [READING_UNKNOWN] = "unknown"};

static void write_lines(const struct receipt *receipt, FILE *file)
{
    (void)fprintf(file,
        "nablascope-receipt %d\nlesson %s %016" PRIx64 "\nseed %" PRIu64 "\nreached %d of %d\n",
        RECEIPT_FORMAT, receipt->lesson, receipt->digest, receipt->seed, receipt->reached,
        receipt->items);
    for (int i = 0; i < receipt->question_count; i++)
        (void)fprintf(
            file, "question %d %d %d\n", i + 1, receipt->choices[i][0], receipt->choices[i][1]);
    for (int i = 0; i < receipt->number_count; i++) {
        const struct receipt_number *number = &receipt->numbers[i];
        char value[DECIMAL_SIZE];
        if (number->value.kind == READING_KNOWN)
            value[decimal_write(value, number->value.value)] = '\0';
        else
            (void)snprintf(value, sizeof value, "%s", no_number[number->value.kind]);
        (void)fprintf(file, "measured %d %" PRIu64 " %s %s\n", number->line, number->step,
            value, number->as_wanted ? "yes" : "no");
    }
    (void)fprintf(file, "session\n");
    session_file_write(&receipt->session, file);
}

bool receipt_write(const struct receipt *receipt, const char *name, struct error *error)
{
    struct output output;
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    bool made = file != NULL;
    if (made) {
        write_lines(receipt, file);
        made = fclose(file) == 0;
    }
    if (!made) {
        free(text);
        return error_set(error, "out of memory");
    }
    bool opened = output_open(&output, name, OUTPUT_RECEIPT, error);
    if (opened) {
        uint64_t digest = DIGEST_START;
        digest_text(&digest, text);
        output_begin(&output);
        (void)fprintf(output.file, "%schecksum %016" PRIx64 "\n", text, digest);
    }
    free(text);
    return opened && output_close(&output, true, error);
}

/* The line at hand, and what it is read into. */
struct reading_lines {
    struct receipt *receipt;
    struct lines *lines;
    struct error *error;
    char *text; /* the line; NULL at the end */
    bool ended; /* its checksum has come */
};

/* The next line, which counts in the checksum unless it is the checksum itself. */
static bool next(struct reading_lines *reading)
{
    static const char last[] = "checksum ";
    if (!lines_next(reading->lines, &reading->text, reading->error))
        return false;
    if (!reading->text && reading->lines->line == 0)
        return lines_wrong(reading->lines, reading->error,
            "empty: a receipt begins with 'nablascope-receipt %d'", RECEIPT_FORMAT);
    if (!reading->text)
        return lines_wrong(reading->lines, reading->error,
            "it ends where its checksum is wanted: a part of a receipt is none");
    reading->ended = strncmp(reading->text, last, sizeof last - 1) == 0;
    if (!reading->ended) {
        digest_text(&reading->receipt->computed, reading->text);
        digest_text(&reading->receipt->computed, "\n");
    }
    return true;
}

static bool wrong(const struct reading_lines *reading, const char *wanted)
{
    return lines_wrong(
        reading->lines, reading->error, "'%s' is wanted: is this a receipt?", wanted);
}

/* 16 digits in small letters. */
static bool parse_digest(const char *text, uint64_t *digest)
{
    if (strlen(text) != 16 || text[strspn(text, "0123456789abcdef")])
        return false;
    *digest = strtoull(text, NULL, 16);
    return true;
}

/* "seed N", as it was written: every one of 64 bits is one. */
static bool parse_seed(const char *text, uint64_t *seed)
{
    static const char word[] = "seed ";
    const char *digits = text + sizeof word - 1;
    if (strncmp(text, word, sizeof word - 1) != 0 || !*digits ||
        digits[strspn(digits, "0123456789")])
        return false;
    errno = 0;
    *seed = strtoull(digits, NULL, 10);
    return errno == 0;
}

static bool read_head(struct reading_lines *reading)
{
    struct receipt *receipt = reading->receipt;
    int used = 0;
    char head[40];
    (void)snprintf(head, sizeof head, "nablascope-receipt %d", RECEIPT_FORMAT);
    if (!next(reading))
        return false;
    if (strcmp(reading->text, head) != 0)
        return wrong(reading, head);
    if (!next(reading))
        return false;
    char *blank = strrchr(reading->text, ' ');
    bool named = strncmp(reading->text, "lesson ", 7) == 0 && blank &&
        blank > reading->text + 7 && blank - reading->text - 7 < RECEIPT_NAME &&
        parse_digest(blank + 1, &receipt->digest);
    if (!named)
        return wrong(reading, "lesson NAME DIGEST");
    (void)snprintf(receipt->lesson, sizeof receipt->lesson, "%.*s",
        (int)(blank - reading->text - 7), reading->text + 7);
    if (!next(reading))
        return false;
    if (!parse_seed(reading->text, &receipt->seed))
        return wrong(reading, "seed N");
    if (!next(reading))
        return false;
    if (sscanf(reading->text, "reached %4d of %4d%n", &receipt->reached, &receipt->items,
            &used) != 2 ||
        reading->text[used])
        return wrong(reading, "reached N of N");
    if (receipt->reached < 0 || receipt->items > LESSON_ITEMS_MOST ||
        receipt->reached > receipt->items)
        return lines_wrong(reading->lines, reading->error,
            "a lesson has up to %d commands, of which none or some or all are reached",
            LESSON_ITEMS_MOST);
    return true;
}

static bool read_question(struct reading_lines *reading)
{
    struct receipt *receipt = reading->receipt;
    int number = 0, first = 0, second = 0, used = 0;
    if (sscanf(reading->text, "question %3d %3d %3d%n", &number, &first, &second, &used) != 3 ||
        reading->text[used])
        return wrong(reading, "question N FIRST SECOND");
    if (receipt->question_count == LESSON_QUESTIONS_MOST)
        return lines_wrong(reading->lines, reading->error, "a lesson has up to %d questions",
            LESSON_QUESTIONS_MOST);
    if (number != receipt->question_count + 1)
        return lines_wrong(reading->lines, reading->error, "question %d is wanted before %d",
            receipt->question_count + 1, number);
    if (first < 0 || first > LESSON_CHOICES_MOST || second < 0 || second > LESSON_CHOICES_MOST)
        return lines_wrong(reading->lines, reading->error,
            "a choice is a number from 1 to %d, or 0 for none", LESSON_CHOICES_MOST);
    receipt->choices[number - 1][0] = first;
    receipt->choices[number - 1][1] = second;
    receipt->question_count++;
    return true;
}

/* A value as it was written. */
static bool parse_value(const char *word, struct reading *value)
{
    char *end;
    *value = (struct reading){READING_UNDEFINED, 0};
    if (strcmp(word, no_number[READING_UNDEFINED]) == 0)
        return true;
    value->kind = READING_UNKNOWN;
    if (strcmp(word, no_number[READING_UNKNOWN]) == 0)
        return true;
    value->kind = READING_KNOWN;
    value->value = strtod(word, &end);
    return end != word && !*end;
}

static bool read_number(struct reading_lines *reading)
{
    struct receipt *receipt = reading->receipt;
    struct receipt_number number = {.line = 0};
    char step[16] = "", value[DECIMAL_SIZE] = "", verdict[4] = "";
    int used = 0;
    bool right = receipt->number_count < LESSON_ITEMS_MOST &&
        sscanf(reading->text, "measured %9d %15[0-9] %31s %3s%n", &number.line, step, value,
            verdict, &used) == 4 &&
        !reading->text[used] && number.line > 0 && parse_value(value, &number.value) &&
        (strcmp(verdict, "yes") == 0 || strcmp(verdict, "no") == 0);
    if (!right)
        return wrong(reading, "measured LINE STEP VALUE yes|no");
    number.step = strtoull(step, NULL, 10);
    number.as_wanted = verdict[0] == 'y';
    receipt->numbers[receipt->number_count++] = number;
    return true;
}

/* The session, up to the checksum. */
static bool read_session(struct reading_lines *reading)
{
    struct session_reader reader;
    session_reader_begin(&reader, &reading->receipt->session);
    while (next(reading) && !reading->ended) {
        char *said = line_said(reading->text);
        if (*said && !session_reader_take(&reader, reading->lines, said, reading->error))
            return false;
    }
    if (!reading->ended)
        return false;
    return reader.headed || wrong(reading, "nablascope session");
}

bool receipt_read(struct receipt *receipt, struct lines *lines, struct error *error)
{
    struct reading_lines reading = {receipt, lines, error, NULL, false};
    receipt->computed = DIGEST_START;
    if (!read_head(&reading) || !next(&reading))
        return false;
    while (strncmp(reading.text, "question ", 9) == 0) {
        if (!read_question(&reading) || !next(&reading))
            return false;
    }
    while (strncmp(reading.text, "measured ", 9) == 0) {
        if (!read_number(&reading) || !next(&reading))
            return false;
    }
    if (strcmp(reading.text, "session") != 0)
        return wrong(&reading, "session");
    if (!read_session(&reading))
        return false;
    if (!parse_digest(reading.text + 9, &receipt->checksum))
        return wrong(&reading, "checksum DIGEST");
    if (!lines_next(lines, &reading.text, error))
        return false;
    return !reading.text ||
        lines_wrong(lines, error, "nothing stands behind the checksum of a receipt");
}
