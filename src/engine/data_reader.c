#include "engine/data_reader.h"

#include "core/text.h"

static struct dataset *read_file(const struct data_reader *reader,
    const struct hparams *hparams, const struct interrupt *interrupt, struct error *error)
{
    if (reader && reader->read)
        return reader->read(reader->context, hparams, interrupt, error);
    error_set(error, "%s: files are not read here: data=moons",
        SHOWN_FILE(data_is_file(hparams) ? hparams->file : data_title(hparams)));
    return NULL;
}

struct dataset *data_read(const struct data_reader *reader, const struct hparams *hparams,
    const struct interrupt *interrupt, struct error *error)
{
    if (data_is_read(hparams))
        return read_file(reader, hparams, interrupt, error);
    struct dataset *set = dataset_of(hparams);
    if (!set)
        error_set(error, "out of memory for %d samples", data_shape_of(hparams).samples);
    return set;
}

bool data_measure(const struct data_reader *reader, const struct hparams *hparams,
    const struct interrupt *interrupt, struct data_shape *shape, struct error *error)
{
    if (!data_is_read(hparams)) {
        *shape = data_shape_of(hparams);
        return true;
    }
    struct dataset *set = read_file(reader, hparams, interrupt, error);
    if (!set)
        return false;
    *shape = dataset_shape(set);
    dataset_release(set);
    return true;
}
