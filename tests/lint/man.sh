#!/bin/sh
# The manual page is correct mdoc.
command -v mandoc >/dev/null || {
  echo "skipped: no mandoc"
  exit 77
}
mandoc -T lint -W warning "${top_srcdir:-.}"/man/*.[1-9]
