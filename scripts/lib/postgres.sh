# shellcheck shell=bash
# A throwaway PostgreSQL server, with its data in a folder of its own. To be sourced by a script with `set -euo pipefail`.
#
#   find_postgres            sets postgres_programs; as root on a Debian-like system it installs what is missing
#   start_postgres [NAME=VALUE...]   makes and starts a server with these settings; sets postgres_url and postgres_folder. The script's
#                            end, whatever it is, stops the server and removes the folder.
#   run_server, stop_server [SIGNAL]   the same server again, on the same port

# The newest programs: those on the path, or where Debian keeps them.
newest_postgres() {
    if command -v initdb >/dev/null && command -v postgres >/dev/null; then
        dirname "$(command -v initdb)"
    else
        find /usr/lib/postgresql /usr/pgsql-* -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1 | xargs -r dirname
    fi
}

find_postgres() {
    local me=scripts/${0##*/}
    postgres_programs=$(newest_postgres)
    if [ -z "$postgres_programs" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "$me: installing PostgreSQL (postgresql)" >&2
        apt-get update -q >&2
        # The package would start a server of its own. We need its programs alone.
        mkdir -p /etc/postgresql-common/createcluster.d
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/cartwright-tests.conf
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql >&2
        postgres_programs=$(newest_postgres)
    fi
    if [ -z "$postgres_programs" ]; then
        echo "$me: PostgreSQL is missing: install postgresql (Debian), postgresql-server (Fedora) or postgresql (Homebrew)" >&2
        exit 1
    fi
}

start_postgres() {
    local setting attempt
    [ -n "${postgres_programs:-}" ] || find_postgres
    # PostgreSQL refuses to run as root.
    postgres_user=() postgres_owner=
    if [ "$(id -u)" = 0 ]; then
        postgres_owner=nobody
        if id postgres >/dev/null 2>&1; then postgres_owner=postgres; fi
        postgres_user=(runuser -u "$postgres_owner" --)
    fi
    postgres_folder=$(mktemp -d "${TMPDIR:-/tmp}/cartwright-postgres-XXXXXX")
    chmod 755 "$postgres_folder"
    mkdir "$postgres_folder/data"
    if [ -n "$postgres_owner" ]; then chown "$postgres_owner" "$postgres_folder" "$postgres_folder/data"; fi
    trap stop_postgres EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    (cd "$postgres_folder" && "${postgres_user[@]}" "$postgres_programs/initdb" --pgdata=data --username=cartwright --auth=trust \
        --encoding=UTF8 --locale=C --no-sync >"$postgres_folder/initdb.log" 2>&1) || {
        cat "$postgres_folder/initdb.log" >&2
        exit 1
    }
    # Nobody needs the data after a crash of this machine, so nothing is written through to the disk.
    postgres_settings=()
    for setting in fsync=off full_page_writes=off max_connections=500 shared_buffers=64MB listen_addresses=127.0.0.1 "$@"; do
        postgres_settings+=(-c "$setting")
    done
    for attempt in 1 2 3 4 5; do
        # Not where other programs' outgoing connections get theirs; another one is tried when it is taken.
        postgres_port=$((20000 + (RANDOM % 10000)))
        if run_server; then
            # shellcheck disable=SC2034
            postgres_url=postgres://cartwright@127.0.0.1:$postgres_port/postgres
            return
        fi
    done
    echo "scripts/${0##*/}: PostgreSQL did not start after $attempt attempts:" >&2
    cat "$postgres_folder/server.log" >&2
    exit 1
}

# Starts the server, and waits until it takes connections.
run_server() {
    (cd "$postgres_folder" && exec "${postgres_user[@]}" "$postgres_programs/postgres" -D data -p "$postgres_port" -k "$postgres_folder" \
        "${postgres_settings[@]}" >>"$postgres_folder/server.log" 2>&1) &
    postgres_job=$!
    for _ in $(seq 200); do
        if [ -s "$postgres_folder/data/postmaster.pid" ] && grep -q '^ready' "$postgres_folder/data/postmaster.pid"; then return; fi
        kill -0 "$postgres_job" 2>/dev/null || break
        sleep 0.05
    done
    stop_server
    return 1
}

# Stops the server by its own number: the job's is that of whoever changed the user for it.
stop_server() {
    if [ -s "$postgres_folder/data/postmaster.pid" ]; then
        kill -"${1:-INT}" "$(head -n 1 "$postgres_folder/data/postmaster.pid")" 2>/dev/null || true
    fi
    wait "$postgres_job" 2>/dev/null || true
    # One that was ended at once leaves this behind.
    rm -f "$postgres_folder/data/postmaster.pid"
}

stop_postgres() {
    if [ -n "${postgres_job:-}" ]; then stop_server; fi
    rm -rf "$postgres_folder"
}
