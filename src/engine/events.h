/*
 * What has happened in a run, in one list by step: how it began, changes of settings, alerts.
 * It follows from the run's story and its changes up to the step at hand, also after going
 * back. Plain data.
 *
 * All changes of a step are one event: what differs after them from before. What has come back
 * to what it was is none. Those of step 0 belong to the beginning.
 */
#ifndef NABLASCOPE_ENGINE_EVENTS_H
#define NABLASCOPE_ENGINE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/hparams.h"
#include "engine/story.h"

struct run;

enum event_kind { EVENT_BEGIN, EVENT_CHANGE, EVENT_ALERT };

struct run_event {
    enum event_kind kind;
    uint64_t step;
    struct alert alert; /* of ALERT */
    char label[24];     /* in short: "lr 3", "relu", "half dead" */
    char text[120];     /* of BEGIN and CHANGE: the settings, with what they were */
};

/* Of more changes the last are kept, beside all alerts that the story keeps. */
enum { EVENT_CHANGES = 32, RUN_EVENTS_MOST = 1 + EVENT_CHANGES + ALERTS_KEPT };

struct events {
    int count;
    struct run_event
        list[RUN_EVENTS_MOST]; /* the oldest first; at one step changes before alerts */
};

/* Of the run as it stands, and its story as it is told there (run_tell). */
void events_take(struct events *events, const struct run *run, const struct story *story);

/* Those of steps after the one at hand, as far as the run has been there before. */
void events_take_ahead(struct events *events, const struct run *run);
/* The next after a step, or the last before it, of both lists; NULL: there is none. */
const struct run_event *events_next(
    const struct events *behind, const struct events *ahead, uint64_t step);
const struct run_event *events_before(
    const struct events *behind, const struct events *ahead, uint64_t step);

/* "lr 3", or "relu" where the value says what it is of. */
void setting_label(const struct hparam *row, const char *value, char *text, size_t size);
/* What a change is called: of one setting "lr 3" or "relu", of several "lr 3, relu" or
 * "3 changes". False when nothing differs. */
bool change_label(
    const struct hparams *from, const struct hparams *to, char *text, size_t size);

#endif
