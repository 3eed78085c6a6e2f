/* Bytes of a terminal and what keys they are. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "term/decode.h"
#include "ui/draw/input.h"

#define DELAY 0.025
/* Longer than any pause within a sequence. */
#define LONG 10.0

struct typing {
    struct decoder decoder;
    double now;
    uint32_t keys[64];
    int count; /* of all; the first 64 are kept */
};

static void gather(struct typing *typing)
{
    uint32_t key;
    while ((key = decoder_key(&typing->decoder)) != INPUT_NONE) {
        if (typing->count < 64)
            typing->keys[typing->count] = key;
        typing->count++;
    }
}

static void begin(struct typing *typing)
{
    memset(typing, 0, sizeof *typing);
    decoder_init(&typing->decoder, true, DELAY);
    typing->now = 1000;
}

static void wait_for(struct typing *typing, double seconds)
{
    typing->now += seconds;
    decoder_idle(&typing->decoder, typing->now);
    gather(typing);
}

static void bytes(struct typing *typing, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        decoder_byte(&typing->decoder, (unsigned char)text[i], typing->now);
        gather(typing);
    }
}

/* Forgets the keys so far. */
static void forget(struct typing *typing)
{
    typing->count = 0;
}

static bool gives(const struct typing *typing, int count, const uint32_t keys[])
{
    return typing->count == count &&
        (count == 0 || memcmp(typing->keys, keys, (size_t)count * sizeof keys[0]) == 0);
}

#define GIVES(typing, ...)                                                                     \
    gives(typing, (int)ARRAY_LEN(((const uint32_t[]){__VA_ARGS__})),                           \
        (const uint32_t[]){__VA_ARGS__})

/* After whatever was sent and a pause, q is q. */
static void recovers(struct typing *typing, const char *what)
{
    wait_for(typing, LONG);
    forget(typing);
    bytes(typing, "q", 1);
    ck_assert_msg(GIVES(typing, 'q'), "deaf after %s", what);
    ck_assert(decoder_due(&typing->decoder) <= 0);
}

struct sample {
    const char *text;
    uint32_t key;
};

static const struct sample known[] = {{"\033[A", INPUT_UP}, {"\033OA", INPUT_UP},
    {"\033[B", INPUT_DOWN}, {"\033OB", INPUT_DOWN}, {"\033[C", INPUT_RIGHT},
    {"\033OC", INPUT_RIGHT}, {"\033[D", INPUT_LEFT}, {"\033OD", INPUT_LEFT},
    {"\033[1;1A", INPUT_UP}, {"\033[1;129B", INPUT_DOWN}, {"\033[1;65B", INPUT_DOWN},
    {"\033[H", INPUT_HOME}, {"\033OH", INPUT_HOME}, {"\033[1~", INPUT_HOME},
    {"\033[7~", INPUT_HOME}, {"\033[F", INPUT_END}, {"\033OF", INPUT_END},
    {"\033[4~", INPUT_END}, {"\033[8~", INPUT_END}, {"\033[5~", INPUT_PAGE_UP},
    {"\033[6~", INPUT_PAGE_DOWN}, {"\033[3~", INPUT_DELETE}, {"\033[Z", INPUT_BACK_TAB},
    {"\033[1;2Z", INPUT_BACK_TAB}, {"\033OP", INPUT_F1}, {"\033[11~", INPUT_F1},
    {"\033[[A", INPUT_F1}, {"\033[P", INPUT_F1}, {"\033OM", INPUT_ENTER}, {"\033Ok", '+'},
    {"\033Om", '-'}, {"\033Op", '0'}, {"\033Oy", '9'}, {"\r", INPUT_ENTER}, {"\n", INPUT_ENTER},
    {"\t", INPUT_TAB}, {"\177", INPUT_BACKSPACE}, {"\014", INPUT_CONTROL('l')}, {"q", 'q'},
    {"\303\251", 0xe9}, {"\342\202\254", 0x20ac}, {"\360\237\230\200", 0x1f600}};

START_TEST(keys_of_every_terminal_are_known)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        struct typing typing;
        begin(&typing);
        bytes(&typing, known[i].text, strlen(known[i].text));
        wait_for(&typing, DELAY);
        ck_assert_msg(GIVES(&typing, known[i].key), "%zu: %s", i, known[i].text + 1);
        recovers(&typing, known[i].text + 1);
    }
}
END_TEST

/* What is no key: answers, reports, keys with Ctrl, Shift or Alt. */
static const char *const ignored[] = {"\033[?62;c", "\033[I", "\033[O", "\033[M !!",
    "\033[Mqqq", "\033[<0;10;10M", "\033[<0;10;10m", "\033[32;10;10M",
    "\033]11;rgb:0000/0000/0000\033\\", "\033]11;rgb:q/a/c\a", "\033]52;c;cXFxcXE=\a",
    "\033P1+r524742=38\033\\", "\033P>|XTerm(370)\033\\", "\033_Gi=31;OK\033\\",
    "\033^qqq\033\\", "\033Xqqq\033\\", "\033[97;5u", "\033[27;5;9~", "\033[?1;2c",
    "\033[>41;370;0c", "\033[12;40R", "\033[0n", "\033[8;24;80t", "\033[?2004;2$y", "\033[1;5A",
    "\033[1;2B", "\033[1;3C", "\033[1;1:3A", "\033[2~", "\033[5;5~", "\033[3;2~", "\033[15~",
    "\033[24~", "\033[E", "\033OE", "\033Oa", "\033[a", "\033[7^", "\033[3$", "\033O5A",
    "\033[[B", "\033[201~", "\033q", "\033a", "\033\r", "\033\177", "\033 ", "\033\303\251",
    "\033\033[A", "\033\033OA", "\033\033q", "\033\033[200", "\300\257", "\355\240\200",
    "\364\220\200\200", "\377", "\200",
    "\033[9999999999999999999999999999999999999999999999999999A", "\033[1;99999A", "\033[;;;A"};

START_TEST(what_is_no_key_is_swallowed_whole)
{
    for (size_t i = 0; i < ARRAY_LEN(ignored); i++) {
        struct typing typing;
        begin(&typing);
        bytes(&typing, ignored[i], strlen(ignored[i]));
        wait_for(&typing, DELAY);
        ck_assert_msg(typing.count == 0, "%zu: ESC%s", i, ignored[i] + 1);
        recovers(&typing, ignored[i] + 1);
    }
}
END_TEST

/* After Escape and a pause what follows is at most the Escape that it then was. */
START_TEST(sequences_in_two_pieces_are_one)
{
    static const double pauses[] = {0.01, 0.1, 0.5, 0.9};
    for (size_t i = 0; i < ARRAY_LEN(ignored) + ARRAY_LEN(known); i++) {
        bool key = i >= ARRAY_LEN(ignored);
        const char *text = key ? known[i - ARRAY_LEN(ignored)].text : ignored[i];
        uint32_t wanted = key ? known[i - ARRAY_LEN(ignored)].key : INPUT_NONE;
        size_t length = strlen(text);
        for (size_t cut = 1; cut < length; cut++) {
            for (size_t p = 0; p < ARRAY_LEN(pauses); p++) {
                /* Alt and a key cannot be told from Escape and a key. */
                bool alone = cut == 1 && text[0] == '\033' && pauses[p] > DELAY;
                if ((alone && !strchr("[O]P_^X", text[1])) ||
                    (text[0] == '\033' && text[1] == '\033'))
                    continue;
                struct typing typing;
                begin(&typing);
                bytes(&typing, text, cut);
                wait_for(&typing, pauses[p]);
                bytes(&typing, text + cut, length - cut);
                wait_for(&typing, DELAY);
                int count = alone + key;
                bool right = typing.count == count &&
                    (!alone || typing.keys[0] == INPUT_ESCAPE) &&
                    (!key || typing.keys[count - 1] == wanted);
                ck_assert_msg(right, "ESC%s cut at %zu, %g s: %d keys", text + 1, cut,
                    pauses[p], typing.count);
                recovers(&typing, text + 1);
            }
        }
    }
}
END_TEST

START_TEST(escape_alone_is_a_key)
{
    struct typing typing;
    begin(&typing);
    bytes(&typing, "\033", 1);
    ck_assert_int_eq(typing.count, 0);
    ck_assert(decoder_due(&typing.decoder) > typing.now);
    wait_for(&typing, DELAY / 2);
    ck_assert_int_eq(typing.count, 0);
    wait_for(&typing, DELAY);
    ck_assert(GIVES(&typing, INPUT_ESCAPE));
    /* Keys that sequences begin with are keys when they are typed after it. */
    static const char introducers[] = "[O]P_^X";
    for (size_t i = 0; introducers[i]; i++) {
        forget(&typing);
        bytes(&typing, "\033", 1);
        wait_for(&typing, 2 * DELAY);
        bytes(&typing, &introducers[i], 1);
        wait_for(&typing, 2 * DELAY);
        bytes(&typing, "q", 1);
        ck_assert(GIVES(&typing, INPUT_ESCAPE, (uint32_t)introducers[i], 'q'));
    }
    /* One held down, whose repetitions come together. */
    forget(&typing);
    bytes(&typing, "\033", 1);
    wait_for(&typing, 2 * DELAY);
    bytes(&typing, "]]", 2);
    ck_assert(GIVES(&typing, INPUT_ESCAPE, ']', ']'));
    /* Twice: once. */
    forget(&typing);
    bytes(&typing, "\033\033", 2);
    wait_for(&typing, DELAY);
    ck_assert(GIVES(&typing, INPUT_ESCAPE));
}
END_TEST

/* Every byte, Escape and every byte, and every pair of bytes; then q is q. What is printable
 * ASCII by itself is that key, and nothing is a key that was not typed. */
START_TEST(every_pair_of_bytes_is_survived)
{
    struct typing typing;
    char text[3];
    int tried = 0;
    for (int first = -1; first < 256; first++) {
        for (int second = 0; second < 256; second++) {
            for (int third = 0; third < (first == 27 ? 256 : 1); third++, tried++) {
                size_t count = 0;
                begin(&typing);
                if (first >= 0)
                    text[count++] = (char)first;
                text[count++] = (char)second;
                if (first == 27)
                    text[count++] = (char)third;
                bytes(&typing, text, count);
                wait_for(&typing, DELAY);
                ck_assert_int_le(typing.count, (int)count);
                for (int i = 0; i < typing.count; i++) {
                    uint32_t key = typing.keys[i];
                    bool typed = memchr(text, (int)key, count) != NULL;
                    bool keypad = count == 3 && text[1] == 'O';
                    ck_assert(key >= 0x7f || key < ' ' || typed || keypad);
                }
                recovers(&typing, "a pair of bytes");
            }
        }
    }
    printf("# %d bytes, pairs and Escape with pairs of bytes\n", tried);
    (void)fflush(stdout);
}
END_TEST

START_TEST(broken_utf8_loses_itself_alone)
{
    struct typing typing;
    for (int lead = 0x80; lead < 0x100; lead++) {
        for (int length = 1; length <= 3; length++) {
            char text[4] = {(char)lead, (char)0x80, (char)0xbf, 0};
            begin(&typing);
            bytes(&typing, text, (size_t)length);
            bytes(&typing, "ab", 2);
            ck_assert_int_ge(typing.count, 2);
            ck_assert(typing.keys[typing.count - 2] == 'a');
            ck_assert(typing.keys[typing.count - 1] == 'b');
            for (int i = 0; i < typing.count - 2; i++)
                ck_assert(typing.keys[i] >= 0x80 && typing.keys[i] < 0x110000);
        }
    }
}
END_TEST

/* é of Latin-1 where the locale is C: a key without a meaning, and no end of anything. */
START_TEST(other_character_sets_are_unreadable)
{
    struct typing typing;
    (void)setlocale(LC_CTYPE, "C");
    begin(&typing);
    decoder_init(&typing.decoder, false, DELAY);
    for (int byte = 0x80; byte < 0x100; byte++) {
        char text[] = {(char)byte, 'a', '\033', (char)byte};
        forget(&typing);
        bytes(&typing, text, sizeof text);
        wait_for(&typing, DELAY);
        ck_assert(GIVES(&typing, INPUT_UNREADABLE, 'a'));
    }
}
END_TEST

START_TEST(a_paste_is_one_text)
{
    struct typing typing;
    begin(&typing);
    static const char text[] = "\033[200~lr 1\nq\033[A\033[20q\033[201~x";
    bytes(&typing, text, sizeof text - 1);
    ck_assert(GIVES(&typing, DECODED_PASTE, 'x'));
    ck_assert_str_eq(typing.decoder.paste, "lr 1\nq\033[A\033[20q");
    /* An end that never comes does not make the program deaf. */
    forget(&typing);
    bytes(&typing, "\033[200~abc", 9);
    recovers(&typing, "a paste without an end");
    /* 100 kB, cut anywhere. */
    for (size_t cut = 0; cut < 12; cut++) {
        begin(&typing);
        bytes(&typing, "\033[200~", 6);
        for (int i = 0; i < 100000; i++) {
            bytes(&typing, &"lqa[\033\n]O\033\3"[i % 10], 1);
            if (i % 1000 == (int)cut)
                wait_for(&typing, 1);
        }
        bytes(&typing, "\033[201~", 6);
        ck_assert(GIVES(&typing, DECODED_PASTE));
        ck_assert_int_eq((int)strlen(typing.decoder.paste), DECODER_PASTE - 1);
        recovers(&typing, "100 kB of paste");
    }
}
END_TEST

/* Keys typed at a string without an end come through after a while, however fast. */
START_TEST(a_string_without_an_end_ends)
{
    static const char *const open[] = {
        "\033]", "\033P", "\033_", "\033^", "\033X", "\033]0;abc", "\033[1", "\033O", "\033[M"};
    for (size_t i = 0; i < ARRAY_LEN(open); i++) {
        struct typing typing;
        begin(&typing);
        bytes(&typing, open[i], strlen(open[i]));
        double began = typing.now;
        while (typing.count == 0 && typing.now < began + 60) {
            wait_for(&typing, 0.1);
            bytes(&typing, "1", 1);
        }
        ck_assert_msg(typing.count > 0 && typing.now < began + 6, "ESC%s", open[i] + 1);
        /* A flood that does not pause is no typing. */
        begin(&typing);
        bytes(&typing, "\033]", 2);
        for (int n = 0; n < 100000; n++) {
            typing.now += 0.001;
            bytes(&typing, "q", 1);
        }
        ck_assert_int_eq(typing.count, 0);
        recovers(&typing, "a flood");
    }
}
END_TEST

/* Names that are parts of each other, or begin with other bytes than Escape. */
START_TEST(names_of_odd_terminals_are_known)
{
    struct typing typing;
    begin(&typing);
    decoder_name(&typing.decoder, "\001@\r", INPUT_F1);
    decoder_name(&typing.decoder, "\013", INPUT_UP);
    decoder_name(&typing.decoder, "\033[M", INPUT_F1);
    decoder_name(&typing.decoder, "\033A", INPUT_UP);
    decoder_name(&typing.decoder, "\033[3$", INPUT_NONE);
    decoder_name(&typing.decoder, "\033[9~", INPUT_HOME);
    decoder_name(&typing.decoder, "\033[9~x", INPUT_END);
    static const char text[] = "\001@\r\013\033[M\033Aq\033[3$w\033[9~x\033[9~q";
    bytes(&typing, text, strlen(text));
    ck_assert(GIVES(
        &typing, INPUT_F1, INPUT_UP, INPUT_F1, INPUT_UP, 'q', 'w', INPUT_END, INPUT_HOME, 'q'));
    forget(&typing);
    bytes(&typing, "\001x\001", 3);
    wait_for(&typing, DELAY);
    ck_assert(GIVES(&typing, 1, 'x', 1));
    forget(&typing);
    bytes(&typing, "\033[9~", 4);
    ck_assert_int_eq(typing.count, 0);
    wait_for(&typing, DELAY);
    ck_assert(GIVES(&typing, INPUT_HOME));
    recovers(&typing, "odd names");
}
END_TEST

Suite *decode_suite(void)
{
    return SUITE("keys", keys_of_every_terminal_are_known, what_is_no_key_is_swallowed_whole,
        sequences_in_two_pieces_are_one, escape_alone_is_a_key, every_pair_of_bytes_is_survived,
        broken_utf8_loses_itself_alone, other_character_sets_are_unreadable,
        a_paste_is_one_text, a_string_without_an_end_ends, names_of_odd_terminals_are_known);
}
