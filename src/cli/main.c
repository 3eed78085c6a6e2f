#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/options.h"
#include "cli/say.h"
#include "core/numbers.h"
#include "core/text.h"
#include "engine/pool.h"
#include "io/data_file.h"

static int answer(const struct options *options)
{
    answer_begin();
    switch (options->request) {
    case REQUEST_HELP:
        help_print(stdout);
        break;
    case REQUEST_VERSION:
        printf("nablascope %s\n", PACKAGE_VERSION);
        printf("numbers: version %d\n", NUMBERS_VERSION);
        printf("kernels: %s\n", options->kernels->name);
        break;
    case REQUEST_PRESETS:
        help_print_presets(stdout);
        break;
    case REQUEST_PLANTS:
        help_print_plants(stdout);
        break;
    case REQUEST_COMPLETION:
        completion_print(stdout, options->completion);
        break;
    case REQUEST_NONE:
        break;
    }
    if (!answer_end()) {
        say("cannot write to standard output");
        return 1;
    }
    return 0;
}

/* The instruction set: NABLASCOPE_ISA, or the fastest there is. */
static const struct kernels *choose_kernels(struct error *error)
{
    const char *name = getenv("NABLASCOPE_ISA");
    const struct kernels *kernels = kernels_select(name && *name ? name : NULL);
    if (!kernels) {
        char all[80];
        names_join(kernels_name, all, sizeof all);
        error_set(
            error, "NABLASCOPE_ISA '%s' is not one of this processor's: %s", SHOWN(name), all);
    }
    return kernels;
}

/* Does what the command is for. */
static int work(struct options *options)
{
    struct error error;
    if (!kernels_have_fma(options->kernels))
        say("no fused multiply-add in hardware: the same numbers, slowly");
    struct pool *pool =
        pool_create(options->threads > 0 ? options->threads : pool_advice(), &error);
    if (!pool) {
        say("%s: a smaller --threads may do", error.text);
        return 1;
    }
    struct data_files *files = data_files_create();
    options->workers = pool_workers(pool);
    options->reader = files ? data_files_reader(files) : NULL;
    int status = mode_table[options->mode].start(options);
    data_files_destroy(files);
    pool_destroy(pool);
    return status;
}

int main(int argc, char **argv)
{
    struct options options;
    struct error error;
    int status;
    /* A file that may not grow is told by EFBIG, as a full disk is. */
    (void)signal(SIGXFSZ, SIG_IGN);
    /* Not LC_NUMERIC: numbers have a point in every locale. */
    (void)setlocale(LC_CTYPE, "");
    const char **files = calloc((size_t)argc + 1, sizeof *files);
    if (!files) {
        say("out of memory");
        return 1;
    }
    bool right = options_parse(argc, argv, files, &options, &error);
    if (right)
        options.kernels = choose_kernels(&error);
    if (!right || !options.kernels)
        status = say_usage("%s", error.text);
    else
        status = options.request != REQUEST_NONE ? answer(&options) : work(&options);
    free(files);
    return status;
}
