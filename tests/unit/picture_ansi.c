/* Bytes for terminals, shown by a terminal that knows no more than they may hold. */
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "picture/ansi.h"
#include "suites.h"

enum { WIDTH = 23, HEIGHT = 5 };

struct shown {
    uint32_t glyph;
    struct look look;
};

/* A terminal: what it shows, where it writes, and in which look. */
struct screen_model {
    struct shown cells[HEIGHT][WIDTH];
    int x, y;
    struct look look;
};

static const struct look plain = {COLOR_DEFAULT, COLOR_DEFAULT, STYLE_PLAIN};

static void wipe(struct screen_model *model)
{
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        model->cells[i / WIDTH][i % WIDTH] = (struct shown){' ', plain};
}

static void set_graphics(struct screen_model *model, const int *numbers, int count)
{
    for (int i = 0; i < count; i++) {
        struct look *look = &model->look;
        switch (numbers[i]) {
        case 0:
            *look = plain;
            break;
        case 1:
            look->attributes |= STYLE_BOLD;
            break;
        case 2:
            look->attributes |= STYLE_FAINT;
            break;
        case 4:
            look->attributes |= STYLE_UNDERLINE;
            break;
        case 7:
            look->attributes |= STYLE_REVERSE;
            break;
        case 38:
        case 48:
            ck_assert(i + 2 < count && numbers[i + 1] == 5 && numbers[i + 2] < 256);
            *(numbers[i] == 38 ? &look->ink : &look->paper) = numbers[i + 2];
            i += 2;
            break;
        case 39:
            look->ink = COLOR_DEFAULT;
            break;
        case 49:
            look->paper = COLOR_DEFAULT;
            break;
        default:
            ck_abort_msg("SGR %d", numbers[i]);
        }
    }
}

/* Behind ESC [. */
static const char *obey(struct screen_model *model, const char *at)
{
    int numbers[16] = {0}, count = 0;
    while (*at >= '0' && *at <= '9') {
        ck_assert_int_lt(count, 16);
        char *end;
        numbers[count++] = (int)strtol(at, &end, 10);
        at = end + (*end == ';');
    }
    switch (*at) {
    case 'm':
        set_graphics(model, numbers, count);
        break;
    case 'H':
        model->y = count > 0 ? numbers[0] - 1 : 0;
        model->x = count > 1 ? numbers[1] - 1 : 0;
        break;
    case 'C':
        model->x += numbers[0];
        break;
    case 'J':
        ck_assert_int_eq(numbers[0], 2);
        wipe(model);
        break;
    default:
        ck_abort_msg("ESC [ … %c", *at);
    }
    return at + 1;
}

static void show(struct screen_model *model, const char *bytes)
{
    while (*bytes) {
        if (strncmp(bytes, "\033[", 2) == 0) {
            bytes = obey(model, bytes + 2);
        } else if (*bytes == '\n') {
            model->x = 0;
            model->y++;
            bytes++;
        } else {
            uint32_t glyph = utf8_next(&bytes);
            ck_assert(model->y >= 0 && model->y < HEIGHT && model->x >= 0 && model->x < WIDTH);
            model->cells[model->y][model->x++] = (struct shown){glyph, model->look};
        }
    }
}

static void expect_shown(
    const struct screen_model *model, const struct surface *surface, const struct theme *theme)
{
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        const struct cell *cell = &surface->cells[i];
        const struct shown *shown = &model->cells[i / WIDTH][i % WIDTH];
        struct look look = theme_look(theme, (enum role)cell->role, 256);
        if (cell->back != ROLE_NONE)
            look.paper = theme_look(theme, (enum role)cell->back, 256).ink;
        ck_assert_uint_eq(shown->glyph, cell->glyph);
        ck_assert_int_eq(shown->look.paper, look.paper);
        int marks = STYLE_REVERSE | STYLE_UNDERLINE;
        ck_assert_int_eq(shown->look.attributes & marks, look.attributes & marks);
        if (cell->glyph == ' ' && !(look.attributes & marks))
            continue;
        ck_assert_int_eq(shown->look.ink, look.ink);
        ck_assert_int_eq(shown->look.attributes, look.attributes);
    }
    ck_assert(memcmp(&model->look, &plain, sizeof plain) == 0);
}

/* Changes some cells, in runs. */
static void scribble(struct rng *rng, struct surface *surface)
{
    static const uint32_t glyphs[] = {' ', ' ', ' ', 'a', '~', 0x2588, 0x2207, 0x2580};
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        uint64_t draw = rng_next(rng);
        if (draw % 3 == 0)
            continue;
        int back = draw >> 8 & 7 ? ROLE_NONE : ROLE_RAMP + (int)(draw >> 12 & 7);
        int16_t role = (int16_t)(draw >> 16 & 3 ? ROLE_TEXT : (draw >> 20 & 0xff) % ROLE_COUNT);
        surface->cells[i] = (struct cell){glyphs[draw >> 32 & 7], role, (int16_t)back};
    }
}

START_TEST(changes_lead_from_picture_to_picture)
{
    struct rng rng;
    rng_init(&rng, 7, RNG_DATA, 0);
    struct surface *before = surface_create(WIDTH, HEIGHT);
    struct surface *now = surface_create(WIDTH, HEIGHT);
    const struct theme *theme = &themes[_i];
    struct screen_model model = {.look = plain};
    wipe(&model);
    scribble(&rng, before);
    for (int i = 0; i < 300; i++) {
        char *bytes;
        size_t length;
        FILE *file = open_memstream(&bytes, &length);
        bool anew = i % 50 == 0; /* whatever stands there */
        surface_copy(now, 0, 0, before, (struct rect){0, 0, WIDTH, HEIGHT});
        scribble(&rng, now);
        picture_ansi_change(file, anew ? NULL : before, now, theme);
        ck_assert_int_eq(fclose(file), 0);
        ck_assert_uint_eq(length, strlen(bytes));
        show(&model, bytes);
        expect_shown(&model, now, theme);
        free(bytes);
        struct surface *other = before;
        before = now;
        now = other;
    }
    surface_destroy(before);
    surface_destroy(now);
}
END_TEST

START_TEST(what_stands_is_not_sent_again)
{
    struct surface *before = surface_create(WIDTH, HEIGHT), *now;
    struct rng rng;
    rng_init(&rng, 1, RNG_DATA, 0);
    char bytes[100] = "";
    scribble(&rng, before);
    now = surface_create(WIDTH, HEIGHT);
    surface_copy(now, 0, 0, before, (struct rect){0, 0, WIDTH, HEIGHT});
    FILE *file = fmemopen(bytes, sizeof bytes, "w");
    picture_ansi_change(file, before, now, &themes[0]);
    ck_assert_int_eq(ftell(file), 0);
    before->cells[WIDTH + 3] = (struct cell){'a', ROLE_TEXT, ROLE_NONE};
    surface_text(now, 3, 1, -1, ROLE_TEXT, "b");
    before->cells[WIDTH + 10] = (struct cell){'a', ROLE_BAD, ROLE_NONE};
    surface_text(now, 10, 1, -1, ROLE_BAD, "c");
    picture_ansi_change(file, before, now, &themes[0]);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_str_eq(bytes, "\033[2;4Hb\033[6C\033[1;38;5;203mc\033[0m");
    surface_destroy(before);
    surface_destroy(now);
}
END_TEST

/* Each line by itself, too: what `grep` or `head` leaves of them colours nothing else. */
START_TEST(a_file_shows_the_picture_line_by_line)
{
    struct surface *surface = surface_create(WIDTH, HEIGHT);
    struct rng rng;
    rng_init(&rng, 3, RNG_DATA, 0);
    for (int i = 0; i < 40; i++) {
        char *bytes;
        size_t length;
        FILE *file = open_memstream(&bytes, &length);
        scribble(&rng, surface);
        picture_ansi(file, surface, &themes[i % theme_count]);
        ck_assert_int_eq(fclose(file), 0);
        struct screen_model model = {.look = plain};
        wipe(&model);
        int lines = 0;
        for (char *line = strtok(bytes, "\n"); line; line = strtok(NULL, "\n")) {
            ck_assert(line[0] && line[strlen(line) - 1] != ' ');
            model.x = 0;
            model.y = lines++;
            show(&model, line);
            ck_assert(memcmp(&model.look, &plain, sizeof plain) == 0);
        }
        ck_assert_int_eq(lines, HEIGHT);
        expect_shown(&model, surface, &themes[i % theme_count]);
        free(bytes);
    }
    surface_destroy(surface);
}
END_TEST

Suite *picture_ansi_suite(void)
{
    Suite *suite =
        SUITE("ansi", what_stands_is_not_sent_again, a_file_shows_the_picture_line_by_line);
    TCase *tcase = tcase_create("changes");
    tcase_add_loop_test(tcase, changes_lead_from_picture_to_picture, 0, theme_count);
    suite_add_tcase(suite, tcase);
    return suite;
}
