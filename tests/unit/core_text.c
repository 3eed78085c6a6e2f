/* Text from outside as it is shown. */
#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "suites.h"

START_TEST(what_does_more_than_stand_there_is_named)
{
    static const struct {
        const char *text, *clean, *ascii;
    } cases[] = {{"plain ~", "plain ~", "plain ~"},
        {"a\nb\tc\r", "a\\nb\\tc\\r", "a\\nb\\tc\\r"},
        {"\x1b[31m\x07\x7f", "\\x1b[31m\\x07\\x7f", "\\x1b[31m\\x07\\x7f"},
        {"caf\xc3\xa9", "caf\xc3\xa9", "caf\\u00e9"}, {"…", "…", "..."},
        {"\xc2\x9b", "\\u009b", "\\u009b"},                 /* CSI in one character */
        {"\xe2\x80\xae", "\\u202e", "\\u202e"},             /* from right to left */
        {"\xe2\x80\x8b", "\\u200b", "\\u200b"},             /* no width */
        {"\xef\xbb\xbf", "\\ufeff", "\\ufeff"},             /* byte order mark */
        {"\xe2\x80\xa8", "\\u2028", "\\u2028"},             /* a new line to some */
        {"\xf3\xa0\x81\x81", "\\U000e0041", "\\U000e0041"}, /* a tag */
        {"\xff\xc3(", "\\xff\\xc3(", "\\xff\\xc3("},        /* no lead; cut short */
        {"\xe2\x82", "\\xe2\\x82", "\\xe2\\x82"},           /* at the end */
        {"\xc0\xaf", "\\xc0\\xaf", "\\xc0\\xaf"},           /* overlong */
        {"\xe0\x80\x8a", "\\xe0\\x80\\x8a", "\\xe0\\x80\\x8a"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80"}, /* half a surrogate pair */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80"},
        {"\xef\xbf\xbd", "\xef\xbf\xbd", "\\ufffd"}, /* the character itself is one */
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\\U0001f600"}, {"", "", ""}};
    char out[80];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        text_clean(out, sizeof out, cases[i].text);
        ck_assert_str_eq(out, cases[i].clean);
        text_ascii(out, sizeof out, cases[i].text);
        ck_assert_str_eq(out, cases[i].ascii);
    }
}
END_TEST

/* Every code point, and every two bytes: no control and nothing malformed is left. */
START_TEST(what_is_shown_is_printable_and_well_formed)
{
    char in[8], out[40];
    for (uint32_t glyph = 1; glyph < 0x110000; glyph++) {
        in[utf8_encode(glyph, in)] = '\0';
        text_clean(out, sizeof out, in);
        const char *at = out;
        uint32_t shown = utf8_next(&at);
        ck_assert_uint_ge(shown, 0x20);
        ck_assert_msg(shown == glyph || shown == '\\', "%#x", (unsigned)glyph);
        ck_assert_msg(shown < 0x7f || shown > 0xa0 || shown == 0xa0, "%#x", (unsigned)glyph);
        text_ascii(out, sizeof out, in);
        for (at = out; *at; at++)
            ck_assert_msg(*at >= 0x20 && *at < 0x7f, "%#x", (unsigned)glyph);
    }
    for (int two = 0x101; two < 0x10000; two++) {
        in[0] = (char)(two >> 8);
        in[1] = (char)(two & 0xff);
        in[2] = '\0';
        text_clean(out, sizeof out, in);
        for (const char *at = out; *at;) {
            const char *start = at;
            uint32_t shown = utf8_next(&at);
            ck_assert(shown >= 0x20 && shown != 0x7f);
            ck_assert(shown != 0xfffd || strncmp(start, "\xef\xbf\xbd", 3) == 0);
        }
    }
}
END_TEST

START_TEST(no_character_is_cut_in_half)
{
    char text[200] = "", out[64];
    for (int i = 0; i < 60; i++)
        memcpy(text + strlen(text), "é", sizeof "é");
    for (size_t size = 1; size < sizeof out; size++) {
        text_clean(out, size, text);
        ck_assert_uint_eq(strlen(out), (size - 1) / 2 * 2);
        text_ascii(out, size, text);
        ck_assert_uint_eq(strlen(out), (size - 1) / 6 * 6);
    }
}
END_TEST

START_TEST(long_words_say_that_they_are_cut)
{
    char word[100000];
    memset(word, 'x', sizeof word);
    word[TEXT_WORD_COLUMNS] = '\0';
    ck_assert_str_eq(SHOWN(word), word);
    word[TEXT_WORD_COLUMNS] = 'x';
    word[sizeof word - 1] = '\0';
    struct text_word shown = text_word(word);
    ck_assert_uint_eq(strlen(shown.text), TEXT_WORD_COLUMNS - 1 + strlen("…"));
    ck_assert_str_eq(shown.text + TEXT_WORD_COLUMNS - 1, "…");
    memset(word, '\n', 100);
    shown = text_word(word);
    ck_assert_uint_eq(strlen(shown.text), 38 + strlen("…")); /* 19 times "\n" */
    for (size_t i = 0; i + 4 < 400; i += 4)
        memcpy(word + i, "\xf0\x9f\x98\x80", 4);
    shown = text_word(word);
    ck_assert_uint_le(strlen(shown.text), TEXT_WORD);
    ck_assert_str_eq(shown.text + strlen(shown.text) - strlen("…"), "…");
}
END_TEST

START_TEST(names_of_files_keep_both_ends)
{
    char name[5000];
    memset(name, 'd', sizeof name);
    name[TEXT_FILE] = '\0';
    ck_assert_str_eq(SHOWN_FILE(name), name);
    for (size_t length = TEXT_FILE + 1; length < sizeof name; length += 97) {
        memset(name, 'd', sizeof name);
        memcpy(name, "/begin/", 7);
        memcpy(name + length - 12, "/é\x1b/end.csv", 13);
        ck_assert_uint_eq(strlen(name), length);
        struct text_file shown = text_file(name);
        ck_assert_uint_le(strlen(shown.text), TEXT_FILE);
        ck_assert_uint_gt(strlen(shown.text), TEXT_FILE - 8);
        ck_assert(strncmp(shown.text, "/begin/d", 8) == 0 && strstr(shown.text, "d…d"));
        const char *end = "d/é\\x1b/end.csv";
        ck_assert_str_eq(shown.text + strlen(shown.text) - strlen(end), end);
    }
    memset(name, '\x80', sizeof name); /* no beginning of a character anywhere */
    name[sizeof name - 1] = '\0';
    ck_assert_uint_le(strlen(SHOWN_FILE(name)), TEXT_FILE);
}
END_TEST

START_TEST(errors_are_one_clean_line)
{
    struct error error;
    ck_assert(!error_set(&error, "a '%s' of θ", "\x1b]0;x\x07\n"));
    ck_assert_str_eq(error.text, "a '\\x1b]0;x\\x07\\n' of θ");
    ck_assert(!error_set(&error, "'%.3s'", "éé")); /* a precision counts bytes */
    ck_assert_str_eq(error.text, "'é\\xc3'");
}
END_TEST

/* Whole where there is room; else a beginning up to a word, no character cut, and "…". */
START_TEST(a_text_is_cut_at_a_word)
{
    static const char *const texts[] = {
        "a word and an other", "über größte Maße hinaus", "öööööööööööö", "", "    ", "one"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        size_t length = strlen(texts[i]);
        for (size_t size = 4; size < 40; size++) {
            char out[40];
            memset(out, 'x', sizeof out);
            text_cut(out, size, texts[i]);
            size_t kept = strlen(out), mark = strlen("…");
            ck_assert_uint_lt(kept, size);
            if (length < size) {
                ck_assert_str_eq(out, texts[i]);
                continue;
            }
            ck_assert(kept >= mark && strcmp(out + kept - mark, "…") == 0);
            kept -= mark;
            ck_assert(strncmp(out, texts[i], kept) == 0);
            ck_assert((texts[i][kept] & 0xc0) != 0x80);
            bool words = memchr(texts[i], ' ', size - mark - 1) != NULL;
            ck_assert_msg(!words || texts[i][kept - 1] == ' ', "%s", out);
        }
    }
    char out[16];
    text_cut(out, 12, "a word and more");
    ck_assert_str_eq(out, "a word …");
}
END_TEST

/* Of more than has room no advice ends in half a word. */
START_TEST(a_long_error_says_that_it_goes_on)
{
    struct error error;
    char word[TEXT_WORD];
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    error_set(&error, "%s %s %s %s %s: take this or that", word, word, word, word, word);
    ck_assert_uint_lt(strlen(error.text), sizeof error.text);
    ck_assert(strcmp(error.text + strlen(error.text) - strlen(" …"), " …") == 0);
    error_set(&error, "%s: take this or that", word);
    HAS(error.text, "take this or that");
}
END_TEST

Suite *text_suite(void)
{
    return SUITE("text", what_does_more_than_stand_there_is_named,
        what_is_shown_is_printable_and_well_formed, no_character_is_cut_in_half,
        long_words_say_that_they_are_cut, names_of_files_keep_both_ends,
        errors_are_one_clean_line, a_text_is_cut_at_a_word, a_long_error_says_that_it_goes_on);
}
