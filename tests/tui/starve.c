/*
 * Memory that fails once: linked into the program under test, in front of the C library's, so
 * that allocations of curses and of the C library count as well.
 *
 * STARVE_AT=N lets the N-th allocation after the start of main fail; STARVE_REPORT=FILE gets
 * the number of allocations and of waits when the program exits.
 */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);
void free(void *memory);
int posix_memalign(void **memory, size_t alignment, size_t size);

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);
static int (*next_memalign)(void **, size_t, size_t);

static atomic_long allocations, waits;
static long starve_at;
static bool counting, starves_on;

/* For what dlsym itself allocates while the others are looked up. */
static _Alignas(16) char arena[1 << 14];
static size_t arena_used;

static void *from_arena(size_t size)
{
    void *memory = arena + arena_used;
    arena_used += (size + 15) / 16 * 16;
    if (arena_used > sizeof arena)
        abort();
    return memory;
}

static bool of_arena(const void *memory)
{
    return (const char *)memory >= arena && (const char *)memory < arena + sizeof arena;
}

static bool ready(void)
{
    static bool looking;
    if (next_free)
        return true;
    if (looking)
        return false;
    looking = true;
    *(void **)&next_malloc = dlsym(RTLD_NEXT, "malloc");
    *(void **)&next_calloc = dlsym(RTLD_NEXT, "calloc");
    *(void **)&next_realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&next_memalign = dlsym(RTLD_NEXT, "posix_memalign");
    *(void **)&next_free = dlsym(RTLD_NEXT, "free");
    looking = false;
    return true;
}

/* True when this allocation is the one. */
static bool starves(void)
{
    long at = counting ? atomic_fetch_add(&allocations, 1) + 1 : 0;
    if (starve_at <= 0 || at < starve_at || (at > starve_at && !starves_on))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    if (!ready())
        return from_arena(size);
    return starves() ? NULL : next_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (!ready())
        return from_arena(count * size);
    return starves() ? NULL : next_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    if (!ready() || of_arena(memory))
        abort();
    return starves() ? NULL : next_realloc(memory, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (!ready())
        abort();
    return starves() ? ENOMEM : next_memalign(memory, alignment, size);
}

void free(void *memory)
{
    if (ready() && !of_arena(memory))
        next_free(memory);
}

/* Waiting counts too: a program that does not rest waits often. */
int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    struct timespec time = {timeout / 1000, timeout % 1000 * 1000000L};
    atomic_fetch_add(&waits, 1);
    return ppoll(fds, count, timeout < 0 ? NULL : &time, NULL);
}

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("STARVE_AT");
    (void)ready();
    starve_at = at ? atol(at) : 0;
    starves_on = getenv("STARVE_ON") != NULL;
    counting = true;
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("STARVE_REPORT");
    counting = false;
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file, "%ld %ld\n", atomic_load(&allocations), atomic_load(&waits));
    fclose(file);
}
