"""What a shell may offer to complete a half-typed command line: commands, options, their values, fields, names.

The scripts beside this module ask for it; ``ganeti-lite completion bash`` and ``zsh`` print them. Names and fields are
asked of the daemon, which must answer within :data:`PATIENCE`: who types does not wait longer, and sees no error.
"""

from ._candidates import PATIENCE, complete
from ._program import main

__all__ = ["PATIENCE", "complete", "main"]
