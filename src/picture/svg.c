#include "picture/svg.h"

#include "picture/color.h"

/* A cell in units of the picture: eighths of it are whole ones. */
enum { CELL_WIDTH = 8, CELL_HEIGHT = 16, UNDERLINE = 14, MARGIN = 8 };
#define BASELINE 12.5
/* An advance of 0.6 of the size, which monospaced fonts have: eight units. */
#define FONT                                                                                   \
    "font-family=\"'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace\" "       \
    "font-size=\"13.333\""
/* A unit in pixels, where nobody asks for another size. */
#define SCALE 1.5
#define FAINT_OPACITY "0.6"

/* How a cell looks: indices of colours, and STYLE_BOLD and so on. */
struct page_look {
    int ink, paper, attributes;
};

struct picture {
    FILE *file;
    const struct theme *theme;
    const struct surface *surface;
};

static int or_else(int color, int page)
{
    return color == COLOR_DEFAULT ? page : color;
}

static struct page_look look_of(const struct picture *picture, int x, int y)
{
    const struct cell *cell = &picture->surface->cells[y * picture->surface->width + x];
    const struct theme *theme = picture->theme;
    const struct style *style = &theme->styles[cell->role];
    struct page_look look = {or_else(style->fg256, theme->page_ink),
        or_else(style->bg256, theme->page_paper), style->attributes};
    if (cell->back != ROLE_NONE)
        look.paper = or_else(theme->styles[cell->back].fg256, theme->page_ink);
    if (style->attributes & STYLE_REVERSE) {
        int ink = look.ink;
        look.ink = look.paper;
        look.paper = ink;
    }
    return look;
}

static uint32_t glyph_at(const struct picture *picture, int x, int y)
{
    return picture->surface->cells[y * picture->surface->width + x].glyph;
}

/* ` fill="#rrggbb"` */
static void put_fill(const struct picture *picture, int color)
{
    struct rgb rgb = color_rgb(color);
    fprintf(picture->file, " fill=\"#%02x%02x%02x\"", rgb.red, rgb.green, rgb.blue);
}

static void put_rect(
    const struct picture *picture, struct rect area, int color, const char *opacity)
{
    fprintf(picture->file, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"", area.x, area.y,
        area.width, area.height);
    put_fill(picture, color);
    if (opacity)
        fprintf(picture->file, " fill-opacity=\"%s\"", opacity);
    fputs("/>\n", picture->file);
}

/* The cells of a row from `from` on that have one paper: what is not the page's is filled. */
static int put_paper(const struct picture *picture, int from, int y)
{
    int paper = look_of(picture, from, y).paper, to = from + 1;
    while (to < picture->surface->width && look_of(picture, to, y).paper == paper)
        to++;
    if (paper != picture->theme->page_paper)
        put_rect(picture,
            (struct rect){
                from * CELL_WIDTH, y * CELL_HEIGHT, (to - from) * CELL_WIDTH, CELL_HEIGHT},
            paper, NULL);
    return to;
}

/* A block element: rectangles in eighths of a cell, all of one opacity. */
struct block {
    struct rect parts[3];
    int count;
    const char *opacity; /* NULL: opaque */
};

static void add_part(struct block *block, int x, int y, int width, int height)
{
    block->parts[block->count++] = (struct rect){x, y, width, height};
}

/* U+2596 to U+259F: a bit for each quadrant, in the order upper left, upper right, lower left,
 * lower right. */
static void add_quadrants(struct block *block, uint32_t glyph)
{
    static const unsigned quadrants[] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};
    for (int i = 0; i < 4; i++) {
        if (quadrants[glyph - 0x2596] >> i & 1)
            add_part(block, i % 2 * 4, i / 2 * 4, 4, 4);
    }
}

/* What a block element (Unicode's U+2580 to U+259F) is; `count` is 0 for other glyphs. */
static struct block block_of(uint32_t glyph)
{
    static const char *const shades[] = {"0.25", "0.5", "0.75"};
    struct block block = {.count = 0};
    if (glyph < 0x2580 || glyph > 0x259f)
        return block;
    int eighths = (int)glyph - 0x2580;
    if (glyph == 0x2580)
        add_part(&block, 0, 0, 8, 4);
    else if (glyph <= 0x2588)
        add_part(&block, 0, 8 - eighths, 8, eighths);
    else if (glyph < 0x2590)
        add_part(&block, 0, 0, 16 - eighths, 8);
    else if (glyph == 0x2590)
        add_part(&block, 4, 0, 4, 8);
    else if (glyph <= 0x2593)
        add_part(&block, 0, 0, 8, 8);
    else if (glyph == 0x2594)
        add_part(&block, 0, 0, 8, 1);
    else if (glyph == 0x2595)
        add_part(&block, 7, 0, 1, 8);
    else
        add_quadrants(&block, glyph);
    if (glyph > 0x2590 && glyph <= 0x2593)
        block.opacity = shades[glyph - 0x2591];
    return block;
}

static bool same_ink(const struct page_look *a, const struct page_look *b)
{
    const int seen = STYLE_BOLD | STYLE_FAINT;
    return a->ink == b->ink && (a->attributes & seen) == (b->attributes & seen);
}

/* A block element, and as many like it beside it as make one rectangle. */
static int put_block(const struct picture *picture, int from, int y)
{
    uint32_t glyph = glyph_at(picture, from, y);
    struct block block = block_of(glyph);
    struct page_look look = look_of(picture, from, y);
    int to = from + 1;
    bool whole = block.count == 1 && block.parts[0].width == 8;
    for (; whole && to < picture->surface->width; to++) {
        struct page_look next = look_of(picture, to, y);
        if (glyph_at(picture, to, y) != glyph || !same_ink(&look, &next))
            break;
    }
    for (int i = 0; i < block.count; i++) {
        const struct rect *part = &block.parts[i];
        struct rect area = {from * CELL_WIDTH + part->x * CELL_WIDTH / 8,
            y * CELL_HEIGHT + part->y * CELL_HEIGHT / 8,
            (to - from - 1) * CELL_WIDTH + part->width * CELL_WIDTH / 8,
            part->height * CELL_HEIGHT / 8};
        put_rect(picture, area, look.ink, block.opacity);
    }
    return to;
}

static void put_glyph(FILE *file, uint32_t glyph)
{
    char bytes[4];
    if (glyph == '&' || glyph == '<' || glyph == '>')
        fputs(glyph == '&' ? "&amp;" : glyph == '<' ? "&lt;" : "&gt;", file);
    else
        (void)fwrite(bytes, 1, (size_t)utf8_encode(glyph, bytes), file);
}

/* What the first row says: what a picture is of. */
static void put_title(const struct picture *picture)
{
    int width = picture->surface->width;
    bool begun = false;
    fputs("<title>", picture->file);
    for (int x = 0; x < width; x++) {
        uint32_t glyph = glyph_at(picture, x, 0);
        bool blank = glyph == ' ';
        if (!blank && begun && glyph_at(picture, x - 1, 0) == ' ')
            fputc(' ', picture->file);
        if (!blank)
            put_glyph(picture->file, glyph);
        begun = begun || !blank;
    }
    fputs("</title>\n", picture->file);
}

/* Words of one ink. Behind two blanks begins another text, which stands where it should in a
 * font of any width. */
static int put_words(const struct picture *picture, int from, int y)
{
    struct page_look look = look_of(picture, from, y);
    int to = from + 1;
    for (int x = to; x < picture->surface->width && x - to < 2; x++) {
        struct page_look next = look_of(picture, x, y);
        uint32_t glyph = glyph_at(picture, x, y);
        if (glyph == ' ')
            continue;
        if (block_of(glyph).count > 0 || !same_ink(&look, &next))
            break;
        to = x + 1;
    }
    fprintf(picture->file, "<text x=\"%d\" y=\"%.1f\" textLength=\"%d\"", from * CELL_WIDTH,
        y * CELL_HEIGHT + BASELINE, (to - from) * CELL_WIDTH);
    put_fill(picture, look.ink);
    if (look.attributes & STYLE_FAINT)
        fputs(" fill-opacity=\"" FAINT_OPACITY "\"", picture->file);
    if (look.attributes & STYLE_BOLD)
        fputs(" font-weight=\"bold\"", picture->file);
    fputc('>', picture->file);
    for (int x = from; x < to; x++)
        put_glyph(picture->file, glyph_at(picture, x, y));
    fputs("</text>\n", picture->file);
    return to;
}

/* Underlined cells, blanks too. */
static int put_underline(const struct picture *picture, int from, int y)
{
    struct page_look look = look_of(picture, from, y);
    int to = from;
    for (; to < picture->surface->width; to++) {
        struct page_look next = look_of(picture, to, y);
        if (!(next.attributes & STYLE_UNDERLINE) || !same_ink(&look, &next))
            break;
    }
    if (to == from)
        return from + 1;
    put_rect(picture,
        (struct rect){
            from * CELL_WIDTH, y * CELL_HEIGHT + UNDERLINE, (to - from) * CELL_WIDTH, 1},
        look.ink, NULL);
    return to;
}

static void put_row(const struct picture *picture, int y)
{
    int width = picture->surface->width;
    for (int x = 0; x < width;)
        x = put_paper(picture, x, y);
    for (int x = 0; x < width;)
        x = put_underline(picture, x, y);
    for (int x = 0; x < width;) {
        uint32_t glyph = glyph_at(picture, x, y);
        if (glyph == ' ')
            x++;
        else
            x = block_of(glyph).count > 0 ? put_block(picture, x, y) : put_words(picture, x, y);
    }
}

void picture_svg(FILE *file, const struct surface *surface, const struct theme *theme)
{
    const struct picture picture = {file, theme, surface};
    const struct rect page = {-MARGIN, -MARGIN, surface->width * CELL_WIDTH + 2 * MARGIN,
        surface->height * CELL_HEIGHT + 2 * MARGIN};
    fprintf(file,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%.0f\" "
        "height=\"%.0f\" viewBox=\"%d %d %d %d\" " FONT " shape-rendering=\"crispEdges\">\n",
        page.width * SCALE, page.height * SCALE, page.x, page.y, page.width, page.height);
    put_title(&picture);
    put_rect(&picture, page, theme->page_paper, NULL);
    for (int y = 0; y < surface->height; y++)
        put_row(&picture, y);
    fputs("</svg>\n", file);
}
