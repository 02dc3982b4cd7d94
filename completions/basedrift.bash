# SPDX-License-Identifier: Apache-2.0
# Completion for bash.  Commands, options and what an option takes are read from the program's own --help, so they are always those
# of the program that is installed.
# shellcheck shell=bash

# _basedrift_options PROGRAM COMMAND: one option a line, then what it takes
_basedrift_options() {
	"$1" "$2" --help 2>/dev/null | sed -nE 's/^ +(-[a-zA-Z], )?(--[a-z0-9-]+)( ([^ ]+))?(  .*)?$/\2 \4/p'
}

_basedrift_values() { # PROGRAM COMMAND WHAT CURRENT
	case $3 in
	FORMAT*)
		case $2 in
		collect | run) compgen -W "record files" -- "$4" ;;
		log | affected | store) compgen -W "text json" -- "$4" ;;
		export) compgen -W "record cyclonedx spdx" -- "$4" ;;
		*) compgen -W "$("$1" --version 2>/dev/null | sed -n 's/^ *reports: //p' | tr -d ,)" -- "$4" ;;
		esac
		;;
	BOOL) compgen -W "true false" -- "$4" ;;
	WHEN) compgen -W "auto always never" -- "$4" ;;
	STATUS) compgen -W "passed failed unknown" -- "$4" ;;
	HOW) compgen -W "inline linked" -- "$4" ;;
	DIR) compgen -d -- "$4" ;;
	FILE | PATH) compgen -f -- "$4" ;;
	esac
}

_basedrift() {
	local program=$1 current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} option what i
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$("$program" --help 2>/dev/null | sed -nE 's/^  ([a-z]+)  +.*/\1/p') --help --version" -- "$current")
		return
	fi
	# behind "--" of run stands another command
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [ "$command" = run ] && [ "${COMP_WORDS[i]}" = -- ]; then
			compopt -o default 2>/dev/null
			return
		fi
	done
	# bash takes "--color=al" and "html=x" apart at the "="
	if [ "$current" = = ]; then
		option=$before current=""
	elif [ "$before" = = ]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	else
		option=$before
		[ "$option" = -o ] && option=--output
		if [[ $option != -* && $current == -* ]] || [[ $current == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$(_basedrift_options "$program" "$command" | cut -d' ' -f1)" -- "$current")
			return
		fi
	fi
	what=$(_basedrift_options "$program" "$command" | sed -n "s/^$option //p")
	if [[ $option == --* ]] && [ -n "$what" ]; then
		mapfile -t COMPREPLY < <(_basedrift_values "$program" "$command" "$what" "$current")
		[[ $what == FORMAT*FILE* ]] && compopt -o nospace 2>/dev/null
		return
	fi
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$current")
}

complete -F _basedrift basedrift
