"""Reads a picture of a screen back: svg.py FILE.svg FILE.txt [screen]

The picture is well-formed XML and SVG; every letter of the text stands in its cell, and only there;
every block element is filled as its name in Unicode says. On a `screen` there are also backgrounds
and underlines, which the text does not tell: there every block is filled at least. Cells are eight units wide, sixteen high,
and around them is a margin.
"""

import re
import sys
import unicodedata
import xml.etree.ElementTree as xml

WIDTH, HEIGHT, MARGIN = 8, 16, 8
SVG = "{http://www.w3.org/2000/svg}"
NUMBERS = dict(ONE=1, TWO=2, THREE=3, FOUR=4, FIVE=5, SIX=6, SEVEN=7)
SHADES = {"LIGHT SHADE": 0.25, "MEDIUM SHADE": 0.5, "DARK SHADE": 0.75}


def is_block(glyph):
    return 0x2580 <= ord(glyph) <= 0x259F


def filled(name, x, y):
    """How opaque a block element of this name is at unit (x, y) of its cell."""
    left, upper = x < WIDTH // 2, y < HEIGHT // 2
    if name in SHADES:
        return SHADES[name]
    if name == "FULL BLOCK":
        return 1
    if name.startswith("QUADRANT"):
        here = ("UPPER " if upper else "LOWER ") + ("LEFT" if left else "RIGHT")
        return float(here in name[len("QUADRANT "):].split(" AND "))
    part = re.fullmatch(r"(LEFT|RIGHT|UPPER|LOWER) (?:(\w+) )?(EIGHTHS?|QUARTERS?|HALF) BLOCK", name)
    eighths = NUMBERS[part[2] or "ONE"] * {"E": 1, "Q": 2, "H": 4}[part[3][0]]
    far = {"LEFT": x, "RIGHT": WIDTH - 1 - x, "UPPER": y // 2, "LOWER": (HEIGHT - 1 - y) // 2}[part[1]]
    return float(far < eighths)


picture, text = sys.argv[1:3]
screen = sys.argv[3:] == ["screen"]
root = xml.parse(picture).getroot()
assert root.tag == SVG + "svg" and root.get("version") == "1.1", root.tag
lines = open(text, encoding="utf-8").read().splitlines()
view = [int(n) for n in root.get("viewBox").split()]
assert view[:2] == [-MARGIN, -MARGIN], view
columns, rows = (view[2] - 2 * MARGIN) // WIDTH, (view[3] - 2 * MARGIN) // HEIGHT
lines = [line.ljust(columns) for line in lines]
assert len(lines) == rows and all(len(line) == columns for line in lines)

letters = [[" "] * columns for _ in range(rows)]
opacity = [[0.0] * (columns * WIDTH) for _ in range(rows * HEIGHT)]
title, page, *elements = root
assert title.tag == SVG + "title" and (title.text or "") == " ".join(lines[0].split()), title.text
assert page.tag == SVG + "rect"
assert [int(page.get(name)) for name in ("x", "y", "width", "height")] == view
for element in elements:
    assert re.fullmatch("#[0-9a-f]{6}", element.get("fill")), element.attrib
    x, y = float(element.get("x")), float(element.get("y"))
    if element.tag == SVG + "text":
        assert x % WIDTH == 0 and y % HEIGHT == 12.5, element.attrib
        assert int(element.get("textLength")) == WIDTH * len(element.text), element.text
        assert element.text == element.text.strip() and "  " not in element.text, element.text
        for i, letter in enumerate(element.text):
            row, column = int(y) // HEIGHT, int(x) // WIDTH + i
            assert letters[row][column] == " ", "two letters in a cell"
            letters[row][column] = letter
        continue
    assert element.tag == SVG + "rect", element.tag
    for v in range(int(y), int(y) + int(element.get("height"))):
        for u in range(int(x), int(x) + int(element.get("width"))):
            assert screen or opacity[v][u] == 0, "two rectangles in a place"
            opacity[v][u] = float(element.get("fill-opacity", 1))

for row, line in enumerate(lines):
    for column, glyph in enumerate(line):
        block = is_block(glyph)
        assert letters[row][column] == (" " if block else glyph), (row, column, glyph)
        name = unicodedata.name(glyph)
        for v in range(HEIGHT):
            for u in range(WIDTH):
                wanted = filled(name, u, v) if block else 0
                found = opacity[row * HEIGHT + v][column * WIDTH + u]
                assert found == wanted or (screen and found >= wanted), (name, u, v, found, wanted)
