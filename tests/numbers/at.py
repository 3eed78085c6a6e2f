"""Changes on the way, `run --at`, against gradient descent written down in NumPy.

The weights and the data of step 0 come from the export; everything after that is computed here:
full batches, sgd, binary cross-entropy of one output. What is changed at step S must hold for the
row of S. Rounding differs, so numbers agree to 1e-9 after so few steps of a training that does
not amplify it; a change that is made a step late or early is off by a thousandth and more, which
is tried out.

usage: at.py NABLASCOPE
"""

import csv
import json
import subprocess
import sys

try:
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

BASE = ["--depth=2", "--width=6", "--samples=60", "--activation=tanh", "--lr=0.3"]
STEPS = 40
CASES = (
    {20: {"lr": 1.0}},
    {20: {"activation": "sigmoid"}, 30: {"lr": 2.0}},
    {7: {"clip": "norm", "clip_at": 0.05}, 25: {"clip": "none"}},
    {1: {"lr": 0.0}, 12: {"weight_decay": 0.1, "lr": 0.5}},
)

PHI = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)),
                lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
}


def rows_here(start, changes):
    weights = [np.array(w) for w in start["weights"]]
    biases = [np.array(b) for b in start["biases"]]
    x, y = np.array(start["X"]), np.array(start["Y"])
    now = {"lr": 0.3, "activation": "tanh", "clip": "none", "clip_at": 1.0, "weight_decay": 0.0}
    for step in range(STEPS + 1):
        now.update(changes.get(step, {}))
        phi, slope = PHI[now["activation"]]
        a, z = [x], []
        for w, b in zip(weights, biases):
            z.append(a[-1] @ w.T + b)
            a.append(phi(z[-1]))
        logits = z[-1]
        loss = np.mean(np.maximum(logits, 0) - logits * y + np.log1p(np.exp(-abs(logits))))
        delta = 1 / (1 + np.exp(-logits)) - y
        grads = []
        for layer in reversed(range(len(weights))):
            grads.insert(0, (delta.T @ a[layer] / len(x), delta.sum(axis=0) / len(x)))
            if layer > 0:
                delta = (delta @ weights[layer]) * slope(z[layer - 1])
        norm = np.sqrt(sum(np.sum(g**2) for pair in grads for g in pair))
        scale = min(1.0, now["clip_at"] / norm) if now["clip"] == "norm" else 1.0
        yield step, loss, norm, scale
        for layer, (dw, db) in enumerate(grads):
            decay = now["weight_decay"]
            weights[layer] = weights[layer] - now["lr"] * (scale * dw + decay * weights[layer])
            biases[layer] = biases[layer] - now["lr"] * (scale * db + decay * biases[layer])


def rows_there(program, changes):
    words = [f"--at={step}:{name}={value}"
             for step, settings in changes.items() for name, value in settings.items()]
    out = subprocess.run([program, "run", "-n", str(STEPS), *BASE, *words], check=True,
                         capture_output=True, text=True).stdout
    return [(int(row["step"]), float(row["loss"]), float(row["grad_norm"]),
             float(row["clip_scale"])) for row in csv.DictReader(out.splitlines())], out


def worst(here, there):
    return max(abs(a - b) / max(abs(b), 1e-300)
               for row, other in zip(here, there) for a, b in zip(row[1:], other[1:]))


def main():
    program = sys.argv[1]
    start = json.loads(subprocess.run([program, "export", *BASE], check=True,
                                      capture_output=True, text=True).stdout)
    _, plain = rows_there(program, {})
    for changes in CASES:
        there, text = rows_there(program, changes)
        first = min(changes)
        before = slice(0, first + 1)  # the heading, and rows to that of step first - 1
        if text.splitlines()[before] != plain.splitlines()[before]:
            sys.exit(f"{changes}: rows before step {first} are others")
        error = worst(rows_here(start, changes), there)
        late = worst(rows_here(start, {step + 1: s for step, s in changes.items()}), there)
        print(f"{changes}: {error:.1e}; a step late {late:.1e}")
        if not error < 1e-9:
            sys.exit("the numbers differ")
        if not late > 1e-4:
            sys.exit("this proves nothing")


main()
