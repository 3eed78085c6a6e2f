#include "picture_data.h"

#include <stdlib.h>

#include "core/rng.h"
#include "suites.h"

struct dataset *picture_data(int samples, int width, int height, int classes)
{
    int inputs = width * height;
    struct dataset *data = dataset_create(
        &(struct data_shape){.samples = samples, .inputs = inputs, .classes = classes});
    struct rng rng;
    ck_assert(data && dataset_name_classes(data));
    data->picture.width = width;
    data->picture.height = height;
    data->picture.brightest = 16;
    data->picture.pixels = calloc((size_t)samples, (size_t)inputs);
    ck_assert_ptr_nonnull(data->picture.pixels);
    rng_init(&rng, 3, RNG_DATA, 0);
    for (int c = 0; c < classes; c++) {
        data->class_names[c] = calloc(1, 12);
        (void)snprintf(data->class_names[c], 12, "c%d", c);
    }
    for (int s = 0; s < samples; s++) {
        data->labels[s] = s % classes;
        for (int j = 0; j < inputs; j++) {
            bool bright = j / width == s % classes % height;
            int value = (int)(rng_uniform(&rng) * (bright ? 17 : 12));
            data->picture.pixels[s * inputs + j] = (unsigned char)value;
            data->values[s * inputs + j] = value;
        }
    }
    dataset_standardize(data);
    return data;
}

void session_take_data(struct session *session, struct dataset *data)
{
    training_destroy(session->run->training);
    session->run->training = training_create(&session->hparams, data, session->kernels, NULL);
    ck_assert_ptr_nonnull(session->run->training);
    session->run->evaluated = false;
    session->runs++; /* so that looks begin anew */
}
