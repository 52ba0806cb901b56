"""What can be asked for, how, and how the answers look."""

from collections.abc import Sequence

import pytest

from ganeti_lite.commands.confd._answers import show_any
from ganeti_lite.commands.confd._queries import WrongQueryError
from ganeti_lite.commands.confd._types import COMMANDS, ConfdCommand, find_command
from ganeti_lite.constants import ConfdField, ConfdRequest
from ganeti_lite.wire.confd import Query, QueryObject


def command(word: str) -> ConfdCommand:
    """The command of that word."""
    found = find_command(word)
    assert found is not None
    return found


def test_every_type_has_a_word_and_a_number() -> None:
    """Each type of request is found by its word and by its number, and by nothing else."""
    assert [each.request_type for each in COMMANDS] == list(ConfdRequest)
    for each in COMMANDS:
        assert find_command(each.word) is each
        assert find_command(str(each.request_type.value)) is each
    assert find_command("nosuch") is None
    assert find_command("12") is None


@pytest.mark.parametrize(
    ("word", "words", "link", "query"),
    [
        ("ping", [], None, None),
        ("node-role", ["node1"], None, "node1"),
        ("node-ip", ["192.0.2.1"], None, QueryObject(ip="192.0.2.1")),
        ("node-ip", ["a", "b"], "br0", QueryObject("br0", ips=("a", "b"))),
        ("cluster-master", [], None, None),
        (
            "cluster-master",
            ["master-ip", "name"],
            None,
            QueryObject(fields=(ConfdField.MASTER_IP, ConfdField.MASTER_NAME)),
        ),
        ("instance-ips", [], None, None),
        ("instance-ips", ["br0"], None, "br0"),
        ("instance-ips", [], "br0", "br0"),
        ("config", ["/cluster"], None, "/cluster"),
    ],
)
def test_queries(word: str, words: Sequence[str], link: str | None, query: Query) -> None:
    """What follows the word becomes the query."""
    assert command(word).read_query(words, link) == query


@pytest.mark.parametrize(
    ("word", "words", "link", "complaint"),
    [
        ("ping", ["x"], None, "takes no query"),
        ("node-role", [], None, "one query, a node"),
        ("instance-disks", ["a", "b"], None, "one query, an instance"),
        ("node-ip", [], None, "at least one"),
        ("cluster-master", ["colour"], None, "not colour"),
        ("instance-ips", ["a", "b"], None, "one link"),
        ("instance-ips", ["a"], "b", "one link"),
        ("node-ips", [], "br0", "no --link"),
        ("config", ["/a"], "br0", "no --link"),
    ],
)
def test_wrong_queries_are_refused(word: str, words: Sequence[str], link: str | None, complaint: str) -> None:
    """What does not fit is refused with a text that says in what way."""
    with pytest.raises(WrongQueryError, match=complaint):
        command(word).read_query(words, link)


@pytest.mark.parametrize(
    ("word", "query", "answer", "lines"),
    [
        ("ping", None, 3000000, ["3000000"]),
        ("node-role", "x", 0, ["master"]),
        ("node-role", "x", 4, ["regular"]),
        ("node-ip", QueryObject(ip="a"), "192.0.2.1", ["192.0.2.1"]),
        ("node-ip", QueryObject(ips=("a", "b")), [[0, "192.0.2.1", 5], [1, 0, 0]], ["a 192.0.2.1", "b unknown"]),
        ("cluster-master", None, "node1", ["node1"]),
        ("node-ips", None, ["a", "b"], ["a", "b"]),
        ("node-ips", None, [], []),
        ("node-drbd", "x", [["n1", 0, "i1", "disk/0", "primary", "n2"]], ["n1 0 i1 disk/0 primary n2"]),
        ("node-instances", "x", [[{"name": "a", "uuid": "u"}], [{"uuid": "v"}]], ["primary a", "secondary v"]),
        (
            "instance-disks",
            "x",
            [{"dev_type": "drbd", "size": 10, "uuid": "u"}, {"uuid": "v"}],
            ["disk/0 drbd 10 MiB u", "disk/1 - - MiB v"],
        ),
        ("config", "/x", {"a": 1}, ['{\n  "a": 1\n}']),
        ("config", "/x", True, ["true"]),
        ("config", "/x", None, ["null"]),
        ("config", "/x", [[1]], ["[\n  [\n    1\n  ]\n]"]),
        (
            "data-collectors",
            None,
            {"drbd": {"active": True, "interval": 5_000_000}, "lv": {"active": False, "interval": 2_500_000}},
            ["drbd active every 5 s", "lv inactive every 2.5 s"],
        ),
    ],
)
def test_answers_are_shown_to_people(word: str, query: Query, answer: object, lines: list[str]) -> None:
    """Each type's answers have lines of their own."""
    assert list(command(word).show(answer, query)) == lines


def test_text_is_shown_as_it_is() -> None:
    """No quotes, no escapes."""
    assert list(show_any("größe", None)) == ["größe"]
    assert list(show_any({"ü": 1}, None)) == ['{\n  "ü": 1\n}']
