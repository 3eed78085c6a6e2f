/*
 * What a terminal sends, taken apart: bytes in, keys out. Needs neither curses nor a terminal
 * nor a clock; times are given to it, in seconds.
 *
 * What is no key never becomes one: control sequences (CSI, SS3), strings (OSC, DCS, APC, PM,
 * SOS), mouse reports and answers are swallowed whole, known or not, also in two pieces; so is
 * a key with Alt, which arrives as an Escape with the key right behind it. The answers to
 * BACKGROUND_QUESTION are noted on the way.
 */
#ifndef NABLASCOPE_TERM_DECODE_H
#define NABLASCOPE_TERM_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include "term/background.h"

enum {
    DECODER_NAMES = 256,
    DECODER_HELD = 40,
    DECODER_PASTE = 4096, /* bytes kept of a pasted text: more than the prompt has room for */
    DECODER_STRING_KEPT = 64, /* bytes kept of an OSC: more than an answer that we know has */
    DECODED_PASTE = 0x120000, /* stands among the keys: `paste` holds a pasted text */
};

enum decoder_state {
    DECODER_GROUND,
    DECODER_CHARACTER, /* within a character of several bytes */
    DECODER_NAME,      /* within a key of several bytes that does not begin with Escape */
    DECODER_ESCAPE,    /* after Escape */
    DECODER_WAITING,   /* after Escape and a pause, while an answer is awaited */
    DECODER_LATE,      /* after what may be the rest of a sequence whose Escape came alone */
    DECODER_CSI,       /* ESC [ */
    DECODER_SS3,       /* ESC O */
    DECODER_LINUX,     /* ESC [ [: the console's function keys */
    DECODER_MOUSE,     /* ESC [ M: three bytes follow */
    DECODER_UNDECIDED, /* complete, and the beginning of a longer key as well */
    DECODER_STRING,    /* OSC, DCS, APC, PM, SOS */
    DECODER_STRING_ESCAPE, /* within one of these, after Escape */
    DECODER_PASTING,
};

struct decoder {
    double escape_delay; /* how long after an Escape a sequence may go on */
    enum decoder_state state;
    double heard, started,
        escaped; /* the last byte, the present sequence, the last Escape key */
    struct {
        const char *text;
        uint32_t key;
    } names[DECODER_NAMES]; /* of more than one byte */
    int name_count;
    uint32_t bytes[128]; /* keys of one byte */
    char held[DECODER_HELD];
    int held_count;   /* of the present sequence; DECODER_HELD: too long to be known */
    bool alt;         /* another Escape or Alt came before */
    bool owes_escape; /* the Escape that began the present sequence may be a key */
    double awaits;    /* until then a pause after Escape may be within an answer; 0: none is
                         awaited */
    enum background background; /* of the last answer; the caller may forget it */
    bool identified;            /* DA1 has been answered */
    char string[DECODER_STRING_KEPT];
    int string_length; /* of the present OSC; DECODER_STRING_KEPT: too long to be known */
    bool utf8;
    int missing; /* bytes of the character at hand */
    uint32_t glyph, least;
    mbstate_t locale;
    int mouse;
    char paste[DECODER_PASTE];
    int paste_length, paste_end; /* paste_end: bytes of the end mark seen */
    uint32_t keys[DECODER_HELD + 8];
    int key_first, key_count;
};

/* `utf8`: the locale's character set is that; otherwise mbrtowc tells how long characters are.
 */
void decoder_init(struct decoder *decoder, bool utf8, double escape_delay);
/* A key that terminfo names, which is kept: it must stay; INPUT_NONE for one to be ignored. */
void decoder_name(struct decoder *decoder, const char *text, uint32_t key);

/* An answer may come until then: an Escape by itself becomes a key no sooner. */
void decoder_await(struct decoder *decoder, double until);
/* Takes a byte that came `now`; take its keys before the next one. */
void decoder_byte(struct decoder *decoder, unsigned char byte, double now);
/* Tells that until `now` no further byte has come. */
void decoder_idle(struct decoder *decoder, double now);
/* The time from which on decoder_idle would change something; 0: never. */
double decoder_due(const struct decoder *decoder);
/* The next key, INPUT_NONE when there is none. */
uint32_t decoder_key(struct decoder *decoder);

#endif
