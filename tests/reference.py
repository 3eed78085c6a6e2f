"""Computes what `nablascope export` claims, independently, and compares.

PyTorch in double precision: autograd for the gradients, torch.optim for the updates. Where the two
agree to 1e-10 of an array's own size, layer by layer, neither can be wrong alone. Exit status 0
when all agree, 1 when not, 77 when PyTorch is missing.

usage: reference.py NABLASCOPE [FILE...]      FILEs are exports to check instead of the spread
"""

import json
import math
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import torch
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

# Relative to the largest element of the array, so that a layer near 1e-60 counts as one near 1.
TOLERANCE = 1e-10


def activation(name, slope):
    f = torch.nn.functional
    return {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": lambda z: f.leaky_relu(z, slope),
        "elu": f.elu,
        # erfc keeps the digits of the lower tail, which 1 + erf loses.
        "gelu": lambda z: z * 0.5 * torch.special.erfc(-z / math.sqrt(2)),
        "silu": f.silu,
        "softplus": lambda z: f.softplus(z, threshold=1e9),
        "linear": lambda z: z,
    }[name]


def loss_of(name, output, target):
    f = torch.nn.functional
    if name == "softmax-ce":
        return f.cross_entropy(output, target)
    if name == "bce":
        return f.binary_cross_entropy_with_logits(output, target)
    return f.mse_loss(output, target)


class Mismatch(Exception):
    pass


def compare(what, claimed, found, rounding=0.0):
    """`rounding`: what the sums' own rounding may leave, where their terms cancel."""
    claimed = np.asarray(claimed, dtype=float)
    found = np.asarray(found, dtype=float)
    if claimed.shape != found.shape:
        raise Mismatch(f"{what}: shape {claimed.shape} is not {found.shape}")
    size = np.max(np.abs(found), initial=0.0)
    error = np.max(np.abs(claimed - found), initial=0.0)
    if not error <= TOLERANCE * size + rounding:
        raise Mismatch(f"{what}: off by {error:.3e} where the largest is {size:.3e}")


def compare_layers(what, claimed, found, roundings=None):
    if len(claimed) != len(found):
        raise Mismatch(f"{what}: {len(claimed)} layers are not {len(found)}")
    for layer, (c, f) in enumerate(zip(claimed, found), 1):
        compare(f"{what} of layer {layer}", c, f, roundings[layer - 1] if roundings else 0.0)


def norm(array):
    """Without overflow and underflow of the squares."""
    array = np.asarray(array, dtype=float).ravel()
    size = np.max(np.abs(array), initial=0.0)
    return size * math.sqrt(np.sum((array / size) ** 2)) if size > 0 else 0.0


def clip(mode, threshold, weights, biases):
    """The clipped gradients and the claimed factor."""
    total = norm([norm(g) for g in weights + biases])
    if mode == "value":
        bound = lambda g: np.clip(g, -threshold, threshold)
        return [bound(g) for g in weights], [bound(g) for g in biases], None
    if mode == "layerwise":
        factors = [
            min(1.0, threshold / n) if n > 0 else 1.0
            for n in (norm([norm(w), norm(b)]) for w, b in zip(weights, biases))
        ]
        scale = lambda gs: [g * f for g, f in zip(gs, factors)]
        return scale(weights), scale(biases), factors
    factor = min(1.0, threshold / total) if mode == "norm" and total > 0 else 1.0
    return [g * factor for g in weights], [g * factor for g in biases], factor


def optimizer_of(settings, decay, parameters):
    o = torch.optim
    lr, momentum = settings["lr"], settings["momentum"]
    betas = (settings["beta1"], settings["beta2"])
    name = settings["name"]
    if name == "adam":
        return o.Adam(parameters, lr, betas, settings["eps"], decay)
    if name == "rmsprop":
        return o.RMSprop(parameters, lr, betas[1], settings["eps"], decay)
    if name == "sgd":
        momentum = 0
    return o.SGD(
        parameters, lr, momentum, weight_decay=decay, nesterov=name == "nesterov"
    )


def load_state(optimizer, settings, parameters):
    """Gives torch's optimizer the state that the export says it had."""
    state, t = settings["state"], settings["t"]
    if t == 0:
        return
    m = [v for pair in zip(state["m_weights"], state["m_biases"]) for v in pair]
    v = [v for pair in zip(state["v_weights"], state["v_biases"]) for v in pair]
    for p, m_p, v_p in zip(parameters, m, v):
        kept = {
            "sgd": {},
            "momentum": {"momentum_buffer": torch.tensor(m_p, dtype=torch.float64)},
            "nesterov": {"momentum_buffer": torch.tensor(m_p, dtype=torch.float64)},
            "rmsprop": {"step": t, "square_avg": torch.tensor(v_p, dtype=torch.float64)},
            "adam": {
                "step": torch.tensor(float(t)),
                "exp_avg": torch.tensor(m_p, dtype=torch.float64),
                "exp_avg_sq": torch.tensor(v_p, dtype=torch.float64),
            },
        }[settings["name"]]
        optimizer.state[p].update(kept)


def check_test(export, claims, weights, biases, phi, out):
    """What is held out, through the same network."""
    integer = export["loss"] == "softmax-ce"
    target = torch.tensor(export["Y_test"], dtype=torch.int64 if integer else torch.float64)
    a = torch.tensor(export["X_test"], dtype=torch.float64)
    for layer, (w, b) in enumerate(zip(weights, biases), 1):
        z = a @ w.T + b
        a = phi(z) if layer < len(weights) else out(z)
    compare("test_loss", claims["test_loss"], loss_of(export["loss"], a, target).item())
    if "test_accuracy" not in claims:
        return  # numbers are to be predicted
    if integer:
        right = a.argmax(1) == target
    elif a.shape[1] > 1:
        right = a.argmax(1) == target.argmax(1)
    else:
        right = (a > (0.5 if export["loss"] == "mse" else 0)) == (target > 0.5)
    compare("test_accuracy", claims["test_accuracy"], right.double().mean().item())


def check(export):
    claims = export["claims"]
    tensor = lambda v: torch.tensor(v, dtype=torch.float64, requires_grad=True)
    weights = [tensor(w) for w in export["weights"]]
    biases = [tensor(b) for b in export["biases"]]
    integer = export["loss"] == "softmax-ce"
    target = torch.tensor(export["Y"], dtype=torch.int64 if integer else torch.float64)
    a = torch.tensor(export["X"], dtype=torch.float64)
    samples = a.shape[0]
    phi = activation(export["activation"], export["leaky_slope"])
    out = {"linear": lambda z: z, "sigmoid": torch.sigmoid}[export["output_activation"]]
    zs, activations = [], []
    for layer, (w, b) in enumerate(zip(weights, biases), 1):
        z = a @ w.T + b
        z.retain_grad()
        a = phi(z) if layer < len(weights) else out(z)
        zs.append(z)
        activations.append(a)
    loss = loss_of(export["loss"], a, target)
    loss.backward()
    if "X_test" in export:
        check_test(export, claims, weights, biases, phi, out)
    array = lambda ts: [t.detach().numpy() for t in ts]
    deltas = [z.grad.numpy() * samples for z in zs]  # of one sample's loss
    grads_w = [w.grad.numpy().copy() for w in weights]
    grads_b = [b.grad.numpy().copy() for b in biases]
    compare("loss", claims["loss"], loss.item())
    compare_layers("preactivations", claims["preactivations"], array(zs))
    compare_layers("activations", claims["activations"], array(activations))
    compare_layers("deltas", claims["deltas"], deltas)
    below = [np.asarray(export["X"], dtype=float)] + array(activations)[:-1]
    # Two sums of n terms differ by at most 2 n 2^-53 of the terms' sizes (Higham 2002, 4.4).
    lost_w = [2**-52 * np.max(np.abs(d).T @ np.abs(x)) for d, x in zip(deltas, below)]
    lost_b = [2**-52 * np.max(np.sum(np.abs(d), axis=0)) for d in deltas]
    norms_w, norms_b = map_list(norm, grads_w), map_list(norm, grads_b)
    root = lambda lost, grads: [e * math.sqrt(g.size) for e, g in zip(lost, grads)]
    compare_layers("grad_weights", claims["grad_weights"], grads_w, lost_w)
    compare_layers("grad_biases", claims["grad_biases"], grads_b, lost_b)
    compare_layers(
        "grad_norm_weights", claims["grad_norm_weights"], norms_w, root(lost_w, grads_w))
    compare_layers("grad_norm_biases", claims["grad_norm_biases"], norms_b, root(lost_b, grads_b))
    total = norm([norm(g) for g in grads_w + grads_b])
    lost = norm(root(lost_w, grads_w) + root(lost_b, grads_b))
    compare("global_grad_norm", claims["global_grad_norm"], total, lost)
    rms = [norm(d) / math.sqrt(d.size) for d in deltas]
    compare_layers("delta_rms", claims["delta_rms"], rms)
    flat = export["activation"] == "relu"
    dead = [
        int(np.sum(np.all(h == 0, axis=0))) if flat else 0 for h in array(activations)[:-1]
    ]
    if claims["dead_units"] != dead:
        raise Mismatch(f"dead_units: {claims['dead_units']} is not {dead}")
    check_update(export, claims, weights, biases, (grads_w, lost_w), (grads_b, lost_b))
    return rms[0]


def map_list(f, values):
    return [f(v) for v in values]


def check_update(export, claims, weights, biases, of_weights, of_biases):
    (grads_w, lost_w), (grads_b, lost_b) = of_weights, of_biases
    mode, threshold = export["clip"]["mode"], export["clip"]["threshold"]
    clipped_w, clipped_b, factor = clip(mode, threshold, grads_w, grads_b)
    compare_layers("clipped_grad_weights", claims["clipped_grad_weights"], clipped_w, lost_w)
    compare_layers("clipped_grad_biases", claims["clipped_grad_biases"], clipped_b, lost_b)
    if factor is not None:
        compare("clip_coef", claims["clip_coef"], factor)
    elif claims["clip_coef"] is not None:
        raise Mismatch("clip_coef: null is expected for clipping by value")
    old = [w.detach().numpy().copy() for w in weights]
    parameters = [p for pair in zip(weights, biases) for p in pair]
    for w, b, gw, gb in zip(weights, biases, clipped_w, clipped_b):
        w.grad, b.grad = torch.tensor(gw), torch.tensor(gb)
    optimizer = optimizer_of(export["optimizer"], export["weight_decay"], parameters)
    load_state(optimizer, export["optimizer"], parameters)
    optimizer.step()
    new_w = [w.detach().numpy() for w in weights]
    plain = export["optimizer"]["name"] == "sgd"
    moved = [export["optimizer"]["lr"] * e if plain else 0.0 for e in lost_w]
    compare_layers("new_weights", claims["new_weights"], new_w, moved)
    compare_layers("new_biases", claims["new_biases"], [b.detach().numpy() for b in biases])
    for layer, (before, after) in enumerate(zip(old, new_w), 1):
        ratio = claims["update_ratio"][layer - 1]
        step = norm(after - before)
        # The difference of rounded weights has lost digits that the claim has kept.
        lost = 4e-16 * np.max(np.abs(before), initial=0.0) * math.sqrt(before.size)
        if norm(before) == 0:
            if ratio is not None:
                raise Mismatch(f"update_ratio of layer {layer}: null is expected")
        elif abs(ratio * norm(before) - step) > 1e-10 * step + lost:
            raise Mismatch(f"update_ratio of layer {layer}: {ratio} is not {step / norm(before)}")


def spread():
    """Options of the exports to compare: every choice, and mixtures over several steps."""
    small = "--depth=3 --width=6 --samples=24"
    for name in "sigmoid tanh relu leaky_relu elu gelu silu softplus linear".split():
        yield f"{small} --activation={name} --lr=0.1 --step=3"
        yield f"{small} --activation={name} --data=blobs --init=he_normal --lr=0.05 --step=1"
    for name in ("zeros constant normal uniform xavier_normal xavier_uniform he_normal "
                 "he_uniform lecun_normal orthogonal").split():
        yield f"{small} --activation=tanh --init={name} --bias=0.1 --lr=0.01 --step=2"
    for data in "moons circles xor spirals blobs".split():
        for loss in "mse bce softmax_ce".split():
            yield f"{small} --activation=tanh --data={data} --loss={loss} --lr=0.1 --step=2"
    for optimizer in "sgd momentum nesterov rmsprop adam".split():
        for step in (0, 1, 7):
            yield f"{small} --activation=tanh --optimizer={optimizer} --lr=0.02 --step={step}"
        yield (f"{small} --activation=elu --optimizer={optimizer} --lr=0.01 --weight_decay=0.1 "
               "--batch=7 --step=9")
    for mode, at in (("none", 1), ("value", 0.01), ("norm", 0.1), ("norm", 1e6),
                     ("layerwise", 0.05)):
        for optimizer in ("sgd", "adam"):
            yield (f"{small} --activation=relu --init=he_normal --gain=2 --clip={mode} "
                   f"--clip_at={at} --optimizer={optimizer} --lr=0.01 --step=5")
    yield "--activation=leaky_relu --leaky_slope=0.3 --depth=10 --width=32 --lr=0.03 --step=4"
    # Wider, and more samples, than a chunk of core/reduce.h, with a rest of one unit.
    yield "--activation=tanh --depth=3 --width=97 --samples=70 --lr=0.1 --step=2"
    yield "--depth=100 --lr=1 --samples=50"
    # Not saturated (|z| < 7): as a nears 1, a(1 - a) loses digits in PyTorch and here alike.
    yield "--depth=100 --lr=0.1 --samples=50 --step=3 --optimizer=adam"
    yield "--depth=10 --gain=4 --lr=1 --step=20"
    yield f"{small} --standardize=off --noise=0.5 --seed=7"
    for widths in "5,10,5 20x3,3 1,30,2 9,70,33,8".split():
        yield f"--width={widths} --samples=40 --activation=tanh --lr=0.1 --step=3"
        yield (f"--width={widths} --samples=40 --activation=relu --init=he_normal --data=blobs "
               "--bias_std=0.5 --batch=16 --lr=0.05 --optimizer=adam --clip=norm --step=4")
    for data in "corners blobs".split():
        yield f"{small} --output=sigmoid --activation=tanh --data={data} --gain=2 --lr=0.3 --step=4"
        yield (f"--width=7,3,12 --samples=30 --output=sigmoid --data={data} --optimizer=momentum "
               "--bias=0.3 --bias_std=1 --lr=0.1 --step=3")
    yield f"{small} --input_scale=30 --input_offset=-4 --activation=tanh --lr=0.01 --step=2"
    for data in "moons blobs".split():
        for loss in "mse bce softmax_ce".split():
            yield (f"{small} --activation=tanh --data={data} --loss={loss} --lr=0.1 --step=9 "
                   "--test=0.4 --batch=5")


def regression(work):
    """Options of exports where numbers are to be predicted."""
    path = f"{work}/numbers.csv"
    with open(path, "w", encoding="ascii") as file:
        file.write("a,b,y\n")
        for i in range(30):
            a, b = math.sin(i * 1.7) * 3, math.cos(i * 2.3)
            file.write(f"{a:.6f},{b:.6f},{100 + 20 * a * b:.6f}\n")
    for options in ("", "--standardize=off --lr=1e-5", "--batch=7 --optimizer=adam --ignore=b",
                    "--width=7,3 --output=sigmoid --clip=norm --clip_at=0.1",
                    "--test=0.3 --batch=6 --input_scale=2 --input_offset=1"):
        yield (f"--data={path} --target=y --depth=2 --width=5 --activation=tanh --lr=0.05 "
               f"--step=3 {options}")


def export_of(program, options):
    text = subprocess.run(
        [program, "export", *options.split()], check=True, capture_output=True, text=True
    ).stdout
    return json.loads(text)


def check_continuity(program):
    """The parameters that one export leaves are those with which the next begins."""
    options = "--depth=2 --width=5 --optimizer=adam --batch=20 --lr=0.1 --activation=tanh"
    first = export_of(program, f"{options} --step=4")
    second = export_of(program, f"{options} --step=5")
    if first["claims"]["new_weights"] != second["weights"]:
        raise Mismatch("the weights after step 4 are not those of step 5")


def check_rows(program):
    """`run` says of a step what `export` says."""
    options = "--activation=relu --init=he_normal --lr=0.1 --clip=norm --clip_at=0.5 --depth=4"
    claims = export_of(program, f"{options} --step=6")["claims"]
    run = [program, "run", *options.split(), "-n", "7", "--format=jsonl"]
    rows = subprocess.run(run, check=True, capture_output=True, text=True).stdout.splitlines()
    row = json.loads(rows[6])
    compare("run's loss", row["loss"], claims["loss"])
    compare("run's grad_norm", row["grad_norm"], claims["global_grad_norm"])
    compare("run's clip_scale", row["clip_scale"], claims["clip_coef"])
    layers = subprocess.run(
        [*run, "--layers"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    layers = [r for r in map(json.loads, layers) if r["step"] == 6]
    for key, claim in (("delta_rms", "delta_rms"), ("weight_grad_norm", "grad_norm_weights"),
                       ("update_ratio", "update_ratio")):
        compare(f"run's {key}", [r[key] for r in layers], claims[claim])
    size = [norm(d) for d in claims["deltas"]]
    gains = [s / above for s, above in zip(size, size[1:])]
    compare("run's gain", [r["gain"] for r in layers[:-1]], gains)


def main(arguments):
    program, files = arguments[1], arguments[2:]
    if files:
        for file in files:
            with open(file, encoding="ascii") as stream:
                check(json.load(stream))
        return 0
    with tempfile.TemporaryDirectory() as work:
        every = [*spread(), *regression(work)]
        exports = ((options, export_of(program, options)) for options in every)
        count = check_all(exports)
    if count < 0:
        return 1
    check_continuity(program)
    check_rows(program)
    print(f"{count} exports agree with PyTorch to {TOLERANCE:g}")
    return 0


def check_all(exports):
    """How many there are; -1 where one is wrong."""
    count = 0
    for options, export in exports:
        try:
            first = check(export)
            if options == "--depth=100 --lr=1 --samples=50" and not 1e-75 < first < 1e-55:
                raise Mismatch(f"delta_rms of layer 1 is {first}, not near 1e-65")
        except Mismatch as mismatch:
            print(f"export {options}\n  {mismatch}")
            return -1
        count += 1
    return count


if __name__ == "__main__":
    sys.exit(main(sys.argv))
