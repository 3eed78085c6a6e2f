#include "run_digest.h"

#include <check.h>

#include "core/digest.h"
#include "core/error.h"
#include "core/state.h"

static void add_story(uint64_t *digest, const struct run *run)
{
    struct story story;
    run_tell(run, &story);
    digest_bits(digest, story.alerts.total);
    for (int back = 0; alerts_recent(&story.alerts, back); back++) {
        const struct alert *alert = alerts_recent(&story.alerts, back);
        const uint64_t parts[] = {alert->kind, alert->step, (uint64_t)alert->layer,
            (uint64_t)alert->unit, (uint64_t)alert->count};
        for (size_t i = 0; i < ARRAY_LEN(parts); i++)
            digest_bits(digest, parts[i]);
        digest_real(digest, alert->value);
    }
    digest_bits(digest, story.learning.blocks);
    digest_real(digest, story.learning.now.loss);
    digest_real(digest, story.learning.part.loss);
    digest_bits(digest, (uint64_t)story.conditions.band);
    digest_bits(digest, (uint64_t)story.conditions.born);
    digest_bits(digest, story.conditions.marked);
    digest_real(digest, story.conditions.update_ratio);
}

uint64_t run_digest(const struct run *run)
{
    const struct observation *seen = &run->training->seen;
    const struct step_rows *rows = &run->record.rows;
    const double *row = step_rows_at(rows, seen->step);
    uint64_t digest = state_digest(run->training, STATE_COMPUTED | STATE_NOTED);
    ck_assert_uint_eq(rows->total, seen->step + 1);
    for (size_t i = 0; i < rows->width; i++)
        digest_real(&digest, row[i]);
    digest_real(&digest, seen->loss);
    digest_real(&digest, seen->clip.norm_before);
    digest_bits(&digest, seen->divergence.kind);
    for (int l = 0; l < seen->layer_count; l++) {
        digest_real(&digest, seen->layers[l].signal);
        digest_real(&digest, seen->layers[l].last_update_ratio.value);
    }
    digest_bits(&digest, (uint64_t)seen->hparams.activation);
    digest_real(&digest, seen->hparams.lr);
    add_story(&digest, run);
    return digest;
}
