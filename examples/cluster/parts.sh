# Functions of `run` that manage the parts of the cluster as child processes. `pid` has the process ids;
# each part has the files NAME.pid, NAME.out and NAME.log in `folder`.
# shellcheck shell=bash

# Starts a part: launch NAME COMMAND… It runs in its own session, so that Ctrl-C reaches this script only.
# It gets SIGTERM if this script dies.
launch() {
    local name=$1
    shift
    setsid "${as[@]}" setpriv --pdeathsig TERM -- "$@" \
        </dev/null >>"$folder/$name.out" 2>>"$folder/$name.log" 3<&- &
    pid[$name]=$!
    disown
    # Renamed, so that readers never see a partial file.
    echo "${pid[$name]}" >"$folder/$name.pid.new"
    mv "$folder/$name.pid.new" "$folder/$name.pid"
}

# Returns whether a part is running. Process ids are reused, so it must be a child of this script.
runs() { grep -qsx "PPid:[[:space:]]*$$" "/proc/${pid[$1]:-none}/status"; }

# Waits until a command succeeds, for 30 seconds: await NAME COMMAND…
await() {
    local name=$1 what="does not answer"
    shift
    for _ in {1..300}; do
        "$@" >/dev/null 2>&1 && return
        runs "$name" || { what="ended"; break; }
        sleep 0.1
    done
    { echo "$name $what; the end of its log:"; tail -n 20 "$folder/$name.log"; } >&2
    exit 1
}

# Sends a signal to a part that is still running: send_signal NAME SIGNAL
send_signal() { ! runs "$1" || kill "-$2" "${pid[$1]}" 2>/dev/null || true; }

# Stops a part, with SIGKILL after 15 seconds: end NAME SIGNAL
end() {
    send_signal "$1" "$2"
    for _ in {1..150}; do
        runs "$1" || return 0
        sleep 0.1
    done
    send_signal "$1" KILL
    while runs "$1"; do sleep 0.1; done
}

# Writes a file from a template: fill TEMPLATE FILE [NUMBER]
fill() {
    local text name
    text=$(<"$here/$1")
    for name in "${!port[@]}"; do text=${text//"@$name@"/"${port[$name]}"}; done
    text=${text//"@folder@"/"$folder"}
    printf '%s\n' "${text//"@number@"/"${3:-}"}" >"$folder/$2"
}

secret() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }
