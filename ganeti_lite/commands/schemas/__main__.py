"""Writes the schemas into a directory: ``python -m ganeti_lite.commands.schemas docs/schemas``."""

import sys
from pathlib import Path

from ganeti_lite.commands.schemas import write_schemas

write_schemas(Path(sys.argv[1]))
