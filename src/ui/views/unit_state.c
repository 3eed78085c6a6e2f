#include "ui/views/unit_state.h"

#include "ui/draw/glyphs.h"

uint32_t unit_state_glyph(enum unit_state state)
{
    static const uint32_t glyphs[UNIT_STATES] = {[UNIT_ALIVE] = GLYPH_FULL,
        [UNIT_RARE] = GLYPH_RARE,
        [UNIT_DEAD] = GLYPH_DEAD,
        [UNIT_SATURATED] = GLYPH_SATURATED,
        [UNIT_NOT_FINITE] = '!'};
    return glyphs[state];
}

enum role unit_state_role(enum unit_state state)
{
    static const enum role roles[UNIT_STATES] = {[UNIT_ALIVE] = ROLE_RAMP + RAMP_STEPS - 1,
        [UNIT_RARE] = ROLE_TEXT,
        [UNIT_DEAD] = ROLE_DEAD,
        [UNIT_SATURATED] = ROLE_SATURATED,
        [UNIT_NOT_FINITE] = ROLE_BAD};
    return roles[state];
}

enum role unit_open_role(double open)
{
    int step = (int)(open * RAMP_STEPS);
    return (enum role)(ROLE_RAMP + (step < RAMP_STEPS ? step : RAMP_STEPS - 1));
}

enum unit_state unit_tally_state(const struct unit_tally *tally)
{
    for (int state = UNIT_ALIVE + 1; state < UNIT_STATES; state++) {
        if (2 * tally->states[state] > tally->units)
            return (enum unit_state)state;
    }
    return UNIT_ALIVE;
}
