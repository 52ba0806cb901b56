"""What a view works out and what it keeps, seen from a field that notes for how many objects it is asked."""

from collections.abc import Sequence

from attrs import evolve

from ganeti_lite.constants import FieldKind, ItemType
from ganeti_lite.query import View
from ganeti_lite.query.evaluate import evaluate_query
from ganeti_lite.query.fields import Field
from ganeti_lite.query.plan import QueryPlan
from ganeti_lite.query.qfilter import Always
from ganeti_lite.snapshot import ClusterSnapshot, Instance

from .small_clusters import make_named_snapshot

COUNT = 400
NAMES = {f"u{number:03}": f"inst{number:03}" for number in range(COUNT)}
INSTANCE = ItemType.INSTANCE


class NotedRule:
    """Gives an attribute of instances and notes how many it was asked for each time."""

    def __init__(self, attribute: str) -> None:
        self.asked: list[int] = []
        self._attribute = attribute

    def __call__(self, _: ClusterSnapshot, rows: Sequence[Instance]) -> list[object]:
        self.asked.append(len(rows))
        return [getattr(row, self._attribute) for row in rows]


def noted_field(attribute: str = "name") -> tuple[Field, list[int]]:
    """A field, and where it notes what it is asked."""
    rule = NotedRule(attribute)
    return Field("noted", "Noted", FieldKind.TEXT, "For tests", rule), rule.asked


def make_view(column_bytes: int = 1_000_000) -> View:
    """400 instances, named by their positions."""
    return View(make_named_snapshot("instance", NAMES), column_bytes)


def test_few_rows_cost_few() -> None:
    """Values of some rows of a big table are worked out for these rows alone, each time."""
    field, asked = noted_field()
    view = make_view()
    assert view.values(INSTANCE, field, [7]) == ["inst007"]
    assert view.cells(INSTANCE, [field], [9, 7, 9]) == [[b'[0,"inst009"]', b'[0,"inst007"]', b'[0,"inst009"]']]
    assert view.values(INSTANCE, field, list(range(COUNT // 4 - 1)))[-1] == "inst098"
    assert asked == [1, 3, COUNT // 4 - 1]


def test_many_rows_make_the_whole_column_once() -> None:
    """From a quarter of the table on the whole column is worked out, and serves any rows from then on."""
    field, asked = noted_field()
    view = make_view()
    assert view.values(INSTANCE, field, list(range(COUNT // 4)))[-1] == "inst099"
    assert view.values(INSTANCE, field, [7, 3]) == ["inst007", "inst003"]
    assert view.cells(INSTANCE, [field], [399]) == [[b'[0,"inst399"]']]
    assert list(map(len, view.cells(INSTANCE, [field], range(COUNT)))) == [COUNT]
    assert asked == [COUNT]


def test_columns_of_one_query_are_made_once_each() -> None:
    """A field that is asked for twice, or before, is worked out once; the columns come as they were asked for."""
    (first, first_asked), (second, second_asked) = noted_field(), noted_field("uuid")
    second = evolve(second, name="second")
    view = make_view()
    view.values(INSTANCE, first, range(COUNT))
    columns = view.cells(INSTANCE, [second, first, second], list(range(3, COUNT)))
    assert [column[0] for column in columns] == [b'[0,"u003"]', b'[0,"inst003"]', b'[0,"u003"]']
    assert (first_asked, second_asked) == ([COUNT], [COUNT])


def test_no_rows_cost_nothing() -> None:
    """When nothing passes a filter no column is worked out."""
    field, asked = noted_field()
    assert make_view().cells(INSTANCE, [field], []) == [[]]
    assert sum(asked) == 0


def test_a_small_table_is_always_whole() -> None:
    """Of up to four objects one is a quarter."""
    field, asked = noted_field()
    view = View(make_named_snapshot("instance", {"u1": "a", "u2": "b", "u3": "c", "u4": "d"}))
    assert view.values(INSTANCE, field, [2]) == ["c"]
    assert asked == [4]


def test_columns_are_kept_up_to_a_limit() -> None:
    """A column that takes more memory than all may take is worked out again."""
    field, asked = noted_field()
    view = make_view(column_bytes=1000)
    assert view.values(INSTANCE, field, range(COUNT)) == view.values(INSTANCE, field, range(COUNT))
    assert asked == [COUNT, COUNT]


def test_columns_that_were_not_used_for_longest_go() -> None:
    """Under the limit for two columns the one of three that was used last but one stays."""
    (first, first_asked), (second, second_asked), (third, _) = (noted_field() for _ in range(3))
    second, third = evolve(second, name="second"), evolve(third, name="third")
    view = make_view(column_bytes=2 * 80 * COUNT)
    for field in (first, second, first, third, first, second):
        view.values(INSTANCE, field, range(COUNT))
    assert first_asked == [COUNT]
    assert second_asked == [COUNT, COUNT]


def test_a_query_of_one_object_works_out_one_value() -> None:
    """The cost of an evaluation follows its answer, not the cluster."""
    field, asked = noted_field()
    view = make_view()
    answer = evaluate_query(view, QueryPlan(INSTANCE, (field,), Always(), [123]))
    assert answer.endswith(b'"data":[[[0,"inst123"]]]}')
    assert asked == [1]


def test_answers_are_kept_by_request() -> None:
    """A view keeps whole answers for whoever puts them, up to its limit; the next view starts without."""
    view = View(make_named_snapshot("instance", NAMES), answer_bytes=100)
    view.answers.put(b"request", b"x" * 100)
    assert view.answers.get(b"request") == b"x" * 100
    assert view.followed_by(view.snapshot).answers.get(b"request") is None
    view.answers.put(b"another", b"y")
    assert view.answers.get(b"request") is None
