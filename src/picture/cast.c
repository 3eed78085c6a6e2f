#include "picture/cast.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture/ansi.h"
#include "picture/color.h"

#define HIDE_CURSOR "\033[?25l"
#define SHOW_CURSOR "\033[?25h"

static bool fail(struct cast *cast, const char *text)
{
    if (!cast->failed)
        error_set(&cast->failure, "%s", text);
    cast->failed = true;
    return false;
}

/* Text between quotation marks (RFC 8259); what is above ASCII stands as it is. */
static void put_string(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(file, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(file, "\\u%04x", c);
        else
            fputc(c, file);
    }
    fputc('"', file);
}

/* Ends the line that has been put. */
static void end_line(struct cast *cast)
{
    errno = 0;
    (void)fputc('\n', cast->file);
    if (fflush(cast->file) != 0 || ferror(cast->file))
        (void)fail(cast, strerror(errno ? errno : EIO));
}

static void put_event(struct cast *cast, double time, char kind, const char *text)
{
    if (cast->failed)
        return;
    cast->time = fmax(cast->time, time);
    fprintf(cast->file, "[%.6f, \"%c\", ", cast->time, kind);
    put_string(cast->file, text);
    fputc(']', cast->file);
    end_line(cast);
}

static void put_color(FILE *file, const char *name, int color)
{
    struct rgb rgb = color_rgb(color);
    fprintf(file, "\"%s\": \"#%02x%02x%02x\", ", name, rgb.red, rgb.green, rgb.blue);
}

void cast_begin(struct cast *cast, FILE *file, int width, int height, const char *title,
    const struct theme *theme)
{
    *cast = (struct cast){.file = file};
    fprintf(file, "{\"version\": 2, \"width\": %d, \"height\": %d, \"title\": ", width, height);
    put_string(file, title);
    fputs(", \"env\": {\"TERM\": \"xterm-256color\"}, \"theme\": {", file);
    put_color(file, "fg", theme->page_ink);
    put_color(file, "bg", theme->page_paper);
    fputs("\"palette\": \"", file); /* which no theme uses, and the format wants */
    for (int i = 0; i < 16; i++) {
        struct rgb rgb = color_rgb(i);
        fprintf(file, "%s#%02x%02x%02x", i > 0 ? ":" : "", rgb.red, rgb.green, rgb.blue);
    }
    fputs("\"}}", file);
    end_line(cast);
}

static bool same_size(const struct surface *a, const struct surface *b)
{
    return a && a->width == b->width && a->height == b->height;
}

/* The bytes that lead to this picture; NULL without memory, "" when it is shown already. */
static char *change_of(
    const struct cast *cast, const struct surface *surface, const struct theme *theme)
{
    char *bytes = NULL;
    size_t length;
    FILE *file = open_memstream(&bytes, &length);
    if (!file)
        return NULL;
    if (!cast->shown)
        fputs(HIDE_CURSOR, file);
    picture_ansi_change(file, theme == cast->theme ? cast->shown : NULL, surface, theme);
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

static bool remember(
    struct cast *cast, const struct surface *surface, const struct theme *theme)
{
    if (!cast->shown)
        cast->shown = surface_create(surface->width, surface->height);
    if (!cast->shown ||
        (!same_size(cast->shown, surface) &&
            !surface_resize(cast->shown, surface->width, surface->height)))
        return false;
    struct rect all = {0, 0, surface->width, surface->height};
    surface_copy(cast->shown, 0, 0, surface, all);
    cast->theme = theme;
    return true;
}

void cast_show(
    struct cast *cast, double time, const struct surface *surface, const struct theme *theme)
{
    char size[32];
    if (cast->failed)
        return;
    char *bytes = change_of(cast, surface, theme);
    if (cast->shown && !same_size(cast->shown, surface)) {
        (void)snprintf(size, sizeof size, "%dx%d", surface->width, surface->height);
        put_event(cast, time, 'r', size);
    }
    if (bytes && bytes[0])
        put_event(cast, time, 'o', bytes);
    if (!bytes || !remember(cast, surface, theme))
        (void)fail(cast, "out of memory for the picture");
    free(bytes);
}

void cast_mark(struct cast *cast, double time, const char *label)
{
    put_event(cast, time, 'm', label);
}

void cast_end(struct cast *cast, double time)
{
    char bytes[48];
    if (cast->shown) {
        (void)snprintf(
            bytes, sizeof bytes, "\033[%d;1H" SHOW_CURSOR "\r\n", cast->shown->height);
        put_event(cast, time, 'o', bytes);
    }
    surface_destroy(cast->shown);
    cast->shown = NULL;
}
