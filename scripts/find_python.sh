#!/usr/bin/env bash
# Print a Python 3.11 to 3.13; PYTHON=/path/to/python names another one.
set -u

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1
}

for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3 /usr/bin/python3.11 /usr/bin/python3; do
    if fits "$candidate"; then
        # The real program, not a shim in front of it that a changed environment would turn elsewhere.
        exec "$candidate" -c 'import os, sys; print(os.path.realpath(sys.executable))'
    fi
done
echo "No Python 3.11, 3.12 or 3.13 found: please install one (Debian: apt-get install python3), or name it: make PYTHON=/path/to/python" >&2
exit 1
