/*
 * DETAIL_CHECK: the gradient check, made beside the training.
 *
 * Each look computes a slice of it, of the same amount of work on every machine. The checker
 * takes the parameters of the step it begins at and finishes what it began, so that there is a
 * whole curve also while the training runs on; then it begins again at the newest step, but
 * rests for some looks between (about half a second at 30 a second), so that the picture keeps
 * still. The last whole curve is shown meanwhile.
 */
#ifndef NABLASCOPE_ENGINE_DETAIL_CHECK_H
#define NABLASCOPE_ENGINE_DETAIL_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/check_verdict.h"
#include "engine/watch.h"

struct training;

/* Start from a zeroed struct. */
struct checker {
    struct gradient_check *shown; /* the last whole one; NULL: none yet */
    struct gradient_check *next;  /* the one being made; NULL: none */
    int looks;                    /* since the last began */
    uint64_t version;             /* changes when what is shown changes */
};

struct check_detail {
    bool valid;         /* all else counts only then */
    bool whole;         /* every ε is there */
    uint64_t step;      /* the step that is shown, */
    uint64_t next;      /* and the one being checked */
    double progress;    /* of that, 0..1; 1: none is */
    int64_t known, all; /* differences, of the one being checked or else of the one shown */
    int epsilon_count;  /* of which `done` are complete, in this order: */
    int done;
    double epsilons[CHECK_EPSILONS_MOST];
    int layer_count;
    enum plant plant;
    bool harmless;           /* the planted mistake changes nothing here */
    int samples, of_samples; /* that the loss is of, and B */
    double loss;
    struct check_error *errors; /* [variant][ε][layer]; owned */
    size_t capacity;
    uint64_t version;
};

/* Brings the check on by a slice. False when out of memory or interrupted. */
bool checker_look(
    struct checker *checker, const struct training *training, const struct watch *watch);
/* More looks at this step would show more. */
bool checker_unfinished(const struct checker *checker, const struct training *training);
/* The parameters or the function have been replaced: begins anew. */
void checker_forget(struct checker *checker);

/* Brings the checker on, and shows what it has; false when that is nothing. */
bool check_detail_take(struct check_detail *detail, struct checker *checker,
    const struct training *training, const struct watch *watch);
void check_detail_clear(struct check_detail *detail);

/* `layer` is 1-based. Pending until the curve is whole: part of one cannot tell. */
const struct check_error *check_detail_error(const struct check_detail *detail,
    enum difference difference, enum precision precision, int epsilon, int layer);
struct verdict check_detail_verdict(const struct check_detail *detail,
    enum difference difference, enum precision precision, int layer);

#endif
