# Completes Ganeti Lite's commands in bash:  source <(ganeti-lite completion bash)
_ganeti_lite() {
  local line
  COMPREPLY=()
  compopt -o nospace 2>/dev/null
  local -a words=("${COMP_WORDS[@]:0:COMP_CWORD+1}")
  # bash cuts words at "=", and at "," nowhere; what belongs together is put together again
  local -a joined=()
  local word
  for word in "${words[@]}"; do
    if [[ ${#joined[@]} -gt 0 && ( $word == "=" || ${joined[-1]} == --*= ) ]]; then
      joined[-1]+=$word
    else
      joined+=("$word")
    fi
  done
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    [[ ${joined[-1]} == --*=* ]] && line=${line#*=}
    COMPREPLY+=("$line")
  done < <(ganeti-lite completion candidates -- "${joined[@]}" 2>/dev/null)
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} != *[,=] && ${joined[-1]} != *,* ]] && compopt +o nospace 2>/dev/null
  return 0
}
complete -F _ganeti_lite gnt-backup gnt-cluster gnt-debug gnt-filter gnt-group gnt-instance gnt-job gnt-network gnt-node gnt-os
