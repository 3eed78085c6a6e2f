"""How nablascope's training steps compare with those of others, on one thread: PyTorch, NumPy,
FANN, and a step written by hand in C++ on OpenBLAS.

All train the same net (2 inputs, DEPTH hidden layers of WIDTH units, 1 output, binary
cross-entropy, plain gradient descent) on one batch, in alternating rounds of one run; the median
of the rounds counts, each the best of several bursts. "+" means with what nablascope always computes: of each layer, at every step,
the norms of the error signal, of weights, gradients and update, both gains, mean and deviation of
the activations, dead units and the saturated share, read back as numbers.

PyTorch and NumPy are given every advantage that plain code allows: preallocated arrays for all
layers at once, so that a statistic of all layers is one call. "with autograd" is PyTorch as one
would write it, statistics still taken of all layers at once. "C++ on OpenBLAS" is peer_step.cc,
the strongest that we know; it compares its losses and statistics with nablascope's before it
starts.

usage: peers.py [--rounds N] [--seconds S] [--size DEPTH/WIDTH/BATCH]... [--activation NAME]...
                [--peer NAME=PROGRAM]... BENCH [PROGRAM]...
"""

import argparse
import ctypes
import math
import os
import statistics
import subprocess
import sys
import time

# One thread each, and OpenBLAS's own choice of kernel: both are read when it is loaded.
FORCED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
if any(name in os.environ for name in FORCED) or os.environ.get("OMP_NUM_THREADS") != "1":
    environment = {k: v for k, v in os.environ.items() if k not in FORCED}
    environment.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    os.execve(sys.executable, [sys.executable] + sys.argv, environment)

import numpy as np

try:
    import torch
except ImportError:
    torch = None

SIZES = ["10/8/32", "32/32/64", "64/128/128", "100/512/256"]
RATE = 0.01
BURSTS = 5
SATURATED = 0.05 * 0.25  # 5 % of the sigmoid's largest slope


def start_values(depth, width, batch):
    """Weights (Xavier) of the first, the inner and the last layer, inputs and targets."""
    rng = np.random.default_rng(1)
    scale = math.sqrt(1 / width)
    return (rng.normal(size=(2, width)), rng.normal(size=(depth - 1, width, width)) * scale,
            rng.normal(size=(width, 1)) * scale, rng.normal(size=(batch, 2)),
            rng.integers(0, 2, size=(batch, 1)).astype(float))


class NumpyNet:
    """a, δ, φ' and the signal before it of all hidden layers as arrays of three dimensions."""

    def __init__(self, depth, width, batch, activation, with_statistics):
        self.first, self.inner, self.last, self.x, self.y = start_values(depth, width, batch)
        self.depth, self.activation, self.with_statistics = depth, activation, with_statistics
        self.bias, self.last_bias = np.zeros((depth, 1, width)), np.zeros(1)
        shape = (depth, batch, width)
        self.a, self.delta, self.signal, self.slope = (np.empty(shape) for _ in range(4))
        self.inner_gradient = np.empty_like(self.inner)

    def activate(self, z, slope):
        """z becomes a."""
        if self.activation == "relu":
            np.greater(z, 0, out=slope)
            np.maximum(z, 0, out=z)
        else:
            np.negative(z, out=z)
            np.exp(z, out=z)
            z += 1
            np.reciprocal(z, out=z)
            np.subtract(1, z, out=slope)
            slope *= z

    def step(self):
        a, delta, signal, inner = self.a, self.delta, self.signal, self.inner
        for l in range(self.depth):
            np.matmul(a[l - 1] if l else self.x, inner[l - 1] if l else self.first, out=a[l])
            a[l] += self.bias[l]
            self.activate(a[l], self.slope[l])
        z = a[-1] @ self.last + self.last_bias
        loss = float(np.mean(np.logaddexp(0, z) - self.y * z))
        out = (1 / (1 + np.exp(-z)) - self.y) / len(z)
        np.matmul(out, self.last.T, out=signal[-1])
        for l in reversed(range(self.depth)):
            np.multiply(signal[l], self.slope[l], out=delta[l])
            if l:
                np.matmul(delta[l], inner[l - 1].T, out=signal[l - 1])
                np.matmul(a[l - 1].T, delta[l], out=self.inner_gradient[l - 1])
        first, last = self.x.T @ delta[0], a[-1].T @ out
        bias, last_bias = delta.sum(axis=1, keepdims=True), out.sum()
        found = self.statistics(first, last, bias, out) if self.with_statistics else None
        self.first -= RATE * first
        self.last -= RATE * last
        self.bias -= RATE * bias
        self.last_bias -= RATE * last_bias
        self.inner_gradient *= RATE
        inner -= self.inner_gradient
        return loss, found

    def statistics(self, first, last, bias, out):
        def norms(x):
            return np.sqrt(np.einsum("lij,lij->l", x, x))

        def weight_norms(first, inner, last):
            return np.concatenate(([np.linalg.norm(first)], norms(inner), [np.linalg.norm(last)]))

        a = self.a
        delta, signal = norms(self.delta), norms(self.signal)
        above = np.append(delta[1:], np.linalg.norm(out))
        weights = weight_norms(self.first, self.inner, self.last)
        gradients = weight_norms(first, self.inner_gradient, last)
        mean = a.mean(axis=(1, 2))
        square = np.einsum("lij,lij->l", a, a) / a[0].size
        if self.activation == "relu":
            flat = (a.max(axis=1) == 0).sum(axis=1)
        else:
            flat = (self.slope < SATURATED).mean(axis=(1, 2))
        return [x.tolist() for x in (delta, delta / signal, signal / above, weights, gradients,
                RATE * gradients / weights, norms(bias), mean, np.sqrt(square - mean**2), flat)]


class TorchNet:
    """The same as NumpyNet, by hand."""

    def __init__(self, depth, width, batch, activation, with_statistics, dtype):
        values = [torch.tensor(x, dtype=dtype) for x in start_values(depth, width, batch)]
        self.first, self.inner, self.last, self.x, self.y = values
        self.depth, self.activation, self.with_statistics = depth, activation, with_statistics
        self.bias, self.last_bias = torch.zeros(depth, width, dtype=dtype), torch.zeros(
            1, dtype=dtype)
        shape = (depth, batch, width)
        self.a, self.delta, self.signal = (torch.empty(shape, dtype=dtype) for _ in range(3))
        self.inner_gradient = torch.empty_like(self.inner)
        # A view of a layer costs a microsecond: made once.
        self.layers = list(zip(self.a, [self.x] + list(self.a[:-1]), self.delta, self.signal,
                               [self.first] + list(self.inner), self.bias,
                               [None] + list(self.inner_gradient)))

    def step(self):
        with torch.no_grad():
            return self.step_by_hand()

    def step_by_hand(self):
        relu = self.activation == "relu"
        for a, below, _, _, weights, bias, _ in self.layers:
            torch.addmm(bias, below, weights, out=a)
            a.relu_() if relu else a.sigmoid_()
        z = torch.addmm(self.last_bias, self.a[-1], self.last)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(z, self.y)
        out = (torch.sigmoid(z) - self.y) / len(z)
        torch.mm(out, self.last.t(), out=self.signal[-1])
        backward = torch.ops.aten.sigmoid_backward
        for l in reversed(range(self.depth)):
            a, below, delta, signal, weights, _, gradient = self.layers[l]
            if relu:
                torch.mul(signal, a > 0, out=delta)
            else:
                backward(signal, a, grad_input=delta)
            if l:
                torch.mm(delta, weights.t(), out=self.layers[l - 1][3])
                torch.mm(below.t(), delta, out=gradient)
        first, last = self.x.t() @ self.delta[0], self.a[-1].t() @ out
        bias, last_bias = self.delta.sum(1), out.sum(0)
        found = None
        if self.with_statistics:
            found = torch_statistics(self.activation, self.a, self.delta, self.signal, out,
                                     (self.first, self.inner, self.last),
                                     (first, self.inner_gradient, last), bias)
        self.first.sub_(first, alpha=RATE)
        self.last.sub_(last, alpha=RATE)
        self.bias.sub_(bias, alpha=RATE)
        self.last_bias.sub_(last_bias, alpha=RATE)
        self.inner.sub_(self.inner_gradient, alpha=RATE)
        return loss.item(), found


class AutogradNet:
    """As one would write it: a list of parameters, autograd, torch.optim.SGD."""

    def __init__(self, depth, width, batch, activation, with_statistics, dtype):
        first, inner, last, self.x, self.y = (
            torch.tensor(x, dtype=dtype) for x in start_values(depth, width, batch))
        self.weights = [w.clone().requires_grad_() for w in [first] + list(inner) + [last]]
        self.biases = [torch.zeros(w.shape[1], dtype=dtype, requires_grad=True)
                       for w in self.weights]
        self.activate = torch.relu if activation == "relu" else torch.sigmoid
        self.activation, self.with_statistics = activation, with_statistics
        self.optimizer = torch.optim.SGD(self.weights + self.biases, lr=RATE, foreach=True)

    def step(self):
        a, zs, outs = self.x, [], []
        for weights, bias in zip(self.weights, self.biases):
            if zs:
                a = self.activate(zs[-1])
                outs.append(a)
            zs.append(torch.addmm(bias, a, weights))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(zs[-1], self.y)
        self.optimizer.zero_grad(set_to_none=True)
        if self.with_statistics:
            for x in zs + outs:
                x.retain_grad()
        loss.backward()
        found = None
        if self.with_statistics:
            with torch.no_grad():
                gradients = [w.grad for w in self.weights]
                found = torch_statistics(
                    self.activation, torch.stack(outs), torch.stack([z.grad for z in zs[:-1]]),
                    torch.stack([a.grad for a in outs]), zs[-1].grad,
                    (self.weights[0], torch.stack(self.weights[1:-1]), self.weights[-1]),
                    (gradients[0], torch.stack(gradients[1:-1]), gradients[-1]),
                    torch.stack([b.grad for b in self.biases[:-1]]))
        self.optimizer.step()
        return loss.item(), found


def each_layer(f, x):
    """f of all layers in one call; one by one where temporaries would leave the cache."""
    return f(x) if x[0].numel() < 50_000 else torch.cat([f(y) for y in x.split(1)])


def torch_statistics(activation, a, delta, signal, out, weights, gradients, bias):
    # Faster by far than vector_norm in double, var_mean, and a comparison of a * (1 - a).
    def squares(x):
        return each_layer(lambda y: (y * y).flatten(1).sum(1), x)

    def norms(x):
        return squares(x).sqrt()

    def is_flat(y):
        if activation == "relu":
            return (y.amax(1) == 0).sum(1)
        return (y - 0.5).abs_().gt_(math.sqrt(0.25 - SATURATED)).flatten(1).mean(1)

    def weight_norms(first, inner, last):
        return torch.cat((first.norm()[None], norms(inner), last.norm()[None]))

    delta, signal = norms(delta), norms(signal)
    above = torch.cat((delta[1:], out.norm()[None]))
    weights, gradients = weight_norms(*weights), weight_norms(*gradients)
    mean, square = a.flatten(1).mean(1), squares(a) / a[0].numel()
    flat = each_layer(is_flat, a)
    return [x.tolist() for x in (delta, delta / signal, signal / above, weights, gradients,
            RATE * gradients / weights, bias.norm(dim=1), mean, (square - mean**2).sqrt(), flat)]


def time_steps(net, seconds):
    """Steps a second, the best of several bursts, as bench does it."""
    net.step()  # touches the memory
    best, start = 0, time.perf_counter()
    for _ in range(BURSTS):
        steps, begun = 0, time.perf_counter()
        while True:
            net.step()
            steps += 1
            now = time.perf_counter()
            if now - begun >= seconds / BURSTS:
                break
        best = max(best, steps / (now - begun))
        if now - start >= seconds:
            break
    return best


def last_row(path, seconds, size, activation, *rest):
    """The last row of a program called as bench is."""
    done = subprocess.run([path, str(seconds), *map(str, size), activation, *rest], check=True,
                          stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()[-1].split()


def in_python(net, *rest):
    """A peer that runs in this process."""
    return lambda seconds, size, activation: time_steps(net(*size, activation, *rest), seconds)


def in_program(path, *rest):
    """Steps a second by a program that prints them in the fifth column."""
    return lambda seconds, size, activation: float(
        last_row(path, seconds, size, activation, "1", *rest)[4])


def in_threads(bench, threads):
    """By our own, whose last column says how many times that is with these threads."""
    def rate(seconds, size, activation):
        row = last_row(bench, seconds, size, activation, str(threads))
        return float(row[4]) * float(row[-1])
    return rate


def peers_of(arguments):
    peers = {"nablascope float64 +": in_program(arguments.bench),
             "nablascope float64, 2 threads +": in_threads(arguments.bench, 2)}
    programs = {os.path.basename(path).partition(".")[0]: path for path in arguments.program}
    if "peer_openblas" in programs:
        for bits, precision in ((64, "double"), (32, "single")):
            peers[f"C++ on OpenBLAS float{bits} +"] = in_program(
                programs["peer_openblas"], precision)
    if torch:
        peers["PyTorch float64 with autograd +"] = in_python(AutogradNet, True, torch.float64)
        for bits, dtype in ((64, torch.float64), (32, torch.float32)):
            for plus in (True, False):
                peers[f"PyTorch float{bits}{' +' if plus else ''}"] = in_python(
                    TorchNet, plus, dtype)
    peers["NumPy float64 +"] = in_python(NumpyNet, True)
    if "peer_fann" in programs:
        peers["FANN float64"] = in_program(programs["peer_fann"])
    for peer in arguments.peer:
        name, _, path = peer.partition("=")
        peers[name] = in_program(path)
    return peers


def check_agreement():
    """The three must do the same work: the same losses and statistics after some steps."""
    for activation in ("sigmoid", "relu"):
        nets = [NumpyNet(5, 7, 11, activation, True)]
        if torch:
            nets += [c(5, 7, 11, activation, True, torch.float64) for c in (TorchNet, AutogradNet)]
        for _ in range(5):
            found = [net.step() for net in nets]
        for loss, values in found[1:]:
            assert math.isclose(loss, found[0][0], rel_tol=1e-12)
            for mine, theirs in zip(found[0][1], values):
                assert np.allclose(mine, theirs, rtol=1e-9), (activation, mine, theirs)


def blas_name():
    """OpenBLAS's kernel, as it was chosen for this processor."""
    for library in ("libopenblas.so.0", "libopenblas.dylib"):
        try:
            name = ctypes.CDLL(library).openblas_get_corename
        except (OSError, AttributeError):
            continue
        name.restype = ctypes.c_char_p
        return "OpenBLAS " + name().decode()
    return "a BLAS that is not OpenBLAS"


def print_table(activation, sizes, rates):
    wide = max(map(len, rates)) + 1
    print(f"\n{activation}: steps a second (nablascope is so many times faster)", flush=True)
    print(f"{'depth/width/batch':{wide}}" +
          "".join(f"{'/'.join(map(str, s)):>13}{'':8}" for s in sizes).rstrip())
    for name in rates:
        cells = []
        for size in sizes:
            found = rates[name].get(size)
            if not found:
                cells.append(f"{'':21}")
                continue
            rate = statistics.median(found)
            own = statistics.median(rates["nablascope float64 +"][size])
            digits = max(0, 2 - int(math.floor(math.log10(rate))))
            ratio = "" if name.startswith("nablascope") else f"({own / rate:.3g})"
            cells.append(f"{rate:13,.{digits}f} {ratio:>7}")
        print((f"{name:{wide}}" + "".join(cells)).rstrip(), flush=True)


def measure(arguments, peers, activation, sizes):
    rates = {name: {} for name in peers}
    for round_ in range(arguments.rounds):
        for size in sizes:
            for name, peer in peers.items():
                if name.startswith("FANN") and activation != "sigmoid":
                    continue
                found = rates[name].setdefault(size, [])
                # Where a step takes longer than all rounds should, one has to do.
                if not found or found[-1] * arguments.rounds * arguments.seconds > 0.5:
                    found.append(peer(arguments.seconds, size, activation))
                if sys.stderr.isatty():
                    sys.stderr.write(f"\rround {round_ + 1}: {name:32}\r")
    return {name: rate for name, rate in rates.items() if rate}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--size", action="append", metavar="DEPTH/WIDTH/BATCH")
    parser.add_argument("--activation", action="append", choices=["sigmoid", "relu"])
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PROGRAM",
                        help="called as: PROGRAM SECONDS DEPTH WIDTH BATCH ACTIVATION THREADS")
    parser.add_argument("bench")
    parser.add_argument("program", nargs="*", help="peer_fann, peer_openblas")
    arguments = parser.parse_args()
    sizes = [tuple(map(int, s.split("/"))) for s in arguments.size or SIZES]
    if torch:
        torch.set_num_threads(1)
    check_agreement()
    peers = peers_of(arguments)
    blas = blas_name()
    print(f"one thread where no more are said; NumPy {np.__version__} with {blas}, "
          f"PyTorch {torch.__version__ if torch else 'missing'}; "
          f"median of {arguments.rounds} rounds of {arguments.seconds:g} s")
    print("+ with the statistics of each layer at every step")
    if not blas.startswith("OpenBLAS"):
        print("With the reference BLAS, NumPy and PyTorch are many times slower than they can be: "
              "Debian's package libopenblas0 takes its place.")
    for activation in arguments.activation or ["sigmoid", "relu"]:
        print_table(activation, sizes, measure(arguments, peers, activation, sizes))


if __name__ == "__main__":
    main()
