/*
 * Giving up work that takes long: it is done in pieces of some milliseconds, and before each it
 * is asked whether to go on. Workers ask at the same time as the thread that gave them the
 * work.
 */
#ifndef NABLASCOPE_CORE_INTERRUPT_H
#define NABLASCOPE_CORE_INTERRUPT_H

#include <stdbool.h>
#include <stddef.h>

/* Parts of the work that takes long, as it is told how far they are. */
enum work_part { WORK_WEIGHTS, WORK_FORWARD, WORK_BACKWARD, WORK_SURVEY };

struct interrupt {
    bool (*wanted)(void *context); /* may be NULL */
    void *context;
    /* Told by the thread that has the work to do: `done` of `total` layers. May be NULL. */
    void (*report)(void *context, enum work_part work, int done, int total);
};

/* `interrupt` may be NULL. */
static inline void interrupt_report(
    const struct interrupt *interrupt, enum work_part work, int done, int total)
{
    if (interrupt && interrupt->report)
        interrupt->report(interrupt->context, work, done, total);
}

/* `interrupt` may be NULL. */
static inline bool interrupt_asked(const struct interrupt *interrupt)
{
    return interrupt && interrupt->wanted && interrupt->wanted(interrupt->context);
}

/* Elements that a plain loop goes over from one question to the next. */
enum { INTERRUPT_ELEMENTS = 1 << 20 };

/* Rows of so many elements each that make such a piece: a multiple of 32, for sums by chunks.
 */
static inline int interrupt_rows(ptrdiff_t elements)
{
    ptrdiff_t rows = INTERRUPT_ELEMENTS / (elements > 0 ? elements : 1) / 32 * 32;
    return rows < 32 ? 32 : (int)rows;
}

#endif
