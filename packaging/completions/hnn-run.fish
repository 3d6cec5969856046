# Completion of hnn-run for fish.

set -l commands run validate describe convert models engines mechanisms doctor bench help
set -l no_command "not __fish_seen_subcommand_from $commands"
set -l runs "not __fish_seen_subcommand_from validate describe convert models engines mechanisms doctor bench help"
set -l plans "not __fish_seen_subcommand_from describe convert models engines mechanisms doctor help"
set -l simulates "not __fish_seen_subcommand_from describe models engines mechanisms doctor help"
set -l writes "not __fish_seen_subcommand_from validate describe models engines mechanisms doctor bench help"
set -l reads "not __fish_seen_subcommand_from models engines mechanisms doctor help"
set -l tells "not __fish_seen_subcommand_from convert models help"

complete -c hnn-run -f
complete -c hnn-run -n $no_command -a run -d 'run a model'
complete -c hnn-run -n $no_command -a validate -d 'check a model without running it'
complete -c hnn-run -n $no_command -a describe -d 'print the resolved model as tables'
complete -c hnn-run -n $no_command -a convert -d 'write any accepted input as a YAML model'
complete -c hnn-run -n $no_command -a models -d 'list the bundled models'
complete -c hnn-run -n $no_command -a engines -d 'list the installed engines'
complete -c hnn-run -n $no_command -a mechanisms -d 'list the ion channels and synapses, or describe one'
complete -c hnn-run -n $no_command -a doctor -d 'tell what this machine offers'
complete -c hnn-run -n $no_command -a bench -d 'measure the engines side by side'
complete -c hnn-run -n $no_command -a help -d 'tell how a command is called'
complete -c hnn-run -n $no_command -l version -d 'print the versions'
complete -c hnn-run -n "__fish_seen_subcommand_from help" -a "$commands"
complete -c hnn-run -n "__fish_seen_subcommand_from mechanisms" -a '(hnn-run mechanisms --json 2>/dev/null | string match -rg "^    \"name\": \"(.*)\",\$")' -d mechanism

complete -c hnn-run -n $reads -k -a '(__fish_complete_suffix .yaml .yml .json .param)' -d model
complete -c hnn-run -n $reads -a '(hnn-run models 2>/dev/null | string replace -r " .*" "")' -d 'bundled model'

complete -c hnn-run -s h -l help -d 'tell how the command is called'
complete -c hnn-run -n $reads -s s -l set -x -d 'override a key of the model: path.to.key=value'
complete -c hnn-run -n $writes -s o -l output -r -F -d 'where to write'
complete -c hnn-run -n $plans -s e -l engine -x -a 'auto (hnn-run engines 2>/dev/null | string replace -r " .*" "")' -d 'which engine runs it'
complete -c hnn-run -n $plans -s j -l threads -x -d 'threads of each process'
complete -c hnn-run -n $plans -l ranks -x -d 'start so many MPI ranks'
complete -c hnn-run -n 'not __fish_seen_subcommand_from describe convert models engines mechanisms doctor bench help' -l devices -x -d 'GPUs that may be used, such as 0,2'
complete -c hnn-run -n 'not __fish_seen_subcommand_from describe convert models engines mechanisms doctor bench help' -l precision -x -a 'double mixed' -d 'of numbers, where the engine has it'
complete -c hnn-run -n 'not __fish_seen_subcommand_from describe convert models engines mechanisms bench help' -l cuda-root -r -a '(__fish_complete_directories)' -d 'root of a CUDA toolkit'
complete -c hnn-run -n $simulates -s n -l trials -x -d 'number of trials'
complete -c hnn-run -n $simulates -l tstop -x -d 'duration of a trial, ms'
complete -c hnn-run -n $simulates -l dt -x -d 'time step, ms'
complete -c hnn-run -n $simulates -l record -x -a 'dipole,spikes dipole,spikes,vsec=soma dipole,spikes,vsec=all dipole spikes vsec isec ca dipole_mean' -d 'record exactly these'
complete -c hnn-run -n $runs -l overwrite -d 'replace earlier results'
complete -c hnn-run -n $runs -l resume -d 'run only the missing points of a sweep'
complete -c hnn-run -n $runs -l progress -x -a 'auto bar json none' -d 'how progress is told'
complete -c hnn-run -n $runs -l dry-run -d 'print what would run'
complete -c hnn-run -n $runs -s q -l quiet -d 'errors only'
complete -c hnn-run -n $runs -s v -l verbose -d 'more details'
complete -c hnn-run -n "__fish_seen_subcommand_from bench" -l runs -x -d 'runs of every engine'
complete -c hnn-run -n $tells -l json -d 'print JSON'
