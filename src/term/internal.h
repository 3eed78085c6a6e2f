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
/* Remembers the modes of the terminal, to be given back after a crash. */
void signals_save_modes(void);
/* The read end of the self-pipe. */
int signals_descriptor(void);
/* The next signal that has arrived, 0 when none has. */
int signals_next(void);
/* Lets SIGTSTP stop the process; returns when it goes on. */
void signals_stop(void);

void input_open(void);
void input_close(void);
/* The next key that can be read without waiting, INPUT_NONE when there is none. */
uint32_t input_next(void);
/* Asks the terminal for its size and tells curses. */
void term_measure(void);

#endif
