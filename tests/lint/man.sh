#!/bin/sh
# The manual page is correct mdoc.
command -v mandoc >/dev/null || {
  echo "skipped: no mandoc"
  exit 77
}
# Behind a comma .Fl goes on: the next word would be another option.
grep -nE '^\..*Fl [^ ]+ , [a-z]' "${top_srcdir:-.}"/man/*.[1-9] && exit 1
mandoc -T lint -W warning "${top_srcdir:-.}"/man/*.[1-9]
