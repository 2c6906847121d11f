# What the scripts that measure share: how everything is built, where it lies, how servers start and stop. To be sourced by a script of
# the folder above. Must not know what is measured.
#
# Settings, by environment: PROFILE, CARTWRIGHT_BIN, BENCH_DIR, as the scripts say; CARGO_TARGET_DIR as cargo does.
profile=${PROFILE:-release}
me=scripts/$(basename "$0")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# build: the server and what measures it, in one target folder and in profiles of the same name and content. Sets built, cartwright
# and loadgen.
build() {
    CARGO_TARGET_DIR=$(realpath -m "${CARGO_TARGET_DIR:-$root/target}")
    export CARGO_TARGET_DIR
    built=$CARGO_TARGET_DIR/$profile
    # What measures has no lock file of its own in the repository: it takes what the server's says.
    local lock=$root/benches/load/Cargo.lock
    [ "$lock" -nt "$root/Cargo.lock" ] || cp "$root/Cargo.lock" "$lock"
    # From there, since cargo reads how SQLite is built from the folders above the one that it is called in.
    (cd "$root" && cargo build --quiet --profile "$profile" --manifest-path benches/load/Cargo.toml)
    if [ -z "${CARTWRIGHT_BIN-}" ]; then
        (cd "$root" && cargo build --locked --quiet --profile "$profile" --bin cartwright)
    fi
    cartwright=$(realpath "${CARTWRIGHT_BIN:-$built/cartwright}")
    loadgen=$(realpath "$built/loadgen")
    # Settings of whoever runs this must not change what is measured.
    local setting
    for setting in $(compgen -e CARTWRIGHT_ || true); do unset "$setting"; done
    unset RUST_LOG
}

# workplace NAME: a throwaway folder, gone at the end with all that was started, and from here on the working folder: no
# cartwright.toml lies in it. Sets results and work.
workplace() {
    results=$root/bench-results
    mkdir -p "$results"
    work=$(mktemp -d "${BENCH_DIR:-$results}/$1.XXXXXX")
    running=()
    trap clean EXIT
    cd "$work"
}

clean() {
    local pid
    for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${running[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}

stop() {
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

# start NAME COMMAND...: starts a server, waits for its ready line, for `ready_within` seconds (60), and sets url and pid.
start() {
    local name=$1 out line
    shift
    exec {out}< <(exec "$@" 2>"$work/$name.log")
    pid=$!
    running+=("$pid")
    if ! read -r -t "${ready_within:-60}" line <&"$out" || [[ $line != *" ready: http://"* ]]; then
        echo "$me: $name is not ready: ${line-}" >&2
        cat "$work/$name.log" >&2
        exit 1
    fi
    url=${line##* ready: }
}
