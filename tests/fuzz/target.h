/*
 * What the fuzz targets share. Each has LLVMFuzzerTestOneInput, which libFuzzer
 * (tests/fuzz/run) or tests/fuzz/driver.c calls.
 */
#ifndef NABLASCOPE_TESTS_FUZZ_TARGET_H
#define NABLASCOPE_TESTS_FUZZ_TARGET_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static _Noreturn inline void fail(const char *what)
{
    (void)fprintf(stderr, "fuzz: %s\n", what);
    abort();
}

/* A file without a name that is used again and again, empty. */
static inline int scratch(void)
{
    static int file = -1;
    char name[] = "/tmp/nablascope-fuzz-XXXXXX";
#ifdef __linux__
    if (file < 0)
        file = memfd_create("nablascope-fuzz", 0);
#endif
    if (file < 0) {
        file = mkstemp(name);
        (void)unlink(name);
    }
    if (file < 0 || ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0)
        fail("no temporary file");
    return file;
}

#endif
