"""The query daemon: one Twisted process that answers queries from the newest snapshot of the configuration."""
