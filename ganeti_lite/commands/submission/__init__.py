"""How commands run jobs: declarations, one job and its log, several jobs at once."""
