/* Conditions: their grammar, texts that are none, and what is said of one that holds. */
#include <stdlib.h>
#include <string.h>

#include "engine/condition.h"
#include "suites.h"

static struct condition parsed(const char *text)
{
    struct condition condition;
    struct error error = {.text = ""};
    ck_assert_msg(condition_parse(text, 0, &condition, &error), "%s: %s", text, error.text);
    return condition;
}

START_TEST(brackets_are_kept_where_they_are_needed_and_no_others)
{
    static const char *const lines[][2] = {
        {"loss<0.1", "loss < 0.1"},
        {"((loss <= .5))", "loss <= 0.5"},
        {"not not loss > 1e0", "not not loss > 1"},
        {"not (loss > 1 and step 3)", "not (loss > 1 and step 3)"},
        {"(not loss > 1) and step 3", "not loss > 1 and step 3"},
        {"(loss > 1 and loss < 2) or loss == 3", "loss > 1 and loss < 2 or loss == 3"},
        {"loss > 1 and (loss < 2 or loss == 3)", "loss > 1 and (loss < 2 or loss == 3)"},
        {"loss > 1 or (loss < 2 or loss == 3)", "loss > 1 or (loss < 2 or loss == 3)"},
        {"(loss > 1 or loss < 2) or loss == 3", "loss > 1 or loss < 2 or loss == 3"},
        {"dead [ 3 ] > 1", "dead[3] > 1"},
        {"grad-norm > 1e300", "grad_norm > 1e+300"},
        {"event half-dead", "event half_dead"},
        {"step >= 041", "step >= 41"},
        {"act_mean[out] > -0.25", "act_mean[out] > -0.25"},
    };
    char written[CONDITION_TEXT];
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct condition condition = parsed(lines[i][0]);
        (void)condition_write(&condition, written, sizeof written);
        ck_assert_str_eq(written, lines[i][1]);
    }
    struct condition of_step = parsed("dead > 0.5"), of_layer = parsed("dead[3] > 0.5");
    ck_assert_int_eq(of_step.parts[0].quantity, QUANTITY_DEAD_SHARE);
    ck_assert_int_eq(of_layer.parts[0].quantity, QUANTITY_DEAD);
    /* Every quantity of the table can be asked for, but one, and every event. */
    for (int i = 0; i < QUANTITY_COUNT; i++) {
        char line[64];
        bool known = i != QUANTITY_UPDATE_RATIO;
        struct condition condition;
        (void)snprintf(line, sizeof line, "%s%s > 1", quantities[i].name,
            quantity_of_layers(&quantities[i]) ? "[1]" : "");
        ck_assert_msg(condition_parse(line, 3, &condition, NULL) == known, "%s", line);
        ck_assert(!known || condition.parts[0].quantity == (enum quantity_id)i);
    }
    for (int i = 0; i < ALERT_KINDS; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "event %s", alert_name(i));
        ck_assert_int_eq(parsed(line).parts[0].event, i);
    }
}
END_TEST

START_TEST(what_is_wrong_is_named_with_its_column_and_a_remedy)
{
    static const struct {
        const char *text, *says;
        int column, depth;
    } wrong[] = {{"", "a condition is wanted, as loss < 0.1", 0, 0},
        {"  ", "a condition is wanted", 0, 0}, {"los < 1", "did you mean 'loss'?", 1, 0},
        {"é < 1", "not 'é'", 1, 0}, {"loss ≤ 1", "did you mean '<='?", 6, 0},
        {"loss < 1 && step 3", "did you mean 'and'?", 10, 0},
        {"loss = 1", "did you mean '=='?", 6, 0}, {"loss =< 1", "did you mean '<='?", 6, 0},
        {"loss != 1", "did you mean 'not … =='?", 6, 0},
        {"loss < one", "a number is wanted, not 'one'", 8, 0},
        {"loss < nan", "a number is wanted, not 'nan'", 8, 0},
        {"loss < 0x10", "'0x10' is not a number", 8, 0},
        {"loss < 1e999", "out of the range", 8, 0}, {"loss < 1e-999", "out of the range", 8, 0},
        {"loss < -inf", "'-inf' is not a number", 8, 0},
        {"loss < 1 loss < 2", "'and' or 'or' is wanted, not 'loss'", 10, 0},
        {"loss < 1)", "no '(' before it", 9, 0}, {"(loss < 1", "column 1 has no ')'", 10, 0},
        {"(loss < 1]", "'and', 'or' or ')'", 10, 0},
        {"loss[3] < 1", "loss is of the step", 5, 0},
        {"gain > 1", "gain[3], gain[any], gain[all]", 1, 0},
        {"signal > 1", "signal[all], signal[out]", 1, 0},
        {"gain[out] > 1", "the output has none", 6, 0},
        {"gain[an] > 1", "did you mean 'any'?", 6, 0},
        {"gain[1.5] > 1", "not a whole number", 6, 0},
        {"gain[0] > 1", "there is no layer 0: they begin at 1", 6, 0},
        {"gain[0] > 1", "1 to 4 are hidden, 5 is the output", 6, 4},
        {"signal[6] > 1", "there is no layer 6", 8, 4},
        {"gain[5] > 1", "layer 5 is the output: gain is of hidden layers, 1 to 4", 6, 4},
        {"gain[3] > 1", "there is no layer 3: 1 is hidden, 2 is the output", 6, 1},
        {"gain[2] > 1", "gain is of hidden layers, here of layer 1", 6, 1},
        {"gain[999999999999] > 1", "is too large", 6, 0}, {"gain[3 > 1", "']'", 8, 0},
        {"update_ratio[1] > 1", "last_update_ratio", 1, 0},
        {"event", "the name of an event", 6, 0},
        {"event half dead", "did you mean 'half_dead'?", 7, 0},
        {"event dying", "one of born_dead", 7, 0}, {"step -3", "not a whole number", 6, 0},
        {"step 1e3", "not a whole number", 6, 0}, {"step", "the step's number", 5, 0},
        {"not", "it ends where a quantity, event or step is wanted", 4, 0},
        {"loss < 1 and", "it ends where", 13, 0},
        {"and loss < 1", "unknown quantity 'and'", 1, 0}};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct condition condition;
        struct error error = {.text = ""};
        char column[40];
        (void)snprintf(column, sizeof column, "column %d:", wrong[i].column);
        ck_assert_msg(!condition_parse(wrong[i].text, wrong[i].depth, &condition, &error),
            "%s is read", wrong[i].text);
        ck_assert_int_eq(condition.count, 0);
        ck_assert_msg(strstr(error.text, wrong[i].says), "%s: %s", wrong[i].text, error.text);
        ck_assert_msg(wrong[i].column == 0 || strstr(error.text, column), "%s: %s",
            wrong[i].text, error.text);
    }
    /* What the output is, is known with the depth alone. */
    struct condition condition;
    ck_assert(condition_parse("signal[5] > 1", 4, &condition, NULL));
    ck_assert(condition_parse("gain[5] > 1", 0, &condition, NULL));
}
END_TEST

static int below(uint64_t *random, int most)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((*random >> 33) % (uint64_t)most);
}

/* Refused with one line, whatever it is; what is read can be written. */
static void survive(const char *text)
{
    static char written[CONDITION_TEXT];
    struct condition condition, again;
    struct error error = {.text = ""};
    (void)condition_expected(text);
    if (!condition_parse(text, 0, &condition, &error)) {
        ck_assert(error.text[0] && !strchr(error.text, '\n') && !strchr(error.text, '\x1b'));
        ck_assert_int_eq(condition.count, 0);
        return;
    }
    (void)condition_write(&condition, written, sizeof written);
    ck_assert(condition_parse(written, 0, &again, NULL) && condition_equal(&condition, &again));
}

START_TEST(no_text_is_too_much)
{
    enum { LONG = 100000 };
    char *text = calloc(1, 8 * LONG);
    static const char *const pieces[] = {"(", ")", "not ", "[", "loss", "loss<1 and ", "9",
        "1e", "=", "\xff", "\xc3", "é", "\x1b[2J", "event ", "step ", "-", ".", " "};
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        size_t length = strlen(pieces[i]);
        size_t many = 8 * LONG / (length + 1) < LONG ? 8 * LONG / (length + 1) : LONG;
        for (size_t k = 0; k < many; k++)
            memcpy(text + k * length, pieces[i], length + 1);
        survive(text);
    }
    uint64_t random = 41;
    for (int i = 0; i < 20000; i++) { /* bytes, and words of the grammar, in any order */
        static const char *const words[] = {"loss", "gain", "[", "any", "]", "(", ")", "<",
            ">=", "==", "0.5", "3", "and", "or", "not", "event", "clipping", "step", "dead"};
        int length = 0;
        for (int k = below(&random, 40); k > 0; k--) {
            if (i % 2)
                text[length++] = (char)(1 + below(&random, 255));
            else
                length +=
                    sprintf(text + length, "%s ", words[below(&random, ARRAY_LEN(words))]);
        }
        text[length] = '\0';
        survive(text);
    }
    free(text);
    char deep[100] = "";
    for (int i = 0; i < CONDITION_DEPTH; i++)
        (void)strcat(deep, i % 2 ? "(" : "not ");
    (void)strcat(deep, "loss < 1");
    for (int i = 0; i < CONDITION_DEPTH / 2; i++)
        (void)strcat(deep, ")");
    ck_assert_int_eq(parsed(deep).count, CONDITION_DEPTH / 2 + 1);
}
END_TEST

START_TEST(numbers_are_shown_so_that_what_is_said_of_them_is_seen)
{
    static const struct {
        const char *condition, *says;
    } cases[] = {{"loss < 0.1", "loss = 0.09999999 < 0.1"},
        {"loss <= 0.2", "loss = 0.1 <= 0.2"}, {"dead[3] > 1", "dead[3] = 2 > 1"},
        {"dead[any] > 1", "dead[3] = 2 > 1"}, {"dead[any] >= 1", "dead[2] = 1 >= 1"},
        {"gain[all] < 3", "gain[all] < 3, at most 2.5 in layer 2"},
        {"gain[all] > 0", "gain[all] > 0, at least 0.25 in layer 3"},
        {"not gain[any] > 3", "gain[any] not > 3, at most 2.5 in layer 2"},
        {"not gain[all] > 1", "gain[3] = 0.25, not > 1"},
        {"not loss < 0.05", "loss = 0.1, not < 0.05"}, {"step 41", "step 41 is reached"},
        {"not step 42", "step 42 is to come"},
        {"event first_death", "first death at step 40: 2 units, among them unit 5 of layer 1"},
        {"not event clipping", "not clipping so far"},
        {"accuracy > 0.9 or loss < 0.1 and step 3",
            "loss = 0.09999999 < 0.1, step 3 is reached"},
        {"not (loss > 1 or event diverged)", "loss = 0.1, not > 1, not diverged so far"},
        {"signal[out] > 1", "signal[out] = 1.00001 > 1"},
        {"signal[4] >= 1", "signal[4] = 1 >= 1"}};
    struct layer_stats layers[4] = {{.units = 9}};
    struct observation now = (struct observation){.step = 41,
                           .activation = {.flat = true, .bounded = true},
                           .loss = 0.09999999,
                           .surveyed = true,
                           .accuracy = 0.5,
                           .layer_count = 4,
                           .layers = layers},
                       *seen = &now;
    static const double gains[] = {1.5, 2.5, 0.25, 9};
    for (int i = 0; i < 4; i++) {
        layers[i].dead = i;
        layers[i].gain = (struct ratio){gains[i], true};
        layers[i].signal = 1.00001;
    }
    struct alerts alerts = {.total = 1,
        .recent = {{.kind = ALERT_DEATH, .step = 40, .layer = 1, .unit = 5, .count = 2}}};
    alerts.first[ALERT_DEATH] = 41;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[160], tiny[9];
        struct condition condition = parsed(cases[i].condition);
        ck_assert_int_eq(condition_holds(&condition, seen, &alerts), TRUTH_YES);
        condition_explain(&condition, seen, &alerts, text, sizeof text);
        ck_assert_str_eq(text, cases[i].says);
        condition_explain(&condition, seen, &alerts, tiny, sizeof tiny);
        ck_assert_uint_eq(strlen(tiny), 8);
    }
}
END_TEST

START_TEST(what_it_takes_to_tell_is_known)
{
    static const struct {
        const char *condition;
        unsigned needs;
    } cases[] = {{"loss < 1", 0}, {"dead > 1", CONDITION_SURVEYS},
        {"not dead[any] > 1 or step 3", CONDITION_SURVEYS}, {"accuracy > 1", CONDITION_SURVEYS},
        {"event clipping", CONDITION_EVENTS},
        {"event clipping and accuracy > 1", CONDITION_EVENTS | CONDITION_SURVEYS}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct condition condition = parsed(cases[i].condition);
        ck_assert_uint_eq(condition_needs(&condition), cases[i].needs);
    }
    struct condition none = {.count = 0};
    struct observation seen = {.layer_count = 0};
    char text[8];
    ck_assert_uint_eq(condition_needs(&none), 0);
    ck_assert_int_eq(condition_holds(&none, &seen, NULL), TRUTH_UNTOLD);
    ck_assert_uint_eq(condition_write(&none, text, sizeof text), 0);
    struct condition all = parsed("gain[all] > 1 or not gain[any] > 1");
    ck_assert_int_eq(condition_holds(&all, &seen, NULL), TRUTH_UNTOLD);
}
END_TEST

START_TEST(what_can_follow_is_offered)
{
    static const struct {
        const char *text, *among; /* NULL: nothing is */
    } cases[] = {{"", "accuracy"}, {" (", "loss"}, {"not", "event"}, {"gain", "[any]"},
        {"loss", "<="}, {"dead", "=="}, {"gain[", "all"}, {"gain[any", NULL},
        {"gain[any]", ">"}, {"loss <", NULL}, {"loss < 1", "and"}, {"(loss < 1", "or"},
        {"loss < 1 and", "step"}, {"event", "half_dead"}, {"step", NULL}, {"loss x", NULL},
        {"loss < 1)", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        names_fn *expected = condition_expected(cases[i].text);
        ck_assert_msg(!expected == !cases[i].among, "%s", cases[i].text);
        ck_assert_msg(!expected || names_find(expected, cases[i].among) >= 0, "%s: %s",
            cases[i].text, cases[i].among);
    }
    ck_assert_int_lt(names_find(condition_first_name, "update_ratio"), 0);
}
END_TEST

Suite *condition_suite(void)
{
    return SUITE("condition", brackets_are_kept_where_they_are_needed_and_no_others,
        what_is_wrong_is_named_with_its_column_and_a_remedy, no_text_is_too_much,
        numbers_are_shown_so_that_what_is_said_of_them_is_seen, what_it_takes_to_tell_is_known,
        what_can_follow_is_offered);
}
