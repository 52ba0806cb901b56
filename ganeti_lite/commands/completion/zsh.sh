# Completes Ganeti Lite's commands in zsh, once compinit has run:  source <(ganeti-lite completion zsh)
_ganeti_lite() {
  local -a candidates
  candidates=("${(@f)$(ganeti-lite completion candidates -- "${(@)words[1,CURRENT]}" 2>/dev/null)}")
  compadd -Q -- "${(@)candidates:#}"
}
compdef _ganeti_lite gnt-backup gnt-cluster gnt-debug gnt-filter gnt-group gnt-instance gnt-job gnt-network gnt-node gnt-os
