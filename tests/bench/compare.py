"""Whether two builds of bench_core are as fast as each other, on a machine that others use too.

They take turns in many short runs, and the best of each counts, since a machine only ever disturbs.
Where they are further apart than the limit there are more rounds before that is believed.

usage: compare.py [--limit SHARE] [--rounds N] [--most N] BENCH BENCH
Prints the ratio of each size; exit status 1 when one is too far from 1.
"""

import argparse
import subprocess
import sys

# Products, exp and sums; short loops; memory.
WORKS = ["10 8 32 sigmoid", "10 8 32 relu", "10 7 32 gelu", "32 32 64 sigmoid", "64 128 128 tanh"]
SECONDS = "0.05"


def rate(bench, work):
    """Steps a second on one thread, in the fifth column of the last row."""
    done = subprocess.run([bench, SECONDS, *work.split(), "1"], check=True, stdout=subprocess.PIPE,
                          text=True)
    return float(done.stdout.splitlines()[-1].split()[4])


def ratio(benches, work, arguments):
    """Of the best rates, the second build's to the first's, and the rounds that took."""
    best = [0.0, 0.0]
    for round_ in range(1, arguments.most + 1):
        for i, bench in enumerate(benches):
            best[i] = max(best[i], rate(bench, work))
        found = best[1] / best[0]
        if round_ >= arguments.rounds and abs(found - 1) <= arguments.limit:
            break
    return found, round_


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--most", type=int, default=60)
    parser.add_argument("bench", nargs=2)
    arguments = parser.parse_args()
    apart = False
    for work in WORKS:
        found, rounds = ratio(arguments.bench, work, arguments)
        apart = apart or abs(found - 1) > arguments.limit
        print(f"{work:20} {found:6.3f}   {rounds} rounds", flush=True)
    sys.exit(apart)


if __name__ == "__main__":
    main()
