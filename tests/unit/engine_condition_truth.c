/* Whether conditions hold, against an evaluator of this file, and what is written of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/condition.h"
#include "suites.h"

/* --- A condition as this file has it: a tree, with the quantity as a name. --- */

struct tree {
    char kind;        /* 'q' compares, 'e' event, 's' step, 'n' not, 'a' and, 'o' or */
    char name[24];    /* of a quantity, or an event */
    char layer[8];    /* "", "7", "any", "all", "out" */
    const char *sign; /* of q */
    double value;     /* of q and s */
    int left, right;  /* of n: left */
};

enum { TREES = 64, LAYERS = 5 };

struct forest {
    struct tree list[TREES];
    int count, parts;
    uint64_t random;
};

static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * UINT64_C(0x2545f4914f6cdd1d) >> 16;
}

static int below(struct forest *forest, int most)
{
    return (int)(draw(&forest->random) % (uint64_t)most);
}

static const struct {
    const char *name;
    char of; /* 's' step, 'h' hidden layers, 'l' all layers */
} names[] = {{"loss", 's'}, {"accuracy", 's'}, {"test_loss", 's'}, {"test_accuracy", 's'},
    {"grad_norm", 's'}, {"dead", 's'}, {"clip_cosine", 's'}, {"step", 's'}, {"status", 's'},
    {"gain", 'h'}, {"dead", 'h'}, {"saturated", 'h'}, {"signal", 'l'}, {"weight_norm", 'l'},
    {"last_update_ratio", 'l'}, {"act_mean", 'l'}};

static const char *const signs[] = {"<", "<=", ">", ">=", "=="};
static const char *const event_names[] = {
    "born_dead", "first_death", "half_dead", "clipping", "learning", "overfitting", "diverged"};

static int grow(struct forest *forest, int room)
{
    static const char *const places[] = {"any", "all", "out"};
    static const double values[] = {0, 1, 2, 0.5, -1, 1e-300, 3.25e10, 41};
    int at = forest->count++, kind = room > 0 ? below(forest, 6) : below(forest, 3);
    struct tree *tree = &forest->list[at];
    *tree = (struct tree){.left = -1, .right = -1};
    forest->parts++;
    if (kind == 0) {
        tree->kind = 's';
        tree->value = below(forest, 100);
    } else if (kind == 1) {
        tree->kind = 'e';
        (void)snprintf(tree->name, sizeof tree->name, "%s",
            event_names[below(forest, ARRAY_LEN(event_names))]);
    } else if (kind == 2) {
        int which = below(forest, ARRAY_LEN(names)), place = below(forest, 4);
        tree->kind = 'q';
        tree->sign = signs[below(forest, 5)];
        tree->value = below(forest, 3) ? values[below(forest, ARRAY_LEN(values))]
                                       : ldexp((double)draw(&forest->random), -40);
        (void)snprintf(tree->name, sizeof tree->name, "%s", names[which].name);
        if (names[which].of != 's' && (place == 0 || (names[which].of == 'h' && place == 3)))
            (void)snprintf(
                tree->layer, sizeof tree->layer, "%d", 1 + below(forest, LAYERS + 1));
        else if (names[which].of != 's')
            (void)snprintf(tree->layer, sizeof tree->layer, "%s", places[place - 1]);
    } else {
        tree->kind = "nao"[kind - 3];
        int left = grow(forest, room - 1);
        int right = kind > 3 ? grow(forest, room - 1) : -1;
        forest->list[at].left = left;
        forest->list[at].right = right;
    }
    return at;
}

static void put(char *text, const char *piece)
{
    (void)strcat(text, piece);
}

static void blanks(struct forest *forest, char *text, bool needed)
{
    static const char *const kinds[] = {" ", "  ", "\t ", " \n"};
    if (needed || below(forest, 2))
        put(text, kinds[below(forest, 4)]);
}

/* With more brackets and blanks than are needed. */
static void spell(struct forest *forest, int at, int outer, char *text)
{
    const struct tree *tree = &forest->list[at];
    char number[40];
    int binds = tree->kind == 'o' ? 1 : tree->kind == 'a' ? 2 : tree->kind == 'n' ? 3 : 4;
    bool brackets = binds < outer || (binds < 4 && below(forest, 4) == 0);
    if (brackets)
        put(text, "(");
    blanks(forest, text, false);
    if (tree->kind == 'q') {
        put(text, tree->name);
        blanks(forest, text, false);
        if (tree->layer[0]) {
            put(text, "[");
            put(text, tree->layer);
            put(text, "]");
        }
        blanks(forest, text, false);
        put(text, tree->sign);
        blanks(forest, text, false);
        (void)snprintf(number, sizeof number, "%.17g", tree->value);
        put(text, number);
    } else if (tree->kind == 'e' || tree->kind == 's') {
        put(text, tree->kind == 'e' ? "event" : "step");
        blanks(forest, text, true);
        (void)snprintf(number, sizeof number, "%.0f", tree->value);
        put(text, tree->kind == 'e' ? tree->name : number);
    } else if (tree->kind == 'n') {
        put(text, "not");
        blanks(forest, text, true);
        spell(forest, tree->left, 3, text);
    } else {
        spell(forest, tree->left, binds, text);
        blanks(forest, text, true);
        put(text, tree->kind == 'a' ? "and" : "or");
        blanks(forest, text, true);
        spell(forest, tree->right, binds + 1, text);
    }
    blanks(forest, text, false);
    if (brackets)
        put(text, ")");
}

/* --- A step of this file: numbers by name, and -1 no, 0 untold, 1 yes. --- */

struct world {
    struct observation seen;
    struct layer_stats layers[LAYERS];
    struct alerts alerts;
    bool told; /* events are */
};

/* Any number, the values that conditions have among them. */
static double number_of(struct forest *forest)
{
    static const double values[] = {
        0, 1, 2, 0.5, -1, 1e-300, 3.25e10, 41, INFINITY, -INFINITY, NAN};
    return below(forest, 3) ? values[below(forest, ARRAY_LEN(values))]
                            : ldexp((double)draw(&forest->random), -40);
}

static struct world world_of(struct forest *forest)
{
    struct world world = {.told = below(forest, 8) > 0};
    struct observation *seen = &world.seen;
    seen->step = (uint64_t)below(forest, 100);
    seen->activation.flat = below(forest, 4) > 0;
    seen->activation.bounded = below(forest, 4) > 0;
    seen->loss = number_of(forest);
    seen->accuracy = number_of(forest);
    seen->surveyed = below(forest, 3) > 0;
    seen->test_samples = below(forest, 3);
    seen->test_loss = number_of(forest);
    seen->test_accuracy = number_of(forest);
    seen->toll = (struct death_toll){.units = 2, .dead = below(forest, 5)};
    seen->clip = (struct clip_report){.norm_before = number_of(forest),
        .cosine = number_of(forest),
        .has_cosine = below(forest, 2)};
    seen->divergence.kind = below(forest, 8) ? DIVERGED_NOT : DIVERGED_LOSS;
    seen->unknown = below(forest, 6) ? 0 : QUANTITY_BIT(QUANTITY_LOSS);
    seen->layer_count = 2 + below(forest, LAYERS - 1);
    for (int i = 0; i < LAYERS; i++) {
        bool defined = below(forest, 5) > 0;
        world.layers[i] = (struct layer_stats){.signal = number_of(forest),
            .weight_norm = number_of(forest),
            .act_mean = number_of(forest),
            .gain = {number_of(forest), defined},
            .last_update_ratio = {number_of(forest), below(forest, 2)},
            .dead = below(forest, 5),
            .saturated = number_of(forest)};
    }
    for (int i = 0; i < ALERT_KINDS; i++)
        world.alerts.first[i] = below(forest, 2) ? 1 : 0;
    return world;
}

/* False: there is no number. Layer 0: of the step. */
static bool look_up(const struct world *world, const char *name, int layer, double *value)
{
    const struct observation *s = &world->seen;
    const struct layer_stats *l = &world->layers[layer > 0 ? layer - 1 : 0];
    bool hidden = layer < s->layer_count;
    if (layer > s->layer_count)
        return false;
    if (strcmp(name, "loss") == 0)
        return *value = s->loss, s->unknown == 0;
    if (strcmp(name, "accuracy") == 0)
        return *value = s->accuracy, s->surveyed;
    if (strcmp(name, "test_loss") == 0)
        return *value = s->test_loss, s->surveyed && s->test_samples > 0;
    if (strcmp(name, "test_accuracy") == 0)
        return *value = s->test_accuracy, s->surveyed && s->test_samples > 0;
    if (strcmp(name, "grad_norm") == 0)
        return *value = s->clip.norm_before, true;
    if (strcmp(name, "clip_cosine") == 0)
        return *value = s->clip.cosine, s->clip.has_cosine;
    if (strcmp(name, "step") == 0)
        return *value = (double)s->step, true;
    if (strcmp(name, "status") == 0)
        return *value = s->divergence.kind != DIVERGED_NOT, true;
    if (strcmp(name, "dead") == 0 && layer == 0)
        return *value = (double)s->toll.dead / 2, s->surveyed && s->activation.flat;
    if (strcmp(name, "dead") == 0)
        return *value = l->dead, s->surveyed && s->activation.flat && hidden;
    if (strcmp(name, "saturated") == 0)
        return *value = l->saturated, s->activation.bounded && hidden;
    if (strcmp(name, "gain") == 0)
        return *value = l->gain.value, l->gain.defined && hidden;
    if (strcmp(name, "signal") == 0)
        return *value = l->signal, true;
    if (strcmp(name, "weight_norm") == 0)
        return *value = l->weight_norm, true;
    if (strcmp(name, "last_update_ratio") == 0)
        return *value = l->last_update_ratio.value, l->last_update_ratio.defined;
    ck_assert_str_eq(name, "act_mean");
    return *value = l->act_mean, true;
}

static int told_of(const struct world *world, const struct tree *tree, int layer)
{
    double a, b = tree->value;
    if (!look_up(world, tree->name, layer, &a) || isnan(a))
        return 0;
    bool is = strcmp(tree->sign, "<") == 0 ? a < b
        : strcmp(tree->sign, "<=") == 0    ? a <= b
        : strcmp(tree->sign, ">") == 0     ? a > b
        : strcmp(tree->sign, ">=") == 0    ? a >= b
                                           : a == b;
    return is ? 1 : -1;
}

static int told(const struct forest *forest, const struct world *world, int at)
{
    const struct tree *tree = &forest->list[at];
    int output = world->seen.layer_count, yes = 0, no = 0, left, right;
    switch (tree->kind) {
    case 's':
        return (double)world->seen.step >= tree->value ? 1 : -1;
    case 'e':
        for (size_t i = 0; i < ARRAY_LEN(event_names); i++) {
            if (strcmp(event_names[i], tree->name) == 0)
                return !world->told ? 0 : world->alerts.first[i] ? 1 : -1;
        }
        ck_abort_msg("no event %s", tree->name);
    case 'n':
        return -told(forest, world, tree->left);
    case 'a':
    case 'o':
        left = told(forest, world, tree->left);
        right = told(forest, world, tree->right);
        if (tree->kind == 'a')
            return left < 0 || right < 0 ? -1 : left > 0 && right > 0 ? 1 : 0;
        return left > 0 || right > 0 ? 1 : left < 0 && right < 0 ? -1 : 0;
    default:
        break;
    }
    if (strcmp(tree->layer, "out") == 0)
        return told_of(world, tree, output);
    if (tree->layer[0] != 'a')
        return told_of(world, tree, atoi(tree->layer));
    bool with_output = strcmp(tree->name, "gain") != 0 && strcmp(tree->name, "dead") != 0 &&
        strcmp(tree->name, "saturated") != 0;
    int last = output - !with_output;
    for (int l = 1; l <= last; l++) {
        int one = told_of(world, tree, l);
        yes += one > 0;
        no += one < 0;
    }
    if (strcmp(tree->layer, "any") == 0)
        return yes > 0 ? 1 : no == last ? -1 : 0;
    return no > 0 ? -1 : yes == last ? 1 : 0;
}

static struct condition parsed(const char *text)
{
    struct condition condition;
    struct error error = {.text = ""};
    ck_assert_msg(condition_parse(text, 0, &condition, &error), "%s: %s", text, error.text);
    return condition;
}

START_TEST(what_is_written_reads_as_the_same_and_means_what_it_says)
{
    enum { TRIES = 5000, WORLDS = 8 };
    static char text[16384], written[CONDITION_TEXT], again[CONDITION_TEXT];
    int answers[3] = {0}, kept = 0;
    for (uint64_t i = 1; i <= TRIES; i++) {
        struct forest forest = {.random = i * UINT64_C(0x9e3779b97f4a7c15)};
        int root = grow(&forest, 1 + (int)(i % 5));
        text[0] = '\0';
        spell(&forest, root, 0, text);
        if (forest.parts > CONDITION_PARTS) {
            struct condition none;
            struct error error;
            ck_assert(!condition_parse(text, 0, &none, &error) && none.count == 0);
            ck_assert_msg(strstr(error.text, "parts"), "%s", error.text);
            continue;
        }
        kept++;
        struct condition condition = parsed(text);
        ck_assert_int_eq(condition.count, forest.parts);
        size_t length = condition_write(&condition, written, sizeof written);
        ck_assert(length == strlen(written) && length + 1 < sizeof written);
        struct condition read = parsed(written);
        ck_assert_msg(condition_equal(&condition, &read), "%s: %s", text, written);
        (void)condition_write(&read, again, sizeof again);
        ck_assert_str_eq(written, again);
        for (int k = 0; k < WORLDS; k++) {
            struct world world = world_of(&forest);
            world.seen.layers = world.layers;
            enum truth truth =
                condition_holds(&condition, &world.seen, world.told ? &world.alerts : NULL);
            int expected = told(&forest, &world, root);
            ck_assert_msg((int)truth - 1 == expected, "%s: %d, not %d", written, (int)truth - 1,
                expected);
            answers[truth]++;
        }
    }
    /* None of the three is rare, else this proves little. */
    ck_assert_int_gt(kept, TRIES / 2);
    for (int i = 0; i < 3; i++)
        ck_assert_int_gt(answers[i], TRIES * WORLDS / 20);
}
END_TEST

Suite *condition_truth_suite(void)
{
    return SUITE("truth", what_is_written_reads_as_the_same_and_means_what_it_says);
}
