/*
 * Text from outside (arguments, the environment, names of files) as it may be shown: valid
 * UTF-8 on one line. Whatever does more than stand there is replaced by what names it: a
 * newline by
 * "\n", another control character or a byte that is no UTF-8 by "\x1b", a mark that turns the
 * direction of writing, an invisible one or one without a meaning of its own by "\u202e".
 * error_set does this to every error; everything else that prints text from outside calls this.
 */
#ifndef NABLASCOPE_CORE_TEXT_H
#define NABLASCOPE_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TEXT_WORD = 84,         /* bytes of a word that are shown in a message, … */
    TEXT_WORD_COLUMNS = 40, /* … and columns */
    TEXT_FILE = 180,        /* bytes of the name of a file */
};

struct text_word {
    char text[TEXT_WORD + 4];
};

struct text_file {
    char text[TEXT_FILE + 4];
};

/* A word for a message: its beginning and "…" where it is long. */
struct text_word text_word(const char *word);
/* The name of a file: where it is long, its beginning, "…" and its end. */
struct text_file text_file(const char *name);
#define SHOWN(word) (text_word(word).text)
#define SHOWN_FILE(name) (text_file(name).text)

/* "%d unit%s". */
#define PLURAL(count) ((count) == 1 ? "" : "s")

/* Its beginning, up to a word, and "…", where `size` has no room for the whole. */
void text_cut(char *out, size_t size, const char *text);

/* The whole of it; ends before the character that `size` has no room for. */
void text_clean(char *out, size_t size, const char *text);
/* The same in ASCII, for terminals that have nothing else: "é" as "\u00e9", "…" as "...". */
void text_ascii(char *out, size_t size, const char *text);

/* Decodes one code point and moves *text on; U+FFFD for a malformed byte; 0 at the end. */
uint32_t utf8_next(const char **text);
/* Encodes; returns the number of bytes (1..4), not terminated. */
int utf8_encode(uint32_t glyph, char bytes[4]);
/* Whether it takes one column of any terminal: the screen shows nothing else. */
bool text_one_column(uint32_t glyph);

#endif
