#include "term/decode.h"

#include <string.h>

#include "core/error.h"
#include "term/sequence.h"
#include "ui/draw/input.h"

/* How long the rest of a sequence may take that has begun, over a slow line. */
#define PAUSE_SECONDS 1.0
/* After so long one ends at the first short pause: a string without an end, with keys typed. */
#define SEQUENCE_SECONDS 5.0

enum { ESCAPE = 0x1b, CANCEL = 0x18, SUBSTITUTE = 0x1a, BELL = 0x07, DELETE = 0x7f };

static const char paste_mark[] = "\033[201~";

void decoder_init(struct decoder *decoder, bool utf8, double escape_delay)
{
    memset(decoder, 0, sizeof *decoder);
    decoder->utf8 = utf8;
    decoder->escape_delay = escape_delay;
    decoder->escaped = -2 * PAUSE_SECONDS;
    for (uint32_t byte = 0; byte < 128; byte++)
        decoder->bytes[byte] = byte;
    decoder->bytes['\n'] = decoder->bytes['\r'] = INPUT_ENTER;
}

void decoder_name(struct decoder *decoder, const char *text, uint32_t key)
{
    unsigned char first = (unsigned char)text[0];
    size_t length = strlen(text);
    if (length == 1 && key != INPUT_NONE && first != ESCAPE && (first < ' ' || first == DELETE))
        decoder->bytes[first] = key;
    /* One that begins with a letter would hold up what is typed. */
    if (length < 2 || length >= DECODER_HELD || (first >= ' ' && first != DELETE) ||
        decoder->name_count == DECODER_NAMES)
        return;
    decoder->names[decoder->name_count].text = text;
    decoder->names[decoder->name_count++].key = key;
}

void decoder_await(struct decoder *decoder, double until)
{
    decoder->awaits = until;
    decoder->identified = false;
    decoder->background = BACKGROUND_UNKNOWN;
}

static void emit(struct decoder *decoder, uint32_t key)
{
    int most = ARRAY_LEN(decoder->keys);
    if (key == INPUT_NONE || decoder->key_count == most)
        return;
    decoder->keys[(decoder->key_first + decoder->key_count++) % most] = key;
}

uint32_t decoder_key(struct decoder *decoder)
{
    if (decoder->key_count == 0)
        return INPUT_NONE;
    uint32_t key = decoder->keys[decoder->key_first];
    decoder->key_first = (decoder->key_first + 1) % (int)ARRAY_LEN(decoder->keys);
    decoder->key_count--;
    return key;
}

static void hold(struct decoder *decoder, unsigned char byte)
{
    if (decoder->held_count < DECODER_HELD)
        decoder->held[decoder->held_count++] = (char)byte;
}

struct match {
    bool whole, begun; /* the held bytes are a name; are the beginning of a longer one */
    uint32_t key;
};

static struct match match(const struct decoder *decoder)
{
    struct match found = {false, false, INPUT_NONE};
    size_t count = (size_t)decoder->held_count;
    for (int i = 0; i < decoder->name_count; i++) {
        const char *text = decoder->names[i].text;
        if (strncmp(text, decoder->held, count) != 0)
            continue;
        if (text[count] != '\0')
            found.begun = true;
        else if (!found.whole || found.key == INPUT_NONE)
            found.key = decoder->names[i].key;
        found.whole = found.whole || text[count] == '\0';
    }
    return found;
}

static bool holds(const struct decoder *decoder, const char *text)
{
    size_t length = strlen(text);
    return (size_t)decoder->held_count == length && memcmp(decoder->held, text, length) == 0;
}

static void rest(struct decoder *decoder)
{
    decoder->state = DECODER_GROUND;
    decoder->alt = decoder->owes_escape = false;
}

static void finish(struct decoder *decoder, uint32_t key)
{
    if (!decoder->alt)
        emit(decoder, key);
    rest(decoder);
}

/* A complete sequence: by its name, or by its form. */
static void conclude(struct decoder *decoder)
{
    struct match found = match(decoder);
    if (holds(decoder, "\033[200~")) {
        rest(decoder);
        decoder->state = DECODER_PASTING;
        decoder->paste_length = decoder->paste_end = 0;
        return;
    }
    finish(decoder,
        found.key != INPUT_NONE ? found.key : sequence_key(decoder->held, decoder->held_count));
}

/* The state after ESC and this byte; GROUND when nothing needs to follow. */
static enum decoder_state introduced(unsigned char byte)
{
    return byte == '['                       ? DECODER_CSI
        : byte == 'O'                        ? DECODER_SS3
        : byte != 0 && strchr("]P_^X", byte) ? DECODER_STRING
                                             : DECODER_GROUND;
}

/* A byte of a character beyond ASCII: the first one, or the next. The glyph is a key when it is
 * a code point; what other character sets have has no meaning as a key. */
static void character(struct decoder *decoder, unsigned char byte)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    bool within = decoder->state == DECODER_CHARACTER;
    if (!decoder->utf8) {
        wchar_t wide;
        char single = (char)byte;
        if (!within)
            memset(&decoder->locale, 0, sizeof decoder->locale);
        decoder->state = DECODER_CHARACTER;
        if (mbrtowc(&wide, &single, 1, &decoder->locale) != (size_t)-2)
            finish(decoder, INPUT_UNREADABLE);
        return;
    }
    if (within) {
        decoder->glyph = decoder->glyph << 6 | (byte & 0x3fu);
        if (--decoder->missing > 0)
            return;
        uint32_t glyph = decoder->glyph;
        bool valid =
            glyph >= decoder->least && glyph <= 0x10ffff && (glyph < 0xd800 || glyph > 0xdfff);
        finish(decoder, valid ? glyph : INPUT_NONE);
        return;
    }
    decoder->missing = byte < 0xc2 || byte > 0xf4 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    decoder->least = least[decoder->missing];
    decoder->glyph = byte & (0x3fu >> decoder->missing);
    decoder->state = DECODER_CHARACTER;
    if (decoder->missing == 0)
        rest(decoder);
}

static void begin(struct decoder *decoder, enum decoder_state state, unsigned char byte)
{
    decoder->state = state;
    decoder->started = decoder->heard;
    decoder->held_count = 0;
    hold(decoder, byte);
}

/* A byte that belongs to nothing before it. */
static void ground(struct decoder *decoder, unsigned char byte)
{
    bool after_escape = decoder->heard - decoder->escaped < PAUSE_SECONDS;
    decoder->escaped = -2 * PAUSE_SECONDS;
    rest(decoder);
    if (byte == ESCAPE) {
        begin(decoder, DECODER_ESCAPE, byte);
    } else if (after_escape && introduced(byte) != DECODER_GROUND) {
        begin(decoder, DECODER_LATE, ESCAPE);
        hold(decoder, byte);
    } else if (byte >= 0x80) {
        character(decoder, byte);
    } else {
        begin(decoder, DECODER_NAME, byte);
        if (!match(decoder).begun)
            finish(decoder, decoder->bytes[byte]);
    }
}

/* What was held as the beginning of a key is keys of their own. */
static void release(struct decoder *decoder)
{
    int first = decoder->held[0] == ESCAPE; /* which came before, by itself */
    if (decoder->owes_escape)
        emit(decoder, INPUT_ESCAPE);
    for (int i = first; i < decoder->held_count; i++)
        emit(decoder, decoder->bytes[(unsigned char)decoder->held[i] & 0x7f]);
    rest(decoder);
}

static void after_escape(struct decoder *decoder, unsigned char byte)
{
    if (byte == ESCAPE) {
        decoder->alt = true;
        return;
    }
    decoder->string_length = byte == ']' ? 0 : DECODER_STRING_KEPT;
    hold(decoder, byte);
    struct match found = match(decoder);
    enum decoder_state next = introduced(byte);
    if (found.whole && !found.begun)
        finish(decoder, found.key);
    else if (next != DECODER_GROUND)
        decoder->state = next;
    else if (found.begun)
        decoder->state = DECODER_UNDECIDED;
    else if (byte >= 0x80) {
        decoder->alt = true;
        character(decoder, byte);
    } else {
        rest(decoder); /* Alt and a key */
    }
}

/* Within ESC [ or ESC O. */
static void within_sequence(struct decoder *decoder, unsigned char byte)
{
    if (byte < 0x20 || byte >= DELETE) { /* broken off */
        bool cancels = byte == CANCEL || byte == SUBSTITUTE;
        rest(decoder);
        if (!cancels)
            ground(decoder, byte);
        return;
    }
    hold(decoder, byte);
    if (byte == 'c' && decoder->held[1] == '[' && decoder->held[2] == '?') {
        decoder->identified = true;
        decoder->awaits = 0;
    }
    struct match found = match(decoder);
    /* ESC O has no parts before parameters: a blank or sign there is a key of the keypad. */
    bool ends = byte >= 0x40 || decoder->state == DECODER_LINUX ||
        (decoder->state == DECODER_SS3 && byte < 0x30);
    if (found.whole && !found.begun)
        conclude(decoder);
    else if (holds(decoder, "\033[["))
        decoder->state = DECODER_LINUX;
    else if (ends && found.begun)
        decoder->state = DECODER_UNDECIDED;
    else if (holds(decoder, "\033[M")) {
        decoder->state = DECODER_MOUSE;
        decoder->mouse = 3;
    } else if (ends) {
        conclude(decoder);
    }
}

/* Ends what was held, as a key or as the keys that it is by itself. */
static void settle(struct decoder *decoder)
{
    struct match found = match(decoder);
    if (decoder->held[0] == ESCAPE)
        conclude(decoder);
    else if (found.whole)
        finish(decoder, found.key);
    else
        release(decoder);
}

/* The next byte of what may be a longer key. */
static void undecided(struct decoder *decoder, unsigned char byte)
{
    int before = decoder->held_count;
    hold(decoder, byte);
    struct match found = match(decoder);
    if (found.begun)
        return;
    if (!found.whole)
        decoder->held_count = before;
    settle(decoder);
    if (!found.whole)
        ground(decoder, byte);
}

/* The rest of a sequence, or a key typed soon after Escape and another one. */
static void late(struct decoder *decoder, unsigned char byte)
{
    unsigned char introducer = (unsigned char)decoder->held[1];
    if (byte == introducer && byte != '[') {
        release(decoder); /* a key held down */
        ground(decoder, byte);
        return;
    }
    decoder->held_count = 1;
    after_escape(decoder, introducer);
    decoder_byte(decoder, byte, decoder->heard);
}

/* A string is whole: it may be the answer to our question. */
static void note_string(struct decoder *decoder)
{
    if (decoder->string_length >= DECODER_STRING_KEPT)
        return;
    decoder->string[decoder->string_length] = '\0';
    enum background background = background_answered(decoder->string);
    if (background != BACKGROUND_UNKNOWN)
        decoder->background = background;
}

/* The rest of an answer, or a key after the key Escape. */
static void waiting(struct decoder *decoder, unsigned char byte)
{
    if (introduced(byte) != DECODER_GROUND) {
        begin(decoder, DECODER_LATE, ESCAPE);
        hold(decoder, byte);
        decoder->owes_escape = true;
        return;
    }
    emit(decoder, INPUT_ESCAPE);
    ground(decoder, byte);
}

static void within_string(struct decoder *decoder, unsigned char byte)
{
    bool ended = byte == BELL || byte == CANCEL || byte == SUBSTITUTE;
    if (decoder->state == DECODER_STRING) {
        if (byte == BELL)
            note_string(decoder);
        if (ended)
            rest(decoder);
        else if (byte == ESCAPE)
            decoder->state = DECODER_STRING_ESCAPE;
        else if (decoder->string_length < DECODER_STRING_KEPT)
            decoder->string[decoder->string_length++] = (char)byte;
        return;
    }
    if (byte == '\\')
        note_string(decoder);
    rest(decoder);
    if (byte == '\\')
        return;
    /* Another sequence begins and ends the string. */
    begin(decoder, DECODER_ESCAPE, ESCAPE);
    after_escape(decoder, byte);
}

static void keep_pasted(struct decoder *decoder, char byte)
{
    if (decoder->paste_length < DECODER_PASTE - 1)
        decoder->paste[decoder->paste_length++] = byte == '\0' ? ' ' : byte;
}

static void end_paste(struct decoder *decoder)
{
    decoder->paste[decoder->paste_length] = '\0';
    emit(decoder, DECODED_PASTE);
    rest(decoder);
}

static void pasted(struct decoder *decoder, unsigned char byte)
{
    if (byte != (unsigned char)paste_mark[decoder->paste_end]) {
        for (int i = 0; i < decoder->paste_end; i++)
            keep_pasted(decoder, paste_mark[i]);
        decoder->paste_end = 0;
    }
    if (byte == (unsigned char)paste_mark[decoder->paste_end])
        decoder->paste_end++;
    else
        keep_pasted(decoder, (char)byte);
    if (paste_mark[decoder->paste_end] == '\0')
        end_paste(decoder);
}

void decoder_byte(struct decoder *decoder, unsigned char byte, double now)
{
    decoder->heard = now;
    switch (decoder->state) {
    case DECODER_GROUND:
        ground(decoder, byte);
        break;
    case DECODER_CHARACTER:
        /* In UTF-8 a byte that cannot go on is a character of its own. */
        if (decoder->utf8 && (byte & 0xc0) != 0x80)
            ground(decoder, byte);
        else
            character(decoder, byte);
        break;
    case DECODER_ESCAPE:
        after_escape(decoder, byte);
        break;
    case DECODER_WAITING:
        waiting(decoder, byte);
        break;
    case DECODER_LATE:
        late(decoder, byte);
        break;
    case DECODER_CSI:
    case DECODER_SS3:
    case DECODER_LINUX:
        within_sequence(decoder, byte);
        break;
    case DECODER_MOUSE:
        if (--decoder->mouse == 0)
            rest(decoder);
        break;
    case DECODER_NAME:
    case DECODER_UNDECIDED:
        undecided(decoder, byte);
        break;
    case DECODER_STRING:
    case DECODER_STRING_ESCAPE:
        within_string(decoder, byte);
        break;
    case DECODER_PASTING:
        pasted(decoder, byte);
        break;
    }
}

double decoder_due(const struct decoder *decoder)
{
    switch (decoder->state) {
    case DECODER_GROUND:
    case DECODER_CHARACTER:
        return 0;
    case DECODER_WAITING:
        return decoder->awaits > 0 ? decoder->awaits : decoder->heard;
    case DECODER_NAME:
    case DECODER_ESCAPE:
    case DECODER_LATE:
    case DECODER_UNDECIDED:
        return decoder->heard + decoder->escape_delay;
    case DECODER_PASTING:
        return decoder->heard + SEQUENCE_SECONDS;
    default:
        return decoder->heard +
            (decoder->heard - decoder->started < SEQUENCE_SECONDS ? PAUSE_SECONDS
                                                                  : decoder->escape_delay);
    }
}

void decoder_idle(struct decoder *decoder, double now)
{
    double due = decoder_due(decoder);
    if (due <= 0 || now < due)
        return;
    switch (decoder->state) {
    case DECODER_ESCAPE:
    case DECODER_WAITING:
        rest(decoder);
        if (now < decoder->awaits) {
            decoder->state = DECODER_WAITING;
            break;
        }
        emit(decoder, INPUT_ESCAPE);
        decoder->escaped = now;
        break;
    case DECODER_LATE:
        release(decoder);
        break;
    case DECODER_NAME:
    case DECODER_UNDECIDED:
        settle(decoder);
        break;
    case DECODER_PASTING:
        end_paste(decoder);
        break;
    default: /* its rest never came */
        rest(decoder);
        break;
    }
}
