/* What the check says, in words and in large digits. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/bigtext.h"
#include "ui/draw/format.h"
#include "ui/views/check.h"

enum role check_verdict_role(enum verdict_kind kind)
{
    switch (kind) {
    case VERDICT_GOOD:
    case VERDICT_FAIR:
        return ROLE_GOOD;
    case VERDICT_WRONG:
    case VERDICT_NOT_FINITE:
        return ROLE_BAD;
    case VERDICT_DOUBTFUL:
        return ROLE_WARN;
    default:
        return ROLE_DIM;
    }
}

void check_layer_name(const struct scene *scene, int layer, char text[24])
{
    if (layer == scene->snapshot->check.layer_count)
        (void)snprintf(text, 24, "the output");
    else
        (void)snprintf(text, 24, "layer %d", layer);
}

static unsigned bit(enum verdict_kind kind)
{
    return 1u << kind;
}

/* The layers whose verdict is one of these: "1-3, 5, output"; returns how many. */
static int list_layers(const struct scene *scene, unsigned kinds, char *text, size_t size)
{
    int layers = scene->snapshot->check.layer_count, count = 0, from = 0;
    size_t used = 0;
    text[0] = '\0';
    for (int l = 1; l <= layers + 1; l++) {
        bool in = l <= layers && kinds & bit(check_verdict_of(scene, l).kind);
        count += in;
        if (in && from == 0 && l < layers)
            from = l;
        bool output = in && l == layers;
        if (from > 0 && (!in || output)) {
            int to = l - 1;
            used += (size_t)snprintf(text + used, used < size ? size - used : 0,
                to > from ? "%s%d-%d" : "%s%d", used > 0 ? ", " : "", from, to);
            from = 0;
        }
        if (output)
            used += (size_t)snprintf(text + used, used < size ? size - used : 0, "%s",
                used > 0 ? ", output" : "output");
        if (used >= size)
            break;
    }
    return count;
}

/* The layer with the largest error among those that are judged. */
static void find_worst(const struct scene *scene, struct check_summary *summary)
{
    const unsigned judged =
        bit(VERDICT_GOOD) | bit(VERDICT_FAIR) | bit(VERDICT_DOUBTFUL) | bit(VERDICT_WRONG);
    for (int l = 1; l <= scene->snapshot->check.layer_count; l++) {
        struct verdict verdict = check_verdict_of(scene, l);
        if (judged & bit(verdict.kind) &&
            (summary->layer == 0 || verdict.error > summary->verdict.error)) {
            summary->layer = l;
            summary->verdict = verdict;
        }
    }
}

/* The words of a verdict, or FOUND: only of the layers that the planted mistake changes. */
static void say_bad(
    const struct scene *scene, struct check_summary *summary, enum verdict_kind kind)
{
    const struct check_detail *detail = &scene->snapshot->check;
    const bool doubtful = kind == VERDICT_DOUBTFUL;
    bool planted = detail->plant != PLANT_NONE;
    char bad[80], good[80];
    for (int l = 1; l <= detail->layer_count; l++) {
        if (check_verdict_of(scene, l).kind == kind)
            planted = planted && check_error_of(scene, 0, l)->spoilt;
    }
    list_layers(scene, bit(kind), bad, sizeof bad);
    int right = list_layers(scene, bit(VERDICT_GOOD) | bit(VERDICT_FAIR), good, sizeof good);
    summary->badge = doubtful ? "DOUBTFUL" : planted ? "FOUND" : "WRONG";
    summary->role = doubtful ? ROLE_BADGE_WARN : ROLE_BADGE_BAD;
    (void)snprintf(summary->words, sizeof summary->words, "%s: %s in %s%s%s",
        planted ? plants[detail->plant].name : "the gradient", doubtful ? "doubtful" : "wrong",
        bad, right > 0 ? "; right in " : "", good);
    (void)snprintf(summary->brief, sizeof summary->brief, "%s: %.24s",
        doubtful ? "doubtful" : "wrong", bad);
}

/* The layers that are neither right nor wrong, by the reason that most of them have. */
static void say_unseen(const struct scene *scene, char *text, size_t size)
{
    static const struct {
        enum verdict_kind kind;
        const char *words;
    } reasons[] = {{VERDICT_ZERO, "all zero"}, {VERDICT_TINY, "too small to be checked"},
        {VERDICT_KINKS, "nothing but kinks"}, {VERDICT_ON_KINK, "exactly on a kink"},
        {VERDICT_COARSE, "hidden by truncation or kinks"}};
    int most = 0;
    text[0] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        char layers[80];
        int count = list_layers(scene, bit(reasons[i].kind), layers, sizeof layers);
        if (count > most)
            (void)snprintf(text, size, "; %s: %s", reasons[i].words, layers);
        most = count > most ? count : most;
    }
}

/* Nothing speaks against the gradient; how much speaks for it. */
static void say_good(const struct scene *scene, struct check_summary *summary)
{
    const struct check_detail *detail = &scene->snapshot->check;
    const unsigned passes = bit(VERDICT_GOOD) | bit(VERDICT_FAIR);
    const char *mistake = plants[detail->plant].name;
    char text[120];
    int layers = detail->layer_count, spoilt = 0;
    int right = list_layers(scene, passes, text, sizeof text);
    for (int l = 1; l <= layers; l++)
        spoilt += passes & bit(check_verdict_of(scene, l).kind) &&
            check_error_of(scene, 0, l)->spoilt;
    int zero = list_layers(scene, bit(VERDICT_ZERO), text, sizeof text);
    say_unseen(scene, text, sizeof text);
    (void)snprintf(
        summary->brief, sizeof summary->brief, "%d of %d layers agree", right, layers);
    summary->badge = right == layers ? "PASS"
        : right > 0                  ? "PARTLY"
        : zero == layers             ? "ALL ZERO"
                                     : "UNSEEN";
    summary->role = right == layers ? ROLE_BADGE_GOOD : ROLE_BADGE_WARN;
    if (spoilt > 0) {
        summary->badge = "MISSED";
        summary->role = ROLE_BADGE_WARN;
        (void)snprintf(summary->words, sizeof summary->words,
            "%s changes %d of %d layers by too little to be seen%s", mistake, spoilt, layers,
            text);
    } else if (detail->plant != PLANT_NONE && detail->harmless) {
        (void)snprintf(
            summary->words, sizeof summary->words, "%s changes nothing here%s", mistake, text);
    } else if (right == layers) {
        (void)snprintf(summary->words, sizeof summary->words,
            "all %d layers: gradient and differences agree", right);
    } else {
        (void)snprintf(summary->words, sizeof summary->words, "%d of %d layers agree%s", right,
            layers, text);
    }
}

struct check_summary check_summarize(const struct scene *scene)
{
    const struct check_detail *detail = &scene->snapshot->check;
    struct check_summary summary = {.badge = "CHECKING", .role = ROLE_BADGE_WARN};
    char text[80];
    if (scene->asking) {
        (void)snprintf(summary.words, sizeof summary.words, "the verdict: " SCENE_ASKING);
        (void)snprintf(summary.brief, sizeof summary.brief, "later");
        summary.badge = "?";
        return summary;
    }
    find_worst(scene, &summary);
    if (!detail->whole) {
        (void)snprintf(summary.words, sizeof summary.words,
            "%" PRId64 " of %" PRId64 " differences are known; all of them decide",
            detail->known, detail->all);
        (void)snprintf(summary.brief, sizeof summary.brief, "%" PRId64 " of %" PRId64,
            detail->known, detail->all);
    } else if (list_layers(scene, bit(VERDICT_NOT_FINITE), text, sizeof text) > 0) {
        summary.badge = "NOT FINITE";
        summary.role = ROLE_BADGE_BAD;
        (void)snprintf(
            summary.words, sizeof summary.words, "nothing finite to compare in %s", text);
        (void)snprintf(summary.brief, sizeof summary.brief, "in %.24s", text);
    } else if (list_layers(scene, bit(VERDICT_WRONG), text, sizeof text) > 0) {
        say_bad(scene, &summary, VERDICT_WRONG);
    } else if (list_layers(scene, bit(VERDICT_DOUBTFUL), text, sizeof text) > 0) {
        say_bad(scene, &summary, VERDICT_DOUBTFUL);
    } else {
        say_good(scene, &summary);
    }
    return summary;
}

/* The best ε of the layer; -1: none is known. */
static const struct check_error *deciding(const struct scene *scene, int layer, int *epsilon)
{
    const struct check_detail *detail = &scene->snapshot->check;
    struct verdict verdict = check_verdict_of(scene, layer);
    *epsilon = verdict.best >= 0 ? verdict.best : detail->done - 1;
    if (*epsilon < 0)
        return NULL;
    return check_error_of(scene, *epsilon, layer);
}

/* "0.4", or why there is none. */
static void write_error(double error, const char *undefined, char text[16])
{
    if (isnan(error))
        (void)snprintf(text, 16, "%s", undefined);
    else
        (void)snprintf(text, 16, "%.2g", error);
}

int check_formula(const struct scene *scene, int layer, char lines[4][160])
{
    const struct check_detail *detail = &scene->snapshot->check;
    bool forward = check_state(scene)->curve == SCHEME_FORWARD;
    int epsilon, digits = check_state(scene)->curve == SCHEME_FLOAT ? 9 : 17;
    const struct check_error *error = deciding(scene, layer, &epsilon);
    if (!error)
        return 0;
    const struct check_sample *s = &error->worst;
    char parameter[48];
    if (s->bias)
        (void)snprintf(parameter, sizeof parameter, "b_%d[%d]", layer, s->column + 1);
    else
        (void)snprintf(
            parameter, sizeof parameter, "W_%d[%d][%d]", layer, s->column + 1, s->row + 1);
    double step = detail->epsilons[epsilon], size = fmax(fabs(s->numeric), fabs(s->analytic));
    (void)snprintf(lines[0], 160, "%s     θ = %s = %.6g, ε = %.8g",
        forward ? "(loss(θ+ε) - loss(θ)) / ε" : "(loss(θ+ε) - loss(θ-ε)) / 2ε", parameter,
        s->theta, step);
    (void)snprintf(lines[1], 160, "= (%.*g - %.*g) / %.8g", digits, s->up, digits, s->down,
        forward ? step : 2 * step);
    (void)snprintf(lines[2], 160, "= %.10g     backward pass: %.10g", s->numeric, s->analytic);
    char own[16], whole[16];
    write_error(fabs(s->numeric - s->analytic) / size, size == 0 ? "0/0" : "not finite", own);
    write_error(error->smooth_error,
        error->kinks == error->elements ? "all have kinks"
            : isfinite(error->gradient) ? "0/0"
                                        : "not finite",
        whole);
    (void)snprintf(
        lines[3], 160, "relative error of this element: %s, of the layer: %s", own, whole);
    return 4;
}

void check_why(const struct scene *scene, struct why *why)
{
    const struct check_detail *detail = &scene->snapshot->check;
    static const char *const texts[] = {
        [VERDICT_GOOD] = "Large ε errs by the next terms of Taylor's series, small ε by the "
                         "rounding of the loss; between them both agree to seven digits. A "
                         "mistake would have to be smaller than that.",
        [VERDICT_FAIR] = "The error is below 1e-4, or below 1e-2 and no larger than the errors "
                         "that the differences show themselves: they change from one ε to the "
                         "next by as much. Nothing speaks against the gradient.",
        [VERDICT_DOUBTFUL] = "The error is above 1e-4, and more than ten times what truncation "
                             "and rounding make of the differences: they agree with each "
                             "other, from one ε to another, better than with the gradient.",
        [VERDICT_WRONG] = "The differences agree with each other, from one ε to another, more "
                          "than ten times better than with the backward pass: what it computes "
                          "is not the slope of this loss.",
        [VERDICT_ZERO] =
            "The backward pass gives exactly 0, and the differences nothing beyond "
            "their own errors: as far as can be seen these parameters do not "
            "change the loss. Zero agrees with zero: nothing has been checked.",
        [VERDICT_TINY] = "The gradient is smaller than the errors of its differences, by "
                         "rounding of the loss or by truncation: it vanishes, or the loss is "
                         "stationary here. That is no mistake, and no check.",
        [VERDICT_COARSE] = "Truncation, or kinks, hide the gradient at these ε. Smaller ones "
                           "are needed.",
        [VERDICT_KINKS] = "Between θ and θ ± ε some ReLU switches on or off for every element, "
                          "at each ε here. The difference mixes two slopes; another step of "
                          "the training may be further from a kink.",
        [VERDICT_ON_KINK] = "z is exactly 0: θ stands on the kink, and each ε, however small, "
                            "mixes both slopes. What ReLU's slope is at 0 is a convention that "
                            "no difference can check. Another init moves z away.",
        [VERDICT_NOT_FINITE] = "The loss or the gradient is not finite. There is nothing to "
                               "compare.",
        [VERDICT_PENDING] = "The loss is being evaluated at θ+ε and θ-ε, for one parameter "
                            "after the other and one ε after the other. The verdict needs all "
                            "of them.",
    };
    (void)snprintf(why->section, sizeof why->section, "GRADIENT CHECK");
    enum verdict_kind kind = VERDICT_PENDING;
    if (detail->valid && detail->layer_count == scene->snapshot->seen.layer_count) {
        why->formula_lines = check_formula(scene, scene->selection.layer, why->formula);
        kind = check_verdict_of(scene, scene->selection.layer).kind;
    }
    if (verdict_accuses(kind) && check_error_of(scene, 0, scene->selection.layer)->spoilt) {
        const struct plant_info *plant = &plants[detail->plant];
        (void)snprintf(why->text, sizeof why->text,
            "Planted: %s, where %s would be right. The differences agree with each other and "
            "not "
            "with that: the curve has a floor instead of a valley.",
            plant->mistake, plant->right);
        return;
    }
    (void)snprintf(why->text, sizeof why->text, "%s", texts[kind]);
}

void check_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct check_detail *detail = &scene->snapshot->check;
    if (!detail->valid || detail->layer_count != scene->snapshot->seen.layer_count)
        return;
    struct check_summary summary = check_summarize(scene);
    char text[48], name[24];
    enum role role = summary.role == ROLE_BADGE_GOOD ? ROLE_GOOD
        : summary.role == ROLE_BADGE_BAD             ? ROLE_BAD
                                                     : ROLE_WARN;
    if (summary.layer > 0)
        (void)snprintf(text, sizeof text, "%s %.0e", summary.badge, summary.verdict.error);
    else
        (void)snprintf(text, sizeof text, "%s", summary.badge);
    bool small = area.height < 12;
    struct rect top = {
        area.x + 1, area.y, area.width - 2, small ? area.height - 1 : area.height / 2 - 1};
    /* The verdict is to be large, with its number or without. */
    bool fits = bigtext_measure(top, text).rows > 0;
    struct bigtext_size size = bigtext_draw(surface, top, role, fits ? text : summary.badge);
    int y = area.y + (size.rows > 0 ? size.rows : 1) + (small ? 0 : 1);
    struct rect lines = {area.x + 1, y, area.width - 2, small ? 1 : 3};
    if (small && text_columns(summary.words) > lines.width)
        surface_text(surface, lines.x, y, lines.width, ROLE_STRONG, summary.brief);
    else
        y += surface_paragraph(surface, lines, ROLE_STRONG, summary.words) - 1;
    if (small || summary.layer == 0)
        return;
    check_layer_name(scene, summary.layer, name);
    surface_print(surface, area.x + 1, y + 1, ROLE_TEXT,
        "worst: %s; its relative error over the step ε of the differences", name);
    struct rect chart = {area.x, y + 3, area.width, area.y + area.height - y - 3};
    if (chart.height >= 5)
        check_draw_chart(scene, surface, chart, summary.layer, true);
}
