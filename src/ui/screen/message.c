#include "ui/screen/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "ui/screen/lesson_panel.h"

enum { MESSAGE_SECONDS = 8 };
enum { BYTES_A_SECOND = 10 }; /* that are read of an error: what it advises is typed then */

/* How bad it is: the glyph says so where there are no colours. */
static const struct {
    enum role role;
    const char *glyph;
} looks[] = {
    [ALERT_BORN_DEAD] = {ROLE_WARN, "▴ "},
    [ALERT_DEATH] = {ROLE_WARN, "▴ "},
    [ALERT_HALF_DEAD] = {ROLE_WARN, "▴ "},
    [ALERT_CLIPPING] = {ROLE_WARN, "▴ "},
    [ALERT_LEARNING] = {ROLE_GOOD, "+ "},
    [ALERT_OVERFITTING] = {ROLE_WARN, "▴ "},
    [ALERT_DIVERGED] = {ROLE_BAD, "! "},
};
_Static_assert(ARRAY_LEN(looks) == ALERT_KINDS, "a look for each kind");

void message_say(struct screen *screen, enum message_about about, enum role role,
    const char *glyph, const char *text)
{
    char whole[sizeof screen->message];
    (void)snprintf(whole, sizeof whole, "%s%s", glyph, text);
    text_clean(screen->message, sizeof screen->message, whole);
    screen->message_is_error = role == ROLE_ERROR;
    screen->message_role = role;
    screen->message_about = about;
    screen->message_hparams = screen->wanted.hparams;
    screen->message_brief = 0;
    screen->message_shorter[0][0] = screen->message_shorter[1][0] = '\0';
    screen->message_until = screen->now + MESSAGE_SECONDS;
    double reading = (double)strlen(text) / BYTES_A_SECOND;
    if (role == ROLE_ERROR && reading > MESSAGE_SECONDS)
        screen->message_until = screen->now + reading;
}

void screen_say(struct screen *screen, bool is_error, const char *text)
{
    message_say(screen, ABOUT_SCREEN, is_error ? ROLE_ERROR : ROLE_TEXT, "", text);
}

void message_tell_news(struct screen *screen, const struct news *news)
{
    enum message_about about = news->message_is_error ? ABOUT_SCREEN : ABOUT_SETTINGS;
    message_say(
        screen, about, news->message_is_error ? ROLE_ERROR : ROLE_TEXT, "", news->message);
    memcpy(screen->message_shorter, news->shorter, sizeof screen->message_shorter);
    /* What it says was done, also where more has been asked for since. */
    screen->message_hparams = news->wanted.hparams;
    message_settings(screen, false);
}

static void tell_alert(struct screen *screen, const struct alert *alert)
{
    char words[160], text[200];
    alert_text(alert, words, sizeof words);
    int brief = snprintf(
        text, sizeof text, "step %" PRIu64 ", %s", alert->step, alert_label(alert->kind));
    (void)snprintf(text + brief, sizeof text - (size_t)brief, ": %s", words);
    enum message_about about = alert->kind == ALERT_CLIPPING ? ABOUT_CLIPPING : ABOUT_RUN;
    message_say(screen, about, looks[alert->kind].role, looks[alert->kind].glyph, text);
    screen->message_brief = brief + (int)strlen(looks[alert->kind].glyph);
}

void message_tell_alerts(struct screen *screen, const struct snapshot *snapshot, bool stops)
{
    const struct alerts *alerts = &snapshot->story.alerts;
    bool loaded = snapshot->news.loads != screen->loads_seen;
    bool on_the_way = snapshot->news.wanted.seeking || screen->sought || loaded;
    screen->sought = snapshot->news.wanted.seeking;
    screen->loads_seen = snapshot->news.loads;
    bool any = alerts->total > screen->events_seen;
    /* A session that is restored has told of its steps before; no event answers a question. */
    if (any && !lesson_panel_asking(screen->lesson) &&
        !(on_the_way && alerts_recent(alerts, 0)->step <= screen->known_to)) {
        /* What was waited for says with its numbers why it stops here; an error counts more. */
        if (!stops)
            tell_alert(screen, alerts_recent(alerts, 0));
        screen->ring = screen->bell;
    }
    /* Another future has other alerts. */
    bool other = snapshot->news.futures != screen->futures_seen;
    screen->futures_seen = snapshot->news.futures;
    if (other || any)
        screen->events_seen = alerts->total;
}

void message_drop(struct screen *screen)
{
    screen->message[0] = '\0';
}

void message_new_run(struct screen *screen)
{
    if (screen->message_about == ABOUT_RUN || screen->message_about == ABOUT_CLIPPING)
        message_drop(screen);
}

void message_gone_back(struct screen *screen)
{
    if (screen->message_about != ABOUT_SCREEN)
        message_drop(screen);
}

static bool clips_alike(const struct hparams *a, const struct hparams *b)
{
    return a->clip == b->clip && !(a->clip_at < b->clip_at) && !(a->clip_at > b->clip_at);
}

void message_settings(struct screen *screen, bool anew)
{
    const struct hparams *now = &screen->wanted.hparams, *then = &screen->message_hparams;
    bool over = false;
    if (screen->message_about == ABOUT_SETTINGS)
        over = anew || !hparams_equal(now, then);
    else if (screen->message_about == ABOUT_CLIPPING)
        over = !clips_alike(now, then);
    if (over)
        message_drop(screen);
}
