# SPDX-License-Identifier: Apache-2.0
# Checks that hold on every engine of the store.  Sourced by tests/integration/store*.sh; each takes the URL of an empty store.
# shellcheck shell=bash disable=SC2154 # here, work and fail are of tests/integration/run
records=$here/../support/store_records

on() { # on STORE ARGUMENTS...: quietly
	"$BASEDRIFT" "${@:2}" --store "$1" -q
}

json_is() { # json_is FILE FILTER...
	local filter
	for filter in "${@:2}"; do
		jq -e "$filter" "$1" >/dev/null || fail "$1 is not: $filter: $(jq -c . "$1" | cut -c1-2000)"
	done
}

clean() { # clean STORE
	on "$1" store check >check.out 2>&1 || fail "store check: $(head -n 20 check.out)"
}

check_story() {
	local store=$1 project status
	mkdir -p story && (cd story && "$records" story)
	# any order of arrival
	find story -name '*.jsonl' | sort -R --random-source="$BASEDRIFT" | xargs "$BASEDRIFT" import -q --store "$store"
	for project in orders:python:2.7 payments:node:8; do
		status=0
		on "$store" why "${project%%:*}" -o json=why.json || status=$?
		[ "$status" -eq 1 ] || fail "why ${project%%:*}: status $status"
		json_is why.json '.verdict.cause == "base-image-moved"' ".causes[0].reference == \"${project#*:}\"" '.source.same' \
			'.choice | test("is the newest build of main that passed before #5 started")'
	done
	json_is why.json '.a.id == "2"' '.b.id == "5"'
	status=0
	on "$store" why billing >out 2>err || status=$?
	[ "$status" -eq 2 ] && grep -q 'no build of billing has failed' err || fail "why billing: $(cat out err)"
	on "$store" affected python:2.7 --format json >affected.json
	json_is affected.json '.projects | length == 2' '.projects[0] | .project == "billing" and .outlook == "next" and .last_good.build == "#5"' \
		'.projects[1] | .project == "orders" and .outlook == "failing" and .last_good.build == "#3" and .newest.build == "#5"'
	on "$store" affected node:8 --format json >affected.json
	json_is affected.json '[.projects[] | .project + .outlook] == ["paymentsfailing"]'
	on "$store" affected --package pkg:deb/debian/libssl1.1@1.1.1-1 --format json >affected.json
	json_is affected.json '[.projects[].project] == ["billing", "orders", "payments"]'
	on "$store" diff 'orders#3' '@last-failed' --project orders -o json=diff.json || [ $? -eq 1 ]
	json_is diff.json '.a.id == "3" and .b.id == "5"' '.choice == null'
	clean "$store"
}

check_history() {
	local store=$1
	mkdir -p history && (cd history && "$records" history "$here/../data/tag-history/moves.jsonl")
	"$BASEDRIFT" import -q --store "$store" history/*.jsonl
	on "$store" log app --bases --format json >bases.json
	json_is bases.json '.references | length == 1' '.references[0] | .image_moves == 8 and .index_moves == 37 and (.states | length) == 38' \
		'[.references[0].states[] | select(.image_moved)] | length == 8' \
		'.references[0].states[0] | .first_seen == "2017-09-12T23:47:50Z" and .first_build == "#0"'
	on "$store" log app --bases >bases.txt
	grep -q '^python:2.7: 8 moves of the image, 37 moves of the index' bases.txt || fail "$(head -n 1 bases.txt)"
	[ "$(grep -c ' image  *image ' bases.txt)" -eq 8 ] || fail "log --bases does not show 8 moves of the image"
}

# Every record that went in comes out byte for byte, also through a file and another store.
check_bytes() {
	local store=$1 file name
	on "$store" store export all.jsonl
	"$BASEDRIFT" import -q --store "sqlite:$PWD/copy.db" all.jsonl
	"$BASEDRIFT" import --store "sqlite:$PWD/copy.db" "$store" 2>err
	grep -q ', 0 new' err || fail "importing twice: $(cat err)"
	on "sqlite:$PWD/copy.db" store export again.jsonl
	cmp all.jsonl again.jsonl || fail "what was exported, imported and exported differs"
	for file in story/*.jsonl; do
		name=$(basename "$file" .jsonl)
		grep -qF -- "$(sed -n 2p "$file")" all.jsonl || fail "$name is not in the export"
	done
}

# check_killed STORE N: writers are killed at any moment; what one said it had stored is there.
check_killed() {
	local store=$1 count=$2 i pid stored=0 killed=0
	mkdir -p killed && (cd killed && "$records" many k "$count" killed)
	on "$store" store init
	: >acknowledged
	for ((i = 0; i < count; i++)); do
		"$BASEDRIFT" import -q --store "$store" "killed/k-$i.jsonl" 2>/dev/null &
		pid=$!
		sleep "0.$(printf '%03d' $((RANDOM % 100)))"
		kill -9 "$pid" 2>/dev/null || true
		if wait "$pid" 2>/dev/null; then
			echo "k-$i" >>acknowledged
			stored=$((stored + 1))
		else
			killed=$((killed + 1))
		fi
	done
	[ "$killed" -ge $((count / 10)) ] && [ "$stored" -ge $((count / 10)) ] || fail "$killed killed, $stored stored: nothing is shown by that"
	clean "$store"
	on "$store" log killed --limit 0 --format json | jq -r '.builds[].id' | sort >there
	sort acknowledged | comm -23 - there >lost
	[ ! -s lost ] || fail "acknowledged and lost: $(tr '\n' ' ' <lost)"
	printf 'killed %d, stored %d, there %d\n' "$killed" "$stored" "$(wc -l <there)"
}

# check_writers STORE N: N at once, ten builds each.
check_writers() {
	local store=$1 count=$2 i
	local -a writers=()
	mkdir -p writers
	for ((i = 0; i < count; i++)); do
		(cd writers && "$records" many "w$i" 10 together)
	done
	for ((i = 0; i < count; i++)); do
		(for n in 0 1 2 3 4 5 6 7 8 9; do "$BASEDRIFT" import -q --store "$store" "writers/w$i-$n.jsonl" || exit 1; done) 2>>writers.err &
		writers+=($!)
	done
	for i in "${writers[@]}"; do
		wait "$i" || fail "a writer failed: $(head -n 5 writers.err)"
	done
	on "$store" store stats --format json >stats.json
	[ "$(on "$store" log together --limit 0 --format json | jq '.builds | length')" -eq $((count * 10)) ] || fail "of $((count * 10)) builds: $(cat stats.json)"
	clean "$store"
}
