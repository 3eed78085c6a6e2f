/* Shared by the files of src/term. */
#ifndef NABLASCOPE_TERM_INTERNAL_H
#define NABLASCOPE_TERM_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Signals. install_ takes them over and opens the self-pipe; `restore` is what to write to the
 * terminal when the program crashes.
 */
bool signals_install(const char *restore);
void signals_remove(void);
/* Remembers the modes of the terminal, to be given back after a crash. */
void signals_save_modes(void);
/* The read end of the self-pipe. */
int signals_descriptor(void);
/* The next signal that has arrived, 0 when none has. */
int signals_next(void);
/* Lets SIGTSTP stop the process; returns when it goes on. */
void signals_stop(void);

/* The next key that can be read without waiting, INPUT_NONE when there is none. */
uint32_t input_next(void);
/* Asks the terminal for its size and tells curses. */
void term_measure(void);
/* Gives the terminal back, stops, and takes it again. */
void term_stop(void);

#endif
