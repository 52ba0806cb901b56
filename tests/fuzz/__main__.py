"""``python -m tests.fuzz``: each target in turn for some seconds; or one for as long as it takes to find something.

With a target as its argument, what follows goes to libFuzzer (see atheris). Inputs that were found to be worth keeping
are files in ``tests/fuzz/corpus/TARGET``; those that made a target fail are there, too, once that is mended.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

TARGETS: Final = ("config", "luxi", "filter", "regex", "datagram", "job", "response", "node-answer")
"""Names of the targets; their module is imported where it is fuzzed only, instrumented."""

CORPUS: Final = Path(__file__).with_name("corpus")
WORDS: Final = Path(__file__).with_name("words.txt")
"""A dictionary for libFuzzer: what stands in JSON, filters, regular expressions and the protocols."""

MAX_SIZE: Final = 4096


def main(argv: Sequence[str]) -> int:
    """Fuzz; returns 0 if no target has failed."""
    if argv and argv[0] in TARGETS:
        return fuzz_here(argv[0], argv[1:])
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz all targets in turn.")
    parser.add_argument("--seconds", type=int, default=5, metavar="N", help="for each target (%(default)s)")
    options = parser.parse_args(argv)
    failed = [name for name in TARGETS if fuzz_apart(name, options.seconds) != 0]
    print(f"{len(TARGETS)} targets, failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def fuzz_apart(name: str, seconds: int) -> int:
    """Fuzz a target in a process of its own; what is found besides goes to a directory that is thrown away."""
    with TemporaryDirectory() as found:
        limits = [f"-max_total_time={seconds}", f"-max_len={MAX_SIZE}", f"-dict={WORDS}", "-timeout=10", "-seed=1"]
        places = [found, str(CORPUS / name), f"-artifact_prefix={Path.cwd()}/"]
        return subprocess.run([sys.executable, "-m", "tests.fuzz", name, *limits, *places], check=False).returncode


def fuzz_here(name: str, arguments: Sequence[str]) -> int:
    """Hand over to libFuzzer, which ends the process."""
    import atheris  # noqa: PLC0415 - not everybody who runs the tests has it

    with atheris.instrument_imports(include=["confd", "ganeti_lite"]):
        from .targets import run_target  # noqa: PLC0415 - see above
    atheris.Setup([sys.argv[0], *arguments], lambda data: run_target(name, data))
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
