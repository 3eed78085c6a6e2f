/*
 * What the parameters tell beyond their norms, for an observation.
 */
#ifndef NABLASCOPE_CORE_PARAMETERS_H
#define NABLASCOPE_CORE_PARAMETERS_H

#include <stdint.h>

#include "core/network.h"
#include "core/observation.h"

/*
 * Looks for symmetric layers: at step 0 in all of them, later among those from `first` to
 * `last`. Units that are equal stay so, as the same happens to all of them; so step 0 settles
 * the question, and later steps look at one row of each layer in turn.
 */
void symmetric_layers_look(
    struct symmetric_layers *found, const struct network *network, uint64_t step);

/*
 * Looks for layers where the optimizer's ε outweighs √v̂, every so many steps; until then those
 * of the last look stay. `optimizer_steps`: updates since its state was 0.
 */
void epsilon_layers_look(struct epsilon_layers *found, const struct network *network,
    const struct hparams *hparams, uint64_t optimizer_steps, uint64_t step);

#endif
