#include "cli/errands.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "io/output.h"
#include "picture/svg.h"
#include "picture/text.h"
#include "ui/draw/glyphs.h"

static void write_text(FILE *file, const struct surface *surface, const struct theme *theme)
{
    (void)theme;
    picture_text(file, surface);
}

/* What a picture is written as, by the end of its file's name. */
static const struct format {
    const char *end;
    void (*write)(FILE *file, const struct surface *surface, const struct theme *theme);
} formats[] = {{".svg", picture_svg}, {".txt", write_text}};

static const struct format *format_of(const char *name, struct error *error)
{
    const char *end = strrchr(name, '.');
    for (size_t i = 0; end && i < ARRAY_LEN(formats); i++) {
        if (strcmp(end, formats[i].end) == 0)
            return &formats[i];
    }
    error_set(error, "'%s' ends in no format of pictures: .svg or .txt", SHOWN(name));
    return NULL;
}

/* The picture without the line that asked for it. */
static struct surface *picture(
    struct screen *screen, const struct surface *shown, bool plain, struct error *error)
{
    struct surface *surface = surface_create(shown->width, shown->height);
    if (!surface) {
        error_set(error, "out of memory for the picture");
        return NULL;
    }
    screen_draw(screen, surface);
    if (plain)
        surface_asciify(surface);
    else if (!screen->theme->colored)
        surface_flatten(surface);
    return surface;
}

static bool write_snapshot(
    struct screen *screen, const struct surface *shown, bool plain, struct error *error)
{
    const char *name = screen->errand.text;
    const struct format *format = format_of(name, error);
    struct output output;
    if (!format)
        return false;
    struct surface *surface = picture(screen, shown, plain, error);
    if (!surface)
        return false;
    bool opened = output_open(&output, name, error);
    if (opened) {
        output_begin(&output);
        format->write(output.file, surface, screen->theme);
    }
    surface_destroy(surface);
    return opened && output_close(&output, true, error);
}

void errand_do(struct screen *screen, const struct surface *shown, bool plain)
{
    struct error error;
    char text[COMMAND_ARGUMENT_SIZE + 32];
    screen->has_errand = false;
    if (!write_snapshot(screen, shown, plain, &error)) {
        screen_say(screen, true, error.text);
        return;
    }
    (void)snprintf(text, sizeof text, "written: %s", SHOWN(screen->errand.text));
    screen_say(screen, false, text);
}
