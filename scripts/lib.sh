# What the scripts that test from outside share: things from registries, once each, and a real server. To be sourced by a script of
# this folder. Must not know what is tested.
#
# Settings, by environment:
#   CARTWRIGHT_BIN=FILE    a server that is built already (default: cargo build)
set -euo pipefail
me=scripts/$(basename "$0")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$root/target/clients

fail() {
    echo "$me: $*" >&2
    exit 1
}

# packages WHAT OTHERWISE PACKAGE...: has Debian's packages installed, or says that WHAT is missing and what else can be done.
updated=
packages() {
    local what=$1 otherwise=$2
    shift 2
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "$what is missing: install it (Debian: $*)$otherwise"
    fi
    echo "$me: $what is missing; installing $*"
    if [ -z "$updated" ]; then apt-get update -qq; fi
    updated=1
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# installed NAME PINS COMMAND...: sets `place` to a folder that COMMAND filled, once for each content of the file PINS. The command
# is run in a new folder, which gets its name when it is whole: what was cut off half-way is never taken.
installed() {
    local name=$1 pins=$2 new
    shift 2
    place=$cache/$name-$(cksum <"$pins" | tr ' ' -)
    if [ -d "$place" ]; then return; fi
    echo "$me: installing what $pins names"
    mkdir -p "$cache"
    new=$(mktemp -d "$cache/new.XXXXXX")
    if ! (cd "$new" && "$@") >"$new.log" 2>&1; then
        cat "$new.log" >&2
        rm -rf "$new" "$new.log"
        fail "what $pins names cannot be installed"
    fi
    rm "$new.log"
    # Another run may have been quicker.
    if [ -d "$place" ]; then rm -rf "$new"; else mv "$new" "$place"; fi
}

# with_python NAME PINS OTHERWISE: sets `python` to a Python that has what the file PINS names.
with_python() {
    local name=$1
    python_pins=$2
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then packages "Python 3 with venv" "$3" python3 python3-venv; fi
    python_install() {
        python3 -m venv .
        timeout 300 bin/python -m pip install --quiet --disable-pip-version-check --retries 2 -r "$python_pins"
    }
    # The libraries belong to one Python.
    installed "$name-$(python3 -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')" "$python_pins" python_install
    python=$place/bin/python
}

# with_node NAME PACKAGE_JSON OTHERWISE: sets `node` to a folder whose node_modules are what PACKAGE_JSON names.
with_node() {
    node_pins=$2
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        fail "Node is missing: install Node 20.19 or later with npm$3"
    fi
    node_install() {
        cp "$node_pins" package.json
        timeout 300 npm install --silent --no-package-lock --no-fund --no-audit --ignore-scripts
    }
    installed "$1" "$node_pins" node_install
    node=$place
}

# build: sets `cartwright` to the server's program, and takes out of the environment what would change what is tested.
build() {
    local setting target
    if [ -n "${CARTWRIGHT_BIN-}" ]; then
        cartwright=$(realpath "$CARTWRIGHT_BIN")
    else
        (cd "$root" && cargo build --locked --quiet --bin cartwright)
        target=$(cd "$root" && cargo metadata --locked --no-deps --format-version 1 |
            sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
        cartwright=$target/debug/cartwright
    fi
    # Settings of whoever runs this must not count, nor may a proxy stand in between.
    for setting in $(compgen -e CARTWRIGHT_ || true) http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY; do
        unset "$setting"
    done
    work=$(mktemp -d)
    server=
    trap clean EXIT
    # No cartwright.toml lies here.
    cd "$work"
}

clean() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}

# serve FLAG...: starts the server on a throwaway database; sets `url`, and `ready` to the file that names it. Its log is in `log`.
serve() {
    "$cartwright" --listen 127.0.0.1:0 --database memory --ready-file ready "$@" >/dev/null 2>log &
    server=$!
    for _ in $(seq 300); do
        if [ -s ready ] || ! kill -0 "$server" 2>/dev/null; then break; fi
        sleep 0.1
    done
    url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' ready 2>/dev/null) || true
    ready=$work/ready
    if [ -z "$url" ]; then
        cat log >&2
        fail "the server did not become ready"
    fi
}
