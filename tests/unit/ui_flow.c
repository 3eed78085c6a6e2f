/* The flow view: what is printed of the signal multiplies. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/views/view.h"
#include "ui_screens.h"

/* A number as printed: it stands for all that round to it. */
struct printed {
    double low, high;
};

/* The row of the picture as bytes; what is not ASCII is '#'. */
static void row_text(const struct surface *surface, int y, char *text)
{
    for (int x = 0; x < surface->width; x++) {
        uint32_t glyph = surface->cells[y * surface->width + x].glyph;
        text[x] = glyph < 128 ? (char)glyph : '#';
    }
    text[surface->width] = '\0';
}

static bool read_printed(const char *field, int width, struct printed *number)
{
    char text[32], *end;
    memcpy(text, field, (size_t)width);
    text[width] = '\0';
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value > 0) || !isfinite(value))
        return false;
    const char *point = strchr(text, '.'), *exponent = strchr(text, 'e');
    int digits = point ? (int)strspn(point + 1, "0123456789") : 0;
    double half = 0.5 * pow(10, (exponent ? atoi(exponent + 1) : 0) - digits);
    *number = (struct printed){value - half, value + half};
    return true;
}

/* One row of the table. */
struct table_row {
    int layers;
    bool has_gain;
    struct printed signal, gain, slope, weight;
};

/* Layers of "10-9", "10" or "out"; 0: no row of the table. */
static int count_layers(const char *label)
{
    int high, low, count = sscanf(label, " %d-%d", &high, &low);
    if (strncmp(label + strspn(label, " "), "out ", 4) == 0)
        return 1;
    return count == 2 ? high - low + 1 : count == 1 ? 1 : 0;
}

/* Reads the table from the picture; equals: the column of the '=' that each hidden row has. */
static int read_table(const struct surface *surface, struct table_row *rows, int most)
{
    char text[256];
    int count = 0, equals = -1, y = 0;
    for (; equals < 0; y++) {
        ck_assert_int_lt(y, surface->height);
        row_text(surface, y, text);
        const char *at = strstr(text, "gain = slope");
        if (at)
            equals = (int)(at - text) + 6;
    }
    for (; y < surface->height && count < most; y++) {
        struct table_row row = {.layers = 0};
        row_text(surface, y, text);
        row.layers = count_layers(text + 1);
        if (row.layers == 0 || !read_printed(text + equals - 15, 7, &row.signal))
            continue;
        row.has_gain = read_printed(text + equals - 6, 5, &row.gain) &&
            read_printed(text + equals + 2, 5, &row.slope) &&
            read_printed(text + equals + 10, 5, &row.weight);
        rows[count++] = row;
    }
    return count;
}

static bool meet(struct printed a, struct printed b)
{
    return a.low <= b.high * (1 + 1e-12) && b.low <= a.high * (1 + 1e-12);
}

static struct printed product(struct printed a, struct printed b, int power)
{
    return (struct printed){a.low * pow(b.low, power), a.high * pow(b.high, power)};
}

/* Reads the picture alone; returns how many rows were multiplied. */
static int multiply_rows(const struct surface *surface, const char *settings)
{
    enum { MOST = 80 };
    struct table_row rows[MOST];
    int count = read_table(surface, rows, MOST), multiplied = 0;
    for (int i = 1; i < count; i++) {
        const struct table_row *row = &rows[i];
        if (!row->has_gain)
            continue;
        ck_assert_msg(meet(product(rows[i - 1].signal, row->gain, row->layers), row->signal),
            "%s: row %d is not the row above times its gain", settings, i);
        ck_assert_msg(meet(product(row->slope, row->weight, 1), row->gain),
            "%s: the gain of row %d is not slope times weight", settings, i);
        multiplied++;
    }
    return multiplied;
}

START_TEST(each_row_is_the_row_above_times_its_gain)
{
    static const char *const settings[] = {"", "depth=100 width=8", "depth=100 width=3 gain=2",
        "activation=relu init=he_normal gain=1.5 depth=30", "activation=tanh gain=2 depth=200",
        "data=blobs depth=7 width=5", "batch=7 depth=14 activation=leaky_relu",
        "activation=relu bias=-1 depth=4", "loss=mse depth=256 width=2 init=normal gain=3"};
    static const struct {
        int width, height;
    } sizes[] = {{80, 24}, {120, 40}, {200, 60}, {76, 21}};
    int multiplied = 0;
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 3);
        for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
            struct surface *surface = surface_create(sizes[k].width, sizes[k].height);
            stage_look(&stage, surface);
            multiplied += multiply_rows(surface, settings[i]);
            surface_destroy(surface);
        }
        stage_close(&stage);
    }
    ck_assert_int_gt(multiplied, 350);
}
END_TEST

/* ‖δ‖/√B of the output from its answers alone: σ(z) - y, a sample each. */
START_TEST(the_output_row_is_the_error_of_a_sample)
{
    struct stage stage;
    stage_open(&stage, "lr=0.1 depth=2 gain=3", 30);
    const struct training *t = stage.session->run->training;
    const struct layer *output = &t->network->layers[2];
    double sum = 0;
    for (int i = 0; i < t->seen.samples; i++) {
        double error = 1 / (1 + exp(-output->a[i * output->stride])) - t->data->labels[i];
        sum += error * error;
    }
    struct surface *surface = surface_create(80, 24);
    struct table_row rows[3];
    stage_look(&stage, surface);
    ck_assert_int_eq(read_table(surface, rows, 3), 3);
    double signal = sqrt(sum / t->seen.samples);
    ck_assert(rows[0].signal.low <= signal && signal <= rows[0].signal.high);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* The words above the bars are whole at every width. */
START_TEST(the_heading_is_whole_at_every_width)
{
    static const char *const headings[] = {
        "error signal #, norm per sample", "error signal, per sample", "error signal"};
    struct stage stage;
    stage_open(&stage, "depth=3", 1);
    for (int width = 40; width <= 200; width++) {
        struct surface *surface = surface_create(width, 24);
        char text[256] = "";
        const char *heading = NULL;
        stage_look(&stage, surface);
        for (int y = 0; !heading; y++) {
            ck_assert_int_lt(y, surface->height);
            row_text(surface, y, text);
            heading = strstr(text, "error signal");
        }
        bool whole = false;
        for (size_t i = 0; i < ARRAY_LEN(headings); i++) {
            size_t length = strlen(headings[i]);
            whole =
                whole || (strncmp(heading, headings[i], length) == 0 && heading[length] == ' ');
        }
        ck_assert_msg(whole, "%d columns: %s", width, text);
        surface_destroy(surface);
    }
    stage_close(&stage);
}
END_TEST

Suite *flow_suite(void)
{
    return SUITE("flow", each_row_is_the_row_above_times_its_gain,
        the_output_row_is_the_error_of_a_sample, the_heading_is_whole_at_every_width);
}
