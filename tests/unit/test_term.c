#include "suites.h"

int main(void)
{
    static suite_fn *const suites[] = {decode_suite, background_suite, key_names_suite};
    return suites_run(suites, sizeof suites / sizeof suites[0]);
}
