/* What is said of commands: what they set, what comes of it. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/text.h"
#include "engine/preset.h"
#include "engine/session.h"
#include "engine/session_internal.h"

void session_say(struct session *session, bool is_error, const char *format, ...)
{
    struct news *news = &session->news;
    va_list arguments;
    if (!is_error && news->message_is_error && session->message_unshown)
        return;
    char whole[2 * sizeof news->message];
    va_start(arguments, format);
    (void)vsnprintf(whole, sizeof whole, format, arguments);
    va_end(arguments);
    text_cut(news->message, sizeof news->message, whole);
    news->shorter[0][0] = news->shorter[1][0] = '\0';
    news->message_is_error = is_error;
    news->message_stops = false;
    news->message_serial++;
    session->message_unshown = true;
}

/* Of what was said last, if it was said: for 80 columns, and for 40. */
static void shorten(struct session *session, const char *words, const char *few)
{
    struct news *news = &session->news;
    if (news->message_is_error)
        return;
    text_cut(news->shorter[0], NEWS_SHORT, words);
    (void)snprintf(news->shorter[1], NEWS_SHORT, "%s", few);
}

static void tell_setting(struct session *session, const struct hparam *row)
{
    char words[NEWS_SHORT], few[96];
    char value[HPARAM_VALUE_SIZE] = "";
    const struct wanted *wanted = &session->news.wanted;
    uint64_t step = session->run ? session->run->training->step : 0;
    bool before = wanted->leaving && hparam_equal(&wanted->left, &wanted->hparams, row);
    if (wanted->seeking && !before)
        step = wanted_goal(wanted); /* where it will be made */
    hparam_format(&wanted->hparams, row, value, sizeof value);
    const char *meaning =
        row->choice_help ? row->choice_help(names_find(row->choices, value)) : NULL;
    if (row->relevant && !row->relevant(&wanted->hparams))
        meaning = "nothing uses it at present";
    const char *colon = meaning ? ": " : "";
    meaning = meaning ? meaning : "";
    if (row->rebuild)
        session_say(session, false, "%s %s, built anew, from step 0%s%s", row->name, value,
            colon, meaning);
    else
        session_say(session, false, "%s %s from step %" PRIu64 " on%s%s", row->name, value,
            step, colon, meaning);
    (void)snprintf(few, sizeof few, "%s %s", row->name, value);
    (void)snprintf(words, sizeof words, "%s%s%s", few, colon, meaning);
    shorten(session, words, few);
}

static void tell_armed(struct session *session, const struct command *at)
{
    struct armed armed = {.step = (uint64_t)at->number};
    char text[COMMAND_TEXT_SIZE];
    if (command_parse(at->text, &armed.command, NULL)) { /* "drop" alone is none */
        armed_text(&armed, text, sizeof text);
        session_say(session, false, "armed: %s at step %" PRIu64, text, armed.step);
    } else if (armed.step > 0) {
        session_say(session, false, "nothing is armed for step %" PRIu64 " now", armed.step);
    } else {
        session_say(session, false, "nothing is armed now");
    }
}

static void tell_until(struct session *session, const struct wanted *wanted)
{
    char text[CONDITION_TEXT], brief[ERROR_TEXT - 60];
    (void)condition_write(&wanted->until, text, sizeof text);
    text_cut(brief, sizeof brief, text);
    if (wanted->waiting)
        session_say(session, false, "runs until %s: space stops it before", brief);
    else
        session_say(session, false, "runs on: nothing is waited for any longer");
    shorten(session, wanted->waiting ? "runs until then: space stops it before" : "runs on",
        wanted->waiting ? "runs until then" : "runs on");
}

/* What has become another in the network that is trained, where it is one thing. */
static void tell_preset(struct session *session, const struct wanted *wanted)
{
    const struct preset *preset = preset_find(wanted->last.text, NULL);
    char change[160], words[2 * NEWS_SHORT], few[NEWS_SHORT];
    bool one =
        hparams_differences(&session->hparams, &wanted->hparams, change, sizeof change) == 1;
    const char *said = one ? change : preset->title, *rest = one ? ", all else the same" : "";
    session_say(session, false, "preset %s: %s%s", preset->name, said, rest);
    (void)snprintf(few, sizeof few, "preset %s", preset->name);
    (void)snprintf(words, sizeof words, "%s: %s", preset->name, said);
    shorten(session, words, few);
}

static void tell_race(struct session *session, const struct wanted *wanted)
{
    char words[2 * NEWS_SHORT], own[NEWS_SHORT / 2], other[NEWS_SHORT / 2];
    (void)settings_words(&wanted->hparams, &wanted->rival, own, sizeof own);
    (void)settings_words(&wanted->rival, &wanted->hparams, other, sizeof other);
    (void)snprintf(words, sizeof words, "%s against ghost: %s", own, other);
    session_say(session, false, "race from step 0, all else the same: %s against ghost: %s",
        own, other);
    shorten(session, words, "race from step 0");
}

void session_tell(struct session *session)
{
    struct wanted *wanted = &session->news.wanted;
    const struct command *command = &wanted->last;
    session_tell_lecture(session);
    if (!wanted->untold)
        return;
    wanted->untold = false;
    if (command->id == COMMAND_PRESET)
        tell_preset(session, wanted);
    else if (command->id == COMMAND_RESET)
        session_say(session, false, "back to step 0, the same seed");
    else if (command->id == COMMAND_RACE)
        tell_race(session, wanted);
    else if (command->id == COMMAND_RESEED)
        session_say(session, false, "seed %" PRIu64 ", from step 0", wanted->hparams.seed);
    else if (command->id == COMMAND_AT)
        tell_armed(session, command);
    else if (command->id == COMMAND_UNTIL)
        tell_until(session, wanted);
    else if (command->row)
        tell_setting(session, command->row);
}
