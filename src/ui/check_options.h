/* What the check view keeps between frames. */
#ifndef NABLASCOPE_UI_CHECK_OPTIONS_H
#define NABLASCOPE_UI_CHECK_OPTIONS_H

/* The differences that are judged; the others are drawn beside them. */
enum check_curve {
    CHECK_CENTRED, /* in double, as the forward ones */
    CHECK_FORWARD,
    CHECK_FLOAT, /* centred */
    CHECK_CURVES
};

struct check_options_shown {
    int curve; /* enum check_curve */
    int plant; /* enum plant */
};

#endif
