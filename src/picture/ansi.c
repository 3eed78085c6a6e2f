#include "picture/ansi.h"

#include "core/error.h"

#define CLEAR "\033[H\033[2J"
#define REST "\033[0m"

static const struct look resting = {COLOR_DEFAULT, COLOR_DEFAULT, STYLE_PLAIN};

/* A file of such sequences, and what they have set so far. */
struct stylus {
    FILE *file;
    const struct theme *theme;
    struct look set;
};

static struct look look_of(const struct theme *theme, const struct cell *cell)
{
    struct look look = theme_look(theme, (enum role)cell->role, 256);
    if (cell->back != ROLE_NONE)
        look.paper = theme_look(theme, (enum role)cell->back, 256).ink;
    return look;
}

/* Whether the glyph looks the same in both: of a blank only the paper is seen. */
static bool same_look(uint32_t glyph, const struct look *a, const struct look *b)
{
    const int seen = STYLE_REVERSE | STYLE_UNDERLINE;
    if (a->paper != b->paper)
        return false;
    if (glyph == ' ' && !((a->attributes | b->attributes) & seen))
        return true;
    return a->ink == b->ink && a->attributes == b->attributes;
}

static void put_parameter(FILE *file, const char **before, const char *parameter)
{
    fprintf(file, "%s%s", *before, parameter);
    *before = ";";
}

static void put_color(FILE *file, const char **before, int base, int color)
{
    char text[16];
    if (color == COLOR_DEFAULT)
        (void)snprintf(text, sizeof text, "%d", base + 9);
    else
        (void)snprintf(text, sizeof text, "%d;5;%d", base + 8, color);
    put_parameter(file, before, text);
}

/* Attributes are ended all at once, and colours with them. */
static void set_look(struct stylus *stylus, const struct look *look)
{
    static const struct {
        int style;
        const char *parameter;
    } attributes[] = {
        {STYLE_BOLD, "1"}, {STYLE_FAINT, "2"}, {STYLE_UNDERLINE, "4"}, {STYLE_REVERSE, "7"}};
    const char *before = "\033[";
    struct look *set = &stylus->set;
    if (set->attributes & ~look->attributes) {
        put_parameter(stylus->file, &before, "0");
        *set = resting;
    }
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
        if (look->attributes & ~set->attributes & attributes[i].style)
            put_parameter(stylus->file, &before, attributes[i].parameter);
    }
    if (look->ink != set->ink)
        put_color(stylus->file, &before, 30, look->ink);
    if (look->paper != set->paper)
        put_color(stylus->file, &before, 40, look->paper);
    fputc('m', stylus->file);
    *set = *look;
}

static void put_cell(struct stylus *stylus, const struct cell *cell)
{
    char bytes[4];
    struct look look = look_of(stylus->theme, cell);
    if (!same_look(cell->glyph, &stylus->set, &look))
        set_look(stylus, &look);
    (void)fwrite(bytes, 1, (size_t)utf8_encode(cell->glyph, bytes), stylus->file);
}

static void put_rest(struct stylus *stylus)
{
    const struct look *set = &stylus->set;
    if (set->attributes || set->ink != COLOR_DEFAULT || set->paper != COLOR_DEFAULT)
        fputs(REST, stylus->file);
    stylus->set = resting;
}

void picture_ansi(FILE *file, const struct surface *surface, const struct theme *theme)
{
    struct stylus stylus = {file, theme, resting};
    for (int y = 0; y < surface->height; y++) {
        const struct cell *row = &surface->cells[y * surface->width];
        int end = surface->width;
        for (; end > 0 && row[end - 1].glyph == ' '; end--) {
            struct look look = look_of(theme, &row[end - 1]);
            if (!same_look(' ', &resting, &look))
                break;
        }
        for (int x = 0; x < end; x++)
            put_cell(&stylus, &row[x]);
        put_rest(&stylus);
        fputc('\n', file);
    }
}

/* Whether a terminal that shows `before` shows this cell already. */
static bool stands(const struct stylus *stylus, const struct surface *before,
    const struct surface *now, int x, int y)
{
    const struct cell *cell = &now->cells[y * now->width + x];
    if (before)
        return cell_equal(cell, &before->cells[y * now->width + x]);
    struct look look = look_of(stylus->theme, cell);
    return cell->glyph == ' ' && same_look(' ', &resting, &look);
}

/* Writes cells at..x-1 again, where that takes no more than going past them; else false. */
static bool put_between(struct stylus *stylus, const struct cell *row, int at, int x)
{
    enum { GAP = 4 };
    for (int i = at; i < x; i++) {
        struct look look = look_of(stylus->theme, &row[i]);
        if (x - at > GAP || row[i].glyph > 0x7e ||
            !same_look(row[i].glyph, &stylus->set, &look))
            return false;
    }
    for (; at < x; at++)
        put_cell(stylus, &row[at]);
    return true;
}

void picture_ansi_change(FILE *file, const struct surface *before, const struct surface *now,
    const struct theme *theme)
{
    struct stylus stylus = {file, theme, resting};
    if (before && (before->width != now->width || before->height != now->height))
        before = NULL;
    if (!before)
        fputs(REST CLEAR, file);
    for (int y = 0; y < now->height; y++) {
        const struct cell *row = &now->cells[y * now->width];
        int at = -1; /* the column that the terminal writes next; -1: it is in another row */
        for (int x = 0; x < now->width; x++) {
            if (stands(&stylus, before, now, x, y))
                continue;
            if (at < 0)
                fprintf(file, "\033[%d;%dH", y + 1, x + 1);
            else if (!put_between(&stylus, row, at, x))
                fprintf(file, "\033[%dC", x - at);
            put_cell(&stylus, &row[x]);
            at = x + 1;
        }
    }
    put_rest(&stylus);
}
