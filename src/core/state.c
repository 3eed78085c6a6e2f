#include "core/state.h"

#include <assert.h>
#include <string.h>

#include "core/digest.h"

enum kind { REAL, WIDE, WHOLE, FLAG, UNIT };

static const size_t sizes[] = {[REAL] = sizeof(double),
    [WIDE] = sizeof(int64_t),
    [WHOLE] = sizeof(int),
    [FLAG] = sizeof(bool),
    [UNIT] = sizeof(struct unit_record)};
_Static_assert(sizeof(struct unit_record) == 3 * 8 + 3 * 8 + 2 * 4, "no field more, no gaps");

/* A piece of the state, where it lies in a training. */
struct piece {
    unsigned part; /* STATE_* */
    enum kind kind;
    void *values;
    int rows, columns;
    size_t stride; /* bytes from row to row */
};

typedef void piece_fn(void *context, const struct piece *piece);

/* Who goes over the pieces, and what it does with each. */
struct walk {
    piece_fn *take;
    void *context;
};

static void add(const struct walk *walk, unsigned part, enum kind kind, void *values, int count)
{
    struct piece piece = {part, kind, values, 1, count, 0};
    walk->take(walk->context, &piece);
}

static void add_rows(
    const struct walk *walk, unsigned part, double *values, int rows, struct matrix shape)
{
    struct piece piece = {
        part, REAL, values, rows, shape.columns, (size_t)shape.stride * sizeof(double)};
    if (values)
        walk->take(walk->context, &piece);
}

/* One field of what led to each layer. */
static void add_field(const struct walk *walk, enum kind kind, void *first, int layers)
{
    struct piece piece = {STATE_NOTED, kind, first, layers, 1, sizeof(struct layer_update)};
    walk->take(walk->context, &piece);
}

static void walk_network(const struct network *network, const struct walk *walk)
{
    for (int l = 0; l < network->layer_count; l++) {
        const struct layer *layer = &network->layers[l];
        double *blocks[] = {layer->parameters, layer->m, layer->v};
        for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
            add_rows(walk, STATE_COMPUTED, blocks[i], layer->n_in + 1,
                layer_weights(layer, blocks[i]));
    }
}

static void walk_census(struct census *census, const struct walk *walk)
{
    struct matrix rows = {NULL, census->depth, census->width, census->stride};
    add(walk, STATE_NOTED, UNIT, census->units, census->depth * census->width);
    add(walk, STATE_NOTED, WHOLE, census->dead, census->depth);
    add(walk, STATE_NOTED, WHOLE, census->rare, census->depth);
    struct death_toll *toll = &census->toll;
    int64_t *numbers[] = {&toll->dead, &toll->deaths, &toll->revivals, &toll->first_death,
        &toll->last_death, &toll->last_revival, &toll->born_dead, &toll->came_back,
        &toll->last_count};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        add(walk, STATE_NOTED, WIDE, numbers[i], 1);
    add(walk, STATE_NOTED, WHOLE, &toll->last_layer, 1);
    add(walk, STATE_NOTED, WHOLE, &toll->last_unit, 1);
    add(walk, STATE_NOTED, FLAG, &census->immortal, 1);
    /* What stands beside the units of a narrower layer is no state: it depends on the kernels.
     */
    double *changes[] = {census->bias_changes, census->weight_changes};
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        for (int l = 0; l < census->depth; l++) {
            rows.columns = census->widths[l];
            add_rows(walk, STATE_NOTED, changes[i] + l * census->stride, 1, rows);
        }
    }
}

/* What is looked for step by step, from step 0 on. */
static void walk_looked(struct observation *seen, const struct walk *walk)
{
    struct symmetric_layers *symmetric = &seen->symmetric;
    struct epsilon_layers *small = &seen->below_epsilon;
    int *counts[] = {&symmetric->count, &symmetric->first, &symmetric->last, &small->count,
        &small->lowest, &small->highest};
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        add(walk, STATE_NOTED, WHOLE, counts[i], 1);
    add(walk, STATE_NOTED, REAL, &small->root, 1);
    add(walk, STATE_NOTED, REAL, &small->epsilon, 1);
    add(walk, STATE_NOTED, WIDE, &small->step, 1);
}

/* The one list of what a state is, beside the hyperparameters. */
static void walk_state(struct training *t, const struct walk *walk)
{
    walk_network(t->network, walk);
    add(walk, STATE_COMPUTED, WIDE, &t->step, 1);
    add(walk, STATE_COMPUTED, WIDE, &t->optimizer_steps, 1);
    walk_census(&t->census, walk);
    add_field(walk, REAL, &t->led->ratio.value, t->network->layer_count);
    add_field(walk, FLAG, &t->led->ratio.defined, t->network->layer_count);
    add_field(walk, REAL, &t->led->norm, t->network->layer_count);
    add(walk, STATE_NOTED, REAL, &t->seen.accuracy, 1);
    add(walk, STATE_NOTED, WHOLE, t->predicted, t->data->samples + t->data->test);
    if (t->data->test > 0) {
        add(walk, STATE_NOTED, REAL, &t->seen.test_loss, 1);
        add(walk, STATE_NOTED, REAL, &t->seen.test_error, 1);
        add(walk, STATE_NOTED, REAL, &t->seen.test_accuracy, 1);
    }
    add(walk, STATE_NOTED, WIDE, &t->seen.survey_step, 1);
    add(walk, STATE_NOTED, FLAG, &t->seen.surveyed, 1);
    walk_looked(&t->seen, walk);
}

/* Of a training that is only read. */
static void read_state(const struct training *training, piece_fn *take, void *context)
{
    struct training copy = *training; /* with the same blocks */
    walk_state(&copy, &(struct walk){take, context});
}

static void count_piece(void *context, const struct piece *piece)
{
    size_t *size = context;
    *size += (size_t)piece->rows * (size_t)piece->columns * sizes[piece->kind];
}

size_t state_size(const struct training *training)
{
    size_t size = sizeof training->hparams;
    read_state(training, count_piece, &size);
    return size;
}

/* Bytes that lie together, and how many such runs there are. */
static size_t run_of(const struct piece *piece, int *runs)
{
    size_t row = (size_t)piece->columns * sizes[piece->kind];
    *runs = piece->stride > row ? piece->rows : 1;
    return piece->stride > row ? row : row * (size_t)piece->rows;
}

/* `*at`: the next byte of a state. */
static void save_piece(void *context, const struct piece *piece)
{
    char **at = context;
    const char *from = piece->values;
    int runs;
    size_t length = run_of(piece, &runs);
    for (int r = 0; r < runs; r++, from += piece->stride, *at += length)
        memcpy(*at, from, length);
}

void state_save(const struct training *training, void *state)
{
    char *at = state;
    assert(training->updated == 0);
    memcpy(at, &training->hparams, sizeof training->hparams);
    at += sizeof training->hparams;
    read_state(training, save_piece, &at);
}

static void load_piece(void *context, const struct piece *piece)
{
    const char **at = context;
    char *to = piece->values;
    int runs;
    size_t length = run_of(piece, &runs);
    for (int r = 0; r < runs; r++, to += piece->stride, *at += length)
        memcpy(to, *at, length);
}

bool state_load(struct training *training, const void *state)
{
    const char *at = state;
    struct hparams hparams;
    memcpy(&hparams, at, sizeof hparams);
    at += sizeof hparams;
    assert(!hparams_rebuild(&training->hparams, &hparams));
    if (!training_adjust(training, &hparams))
        return false;
    training->updated = 0;
    walk_state(training, &(struct walk){load_piece, &at});
    return true;
}

static void digest_unit(uint64_t *digest, const struct unit_record *unit)
{
    const int64_t wholes[] = {
        unit->died_at, unit->revived_at, unit->alive_at, unit->active, unit->revivals};
    const double reals[] = {unit->peak, unit->bias_change, unit->weight_change};
    for (size_t i = 0; i < ARRAY_LEN(wholes); i++)
        digest_bits(digest, (uint64_t)wholes[i]);
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        digest_real(digest, reals[i]);
}

static void digest_row(uint64_t *digest, enum kind kind, const void *values, int count)
{
    for (int i = 0; i < count; i++) {
        switch (kind) {
        case REAL:
            digest_real(digest, ((const double *)values)[i]);
            break;
        case WIDE:
            digest_bits(digest, (uint64_t)((const int64_t *)values)[i]);
            break;
        case WHOLE:
            digest_bits(digest, (uint64_t)((const int *)values)[i]);
            break;
        case FLAG:
            digest_bits(digest, ((const bool *)values)[i]);
            break;
        case UNIT:
            digest_unit(digest, &((const struct unit_record *)values)[i]);
            break;
        }
    }
}

struct digesting {
    uint64_t digest;
    unsigned parts;
    const struct interrupt *interrupt;
    ptrdiff_t unasked; /* elements since it was asked */
    bool given_up;
};

/* Bytes one after the other take ten times as long as a plain loop. */
enum { ASK_ELEMENTS = INTERRUPT_ELEMENTS / 8 };

static void digest_piece(void *context, const struct piece *piece)
{
    struct digesting *digesting = context;
    const char *row = piece->values;
    if (!(digesting->parts & piece->part))
        return;
    for (int r = 0; r < piece->rows && !digesting->given_up; r++, row += piece->stride) {
        digest_row(&digesting->digest, piece->kind, row, piece->columns);
        digesting->unasked += piece->columns;
        if (digesting->unasked < ASK_ELEMENTS)
            continue;
        digesting->unasked = 0;
        digesting->given_up = interrupt_asked(digesting->interrupt);
    }
}

bool state_digest_unless(const struct training *training, unsigned parts,
    const struct interrupt *interrupt, uint64_t *digest)
{
    struct digesting digesting = {
        .digest = DIGEST_START, .parts = parts, .interrupt = interrupt};
    read_state(training, digest_piece, &digesting);
    *digest = digesting.digest;
    return !digesting.given_up;
}

uint64_t state_digest(const struct training *training, unsigned parts)
{
    uint64_t digest;
    (void)state_digest_unless(training, parts, NULL, &digest);
    return digest;
}
