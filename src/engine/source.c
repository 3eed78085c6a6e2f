#include "engine/source.h"

const struct snapshot *source_snapshot(const struct source *source)
{
    return source->functions->snapshot(source->context);
}

void source_send(const struct source *source, const struct command *command)
{
    source->functions->send(source->context, command);
}

void source_watch(const struct source *source, const struct watch *watch)
{
    struct watch possible = *watch;
    possible.details &= source->can;
    source->functions->watch(source->context, &possible);
}

struct progress_news source_progress(const struct source *source)
{
    return source->functions->progress ? source->functions->progress(source->context)
                                       : (struct progress_news){WORK_WEIGHTS, 0, 0};
}

bool source_ask_copy(const struct source *source, bool digest)
{
    if (!source->functions->ask_copy)
        return false;
    source->functions->ask_copy(source->context, digest);
    return true;
}

bool source_take_copy(const struct source *source, struct session_copy *copy)
{
    return source->functions && source->functions->take_copy &&
        source->functions->take_copy(source->context, copy);
}

bool source_load(const struct source *source, struct branches *branches)
{
    if (!source->functions->load)
        return false;
    source->functions->load(source->context, branches);
    return true;
}

bool source_visit(const struct source *source, session_visit *visit, void *visitor)
{
    if (!source->functions->visit)
        return false;
    source->functions->visit(source->context, visit, visitor);
    return true;
}

bool source_visited(const struct source *source)
{
    return source->functions->visited && source->functions->visited(source->context);
}

void source_end(const struct source *source)
{
    if (source->functions && source->functions->end)
        source->functions->end(source->context);
}

bool source_failed(const struct source *source, struct error *error)
{
    return source->functions->failed(source->context, error);
}

void source_destroy(struct source *source)
{
    if (source->functions)
        source->functions->destroy(source->context);
    *source = (struct source){.functions = NULL};
}
