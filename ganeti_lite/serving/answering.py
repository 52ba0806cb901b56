"""The whole way of a request: what is known, the steps to its answer, what they need, and what becomes of a failure."""

from collections.abc import Callable, Generator, Hashable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, inlineCallbacks
from twisted.logger import Logger

from ganeti_lite.errors import GanetiError, ProgrammerError
from ganeti_lite.wire.luxi import encode_error

from .answers import Knowledge, answer_frame, name_request
from .fair_turns import FairTurns
from .gather import Gather
from .luxi import Answerer
from .needs import Answer, LongWork, Step
from .source import SnapshotSource

log = Logger()


def make_answerer(
    source: SnapshotSource, turns: FairTurns, gather: Gather, describe: Callable[[], Knowledge]
) -> Answerer:
    """The function that answers requests.

    :param source: is asked to be up to date before each answer.
    :param turns: runs what takes long in a worker thread, when it is the client's turn.
    :param gather: brings what an answer needs besides the configuration.
    :param describe: what is known now.
    """

    @inlineCallbacks
    def answer(frame: bytes, client: Hashable) -> Generator[Deferred[Any], Any, Answer]:
        yield source.refresh()
        try:
            step: Step = answer_frame(describe(), frame)
            while not isinstance(step, Answer):
                if isinstance(step, LongWork):
                    step = yield turns.run_for(client, step.run)
                else:
                    step = step.resume((yield gather(step.need)))
        except CancelledError:  # nobody waits any more
            raise
        except GanetiError as error:  # something that is needed cannot be had
            return Answer(encode_error(error))
        except Exception:  # a bug must cost one answer, not the client's connection and its next questions
            log.failure("answering {request}", request=name_request(frame))
            return Answer(encode_error(ProgrammerError("The query failed for an internal reason: see the log")))
        return step

    return answer
