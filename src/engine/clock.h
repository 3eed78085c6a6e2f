/* The time that passes, for pacing, patience and progress; nothing that is computed reads it.
 */
#ifndef NABLASCOPE_ENGINE_CLOCK_H
#define NABLASCOPE_ENGINE_CLOCK_H

/* Seconds since some moment before the program began; never set back. */
double clock_seconds(void);

#endif
