/*
 * Whether a terminal's background is dark or light: from its answer to OSC 11, or from what
 * some terminals leave in the environment. Pure functions.
 */
#ifndef NABLASCOPE_TERM_BACKGROUND_H
#define NABLASCOPE_TERM_BACKGROUND_H

enum background { BACKGROUND_UNKNOWN, BACKGROUND_DARK, BACKGROUND_LIGHT };

/*
 * What to send: the question (OSC 11), and DA1, which every terminal answers and in its turn,
 * so that one that does not know the question is not waited for.
 */
#define BACKGROUND_QUESTION "\033]11;?\033\\\033[c"

/*
 * Of the text of an OSC, without its introducer and end: "11;rgb:h/h/h" with one to four digits
 * each, "11;rgba:h/h/h/h" or "11;#hhh" to "11;#hhhhhhhhhhhh", as XParseColor reads them;
 * unknown when it is anything else. Light is what black is read better on than white.
 */
enum background background_answered(const char *text);
/* Of COLORFGBG, "15;0" or "0;default;15": the last is the background's number among the 16
 * colours. NULL and anything else: unknown. */
enum background background_noted(const char *colors);

#endif
