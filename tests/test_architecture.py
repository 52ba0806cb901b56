"""What holds for the project as a whole: imports point down, listings start fast, plugins are found."""

import configparser
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SLOW_TO_IMPORT = {"cattrs", "twisted", "zope"}


def console_scripts() -> dict[str, str]:
    """The commands that an installation brings, with the module that each starts."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    lines = config["options.entry_points"]["console_scripts"].strip().splitlines()
    pairs = (line.split(" = ") for line in lines)
    return {name: target.partition(":")[0] for name, target in pairs}


def listing_modules() -> list[str]:
    """The modules behind the ``gnt-*`` commands."""
    return sorted(module for name, module in console_scripts().items() if name.startswith("gnt-"))


def modules_loaded_by(module: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded once it has imported ``module``."""
    program = f"import json, sys, {module}; print(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(json.loads(shown.stdout))


def test_import_contracts_hold() -> None:
    """Every contract in .importlinter is kept."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", listing_modules())
def test_commands_start_without_the_slow_libraries(module: str) -> None:
    """Starting a command loads neither Twisted nor cattrs."""
    assert not modules_loaded_by(module) & SLOW_TO_IMPORT


def test_plugin_folders_add_to_twisted() -> None:
    """No ``__init__.py`` hides Twisted's own package behind the plugin folders."""
    assert not list((ROOT / "twisted").rglob("__init__.py"))
