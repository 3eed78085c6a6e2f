/* The lines of a lesson that are about its questions. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "io/lesson_reader.h"

static struct lesson_question *question(struct lesson_reader *reader)
{
    return &reader->lesson->questions[reader->lesson->question_count - 1];
}

/* Something is wrong with the question as a whole. */
static bool wrong_question(struct lesson_reader *reader, const char *what)
{
    return lines_wrong_in(reader->lines, question(reader)->line, 1, reader->error, "%s", what);
}

bool lesson_choices_complete(struct lesson_reader *reader)
{
    struct lesson_asked *asked = &reader->asked;
    if (!asked->choosing)
        return true;
    asked->choosing = false;
    if (question(reader)->count < 2)
        return wrong_question(reader,
            "ask needs 2 to 4 choices in the lines below it: choice TEXT, one of them right "
            "TEXT");
    if (asked->rights == 0)
        return wrong_question(
            reader, "no choice is the right one: right TEXT instead of choice TEXT");
    return true;
}

bool lesson_reveals_complete(struct lesson_reader *reader)
{
    struct lesson_asked *asked = &reader->asked;
    struct lesson_question *asking = question(reader);
    if (!asked->revealing)
        return true;
    asked->revealing = asked->open = false;
    for (int i = 0; i < asking->count; i++) {
        if (!asking->choices[i].reveal)
            return lines_wrong_in(reader->lines, asking->choices[i].line, 1, reader->error,
                "choice %d has no reveal: reveal %d TEXT, beside the others", i + 1, i + 1);
    }
    return true;
}

bool lesson_questions_complete(struct lesson_reader *reader)
{
    if (!lesson_choices_complete(reader) || !lesson_reveals_complete(reader))
        return false;
    if (reader->asked.open)
        return wrong_question(reader,
            "ask has no reveals: reveal N TEXT, one for each choice, when it is measured");
    if (reader->transfer)
        return lines_wrong(reader->lines, reader->error, "no question follows transfer");
    return true;
}

bool lesson_take_ask(struct lesson_reader *reader, const char *text)
{
    struct lesson *lesson = reader->lesson;
    if (reader->asked.open)
        return lesson_wrong(reader, reader->text,
            "the question of line %d has no reveals yet: they come before the next ask",
            question(reader)->line);
    if (lesson->question_count == LESSON_QUESTIONS_MOST)
        return lesson_wrong(reader, reader->text,
            "more than %d questions: another lesson can have them", LESSON_QUESTIONS_MOST);
    struct lesson_item *item = lesson_reader_add(reader, LESSON_ASK);
    if (!item)
        return false;
    struct lesson_question *asking = &lesson->questions[lesson->question_count++];
    item->question = lesson->question_count - 1;
    *asking = (struct lesson_question){.line = item->line, .transfer = reader->transfer};
    reader->transfer = false;
    reader->asked = (struct lesson_asked){.open = true, .choosing = true};
    return lesson_take_text(reader, text, &asking->text);
}

bool lesson_take_choice(struct lesson_reader *reader, const char *text, bool right)
{
    const char *word = right ? "right" : "choice";
    if (!reader->asked.choosing)
        return lesson_wrong(
            reader, reader->text, "%s stands below an ask, among its choices", word);
    struct lesson_question *asking = question(reader);
    if (asking->count == LESSON_CHOICES_MOST)
        return lesson_wrong(
            reader, reader->text, "an ask has up to %d choices", LESSON_CHOICES_MOST);
    if (right && reader->asked.rights++ > 0)
        return lesson_wrong(reader, reader->text, "choice %d is right already: one of them is",
            asking->right + 1);
    if (right)
        asking->right = asking->count;
    struct lesson_choice *choice = &asking->choices[asking->count++];
    *choice = (struct lesson_choice){.line = lesson_line(reader)};
    return lesson_take_text(reader, text, &choice->text);
}

/* `word` is of the question at hand. */
static bool check_open(struct lesson_reader *reader, const char *word)
{
    if (!reader->asked.open)
        return lesson_wrong(
            reader, reader->text, "%s without a question: ask TEXT comes before", word);
    return true;
}

bool lesson_take_again(struct lesson_reader *reader, const char *text)
{
    if (!check_open(reader, "again"))
        return false;
    if (question(reader)->again)
        return lesson_wrong(
            reader, reader->text, "the question has been asked again: twice is all");
    struct lesson_item *item = lesson_reader_add(reader, LESSON_AGAIN);
    if (!item)
        return false;
    item->question = reader->lesson->question_count - 1;
    question(reader)->again = true;
    return !*text || lesson_take_text(reader, text, &item->text);
}

/* The number of a choice, behind which *text is then; its index. */
static bool take_number(struct lesson_reader *reader, const char **text, int *index)
{
    const char *place = *text;
    int count = question(reader)->count;
    bool number = *place >= '1' && *place < '1' + count && (place[1] == ' ' || !place[1]);
    if (!number)
        return lesson_wrong(reader, place, "the number of a choice is wanted, 1 to %d", count);
    *index = *place - '1';
    for (*text = place + 1; **text == ' ';)
        (*text)++;
    return true;
}

bool lesson_take_answer(struct lesson_reader *reader, const char *text)
{
    int index = 0;
    struct error own;
    const char *place = text, *at = text;
    if (!check_open(reader, "answer") || !take_number(reader, &text, &index))
        return false;
    if (reader->asked.answered[index])
        return lesson_wrong(
            reader, place, "choice %d has its answer: and joins conditions", index + 1);
    struct lesson_item *item = lesson_reader_add(reader, LESSON_EXPECT);
    if (!item)
        return false;
    item->question = reader->lesson->question_count - 1;
    item->text = strdup(reader->text);
    if (!item->text)
        return lesson_wrong(reader, text, "out of memory");
    if (!lesson_expect_parse(text, &reader->lesson->names, &item->of.expect, &at, &own))
        return lesson_wrong(reader, at, "%s", own.text);
    item->of.expect.answer = index + 1;
    reader->asked.answered[index] = true;
    reader->asked.expects++;
    return true;
}

/* What is to stand before the first reveal. */
static bool begin_reveals(struct lesson_reader *reader)
{
    struct lesson_asked *asked = &reader->asked;
    bool any = false;
    if (asked->expects == 0)
        return lesson_wrong(reader, reader->text,
            "nothing verifies the answer: an expect, or answer N CONDITION, before the "
            "reveals");
    for (int i = 0; i < LESSON_CHOICES_MOST; i++)
        any = any || asked->answered[i];
    if (any && !asked->answered[question(reader)->right])
        return lesson_wrong(reader, reader->text,
            "others have an answer, the right one has not: answer %d CONDITION",
            question(reader)->right + 1);
    asked->revealing = true;
    struct lesson_item *item = lesson_reader_add(reader, LESSON_REVEAL);
    if (item)
        item->question = reader->lesson->question_count - 1;
    return item != NULL;
}

bool lesson_take_reveal(struct lesson_reader *reader, const char *text)
{
    int index = 0;
    const char *place = text;
    if (!check_open(reader, "reveal") || !take_number(reader, &text, &index) ||
        (!reader->asked.revealing && !begin_reveals(reader)))
        return false;
    struct lesson_choice *choice = &question(reader)->choices[index];
    if (choice->reveal)
        return lesson_wrong(reader, place, "choice %d has a reveal already", index + 1);
    return lesson_take_text(reader, text, &choice->reveal);
}

bool lesson_take_transfer(struct lesson_reader *reader, const char *text)
{
    if (*text)
        return lesson_wrong(
            reader, text, "transfer stands alone: '%s' is too much", SHOWN(text));
    if (reader->asked.open)
        return lesson_wrong(
            reader, reader->text, "the question before has no reveals yet: they come first");
    if (reader->transfer)
        return lesson_wrong(reader, reader->text, "transfer stands already: its ask follows");
    reader->transfer = true;
    return lesson_reader_add(reader, LESSON_TRANSFER) != NULL;
}
