"""What breaks around the daemon, and what the daemon makes of it: docs/faults.md lists all of it."""
