/*
 * Writes glyphs in colours at places of the terminal, by its terminfo entry, and remembers what
 * the terminal has set so that nothing is sent twice. curses' own refresh sends half as much
 * again, since it forgets colours whenever an attribute ends.
 *
 * One terminal, opened by term.c: setupterm must have been called.
 */
#ifndef NABLASCOPE_TERM_PEN_H
#define NABLASCOPE_TERM_PEN_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/draw/theme.h"

/* Reads the terminfo entry. Returns the number of its colours, 0 where they cannot be undone,
 * -1 without memory.
 */
int pen_open(void);
void pen_close(void);
/* Where its lines end. */
void pen_set_width(int width);
/* Sends a capability, if the terminal has it; text as it is. */
void pen_send(const char *capability);
void pen_send_text(const char *text);
/* Nothing is known of the terminal any more: somebody else has written to it. */
void pen_forget(void);

/* Clears the screen in the terminal's own background. */
void pen_clear(void);
/* Goes to column x of row y, 0-based. */
void pen_move(int x, int y);
/* Whether the glyph can be written without changing colours or attributes. */
bool pen_has(uint32_t glyph, const struct look *look);
/* Writes a glyph, one column wide, where the pen is; it moves on by a column. */
void pen_put(uint32_t glyph, const struct look *look);
/* Back to the terminal's own colours. */
void pen_rest(void);
/* Sends what has been written so far. */
void pen_flush(void);

/* The last cell of the screen cannot be written without scrolling it. */
bool pen_spares_corner(void);

#endif
