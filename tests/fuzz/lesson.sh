#!/bin/sh
# The reader of lessons on the corpus of its fuzzing, and on damaged files.
set -u
"${top_builddir:-.}/fuzz_lesson" "${top_srcdir:-.}"/tests/fuzz/lesson/*
