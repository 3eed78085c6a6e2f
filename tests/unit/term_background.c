/* Answers of a terminal to the question for its background, and keys typed meanwhile. */
#include <string.h>

#include "suites.h"
#include "term/decode.h"
#include "ui/draw/input.h"

#define DELAY 0.025

static const struct {
    const char *text;
    enum background background;
} answers[] = {
    {"11;rgb:ffff/ffff/ffff", BACKGROUND_LIGHT},
    {"11;rgb:FFFF/ffff/FfFf", BACKGROUND_LIGHT},
    {"11;rgb:0000/0000/0000", BACKGROUND_DARK},
    {"11;rgb:f/f/f", BACKGROUND_LIGHT},
    {"11;rgb:0/0/0", BACKGROUND_DARK},
    {"11;rgb:fd/f6/e3", BACKGROUND_LIGHT}, /* Solarized, light and dark */
    {"11;rgb:00/2b/36", BACKGROUND_DARK},
    {"11;rgb:ffe/ffe/ffe", BACKGROUND_LIGHT},
    {"11;rgb:f/ff/fff", BACKGROUND_LIGHT}, /* each part by its own digits */
    {"11;rgba:ffff/ffff/ffff/0000", BACKGROUND_LIGHT},
    {"11;rgba:0/0/0/f", BACKGROUND_DARK},
    {"11;#fff", BACKGROUND_LIGHT},
    {"11;#1d1f21", BACKGROUND_DARK},
    {"11;#ffffffffffff", BACKGROUND_LIGHT},
    /* Black on #777777 has a contrast of 4.69, white one of 4.48; on #757575 4.56 and 4.61. */
    {"11;rgb:77/77/77", BACKGROUND_LIGHT},
    {"11;rgb:75/75/75", BACKGROUND_DARK},
    /* Blue is darker than green. */
    {"11;rgb:00/00/ff", BACKGROUND_DARK},
    {"11;rgb:00/ff/00", BACKGROUND_LIGHT},
    /* What is none. */
    {"", BACKGROUND_UNKNOWN},
    {"11;", BACKGROUND_UNKNOWN},
    {"11;?", BACKGROUND_UNKNOWN},
    {"10;rgb:ffff/ffff/ffff", BACKGROUND_UNKNOWN},
    {"111;rgb:ffff/ffff/ffff", BACKGROUND_UNKNOWN},
    {"11;rgb:", BACKGROUND_UNKNOWN},
    {"11;rgb:ffff/ffff", BACKGROUND_UNKNOWN},
    {"11;rgb:ffff//ffff", BACKGROUND_UNKNOWN},
    {"11;rgb:ffff/ffff/", BACKGROUND_UNKNOWN},
    {"11;rgb:ffff/ffff/ffff/ffff", BACKGROUND_UNKNOWN},
    {"11;rgb:fffff/ffff/ffff", BACKGROUND_UNKNOWN},
    {"11;rgb:ffff/fxff/ffff", BACKGROUND_UNKNOWN},
    {"11;rgb:-1/ff/ff", BACKGROUND_UNKNOWN},
    {"11;rgba:ffff/ffff/ffff", BACKGROUND_UNKNOWN},
    {"11;rgba:ffff/ffff/ffff/", BACKGROUND_UNKNOWN},
    {"11;#", BACKGROUND_UNKNOWN},
    {"11;#ffff", BACKGROUND_UNKNOWN},
    {"11;#fffffffffffffff", BACKGROUND_UNKNOWN},
    {"11;white", BACKGROUND_UNKNOWN},
};

START_TEST(answers_are_read_as_colours)
{
    for (size_t i = 0; i < ARRAY_LEN(answers); i++)
        ck_assert_msg(background_answered(answers[i].text) == answers[i].background, "%s",
            answers[i].text);
}
END_TEST

START_TEST(the_environment_names_the_background_last)
{
    static const struct {
        const char *text;
        enum background background;
    } all[] = {{"15;0", BACKGROUND_DARK}, {"0;15", BACKGROUND_LIGHT},
        {"0;default;15", BACKGROUND_LIGHT}, {"15;default;0", BACKGROUND_DARK},
        {"0;7", BACKGROUND_LIGHT}, {"7;8", BACKGROUND_DARK}, {"0;9", BACKGROUND_LIGHT},
        {"7;6", BACKGROUND_DARK}, {"15;default", BACKGROUND_UNKNOWN},
        {"15", BACKGROUND_UNKNOWN}, {"", BACKGROUND_UNKNOWN}, {";", BACKGROUND_UNKNOWN},
        {"0;16", BACKGROUND_UNKNOWN}, {"0;15x", BACKGROUND_UNKNOWN},
        {"0; 15", BACKGROUND_UNKNOWN}, {"0;-1", BACKGROUND_UNKNOWN},
        {"0;99999999999999999999", BACKGROUND_UNKNOWN}};
    ck_assert_int_eq(background_noted(NULL), BACKGROUND_UNKNOWN);
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        ck_assert_msg(background_noted(all[i].text) == all[i].background, "%s", all[i].text);
}
END_TEST

struct typing {
    struct decoder decoder;
    double now;
    uint32_t keys[32];
    int count;
};

static void begin(struct typing *typing)
{
    memset(typing, 0, sizeof *typing);
    decoder_init(&typing->decoder, true, DELAY);
    typing->now = 1000;
    decoder_await(&typing->decoder, typing->now + 1);
}

static void gather(struct typing *typing)
{
    uint32_t key;
    while ((key = decoder_key(&typing->decoder)) != INPUT_NONE && typing->count < 32)
        typing->keys[typing->count++] = key;
}

static void pause_for(struct typing *typing, double seconds)
{
    /* As a caller does it: at each time that is due. */
    double end = typing->now + seconds, due;
    while ((due = decoder_due(&typing->decoder)) > 0 && due < end) {
        typing->now = due;
        decoder_idle(&typing->decoder, due);
        gather(typing);
    }
    typing->now = end;
    decoder_idle(&typing->decoder, end);
    gather(typing);
}

static void bytes(struct typing *typing, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        decoder_byte(&typing->decoder, (unsigned char)text[i], typing->now);
        gather(typing);
    }
}

static bool typed(const struct typing *typing, const char *keys)
{
    if (typing->count != (int)strlen(keys))
        return false;
    for (int i = 0; i < typing->count; i++) {
        uint32_t key = keys[i] == '\033' ? INPUT_ESCAPE : (uint32_t)keys[i];
        if (typing->keys[i] != key)
            return false;
    }
    return true;
}

/* Over a slow line it comes in two pieces, wherever it is cut, with keys before and after. */
START_TEST(an_answer_in_pieces_is_no_key)
{
    static const char *const whole[] = {
        "\033]11;rgb:ffff/ffff/ffff\033\\", "\033]11;rgb:f/f/f\a", "\033]11;#ffffff\033\\"};
    static const double pauses[] = {0, 0.03, 0.1, 0.9};
    for (size_t i = 0; i < ARRAY_LEN(whole) * ARRAY_LEN(pauses); i++) {
        const char *text = whole[i / ARRAY_LEN(pauses)];
        size_t length = strlen(text);
        for (size_t cut = 1; cut < length; cut++) {
            struct typing typing;
            begin(&typing);
            bytes(&typing, "q", 1);
            bytes(&typing, text, cut);
            pause_for(&typing, pauses[i % ARRAY_LEN(pauses)]);
            bytes(&typing, text + cut, length - cut);
            bytes(&typing, "w\033[?62;4cx", 10);
            ck_assert_msg(
                typed(&typing, "qwx"), "%d keys, %s cut at %zu", typing.count, text + 1, cut);
            ck_assert_int_eq(typing.decoder.background, BACKGROUND_LIGHT);
            ck_assert(typing.decoder.identified);
        }
    }
}
END_TEST

/* What may begin an answer and does not: every key of it arrives. */
START_TEST(keys_typed_meanwhile_all_arrive)
{
    static const char *const all[] = {"\033q", "\033[", "\033]", "\033]]", "\033[[", "\033O",
        "\033P", "\033\033", "\033\033q", "q\033", "[]\033", "\033_x"};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        for (int answered = 0; answered < 2; answered++) {
            struct typing typing;
            begin(&typing);
            if (answered)
                bytes(&typing, "\033[?1;2c", 7);
            for (const char *key = all[i]; *key; key++) {
                bytes(&typing, key, 1);
                pause_for(&typing, 0.15);
            }
            pause_for(&typing, 2);
            ck_assert_msg(typed(&typing, all[i]), "%d keys of ESC%s", typing.count, all[i] + 1);
            ck_assert_int_eq(typing.decoder.background, BACKGROUND_UNKNOWN);
        }
    }
}
END_TEST

/* An Escape by itself waits no longer than for the answer. */
START_TEST(escape_is_a_key_when_the_answer_has_come)
{
    struct typing typing;
    begin(&typing);
    bytes(&typing, "\033", 1);
    pause_for(&typing, 0.5);
    ck_assert_int_eq(typing.count, 0);
    pause_for(&typing, 0.6);
    ck_assert(typed(&typing, "\033"));
    begin(&typing);
    bytes(&typing, "\033[?6c\033", 6);
    pause_for(&typing, 2 * DELAY);
    ck_assert(typed(&typing, "\033"));
}
END_TEST

/* What breaks off, or is too long, or is another string, tells nothing. */
START_TEST(other_strings_tell_nothing)
{
    static const char *const all[] = {"\033]11;rgb:ffff/ffff/ffff\030",
        "\033]11;rgb:f/f/f\033[A", "\033P11;rgb:f/f/f\033\\", "\033_11;rgb:f/f/f\033\\",
        "\033]4;1;rgb:f/f/f\033\\",
        "\033]11;rgb:f/f/f;0123456789012345678901234567890123456789012345678901234567890\033\\",
        "\033]11;garbage\a", "\033]11\033\\", "\033]\033\\", "\033[>1;95;0c"};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        struct typing typing;
        begin(&typing);
        bytes(&typing, all[i], strlen(all[i]));
        ck_assert_msg(typing.decoder.background == BACKGROUND_UNKNOWN, "ESC%s", all[i] + 1);
        ck_assert(!typing.decoder.identified);
        pause_for(&typing, 10);
        typing.count = 0;
        bytes(&typing, "q", 1);
        ck_assert(typed(&typing, "q"));
    }
}
END_TEST

Suite *background_suite(void)
{
    return SUITE("background", answers_are_read_as_colours,
        the_environment_names_the_background_last, an_answer_in_pieces_is_no_key,
        keys_typed_meanwhile_all_arrive, escape_is_a_key_when_the_answer_has_come,
        other_strings_tell_nothing);
}
