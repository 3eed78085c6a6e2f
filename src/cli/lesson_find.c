#include "cli/lesson_find.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/lesson_files.h"
#include "core/text.h"
#include "io/lesson_file.h"

static const char ending[] = ".lesson";

/* Directories that are looked through, one after the other. */
struct directories {
    char list[LESSON_DIRECTORIES][LESSON_FILE_MOST];
    int count;
};

/* "ROOT/between/KIND" */
static void add(struct directories *directories, const char *root, int length,
    const char *between, const char *kind)
{
    if (length == 0 || directories->count == LESSON_DIRECTORIES)
        return;
    int used = snprintf(directories->list[directories->count], LESSON_FILE_MOST, "%.*s%s/%s",
        length, root, between, kind);
    directories->count += used < LESSON_FILE_MOST;
}

/* A relative one counts for nothing, as the XDG specification has it. */
static void add_xdg(
    struct directories *directories, const char *root, int length, const char *kind)
{
    if (*root == '/')
        add(directories, root, length, "/nablascope", kind);
}

static void list_directories(struct directories *directories, const char *kind)
{
    const char *data = getenv("NABLASCOPE_DATA"), *own = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME"), *all = getenv("XDG_DATA_DIRS");
    directories->count = 0;
    if (data)
        add(directories, data, (int)strlen(data), "", kind);
    if (own && *own == '/')
        add_xdg(directories, own, (int)strlen(own), kind);
    else if (home && *home)
        add(directories, home, (int)strlen(home), "/.local/share/nablascope", kind);
    if (!all || !*all)
        all = "/usr/local/share:/usr/share";
    while (*all) {
        int length = (int)strcspn(all, ":");
        add_xdg(directories, all, length, kind);
        all += length + (all[length] == ':');
    }
    add(directories, PKGDATADIR, (int)strlen(PKGDATADIR), "", kind);
}

static bool is_lesson(const char *name)
{
    size_t length = strlen(name), end = sizeof ending - 1;
    return *name != '.' && length > end && strcmp(name + length - end, ending) == 0;
}

/* Those with a number first, so that 10 follows 9. */
static int compare_places(const void *a, const void *b)
{
    const struct lesson_place *p = a, *q = b;
    int first = lesson_place_number(p), second = lesson_place_number(q);
    if ((first == 0) != (second == 0))
        return first == 0 ? 1 : -1;
    return first != second ? first - second : strcmp(p->name, q->name);
}

static void fix_names(struct lesson_place *places, int count)
{
    for (int i = 0; i < count; i++) {
        const char *slash = strrchr(places[i].file, '/');
        places[i].name = slash ? slash + 1 : places[i].file;
    }
}

static bool listed(const struct lesson_place *places, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(strrchr(places[i].file, '/') + 1, name) == 0)
            return true;
    }
    return false;
}

/* Those of a directory that are not there already. */
static void gather(struct lesson_place *places, int *count, const char *name)
{
    DIR *directory = opendir(name);
    const struct dirent *entry;
    while (directory && (entry = readdir(directory)) != NULL) {
        if (!is_lesson(entry->d_name) || *count == LESSON_FOUND_MOST ||
            listed(places, *count, entry->d_name))
            continue;
        int used =
            snprintf(places[*count].file, LESSON_FILE_MOST, "%s/%s", name, entry->d_name);
        *count += used < LESSON_FILE_MOST;
    }
    if (directory)
        (void)closedir(directory);
}

struct lesson_place *lesson_places(const char *kind, int *count)
{
    struct lesson_place *places = calloc(LESSON_FOUND_MOST, sizeof *places);
    struct directories *directories = malloc(sizeof *directories);
    *count = places && directories ? 0 : -1;
    if (*count == 0) {
        list_directories(directories, kind);
        for (int d = 0; d < directories->count; d++)
            gather(places, count, directories->list[d]);
        fix_names(places, *count);
        qsort(places, (size_t)*count, sizeof *places, compare_places);
        fix_names(places, *count);
    } else {
        free(places);
        places = NULL;
    }
    free(directories);
    return places;
}

int lesson_place_number(const struct lesson_place *place)
{
    size_t digits = strspn(place->name, "0123456789");
    return digits > 0 && digits < 6 && place->name[digits] == '-' ? atoi(place->name) : 0;
}

void lesson_place_name(const struct lesson_place *place, char *name, size_t size)
{
    const char *from = place->name;
    if (lesson_place_number(place) > 0)
        from = strchr(from, '-') + 1;
    size_t length = strlen(from), end = is_lesson(from) ? sizeof ending - 1 : 0;
    (void)snprintf(name, size, "%.*s", (int)(length - end), from);
}

/* The whole name, with or without its ending, what follows its number, or the number. */
static bool means(const struct lesson_place *place, const char *word)
{
    char name[LESSON_FILE_MOST];
    size_t length = strlen(place->name) - (sizeof ending - 1);
    lesson_place_name(place, name, sizeof name);
    bool number = word[strspn(word, "0123456789")] == '\0' && strlen(word) < 6;
    return strcmp(place->name, word) == 0 || name_equal(name, word) ||
        (strlen(word) == length && strncmp(place->name, word, length) == 0) ||
        (number && atoi(word) > 0 && atoi(word) == lesson_place_number(place));
}

/* Says which there are. */
static bool refuse(const struct lesson_place *places, int count, const char *word,
    const char *kind, struct error *error)
{
    char all[120] = "", name[LESSON_FILE_MOST];
    size_t used = 0;
    if (count == 0)
        return error_set(
            error, "no lesson '%s', and no %s are installed: is it a FILE?", SHOWN(word), kind);
    for (int i = 0; i < count; i++) {
        lesson_place_name(&places[i], name, sizeof name);
        bool fits = used + strlen(name) + 6 < sizeof all;
        used += (size_t)snprintf(
            all + used, sizeof all - used, " %s", fits ? name : "\xe2\x80\xa6");
        if (!fits)
            break;
    }
    return error_set(error, "no lesson is called '%s': there are%s", SHOWN(word), all);
}

static bool take_file(const char *word, struct lesson_place *place, struct error *error)
{
    if (strlen(word) >= sizeof place->file)
        return error_set(error, "%s: the name is too long", SHOWN_FILE(word));
    (void)snprintf(place->file, sizeof place->file, "%s", word);
    fix_names(place, 1);
    return true;
}

static bool is_file(const char *name)
{
    struct stat status;
    return stat(name, &status) == 0 && !S_ISDIR(status.st_mode);
}

bool lesson_find(
    const char *word, const char *kind, struct lesson_place *place, struct error *error)
{
    int count;
    if (strchr(word, '/') || strcmp(word, "-") == 0 ||
        (is_lesson(word) && access(word, F_OK) == 0))
        return take_file(word, place, error);
    struct lesson_place *places = lesson_places(kind, &count);
    bool found = false;
    for (int i = 0; i < count && !found; i++) {
        found = means(&places[i], word);
        if (found)
            *place = places[i];
    }
    if (found)
        fix_names(place, 1);
    else if (count < 0)
        (void)error_set(error, "out of memory");
    else if (is_file(word))
        found = take_file(word, place, error);
    else
        (void)refuse(places, count, word, kind, error);
    free(places);
    return found;
}

bool lesson_read(struct lesson *lesson, const char *file, const struct interrupt *interrupt,
    struct error *error)
{
    struct lines lines;
    memset(lesson, 0, sizeof *lesson);
    if (!lines_open(&lines, file, interrupt, error))
        return false;
    bool done = lesson_file_read(lesson, &lines, error);
    lines_close(&lines);
    return done && (strcmp(file, "-") == 0 || lesson_files_find(lesson, file, error));
}
