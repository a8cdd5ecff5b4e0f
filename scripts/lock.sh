#!/usr/bin/env bash
# Renew requirements/*.txt for all Pythons and platforms at once; `scripts/lock.sh --upgrade` takes newer versions as well.
set -eu
cd "$(dirname "$0")/.."

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    "$(scripts/find_python.sh)" -m venv build/uv
    build/uv/bin/python -m pip --disable-pip-version-check --quiet install uv
    uv=build/uv/bin/uv
fi
for target in run:build dev:dev; do
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
        --no-emit-find-links --group "${target#*:}" --output-file "requirements/${target%:*}.txt" "$@" pyproject.toml
done
git --no-pager diff --stat -- requirements
