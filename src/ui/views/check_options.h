/* What the check view keeps between frames. */
#ifndef NABLASCOPE_UI_VIEWS_CHECK_OPTIONS_H
#define NABLASCOPE_UI_VIEWS_CHECK_OPTIONS_H

struct check_options_shown {
    int curve; /* enum check_scheme: the one that is judged; the others are drawn beside it */
    int plant; /* enum plant */
};

#endif
