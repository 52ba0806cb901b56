"""The commands of ``gnt-filter`` that are not lists."""
