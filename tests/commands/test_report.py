"""Reports."""

from ganeti_lite.commands.report import Section, lay_out_report


def test_layout() -> None:
    """Names and values are nested by two blanks, mappings are sorted, sections are not, lists have dashes."""
    report = Section(
        (
            ("z", "text: with a colon"),
            ("a", Section((("y", None), ("x", {"b": True, "a": 1})))),
            ("list", ["one", {"k": 1, "j": [2, 3]}, Section((("s", Section(())),))]),
            ("empty", {}),
            ("nothing", []),
            ("blank", ""),
        )
    )
    assert lay_out_report(report) == [
        "z: text: with a colon",
        "a: ",
        "  y: None",
        "  x: ",
        "    a: 1",
        "    b: True",
        "list: ",
        "  - one",
        "  - j: ",
        "      - 2",
        "      - 3",
        "    k: 1",
        "  - s: ",
        "empty: ",
        "nothing: ",
        "blank: ",
    ]
