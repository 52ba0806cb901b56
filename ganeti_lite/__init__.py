"""The query side of a Ganeti cluster, answered from an immutable snapshot of its configuration."""
