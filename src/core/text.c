#include "core/text.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"

uint32_t utf8_next(const char **text)
{
    const unsigned char *bytes = (const unsigned char *)*text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char lead = bytes[0];
    int length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead == 0)
        return 0;
    if (length == 0 || lead > 0xf4) {
        (*text)++;
        return 0xfffd;
    }
    uint32_t glyph = length == 1 ? lead : lead & (0x7fu >> length);
    for (int i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            *text += i;
            return 0xfffd;
        }
        glyph = glyph << 6 | (bytes[i] & 0x3fu);
    }
    *text += length;
    bool surrogate = glyph >= 0xd800 && glyph < 0xe000;
    return glyph < least[length] || glyph > 0x10ffff || surrogate ? 0xfffd : glyph;
}

int utf8_encode(uint32_t glyph, char bytes[4])
{
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    if (glyph < 0x80) {
        bytes[0] = (char)glyph;
        return 1;
    }
    int length = glyph < 0x800 ? 2 : glyph < 0x10000 ? 3 : 4;
    for (int i = length - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (glyph & 0x3f));
        glyph >>= 6;
    }
    bytes[0] = (char)(leads[length] | glyph);
    return length;
}

struct span {
    uint32_t first, last;
};

/*
 * What does not stand there by itself: Unicode's general categories Cc, Cf, Zl, Zp, Co and the
 * noncharacters of the first plane.
 */
static const struct span unseen[] = {{0x1, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x600, 0x605},
    {0x61c, 0x61c}, {0x6dd, 0x6dd}, {0x70f, 0x70f}, {0x890, 0x891}, {0x8e2, 0x8e2},
    {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xe000, 0xf8ff},
    {0xfdd0, 0xfdef}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xfffe, 0xffff}, {0x110bd, 0x110bd},
    {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0x10ffff}};

static bool is_seen(uint32_t glyph)
{
    for (size_t i = 0; i < ARRAY_LEN(unseen); i++) {
        if (glyph >= unseen[i].first && glyph <= unseen[i].last)
            return false;
    }
    return true;
}

/*
 * What is not one column wide, or moves the cursor, in any terminal: controls, combining marks,
 * directional marks, East Asian and emoji wide, what is no character. Not wcwidth, whose answer
 * depends on the locale.
 */
static const struct span unfit[] = {{0x0, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x300, 0x36f},
    {0x483, 0x489}, {0x591, 0x5bd}, {0x610, 0x61a}, {0x64b, 0x65f}, {0x6d6, 0x6ed},
    {0x900, 0x109f}, {0x1100, 0x11ff}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0x20d0, 0x20ff}, {0x231a, 0x231b}, {0x2329, 0x232a},
    {0x23e9, 0x23f3}, {0x25fd, 0x25fe}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267f, 0x267f},
    {0x2693, 0x2693}, {0x26a1, 0x26a1}, {0x26aa, 0x26ab}, {0x26bd, 0x26be}, {0x26c4, 0x26c5},
    {0x26ce, 0x26ce}, {0x26d4, 0x26d4}, {0x26ea, 0x26ea}, {0x26f2, 0x26f3}, {0x26f5, 0x26f5},
    {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705}, {0x270a, 0x270b}, {0x2728, 0x2728},
    {0x274c, 0x274e}, {0x2753, 0x2757}, {0x2795, 0x2797}, {0x27b0, 0x27bf}, {0x2b1b, 0x2b1c},
    {0x2b50, 0x2b55}, {0x2e80, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7ff}, {0xd800, 0xfaff},
    {0xfe00, 0xfe6f}, {0xfeff, 0xff60}, {0xffe0, UINT32_MAX}};

bool text_one_column(uint32_t glyph)
{
    if (glyph >= 0x20 && glyph < 0x7f)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(unfit); i++) {
        if (glyph >= unfit[i].first && glyph <= unfit[i].last)
            return false;
    }
    return true;
}

enum { PIECE = 16 }; /* bytes of the longest replacement, and the end */

/* What stands for the character at *text, which moves on; "" at the end. */
static void next_piece(const char **text, bool ascii, char piece[PIECE])
{
    const char *start = *text;
    uint32_t glyph = utf8_next(text);
    static const char malformed[] = "\xef\xbf\xbd"; /* what U+FFFD itself looks like */
    piece[0] = '\0';
    if (glyph == 0)
        return;
    if (glyph == 0xfffd && strncmp(start, malformed, 3) != 0) {
        *text = start + 1; /* byte by byte, so that none is lost */
        (void)snprintf(piece, PIECE, "\\x%02x", (unsigned)(unsigned char)*start);
    } else if (glyph == '\n' || glyph == '\t' || glyph == '\r') {
        (void)snprintf(piece, PIECE, "\\%c", glyph == '\n' ? 'n' : glyph == '\t' ? 't' : 'r');
    } else if (is_seen(glyph) && (glyph < 0x7f || !ascii)) {
        piece[utf8_encode(glyph, piece)] = '\0';
    } else if (ascii && glyph == 0x2026) {
        (void)snprintf(piece, PIECE, "...");
    } else {
        (void)snprintf(piece, PIECE,
            glyph < 0x80          ? "\\x%02x"
                : glyph < 0x10000 ? "\\u%04x"
                                  : "\\U%08x",
            (unsigned)glyph);
    }
}

static void copy(char *out, size_t size, const char *text, bool ascii)
{
    char piece[PIECE];
    size_t used = 0;
    for (;;) {
        next_piece(&text, ascii, piece);
        size_t length = strlen(piece);
        if (length == 0 || used + length >= size)
            break;
        memcpy(out + used, piece, length);
        used += length;
    }
    out[used] = '\0';
}

void text_clean(char *out, size_t size, const char *text)
{
    copy(out, size, text, false);
}

void text_cut(char *out, size_t size, const char *text)
{
    static const char more[] = "…";
    size_t length = strlen(text);
    if (length < size) {
        memcpy(out, text, length + 1);
        return;
    }
    size_t most = size - sizeof more, end = most;
    while (end > 0 && text[end - 1] != ' ')
        end--;
    end = end > 0 ? end : most; /* one word; not within a character of it */
    while (end > 0 && (text[end] & 0xc0) == 0x80)
        end--;
    memcpy(out, text, end);
    memcpy(out + end, more, sizeof more);
}

void text_ascii(char *out, size_t size, const char *text)
{
    copy(out, size, text, true);
}

/* Columns of a piece: its characters, each one being a column or (East Asian) two. */
static int columns_of(const char *piece)
{
    int columns = 0;
    while (utf8_next(&piece))
        columns++;
    return columns;
}

/* As many pieces as there is room for; returns where it stopped. */
static const char *copy_begin(char *out, const char *text, size_t size, int columns)
{
    char piece[PIECE];
    size_t used = 0;
    for (;;) {
        const char *next = text;
        next_piece(&next, false, piece);
        columns -= columns_of(piece);
        if (!*piece || columns < 0 || used + strlen(piece) > size)
            break;
        memcpy(out + used, piece, strlen(piece));
        used += strlen(piece);
        text = next;
    }
    out[used] = '\0';
    return text;
}

struct text_word text_word(const char *word)
{
    struct text_word shown;
    if (!*copy_begin(shown.text, word, TEXT_WORD, TEXT_WORD_COLUMNS))
        return shown;
    (void)copy_begin(shown.text, word, TEXT_WORD - sizeof "…" + 1, TEXT_WORD_COLUMNS - 1);
    memcpy(shown.text + strlen(shown.text), "…", sizeof "…");
    return shown;
}

struct text_file text_file(const char *name)
{
    enum { BEGIN = TEXT_FILE / 3, END = TEXT_FILE - BEGIN };
    struct text_file shown;
    if (!*copy_begin(shown.text, name, TEXT_FILE, TEXT_FILE))
        return shown;
    (void)copy_begin(shown.text, name, BEGIN - sizeof "…", TEXT_FILE);
    char *at = shown.text + strlen(shown.text);
    memcpy(at, "…", sizeof "…");
    at += strlen("…");
    /* The longest end that fits. */
    const char *end = name + strlen(name);
    for (const char *tail = end; tail > name && end - tail < END;) {
        do
            tail--;
        while (tail > name && (*tail & 0xc0) == 0x80);
        char trial[END + 4];
        if (*copy_begin(trial, tail, END, END))
            break;
        memcpy(at, trial, strlen(trial) + 1);
    }
    return shown;
}
