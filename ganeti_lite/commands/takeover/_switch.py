"""The steps of a switch, carried out."""

import os
from collections.abc import Callable, Sequence

from attrs import field, frozen

from ganeti_lite.clients.luxi import LuxiClient, ServerProcess
from ganeti_lite.errors import GanetiError
from ganeti_lite.socket_place import SocketInUseError, give_back, identify, is_answering

from ._daemon import DaemonError, OurDaemon, read_end, wait_until
from ._files import SwitchFiles
from ._sample import choose_questions, compare
from ._situation import CannotSwitchError, Holder, Step, look

NO_SUCH_JOB = 2**62
"""A job that nobody has: asking to cancel it shows that job requests arrive, and does nothing."""


class DifferenceError(Exception):
    """The two daemons do not answer alike; the text says where."""


@frozen
class Switch:
    """What carries out steps.

    :ivar options: of this project's daemon, beyond those that every switch gives.
    :ivar sample: how many objects of each kind are compared.
    :ivar tell: is given each line for the operator.
    """

    files: SwitchFiles
    options: Sequence[str]
    sample: int
    tell: Callable[[str], None]
    daemon: OurDaemon = field()

    @daemon.default
    def _make_daemon(self) -> OurDaemon:
        return OurDaemon(self.files)

    def run(self, step: Step) -> None:
        """Carry out one step.

        :raises DaemonError, DifferenceError, ClientError, OSError: it fails.
        """
        self.tell(f"{step.value} ...")
        match step:
            case Step.STOP:
                self.daemon.stop()
            case Step.PUT_BACK:
                self._put_back()
            case Step.TRIAL:
                self._try()
            case Step.START:
                self._start()
            case Step.VERIFY:
                self._verify()

    def _put_back(self) -> None:
        paths = self.files.paths
        if look(self.files, self.daemon).holder is not Holder.GANETI:
            give_back(paths.query_socket, paths.master_socket)

    def _find_owner(self) -> ServerProcess:
        with LuxiClient.connect(self.files.paths.query_socket) as client:
            return client.server

    def _try(self) -> None:
        with self.daemon.trial(self._find_owner(), self.options) as path:
            self._compare(self.files.paths.query_socket, path)

    def _start(self) -> None:
        aside = self.files.paths.master_socket
        if os.path.lexists(aside) and identify(aside) is None:
            raise SocketInUseError(f"{aside} is in the way: it is no socket")
        self.daemon.start(self._find_owner(), self.options)
        if not wait_until(lambda: self._is_in_place() or self.daemon.find_pid() is None) or not self._is_in_place():
            raise DaemonError(f"it does not take the place:\n{read_end(self.files.log_file)}")

    def _is_in_place(self) -> bool:
        return look(self.files, self.daemon).holder is Holder.OURS

    def _verify(self) -> None:
        paths = self.files.paths
        if not wait_until(lambda: is_answering(paths.master_socket)):
            raise CannotSwitchError(f"nobody answers on {paths.master_socket}")
        self._compare(paths.master_socket, paths.query_socket)
        with LuxiClient.connect(paths.master_socket) as theirs, LuxiClient.connect(paths.query_socket) as ours:
            if _cancel_nothing(theirs) != _cancel_nothing(ours):
                raise DifferenceError("job requests are not handed on")

    def _compare(self, theirs_path: str, ours_path: str) -> None:
        """Ask both, and those questions again whose answers differ: something may have changed in between."""
        with LuxiClient.connect(theirs_path) as theirs, LuxiClient.connect(ours_path) as ours:
            questions = list(choose_questions(ours, self.sample))
            for question in questions:
                differences = (compare(question, theirs, ours) for _ in range(3))
                if all(difference := each for each in differences):
                    raise DifferenceError(f"{question.method}: {difference}")
        self.tell(f"  {len(questions)} answers are the same")


def _cancel_nothing(client: LuxiClient) -> object:
    """What comes of cancelling a job that nobody has."""
    try:
        return client.call("CancelJob", [NO_SUCH_JOB, False])
    except GanetiError as error:
        return error.to_wire()
