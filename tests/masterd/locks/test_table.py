"""Who is granted which locks, compared with a table that is obviously right."""

from collections.abc import Iterable
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import ProgrammerError
from ganeti_lite.masterd.locks import BIG_LOCK, LOCKSET, Grant, LockLevel, LockOwner, LockTable, LockWish

from .naive import Claim, NaiveTable
from .strategies import (
    LEVELS,
    NAMES,
    OWNERS,
    Action,
    Ask,
    Release,
    ReleaseAll,
    SetPriority,
    Withdraw,
    actions,
    patient_wishes,
    priorities,
)

ONE, TWO, THREE, FOUR = (LockOwner(job_id) for job_id in range(1, 5))
NODE = LockLevel.NODE
SHARED, EXCLUSIVE = LockMode.SHARED, LockMode.EXCLUSIVE


def do(table: LockTable, action: Action) -> list[Grant] | None:
    """Who has been granted something; None for what nobody may do."""
    match action:
        case Ask(owner, level, wish, priority):
            try:
                grant = table.request(owner, level, wish, priority)
            except ProgrammerError:
                return None
            return [] if grant is None else [grant]
        case Withdraw(owner):
            return list(table.withdraw(owner))
        case SetPriority(owner, priority):
            return list(table.set_priority(owner, priority))
        case Release(owner, level, keep):
            return list(table.release(owner, level, keep))
        case ReleaseAll(owner):
            return list(table.release_all(owner))


def wish(*names: str, mode: LockMode = EXCLUSIVE) -> LockWish:
    """Locks by name."""
    return LockWish(frozenset(names), mode)


def granted(grants: Iterable[Grant]) -> list[LockOwner]:
    """To whom."""
    return [grant.owner for grant in grants]


def modes_of(claim: Claim) -> dict[str, LockMode]:
    """What somebody who holds it is said to hold."""
    return dict.fromkeys(claim.grant().names, claim.mode)


@given(st.lists(actions, max_size=60))
def test_grants_what_a_naive_table_grants(sequence: list[Action]) -> None:
    """Whatever is done, the same owners are granted the same locks at the same moment, and exclusive means so."""
    table, naive = LockTable(), NaiveTable.empty()
    for action in sequence:
        assert do(table, action) == naive.do(action)
        waiting = {claim.owner for claim in naive.waiting.values()}
        assert {owner for owner in OWNERS if table.is_waiting(owner)} == waiting
        for claim in naive.held:
            assert table.held(claim.owner, claim.level) == modes_of(claim)
        assert not any(one.excludes(other) for one, other in combinations(naive.held, 2) if one.owner != other.owner)


@given(st.lists(actions, max_size=60))
def test_leaves_nothing(sequence: list[Action]) -> None:
    """When everybody has gone, nothing is held, and all can be had."""
    table = LockTable()
    for action in sequence:
        do(table, action)
    for action in sequence:
        table.withdraw(action.owner)
        table.release_all(action.owner)
    assert table.listing() == [[], []]
    for level in LEVELS:
        assert table.request(ONE, level, LockWish(None)) == Grant(ONE, level, frozenset({LOCKSET}))


programs = st.lists(st.tuples(priorities, st.lists(patient_wishes, min_size=len(LEVELS), max_size=len(LEVELS))))


@given(programs, st.data())
def test_whoever_takes_levels_in_order_gets_to_the_end(
    jobs: list[tuple[int, list[LockWish]]], data: st.DataObject
) -> None:
    """There is no deadlock: at any moment somebody who is not yet done does not wait."""
    table = LockTable()
    steps = {LockOwner(job_id): 0 for job_id in range(len(jobs))}
    while steps:
        ready = [owner for owner in steps if not table.is_waiting(owner)]
        assert ready
        owner = data.draw(st.sampled_from(ready))
        priority, wishes = jobs[owner.job_id]
        if steps[owner] == len(LEVELS):
            del steps[owner]
            table.release_all(owner)
        else:
            table.request(owner, LEVELS[steps[owner]], wishes[steps[owner]], priority)
            steps[owner] += 1


@given(st.lists(patient_wishes, max_size=10))
def test_nobody_starves(others: list[LockWish]) -> None:
    """However many come after it, a request has to wait only for those that were there before."""
    table = LockTable()
    table.request(ONE, NODE, wish(*NAMES))
    assert table.request(TWO, NODE, wish(*NAMES)) is None
    for job_id, other in enumerate(others, start=3):
        table.request(LockOwner(job_id), NODE, other)
    grants = table.release_all(ONE)
    assert granted(grants)[:1] == [TWO] or all(other.names == frozenset() for other in others)


def test_waiting_exclusive_request_holds_back_later_shared_ones() -> None:
    """But not those of other locks; once it is withdrawn they have theirs."""
    table = LockTable()
    table.request(ONE, NODE, wish("a", mode=SHARED))
    assert table.request(TWO, NODE, wish("a", "b")) is None
    assert table.request(THREE, NODE, wish("a", mode=SHARED)) is None
    assert table.request(FOUR, NODE, wish("c")) == Grant(FOUR, NODE, frozenset({"c"}))
    assert granted(table.withdraw(TWO)) == [THREE]


def test_more_urgent_requests_overtake() -> None:
    """By asking so, and by becoming so; the others may go on when one becomes less urgent."""
    table = LockTable()
    table.request(ONE, NODE, wish("a"))
    table.request(TWO, NODE, wish("a"))
    table.request(THREE, NODE, wish("a"), priority=-10)
    table.request(FOUR, NODE, wish("a"))
    assert table.set_priority(FOUR, -11) == ()
    for last, following in ((ONE, FOUR), (FOUR, THREE), (THREE, TWO)):
        assert granted(table.release_all(last)) == [following]

    table = LockTable()
    table.request(ONE, NODE, wish("a", mode=SHARED))
    table.request(TWO, NODE, wish("a"))
    table.request(THREE, NODE, wish("a", mode=SHARED))
    assert granted(table.set_priority(TWO, 10)) == [THREE]


def test_whole_level_excludes_each_of_its_locks() -> None:
    """Those that nobody has ever named included; shared, it goes with shared ones only."""
    table = LockTable()
    table.request(ONE, NODE, LockWish(None, SHARED))
    assert table.request(TWO, NODE, wish("new", mode=SHARED)) == Grant(TWO, NODE, frozenset({"new"}))
    assert table.request(THREE, NODE, wish("other")) is None
    assert granted(table.release(ONE, NODE)) == [THREE]
    assert table.request(FOUR, NODE, LockWish(None)) is None
    assert table.release_all(TWO) == ()
    assert table.release_all(THREE) == (Grant(FOUR, NODE, frozenset({LOCKSET})),)


def test_release_keeps_what_it_is_told_to() -> None:
    """By name; of a level that is held as a whole, too, and then the others are free."""
    table = LockTable()
    table.request(ONE, NODE, LockWish(None))
    table.request(TWO, NODE, wish("a"))
    table.request(THREE, NODE, wish("b"))
    assert granted(table.release(ONE, NODE, frozenset({"a", "c"}))) == [THREE]
    assert table.held(ONE, NODE) == {"a": EXCLUSIVE, "c": EXCLUSIVE}
    assert granted(table.release(ONE, NODE, frozenset({"c", "b"}))) == [TWO]
    assert table.held(ONE, NODE) == {"c": EXCLUSIVE}


def test_opportunistic_wish_takes_what_is_free() -> None:
    """It never waits, and takes nothing from those who do."""
    table = LockTable()
    table.request(ONE, NODE, wish("a"))
    table.request(TWO, NODE, wish("a", "b"))
    some = LockWish(frozenset("abc"), EXCLUSIVE, is_opportunistic=True)
    assert table.request(THREE, NODE, some) == Grant(THREE, NODE, frozenset("c"))
    table.request(FOUR, LockLevel.NODE_RES, LockWish(None))
    assert table.request(THREE, LockLevel.NODE_RES, some) == Grant(THREE, LockLevel.NODE_RES, frozenset())
    with pytest.raises(ProgrammerError):
        table.request(THREE, LockLevel.NETWORK, LockWish(None, is_opportunistic=True))


@pytest.mark.parametrize("level", [LockLevel.CLUSTER, LockLevel.NODE])
def test_levels_are_taken_in_order(level: LockLevel) -> None:
    """Nobody asks for an earlier level, or for more of the same, nor for anything while waiting."""
    table = LockTable()
    table.request(ONE, NODE, wish("a"))
    with pytest.raises(ProgrammerError):
        table.request(ONE, level, wish("b"))
    table.request(TWO, NODE, wish("a"))
    with pytest.raises(ProgrammerError):
        table.request(TWO, LockLevel.NETWORK, wish("b"))


def test_listing() -> None:
    """What is held and what is waited for, in the form that Ganeti's lock daemon tells it."""
    table = LockTable()
    one, two, three = LockOwner(1, "/run/l1", 11), LockOwner(2, "/run/l2", 12), LockOwner(3)
    for owner in (one, two):
        table.request(owner, LockLevel.CLUSTER, wish(BIG_LOCK, mode=SHARED))
    table.request(one, NODE, wish("u"))
    table.request(two, NODE, wish("v", "u"))
    table.request(three, NODE, LockWish(None, SHARED), priority=-10)
    assert table.listing() == [
        [
            ["cluster/BGL", [[[1, "/run/l1", 11], "shared"], [[2, "/run/l2", 12], "shared"]]],
            ["cluster/[lockset]", []],
            ["node/[lockset]", []],
            ["node/u", [[[1, "/run/l1", 11], "exclusive"]]],
        ],
        [
            [-10, [3, "", 0], [["node/[lockset]", "shared"]]],
            [0, [2, "/run/l2", 12], [["node/u", "exclusive"], ["node/v", "exclusive"]]],
        ],
    ]


def test_cost_follows_the_names_and_not_the_crowd() -> None:
    """Ten thousand who wait for one lock, one after the other, cost each a few steps."""
    table = LockTable()
    owners = [LockOwner(job_id) for job_id in range(10_000)]
    for owner in owners:
        table.request(owner, NODE, wish("a", f"own{owner.job_id}"))
    for owner, following in pairwise(owners):
        assert granted(table.release_all(owner)) == [following]
