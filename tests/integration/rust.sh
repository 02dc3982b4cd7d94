# SPDX-License-Identifier: Apache-2.0
# Executables with the section that cargo-auditable adds, put in by objcopy, against the JSON that went in.
# shellcheck shell=bash disable=SC2154
need_tool objcopy python3
mkdir -p root/usr/bin root/usr/lib
if command -v rustc >/dev/null && printf 'fn main() { println!("{}", std::env::args().count()); }\n' >main.rs &&
	printf '#[no_mangle]\npub extern "C" fn sum(a: i32, b: i32) -> i32 {\n    a.checked_add(b).unwrap()\n}\n' >lib.rs &&
	rustc -O -C strip=symbols main.rs -o program 2>rustc.log && rustc -O -C panic=abort -C lto=fat -C strip=symbols --crate-type cdylib lib.rs -o lib.so 2>>rustc.log; then
	: # real ones
elif command -v gcc >/dev/null; then # what Rust's standard library always has: something thread-local
	printf '_Thread_local int panics = 1;\nint sum(int a) { return a + panics++; }\n#ifndef LIB\nint main(int n, char **v) { return sum(n) + !v; }\n#endif\n' >main.c
	gcc -O main.c -o program && gcc -O -DLIB -shared -fPIC main.c -o lib.so
else
	skip "there is neither rustc nor gcc"
fi

python3 - <<'END'
import json, zlib
packages = [{"name": "crate-%d" % i, "version": "%d.%d.0%s" % (i % 7, i, "-rc.1+meta" if i % 50 == 0 else ""), "source": "registry",
             "dependencies": [i - 1] if i else []} for i in range(400)]
packages += [{"name": "crate-3", "version": "0.1.0", "source": "git"}, {"name": "tool", "version": "1.2.3", "source": "local", "root": True},
             {"name": "build-only", "version": "9.9.9", "source": "registry", "kind": "build"},
             {"name": "at_runtime", "version": "1.0.0", "source": "registry", "kind": "runtime"}]
for name, part in (("program", packages), ("lib.so", packages[395:])):
    part = [dict(package, dependencies=[]) for package in part]
    open(name + ".z", "wb").write(zlib.compress(json.dumps({"packages": part, "format": 1}).encode(), 7))
    with open(name + ".txt", "w") as file:
        for package in part:
            if package.get("kind") != "build":
                file.write("%s %s\n" % (package["name"], package["version"]))
END
add() { # add FILE TO
	objcopy --add-section ".dep-v0=$1.z" --set-section-flags .dep-v0=noload,readonly "$1" "$2"
	sed "s,^,${2#root/} ," "$1.txt" >>wanted
}
add program root/usr/bin/tool
add lib.so root/usr/lib/native.abi3.so
printf 'not packed' >bad
objcopy --add-section .dep-v0=bad --set-section-flags .dep-v0=noload,readonly program root/usr/bin/damaged
cp program root/usr/bin/states-nothing
sort -o wanted wanted

for image in rootfs:root docker-archive:a.tar; do
	case $image in docker-archive:*) image_of root a.tar docker-archive ;; esac
	record "$image" >r.jsonl
	jq -r 'select(.type == "package" and (.purl | startswith("pkg:cargo/"))) | (.purl | ltrimstr("pkg:cargo/") / "@") as $parts |
		"\(.path) \($parts[0]) \($parts[1])"' r.jsonl | sed 's,%2B,+,g' | sort >got
	same "crates of $image" wanted got
	jq -se 'any(.[]; .type == "diagnostic" and (.text | contains("usr/bin/damaged")))' r.jsonl >/dev/null || fail "$image: a damaged section is not said"
	jq -se 'all(.[]; .type != "file" or .path != "usr/bin/tool")' r.jsonl >/dev/null || fail "$image: the root crate does not own its program"
	jq -se 'any(.[]; .type == "file" and .path == "usr/bin/states-nothing")' r.jsonl >/dev/null || fail "$image: a program that states nothing is nobody's"
done
