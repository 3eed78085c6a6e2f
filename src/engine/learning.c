#include "engine/learning.h"

static void enter(struct learning *p, enum learning_state state, struct block since)
{
    if (p->state != state)
        p->since = since;
    p->state = state;
}

static bool is_above(const struct learning *p, const struct block *low)
{
    return p->now.loss > 1.1 * low->loss + 0.01 * p->constant;
}

/* No better than guessing by the classes' shares, nor worse. */
static bool is_constant(const struct learning *p)
{
    return p->now.loss >= 0.98 * p->constant && p->now.loss <= 1.02 * p->constant;
}

/* Judges the block that is complete. */
static void judge(struct learning *p)
{
    bool first = p->blocks++ == 0;
    p->now = p->part;
    if (first) {
        p->low = p->now;
        return;
    }
    p->flat++;
    bool above = is_above(p, &p->low);
    p->rising = above ? p->rising + 1 : 0;
    if (p->now.loss < 0.98 * p->low.loss) {
        enter(p, LEARNING_MOVING, p->low);
        p->low = p->now;
        p->flat = 0;
    } else if (p->rising >= 2) {
        enter(p, LEARNING_WORSE, p->low);
        if (p->rising < 2 + LEARNING_PATIENCE)
            return;
        p->low = p->now;
        p->flat = p->rising = 0;
    } else if (p->flat >= LEARNING_PATIENCE || p->state == LEARNING_EARLY || is_constant(p) ||
        (p->state == LEARNING_WORSE && !is_above(p, &p->since))) {
        enter(p, LEARNING_STUCK, p->low);
    }
}

uint64_t learning_block(const struct observation *seen)
{
    uint64_t epoch = seen->epoch_steps;
    return (LEARNING_BLOCK + epoch - 1) / epoch * epoch;
}

void learning_update(struct learning *learning, const struct observation *seen)
{
    if (learning->length == 0) {
        learning->length = learning_block(seen);
        learning->constant = seen->constant_loss;
    }
    struct block *part = &learning->part;
    if (learning->steps++ == 0)
        *part = (struct block){.first = seen->step, .loss = 0};
    part->last = seen->step;
    part->loss += (seen->loss - part->loss) / (double)learning->steps;
    if (learning->steps < learning->length)
        return;
    learning->steps = 0;
    judge(learning);
}
