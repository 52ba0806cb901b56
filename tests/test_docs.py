"""What the documents say of tests is true: each that they name is there."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent
DOCS: Final = TESTS.parent / "docs"
_REFERENCE: Final = re.compile(r"`([\w/]+\.py)::(\w+)`")


def named_tests(document: str) -> list[tuple[str, str]]:
    """File and name of each test that a document of that name has in it."""
    return _REFERENCE.findall((DOCS / document).read_text(encoding="utf-8"))


def defined_names(path: Path) -> set[str]:
    """Functions, methods, classes, and values of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    assigned = (target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets)
    return names | {target.id for target in assigned if isinstance(target, ast.Name)}


@pytest.mark.parametrize("document", ["faults.md", "security.md"])
def test_every_test_that_is_named_exists(document: str) -> None:
    """A row that names a test which is not there would be a promise that nobody keeps."""
    named = named_tests(document)
    assert len(named) > 10
    missing = [f"{file}::{name}" for file, name in named if name not in defined_names(TESTS / file)]
    assert missing == []


def test_every_row_of_faults_names_a_test() -> None:
    """Each fault in the table has one."""
    rows = [line for line in (DOCS / "faults.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    bare = [row for row in rows if not _REFERENCE.search(row) and not row.startswith("| fault |")]
    assert bare == []
