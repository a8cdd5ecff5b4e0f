#!/usr/bin/env bash
# Everything `make test` checks. All steps run, so that one failure does not hide the next; the last lines name what failed.
set -u
cd "$(dirname "$0")/.." || exit 1
PATH=$PWD/.venv/bin:$PATH
failed=()

step() {
    local name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed+=("$name")
}

step "ruff: rules" ruff check .
step "ruff: format" ruff format --check .
step "mypy" mypy
step "import contracts" lint-imports
# A test that crashes its process ends the run: where xdist starts another one, --dist loadfile --max-worker-restart 0 waits for ever.
step "tests" python -m pytest --numprocesses 2 --dist loadfile --max-worker-restart 0 --cov --cov-report=term "$@"
step "known vulnerabilities" python scripts/audit.py

if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFailed: %s\n' "$(printf '%s; ' "${failed[@]}")"
    exit 1
fi
printf '\nAll checks passed.\n'
