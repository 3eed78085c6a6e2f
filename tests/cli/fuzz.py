"""Command lines by chance: right ones, ones with one mistake, and noise.

fuzz.py NABLASCOPE COUNT [SEED [FIRST]]. Of each line: it ends by itself, with status 0, 1 or 2; what
it says is well-formed and does nothing to a terminal; with status 2 that is one line and the hint,
and nothing is on standard output. Of a line with a mistake: status 2, and the line names the word.
"""
import os
import random
import re
import subprocess
import sys
import tempfile
import unicodedata

program, count = os.path.abspath(sys.argv[1]), int(sys.argv[2])
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
first = int(sys.argv[4]) if len(sys.argv) > 4 else 0
MODES = ["", "run", "export", "check", "picture", "replay", "follow", "vote", "lesson"]
# Last, so that whatever came before, the work is small; twice, where an option takes the first.
SMALL = {"": [], "run": ["-n1"], "export": ["--step=1"], "check": ["--step=0"], "picture": ["--step=1"],
         "replay": ["none.session"], "follow": ["none.session"], "vote": ["none", "1"],
         "lesson": ["none.lesson"]}
# What is right only beside something else.
BESIDE = {"lesson": ["check", "new"], "run": ["session", "branch"], "replay": ["check", "output", "record", "view", "size"]}
BOUNDS = ["--depth=1", "--width=2", "--samples=4", "--batch=0", "--threads=1"]
SMALL_VALUES = {"at": "1:lr=0.5", "until": "loss<0.5", "history": "1M", "steps": "2", "every": "1", "step": "1", "view": "flow",
                "size": "40x10", "record": "out.cast",
                "threads": "1", "elements": "3",
                "speed": "100", "receipt": "out.receipt", "max-speed": "50", "layer": "2", "set": "lr=0.5", "output": "out", "leaky_slope": "0.2",
                "gain": "2", "bias": "-1", "bias_std": "0.5", "input_scale": "2", "input_offset": "-1",
                "test": "0.25", "label": "-", "target": "-", "ignore": "-", "labels": "-",
                "noise": "0", "batch": "3", "lr": "5e-324",
                "momentum": "0.5", "beta1": "0", "beta2": "0.9", "epsilon": "1e-3",
                "weight_decay": "0x1p-3", "clip_at": "1e300", "seed": "18446744073709551615",
                "depth": "256", "width": "1024", "samples": "100000"}
# Names of files and columns, of which nearly any can be there.
TEXTS = ["data", "label", "target", "ignore", "labels"]


def read_tables():
    """Options as (name, letter or "", takes a value), choices by option; from the program."""
    text = subprocess.run([program, "--help"], capture_output=True, check=True, text=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout
    options, choices, last = [], {}, None
    for line in text.splitlines():
        hparam = re.match(r"  --([a-z0-9_]+) ", line)
        option = re.match(r"  (?:-(\w),|   ) --([a-z-]+)(=\S+)? ", line)
        if hparam:
            last = hparam.group(1)
            options.append((last, "", True))
        elif line.startswith(" " * 20) and last:
            choices.setdefault(last, []).extend(line.split("or a FILE")[0].split())
        elif option:
            options.append((option.group(2), option.group(1) or "", bool(option.group(3))))
    choices["preset"] = re.findall(r"^  (\w+) ", text.split("\nPresets")[1], re.M)
    choices.update(theme=["dark", "mono"], format=["csv", "jsonl"], scheme=["centred", "forward"],
                   census=["rows", "epochs", "none"], plant=["sum", "sign"],
                   missing=["refuse"], one_hot=["off"])  # others are of tables, which no line here has
    assert len(options) > 40 and len(choices) > 8 and len(choices["activation"]) == 9, options
    return options, choices


def bounds(mode):
    return [] if mode in ("replay", "follow", "vote", "lesson") else BOUNDS


def refused_by(mode, option):
    run = subprocess.run([program, *([mode] if mode else []), *right(random.Random(1), option, mode),
                          *bounds(mode), *SMALL[mode]], capture_output=True, stdin=subprocess.DEVNULL,
                         cwd=scratch)
    return b"means nothing" in run.stderr


def right(chance, option, mode):
    """An option as it should be, in one of its spellings."""
    name, letter, valued = option
    choices = ["json", "npz"] if (mode, name) == ("export", "format") else CHOICES.get(name)
    value = chance.choice(choices) if choices else SMALL_VALUES.get(name, "1")
    if (mode, name) == ("picture", "output"):
        value = "out.svg"
    typed = name.replace("_", "-") if chance.random() < 0.3 else name
    shorter = [typed[:n] for n in range(2, len(typed)) if sum(
        other.replace("_", "-").startswith(typed[:n].replace("_", "-")) for other in NAMES) == 1]
    if shorter and chance.random() < 0.2:
        typed = chance.choice(shorter)
    if not valued:
        return [f"-{letter}" if letter and chance.random() < 0.5 else f"--{typed}"]
    if letter and chance.random() < 0.5:
        return [f"-{letter}", value] if chance.random() < 0.5 else [f"-{letter}{value}"]
    if name not in CHOICES and "_" not in name and chance.random() < 0.1 and name in HPARAMS and bounds(mode):
        return ["--set", f"{name}={value}"]
    return [f"--{typed}", value] if chance.random() < 0.5 else [f"--{typed}={value}"]


def noise(chance):
    """Any bytes, characters that do something to terminals, or a great many."""
    kind = chance.randrange(6)
    if kind == 0:
        return bytes(chance.choice([b for b in range(1, 256) if b != 0x2f])
                     for _ in range(chance.randrange(1, 30)))
    if kind == 1:
        return "".join(chance.choice("\x1b[2J\n\r\t\x07\x9b\u202e\u2066\u200b\ufeff\u2028é漢😀\ue000"
                                     "\U000e0041\x7f\\'\"$`%s%n") for _ in range(12)).encode()
    if kind == 2:
        return (chance.choice([b"x", b"\xff", "é".encode(), b"\n", b"=", b"\x1b"]) * 100000)[:100000]
    if kind == 3:
        return "漢字かな…".encode()[:chance.randrange(1, 16)]
    return chance.choice([b"", b" ", b"-", b"zz", b"%s%s%n", b"0x", b"1e", b"1 2", b"1\n", b"nan",
                          b"+-1", b"1,5", b"99999999999999999999x", b"\xc3", b"\xed\xa0\x80"])


def wrong(chance, mode):
    """Words that must be refused, and the one that must be named; last: nothing may follow."""
    takes = [o for o in OPTIONS if o not in REFUSED[mode]]
    # Of a condition what is wrong is named, not all of it; a file that is not there is no wrong line; anybody may vote.
    valued = [o for o in takes if o[2] and o[0] not in ("output", "set", "until", "session", "name", "new", "votes",
                                                        "receipt", *TEXTS)]
    kind = chance.randrange(14)
    if kind == 0:  # no such option
        name = chance.choice(NAMES)
        at = chance.randrange(1, len(name))
        name = f"{name[:at]}qz{name[at:]}"
        return [f"--{name}=1"], f"--{name}", False
    if kind == 1:  # a beginning of several
        name = chance.choice(NAMES)[:1]
        if sum(n.startswith(name) for n in NAMES_OF[mode]) < 2:
            return wrong(chance, mode)
        return [f"--{name}=1"], f"--{name}", False
    if kind == 2:  # no value
        name, letter, _ = chance.choice(valued)
        word = f"-{letter}" if letter and chance.random() < 0.5 else f"--{name}"
        return [word], word, True
    if kind == 3:  # a value too many
        name = chance.choice([o for o in takes if not o[2]])[0]
        return [f"--{name}=3"], f"--{name}", False
    if kind in (4, 5, 6):  # no such value
        name, letter, _ = chance.choice(valued)
        value = noise(chance)
        if kind == 5:
            value = chance.choice(CHOICES.get(name, ["1e-400", "1e999", "-7", "2e300"])).upper().encode()
        if name == "plant" and value == b"help" or name in ("bias", "gain", "input_scale", "input_offset") and value == b"-7" or \
                value.startswith(b"-") and letter or value.isdigit():
            return wrong(chance, mode)
        shape = chance.randrange(3)
        if shape == 0 and letter and value and not value.startswith(b"="):
            return [f"-{letter}", value], value, False
        return [f"--{name}".encode() + b"=" + value], value, False
    if kind == 7:  # no such letter
        word = chance.choice(["-Q", "-Ql", "-lQ", "-h7", "-~", "-é", "-N", "-x3"])
        return [word], word if word[1] not in "hl" or len(word) == 2 else word[2], False
    if kind == 8:  # a long option behind one dash
        name = chance.choice([n for n in NAMES if len(n) > 1])
        word = f"-{name}" + chance.choice(["", "=1", "=dying"])
        return [word], word, False
    if kind == 9:  # a letter and '='
        letter = chance.choice("ptnef")
        return [f"-{letter}=1"], f"-{letter}=1", False
    if kind == 10:  # of another command
        if not REFUSED[mode]:
            return wrong(chance, mode)
        words = right(chance, chance.choice(REFUSED[mode]), mode)
        label = words[0].split("=")[0]
        return words, label if label.startswith("--") else label[:2], False
    if kind == 11:  # not NAME=VALUE
        value = noise(chance).replace(b"=", b"")
        return ["--set", value], value, False
    if mode in ("replay", "follow", "vote", "lesson"):  # a FILE
        return wrong(chance, mode)
    word = noise(chance)  # an operand; what looks like an option stands behind "--"
    return (["--"] if word.startswith(b"-") and word != b"-" else []) + [word], word, word.startswith(b"-")


def shown(word, utf8):
    """The word as it is to be shown, by Unicode's categories."""
    pieces = []
    for char in word.decode("utf-8", "surrogateescape"):
        code = ord(char)
        if 0xdc80 <= code <= 0xdcff:
            pieces.append(f"\\x{code - 0xdc00:02x}")
        elif char in "\n\r\t":
            pieces.append({"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char])
        elif unicodedata.category(char) in ("Cc", "Cf", "Co", "Zl", "Zp") or code > 0x7e and not utf8:
            pieces.append(f"\\x{code:02x}" if code < 0x80 else
                          "..." if char == "…" else
                          f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
        else:
            pieces.append(char)
        if sum(map(len, pieces)) > 20:
            pieces.pop()
            break
    return "".join(pieces)


def line_of(chance):
    """Words, and the one to be named; None: none is wrong; ...: who knows."""
    mode = chance.choice(MODES)
    takes = [o for o in OPTIONS if o not in REFUSED[mode]
             and o[0] not in ["help", "version", "list-presets", *BESIDE.get(mode, [])]]
    words = [w for _ in range(chance.randrange(4)) for w in right(chance, chance.choice(takes), mode)]
    small = bounds(mode) + SMALL[mode]
    command = [mode] if mode else []
    kind = chance.random()
    if kind < 0.25:
        return command + words + small, None
    if kind < 0.8:
        bad, named, last = wrong(chance, mode)
        if not mode and bad[0] != "--" and not isinstance(bad[0], str) and bad[0].decode(
                "utf-8", "replace") in MODES:
            return command + words + small, None
        parts = [words, small]
        return command + sum(parts, []) + bad if last else command + words + bad + small, named
    words += [chance.choice([noise(chance), *right(chance, chance.choice(OPTIONS), mode),
                             chance.choice(["--", "-", "-h", "-V", "--help", "run", "--set"])])
              for _ in range(chance.randrange(1, 6))]
    chance.shuffle(words)
    return command + words + small + small, ...


def complaint(run, named, utf8):
    """What is wrong with the answer, or None."""
    if run.returncode not in (0, 1, 2):
        return f"status {run.returncode}"
    try:
        said = run.stderr.decode("utf-8" if utf8 else "ascii")
    except UnicodeDecodeError as error:
        return str(error)
    if "Sanitizer" in said or "runtime error" in said:
        return "a sanitizer speaks"
    for char in said.replace("\n", ""):
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            return f"{char!r} on standard error"
    if run.returncode == 2:
        lines = said.split("\n")
        if run.stdout:
            return "standard output beside status 2"
        if len(lines) != 3 or lines[1:] != ["Try 'nablascope --help'", ""]:
            return "not one line and the hint"
        if not lines[0].startswith("nablascope: ") or len(lines[0]) < 20:
            return "no reason"
    if named is None:
        terminal = "is not a terminal" in said
        return None if (run.returncode == 2) == terminal else "a right line is refused"
    if named is ...:
        return None
    if run.returncode != 2 or "is not a terminal" in said:
        return "a wrong line is taken"
    word = shown(named if isinstance(named, bytes) else named.encode(), utf8)
    return None if word in said else f"{word!r} is not named"


scratch = tempfile.mkdtemp()
OPTIONS, CHOICES = read_tables()
NAMES = [o[0] for o in OPTIONS]
HPARAMS = [o[0] for o in OPTIONS if o[0] in SMALL_VALUES or o[0] in CHOICES]
HPARAMS = [n for n in HPARAMS if n in NAMES[:NAMES.index("seed") + 1]]
REFUSED = {mode: [o for o in OPTIONS if o[0] not in ("help", "version", "list-presets")
                  and refused_by(mode, o)] for mode in MODES}
NAMES_OF = {mode: [o[0] for o in OPTIONS if o not in REFUSED[mode]] for mode in MODES}
statuses, bad = {}, 0
for number in range(first, first + count):
    dice = random.Random(f"{seed}/{number}")
    words, named = line_of(dice)
    utf8 = dice.random() < 0.7
    environment = {**os.environ, "LC_ALL": "C.UTF-8" if utf8 else "C"}
    environment.pop("NABLASCOPE_ISA", None)
    if named is None and dice.random() < 0.05:
        named = noise(dice) or b"?"
        environment[b"NABLASCOPE_ISA"] = named
    try:
        run = subprocess.run([program, *words], capture_output=True, stdin=subprocess.DEVNULL,
                             env=environment, cwd=scratch, timeout=120)
        fault = complaint(run, named, utf8)
        statuses[run.returncode] = statuses.get(run.returncode, 0) + 1
    except subprocess.TimeoutExpired:
        run, fault = None, "no end"
    if fault:
        bad += 1
        print(f"line {number} of seed {seed}: {fault}:", str(words)[:400], f"named: {str(named)[:60]}",
              run and run.stderr[-600:])
for name in os.listdir(os.fsencode(scratch)):
    os.unlink(os.path.join(os.fsencode(scratch), name))
os.rmdir(scratch)
print(f"{count} command lines of seed {seed}: statuses", dict(sorted(statuses.items())), f"{bad} faults")
sys.exit(1 if bad else 0)
