#!/usr/bin/env bash
# See to the system libraries: `system_packages.sh run` for Qt, with `test` the programs that the tests need as well.
# What cannot be installed is named in one line, and the caller goes on: it may be good enough for what is asked.
set -u
cd "$(dirname "$0")/.." || exit 1
source scripts/apt.sh

[ "$(uname -s)" = Linux ] || exit 0
PATH=$PATH:/usr/sbin:/sbin

# What the wheels of Qt load from the system and do not bring, and the package that has it.
qt_libraries="
libEGL.so.1 libegl1
libGL.so.1 libgl1
libOpenGL.so.0 libopengl0
libfontconfig.so.1 libfontconfig1
libfreetype.so.6 libfreetype6
libglib-2.0.so.0 libglib2.0-0
libdbus-1.so.3 libdbus-1-3
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libX11.so.6 libx11-6
libX11-xcb.so.1 libx11-xcb1
libxcb.so.1 libxcb1
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render.so.0 libxcb-render0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-shm.so.0 libxcb-shm0
libxcb-sync.so.1 libxcb-sync1
libxcb-xfixes.so.0 libxcb-xfixes0
libxcb-xkb.so.1 libxcb-xkb1
"

test_programs="
Xvfb xvfb
dcmdump dcmtk
dciodvfy dicom3tools
qpdf qpdf
pdftotext poppler-utils
tmux tmux
sixel2png libsixel-bin
chafa chafa
"

missing_libraries() {
    local known library package
    known=$(ldconfig -p 2>/dev/null)
    while read -r library package; do
        [ -z "$library" ] && continue
        grep -qF "$library " <<<"$known" || echo "$package"
    done <<<"$qt_libraries"
    # Without any font Qt draws no text.
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' -print -quit 2>/dev/null)" ] || echo fonts-dejavu-core
}

missing_programs() {
    local program package
    while read -r program package; do
        [ -z "$program" ] && continue
        command -v "$program" >/dev/null 2>&1 || echo "$package"
    done <<<"$test_programs"
}

mapfile -t packages < <(missing_libraries)
[ ${#packages[@]} -eq 0 ] || install_packages "system libraries of the window" "${packages[@]}"
if [ "${1:-run}" = test ]; then
    mapfile -t packages < <(missing_programs)
    [ ${#packages[@]} -eq 0 ] || install_packages "programs that the tests use" "${packages[@]}"
fi
exit 0
