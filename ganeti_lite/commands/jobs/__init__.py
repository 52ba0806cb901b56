"""The commands of ``gnt-job`` and ``gnt-debug`` that are not lists."""
