/*
 * Starting a thread whose stack does not depend on what the shell allows the program.
 */
#ifndef NABLASCOPE_ENGINE_THREAD_H
#define NABLASCOPE_ENGINE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* False when there can be no further thread. */
bool thread_start(pthread_t *thread, void *(*main)(void *), void *context);

#endif
