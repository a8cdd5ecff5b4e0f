# Sourced by the set-up scripts: Debian and Ubuntu packages, installed where we may and named in one line where not.

# install_packages PURPOSE PACKAGE...
install_packages() {
    local purpose=$1
    shift
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Missing $purpose: please install what this system has for the Debian packages: $*" >&2
        return 1
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            echo "Missing $purpose: please run: sudo apt-get install $*" >&2
            return 1
        fi
        as_root=(sudo -n)
    fi
    echo "Installing $purpose: $*"
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
    # The package lists of a fresh machine are empty or old: refresh them only when the first attempt fails.
    "${as_root[@]}" "${install[@]}" install -y --no-install-recommends "$@" >/dev/null 2>&1 && return 0
    "${as_root[@]}" "${install[@]}" update >/dev/null 2>&1
    if ! "${as_root[@]}" "${install[@]}" install -y --no-install-recommends "$@" >/dev/null; then
        echo "Missing $purpose: apt-get could not install $*" >&2
        return 1
    fi
}
