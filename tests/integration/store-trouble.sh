# SPDX-License-Identifier: Apache-2.0
# The store where things go wrong: no space, no permission, damage, a newer version.  What was stored stays, the message says what to
# do, and `collect` still writes its record file.
# shellcheck shell=bash disable=SC2154
need_tool python3 jq
# shellcheck source=../support/store.sh
. "$here/../support/store.sh"
mkdir -p files && printf 'hello\n' >files/hello
image_of files app.tar docker-archive

trouble() { # trouble PATTERN COMMAND...: status 2, one error
	local pattern=$1 status=0
	shift
	"$@" >out 2>err || status=$?
	[ "$status" -eq 2 ] || fail "status $status: $*: $(cat err)"
	[ "$(grep -c '^basedrift: error: ' err)" -eq 1 ] || fail "$*: $(cat err)"
	grep -qE -- "$pattern" err || fail "\"$(cat err)\" has nothing of \"$pattern\""
}
collect() { # collect STORE [OPTION...]
	"$BASEDRIFT" collect docker-archive:app.tar --project app --build-id "$RANDOM" --store "$1" "${@:2}" >/dev/null
}
builds() {
	on "$1" log app --limit 0 --format json | jq '.builds | length'
}

# a file size limit stands for a full disk that the file system reports at once
store=sqlite:$PWD/limit.db
collect "$store" -q
before=$(builds "$store")
(
	ulimit -f 20
	trouble 'nothing of this was stored' collect "$store" -o record=kept.jsonl
)
"$BASEDRIFT" diff kept.jsonl kept.jsonl >/dev/null || fail "the record file is not whole"
clean "$store"
[ "$(builds "$store")" -eq "$before" ] || fail "a build that was not stored is there"
"$BASEDRIFT" import -q --store "$store" kept.jsonl
[ "$(builds "$store")" -eq $((before + 1)) ] || fail "the record that was kept cannot be imported"

# the same without a record file: it is rescued
(
	ulimit -f 20
	trouble 'nothing of this was stored' collect "$store"
	grep -q 'the record is in basedrift-' err || fail "nothing is rescued: $(cat err)"
)
"$BASEDRIFT" import -q --store "$store" basedrift-*.jsonl

# really full, and really read-only, where this test may mount
mkdir small
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=400k none small 2>/dev/null; then
	trap 'umount -l small 2>/dev/null; finish' EXIT
	small=sqlite:$PWD/small/store.db
	collect "$small" -q
	fallocate -l 400k small/filler 2>/dev/null || dd if=/dev/zero of=small/filler bs=4k 2>/dev/null || true
	trouble 'nothing of this was stored' collect "$small" -o record=kept2.jsonl
	rm small/filler
	clean "$small"
	collect "$small" -q
	[ "$(builds "$small")" -eq 2 ] || fail "after the disk was full"
	mount -o remount,ro small
	trouble 'may only be read|cannot be opened' collect "$small" -o record=kept3.jsonl
	[ -s kept3.jsonl ] || fail "collect wrote no record file"
	[ "$(builds "$small")" -eq 2 ] || fail "a read-only store cannot be read"
	clean "$small"
else
	echo "not mounted: a full disk and a read-only one are not tried"
fi

# damage: at the beginning, in the middle, cut off
cp limit.db whole.db
printf 'this is no store' | dd of=limit.db conv=notrunc 2>/dev/null
rm -f limit.db-wal limit.db-shm
trouble 'damaged, or no store at all' collect "$store" -o record=kept4.jsonl
[ -s kept4.jsonl ] || fail "collect wrote no record file"
trouble 'damaged' on "$store" why app
cp whole.db limit.db
python3 - limit.db <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
for at in range(len(data) // 2, len(data) // 2 + 4096):
    data[at] ^= 0xff
open(sys.argv[1], "wb").write(data)
PY
trouble 'problem|damaged' on "$store" store check
truncate -s 20000 limit.db
trouble 'problem|damaged' on "$store" store check

# a newer store is refused and left alone
cp whole.db limit.db
python3 -c 'import sqlite3; db = sqlite3.connect("limit.db"); db.execute("UPDATE basedrift_meta SET number = 99"); db.commit()'
trouble 'newer basedrift .*update basedrift' on "$store" log app
trouble 'newer basedrift' collect "$store" -o record=kept5.jsonl
[ -s kept5.jsonl ] || fail "collect wrote no record file"

# nothing there, no place for it, no store at all
trouble 'is not there yet' on "sqlite:$PWD/none.db" log app
[ ! -e none.db ] || fail "looking made a store"
trouble 'cannot be opened' collect "sqlite:$PWD/no/folder/x.db" -o record=kept6.jsonl
[ -s kept6.jsonl ] || fail "collect wrote no record file"
trouble 'write sqlite:PATH' on nonsense log app
trouble 'name one with --store' on none log app
# run asks before the build, not after it
trouble 'cannot be opened' "$BASEDRIFT" run --store "sqlite:$PWD/no/folder/x.db" -- touch started
[ ! -e started ] || fail "the build was run although it could not be recorded"
# the default store is a convenience: a record file is enough
(unset BASEDRIFT_STORE && HOME=/dev/null "$BASEDRIFT" collect docker-archive:app.tar -o record=kept7.jsonl 2>err) || fail "$(cat err)"
grep -q 'warning: not kept' err || fail "$(cat err)"
# … and it makes its own folders
(unset BASEDRIFT_STORE && HOME=$PWD/home && mkdir home && export HOME && "$BASEDRIFT" collect docker-archive:app.tar --project app -q >/dev/null)
[ -s home/.local/share/basedrift/store.db ] || fail "there is no default store"
