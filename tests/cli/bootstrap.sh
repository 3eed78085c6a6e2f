#!/bin/sh
# ./bootstrap with a stand-in for configure and for what it looks for: when it configures anew,
# what it refuses, and that it says the whole remedy. .ci/bare does it in earnest.
. "${top_srcdir:-.}/tests/cli/common.sh"
unset BUILD_DIR CONFIGURE_FLAGS CC CFLAGS CPPFLAGS LDFLAGS LIBS PYTHON PKG_CONFIG PKG_CONFIG_PATH
# Set where this runs by ./bootstrap check.
unset MAKEFLAGS MFLAGS MAKELEVEL NABLASCOPE_REQUIRED LEFT_OUT
bootstrap=$(cd "$top_srcdir" && pwd)/bootstrap
summary=$(cd "$top_srcdir" && pwd)/tests/summary

# stub NAME: a command from standard input.
stub() {
  { echo '#!/bin/sh' && cat; } >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}

# No commands but these, so that nothing of this machine is found.
mkdir "$work/bin"
for tool in sh cat sed grep find cksum uname tr dirname basename make getconf mkdir rm ln cp touch \
  head chmod env awk mv wc expr; do
  path=$(command -v "$tool") && ln -s "$path" "$work/bin/$tool"
done
[ -e "$work/bin/make" ] || skip "no make"
# $work/has holds a file for each package that is there.
mkdir "$work/has"
export work
stub gcc <<'END'
[ "$1" != --version ] || cat "$work/gcc-version"
END
echo "gcc 1" >"$work/gcc-version"
stub other-gcc <<'END'
[ "$1" != --version ] || echo "gcc 2"
END
stub pkg-config <<'END'
case $1 in
--exists) test -e "$work/has/$2" ;;
--modversion) cat "$work/has/$2" ;;
esac
END
stub mandoc </dev/null
stub py </dev/null
stub id <<'END'
cat "$work/id"
END
stub apt-get <<'END'
echo "apt-get $*" >>"$work/apt"
[ "$1" != install ] || touch "$work/has/check" "$work/has/vterm"
END
stub autoreconf <<'END'
exit 1
END
touch "$work/has/ncursesw" "$work/has/zlib"
echo 0 >"$work/id"

# new_clone DIRECTORY: a source tree whose configure notes that it ran.
new_clone() {
  clone=$work/$1
  mkdir -p "$clone/build-aux"
  cp "$bootstrap" "$clone/bootstrap"
  touch "$clone/configure.ac" "$clone/Makefile.am" "$clone/build-aux/tap-driver.sh"
  cat >"$clone/configure" <<'END'
#!/bin/sh
ac_precious_vars='CC
CFLAGS
CPPFLAGS
LDFLAGS
LIBS
PKG_CONFIG_PATH
PYTHON'
[ ! -e "$work/configure-breaks" ] || { touch Makefile config.status; exit 1; }
echo "$0 $*" >>"$work/configured"
left_out=
[ -e "$work/has/check" ] || left_out='test_core test_engine'
printf 'LEFT_OUT = %s\nall:\n\t@touch src/made.o\ncheck:\n\t@echo "400 passed, 0 failed"; true\n' "$left_out" >Makefile
mkdir -p src
printf '#!/bin/sh\necho started "$@"\n' >nablascope
chmod +x nablascope
touch config.status
END
  chmod +x "$clone/configure"
  touch "$clone/Makefile.in"
}

what=
# try ARGS…: bootstrap in the clone; its status.
try() {
  rm -f "$work/configured" "$work/apt"
  (cd "$clone" && PATH=$work/bin ./bootstrap "$@") >"$work/out" 2>"$work/err" </dev/null
}

# configures HOW ARGS…: yes or no.
configures() {
  expected=$1
  shift
  try "$@" || fail "$*: $(cat "$work/err")"
  found=no
  [ ! -e "$work/configured" ] || found=yes
  [ "$found" = "$expected" ] || fail "$what: configures: $found, not $expected"
}

new_clone clone
what="a first run" configures yes run --version
[ "$(cat "$work/out")" = "started --version" ] || fail "run prints $(cat "$work/out")"
what="a second run" configures no run

# Whatever configure heeds, and back again; objects of other flags go.
for setting in CC=other-gcc CFLAGS=-O1 CFLAGS= CPPFLAGS=-DX LDFLAGS=-s LIBS=-lx CONFIGURE_FLAGS=--x \
  PKG_CONFIG_PATH=/x PYTHON="$work/bin/py"; do
  name=${setting%%=*}
  export "${setting?}"
  touch "$clone/build/src/old.o"
  what="$setting" configures yes run
  case $name in
  PYTHON) [ -e "$clone/build/src/old.o" ] || fail "$setting: objects are made anew" ;;
  *) [ ! -e "$clone/build/src/old.o" ] || fail "$setting: old objects stay" ;;
  esac
  what="$setting, again" configures no run
  unset "$name"
  what="without $setting" configures yes run
done
echo "gcc 1.1" >"$work/gcc-version"
what="another compiler of the same name" configures yes run
mv "$work/bin/mandoc" "$work/bin/away"
what="a package that went" configures yes run
mv "$work/bin/away" "$work/bin/mandoc"
what="a package that came" configures yes run
echo "# pulled" >>"$clone/configure"
touch "$clone/Makefile.in"
what="another configure" configures yes run

# Interrupted, and carried elsewhere.
touch "$work/configure-breaks"
echo "gcc 1.2" >"$work/gcc-version"
try run && fail "a configure that breaks is taken for good"
rm "$work/configure-breaks"
echo "gcc 1.1" >"$work/gcc-version"
what="after an interrupted configure" configures yes run
cp -Rp "$clone" "$work/carried"
clone=$work/carried
what="a build carried elsewhere" configures yes run

# run, then check: the packages that check installs count, and a suite without its programs does not.
new_clone both
what="run on a bare machine" configures yes run
grep -q 'LEFT_OUT = test_core' "$clone/build/Makefile" || fail "the stand-in has no Check"
if [ -x /usr/bin/python3 ] && /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
  what="check after run" configures yes check
  grep -q 'apt-get install.* check libvterm-dev' "$work/apt" || fail "nothing is installed"
  [ "$(cat "$work/out")" = "400 passed, 0 failed" ] || fail "check prints $(cat "$work/out")"
  sed -i.old 's/^LEFT_OUT =.*/LEFT_OUT = test_tui/' "$clone/build/Makefile"
  try check && fail "check passes without test_tui"
  grep -q 'test_tui' "$work/err" || fail "check does not say what is missing: $(cat "$work/err")"
  grep -q 'passed' "$work/out" && fail "check counts a suite that is not whole"
fi

# A user who cannot install reads the whole command, in one line.
rm "$work/has/ncursesw" "$work/has/zlib" "$work/has/check"
echo 1000 >"$work/id"
for arguments in "run" "run --no-install" "check"; do
  # shellcheck disable=SC2086 # words
  try $arguments && fail "$arguments: goes on without packages"
  [ "$(wc -l <"$work/err")" -eq 1 ] || fail "$arguments: not one line: $(cat "$work/err")"
  grep -q 'as root: apt-get update && apt-get install -y --no-install-recommends .*libncurses-dev zlib1g-dev' \
    "$work/err" || fail "$arguments: $(cat "$work/err")"
done
touch "$work/has/ncursesw" "$work/has/zlib" "$work/has/check"

# Where it is.
new_clone "a blank and a 'quote'/clone"
BUILD_DIR=$work/elsewhere
export BUILD_DIR
what="a clone with a quote in its path" configures yes run
grep -q '^./sources/configure' "$work/configured" || fail "configure is called $(cat "$work/configured")"
BUILD_DIR=out
try run && fail "a build directory with a quote passes"
grep -q "make cannot work in .*; another place: BUILD_DIR=/[a-z/-]* ./bootstrap run" "$work/err" ||
  fail "a quote: $(cat "$work/err")"
new_clone "with blanks in it"
what="a relative build directory" configures yes run
[ -x "$clone/out/nablascope" ] || fail "BUILD_DIR=out is not in $clone"
grep -q '^./sources/configure' "$work/configured" || fail "configure is called $(cat "$work/configured")"
unset BUILD_DIR
CC=no-such-compiler try run && fail "a compiler that is not there passes"
grep -q "CC='no-such-compiler' is no command here" "$work/err" || fail "CC: $(cat "$work/err")"

# The count does not hide what was left out, nor what did not run.
cd "$work" || exit 1
echo ":test-result: PASS one" >one.trs
[ "$(sh "$summary" one.trs)" = "1 passed, 0 failed" ] || fail "a plain summary"
LEFT_OUT=" test_tui" sh "$summary" one.trs >out || fail "what is left out by hand fails"
grep -qx '1 passed, 0 failed; not all of the suite.*: test_tui' out || fail "left out: $(cat out)"
NABLASCOPE_REQUIRED="one two" sh "$summary" one.trs >out && fail "a missing program passes"
[ "$(tail -n 1 out)" = "1 passed, 1 failed" ] || fail "a missing program: $(cat out)"
exit 0
