#!/bin/sh
# The reader of receipts on the corpus of its fuzzing, and on damaged files.
set -u
"${top_builddir:-.}/fuzz_receipt" "${top_srcdir:-.}"/tests/fuzz/receipt/*
