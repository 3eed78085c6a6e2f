#!/bin/sh
# The reader of IDX files on the corpus of its fuzzing, and on damaged files.
set -u
"${top_builddir:-.}/fuzz_idx" "${top_srcdir:-.}"/tests/fuzz/idx/*
