#!/bin/sh
# The reader of CSV files on the corpus of its fuzzing, and on damaged files.
set -u
"${top_builddir:-.}/fuzz_csv" "${top_srcdir:-.}"/tests/fuzz/csv/*
