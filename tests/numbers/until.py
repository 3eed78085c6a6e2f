"""Where `run --until` ends: the first row for which a condition holds, by the rows of a run without.

Conditions by chance, of columns of steps and of layers. What a row has no number for, and nan,
tells nothing: neither so nor not so. Dead units of a unit that cannot die and saturation without
bounds tell nothing either, though the rows have 0 there.

usage: until.py NABLASCOPE
"""
import csv
import math
import random
import subprocess
import sys

STEPS = 30
CASES = 150
ACTIVATIONS = {"relu": "flat", "sigmoid": "bounded", "tanh": "bounded", "leaky_relu": ""}
OF_STEPS = ["loss", "accuracy", "grad_norm", "grad_norm_clipped", "clip_scale", "clipped_fraction",
            "clip_cosine", "dead", "saturated"]
HIDDEN = ["slope_gain", "weight_gain", "gain", "dead", "saturated"]
OF_LAYERS = HIDDEN + ["delta_rms", "ceiling", "weight_grad_norm", "weight_norm", "act_mean", "act_std"]
SIGNS = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
         ">=": lambda a, b: a >= b, "==": lambda a, b: a == b}


def rows_of(program, options, *more):
    out = subprocess.run([program, "run", *options, *more], check=True, capture_output=True,
                         text=True, timeout=60).stdout
    return list(csv.DictReader(out.splitlines())), out


def told(row, name, sign, value, kind):
    """True, False, or None where nothing is told."""
    if (name == "dead" and kind != "flat") or (name == "saturated" and kind != "bounded"):
        return None
    if row[name] == "" or math.isnan(float(row[name])):
        return None
    return SIGNS[sign](float(row[name]), value)


def all_of(answers):
    return False if False in answers else None if None in answers else True


def opposite(answer):
    return None if answer is None else not answer


def any_of(answers):
    return opposite(all_of([opposite(a) for a in answers]))


def draw(chance, steps, layers, depth, kind):
    """A comparison as text, and as a function of the step."""
    layered = chance.random() < 0.5
    name, sign = chance.choice(OF_LAYERS if layered else OF_STEPS), chance.choice(list(SIGNS))
    rows = [row for step in layers for row in step] if layered else steps
    known = [row[name] for row in rows if row[name] not in ("", "nan", "inf", "-inf")] or ["1"]
    text = chance.choice(known)
    value = float(text)
    if not layered:
        return f"{name} {sign} {text}", lambda s: told(steps[s], name, sign, value, kind)
    last = depth + (name not in HIDDEN)
    place = chance.choice(["any", "all", str(chance.randint(1, last))] + ["out"] * (last > depth))

    def by_step(step):
        answers = [told(row, name, sign, value, kind) for row in layers[step][:last]]
        return (any_of(answers) if place == "any" else all_of(answers) if place == "all"
                else answers[-1 if place == "out" else int(place) - 1])
    return f"{name}[{place}] {sign} {text}", by_step


def first_death(program):
    """With batches the dead are counted at the start of an epoch: the first death is the first such
    row after step 0 with more than none, of a net in which none was dead at step 0."""
    found = 0
    for seed in range(20):
        options = ["--activation=relu", "--init=he_normal", "--depth=1", "--width=8", "--samples=30",
                   "--batch=7", "--lr=2", f"--seed={seed}", "-n90"]
        rows, _ = rows_of(program, options)
        if float(rows[0]["dead"]) > 0:
            continue
        starts = range(5, len(rows), 5)  # 30 samples in batches of 7
        first = next((s for s in starts if float(rows[s]["dead"]) > 0), len(rows) - 1)
        last, _ = rows_of(program, options, "--every=7", "--until=event first_death")
        if int(last[-1]["step"]) != first:
            sys.exit(f"{options}: the first death is at {first}, not {last[-1]['step']}")
        found += 5 < first < len(rows) - 1
    if found < 5:
        sys.exit("this proves little of deaths")


def main():
    program, chance, reached, later = sys.argv[1], random.Random(1), 0, 0
    for case in range(CASES):
        activation, kind = chance.choice(list(ACTIVATIONS.items()))
        depth = chance.randint(1, 3)
        options = [f"--activation={activation}", f"--depth={depth}", "--width=4", "--samples=30",
                   "--init=he_normal", f"--lr={chance.choice([0.1, 1, 10, 1000])}", f"--seed={case}",
                   f"--batch={chance.choice([0, 7])}", f"--clip={chance.choice(['none', 'norm', 'value'])}",
                   "--clip-at=0.3", f"-n{STEPS}"]
        steps, _ = rows_of(program, options)
        flat, _ = rows_of(program, options, "--layers")
        layers = [flat[i:i + depth + 1] for i in range(0, len(flat), depth + 1)]
        one, by_one = draw(chance, steps, layers, depth, kind)
        other, by_other = draw(chance, steps, layers, depth, kind)
        condition, holds = chance.choice([
            (one, by_one),
            (f"not {one}", lambda s: opposite(by_one(s))),
            (f"{one} and {other}", lambda s: all_of([by_one(s), by_other(s)])),
            (f"{one} or not {other}", lambda s: any_of([by_one(s), opposite(by_other(s))])),
            (f"not ({one} or {other})", lambda s: opposite(any_of([by_one(s), by_other(s)])))])
        first = next((s for s in range(len(steps)) if holds(s) is True), None)
        for more in ([], ["--census=none"], ["--layers", "--census=epochs", "--threads=2"]):
            _, found = rows_of(program, options, *more, f"--until={condition}")
            _, plain = rows_of(program, options, *more, *([f"-n{first}"] if first is not None else []))
            if found != plain:
                sys.exit(f"{options} {more}: {condition}: not reached at {first} as the rows say")
        reached += first is not None
        later += bool(first)
    first_death(program)
    print(f"{CASES} conditions: {reached} reached, {later} of them after step 0")
    if not (later > CASES / 5 and reached < CASES):
        sys.exit("this proves little")


main()
