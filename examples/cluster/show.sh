# The demonstration of `run show`. The first check that fails ends the script with exit code 1.
# shellcheck shell=bash

files=$folder/show
mkdir "$files"
printed() { grep -h "$1" "$folder"/node-?.out | awk '{ print $NF }'; }
host_key=$(printed "API key of the host")
lender_key=$(printed "API key of the lending library's staff")
as_host=(curl --silent --show-error --fail-with-body --oauth2-bearer "$host_key")
as_lender=(curl --silent --show-error --fail-with-body --oauth2-bearer "$lender_key")

step() { printf '\n== %s\n' "$1"; }
say() { printf '   %s\n' "$1"; }
# Ends the script unless a condition holds: holds DESCRIPTION CONDITION…
holds() {
    "${@:2}" || { echo "FAILED: $1" >&2; exit 1; }
    say "ok: $1"
}
# Waits for a condition, for 40 seconds: wait_until DESCRIPTION CONDITION…
wait_until() {
    for _ in {1..200}; do
        if "${@:2}"; then say "ok: $1"; return; fi
        sleep 0.2
    done
    echo "FAILED after 40 seconds: $1" >&2
    exit 1
}

# Creates and ships a request with a file, and prints its handle: deliver REFERENCE FILE DOWNLOADS PATRON
deliver() {
    local request
    request=$("${as_host[@]}" "$front/api/v1/requests" --json '{ "reference": "'"$1"'", "title": "On Ice Ages",
        "requester": "CA-BVAU", "supplier": "CA-OTU", "patron": "'"$4"'", "status": "pending" }' | jq -r .handle)
    "${as_lender[@]}" -T "$2" "$front/api/v1/requests/$request/uploads/ice-ages.pdf?downloads=$3" >"$files/upload.json"
    "${as_lender[@]}" -X POST "$front/api/v1/requests/$request/ship"
    echo "$request"
}
link_to() { "${as_host[@]}" "$front/api/v1/requests/$1/links" --json '{ "audience": "patron" }' | jq -r .url; }
used() { "${as_lender[@]}" "$front/api/v1/requests/$1" | jq '[.files[0].budgets[].used] | add'; }
# Claims a download and prints the response: claim ADDRESS LINK KEY
claim() {
    curl --silent -H 'Accept: application/json' -H "Idempotency-Key: $3" \
        "$1${2#"$front"}/1/claim" --json '{ "acknowledged": true }'
}
is() { [ "$1" = "$2" ]; }
# Prints the number of the node that responded, from the headers in a file.
who_answered() {
    local at number
    at=$(tr -d '\r' <"$1" | sed -n 's/^X-Node: .*:\([0-9]*\)$/\1/p' | tail -n 1)
    for number in 1 2 3; do [ "$at" != "${port[node_$number]}" ] || echo "$number"; done
}
kill_node() {
    kill -KILL "${pid[node-$1]}"
    while runs "node-$1"; do sleep 0.05; done
}
restart_node() {
    start_node "$1"
    holds "node $1 serves again" curl --silent --fail --output /dev/null "${node[$1]}/sign-in"
}

step "A patron claims a download"
{ printf '%%PDF-1.7\n'; head -c 60000000 /dev/urandom; } >"$files/scan.pdf"
request=$(deliver show-1 "$files/scan.pdf" 5 p-2041)
link=$(link_to "$request")
claimed=$(claim "$front" "$link" first)
ticket=$(jq -r .url <<<"$claimed")
holds "the claim is granted" test "$ticket" != null
claimed=$(claim "$front" "$link" first)
holds "repeating the claim returns the same ticket" is "$(jq -r .url <<<"$claimed")" "$ticket"
holds "one download is counted" is "$(used "$request")" 1

step "A node dies during a download, and another one continues it"
curl --silent --limit-rate 4M --dump-header "$files/first" --output "$files/got.pdf" "$ticket" &
download=$!
until [ "$(stat --format %s "$files/got.pdf" 2>/dev/null || echo 0)" -gt 2000000 ]; do sleep 0.1; done
dead=$(who_answered "$files/first")
kill_node "$dead"
say "node $dead, which served it, was killed with -9"
status=0
wait "$download" || status=$?
# 18: the connection ended before the file did.
holds "the download was interrupted after $(stat --format %s "$files/got.pdf") bytes of 60,000,009" is "$status" 18
curl --silent --show-error --fail --continue-at - --dump-header "$files/second" --output "$files/got.pdf" "$ticket"
other=$(who_answered "$files/second")
holds "it was resumed on node $other" test "$other" -ne "$dead"
holds "the bytes are identical to the upload" cmp "$files/got.pdf" "$files/scan.pdf"
holds "one download is counted" is "$(used "$request")" 1

step "The dead node restarts"
restart_node "$dead"

step "Sixty clients claim five downloads at once"
printf '%%PDF-1.7\nshort' >"$files/short.pdf"
request=$(deliver show-2 "$files/short.pdf" 5 p-2041)
link=$(link_to "$request")
claims=()
for number in {1..60}; do
    claim "$front" "$link" "key-$number" >"$files/claim-$number.json" &
    claims+=($!)
done
wait "${claims[@]}"
granted=$(jq -s 'map(select(.url)) | length' "$files"/claim-*.json)
refused=$(jq -s 'map(select(.code == "exhausted")) | length' "$files"/claim-*.json)
holds "5 are granted, 55 refused" is "$granted $refused" "5 55"
for number in 1 2 3; do
    late=$(claim "${node[$number]}" "$link" "late-$number" | jq -r .code)
    holds "node $number refuses another" is "$late" exhausted
done
holds "five downloads are counted" is "$(used "$request")" 5

step "A node dies while it sends an email, and another one sends it"
address=carla.santos@show.example.org
"${as_host[@]}" -X PUT "$front/api/v1/participants/CA-BVAU/patrons/p-3077" \
    --json '{ "name": "Carla Santos", "email": "'"$address"'" }'
request=$(deliver show-3 "$files/short.pdf" 5 p-3077)
echo "$address" >"$folder/mail/hold"
"${as_host[@]}" -X POST "$front/api/v1/requests/$request/receive"
wait_until "a node is waiting for the mail server" test -s "$folder/mail/held"
dead=$(sed 's/node-//' "$folder/mail/held")
kill_node "$dead"
rm "$folder/mail/hold"
say "node $dead, which was sending, was killed with -9; its lease on the email ends in 10 seconds"
arrived() { grep -lF "$address" "$folder"/mail/*.eml >"$files/mails"; }
wait_until "the email arrived" arrived
holds "another node sent it" is "$(grep -c "node-$dead" "$files/mails")" 0
holds "it was sent once" is "$(wc -l <"$files/mails")" 1
restart_node "$dead"

step "The signing key is rotated while all nodes run"
# The number of the key that signed a link: the second byte of its token.
signed_by() { head -c 4 <<<"${1##*/}" | tr -- '-_' '+/' | base64 --decode | od -An -tu1 -j1 -N1 | tr -d ' '; }
old=$(link_to "$request")
"$desk" --config "$folder/node-1.toml" keys rotate | sed 's/^/   /'
is_new() { new=$(link_to "$request") && [ "$(signed_by "$new")" -gt "$(signed_by "$old")" ]; }
wait_until "links are signed by the new key" is_new
for number in 1 2 3; do
    for which in "$old" "$new"; do
        opened=$(curl --silent --output /dev/null --write-out '%{http_code}' "${node[$number]}${which#"$front"}")
        holds "node $number opens the link of key $(signed_by "$which")" is "$opened" 200
    done
done
for number in 1 2 3; do holds "node $number was not restarted" runs "node-$number"; done

step "All checks passed"
