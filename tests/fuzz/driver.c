/*
 * Runs a fuzz target without libFuzzer: each FILE as it is, and damaged in some hundred ways
 * that are the same every time. `driver FILE…`
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"

enum { LONGEST = 1 << 20, WAYS = 300 };

static uint32_t state = 1;

static size_t draw(size_t below)
{
    state = state * 1664525 + 1013904223;
    return below > 0 ? (state >> 8) % below : 0;
}

/* One byte another, gone or twice, or a piece of it somewhere else; returns the size. */
static size_t damage(uint8_t *data, size_t size)
{
    size_t at = draw(size), from = draw(size),
           length = draw(size - (at > from ? at : from) + 1);
    switch (draw(5)) {
    case 0:
        data[at] = (uint8_t)draw(256);
        return size;
    case 1:
        data[at] = data[from];
        return size;
    case 2:
        memmove(data + at, data + at + 1, size - at - 1);
        return size - 1;
    case 3:
        memmove(data + at, data + from, length);
        return size;
    default:
        return at + 1;
    }
}

static void run(const char *name)
{
    static uint8_t whole[LONGEST], copy[LONGEST];
    FILE *file = fopen(name, "rb");
    if (!file) {
        perror(name);
        exit(1);
    }
    size_t size = fread(whole, 1, sizeof whole, file);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(whole, size);
    for (int way = 0; way < WAYS && size > 0; way++) {
        size_t left = size;
        memcpy(copy, whole, size);
        for (size_t times = 1 + draw(4); times > 0 && left > 1; times--)
            left = damage(copy, left);
        (void)LLVMFuzzerTestOneInput(copy, left);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        run(argv[i]);
    printf("%d files, each as it is and damaged in %d ways\n", argc - 1, WAYS);
    return argc > 1 ? 0 : 1;
}
