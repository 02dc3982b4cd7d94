# SPDX-License-Identifier: Apache-2.0
# Programs built by the go command without a network, against what `go version -m` says of them.
# shellcheck shell=bash disable=SC2154
need_tool go
export GOCACHE=$work/go-cache GOPATH=$work/go GOPROXY=off GOFLAGS=-mod=mod GOSUMDB=off GOTOOLCHAIN=local CGO_ENABLED=0 GO111MODULE=on

module() { # module FOLDER PATH FUNCTION
	mkdir -p "$1"
	printf 'module %s\n\ngo 1.17\n' "$2" >"$1/go.mod"
	printf 'package lib\n\nfunc %s() int { return 1 }\n' "$3" >"$1/lib.go"
}
module dep example.com/Dep/v2 A
module other example.com/other B
mkdir -p app root/usr/bin root/opt/lib
cat >app/go.mod <<'END'
module example.com/Org/app

go 1.17

require (
	example.com/Dep/v2 v2.3.4
	example.com/other v0.0.0-20210222170800-9c70f9b80bcf
)

replace example.com/Dep/v2 => ../dep
replace example.com/other v0.0.0-20210222170800-9c70f9b80bcf => ../other
END
cat >app/main.go <<'END'
package main

import (
	dep "example.com/Dep/v2"
	"example.com/other"
)

var version string

func main() { println(dep.A(), lib.B(), version) }
END

build() { # build NAME [OPTION...]
	(cd app && go build -o "../root/usr/bin/$1" "${@:2}" .) >go.log 2>&1 || { cat go.log >&2; fail "go does not build $1"; }
}
sed -i 's,"example.com/other",lib "example.com/other",' app/main.go
build plain
build stripped -trimpath -ldflags='-s -w -buildid='
build pie -buildmode=pie -ldflags=-buildid=
for arch in 386 arm arm64 mips ppc64le riscv64 s390x; do
	GOARCH=$arch build "$arch" -ldflags=-buildid=
done
GOOS=windows build windows.exe
GOOS=darwin build mac
(cd app && go build -o ../root/usr/bin/of-files main.go) || fail "go does not build main.go"
build linked -ldflags='-s -w -X main.version=1.4.2'
if command -v gcc >/dev/null; then
	printf 'package main\n\nimport "C"\n\n//export Answer\nfunc Answer() int { return 42 }\n' >app/c.go
	CGO_ENABLED=1 build libshared.so -buildmode=c-shared -ldflags='-s -w -buildid='
	rm app/c.go
fi
printf '#include <stdio.h>\nint main(void) { return puts("C"); }\n' >c.c
! command -v gcc >/dev/null || gcc c.c -o root/usr/bin/c-program

# as `go version -m` has it: FILE MODULE VERSION, a replacement by a folder has no version
for file in root/usr/bin/*; do
	go version -m "$file" 2>/dev/null | awk -F '\t' -v file="${file#root/}" '
		NR == 1 { split($0, words, ": "); print file, "stdlib", words[2] }
		$2 == "path" { program = $3 }
		$2 == "mod" { has_main = 1 }
		$2 == "=>" { version = $4; if ($3 !~ /^[.\/]/) name = $3 }
		$2 == "mod" || $2 == "dep" { if (name) print file, name, version; name = $3; version = $4 }

		END { if (name) print file, name, version; if (program && !has_main) print file, program, "" }' | sed 's/ (devel)$/ /'
done | sort >wanted
sed -i 's,^usr/bin/linked example.com/Org/app $,usr/bin/linked example.com/Org/app v1.4.2,' wanted
[ "$(grep -c ' stdlib ' wanted)" -ge 13 ] || fail "go reads $(grep -c ' stdlib ' wanted) programs only"

# c-shared libraries: an old go does not say, but they are the same modules
if [ -f root/usr/bin/libshared.so ] && ! grep -q '^usr/bin/libshared.so ' wanted; then
	sed -n 's,^usr/bin/plain ,usr/bin/libshared.so ,p' wanted | sort -o wanted - wanted
fi
for image in rootfs:root docker-archive:a.tar; do
	case $image in docker-archive:*) image_of root a.tar docker-archive ;; esac
	record "$image" | jq -r 'select(.type == "package" and (.purl | startswith("pkg:golang/"))) |
		(.purl | ltrimstr("pkg:golang/") / "@") as [$name, $version] | "\(.path) \(.name // $name) \(.version // $version // "")"' |
		sed -E 's,%2F,/,g' | sort >got
	same "modules of $image" wanted got
	record "$image" >r.jsonl
	jq -se 'all(.[]; .type != "file" or .path != "usr/bin/plain")' r.jsonl >/dev/null || fail "$image: the main module does not own its program"
done
