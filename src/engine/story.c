#include "engine/story.h"

void story_take(struct story *story, const struct observation *seen)
{
    alerts_update(&story->alerts, seen);
    /* After a divergence the numbers mean nothing. */
    if (seen->divergence.kind != DIVERGED_NOT)
        return;
    learning_update(&story->learning, seen);
    conditions_update(&story->conditions, seen);
    if (overfitting_update(&story->overfitting, seen))
        alerts_overfit(&story->alerts, seen, &story->overfitting);
}
