#include "suites.h"

int main(void)
{
    static suite_fn *const suites[] = {picture_suite, picture_ansi_suite, picture_cast_suite};
    return suites_run(suites, ARRAY_LEN(suites));
}
