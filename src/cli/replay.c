/* `nablascope replay`: the laboratory with a saved session, or its digests verified. */
#include <string.h>

#include "cli/replay_check.h"
#include "cli/replay_record.h"
#include "cli/say.h"
#include "cli/session_input.h"

int replay_main(const struct options *options)
{
    struct options own = *options;
    struct replay replay;
    struct error error;
    if (options->verify)
        return replay_check(options);
    if (options->record)
        return replay_record(options);
    if (strcmp(options->files[0], "-") == 0)
        return say_usage("replay -: keys come from standard input, a session needs a FILE");
    if (!session_input(options->files[0], options->branch, NULL, &replay, &error)) {
        say("%s", error.text);
        return 1;
    }
    own.hparams = replay_branch(&replay)->first;
    own.replay = &replay;
    int status = lab_main(&own);
    replay_clear(&replay);
    return status;
}
