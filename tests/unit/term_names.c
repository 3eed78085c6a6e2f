/* Every key that terminfo names, for many terminals. */
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "term/decode.h"
#include "ui/draw/input.h"

/* Last: it makes macros of common words. */
#include <curses.h>
#include <term.h>

/* Those that are always there come first. */
static const char *const terminals[] = {"xterm", "xterm-256color", "linux", "vt100", "vt220",
    "vt52", "ansi", "cons25", "cygwin", "rxvt", "rxvt-unicode", "screen", "tmux-256color",
    "sun", "hurd", "Eterm", "xterm-r6", "konsole", "xterm-kitty", "foot", "alacritty", "putty",
    "wyse50", "adm3a"};
enum { NEEDED = 5 };

static const struct {
    const char *name;
    uint32_t key;
} wanted[] = {{"kcuu1", INPUT_UP}, {"kcud1", INPUT_DOWN}, {"kcub1", INPUT_LEFT},
    {"kcuf1", INPUT_RIGHT}, {"khome", INPUT_HOME}, {"kend", INPUT_END}, {"kpp", INPUT_PAGE_UP},
    {"knp", INPUT_PAGE_DOWN}, {"kdch1", INPUT_DELETE}, {"kcbt", INPUT_BACK_TAB},
    {"kbs", INPUT_BACKSPACE}, {"kent", INPUT_ENTER}, {"kf1", INPUT_F1}};

static uint32_t wanted_key(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (strcmp(wanted[i].name, name) == 0)
            return wanted[i].key;
    }
    return INPUT_NONE;
}

static const char *text_of(const char *name)
{
    const char *text = tigetstr(name);
    return text && text != (char *)-1 ? text : NULL;
}

/* A key's text may stand under several names; the key is one that has it. */
static bool may_be(const char *text, uint32_t key)
{
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        const char *other = text_of(wanted[i].name);
        if (other && strcmp(other, text) == 0 && wanted[i].key == key)
            return true;
    }
    return false;
}

static int try_terminal(void)
{
    int tried = 0;
    for (size_t i = 0; strnames[i]; i++) {
        const char *name = strnames[i], *text = text_of(name);
        if (name[0] != 'k' || strcmp(name, "kmous") == 0 || !text)
            continue;
        struct decoder decoder;
        decoder_init(&decoder, true, 0.025);
        for (size_t k = 0; strnames[k]; k++) {
            const char *other = text_of(strnames[k]);
            if (strnames[k][0] == 'k' && strcmp(strnames[k], "kmous") != 0 && other)
                decoder_name(&decoder, other, wanted_key(strnames[k]));
        }
        for (const char *at = text; *at; at++)
            decoder_byte(&decoder, (unsigned char)*at, 1);
        decoder_idle(&decoder, 1.03);
        uint32_t key = decoder_key(&decoder), want = wanted_key(name);
        bool right = want == INPUT_NONE || key == want || may_be(text, key);
        ck_assert_msg(right, "%s of %s is %#x", name, getenv("TERM"), (unsigned)key);
        /* Of the others none is a letter, but for the keypad's own. */
        ck_assert_msg(want != INPUT_NONE || key < ' ' || key >= 0x7f ||
                (text[0] == '\033' && text[1] == 'O'),
            "%s of %s is %c", name, getenv("TERM"), (char)key);
        ck_assert_msg(
            decoder_key(&decoder) == INPUT_NONE, "%s of %s is two keys", name, getenv("TERM"));
        decoder_idle(&decoder, 20);
        decoder_byte(&decoder, 'q', 20);
        ck_assert_msg(
            decoder_key(&decoder) == 'q', "deaf after %s of %s", name, getenv("TERM"));
        tried++;
    }
    return tried;
}

START_TEST(every_key_that_terminfo_names_is_one_key)
{
    int tried = 0, terminals_tried = 0;
    for (size_t i = 0; i < ARRAY_LEN(terminals); i++) {
        int result;
        bool there = setupterm(terminals[i], 1, &result) == OK;
        ck_assert_msg(there || i >= NEEDED, "no terminfo entry for %s", terminals[i]);
        if (!there)
            continue;
        (void)setenv("TERM", terminals[i], 1);
        tried += try_terminal();
        terminals_tried++;
        del_curterm(cur_term);
    }
    printf("# %d keys of %d terminals\n", tried, terminals_tried);
    (void)fflush(stdout);
}
END_TEST

Suite *key_names_suite(void)
{
    return SUITE("key names", every_key_that_terminfo_names_is_one_key);
}
