"""Plays a recording back: cast.py FILE.cast [FILE.txt [FIRST,LAST]]

Every line is JSON, the first a header of asciicast v2, all others events of rising time; what a terminal shows
at the end, before it gets its cursor back, is the text, if one is given; of it rows FIRST to LAST alone, where
the text is these. "-" is standard input. The terminal knows no more than the sequences that may stand there.
"""

import json
import re
import sys

lines = open(sys.argv[1], encoding="utf-8", newline="\n").read().split("\n")
assert lines.pop() == "", "the last line is not ended"
header = json.loads(lines[0])
assert header["version"] == 2 and header["title"], header
assert re.fullmatch("#[0-9a-f]{6}", header["theme"]["bg"]), header
assert len(header["theme"]["palette"].split(":")) == 16, header
width, height = header["width"], header["height"]
SEQUENCE = re.compile(r"\033\[(\??[0-9;]*)([A-Za-z])")


def blank():
    return [[" "] * width for _ in range(height)]


def play(screen, text):
    """Bytes of one event; they begin anywhere: the first moves the cursor."""
    at, x, y = 0, None, None
    while at < len(text):
        found = SEQUENCE.match(text, at)
        if not found:
            assert ord(text[at]) >= 0x20 and x is not None and x < width, (at, text)
            screen[y][x] = text[at]
            x, at = x + 1, at + 1
            continue
        numbers, kind = found.groups()
        at = found.end()
        if kind == "H":
            y, x = (int(n) - 1 for n in (numbers or "1;1").split(";"))
        elif kind == "C":
            x += int(numbers)
        elif kind == "J":
            assert numbers == "2"
            screen[:] = blank()
        else:
            assert kind == "m" or (numbers, kind) == ("?25", "l"), found.group()


screen, time, marks = blank(), 0, []
END = re.compile(r"\033\[\d+;1H\033\[\?25h\r\n")
ended = False
for line in lines[1:]:
    now, kind, data = json.loads(line)
    assert now >= time and not ended and kind in "orm", line
    time = now
    if kind == "r":
        width, height = (int(n) for n in data.split("x"))
        screen = blank()
    elif kind == "m":
        marks.append(data)
    elif END.fullmatch(data):
        ended = True
    else:
        play(screen, data)
for mark in marks:
    print(mark)
if len(sys.argv) > 2:
    text = sys.stdin.read() if sys.argv[2] == "-" else open(sys.argv[2], encoding="utf-8").read()
    shown = ["".join(row).rstrip() for row in screen]
    if len(sys.argv) > 3:
        first, last = (int(n) for n in sys.argv[3].split(","))
        shown = shown[first - 1:last]
    wanted = [line.rstrip() for line in text.split("\n")[:-1]]
    assert shown == wanted, "\n".join(shown)
