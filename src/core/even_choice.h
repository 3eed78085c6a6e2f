/*
 * An even choice of samples: of each class the share that it has of all, as near as whole
 * numbers come, but at least one where there are enough for all; and of its samples every k-th,
 * from the middle of the first k. So it does not depend on a seed, and where classes take turns
 * it does not fall on one of them alone.
 */
#ifndef NABLASCOPE_CORE_EVEN_CHOICE_H
#define NABLASCOPE_CORE_EVEN_CHOICE_H

#include <stdbool.h>

/*
 * `count` of the `samples` with these classes, 0..classes-1 (NULL: all of one), ascending in
 * `chosen`; count is 1..samples. False when out of memory.
 */
bool even_choice(const int *labels, int samples, int classes, int count, int *chosen);

#endif
