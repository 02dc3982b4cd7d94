# SPDX-License-Identifier: Apache-2.0
# Completion for fish.  Commands, options and what an option takes are read from the program's own --help.

function __basedrift_command
    set -l words (commandline -opc)
    test (count $words) -ge 2; and echo $words[2]
end

function __basedrift_commands
    basedrift --help 2>/dev/null | string replace -rf '^  ([a-z]+)  +(.*)$' '$1\t$2'
end

function __basedrift_options
    basedrift (__basedrift_command) --help 2>/dev/null | string replace -rf '^ +(?:-[a-zA-Z], )?(--[a-z0-9-]+)(?: [^ ]+)?  +(.*)$' '$1\t$2'
end

# what the option before the cursor takes: FILE, DIR, …
function __basedrift_takes
    set -l words (commandline -opc)
    set -l option $words[-1]
    test "$option" = -o; and set option --output
    string match -q -- '--*' $option; or return 1
    basedrift (__basedrift_command) --help 2>/dev/null | string replace -rf '^ +(?:-[a-zA-Z], )?'$option' ([^ ]+)  +.*$' '$1'
end

function __basedrift_values
    switch (__basedrift_takes)
        case 'FORMAT*'
            switch (__basedrift_command)
                case collect run
                    printf '%s\n' record files
                case log affected store
                    printf '%s\n' text json
                case export
                    printf '%s\n' record cyclonedx spdx
                case '*'
                    basedrift --version 2>/dev/null | string replace -rf '^ *reports: ' '' | string split ', '
            end
        case BOOL
            printf '%s\n' true false
        case WHEN
            printf '%s\n' auto always never
        case STATUS
            printf '%s\n' passed failed unknown
        case HOW
            printf '%s\n' inline linked
        case DIR
            __fish_complete_directories (commandline -ct)
        case FILE PATH
            __fish_complete_path (commandline -ct)
    end
end

function __basedrift_wants_value
    test -n "$(__basedrift_takes)"
end

complete -c basedrift -n 'test -z (__basedrift_command)' -f -a '(__basedrift_commands)'
complete -c basedrift -n '__basedrift_wants_value' -f -a '(__basedrift_values)'
complete -c basedrift -n 'not __basedrift_wants_value; and string match -q -- "-*" (commandline -ct)' -f -a '(__basedrift_options)'
