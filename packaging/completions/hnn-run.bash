# Completion of hnn-run for bash.

_hnn_run_models() {
    hnn-run models 2>/dev/null | while read -r name _; do printf '%s\n' "$name"; done
}

# What follows the last + of a list of engines; auto stands alone.
_hnn_run_engines() {
    local list=${1%"${1##*+}"} names
    names=$(hnn-run engines 2>/dev/null | while read -r name _; do printf '%s\n' "$name"; done)
    [[ $list ]] || names="auto $names"
    compgen -P "$list" -W "$names" -- "${1##*+}"
}

_hnn_run_mechanisms() {
    hnn-run mechanisms --json 2>/dev/null | sed -n 's/^    "name": "\(.*\)",$/\1/p'
}

_hnn_run() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local commands="run validate describe convert models engines mechanisms doctor bench help"
    local model_options="-s --set -h --help"
    local run_options="-o --output --overwrite --resume -e --engine -n --trials --tstop --dt --record
        --precision -j --threads --ranks --devices --cuda-root --progress --dry-run --json -q --quiet -v --verbose $model_options"
    COMPREPLY=()

    case $previous in
    -o | --output | --cuda-root)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        compopt -o filenames
        return
        ;;
    -e | --engine)
        mapfile -t COMPREPLY < <(_hnn_run_engines "$current")
        return
        ;;
    --precision)
        mapfile -t COMPREPLY < <(compgen -W "double mixed" -- "$current")
        return
        ;;
    --progress)
        mapfile -t COMPREPLY < <(compgen -W "auto bar json none" -- "$current")
        return
        ;;
    --record)
        mapfile -t COMPREPLY < <(compgen -W "dipole,spikes dipole,spikes,vsec dipole spikes vsec isec ca dipole_mean" -- "$current")
        return
        ;;
    -n | --trials | -j | --threads | --ranks | --devices | --runs | --tstop | --dt | -s | --set)
        return
        ;;
    esac

    local options=$run_options
    case ${COMP_WORDS[1]} in
    validate) options="-e --engine -n --trials --tstop --dt --record --precision -j --threads --ranks --devices --cuda-root --json $model_options" ;;
    describe) options="--json $model_options" ;;
    convert) options="-o --output -n --trials --tstop --dt --record $model_options" ;;
    models) options="-h --help" ;;
    engines) options="--json -h --help" ;;
    mechanisms) options="--json -h --help" ;;
    doctor) options="--json --cuda-root -h --help" ;;
    bench) options="-e --engine -n --trials --tstop --dt -j --threads --runs --json $model_options" ;;
    help) options="" ;;
    esac

    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
        ((COMP_CWORD == 1)) && mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "--version" -- "$current")
        return
    fi
    case ${COMP_WORDS[1]} in
    models | engines | doctor)
        ((COMP_CWORD > 1)) && return
        ;;
    mechanisms)
        ((COMP_CWORD > 1)) && mapfile -t COMPREPLY < <(compgen -W "$(_hnn_run_mechanisms)" -- "$current") && return
        ;;
    help)
        ((COMP_CWORD > 1)) && mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current") && return
        ;;
    esac
    mapfile -t COMPREPLY < <(
        compgen -d -- "$current"
        compgen -f -X '!*.@(yaml|yml|json|param)' -- "$current"
        compgen -W "$(_hnn_run_models)" -- "$current"
        ((COMP_CWORD == 1)) && compgen -W "$commands" -- "$current"
    )
    compopt -o filenames
}

# the file pattern above needs extended globbing while it is used
shopt -s extglob
complete -F _hnn_run hnn-run
