/* Recordings: their lines, and (by tests/cast.py) what a player shows. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/rng.h"
#include "picture/cast.h"
#include "picture/text.h"
#include "suites.h"

START_TEST(a_recording_is_this)
{
    struct surface *surface = surface_create(10, 2);
    struct cast cast;
    char *text;
    size_t length;
    FILE *file = open_memstream(&text, &length);
    cast_begin(&cast, file, 10, 2, "a \"δ\" \\ \t", theme_find("light"));
    char *events = text + length;
    surface_text(surface, 1, 0, -1, ROLE_TEXT, "\"a\\");
    cast_show(&cast, 0, surface, theme_find("light"));
    cast_show(&cast, 0.25, surface, theme_find("light")); /* nothing new */
    surface_text(surface, 1, 1, -1, ROLE_TEXT, "δ");
    cast_show(&cast, 0.5, surface, theme_find("light"));
    cast_mark(&cast, 0.5, "step 7: lr 3");
    ck_assert(surface_resize(surface, 4, 1));
    cast_show(&cast, 0.125, surface, theme_find("light")); /* time does not go back */
    cast_end(&cast, 2);
    ck_assert(!cast.failed);
    size_t header = (size_t)(events - text);
    ck_assert_int_eq(fclose(file), 0);
    static const char head[] = "{\"version\": 2, \"width\": 10, \"height\": 2, \"title\": "
                               "\"a \\\"δ\\\" \\\\ \\u0009\", \"env\": {\"TERM\": "
                               "\"xterm-256color\"}, \"theme\": {\"fg\": \"#262626\", "
                               "\"bg\": \"#ffffff\", \"palette\": \"#000000:#cd0000:";
    ck_assert_msg(strncmp(text, head, sizeof head - 1) == 0, "%s", text);
    ck_assert_str_eq(text + header,
        "[0.000000, \"o\", "
        "\"\\u001b[?25l\\u001b[0m\\u001b[H\\u001b[2J\\u001b[1;2H\\\"a\\\\\"]\n"
        "[0.500000, \"o\", \"\\u001b[2;2Hδ\"]\n"
        "[0.500000, \"m\", \"step 7: lr 3\"]\n"
        "[0.500000, \"r\", \"4x1\"]\n"
        "[0.500000, \"o\", \"\\u001b[0m\\u001b[H\\u001b[2J\"]\n"
        "[2.000000, \"o\", \"\\u001b[1;1H\\u001b[?25h\\u000d\\u000a\"]\n");
    free(text);
    surface_destroy(surface);
}
END_TEST

/* Whatever is shown, in whatever size and theme: the player ends with the last picture. */
START_TEST(the_player_shows_the_last_picture)
{
    const char *python = getenv("PYTHON"), *top = getenv("top_srcdir");
    char directory[] = "/tmp/cast-XXXXXX", name[64], text[64], command[400];
    static const char *const words[] = {
        "a", "  ", "\"", "\\", "δ█", "~", "‖g‖", "x y", "\x1b[2J"};
    struct rng rng;
    if (!python || !*python)
        return;
    rng_init(&rng, 5, RNG_DATA, 0);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    (void)snprintf(name, sizeof name, "%s/a.cast", directory);
    (void)snprintf(text, sizeof text, "%s/a.txt", directory);
    struct surface *surface = surface_create(40, 6);
    struct cast cast;
    FILE *file = fopen(name, "w");
    ck_assert_ptr_nonnull(file);
    cast_begin(&cast, file, 40, 6, "any", &themes[0]);
    for (int i = 0; i < 400; i++) {
        int width = 1 + (int)rng_below(&rng, 50), height = 1 + (int)rng_below(&rng, 8);
        if (i % 40 == 39)
            ck_assert(surface_resize(surface, width, height));
        for (uint32_t n = rng_below(&rng, 12); n > 0; n--)
            (void)surface_text(surface, (int)rng_below(&rng, 50), (int)rng_below(&rng, 8), -1,
                (enum role)rng_below(&rng, ROLE_COUNT),
                words[rng_below(&rng, ARRAY_LEN(words))]);
        cast_show(&cast, i / 30.0, surface, &themes[i / 100 % theme_count]);
    }
    cast_end(&cast, 20);
    ck_assert(!cast.failed);
    ck_assert_int_eq(fclose(file), 0);
    file = fopen(text, "w");
    picture_text(file, surface);
    ck_assert_int_eq(fclose(file), 0);
    (void)snprintf(command, sizeof command, "'%s' '%s/tests/cast.py' %s %s", python,
        top ? top : ".", name, text);
    ck_assert_int_eq(system(command), 0);
    (void)unlink(name);
    (void)unlink(text);
    (void)rmdir(directory);
    surface_destroy(surface);
}
END_TEST

START_TEST(a_full_disk_is_told_and_ends_it)
{
    struct surface *surface = surface_create(10, 2);
    struct cast cast;
    FILE *file = fopen("/dev/full", "w");
    if (file) {
        cast_begin(&cast, file, 10, 2, "any", &themes[0]);
        ck_assert(cast.failed && strstr(cast.failure.text, "No space"));
        cast_show(&cast, 0, surface, &themes[0]);
        ck_assert_ptr_null(cast.shown);
        cast_end(&cast, 1);
        (void)fclose(file);
    }
    surface_destroy(surface);
}
END_TEST

Suite *picture_cast_suite(void)
{
    return SUITE("cast", a_recording_is_this, the_player_shows_the_last_picture,
        a_full_disk_is_told_and_ends_it);
}
