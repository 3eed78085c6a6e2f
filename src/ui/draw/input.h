/*
 * Keys as the program knows them: a Unicode code point, or one of these above all code points.
 * Control keys are their ASCII codes (Ctrl-L is 12, Enter 13, Tab 9, Escape 27, Backspace 127).
 */
#ifndef NABLASCOPE_UI_DRAW_INPUT_H
#define NABLASCOPE_UI_DRAW_INPUT_H

enum input {
    INPUT_NONE = 0,
    INPUT_TAB = 9,
    INPUT_ENTER = 13,
    INPUT_ESCAPE = 27,
    INPUT_BACKSPACE = 127,
    INPUT_UNREADABLE = 0xfffd, /* a character that is none in UTF-8 */
    INPUT_UP = 0x110000,
    INPUT_DOWN,
    INPUT_LEFT,
    INPUT_RIGHT,
    INPUT_HOME,
    INPUT_END,
    INPUT_PAGE_UP,
    INPUT_PAGE_DOWN,
    INPUT_DELETE,
    INPUT_BACK_TAB,
    INPUT_F1,
};

#define INPUT_CONTROL(letter) ((letter)&0x1f)

#endif
