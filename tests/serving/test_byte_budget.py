"""Memory that many share."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from ganeti_lite.serving.byte_budget import STANDSTILL, ByteBudget


class Client:
    """Holds memory, and notes that it had to give way."""

    def __init__(self) -> None:
        self.has_given_way = False

    def give_way(self) -> None:
        self.has_given_way = True


def test_who_has_stood_still_for_longest_gives_way() -> None:
    """When memory runs out, those go who have not moved for a while, and no more of them than need be."""
    clock = Clock()
    budget = ByteBudget(100, clock)
    first, second, third, newcomer = (Client() for _ in range(4))
    for client in (first, second, third):
        assert budget.hold(client, 30, client)
    clock.advance(STANDSTILL)
    budget.move(first)
    assert budget.hold(newcomer, 40, newcomer)
    assert [each.has_given_way for each in (first, second, third)] == [False, True, False]
    assert budget.total == 100


def test_who_moves_is_left_alone() -> None:
    """If all that hold memory make progress, the newcomer is refused, until somebody is done."""
    budget = ByteBudget(100, Clock())
    reader, newcomer = Client(), Client()
    assert budget.hold(reader, 90, reader)
    assert not budget.hold(newcomer, 20, newcomer)
    assert not reader.has_given_way
    budget.release(reader)
    assert budget.hold(newcomer, 20, newcomer)


def test_the_same_bytes_count_once() -> None:
    """Many may read one answer."""
    budget = ByteBudget(100, Clock())
    readers = [Client() for _ in range(50)]
    assert all(budget.hold(reader, 90, "answer") for reader in readers)
    assert budget.total == 90
    for reader in readers:
        budget.release(reader)
    assert budget.total == 0


def test_what_is_too_large_may_come_alone() -> None:
    """One that exceeds the limit all by itself is let through when nobody else holds anything, for it is needed."""
    budget = ByteBudget(100, Clock())
    small, large = Client(), Client()
    assert budget.hold(small, 1, small)
    assert not budget.hold(large, 101, large)
    budget.release(small)
    assert budget.hold(large, 101, large)


STEPS = st.lists(st.tuples(st.sampled_from(["hold", "release", "move", "wait"]), st.integers(0, 5), st.integers(1, 60)))


@given(STEPS)
def test_the_total_is_the_sum(steps: Sequence[tuple[str, int, int]]) -> None:
    """Whatever is held, moved and released: the total is that of what is held, and within the limit."""
    clock = Clock()
    budget = ByteBudget(100, clock)
    clients = [Client() for _ in range(6)]
    held: dict[int, int] = {}
    for step, number, size in steps:
        client = clients[number]
        match step:
            case "hold":
                held.pop(number, None)
                if budget.hold(client, size, client):
                    held[number] = size
                client.has_given_way = False
            case "release":
                budget.release(client)
                held.pop(number, None)
            case "move":
                budget.move(client)
            case _:
                clock.advance(STANDSTILL / 2)
        held = {each: size for each, size in held.items() if not clients[each].has_given_way}
        for each in clients:
            each.has_given_way = False
        assert budget.total == sum(held.values()) <= 100
