#!/usr/bin/env bash
# Make .venv hold exactly what the lock says: `make_venv.sh run` to use the program, `make_venv.sh dev` to work on it.
set -eu
cd "$(dirname "$0")/.."
source scripts/apt.sh

kind=${1:-run}
venv_python=.venv/bin/python
stamp=.venv/.installed
compiled=.venv/.compiled
# The program itself is read from this folder: only what is fetched, and where this folder is, can grow stale.
wanted=$(cat requirements/run.txt requirements/dev.txt pyproject.toml <(pwd -P) | cksum)

# After an update they would be compiled at the first volume that somebody looks at, who waits for it.
compile_what_cuts() {
    "$venv_python" scripts/compile_kernels.py
    touch "$compiled"
}

if [ -x "$venv_python" ] && [ -f "$stamp" ]; then
    case "$(cat "$stamp")" in
    "$kind $wanted" | "dev $wanted")
        for source in workstation/volume/cutting/*kernels.py; do
            if [ "$source" -nt "$compiled" ]; then
                echo "Compiling what cuts planes out of volumes, which has changed (some 20 seconds)"
                compile_what_cuts
                break
            fi
        done
        exit 0
        ;;
    esac
fi

make_empty() {
    local python=$1 version
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        install_packages "what Python needs to make a virtual environment" "$version"
    fi
    "$python" -m venv --clear .venv
}

if ! "$venv_python" -c 'import pip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; then
    python=$(scripts/find_python.sh)
    echo "Making .venv with $("$python" --version)"
    make_empty "$python"
fi

rm -f "$stamp"
echo "Installing the locked packages ($kind)"
pip=("$venv_python" -m pip --disable-pip-version-check --no-input --quiet)
# The lock is complete: without --no-deps pip 23 resolves `coverage[toml]` anew and refuses a release newer than the locked one.
"${pip[@]}" install --retries 5 --no-compile --no-deps --require-hashes --requirement "requirements/$kind.txt"
"${pip[@]}" install --no-compile --no-deps --no-build-isolation --editable .
echo "Compiling the packages, and what cuts planes out of volumes (once, some 20 seconds)"
# Both take one processor. Some packages have files that are no Python of this version: those are passed over.
"$venv_python" -m compileall -q .venv/lib >/dev/null 2>&1 &
packages=$!
compile_what_cuts
wait "$packages" || true
echo "$kind $wanted" >"$stamp"
