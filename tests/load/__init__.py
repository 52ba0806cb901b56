"""How the daemon bears a crowd, some of whom mean it no good."""
