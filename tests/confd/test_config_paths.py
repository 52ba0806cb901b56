"""Paths into the configuration."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confd.bounded_json import encode_bounded
from confd.config_paths import find_value, parse_path

from .recorded import load_config_bytes, load_snapshot


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("", []),
        ("cluster", []),
        ("//", []),
        ("/~", []),
        ("/", [""]),
        ("/a/b", ["a", "b"]),
        ("/a/", ["a", ""]),
        ("/a//b", ["a"]),
        ("/a//", ["a"]),
        ("/a~1b/~0/~01", ["a/b", "~", "~1"]),
        ("/a~2b", ["a"]),
        ("/a/b~", ["a", "b"]),
        ("/a/b~/c", ["a", "b"]),
        ("/ü/\n", ["ü", "\n"]),
    ],
)
def test_paths_are_read_as_far_as_they_can_be(path: str, keys: list[str]) -> None:
    """Keys come out unescaped; what is malformed ends the path."""
    assert parse_path(path) == keys


def list_paths(value: Any, path: str) -> list[tuple[str, Any]]:
    """Every path into a JSON value, with what is there."""
    found = [(path, value)]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += list_paths(item, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found


def test_everything_in_the_file_is_found() -> None:
    """Every value of config.data is found at its path, and is what it is there."""
    config = json.loads(load_config_bytes())
    paths = {path: value for path, value in list_paths(config, "")[1:] if path != "/instances"}
    del paths["/instances/i5"]  # a forthcoming instance: what it lacks is filled in
    for path, value in paths.items():
        assert json.loads(encode_bounded(find_value(load_snapshot(), path), 1 << 20)) == value, path


@given(st.text(max_size=30) | st.lists(st.sampled_from(["/", "~", "cluster", "tags", "0", "1x", "-"])).map("".join))
def test_any_path_leads_somewhere_or_nowhere(path: str) -> None:
    """Whatever is asked for, there is a value or a LookupError."""
    for prefix in ("", "/cluster/tags", "/instances/i1/nics/0"):
        with suppress(LookupError):
            encode_bounded(find_value(load_snapshot(), prefix + path), 1 << 20)
