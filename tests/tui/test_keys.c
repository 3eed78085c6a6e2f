/*
 * Whatever a terminal sends, in every view, overlay and the prompt: the program lives, no
 * setting has changed, and q ends it with status 0.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "harness.h"

/* Last: it makes macros of common words. */
#include <curses.h>
#include <term.h>

static long keys_sent, sequences_sent;

/* How to get somewhere, what is shown there, and how to get back, the prompt having been opened
 * since, which closes an overlay. */
static const struct place {
    const char *keys, *shows, *back;
} places[] = {
    {"1", "error signal", "1"},
    {"2", "every unit; the fuller", "1"},
    {"3", "what clipping does", "1"},
    {"4", "when each layer learns", "1"},
    {"5", "what the network says", "1"},
    {"6", "one layer's distributions", "1"},
    {"7", "the gradient against", "1"},
    {"?", "What you are looking at", "1"},
    {"p", "presets: what each shows", "1"},
    {"e", "what has happened", "1"},
    {"w", "by the slopes", "w"},
    {"b", "b back", "b"},
};

static const char *const sequences[] = {"\033[?62;c", "\033[I", "\033[O", "\033[M !!",
    "\033[Mqqq", "\033[<0;10;10M", "\033]11;rgb:0000/0000/0000\033\\", "\033]52;c;cXFxcXE=\a",
    "\033P1+r524742=38\033\\", "\033_Gi=31;OK\033\\", "\033^qqq\033\\", "\033Xqqq\033\\",
    "\033[97;5u", "\033[1;5A", "\033[1;2D", "\033[2~", "\033[15~", "\033[24~", "\033[E",
    "\033OE", "\033q", "\033a", "\033\303\251", "\303\251", "\351", "\377", "\300\257", "\200",
    "\355\240\200", "\033\033[A", "\033[?1;2c", "\033[12;40R", "\033[200~lqadr\rq\033[201~"};

static void begin(struct pty *pty, const char *terminal, const char *locale)
{
    char name[64], charset[64];
    const char *const argv[] = {pty_program(), "--paused", "--depth=3", "--samples=16", NULL};
    (void)snprintf(name, sizeof name, "TERM=%s", terminal);
    (void)snprintf(charset, sizeof charset, "LC_ALL=%s", locale);
    const char *const environment[] = {name, charset, NULL};
    pty_start(pty, 80, 24, argv, environment);
    ck_assert_msg(pty_shows(pty, "paused", PATIENCE), "%s", pty_text(pty));
}

/* What was sent has been read and is over: the prompt, opened and left, answers to it. (ESC
 * ends nothing that a key may not end.) */
static void settle(struct pty *pty)
{
    static int mark;
    char text[64], shown[64];
    mark++;
    /* CAN gives up whatever sequence is open; a paste ends. */
    (void)snprintf(text, sizeof text, "\030\030:mark%d", mark);
    (void)snprintf(shown, sizeof shown, ":mark%d ", mark);
    pty_send(pty, text, strlen(text));
    ck_assert_msg(pty_shows(pty, shown, PATIENCE), "no %s in:\n%s", shown, pty_text(pty));
    pty_type(pty, "\007"); /* Ctrl-G */
    ck_assert_msg(pty_drops(pty, shown, PATIENCE), "%s", pty_text(pty));
}

/* The settings as the first line has them. */
static void header(struct pty *pty, char *text, size_t size)
{
    (void)snprintf(text, size, "%.*s", (int)strcspn(pty_text(pty), "\n"), pty_text(pty));
}

/*
 * The keys that terminfo names for the terminal, but for those that do something. (kspd is
 * Ctrl-Z on a console: a signal, which comes when it likes, and gives the terminal back.)
 */
static int unknown_keys(const char *terminal, const char *texts[], int most)
{
    static const char *const known[] = {"kcuu1", "kcud1", "kcub1", "kcuf1", "khome", "kend",
        "kpp", "knp", "kdch1", "kcbt", "kbs", "kent", "kf1", "kmous", "kspd"};
    int result, count = 0;
    if (setupterm(terminal, 1, &result) != OK)
        return 0;
    for (size_t i = 0; strnames[i] && count < most; i++) {
        const char *text = tigetstr(strnames[i]);
        bool skip = strnames[i][0] != 'k' || !text || text == (char *)-1;
        for (size_t k = 0; !skip && k < sizeof known / sizeof known[0]; k++) {
            const char *other = tigetstr(known[k]);
            skip = strcmp(known[k], strnames[i]) == 0 ||
                (other && other != (char *)-1 && strcmp(other, text) == 0);
        }
        /* The digits of a keypad are digits, and so choose views. */
        if (!skip && !(text[0] == '\033' && text[1] == 'O' && text[2] >= 'j' && text[2] <= 'y'))
            texts[count++] = text;
    }
    return count;
}

static void send_all(struct pty *pty, const char *const texts[], int count)
{
    for (int i = 0; i < count; i++)
        pty_send(pty, texts[i], strlen(texts[i]));
}

/* Everything at every place, and in the prompt. */
static void try_terminal(const char *terminal, const char *locale)
{
    const char *keys[256];
    int key_count = unknown_keys(terminal, keys, 256);
    int sequence_count = (int)(sizeof sequences / sizeof sequences[0]);
    struct pty pty;
    char before[256], after[256];
    begin(&pty, terminal, locale);
    header(&pty, before, sizeof before);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        pty_send(&pty, places[i].keys, 1);
        ck_assert_msg(pty_shows(&pty, places[i].shows, PATIENCE), "%s not shown in\n%s",
            places[i].shows, pty_text(&pty));
        send_all(&pty, keys, key_count);
        send_all(&pty, sequences, sequence_count);
        settle(&pty);
        pty_send(&pty, places[i].back, 1);
        settle(&pty);
        keys_sent += key_count;
        sequences_sent += sequence_count;
        header(&pty, after, sizeof after);
        ck_assert_msg(strcmp(before, after) == 0, "%s, at %s: [%s] [%s]", terminal,
            places[i].keys, before, after);
    }
    pty_type(&pty, ":");
    send_all(&pty, keys, key_count);
    send_all(&pty, sequences, sequence_count);
    keys_sent += key_count;
    sequences_sent += sequence_count;
    pty_type(&pty, "\025xyz\007");
    settle(&pty);
    header(&pty, after, sizeof after);
    ck_assert_str_eq(before, after);
    pty_quits(&pty);
    if (key_count > 0)
        del_curterm(cur_term);
}

static const char *const terminals[][2] = {{"xterm-256color", "C.UTF-8"}, {"xterm", "C"},
    {"linux", "C.UTF-8"}, {"vt100", "C"}, {"vt220", "C.UTF-8"}, {"rxvt", "C.UTF-8"},
    {"rxvt-unicode", "C.UTF-8"}, {"screen", "C"}, {"tmux-256color", "C.UTF-8"},
    {"konsole", "C.UTF-8"}, {"foot", "C.UTF-8"}, {"xterm-kitty", "C.UTF-8"}};
enum { TERMINALS = sizeof terminals / sizeof terminals[0], NEEDED = 5 };

START_TEST(no_key_of_a_terminal_ends_it_or_changes_a_setting)
{
    int result;
    bool there = setupterm(terminals[_i][0], 1, &result) == OK;
    ck_assert_msg(there || _i >= NEEDED, "no terminfo entry for %s", terminals[_i][0]);
    if (!there)
        return;
    del_curterm(cur_term);
    keys_sent = sequences_sent = 0;
    try_terminal(terminals[_i][0], terminals[_i][1]);
    printf("# %s: %ld keys, %ld sequences sent\n", terminals[_i][0], keys_sent, sequences_sent);
    (void)fflush(stdout);
}
END_TEST

/* Bytes that mean something, by themselves or after Escape, are left out of what must change
 * nothing: here the program only has to live. (3, 26 and 28 are signals.) */
START_TEST(every_byte_is_survived)
{
    struct pty pty;
    begin(&pty, "xterm-256color", _i ? "C" : "C.UTF-8");
    for (int escape = 0; escape < 2; escape++) {
        for (int byte = 0; byte < 256; byte++) {
            char text[2] = {'\033', (char)byte};
            bool signals = byte == 3 || byte == 26 || byte == 28, quits = byte == 'q';
            if (!signals && (escape || !quits))
                pty_send(&pty, text + !escape, 1 + (size_t)escape);
            /* An open prompt would take the rest in. */
            if (byte == ':')
                pty_send(&pty, "\007", 1);
        }
        settle(&pty);
    }
    pty_quits(&pty);
}
END_TEST

START_TEST(a_sequence_in_two_pieces_runs_nothing)
{
    struct pty pty;
    char before[256], after[256];
    begin(&pty, "xterm-256color", "C.UTF-8");
    header(&pty, before, sizeof before);
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        size_t length = strlen(sequences[i]);
        if (length < 3 || sequences[i][1] == '\033')
            continue;
        pty_send(&pty, sequences[i], 2);
        double until = pty_clock() + 0.06;
        while (pty_clock() < until)
            (void)pty_read(&pty, 0.02);
        pty_send(&pty, sequences[i] + 2, length - 2);
    }
    settle(&pty);
    header(&pty, after, sizeof after);
    ck_assert_str_eq(before, after);
    pty_quits(&pty);
}
END_TEST

START_TEST(pasted_text_goes_into_the_prompt_alone)
{
    struct pty pty;
    static char much[100000];
    char before[256], after[256];
    begin(&pty, "xterm-256color", "C.UTF-8");
    header(&pty, before, sizeof before);
    for (size_t i = 0; i < sizeof much; i++)
        much[i] = "ldDqrR \n\033aO"[i % 11];
    pty_send(&pty, "\033[200~", 6);
    pty_send(&pty, much, sizeof much);
    pty_send(&pty, "\033[201~", 6);
    ck_assert_msg(pty_shows(&pty, "for the prompt alone", PATIENCE), "%s", pty_text(&pty));
    header(&pty, after, sizeof after);
    ck_assert_str_eq(before, after);
    pty_type(&pty, ":\033[200~act\nivation\r\033[201~");
    ck_assert_msg(pty_shows(&pty, ":act ivation", PATIENCE), "%s", pty_text(&pty));
    header(&pty, after, sizeof after);
    ck_assert_str_eq(before, after);
    pty_type(&pty, "\025\033[200~activation tanh\n\033[201~\r");
    ck_assert_msg(pty_shows(&pty, "tanh 3×32", PATIENCE), "%s", pty_text(&pty));
    /* Into a line that is full already, as much as has room. */
    pty_type(&pty, ":");
    pty_send(&pty, "\033[200~", 6);
    pty_send(&pty, much, sizeof much);
    pty_send(&pty, "\033[201~\007", 7);
    settle(&pty);
    pty_quits(&pty);
}
END_TEST

/* A scene begins with its settings alone: in its view, slowly, with its line. */
START_TEST(a_scene_begins_on_the_command_line)
{
    const char *const argv[] = {pty_program(), "--preset=dying", "--speed=max", NULL};
    const char *const slow[] = {pty_program(), "--preset=exploding", NULL};
    const char *const other[] = {pty_program(), "--preset=dying", "--depth=2", NULL};
    struct pty pty;
    pty_start(&pty, 80, 24, slow, NULL);
    ck_assert_msg(pty_shows(&pty, "of 2 steps/s", PATIENCE), "%s", pty_text(&pty));
    ck_assert_msg(pty_shows(&pty, "n: clip it", PATIENCE), "%s", pty_text(&pty));
    ck_assert(pty_shows(&pty, "diverged, r: reset", PATIENCE));
    pty_type(&pty, "n");
    ck_assert_msg(pty_shows(&pty, "n: by value", PATIENCE), "%s", pty_text(&pty));
    ck_assert_msg(pty_shows(&pty, "what clipping does", PATIENCE), "%s", pty_text(&pty));
    ck_assert_msg(pty_shows(&pty, "clip norm", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, "N");
    ck_assert_msg(pty_shows(&pty, "n: clip it", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, "pd");
    ck_assert_msg(pty_shows(&pty, "presets: d_", PATIENCE), "%s", pty_text(&pty));
    pty_type(&pty, "\033");
    ck_assert_msg(pty_shows(&pty, "relu 10×32", PATIENCE), "%s", pty_text(&pty));
    pty_quits(&pty);
    pty_start(&pty, 80, 24, argv, NULL);
    ck_assert_msg(pty_shows(&pty, "every unit; the fuller", PATIENCE), "%s", pty_text(&pty));
    ck_assert_msg(pty_drops(&pty, "of 2 steps/s", PATIENCE), "%s", pty_text(&pty));
    ck_assert_ptr_nonnull(strstr(pty_text(&pty), "n: lr 1"));
    pty_quits(&pty);
    pty_start(&pty, 80, 24, other, NULL);
    ck_assert_msg(pty_shows(&pty, "relu 2×32", PATIENCE), "%s", pty_text(&pty));
    ck_assert_ptr_null(strstr(pty_text(&pty), "look:"));
    pty_quits(&pty);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("keys in a terminal");
    TCase *tcase = tcase_create("keys");
    tcase_set_timeout(tcase, 5 * PATIENCE);
    tcase_add_loop_test(tcase, no_key_of_a_terminal_ends_it_or_changes_a_setting, 0, TERMINALS);
    tcase_add_loop_test(tcase, every_byte_is_survived, 0, 2);
    tcase_add_test(tcase, a_sequence_in_two_pieces_runs_nothing);
    tcase_add_test(tcase, pasted_text_goes_into_the_prompt_alone);
    tcase_add_test(tcase, a_scene_begins_on_the_command_line);
    suite_add_tcase(suite, tcase);
    return pty_run(suite);
}
