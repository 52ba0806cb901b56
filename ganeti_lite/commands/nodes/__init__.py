"""The commands of ``gnt-node`` that are not lists."""
