#include "cli/lesson_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/dataset.h"
#include "core/text.h"

enum { PATH_SIZE = 4096 };

/* Where a lesson is. */
struct beside {
    char given[PATH_SIZE]; /* as it was said, with its last slash; "" for the working directory
                            */
    char full[PATH_SIZE];  /* from the root on, the same; "": not known */
};

static void look_beside(struct beside *beside, const char *file)
{
    const char *slash = strrchr(file, '/');
    int length = slash ? (int)(slash - file) + 1 : 0;
    beside->full[0] = '\0';
    if (snprintf(beside->given, PATH_SIZE, "%.*s", length, file) >= PATH_SIZE)
        beside->given[0] = '\0';
    char *full = realpath(length > 0 ? beside->given : ".", NULL);
    if (full && strlen(full) + 2 <= PATH_SIZE)
        (void)snprintf(
            beside->full, PATH_SIZE, "%s%s", full, strcmp(full, "/") == 0 ? "" : "/");
    free(full);
}

/* A setting that names a file: its row, what the file is called; NULL: it does not. */
static const char *file_of(
    const struct hparam *row, const char *value, struct hparams *trial, struct error *error)
{
    bool data = strcmp(row->name, "data") == 0;
    hparams_init(trial);
    if ((!data && strcmp(row->name, "labels") != 0) || !hparam_set(trial, row, value, error))
        return NULL;
    const char *name = data ? trial->file : trial->labels;
    return *name && (!data || trial->data == DATA_FILE) ? name : NULL;
}

static bool is_value(const struct hparam *row, const char *value, struct error *error)
{
    struct hparams trial;
    const char *name = file_of(row, value, &trial, error);
    return name && strcmp(name, value) == 0;
}

/* The name of a file beside the lesson, in the place of `value`, which is as it was where there
 * is none. False with *error where that cannot be said. */
static bool find(const struct beside *beside, const struct hparam *row,
    char value[COMMAND_ARGUMENT_SIZE], struct error *error)
{
    struct hparams trial;
    const char *name = file_of(row, value, &trial, NULL);
    char full[2 * PATH_SIZE], given[2 * PATH_SIZE];
    if (!name || *name == '/')
        return true;
    (void)snprintf(full, sizeof full, "%s%s", beside->full, name);
    (void)snprintf(given, sizeof given, "%s%s", beside->given, name);
    if (access(given, F_OK) != 0)
        return true;
    /* A full name is found from anywhere; where it is too long, the other one may do. */
    const char *found = *beside->full && is_value(row, full, error) ? full : given;
    if (found == given && strlen(given) >= HPARAM_TEXT_SIZE)
        return error_set(error, "%s: its path has %zu bytes, over %d: a link?", SHOWN(name),
            strlen(given), HPARAM_TEXT_SIZE - 1);
    if (found == given && !is_value(row, given, error))
        return false;
    (void)snprintf(value, COMMAND_ARGUMENT_SIZE, "%.*s", HPARAM_TEXT_SIZE - 1, found);
    return true;
}

static bool find_in_race(
    const struct beside *beside, struct command *command, struct error *error)
{
    char line[3 * COMMAND_ARGUMENT_SIZE] = "race", text[COMMAND_ARGUMENT_SIZE];
    size_t used = strlen(line);
    (void)snprintf(text, sizeof text, "%s", command->text);
    for (char *at = text; *at;) {
        char value[COMMAND_ARGUMENT_SIZE];
        char *end = at + strcspn(at, " "), *sign = at + strcspn(at, "= ");
        const char *rest = *end ? end + 1 : end;
        *end = '\0';
        if (*sign != '=')
            return true; /* it names no settings */
        *sign = '\0';
        (void)snprintf(value, sizeof value, "%s", sign + 1);
        const struct hparam *row = hparam_find(at, error);
        if (!row || !find(beside, row, value, error))
            return false;
        used += (size_t)snprintf(line + used, sizeof line - used, " %s=%s", row->name, value);
        at = text + (rest - text);
    }
    return used == strlen("race") || command_parse(line, command, error);
}

/* Data build anew, so no command arms them for a later step. */
static bool find_in_command(
    const struct beside *beside, struct command *command, struct error *error)
{
    if (command->id == COMMAND_SET)
        return find(beside, command->row, command->text, error);
    return command->id != COMMAND_RACE || find_in_race(beside, command, error);
}

bool lesson_files_find(struct lesson *lesson, const char *file, struct error *error)
{
    struct beside *beside = malloc(sizeof *beside);
    bool done = beside || error_set(error, "out of memory");
    if (done)
        look_beside(beside, file);
    for (int i = 0; done && i < lesson->count; i++) {
        struct lesson_item *item = &lesson->items[i];
        struct command command = item->of.command;
        char text[COMMAND_TEXT_SIZE];
        struct error own;
        if (item->kind != LESSON_COMMAND)
            continue;
        if (!find_in_command(beside, &command, &own) || !command_write(&command, text, &own)) {
            done = error_set(error, "%s:%d: %s", SHOWN_FILE(file), item->line, own.text);
        } else if (strcmp(command.text, item->of.command.text) != 0) {
            char *copy = strdup(text);
            done = copy || error_set(error, "out of memory");
            free(copy ? item->text : NULL);
            item->text = copy ? copy : item->text;
            item->of.command = command;
        }
    }
    free(beside);
    return done;
}

/* Another name of a setting's file, if it is one. */
static void put(struct hparams *hparams, const char *name, const char *value)
{
    const struct hparam *row = hparam_find(name, NULL);
    struct hparams trial = *hparams;
    if (is_value(row, value, NULL) && hparam_set(&trial, row, value, NULL)) {
        trial.data = hparams->data;
        *hparams = trial;
    }
}

static void strip(const struct beside *beside, struct hparams *hparams, const char *name)
{
    const char *file = strcmp(name, "data") == 0 ? hparams->file : hparams->labels;
    const char *const directories[] = {beside->full, beside->given};
    for (size_t i = 0; i < ARRAY_LEN(directories); i++) {
        size_t length = strlen(directories[i]);
        if (length == 0 || strncmp(file, directories[i], length) != 0 || !file[length])
            continue;
        char value[HPARAM_TEXT_SIZE];
        (void)snprintf(value, sizeof value, "%s", file + length);
        put(hparams, name, value);
        return;
    }
}

static void restore(const struct beside *beside, struct hparams *hparams, const char *name)
{
    char value[COMMAND_ARGUMENT_SIZE];
    (void)snprintf(
        value, sizeof value, "%s", strcmp(name, "data") == 0 ? hparams->file : hparams->labels);
    if (*value && find(beside, hparam_find(name, NULL), value, NULL))
        put(hparams, name, value);
}

/* In all settings of a session. */
static void rename_all(struct branches *branches, const char *file,
    void (*change)(const struct beside *beside, struct hparams *hparams, const char *name))
{
    static const char *const names[] = {"data", "labels"};
    struct beside *beside = malloc(sizeof *beside);
    if (!beside)
        return;
    look_beside(beside, file);
    for (int b = 0; b < branches->count; b++) {
        struct branch *branch = &branches->list[b];
        for (size_t n = 0; n < ARRAY_LEN(names); n++) {
            change(beside, &branch->first, names[n]);
            for (int c = 0; c < branch->changes.count; c++)
                change(beside, &branch->changes.list[c].hparams, names[n]);
        }
    }
    free(beside);
}

void lesson_files_strip(struct branches *branches, const char *file)
{
    rename_all(branches, file, strip);
}

void lesson_files_restore(struct branches *branches, const char *file)
{
    rename_all(branches, file, restore);
}
