#!/bin/sh
# `nablascope export` for NumPy, and of one layer: bytes, names, where it may go.
. "${top_srcdir:-.}/tests/cli/common.sh"
exports() {
  "$NABLASCOPE" export --depth=2 --width=4 --samples=5 "$@"
}
# A name that ends in .npz selects it, a format given goes first.
exports --format=npz >"$work/right" || fail "npz to a file"
exports -o "$work/a.npz" || fail "FILE.npz"
cmp -s "$work/right" "$work/a.npz" || fail "FILE.npz is not npz"
exports -f npz | cmp -s - "$work/right" || fail "npz to a pipe has other bytes"
exports -o "$work/b.npz" -f json || fail "json to FILE.npz"
exports >"$work/json"
cmp -s "$work/json" "$work/b.npz" || fail "--format=json is not taken before the name"
for name in npz x.npz.gz xnpz; do
  exports -o "$work/$name"
  cmp -s "$work/json" "$work/$name" || fail "$name is not JSON"
done
[ "$(head -c 4 "$work/right" | od -An -c | tr -d ' ')" = 'PK003004' ] || fail "not a ZIP archive"
if command -v unzip >/dev/null; then
  unzip -qt "$work/right" >"$work/out" || fail "unzip: $(cat "$work/out")"
fi

# One layer: as in the whole, and nothing of the others.
for layer in 1 2 3; do
  exports --layer=$layer >"$work/layer"
  grep -qx "\"layer\":$layer," "$work/layer" || fail "--layer=$layer is not said"
  for key in X Y; do
    [ "$key$layer" = X1 ] || [ "$key$layer" = Y3 ] && wanted=1 || wanted=0
    [ "$(grep -c "^\"$key\":" "$work/layer")" -eq "$wanted" ] || fail "--layer=$layer: $key"
  done
done

# What is refused: in one line, with status 2.
refused "--layer: there is no layer 4: 3 is the output (--depth=2)" export --layer=4 --depth=2
refused "--layer: there is no layer 12: 11 is the output (--depth=10)" export --layer=12
refused "--layer: there is no layer 99999999999: 11" export --layer=99999999999
refused "--layer: '0' is not a whole number of 1 or more" export --layer=0
refused "--layer: 'out' is not a whole number" export --layer=out
refused "'--layer' means nothing to check: it is for export" check --layer=1
refused "unknown format 'csv': one of json npz" export --format=csv
refused "unknown format 'npz': one of csv jsonl" run --format=npz

# A full disk and a file that may not grow: one line, and what was there stays.
echo old >"$work/old.npz"
(ulimit -f 8 && "$NABLASCOPE" export --width=200 -o "$work/old.npz") 2>"$work/err"
[ $? -eq 1 ] || fail "a file that may not grow"
[ "$(wc -l <"$work/err")" -eq 1 ] || fail "$(cat "$work/err")"
grep -q "old.npz: File too large" "$work/err" || fail "$(cat "$work/err")"
[ "$(cat "$work/old.npz")" = old ] || fail "a file that may not grow: it has changed"
[ -z "$(find "$work" -name '*.part')" ] || fail "a temporary file stays"
if [ -w /dev/full ]; then
  for width in 2 300; do
    "$NABLASCOPE" export --depth=3 --width=$width -f npz -o /dev/full 2>"$work/err"
    [ $? -eq 1 ] || fail "/dev/full: status"
    [ "$(cat "$work/err")" = "nablascope: /dev/full: No space left on device" ] || fail "$(cat "$work/err")"
  done
fi
# A reader that has left ends it quietly; a signal in the middle leaves nothing.
("$NABLASCOPE" export --depth=200 --width=300 -f npz 2>"$work/err"; echo $? >"$work/status") |
  head -c 10 >/dev/null
[ "$(cat "$work/status" "$work/err")" = 0 ] || fail "a closed pipe: $(cat "$work/status" "$work/err")"
mkfifo "$work/fifo"
"$NABLASCOPE" export --depth=200 --width=300 -f npz >"$work/fifo" &
pid=$!
(
  head -c 100000 # it is in the middle of it now, and waits for who reads
  kill -TERM "$pid"
  cat
) <"$work/fifo" >"$work/part"
wait "$pid"
[ $? -eq 143 ] || fail "TERM: not status 143"
tail -c 22 "$work/part" | head -c 4 | grep -q PK && fail "half an archive has a directory"

[ -n "${PYTHON:-}" ] || exit 0
"$PYTHON" "$top_srcdir/tests/npz.py" "$NABLASCOPE" || fail "npz is not what JSON says"
# Never to a terminal, by whatever name.
"$PYTHON" - "$NABLASCOPE" <<'PY' || fail "a terminal"
import os, pty, subprocess, sys
leader, follower = pty.openpty()
for words in (["-f", "npz"], ["-f", "npz", "-o", os.ttyname(follower)], ["-f", "npz", "-o", "-"]):
    run = subprocess.run([sys.argv[1], "export", *words], stdout=follower, stderr=subprocess.PIPE)
    said = run.stderr.decode().split("\n")
    assert run.returncode == 2, run
    assert said == ["nablascope: npz is not for a terminal: -o FILE.npz writes it to a file",
                    "Try 'nablascope --help'", ""], said
os.set_blocking(leader, False)
try:
    assert False, os.read(leader, 100)
except BlockingIOError:
    pass
PY
exit 0
