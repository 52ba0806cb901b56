"""A made-up node on which commands run, a server that answers them, and a console that remembers what it was told."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from attrs import Factory, define, frozen

from ganeti_lite.commands.console import YES_OR_NO, Choice
from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.options import Values
from ganeti_lite.paths import GanetiPaths
from tests.clients.scripted_server import Respond, ScriptedServer


@frozen
class MadeUpNode:
    """A node in a directory.

    :ivar root: what GANETI_ROOTDIR names.
    """

    root: Path
    name: str = "node1.example.com"

    @property
    def paths(self) -> GanetiPaths:
        """Its files and sockets."""
        return GanetiPaths(str(self.root))

    @property
    def environ(self) -> Mapping[str, str]:
        """The variables that lead a command here."""
        return {"GANETI_ROOTDIR": str(self.root), "GANETI_HOSTNAME": self.name}

    def write_ssconf(self, key: str, text: str) -> None:
        """Let the node know something."""
        path = Path(self.paths.ssconf(key))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def serve(self, respond: Respond) -> AbstractContextManager[ScriptedServer]:
        """Answer queries while a block lasts; jobs, too, as nobody listens where jobs are taken."""
        return ScriptedServer(Path(self.paths.query_socket), respond)

    def serve_jobs(self, respond: Respond) -> AbstractContextManager[ScriptedServer]:
        """Take jobs while a block lasts."""
        return ScriptedServer(Path(self.paths.master_socket), respond)

    def call(self, *, options: Mapping[str, tuple[object, ...]] | None = None, **environ: str) -> Invocation:
        """A command as it was called on the node, without arguments."""
        given = Values({} if options is None else options)
        return Invocation(given, (), {**self.environ, **environ}, RecordedConsole(), "gnt-test", "test", lambda: 5.0)


@define
class RecordedConsole:
    """Remembers what it was told.

    :ivar answers: what the user will say, in turn; after that, or without any, what is said where nobody can be asked.
    """

    answers: list[str] = Factory(list)
    lines: list[str] = Factory(list)
    complaints: list[str] = Factory(list)
    questions: list[str] = Factory(list)
    progress: list[str] = Factory(list)
    has_progress: bool = False
    has_colors: bool = False

    def say(self, line: str) -> None:
        self.lines.append(line)

    def complain(self, line: str) -> None:
        self.complaints.append(line)

    def ask(self, question: str, choices: Sequence[Choice] = YES_OR_NO) -> str:
        self.questions.append(question)
        return self.answers.pop(0) if self.answers else choices[-1].key

    def show_progress(self, text: str) -> None:
        self.progress.append(text)


@pytest.fixture
def node(tmp_path_factory: pytest.TempPathFactory) -> MadeUpNode:
    """A node without anything."""
    return MadeUpNode(tmp_path_factory.mktemp("node"))  # short, for a socket's path may not be long
