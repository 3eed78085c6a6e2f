/* Shared by the files of src/term. */
#ifndef NABLASCOPE_TERM_INTERNAL_H
#define NABLASCOPE_TERM_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

/* Signals: takes them over and opens the self-pipe; false when there can be no pipe. */
bool signals_install(void);
void signals_remove(void);
/* What to write to the terminal when the program crashes; copied. */
void signals_set_restore(const char *text);
/* The read end of the self-pipe. */
int signals_descriptor(void);
/* The next signal that has arrived, 0 when none has. */
int signals_next(void);
/* One has come that asks for the end. */
bool signals_ending(void);
/* Lets SIGTSTP stop the process; returns when it goes on. */
void signals_stop(void);

/* Modes of the terminal: remembers those it has; false when it has none. */
bool modes_save(void);
/* Bytes one by one, as they come, with signals. */
void modes_take(void);
/* Those remembered; safe in a signal handler. */
void modes_restore(void);

/* Keys: reads what terminfo knows of the open terminal. */
void input_open(bool utf8);
/* Asks the terminal for its background; the answer is among what term_wait returns. */
void input_ask(void);
/* While an answer is on its way, waits for it for a moment and drops it with what was typed
 * before it: it would be text for whoever has the terminal next. */
void input_await_answer(void);

/* Enters the full screen, again after something else had the terminal. */
void term_enter(void);
/* Asks the terminal for its size. */
void term_measure(void);

#endif
