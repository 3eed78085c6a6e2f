/* What the parts of the reader of lessons share. */
#ifndef NABLASCOPE_IO_LESSON_READER_H
#define NABLASCOPE_IO_LESSON_READER_H

#include "io/lesson_file.h"

/* Where a part of the command at hand stands in the file. */
struct lesson_piece {
    int at, line, column; /* byte of the command; 1-based */
};

/* The question at hand: what is still to come of it. */
struct lesson_asked {
    bool open;      /* it has no reveals yet, or not all */
    bool choosing;  /* its choices stand here */
    bool revealing; /* its reveals do */
    int rights;     /* how many choices are marked as right */
    int expects;    /* since it was asked */
    bool answered[LESSON_CHOICES_MOST];
};

struct lesson_reader {
    struct lesson *lesson;
    const struct lines *lines;
    struct error *error;
    bool headed, transfer;
    struct lesson_asked asked;       /* of the last question */
    char text[LESSON_LINE_MOST + 1]; /* the command at hand, in one line */
    size_t length;
    struct lesson_piece pieces[LESSON_LINE_MOST];
    int piece_count; /* 0: there is no command */
};

/* A place in the text at hand is wrong; false. */
__attribute__((format(printf, 3, 4))) bool lesson_wrong(
    struct lesson_reader *reader, const char *place, const char *format, ...);
/* The line that the command at hand begins in. */
int lesson_line(const struct lesson_reader *reader);
/* Another item; NULL with an error. */
struct lesson_item *lesson_reader_add(struct lesson_reader *reader, enum lesson_kind kind);
/* A copy of a text, which is to say something, with numbers that are known. */
bool lesson_take_text(struct lesson_reader *reader, const char *text, char **copy);

/* Carries out the lines about questions: ask choice right again answer reveal transfer. */
bool lesson_take_ask(struct lesson_reader *reader, const char *text);
bool lesson_take_choice(struct lesson_reader *reader, const char *text, bool right);
bool lesson_take_again(struct lesson_reader *reader, const char *text);
bool lesson_take_answer(struct lesson_reader *reader, const char *text);
bool lesson_take_reveal(struct lesson_reader *reader, const char *text);
bool lesson_take_transfer(struct lesson_reader *reader, const char *text);
/* Before a line of another kind, whether the choices or reveals that stood here are complete;
 * at the end of the file, whether the question is. */
bool lesson_choices_complete(struct lesson_reader *reader);
bool lesson_reveals_complete(struct lesson_reader *reader);
bool lesson_questions_complete(struct lesson_reader *reader);

#endif
