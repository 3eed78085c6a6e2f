/* `nablascope lesson`: the list of lessons, one of them, or a check of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/headless.h"
#include "cli/lesson_check.h"
#include "cli/lesson_find.h"
#include "cli/lesson_new.h"
#include "cli/lesson_play.h"
#include "cli/say.h"
#include "core/text.h"

/* Of one lesson: a line; at length what it is about and where it is, too. */
static void print_lesson(
    FILE *file, const struct lesson_place *place, const struct lesson *lesson, bool at_length)
{
    char name[LESSON_FILE_MOST], number[12] = "", about[4 * 80];
    lesson_place_name(place, name, sizeof name);
    if (lesson_place_number(place) > 0)
        (void)snprintf(number, sizeof number, "%d", lesson_place_number(place));
    fprintf(file, "%3s %-14s %s", number, SHOWN(name), SHOWN(lesson->title));
    if (lesson->minutes > 0)
        fprintf(file, ", %d min", lesson->minutes);
    text_clean(about, sizeof about, lesson->about);
    (void)fputc('\n', file);
    if (at_length)
        fprintf(file, "    %s\n    %s\n", about, SHOWN_FILE(place->file));
}

static int list(const struct options *options, struct session *none, struct output *output)
{
    int count, status = 0;
    (void)options;
    (void)none;
    struct lesson_place *places = lesson_places("lessons", &count);
    if (!places) {
        (void)output_close(output, false, NULL);
        return headless_fail("out of memory");
    }
    output_begin(output);
    /* On a terminal the whole course is to be seen at once. */
    bool at_length = !isatty(fileno(output->file));
    for (int i = 0; i < count && !headless_ended(); i++) {
        struct lesson lesson;
        struct error error;
        if (lesson_read(&lesson, places[i].file, headless_interrupt(), &error)) {
            print_lesson(output->file, &places[i], &lesson, at_length);
        } else {
            say("%s", error.text);
            status = 1;
        }
        lesson_clear(&lesson);
    }
    if (count == 0)
        status = headless_fail("no lessons are installed: lesson --new=FILE begins one");
    else if (!at_length)
        (void)fputs("\n"
                    "nablascope lesson NAME     opens one, by its number too\n"
                    "nablascope lesson quiz     asks five questions\n"
                    "nablascope lesson | less   says what each is about, and where it is\n",
            output->file);
    free(places);
    int closed = headless_close(output, true);
    return status ? status : closed;
}

int lesson_main(const struct options *options)
{
    static const struct headless listing = {NULL, list, NULL};
    if (options->begin)
        return lesson_new(options->begin);
    if (options->verify)
        return lesson_check(options);
    if (options->file_count == 0)
        return headless_main(options, &listing);
    return lesson_play(options);
}
