#include "lesson_text.h"

#include <stdlib.h>
#include <unistd.h>

#include "suites.h"

bool lesson_of(struct lesson *lesson, const char *text, struct error *error)
{
    char name[] = "/tmp/nablascope-lesson-XXXXXX";
    struct lines lines;
    int file = mkstemp(name);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (int)strlen(text));
    (void)close(file);
    memset(lesson, 0, sizeof *lesson);
    ck_assert(lines_open(&lines, name, NULL, error));
    lines.name = "FILE"; /* for messages; what is open is closed as a file */
    (void)unlink(name);
    bool done = lesson_file_read(lesson, &lines, error);
    lines_close(&lines);
    return done;
}

void lesson_must(struct lesson *lesson, const char *text)
{
    struct error error = {.text = ""};
    ck_assert_msg(lesson_of(lesson, text, &error), "%s\n%s", error.text, text);
}
