#include "cli/pictures.h"

#include <string.h>

#include "core/text.h"
#include "picture/ansi.h"
#include "picture/svg.h"
#include "picture/text.h"
#include "ui/draw/glyphs.h"

static void write_text(FILE *file, const struct surface *surface, const struct theme *theme)
{
    (void)theme;
    picture_text(file, surface);
}

static const struct picture_format formats[] = {
    {".svg", picture_svg}, {".txt", write_text}, {".ansi", picture_ansi}};

const struct picture_format *picture_format_of(const char *name, struct error *error)
{
    const char *end = strrchr(name, '.');
    for (size_t i = 0; end && i < ARRAY_LEN(formats); i++) {
        if (strcmp(end, formats[i].end) == 0)
            return &formats[i];
    }
    error_set(error, "'%s' ends in no format of pictures: .svg, .txt or .ansi", SHOWN(name));
    return NULL;
}

void picture_reduce(struct surface *surface, const struct theme *theme, bool plain)
{
    if (plain)
        surface_asciify(surface);
    else if (!theme->colored)
        surface_flatten(surface);
}
