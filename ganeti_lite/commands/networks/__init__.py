"""The commands of ``gnt-network`` that are not lists."""
