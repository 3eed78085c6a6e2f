#include "picture/text.h"

void picture_text(FILE *file, const struct surface *surface)
{
    char bytes[4];
    for (int y = 0; y < surface->height; y++) {
        const struct cell *row = &surface->cells[y * surface->width];
        int end = surface->width;
        while (end > 0 && row[end - 1].glyph == ' ')
            end--;
        for (int x = 0; x < end; x++)
            (void)fwrite(bytes, 1, (size_t)utf8_encode(row[x].glyph, bytes), file);
        (void)fputc('\n', file);
    }
}
