#include "io/installed.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/text.h"

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/nablascope"
#endif

bool installed_find(const char *name, char *path, size_t size, struct error *error)
{
    const char *own = getenv("NABLASCOPE_DATA");
    bool named = own && *own;
    int used = snprintf(path, size, "%s/%s", named ? own : PKGDATADIR, name);
    if (used > 0 && (size_t)used < size && access(path, R_OK) == 0)
        return true;
    return error_set(error,
        named ? "%s/%s: not there: NABLASCOPE_DATA is to name the directory data of the sources"
              : "%s/%s: not there: run make install, or set NABLASCOPE_DATA to the directory "
                "data of the sources",
        SHOWN(named ? own : PKGDATADIR), name);
}
