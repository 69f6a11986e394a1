# Shared by ./run and ./test: finds a Python, makes .venv from the lock file, compiles the catalogues.
# POSIX shell only: a bare machine has neither make nor bash. Sourced from the root of the checkout.

# A helpline is half a dozen programs of hundreds of files, and tests start it often: each file is compiled once.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

is_root_on_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# apt_install PACKAGE…: only ever called for root on Debian and its children.
apt_install() {
    say "Installing from Debian: $*"
    if [ -z "${apt_updated:-}" ]; then
        apt-get update -qq >/dev/null || return 1
        apt_updated=yes
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Prints the first Python that is new enough and can make environments.
find_python() {
    for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

need_python() {
    python=$(find_python) && return 0
    if is_root_on_debian; then
        apt_install python3 python3-venv || say "apt could not install python3 and python3-venv."
        python=$(find_python) && return 0
    fi
    die "Python 3.11 or newer with its venv module is needed. On Debian or Ubuntu: sudo apt install python3 python3-venv"
}

fingerprint() { { cat "$1" pyproject.toml; pwd; } | cksum; }

# install_locked LOCK: makes .venv hold exactly what LOCK names, once per change of LOCK. The lock is whole, so nothing is
# resolved: an older pip would take the newest release of a library with an extra and then miss its hash.
install_locked() {
    lock=$1
    stamp=".venv/installed-$(basename "$lock")"
    wanted=$(fingerprint "$lock")
    if .venv/bin/python -c '' >/dev/null 2>&1 && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    need_python
    if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
        "$python" -m venv --clear .venv || die "Python could not make an environment in .venv"
    fi
    say "Installing the libraries of $lock (once; a minute or two) …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock" ||
        die "The libraries could not be installed: is there a way to a Python package index?"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e . ||
        die "The program itself could not be installed into .venv"
    printf '%s' "$wanted" >"$stamp"
}

# Compiles every catalogue that is newer than its compiled form.
compile_catalogues() {
    find hotline -name '*.po' | while IFS= read -r po; do
        mo="${po%.po}.mo"
        if [ ! -e "$mo" ] || [ -n "$(find "$po" -newer "$mo")" ]; then
            language=$(basename "$(dirname "$(dirname "$po")")")
            .venv/bin/python -m babel.messages.frontend -q compile -i "$po" -o "$mo" -l "$language" ||
                die "The catalogue $po could not be compiled"
        fi
    done
}
