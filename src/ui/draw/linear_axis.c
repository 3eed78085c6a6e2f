#include "ui/draw/linear_axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 1000 /* numbers */ };
/* A step, so that its power of ten is a normal number. */
#define LEAST 1e-300

/* The exponent of its first digit. */
static int exponent_of(double value)
{
    return (int)floor(log10(fabs(value)) + 1e-9);
}

double linear_axis_round(double value)
{
    value = fmax(value, LEAST);
    double unit = pow(10, exponent_of(value)), share = value / unit;
    return unit * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}

/* PLAIN 0.5, POWER 1.7e9, TAIL …152. */
enum form { PLAIN, POWER, TAIL };

/* Numbers at first + i·step. */
struct row {
    double first, step;
    int count;
    int exponent; /* of the step */
    enum form form;
    int columns; /* that a number has at most */
};

static double number_at(const struct row *row, int i)
{
    double at = row->first + i * row->step;
    return fabs(at) < row->step / 2 ? 0 : at;
}

static void write_plain(const struct row *row, double at, char text[FORMAT_SIZE])
{
    int decimals = row->exponent < 0 ? -row->exponent : 0;
    (void)snprintf(text, FORMAT_SIZE, "%.*f", decimals, at);
    char *end = text + strlen(text);
    /* Tails have their digits one below the other. */
    if (decimals == 0 || row->form == TAIL)
        return;
    while (end[-1] == '0')
        *--end = '\0';
    if (end[-1] == '.')
        end[-1] = '\0';
}

/* False where this form does not tell it in the columns that there are. */
static bool write_number(const struct row *row, double at, char text[FORMAT_SIZE])
{
    enum { DIGITS = 15 /* that a number has, on each side of its point */ };
    if (at <= 0 && at >= 0) {
        (void)snprintf(text, FORMAT_SIZE, "0");
        return true;
    }
    int digits = exponent_of(at) - row->exponent + 1;
    bool plain = row->form != POWER;
    if (digits > DIGITS || (plain && (exponent_of(at) >= DIGITS || -row->exponent >= DIGITS)))
        return false;
    if (plain)
        write_plain(row, at, text);
    else
        format_powers(at, digits > 1 ? digits : 1, text);
    int columns = text_columns(text), kept = row->columns - 1 - (at < 0);
    if (row->form == TAIL && columns > row->columns) {
        /* The digits that are kept tell more than the axis spans. */
        int decimals = row->exponent < 0 ? 1 - row->exponent : 0; /* with the point */
        if (kept < 1 || kept < decimals ||
            pow(10, kept - decimals) < (row->count + 1) * row->step)
            return false;
        char tail[FORMAT_SIZE];
        (void)snprintf(tail, sizeof tail, "%s", text + columns - kept);
        (void)snprintf(text, FORMAT_SIZE, "%s…%.16s", at < 0 ? "-" : "", tail);
    }
    return text_columns(text) <= row->columns;
}

/* Columns of the widest; 0 where one is not told. */
static int widest(const struct row *row)
{
    char text[FORMAT_SIZE];
    int most = 0;
    for (int i = 0; i < row->count; i++) {
        if (!write_number(row, number_at(row, i), text))
            return 0;
        most = text_columns(text) > most ? text_columns(text) : most;
    }
    return most;
}

/* Whole numbers: plain as long as they are short. False where no form fits. */
static bool choose_whole(struct row *row)
{
    enum { SHORT = 6 };
    row->form = POWER;
    int power = widest(row);
    row->form = PLAIN;
    int plain = widest(row);
    if (plain == 0 || (plain > SHORT && power > 0 && power < plain))
        row->form = POWER;
    return plain > 0 || power > 0;
}

static bool choose_tail(struct row *row)
{
    row->form = TAIL;
    return widest(row) > 0;
}

/* The numbers of steps of at least so much. */
static struct row steps_of(const struct linear_axis *axis, double least)
{
    struct row row = {.step = linear_axis_round(least)};
    row.first = ceil(axis->low / row.step - 1e-9) * row.step;
    row.exponent = exponent_of(row.step);
    double count = floor((axis->high - row.first) / row.step + 1e-9) + 1;
    bool apart = row.first + row.step > row.first && axis->high + row.step > axis->high;
    row.count = apart && count > 0 && count <= MOST ? (int)count : 0;
    return row;
}

/* Where numbers stand: across, beside each other, or up, each in a row of its own. */
struct room {
    bool across;
    int length;   /* of the axis, in columns or rows */
    int spaces;   /* between numbers, at most */
    int columns;  /* of a number, at most */
    int reserved; /* columns at the end */
};

/* The first column of the number, or its row, from the left or the top; -1 where it would not
 * stand there as a whole. */
static int place_of(
    const struct linear_axis *axis, const struct room *room, double at, const char *text)
{
    double share = (at - axis->low) / (axis->high - axis->low);
    int columns = text_columns(text);
    int place = room->across ? (int)floor(share * room->length) - (columns - 1) / 2
                             : (int)floor((1 - share) * room->length);
    int end = room->across ? place + columns + room->reserved : place + 1;
    return place >= 0 && end <= room->length ? place : -1;
}

static int count_drawn(
    const struct linear_axis *axis, const struct room *room, const struct row *row)
{
    char text[FORMAT_SIZE];
    int count = 0;
    for (int i = 0; i < row->count; i++)
        count += write_number(row, number_at(row, i), text) &&
            place_of(axis, room, number_at(row, i), text) >= 0;
    return count;
}

/* The most numbers that there is room for: two at least, in whole or else by their tails, or
 * one. */
static struct row row_of(const struct linear_axis *axis, const struct room *room)
{
    enum { GAP = 2 };
    static const struct {
        bool whole;
        int least;
    } passes[] = {{true, 2}, {false, 2}, {true, 1}, {false, 1}};
    double span = axis->high - axis->low;
    for (size_t pass = 0; pass < ARRAY_LEN(passes) && span > 0 && isfinite(span); pass++) {
        for (double least = span / room->spaces; least > 0 && least <= span;) {
            struct row row = steps_of(axis, least);
            double apart = row.step / span * room->length - GAP;
            row.columns = room->across && apart < room->columns ? (int)apart : room->columns;
            if ((passes[pass].whole ? choose_whole(&row) : choose_tail(&row)) &&
                count_drawn(axis, room, &row) >= passes[pass].least)
                return row;
            least = 1.5 * row.step;
        }
    }
    return (struct row){.count = 0};
}

static void draw(const struct linear_axis *axis, const struct room *room,
    struct surface *surface, struct rect at)
{
    struct row row = row_of(axis, room);
    char text[FORMAT_SIZE];
    for (int i = 0; i < row.count; i++) {
        double number = number_at(&row, i);
        int place = write_number(&row, number, text) ? place_of(axis, room, number, text) : -1;
        if (place < 0)
            continue;
        int x = room->across ? place : at.width - text_columns(text);
        surface_text(surface, at.x + x, at.y + (room->across ? 0 : place), -1, ROLE_DIM, text);
    }
}

void linear_axis_draw_across(const struct linear_axis *axis, struct surface *surface, int x,
    int y, int width, int reserved)
{
    enum { SPACE = 8, COLUMNS = 12 };
    struct room room = {true, width, width / SPACE + 1, COLUMNS, reserved};
    draw(axis, &room, surface, (struct rect){x, y, width, 1});
}

void linear_axis_draw_up(
    const struct linear_axis *axis, struct surface *surface, struct rect at)
{
    enum { SPACE = 3 };
    struct room room = {false, at.height, at.height / SPACE + 1, at.width, 0};
    draw(axis, &room, surface, at);
}
