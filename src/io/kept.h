/*
 * Sessions that are kept while they run: a journal for each running program, in one directory,
 * $XDG_STATE_HOME/nablascope. Its name is when the program began, and its process:
 * 2026-11-27-174203-4711.session. As long as the program runs it holds a lock (fcntl) on it, so
 * that others know; one that ended as it should says so in its last line.
 *
 * All of it may wait for a disk, or for ever for one behind a network.
 */
#ifndef NABLASCOPE_IO_KEPT_H
#define NABLASCOPE_IO_KEPT_H

#include "io/journal.h"

enum {
    KEPT_SESSIONS = 10,    /* that stay when their program has ended */
    KEPT_DIRECTORY = 3800, /* bytes of its name */
    KEPT_PATH = KEPT_DIRECTORY + 270
};

/* The file of this program. Zeroed: none. */
struct kept {
    char directory[KEPT_DIRECTORY];
    char name[64]; /* in it; empty: none yet */
    int file;      /* descriptor, while `name` */
    long size;     /* bytes of whole lines */
    struct journal journal;
    bool begun;  /* the journal is */
    bool behind; /* the file lacks what the journal has told: it is to be written anew */
};

/* Where sessions are kept: false when there is no such place (neither XDG_STATE_HOME nor HOME
 * is an absolute path). Makes nothing. */
bool kept_place(char directory[KEPT_DIRECTORY]);

/* Makes the directory, and in it the file, for the owner alone. False with *error. */
bool kept_open(struct kept *kept, struct error *error);
/*
 * Writes what is new in the tree behind what there is. False with *error: what was written
 * before is whole, and the next call writes all of it, to a file that takes its place.
 */
bool kept_write(struct kept *kept, const struct branches *tree, struct error *error);
/* What has been written is on the disk. */
void kept_sync(const struct kept *kept);
/* Closes it. `ended`: as it should, so that it is not to be offered; one that says nothing is
 * removed then. */
void kept_close(struct kept *kept, bool ended);

/* A session that is no longer running. */
struct kept_session {
    char name[64];
    bool broken; /* it did not end as it should */
};

/*
 * The last session of a program that no longer runs; of more than KEPT_SESSIONS the oldest are
 * removed. False when there is none.
 */
bool kept_last(const struct kept *kept, struct kept_session *last);
/*
 * Reads one into a zeroed file, to be cleared, as far as it was written whole. False with
 * *error. `lock`: a descriptor that keeps it for this program, so that no other one takes it,
 * or NULL.
 */
bool kept_read(const struct kept *kept, const char *name, struct session_file *file, int *lock,
    struct error *error);
/* It goes on elsewhere: it is not to be offered again. Closes the lock. */
void kept_settle(int lock);
/* More than what any program begins with. */
bool kept_says(const struct branches *branches);

/* "17:42", with the day before it when that is not today. */
void kept_time(const char *name, char *text, size_t size);

#endif
