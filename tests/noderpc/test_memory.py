"""What is remembered of nodes."""

from ganeti_lite.noderpc import NodeCallTarget
from ganeti_lite.noderpc._memory import NODES_LIMIT, AnswerMemory, FailureMemory
from ganeti_lite.wire.noderpc import RpcFailure, RpcSuccess

NODE = "192.0.2.11"
FAILURE = RpcFailure("cannot connect")


def target(number: int) -> NodeCallTarget:
    """One of many calls."""
    return NodeCallTarget(NODE, "version", b"%d" % number)


def test_failure_is_remembered_for_the_interval() -> None:
    """It holds from the beginning of the attempt until the interval is over."""
    memory = FailureMemory(10.0)
    assert memory.recall(NODE, 0.0) is None
    memory.note_failure(NODE, FAILURE, tried_at=0.0)
    assert memory.recall(NODE, 5.0) == FAILURE
    assert memory.recall(NODE, 9.9) == FAILURE
    assert memory.recall(NODE, 10.0) is None
    assert memory.is_suspect(NODE)
    assert memory.recall("192.0.2.12", 5.0) is None


def test_one_attempt_an_interval() -> None:
    """While the next attempt is made, everybody else gets the old failure."""
    memory = FailureMemory(10.0)
    memory.note_failure(NODE, FAILURE, tried_at=0.0)
    memory.note_attempt(NODE, 12.0)
    assert memory.recall(NODE, 12.0) == FAILURE
    memory.note_failure(NODE, RpcFailure("again"), tried_at=12.0)
    assert memory.recall(NODE, 21.9) == RpcFailure("again")
    assert memory.recall(NODE, 22.0) is None


def test_attempt_without_an_outcome_does_not_count() -> None:
    """Whoever gives up does not take the attempt from the next one; of an unsuspected node nothing is noted."""
    memory = FailureMemory(10.0)
    memory.note_failure(NODE, FAILURE, tried_at=0.0)
    memory.note_attempt(NODE, 12.0)
    memory.note_abandoned(NODE)
    assert memory.recall(NODE, 12.0) is None
    assert memory.is_suspect(NODE)
    memory.note_abandoned("192.0.2.12")
    assert not memory.is_suspect("192.0.2.12")


def test_node_that_is_back_is_forgotten() -> None:
    """One success ends the suspicion."""
    memory = FailureMemory(10.0)
    memory.note_failure(NODE, FAILURE, tried_at=0.0)
    memory.forget(NODE)
    memory.forget(NODE)
    assert memory.recall(NODE, 0.1) is None
    assert not memory.is_suspect(NODE)


def test_no_interval_no_memory() -> None:
    """With an interval of 0 every call tries."""
    memory = FailureMemory(0.0)
    memory.note_failure(NODE, FAILURE, tried_at=1.0)
    assert memory.recall(NODE, 1.0) is None


def test_failures_are_bounded() -> None:
    """Of too many nodes, those whose failure is oldest are forgotten."""
    memory = FailureMemory(10.0)
    for number in range(NODES_LIMIT + 5):
        memory.note_failure(f"node{number}", FAILURE, tried_at=0.0)
    assert [memory.is_suspect(f"node{number}") for number in (4, 5, NODES_LIMIT + 4)] == [False, True, True]


def test_answer_is_given_again_for_its_time() -> None:
    """Until it is too old, and to the same call only."""
    memory = AnswerMemory(2.0, 1000)
    memory.keep(target(1), RpcSuccess("a"), 10, 5.0)
    assert memory.recall(target(1), 6.9) == RpcSuccess("a")
    assert memory.recall(target(1), 7.0) is None
    assert memory.recall(target(2), 5.0) is None
    memory.keep(target(1), RpcSuccess("b"), 10, 8.0)
    assert memory.recall(target(1), 8.0) == RpcSuccess("b")


def test_answers_are_not_kept_unless_wanted() -> None:
    """With an age of 0 every call asks."""
    memory = AnswerMemory(0.0, 1000)
    memory.keep(target(1), RpcSuccess("a"), 10, 5.0)
    assert memory.recall(target(1), 5.0) is None


def test_answers_are_bounded() -> None:
    """Of too many bytes the oldest go; an answer that is replaced does not count any more, nor does one too old."""
    memory = AnswerMemory(2.0, 100)
    for number in range(4):
        memory.keep(target(number), RpcSuccess(number), 40, 5.0)
    assert [memory.recall(target(number), 5.0) is None for number in range(4)] == [True, True, False, False]
    for _ in range(10):
        memory.keep(target(3), RpcSuccess(3), 40, 5.5)
    assert memory.recall(target(2), 5.5) == RpcSuccess(2)
    memory.keep(target(4), RpcSuccess(4), 60, 7.2)
    assert memory.recall(target(3), 7.2) == RpcSuccess(3)
    memory.keep(target(5), RpcSuccess(5), 101, 7.3)
    assert memory.recall(target(5), 7.3) is None
