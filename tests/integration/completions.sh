# SPDX-License-Identifier: Apache-2.0
# The completions of bash, zsh and fish against the program's own --help: every command, every option, and what options take.
# shellcheck shell=bash disable=SC2154,SC2016
mkdir bin
ln -s "$BASEDRIFT" bin/basedrift
PATH=$PWD/bin:$PATH
source=$here/../../completions
touch some-file

commands() {
	basedrift --help | sed -nE 's/^  ([a-z]+)  +.*/\1/p' | sort
}
options() { # options COMMAND
	basedrift "$1" --help | grep -oE '^ +(-[a-zA-Z], )?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+$' | sort
}
[ "$(commands | wc -l)" -ge 3 ] || fail "--help lists no commands"

# bash_words WORD...: what bash offers for the last word
bash_words() {
	bash --norc -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _basedrift basedrift
		((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' bash "$source/basedrift.bash" "$@" | sort
}
# the completion system of zsh calls the function with these variables; what it would show is printed instead
zsh_words() {
	zsh -f -c 'source=$1; shift; words=("$@"); CURRENT=$#words
		_describe() { [[ $1 == -o ]] && shift; local -a all; all=("${(@P)2}"); print -rl -- ${all%%:*} }
		_files() { print -rl -- *(N) }; compset() { return 1 }; _normal() { print another-command }
		functions[complete_it]="$(<$source)"; complete_it >/dev/null; _basedrift' zsh "$source/_basedrift" "$@" | sort
}
fish_words() {
	fish --no-config -c 'source $argv[1]; complete -C "$argv[2]"' "$source/basedrift.fish" "$*" | cut -f1 | sort
}

check() { # check SHELL
	local shell=$1 name
	"${shell}_words" basedrift '' | grep -v '^-' >got
	same "$shell: commands" <(commands) got
	for name in $(commands); do
		"${shell}_words" basedrift "$name" -- | grep -- '^--.' >got || true
		same "$shell: options of $name" <(options "$name") got
	done
	"${shell}_words" basedrift diff --color '' >got
	same "$shell: --color" <(printf '%s\n' always auto never) got
	"${shell}_words" basedrift diff --format '' >got
	same "$shell: --format of diff" <(basedrift --version | sed -n 's/^ *reports: //p' | tr -d , | tr ' ' '\n') got
	"${shell}_words" basedrift collect --format '' >got
	same "$shell: --format of collect" <(printf '%s\n' files record) got
	"${shell}_words" basedrift collect --provenance some | grep -qx some-file || fail "$shell: no file is offered for a FILE"
}

check bash
bash_words basedrift diff -o html = some | grep -qx some-file || fail "bash: no file behind html="
bash_words basedrift diff --color = al | grep -qx always || fail "bash: nothing behind --color="
for shell in zsh fish; do
	if command -v "$shell" >/dev/null; then check "$shell"; else echo "there is no $shell"; fi
done
