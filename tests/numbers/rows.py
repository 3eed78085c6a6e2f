"""Computes every column of `nablascope run` independently, in NumPy, and compares.

A setting is exported at a step, and the rows of that step are computed from the arrays of the
export by plain sums: from weights, batch, z, a, δ and gradients alone, layer by layer, each of
which is checked against the one before it. So nothing is lost to cancellation further down, and
settings may be as extreme as doubles are. A fixed list of ordinary settings comes first, then
random ones of every choice: weights of 1e-150, and of 1e6 in so many layers that activations
reach the largest doubles, with learning rates up to 1e9.

usage: rows.py NABLASCOPE [COUNT [SEED]]
"""

import functools
import itertools
import json
import math
import random
import subprocess
import sys

try:
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

np.seterr(all="ignore")
EPS = 2.0**-53
TINY = 2.0**-1022  # below it, doubles lose digits

STEPS = ("step,loss,accuracy,grad_norm,grad_norm_clipped,clip_scale,clipped_fraction,clip_cosine,"
         "dead,saturated,status").split(",")
LAYERS = ("step,layer,units,delta_rms,slope_gain,weight_gain,gain,ceiling,weight_grad_norm,"
          "weight_norm,update_ratio,act_mean,act_std,dead,saturated").split(",")


class Mismatch(Exception):
    pass


def norm(array):
    """Without overflow and underflow of the squares."""
    array = np.abs(np.asarray(array, dtype=float).ravel())
    size = np.max(array, initial=0.0)
    if not 0 < size < math.inf:
        return float(size)
    scale = math.ldexp(1.0, -max(math.frexp(size)[1], -1000))
    return math.sqrt(math.fsum((array * scale) ** 2)) / scale


def moments(array):
    size = np.max(np.abs(array))
    if not 0 < size < math.inf:
        return float(np.mean(array)), 0.0 if size == 0 else math.nan
    exact = [float(x) for x in (array / size).ravel()]
    mean = math.fsum(exact) / len(exact)
    return mean * size, math.sqrt(math.fsum((x - mean) ** 2 for x in exact) / len(exact)) * size


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


erfc = np.vectorize(math.erfc, otypes=[float])


def phi(name, slope, z):
    return {
        "sigmoid": lambda: sigmoid(z),
        "tanh": lambda: np.tanh(z),
        "relu": lambda: np.where(z > 0, z, 0.0),
        "leaky_relu": lambda: np.where(z > 0, z, slope * z),
        "elu": lambda: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
        "gelu": lambda: z * 0.5 * erfc(-z / math.sqrt(2)),
        "silu": lambda: z * sigmoid(z),
        "softplus": lambda: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))),
        "linear": lambda: z,
    }[name]()


def slope_of(name, slope, z, a):
    return {
        "sigmoid": lambda: a * (1 - a),
        "tanh": lambda: (1 - a) * (1 + a),
        "relu": lambda: np.where(z > 0, 1.0, 0.0),
        "leaky_relu": lambda: np.where(z > 0, 1.0, slope),
        "elu": lambda: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0))),
        "gelu": lambda: 0.5 * erfc(-z / math.sqrt(2)) + np.where(
            np.abs(z) < 1e10, z, 0) * np.exp(-np.minimum(z * z, 1e10) / 2) / math.sqrt(2 * math.pi),
        "silu": lambda: sigmoid(z) * (1 + np.where(np.abs(z) < 1e10, z, 0) * sigmoid(-z)),
        "softplus": lambda: sigmoid(z),
        "linear": lambda: np.ones_like(z),
    }[name]()


@functools.lru_cache(maxsize=None)
def largest_slope(name, slope):
    """By looking for it: the grid loses its spacing squared."""
    z = np.concatenate([np.linspace(-4, 4, 400001), np.linspace(-60, 60, 1001)])
    return float(np.max(slope_of(name, slope, z, phi(name, slope, z))))


BOUNDED = ("sigmoid", "tanh")


def one_hot(labels, outputs):
    labels = np.asarray(labels)
    if labels.ndim == 2:
        return labels.astype(float)
    return (labels[:, None] == np.arange(outputs)).astype(float)


def loss_of(name, o, target):
    if name == "mse":
        return np.mean((o - target) ** 2, axis=1)
    if name == "bce":
        return np.mean(phi("softplus", 0, np.where(target > 0, -o, o)), axis=1)
    largest = np.max(o, axis=1, keepdims=True)
    right = np.sum(np.where(target > 0, o - largest, 0), axis=1)
    return np.log(np.sum(np.exp(o - largest), axis=1)) - right


def delta_of(name, o, target):
    if name == "mse":
        return 2 * (o - target) / o.shape[1]
    if name == "bce":
        return np.where(target > 0, -sigmoid(-o), sigmoid(o)) / o.shape[1]
    e = np.exp(o - np.max(o, axis=1, keepdims=True))
    others = np.sum(np.where(target > 0, 0, e), axis=1, keepdims=True)
    return np.where(target > 0, -others, e) / np.sum(e, axis=1, keepdims=True)


def right_share(name, o, labels):
    labels = np.asarray(labels)
    if o.shape[1] == 1:
        found = (o[:, 0] > (0.5 if name == "mse" else 0)).astype(int)
        return float(np.mean(found == labels[:, 0].astype(int)))
    wanted = np.argmax(labels, axis=1) if labels.ndim == 2 else labels
    return float(np.mean(np.argmax(o, axis=1) == wanted))


def arrays(lists):
    """Layers of nested lists; what is not finite was exported as null."""
    return [np.array(x, dtype=float) for x in lists]


def product(a, b):
    """a @ b, and how far two orders of summation can be apart (Higham 2002, 3.5)."""
    n = a.shape[1]
    return a @ b, 2 * (n + 2) * EPS * (np.abs(a) @ np.abs(b)) + (n + 2) * 2.0**-1074


def check_close(what, claimed, found, tolerance):
    """Where both are finite; overflow on the way may be either's."""
    both = np.isfinite(claimed) & np.isfinite(found)
    off = np.abs(claimed - found) > tolerance + 1e-12 * np.abs(found)
    if np.any(both & off):
        at = tuple(np.argwhere(both & off)[0])
        raise Mismatch(f"{what}{list(at)}: {claimed[at]} is not {found[at]}")


class Step:
    """The arrays of an export, each checked against those it comes from."""

    def __init__(self, export):
        claims = export["claims"]
        self.export, self.claims = export, claims
        self.name, self.leak = export["activation"], export["leaky_slope"]
        self.weights, self.biases = arrays(export["weights"]), arrays(export["biases"])
        self.x = np.array(export["X"], dtype=float)
        self.samples, self.depth = len(self.x), len(self.weights) - 1
        self.z, self.a = arrays(claims["preactivations"]), arrays(claims["activations"])
        self.delta = arrays(claims["deltas"])
        self.grads = arrays(claims["grad_weights"]), arrays(claims["grad_biases"])
        self.clipped = (
            arrays(claims["clipped_grad_weights"]), arrays(claims["clipped_grad_biases"]))
        self.target = one_hot(export["Y"], self.z[-1].shape[1])
        self.slopes = [slope_of(self.name, self.leak, z, a) for z, a in
                       zip(self.z[:-1], self.a[:-1])]
        self.check()

    def check(self):
        a = self.x
        for l, (w, b) in enumerate(zip(self.weights, self.biases)):
            z, lost = product(a, w.T)
            check_close(f"z of layer {l + 1}", self.z[l], z + b, lost + 2 * EPS * np.abs(b))
            a = self.a[l]
            if l < self.depth:
                found = phi(self.name, self.leak, self.z[l])
                check_close(f"a of layer {l + 1}", a, found, 1e-13 * np.abs(found) + 2.0**-1000)
        found = delta_of(self.export["loss"], self.z[-1], self.target)
        check_close("δ of the output", self.delta[-1], found, 1e-13 * np.abs(found) + 2.0**-1000)
        for l in range(self.depth):
            back, lost = product(self.delta[l + 1], self.weights[l + 1])
            slope = self.slopes[l]
            # A slope from a, as a(1-a), is known to the rounding of a.
            lost = lost * np.abs(slope) + 4 * EPS * np.abs(back) + 2.0**-1073
            check_close(f"δ of layer {l + 1}", self.delta[l], back * slope, lost)
        for l, below in enumerate([self.x] + self.a[:-1]):
            gradient, lost = product(self.delta[l].T, below)
            check_close(f"∂W of layer {l + 1}", self.grads[0][l], gradient / self.samples,
                        lost / self.samples)
            gradient, lost = product(np.ones((1, self.samples)), self.delta[l])
            check_close(f"∂b of layer {l + 1}", self.grads[1][l], gradient[0] / self.samples,
                        lost[0] / self.samples)

    def own_norms(self, sides):
        """Of each layer's gradient, weights and biases together."""
        return [norm([norm(w), norm(b)]) for w, b in zip(*sides)]


def exactly(value):
    return value, 0.0


def nearly(value, relative=1e-11, absolute=0.0):
    return value, relative * abs(value) + absolute


def whole(vectors):
    return np.concatenate([v.ravel() for side in vectors for v in side])


def clipping(step):
    """Columns of clipping, from the gradient before and the rule."""
    mode, c = step.export["clip"]["mode"], step.export["clip"]["threshold"]
    g = whole(step.grads)
    own = step.own_norms(step.grads)
    before = norm(own)
    if not math.isfinite(before) and mode != "none":
        return {"grad_norm": exactly(before), "clip_cosine": None}
    norms = own if mode == "layerwise" else [before if mode == "norm" else 0.0] * len(own)
    factors = [c / n if n > c else 1.0 for n in norms]
    # A quotient below the smallest normal double has lost digits.
    scaled = lambda v, f, n: v * f if f >= TINY else v / n * c
    if mode == "value":
        rule = [[np.clip(v, -c, c) for v in side] for side in step.grads]
    else:
        rule = [[scaled(*each) for each in zip(side, factors, norms)] for side in step.grads]
    for claimed, found in zip(itertools.chain(*step.clipped), itertools.chain(*rule)):
        check_close("a clipped gradient", claimed, found, 1e-14 * np.abs(found) + 2.0**-1073)
    after_g = whole(step.clipped)
    after = norm(step.own_norms(step.clipped))
    # Near the smallest double products with a factor lose digits.
    lost = 2.0**-1074 * math.sqrt(len(g))
    changed = float(np.mean(g != after_g)) if np.all(np.isfinite(g)) else None
    columns = {"grad_norm": nearly(before, 1e-11, lost),
               "grad_norm_clipped": nearly(after, 1e-11, lost),
               "clip_scale": nearly(factors[0] if mode == "norm" else
                                    after / before if changed else 1.0, 1e-11,
                                    lost / before if before > 0 else 0),
               "clipped_fraction": (changed or 0.0, 1e-15)}
    if not (0 < before < math.inf and 0 < after < math.inf):
        columns["clip_cosine"] = None
    elif after > 1e-290:
        cosine = math.fsum((g / before) * (after_g / after))
        columns["clip_cosine"] = nearly(cosine, 1e-11)
    return columns


def step_columns(step, full, diverged):
    """The row of the step; `full`: the whole data set, for accuracy and dead units."""
    x, labels = full
    a, dead = x, 0
    flat = step.name == "relu" or (step.name == "leaky_relu" and step.leak == 0)
    per_layer = []
    for l, (w, b) in enumerate(zip(step.weights, step.biases)):
        if len(x) == step.samples and np.array_equal(x, step.x):
            z, a = step.z[l], step.a[l]
        else:
            z = a @ w.T + b
            a = phi(step.name, step.leak, z)
        silent = int(np.sum(np.all(a == 0, axis=0))) if flat and l < step.depth else 0
        per_layer.append(silent)
        dead += silent
    width = step.weights[0].shape[0]
    limit = 0.05 * largest_slope(step.name, step.leak)
    flat_share = [float(np.mean(np.abs(s) < limit)) if step.name in BOUNDED else 0.0
                  for s in step.slopes]
    losses = loss_of(step.export["loss"], step.z[-1], step.target)
    most = float(np.max(losses))
    loss = most * float(np.mean(losses / most)) if 0 < most < math.inf else most
    columns = {"step": step.export["step"], "loss": nearly(loss, 1e-12, 2.0**-1040),
               "dead": (dead / (step.depth * width), 1e-15),
               "saturated": (sum(flat_share) / step.depth, 1e-14),
               "status": "diverged" if diverged else "ok"}
    if np.all(np.isfinite(z)):
        columns["accuracy"] = (right_share(step.export["loss"], z, labels), 1e-15)
    columns.update(clipping(step))
    return columns, per_layer, flat_share


def update_of(step, l, gradient):
    """ΔW, by the formulas of PyTorch 1.13."""
    o, h = step.export["optimizer"], step.export
    state, t = o["state"], o["t"] + 1
    w = step.weights[l]
    d = gradient + h["weight_decay"] * w
    if o["name"] == "sgd":
        return -o["lr"] * d
    m, v = np.array(state["m_weights"][l], float), np.array(state["v_weights"][l], float)
    if o["name"] in ("momentum", "nesterov"):
        m = o["momentum"] * m + d
        return -o["lr"] * (m if o["name"] == "momentum" else d + o["momentum"] * m)
    v = o["beta2"] * v + (1 - o["beta2"]) * d * d
    if o["name"] == "rmsprop":
        return -o["lr"] * d / (np.sqrt(v) + o["eps"])
    m = o["beta1"] * m + (1 - o["beta1"]) * d
    corrected = np.sqrt(v) / math.sqrt(1 - o["beta2"] ** t) + o["eps"]
    return -o["lr"] / (1 - o["beta1"] ** t) * m / corrected


def layer_columns(step, per_layer, flat_share, updated):
    """A row a layer."""
    rows = []
    bound = largest_slope(step.name, step.leak)
    sizes = [norm(d) for d in step.delta]
    ceiling = sizes[-1]
    for l in reversed(range(step.depth + 1)):
        hidden = l < step.depth
        root = math.sqrt(step.samples) * math.sqrt(step.weights[l].shape[0])
        mean, std = moments(step.a[l])
        size = float(np.mean(np.abs(step.a[l]) / 2) * 2)
        ceiling *= bound if hidden else 1
        row = {"step": step.export["step"], "layer": l + 1,
               "units": step.weights[l].shape[0],
               "delta_rms": nearly(sizes[l] / root, 1e-12, 2.0**-1073),
               "ceiling": nearly(ceiling / root, 1e-8, 2.0**-1060),
               "weight_grad_norm": nearly(norm(step.grads[0][l]), 1e-12, 2.0**-1073),
               "weight_norm": nearly(norm(step.weights[l]), 1e-12, 2.0**-1073),
               "act_mean": (mean, 1e-12 * size + 2.0**-1070),
               "act_std": (std, 1e-12 * (std + size) + 2.0**-1070),
               "dead": per_layer[l], "saturated": (flat_share[l] if hidden else 0.0, 1e-15)}
        if not hidden:
            row.update(slope_gain=None, weight_gain=None, gain=None)
        else:
            back, lost = product(step.delta[l + 1], step.weights[l + 1])
            row.update(gains(sizes[l], norm(back), norm(lost), sizes[l + 1]))
        row["update_ratio"] = None
        if updated and norm(step.weights[l]) > 0:
            change = update_of(step, l, step.clipped[0][l])
            size = norm(step.weights[l])
            # Below 2^-1022 squares and products lose digits, in v too.
            if norm(change) == 0 or 1e-140 < norm(step.grads[0][l]) < 1e140:
                row["update_ratio"] = nearly(norm(change) / size, 1e-10)
            else:
                del row["update_ratio"]
        rows.append(row)
    return rows[::-1]


def gains(own, back, lost, above):
    """Quotients of norms; those of subnormals are left to the invariants."""
    row = {}
    sure = math.isfinite(back) and (back == 0 or lost < 1e-3 * back)
    for name, top, bottom in (("slope_gain", own, back), ("weight_gain", back, above),
                              ("gain", own, above)):
        if bottom == 0 and (bottom is not back or sure):
            row[name] = None
        elif name == "gain" or sure:
            if bottom > TINY * 1e16 and (top == 0 or top > TINY * 1e16):
                relative = lost / back if name != "gain" and back > 0 else 0
                row[name] = nearly(top / bottom, 1e-11 + 2 * relative)
    return row


def matches(cell, expected):
    if expected is None or isinstance(expected, (str, int)):
        return cell == ("" if expected is None else str(expected))
    value, tolerance = expected
    if cell in ("", "ok", "diverged"):
        return False
    found = float(cell)
    if not math.isfinite(value):
        return not math.isfinite(found)
    return abs(found - value) <= tolerance


def run_program(program, mode, options, *more):
    return subprocess.run([program, mode, *options.split(), *more], check=True,
                          capture_output=True, text=True).stdout


def check_words(csv, lines, columns):
    """JSON Lines say what CSV does, to the letter; numbers are the shortest that say it."""
    if csv[0] != ",".join(columns):
        raise Mismatch(f"header {csv[0]}")
    if len(csv) - 1 != len(lines):
        raise Mismatch(f"{len(csv) - 1} rows in CSV, {len(lines)} in JSON Lines")
    for row, line in zip(csv[1:], lines):
        def refuse(word):
            raise Mismatch(f"{word} in JSON")
        said = json.loads(line, parse_float=str, parse_int=str, parse_constant=refuse)
        if list(said) != columns:
            raise Mismatch(f"keys of {line}")
        for name, cell in zip(columns, row.split(",")):
            null = cell in ("", "nan", "inf", "-inf")
            if said[name] != (None if null else cell):
                raise Mismatch(f"{name} is {cell} in CSV, {said[name]} in JSON Lines")
            if null or name == "status":
                continue
            digits = lambda text: text.lower().split("e")[0].replace(".", "").strip("-0")
            if digits(cell) != digits(repr(float(cell))):
                raise Mismatch(f"{name}: {cell} could be {float(cell)!r}")


def check_types(export):
    """Numbers of float arrays are floats to every reader of JSON."""
    def walk(value, path):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, path + (key,))
        elif isinstance(value, list):
            for inner in value:
                walk(inner, path)
        elif isinstance(value, int):
            counts = ("numbers", "step", "sizes", "t", "dead_units", "Y")
            if path[-1] not in counts and path != ("clip", "eps"):
                raise Mismatch(f"{'.'.join(path)}: {value} is no float")
    walk(export, ())
    if export["loss"] != "softmax-ce" and not isinstance(export["Y"][0][0], float):
        raise Mismatch("a target is no float")


def check_bounds(rows, layers, options, step):
    """What holds of every row, whatever the numbers."""
    c, mode = step.export["clip"]["threshold"], step.export["clip"]["mode"]
    number = lambda cell: math.nan if cell == "" else float(cell)
    for row in rows:
        v = {k: number(cell) for k, cell in row.items() if k != "status"}
        inside = lambda name: math.isnan(v[name]) or 0 <= v[name] <= 1
        for name in ("accuracy", "clip_scale", "clipped_fraction", "clip_cosine", "dead",
                     "saturated"):
            if not inside(name):
                raise Mismatch(f"{name} is {row[name]}")
        if row["clip_cosine"] in ("nan", "inf"):
            raise Mismatch("a cosine that is not defined is not empty")
        if v["grad_norm_clipped"] > v["grad_norm"] or (
                mode == "norm" and math.isfinite(v["grad_norm"]) and v["grad_norm_clipped"] > c):
            raise Mismatch(f"the norm after clipping is {row['grad_norm_clipped']}")
    bound = largest_slope(step.name, step.leak)
    for row in layers:
        v = {k: number(cell) for k, cell in row.items()}
        if math.isfinite(v["act_mean"]) and not math.isfinite(v["act_std"]):
            raise Mismatch(f"act_std is {row['act_std']} beside act_mean {row['act_mean']}")
        if not (v["saturated"] <= 1) or v["dead"] > v["units"]:
            raise Mismatch(f"saturated {row['saturated']}, dead {row['dead']}")
        if v["delta_rms"] > 1e-290 and v["gain"] > 1e-290:
            if v["slope_gain"] > bound * (1 + 1e-9):
                raise Mismatch(f"slope_gain {row['slope_gain']} is above {bound}")
            if abs(v["slope_gain"] * v["weight_gain"] - v["gain"]) > 1e-12 * v["gain"]:
                raise Mismatch(f"gain {row['gain']} is not the product of its factors")


def dictionaries(csv):
    names = csv[0].split(",")
    return [dict(zip(names, line.split(","))) for line in csv[1:]]


def check_setting(program, options, at, seen):
    """All rows of a run, and in full those of step `at`, or of its divergence."""
    outputs = {}
    for layers in (False, True):
        more = ["-n", str(at + 1)] + (["--layers"] if layers else [])
        csv = run_program(program, "run", options, *more).splitlines()
        lines = run_program(program, "run", options, "--format=jsonl", *more).splitlines()
        check_words(csv, lines, LAYERS if layers else STEPS)
        outputs[layers] = dictionaries(csv)
    at = min(at, int(outputs[False][-1]["step"]))
    row = next(r for r in outputs[False] if r["step"] == str(at))
    rows = [r for r in outputs[True] if r["step"] == str(at)]
    export = json.loads(run_program(program, "export", options, f"--step={at}"))
    check_types(export)
    step = Step(export)
    full = step.x, export["Y"]
    if "--batch" in options:
        everything = json.loads(run_program(program, "export", options, "--batch=0"))
        full = np.array(everything["X"], float), everything["Y"]
    columns, per_layer, flat_share = step_columns(step, full, row["status"] == "diverged")
    updated = row["status"] == "ok"
    expected = layer_columns(step, per_layer, flat_share, updated)
    for found, wanted in [(row, columns)] + list(zip(rows, expected)):
        for name, value in wanted.items():
            if not matches(found[name], value):
                raise Mismatch(f"step {at}, {name}: {found[name]} is not {value}")
        seen.append((found, wanted))
    check_bounds(outputs[False], outputs[True], options, step)
    return sum(len(wanted) for _, wanted in [(0, columns)] + list(enumerate(expected)))


def check_swaps(seen):
    """Had two columns changed places, some row above would have told."""
    for names in (STEPS, LAYERS):
        rows = [(found, wanted) for found, wanted in seen if list(found) == names]
        for name in names:
            if sum(name in wanted for _, wanted in rows) * 2 < len(rows):
                raise Mismatch(f"{name} is hardly ever compared")
        for one, other in itertools.combinations(names, 2):
            if all(matches(found[other], wanted[one]) and matches(found[one], wanted[other])
                   for found, wanted in rows if one in wanted and other in wanted):
                raise Mismatch(f"{one} and {other} could change places")


def ordinary():
    """One of each, of ordinary size: here every column is compared."""
    for name in "sigmoid tanh relu leaky_relu elu gelu silu softplus linear".split():
        yield f"--activation={name} --depth=3 --width=7 --samples=37 --lr=0.1 --gain=1.3", 2
    small = "--activation=relu --init=he_normal --depth=4 --width=9 --samples=30"
    for mode in "none value norm layerwise".split():
        yield f"{small} --clip={mode} --clip-at=0.05 --data=blobs --gain=2", 1
    for optimizer in "sgd momentum nesterov rmsprop adam".split():
        yield (f"{small} --optimizer={optimizer} --lr=0.02 --weight-decay=0.1 --batch=7 "
               "--bias=-0.2"), 5
    yield f"{small} --bias=-50", 1
    yield f"{small} --gain=30 --lr=10", 300
    yield "--activation=tanh --init=normal --gain=3 --depth=3 --width=50 --samples=70", 1
    yield "--activation=relu --init=zeros --depth=2 --width=4 --samples=20 --clip=value", 0
    yield "--activation=linear --init=normal --gain=1e6 --depth=28 --width=3 --samples=20", 0


def any_setting(rng):
    pick = lambda words: rng.choice(words.split())
    extreme = rng.random() < 0.5
    power = lambda low, high: f"{10 ** rng.uniform(low, high):.6g}"
    options = {
        "activation": pick("sigmoid tanh relu leaky_relu elu gelu silu softplus linear"),
        "leaky-slope": rng.choice([0, 0.01, 0.3, 1]),
        "depth": rng.choice([1, 2, 3, 5, 20, 45] if extreme else [1, 2, 3, 5, 20]),
        "width": rng.choice([1, 2, 5, 9, 33]),
        "init": pick("zeros constant normal uniform xavier_normal xavier_uniform he_normal "
                     "he_uniform lecun_normal orthogonal"),
        "gain": power(*rng.choice([(-150, 6), (-10, 6), (5, 6)])) if extreme else power(-1, 1),
        "bias": rng.choice([0, 0, 0.1, -1, 1e6 if extreme else 30]),
        "data": pick("moons circles xor spirals blobs"),
        "samples": rng.choice([4, 10, 33, 70]),
        "noise": rng.choice([0, 0.1, 1]),
        "standardize": pick("on off"),
        "loss": pick("auto mse bce softmax_ce"),
        "lr": power(-5, 9) if extreme else power(-3, 1),
        "optimizer": pick("sgd momentum nesterov rmsprop adam"),
        "weight-decay": rng.choice([0, 0, 0.1]),
        "clip": pick("none value norm layerwise"),
        "clip-at": power(-160, 160) if extreme else power(-4, 1),
        "seed": rng.randrange(1 << 32),
    }
    if rng.random() < 0.3:
        options["batch"] = rng.choice([1, 3, 7])
    words = " ".join(f"--{name}={value}" for name, value in options.items())
    return words, rng.choice([0, 1, 2, 5])


def main(arguments):
    program = arguments[1]
    count = int(arguments[2]) if len(arguments) > 2 else 60
    seed = int(arguments[3]) if len(arguments) > 3 else 1
    rng = random.Random(seed)
    settings = list(ordinary())
    plain, seen, cells, failed = len(settings), [], 0, 0
    settings += [any_setting(rng) for _ in range(count)]
    for i, (options, at) in enumerate(settings):
        kept = []
        try:
            cells += check_setting(program, options, at, kept)
        except Mismatch as mismatch:
            print(f"run {options} -n {at + 1}\n  {mismatch}")
            failed += 1
        seen += kept if i < plain else []
    try:
        check_swaps(seen)
    except Mismatch as mismatch:
        print(mismatch)
        failed += 1
    print(f"{len(settings)} settings, {cells} numbers agree with NumPy, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
