/*
 * Files that are installed with the program.
 */
#ifndef NABLASCOPE_IO_INSTALLED_H
#define NABLASCOPE_IO_INSTALLED_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

/*
 * Where a file of this name is: in the directory that NABLASCOPE_DATA names, for a program that
 * is not installed, else where the installation has put it. False with *error when it is not
 * there.
 */
bool installed_find(const char *name, char *path, size_t size, struct error *error);

#endif
