#include "io/session_save.h"

#include "core/numbers.h"
#include "io/output.h"
#include "io/session_file.h"

/* The marks of a branch, with that of the step at hand in its place. */
static bool add_marks(struct session_file *file, const struct session_copy *copy, int index)
{
    const struct marks *marks = &copy->branches.list[index].marks;
    bool left = copy->digested && index == copy->branches.active;
    for (int i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->list[i];
        if (left && copy->step < mark->step &&
            !session_file_mark(file, index, copy->step, copy->digest))
            return false;
        left = left && mark->step < copy->step;
        if (!session_file_mark(file, index, mark->step, mark->digest))
            return false;
    }
    return !left || session_file_mark(file, index, copy->step, copy->digest);
}

bool session_save_file(const struct session_copy *copy, struct session_file *file)
{
    file->numbers = NUMBERS_VERSION;
    bool made = branches_copy(&file->branches, &copy->branches);
    for (int i = 0; made && i < file->branches.count; i++)
        made = add_marks(file, copy, i);
    return made;
}

bool session_save(const struct session_copy *copy, const char *name, struct error *error)
{
    struct session_file file = {.numbers = 0};
    struct output output;
    bool made = session_save_file(copy, &file);
    if (!made)
        error_set(error, "out of memory");
    bool opened = made && output_open(&output, name, OUTPUT_SESSION, error);
    if (opened) {
        output_begin(&output);
        session_file_write(&file, output.file);
    }
    session_file_clear(&file);
    return opened && output_close(&output, true, error);
}
