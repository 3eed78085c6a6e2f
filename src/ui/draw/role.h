/*
 * What a cell means. Views write roles, never colours; a theme (ui/draw/theme.h) turns a role
 * into colours and attributes for the terminal at hand.
 */
#ifndef NABLASCOPE_UI_DRAW_ROLE_H
#define NABLASCOPE_UI_DRAW_ROLE_H

enum { RAMP_STEPS = 8 };

enum role {
    ROLE_NONE = -1,  /* as a cell's background: the role's own */
    ROLE_TEXT,       /* plain words and numbers */
    ROLE_DIM,        /* labels, units, rules: what the eye may skip */
    ROLE_STRONG,     /* the number or word to look at */
    ROLE_TITLE,      /* name of the program or of a panel */
    ROLE_HEADING,    /* head of a column */
    ROLE_KEY,        /* a key the user can press */
    ROLE_SIGNAL,     /* a hidden layer's error signal */
    ROLE_OUTPUT,     /* the output layer's error signal */
    ROLE_CEILING,    /* what the activation's bound allows */
    ROLE_LOSS,       /* loss and its curve */
    ROLE_FORWARD,    /* the layer the activations are passing, while a step is shown */
    ROLE_BACKWARD,   /* the layer the error signal is passing */
    ROLE_UPDATE,     /* the weights are being changed */
    ROLE_GOOD,       /* in order */
    ROLE_WARN,       /* worth a look */
    ROLE_BAD,        /* wrong */
    ROLE_BADGE_GOOD, /* the same three, as a filled label */
    ROLE_BADGE_WARN,
    ROLE_BADGE_BAD,
    ROLE_DEAD,      /* a dead unit */
    ROLE_SATURATED, /* a saturated unit */
    ROLE_SELECTED,  /* the selected item: a filled field */
    ROLE_ERROR,     /* a refused command */
    ROLE_GHOST,     /* what was before a change, or is so in another run */
    ROLE_RAMP, /* first of RAMP_STEPS shades, dark to bright: a quantity from low to high */
    ROLE_ON_RAMP = ROLE_RAMP + RAMP_STEPS, /* first of RAMP_STEPS: what is written on each */
    ROLE_COUNT = ROLE_ON_RAMP + RAMP_STEPS
};

#endif
