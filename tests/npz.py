"""Compares `nablascope export` for NumPy with its JSON: every number to the bit, nothing else.

usage: npz.py NABLASCOPE            a spread of nets, whole and by layers; and that mistakes are told
"""

import io
import json
import subprocess
import sys
import zipfile

import numpy as np

program = sys.argv[1]
SPREAD = [
    "",
    "--depth=3 --width=5 --clip=norm --clip_at=0.01 --step=2",
    "--depth=2 --width=7 --clip=layerwise --clip_at=1e-3 --optimizer=momentum --step=3",
    "--depth=4 --width=3 --clip=value --clip_at=1e-3 --optimizer=adam --step=3 --weight_decay=0.1",
    "--depth=2 --width=600 --samples=4 --optimizer=rmsprop --step=1",
    "--depth=2 --width=9 --data=blobs --batch=30 --activation=relu --step=12",
    "--depth=2 --width=9 --data=blobs --loss=mse --activation=leaky_relu --leaky_slope=0.3",
    "--depth=1 --width=1 --samples=4 --init=zeros --activation=tanh",
    "--depth=99 --width=3 --activation=linear --init=normal --gain=100 --bias=9 --loss=mse --samples=5",
]
# Lists of one array a layer, their items named by the layer.
LISTS = [prefix + kind for prefix in ("", "claims/grad_", "claims/clipped_grad_", "claims/new_",
                                      "optimizer/state/m_", "optimizer/state/v_")
         for kind in ("weights", "biases")] + ["claims/preactivations", "claims/activations", "claims/deltas"]
WHOLE = ["numbers", "step", "layer", "sizes", "optimizer/t", "clip/eps", "claims/dead_units"]


class Mismatch(Exception):
    pass


def export(*words):
    return subprocess.run([program, "export", *words], check=True, capture_output=True).stdout


def flat(value, path=""):
    """(path, value) of every text and every array of numbers."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{path}/{key}" if path else key)
    else:
        yield path, value


def expected_of(tree):
    """Arrays by name, as the JSON has them; what is null is not known."""
    first = tree.get("layer", 1)
    arrays = {}
    for path, value in flat(tree):
        if path in LISTS:
            arrays.update((f"{path}/{first + i}", item) for i, item in enumerate(value))
        else:
            arrays[path] = value
    return {name: np.array(value, dtype=type_of(name, value)) for name, value in arrays.items()}


def type_of(name, value):
    if isinstance(value, str):
        return f"<U{len(value)}"
    return "<i8" if name in WHOLE or name == "Y" and isinstance(value[0], int) else "<f8"


def compare(tree, archive):
    """`archive`: what np.load gave."""
    expected = expected_of(tree)
    if list(expected) != archive.files:
        raise Mismatch(f"names: {set(expected) ^ set(archive.files)} or their order")
    for name, wanted in expected.items():
        found = archive[name]
        if found.dtype != wanted.dtype or found.shape != wanted.shape:
            raise Mismatch(f"{name}: {found.dtype} {found.shape}, not {wanted.dtype} {wanted.shape}")
        if not found.flags.c_contiguous:
            raise Mismatch(f"{name}: not in C order")
        if wanted.dtype == "<f8":  # null: any that is not finite
            found = np.where(np.isnan(wanted) & ~np.isfinite(found), wanted, found)
        if found.tobytes() != wanted.tobytes():
            raise Mismatch(f"{name}: {found} is not {wanted}")


def load(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.testzip() is not None:
            raise Mismatch(f"{archive.testzip()} is damaged")
        if any(m.compress_type != zipfile.ZIP_STORED or m.date_time != (1980, 1, 1, 0, 0, 0)
               for m in archive.infolist()):
            raise Mismatch("compressed, or dated")
    return np.load(io.BytesIO(data))


def restored(name, tree, layers):
    """The part of a whole export that one of a layer has."""
    first = tree["layer"] - 1
    lists = LISTS + ["claims/grad_norm_weights", "claims/grad_norm_biases", "claims/delta_rms",
                     "claims/dead_units", "claims/update_ratio"]

    def cut(value, path):
        if isinstance(value, dict):
            return {key: cut(item, f"{path}/{key}" if path else key) for key, item in value.items()}
        if path in lists or path == "claims/clip_coef" and isinstance(value, list):
            return value[first:first + 1]
        return value

    part = cut(name, "")
    if first > 0:
        del part["X"]
    if first + 1 < layers:
        del part["Y"]
    return {**part, "layer": first + 1}


def check(words):
    tree = json.loads(export(*words))
    data = export(*words, "--format=npz")
    compare(tree, load(data))
    if data != export(*words, "--format=npz", "--threads=2"):
        raise Mismatch("other bytes the second time")
    layers = len(tree["sizes"]) - 1
    for layer in sorted({1, (layers + 1) // 2, layers - 1, layers}):
        one = json.loads(export(*words, f"--layer={layer}"))
        if one != restored(tree, one, layers) or one["layer"] != layer:
            raise Mismatch(f"layer {layer} is not that of the whole")
        if len(one["claims"]["new_weights"]) != 1:
            raise Mismatch(f"layer {layer} is not alone")
        compare(one, load(export(*words, f"--layer={layer}", "--format=npz")))
    return tree, data


def told(what, tree, archive):
    try:
        compare(tree, archive)
    except Mismatch:
        return
    sys.exit(f"not told: {what}")


class Changed:
    """An archive with another array in place of one."""

    def __init__(self, archive, name, array):
        self.files, self.archive, self.name, self.array = archive.files, archive, name, array

    def __getitem__(self, name):
        return self.array if name == self.name else self.archive[name]


for line in SPREAD:
    try:
        check(line.split())
    except Mismatch as fault:
        sys.exit(f"{line}: {fault}")
# Mistakes: layers that change places, a matrix turned round, one bit, a name, another type.
tree, data = check(["--depth=3", "--width=4", "--samples=4"])
archive = load(data)
told("layers change places", tree, Changed(archive, "claims/deltas/1", archive["claims/deltas/2"]))
told("z for a", tree, Changed(archive, "claims/activations/1", archive["claims/preactivations/1"]))
told("turned round", tree, Changed(archive, "weights/2", archive["weights/2"].T.copy()))
told("one bit", tree, Changed(archive, "weights/2", np.nextafter(archive["weights/2"], 1)))
told("-0", tree, Changed(archive, "biases/1", -archive["biases/1"]))
told("another type", tree, Changed(archive, "step", archive["step"].astype(float)))
told("a row for a number", tree, Changed(archive, "claims/loss", archive["claims/loss"].reshape(1)))
lacking = json.loads(json.dumps(tree))
del lacking["claims"]["loss"]
told("one too many", lacking, archive)
damaged = bytearray(data)
damaged[len(data) // 2] ^= 1
try:
    load(bytes(damaged))
    sys.exit("damage is not told")
except (Mismatch, zipfile.BadZipFile):
    pass
