#!/bin/sh
# Headless commands end by a signal in the middle of long work, and leave ignored ones ignored.
. "${top_srcdir:-.}/tests/cli/common.sh"

# ends SIGNAL STATUS SECONDS ARGS…: sent after so long, it ends with this status, soon and quietly.
# A job of sh ignores SIGINT, so Python, where there is one, starts it with the default action.
ends() {
  signal=$1 expected=$2 delay=$3
  shift 3
  "$NABLASCOPE" "$@" >"$work/out" 2>"$work/err" &
  pid=$!
  sleep "$delay"
  kill "-$signal" "$pid" || fail "$*: ended by itself: $(cat "$work/err")"
  began=$(date +%s)
  wait "$pid"
  status=$?
  [ $status -eq "$expected" ] || fail "$*: status $status after $signal, not $expected"
  # A fifth of a second, with patience for a busy machine.
  [ $(($(date +%s) - began)) -le 8 ] || fail "$*: takes too long to end"
  [ ! -s "$work/err" ] || fail "$*: says $(cat "$work/err")"
}
# Minutes for the row of a run, in 200 MB: every sample is a batch of its own.
endless="--depth=8 --width=1024 --samples=100000 --batch=1 --init=zeros"
# shellcheck disable=SC2086 # options are words
{
  ends TERM 143 1 run $endless
  [ ! -s "$work/out" ] || fail "run: half a row: $(cat "$work/out")"
  ends HUP 129 0.3 export $endless
  ends TERM 143 1 export --step=100000000
  ends TERM 143 1 check --step=100000000
  ends TERM 143 1 picture --step=100000000 -o "$work/half.svg"
  [ ! -e "$work/half.svg" ] || fail "picture: half a picture"
  # Many elements, whose networks stay apart from the unmoved one.
  ends TERM 143 1 check --depth=100 --width=32 --activation=tanh --init=xavier_normal \
    --elements=100000 --epsilon=1e-3
  # The weights, row by row; and memory that is being filled.
  ends TERM 143 0.3 run --depth=40 --width=1024 --init=orthogonal --samples=4 --batch=1
  ends TERM 143 0.05 export --depth=60 --width=1024 --samples=4
}

# A number of rows, whole ones; a second signal is not needed.
"$NABLASCOPE" run -n 100000000 --layers -o "$work/rows" &
pid=$!
sleep 1
kill -TERM "$pid"
wait "$pid"
[ $? -eq 143 ] || fail "TERM: not status 143"
[ "$(tail -c 1 "$work/rows" | od -An -c | tr -d ' ')" = '\n' ] || fail "the last row is cut"
awk -F, 'NF != 15 { exit 1 }' "$work/rows" || fail "half a row"
[ "$(awk -F, 'END { print (NR - 1) % 11 }' "$work/rows")" -eq 0 ] || fail "half a step"

# As under nohup: what is ignored stays so.
for signal in INT HUP; do
  (
    trap '' "$signal"
    exec "$NABLASCOPE" run -n 1000000000 -o "$work/ignored"
  ) &
  pid=$!
  sleep 0.3
  kill "-$signal" "$pid"
  sleep 0.5
  kill -TERM "$pid" || fail "$signal ends what ignores it"
  wait "$pid"
  [ $? -eq 143 ] || fail "$signal was not ignored"
done

# Ctrl-C itself, and a second signal at once, which leaves no temporary file.
[ -n "${PYTHON:-}" ] || exit 0
"$PYTHON" - "$NABLASCOPE" "$work" <<'PY' || fail "SIGINT"
import os, signal, subprocess, sys, time
program, work = sys.argv[1:]
def restore():
    signal.signal(signal.SIGINT, signal.SIG_DFL)
for command in ("run --depth=8 --width=1024 --samples=100000 --batch=1 --init=zeros", "check --step=100000000",
                "export --step=100000000"):
    p = subprocess.Popen([program] + command.split(), preexec_fn=restore,
        stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    p.send_signal(signal.SIGINT)
    assert p.wait(20) == -signal.SIGINT, (command, p.returncode)
# Two at once: whichever is seen first, it ends, and no temporary file stays.
for _ in range(20):
    p = subprocess.Popen([program, "export", "--depth=60", "--width=200", "-o", work + "/twice"], preexec_fn=restore)
    time.sleep(0.15)
    p.send_signal(signal.SIGINT)
    p.send_signal(signal.SIGTERM)
    assert p.wait(20) in (-signal.SIGINT, -signal.SIGTERM, 0), p.returncode
    left = [name for name in os.listdir(work) if name.endswith(".part")]
    assert not left, left
PY
exit 0
