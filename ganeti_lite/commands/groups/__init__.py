"""The commands of ``gnt-group`` that are not lists."""
