#!/bin/sh
# The reader of sessions on the corpus of its fuzzing, and on damaged files.
set -u
"${top_builddir:-.}/fuzz_session" "${top_srcdir:-.}"/tests/fuzz/session/*
