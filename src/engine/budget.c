#include "engine/budget.h"

bool budget_allows(const struct budget *budget, double now)
{
    return budget->share * (now - budget->ended) >= (1 - budget->share) * budget->took;
}

void budget_spend(struct budget *budget, double began, double now)
{
    budget->ended = now;
    budget->took = now - began;
}
