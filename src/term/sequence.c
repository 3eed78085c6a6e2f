#include "term/sequence.h"

#include <stdio.h>

#include "core/error.h"
#include "ui/draw/input.h"

/* Keys that terminals send whatever their terminfo entry says. */
static uint32_t key_of_letter(char letter)
{
    static const struct {
        char letter;
        uint32_t key;
    } letters[] = {{'A', INPUT_UP}, {'B', INPUT_DOWN}, {'C', INPUT_RIGHT}, {'D', INPUT_LEFT},
        {'H', INPUT_HOME}, {'F', INPUT_END}, {'P', INPUT_F1}, {'Z', INPUT_BACK_TAB}};
    for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
        if (letters[i].letter == letter)
            return letters[i].key;
    }
    return INPUT_NONE;
}

static uint32_t key_of_number(int number)
{
    switch (number) {
    case 1:
    case 7:
        return INPUT_HOME;
    case 4:
    case 8:
        return INPUT_END;
    case 3:
        return INPUT_DELETE;
    case 5:
        return INPUT_PAGE_UP;
    case 6:
        return INPUT_PAGE_DOWN;
    case 11:
        return INPUT_F1;
    default:
        return INPUT_NONE;
    }
}

/* A number of at most three digits; a missing one is 1. */
static const char *read_number(const char *at, int *number)
{
    int digits = 0, value = 0;
    for (; *at >= '0' && *at <= '9' && digits < 3; digits++)
        value = 10 * value + *at++ - '0';
    *number = digits > 0 ? value : 1;
    return at;
}

/* ESC [ NUMBER ; MODIFIERS LETTER */
static uint32_t key_of_csi(const char *at)
{
    enum { LOCKS = 64 | 128 }; /* Caps Lock and Num Lock, which kitty counts among them */
    int number, modifiers = 1;
    at = read_number(at, &number);
    if (*at == ';')
        at = read_number(at + 1, &modifiers);
    bool plain = modifiers >= 1 && ((modifiers - 1) & ~LOCKS) == 0;
    if (at[0] == '\0' || at[1] != '\0')
        return INPUT_NONE;
    if (*at == 'Z')
        return INPUT_BACK_TAB;
    if (!plain)
        return INPUT_NONE;
    return *at == '~' ? key_of_number(number) : number == 1 ? key_of_letter(*at) : INPUT_NONE;
}

uint32_t sequence_key(const char *bytes, int count)
{
    char text[16];
    if (count < 3 || count >= (int)sizeof text)
        return INPUT_NONE;
    (void)snprintf(text, sizeof text, "%.*s", count, bytes);
    if (text[1] == '[' && text[2] == '[') /* of the Linux console */
        return text[3] == 'A' ? INPUT_F1 : INPUT_NONE;
    if (text[1] == '[')
        return key_of_csi(text + 2);
    if (text[1] != 'O' || text[3] != '\0')
        return INPUT_NONE;
    /* The keypad's own keys: * + , - . / and digits. */
    if (text[2] >= 'j' && text[2] <= 'y')
        return (uint32_t)('*' + text[2] - 'j');
    return text[2] == 'M' ? INPUT_ENTER
        : text[2] == 'I'  ? INPUT_TAB
        : text[2] == 'X'  ? '='
                          : key_of_letter(text[2]);
}
