# Sourced by the commands in scripts/. Finds a Python, chooses a Home Assistant release that it can run, and creates the
# virtual environment for both, .venv/<core>-py<python>. Afterwards the environment is first on the PATH and the working
# directory is the root of the repository. Outside the repository only package caches are written.
#
# HOMEASSISTANT=oldest | newest | 2025.4 ...   the release; default: the newest that a Python of this machine can run.
#
# Compatible with bash 3.2, the version of macOS.

# Release (a group in pyproject.toml), core version, oldest Python, minor version of Python with wheels.
home_assistant_releases="
2025.3  2025.3.4  3.13.0 3.13
2025.4  2025.4.4  3.13.0 3.13
2026.2  2026.2.3  3.13.2 3.13
2026.10 2026.10.4 3.14.2 3.14
"

repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# Print a version as a number that compares correctly: 3.13.2 -> 31302, 2026.10 -> 20261000.
number() {
    local IFS=.
    # shellcheck disable=SC2086
    set -- $1
    echo $(($1 * 10000 + $2 * 100 + ${3:-0}))
}

# Print one path per line. A pyenv shim fails if pyenv selects another version, so its versions are listed directly too.
python_candidates() {
    local name
    for name in python3.14 python3.13 python3 python; do
        command -v "$name" || true
    done
    local pyenv="${PYENV_ROOT:-}" uv="${UV_PYTHON_INSTALL_DIR:-${XDG_DATA_HOME:-${HOME:-}/.local/share}/uv/python}"
    [ -n "$pyenv" ] || pyenv="$(pyenv root 2>/dev/null || echo "${HOME:-}/.pyenv")"
    for name in "$pyenv"/versions/3.1[3-9]*/bin/python3 "$uv"/cpython-3.1[3-9]*/bin/python3; do
        [ ! -x "$name" ] || echo "$name"
    done
}

python_version() {
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null
}

# Print the releases, newest last, that $1 (a version of Python) can run and that $2 (the requested release) allows.
runnable_releases() {
    local release core oldest minor
    while read -r release core oldest minor; do
        [ -n "$release" ] || continue
        case "$2" in
            newest | "$release" | "$core") ;;
            *) continue ;;
        esac
        case "$1" in "$minor".*) ;; *) continue ;; esac
        [ "$(number "$1")" -lt "$(number "$oldest")" ] || echo "$release $core"
    done <<<"$home_assistant_releases"
}

# Set python, python_is, release and core to the best pair: the newest release, then the newest Python.
choose_environment() {
    local wanted="${HOMEASSISTANT:-newest}" candidate version pair rank best=0 seen=""
    [ "$wanted" != oldest ] || wanted="$(awk 'NF { print $1; exit }' <<<"$home_assistant_releases")"
    [ "$wanted" = newest ] || awk -v wanted="$wanted" '$1 == wanted || $2 == wanted { found = 1 } END { exit !found }' \
        <<<"$home_assistant_releases" ||
        fail "HOMEASSISTANT=$wanted is none of: oldest newest$(awk 'NF { printf " %s", $1 }' <<<"$home_assistant_releases")"
    while read -r candidate; do
        version="$(python_version "$candidate")" || continue
        case " $seen " in *" $version "*) continue ;; esac
        seen="$seen $version"
        pair="$(runnable_releases "$version" "$wanted" | tail -n 1)"
        [ -n "$pair" ] || continue
        rank=$(($(number "${pair%% *}") * 100000 + $(number "$version")))
        [ "$rank" -gt "$best" ] || continue
        best=$rank python="$candidate" python_is="$version" release="${pair%% *}" core="${pair##* }"
    done <<<"$(python_candidates)"
    [ "$best" -gt 0 ] || no_python "$wanted" "$seen"
}

no_python() {
    local needs="3.14 (3.14.2 or newer) for the newest Home Assistant, or 3.13" install=3.14
    if [ "$1" != newest ]; then
        install="$(awk -v wanted="$1" '$1 == wanted || $2 == wanted { print $4 }' <<<"$home_assistant_releases")"
        needs="$install, $(awk -v wanted="$1" '$1 == wanted || $2 == wanted { print $3 }' \
            <<<"$home_assistant_releases") or newer, for Home Assistant $1"
    fi
    fail "No suitable Python found: this command needs Python $needs." \
        "Searched the PATH, pyenv and uv; found:${2:- none}." \
        "Install one, for example with 'uv python install $install' or 'pyenv install $install'," \
        "with 'brew install python@$install' on macOS, or from your distribution; then run this command again."
}

# Print a checksum of the dependency groups. Other changes of pyproject.toml need no new set-up.
stamp() {
    sed -n '/^\[dependency-groups\]/,/^\[tool/p' "$repository/pyproject.toml" | cksum
}

is_ready() {
    [ -x "$environment/bin/python" ] && [ "$(cat "$environment/.ready" 2>/dev/null)" = "$(stamp)" ]
}

# uv has a separate environment: core requires an old uv, which would replace the running one during the installation.
install_environment() {
    local uv="$repository/.venv/uv-py$python_is" group="home-assistant-${release/./-}"
    echo "Setting up $environment (once; about a minute)" >&2
    if [ ! -x "$uv/bin/python" ] || [ ! -x "$uv/bin/uv" ]; then
        "$python" -m venv --clear "$uv" >&2 ||
            fail "$python cannot create virtual environments; on Debian and Ubuntu install python${python_is%.*}-venv."
        "$uv/bin/python" -m pip install --quiet --disable-pip-version-check 'uv>=0.8' >&2 ||
            fail "Installing uv failed; see the messages above."
    fi
    [ -x "$environment/bin/python" ] || "$python" -m venv --clear --without-pip "$environment" >&2
    (cd "$repository" && "$uv/bin/uv" pip install --quiet --python "$environment/bin/python" \
        --group "$group" --group integration --group benchmarks --group tools >&2) ||
        fail "Installing Home Assistant $core failed; see the messages above." \
            "On Python 3.13 some requirements of core have no wheels: install a C and C++ compiler."
    stamp >"$environment/.ready"
}

# The lock keeps two commands from installing into one environment; macOS has no flock and runs without it.
prepare_environment() {
    is_ready && return
    mkdir -p "$repository/.venv"
    (
        ! command -v flock >/dev/null || flock 9
        is_ready || install_environment
    ) 9>"$repository/.venv/lock"
}

enter_environment() {
    choose_environment
    environment="$repository/.venv/$core-py$python_is"
    echo "Home Assistant $core on Python $python_is" >&2
    prepare_environment
    cd "$repository" || exit 1
    unset PYTHONHOME
    export VIRTUAL_ENV="$environment" PATH="$environment/bin:$PATH"
    # mypy has one cache per Python version; two releases on one Python would overwrite each other's cache.
    export MYPY_CACHE_DIR="$environment/.mypy_cache"
}
