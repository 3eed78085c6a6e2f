/*
 * What is armed: commands to be carried out at a step that is yet to come, between the update
 * that leads there and the step's evaluation. They stay armed when they have been carried out,
 * for the next run from step 0 on. Plain data; zeroed: nothing.
 */
#ifndef NABLASCOPE_ENGINE_AGENDA_H
#define NABLASCOPE_ENGINE_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/command.h"

enum { AGENDA_MOST = 64 };

struct armed {
    uint64_t step;
    bool accepted; /* the run had not come to that step when it was armed */
    struct command command;
};

/* By step; of one step in the order in which they were armed. */
struct agenda {
    int count;
    struct armed list[AGENDA_MOST];
};

/*
 * Takes over a command `at`: arms or disarms. Of one setting at one step the last value counts.
 * False with *error, and nothing changed, when there is no more room, or nothing to disarm.
 */
bool agenda_do(struct agenda *agenda, const struct command *at, struct error *error);
/* Refuses what has been armed for steps up to `present`: takes it off. False with *error when
 * there was such; the others are accepted. */
bool agenda_accept(struct agenda *agenda, uint64_t present, struct error *error);
/* The first that is armed for a step after this one; agenda->count: none. */
int agenda_after(const struct agenda *agenda, uint64_t step);

/* "lr 10", "pause": the command in short. */
void armed_text(const struct armed *armed, char *text, size_t size);

#endif
