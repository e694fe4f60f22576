# The parts of the cluster as processes, for `run`: they are children of that script, their numbers in
# `pid`; NAME.pid, NAME.out and NAME.log in `folder` are theirs.
# shellcheck shell=bash

# Starts a part: launch NAME COMMAND… Its session is its own, so that Ctrl-C is for this script alone.
# It is told to end if this script dies without a word.
launch() {
    local name=$1
    shift
    setsid "${as[@]}" setpriv --pdeathsig TERM -- "$@" \
        </dev/null >>"$folder/$name.out" 2>>"$folder/$name.log" 3<&- &
    pid[$name]=$!
    disown
    # Whole for whoever reads it now.
    echo "${pid[$name]}" >"$folder/$name.pid.new"
    mv "$folder/$name.pid.new" "$folder/$name.pid"
}

# Whether a part runs. Numbers of processes are used again: it must be a child of this one.
runs() { grep -qsx "PPid:[[:space:]]*$$" "/proc/${pid[$1]:-none}/status"; }

# Waits until a part answers: await NAME COMMAND…
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

# Sends a part a signal, unless it has ended by itself: tell NAME SIGNAL
tell() { ! runs "$1" || kill "-$2" "${pid[$1]}" 2>/dev/null || true; }

# Ends a part, by force if it does not listen: end NAME SIGNAL
end() {
    tell "$1" "$2"
    for _ in {1..150}; do
        runs "$1" || return 0
        sleep 0.1
    done
    tell "$1" KILL
    while runs "$1"; do sleep 0.1; done
}

# Writes a file of the folder from its template: fill TEMPLATE FILE [NUMBER]
fill() {
    local text name
    text=$(<"$here/$1")
    for name in "${!port[@]}"; do text=${text//"@$name@"/"${port[$name]}"}; done
    text=${text//"@folder@"/"$folder"}
    printf '%s\n' "${text//"@number@"/"${3:-}"}" >"$folder/$2"
}

secret() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }
