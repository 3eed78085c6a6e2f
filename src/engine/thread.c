#include "engine/thread.h"

/* The deepest pass needs 40 kB; instrumented builds need several times that. */
enum { STACK_BYTES = 1 << 20 };

bool thread_start(pthread_t *thread, void *(*main)(void *), void *context)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    bool started = pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 &&
        pthread_create(thread, &attributes, main, context) == 0;
    (void)pthread_attr_destroy(&attributes);
    return started;
}
