#include "ui/screen/lecture_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "ui/draw/format.h"

enum { FORMS = 5, FORM_SIZE = 320 };

/* The same in fewer and fewer words. */
struct forms {
    char text[FORMS][FORM_SIZE];
    enum role role;
};

int lecture_rows(const struct screen *screen)
{
    return screen->wanted.guided && screen->snapshot ? 1 : 0;
}

static bool is_behind(const struct screen *screen)
{
    const struct snapshot *s = screen->snapshot;
    return s->news.lecture.heard && s->seen.step < s->news.lecture.reached;
}

void lecture_pace_text(const struct screen *screen, const char *rate, char *text, size_t size)
{
    const struct lecture_news *l = &screen->snapshot->news.lecture;
    if (is_behind(screen))
        (void)snprintf(text, size, "▸ %s steps/s", rate);
    else
        (void)snprintf(text, size, "%s",
            l->stopped     ? "stopped"
                : l->ended ? "ended"
                           : "waiting");
}

static void say_left(const struct screen *screen, struct forms *forms)
{
    const struct lecture_news *l = &screen->snapshot->news.lecture;
    char there[60] = "";
    if (l->heard)
        (void)snprintf(there, sizeof there, ", at step %" PRIu64, l->reached);
    (void)snprintf(forms->text[0], FORM_SIZE,
        "following: left at step %" PRIu64 "; F returns to %s%s%s%s", l->left, l->name, there,
        l->heard ? " of " : "", l->words);
    (void)snprintf(forms->text[1], FORM_SIZE,
        "following: left at step %" PRIu64 "; F returns to %s%s", l->left, l->name, there);
    (void)snprintf(
        forms->text[2], FORM_SIZE, "following: left at step %" PRIu64 "; F returns", l->left);
    (void)snprintf(forms->text[3], FORM_SIZE, "left at step %" PRIu64 "; F returns", l->left);
    forms->role = ROLE_WARN;
}

static void say_followed(const struct screen *screen, struct forms *forms)
{
    const struct snapshot *s = screen->snapshot;
    const struct lecture_news *l = &s->news.lecture;
    char where[80], state[120];
    if (is_behind(screen))
        (void)snprintf(
            where, sizeof where, "step %" PRIu64 " of %" PRIu64, s->seen.step, l->reached);
    else
        (void)snprintf(where, sizeof where, "at step %" PRIu64, s->seen.step);
    (void)snprintf(state, sizeof state, "%s%s", where,
        l->stopped              ? ", stopped at a wrong line"
            : l->ended          ? ", it has ended"
            : is_behind(screen) ? ""
                                : ", waiting for the lecturer");
    (void)snprintf(forms->text[0], FORM_SIZE, "following %s: %s · branch %d, %s", l->name,
        state, l->branch, l->words);
    (void)snprintf(
        forms->text[1], FORM_SIZE, "following: %s · branch %d, %s", state, l->branch, l->words);
    (void)snprintf(forms->text[2], FORM_SIZE, "following: %s · branch %d", state, l->branch);
    (void)snprintf(forms->text[3], FORM_SIZE, "following: %s", state);
    (void)snprintf(forms->text[4], FORM_SIZE, "%s: %s",
        l->stopped     ? "stopped"
            : l->ended ? "ended"
                       : "following",
        where);
    forms->role = l->stopped ? ROLE_BAD : l->ended ? ROLE_WARN : ROLE_GOOD;
}

static void say_unheard(const struct lecture_news *l, struct forms *forms)
{
    const char *state = l->stopped ? "stopped at a wrong line"
        : l->ended                 ? "it has ended before it began"
                                   : "waiting for the lecturer";
    (void)snprintf(forms->text[0], FORM_SIZE, "following %s: %s", l->name, state);
    (void)snprintf(forms->text[1], FORM_SIZE, "following: %s", state);
    (void)snprintf(forms->text[2], FORM_SIZE, "%s", state);
    forms->role = l->stopped ? ROLE_BAD : ROLE_WARN;
}

void lecture_draw(const struct screen *screen, struct surface *surface, int y)
{
    struct forms forms;
    int form = 0;
    memset(&forms, 0, sizeof forms);
    if (!screen->wanted.following)
        say_left(screen, &forms);
    else if (screen->snapshot->news.lecture.heard)
        say_followed(screen, &forms);
    else
        say_unheard(&screen->snapshot->news.lecture, &forms);
    while (form + 1 < FORMS && forms.text[form + 1][0] &&
        text_columns(forms.text[form]) > surface->width)
        form++;
    surface_line(surface, 0, y, surface->width, forms.role, forms.text[form]);
}
