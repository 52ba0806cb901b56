"""Reading the command line."""

import pytest

from ganeti_lite.commands.options import HELP, Option, UsageError, read_options

OPTIONS = (
    Option(("--no-headers",), "no titles"),
    Option(("--node-list", "-n"), "nodes", "NODES"),
    Option(("--units",), "units", "UNITS", ("h", "m")),
    Option(("--verbose", "-v"), "words"),
    Option(("--filter", "-F"), "filter"),
    HELP,
)


@pytest.mark.parametrize(
    ("words", "texts", "arguments"),
    [
        ("", {}, ""),
        ("a b", {}, "a b"),
        ("-v a", {"verbose": ""}, "a"),
        ("a -v", {}, "a -v"),
        ("-v -- -v", {"verbose": ""}, "-v"),
        ("- -v", {}, "- -v"),
        ("-vF a", {"verbose": "", "filter": ""}, "a"),
        ("-vnx a", {"verbose": "", "node-list": "x"}, "a"),
        ("-n x a", {"node-list": "x"}, "a"),
        ("-n -v a", {"node-list": "-v"}, "a"),
        ("--node-list x", {"node-list": "x"}, ""),
        ("--node-list=x=y", {"node-list": "x=y"}, ""),
        ("--node-list= a", {"node-list": ""}, "a"),
        ("--nod x", {"node-list": "x"}, ""),
        ("--no-h", {"no-headers": ""}, ""),
        ("--units h --units=m", {"units": "m"}, ""),
        ("--help --bogus", {"help": ""}, "--bogus"),
        ("-hn x", {"help": "", "node-list": "x"}, ""),
    ],
)
def test_words(words: str, texts: dict[str, str], arguments: str) -> None:
    """Options in every form, up to the first word that is none."""
    values, rest = read_options(OPTIONS, words.split())
    assert values.texts == texts
    assert list(rest) == arguments.split()
    assert all(values.has(key) and values.text(key) == text for key, text in texts.items())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--bogus", "no such option: --bogus"),
        ("--bogus=1", "no such option: --bogus"),
        ("-x", "no such option: -x"),
        ("-vx", "no such option: -x"),
        ("-n", "-n option requires 1 argument"),
        ("-vn", "-n option requires 1 argument"),
        ("--node-list", "--node-list option requires 1 argument"),
        ("--verbose=1", "--verbose option does not take a value"),
        ("--no", "ambiguous option: --no (--no-headers, --node-list?)"),
        ("--units x", "option --units: invalid choice: 'x' (choose from 'h', 'm')"),
        ("--units=", "option --units: invalid choice: '' (choose from 'h', 'm')"),
    ],
)
def test_wrong_words(words: str, message: str) -> None:
    """Each mistake has its own message, in the words that Ganeti's commands have for it."""
    with pytest.raises(UsageError) as raised:
        read_options(OPTIONS, words.split())
    assert str(raised.value) == message
