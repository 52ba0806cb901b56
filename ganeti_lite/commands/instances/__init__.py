"""The commands of ``gnt-instance`` that are not lists."""
