#!/usr/bin/env bash
# Open the window on the demo study; without a display do the same work headless. Called by `make run`.
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
demo=build/demo

if [ ! -f "$demo/TRUTH.json" ]; then
    # Written aside and moved: a demo study that was stopped half-way is not there at all.
    rm -rf "$demo" "$demo.part"
    echo "Writing the demo study into $demo (once)"
    workstation --batch demo --output "$demo.part" >/dev/null
    mv "$demo.part" "$demo"
fi

# A DISPLAY that leads nowhere would abort the program, so the question is put to Qt itself.
has_display() {
    [ "$(uname -s)" != Linux ] && return 0
    [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 1
    python -c 'from PySide6.QtGui import QGuiApplication; QGuiApplication([])' >/dev/null 2>&1
}

if has_display; then
    echo "Opening the window on $demo; its library is build/run/library.sqlite, your own is not touched"
    mkdir -p build/run
    exec workstation --library build/run/library.sqlite "$demo"
fi
echo "No display here: indexing and rendering headless instead"
exec python scripts/headless_run.py "$demo" --output build/run
