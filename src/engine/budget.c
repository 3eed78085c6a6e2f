#include "engine/budget.h"

static bool enough(double share, double since, double took)
{
    return share * since >= (1 - share) * took;
}

bool budget_allows(const struct budget *budget, double now)
{
    return enough(budget->share, now - budget->ended, budget->took) ||
        enough(budget->least, now - budget->own_ended, budget->own_took);
}

void budget_spend(struct budget *budget, double began, double now)
{
    budget_note(budget, began, now);
    budget->own_ended = now;
    budget->own_took = now - began;
}

void budget_note(struct budget *budget, double began, double now)
{
    budget->ended = now;
    budget->took = now - began;
}
