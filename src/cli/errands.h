/* What the laboratory writes on command: each a row of the table of commands, SCOPE_FILE. */
#ifndef NABLASCOPE_CLI_ERRANDS_H
#define NABLASCOPE_CLI_ERRANDS_H

#include "ui/screen/screen.h"

/* Carries out what stands in screen->errand, and says in the screen what has come of it.
 * `plain`: the screen is shown in ASCII alone. */
void errand_do(struct screen *screen, const struct surface *shown, bool plain);

#endif
