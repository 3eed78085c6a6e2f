/*
 * What others call the things that have a name here: for suggestions only, so that one name
 * stays one name.
 */
#ifndef NABLASCOPE_CORE_ALIASES_H
#define NABLASCOPE_CORE_ALIASES_H

struct alias {
    const char *other; /* lower case, with '_' */
    const char *ours;
};

/* A name of others may stand for several of ours, in different lists. */
extern const struct alias alias_table[];
extern const int alias_count;

#endif
