#!/usr/bin/env bash
# Everything `make test` checks. All steps run, so that one failure does not hide the next; the last lines name what failed.
set -u
cd "$(dirname "$0")/.." || exit 1
PATH=$PWD/.venv/bin:$PATH
# What is compiled is kept: the tests start the program some hundred times.
unset PYTHONDONTWRITEBYTECODE
failed=()
said=$(mktemp -d)
pids=()
names=()
trap 'kill "${pids[@]}" 2>/dev/null; rm -rf "$said"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step() {
    local name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed+=("$name")
}

# What computes on one processor, or waits for the network, runs beside the tests: they leave processors idle now and then.
beside() {
    names+=("$1")
    shift
    nice "$@" >"$said/${#pids[@]}" 2>&1 </dev/null &
    pids+=($!)
}

# Wait for one of them, and show what it said.
ended() {
    wait "${pids[$1]}"
    local status=$?
    cat "$said/$1"
    return $status
}

beside "mypy" mypy
beside "known vulnerabilities" python scripts/audit.py
step "ruff: rules" ruff check .
step "ruff: format" ruff format --check .
step "import contracts" lint-imports
# A test that crashes its process ends the run: where xdist starts another one, --dist loadfile waits for ever.
# The order of files is that of tests/conftest.py.
step "tests" python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0 \
    --cov --cov-report=term "$@"
for number in "${!pids[@]}"; do
    step "${names[$number]}" ended "$number"
done
trap 'rm -rf "$said"' EXIT

if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFailed: %s\n' "$(printf '%s; ' "${failed[@]}")"
    exit 1
fi
printf '\nAll checks passed.\n'
